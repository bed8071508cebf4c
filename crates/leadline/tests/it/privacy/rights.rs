//! Who may, and what is refused.

use leadline::base::Permission;
use serde_json::json;

use super::fixtures::add;
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn each_has_a_right_of_its_own(app: TestApp) {
        let id = add(&app, json!({"name": "Ada", "email": "ada@example.org"})).await;
        app.work().await;
        let by_id = json!({"leadIds": [id]});
        let manager = app.add_key(&[Permission::LeadsManage, Permission::LeadsExport, Permission::LeadsPurge]).await;
        let exporter = app.add_key(&[Permission::PrivacyExport]).await;
        manager.post("/privacy/person-file").json(&by_id).await.refused(403, "forbidden");
        manager.post("/privacy/erasures").json(&by_id).await.refused(403, "forbidden");
        manager.get("/privacy/suppressions").await.refused(403, "forbidden");
        exporter.post("/privacy/person-file").json(&by_id).await.ok();
        exporter.post("/privacy/erasures").json(&by_id).await.refused(403, "forbidden");
        let keeper = app.add_key(&[Permission::PrivacyManage]).await;
        let rule = json!({"name": "Old", "what": "leads", "olderThanDays": 30, "active": true});
        keeper.post("/privacy/retention-rules").json(&rule).await.refused(403, "forbidden");
        let off = json!({"name": "Old", "what": "leads", "olderThanDays": 30});
        keeper.post("/privacy/retention-rules").json(&off).await.created();
        app.work().await;
    }

    async fn who_does_not_see_all_of_a_person_gets_nothing(app: TestApp) {
        let id = add(&app, json!({"name": "Ada", "email": "ada@example.org"})).await;
        let role = json!({"name": "Own", "permissions": ["privacy:export", "privacy:erase"], "scope": "own"});
        let role = app.post("/roles").json(&role).await.created();
        let seller = app.add_person("sales").await;
        app.patch(format!("/members/{}", seller.user)).json(&json!({"roleId": role["id"]})).await.ok();
        for path in ["/privacy/person-file", "/privacy/erasures"] {
            seller.post(path).json(&json!({"leadIds": [id]})).await.refused(404, "not_found");
            seller.post(path).json(&json!({"email": "ada@example.org"})).await.refused(409, "hidden_leads");
        }
        let other = app.add_workspace("Other").await;
        other.post("/privacy/erasures").json(&json!({"leadIds": [id]})).await.refused(404, "not_found");
        let theirs = other.post("/privacy/person-file").json(&json!({"email": "ada@example.org"})).await.ok();
        assert_eq!(theirs["leadIds"], json!([]));
        app.work().await;
    }

    async fn what_is_not_understood_is_refused_by_name(app: TestApp) {
        let ids: Vec<_> = (0..101).map(uuid::Uuid::from_u128).collect();
        for path in ["/privacy/erasures", "/privacy/person-file"] {
            for (body, field) in [
                (json!({}), "leadIds"),
                (json!({"leadIds": []}), "leadIds"),
                (json!({"leadIds": ids}), "leadIds"),
                (json!({"leadIds": ["x"]}), "leadIds[0]"),
                (json!({"email": "nonsense"}), "email"),
                (json!({"phone": "030 123456"}), "phone"),
                (json!({"name": "Ada"}), "name"),
            ] {
                app.post(path).json(&body).await.invalid(field);
            }
        }
        app.post("/privacy/erasures").json(&json!({"email": "a@b.de", "mode": "shred"})).await.invalid("mode");
        app.post("/privacy/suppressions").json(&json!({})).await.invalid("email");
        app.get("/privacy/suppressions?limit=0").await.invalid("limit");
        app.get("/privacy/suppressions?cursor=x").await.invalid("cursor");
        app.get("/privacy/erasures?page=1").await.invalid("page");
        app.delete("/privacy/suppressions/nonsense?reason=other").await.refused(404, "not_found");
        for (rule, field) in [
            (json!({"name": "", "what": "leads", "olderThanDays": 1}), "name"),
            (json!({"name": "x", "what": "leads", "olderThanDays": 0}), "olderThanDays"),
            (json!({"name": "x", "what": "leads", "olderThanDays": 36_501}), "olderThanDays"),
            (json!({"name": "x", "what": "people", "olderThanDays": 1}), "what"),
            (json!({"name": "x", "what": "history", "olderThanDays": 1, "filter": {"source": "web"}}), "filter"),
            (json!({"name": "x".repeat(101), "what": "leads", "olderThanDays": 1}), "name"),
        ] {
            app.post("/privacy/retention-rules").json(&rule).await.invalid(field);
        }
    }
}
