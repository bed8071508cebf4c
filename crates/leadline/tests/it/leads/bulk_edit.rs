//! `POST /leads/bulk-action` with `edit`: the same values written into many leads.

use serde_json::{Value, json};

use super::{
    fixtures::{add, assert_consistent, id, named},
    pipelines::fill,
};
use crate::{harness::TestApp, on_both_engines};

async fn edit(app: &TestApp, leads: &[&Value], edit: Value) -> Value {
    let ids: Vec<&str> = leads.iter().map(|it| id(it)).collect();
    let body = json!({"action": "edit", "leadIds": ids, "edit": edit});
    app.post("/leads/bulk-action").json(&body).await.ok()
}

async fn shown(app: &TestApp, lead: &Value) -> Value {
    app.get(format!("/leads/{}", id(lead))).await.ok()
}

on_both_engines! {
    async fn the_same_values_are_written_into_many_leads_and_taken_back_together(app: TestApp) {
        let a = add(&app, json!({"name": "a", "company": "Old", "value": 5, "currency": "EUR", "customFields": {"size": "s", "kept": 1}})).await;
        let b = add(&app, json!({"name": "b", "title": "Buyer", "score": 7})).await;
        let already = add(&app, json!({"name": "c", "company": "New Ltd", "score": 40, "source": "fair", "customFields": {"size": "xl"}})).await;
        let wish = json!({"company": " New Ltd ", "title": null, "score": 40, "source": "fair", "customFields": {"size": "xl"}});
        let mut trial = json!({"action": "edit", "leadIds": [id(&a), id(&b), id(&already)], "edit": wish, "dryRun": true});
        assert_eq!(app.post("/leads/bulk-action").json(&trial).await.ok()["changed"], 2);
        assert_eq!(shown(&app, &a).await["company"], "Old");
        trial.as_object_mut().unwrap().remove("dryRun");
        let done = app.post("/leads/bulk-action").json(&trial).await.ok();
        assert_eq!((&done["action"], &done["changed"]), (&json!("edit"), &json!(2)), "who has it all already stays untouched");
        let a_now = shown(&app, &a).await;
        assert_eq!((&a_now["company"], &a_now["score"], &a_now["source"], &a_now["value"]), (&json!("New Ltd"), &json!(40), &json!("fair"), &json!(5)));
        assert_eq!(a_now["customFields"], json!({"size": "xl", "kept": 1}));
        assert_eq!(shown(&app, &b).await["title"], Value::Null);
        assert_eq!(shown(&app, &already).await["version"], 1);
        assert_eq!(app.get("/leads?search=New%20Ltd").await.ok()["total"], 3, "the search follows");
        assert_consistent(&app).await;

        super::changes::undo(&app, done["changeSetId"].as_str().unwrap(), json!({})).await.ok();
        let back = shown(&app, &a).await;
        assert_eq!((&back["company"], &back["score"], &back["customFields"]), (&json!("Old"), &json!(0), &json!({"size": "s", "kept": 1})));
        assert_eq!(shown(&app, &b).await["title"], "Buyer");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_whole_filter_is_edited_in_the_background(app: TestApp) {
        fill(&app, 3).await;
        let body = json!({"action": "edit", "filter": {"source": "import"}, "edit": {"title": "Visitor", "customFields": {"fair": "Hall 4"}}});
        let begun = app.post("/leads/bulk-action").json(&body).await;
        let path = begun.header("location").unwrap().to_owned();
        begun.status(202);
        app.work().await;
        let done = app.get(&path).await.ok();
        assert_eq!((&done["state"], &done["changed"]), (&json!("done"), &json!(1500)));
        let some = app.get("/leads?source=import&limit=1").await.ok()["data"][0].clone();
        assert_eq!((&some["title"], &some["customFields"]["fair"]), (&json!("Visitor"), &json!("Hall 4")));
        assert_consistent(&app).await;
    }

    async fn a_rule_of_the_fields_spares_the_lead_it_protects(app: TestApp) {
        let contract = app.post("/lead-fields").json(&json!({"name": "Contract", "type": "text"})).await.created();
        let has = add(&app, json!({"name": "has", "customFields": {"contract": "A1"}})).await;
        let not = named(&app, "has none").await;
        app.patch(format!("/lead-fields/{}", id(&contract))).json(&json!({"required": true})).await.ok();
        let done = edit(&app, &[&has, &not], json!({"company": "X", "customFields": {"contract": null}})).await;
        assert_eq!(done["results"], json!([{"id": id(&has), "ok": false, "error": "invalid"}, {"id": id(&not), "ok": true}]));
        assert_eq!(shown(&app, &has).await["customFields"], json!({"contract": "A1"}));
        assert_eq!(shown(&app, &not).await["company"], "X");
        app.work().await;
    }

    async fn what_no_lead_could_be_given_is_named(app: TestApp) {
        app.post("/lead-fields").json(&json!({"name": "Number", "type": "text", "unique": true})).await.created();
        app.post("/lead-fields").json(&json!({"name": "Seats", "key": "seats", "type": "number"})).await.created();
        let lead = named(&app, "a").await;
        for (wish, field) in [
            (json!({}), "edit"),
            (json!({"source": " "}), "edit.source"),
            (json!({"source": "s".repeat(61)}), "edit.source"),
            (json!({"company": "c".repeat(201)}), "edit.company"),
            (json!({"score": 101}), "edit.score"),
            (json!({"customFields": {"number": "1"}}), "edit.customFields.number"),
            (json!({"customFields": {"seats": "many"}}), "edit.customFields.seats"),
        ] {
            let body = json!({"action": "edit", "leadIds": [id(&lead)], "edit": wish});
            let refused = app.post("/leads/bulk-action").json(&body).await.status(422);
            assert!(refused["errors"][field].is_array(), "{field}: {refused}");
        }
        for body in [
            json!({"action": "edit", "leadIds": [id(&lead)]}),
            json!({"action": "delete", "leadIds": [id(&lead)], "edit": {"score": 1}}),
            json!({"action": "edit", "leadIds": [id(&lead)], "edit": {"email": "a@example.com"}}),
        ] {
            app.post("/leads/bulk-action").json(&body).await.status(422);
        }
        assert_eq!(edit(&app, &[&lead], json!({"customFields": {"number": null}})).await["changed"], 0);
        assert_eq!(shown(&app, &lead).await["version"], 1);
        app.work().await;
    }
}
