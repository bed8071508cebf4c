//! The two kinds of tables, as the migrations mark them.

use std::collections::BTreeSet;

use super::{assert_none, assert_one, root};

/// The workspace tables of all migrations.
pub fn workspace_tables() -> BTreeSet<String> {
    tables(&all_migrations())
        .into_iter()
        .filter(|it| !it.global)
        .map(|it| it.name)
        .collect()
}

pub struct Table {
    pub name: String,
    pub global: bool,
    body: String,
}

fn all_migrations() -> String {
    files()
        .iter()
        .map(|name| super::read(&format!("migrations/{name}")))
        .collect::<Vec<_>>()
        .join("\n")
}

fn files() -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(root().join("migrations"))
        .unwrap()
        .map(|it| it.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Reads `create table`; the comment lines right above it say which kind it is.
pub fn tables(migrations: &str) -> Vec<Table> {
    let lines: Vec<&str> = migrations.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = line
            .strip_prefix("create table ")
            .and_then(|it| it.split([' ', '(']).next())
        else {
            continue;
        };
        let global = lines[..at]
            .iter()
            .rev()
            .take_while(|it| it.starts_with("--") && !it.starts_with("-- both"))
            .any(|it| it.contains("table: global"));
        let body: Vec<&str> = lines[at + 1..]
            .iter()
            .copied()
            .take_while(|it| !it.starts_with(')'))
            .collect();
        found.push(Table {
            name: name.to_owned(),
            global,
            body: body.join("\n"),
        });
    }
    found
}

/// Keys of workspace tables start with the workspace, so that tables can be sharded by it.
fn complaints(migrations: &str) -> Vec<String> {
    let tables = tables(migrations);
    let is_workspace = |name: &str| tables.iter().any(|it| !it.global && it.name == name);
    let mut complaints = Vec::new();
    for table in tables.iter().filter(|it| !it.global) {
        if !table.body.contains("primary key (workspace_id,") {
            complaints.push(format!(
                "{}: its primary key does not start with workspace_id",
                table.name
            ));
        }
        for line in table.body.lines().map(str::trim) {
            let key = ["unique (", "foreign key ("]
                .iter()
                .find_map(|it| line.strip_prefix(it));
            if key.is_some_and(|it| !it.starts_with("workspace_id,")) || line.contains(" unique") {
                complaints.push(format!(
                    "{}: a key without the workspace: {line}",
                    table.name
                ));
            }
            let target = line
                .split_once(" references ")
                .and_then(|(_, it)| it.split([' ', '(']).next());
            if !line.starts_with("foreign key") && target.is_some_and(is_workspace) {
                complaints.push(format!(
                    "{}: a reference without the workspace: {line}",
                    table.name
                ));
            }
        }
    }
    for line in migrations
        .lines()
        .filter_map(|it| it.strip_prefix("create unique index "))
    {
        let (_, on) = line.split_once(" on ").unwrap_or_default();
        let (table, columns) = on.split_once(" (").unwrap_or_default();
        if is_workspace(table) && !columns.starts_with("workspace_id") {
            complaints.push(format!(
                "{table}: a unique index without the workspace: {line}"
            ));
        }
    }
    complaints
}

#[test]
fn keys_of_workspace_tables_start_with_the_workspace() {
    assert_none(&complaints(&all_migrations()));
}

#[test]
fn the_marks_are_read() {
    let workspace = workspace_tables();
    assert!(
        workspace.contains("leads")
            && workspace.contains("lead_notes")
            && workspace.contains("members")
    );
    assert!(!workspace.contains("jobs") && !workspace.contains("users"));
}

#[test]
fn keys_without_the_workspace_are_noticed() {
    let good = "create table a (\n    workspace_id bigint not null,\n    id uuid not null,\n    primary key (workspace_id, id)\n);\n";
    let b = |lines: &str| {
        format!(
            "{good}create table b (\n    workspace_id bigint not null,\n    primary key (workspace_id, x),\n    {lines}\n);\n"
        )
    };
    assert_none(&complaints(good));
    assert_one(
        &complaints("create table a (\n    id uuid not null primary key\n);\n"),
        "primary key",
    );
    assert_none(&complaints(
        "-- table: global. Why.\ncreate table a (\n    id uuid not null primary key\n);\n",
    ));
    assert_one(&complaints(&b("unique (name)")), "unique (name)");
    assert_one(
        &complaints(&b("name text not null unique")),
        "without the workspace",
    );
    assert_one(
        &complaints(&b("foreign key (a_id) references a (id)")),
        "foreign key (a_id)",
    );
    assert_one(
        &complaints(&b("a_id uuid references a (id)")),
        "a reference",
    );
    assert_one(
        &complaints(&format!("{good}create unique index i on a (x);\n")),
        "unique index",
    );
}

#[test]
fn every_migration_is_in_the_programs_list() {
    let listed: Vec<_> = leadline::server::MIGRATIONS
        .iter()
        .map(|it| format!("{:04}_{}.sql", it.version, it.name))
        .collect();
    assert_eq!(listed, files());
}
