//! What the documents say about files and commands is so.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};

use super::{assert_none, assert_one, read, root};
use crate::harness::operations::operations;

/// Words in backticks and link targets that look like a path of this repository.
fn named_files(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let linked = text
        .split("](")
        .skip(1)
        .filter_map(|it| it.split([')', '#']).next());
    let path_like = |it: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let endings = [
            ".rs", ".md", ".sql", ".toml", ".json", ".html", ".js", ".css",
        ];
        !it.is_empty()
            && !it.starts_with(['/', '.', '-'])
            && it.chars().all(plain)
            && (it.ends_with('/') || endings.iter().any(|ending| it.ends_with(ending)))
    };
    quoted.chain(linked).filter(path_like).collect()
}

fn missing(text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    named_files(text)
        .into_iter()
        .filter(|it| !exists(it))
        .map(|it| format!("names {it}, which does not exist"))
        .collect()
}

#[test]
fn the_architecture_names_only_files_that_exist() {
    let text = read("ARCHITECTURE.md");
    assert!(
        named_files(&text).len() > 10,
        "are the names in ARCHITECTURE.md still found?"
    );
    let product = root().join("crates/leadline");
    let exists = |it: &str| {
        [
            root(),
            product.clone(),
            product.join("src"),
            root().join("docs"),
        ]
        .iter()
        .any(|top| top.join(it).exists())
    };
    assert_none(&missing(&text, exists));
}

#[test]
fn a_file_that_does_not_exist_is_noticed() {
    let exists = |it: &str| it == "src/api.rs";
    assert_one(
        &missing(
            "See `src/api.rs` and `src/nowhere.rs`; `POST /leads` is no file.",
            exists,
        ),
        "src/nowhere.rs",
    );
    assert_one(
        &missing("See [this](docs/gone.md#part).", exists),
        "docs/gone.md",
    );
}

/// Links between the documents lead somewhere.
#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents = vec![
        "README.md".to_owned(),
        "CONTRIBUTING.md".to_owned(),
        "ARCHITECTURE.md".to_owned(),
    ];
    for folder in ["docs", "docs/decisions"] {
        let entries = std::fs::read_dir(root().join(folder))
            .unwrap()
            .map(|it| it.unwrap().file_name());
        documents.extend(
            entries
                .map(|it| format!("{folder}/{}", it.to_string_lossy()))
                .filter(|it| Path::new(it).extension().is_some_and(|it| it == "md")),
        );
    }
    let mut complaints = Vec::new();
    for document in &documents {
        let folder = root().join(document).parent().unwrap().to_owned();
        let text = read(document);
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|it| it.split([')', '#']).next());
        for target in targets.filter(|it| !it.is_empty() && !it.contains("://")) {
            if !folder.join(target).exists() {
                complaints.push(format!(
                    "{document} links to {target}, which does not exist"
                ));
            }
        }
    }
    assert_none(&complaints);
}

/// The goals of the `make` commands in a text: in backticks, or at the start of a line.
fn goals(text: &str) -> BTreeSet<&str> {
    text.lines()
        .flat_map(|line| line.split('`').chain([line]))
        .filter_map(|it| it.trim_start().strip_prefix("make "))
        .filter_map(|it| it.split_whitespace().next())
        .filter(|it| it.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect()
}

/// What continuous integration runs is in the README, and what the README names is in the Makefile.
fn strangers(ci: &str, readme: &str, makefile: &str) -> Vec<String> {
    let ci: String = ci
        .lines()
        .filter(|it| !it.starts_with('#'))
        .collect::<Vec<_>>()
        .join("\n");
    let unnamed = goals(&ci)
        .into_iter()
        .filter(|it| !goals(readme).contains(it))
        .map(|it| format!("the README does not name make {it}"));
    let defined = |it: &str| {
        makefile
            .lines()
            .any(|line| line.starts_with(&format!("{it}:")))
    };
    let undefined = goals(readme)
        .into_iter()
        .filter(|it| !defined(it))
        .map(|it| format!("the Makefile has no goal {it}"));
    let bare = ci
        .lines()
        .map(str::trim)
        .filter(|it| it.starts_with("cargo") || it.starts_with("scripts/"));
    unnamed
        .chain(undefined)
        .chain(bare.map(|it| format!("CI runs something of its own: {it}")))
        .collect()
}

#[test]
fn the_readmes_commands_are_the_ones_that_ci_runs() {
    let ci = read(".ci/run");
    assert!(!goals(&ci).is_empty(), "does .ci/run still call make?");
    assert_none(&strangers(&ci, &read("README.md"), &read("Makefile")));
}

#[test]
fn a_command_of_ci_that_the_readme_does_not_name_is_noticed() {
    assert_one(
        &strangers("make test\nmake lint\n", "`make test`", "test:\n"),
        "make lint",
    );
    assert_one(
        &strangers("make test", "`make test` and `make coffee`", "test:\n"),
        "coffee",
    );
    assert_one(
        &strangers("make test\ncargo test", "`make test`", "test:\n"),
        "cargo test",
    );
}
/// Where the references of a document lead that lead nowhere.
fn broken_references(document: &Value) -> Vec<String> {
    fn collect<'a>(part: &'a Value, found: &mut BTreeSet<&'a str>) {
        match part {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|it| collect(it, found));
            }
            Value::Array(items) => items.iter().for_each(|it| collect(it, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect(document, &mut found);
    let resolves = |it: &&str| {
        let pointer = it.strip_prefix('#').unwrap_or_default();
        pointer.starts_with('/') && document.pointer(pointer).is_some()
    };
    let broken = found.into_iter().filter(|it| !resolves(it));
    broken.map(|it| format!("refers to {it}")).collect()
}

#[test]
fn the_api_document_refers_only_to_what_is_in_it() {
    let document: Value = serde_json::from_str(&read("crates/leadline/openapi.json")).unwrap();
    assert_none(&broken_references(&document));
}

#[test]
fn a_reference_that_leads_nowhere_is_noticed() {
    let document = json!({"a": {"$ref": "#/b/C"}, "b": {"C": {}}, "list": [{"$ref": "#/b/D"}]});
    assert_one(&broken_references(&document), "#/b/D");
}

/// The committed API document is the one that the handlers describe; `UPDATE=1` writes it anew.
#[test]
fn openapi_json_is_current() {
    let generated = leadline::api::document().to_pretty_json().unwrap() + "\n";
    let path = root().join("crates/leadline/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let same = std::fs::read_to_string(&path).unwrap_or_default() == generated;
    assert!(
        same,
        "crates/leadline/openapi.json is behind the handlers: UPDATE=1 cargo test -p leadline --test it openapi writes it"
    );
}

/// Generated clients name their functions by these.
fn unfit_names(operations: &[(&str, &str)]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let fits = |id: &str| {
        id.starts_with(|it: char| it.is_ascii_lowercase())
            && id.chars().all(|it| it.is_ascii_alphanumeric())
    };
    let unfit = operations
        .iter()
        .filter(|(_, id)| !fits(id) || !seen.insert(*id));
    unfit
        .map(|(operation, id)| format!("{operation}: \"{id}\" is taken or not camelCase"))
        .collect()
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let operations = operations();
    let named: Vec<_> = operations
        .iter()
        .map(|it| (it.name.as_str(), it.id.as_str()))
        .collect();
    assert_none(&unfit_names(&named));
}

#[test]
fn a_name_used_twice_or_written_otherwise_is_noticed() {
    assert_one(
        &unfit_names(&[("GET /a", "list"), ("GET /b", "list")]),
        "GET /b",
    );
    assert_one(&unfit_names(&[("GET /a", "get_one")]), "get_one");
}
