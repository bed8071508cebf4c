//! Exports of saved views, and of those who lose the right in the middle.

use http_body_util::BodyExt;
use leadline::base::Permission;
use serde_json::{Value, json};

use super::fixtures::{add, audited, csv, ended, lines, many};
use crate::{
    harness::{Client, TestApp},
    on_both_engines,
};

async fn view(client: &Client, visibility: &str) -> Value {
    let columns = json!([{"field": "name", "width": 240}, {"field": "stage"}, {"field": "customFields.budget"}, {"field": "nextTask"}, {"field": "created"}]);
    let filter = json!({"where": {"field": "score", "op": "atLeast", "value": 50}});
    let body = json!({"name": "Hot", "filter": filter, "columns": columns, "sort": {"by": "name", "descending": false}, "visibility": visibility});
    client.post("/views").json(&body).await.created()["id"].clone()
}

fn path(view: &Value, more: &str) -> String {
    format!("/leads/export?viewId={}{more}", view.as_str().unwrap())
}

/// Takes the rest of a file that has begun; whether it came to its end.
async fn rest(mut body: axum::body::Body) -> bool {
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            return false;
        }
    }
    true
}

on_both_engines! {
    async fn a_view_says_which_leads_in_which_order_with_which_columns(app: TestApp) {
        for (name, score) in [("Zoe", 80), ("Ada", 60), ("Bob", 10)] {
            add(&app, json!({"name": name, "score": score, "source": "form", "customFields": {"budget": score}})).await;
        }
        let view_id = view(&app, "private").await;
        let table = csv(&app.get(path(&view_id, "")).await);
        assert_eq!(table.header, ["name", "stageName", "customFields.budget", "createdAt"]);
        assert_eq!(table.column("name"), ["Ada", "Zoe"]);
        let begun = &audited(&app).await[1]["data"];
        assert_eq!(begun["viewId"], view_id);
        assert_eq!(begun["viewFilter"]["where"]["field"], "score");
        // What is asked for goes before, and narrows.
        let table = csv(&app.get(path(&view_id, "&minScore=70&columns=score")).await);
        assert_eq!((table.header.as_slice(), table.column("score").as_slice()), (["score".to_owned()].as_slice(), ["80"].as_slice()));
        let table = csv(&app.get(path(&view_id, "&sortBy=score&sortOrder=desc")).await);
        assert_eq!(table.column("name"), ["Zoe", "Ada"]);
        let body = json!({"viewId": view_id, "format": "ndjson", "filter": {"search": "zoe"}});
        let told = lines(&app.post("/leads/export").json(&body).await);
        assert_eq!((told.len(), &told[0]["name"], told[0].get("score")), (1, &json!("Zoe"), None));
        app.get(path(&view_id, "&deleted=true")).await.invalid("deleted");
        app.get("/leads/export?viewId=hot").await.invalid("viewId");
        // A view that somebody does not see is not there for them.
        let other = app.add_person("marketer").await;
        other.get(path(&view_id, "")).await.refused(404, "not_found");
        let shared = view(&app, "everyone").await;
        assert_eq!(csv(&other.get(path(&shared, "")).await).rows.len(), 2);
        app.work().await;
    }

    async fn whoever_loses_the_right_in_the_middle_gets_no_further_piece(app: TestApp) {
        many(&app, 12_000).await;
        let begin = async |client: &Client, format: &str| {
            let mut body = client.get(format!("/leads/export?format={format}")).open().await.into_body();
            body.frame().await.unwrap().unwrap();
            body
        };
        // A role without the right.
        let marketer = app.add_person("marketer").await;
        let (body, book) = (begin(&marketer, "csv").await, begin(&marketer, "xlsx").await);
        let roles = app.get("/roles").await.ok();
        let viewer = roles["data"].as_array().unwrap().iter().find(|it| it["key"] == "viewer").unwrap()["id"].clone();
        app.patch(format!("/members/{}", marketer.user)).json(&json!({"roleId": viewer})).await.ok();
        assert!(!rest(body).await && !rest(book).await);
        let end = ended(&app).await;
        assert_eq!(end["data"]["outcome"], "withdrawn");
        // A narrower reach: the file would hold what its taker does not see any more.
        let role = json!({"name": "Files", "permissions": ["leads:export", "leads:view"], "scope": "all"});
        let role = app.post("/roles").json(&role).await.created();
        app.patch(format!("/members/{}", marketer.user)).json(&json!({"roleId": role["id"]})).await.ok();
        let body = begin(&marketer, "csv").await;
        app.patch(format!("/roles/{}", role["id"].as_str().unwrap())).json(&json!({"scope": "own"})).await.ok();
        assert!(!rest(body).await);
        // A key that is taken back.
        let key = app.post("/api-keys").json(&json!({"name": "Files", "role": "super-admin", "permissions": ["leads:export", "leads:view"]})).await.created();
        let client = app.stranger().with_key(key["key"].as_str().unwrap());
        let body = begin(&client, "ndjson").await;
        app.delete(format!("/api-keys/{}", key["id"].as_str().unwrap())).await;
        assert!(!rest(body).await);
        // Whoever keeps it gets everything.
        assert!(rest(begin(&app.add_key(&[Permission::LeadsExport]).await, "csv").await).await);
        app.work().await;
    }
}
