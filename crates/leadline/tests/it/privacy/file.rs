//! Everything that is kept about a person, as one file.

use serde_json::{Value, json};

use super::fixtures::{TRACES, ada, add, surroundings};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn the_file_holds_everything(app: TestApp) {
        let id = ada(&app).await;
        surroundings(&app).await;
        for body in [
            json!({"leadIds": [id]}),
            json!({"email": "ADA.zauber@example.org"}),
            json!({"phone": "+49 (30) 12345678"}),
        ] {
            let answer = app.post("/privacy/person-file").json(&body).await;
            assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"person.json\""));
            let file = answer.ok();
            assert_eq!(file["format"], "leadline.person.v1");
            assert_eq!(file["leadIds"], json!([id]));
            assert_eq!(file["mergedLeadIds"].as_array().unwrap().len(), 1);
            let lead = &file["leads"][0];
            assert_eq!(lead["email"], "ada.zauber@example.org");
            let tax = json!({"key": "taxNumber", "name": "Tax number", "value": "DE-4711"});
            assert!(lead["fields"].as_array().unwrap().contains(&tax), "{lead}");
            assert_eq!(file["notes"][0]["value"], "Ada Zauberfrau likes hedgehogs");
            let changed = file["history"].as_array().unwrap().iter().find(|it| it["type"] == "updated");
            assert_eq!(changed.unwrap()["data"]["changes"]["title"]["after"], "Head of Zauberwerk");
            for part in ["keys", "links", "mentions", "bulkActions", "views", "imports", "importRows", "importFileRows", "events"] {
                assert!(!file[part].as_array().unwrap().is_empty(), "nothing in {part}");
            }
            for trace in TRACES.into_iter().filter(|it| !it.starts_with("30")) {
                assert!(file.to_string().contains(trace), "{trace}");
            }
        }
        let log = app.get("/audit?action=person.exported").await.ok();
        assert_eq!(log["data"][0]["data"], json!({"leadIds": [id]}));
        for trace in TRACES {
            assert!(!log.to_string().contains(trace), "{trace}");
        }
    }

    async fn a_long_history_is_whole_and_nobody_is_empty(app: TestApp) {
        let id = add(&app, json!({"name": "Ada Long"})).await;
        for number in 0..520 {
            let note = json!({"value": format!("note {number}")});
            app.post(format!("/leads/{id}/notes")).json(&note).await.created();
        }
        app.work().await;
        let file = app.post("/privacy/person-file").json(&json!({"leadIds": [id]})).await.ok();
        let values: std::collections::BTreeSet<_> =
            file["notes"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect();
        assert_eq!(values.len(), 520);
        assert_eq!(file["history"].as_array().unwrap().len(), 521);
        let nobody = app.post("/privacy/person-file").json(&json!({"email": "nobody@example.org"})).await.ok();
        assert_eq!(nobody["leads"], Value::Array(Vec::new()));
    }
}
