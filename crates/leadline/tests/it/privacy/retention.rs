//! Rules for how long what is kept: nothing before somebody wants it, and then by night.

use std::time::Duration;

use serde_json::{Value, json};

use super::fixtures::{add, dump, found_in, nights};
use crate::{harness::TestApp, on_both_engines};

const DAY: Duration = Duration::from_hours(24);

async fn rule(app: &TestApp, body: Value) -> String {
    let rule = app
        .post("/privacy/retention-rules")
        .json(&body)
        .await
        .created();
    format!("/privacy/retention-rules/{}", rule["id"].as_str().unwrap())
}

on_both_engines! {
    async fn untouched_leads_go_by_night_and_the_dry_run_said_so(app: TestApp) {
        nights(&app).await;
        let old = add(&app, json!({"name": "Old Zauberfrau", "email": "old@example.org", "source": "fair"})).await;
        let noted = add(&app, json!({"name": "Noted One", "source": "fair"})).await;
        let elsewhere = add(&app, json!({"name": "Else Where", "source": "web"})).await;
        app.work().await;
        app.clock.advance(DAY * 40);
        app.post(format!("/leads/{noted}/notes")).json(&json!({"value": "still here"})).await.created();
        let fresh = add(&app, json!({"name": "Fresh One", "source": "fair"})).await;
        let path = rule(&app, json!({
            "name": "Old", "what": "leads", "olderThanDays": 30, "filter": {"source": "fair"}, "suppress": true,
        })).await;
        let dry = app.post(format!("{path}/dry-run")).await.ok();
        assert_eq!((&dry["count"], &dry["samples"][0]["leadId"]), (&json!(1), &json!(old)), "{dry}");
        app.clock.advance(DAY);
        app.work().await;
        app.get(format!("/leads/{old}")).await.ok();
        let on = app.patch(&path).json(&json!({"active": true})).await.ok();
        assert!(on["nextAt"].is_string());
        app.work().await;
        app.get(format!("/leads/{old}")).await.ok();
        app.clock.advance(DAY);
        app.work().await;
        app.get(format!("/leads/{old}")).await.refused(404, "not_found");
        for id in [noted, elsewhere, fresh] {
            app.get(format!("/leads/{id}")).await.ok();
        }
        assert!(found_in(&dump(&app).await, &["Old Zauberfrau", "old@example.org"]).is_empty());
        let runs = app.get(format!("{path}/runs")).await.ok();
        let run = &runs["data"][0];
        assert_eq!((&run["state"], &run["done"], &run["erasures"]), (&json!("done"), &json!(1), &json!(1)), "{run}");
        let again = json!({"name": "X", "email": "old@example.org"});
        app.post("/leads").json(&again).await.refused(409, "suppressed");
        let log = app.get("/audit?action=retention.run").await.ok();
        assert_eq!(log["data"][0]["data"]["done"], 1);
        app.clock.advance(DAY);
        app.work().await;
        assert_eq!(app.get(format!("{path}/runs")).await.ok()["data"][0]["done"], 0);
    }

    async fn anonymised_leads_are_done_with(app: TestApp) {
        nights(&app).await;
        for number in 0..3 {
            add(&app, json!({"name": format!("Old Person {number}"), "email": format!("old{number}@example.org")})).await;
        }
        app.work().await;
        let path = rule(&app, json!({
            "name": "Figures", "what": "leads", "mode": "anonymise", "olderThanDays": 10, "active": true,
        })).await;
        app.clock.advance(DAY * 15);
        app.work().await;
        assert_eq!(app.get("/leads?limit=1").await.ok()["total"], 3);
        assert!(found_in(&dump(&app).await, &["Old Person", "old1@example.org"]).is_empty());
        app.clock.advance(DAY * 15);
        app.work().await;
        let runs = app.get(format!("{path}/runs")).await.ok();
        let done: Vec<_> = runs["data"].as_array().unwrap().iter().map(|it| it["done"].as_i64().unwrap()).collect();
        assert_eq!(done, [0, 3], "newest first");
    }

    async fn old_histories_say_that_and_no_longer_what(app: TestApp) {
        nights(&app).await;
        let id = add(&app, json!({"name": "Ada", "title": "Queen of Zauberwerk"})).await;
        app.patch(format!("/leads/{id}")).json(&json!({"title": "Retired"})).await.ok();
        app.work().await;
        app.clock.advance(DAY * 10);
        app.patch(format!("/leads/{id}")).json(&json!({"title": "Back"})).await.ok();
        let path = rule(&app, json!({"name": "Short", "what": "history", "olderThanDays": 5, "active": true})).await;
        assert_eq!(app.post(format!("{path}/dry-run")).await.ok()["count"], 1);
        app.clock.advance(DAY);
        app.work().await;
        let activities = app.get(format!("/leads/{id}/activities")).await.ok();
        let updated: Vec<_> = activities["data"].as_array().unwrap().iter().filter(|it| it["type"] == "updated").collect();
        assert_eq!(updated.len(), 2);
        assert_eq!(updated[0]["data"]["changes"]["title"]["after"], "Back");
        assert_eq!(updated[1]["data"], json!({}));
        assert!(found_in(&dump(&app).await, &["Queen of Zauberwerk"]).is_empty());
        assert_eq!(app.post(format!("{path}/dry-run")).await.ok()["count"], 0);
    }

    async fn old_files_go_and_their_reports_stay(app: TestApp) {
        nights(&app).await;
        let file = "name,email\nAda Zauberfrau,ada@example.org\n";
        let import = app.post("/imports?name=old.csv").raw("application/octet-stream", file).await.created();
        let import = format!("/imports/{}", import["id"].as_str().unwrap());
        app.post(format!("{import}/run")).await.status(202);
        app.work().await;
        let path = rule(&app, json!({"name": "Files", "what": "importFiles", "olderThanDays": 3, "active": true})).await;
        app.clock.advance(DAY * 2);
        app.work().await;
        app.get(&import).await.ok();
        assert_eq!(app.post(format!("{path}/dry-run")).await.ok()["count"], 0);
        app.clock.advance(DAY * 2);
        app.work().await;
        let left = app.get(&import).await.ok();
        assert_eq!(left["report"]["created"], 1);
        app.post(format!("{import}/check")).await.status(409);
        assert_eq!(app.get(format!("{path}/runs")).await.ok()["data"][0]["done"], 1);
    }

    async fn rules_are_changed_against_their_version(app: TestApp) {
        nights(&app).await;
        let path = rule(&app, json!({"name": "Old", "what": "leads", "olderThanDays": 30})).await;
        app.patch(&path).if_match(7).json(&json!({"name": "New"})).await.status(412);
        let changed = app.patch(&path).if_match(1).json(&json!({"name": "New", "filter": {"source": "web"}})).await.ok();
        assert_eq!((&changed["name"], &changed["version"]), (&json!("New"), &json!(2)));
        assert_eq!(app.get("/privacy/retention-rules").await.ok()["total"], 1);
        app.patch(&path).json(&json!({"filter": {"assignedTo": "you"}})).await.status(422);
        app.delete(&path).await.no_content();
        app.get(&path).await.refused(404, "not_found");
    }
}
