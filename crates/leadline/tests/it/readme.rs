//! The README's first steps run as printed, against the real program.

use std::process::Command;

use store::Engine;

use crate::{
    harness::{Site, TestDatabase},
    house_rules::root,
};

#[tokio::test]
async fn the_first_steps_run_as_printed() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, behind) = readme.split_once("## First steps").unwrap();
    let steps = behind
        .split("```sh\n")
        .nth(1)
        .and_then(|it| it.split("```").next())
        .unwrap();
    assert!(
        steps.contains("demo") && steps.matches("curl").count() >= 4,
        "{steps}"
    );

    let database = TestDatabase::create(Engine::Sqlite).await;
    let site = Site::new(database.config.clone());
    let server = site.serve();
    // The same commands, at this program and this server; a refusal is a failure.
    let steps = steps
        .replace("target/release/leadline", env!("CARGO_BIN_EXE_leadline"))
        .replace("http://127.0.0.1:8080", &server.url)
        .replace("curl -sS", "curl -sS --fail-with-body");
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", &steps]);
    site.apply(&mut command);
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{printed}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(printed.contains("2000 leads"), "{printed}");
    let seen = printed.matches("\"Ada Lovelace\"").count();
    assert!(seen >= 2, "made and found: {printed}");
    server.stop();
}
