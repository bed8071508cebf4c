use leadline::base::Permission;
use serde_json::json;

use super::fixtures::{add, id, named};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn whoever_sees_only_his_own_leads_does_not_find_others(app: TestApp) {
        let seller = app.add_person("sales").await;
        let other = named(&app, "Not mine").await;
        let own = named(&seller, "Mine").await;
        assert_eq!(own["assignedTo"], json!(seller.user));
        let path = format!("/leads/{}", id(&other));
        seller.get(&path).await.refused(404, "not_found");
        seller.patch(&path).json(&json!({"title": "x"})).await.refused(404, "not_found");
        seller.get(format!("{path}/notes")).await.refused(404, "not_found");
        seller.post(format!("{path}/notes")).json(&json!({"value": "x"})).await.refused(404, "not_found");
        seller.get(format!("{path}/activities")).await.refused(404, "not_found");
        seller.patch(format!("{path}/stage")).json(&json!({"stageId": other["stageId"]})).await.refused(404, "not_found");
        let own_path = format!("/leads/{}", id(&own));
        seller.patch(&own_path).json(&json!({"title": "x"})).await.ok();
        let beside = json!({"stageId": own["stageId"], "afterId": id(&other)});
        seller.patch(format!("{own_path}/stage")).json(&beside).await.invalid("afterId");
        let pipelines = seller.get("/lead-pipelines").await.ok();
        assert_eq!(pipelines["data"][0]["stages"][0]["leadCount"], 1);
        assert_eq!(app.get("/lead-pipelines").await.ok()["data"][0]["stages"][0]["leadCount"], 2);
        app.work().await;
    }

    async fn rights_are_asked_for_one_by_one(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let path = format!("/leads/{}", id(&lead));
        let reader = app.add_key(&[Permission::LeadsView]).await;
        reader.get(&path).await.ok();
        reader.post("/leads").json(&json!({"name": "x"})).await.refused(403, "forbidden");
        reader.patch(&path).json(&json!({"title": "x"})).await.refused(403, "forbidden");
        reader.delete(&path).await.refused(403, "forbidden");
        let editor = app.add_key(&[Permission::LeadsEdit, Permission::LeadsCreate]).await;
        editor.patch(&path).json(&json!({"title": "x"})).await.ok();
        editor.patch(&path).json(&json!({"assignedTo": app.admin().user})).await.refused(403, "forbidden");
        let stages = super::fixtures::stages(&app).await;
        editor.patch(&path).json(&json!({"stageId": stages[1]})).await.refused(403, "forbidden");
        let made = add(&editor, json!({"name": "By key"})).await;
        assert_eq!(made["source"], "api");
        app.stranger().get(&path).await.refused(401, "unauthenticated");
        let other = app.add_workspace("Other").await;
        other.get(&path).await.refused(404, "not_found");
        other.post("/leads").json(&json!({"name": "x", "stageId": stages[0]})).await.invalid("stageId");
        app.work().await;
    }
}
