//! What the tests of imports have in common.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::harness::{Client, TestApp};

/// A file of the test data.
pub fn data(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import");
    std::fs::read(format!("{folder}/{name}")).unwrap_or_else(|err| panic!("{name}: {err}"))
}

pub async fn upload(client: &Client, name: &str, bytes: impl Into<Vec<u8>>) -> Value {
    let call = client.post(format!("/imports?name={name}"));
    call.raw("application/octet-stream", bytes.into())
        .await
        .created()
}

pub fn path(import: &Value) -> String {
    format!("/imports/{}", import["id"].as_str().unwrap())
}

pub async fn change(client: &Client, import: &Value, body: Value) -> Value {
    client.patch(path(import)).json(&body).await.ok()
}

/// Checks an import to the end and gives it as it is then.
pub async fn check(app: &TestApp, import: &Value) -> Value {
    app.post(format!("{}/check", path(import)))
        .await
        .status(202);
    app.work().await;
    app.get(path(import)).await.ok()
}

/// Runs an import to the end and gives it as it is then.
pub async fn run(app: &TestApp, import: &Value) -> Value {
    app.post(format!("{}/run", path(import))).await.status(202);
    app.work().await;
    app.get(path(import)).await.ok()
}

/// Asserts that every row is counted once.
#[track_caller]
pub fn assert_balanced(import: &Value) {
    let sum = |of: &Value, names: &[&str]| -> i64 {
        names.iter().map(|it| of[*it].as_i64().unwrap()).sum()
    };
    let checked = &import["checked"];
    if !checked.is_null() {
        let names = [
            "new",
            "update",
            "duplicateInFile",
            "duplicateInBase",
            "invalid",
            "suppressed",
            "skipped",
        ];
        assert_eq!(checked["rows"], sum(checked, &names), "{checked}");
    }
    let report = &import["report"];
    if !report.is_null() {
        let names = [
            "created",
            "updated",
            "unchanged",
            "repeated",
            "review",
            "skipped",
            "suppressed",
            "invalid",
        ];
        assert_eq!(report["rows"], sum(report, &names), "{report}");
    }
}

/// A field for each column, by its header; the others are left out.
pub fn columns(import: &Value, fields: &[(&str, &str)]) -> Value {
    let columns = import["detected"]["columns"].as_array().unwrap().iter();
    columns
        .map(|it| {
            let found = fields.iter().find(|(header, _)| it["header"] == *header);
            json!({ "column": it["column"], "field": found.map(|it| it.1) })
        })
        .collect()
}

/// Rows of a table of people, from `from` on.
pub fn people(from: usize, count: usize) -> String {
    let mut text = String::from("name,email,phone,company\n");
    for number in from..from + count {
        let firm = number % 7;
        writeln!(
            text,
            "Person {number},person{number}@example.org,+1202555{number:04},Firm {firm}"
        )
        .unwrap();
    }
    text
}

pub async fn total(client: &Client) -> i64 {
    client.get("/leads?limit=1").await.ok()["total"]
        .as_i64()
        .unwrap()
}
