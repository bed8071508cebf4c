//! Conditions over HTTP: on the list, on the board, for actions over many leads; and what an enemy would send.

use serde_json::{Value, json};

use crate::{
    harness::{Client, TestApp},
    leads::fixtures::{add, assert_consistent, id, stages},
    on_both_engines,
};

pub fn query(condition: &Value) -> String {
    serde_urlencoded::to_string([("where", condition.to_string())]).unwrap()
}

fn test(field: &str, op: &str, value: &Value) -> Value {
    json!({"field": field, "op": op, "value": value})
}

pub async fn names(client: &Client, condition: &Value) -> Vec<String> {
    let page = client
        .get(format!(
            "/leads?sortBy=name&sortOrder=asc&{}",
            query(condition)
        ))
        .await
        .ok();
    let names: Vec<String> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().into())
        .collect();
    assert_eq!(page["total"], names.len(), "{condition}");
    names
}

async fn some_leads(app: &TestApp) {
    for field in [
        json!({"name": "Annual revenue", "type": "money"}),
        json!({"name": "Renewal", "type": "date"}),
        json!({"name": "Interests", "type": "multiChoice", "options": ["Boats", "Cars"]}),
    ] {
        app.post("/lead-fields").json(&field).await.created();
    }
    let me = app.admin().user;
    for lead in [
        json!({"name": "Ada", "score": 80, "tags": ["VIP"], "assignedTo": me, "customFields": {"annualRevenue": 5000}}),
        json!({"name": "Bob", "score": 60, "email": "bob@example.com", "customFields": {"annualRevenue": 500, "renewal": "2026-01-06"}}),
        json!({"name": "Cécile", "score": 60, "company": "Ünited", "customFields": {"interests": ["Boats"], "annualRevenue": "2000"}}),
        json!({"name": "Dan", "score": 10, "value": 99.5, "currency": "EUR", "customFields": {"renewal": "2027-01-01"}}),
    ] {
        add(app, lead).await;
    }
}

on_both_engines! {
    async fn the_list_obeys_conditions(app: TestApp) {
        some_leads(&app).await;
        let leads = app.get("/leads?sortBy=name&sortOrder=asc").await.ok();
        let ids: Vec<String> = leads["data"].as_array().unwrap().iter().map(|it| id(it).to_owned()).collect();
        let rich = json!({"any": [test("tags", "has", &json!("vip")), test("customFields.annualRevenue", "moreThan", &json!(1000))]});
        for (condition, expected) in [
            (json!({"all": [test("score", "atLeast", &json!(50)), rich.clone()]}), vec!["Ada", "Cécile"]),
            (json!({"all": [test("score", "atLeast", &json!(50)), {"not": rich}]}), vec!["Bob"]),
            (test("name", "is", &json!("CECILE")), vec!["Cécile"]),
            (test("company", "isNot", &json!("united")), vec!["Ada", "Bob", "Dan"]),
            (json!({"field": "email", "op": "isEmpty"}), vec!["Ada", "Cécile", "Dan"]),
            (test("owner", "is", &json!("me")), vec!["Ada"]),
            (test("owner", "in", &json!(["nobody"])), vec!["Bob", "Cécile", "Dan"]),
            (test("customFields.renewal", "within", &json!("tomorrow")), vec!["Bob"]),
            (test("customFields.renewal", "after", &json!({"ahead": {"months": 6}})), vec!["Dan"]),
            (test("customFields.interests", "hasNone", &json!(["boats"])), vec!["Ada", "Bob", "Dan"]),
            (test("value", "lessThan", &json!("99.5001")), vec!["Dan"]),
            (test("created", "on", &json!("today")), vec!["Ada", "Bob", "Cécile", "Dan"]),
            (test("daysInStage", "atLeast", &json!(1)), vec![]),
            (test("stageType", "is", &json!("won")), vec![]),
            (test("id", "in", &json!([ids[1], ids[2]])), vec!["Bob", "Cécile"]),
            (test("id", "isNot", &json!(ids[0])), vec!["Bob", "Cécile", "Dan"]),
            (json!({"all": []}), vec!["Ada", "Bob", "Cécile", "Dan"]),
            (json!({"any": []}), vec![]),
        ] {
            assert_eq!(names(&app, &condition).await, expected, "{condition}");
        }
        app.work().await;
    }

    async fn days_begin_in_the_workspaces_zone(app: TestApp) {
        add(&app, json!({"name": "Ada"})).await;
        // 12:00 in London is the next day in Kiritimati, and 13 hours on it still is.
        let today = test("created", "on", &json!("2026-01-06"));
        assert_eq!(names(&app, &today).await.len(), 0);
        app.patch("/workspace").json(&json!({"settings": {"timeZone": "Pacific/Kiritimati"}})).await.ok();
        assert_eq!(names(&app, &today).await, ["Ada"]);
        app.work().await;
    }

    async fn the_board_and_actions_obey_conditions(app: TestApp) {
        some_leads(&app).await;
        let stage = stages(&app).await[1].clone();
        let condition = json!({"all": [test("score", "is", &json!(60))]});
        let board = app.get(format!("/board?{}", query(&condition))).await.ok();
        assert_eq!((&board["stages"][0]["count"], &board["stages"][0]["cards"][1]["name"]), (&json!(2), &json!("Bob")));
        let column = id(&board["stages"][0]);
        let page = app.get(format!("/board/{column}/cards?{}", query(&condition))).await.ok();
        assert_eq!(page["total"], 2);
        let action = json!({"action": "move_stage", "stageId": stage, "filter": {"where": condition, "search": "bob"}});
        let done = app.post("/leads/bulk-action").json(&action).await.ok();
        assert_eq!(done["changed"], 1, "{done}");
        assert_eq!(names(&app, &test("stage", "is", &json!(stage))).await, ["Bob"]);
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn what_an_enemy_writes_is_refused_by_its_path(app: TestApp) {
        some_leads(&app).await;
        let mut deep = test("score", "is", &json!(1));
        for _ in 0..100 {
            deep = json!({"not": deep});
        }
        let leaf = test("score", "is", &json!(1));
        for (condition, path) in [
            (deep, "where.not.not.not.not.not.not.not.not.not"),
            (json!({"any": vec![leaf.clone(); 101]}), "where"),
            (json!({"any": [[]]}), "where.any[0]"),
            (test("score", "is", &json!("1; drop table leads")), "where.value"),
            (test("score", "is", &json!(1.5)), "where.value"),
            (test("score", "is", &json!(1e300)), "where.value"),
            (test("score", "between", &json!([5, 1])), "where.value"),
            (test("score", "in", &json!([1, "x"])), "where.value[1]"),
            (test("score", "in", &json!([])), "where.value"),
            (test("score", "in", &json!(vec![1; 201])), "where.value"),
            (test("score", "contains", &json!("1")), "where.op"),
            (test("value", "is", &json!(0.00001)), "where.value"),
            (test("name", "is", &json!("x".repeat(201))), "where.value"),
            (test("name", "is", &json!("a\u{0}")), "where.value"),
            (test("name", "is", &json!("\u{301}")), "where.value"),
            (test("name", "is", &json!({"a": 1})), "where.value"),
            (test("nothing", "is", &json!(1)), "where.field"),
            (test("customFields.", "is", &json!(1)), "where.field"),
            (test("customFields.annualRevenue", "contains", &json!("1")), "where.op"),
            (test("customFields.annualRevenue", "is", &json!("much")), "where.value"),
            (test("customFields.renewal", "before", &json!("2026-02-30")), "where.value"),
            (test("customFields.undefined", "before", &json!("today")), "where.op"),
            (test("created", "within", &json!({"last": {"days": 99_999_999_999_i64}})), "where.value"),
            (test("stage", "is", &json!("7")), "where.value"),
            (test("owner", "is", &json!("you")), "where.value"),
            (test("email", "is", &json!("nobody")), "where.value"),
            (test("deleted", "is", &json!(true)), "where.field"),
        ] {
            app.get(format!("/leads?{}", query(&condition))).await.invalid(path);
            app.get(format!("/board?{}", query(&condition))).await.invalid(path);
            let action = json!({"action": "tag", "tags": ["x"], "filter": {"where": condition}});
            app.post("/leads/bulk-action").json(&action).await.invalid(&format!("filter.{path}"));
        }
        for text in ["", "{", "[1", "nope", "{\"all\":[],\"all\":[]}", "NaN", "{\"field\":\"score\",\"op\":\"is\",\"value\":1e999}"] {
            let query = serde_urlencoded::to_string([("where", text)]).unwrap();
            app.get(format!("/leads?{query}")).await.invalid("where");
        }
        let long = query(&json!({"any": vec![test("name", "is", &json!("x".repeat(200))); 90]}));
        app.get(format!("/leads?{long}")).await.invalid("where");
        let many = json!({"action": "tag", "tags": ["x"], "filter": {"where": {"any": vec![leaf; 10_000]}}});
        assert_eq!(app.post("/leads/bulk-action").json(&many).await.status(422)["code"], "invalid");
        let twice = r#"{"action": "tag", "tags": ["x"], "filter": {"where": {"any": []}, "where": {"all": []}}}"#;
        app.post("/leads/bulk-action").raw("application/json", twice).await.status(422);
        app.work().await;
    }

    async fn a_key_is_nobody_and_other_workspaces_ids_find_nothing(app: TestApp) {
        some_leads(&app).await;
        let key = app.add_key(&leadline::base::Permission::ALL).await;
        for word in ["me", "myTeam"] {
            let condition = json!({"any": [test("owner", "is", &json!(word))]});
            key.get(format!("/leads?{}", query(&condition))).await.invalid("where.any[0].value");
        }
        let other = app.add_workspace("Other").await;
        let theirs = stages(&other).await[0].clone();
        add(&other, json!({"name": "Theirs", "tags": ["vip"]})).await;
        for condition in [test("stage", "is", &json!(theirs)), test("owner", "is", &json!(other.user))] {
            assert!(names(&app, &condition).await.is_empty(), "{condition}");
        }
        assert_eq!(names(&app, &test("tags", "has", &json!("vip"))).await, ["Ada"]);
        app.work().await;
    }
}
