//! The dead-letter list over HTTP.

use leadline::{
    base::{Permission, WorkspaceId},
    jobs::{self, Enqueue, Failure},
};
use serde_json::{Value, json};

use super::node::{TASK, Task, listing, ran, tasks};
use crate::harness::TestApp;

/// Gives up so many jobs of a workspace.
async fn give_up(app: &TestApp, workspace: impl Into<Option<WorkspaceId>>, count: usize) {
    let workspace = workspace.into();
    let queued = app.app.db.write(move |tx| {
        let job = |number| {
            let name = format!("{number:04}");
            let job = Enqueue::of(TASK, &Task { name });
            match workspace {
                Some(workspace) => job.workspace(workspace),
                None => job,
            }
        };
        jobs::insert_all(tx, (0..count).map(job).collect())
    });
    queued.await.unwrap();
    let hopeless =
        tasks(|_, _| std::future::ready(Err(Failure::Never("no such address".to_owned()))));
    jobs::run_until_idle(&app.app, &hopeless).await.unwrap();
}

fn names(page: &Value) -> Vec<&str> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["payload"]["name"].as_str().unwrap())
        .collect()
}

crate::on_both_engines! {
    async fn what_was_given_up_is_listed_newest_first(app: TestApp) {
        give_up(&app, app.admin().workspace, 5).await;
        let page = app.get("/jobs/dead?limit=2").await.status(200);
        assert_eq!((names(&page), &page["total"]), (vec!["0004", "0003"], &json!(5)));
        let job = &page["data"][0];
        assert_eq!(
            (&job["kind"], &job["attempts"], &job["lastError"]),
            (&json!("test.task"), &json!(1), &json!("no such address"))
        );
        let mut cursor = page["nextCursor"].as_str().unwrap().to_owned();
        let page = app.get(format!("/jobs/dead?limit=2&cursor={cursor}")).await.status(200);
        assert_eq!(names(&page), ["0002", "0001"]);
        page["nextCursor"].as_str().unwrap().clone_into(&mut cursor);
        let page = app.get(format!("/jobs/dead?limit=2&cursor={cursor}")).await.status(200);
        assert_eq!((names(&page), &page["nextCursor"]), (vec!["0000"], &Value::Null));
        for bad in ["limit=0", "limit=201", "cursor=x", "page=2"] {
            app.get(format!("/jobs/dead?{bad}")).await.status(422);
        }
    }

    async fn a_job_is_tried_again_or_taken_off(app: TestApp) {
        give_up(&app, app.admin().workspace, 2).await;
        let page = app.get("/jobs/dead").await.status(200);
        let id = |index: usize| page["data"][index]["id"].as_str().unwrap().to_owned();
        app.post(format!("/jobs/dead/{}/retry", id(1))).await.status(204);
        app.post(format!("/jobs/dead/{}/retry", id(1))).await.status(404);
        app.delete(format!("/jobs/dead/{}", id(0))).await.status(204);
        app.delete(format!("/jobs/dead/{}", id(0))).await.status(404);
        app.delete(format!("/jobs/dead/{}", id(1))).await.status(404);
        app.post("/jobs/dead/nothing/retry").await.status(404);
        let (kinds, list) = listing();
        assert_eq!(jobs::run_until_idle(&app.app, &kinds).await.unwrap(), 1);
        assert_eq!(ran(&list), ["0000"]);
        assert_eq!(app.get("/jobs/dead").await.status(200)["total"], 0);
    }

    async fn all_are_tried_again(app: TestApp) {
        give_up(&app, app.admin().workspace, 700).await;
        assert_eq!(app.post("/jobs/dead/retry-all").await.status(200), json!({ "changed": 700 }));
        let (kinds, list) = listing();
        assert_eq!(jobs::run_until_idle(&app.app, &kinds).await.unwrap(), 700);
        assert_eq!(ran(&list).len(), 700);
        assert_eq!(app.post("/jobs/dead/retry-all").await.status(200), json!({ "changed": 0 }));
    }

    async fn a_workspace_sees_its_own_and_needs_the_right(app: TestApp) {
        let other = app.add_workspace("Other").await;
        give_up(&app, other.workspace, 2).await;
        let theirs = other.get("/jobs/dead").await.status(200);
        assert_eq!(theirs["total"], 2);
        let id = theirs["data"][0]["id"].as_str().unwrap();
        assert_eq!(app.get("/jobs/dead").await.status(200)["total"], 0);
        app.post(format!("/jobs/dead/{id}/retry")).await.status(404);
        app.delete(format!("/jobs/dead/{id}")).await.status(404);
        assert_eq!(app.post("/jobs/dead/retry-all").await.status(200), json!({ "changed": 0 }));
        assert_eq!(other.get("/jobs/dead").await.status(200)["total"], 2);
        let key = app.add_key(&[Permission::LeadsManage]).await;
        key.get("/jobs/dead").await.status(403);
        key.post("/jobs/dead/retry-all").await.status(403);
        app.stranger().get("/jobs/dead").await.status(401);
    }

    async fn what_belongs_to_no_workspace_is_found_by_the_operator(app: TestApp) {
        give_up(&app, None, 2).await;
        give_up(&app, app.admin().workspace, 1).await;
        assert_eq!(app.get("/jobs/dead").await.status(200)["total"], 1);
        let figures = app.stranger().get_outside("/metrics").await;
        let figures = String::from_utf8(figures.body.to_vec()).unwrap();
        for line in ["leadline_jobs_dead 3", "leadline_jobs_due 0", "leadline_jobs_in_hand 0"] {
            assert!(figures.lines().any(|it| it == line), "{line} in\n{figures}");
        }
        let of_nobody = || app.app.read(|tx| Ok(jobs::of_nobody(tx)?));
        let found = of_nobody().await.unwrap();
        assert_eq!(found, [(TASK.to_owned(), 2, Some("no such address".to_owned()))]);
        assert_eq!(app.app.db.write(jobs::retry_of_nobody).await.unwrap(), 2);
        assert_eq!(of_nobody().await.unwrap(), []);
        let (kinds, list) = listing();
        assert_eq!(jobs::run_until_idle(&app.app, &kinds).await.unwrap(), 2);
        assert_eq!(ran(&list), ["0000", "0001"]);
    }
}
