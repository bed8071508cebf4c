//! What the tests of leads have in common.

use leadline::{base::WorkspaceId, leads::counts};
use serde_json::{Value, json};
use store::Tx;

use crate::harness::{Client, TestApp};

pub async fn add(client: &Client, body: Value) -> Value {
    client.post("/leads").json(&body).await.created()
}

pub async fn named(client: &Client, name: &str) -> Value {
    add(client, json!({ "name": name })).await
}

pub fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

/// The ids of the default pipeline's stages.
pub async fn stages(client: &Client) -> Vec<String> {
    let pipeline = client.post("/lead-pipelines/ensure-default").await.ok();
    pipeline["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| id(it).to_owned())
        .collect()
}

/// The kinds of a lead's activities, newest first.
pub async fn timeline(client: &Client, lead: &str) -> Vec<String> {
    let page = client.get(format!("/leads/{lead}/activities")).await.ok();
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["type"].as_str().unwrap().to_owned())
        .collect()
}

/// Names in a column, from the top down.
pub async fn column(app: &TestApp, stage: &str) -> Vec<String> {
    let stage: uuid::Uuid = stage.parse().unwrap();
    let workspace = app.admin().workspace;
    let names = app.app.db.read(move |tx: &mut Tx| {
        tx.all::<(String,)>(
            "select name from leads where workspace_id = $1 and stage_id = $2 and deleted_at is null
             order by position desc, id desc",
            &[&workspace, &stage],
        )
    });
    let names: Result<Vec<(String,)>, store::Error> = names.await;
    names.unwrap().into_iter().map(|it| it.0).collect()
}

/// Asserts that what is kept beside the leads says the same as the leads do: counters, tags, owners.
pub async fn assert_consistent(app: &TestApp) {
    let workspace = app.admin().workspace;
    let kept = counters(app, workspace).await;
    let recounted = app
        .app
        .db
        .write(move |tx| counts::recount(tx, workspace))
        .await;
    recounted.unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
    assert_eq!(
        kept,
        counters(app, workspace).await,
        "the counters are not what a recount gives"
    );
    let tags = app.app.db.read(move |tx: &mut Tx| tag_rows(tx, workspace));
    let (listed, wanted) = tags
        .await
        .unwrap_or_else(|err: store::Error| panic!("{err}"));
    assert_eq!(
        listed, wanted,
        "the list of tags is not what the leads have"
    );
}

type Counter = (uuid::Uuid, uuid::Uuid, String, i64, i64);

async fn counters(app: &TestApp, workspace: WorkspaceId) -> Vec<Counter> {
    let rows = app.app.db.read(move |tx: &mut Tx| {
        tx.all::<Counter>(
            "select stage_id, owner_id, currency, cast(sum(n) as bigint), cast(sum(amount) as bigint)
             from lead_counts where workspace_id = $1 group by stage_id, owner_id, currency
             having sum(n) <> 0 or sum(amount) <> 0 order by stage_id, owner_id, currency",
            &[&workspace],
        )
    });
    rows.await
        .unwrap_or_else(|err: store::Error| panic!("{err}"))
}

type TagRow = (String, uuid::Uuid, Option<uuid::Uuid>);

fn tag_rows(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<(Vec<TagRow>, Vec<TagRow>), store::Error> {
    let mut listed: Vec<TagRow> = tx.all(
        "select tag, lead_id, assigned_to from lead_tags where workspace_id = $1",
        &[&workspace],
    )?;
    let mut wanted = Vec::new();
    let leads: Vec<(uuid::Uuid, Option<uuid::Uuid>, store::Json<Vec<String>>)> = tx.all(
        "select id, assigned_to, tags from leads where workspace_id = $1 and deleted_at is null",
        &[&workspace],
    )?;
    for (lead, owner, tags) in leads {
        wanted.extend(
            tags.0
                .into_iter()
                .map(|tag| (leadline::base::text::fold(&tag), lead, owner)),
        );
    }
    listed.sort();
    wanted.sort();
    Ok((listed, wanted))
}
