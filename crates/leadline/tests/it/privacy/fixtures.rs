//! A person who has left something everywhere, and a look into every table.

use std::collections::BTreeMap;

use leadline::{
    jobs,
    privacy::{Night, SweepPreviews},
};
use serde_json::{Value, json};
use store::{Engine, Tx};

use crate::harness::{Client, TestApp};

/// What Ada is found by: her address, her number in any writing, her name, what was written about her, and three letters
/// that nobody else has, for the search index.
pub const TRACES: [&str; 7] = [
    "ada.zauber@example.org",
    "493012345678",
    "30 12345678",
    "Zauberfrau",
    "Zauberwerk",
    "likes hedgehogs",
    "DE-4711",
];

pub async fn add(client: &Client, lead: Value) -> String {
    let lead = client.post("/leads").json(&lead).await.created();
    lead["id"].as_str().unwrap().to_owned()
}

/// Ada, with a past: changed, noted about, tagged, merged into, imported, looked for, told apart.
pub async fn ada(app: &TestApp) -> String {
    let field = json!({"name": "Tax number", "key": "taxNumber", "type": "text", "unique": true});
    app.post("/lead-fields").json(&field).await.created();
    let lead = json!({
        "name": "Ada Zauberfrau", "email": "ada.zauber@example.org", "phone": "+49 30 12345678", "company": "Zauberwerk",
        "tags": ["Zauberfrau"], "customFields": {"taxNumber": "DE-4711", "hobby": "likes hedgehogs"}, "externalId": "DE-4711",
    });
    let call = app.post("/leads").json(&lead).idempotency_key("ada");
    let id = call.await.created()["id"].as_str().unwrap().to_owned();
    let path = format!("/leads/{id}");
    app.patch(&path)
        .json(&json!({"title": "Head of Zauberwerk"}))
        .await
        .ok();
    let note = json!({"value": "Ada Zauberfrau likes hedgehogs"});
    app.post(format!("{path}/notes"))
        .json(&note)
        .await
        .created();
    let twin =
        json!({"name": "A. Zauberfrau", "email": "ada.zauber@example.org", "onMatch": "review"});
    let twin = add(app, twin).await;
    let merge = json!({"ids": [id, twin], "survivor": id});
    app.post("/leads/merge").json(&merge).await.ok();
    app.work().await;
    id
}

/// Others who say something of her, and files in which she stands.
pub async fn surroundings(app: &TestApp) -> String {
    let bob = add(
        app,
        json!({"name": "Bob Stone", "email": "bob@example.org"}),
    )
    .await;
    let note = json!({"value": "Call 030/12345678 or ada.zauber@example.org instead"});
    app.post(format!("/leads/{bob}/notes"))
        .json(&note)
        .await
        .created();
    let view = json!({"name": "Hers", "filter": {"email": "ada.zauber@example.org"}});
    app.post("/views").json(&view).await.created();
    let bulk =
        json!({"action": "tag", "filter": {"email": "ada.zauber@example.org"}, "tags": ["seen"]});
    app.post("/leads/bulk-action").json(&bulk).await.ok();
    let file = "name,email,phone\nAda Zauberfrau,ada.zauber@example.org,+49 30 12345678\nAda Zauberfrau,not an address,x\n";
    let import = app
        .post("/imports?name=people.csv")
        .raw("application/octet-stream", file)
        .await
        .created();
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    app.post(format!("{path}/check")).await.status(202);
    app.work().await;
    bob
}

/// Puts the jobs there that come again and again, as a server does when it starts.
pub async fn nights(app: &TestApp) {
    let queue = app.app.db.write(|tx: &mut Tx| {
        jobs::Enqueue::new(&Night::default()).insert(tx)?;
        jobs::Enqueue::new(&SweepPreviews::default()).insert(tx)
    });
    queue.await.unwrap();
    app.work().await;
}

/// Prepares an erasure and lets it be counted.
pub async fn preview(app: &TestApp, body: Value) -> Value {
    let erasure = app.post("/privacy/erasures").json(&body).await.status(202);
    app.work().await;
    let path = format!("/privacy/erasures/{}", erasure["id"].as_str().unwrap());
    let ready = app.get(path).await.ok();
    assert_eq!(ready["state"], "ready", "{ready}");
    ready
}

/// Runs a prepared erasure to its end.
pub async fn run(app: &TestApp, erasure: &Value) -> Value {
    let path = format!("/privacy/erasures/{}", erasure["id"].as_str().unwrap());
    app.post(format!("{path}/run")).await.status(202);
    app.work().await;
    let done = app.get(path).await.ok();
    assert_eq!(done["state"], "done", "{done}");
    done
}

pub async fn erase(app: &TestApp, body: Value) -> Value {
    let ready = preview(app, body).await;
    run(app, &ready).await
}

/// Every table of the database as text, by its name.
pub async fn dump(app: &TestApp) -> BTreeMap<String, String> {
    let engine = app.engine;
    let look = move |tx: &mut Tx| {
        let names = match engine {
            Engine::Sqlite => {
                "select name from sqlite_master where type = 'table' and sql is not null"
            }
            Engine::Postgres => {
                "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'"
            }
        };
        let names: Vec<(String,)> = tx.all(names, &[])?;
        let mut tables = BTreeMap::new();
        for (name,) in names {
            // The index holds nothing by itself; its parts are tables of their own.
            if name != "leads_search" && name != "text_folds" {
                let text = rows(tx, engine, &name)?;
                tables.insert(name, text);
            }
        }
        Ok::<_, store::Error>(tables)
    };
    app.app.db.read(look).await.unwrap()
}

fn rows(tx: &mut Tx, engine: Engine, table: &str) -> store::Result<String> {
    let sql = match engine {
        Engine::Postgres => format!("select cast(t as text) as line from {table} as t"),
        Engine::Sqlite => {
            let columns: Vec<(String,)> = tx.all(
                &format!("select name from pragma_table_info('{table}')"),
                &[],
            )?;
            let parts: Vec<String> = columns
                .iter()
                .map(|(it,)| format!("coalesce(cast(hex(cast(\"{it}\" as blob)) as text), '')"))
                .collect();
            format!("select {} as line from {table}", parts.join(" || '7c' || "))
        }
    };
    let lines: Vec<(String,)> = tx.all(&sql, &[])?;
    let text = |(line,): (String,)| match engine {
        // Bytes are shown in hexadecimal.
        Engine::Postgres => unhexed(&line),
        Engine::Sqlite => String::from_utf8_lossy(&hex::decode(line).unwrap()).into_owned(),
    };
    Ok(lines.into_iter().map(text).collect::<Vec<_>>().join("\n"))
}

/// The text, and behind it what its `\x…` parts say.
fn unhexed(line: &str) -> String {
    let mut text = line.to_owned();
    for part in line.split("\\x").skip(1) {
        let digits: String = part.chars().take_while(char::is_ascii_hexdigit).collect();
        if let Ok(bytes) = hex::decode(&digits) {
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    text
}

/// In which tables something of her stands.
pub fn found_in(tables: &BTreeMap<String, String>, traces: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (table, text) in tables {
        let text = text.to_lowercase();
        for trace in traces {
            if text.contains(&trace.to_lowercase()) {
                found.push(format!("{table}: {trace}"));
            }
        }
    }
    found
}

/// One kind of record among the counts.
pub fn counted<'a>(erasure: &'a Value, what: &str) -> &'a Value {
    let lines = erasure["counts"].as_array().unwrap();
    lines
        .iter()
        .find(|it| it["what"] == what)
        .unwrap_or(&Value::Null)
}
