//! Search: what of a lead it looks through, and what a person may type.
//!
//! A lead is found when the term, folded, stands anywhere in its name, e-mail address, phone number or company: not only
//! at the beginning of a word. Digits are found in whatever way the number is written down. Both engines narrow the rows
//! by the term's groups of three letters and then look at the row itself, so nothing is ever found that does not match.
//! One or two letters have no such group: they find words that begin so, among the newest leads.

use store::{Engine, Sql, Tx, Value};

use crate::base::text::fold;

/// Stands between the parts of a lead's text; no term contains it, so none matches across two parts.
const SEPARATOR: char = '\n';

/// Beyond these, more groups of three cost more than they exclude; the row decides anyway.
const MOST_GRAMS: usize = 12;

/// Words of so few letters have too few groups of three to be looked for by those alone.
const SHORT_WORD: usize = 4;

/// What `search_text` of a lead holds.
pub fn text_of(
    name: &str,
    email: Option<&str>,
    phone: Option<&str>,
    company: Option<&str>,
) -> String {
    let mut text = searchable(name);
    let phone = phone.map(digits);
    for part in [email.map(searchable), phone, company.map(searchable)]
        .into_iter()
        .flatten()
    {
        if !part.is_empty() {
            text.push(SEPARATOR);
            text.push_str(&part);
        }
    }
    text
}

/// SQLite numbers its leads, and the search index knows them by number: the number that the next new lead takes.
/// Nothing on PostgreSQL, whose index needs no such thing.
pub fn next_number(tx: &mut Tx) -> store::Result<Option<i64>> {
    if tx.engine() == Engine::Postgres {
        return Ok(None);
    }
    let (number,): (i64,) = tx.one(SQLITE_NEXT_NUMBER, &[])?;
    Ok(Some(number))
}

// every workspace: they share the index. There is one writer, so nobody else takes the number meanwhile.
const SQLITE_NEXT_NUMBER: &str = "select coalesce(max(seq), 0) + 1 from leads";

/// Puts new leads into the search index; `texts` belong to numbers from `first` on.
pub fn index(tx: &mut Tx, first: i64, texts: Vec<String>) -> store::Result<()> {
    let rows: Vec<Vec<Value>> = (first..)
        .zip(texts)
        .map(|(number, text)| vec![Value::Int(number), Value::Text(text)])
        .collect();
    tx.insert_many("leads_search", &SQLITE_COLUMNS, &rows)?;
    Ok(())
}

const SQLITE_COLUMNS: [&str; 2] = ["rowid", "search_text"];

/// What somebody typed, made comparable with `search_text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    folded: String,
    /// The digits alone, where a telephone number was typed with its spaces and signs.
    number: Option<String>,
}

impl Term {
    /// Nothing, where nothing was typed.
    pub fn parse(typed: &str) -> Option<Term> {
        let folded = searchable(typed);
        let number = number_in(&folded);
        (!folded.is_empty()).then_some(Term { folded, number })
    }

    /// One or two characters: looked for at the beginnings of words.
    pub fn is_short(&self) -> bool {
        self.folded.chars().count() < 3
    }

    /// Whether the engine's search index can narrow the rows down.
    pub fn has_grams(&self, engine: Engine) -> bool {
        match engine {
            Engine::Sqlite => !self.is_short(),
            // It knows letters and digits only, and of those at least three in a row are sure to make a group.
            Engine::Postgres => self.variants().all(|it| !grams_of_words(it).is_empty()),
        }
    }

    /// The condition on a row that decides.
    pub fn push(&self, engine: Engine, sql: &mut Sql) {
        if self.is_short() {
            sql.push(" and ");
            contains(
                engine,
                sql,
                "' ' || replace(leads.search_text, '\n', ' ')",
                format!(" {}", self.folded),
            );
            return;
        }
        let mut between = " and (";
        for variant in self.variants() {
            sql.push(between);
            contains(engine, sql, "leads.search_text", variant.to_owned());
            between = " or ";
        }
        sql.push(")");
    }

    /// The same for a lead's [text](text_of) in memory.
    pub fn matches(&self, text: &str) -> bool {
        if self.is_short() {
            let words = text.split([' ', SEPARATOR]);
            return words.into_iter().any(|it| it.starts_with(&self.folded));
        }
        self.variants().any(|it| text.contains(it))
    }

    /// PostgreSQL: the same condition with groups of letters before it that its index answers. A few of them narrow the
    /// rows down as well as all would, in a fraction of the time.
    pub fn push_indexed(&self, sql: &mut Sql) {
        let mut between = " and (";
        for variant in self.variants() {
            sql.push(between);
            for gram in grams_of_words(variant) {
                sql.push("leads.search_text like ")
                    .bind(format!("%{gram}%"))
                    .push(" and ");
            }
            contains(
                Engine::Postgres,
                sql,
                "leads.search_text",
                variant.to_owned(),
            );
            between = " or ";
        }
        sql.push(")");
    }

    /// SQLite: the query of the search index. Groups are quoted, so nothing typed is read as syntax.
    pub fn fts_query(&self) -> String {
        let queries: Vec<String> = self.variants().map(all_grams).collect();
        if queries.len() == 1 {
            queries.concat()
        } else {
            format!("({})", queries.join(") OR ("))
        }
    }

    fn variants(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.folded.as_str()).chain(self.number.as_deref())
    }
}

fn contains(engine: Engine, sql: &mut Sql, text: &'static str, part: String) {
    match engine {
        Engine::Sqlite => sql
            .push("instr(")
            .push(text)
            .push(", ")
            .bind(part)
            .push(") > 0"),
        Engine::Postgres => sql
            .push("strpos(")
            .push(text)
            .push(", ")
            .bind(part)
            .push(") > 0"),
    };
}

/// Folded, in one line, without control characters; runs of space are one space.
pub fn searchable(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in fold(text).split(|it: char| it.is_whitespace() || it.is_control()) {
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The number in text that is nothing but a number, as it stands within an international one: without the zero or zeros
/// that are dialled in front of it at home.
fn number_in(text: &str) -> Option<String> {
    let written = text
        .chars()
        .all(|it| it.is_ascii_digit() || " +-()/.".contains(it));
    let number = digits(&text.replace("(0)", ""));
    let dialled = number.trim_start_matches('0');
    // Few digits behind a zero would be found everywhere.
    let number = if dialled.len() >= 5 { dialled } else { &number };
    (written && number.len() >= 3 && number != text).then(|| number.to_owned())
}

/// Every third group of three and the last: a third of the work, and hardly a candidate more. Where a term repeats itself,
/// the groups across its seams tell it from text that has the repeated part once.
fn all_grams(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let last = letters.len().saturating_sub(3);
    let step = (last / MOST_GRAMS + 1).max(3);
    let starts: Vec<usize> = (0..last).step_by(step).chain([last]).collect();
    let gram = |start: usize| &letters[start..letters.len().min(start + 3)];
    let mut grams: Vec<&[char]> = Vec::new();
    for start in starts {
        let fresh = [start, start.saturating_sub(1), start.saturating_sub(2)]
            .map(gram)
            .into_iter()
            .find(|it| !grams.contains(it));
        grams.extend(fresh);
    }
    let mut query = String::new();
    for gram in grams {
        if !query.is_empty() {
            query.push_str(" AND ");
        }
        query.push('"');
        for letter in gram {
            if *letter == '"' {
                query.push('"');
            }
            query.push(*letter);
        }
        query.push('"');
    }
    query
}

/// Parts of a term whose letters and digits PostgreSQL's index knows: groups of three from the beginning and the end of each
/// word and every so often between. The index also knows where words begin and end, so a group at a seam takes the
/// sign there along: `ub con` asks for a word that ends in `ub` and one that begins with `con`.
fn grams_of_words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut grams = Vec::new();
    let mut start = 0;
    while start < letters.len() {
        let length = letters[start..]
            .iter()
            .take_while(|it| it.is_alphanumeric())
            .count();
        if length == 0 {
            start += 1;
            continue;
        }
        let end = start + length;
        // Long words are told apart without the signs beside them.
        let short = length <= SHORT_WORD;
        let before = start
            .checked_sub(1)
            .filter(|at| short && is_plain(letters[*at]));
        let after =
            Some(end).filter(|at| short && letters.get(*at).is_some_and(|it| is_plain(*it)));
        // Of a letter that may be the end of a longer word the index knows nothing.
        let known = before.is_some() || (after.is_some() && length == 2);
        if let Some(last) = length.checked_sub(3) {
            for at in (0..last).step_by(4).chain([last]) {
                let from = if at == 0 {
                    before.unwrap_or(start)
                } else {
                    start + at
                };
                let to = if at == last {
                    after.map_or(end, |it| it + 1)
                } else {
                    start + at + 3
                };
                grams.push(letters[from..to].iter().collect());
            }
        } else if known {
            let (from, to) = (before.unwrap_or(start), after.map_or(end, |it| it + 1));
            grams.push(letters[from..to].iter().collect());
        }
        start = end;
    }
    grams.truncate(MOST_GRAMS);
    grams
}

/// A sign that means nothing to `like`.
fn is_plain(letter: char) -> bool {
    !matches!(letter, '%' | '_' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(typed: &str) -> Term {
        Term::parse(typed).unwrap()
    }

    #[test]
    fn a_leads_text_has_its_parts_apart() {
        let text = text_of(
            "José  ÁLVAREZ",
            Some("Jose@Example.com"),
            Some("+49 (30) 123-45"),
            Some("ACME\nGmbH"),
        );
        assert_eq!(text, "jose alvarez\njose@example.com\n493012345\nacme gmbh");
        assert_eq!(text_of("Ada", None, Some("n/a"), Some("")), "ada");
    }

    #[test]
    fn nothing_typed_is_no_term() {
        for typed in ["", "  ", "\u{0}\u{7}", "\u{301}"] {
            assert_eq!(Term::parse(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn numbers_are_found_however_they_are_typed() {
        for (typed, number) in [
            ("+49 30 123-45", Some("493012345")),
            ("0049 30 12345", Some("493012345")),
            ("(030) 12345", Some("3012345")),
            ("+49 (0)30 12345", Some("493012345")),
            ("12345", None),
            ("007", None),
            ("+1", None),
            ("studio 54 11", None),
        ] {
            assert_eq!(term(typed).number.as_deref(), number, "{typed}");
        }
    }

    #[test]
    fn what_is_typed_never_becomes_syntax() {
        assert_eq!(term("a\"b*c").fts_query(), "\"a\"\"b\" AND \"b*c\"");
        assert_eq!(
            term("or near").fts_query(),
            "\"or \" AND \"nea\" AND \"ear\""
        );
        assert_eq!(
            term("12 34 5").fts_query(),
            "(\"12 \" AND \"34 \" AND \"4 5\") OR (\"123\" AND \"345\")"
        );
        assert_eq!(grams_of_words("50%_\\ o'neil"), [" o'", "'nei", "eil"]);
        assert_eq!(grams_of_words("ub con"), ["ub ", " con"]);
        assert_eq!(grams_of_words("25@iclo"), ["25@", "@icl", "clo"]);
        assert_eq!(grams_of_words("a-b c"), ["-b ", " c"]);
        assert_eq!(
            grams_of_words("umbrella robotics ag"),
            ["umb", "ell", "lla", "rob", "tic", "ics", " ag"]
        );
    }

    #[test]
    fn long_terms_ask_for_a_bounded_number_of_groups() {
        let query = term(&"abcdefghij".repeat(20)).fts_query();
        assert!(query.split(" AND ").count() <= MOST_GRAMS + 1, "{query}");
        assert_eq!(term("abc").fts_query(), "\"abc\"");
        assert_eq!(term("124124").fts_query(), "\"124\" AND \"412\"");
        assert_eq!(term("aaaaaa").fts_query(), "\"aaa\"");
    }

    #[test]
    fn which_terms_an_index_can_help_with() {
        for (typed, sqlite, postgres) in [
            ("ad", false, false),
            ("ada", true, true),
            ("@@@", true, false),
            ("a-b c", true, true),
            ("jo hn smi", true, true),
        ] {
            assert_eq!(term(typed).has_grams(Engine::Sqlite), sqlite, "{typed}");
            assert_eq!(term(typed).has_grams(Engine::Postgres), postgres, "{typed}");
        }
    }
}
