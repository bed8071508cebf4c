//! Every SQL text of the product compiles on the engines it is for, and names the workspace where its tables have one.
//! A text in a constant called `SQLITE_…` or `POSTGRES_…` is for that engine alone.

use std::fmt::Write;

use store::Engine;

use super::{
    assert_none, assert_one, schema,
    sources::{Kind, Source, Token, of_the_product, parse},
};
use crate::harness;

/// Calls that take a whole statement first.
const CALLS: [&str; 6] = ["one", "opt", "all", "exec", "each", "check"];
const STARTS: [&str; 5] = ["select", "insert", "update", "delete", "with"];

/// Stands in a comment above a statement that really is about every workspace, with the reason behind it.
const EXCUSE: &str = "every workspace:";

struct Statement {
    place: String,
    text: String,
    engine: Option<Engine>,
    /// Put together while running, in more than one way: what can be read of it cannot be compiled.
    part: bool,
    excused: bool,
}

async fn all_compile(engine: Engine) {
    let db = harness::database(engine).await;
    let statements: Vec<_> = of_the_product().iter().flat_map(statements).collect();
    let whole = statements.iter().filter(|it| !it.part).count();
    assert!(
        whole > 50,
        "only {whole} statements were found; does this test still read the code right?"
    );
    let refused = refused(&db, statements, engine).await;
    db.close().await;
    assert_none(&refused);
}

async fn refused(db: &store::Db, statements: Vec<Statement>, engine: Engine) -> Vec<String> {
    let meant = statements
        .into_iter()
        .filter(move |it| !it.part && it.engine.is_none_or(|it| it == engine));
    let work = db.read(move |tx| {
        let complaint = |statement: Statement| {
            let refusal = tx.attempt(|tx| tx.check(&statement.text)).err()?;
            Some(format!(
                "{}: {refusal}\n    {}",
                statement.place,
                statement.text.trim()
            ))
        };
        Ok::<_, store::Error>(meant.filter_map(complaint).collect())
    });
    work.await.unwrap()
}

crate::on_both_engines! {
    async fn every_statement_compiles(engine: Engine) {
        all_compile(engine).await;
    }

    async fn a_statement_that_does_not_compile_is_noticed(engine: Engine) {
        let db = harness::database(engine).await;
        let text = "fn f(tx: &mut Tx) { tx.one(\"select nothing_such from leads where workspace_id = $1\", &[]) }";
        let refused = refused(&db, statements(&parse("x.rs", text)), engine).await;
        db.close().await;
        assert_one(&refused, "nothing_such");
    }
}

#[test]
fn every_statement_on_a_workspace_table_names_the_workspace() {
    let found: Vec<_> = of_the_product().iter().flat_map(statements).collect();
    assert_none(&found.iter().filter_map(homeless).collect::<Vec<_>>());
}

#[test]
fn a_statement_without_the_workspace_is_noticed() {
    let of = |text: &str| {
        statements(&parse("x.rs", text))
            .iter()
            .filter_map(homeless)
            .collect::<Vec<_>>()
    };
    assert_one(
        &of("fn f() { tx.exec(\"delete from leads where id = $1\", &[]) }"),
        "x.rs:1",
    );
    assert_one(
        &of(
            "fn f() { tx.all::<Vec<(Id, Id)>>(\"select l.id from leads l join lead_notes n on n.lead_id = l.id where l.workspace_id = $1\", &[]) }",
        ),
        "2 workspace tables",
    );
    assert_one(
        &of("const FIND: &str = \"select id from teams where name = $1\";"),
        "teams",
    );
    assert_one(
        &of(
            "fn f() { let mut sql = Sql::new(\"update leads set name =\"); sql.bind(n).push(\" where id =\").bind(id); }",
        ),
        "leads",
    );
    assert_one(
        &of(
            "const C: &[&str] = &[\"id\", \"name\"];\nfn f() { tx.insert_many(\"teams\", C, rows) }",
        ),
        "x.rs:2",
    );
    assert_one(
        &of("// every workspace:\nfn f() { tx.exec(\"delete from leads\", &[]) }"),
        "leads",
    );
    assert_none(&of(
        "// every workspace: rows too old to matter go from all of them\nfn f() { tx.exec(\"delete from leads\", &[]) }",
    ));
    assert_none(&of(
        "fn f() { tx.exec(\"delete from jobs where id = $1\", &[]); tx.one(\"select 1\", &[]) }",
    ));
    assert_none(&of(
        "fn f() { tx.insert_many(\"teams\", &[\"workspace_id\", \"id\"], rows) }",
    ));
}

#[test]
fn statements_are_found_where_they_stand() {
    let text = "const POSTGRES_A: &str = \"select 1\";\nconst NAME: &str = \"Select a plan\"; const C: &str = \"select c \";\n\
                fn f() { tx.each(&\"select 2\", &[], |r| r); list.iter().all(|x| x) }\n\
                fn g() { let mut sql = Sql::new(C); sql.push(\"from d where e =\").bind(x); sql.push(\" and f in\").list(y).push(tx.for_update()); tx.fetch(&sql) }\n\
                fn h() { let mut sql = Sql::new(\"select g\"); if h { sql.push(\" i\"); } }";
    let found: Vec<_> = statements(&parse("x.rs", text))
        .into_iter()
        .map(|it| (it.text, it.engine, it.part))
        .collect();
    let expected = [
        ("select 1".to_owned(), Some(Engine::Postgres), false),
        ("select 2".to_owned(), None, false),
        (
            "select c from d where e = $1 and f in (null)".to_owned(),
            None,
            false,
        ),
        ("select g i".to_owned(), None, true),
    ];
    assert_eq!(found, expected);
}

/// A statement has to name the workspace at least once for each workspace table it touches.
fn homeless(statement: &Statement) -> Option<String> {
    let tables = schema::workspace_tables();
    let words: Vec<_> = statement
        .text
        .split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|it| !it.is_empty())
        .collect();
    let touched: Vec<_> = words
        .windows(2)
        .filter(|it| ["from", "join", "into", "update"].contains(&it[0]) && tables.contains(it[1]))
        .map(|it| it[1])
        .collect();
    let named = words.iter().filter(|it| **it == "workspace_id").count();
    (named < touched.len() && !statement.excused).then(|| {
        let (count, tables) = (touched.len(), touched.join(", "));
        format!(
            "{}: {count} workspace tables ({tables}), but workspace_id stands {named} times",
            statement.place
        )
    })
}

fn statements(source: &Source) -> Vec<Statement> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let rest = &tokens[at..];
        if let Some((name, text)) =
            constant(rest).filter(|it| starts_a_statement(it.1.text().unwrap_or_default()))
        {
            let engine = engine_of(name);
            if !begins_another(tokens, name) {
                found.push(statement(source, text, engine));
            }
        } else if let Some(text) = call(rest) {
            found.push(statement(source, text, None));
        } else if let Some((text, part)) = built(rest, tokens) {
            found.push(Statement {
                text,
                part,
                ..statement(source, &tokens[at], None)
            });
        } else if let Some((table, columns, engine)) = insert_many(rest, tokens) {
            let numbers: Vec<_> = (1..=columns.len()).map(|it| format!("${it}")).collect();
            let name = table.text().unwrap_or_default();
            let text = format!(
                "insert into {name} ({}) values ({})",
                columns.join(", "),
                numbers.join(", ")
            );
            found.push(Statement {
                text,
                ..statement(source, table, engine)
            });
        }
    }
    found
}

fn statement(source: &Source, token: &Token, engine: Option<Engine>) -> Statement {
    Statement {
        place: format!("{}:{}", source.path, token.line),
        text: token.text().unwrap_or_default().to_owned(),
        engine,
        part: false,
        excused: source.excused(token.line, EXCUSE),
    }
}

/// The engine that a constant's name says its text is for.
fn engine_of(name: &str) -> Option<Engine> {
    match name {
        _ if name.starts_with("SQLITE_") => Some(Engine::Sqlite),
        _ if name.starts_with("POSTGRES_") => Some(Engine::Postgres),
        _ => None,
    }
}

fn starts_a_statement(text: &str) -> bool {
    text.split_whitespace()
        .next()
        .is_some_and(|it| STARTS.contains(&it))
        && text.trim().contains(' ')
}

/// `const NAME: &str = "…"`
fn constant(tokens: &[Token]) -> Option<(&str, &Token)> {
    let [keyword, name, rest @ ..] = tokens else {
        return None;
    };
    if !matches!(keyword.word(), Some("const" | "static")) {
        return None;
    }
    let equals = rest.iter().take(8).position(|it| it.is('='))?;
    let is_str = rest[..equals].last()?.word() == Some("str");
    rest.get(equals + 1)
        .filter(|it| is_str && it.text().is_some())
        .map(|text| (name.word().unwrap_or_default(), text))
}

/// `.exec("…"`, `.one::<T>("…"`
fn call(tokens: &[Token]) -> Option<&Token> {
    let [dot, name, rest @ ..] = tokens else {
        return None;
    };
    if !dot.is('.') || !name.word().is_some_and(|it| CALLS.contains(&it)) {
        return None;
    }
    first_argument(rest)
}

/// What follows `Sql::new(`, as far as it can be read: texts as they are, `bind` as a number, `list` as a list.
/// The second value says that it is a part only, because the way through the code decides what is pushed.
fn built(tokens: &[Token], file: &[Token]) -> Option<(String, bool)> {
    let [name, colon, _, new, open, rest @ ..] = tokens else {
        return None;
    };
    if name.word() != Some("Sql") || !colon.is(':') || new.word() != Some("new") || !open.is('(') {
        return None;
    }
    let (mut text, first_known) = known(rest, file).map_or((String::new(), false), |it| (it, true));
    let (mut part, mut number) = (!first_known, 0);
    let mut end = rest.len();
    for (at, token) in rest.iter().enumerate() {
        if at > end {
            break;
        }
        match token.word() {
            Some("fn" | "Sql") => break,
            Some("fetch" | "fetch_opt" | "fetch_one" | "fetch_each" | "run") => {
                end = at + end_of_call(&rest[at..]);
            }
            Some("append") => {
                part = true;
                text += &conditions(file);
            }
            Some("if" | "match" | "for" | "while" | "else") => part = true,
            Some(helper) if lends(&rest[at + 1..]) => {
                part = true;
                text += &pushed_by(helper, file);
            }
            Some("bind") => {
                number += 1;
                write!(text, " ${number}").unwrap();
            }
            Some("list") => text += " (null)",
            Some("push") => match known(&rest[at + 2..], file) {
                Some(pushed) => text += &pushed,
                None => part = true,
            },
            _ => {}
        }
    }
    Some((text, part))
}

/// What a statement may append: the texts of the same file that begin with `where`.
fn conditions(file: &[Token]) -> String {
    let firsts = file
        .windows(6)
        .filter(|it| it[0].word() == Some("Sql") && it[3].word() == Some("new"));
    let texts = firsts.filter_map(|it| it[5].text());
    texts
        .filter(|it| it.trim_start().starts_with("where"))
        .collect()
}

/// Whether what is called here is handed the statement to go on with: `(&mut sql`.
fn lends(behind: &[Token]) -> bool {
    let [open, and, mutable, ..] = behind else {
        return false;
    };
    open.is('(') && and.is('&') && mutable.word() == Some("mut")
}

/// The texts that a function of the same file pushes.
fn pushed_by(helper: &str, file: &[Token]) -> String {
    let is_it = |it: &[Token]| it[0].word() == Some("fn") && it[1].word() == Some(helper);
    let Some(start) = file.windows(2).position(is_it) else {
        return String::new();
    };
    let body = file[start + 1..]
        .iter()
        .enumerate()
        .take_while(|(_, it)| it.word() != Some("fn"));
    let pushes = body
        .filter(|(_, it)| it.word() == Some("push"))
        .map(|(at, _)| &file[start + 1 + at + 2..]);
    pushes.filter_map(|it| known(it, file)).collect()
}

/// Where the parenthesis that opens next is closed.
fn end_of_call(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') if depth == 1 => return at,
            Kind::Sign(')') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The text an argument stands for: a literal, a constant of the same file, or one of the locking clauses, which
/// may be left out.
fn known(argument: &[Token], file: &[Token]) -> Option<String> {
    if let Some(text) = argument.first()?.text() {
        return Some(text.to_owned());
    }
    let [tx, dot, helper, ..] = argument else {
        return None;
    };
    if tx.word() == Some("tx")
        && dot.is('.')
        && matches!(helper.word(), Some("for_update" | "skip_locked"))
    {
        return Some(String::new());
    }
    let wanted = tx.word()?;
    (0..file.len())
        .filter_map(|at| constant(&file[at..]))
        .find(|(name, _)| *name == wanted)?
        .1
        .text()
        .map(str::to_owned)
}

/// Whether a constant is only the beginning, or a piece, of statements that are put together.
fn begins_another(tokens: &[Token], constant: &str) -> bool {
    tokens.windows(3).any(|it| {
        matches!(it[0].word(), Some("new" | "push"))
            && it[1].is('(')
            && it[2].word() == Some(constant)
    })
}

/// The literal that an argument list starts with, behind a turbofish if there is one.
fn first_argument(tokens: &[Token]) -> Option<&Token> {
    let open = if tokens.first()?.is('(') {
        0
    } else {
        behind_turbofish(tokens)?
    };
    let first = if tokens.get(open + 1)?.is('&') {
        open + 2
    } else {
        open + 1
    };
    tokens.get(first).filter(|it| it.text().is_some())
}

fn behind_turbofish(tokens: &[Token]) -> Option<usize> {
    if !(tokens.first()?.is(':') && tokens.get(1)?.is(':') && tokens.get(2)?.is('<')) {
        return None;
    }
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(2) {
        match token.kind {
            Kind::Sign('<') => depth += 1,
            Kind::Sign('>') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return tokens.get(at + 1).filter(|it| it.is('(')).map(|_| at + 1);
        }
    }
    None
}

/// `.insert_many("table", &["a", "b"]`, or with the columns in a constant of the same file, whose name may say the engine.
fn insert_many<'a>(
    tokens: &'a [Token],
    file: &[Token],
) -> Option<(&'a Token, Vec<String>, Option<Engine>)> {
    let [dot, name, open, table, comma, rest @ ..] = tokens else {
        return None;
    };
    if !(dot.is('.') && name.word() == Some("insert_many") && open.is('(') && comma.is(',')) {
        return None;
    }
    let behind = usize::from(rest.first()?.is('&'));
    let named = rest.get(behind)?.word();
    let columns = match named {
        Some(constant) => {
            let is_it =
                |it: &[Token]| it[0].word() == Some("const") && it[1].word() == Some(constant);
            list(&file[file.windows(2).position(is_it)?..])
        }
        None => list(rest),
    };
    Some((table, columns, named.and_then(engine_of)))
}

/// The texts of the first list that stands behind an `=` or at once.
fn list(tokens: &[Token]) -> Vec<String> {
    let start = if tokens[0].is('&') {
        0
    } else {
        tokens.iter().position(|it| it.is('=')).unwrap_or(0)
    };
    tokens[start..]
        .iter()
        .take_while(|it| !it.is(']'))
        .filter_map(Token::text)
        .map(str::to_owned)
        .collect()
}
