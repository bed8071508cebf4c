use serde_json::{Value, json};

use super::fixtures::{add, assert_consistent, id, named, stages, timeline};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn a_lead_comes_out_as_it_went_in(app: TestApp) {
        let made = app.post("/v1/identity/leads").json(&json!({
            "name": " Ada Lovelace ", "email": "Ada@Example.com", "phone": "(202) 555-0173", "company": "Engines Ltd",
            "title": "Analyst", "tags": ["Hot", "hot", " referral "], "value": "1250.50", "currency": "eur", "score": 7,
            "customFields": {"Annual Revenue": 5, "contact.first_name": "Ada"},
        })).await;
        assert_eq!(made.header("etag"), Some("\"1\""));
        let lead = made.created();
        assert_eq!(lead["name"], "Ada Lovelace");
        assert_eq!((&lead["email"], &lead["phone"]), (&json!("ada@example.com"), &json!("+12025550173")));
        assert_eq!(lead["phoneDisplay"], "+1 202-555-0173");
        assert_eq!((&lead["value"], &lead["currency"]), (&json!(1250.5), &json!("EUR")));
        assert_eq!(lead["tags"], json!(["Hot", "referral"]));
        assert_eq!(lead["customFields"]["annualRevenue"], 5);
        assert_eq!(lead["customFields"]["_displayNames"]["contactFirstName"], "contact.first_name");
        assert_eq!((&lead["source"], &lead["version"]), (&json!("manual"), &json!(1)));
        assert_eq!(lead["stageId"], stages(&app).await[0]);
        assert!(lead["pipelineId"].is_string() && lead["createdAt"].is_string() && lead["contactId"].is_null());
        let shown = app.get(format!("/leads/{}", id(&lead))).await.ok();
        for (key, value) in lead.as_object().unwrap() {
            assert_eq!(&shown[key], value, "{key}");
        }
        assert_eq!(shown["activities"][0]["type"], "created");
        assert_eq!(shown["activities"][0]["data"]["source"], "manual");
        assert_eq!(shown["activities"][0]["actor"]["name"], "Test super-admin");
        assert_eq!(shown["notes"], json!([]));
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_lead_without_a_name_is_called_by_its_address_or_number(app: TestApp) {
        let lead = add(&app, json!({"email": "eve@example.com", "phone": "+12025550173"})).await;
        assert_eq!((&lead["name"], &lead["nameProvisional"]), (&json!("eve@example.com"), &json!(true)));
        let lead = add(&app, json!({"phone": "+12025550173"})).await;
        assert_eq!(lead["name"], "+1 202-555-0173");
        let path = format!("/leads/{}", id(&lead));
        let lead = app.patch(&path).json(&json!({"name": "Eve"})).await.ok();
        assert_eq!((&lead["name"], &lead["nameProvisional"]), (&json!("Eve"), &json!(false)));
        app.post("/leads").json(&json!({"company": "Acme"})).await.invalid("name");
        app.work().await;
    }

    async fn what_is_wrong_is_named(app: TestApp) {
        let long = "x".repeat(201);
        let many: Vec<String> = (0..51).map(|it| format!("t{it}")).collect();
        for (body, field) in [
            (json!({"name": long}), "name"),
            (json!({"name": "x", "email": "nobody"}), "email"),
            (json!({"name": "x", "phone": "12"}), "phone"),
            (json!({"name": "x", "company": long}), "company"),
            (json!({"name": "x", "tags": many}), "tags"),
            (json!({"name": "x", "tags": ["y".repeat(61)]}), "tags"),
            (json!({"name": "x", "value": 1.23456}), "value"),
            (json!({"name": "x", "currency": "EURO"}), "currency"),
            (json!({"name": "x", "score": 101}), "score"),
            (json!({"name": "x", "stageId": "0198c0de-0000-7000-8000-000000000001"}), "stageId"),
            (json!({"name": "x", "pipelineId": "0198c0de-0000-7000-8000-000000000001"}), "pipelineId"),
            (json!({"name": "x", "assignedTo": "0198c0de-0000-7000-8000-000000000001"}), "assignedTo"),
            (json!({"name": "x", "customFields": {"a": {"b": 1}}}), "customFields.a"),
            (json!({"name": "x", "customFields": {"a": "y".repeat(4097)}}), "customFields.a"),
            (json!({"name": "x", "colour": "red"}), "colour"),
            (json!({"name": 5}), "name"),
        ] {
            app.post("/leads").json(&body).await.invalid(field);
        }
        app.post("/leads").raw("application/json", "{\"name\":").await.refused(400, "malformed_request");
        app.post("/leads").raw("text/plain", "x").await.refused(415, "unsupported_media_type");
        for path in ["/leads/0198c0de-0000-7000-8000-000000000001", "/leads/no-id"] {
            app.get(path).await.refused(404, "not_found");
        }
        app.work().await;
    }

    async fn only_what_is_sent_changes_and_null_clears(app: TestApp) {
        let lead = add(&app, json!({"name": "Ada", "company": "Engines", "email": "ada@example.com", "value": 5,
            "tags": ["a", "b"], "customFields": {"budget": 1, "plan": "x"}})).await;
        let path = format!("/leads/{}", id(&lead));
        let changed = app.patch(&path).json(&json!({"title": "Analyst", "email": null, "tags": ["b", "c"],
            "customFields": {"budget": 2, "plan": null}})).await.ok();
        assert_eq!((&changed["company"], &changed["email"]), (&json!("Engines"), &Value::Null));
        assert_eq!((&changed["title"], &changed["value"]), (&json!("Analyst"), &json!(5)));
        assert_eq!((&changed["customFields"], &changed["version"]), (&json!({"budget": 2}), &json!(2)));
        let same = app.put(&path).json(&json!({"title": "Analyst"})).await.ok();
        assert_eq!(same["version"], 2, "nothing changed, so the version stays");
        app.patch(&path).json(&json!({"name": null})).await.invalid("name");

        let shown = app.get(&path).await.ok();
        let update = shown["activities"].as_array().unwrap().iter().find(|it| it["type"] == "updated").unwrap();
        assert_eq!(update["data"]["changes"]["email"], json!({"before": "ada@example.com", "after": null}));
        assert_eq!(update["data"]["changes"]["customFields.budget"], json!({"before": 1, "after": 2}));
        let tagged = shown["activities"].as_array().unwrap().iter().find(|it| it["type"] == "tagged").unwrap();
        assert_eq!(tagged["data"], json!({"added": ["c"], "removed": ["a"], "before": ["a", "b"]}));
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_change_against_an_older_version_gets_the_present_record(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let path = format!("/leads/{}", id(&lead));
        app.patch(&path).if_match(1).json(&json!({"title": "A"})).await.ok();
        let problem = app.patch(&path).if_match(1).json(&json!({"title": "B"})).await.refused(412, "version_mismatch");
        assert_eq!((&problem["current"]["version"], &problem["current"]["title"]), (&json!(2), &json!("A")));
        app.delete(&path).if_match(1).await.refused(412, "version_mismatch");
        app.patch(&path).header("if-match", "x").json(&json!({"title": "B"})).await.invalid("If-Match");
        app.work().await;
    }

    async fn a_repeated_request_makes_one_lead(app: TestApp) {
        let body = json!({"name": "Ada"});
        let first = app.post("/leads").idempotency_key("k1").json(&body).await.created();
        let again = app.post("/leads").idempotency_key("k1").json(&body).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.created(), first);
        app.post("/leads").idempotency_key("k1").json(&json!({"name": "Eve"})).await.refused(409, "idempotency_key_reused");
        assert_eq!(app.get("/leads").await.ok()["total"], 1);
        app.work().await;
    }

    async fn a_lead_goes_to_the_trash_and_back_or_for_good(app: TestApp) {
        let lead = add(&app, json!({"name": "Ada", "tags": ["hot"], "value": 10})).await;
        let path = format!("/leads/{}", id(&lead));
        app.post(format!("{path}/notes")).json(&json!({"value": "x"})).await.created();
        app.delete(format!("{path}/purge")).await.refused(404, "not_found");
        app.delete(&path).await.no_content();
        assert_consistent(&app).await;
        app.get(&path).await.refused(404, "not_found");
        app.patch(&path).json(&json!({"title": "x"})).await.refused(404, "not_found");
        app.delete(&path).await.refused(404, "not_found");
        assert!(app.get(format!("{path}?deleted=true")).await.ok()["deletedAt"].is_string());
        let back = app.post(format!("{path}/restore")).await.ok();
        assert!(back["deletedAt"].is_null());
        assert_eq!(timeline(&app, id(&lead)).await, ["restored", "deleted", "note_added", "created"]);
        assert_consistent(&app).await;

        app.delete(&path).await.no_content();
        let marketer = app.add_person("marketer").await;
        marketer.delete(format!("{path}/purge")).await.refused(403, "forbidden");
        app.delete(format!("{path}/purge")).await.no_content();
        app.get(format!("{path}?deleted=true")).await.refused(404, "not_found");
        app.post(format!("{path}/restore")).await.refused(404, "not_found");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_deleted_lead_does_not_block_another_of_the_same_address(app: TestApp) {
        let body = json!({"name": "Ada", "email": "ada@example.com"});
        let lead = add(&app, body.clone()).await;
        app.delete(format!("/leads/{}", id(&lead))).await.no_content();
        let other = add(&app, body).await;
        assert_ne!(id(&lead), id(&other));
        app.work().await;
    }

    async fn assigning_names_the_owner(app: TestApp) {
        let (lead, seller) = (named(&app, "Ada").await, app.add_person("sales").await);
        let path = format!("/leads/{}/assign", id(&lead));
        let given = app.patch(&path).json(&json!({"assignedTo": seller.user})).await.ok();
        assert_eq!((&given["assignedTo"], &given["version"]), (&json!(seller.user), &json!(2)));
        app.patch(&path).json(&json!({})).await.invalid("assignedTo");
        let stranger = app.add_workspace("Other").await;
        app.patch(&path).json(&json!({"assignedTo": stranger.user})).await.invalid("assignedTo");
        let taken = app.patch(&path).json(&json!({"assignedTo": null})).await.ok();
        assert!(taken["assignedTo"].is_null());
        let shown = app.get(format!("/leads/{}", id(&lead))).await.ok();
        assert_eq!(shown["activities"][1]["data"]["to"]["name"], "Test sales");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn the_timeline_goes_on_page_by_page(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let path = format!("/leads/{}", id(&lead));
        for score in 1..=7 {
            app.patch(&path).json(&json!({"score": score})).await.ok();
        }
        let first = app.get(format!("{path}/activities?limit=5")).await.ok();
        assert_eq!((first["data"].as_array().unwrap().len(), &first["total"]), (5, &json!(8)));
        let cursor = first["nextCursor"].as_str().unwrap();
        let second = app.get(format!("{path}/activities?limit=5&cursor={cursor}")).await.ok();
        assert_eq!(second["data"][2]["type"], "created");
        assert!(second["nextCursor"].is_null());
        app.get(format!("{path}/activities?cursor=nonsense")).await.invalid("cursor");
        app.work().await;
    }
}
