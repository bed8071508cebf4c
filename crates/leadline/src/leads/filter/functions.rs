//! What conditions ask of a row that SQL alone cannot say alike on both engines: folded text, and custom fields.
//!
//! SQLite calls the functions below, which are the ones that a record in memory is asked with. PostgreSQL has functions of
//! the same names, made by `migrations/0002_views.sql`; its table of folds is made from [`fold`], and a test compares them.

use store::{Function, Value};

use super::custom;
use crate::base::text::fold;

/// What statements on SQLite may call.
pub const FUNCTIONS: [Function; 7] = [
    Function {
        name: "fold",
        arguments: 1,
        answer: |it| text(it, |text| Some(fold(text).into())),
    },
    Function {
        name: "custom_filled",
        arguments: 2,
        answer: |it| field(it, |value| Some(value.is_filled().into())),
    },
    Function {
        name: "custom_text",
        arguments: 2,
        answer: |it| field(it, |value| Some(value.text()?.into_owned().into())),
    },
    Function {
        name: "custom_number",
        arguments: 2,
        answer: |it| field(it, |value| Some(value.number()?.into())),
    },
    Function {
        name: "custom_flag",
        arguments: 2,
        answer: |it| field(it, |value| Some(value.flag()?.into())),
    },
    Function {
        name: "custom_day",
        arguments: 2,
        answer: |it| field(it, |value| Some(value.day()?.into())),
    },
    Function {
        name: "custom_has",
        arguments: 3,
        answer: |it| {
            let member = it.get(2).copied().flatten();
            field(it, |value| Some(value.has(member?).into()))
        },
    },
];

fn text(arguments: &[Option<&str>], answer: impl FnOnce(&str) -> Option<Value>) -> Value {
    let text = arguments.first().copied().flatten();
    text.and_then(answer).unwrap_or(Value::Null)
}

/// Arguments are the custom fields and a key.
fn field(
    arguments: &[Option<&str>],
    answer: impl FnOnce(custom::Value<'_>) -> Option<Value>,
) -> Value {
    let [Some(fields), Some(key), ..] = arguments else {
        return Value::Null;
    };
    custom::find(fields, key)
        .and_then(answer)
        .unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        fmt::Write,
        fs,
        ops::RangeInclusive,
        path::{Path, PathBuf},
    };

    use super::*;

    const BEGIN: &str = "-- folds: made by the program\n";
    const END: &str = "-- end of folds\n";

    /// Hangul syllables are told by their number.
    const SYLLABLES: RangeInclusive<char> = '가'..='힣';

    fn migration() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/0002_views.sql")
    }

    /// The letters that become something else, as statements for PostgreSQL.
    fn folds() -> String {
        let mut letters: BTreeMap<String, String> = BTreeMap::new();
        let mut marks: Vec<(u32, u32)> = Vec::new();
        for letter in ('\u{1}'..=char::MAX).filter(|it| !SYLLABLES.contains(it)) {
            let (text, code) = (letter.to_string(), u32::from(letter));
            let becomes = fold(&text);
            if becomes.is_empty() {
                match marks.last_mut() {
                    Some((_, last)) if *last + 1 == code => *last = code,
                    _ => marks.push((code, code)),
                }
            } else if becomes != text {
                letters.entry(becomes).or_default().push(letter);
            }
        }
        let mut sql = String::from("insert into text_folds select chr(mark), '' from (values");
        for (index, (first, last)) in marks.iter().enumerate() {
            let between = if index == 0 { "" } else { "," };
            let line = if index % 8 == 0 { "\n    " } else { " " };
            write!(sql, "{between}{line}({first}, {last})").unwrap();
        }
        sql += "\n) as ranges (first, last), generate_series(first, last) as mark;\n\
                insert into text_folds select letter, becomes from json_each_text('{\n";
        let mut line = String::new();
        let count = letters.len();
        for (index, (becomes, letters)) in letters.into_iter().enumerate() {
            let entry = serde_json::json!(becomes).to_string()
                + ":"
                + &serde_json::json!(letters).to_string();
            line += &entry.replace('\'', "''");
            if index + 1 < count {
                line.push(',');
            }
            if line.chars().count() > 100 || index + 1 == count {
                sql += &line;
                sql.push('\n');
                line.clear();
            }
        }
        sql +=
            "}') as folds (becomes, letters), unnest(string_to_array(letters, null)) as letter;\n";
        sql
    }

    /// Where this fails the program's tables of letters have changed: PostgreSQL then needs a new migration that fills
    /// `text_folds` anew, and both engines one that folds `leads.search_text` anew. (`UPDATE=1` rewrites the text here.)
    #[test]
    fn postgres_is_given_the_folds_of_this_program() {
        let text = fs::read_to_string(migration()).unwrap();
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (found, after) = rest.split_once(END).unwrap();
        let folds = folds();
        if std::env::var_os("UPDATE").is_some() {
            fs::write(migration(), [before, BEGIN, &folds, END, after].concat()).unwrap();
        } else {
            assert!(
                found == folds,
                "the folds of PostgreSQL are not the program's"
            );
        }
    }

    /// PostgreSQL folds letter by letter.
    #[test]
    fn a_letter_folds_alike_wherever_it_stands() {
        for text in ["ΣΑΣ", "İI", "a\u{323}\u{307}b", "각가", "ﬁŉǆ"] {
            let letters: String = text.chars().map(|it| fold(&it.to_string())).collect();
            assert_eq!(fold(text), letters, "{text}");
        }
    }
}
