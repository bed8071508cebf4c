//! Whoever was erased does not come in again, whatever they are known by.

use std::collections::BTreeSet;

use serde_json::json;
use store::Tx;

use super::fixtures::{ada, add, dump, erase, found_in};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn an_erased_person_is_refused_by_every_key(app: TestApp) {
        let id = ada(&app).await;
        erase(&app, json!({"leadIds": [id]})).await;
        for lead in [
            json!({"name": "X", "email": "Ada.Zauber@Example.org"}),
            json!({"name": "X", "phone": "+49 30 1234 5678"}),
            json!({"name": "X", "customFields": {"taxNumber": "de-4711"}}),
        ] {
            app.post("/leads").json(&lead).await.refused(409, "suppressed");
        }
        // By hand, and knowingly, anybody can be taken in.
        let anyway = json!({"name": "X", "email": "ada.zauber@example.org", "onMatch": "create"});
        app.post("/leads").json(&anyway).await.created();
        app.post("/leads").json(&json!({"name": "Y", "email": "other@example.org"})).await.created();
        app.work().await;
    }

    async fn alias_forms_are_the_same_person(app: TestApp) {
        let id = add(&app, json!({"name": "Ana", "email": "ana.silva+x@gmail.com", "phone": "+55 21 98123-4567"})).await;
        erase(&app, json!({"leadIds": [id]})).await;
        for lead in [
            json!({"name": "X", "phone": "+55 21 8123-4567"}),
            json!({"name": "X", "email": "anasilva@googlemail.com"}),
        ] {
            app.post("/leads").json(&lead).await.refused(409, "suppressed");
        }
        app.work().await;
    }

    async fn an_import_does_not_bring_them_back(app: TestApp) {
        let id = ada(&app).await;
        erase(&app, json!({"leadIds": [id]})).await;
        let file = "name,email\nAda Zauberfrau,ada.zauber@example.org\nBob Stone,bob@example.org\n";
        let import = app.post("/imports?name=again.csv").raw("application/octet-stream", file).await.created();
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        app.post(format!("{path}/check")).await.status(202);
        app.work().await;
        let checked = app.get(&path).await.ok();
        assert_eq!(checked["checked"]["suppressed"], 1, "{checked}");
        app.post(format!("{path}/run")).await.status(202);
        app.work().await;
        let done = app.get(&path).await.ok();
        assert_eq!((&done["report"]["suppressed"], &done["report"]["created"]), (&json!(1), &json!(1)), "{done}");
        assert_eq!(app.get("/leads?limit=1").await.ok()["total"], 1);
    }

    async fn who_is_not_remembered_may_come_again(app: TestApp) {
        let id = ada(&app).await;
        erase(&app, json!({"leadIds": [id], "suppress": false})).await;
        assert_eq!(app.get("/privacy/suppressions").await.ok()["total"], 0);
        add(&app, json!({"name": "Ada", "email": "ada.zauber@example.org"})).await;
        app.work().await;
    }

    async fn the_list_is_kept_by_hand_and_holds_hashes_alone(app: TestApp) {
        let body = json!({"email": "eve@example.org", "phone": "+49 30 777777"});
        assert_eq!(app.post("/privacy/suppressions/check").json(&body).await.ok()["suppressed"], false);
        let added = app.post("/privacy/suppressions").json(&body).await.ok();
        let kinds: BTreeSet<_> = added["matches"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, BTreeSet::from(["email", "phone"]));
        app.post("/privacy/suppressions").json(&body).await.ok();
        let list = app.get("/privacy/suppressions?limit=1").await.ok();
        assert_eq!((&list["total"], &list["data"][0]["reason"]), (&json!(2), &json!("byHand")));
        let next = list["nextCursor"].as_str().unwrap();
        let second = app.get(format!("/privacy/suppressions?limit=1&cursor={next}")).await.ok();
        assert_ne!(second["data"][0]["id"], list["data"][0]["id"]);
        assert_eq!(second["nextCursor"], json!(null));
        assert!(found_in(&dump(&app).await, &["eve@example.org", "777777"]).is_empty());
        app.post("/leads").json(&json!({"name": "Eve", "email": "eve@example.org"})).await.refused(409, "suppressed");
        for row in added["matches"].as_array().unwrap() {
            let path = format!("/privacy/suppressions/{}", row["id"].as_str().unwrap());
            app.delete(&path).await.invalid("reason");
            app.delete(format!("{path}?reason=because")).await.status(422);
            app.delete(format!("{path}?reason=consent")).await.no_content();
            app.delete(format!("{path}?reason=consent")).await.refused(404, "not_found");
        }
        add(&app, json!({"name": "Eve", "email": "eve@example.org"})).await;
        let log = app.get("/audit?action=suppression.removed").await.ok();
        assert_eq!(log["data"][0]["data"]["reason"], "consent");
        app.work().await;
    }

    async fn nobody_slips_in_while_they_are_erased(app: TestApp) {
        for round in 0..5 {
            let email = format!("race{round}@example.org");
            add(&app, json!({"name": "Race", "email": email})).await;
            let ready = super::fixtures::preview(&app, json!({"email": email})).await;
            let path = format!("/privacy/erasures/{}/run", ready["id"].as_str().unwrap());
            app.post(path).await.status(202);
            let posts = (0..8).map(|_| {
                let (client, email) = (app.admin().client.clone(), email.clone());
                tokio::spawn(async move {
                    let lead = json!({"name": "Race again", "email": email, "onMatch": "update"});
                    client.post("/leads").json(&lead).await.status.as_u16()
                })
            });
            let posts: Vec<_> = posts.collect();
            app.work().await;
            for post in posts {
                let status = post.await.unwrap();
                assert!([200, 201, 409].contains(&status), "{status}");
            }
            app.work().await;
            let left = app.app.db.read(move |tx: &mut Tx| {
                tx.one("select count(*) from leads where email like 'race%'", &[])
            });
            let left: Result<(i64,), store::Error> = left.await;
            assert_eq!(left.unwrap().0, 0, "round {round}");
        }
    }
}
