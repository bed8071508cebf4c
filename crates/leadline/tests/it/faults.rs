//! The database goes away under a running server, and comes back: 503 with Retry-After meanwhile, nothing half-done,
//! and the server goes on by itself.

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use store::Engine;

use crate::{
    harness::{Server, Site, TestDatabase, config},
    house_rules::root,
};

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else_on_sqlite() {
    let database = TestDatabase::create(Engine::Sqlite).await;
    let site = Site::new(database.config.clone());
    let desk = Desk {
        key: site.set_up(),
        ..Desk::default()
    };
    // No file may grow beyond this: the file system's own "no room", without a file system to fill.
    let mut command = Command::new("bash");
    command.args([
        "-c",
        "trap '' XFSZ; ulimit -S -f 3000; exec \"$0\" serve",
        env!("CARGO_BIN_EXE_leadline"),
    ]);
    site.apply(&mut command);
    let server = Server::start(command);
    let desk = Desk {
        url: server.url.clone(),
        ..desk
    };

    let mut kept = desk.write_until_refused(20_000).await;
    desk.refuses_writes().await;
    assert_eq!(
        desk.get("/api/leads?limit=1")
            .await
            .json::<Value>()
            .await
            .unwrap()["total"],
        kept
    );
    assert_eq!(desk.get("/healthz").await.status(), StatusCode::OK);

    let room = Command::new("prlimit")
        .args(["--pid", &server.id().to_string(), "--fsize=unlimited"])
        .status()
        .unwrap();
    assert!(room.success());
    kept += desk.write_until_accepted().await;
    assert_eq!(
        desk.get("/api/leads?limit=1")
            .await
            .json::<Value>()
            .await
            .unwrap()["total"],
        kept
    );
    server.stop();
    site.run(&["doctor"]);
}

#[tokio::test]
async fn a_lost_database_is_waited_for_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(&folder);
    let site = Site::new(config(postgres.url.clone()));
    let desk = Desk {
        key: site.set_up(),
        ..Desk::default()
    };
    let server = site.serve();
    let desk = Desk {
        url: server.url.clone(),
        ..desk
    };
    let mut kept = desk.write_until_accepted().await;

    postgres.stop();
    desk.refuses_writes().await;
    refused(&desk.get("/api/leads").await);
    assert_eq!(
        desk.get("/readyz").await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(desk.get("/healthz").await.status(), StatusCode::OK);

    let postgres = Postgres::start(&folder);
    kept += desk.write_until_accepted().await;
    assert_eq!(desk.get("/readyz").await.status(), StatusCode::OK);
    assert_eq!(
        desk.get("/api/leads?limit=1")
            .await
            .json::<Value>()
            .await
            .unwrap()["total"],
        kept
    );
    site.run(&["doctor"]);
    server.stop();
    postgres.stop();
}

/// Somebody who writes leads.
#[derive(Default)]
struct Desk {
    client: Client,
    url: String,
    key: String,
}

impl Desk {
    async fn write(&self) -> Response {
        // Long enough that room runs out soon.
        let body = json!({"name": "Ada Lovelace", "customFields": {"story": "x".repeat(4000)}});
        self.client
            .post(format!("{}/api/leads", self.url))
            .bearer_auth(&self.key)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.url))
            .bearer_auth(&self.key)
            .send()
            .await
            .unwrap()
    }

    /// How many were taken before the first was not.
    async fn write_until_refused(&self, most: i64) -> i64 {
        for taken in 0..most {
            let answer = self.write().await;
            if answer.status() != StatusCode::CREATED {
                refused(&answer);
                return taken;
            }
        }
        panic!("{most} leads were taken and none refused");
    }

    /// Writes once the database is back; gives the number of leads taken, which is 1.
    async fn write_until_accepted(&self) -> i64 {
        let began = Instant::now();
        loop {
            let answer = self.write().await;
            if answer.status() == StatusCode::CREATED {
                return 1;
            }
            refused(&answer);
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "still refused long after the fault was mended"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn refuses_writes(&self) {
        for _ in 0..10 {
            let began = Instant::now();
            refused(&self.write().await);
            assert!(
                began.elapsed() < Duration::from_secs(15),
                "a refusal has to come soon"
            );
        }
    }
}

fn refused(answer: &Response) {
    let (status, headers) = (answer.status(), answer.headers());
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let wait = headers
        .get("retry-after")
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.parse::<u32>().ok());
    assert!(
        wait.is_some_and(|it| it >= 1),
        "503 has to say when to come back: {headers:?}"
    );
    assert_eq!(headers["content-type"], "application/problem+json");
}

/// A PostgreSQL of this test's own, since the others' must not be stopped.
struct Postgres {
    script: Child,
    url: String,
}

impl Postgres {
    fn start(folder: &tempfile::TempDir) -> Postgres {
        // Run by root, the server's programs belong to somebody else, who has to get in.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        let mut script = Command::new(root().join("scripts/with-postgres"))
            .args(["bash", "-c", "echo \"$LEADLINE_TEST_POSTGRES\"; exec cat"])
            .env("LEADLINE_POSTGRES_DIR", folder.path().join("cluster"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(script.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        assert!(
            url.starts_with("postgres://"),
            "the private PostgreSQL did not start"
        );
        Postgres {
            script,
            url: url.trim().to_owned(),
        }
    }

    /// The script stops the server when what it runs ends, and that ends with its input.
    fn stop(mut self) {
        drop(self.script.stdin.take());
        assert!(self.script.wait().unwrap().success());
    }
}

impl Drop for Postgres {
    /// Only a test that failed leaves one behind; the script hears this and stops the server.
    fn drop(&mut self) {
        if self.script.try_wait().is_ok_and(|it| it.is_none()) {
            drop(self.script.stdin.take());
            let _ = self.script.wait();
        }
    }
}
