use leadline::leads::duplicates::Follow;
use serde_json::{Value, json};

use super::fixtures::{add, assert_consistent, id};
use crate::{
    harness::{Client, TestApp},
    on_both_engines,
};

async fn scan(app: &TestApp) {
    app.post("/duplicates/scan").await.status(202);
    app.work().await;
    assert_eq!(app.get("/duplicates/scan").await.ok()["state"], "done");
}

/// Until it has caught up: on PostgreSQL the order of events is settled only when everybody's older units have ended.
async fn follow(app: &TestApp) {
    let workspace = app.admin().workspace;
    for _ in 0..100_000 {
        Follow::up(&app.app).await.unwrap();
        let behind: Result<Option<(i64,)>, store::Error> = app.app.db.read(move |tx| tx.opt(
            "select e.seq from events e join lead_duplicate_scans s on s.workspace_id = e.workspace_id
             where e.workspace_id = $1 and s.kind = 'leads' and (e.epoch, e.seq) > (s.epoch, s.seq) limit 1",
            &[&workspace],
        )).await;
        if behind.unwrap().is_none() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("duplicates are never caught up with");
}

/// The names of each group's leads, the surest group first.
async fn groups(client: &Client, query: &str) -> Vec<(i64, Vec<String>)> {
    let page = client.get(format!("/duplicates{query}")).await.ok();
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["confidence"].as_i64().unwrap(), names(it)))
        .collect()
}

fn names(group: &Value) -> Vec<String> {
    let mut names: Vec<String> = group["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn group(confidence: i64, names: &[&str]) -> (i64, Vec<String>) {
    (
        confidence,
        names.iter().map(|it| (*it).to_owned()).collect(),
    )
}

on_both_engines! {
    async fn a_look_through_the_base_finds_likes_by_every_key(app: TestApp) {
        assert_eq!(app.get("/duplicates/scan").await.ok()["state"], "never");
        app.post("/lead-fields").json(&json!({"name": "Tax", "type": "text"})).await.created();
        for lead in [
            json!({"name": "Ada A", "email": "ada@example.com"}), json!({"name": "Ada B", "email": "ADA@example.com"}),
            json!({"name": "Bea A", "phone": "+5511987654321"}), json!({"name": "Bea B", "phone": "+551187654321"}),
            json!({"name": "Cid A", "email": "cid.x@gmail.com"}), json!({"name": "Cid B", "email": "cidx+1@googlemail.com"}),
            json!({"name": "Dan D", "company": "Engines"}), json!({"name": "dan d", "company": "ENGINES", "title": "2"}),
            json!({"name": "Eva E", "email": "e1@corp.example"}), json!({"name": "Eva E", "email": "e2@corp.example"}),
            json!({"name": "Fay F", "customFields": {"city": "Rome"}}), json!({"name": "Fay F", "customFields": {"city": "rome"}}),
            json!({"name": "Same", "email": "s1@gmail.com"}), json!({"name": "Same", "email": "s2@gmail.com"}),
            json!({"email": "n1@corp.example", "company": "X"}), json!({"email": "n2@corp.example", "company": "X"}),
        ] {
            add(&app, lead).await;
        }
        scan(&app).await;
        let found = groups(&app, "").await;
        assert_eq!(found, [
            group(96, &["Ada A", "Ada B"]), group(85, &["Bea A", "Bea B"]), group(75, &["Cid A", "Cid B"]),
            group(65, &["Dan D", "dan d"]), group(60, &["Eva E", "Eva E"]), group(45, &["Fay F", "Fay F"]),
        ]);
        assert_eq!(groups(&app, "?minConfidence=80").await.len(), 2);
        let page = app.get("/duplicates?limit=1").await.ok();
        assert_eq!((&page["total"], &page["hidden"], &page["data"][0]["evidence"]),
            (&json!(6), &json!(0), &json!([{"key": "email", "weight": 96}])));
        let next = app.get(format!("/duplicates?limit=5&cursor={}", page["nextCursor"].as_str().unwrap())).await.ok();
        assert_eq!((next["data"].as_array().unwrap().len(), &next["nextCursor"]), (5, &json!(null)));
        let shown = app.get(format!("/duplicates/{}", id(&page["data"][0]))).await.ok();
        assert_eq!((&shown["pairs"][0]["confidence"], names(&shown)), (&json!(96), vec!["Ada A".to_owned(), "Ada B".to_owned()]));
        scan(&app).await;
        assert_eq!(groups(&app, "").await, found, "a second look changes nothing");
    }

    async fn all_that_is_sure_enough_is_merged_at_once_and_taken_back(app: TestApp) {
        for pair in 0..13 {
            for twin in ["A", "B"] {
                add(&app, json!({"name": format!("P{pair} {twin}"), "email": format!("p{pair}@example.com")})).await;
            }
        }
        for twin in ["A", "B"] {
            add(&app, json!({"name": "Dan D", "company": "Engines", "title": twin})).await;
        }
        scan(&app).await;
        for bad in [json!({}), json!({"minConfidence": 0}), json!({"minConfidence": 101}), json!({"minConfidence": 90, "least": 1})] {
            app.post("/duplicates/merge").json(&bad).await.status(422);
        }
        let sure = json!({"minConfidence": 90});
        let trial = app.post("/duplicates/merge").json(&json!({"minConfidence": 90, "dryRun": true})).await.ok();
        assert_eq!((&trial["total"], &trial["changed"], &trial["changeSetId"]), (&json!(13), &json!(10), &Value::Null));
        assert_eq!(groups(&app, "").await.len(), 14, "a dry run changes nothing");

        let begun = app.post("/duplicates/merge").json(&sure).await;
        let path = begun.header("location").unwrap().to_owned();
        assert_eq!((&begun.status(202)["state"], &begun.status(202)["total"]), (&json!("running"), &json!(13)));
        app.work().await;
        assert_eq!(app.get(&path).await.ok()["state"], "done");
        assert_eq!(groups(&app, "").await, [group(65, &["Dan D", "Dan D"])], "what was merged is in the queue no more");
        assert_eq!(app.get("/leads").await.ok()["total"], 15);
        assert_consistent(&app).await;

        app.post(format!("{path}/undo")).json(&json!({})).await.status(200);
        app.work().await;
        follow(&app).await;
        assert_eq!(app.get("/leads").await.ok()["total"], 28);
        assert_eq!(groups(&app, "?minConfidence=90").await.len(), 13);
        assert_consistent(&app).await;
    }

    async fn only_what_its_caller_sees_whole_is_merged(app: TestApp) {
        let (other, seller) = (app.add_person("marketer").await, app.add_person("sales").await);
        for (name, owner) in [("Ada A", Some(seller.user)), ("Ada B", Some(seller.user)), ("Bea A", Some(seller.user)), ("Bea B", None)] {
            let email = format!("{}@example.com", &name[..3]);
            add(&app, json!({"name": name, "email": email, "assignedTo": owner})).await;
        }
        scan(&app).await;
        seller.post("/duplicates/merge").json(&json!({"minConfidence": 90})).await.refused(403, "forbidden");
        let by_owner = json!({"minConfidence": 90, "assignedTo": other.user});
        assert_eq!(app.post("/duplicates/merge").json(&by_owner).await.ok()["total"], 0);
        let owned = json!({"minConfidence": 90, "assignedTo": seller.user});
        let merged = app.post("/duplicates/merge").json(&owned).await.ok();
        assert_eq!((&merged["total"], &merged["changed"]), (&json!(2), &json!(2)));
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_key_of_more_than_twenty_leads_makes_no_group(app: TestApp) {
        for number in 0..21 {
            add(&app, json!({"name": format!("P{number}"), "phone": "+12025550100"})).await;
        }
        add(&app, json!({"name": "Twin", "email": "t@example.com", "phone": "+12025550100"})).await;
        add(&app, json!({"name": "Twin", "email": "t@example.com", "phone": "+12025550100"})).await;
        scan(&app).await;
        assert_eq!(groups(&app, "").await, [group(96, &["Twin", "Twin"])]);
    }

    async fn what_is_new_or_changes_is_followed(app: TestApp) {
        scan(&app).await;
        let one = add(&app, json!({"name": "Ada", "email": "ada@example.com"})).await;
        let two = add(&app, json!({"name": "Ada L", "phone": "+12025550173"})).await;
        follow(&app).await;
        assert!(groups(&app, "").await.is_empty());
        app.patch(format!("/leads/{}", id(&two))).json(&json!({"email": "ada@example.com"})).await.ok();
        follow(&app).await;
        assert_eq!(groups(&app, "").await, [group(96, &["Ada", "Ada L"])]);
        add(&app, json!({"name": "Ada B", "phone": "+12025550173"})).await;
        follow(&app).await;
        assert_eq!(groups(&app, "").await, [group(85, &["Ada", "Ada B", "Ada L"])]);
        app.delete(format!("/leads/{}", id(&one))).await.no_content();
        follow(&app).await;
        assert_eq!(groups(&app, "").await, [group(85, &["Ada B", "Ada L"])]);
        app.patch(format!("/leads/{}", id(&two))).json(&json!({"phone": null})).await.ok();
        follow(&app).await;
        assert!(groups(&app, "").await.is_empty());
        app.work().await;
    }

    async fn who_has_never_been_looked_through_is(app: TestApp) {
        add(&app, json!({"name": "A", "email": "x@example.com"})).await;
        add(&app, json!({"name": "B", "email": "x@example.com"})).await;
        follow(&app).await;
        app.work().await;
        assert_eq!(groups(&app, "").await.len(), 1);
    }

    async fn kept_separate_they_stay_so(app: TestApp) {
        for name in ["A", "B", "C"] {
            add(&app, json!({"name": name, "email": "x@example.com"})).await;
        }
        scan(&app).await;
        let first = app.get("/duplicates").await.ok()["data"][0].clone();
        let path = format!("/duplicates/{}", id(&first));
        let left = app.post(format!("{path}/separate")).json(&json!({"leadIds": [first["leads"][2]["id"]]})).await.ok();
        assert_eq!(names(&left), ["A", "B"]);
        scan(&app).await;
        follow(&app).await;
        assert_eq!(groups(&app, "").await, [group(76, &["A", "B"])]);
        let apart = app.post(format!("{path}/separate")).json(&json!({})).await.ok();
        assert_eq!(apart["state"], "separate");
        scan(&app).await;
        assert!(groups(&app, "").await.is_empty());
        assert_eq!(groups(&app, "?state=separate").await.len(), 1);
        app.post(format!("{path}/dismiss")).await.refused(409, "separate");
        assert_eq!(app.post(format!("{path}/reopen")).await.ok()["state"], "open");
        scan(&app).await;
        assert_eq!(groups(&app, "").await, [group(76, &["A", "B"])]);
        app.post(format!("{path}/separate")).json(&json!({"leadIds": [uuid::Uuid::nil()]})).await.invalid("leadIds");
    }

    async fn put_aside_until_another_joins(app: TestApp) {
        for name in ["A", "B"] {
            add(&app, json!({"name": name, "email": "x@example.com"})).await;
        }
        scan(&app).await;
        let path = format!("/duplicates/{}", id(&app.get("/duplicates").await.ok()["data"][0]));
        assert_eq!(app.post(format!("{path}/dismiss")).await.ok()["state"], "dismissed");
        scan(&app).await;
        assert!(groups(&app, "").await.is_empty());
        assert_eq!(groups(&app, "?state=dismissed").await.len(), 1);
        add(&app, json!({"name": "C", "email": "x@example.com"})).await;
        follow(&app).await;
        assert_eq!(groups(&app, "").await, [group(76, &["A", "B", "C"])]);
        app.work().await;
    }

    async fn a_submission_for_review_is_in_the_queue_at_once(app: TestApp) {
        let sent = json!({"name": "Ada", "email": "x@example.com", "onMatch": "review"});
        app.post("/leads").json(&sent).await.created();
        app.post("/leads").json(&sent).await.created();
        assert_eq!(groups(&app, "").await, [group(96, &["Ada", "Ada"])]);
        // Linked ones are known to be.
        app.post("/leads").json(&json!({"name": "Eve", "phone": "+12025550173"})).await.created();
        app.post("/leads").json(&json!({"name": "Eve", "phone": "+12025550173", "onMatch": "repeat"})).await.created();
        scan(&app).await;
        assert_eq!(groups(&app, "").await.len(), 1);
    }

    async fn whoever_sees_his_own_sees_groups_of_his_own(app: TestApp) {
        let sales = app.add_person("sales").await;
        for (mine, email) in [(true, "a@example.com"), (true, "a@example.com"), (true, "b@example.com"), (false, "b@example.com"),
            (false, "c@example.com"), (false, "c@example.com")] {
            let client: &Client = if mine { &sales } else { &app };
            add(client, json!({"name": email, "email": email})).await;
        }
        scan(&app).await;
        assert_eq!(groups(&app, "").await.len(), 3);
        let page = sales.get("/duplicates").await.ok();
        assert_eq!((page["data"].as_array().unwrap().len(), &page["total"], &page["hidden"]), (1, &json!(1), &json!(2)));
        assert_eq!(names(&page["data"][0]), ["a@example.com", "a@example.com"]);
        for group in app.get("/duplicates").await.ok()["data"].as_array().unwrap() {
            let path = format!("/duplicates/{}", id(group));
            if names(group)[0] == "a@example.com" {
                sales.get(path).await.ok();
            } else {
                sales.get(&path).await.refused(404, "not_found");
                sales.post(format!("{path}/separate")).json(&json!({})).await.refused(404, "not_found");
            }
        }
        let user = sales.user;
        assert_eq!(groups(&app, &format!("?assignedTo={user}")).await.len(), 2);
        let other = app.add_workspace("Other").await;
        assert!(groups(&other, "").await.is_empty());
        for (query, field) in [("state=x", "state"), ("assignedTo=x", "assignedTo"), ("limit=0", "limit"), ("cursor=x", "cursor")] {
            app.get(format!("/duplicates?{query}")).await.invalid(field);
        }
    }

    async fn a_lead_removed_for_good_leaves_no_trace(app: TestApp) {
        let one = add(&app, json!({"name": "A", "email": "x+1@gmail.com"})).await;
        add(&app, json!({"name": "B", "email": "x+1@gmail.com"})).await;
        scan(&app).await;
        app.delete(format!("/leads/{}", id(&one))).await.no_content();
        app.delete(format!("/leads/{}/purge", id(&one))).await.no_content();
        assert!(groups(&app, "").await.is_empty());
        let (workspace, lead) = (app.admin().workspace, id(&one).parse::<uuid::Uuid>().unwrap());
        let left: Result<(i64, i64), store::Error> = app.app.db.read(move |tx| tx.one(
            "select (select count(*) from lead_keys where workspace_id = $1 and lead_id = $2),
                 (select count(*) from lead_duplicate_members where workspace_id = $1)", &[&workspace, &lead])).await;
        assert_eq!(left.unwrap(), (0, 0));
        app.work().await;
    }
}
