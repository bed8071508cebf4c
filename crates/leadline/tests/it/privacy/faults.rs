//! An erasure that is stopped in the middle goes on where it was.

use std::time::Duration;

use serde_json::json;
use store::{Engine, Tx};

use super::fixtures::{TRACES, ada, dump, found_in, nights, preview, surroundings};
use crate::{harness::TestApp, on_both_engines};

const SQLITE_FAIL: &str =
    "create trigger stop_here before delete on events begin select raise(abort, 'stopped'); end";
const POSTGRES_FAIL: &str = "create function stop_here() returns trigger language plpgsql as $$ begin raise exception 'stopped'; end $$;
    create trigger stop_here before delete on events for each row execute function stop_here()";

async fn script(app: &TestApp, sqlite: &'static str, postgres: &'static str) {
    let sql = match app.engine {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    };
    app.app
        .db
        .write(move |tx: &mut Tx| tx.script(sql))
        .await
        .unwrap();
}

on_both_engines! {
    async fn what_was_stopped_in_the_middle_is_finished(app: TestApp) {
        let id = ada(&app).await;
        surroundings(&app).await;
        let ready = preview(&app, json!({"leadIds": [id]})).await;
        script(&app, SQLITE_FAIL, POSTGRES_FAIL).await;
        let path = format!("/privacy/erasures/{}", ready["id"].as_str().unwrap());
        app.post(format!("{path}/run")).await.status(202);
        app.work().await;
        let stopped = app.get(&path).await.ok();
        assert_eq!(stopped["state"], "erasing");
        app.get(format!("/leads/{id}")).await.refused(404, "not_found");
        assert!(!found_in(&dump(&app).await, &TRACES).is_empty(), "it was not stopped in the middle");
        script(&app, "drop trigger stop_here", "drop trigger stop_here on events").await;
        app.clock.advance(Duration::from_hours(3));
        app.work().await;
        let done = app.get(&path).await.ok();
        assert_eq!(done["state"], "done");
        assert_eq!(done["counts"], ready["counts"], "nothing was done twice");
        assert_eq!(found_in(&dump(&app).await, &TRACES), Vec::<String>::new());
    }

    async fn a_preview_is_taken_back_or_forgotten(app: TestApp) {
        nights(&app).await;
        let id = ada(&app).await;
        let erasure = app.post("/privacy/erasures").json(&json!({"leadIds": [id]})).await.status(202);
        let path = format!("/privacy/erasures/{}", erasure["id"].as_str().unwrap());
        app.post(format!("{path}/run")).await.refused(409, "still_counting");
        app.get(format!("{path}/receipt")).await.refused(409, "not_done");
        app.delete(&path).await.no_content();
        app.work().await;
        app.get(&path).await.refused(404, "not_found");
        let second = preview(&app, json!({"email": "ada.zauber@example.org"})).await;
        app.clock.advance(Duration::from_hours(26));
        app.work().await;
        let path = format!("/privacy/erasures/{}", second["id"].as_str().unwrap());
        app.get(path).await.refused(404, "not_found");
        app.get(format!("/leads/{id}")).await.ok();
    }
}
