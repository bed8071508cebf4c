//! The commands for people, keys and the audit log, as a person at a console runs them.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::json;
use store::Engine;

use crate::{
    harness::{Site, TestDatabase},
    on_both_engines,
};

/// Runs a command with something on its standard input.
fn run(site: &Site, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadline"));
    site.apply(&mut command);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

on_both_engines! {
    async fn people_and_keys_from_the_console(engine: Engine) {
        let database = TestDatabase::create(engine).await;
        let site = Site::new(database.config.clone());
        let none = run(&site, &["key", "add", "--role", "admin"], "");
        assert!(complaint(&none).contains("there is none yet"));

        let add = ["user", "add", "--name", "Ada", "--email", "ada@example.org", "--workspace", "Acme"];
        let weak = run(&site, &[add.as_slice(), &["--password-stdin"]].concat(), "password123\n");
        assert!(complaint(&weak).contains("password is one of"));
        let added = run(&site, &[add.as_slice(), &["--password-stdin"]].concat(), "correct horse battery\n");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let bob = ["user", "add", "--name", "Bob", "--email", "bob@example.org", "--role", "sales"];
        assert!(site.run(&bob).contains("/reset/llr_"));
        assert_eq!(site.run(&["user", "list"]).lines().count(), 2);
        assert!(complaint(&run(&site, &bob, "")).contains("already"));

        let key = site.run(&["key", "add", "--workspace", "acme", "--role", "super-admin", "--expires-days", "1"]);
        assert!(key.starts_with("ll_") && key.lines().count() == 1, "a new key and nothing else");
        let keys = site.run(&["key", "list"]);
        assert!(!keys.contains(key.trim()) && keys.contains(&key[..10]));
        let lost = run(&site, &["key", "add", "--workspace", "Nowhere", "--role", "admin"], "");
        assert!(complaint(&lost).contains("workspace"));
        site.run(&["key", "revoke", keys.split('\t').next().unwrap()]);
        assert_eq!(site.run(&["key", "list"]), "");

        let disable = run(&site, &["user", "disable", "--email", "ada@example.org"], "");
        assert!(complaint(&disable).contains("at least one active Super Admin"));
        site.run(&["user", "disable", "--email", "bob@example.org"]);
        assert!(site.run(&["user", "list"]).contains("disabled"));
        assert!(site.run(&["user", "reset", "--email", "ada@example.org"]).contains("/reset/llr_"));
        assert!(site.run(&["audit", "verify"]).starts_with("Acme: 6 rows, whole."));
    }

    async fn a_broken_chain_is_told_and_is_a_failure(engine: Engine) {
        let database = TestDatabase::create(engine).await;
        let site = Site::new(database.config.clone());
        let key = site.set_up();
        let server = site.serve();
        let teams = reqwest::Client::new()
            .post(format!("{}/api/teams", server.url))
            .bearer_auth(&key)
            .json(&json!({"name": "North"}))
            .send()
            .await
            .unwrap();
        assert_eq!(teams.status(), 201);
        server.stop();
        assert!(site.run(&["audit", "verify"]).starts_with("Acme: 3 rows, whole."));

        let options = leadline::server::store_options(&site.config, store::Clock::system(), &leadline::jobs::Wake::new());
        let db = tokio::task::spawn_blocking(move || store::Db::open(options)).await.unwrap().unwrap();
        let open = if engine == Engine::Sqlite {
            "drop trigger audit_log_no_update"
        } else {
            "alter table audit_log disable trigger audit_log_no_change"
        };
        let broken: Result<(), store::Error> = db.write(move |tx| {
            tx.script(open)?;
            tx.script("update audit_log set at = at + 1 where workspace_id = 1 and seq = 2")
        }).await;
        broken.unwrap();
        db.close().await;

        let output = run(&site, &["audit", "verify", "--workspace", "Acme"], "");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "Acme: broken at row 2: the row was changed.\n");
    }
}
