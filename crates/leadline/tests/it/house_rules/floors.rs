//! Which way the arrows point: a room uses rooms on lower floors, never its neighbours or anything above.

use std::collections::BTreeSet;

use super::{
    assert_none, assert_one,
    sources::{Kind, Source, Token, of_the_product, parse},
};

/// Every room and its floor. Rooms of one floor do not know each other; they meet through events and jobs.
const FLOORS: &[(&str, u32)] = &[
    ("base", 0),
    ("workspaces", 1),
    ("jobs", 1),
    ("events", 2),
    ("leads", 3),
    ("intake", 5),
    ("onboarding", 6),
    ("privacy", 6),
    ("web", 4),
    // The top floor has an order of its own: main → commands → server → api.
    ("api", 70),
    ("server", 71),
    ("commands", 72),
    ("main", 73),
];

#[test]
fn every_room_uses_lower_floors_only() {
    assert_none(
        &of_the_product()
            .iter()
            .flat_map(complaints)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_table_names_the_rooms_there_are() {
    let rooms: BTreeSet<_> = of_the_product()
        .iter()
        .map(|it| room(&it.path))
        .filter(|it| it != "lib")
        .collect();
    let table: BTreeSet<_> = FLOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(rooms, table);
}

#[test]
fn an_arrow_that_points_up_or_sideways_is_noticed() {
    let of =
        |path: &str, text: &str| complaints(&parse(&format!("crates/leadline/src/{path}"), text));
    assert_one(
        &of("base/id.rs", "use crate::leads::Lead;"),
        "base (floor 0) uses leads (floor 3)",
    );
    assert_one(
        &of("jobs/mod.rs", "use crate::{base::Id, workspaces};"),
        "jobs (floor 1) uses workspaces (floor 1)",
    );
    assert_one(
        &of("events/log.rs", "fn f() { crate::leads::g() }"),
        "events/log.rs:1",
    );
    assert_one(
        &of(
            "events/log.rs",
            "use crate::{base::{Id, Page}, api::routes};",
        ),
        "uses api",
    );
    assert_one(
        &of("leads/sql.rs", "use crate::nowhere::x;"),
        "nowhere has no floor",
    );
    assert_one(&of("jobs/mod.rs", "use super::leads;"), "by way of super");
    assert_one(
        &of("jobs/sql.rs", "use super::super::leads;"),
        "by way of super",
    );
    assert_none(&of(
        "leads/sql.rs",
        "use crate::{base::Id, events, jobs, leads::Lead, workspaces::Member}; use super::api;",
    ));
}

fn complaints(source: &Source) -> Vec<String> {
    let here = room(&source.path);
    let mut complaints = climbs(source);
    for (used, line) in uses(&source.tokens)
        .into_iter()
        .filter(|(used, _)| *used != here && here != "lib")
    {
        match (floor(&here), floor(&used)) {
            (Some(from), Some(to)) if to >= from => {
                complaints.push(source.complain(
                    line,
                    &format!("{here} (floor {from}) uses {used} (floor {to})"),
                ));
            }
            (_, None) => complaints
                .push(source.complain(line, &format!("{used} has no floor in this test's table"))),
            _ => {}
        }
    }
    complaints
}

/// `super` may not lead out of the room, past the eyes of this test.
fn climbs(source: &Source) -> Vec<String> {
    let inside = source.path.trim_start_matches("crates/leadline/src/");
    let allowed = inside.trim_end_matches("/mod.rs").matches('/').count();
    let mut complaints = Vec::new();
    let mut run = 0;
    for (at, token) in source.tokens.iter().enumerate() {
        match &token.kind {
            Kind::Word(word) if word == "super" && !in_visibility(&source.tokens, at) => run += 1,
            Kind::Sign(':') => {}
            _ => run = 0,
        }
        if run > allowed {
            complaints.push(source.complain(token.line, "leaves its room by way of super"));
            run = 0;
        }
    }
    complaints
}

fn in_visibility(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|it| it.is(')'))
}

/// The rooms named behind `crate::` (in the program's own file, behind `leadline::`), with their lines.
fn uses(tokens: &[Token]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if !matches!(tokens[at].word(), Some("crate" | "leadline")) || !is_path(tokens, at + 1) {
            continue;
        }
        match tokens.get(at + 3) {
            Some(Token {
                kind: Kind::Word(room),
                line,
            }) => found.push((room.clone(), *line)),
            Some(open) if open.is('{') => found.extend(group(&tokens[at + 4..])),
            _ => {}
        }
    }
    found
}

fn is_path(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|it| it.is(':')) && tokens.get(at + 1).is_some_and(|it| it.is(':'))
}

/// The first word of each part of `{a::b, c::{d, e}}`, up to the closing brace.
fn group(tokens: &[Token]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let (mut depth, mut first) = (0, true);
    for token in tokens {
        match &token.kind {
            Kind::Sign('{') => depth += 1,
            Kind::Sign('}') if depth == 0 => break,
            Kind::Sign('}') => depth -= 1,
            Kind::Sign(',') if depth == 0 => first = true,
            Kind::Word(room) if depth == 0 && first => {
                found.push((room.clone(), token.line));
                first = false;
            }
            _ => {}
        }
    }
    found
}

fn room(path: &str) -> String {
    let inside = path.trim_start_matches("crates/leadline/src/");
    inside
        .split('/')
        .next()
        .unwrap_or(inside)
        .trim_end_matches(".rs")
        .to_owned()
}

fn floor(room: &str) -> Option<u32> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, floor)| *floor)
}
