use serde_json::{Value, json};

use crate::{harness::TestApp, on_both_engines};

fn found(answer: &Value) -> Vec<(&str, i64, &str)> {
    answer["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["name"].as_str().unwrap(),
                it["confidence"].as_i64().unwrap(),
                it["state"].as_str().unwrap(),
            )
        })
        .collect()
}

on_both_engines! {
    async fn a_form_being_typed_shows_who_it_may_be(app: TestApp) {
        app.post("/lead-fields").json(&json!({"name": "Tax", "type": "text", "unique": true})).await.created();
        app.work().await;
        for lead in [
            json!({"name": "Ada Lovelace", "email": "ada.lovelace@gmail.com", "phone": "+5511987654321", "company": "Engines Ltd",
                "customFields": {"tax": "DE-1", "city": "London"}}),
            json!({"name": "Eve Plus", "email": "eve+shop@gmail.com"}),
            json!({"name": "Dots", "email": "d.o.t.s@googlemail.com"}),
            json!({"name": "Bob Miller", "email": "bob@engines.example"}),
            json!({"email": "nameless@engines.example"}),
        ] {
            app.post("/leads").json(&lead).await.created();
        }
        for (form, expected) in [
            (json!({"email": "ADA.lovelace@gmail.com"}), vec![("Ada Lovelace", 96, "open")]),
            (json!({"email": "adalovelace+new@googlemail.com"}), vec![("Ada Lovelace", 75, "open")]),
            (json!({"email": "eve@gmail.com"}), vec![("Eve Plus", 75, "open")]),
            (json!({"email": "dots@gmail.com"}), vec![("Dots", 75, "open")]),
            (json!({"phone": "+55 11 8765-4321"}), vec![("Ada Lovelace", 85, "open")]),
            (json!({"customFields": {"tax": "de-1"}}), vec![("Ada Lovelace", 98, "open")]),
            (json!({"name": "ada lovelace", "company": "ENGINES ltd"}), vec![("Ada Lovelace", 65, "open")]),
            (json!({"name": "ada lovelace", "customFields": {"city": "london"}}), vec![("Ada Lovelace", 45, "open")]),
            (json!({"name": "Bob Miller", "email": "b.miller@engines.example"}), vec![("Bob Miller", 60, "open")]),
            (json!({"name": "Someone Else", "phone": "+5511987654321"}), vec![("Ada Lovelace", 65, "open")]),
            // A name alone, a stand-in for a name, and what is not typed to its end say nothing.
            (json!({"name": "Ada Lovelace"}), vec![]),
            (json!({"name": "nameless@engines.example", "company": "x"}), vec![]),
            (json!({"email": "ada.lov", "phone": "+55 11"}), vec![]),
            (json!({}), vec![]),
        ] {
            let answer = app.post("/leads/check").json(&form).await.ok();
            assert_eq!(found(&answer), expected, "{form}");
        }
        let answer = app.post("/leads/check").json(&json!({"email": "ada.lovelace@gmail.com", "name": "Ada Lovelace",
            "company": "engines ltd"})).await.ok();
        let one = &answer["matches"][0];
        assert_eq!((&one["confidence"], &one["stageName"], &one["mayOpen"]), (&json!(99), &json!("New"), &json!(true)));
        let keys: Vec<_> = one["matchedBy"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["email", "nameAndCompany"]);
        let itself = json!({"email": "ada.lovelace@gmail.com", "exceptId": one["id"]});
        assert_eq!(found(&app.post("/leads/check").json(&itself).await.ok()), []);
        app.work().await;
    }

    async fn it_looks_among_lost_and_deleted_leads_and_says_so(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let mut ids = Vec::new();
        for (name, stage) in [("A", 0), ("B", 4), ("C", 5), ("D", 0)] {
            let lead = app.post("/leads").json(&json!({"name": name, "email": "x@example.com",
                "stageId": pipeline["stages"][stage]["id"]})).await.created();
            ids.push(lead["id"].as_str().unwrap().to_owned());
        }
        app.delete(format!("/leads/{}", ids[0])).await.no_content();
        let answer = app.post("/leads/check").json(&json!({"email": "x@example.com"})).await.ok();
        assert_eq!(found(&answer), [("B", 96, "won"), ("C", 96, "lost"), ("D", 96, "open"), ("A", 96, "trashed")]);
        app.work().await;
    }

    async fn of_others_leads_it_says_how_many(app: TestApp) {
        let sales = app.add_person("sales").await;
        let own = sales.post("/leads").json(&json!({"name": "Mine", "email": "x@example.com"})).await.created();
        for name in ["Theirs", "Theirs too"] {
            app.post("/leads").json(&json!({"name": name, "email": "x@example.com"})).await.created();
        }
        let answer = sales.post("/leads/check").json(&json!({"email": "x@example.com"})).await.ok();
        assert_eq!((found(&answer), &answer["hidden"]), (vec![("Mine", 96, "open")], &json!(2)));
        assert!(!answer.to_string().contains("Theirs"));
        assert_eq!(answer["matches"][0]["id"], own["id"]);
        let other = app.add_workspace("Other").await;
        let answer = other.post("/leads/check").json(&json!({"email": "x@example.com"})).await.ok();
        assert_eq!((found(&answer), &answer["hidden"]), (vec![], &json!(0)));
        app.work().await;
    }

    async fn a_form_filled_in_by_an_enemy_finds_nothing(app: TestApp) {
        for _ in 0..22 {
            app.post("/leads").json(&json!({"name": "Board", "phone": "+12025550100"})).await.created();
        }
        for form in [
            json!({"phone": "+12025550100"}),
            json!({"name": "a\u{0}b", "email": "x\u{0}@y.de", "phone": "\u{0}", "company": "\u{0}"}),
            json!({"name": "%_\\\"'*", "company": "\" OR \""}),
            json!({"name": "x".repeat(1000), "company": "y".repeat(1000)}),
            json!({"customFields": {"a": {"b": [1]}, "\u{0}": "\u{0}"}}),
            json!({"email": format!("{}@gmail.com", "a".repeat(300))}),
            json!({"email": format!("{}@gmail.com", "a.".repeat(30))}),
        ] {
            let answer = app.post("/leads/check").json(&form).await.ok();
            assert_eq!(found(&answer), [], "{form}");
        }
        app.post("/leads/check").json(&json!({"nme": "x"})).await.invalid("nme");
        let long = json!({"name": "x".repeat(100_000)});
        app.post("/leads/check").json(&long).await.invalid("name");
        app.work().await;
    }
}
