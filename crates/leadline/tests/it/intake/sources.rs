use leadline::base::Permission;
use serde_json::json;

use super::fixtures::count;
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn built_in_sources_are_there_and_go_back_to_their_first_rules(app: TestApp) {
        let all = app.get("/lead-sources").await.ok();
        let keys: Vec<_> = all["data"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["manual", "api", "import", "form", "webhook", "email"]);
        let first = app.get("/lead-sources/manual").await.ok();
        assert_eq!((&first["builtIn"], &first["version"], &first["rules"]["onMatch"]), (&json!(true), &json!(0), &json!("create")));
        let changed = app.patch("/lead-sources/manual").if_match(0)
            .json(&json!({"rules": {"onMatch": "reject", "windowMinutes": 60, "matchBy": ["email"], "country": "de"}})).await;
        assert_eq!(changed.header("etag"), Some("\"1\""));
        let changed = changed.ok();
        assert_eq!((&changed["rules"]["windowMinutes"], &changed["rules"]["country"]), (&json!(60), &json!("DE")));
        assert_eq!(changed["rules"]["onTrashed"], "restore");
        app.patch("/lead-sources/manual").if_match(0).json(&json!({"name": "x"})).await.refused(412, "version_mismatch");
        let cleared = app.put("/lead-sources/manual").json(&json!({"name": "Desk", "rules": {"windowMinutes": null}})).await.ok();
        assert_eq!((&cleared["rules"]["windowMinutes"], &cleared["name"]), (&json!(null), &json!("Desk")));
        app.delete("/lead-sources/manual").await.no_content();
        assert_eq!(app.get("/lead-sources/manual").await.ok(), first);
        let log = app.get("/audit-log").await;
        let log = if log.status == 200 { log.ok().to_string() } else { app.get("/audit").await.ok().to_string() };
        assert!(log.contains("source.changed") && log.contains("source.deleted"), "{log}");
    }

    async fn a_source_of_ones_own_has_its_rules(app: TestApp) {
        let stages = app.post("/lead-pipelines/ensure-default").await.ok();
        let made = app.post("/lead-sources").json(&json!({"key": "partner-portal", "name": "Partners", "rules": {
            "tags": ["partner"], "country": "DE", "stageId": stages["stages"][1]["id"], "assignedTo": app.admin().user,
        }})).await.created();
        assert_eq!(made["rules"]["onMatch"], "update");
        let sent = json!({"name": "Ada", "phone": "030 1234567", "source": "partner-portal"});
        let lead = app.post("/leads").json(&sent).await;
        assert_eq!(lead.header("lead-outcome"), Some("created"));
        let lead = lead.created();
        assert_eq!((&lead["phone"], &lead["tags"], &lead["source"]), (&json!("+49301234567"), &json!(["partner"]), &json!("partner-portal")));
        assert_eq!((&lead["stageId"], &lead["assignedTo"]), (&stages["stages"][1]["id"], &json!(app.admin().user)));
        let again = app.post("/leads").json(&json!({"name": "Ada", "phone": "030 1234567", "company": "Engines",
            "source": "partner-portal"})).await;
        assert_eq!(again.header("lead-outcome"), Some("updated"));
        assert_eq!((&again.ok()["id"], &again.ok()["company"]), (&lead["id"], &json!("Engines")));
        app.post("/lead-sources").json(&json!({"key": "partner-portal", "name": "x"})).await.refused(409, "source_exists");
        app.post("/lead-sources").json(&json!({"key": "form", "name": "x"})).await.refused(409, "source_exists");
        // Nobody poses as a built-in way in by naming it.
        let posed = app.post("/leads").json(&json!({"name": "Ada", "phone": "+49 30 1234567", "source": "form"})).await.created();
        assert_eq!(posed["source"], "form");
        // A stage that goes is passed over.
        app.work().await;
        app.delete("/lead-sources/partner-portal").await.no_content();
        app.get("/lead-sources/partner-portal").await.refused(404, "not_found");
        app.post("/leads").json(&sent).await.created();
        app.work().await;
    }

    async fn what_is_wrong_with_a_source_is_named(app: TestApp) {
        for (body, field) in [
            (json!({"key": "Ä", "name": "x"}), "key"),
            (json!({"key": "x\u{0}", "name": "x"}), "key"),
            (json!({"key": "x".repeat(61), "name": "x"}), "key"),
            (json!({"key": "x", "name": " "}), "name"),
            (json!({"key": "x", "name": "x".repeat(101)}), "name"),
            (json!({"key": "x", "name": "x", "rules": {"windowMinutes": 0}}), "rules.windowMinutes"),
            (json!({"key": "x", "name": "x", "rules": {"windowMinutes": i64::MAX}}), "rules.windowMinutes"),
            (json!({"key": "x", "name": "x", "rules": {"matchBy": []}}), "rules.matchBy"),
            (json!({"key": "x", "name": "x", "rules": {"matchBy": ["cookie"]}}), "rules.matchBy[0]"),
            (json!({"key": "x", "name": "x", "rules": {"matchBy": ["email", "email"]}}), "rules.matchBy[1]"),
            (json!({"key": "x", "name": "x", "rules": {"matchBy": ["customFields.nothing"]}}), "rules.matchBy[0]"),
            (json!({"key": "x", "name": "x", "rules": {"country": "Germany"}}), "rules.country"),
            (json!({"key": "x", "name": "x", "rules": {"tags": ["y".repeat(61)]}}), "rules.tags"),
            (json!({"key": "x", "name": "x", "rules": {"stageId": "0198c0de-0000-7000-8000-000000000001"}}), "stageId"),
            (json!({"key": "x", "name": "x", "rules": {"assignedTo": "0198c0de-0000-7000-8000-000000000001"}}), "assignedTo"),
            (json!({"key": "x", "name": "x", "rules": {"onMatch": "explode"}}), "rules.onMatch"),
            (json!({"key": "x", "name": "x", "colour": 1}), "colour"),
        ] {
            app.post("/lead-sources").json(&body).await.invalid(field);
        }
        for key in ["nothing", "%00", "..", "A"] {
            app.get(format!("/lead-sources/{key}")).await.refused(404, "not_found");
        }
        let viewer = app.add_key(&[Permission::LeadsView]).await;
        viewer.get("/lead-sources").await.ok();
        viewer.post("/lead-sources").json(&json!({"key": "x", "name": "x"})).await.refused(403, "forbidden");
        let other = app.add_workspace("Other").await;
        app.post("/lead-sources").json(&json!({"key": "mine", "name": "Mine"})).await.created();
        other.get("/lead-sources/mine").await.refused(404, "not_found");
    }

    async fn posting_a_lead_answers_as_before_unless_asked_otherwise(app: TestApp) {
        let sent = json!({"name": "Ada", "email": "ada@example.com"});
        let first = app.post("/leads").json(&sent).await.created();
        let second = app.post("/leads").json(&sent).await.created();
        assert_ne!(first["id"], second["id"]);
        let with = |on_match: &str| json!({"name": "Countess", "email": "ada@example.com", "title": "Analyst", "onMatch": on_match});
        let updated = app.post("/leads").json(&with("update")).await;
        assert_eq!(updated.header("lead-outcome"), Some("updated"));
        assert_eq!((&updated.ok()["id"], &updated.ok()["name"], &updated.ok()["title"]), (&first["id"], &json!("Ada"), &json!("Analyst")));
        assert_eq!(app.post("/leads").json(&with("skip")).await.ok()["id"], first["id"]);
        let refused = app.post("/leads").json(&with("reject")).await.refused(409, "duplicate");
        assert!(refused["detail"].as_str().unwrap().contains("e-mail address"), "{refused}");
        assert_eq!(app.post("/leads").json(&with("repeat")).await.header("lead-outcome"), Some("repeated"));
        assert_eq!(app.post("/leads").json(&with("review")).await.header("lead-outcome"), Some("inReview"));
        app.post("/leads").json(&with("create")).await.created();
        app.post("/leads").json(&with("explode")).await.invalid("onMatch");
        assert_eq!(count(&app).await, 5);
        let mut known = with("update");
        known["externalId"] = json!("crm-7");
        let once = app.post("/leads").idempotency_key("k").json(&known).await;
        let twice = app.post("/leads").idempotency_key("k").json(&known).await;
        assert_eq!((once.ok(), twice.header("idempotency-replayed")), (twice.ok(), Some("true")));
        assert_eq!(app.post("/leads").json(&json!({"name": "X", "externalId": "crm-7", "onMatch": "update"})).await.ok()["id"], first["id"]);
        app.work().await;
    }

    async fn whoever_sees_only_his_own_learns_nothing_of_others(app: TestApp) {
        let sales = app.add_person("sales").await;
        let theirs = app.post("/leads").json(&json!({"name": "Ada", "email": "ada@example.com"})).await.created();
        for on_match in ["update", "skip", "reject"] {
            let refused = sales.post("/leads").json(&json!({"email": "ada@example.com", "onMatch": on_match})).await
                .refused(409, "duplicate");
            assert!(!refused.to_string().contains(theirs["id"].as_str().unwrap()));
        }
        sales.post("/leads").json(&json!({"email": "ada@example.com"})).await.created();
        app.work().await;
    }

    async fn a_unique_field_is_one_leads_alone(app: TestApp) {
        let field = app.post("/lead-fields").json(&json!({"name": "Tax number", "type": "text", "unique": true})).await.created();
        assert_eq!((&field["unique"], &field["uniqueReady"]), (&json!(true), &json!(false)));
        app.work().await;
        let path = format!("/lead-fields/{}", field["id"].as_str().unwrap());
        assert_eq!(app.get(&path).await.ok()["uniqueReady"], true);
        let with = |name: &str, tax: &str| json!({"name": name, "customFields": {"taxNumber": tax}});
        let ada = app.post("/leads").json(&with("Ada", "DE-1")).await.created();
        app.post("/leads").json(&with("Eve", "de-1 ")).await.invalid("customFields.taxNumber");
        let eve = app.post("/leads").json(&with("Eve", "DE-2")).await.created();
        let (ada_path, eve_path) = (format!("/leads/{}", ada["id"].as_str().unwrap()), format!("/leads/{}", eve["id"].as_str().unwrap()));
        app.patch(&eve_path).json(&json!({"customFields": {"taxNumber": "DE-1"}})).await.invalid("customFields.taxNumber");
        app.patch(&ada_path).json(&json!({"customFields": {"taxNumber": "DE-3"}})).await.ok();
        app.patch(&eve_path).json(&json!({"customFields": {"taxNumber": "DE-1"}})).await.ok();
        let mut known = with("X", "DE-3");
        known["onMatch"] = json!("update");
        assert_eq!(app.post("/leads").json(&known).await.ok()["id"], ada["id"]);
        // Whoever is in the trash keeps no value to himself.
        app.delete(&ada_path).await.no_content();
        app.post("/leads").json(&with("Bob", "DE-3")).await.created();
        app.patch(&path).json(&json!({"type": "boolean"})).await.invalid("unique");
        app.patch(&path).json(&json!({"unique": false})).await.ok();
        app.work().await;
        app.post("/leads").json(&with("Zoe", "DE-1")).await.created();
        let workspace = app.admin().workspace;
        let left: Result<(i64,), store::Error> = app.app.db.read(move |tx| tx.one("select count(*) from lead_keys where workspace_id = $1", &[&workspace])).await;
        assert_eq!(left.unwrap().0, 0);
        app.work().await;
    }

    async fn making_a_field_unique_reports_what_collides(app: TestApp) {
        let sales = app.add_person("sales").await;
        let field = app.post("/lead-fields").json(&json!({"name": "Tax", "type": "text"})).await.created();
        for (name, tax) in [("A", "x"), ("B", "X"), ("C", "y"), ("D", "z"), ("E", "z")] {
            app.post("/leads").json(&json!({"name": name, "customFields": {"tax": tax}})).await.created();
        }
        let path = format!("/lead-fields/{}", field["id"].as_str().unwrap());
        app.patch(&path).json(&json!({"unique": true})).await.ok();
        app.work().await;
        let found = app.get(format!("{path}/collisions?limit=1")).await.ok();
        assert_eq!((&found["data"][0]["value"], found["data"][0]["leads"].as_array().unwrap().len()), (&json!("x"), 2));
        let next = app.get(format!("{path}/collisions?limit=1&cursor={}", found["nextCursor"].as_str().unwrap())).await.ok();
        assert_eq!((&next["data"][0]["value"], &next["nextCursor"]), (&json!("z"), &json!(null)));
        sales.get(format!("{path}/collisions")).await.refused(403, "forbidden");
        app.get(format!("{path}/collisions?cursor=IgAi")).await.invalid("cursor");
        // A third is refused, and what is there may be worked on.
        app.post("/leads").json(&json!({"name": "F", "customFields": {"tax": "z"}})).await.invalid("customFields.tax");
        app.work().await;
    }
}
