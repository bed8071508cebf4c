//! `leadline export`, as a person at a console or a script runs it.

use std::{fs, process::Command};

use serde_json::json;
use store::Engine;
use tempfile::TempDir;

use super::fixtures::read_csv;
use crate::{
    harness::{Site, TestDatabase},
    on_both_engines,
};

/// Exit code and what was said.
fn refused(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadline"));
    site.apply(&mut command);
    let output = command.arg("export").args(arguments).output().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

on_both_engines! {
    async fn leads_from_the_console(engine: Engine) {
        let database = TestDatabase::create(engine).await;
        let site = Site::new(database.config.clone());
        let key = site.set_up();
        let server = site.serve();
        let client = reqwest::Client::new();
        for (name, score) in [("Ada", 10), ("Bob", 90)] {
            let made = client.post(format!("{}/api/leads", server.url)).bearer_auth(&key)
                .json(&json!({"name": name, "score": score})).send().await.unwrap();
            assert_eq!(made.status(), 201);
        }
        // Beside the running server.
        let columns = ["--columns", "name,score"];
        let all = site.run(&[["export", "-", "--workspace", "Acme"].as_slice(), &columns].concat());
        assert_eq!(all, "name,score\r\nBob,90\r\nAda,10\r\n");
        let high = r#"{"where": {"field": "score", "op": "atLeast", "value": 50}}"#;
        let few = site.run(&[["export", "-", "--filter", high, "--names", "display", "--delimiter", "tab"].as_slice(), &columns].concat());
        assert_eq!(few, "Name\tScore\r\nBob\t90\r\n");
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        assert_eq!(site.run(&["export", &path("leads.ndjson"), "--filter", "minScore=50"]), "");
        let line: serde_json::Value = serde_json::from_str(&fs::read_to_string(path("leads.ndjson")).unwrap()).unwrap();
        assert_eq!(line["name"], "Bob");
        site.run(&["export", &path("leads.csv"), "--sort-by", "name", "--sort-order", "asc", "--bom"]);
        let table = read_csv(&fs::read(path("leads.csv")).unwrap()[3..], b',');
        assert_eq!(table.column("name"), ["Ada", "Bob"]);

        // A view of whoever it is, by name or id, into the format that the file's name speaks of.
        let view = json!({"name": "Hot", "filter": {"minScore": 50}, "columns": [{"field": "name"}, {"field": "score"}], "visibility": "everyone"});
        let made: serde_json::Value = client.post(format!("{}/api/views", server.url)).bearer_auth(&key)
            .json(&view).send().await.unwrap().json().await.unwrap();
        let by_name = site.run(&["export", "-", "--view", "hot"]);
        assert_eq!(by_name, "name,score\r\nBob,90\r\n");
        assert_eq!(site.run(&["export", "-", "--view", made["id"].as_str().unwrap()]), by_name);
        for (name, magic) in [("leads.xlsx", b"PK\x03\x04"), ("leads.parquet", b"PAR1")] {
            site.run(&["export", &path(name), "--view", "Hot"]);
            assert!(fs::read(path(name)).unwrap().starts_with(magic), "{name}");
            fs::remove_file(path(name)).unwrap();
        }
        let (code, said) = refused(&site, &[&path("bad.csv"), "--view", "Cold"]);
        assert!(code.is_some_and(|it| it > 0) && said.contains("view"), "{code:?} {said}");

        let (code, said) = refused(&site, &[&path("bad.csv"), "--filter", "minScore=x"]);
        assert!(code == Some(2) && said.contains("minScore"), "{code:?} {said}");
        let (code, said) = refused(&site, &[&path("bad.csv"), "--columns", "nothing"]);
        assert!(code == Some(2) && said.contains("nothing"), "{code:?} {said}");
        let (code, said) = refused(&site, &[&path("bad.csv"), "--workspace", "Nowhere"]);
        assert!(code.is_some_and(|it| it > 0) && said.contains("orkspace"), "{code:?} {said}");
        let (code, said) = refused(&site, &[&path("none/bad.csv")]);
        assert!(code == Some(1) && said.contains("bad.csv"), "{code:?} {said}");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "nothing half written stays: {left:?}");
        server.stop();
    }
}
