use serde_json::json;

use super::fixtures::{add, id};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn definitions_are_kept_in_order(app: TestApp) {
        let budget = app.post("/lead-fields").json(&json!({"name": "Annual budget", "type": "money"})).await.created();
        assert_eq!((&budget["key"], &budget["required"]), (&json!("annualBudget"), &json!(false)));
        let plan = json!({"name": "Plan", "type": "choice", "options": ["Basic", "Pro"]});
        let plan = app.post("/lead-fields").json(&plan).await.created();
        app.post("/lead-fields").json(&json!({"name": "annual_budget", "type": "text"})).await.refused(409, "field_exists");
        app.post("/lead-fields").json(&json!({"name": "x", "type": "choice"})).await.invalid("options");
        app.post("/lead-fields").json(&json!({"name": "x", "type": "colour"})).await.invalid("type");
        app.post("/lead-fields").json(&json!({"name": "x", "key": "Not Camel", "type": "text"})).await.invalid("key");
        app.put("/lead-fields/order").json(&json!({"ids": [id(&plan), id(&budget)]})).await.ok();
        app.put("/lead-fields/order").json(&json!({"ids": [id(&plan)]})).await.invalid("ids");
        let list = app.get("/lead-fields").await.ok();
        assert_eq!(list["data"][0]["key"], "plan");
        let path = format!("/lead-fields/{}", id(&plan));
        let changed = app.patch(&path).if_match(1).json(&json!({"name": "Tariff", "required": true})).await.ok();
        assert_eq!((&changed["name"], &changed["key"], &changed["version"]), (&json!("Tariff"), &json!("plan"), &json!(2)));
        app.patch(&path).if_match(1).json(&json!({"name": "x"})).await.refused(412, "version_mismatch");
        app.patch(&path).json(&json!({"key": "other"})).await.invalid("key");
        let viewer = app.add_person("viewer").await;
        viewer.get("/lead-fields").await.ok();
        viewer.delete(&path).await.refused(403, "forbidden");
        app.work().await;
    }

    async fn typed_values_are_enforced_and_outlive_their_definition(app: TestApp) {
        let plan = json!({"name": "Plan", "type": "choice", "options": ["Basic", "Pro"], "required": true});
        let plan = app.post("/lead-fields").json(&plan).await.created();
        app.post("/leads").json(&json!({"name": "x"})).await.invalid("customFields.plan");
        let body = json!({"name": "x", "customFields": {"plan": "Gold"}});
        app.post("/leads").json(&body).await.invalid("customFields.plan");
        let lead = add(&app, json!({"name": "x", "customFields": {"Plan": "pro"}})).await;
        assert_eq!(lead["customFields"], json!({"plan": "Pro"}));
        let path = format!("/leads/{}", id(&lead));
        app.patch(&path).json(&json!({"customFields": {"plan": null}})).await.invalid("customFields.plan");
        app.patch(&path).json(&json!({"customFields": {"other": 1}})).await.ok();
        app.delete(format!("/lead-fields/{}", id(&plan))).await.no_content();
        assert_eq!(app.get(&path).await.ok()["customFields"]["plan"], "Pro");
        app.work().await;
    }
}
