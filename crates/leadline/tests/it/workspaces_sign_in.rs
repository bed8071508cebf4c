//! Coming in: the first setup, passwords, sessions, links.

use std::time::Duration;

use axum::http::header;
use leadline::{
    base::Secret,
    workspaces::{self, setup, staff},
};
use serde_json::{Value, json};
use store::Engine;

use crate::{
    harness::{Answer, Client, TestApp, soon},
    on_both_engines,
};

const PASSWORD: &str = "correct horse battery";

/// A member of the first workspace who can sign in with [`PASSWORD`].
pub(crate) async fn add_with_password(app: &TestApp, email: &str, role: &str) {
    let new = staff::NewPerson {
        email: email.into(),
        name: "Test Person".into(),
        role: Some(role.into()),
        workspace: Some("Acme".into()),
    };
    staff::add(&app.app, new, Some(Secret::new(PASSWORD)))
        .await
        .unwrap();
}

pub(crate) async fn try_sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.stranger().post("/session").json(&body).await
}

/// A browser that has signed in.
pub(crate) async fn sign_in(app: &TestApp, email: &str) -> Client {
    browser(app, &try_sign_in(app, email, PASSWORD).await)
}

/// A browser that holds the cookie of an answer.
pub(crate) fn browser(app: &TestApp, answer: &Answer) -> Client {
    answer.created();
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("; HttpOnly; SameSite=Lax"),
        "{cookie}: not safe from scripts and foreign pages"
    );
    let pair = cookie.split(';').next().unwrap();
    app.stranger().with_header(header::COOKIE, pair)
}

/// The last part of a link that was handed out.
pub(crate) fn token_of(link: &Value) -> String {
    link.as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

fn setup_body(token: &Secret) -> Value {
    json!({
        "token": token.expose(),
        "workspaceName": "Acme",
        "name": "Ada Lovelace",
        "email": "Ada@Example.org",
        "password": PASSWORD,
    })
}

on_both_engines! {
    async fn the_first_setup_happens_once(engine: Engine) {
        let app = TestApp::start_empty(engine, |_| {}).await;
        let stranger = app.stranger();
        assert_eq!(stranger.get("/setup").await.ok(), json!({"needed": true}));
        let token = setup::offer(&app.app).await.unwrap().unwrap();
        let other = setup::offer(&app.app).await.unwrap().unwrap();

        let guess = setup_body(&Secret::new("lls_guess"));
        stranger.post("/setup").json(&guess).await.invalid("token");
        let mut weak = setup_body(&token);
        weak["password"] = json!("password123");
        weak["email"] = json!("nobody");
        stranger.post("/setup").json(&weak).await.invalid("password");
        stranger.post("/setup").json(&weak).await.invalid("email");

        let (one, two) = (setup_body(&token), setup_body(&other));
        let (one, two) = tokio::join!(
            async { stranger.post("/setup").json(&one).await },
            async { stranger.post("/setup").json(&two).await },
        );
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let (good, bad) = if one.status == 201 { (one, two) } else { (two, one) };
        bad.refused(409, "set_up_already");

        let me = browser(&app, &good).get("/session").await.ok();
        assert_eq!(me["user"]["email"], "ada@example.org");
        assert_eq!(me["role"]["key"], "super-admin");
        assert_eq!(me["workspaces"].as_array().unwrap().len(), 1);
        assert_eq!(stranger.get("/setup").await.ok(), json!({"needed": false}));
        assert!(setup::offer(&app.app).await.unwrap().is_none());
        stranger.post("/setup").json(&setup_body(&token)).await.refused(409, "set_up_already");
    }

    async fn signing_in_and_out(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let bob = sign_in(&app, " BOB@example.org ").await;
        let me = bob.get("/session").await;
        assert_eq!(me.ok()["user"]["name"], "Test Person");
        assert_eq!(me.ok()["scope"], "own");
        assert!(me.header("set-cookie").is_some(), "the cookie is kept from running out");

        bob.delete("/session").await.no_content();
        bob.get("/session").await.refused(401, "unauthenticated");
    }

    async fn a_wrong_password_and_an_unknown_address_look_alike(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let mut wrong = try_sign_in(&app, "bob@example.org", "wrong").await.refused(401, "wrong_credentials");
        let mut unknown = try_sign_in(&app, "eve@example.org", "wrong").await.refused(401, "wrong_credentials");
        wrong["requestId"] = json!("");
        unknown["requestId"] = json!("");
        assert_eq!(wrong, unknown);
        app.stranger().post("/session").json(&json!({"email": "", "password": "x"})).await.invalid("email");
        app.stranger().post("/session").json(&json!({"email": "x"})).await.invalid("password");
    }

    async fn guessing_gets_slower_and_never_stops_for_good(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        for email in ["bob@example.org", "unknown@example.org"] {
            for _ in 0..5 {
                try_sign_in(&app, email, "wrong").await.refused(401, "wrong_credentials");
            }
            for (wait, last) in [(1, "wrong"), (2, "wrong"), (4, PASSWORD)] {
                let locked = try_sign_in(&app, email, PASSWORD).await;
                locked.refused(429, "too_many_requests");
                assert_eq!(locked.header("retry-after"), Some(wait.to_string().as_str()));
                app.clock.advance(Duration::from_secs(wait));
                let answer = try_sign_in(&app, email, last).await;
                let right = last == PASSWORD && email.starts_with("bob");
                assert_eq!(answer.status.as_u16(), if right { 201 } else { 401 });
            }
        }
        // A good sign-in has cleared the account.
        for _ in 0..5 {
            try_sign_in(&app, "bob@example.org", "wrong").await.refused(401, "wrong_credentials");
        }
        // However often, a quarter of an hour is the longest.
        for _ in 0..20 {
            app.clock.advance(Duration::from_mins(15));
            try_sign_in(&app, "bob@example.org", "wrong").await.refused(401, "wrong_credentials");
        }
        let locked = try_sign_in(&app, "bob@example.org", PASSWORD).await;
        assert_eq!(locked.header("retry-after"), Some("900"));
        app.clock.advance(Duration::from_mins(15));
        try_sign_in(&app, "bob@example.org", PASSWORD).await.created();
    }

    async fn guesses_sent_side_by_side_gain_nothing(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let mut guesses = Vec::new();
        for _ in 0..12 {
            let call = app.stranger().post("/session").json(&json!({"email": "bob@example.org", "password": "wrong"}));
            guesses.push(tokio::spawn(call.into_future()));
        }
        let mut looked_at = 0;
        for guess in guesses {
            looked_at += usize::from(guess.await.unwrap().status == 401);
        }
        assert!(looked_at <= 5, "{looked_at} guesses were answered");
    }

    async fn one_network_cannot_try_many_accounts(app: TestApp) {
        for number in 0..31 {
            let email = format!("guess-{number}@example.org");
            try_sign_in(&app, &email, "wrong").await.refused(401, "wrong_credentials");
        }
        try_sign_in(&app, "another@example.org", "wrong").await.refused(429, "too_many_requests");
        app.clock.advance(Duration::from_secs(1));
        try_sign_in(&app, "another@example.org", "wrong").await.refused(401, "wrong_credentials");
    }

    async fn sessions_are_listed_and_ended(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let laptop = sign_in(&app, "bob@example.org").await;
        app.clock.advance(Duration::from_secs(1));
        let phone = sign_in(&app, "bob@example.org").await;
        app.clock.advance(Duration::from_secs(1));
        let tablet = sign_in(&app, "bob@example.org").await;

        let sessions = laptop.get("/sessions").await.ok();
        assert_eq!(sessions["total"], 3);
        let current: Vec<_> = sessions["data"].as_array().unwrap().iter().map(|it| it["current"] == true).collect();
        assert_eq!(current, [false, false, true], "the last used first");

        let tablets = sessions["data"][0]["id"].as_str().unwrap().to_owned();
        let stranger = app.add_person("admin").await;
        stranger.delete(format!("/sessions/{tablets}")).await.refused(404, "not_found");
        tablet.get("/session").await.ok();
        laptop.delete(format!("/sessions/{tablets}")).await.no_content();
        tablet.get("/session").await.refused(401, "unauthenticated");
        laptop.delete(format!("/sessions/{tablets}")).await.refused(404, "not_found");

        phone.get("/session").await.ok();
        laptop.post("/sessions/revoke-others").await.no_content();
        phone.get("/session").await.refused(401, "unauthenticated");
        laptop.get("/session").await.ok();
    }

    async fn signing_in_anew_ends_the_session_before(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let bob = sign_in(&app, "bob@example.org").await;
        let again = bob.post("/session").json(&json!({"email": "bob@example.org", "password": PASSWORD})).await;
        bob.get("/session").await.refused(401, "unauthenticated");
        browser(&app, &again).get("/session").await.ok();
    }

    async fn a_session_ends_when_it_is_not_used_and_not_before(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let bob = sign_in(&app, "bob@example.org").await;
        let days = |days: u64| Duration::from_hours(24 * days);
        for _ in 0..3 {
            app.clock.advance(days(20));
            bob.get("/session").await.ok();
            let now = app.clock.now();
            soon("the session was seen", async || {
                let seen: Result<(i64,), store::Error> = app.app.db
                    .read(|tx| tx.one("select max(last_seen_at) from sessions", &[])).await;
                seen.unwrap().0 == now.0
            }).await;
        }
        // Held in memory or not, it ends on time.
        bob.get("/session").await.ok();
        app.clock.advance(days(30));
        bob.get("/session").await.refused(401, "unauthenticated");
    }

    async fn a_password_is_changed_by_who_knows_it(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let bob = sign_in(&app, "bob@example.org").await;
        let other = sign_in(&app, "bob@example.org").await;
        let change = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
        bob.post("/password").json(&change("wrong", "another fine one")).await.invalid("currentPassword");
        bob.post("/password").json(&change(PASSWORD, "bob@example.org")).await.invalid("newPassword");
        bob.post("/password").json(&change(PASSWORD, "too short")).await.invalid("newPassword");
        bob.post("/password").json(&change(PASSWORD, "another fine one")).await.no_content();
        bob.get("/session").await.ok();
        other.get("/session").await.refused(401, "unauthenticated");
        try_sign_in(&app, "bob@example.org", PASSWORD).await.refused(401, "wrong_credentials");
        try_sign_in(&app, "bob@example.org", "another fine one").await.created();

        // A stolen session does not make guessing free.
        for _ in 0..5 {
            bob.post("/password").json(&change("wrong", "another fine one")).await.invalid("currentPassword");
        }
        let right = change("another fine one", "yet another one");
        bob.post("/password").json(&right).await.refused(429, "too_many_requests");
    }

    async fn a_reset_link_works_once_and_ends_every_session(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let bob = sign_in(&app, "bob@example.org").await;
        let user = bob.get("/session").await.ok()["user"]["id"].as_str().unwrap().to_owned();
        let offer = format!("/members/{user}/password-reset");
        bob.post(offer.as_str()).await.refused(403, "forbidden");
        let first = token_of(&app.post(offer.as_str()).await.ok()["link"]);
        let second = token_of(&app.post(offer.as_str()).await.ok()["link"]);

        let new = json!({"password": "another fine one"});
        let stranger = app.stranger();
        stranger.post(format!("/password-resets/{first}")).json(&new).await.refused(404, "not_found");
        stranger.post(format!("/password-resets/{second}")).json(&json!({"password": "short"})).await.invalid("password");
        stranger.post(format!("/password-resets/{second}")).json(&new).await.no_content();
        stranger.post(format!("/password-resets/{second}")).json(&new).await.refused(404, "not_found");
        bob.get("/session").await.refused(401, "unauthenticated");
        try_sign_in(&app, "bob@example.org", PASSWORD).await.refused(401, "wrong_credentials");
        try_sign_in(&app, "bob@example.org", "another fine one").await.created();

        let late = token_of(&app.post(offer.as_str()).await.ok()["link"]);
        app.clock.advance(Duration::from_hours(24));
        stranger.post(format!("/password-resets/{late}")).json(&new).await.refused(404, "not_found");
    }

    async fn a_reset_link_opens_nothing_beyond_its_makers_rights(app: TestApp) {
        let admin = app.add_person("admin").await;
        let offer = |user| format!("/members/{user}/password-reset");
        admin.post(offer(app.admin().user)).await.refused(403, "super_admin_needed");
        let elsewhere = app.add_workspace("Elsewhere").await;
        admin.post(offer(elsewhere.user)).await.refused(404, "not_found");

        // Somebody who belongs to another workspace, too: the link would open that one as well.
        let (workspace, user) = (app.admin().workspace, elsewhere.user);
        app.app.db.write(move |tx| -> leadline::base::Result<()> {
            let role = workspaces::roles::all(tx, workspace)?.into_iter().find(|it| it.key == "sales").unwrap();
            workspaces::add_member(tx, workspace, user, role.id)
        }).await.unwrap();
        app.post(offer(user)).await.refused(403, "member_elsewhere");
    }

    async fn the_operator_sets_passwords_and_switches_people_off(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        let bob = sign_in(&app, "bob@example.org").await;
        let link = app.app.db
            .write(|tx| staff::reset(tx, "bob@example.org", "http://leads.example"))
            .await
            .unwrap();
        assert!(link.expose().starts_with("http://leads.example/reset/llr_"));
        app.app.db.write(|tx| staff::disable(tx, "bob@example.org", None)).await.unwrap();
        // The command runs in a process of its own; this one notices within a second.
        soon("the session is refused", async || bob.get("/session").await.status == 401).await;
        try_sign_in(&app, "bob@example.org", PASSWORD).await.refused(401, "wrong_credentials");
        let lines = app.app.read(|tx| staff::list(tx, Some("acme"))).await.unwrap();
        assert!(lines.iter().any(|it| it.email == "bob@example.org" && it.state == "disabled"));
    }
}
