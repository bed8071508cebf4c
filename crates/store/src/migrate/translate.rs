//! One text of a schema, as each engine wants to read it.

use crate::Engine;

/// PostgreSQL's type words and the storage classes that SQLite's strict tables know.
const WORDS: [(&str, &str); 6] = [
    ("double precision", "real"),
    ("boolean", "integer"),
    ("bigint", "integer"),
    ("jsonb", "text"),
    ("bytea", "blob"),
    ("uuid", "blob"),
];

/// Turns a migration into the text for one engine.
///
/// A block between `-- only sqlite` or `-- only postgres` and `-- both` is for that engine alone. For SQLite, type words
/// become storage classes, every table becomes `strict`, and one that ends in `); -- clustered` is stored in the order of
/// its primary key.
pub fn translate(sql: &str, engine: Engine) -> String {
    let mut output = String::with_capacity(sql.len());
    let mut section = None;
    let mut in_table = false;
    for line in sql.lines() {
        match line.trim() {
            "-- only sqlite" => section = Some(Engine::Sqlite),
            "-- only postgres" => section = Some(Engine::Postgres),
            "-- both" => section = None,
            _ if section.is_some_and(|only| only != engine) => {}
            _ if engine == Engine::Postgres => push_line(&mut output, line),
            _ => push_line(&mut output, &sqlite_line(line, &mut in_table)),
        }
    }
    output
}

fn push_line(output: &mut String, line: &str) {
    output.push_str(line);
    output.push('\n');
}

fn sqlite_line(line: &str, in_table: &mut bool) -> String {
    let (code, comment) = split_comment(line);
    *in_table |= code
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("create table ");
    if !*in_table
        && !code
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("alter table ")
    {
        return line.to_owned();
    }
    let mut code = outside_quotes(code, replace_words);
    if *in_table && let Some(body) = code.trim_end().strip_suffix(");") {
        let clustered = comment.trim_start_matches('-').trim() == "clustered";
        code = format!(
            "{body}) strict{};",
            if clustered { ", without rowid" } else { "" }
        );
        *in_table = false;
    }
    format!("{code}{comment}")
}

/// The line before its comment, and the comment.
fn split_comment(line: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut last = ' ';
    for (at, found) in line.char_indices() {
        match found {
            '\'' => quoted = !quoted,
            '-' if !quoted && last == '-' => return line.split_at(at - 1),
            _ => {}
        }
        last = found;
    }
    (line, "")
}

fn outside_quotes(code: &str, change: fn(&str) -> String) -> String {
    let parts = code.split('\'').enumerate();
    let parts: Vec<String> = parts
        .map(|(nth, part)| {
            if nth % 2 == 0 {
                change(part)
            } else {
                part.to_owned()
            }
        })
        .collect();
    parts.join("'")
}

/// Replaces whole words that stand behind a space, where types stand.
fn replace_words(code: &str) -> String {
    let mut code = code.to_owned();
    for (word, class) in WORDS {
        let mut from = 0;
        while let Some(found) = code[from..].find(word) {
            let (start, end) = (from + found, from + found + word.len());
            let is_type = code[..start].ends_with(' ')
                && !code[end..]
                    .starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
            if is_type {
                code.replace_range(start..end, class);
                from = start + class.len();
            } else {
                from = end;
            }
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
-- A comment about uuid and bigint); stays.
create table a (
    id uuid not null, -- bigint here stays
    uuid_count bigint not null default 0,
    note text not null default 'a uuid it''s);',
-- only sqlite
    seq integer not null,
-- only postgres
    vector tsvector,
-- both
    primary key (id)
); -- clustered
create index a_by on a (uuid_count);
create table b (x boolean, y double precision);
-- only sqlite
create virtual table f using fts5 (
    x
);
-- both
alter table b add column z bigint;
";

    #[test]
    fn for_sqlite() {
        let expected = "\
-- A comment about uuid and bigint); stays.
create table a (
    id blob not null, -- bigint here stays
    uuid_count integer not null default 0,
    note text not null default 'a uuid it''s);',
    seq integer not null,
    primary key (id)
) strict, without rowid; -- clustered
create index a_by on a (uuid_count);
create table b (x integer, y real) strict;
create virtual table f using fts5 (
    x
);
alter table b add column z integer;
";
        // The space before the comment goes with the closing bracket.
        assert_eq!(
            translate(TEXT, Engine::Sqlite),
            expected.replace("rowid; --", "rowid;--")
        );
    }

    #[test]
    fn for_postgres() {
        let text = translate(TEXT, Engine::Postgres);
        assert!(
            text.contains("id uuid") && text.contains("tsvector"),
            "{text}"
        );
        assert!(
            !text.contains("fts5") && !text.contains("seq integer") && !text.contains("-- only"),
            "{text}"
        );
    }
}
