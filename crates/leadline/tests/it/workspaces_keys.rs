//! API keys: what they open, for how long, and for whom.

use std::time::Duration;

use leadline::base::Permission;
use serde_json::{Value, json};

use crate::{
    harness::{Client, TestApp, soon},
    on_both_engines,
};

async fn add(by: &Client, body: &Value) -> (Value, Client) {
    let made = by.post("/api-keys").json(body).await.created();
    let client = by.with_key(made["key"].as_str().unwrap());
    (made, client)
}

fn path_of(key: &Value) -> String {
    format!("/api-keys/{}", key["id"].as_str().unwrap())
}

on_both_engines! {
    async fn a_key_is_shown_once_and_stops_at_once(app: TestApp) {
        let (made, key) = add(&app, &json!({"name": "Importer", "role": "marketer"})).await;
        let secret = made["key"].as_str().unwrap();
        assert!(secret.starts_with("ll_") && secret.starts_with(made["prefix"].as_str().unwrap()));
        let me = key.get("/session").await.ok();
        assert_eq!((&me["apiKey"]["name"], &me["user"], &me["session"]), (&json!("Importer"), &Value::Null, &Value::Null));

        let listed = app.get("/api-keys").await.ok();
        assert_eq!(listed["total"], 1);
        assert!(!listed.to_string().contains(secret));
        let renamed = app.patch(path_of(&made)).json(&json!({"name": "Exporter"})).await.ok();
        assert_eq!(renamed["name"], "Exporter");
        app.patch(path_of(&made)).json(&json!({"name": ""})).await.invalid("name");

        app.delete(path_of(&made)).await.no_content();
        key.get("/session").await.refused(401, "unauthenticated");
        app.delete(path_of(&made)).await.refused(404, "not_found");
        assert_eq!(app.get("/api-keys").await.ok()["total"], 0);
    }

    async fn the_database_does_not_hold_the_key_even_for_a_repeated_request(app: TestApp) {
        let body = json!({"name": "Importer", "role": "marketer"});
        app.post("/api-keys").json(&body).idempotency_key("once").await.created();
        let kept: Result<(i64,), store::Error> = app.app.db
            .read(|tx| tx.one("select count(*) from idempotent_answers where workspace_id > $1", &[&0_i64]))
            .await;
        assert_eq!(kept.unwrap().0, 0);
    }

    async fn a_key_may_a_part_of_its_role(app: TestApp) {
        let body = json!({"name": "Reader", "role": "super-admin", "permissions": ["members:view"]});
        let (made, key) = add(&app, &body).await;
        assert_eq!(made["permissions"], json!(["members:view"]));
        key.get("/members").await.ok();
        key.get("/audit").await.refused(403, "forbidden");
        key.post("/workspaces").json(&json!({"name": "Mine"})).await.refused(403, "forbidden");

        let beyond = json!({"name": "x", "role": "viewer", "permissions": ["leads:edit"]});
        app.post("/api-keys").json(&beyond).await.invalid("permissions");
        let unknown = json!({"name": "x", "role": "viewer", "permissions": ["leads:fly"]});
        app.post("/api-keys").json(&unknown).await.invalid("permissions[0]");
        app.post("/api-keys").json(&json!({"name": "x", "role": "nobody"})).await.invalid("role");
        app.post("/api-keys").json(&json!({"name": "x"})).await.invalid("roleId");
    }

    async fn a_key_makes_no_key_beyond_itself(app: TestApp) {
        let key = app.add_key(&[Permission::KeysManage, Permission::LeadsView]).await;
        key.post("/api-keys").json(&json!({"name": "x", "role": "super-admin"})).await.refused(403, "super_admin_needed");
        key.post("/api-keys").json(&json!({"name": "x", "role": "admin"})).await.refused(403, "beyond_own_rights");
        let body = json!({"name": "x", "role": "viewer", "permissions": ["leads:view"]});
        let (_, made) = add(&key, &body).await;
        assert_eq!(made.get("/session").await.ok()["permissions"], json!(["leads:view"]));
    }

    async fn a_key_ends_on_time_held_in_memory_or_not(app: TestApp) {
        let end = app.clock.now().plus(Duration::from_mins(10));
        let (_, key) = add(&app, &json!({"name": "x", "role": "viewer", "expiresAt": end})).await;
        key.get("/session").await.ok();
        app.clock.advance(Duration::from_secs(10 * 60 - 1));
        key.get("/session").await.ok();
        app.clock.advance(Duration::from_secs(1));
        key.get("/session").await.refused(401, "unauthenticated");
        app.post("/api-keys").json(&json!({"name": "x", "role": "viewer", "expiresAt": end})).await.invalid("expiresAt");
    }

    async fn use_is_written_down_about_once_a_minute(app: TestApp) {
        let (made, key) = add(&app, &json!({"name": "x", "role": "viewer"})).await;
        let first = app.clock.now();
        let last_used = async |expected: store::Timestamp| {
            soon("the use is written down", async || {
                app.get(path_of(&made)).await.ok()["lastUsedAt"] == json!(expected)
            })
            .await;
        };
        key.get("/session").await.ok();
        last_used(first).await;
        app.clock.advance(Duration::from_secs(59));
        key.get("/session").await.ok();
        last_used(first).await;
        app.clock.advance(Duration::from_secs(1));
        key.get("/session").await.ok();
        last_used(app.clock.now()).await;
    }

    async fn an_own_scope_belongs_to_the_keys_maker(app: TestApp) {
        let body = json!({"name": "Robots", "permissions": ["leads:view", "keys:manage"], "scope": "own"});
        app.post("/roles").json(&body).await.created();
        let bob = app.add_person("viewer").await;
        let member = format!("/members/{}", bob.user);
        app.patch(member.as_str()).json(&json!({"role": "robots"})).await.ok();
        let (_, key) = add(&bob, &json!({"name": "x", "role": "robots"})).await;
        assert_eq!(key.get("/session").await.ok()["scope"], "own");
        // A key's key belongs to the same person.
        let (_, second) = add(&key, &json!({"name": "y", "role": "robots"})).await;
        assert_eq!(second.get("/session").await.ok()["scope"], "own");
        // Where he goes, it sees nothing more.
        app.patch(member).json(&json!({"active": false})).await.ok();
        assert_eq!(key.get("/session").await.ok()["scope"], "none");
        assert_eq!(second.get("/session").await.ok()["scope"], "none");
    }

    async fn a_key_is_no_person(app: TestApp) {
        let (_, key) = add(&app, &json!({"name": "x", "role": "super-admin"})).await;
        key.get("/sessions").await.refused(403, "person_needed");
        key.delete("/session").await.refused(403, "person_needed");
        key.post("/sessions/revoke-others").await.refused(403, "person_needed");
        let body = json!({"currentPassword": "x", "newPassword": "another fine one"});
        key.post("/password").json(&body).await.refused(403, "person_needed");
        key.post("/workspaces").json(&json!({"name": "Mine"})).await.invalid("ownerId");
        let named = json!({"name": "Ours", "ownerId": app.admin().user});
        key.post("/workspaces").json(&named).await.created();
        app.stranger().with_key("ll_nonsense").get("/session").await.refused(401, "unauthenticated");
        app.stranger().with_key("nonsense").get("/session").await.refused(401, "unauthenticated");
    }
}
