//! Leads to take out, and readers for the files.

use leadline::{
    base::{Actor, Via},
    leads::{
        Lead,
        tags::Tags,
        write::{By, NewLead, Place, SLICE, insert_many},
    },
};
use serde_json::{Value, json};
use store::Tx;

use crate::harness::{Answer, Client, TestApp};

/// A table as the csv crate reads it.
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|it| it == name).unwrap();
        self.rows.iter().map(|it| it[at].as_str()).collect()
    }
}

pub fn csv(answer: &Answer) -> Table {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    read_csv(&answer.body, b',')
}

pub fn read_csv(bytes: &[u8], delimiter: u8) -> Table {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(bytes);
    let header = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let row = |it: csv::StringRecord| it.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|it| row(it.unwrap())).collect();
    Table { header, rows }
}

pub fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200);
    let text = std::str::from_utf8(&answer.body).unwrap();
    text.lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

pub async fn add(client: &Client, lead: Value) -> Value {
    client.post("/leads").json(&lead).await.created()
}

pub async fn by(app: &TestApp) -> By {
    let workspace = app.admin().workspace;
    let key = app.app.read(move |tx: &mut Tx| {
        let caller = leadline::workspaces::system_caller(tx, workspace, Via::Job)?;
        Ok(caller.identity_key)
    });
    By {
        workspace,
        actor: Actor::System,
        via: Via::Job,
        identity_key: key.await.unwrap(),
        change_set: None,
    }
}

/// `n` plain leads, named by their number.
pub async fn many(app: &TestApp, n: usize) -> Vec<Lead> {
    app.post("/lead-pipelines/ensure-default")
        .json(&json!({}))
        .await;
    let by = by(app).await;
    let mut made = Vec::new();
    let mut from = 0;
    while from < n {
        let until = (from + SLICE).min(n);
        let with = by;
        let slice = app.app.db.write(move |tx| {
            let place = place(tx, &with)?;
            let new = (from..until).map(|number| plain(place, number)).collect();
            insert_many(tx, &with, new)
        });
        made.extend(slice.await.unwrap());
        from = until;
    }
    app.work().await;
    made
}

pub fn place(tx: &mut Tx, by: &By) -> leadline::base::Result<Place> {
    let (pipeline, stage) = tx.one(
        "select pipeline_id, id from lead_pipeline_stages where workspace_id = $1 order by position, id",
        &[&by.workspace],
    )?;
    Ok(Place { pipeline, stage })
}

pub fn plain(place: Place, number: usize) -> NewLead {
    NewLead {
        place,
        owner: None,
        name: format!("Lead {number}"),
        name_provisional: false,
        email: None,
        phone: None,
        company: None,
        title: None,
        source: if number.is_multiple_of(1000) {
            "rare"
        } else {
            "api"
        }
        .to_owned(),
        score: i64::try_from(number % 100).unwrap(),
        value: None,
        currency: None,
        tags: Tags::default(),
        custom_fields: "{}".to_owned(),
        at: None,
    }
}

/// What the audit log has of exports, newest first.
pub async fn audited(app: &TestApp) -> Vec<Value> {
    let page = app.get("/audit?action=export.").await.ok();
    page["data"].as_array().unwrap().clone()
}

/// The audit log once it tells how the newest export ended: a unit of work that nobody waits for is behind it.
pub async fn ended(app: &TestApp) -> Value {
    for _ in 0..1000 {
        let newest = audited(app).await.into_iter().next();
        if let Some(newest) = newest.filter(|it| it["action"] == "export.ended") {
            return newest;
        }
        tokio::task::yield_now().await;
    }
    panic!("the end of the export was not written down");
}
