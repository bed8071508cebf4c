//! The rules of the house, each with a bad sample that shows it can fail.
//! A rule is a function from texts to complaints; a complaint names its file and line.

mod documents;
mod floors;
mod schema;
mod sources;
mod statements;

use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn read(path: &str) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
}

#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// A sample that breaks a rule in one way must draw one complaint, and it must say what is wrong.
#[track_caller]
fn assert_one(complaints: &[String], words: &str) {
    assert!(
        complaints.len() == 1 && complaints[0].contains(words),
        "expected one complaint with '{words}': {complaints:?}"
    );
}
