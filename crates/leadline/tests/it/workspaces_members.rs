//! Who may do what: roles, scopes, members, teams, invitations, several workspaces.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::{Client, TestApp},
    on_both_engines,
    workspaces_sign_in::{add_with_password, browser, sign_in, token_of},
};

async fn invite(by: &Client, email: &str, role: &str) -> Value {
    let body = json!({"email": email, "role": role});
    by.post("/invitations").json(&body).await.created()
}

async fn add_role(app: &TestApp, name: &str, permissions: &[&str], scope: &str) -> Value {
    let body = json!({"name": name, "permissions": permissions, "scope": scope});
    app.post("/roles").json(&body).await.created()
}

fn id(value: &Value) -> &str {
    value.as_str().unwrap()
}

on_both_engines! {
    async fn built_in_roles_may_what_is_documented(app: TestApp) {
        for (role, managing, scope) in [
            ("super-admin", true, "all"),
            ("admin", true, "all"),
            ("marketer", true, "all"),
            ("sales", false, "own"),
            ("viewer", false, "all"),
        ] {
            let me = app.add_person(role).await.get("/session").await.ok();
            let permissions = me["permissions"].as_array().unwrap();
            assert!(permissions.contains(&json!("leads:view")), "{role}");
            assert_eq!(permissions.contains(&json!("leads:manage")), managing, "{role}");
            assert_eq!(me["scope"], scope, "{role}");
        }
        let sales = app.add_person("sales").await;
        sales.get("/members").await.ok();
        sales.get("/api-keys").await.refused(403, "forbidden");
        sales.post("/invitations").json(&json!({"email": "a@example.org", "role": "sales"})).await.refused(403, "forbidden");
    }

    async fn roles_are_made_changed_and_removed(app: TestApp) {
        let role = add_role(&app, "Inside Sales", &["leads:edit"], "team").await;
        assert_eq!((&role["key"], &role["permissions"]), (&json!("inside-sales"), &json!(["leads:view", "leads:edit"])));
        let path = format!("/roles/{}", id(&role["id"]));
        app.post("/roles").json(&json!({"name": "inside  sales", "permissions": [], "scope": "own"})).await.refused(409, "name_taken");
        app.post("/roles").json(&json!({"name": "X", "permissions": ["leads:fly"], "scope": "own"})).await.invalid("permissions[0]");
        app.post("/roles").json(&json!({"name": "X", "permissions": [], "scope": "world"})).await.invalid("scope");

        // Whoever has it feels a change at once.
        let bob = app.add_person("sales").await;
        let member = format!("/members/{}", bob.user);
        app.patch(member.as_str()).json(&json!({"roleId": role["id"]})).await.ok();
        bob.get("/members").await.refused(403, "forbidden");
        app.patch(path.as_str()).json(&json!({"permissions": ["members:view"], "scope": "own"})).await.ok();
        bob.get("/members").await.ok();
        assert_eq!(bob.get("/session").await.ok()["permissions"], json!(["members:view"]));

        app.delete(path.as_str()).await.refused(409, "role_in_use");
        app.patch(member.as_str()).json(&json!({"role": "viewer"})).await.ok();
        app.delete(path.as_str()).await.no_content();
        app.get(path.as_str()).await.refused(404, "not_found");

        for role in app.get("/roles").await.ok()["data"].as_array().unwrap() {
            let path = format!("/roles/{}", id(&role["id"]));
            app.patch(path.as_str()).json(&json!({"name": "Mine"})).await.refused(409, "built_in_role");
            app.delete(path).await.refused(409, "built_in_role");
        }
        assert_eq!(app.get("/permissions").await.ok()["total"], leadline::base::Permission::ALL.len());
    }

    async fn nobody_gives_more_than_he_has(app: TestApp) {
        let role = add_role(&app, "Team Lead", &["leads:manage", "members:manage"], "team").await;
        let lead = app.add_person("viewer").await;
        app.patch(format!("/members/{}", lead.user)).json(&json!({"roleId": role["id"]})).await.ok();

        invite(&lead, "new@example.org", "sales").await;
        for role in ["admin", "viewer", "marketer"] {
            let body = json!({"email": "other@example.org", "role": role});
            lead.post("/invitations").json(&body).await.refused(403, "beyond_own_rights");
        }
        let bigger = json!({"name": "Bigger", "permissions": ["audit:view"], "scope": "own"});
        lead.post("/roles").json(&bigger).await.refused(403, "beyond_own_rights");
        let wider = json!({"name": "Wider", "permissions": ["leads:view"], "scope": "all"});
        lead.post("/roles").json(&wider).await.refused(403, "beyond_own_rights");
        // Nor does he take somebody with more rights down, or his account over, or widen what his team sees.
        let admin = app.add_person("admin").await;
        lead.patch(format!("/members/{}", admin.user)).json(&json!({"role": "sales"})).await.refused(403, "beyond_own_rights");
        lead.delete(format!("/members/{}", admin.user)).await.refused(403, "beyond_own_rights");
        lead.post(format!("/members/{}/password-reset", admin.user)).await.refused(403, "beyond_own_rights");
        lead.post("/teams").json(&json!({"name": "Mine"})).await.refused(403, "beyond_own_rights");
    }

    async fn only_super_admins_touch_super_admins(app: TestApp) {
        let admin = app.add_person("admin").await;
        let root = format!("/members/{}", app.admin().user);
        admin.patch(root.as_str()).json(&json!({"role": "viewer"})).await.refused(403, "super_admin_needed");
        admin.patch(root.as_str()).json(&json!({"active": false})).await.refused(403, "super_admin_needed");
        admin.delete(root).await.refused(403, "super_admin_needed");
        let own = format!("/members/{}", admin.user);
        admin.patch(own).json(&json!({"role": "super-admin"})).await.refused(403, "super_admin_needed");
        admin.post("/api-keys").json(&json!({"name": "x", "role": "super-admin"})).await.refused(403, "super_admin_needed");
        admin.post("/workspaces").json(&json!({"name": "Mine"})).await.refused(403, "super_admin_needed");

        // A link that would make a Super Admin is not shown to one who is none.
        invite(&app, "boss@example.org", "super-admin").await;
        invite(&app, "clerk@example.org", "sales").await;
        let seen = admin.get("/invitations").await.ok();
        let links: Vec<_> = seen["data"].as_array().unwrap().iter().map(|it| it["link"].is_string()).collect();
        assert_eq!(links, [true, false]);
    }

    async fn the_last_super_admin_stays(app: TestApp) {
        let root = format!("/members/{}", app.admin().user);
        app.patch(root.as_str()).json(&json!({"role": "admin"})).await.refused(409, "last_super_admin");
        app.patch(root.as_str()).json(&json!({"active": false})).await.refused(409, "last_super_admin");
        app.delete(root.as_str()).await.refused(409, "last_super_admin");
        app.get("/session").await.ok();

        // Of two who take each other down at the same moment, one succeeds.
        for _ in 0..5 {
            let second = app.add_person("super-admin").await;
            let other = format!("/members/{}", second.user);
            let demote = json!({"role": "admin"});
            let (one, two) = tokio::join!(
                async { app.patch(other.as_str()).json(&demote).await },
                async { second.patch(root.as_str()).json(&demote).await },
            );
            let done = [one.status.as_u16(), two.status.as_u16()].iter().filter(|it| **it == 200).count();
            assert_eq!(done, 1, "{} and {}", one.status, two.status);
            if two.status == 200 {
                // So that the next round begins like this one.
                second.patch(root.as_str()).json(&json!({"role": "super-admin"})).await.ok();
                app.patch(other.as_str()).json(&demote).await.ok();
            }
        }
    }

    async fn somebody_switched_off_is_out_at_once(app: TestApp) {
        let bob = app.add_person("sales").await;
        let member = format!("/members/{}", bob.user);
        bob.get("/session").await.ok();
        app.patch(member.as_str()).json(&json!({"active": false})).await.ok();
        bob.get("/session").await.refused(401, "unauthenticated");
        let seen = app.get("/members").await.ok();
        assert!(seen["data"].as_array().unwrap().iter().any(|it| it["active"] == false));

        app.delete(member.as_str()).await.no_content();
        app.delete(member.as_str()).await.refused(404, "not_found");
        app.get(member).await.refused(404, "not_found");
    }

    async fn teams_are_made_and_joined(app: TestApp) {
        let bob = app.add_person("sales").await;
        let team = app.post("/teams").json(&json!({"name": "North", "memberIds": [bob.user]})).await.created();
        let path = format!("/teams/{}", id(&team["id"]));
        assert_eq!(team["memberIds"], json!([bob.user]));
        app.post("/teams").json(&json!({"name": "North"})).await.refused(409, "name_taken");
        app.post("/teams").json(&json!({"name": " "})).await.invalid("name");
        let stranger = app.add_workspace("Elsewhere").await;
        let body = json!({"name": "South", "memberIds": [stranger.user]});
        app.post("/teams").json(&body).await.invalid("memberIds[0]");
        app.put(format!("{path}/members/{}", stranger.user)).await.refused(404, "not_found");

        let eve = app.add_person("sales").await;
        let joined = app.put(format!("{path}/members/{}", eve.user)).await.ok();
        assert_eq!(joined["memberIds"].as_array().unwrap().len(), 2);
        assert_eq!(app.get(format!("/members/{}", eve.user)).await.ok()["teamIds"], json!([team["id"]]));
        app.delete(format!("{path}/members/{}", eve.user)).await.no_content();
        app.delete(format!("{path}/members/{}", eve.user)).await.refused(404, "not_found");
        assert_eq!(app.patch(path.as_str()).json(&json!({"name": "Nord"})).await.ok()["name"], "Nord");
        bob.patch(path.as_str()).json(&json!({"name": "Mine"})).await.refused(403, "forbidden");
        app.delete(path.as_str()).await.no_content();
        app.get(path).await.refused(404, "not_found");
    }

    async fn a_scope_decides_whose_leads_are_seen(app: TestApp) {
        let role = add_role(&app, "Team Seller", &["leads:view"], "team").await;
        let (mate, other) = (app.add_person("sales").await, app.add_person("sales").await);
        let lead = app.add_person("viewer").await;
        for owner in [Some(mate.user), Some(other.user), Some(lead.user), None] {
            app.post("/leads").json(&json!({"name": "Somebody", "assignedTo": owner})).await.created();
        }
        app.work().await;
        let seen = async |by: &Client| by.get("/leads").await.ok()["total"].as_i64().unwrap();
        assert_eq!((seen(&app).await, seen(&mate).await, seen(&lead).await), (4, 1, 4));

        // A change of role, of a team and of its members is felt at once.
        let member = format!("/members/{}", lead.user);
        app.patch(member.as_str()).json(&json!({"roleId": role["id"]})).await.ok();
        assert_eq!(seen(&lead).await, 1, "without a team, one's own");
        let team = app.post("/teams").json(&json!({"name": "North", "memberIds": [lead.user]})).await.created();
        let path = format!("/teams/{}", id(&team["id"]));
        assert_eq!(seen(&lead).await, 1);
        app.put(format!("{path}/members/{}", mate.user)).await.ok();
        assert_eq!(seen(&lead).await, 2);
        assert_eq!(seen(&mate).await, 1, "his role reaches his own alone");
        app.delete(path).await.no_content();
        assert_eq!(seen(&lead).await, 1);
        app.patch(format!("/roles/{}", id(&role["id"]))).json(&json!({"scope": "none"})).await.ok();
        assert_eq!(seen(&lead).await, 0);
    }

    async fn an_invitation_works_once_for_a_week(app: TestApp) {
        let made = invite(&app, "Bob@Example.org", "sales").await;
        let token = token_of(&made["link"]);
        app.post("/invitations").json(&json!({"email": "bob@example.org", "role": "admin"})).await.refused(409, "already_invited");
        app.post("/invitations").json(&json!({"email": "bob", "role": "admin"})).await.invalid("email");
        app.post("/invitations").json(&json!({"email": "x@example.org", "role": "king"})).await.invalid("role");
        app.post("/invitations").json(&json!({"email": "x@example.org"})).await.invalid("roleId");
        assert_eq!(app.get("/invitations").await.ok()["data"][0]["link"], made["link"], "it can be shown again");

        let stranger = app.stranger();
        let preview = stranger.get(format!("/invitations/{token}/preview")).await.ok();
        assert_eq!((&preview["email"], &preview["workspaceName"]), (&json!("bob@example.org"), &json!("Acme")));
        assert_eq!(preview["hasAccount"], false);
        let accept = format!("/invitations/{token}/accept");
        let body = json!({"name": "Bob", "password": "another fine one"});
        stranger.post(accept.as_str()).json(&json!({"password": "another fine one"})).await.invalid("name");
        stranger.post(accept.as_str()).json(&json!({"name": "Bob", "password": "short"})).await.invalid("password");
        let (one, two) = tokio::join!(
            async { stranger.post(accept.as_str()).json(&body).await },
            async { stranger.post(accept.as_str()).json(&body).await },
        );
        let (good, bad) = if one.status == 201 { (one, two) } else { (two, one) };
        assert!([401, 404, 409].contains(&bad.status.as_u16()), "{}", bad.status);
        let me = browser(&app, &good).get("/session").await.ok();
        assert_eq!((&me["user"]["name"], &me["role"]["key"]), (&json!("Bob"), &json!("sales")));
        stranger.post(accept.as_str()).json(&body).await.refused(404, "not_found");
        assert_eq!(app.get("/invitations").await.ok()["total"], 0);
        app.post("/invitations").json(&json!({"email": "bob@example.org", "role": "admin"})).await.refused(409, "already_member");

        let late = invite(&app, "late@example.org", "sales").await;
        let withdrawn = invite(&app, "gone@example.org", "sales").await;
        app.delete(format!("/invitations/{}", id(&withdrawn["id"]))).await.no_content();
        app.delete(format!("/invitations/{}", id(&withdrawn["id"]))).await.refused(404, "not_found");
        stranger.get(format!("/invitations/{}/preview", token_of(&withdrawn["link"]))).await.refused(404, "not_found");
        app.clock.advance(Duration::from_hours(7 * 24));
        stranger.get(format!("/invitations/{}/preview", token_of(&late["link"]))).await.refused(404, "not_found");
    }

    async fn somebody_with_an_account_joins_with_its_password_and_switches(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let elsewhere = app.add_workspace("Elsewhere").await;
        let made = invite(&elsewhere, "bob@example.org", "admin").await;
        let accept = format!("/invitations/{}/accept", token_of(&made["link"]));
        let stranger = app.stranger();
        stranger.post(accept.as_str()).json(&json!({"password": "a guess of mine"})).await.refused(401, "wrong_credentials");
        let joined = stranger.post(accept.as_str()).json(&json!({"password": "correct horse battery"})).await;
        let bob = browser(&app, &joined);
        let me = bob.get("/session").await.ok();
        assert_eq!((&me["workspace"]["name"], &me["role"]["key"]), (&json!("Elsewhere"), &json!("admin")));
        let other = me["workspaces"].as_array().unwrap().iter().find(|it| it["name"] == "Acme").unwrap().clone();

        let switched = bob.post("/session/workspace").json(&json!({"workspaceId": other["id"]})).await.ok();
        assert_eq!((&switched["workspace"]["name"], &switched["role"]["key"]), (&json!("Acme"), &json!("sales")));
        bob.get("/api-keys").await.refused(403, "forbidden");
        // The next sign-in begins where this one was.
        let again = sign_in(&app, "bob@example.org").await.get("/session").await.ok();
        assert_eq!(again["workspace"]["name"], "Acme");
        let foreign = app.add_person("sales").await;
        let body = json!({"workspaceId": me["workspace"]["id"]});
        foreign.post("/session/workspace").json(&body).await.refused(404, "not_found");
    }

    async fn workspaces_are_made_by_super_admins_and_kept_apart(app: TestApp) {
        let body = json!({"name": "Second", "settings": {"currency": "eur", "timeZone": "Europe/Berlin", "defaultCountry": "de"}});
        let made = app.post("/workspaces").json(&body).await.created();
        assert_eq!(made["settings"], json!({"currency": "EUR", "timeZone": "Europe/Berlin", "defaultCountry": "DE"}));
        assert_eq!(app.get("/workspaces").await.ok()["total"], 2);
        let path = format!("/workspaces/{}", id(&made["id"]));
        assert_eq!(app.get(path.as_str()).await.ok(), made);
        app.add_person("admin").await.get(path).await.refused(404, "not_found");
        let named = json!({"name": "Third", "ownerId": app.add_workspace("Elsewhere").await.user});
        app.post("/workspaces").json(&named).await.invalid("ownerId");

        let changed = app.patch("/workspace").json(&json!({"settings": {"currency": "CHF"}})).await.ok();
        assert_eq!((&changed["name"], &changed["settings"]["currency"]), (&json!("Acme"), &json!("CHF")));
        assert_eq!(app.get("/workspace").await.ok(), changed);
        let wrong = json!({"name": "", "settings": {"currency": "money", "timeZone": "Mars"}});
        for field in ["name", "settings.currency", "settings.timeZone"] {
            app.patch("/workspace").json(&wrong).await.invalid(field);
        }
        app.add_person("marketer").await.patch("/workspace").json(&json!({"name": "X"})).await.refused(403, "forbidden");
    }

    async fn another_workspaces_ids_name_nothing_here(app: TestApp) {
        let other = app.add_workspace("Elsewhere").await;
        let role = other.post("/roles").json(&json!({"name": "Theirs", "permissions": [], "scope": "own"})).await.created();
        let team = other.post("/teams").json(&json!({"name": "Theirs"})).await.created();
        let key = other.post("/api-keys").json(&json!({"name": "Theirs", "role": "sales"})).await.created();
        let invitation = invite(&other, "theirs@example.org", "sales").await;
        for path in [
            format!("/members/{}", other.user),
            format!("/roles/{}", id(&role["id"])),
            format!("/teams/{}", id(&team["id"])),
            format!("/api-keys/{}", id(&key["id"])),
        ] {
            app.get(path.as_str()).await.refused(404, "not_found");
            app.delete(path.as_str()).await.refused(404, "not_found");
            app.patch(path).json(&json!({"name": "Mine"})).await;
        }
        app.delete(format!("/invitations/{}", id(&invitation["id"]))).await.refused(404, "not_found");
        app.patch(format!("/members/{}", app.admin().user)).json(&json!({"roleId": role["id"]})).await.invalid("roleId");
        let body = json!({"name": "Mine", "roleId": role["id"]});
        app.post("/api-keys").json(&body).await.invalid("roleId");
        assert_eq!(other.get(format!("/teams/{}", id(&team["id"]))).await.ok()["name"], "Theirs");
    }
}
