//! Search: what of a lead it looks through, and what a person may type.
//!
//! A lead is found when the term, folded, stands anywhere in its name, e-mail address, phone number or company: not only
//! at the beginning of a word. Digits are found in whatever way the number is written down. Both engines narrow the rows
//! by the term's groups of three letters and then look at the row itself, so nothing is ever found that does not match.
//! One or two letters have no such group: they find words that begin so, among the newest leads.

use store::{Engine, Sql, Tx, Value};

use crate::{base::text::fold, leads::grams};

/// Stands between the parts of a lead's text; no term contains it, so none matches across two parts.
const SEPARATOR: char = '\n';

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
            Engine::Postgres => self.variants().all(|it| !grams::of_words(it).is_empty()),
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
            for gram in grams::of_words(variant) {
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
        let queries: Vec<String> = self.variants().map(quoted).collect();
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

/// Groups that must all be there, in the syntax of SQLite's search index.
fn quoted(variant: &str) -> String {
    let quoted = |it: &String| format!("\"{}\"", it.replace('"', "\"\""));
    let grams: Vec<String> = grams::of_text(variant).iter().map(quoted).collect();
    grams.join(" AND ")
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
        assert_eq!(term("or near").fts_query(), "\"or \" AND \" ne\"");
        assert_eq!(
            term("12 34 5").fts_query(),
            "(\"12 \" AND \" 34\") OR (\"123\" AND \"345\")"
        );
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
