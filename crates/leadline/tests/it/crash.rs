//! `kill -9` under write load, again and again: what was acknowledged is there, nothing is half-done, nothing twice.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};
use store::{Clock, Engine};

use crate::harness::{Site, TestDatabase};

const ROUNDS: u64 = 20;
const WRITERS: usize = 8;

crate::on_both_engines! {
    async fn what_was_acknowledged_survives_kill_9(engine: Engine) {
        let database = TestDatabase::create(engine).await;
        let site = Site::new(database.config.clone());
        let key = site.set_up();
        let mut writers: Vec<Writer> = (0..WRITERS).map(|number| Writer::new(number, &key)).collect();
        let mut jobs_left = 0;
        for round in 0..ROUNDS {
            writers = write_until_killed(&site, writers, round).await;
            jobs_left += count(&site, "select count(*) from jobs").await;
            let server = site.serve();
            for writer in &mut writers {
                writer.settle(&server.url).await;
                writer.check(&server.url).await;
            }
            server.stop();
        }
        assert!(jobs_left > 0, "no kill ever left a job behind, so nothing shows that jobs resume");

        let server = site.serve();
        jobs_end(&site).await;
        let written: usize = writers.iter().map(|it| it.leads.len()).sum();
        assert!(written > 200, "only {written} leads were written; is this load?");
        totals_agree(&site, &key, &server.url, i64::try_from(written).unwrap()).await;
        println!("{}", site.run(&["doctor"]));
        server.stop();
    }
}

/// One writer works on leads of its own, so it knows exactly what must be there.
struct Writer {
    client: Client,
    key: String,
    number: usize,
    steps: usize,
    stages: Vec<String>,
    leads: Vec<Lead>,
    /// Leads before this one were checked after an earlier round and not touched since.
    checked: usize,
    /// The request whose answer never came. It carries a key, so it can be sent again.
    in_doubt: Option<Step>,
}

/// A lead as it was acknowledged.
#[derive(Debug, Clone)]
struct Lead {
    id: String,
    stage: String,
    notes: Vec<String>,
    moves: usize,
}

#[derive(Debug, Clone)]
enum Step {
    Create { key: String, name: String },
    Move { key: String, stage: String },
    Note { key: String, text: String },
}

/// Starts the server, lets everybody write, and kills it in the middle.
async fn write_until_killed(site: &Site, writers: Vec<Writer>, round: u64) -> Vec<Writer> {
    let server = site.serve();
    let tasks: Vec<_> = writers
        .into_iter()
        .map(|mut writer| {
            let url = server.url.clone();
            tokio::spawn(async move {
                while writer.step(&url).await {}
                writer
            })
        })
        .collect();
    // A moment that differs from round to round, some just after the start.
    tokio::time::sleep(Duration::from_millis(40 + round * 97 % 400)).await;
    server.kill();
    let mut writers = Vec::new();
    for task in tasks {
        writers.push(task.await.unwrap());
    }
    writers
}

impl Writer {
    fn new(number: usize, key: &str) -> Writer {
        let client = Client::builder()
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Writer {
            client,
            key: key.to_owned(),
            number,
            steps: 0,
            stages: Vec::new(),
            leads: Vec::new(),
            checked: 0,
            in_doubt: None,
        }
    }

    /// Sends one request; false when the server is gone.
    async fn step(&mut self, url: &str) -> bool {
        if self.stages.is_empty() && !self.read_stages(url).await {
            return false;
        }
        self.steps += 1;
        let key = format!("{}-{}", self.number, self.steps);
        let step = match self.steps % 4 {
            _ if self.leads.is_empty() => Step::Create {
                name: format!("Load {key}"),
                key,
            },
            2 => Step::Move {
                stage: self.stages[self.steps / 4 % self.stages.len()].clone(),
                key,
            },
            3 => Step::Note {
                text: format!("Note {key}"),
                key,
            },
            _ => Step::Create {
                name: format!("Load {key}"),
                key,
            },
        };
        if self.send(url, &step).await {
            return true;
        }
        self.in_doubt = Some(step);
        false
    }

    /// Takes what was acknowledged into the books.
    async fn send(&mut self, url: &str, step: &Step) -> bool {
        let last = self
            .leads
            .last()
            .map(|it| it.id.clone())
            .unwrap_or_default();
        let (request, key) = match step {
            Step::Create { key, name } => {
                let email = format!("{key}@example.org");
                let body = json!({"name": name, "email": email, "value": 10, "currency": "EUR", "tags": ["load", key]});
                (
                    self.client.post(format!("{url}/api/leads")).json(&body),
                    key,
                )
            }
            Step::Move { key, stage } => (
                self.client
                    .patch(format!("{url}/api/leads/{last}/stage"))
                    .json(&json!({"stageId": stage})),
                key,
            ),
            Step::Note { key, text } => (
                self.client
                    .post(format!("{url}/api/leads/{last}/notes"))
                    .json(&json!({"value": text})),
                key,
            ),
        };
        let Ok(answer) = request
            .bearer_auth(&self.key)
            .header("Idempotency-Key", key)
            .send()
            .await
        else {
            return false;
        };
        let status = answer.status();
        let Ok(body) = answer.json::<Value>().await else {
            return false;
        };
        assert!(status.is_success(), "{step:?} was refused: {body}");
        match step {
            Step::Create { .. } => {
                let text = |name: &str| body[name].as_str().unwrap().to_owned();
                self.leads.push(Lead {
                    id: text("id"),
                    stage: text("stageId"),
                    notes: Vec::new(),
                    moves: 0,
                });
            }
            Step::Move { stage, .. } => {
                let lead = self.leads.last_mut().unwrap();
                lead.moves += usize::from(lead.stage != *stage);
                lead.stage.clone_from(stage);
            }
            Step::Note { text, .. } => self.leads.last_mut().unwrap().notes.push(text.clone()),
        }
        true
    }

    /// Sends the request in doubt once more: it must be answered now, and have happened once.
    async fn settle(&mut self, url: &str) {
        if let Some(step) = self.in_doubt.take() {
            assert!(
                self.send(url, &step).await,
                "the server did not answer after its restart"
            );
        }
    }

    /// Everything acknowledged since the last check is there, exactly so.
    async fn check(&mut self, url: &str) {
        for lead in &self.leads[self.checked..] {
            let found = self.get(url, &format!("/leads/{}", lead.id)).await;
            assert_eq!(found["stageId"], lead.stage.as_str(), "{lead:?} {found}");
            let mut notes: Vec<_> = found["notes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["value"].as_str().unwrap())
                .collect();
            notes.sort_unstable();
            let mut expected: Vec<_> = lead.notes.iter().map(String::as_str).collect();
            expected.sort_unstable();
            assert_eq!(notes, expected, "{lead:?} {found}");
            assert_eq!(
                found["version"].as_i64().unwrap(),
                1 + i64::try_from(lead.moves).unwrap(),
                "{lead:?} {found}"
            );
        }
        self.checked = self.leads.len().saturating_sub(1);
    }

    async fn read_stages(&mut self, url: &str) -> bool {
        let request = self
            .client
            .post(format!("{url}/api/lead-pipelines/ensure-default"))
            .bearer_auth(&self.key);
        let Ok(answer) = request.send().await else {
            return false;
        };
        let Ok(pipeline) = answer.json::<Value>().await else {
            return false;
        };
        let stages = pipeline["stages"]
            .as_array()
            .unwrap_or_else(|| panic!("no stages: {pipeline}"));
        self.stages = stages
            .iter()
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect();
        true
    }

    async fn get(&self, url: &str, path: &str) -> Value {
        let answer = self
            .client
            .get(format!("{url}/api{path}"))
            .bearer_auth(&self.key)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

/// The list, the board and the rows below agree on how many there are.
async fn totals_agree(site: &Site, key: &str, url: &str, written: i64) {
    let reader = Writer::new(0, key);
    assert_eq!(reader.get(url, "/leads?limit=1").await["total"], written);
    let board = reader.get(url, "/board?limit=1").await;
    let on_board: i64 = board["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["count"].as_i64().unwrap())
        .sum();
    assert_eq!(on_board, written, "{board}");
    for (what, statement) in [
        ("leads", "select count(*) from leads"),
        ("distinct names", "select count(distinct name) from leads"),
        ("tags", "select count(*) / 2 from lead_tags"),
        (
            "creations in the timeline",
            "select count(*) from lead_activities where kind = 'created'",
        ),
        (
            "events of creation",
            "select count(*) from events where kind = 'lead.created'",
        ),
        (
            "leads with such an event",
            "select count(distinct lead_id) from events where kind = 'lead.created'",
        ),
    ] {
        assert_eq!(count(site, statement).await, written, "{what}");
    }
}

/// Jobs of the killed servers are taken up again and end.
async fn jobs_end(site: &Site) {
    let began = Instant::now();
    // Those that wait for a later time, the sweeps, may go on waiting.
    while count(
        site,
        "select count(*) from jobs where state <> 'dead' and (state <> 'ready' or run_at <= $1)",
    )
    .await
        > 0
    {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "jobs are still waiting"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(
        count(site, "select count(*) from jobs where state = 'dead'").await,
        0
    );
}

/// A look at the rows past the server; `$1` is the time.
async fn count(site: &Site, statement: &'static str) -> i64 {
    let app = leadline::server::open(site.config.clone(), Clock::system())
        .await
        .unwrap();
    let look = app.db.read(move |tx| {
        let now = tx.now();
        let params: &[&dyn store::ToValue] = if statement.contains("$1") {
            &[&now]
        } else {
            &[]
        };
        tx.one(statement, params)
    });
    let counted: Result<(i64,), store::Error> = look.await;
    app.db.close().await;
    let counted = counted.unwrap();
    counted.0
}
