//! Taking back what was done.

use axum::http::Method;
use leadline::{
    base::{Permission, Scope},
    leads::{
        Lead, changes,
        find::{self, Among, For},
        save,
        write::{self, By},
    },
};
use serde_json::{Value, json};

use super::{
    fixtures::{add, assert_consistent, column, id, named, stages},
    pipelines::fill,
};
use crate::{
    harness::{Answer, Client, TestApp},
    on_both_engines,
};

/// What of a lead undoing is to bring back: all but what counts its writes.
pub async fn state(client: &Client, lead: &str) -> Value {
    let mut shown = client
        .get(format!("/leads/{lead}?at=2100-01-01T00:00:00Z"))
        .await
        .ok();
    for field in [
        "version",
        "updatedAt",
        "stageChangedAt",
        "activities",
        "activitiesCursor",
        "notes",
        "asOf",
    ] {
        shown.as_object_mut().unwrap().remove(field);
    }
    shown
}

pub fn set_of(answer: &Answer) -> String {
    answer
        .header("change-set-id")
        .unwrap_or_else(|| panic!("no change set in {answer:?}"))
        .to_owned()
}

pub async fn undo(client: &Client, set: &str, body: Value) -> Answer {
    client
        .post(format!("/change-sets/{set}/undo"))
        .json(&body)
        .await
}

on_both_engines! {
    async fn every_kind_of_write_is_taken_back_and_done_again(app: TestApp) {
        let ids = stages(&app).await;
        let seller = app.add_person("sales").await;
        let body = json!({"name": "Ada", "email": "ada@example.com", "phone": "+1 202-555-0173", "value": 1.25, "currency": "EUR",
            "tags": ["a", "b", "c"], "customFields": {"Budget Size": 5, "kept": true}});
        let lead = add(&app, body).await;
        let path = format!("/leads/{}", id(&lead));
        let other = named(&app, "neighbour").await;
        let place = json!({"stageId": ids[0], "beforeId": id(&other)});
        let edit = json!({"name": "Grace", "email": null, "phone": "+1 202-555-0199", "value": 7, "tags": ["b", "x"],
            "customFields": {"Budget Size": null, "other field": [1, 2]}, "title": "Dr"});
        let writes: [(Method, &str, Value); 7] = [
            (Method::PATCH, "", edit),
            (Method::PATCH, "/stage", json!({"stageId": ids[1]})),
            (Method::PATCH, "/stage", place),
            (Method::PATCH, "/assign", json!({"assignedTo": seller.user})),
            (Method::PATCH, "", json!({"tags": ["c"], "stageId": ids[2], "score": 9})),
            (Method::DELETE, "", Value::Null),
            (Method::POST, "/restore", Value::Null),
        ];
        let mut seen = vec![state(&app, id(&lead)).await];
        let mut sets = Vec::new();
        for (method, rest, body) in writes {
            app.clock.advance(std::time::Duration::from_secs(5));
            let call = app.call(method, format!("/api{path}{rest}"));
            let answer = if body.is_null() { call.await } else { call.json(&body).await };
            assert!(answer.status.is_success(), "{answer:?}");
            sets.push(set_of(&answer));
            let now = state(&app, id(&lead)).await;
            // Each can be taken back by itself, and that again.
            let undone = undo(&app, sets.last().unwrap(), json!({})).await;
            assert_eq!(undone.ok()["undone"], 1, "{rest}");
            assert_eq!(&state(&app, id(&lead)).await, seen.last().unwrap(), "{rest}");
            let redone = undo(&app, &set_of(&undone), json!({})).await;
            assert_eq!(redone.ok()["undone"], 1, "{rest}");
            assert_eq!(state(&app, id(&lead)).await, now, "{rest}");
            assert_consistent(&app).await;
            seen.push(now);
        }
        // And all of them, the last one first.
        for (set, before) in sets.iter().zip(&seen).rev() {
            assert_eq!(undo(&app, set, json!({})).await.ok()["undone"], 1);
            assert_eq!(&state(&app, id(&lead)).await, before);
            let again = undo(&app, set, json!({})).await.ok();
            assert_eq!((&again["undone"], &again["unchanged"]), (&json!(0), &json!(1)));
        }
        assert_eq!(app.get("/leads?search=ada@example").await.ok()["total"], 1);
        assert_eq!(app.get("/leads?search=grace").await.ok()["total"], 0);
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_lead_that_was_made_goes_to_the_trash_and_comes_back(app: TestApp) {
        let made = app.post("/leads").json(&json!({"name": "Oops"})).await;
        let lead = made.created();
        let path = format!("/leads/{}", id(&lead));
        let undone = undo(&app, &set_of(&made), json!({})).await;
        assert_eq!(undone.ok()["undone"], 1);
        app.get(&path).await.refused(404, "not_found");
        assert_eq!(app.get(format!("{path}?deleted=true")).await.ok()["name"], "Oops");
        undo(&app, &set_of(&undone), json!({})).await.ok();
        app.get(&path).await.ok();
        // Somebody has worked on it since: that is told, and asked.
        app.post(format!("{path}/notes")).json(&json!({"value": "call back"})).await.created();
        let kept = undo(&app, &set_of(&made), json!({})).await.ok();
        assert_eq!((&kept["changedSince"], &kept["undone"]), (&json!(1), &json!(0)));
        assert_eq!(kept["results"][0]["changedSince"][0]["field"], "lead");
        app.get(&path).await.ok();
        undo(&app, &set_of(&made), json!({"onChanged": "overwrite"})).await.ok();
        app.get(&path).await.refused(404, "not_found");

        // One that a machine brought in alone is its own change set.
        let key = app.add_key(&[Permission::LeadsManage]).await;
        let made = key.post("/leads").json(&json!({"name": "By key"})).await;
        let lead = made.created();
        assert_eq!(set_of(&made), id(&lead));
        let set = app.get(format!("/change-sets/{}", id(&lead))).await.ok();
        assert_eq!((&set["kind"], &set["via"], &set["leads"]), (&json!("create"), &json!("apiKey"), &json!(1)));
        assert_eq!(undo(&app, id(&lead), json!({})).await.ok()["undone"], 1);
        app.get(format!("/leads/{}", id(&lead))).await.refused(404, "not_found");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn what_was_changed_since_is_told_field_by_field(app: TestApp) {
        let lead = add(&app, json!({"name": "Ada", "email": "old@example.com", "title": "Ms"})).await;
        let path = format!("/leads/{}", id(&lead));
        let edit = app.patch(&path).json(&json!({"email": "new@example.com", "title": "Dr", "company": "Acme"})).await;
        let set = set_of(&edit);
        app.patch(&path).json(&json!({"email": "newer@example.com", "customFields": {"x": 1}, "tags": ["t"]})).await.ok();
        let shown = app.get(format!("/change-sets/{set}")).await.ok();
        assert_eq!(shown["undo"], json!({"examined": 1, "undoable": 0, "unchanged": 0, "changedSince": 1, "merged": 0, "gone": 0}));
        let expected = json!([{"field": "email", "before": "old@example.com", "after": "new@example.com", "now": "newer@example.com"}]);
        let rows = app.get(format!("/change-sets/{set}/leads?failed=true")).await.ok();
        assert_eq!(rows["data"][0]["changedSince"], expected);
        let trial = undo(&app, &set, json!({"dryRun": true, "onChanged": "overwrite"})).await;
        assert_eq!(trial.header("change-set-id"), None);
        assert_eq!((&trial.ok()["undone"], &trial.ok()["changeSetId"]), (&json!(1), &Value::Null));
        assert_eq!(app.get(&path).await.ok()["email"], "newer@example.com");

        let skipped = undo(&app, &set, json!({})).await;
        assert_eq!(skipped.ok()["results"][0]["outcome"], "changedSince");
        let now = app.get(&path).await.ok();
        assert_eq!((&now["email"], &now["title"], &now["company"]), (&json!("newer@example.com"), &json!("Ms"), &Value::Null));
        assert_eq!((&now["customFields"]["x"], &now["tags"]), (&json!(1), &json!(["t"])), "what came later is not touched");
        undo(&app, &set_of(&skipped), json!({})).await.ok();
        assert_eq!(app.get(&path).await.ok()["title"], "Dr");
        let overwritten = undo(&app, &set, json!({"choices": {id(&lead): "overwrite"}})).await.ok();
        assert_eq!(overwritten["undone"], 1);
        assert_eq!(app.get(&path).await.ok()["email"], "old@example.com");
        let shown = app.get(format!("/change-sets/{set}")).await.ok();
        assert_eq!(shown["undoneBy"].as_array().unwrap().len(), 2);
        let undoing = app.get(format!("/change-sets/{}", shown["undoneBy"][0].as_str().unwrap())).await.ok();
        assert_eq!((&undoing["kind"], &undoing["undoes"]), (&json!("undo"), &json!(set)));
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn actions_over_many_leads_are_taken_back_as_one(app: TestApp) {
        let ids = stages(&app).await;
        let seller = app.add_person("sales").await;
        let mut leads = Vec::new();
        for name in ["a", "b", "c"] {
            leads.push(id(&add(&app, json!({"name": name, "tags": ["one", name]})).await).to_owned());
        }
        for (action, more) in [
            ("move_stage", json!({"stageId": ids[1]})),
            ("assign", json!({"assignedTo": seller.user})),
            ("tag", json!({"tags": ["two", "b"]})),
            ("untag", json!({"tags": ["one"]})),
            ("delete", json!({})),
        ] {
            let mut before = Vec::new();
            for lead in &leads {
                before.push(state(&app, lead).await);
            }
            let mut body = json!({"action": action, "leadIds": leads});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let done = app.post("/leads/bulk-action").json(&body).await;
            done.ok();
            // One of them goes on its own way meanwhile.
            let path = format!("/leads/{}", leads[1]);
            if action == "move_stage" {
                app.patch(format!("{path}/stage")).json(&json!({"stageId": ids[2]})).await.ok();
            }
            let undone = undo(&app, &set_of(&done), json!({"onChanged": "skip"})).await.ok();
            let changed_since = i64::from(action == "move_stage");
            assert_eq!(undone["changedSince"], changed_since, "{action}: {undone}");
            if action == "move_stage" {
                assert_eq!(app.get(&path).await.ok()["stageId"], ids[2]);
                undo(&app, &set_of(&done), json!({"onChanged": "overwrite"})).await.ok();
            }
            for (lead, before) in leads.iter().zip(&before) {
                assert_eq!(&state(&app, lead).await, before, "{action}");
            }
            assert_consistent(&app).await;
        }
        let page = app.get("/change-sets?limit=2").await.ok();
        assert_eq!(page["data"][0]["kind"], "undo");
        assert_eq!((&page["data"][1]["kind"], &page["data"][1]["leads"]), (&json!("delete"), &json!(3)));
        let next = app.get(format!("/change-sets?limit=200&cursor={}", page["nextCursor"].as_str().unwrap())).await.ok();
        assert_eq!((next["data"].as_array().unwrap().len(), &next["nextCursor"]), (13, &Value::Null), "{next}");
        app.work().await;
    }

    async fn a_crowd_is_taken_back_in_slices_and_a_stop_in_the_middle_does_no_harm(app: TestApp) {
        let ids = stages(&app).await;
        fill(&app, 3).await;
        let body = json!({"action": "move_stage", "filter": {}, "stageId": ids[1]});
        let moved = app.post("/leads/bulk-action").json(&body).await;
        moved.status(202);
        undo(&app, &set_of(&moved), json!({})).await.refused(409, "still_running");
        app.work().await;
        assert_eq!(column(&app, &ids[1]).await.len(), 1500);
        let away = app.get(format!("/leads?stageId={}&limit=1", ids[1])).await.ok()["data"][0].clone();
        app.patch(format!("/leads/{}/stage", id(&away))).json(&json!({"stageId": ids[2]})).await.ok();

        let begun = undo(&app, &set_of(&moved), json!({})).await;
        assert_eq!(begun.status(202)["state"], "running");
        let set: uuid::Uuid = set_of(&begun).parse().unwrap();
        let workspace = app.admin().workspace;
        // One slice, and then the program is gone.
        let more = app.app.db.write(move |tx| changes::job::slice(tx, workspace, set)).await;
        assert!(more.unwrap_or_else(|err: leadline::base::Error| panic!("{err}")));
        assert_eq!(column(&app, &ids[0]).await.len(), 500);
        assert_consistent(&app).await;
        app.work().await;
        assert_eq!((column(&app, &ids[0]).await.len(), column(&app, &ids[2]).await.len()), (1499, 1));
        assert_consistent(&app).await;
        let done = app.get(format!("/change-sets/{set}")).await.ok();
        assert_eq!((&done["state"], &done["leads"], &done["undoes"]), (&json!("done"), &json!(1499), &json!(set_of(&moved))));
        let failed = app.get(format!("/change-sets/{set}/results?failed=true")).await.ok();
        assert_eq!(failed["data"], json!([{"id": id(&away), "ok": false, "error": "changed_since"}]));
        let (mut seen, mut cursor) = (0, String::new());
        loop {
            let page = app.get(format!("/change-sets/{set}/leads?limit=200{cursor}")).await.ok();
            seen += page["data"].as_array().unwrap().len();
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, 1499);

        let redo = undo(&app, &set.to_string(), json!({})).await;
        redo.status(202);
        app.work().await;
        assert_eq!(column(&app, &ids[1]).await.len(), 1499);
        assert_consistent(&app).await;
    }

    async fn a_file_that_was_read_in_is_taken_back_with_what_it_made_and_what_it_updated(app: TestApp) {
        let known = add(&app, json!({"name": "Known", "title": "Ms", "company": "Old"})).await;
        let (workspace, known_id) = (app.admin().workspace, id(&known).parse::<uuid::Uuid>().unwrap());
        let read_in = app.app.db.write(move |tx| {
            let place = leadline::leads::pipelines::place(tx, workspace, None, None)?;
            let by = By {
                workspace,
                actor: leadline::base::Actor::System,
                via: leadline::base::Via::Import,
                identity_key: [0; 16],
                change_set: Some(tx.id()),
            };
            let new = |name: &str| write::NewLead {
                place,
                owner: None,
                name: name.into(),
                name_provisional: false,
                email: None,
                phone: None,
                company: None,
                title: None,
                source: "import".into(),
                score: 0,
                value: None,
                currency: None,
                tags: leadline::leads::tags::Tags::default(),
                custom_fields: "{}".into(),
                at: None,
            };
            let made = write::insert_many(tx, &by, vec![new("First"), new("Second")])?;
            // A row further down says more of the first, and of somebody known.
            let leads = find::some(tx, workspace, &Scope::All, &[known_id, made[0].id.uuid()], Among::Live, For::Writing)?;
            for before in leads {
                let after = Lead { title: Some("Dr".into()), company: Some("New".into()), ..before.clone() };
                save::save(tx, &by, &before, after)?;
            }
            Ok::<_, leadline::base::Error>((by.change_set.unwrap().to_string(), made[0].id.to_string(), made[1].id.to_string()))
        });
        let (set, first, second) = read_in.await.unwrap();
        let shown = app.get(format!("/change-sets/{set}")).await.ok();
        assert_eq!((&shown["kind"], &shown["via"], &shown["leads"]), (&json!("import"), &json!("import"), &json!(3)));
        // Somebody works on one that came in, and on a field of the known one.
        app.post(format!("/leads/{second}/notes")).json(&json!({"value": "called"})).await.created();
        app.patch(format!("/leads/{}", id(&known))).json(&json!({"company": "Newer"})).await.ok();
        let undone = undo(&app, &set, json!({})).await;
        assert_eq!((&undone.ok()["undone"], &undone.ok()["changedSince"]), (&json!(1), &json!(2)), "{:?}", undone.ok());
        app.get(format!("/leads/{first}")).await.refused(404, "not_found");
        app.get(format!("/leads/{second}")).await.ok();
        let now = app.get(format!("/leads/{}", id(&known))).await.ok();
        assert_eq!((&now["title"], &now["company"]), (&json!("Ms"), &json!("Newer")));
        undo(&app, &set, json!({"choices": {&second: "overwrite"}})).await.ok();
        app.get(format!("/leads/{second}")).await.refused(404, "not_found");
        undo(&app, &set_of(&undone), json!({})).await.ok();
        let back = app.get(format!("/leads/{first}")).await.ok();
        assert_eq!((&back["title"], &back["company"]), (&json!("Dr"), &json!("New")));
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn whoever_could_not_do_it_cannot_take_it_back(app: TestApp) {
        let ids = stages(&app).await;
        let seller = app.add_person("sales").await;
        let own = named(&seller, "mine").await;
        let (theirs, third) = (named(&app, "theirs").await, named(&app, "third").await);
        let both = json!({"action": "move_stage", "leadIds": [id(&own), id(&theirs), id(&third)], "stageId": ids[1]});
        let moved = app.post("/leads/bulk-action").json(&both).await;
        let set = set_of(&moved);
        let shown = seller.get(format!("/change-sets/{set}")).await.ok();
        assert_eq!((&shown["leads"], &shown["hidden"]), (&json!(1), &json!(2)));
        assert!(!shown.to_string().contains(id(&theirs)));
        let undone = undo(&seller, &set, json!({"onChanged": "overwrite"})).await.ok();
        assert_eq!((&undone["undone"], &undone["hidden"]), (&json!(1), &json!(2)));
        assert!(!undone.to_string().contains(id(&theirs)));
        assert_eq!(app.get(format!("/leads/{}", id(&own))).await.ok()["stageId"], ids[0]);
        assert_eq!(app.get(format!("/leads/{}", id(&theirs))).await.ok()["stageId"], ids[1]);

        let deleted = app.delete(format!("/leads/{}", id(&own))).await;
        undo(&seller, &set_of(&deleted), json!({})).await.refused(403, "forbidden");
        let hidden = app.patch(format!("/leads/{}", id(&theirs))).json(&json!({"title": "x"})).await;
        for path in ["", "/leads", "/results"] {
            seller.get(format!("/change-sets/{}{path}", set_of(&hidden))).await.refused(404, "not_found");
        }
        undo(&seller, &set_of(&hidden), json!({})).await.refused(404, "not_found");
        let listed = seller.get("/change-sets?by=all").await.ok();
        assert!(listed["data"].as_array().unwrap().iter().all(|it| it["id"] != set_of(&hidden)));
        let other = app.add_workspace("Other").await;
        undo(&other, &set, json!({})).await.refused(404, "not_found");
        assert_eq!(other.get("/change-sets?by=all").await.ok()["data"], json!([]));
        app.work().await;
    }

    async fn notes_are_taken_back_but_not_their_removal(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let path = format!("/leads/{}/notes", id(&lead));
        let added = app.post(&path).json(&json!({"value": "first"})).await;
        let note = format!("{path}/{}", id(&added.created()));
        let edited = app.patch(&note).json(&json!({"value": "second"})).await;
        let pinned = app.patch(&note).json(&json!({"pinned": true})).await;
        undo(&app, &set_of(&pinned), json!({})).await.ok();
        undo(&app, &set_of(&edited), json!({})).await.ok();
        let shown = app.get(&path).await.ok()["data"][0].clone();
        assert_eq!((&shown["value"], &shown["pinned"]), (&json!("first"), &json!(false)));
        app.patch(&note).json(&json!({"value": "third"})).await.ok();
        let kept = undo(&app, &set_of(&added), json!({})).await.ok();
        assert_eq!(kept["results"][0]["outcome"], "changedSince");
        let deleted = app.delete(&note).await;
        assert_eq!(undo(&app, &set_of(&deleted), json!({})).await.ok()["undone"], 0);
        assert_eq!(app.get(&path).await.ok()["total"], 0);
        let timeline = app.get(format!("/leads/{}/activities", id(&lead))).await.ok().to_string();
        assert!(!timeline.contains("second") && !timeline.contains("third"), "words of a removed note are gone everywhere");
        app.work().await;
    }

    async fn what_is_gone_for_good_stays_gone(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let path = format!("/leads/{}", id(&lead));
        let edit = app.patch(&path).json(&json!({"title": "x"})).await;
        let deleted = app.delete(&path).await;
        let purged = app.delete(format!("{path}/purge")).await;
        undo(&app, &set_of(&edit), json!({})).await.refused(404, "not_found");
        undo(&app, &set_of(&deleted), json!({})).await.refused(404, "not_found");
        let told = undo(&app, &set_of(&purged), json!({"onChanged": "overwrite"})).await.ok();
        assert_eq!((&told["gone"], &told["undone"]), (&json!(1), &json!(0)));
        app.get(format!("{path}?at=2026-01-05T12:00:00Z")).await.refused(404, "not_found");
        app.work().await;
    }

    async fn nonsense_is_refused_by_name(app: TestApp) {
        let lead = named(&app, "Ada").await;
        let path = format!("/leads/{}", id(&lead));
        let set = set_of(&app.patch(&path).json(&json!({"title": "x"})).await);
        for (body, field) in [
            (json!({"onChanged": "explode"}), "onChanged"),
            (json!({"choices": {"not-an-id": "skip"}}), "choices.not-an-id"),
            (json!({"choices": {id(&lead): true}}), "choices"),
            (json!({"force": true}), "force"),
        ] {
            let answer = undo(&app, &set, body).await;
            assert!([400, 422].contains(&answer.status.as_u16()), "{field}: {answer:?}");
        }
        undo(&app, "0198c0de-0000-7000-8000-000000000001", json!({})).await.refused(404, "not_found");
        undo(&app, "x", json!({})).await.refused(404, "not_found");
        for query in ["limit=0", "limit=201", "cursor=!", "by=them", "page=1"] {
            assert_eq!(app.get(format!("/change-sets?{query}")).await.status, 422, "{query}");
        }
        app.get(format!("{path}/history?field=passwordHash")).await.invalid("field");
        app.get(format!("{path}?at=yesterday")).await.invalid("at");
        let none = json!({"field": "email", "activityId": "0198c0de-0000-7000-8000-000000000001"});
        app.post(format!("{path}/history/restore")).json(&none).await.invalid("activityId");
        app.work().await;
    }
}
