//! Who may take out what, what is written down of it, and what is refused.

use leadline::base::Permission;
use serde_json::json;

use super::fixtures::{add, audited, csv, ended};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn everybody_takes_out_what_they_see_and_only_with_the_right(app: TestApp) {
        let seller = app.add_person("sales").await;
        add(&app, json!({"name": "Not mine"})).await;
        add(&seller, json!({"name": "Mine"})).await;
        seller.get("/leads/export").await.refused(403, "forbidden");
        seller.post("/leads/export").json(&json!({})).await.refused(403, "forbidden");
        let managing = app.add_key(&[Permission::LeadsManage]).await;
        managing.get("/leads/export").await.refused(403, "forbidden");
        let marketer = app.add_person("marketer").await;
        assert_eq!(csv(&marketer.get("/leads/export").await).rows.len(), 2);
        let role = json!({"name": "Sales with files", "permissions": ["leads:export", "leads:create"], "scope": "own"});
        let role = app.post("/roles").json(&role).await.created();
        app.patch(format!("/members/{}", seller.user)).json(&json!({"roleId": role["id"]})).await.ok();
        let own = csv(&seller.get("/leads/export").await);
        assert_eq!(own.column("name"), ["Mine"]);
        // Who may not see the members is not told their names.
        assert_eq!(own.column("assignedToName"), [""]);
        let other = app.add_workspace("Other").await;
        assert!(csv(&other.get("/leads/export").await).rows.is_empty());
        app.stranger().get("/leads/export").await.refused(401, "unauthenticated");
        app.work().await;
    }

    async fn who_took_out_what_stands_in_the_audit_log(app: TestApp) {
        add(&app, json!({"name": "Ada", "email": "ada@example.org"})).await;
        let answer = app.get("/leads/export?email=ada@example.org&source=manual&columns=name").await;
        assert_eq!(csv(&answer).rows.len(), 1);
        let end = ended(&app).await;
        assert_eq!(end["data"], json!({"outcome": "done", "rows": 1}));
        assert_eq!(end["target"], format!("export:{}", answer.header("export-id").unwrap()));
        let begun = &audited(&app).await[1];
        assert_eq!(begun["action"], "export.begun");
        assert_eq!(begun["actorId"], json!(app.admin().user));
        assert_eq!(begun["target"], end["target"]);
        let data = json!({"format": "csv", "filter": {"email": "…", "source": "manual"}, "columns": ["name"]});
        assert_eq!(begun["data"], data);
        app.work().await;
    }

    async fn what_is_not_understood_is_refused_by_name(app: TestApp) {
        for (query, field) in [
            ("format=pdf", "format"),
            ("format=", "format"),
            ("format=csv&format=ndjson", "format"),
            ("names=none", "names"),
            ("delimiter=,", "delimiter"),
            ("bom=1", "bom"),
            ("raw=yes", "raw"),
            ("format=xlsx&bom=true", "bom"),
            ("format=parquet&delimiter=tab", "delimiter"),
            ("columns=", "columns"),
            ("columns=name,,email", "columns"),
            ("columns=name,name", "columns"),
            ("columns=password", "columns"),
            ("columns=customFields.", "columns"),
            ("sortBy=phone", "sortBy"),
            ("sortOrder=up", "sortOrder"),
            ("format=ndjson&bom=true", "bom"),
            ("format=ndjson&names=display", "names"),
            ("limit=5", "limit"),
            ("cursor=x", "cursor"),
            ("minScore=x", "minScore"),
            ("where=%7B", "where"),
            ("where=%7B%22field%22%3A%22nothing%22%7D", "where.field"),
            ("assignedTo=you", "assignedTo"),
            ("tag=%00", "tag"),
        ] {
            app.get(format!("/leads/export?{query}")).await.invalid(field);
        }
        let long = "x".repeat(101);
        app.get(format!("/leads/export?columns=customFields.{long}")).await.invalid("columns");
        let columns = (0..501).map(|it| format!("customFields.f{it}")).collect::<Vec<_>>();
        app.get(format!("/leads/export?columns={}", columns.join(","))).await.invalid("columns");
        app.post("/leads/export").json(&json!({"columns": columns})).await.invalid("columns");
        app.post("/leads/export").json(&json!({"columns": ["x".repeat(30_000)]})).await.invalid("columns");
        app.post("/leads/export").json(&json!({"format": "pdf"})).await.invalid("format");
        app.post("/leads/export").json(&json!({"stageId": "x"})).await.status(422);
        app.post("/leads/export").raw("application/json", "{").await.refused(400, "malformed_request");
        app.post("/leads/export").raw("text/plain", "{}").await.refused(415, "unsupported_media_type");
        assert!(audited(&app).await.is_empty(), "what was refused has not begun");
    }
}
