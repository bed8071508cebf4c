//! `kill -9` in the middle of a run, again and again: no row is lost, none goes in twice, and the report adds up.

use std::fmt::Write;

use reqwest::Client;
use serde_json::{Value, json};
use store::Engine;

use super::fixtures::assert_balanced;
use crate::harness::{Site, TestDatabase};

const ROWS: i64 = 15_000;
const KILLS: i64 = 4;

crate::on_both_engines! {
    async fn a_run_that_is_killed_goes_on_with_what_is_missing(engine: Engine) {
        let database = TestDatabase::create(engine).await;
        let site = Site::new(database.config.clone());
        let key = site.set_up();
        let mut text = String::from("name,email\n");
        for number in 0..ROWS {
            writeln!(text, "Person {number},person{number}@example.org").unwrap();
        }
        let mut server = site.serve();
        let visitor = Visitor { client: Client::new(), key };
        let import = visitor.post(&server.url, "/imports?name=many.csv", text).await;
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        visitor.post(&server.url, &format!("{path}/run"), String::new()).await;
        let mut kills = 0;
        let done = loop {
            let import = visitor.get(&server.url, &path).await;
            if import["state"] != "running" {
                break import;
            }
            // In the middle of the next part of the file.
            if kills < KILLS && import["report"]["rows"].as_i64().unwrap() >= (kills * 2 + 1) * ROWS / 10 {
                server.kill();
                server = site.serve();
                kills += 1;
            }
        };
        assert_eq!(kills, KILLS, "the run was over before it could be killed");
        assert_eq!((&done["state"], &done["report"]["created"], &done["report"]["rows"]), (&json!("done"), &json!(ROWS), &json!(ROWS)), "{done}");
        assert_balanced(&done);
        let leads = visitor.get(&server.url, "/leads?limit=1").await;
        assert_eq!(leads["total"], ROWS);
        server.stop();
        println!("{}", site.run(&["doctor"]));
    }
}

struct Visitor {
    client: Client,
    key: String,
}

impl Visitor {
    async fn get(&self, url: &str, path: &str) -> Value {
        let request = self
            .client
            .get(format!("{url}/api{path}"))
            .bearer_auth(&self.key);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    async fn post(&self, url: &str, path: &str, body: String) -> Value {
        let request = self
            .client
            .post(format!("{url}/api{path}"))
            .bearer_auth(&self.key);
        let answer = request.body(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }
}
