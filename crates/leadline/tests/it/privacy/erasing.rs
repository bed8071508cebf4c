//! What is gone when somebody was erased, and what is left.

use serde_json::{Value, json};
use store::{Engine, Tx};

use super::fixtures::{
    TRACES, ada, add, counted, dump, erase, found_in, preview, run, surroundings,
};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn nothing_of_an_erased_person_is_in_any_table(app: TestApp) {
        let id = ada(&app).await;
        let bob = surroundings(&app).await;
        let before = dump(&app).await;
        let tables: Vec<&String> = before.keys().collect();
        println!("looked at: {tables:?}");
        for table in ["leads", "lead_activities", "lead_notes", "lead_keys", "lead_imports", "lead_import_problems",
            "idempotent_answers", "lead_views", "lead_change_sets", "lead_tags"] {
            let alone = [(table.to_owned(), before[table].clone())].into();
            assert!(!found_in(&alone, &TRACES).is_empty(), "nothing of her is in {table}, so this shows nothing");
        }
        let ready = preview(&app, json!({"leadIds": [id]})).await;
        assert!(!found_in(&dump(&app).await, &TRACES).is_empty(), "a preview changes nothing");
        let done = run(&app, &ready).await;
        let after = dump(&app).await;
        assert_eq!(found_in(&after, &TRACES), Vec::<String>::new());
        assert_eq!(done["counts"], ready["counts"], "the preview is what was done");
        assert_eq!(counted(&done, "leads")["deleted"], 1);
        assert_eq!(counted(&done, "importFiles")["deleted"], 1);
        assert!(counted(&done, "notes")["deleted"] == 1 && counted(&done, "notes")["changed"] == 1, "{done}");
        let note = app.get(format!("/leads/{bob}/notes")).await.ok();
        assert_eq!(note["data"][0]["value"], "Call [erased] or [erased] instead");
        let views = app.get("/views").await.ok();
        assert_eq!(views["data"][0]["filter"]["email"], "erased@example.invalid", "{views}");
        let sets = app.get("/change-sets").await.ok();
        for set in sets["data"].as_array().unwrap() {
            app.get(format!("/change-sets/{}", set["id"].as_str().unwrap())).await.ok();
        }
        app.get("/imports").await.ok();
    }

    async fn the_search_index_forgets_too(app: TestApp) {
        if app.engine != Engine::Sqlite {
            // Its index is over the rows themselves.
            return;
        }
        // Letters that stand next to each other nowhere else, in many leads, so that the index has parts on the disk.
        let id = add(&app, json!({"name": "ꙮꙮꙮꙮꙮ"})).await;
        for number in 0..30 {
            add(&app, json!({"name": format!("Plain {number}")})).await;
        }
        app.work().await;
        let letters = "ꙮꙮ".as_bytes().to_vec();
        assert!(in_index(&app, letters.clone()).await, "the letters are in no block, so this shows nothing");
        erase(&app, json!({"leadIds": [id]})).await;
        assert!(!in_index(&app, letters).await);
        let found = app.get("/leads?search=Plain%2029").await.ok();
        assert_eq!(found["total"], 1);
    }

    async fn figures_stay_right_and_the_id_is_gone(app: TestApp) {
        let id = ada(&app).await;
        add(&app, json!({"name": "Bob Stone"})).await;
        erase(&app, json!({"leadIds": [id]})).await;
        assert_eq!(app.get("/leads?limit=1").await.ok()["total"], 1);
        let board = app.get("/board?limit=1").await.ok();
        let on_board: i64 = board["stages"].as_array().unwrap().iter().map(|it| it["count"].as_i64().unwrap()).sum();
        assert_eq!(on_board, 1);
        app.get(format!("/leads/{id}")).await.refused(404, "not_found");
        let events = events(&app).await;
        assert_eq!(events, [(id, "{}".to_owned())], "only the id is told");
    }

    async fn there_is_no_way_back(app: TestApp) {
        let id = ada(&app).await;
        let done = erase(&app, json!({"leadIds": [id]})).await;
        let erasure = done["id"].as_str().unwrap();
        let set = app.get(format!("/change-sets/{erasure}")).await.ok();
        assert_eq!(set["kind"], "erase", "{set}");
        let undone = app.post(format!("/change-sets/{erasure}/undo")).json(&json!({})).await;
        let shown = String::from_utf8_lossy(&undone.body).into_owned();
        assert!(shown.contains("gone"), "{shown}");
        app.get(format!("/leads/{id}")).await.refused(404, "not_found");
        app.post(format!("/privacy/erasures/{erasure}/run")).await.refused(409, "already_run");
        app.delete(format!("/privacy/erasures/{erasure}")).await.refused(409, "already_run");
        app.work().await;
    }

    async fn the_receipt_proves_it_and_says_nothing_of_her(app: TestApp) {
        let id = ada(&app).await;
        let first = erase(&app, json!({"leadIds": [id]})).await;
        let bob = add(&app, json!({"name": "Bob Stone", "email": "bob@example.org"})).await;
        let second = erase(&app, json!({"email": "bob@example.org"})).await;
        let receipt = async |of: &Value| {
            app.get(format!("/privacy/erasures/{}/receipt", of["id"].as_str().unwrap())).await.ok()
        };
        let (one, two) = (receipt(&first).await, receipt(&second).await);
        assert_eq!((&one["number"], &two["number"]), (&json!(1), &json!(2)));
        assert_eq!(two["previousHash"], one["hash"]);
        assert_eq!((&one["genuine"], &two["genuine"]), (&json!(true), &json!(true)));
        assert_eq!(two["receipt"]["leadIds"], json!([bob]));
        assert!(!one["receipt"]["suppressions"].as_array().unwrap().is_empty());
        for trace in TRACES {
            assert!(!one.to_string().contains(trace), "{trace}");
        }
        let log = app.get("/audit?action=person.erased").await.ok();
        assert_eq!(log["data"][1]["data"]["receiptHash"], one["hash"]);
        assert_eq!(app.get("/audit/verify").await.ok()["whole"], true);
        let forged = app.app.db.write(move |tx: &mut Tx| {
            tx.exec("update erasures set receipt = $1 where receipt_no = 1", &[&store::Json(json!({"number": 1}))])
        });
        forged.await.unwrap();
        assert_eq!(receipt(&first).await["genuine"], false);
    }

    async fn an_anonymised_lead_stays_as_a_figure(app: TestApp) {
        let id = ada(&app).await;
        let bob = surroundings(&app).await;
        let stage = app.get(format!("/leads/{id}")).await.ok()["stageId"].clone();
        let done = erase(&app, json!({"leadIds": [id], "mode": "anonymise"})).await;
        assert_eq!(found_in(&dump(&app).await, &TRACES), Vec::<String>::new());
        assert_eq!(counted(&done, "leads")["changed"], 1);
        let lead = app.get(format!("/leads/{id}")).await.ok();
        assert_eq!(lead["name"], "Anonymous");
        assert_eq!(lead["stageId"], stage);
        assert_eq!(lead["email"], Value::Null);
        assert_eq!(app.get("/leads?limit=1").await.ok()["total"], 2);
        app.get(format!("/leads/{bob}")).await.ok();
    }

    async fn what_others_share_is_theirs_and_is_said(app: TestApp) {
        let one = add(&app, json!({"name": "Ada One", "phone": "+49 30 999999"})).await;
        let two = add(&app, json!({"name": "Bob Two", "phone": "+49 30 999999", "onMatch": "create"})).await;
        let ready = preview(&app, json!({"leadIds": [one]})).await;
        assert_eq!(ready["otherLeadIds"], json!([two]));
        assert_eq!(counted(&ready, "otherLeads")["kept"], 1);
        assert!(counted(&ready, "suppressions")["why"].is_string(), "{ready}");
        run(&app, &ready).await;
        // The number is his, too: it can still come in.
        let again = json!({"name": "Bob Two", "phone": "+49 30 999999", "onMatch": "update"});
        app.post("/leads").json(&again).await.ok();
        app.work().await;
    }
}

/// Whether the bytes stand in a block of the search index.
async fn in_index(app: &TestApp, bytes: Vec<u8>) -> bool {
    let look = app.app.db.read(move |tx: &mut Tx| {
        let blocks: Vec<(Vec<u8>,)> = tx.all("select block from leads_search_data", &[])?;
        Ok::<_, store::Error>(blocks)
    });
    let blocks = look.await.unwrap();
    blocks
        .iter()
        .any(|(block,)| block.windows(bytes.len()).any(|it| it == bytes))
}

/// What the log of events has of erased leads.
async fn events(app: &TestApp) -> Vec<(String, String)> {
    let look = app.app.db.read(move |tx: &mut Tx| {
        let rows: Vec<(uuid::Uuid, store::Json<Value>)> = tx.all(
            "select lead_id, data from events where kind = 'lead.erased'",
            &[],
        )?;
        Ok::<_, store::Error>(rows)
    });
    let rows = look.await.unwrap();
    rows.into_iter()
        .map(|(id, data)| (id.to_string(), data.0.to_string()))
        .collect()
}
