//! One's own account: the name, and what one has chosen for one's screens.

use leadline::base::Permission;
use serde_json::json;

use crate::{
    harness::TestApp,
    on_both_engines,
    workspaces_sign_in::{add_with_password, sign_in},
};

on_both_engines! {
    async fn what_one_chooses_goes_from_browser_to_browser(app: TestApp) {
        add_with_password(&app, "bob@example.org", "viewer").await;
        let (laptop, phone) = (sign_in(&app, "bob@example.org").await, sign_in(&app, "bob@example.org").await);
        let first = laptop.get("/preferences").await.ok();
        assert_eq!(first, json!({"theme": "system", "density": "comfortable", "sidebar": "wide", "locale": null,
            "timeZone": null, "shortcuts": {"singleKeys": true, "keys": {}}, "screens": {}}));

        let chosen = json!({"theme": "dark", "timeZone": "europe/berlin", "shortcuts": {"keys": {"app.help": "f1"}}});
        laptop.patch("/preferences").json(&chosen).await.ok();
        // Two browsers that choose different things do not undo each other.
        let screens = json!({"screens": {"leads.columns": ["name", "score"]}, "shortcuts": {"singleKeys": false}});
        let whole = phone.patch("/preferences").json(&screens).await.ok();
        assert_eq!((&whole["theme"], &whole["timeZone"]), (&json!("dark"), &json!("Europe/Berlin")));
        assert_eq!(whole["shortcuts"], json!({"singleKeys": false, "keys": {"app.help": "f1"}}));
        assert_eq!(whole["screens"]["leads.columns"], json!(["name", "score"]));
        assert_eq!(laptop.get("/preferences").await.ok(), whole);
        assert_eq!(laptop.get("/session").await.ok()["preferences"], whole);

        let forgotten = json!({"timeZone": null, "screens": {"leads.columns": null}, "shortcuts": {"keys": {"app.help": null}}});
        let whole = phone.patch("/preferences").json(&forgotten).await.ok();
        assert_eq!((&whole["timeZone"], &whole["screens"]), (&json!(null), &json!({})));
        assert_eq!(whole["shortcuts"]["keys"], json!({}));
    }

    async fn a_choice_that_cannot_be_meant_is_refused(app: TestApp) {
        add_with_password(&app, "bob@example.org", "viewer").await;
        let bob = sign_in(&app, "bob@example.org").await;
        for (body, field) in [
            (json!({"theme": "purple"}), "theme"),
            (json!({"locale": "english please"}), "locale"),
            (json!({"timeZone": "Nowhere/Land"}), "timeZone"),
            (json!({"screens": {"leads": "x".repeat(33_000)}}), "screens"),
            (json!({"colour": "red"}), "colour"),
        ] {
            bob.patch("/preferences").json(&body).await.invalid(field);
        }
        assert_eq!(bob.get("/preferences").await.ok()["theme"], "system");
        // A key is nobody's browser.
        let key = app.add_key(&[Permission::LeadsView]).await;
        key.get("/preferences").await.refused(403, "person_needed");
        key.patch("/preferences").json(&json!({"theme": "dark"})).await.refused(403, "person_needed");
        assert_eq!(key.get("/session").await.ok()["preferences"], json!(null));
    }

    async fn a_person_renames_themselves_and_it_is_on_record(app: TestApp) {
        add_with_password(&app, "bob@example.org", "viewer").await;
        let bob = sign_in(&app, "bob@example.org").await;
        bob.patch("/profile").json(&json!({"name": "  "})).await.invalid("name");
        bob.patch("/profile").json(&json!({"email": "x@example.org"})).await.invalid("email");
        let renamed = bob.patch("/profile").json(&json!({"name": " Robert Tables "})).await.ok();
        assert_eq!((&renamed["name"], &renamed["email"]), (&json!("Robert Tables"), &json!("bob@example.org")));
        assert_eq!(bob.get("/session").await.ok()["user"]["name"], "Robert Tables");
        let entries = app.get("/audit?action=profile.changed").await.ok();
        assert_eq!(entries["data"][0]["data"]["before"]["name"], "Test Person");
    }
}
