use std::time::Duration;

use serde_json::{Value, json};

use super::{
    fixtures::{add, assert_consistent, column, id, named, stages, timeline},
    pipelines::fill,
};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn named_leads_are_changed_together_and_each_is_answered(app: TestApp) {
        let ids = stages(&app).await;
        let (a, b) = (named(&app, "a").await, add(&app, json!({"name": "b", "tags": ["hot"], "value": 3})).await);
        let unknown = "0198c0de-0000-7000-8000-000000000001";
        let bulk = async |body: Value| app.post("/leads/bulk-action").json(&body).await.ok();
        let both = json!([id(&a), id(&b), unknown]);
        let answer = bulk(json!({"action": "move_stage", "leadIds": both, "stageId": ids[1]})).await;
        assert_eq!(answer["changed"], 2);
        assert_eq!(answer["results"][2], json!({"id": unknown, "ok": false, "error": "not_found"}));
        assert_eq!(answer["results"][0], json!({"id": id(&a), "ok": true}));
        assert_eq!(column(&app, &ids[1]).await, ["b", "a"], "they keep the order they had");
        let seller = app.add_person("sales").await;
        let assigned = bulk(json!({"action": "assign", "leadIds": both, "assignedTo": seller.user})).await;
        assert_eq!(assigned["changed"], 2);
        let tagged = bulk(json!({"action": "tag", "leadIds": both, "tags": ["HOT", "new"]})).await;
        assert_eq!(tagged["changed"], 2);
        assert_consistent(&app).await;
        let untagged = bulk(json!({"action": "untag", "leadIds": both, "tags": ["new", "none"]})).await;
        assert_eq!(untagged["changed"], 2);
        let again = bulk(json!({"action": "untag", "leadIds": both, "tags": ["new"]})).await;
        assert_eq!((&again["changed"], &again["results"][0]["ok"]), (&json!(0), &json!(true)));
        let deleted = bulk(json!({"action": "delete", "leadIds": both})).await;
        assert_eq!(deleted["changed"], 2);
        assert_consistent(&app).await;
        let restored = bulk(json!({"action": "restore", "leadIds": both})).await;
        assert_eq!(restored["changed"], 2);
        let shown = app.get(format!("/leads/{}", id(&b))).await.ok();
        assert_eq!((&shown["tags"], &shown["version"]), (&json!(["hot"]), &json!(7)));
        assert_eq!(shown["activities"][0]["changeSetId"], restored["changeSetId"]);
        assert_eq!(
            timeline(&app, id(&b)).await,
            ["restored", "deleted", "tagged", "tagged", "assigned", "stage_changed", "created"]
        );
        let set = app.get(format!("/leads/bulk-actions/{}", restored["changeSetId"].as_str().unwrap())).await.ok();
        assert_eq!((&set["state"], &set["results"]), (&json!("done"), &restored["results"]));
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_whole_filter_is_worked_off_in_the_background(app: TestApp) {
        let ids = stages(&app).await;
        fill(&app, 3).await;
        let spared = named(&app, "spared").await;
        let left_out = app.get("/leads?search=Lead&limit=1").await.ok()["data"][0].clone();
        let body = json!({"action": "move_stage", "filter": {"source": "import"}, "excludeIds": [id(&left_out)], "stageId": ids[2]});
        let mut trial = body.clone();
        trial["dryRun"] = json!(true);
        let trial = app.post("/leads/bulk-action").json(&trial).await.ok();
        assert!(trial["changeSetId"].is_null() && trial["changed"].as_i64().unwrap() >= 1499, "{}", trial["changed"]);
        assert_eq!(column(&app, &ids[2]).await.len(), 0, "a dry run changes nothing");
        let nobody = json!({"action": "tag", "tags": ["x"], "filter": {"search": "spared"}, "excludeIds": [id(&spared)], "dryRun": true});
        let nobody = app.post("/leads/bulk-action").json(&nobody).await.ok();
        assert_eq!((&nobody["total"], &nobody["done"]), (&json!(0), &json!(0)), "who is left out is not counted");

        let begun = app.post("/leads/bulk-action").json(&body).await;
        let path = begun.header("location").unwrap().to_owned();
        assert_eq!(begun.status(202)["state"], "running");
        app.work().await;
        let done = app.get(&path).await.ok();
        assert_eq!((&done["state"], &done["changed"], &done["done"]), (&json!("done"), &json!(1499), &json!(1499)));
        let next = app.get(format!("{path}?limit=200&cursor={}", done["nextCursor"].as_str().unwrap())).await.ok();
        assert_eq!(next["results"].as_array().unwrap().len(), 200);
        assert_eq!(app.get(format!("{path}?failed=true")).await.ok()["results"], json!([]));
        assert_eq!(column(&app, &ids[2]).await.len(), 1499);
        assert_eq!(app.get(format!("/leads/{}", id(&spared))).await.ok()["stageId"], ids[0]);
        assert_consistent(&app).await;

        for (action, more) in [("tag", json!({"tags": ["late"]})), ("assign", json!({"assignedTo": app.admin().user})), ("delete", json!({}))] {
            let mut body = json!({"action": action, "filter": {"stageId": ids[2]}});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.post("/leads/bulk-action").json(&body).await.status(202);
            app.work().await;
            assert_consistent(&app).await;
        }
        assert_eq!(app.get("/leads?deleted=true").await.ok()["total"], 1499);
        app.post("/leads/bulk-action").json(&json!({"action": "restore", "filter": {"deleted": true}})).await.status(202);
        app.work().await;
        assert_eq!(column(&app, &ids[2]).await.len(), 1499);
        assert_consistent(&app).await;
    }

    async fn an_action_whose_job_is_given_up_is_failed_until_it_is_retried(app: TestApp) {
        let ids = stages(&app).await;
        fill(&app, 2).await;
        let body = json!({"action": "move_stage", "filter": {"source": "import"}, "stageId": ids[2]});
        let begun = app.post("/leads/bulk-action").json(&body).await;
        let path = begun.header("location").unwrap().to_owned();
        begun.status(202);
        let kept: Vec<(store::Json<Value>,)> =
            app.app.db.read(|tx| tx.all("select request from lead_change_sets", &[])).await.unwrap();
        app.app.db
            .write(|tx| tx.exec("update lead_change_sets set request = $1", &[&store::Json(json!({}))]).map(drop))
            .await
            .unwrap();
        while app.get("/jobs/dead").await.ok()["total"] == 0 {
            app.work().await;
            app.clock.advance(Duration::from_hours(12));
        }
        let failed = app.get(&path).await.ok();
        assert_eq!((&failed["state"], &failed["done"]), (&json!("failed"), &json!(0)));
        assert!(failed["finishedAt"].is_string());

        app.app.db
            .write(move |tx| tx.exec("update lead_change_sets set request = $1", &[&kept[0].0]).map(drop))
            .await
            .unwrap();
        let dead = app.get("/jobs/dead").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
        app.post(format!("/jobs/dead/{dead}/retry")).await.no_content();
        app.work().await;
        let done = app.get(&path).await.ok();
        assert_eq!((&done["state"], &done["changed"]), (&json!("done"), &json!(1000)));
        assert_consistent(&app).await;
    }

    async fn a_bulk_action_reaches_only_what_its_caller_sees(app: TestApp) {
        let seller = app.add_person("sales").await;
        let (mine, other) = (named(&seller, "mine").await, named(&app, "other").await);
        let ids = stages(&app).await;
        let move_all = json!({"action": "move_stage", "filter": {}, "stageId": ids[1]});
        let rights: bool = seller.get("/leads").await.ok()["total"] == 1;
        assert!(rights);
        let answer = seller.post("/leads/bulk-action").json(&move_all).await;
        if answer.status == 403 {
            // The role has no right to bulk actions; then there is nothing to reach.
            answer.refused(403, "forbidden");
        } else {
            assert_eq!(answer.ok()["results"], json!([{"id": id(&mine), "ok": true}]));
        }
        assert_eq!(app.get(format!("/leads/{}", id(&other))).await.ok()["stageId"], ids[0]);
        app.work().await;
    }

    async fn what_a_bulk_action_lacks_is_named(app: TestApp) {
        let ids = stages(&app).await;
        let lead = named(&app, "a").await;
        let one = json!([id(&lead)]);
        for (body, field) in [
            (json!({"action": "move_stage", "leadIds": one}), "stageId"),
            (json!({"action": "assign", "leadIds": one}), "assignedTo"),
            (json!({"action": "tag", "leadIds": one}), "tags"),
            (json!({"action": "delete"}), "leadIds"),
            (json!({"action": "delete", "leadIds": one, "filter": {}}), "filter"),
            (json!({"action": "delete", "leadIds": one, "stageId": ids[0]}), "stageId"),
            (json!({"action": "restore", "filter": {}}), "filter.deleted"),
            (json!({"action": "delete", "leadIds": one, "excludeIds": one}), "excludeIds"),
            (json!({"action": "explode", "leadIds": one}), "action"),
            (json!({"action": "move_stage", "leadIds": one, "stageId": "0198c0de-0000-7000-8000-000000000001"}), "stageId"),
        ] {
            app.post("/leads/bulk-action").json(&body).await.invalid(field);
        }
        app.get("/leads/bulk-actions/0198c0de-0000-7000-8000-000000000001").await.refused(404, "not_found");
        app.work().await;
    }
}
