//! Runs: in slices, paused, stopped, broken off and gone on with; no row is lost and none goes in twice.

use leadline::{intake::import::SweepImports, jobs};
use serde_json::{Value, json};

use super::fixtures::{assert_balanced, check, path, people, run, total, upload};
use crate::{
    harness::TestApp,
    leads::fixtures::{add, assert_consistent, id},
};

crate::on_both_engines! {
    async fn many_slices_add_up(app: TestApp) {
        let import = upload(&app, "many.csv", people(0, 2_345)).await;
        let checked = check(&app, &import).await;
        assert_eq!(checked["checked"]["new"], 2_345);
        let done = run(&app, &import).await;
        assert_eq!((&done["report"]["created"], &done["report"]["rows"]), (&json!(2_345), &json!(2_345)));
        assert_eq!(total(&app).await, 2_345);
        let again = upload(&app, "again.csv", people(0, 2_345)).await;
        assert_eq!(check(&app, &again).await["checked"]["update"], 2_345);
        let done = run(&app, &again).await;
        assert_eq!(done["report"]["unchanged"], 2_345, "{}", done["report"]);
        assert_eq!(total(&app).await, 2_345);
        assert_balanced(&done);
        assert_consistent(&app).await;
    }

    async fn the_same_people_far_apart_in_a_file_are_one_lead(app: TestApp) {
        let (head, rows) = (people(0, 0), people(0, 1_200).split_once('\n').unwrap().1.to_owned());
        let import = upload(&app, "twice.csv", format!("{head}{rows}{rows}")).await;
        let checked = check(&app, &import).await;
        assert_eq!((&checked["checked"]["new"], &checked["checked"]["duplicateInFile"]), (&json!(1_200), &json!(1_200)));
        let done = run(&app, &import).await;
        assert_eq!((&done["report"]["created"], &done["report"]["unchanged"]), (&json!(1_200), &json!(1_200)), "{}", done["report"]);
        assert_eq!(total(&app).await, 1_200);
        assert_balanced(&done);
    }

    async fn a_paused_run_goes_on_where_it_was(app: TestApp) {
        let import = upload(&app, "paused.csv", people(0, 1_100)).await;
        app.post(format!("{}/run", path(&import))).await.status(202);
        let paused = app.post(format!("{}/pause", path(&import))).await.status(202);
        assert_eq!(paused["state"], "paused");
        app.work().await;
        assert_eq!(total(&app).await, 0, "nothing goes in while it is paused");
        app.post(format!("{}/pause", path(&import))).await.refused(409, "wrong_state");
        app.delete(path(&import)).await.status(204);
        let import = upload(&app, "paused.csv", people(0, 1_100)).await;
        app.post(format!("{}/run", path(&import))).await.status(202);
        app.post(format!("{}/pause", path(&import))).await.status(202);
        app.post(format!("{}/resume", path(&import))).await.status(202);
        app.work().await;
        assert_eq!(app.get(path(&import)).await.ok()["report"]["created"], 1_100);
    }

    async fn a_stopped_run_stays_as_it_is(app: TestApp) {
        let import = upload(&app, "stopped.csv", people(0, 700)).await;
        app.post(format!("{}/run", path(&import))).await.status(202);
        let stopped = app.post(format!("{}/stop", path(&import))).await.status(202);
        assert_eq!((&stopped["state"], &stopped["report"]["rows"]), (&json!("stopped"), &json!(0)));
        app.work().await;
        assert_eq!(total(&app).await, 0);
        app.post(format!("{}/resume", path(&import))).await.refused(409, "wrong_state");
    }

    async fn a_check_can_be_broken_off(app: TestApp) {
        let import = upload(&app, "check.csv", people(0, 10)).await;
        app.post(format!("{}/check", path(&import))).await.status(202);
        let stopped = app.post(format!("{}/stop", path(&import))).await.status(202);
        assert_eq!(stopped["state"], "ready");
        app.work().await;
        assert_eq!(app.get(path(&import)).await.ok()["checked"], Value::Null);
    }

    async fn a_run_is_undone_but_for_what_was_changed_since(app: TestApp) {
        let ada = add(&app, json!({"name": "Ada", "email": "ada@example.org"})).await;
        let text = "name,email,company\nAda,ada@example.org,Engines\nGrace,grace@example.org,Navy\nAlan,alan@example.org,Park\n";
        let import = upload(&app, "undone.csv", text).await;
        app.post(format!("{}/undo", path(&import))).json(&json!({})).await.refused(409, "wrong_state");
        let done = run(&app, &import).await;
        assert_eq!((&done["report"]["created"], &done["report"]["updated"]), (&json!(2), &json!(1)), "{}", done["report"]);
        let alan = app.get("/leads?search=Alan").await.ok()["data"][0].clone();
        let title = json!({"title": "Mathematician"});
        app.patch(format!("/leads/{}", id(&alan))).json(&title).await.ok();

        let undone = app.post(format!("{}/undo", path(&import))).json(&json!({})).await;
        let set = undone.header("change-set-id").unwrap().to_owned();
        assert_eq!(undone.status(202)["state"], "undone");
        app.work().await;
        let back = app.get(format!("/leads/{}", id(&ada))).await.ok();
        assert_eq!((&back["company"], &back["name"]), (&Value::Null, &json!("Ada")));
        let names: Vec<Value> = app.get("/leads").await.ok()["data"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert!(!names.contains(&json!("Grace")), "{names:?}");
        assert!(names.contains(&json!("Alan")), "what somebody worked on since stays: {names:?}");
        app.get(format!("/change-sets/{set}")).await.ok();
        app.post(format!("{}/undo", path(&import))).json(&json!({})).await.refused(409, "wrong_state");
        assert_consistent(&app).await;
    }

    async fn files_go_when_nothing_can_be_undone_any_more(app: TestApp) {
        let import = upload(&app, "old.csv", people(0, 3)).await;
        run(&app, &import).await;
        app.clock.advance(std::time::Duration::from_hours(31 * 24));
        let queue = app.app.db.write(|tx| jobs::Enqueue::new(&SweepImports::default()).insert(tx));
        queue.await.unwrap();
        app.work().await;
        let shown = app.get(path(&import)).await.ok();
        assert_eq!((&shown["hasFile"], &shown["report"]["created"]), (&json!(false), &json!(3)));
        app.get(format!("{}/rows", path(&import))).await.refused(409, "file_removed");
    }
}
