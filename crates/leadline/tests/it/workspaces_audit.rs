//! The audit log: complete, in one chain, and telling when it was touched.

use leadline::workspaces::audit;
use serde_json::json;
use store::Engine;

use crate::{
    harness::TestApp,
    on_both_engines,
    workspaces_sign_in::{add_with_password, sign_in, try_sign_in},
};

async fn run(app: &TestApp, script: &'static str) -> Result<(), store::Error> {
    app.app.db.write(move |tx| tx.script(script)).await
}

const SQLITE_OPEN: &str = "drop trigger audit_log_no_update; drop trigger audit_log_no_delete";
const POSTGRES_OPEN: &str = "alter table audit_log disable trigger audit_log_no_change";

on_both_engines! {
    async fn what_is_done_is_written_down(app: TestApp) {
        add_with_password(&app, "bob@example.org", "sales").await;
        for _ in 0..5 {
            try_sign_in(&app, "bob@example.org", "wrong").await;
        }
        app.clock.advance(std::time::Duration::from_secs(1));
        let bob = sign_in(&app, "bob@example.org").await;
        let user = bob.get("/session").await.ok()["user"]["id"].clone();
        bob.delete("/session").await.no_content();
        app.post("/teams").json(&json!({"name": "North"})).await.created();
        app.post("/teams").json(&json!({"name": "North"})).await.refused(409, "name_taken");

        let log = app.get("/audit").await.ok();
        let actions: Vec<_> = log["data"].as_array().unwrap().iter().map(|it| it["action"].as_str().unwrap()).collect();
        assert_eq!(actions, [
            "team.created", "session.ended", "session.started", "session.locked", "session.refused",
            "session.refused", "session.refused", "session.refused", "member.added",
        ]);
        let started = &log["data"][2];
        assert_eq!((&started["actorId"], &started["actorName"], &started["via"]), (&user, &json!("Test Person"), &json!("ui")));
        assert_eq!(log["data"][8]["via"], "commandLine");
        assert!(!log.to_string().contains("wrong") && !log.to_string().contains("bob@"));

        let of_bob = app.get(format!("/audit?actor={}", user.as_str().unwrap())).await.ok();
        assert_eq!(of_bob["total"], 2);
        assert_eq!(app.get("/audit?action=session.").await.ok()["total"], 7);
        assert_eq!(app.get("/audit?action=session.ended").await.ok()["total"], 1);
        let at = started["at"].as_str().unwrap();
        assert_eq!(app.get(format!("/audit?from={at}")).await.ok()["total"], 3);
        assert_eq!(app.get(format!("/audit?to={at}")).await.ok()["total"], 6);
        app.get("/audit?from=yesterday").await.invalid("from");
        app.get("/audit?limit=0").await.invalid("limit");
        app.get("/audit?cursor=x").await.invalid("cursor");
        app.get("/audit?colour=red").await.invalid("colour");
        app.add_person("marketer").await.get("/audit").await.refused(403, "forbidden");
    }

    async fn pages_follow_each_other(app: TestApp) {
        for number in 0..7 {
            app.post("/teams").json(&json!({"name": format!("Team {number}")})).await.created();
        }
        let mut seen = Vec::new();
        let mut path = "/audit?limit=3".to_owned();
        loop {
            let page = app.get(path).await.ok();
            assert_eq!(page["total"], 7);
            seen.extend(page["data"].as_array().unwrap().iter().map(|it| it["seq"].as_i64().unwrap()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/audit?limit=3&cursor={cursor}");
        }
        assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    }

    async fn many_writers_leave_no_gap(app: TestApp) {
        let mut writers = Vec::new();
        for number in 0..40 {
            let call = app.post("/teams").json(&json!({"name": format!("Team {number}")}));
            writers.push(tokio::spawn(call.into_future()));
        }
        for writer in writers {
            writer.await.unwrap().created();
        }
        let verified = app.get("/audit/verify").await.ok();
        assert_eq!((&verified["whole"], &verified["rows"]), (&json!(true), &json!(40)));
    }

    async fn a_touched_row_shows(app: TestApp) {
        for number in 0..5 {
            app.post("/teams").json(&json!({"name": format!("Team {number}")})).await.created();
        }
        let change = "update audit_log set action = 'team.removed' where workspace_id = 1 and seq = 3";
        assert!(run(&app, change).await.is_err(), "the log is append-only");
        assert!(run(&app, "delete from audit_log where workspace_id = 1").await.is_err());
        assert_eq!(app.get("/audit/verify").await.ok()["whole"], true);
        assert_eq!(app.app.read(audit::first_broken).await.unwrap(), None);

        // Somebody with the database in hand can take the guard away; the chain still tells.
        run(&app, if app.engine == Engine::Sqlite { SQLITE_OPEN } else { POSTGRES_OPEN }).await.unwrap();
        run(&app, change).await.unwrap();
        let verified = app.get("/audit/verify").await.ok();
        assert_eq!((&verified["whole"], &verified["rows"], &verified["brokenAt"]), (&json!(false), &json!(2), &json!(3)));
        let words = app.app.read(audit::first_broken).await.unwrap().unwrap();
        assert_eq!(words, "row 3 of workspace acme: the row was changed");

        run(&app, "delete from audit_log where workspace_id = 1 and seq = 3").await.unwrap();
        assert_eq!(app.get("/audit/verify").await.ok()["reason"], "the row is missing");
    }
}
