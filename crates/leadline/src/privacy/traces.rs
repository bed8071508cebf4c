//! Finding a person in text that somebody else wrote: addresses, numbers in any way of writing, ids.
//!
//! Text is cut into words that could be an address or an id, and into runs of digits that could be a number; each is looked
//! up. So it costs the same whether one person is looked for or a thousand.

use std::collections::HashSet;

use serde_json::Value as Json;
use uuid::Uuid;

use super::subject::Subject;
use crate::base::text::fold;

/// What stands where something of a person stood.
pub const ERASED: &str = "[erased]";

/// Digits that tell a number from other digits.
const LEAST_DIGITS: usize = 7;

/// Under how many of its last digits a number is looked up.
const TAIL: usize = 7;

/// What the people of an erasure are found by.
#[derive(Default)]
pub struct Traces {
    emails: HashSet<String>,
    /// Digits of E.164 numbers.
    phones: Vec<String>,
    tails: HashSet<String>,
    ids: HashSet<Uuid>,
    /// Folded.
    names: HashSet<String>,
}

impl Traces {
    pub fn of(subject: &Subject) -> Traces {
        let mut traces = Traces {
            ids: subject.ids().collect(),
            names: subject.names.iter().map(|it| fold(it)).collect(),
            ..Traces::default()
        };
        for email in subject.emails.iter().chain(&subject.former_emails) {
            traces.emails.insert(email.to_lowercase());
        }
        for phone in subject.phones.iter().chain(&subject.former_phones) {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= LEAST_DIGITS {
                traces
                    .tails
                    .insert(digits[digits.len() - TAIL..].to_owned());
                traces.phones.push(digits);
            }
        }
        traces
    }

    /// Whether the text holds an address or a number.
    pub fn are_in(&self, text: &str) -> bool {
        !self.spans(text).is_empty()
    }

    /// Whether the text names one of the leads.
    pub fn name_a_lead(&self, text: &str) -> bool {
        words(text).any(|(from, to)| {
            let id = text[from..to].parse();
            id.is_ok_and(|it: Uuid| self.ids.contains(&it))
        })
    }

    /// Whether a row of a table is about one of the people: a cell holds an address or a number, or is a name.
    pub fn are_in_row<'a>(&self, mut cells: impl Iterator<Item = &'a str>) -> bool {
        cells.any(|it| self.are_in(it) || self.names.contains(&fold(it.trim())))
    }

    /// The text without addresses and numbers; nothing, where there are none.
    pub fn scrubbed(&self, text: &str) -> Option<String> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return None;
        }
        let mut clean = String::with_capacity(text.len());
        let mut at = 0;
        for (from, to) in spans {
            if from < at {
                continue;
            }
            clean.push_str(&text[at..from]);
            clean.push_str(ERASED);
            at = to;
        }
        clean.push_str(&text[at..]);
        Some(clean)
    }

    /// The JSON without addresses, numbers and names, wherever they stand; nothing, where there are none.
    pub fn scrubbed_json(&self, json: &Json) -> Option<Json> {
        let mut clean = json.clone();
        self.scrub(&mut clean).then_some(clean)
    }

    fn scrub(&self, json: &mut Json) -> bool {
        match json {
            Json::String(text) => {
                if self.names.contains(&fold(text.trim())) {
                    ERASED.clone_into(text);
                    return true;
                }
                let clean = self.scrubbed(text);
                let found = clean.is_some();
                if let Some(clean) = clean {
                    *text = clean;
                }
                found
            }
            Json::Number(number) => {
                let found = self.are_in(&number.to_string());
                if found {
                    *json = ERASED.into();
                }
                found
            }
            Json::Array(items) => self.scrub_all(items.iter_mut()),
            Json::Object(fields) => {
                let in_values = self.scrub_all(fields.values_mut());
                self.scrub_keys(fields) || in_values
            }
            Json::Null | Json::Bool(_) => false,
        }
    }

    /// Every one of them, also after the first in which something was found.
    fn scrub_all<'a>(&self, all: impl Iterator<Item = &'a mut Json>) -> bool {
        let mut found = false;
        for json in all {
            found |= self.scrub(json);
        }
        found
    }

    /// Import mappings and value maps have what stood in a file for keys.
    fn scrub_keys(&self, fields: &mut serde_json::Map<String, Json>) -> bool {
        let names: Vec<String> = fields
            .keys()
            .filter(|it| self.are_in(it) || self.names.contains(&fold(it.trim())))
            .cloned()
            .collect();
        for name in &names {
            if let Some(value) = fields.remove(name) {
                fields.insert(ERASED.to_owned(), value);
            }
        }
        !names.is_empty()
    }

    /// Where addresses and numbers stand, from left to right.
    fn spans(&self, text: &str) -> Vec<(usize, usize)> {
        let mut spans = Vec::new();
        if !self.emails.is_empty() && text.contains('@') {
            spans.extend(words(text).filter(|(from, to)| self.is_email(&text[*from..*to])));
        }
        if !self.tails.is_empty() {
            spans.extend(numbers(text).filter(|(from, to)| self.is_phone(&text[*from..*to])));
        }
        spans.sort_unstable();
        spans
    }

    fn is_email(&self, word: &str) -> bool {
        word.contains('@') && self.emails.contains(&word.to_lowercase())
    }

    /// The last digits are the same, and what stands before them fits: a country's number, a zero, nothing.
    fn is_phone(&self, written: &str) -> bool {
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        if digits.len() < LEAST_DIGITS || !self.tails.contains(&digits[digits.len() - TAIL..]) {
            return false;
        }
        // `+49 (0)30 …` has a zero that is not dialled from abroad.
        let without_zero = |it: &String| {
            (1..=3).any(|at| {
                digits.get(at..=at) == Some("0")
                    && format!("{}{}", &digits[..at], &digits[at + 1..]) == *it
            })
        };
        self.phones
            .iter()
            .any(|it| it.ends_with(digits) || without_zero(it))
    }
}

/// Words that may be an address or an id.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    const PARTS: &str = "@.!#$%&'*+/=?^_`{|}~-";
    pieces(text, |it| it.is_alphanumeric() || PARTS.contains(it)).map(|(from, to)| {
        // What stands around an address in a sentence is no part of it.
        let word = &text[from..to];
        let edge = |it: char| !it.is_alphanumeric();
        let trimmed = word.trim_start_matches(edge);
        let from = to - trimmed.len();
        (from, from + trimmed.trim_end_matches(edge).len())
    })
}

/// Runs of digits with what people put between them.
fn numbers(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    const BETWEEN: &str = "+ ().-/\u{a0}";
    pieces(text, |it| it.is_ascii_digit() || BETWEEN.contains(it)).filter_map(|(from, to)| {
        let run = &text[from..to];
        let first = run.find(|it: char| it.is_ascii_digit() || it == '+')?;
        let last = run.rfind(|it: char| it.is_ascii_digit())?;
        (first <= last).then_some((from + first, from + last + 1))
    })
}

fn pieces<'a>(
    text: &'a str,
    is_part: impl Fn(char) -> bool + Copy + 'a,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let from = rest + text[rest..].find(is_part)?;
        let to = text[from..]
            .find(|it| !is_part(it))
            .map_or(text.len(), |it| from + it);
        rest = to;
        Some((from, to))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ada() -> Traces {
        let mut subject = Subject::default();
        subject.emails.insert("ada@example.org".into());
        subject.phones.insert("+493012345678".into());
        subject.names.insert("Ada Lovelace".into());
        subject.leads.push(Uuid::from_u128(7));
        Traces::of(&subject)
    }

    #[test]
    fn an_address_is_found_in_a_sentence_and_not_in_another_address() {
        let ada = ada();
        for text in [
            "ada@example.org",
            "Write to ADA@Example.org.",
            "<ada@example.org>",
            "mail (ada@example.org), or call",
            "a:ada@example.org;b",
        ] {
            assert!(ada.are_in(text), "{text}");
        }
        for text in [
            "xada@example.org",
            "ada@example.org.uk",
            "ada at example.org",
            "",
        ] {
            assert!(!ada.are_in(text), "{text}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let ada = ada();
        for text in [
            "+493012345678",
            "+49 30 12345678",
            "0049 30 123 456-78",
            "+49 (0)30 12345678",
            "(030) 1234 5678",
            "call 030/12345678 today",
            "12345678",
        ] {
            assert!(ada.are_in(text), "{text}");
        }
        for text in [
            "+493012345679",
            "+43 30 12345678",
            "912345678",
            "345678",
            "0198c0de-0000-7000-8000-493012345671",
        ] {
            assert!(!ada.are_in(text), "{text}");
        }
    }

    #[test]
    fn text_and_json_are_scrubbed_in_place() {
        let ada = ada();
        assert_eq!(
            ada.scrubbed("Call +49 30 12345678 or ada@example.org!")
                .as_deref(),
            Some("Call [erased] or [erased]!")
        );
        assert_eq!(ada.scrubbed("nothing"), None);
        let json = json!({"a": ["ada lovelace", 5], "b": {"ada@example.org": "x@y.z"}, "n": 493_012_345_678_i64});
        let clean = json!({"a": ["[erased]", 5], "b": {"[erased]": "x@y.z"}, "n": "[erased]"});
        assert_eq!(ada.scrubbed_json(&json), Some(clean));
        assert_eq!(ada.scrubbed_json(&json!({"a": 5})), None);
    }

    #[test]
    fn rows_are_told_by_names_and_leads_by_ids() {
        let ada = ada();
        assert!(ada.are_in_row(["x", " ADA LOVELACE "].into_iter()));
        assert!(!ada.are_in_row(["Ada", "Lovelace"].into_iter()));
        assert!(ada.name_a_lead(&Uuid::from_u128(7).to_string()));
        assert!(!ada.name_a_lead(&Uuid::from_u128(8).to_string()));
    }

    #[test]
    fn nobody_is_found_nowhere() {
        assert!(!Traces::default().are_in("a@b.de +49 30 12345678"));
    }
}
