use leadline::leads::identity::doctor::{Treatment, check};
use serde_json::json;

use super::fixtures::{person, take, take_one};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn keys_go_with_the_lead_and_plain_leads_have_none(app: TestApp) {
        let workspace = app.admin().workspace;
        let count = async || {
            let rows: Result<(i64,), store::Error> = app.app.db
                .read(move |tx| tx.one("select count(*) from lead_keys where workspace_id = $1", &[&workspace])).await;
            rows.unwrap().0
        };
        app.post("/leads").json(&json!({"name": "Ada", "email": "ada.lovelace@gmail.com", "phone": "+5511987654321",
            "customFields": {"plan": "x"}})).await.created();
        assert_eq!(count().await, 0);
        let lead = app.post("/leads").json(&json!({"name": "Eve", "email": "eve+x@gmail.com"})).await.created();
        assert_eq!(count().await, 1);
        let path = format!("/leads/{}", lead["id"].as_str().unwrap());
        app.patch(&path).json(&json!({"email": "eve@example.com"})).await.ok();
        assert_eq!(count().await, 0);
        app.patch(&path).json(&json!({"email": "e.v.e@gmail.com"})).await.ok();
        app.delete(&path).await.no_content();
        assert_eq!(count().await, 1, "a lead in the trash is found, too");
        assert_eq!(check(&app.app, Treatment::Tell).await.unwrap(), 0);
        app.work().await;
    }

    async fn the_doctor_finds_what_is_out_of_step_and_mends_it(app: TestApp) {
        app.post("/lead-fields").json(&json!({"name": "Tax", "type": "text", "unique": true})).await.created();
        app.work().await;
        for number in 0..3 {
            app.post("/leads").json(&json!({"name": "P", "email": format!("p{number}+x@gmail.com"),
                "customFields": {"tax": format!("t{number}")}})).await.created();
        }
        let source = leadline::intake::sources::Source::with_defaults("import");
        let known = leadline::intake::accept::Submission { external_id: Some("7".into()), ..person("Q", "q@example.com", "") };
        take_one(&app, &source, known).await;
        let (workspace, stray) = (app.admin().workspace, uuid::Uuid::from_u128(7));
        let spoilt = app.app.db.write(move |tx| {
            tx.exec("delete from lead_keys where workspace_id = $1 and value = 't1'", &[&workspace])?;
            tx.exec("update lead_keys set value = 'wrong' where workspace_id = $1 and value = 'p2@gmail.com'", &[&workspace])?;
            tx.exec("insert into lead_keys (workspace_id, kind, hash, lead_id, value) values ($1, 'email', 1, $2, 'x')",
                &[&workspace, &stray])?;
            Ok::<_, leadline::base::Error>(())
        });
        spoilt.await.unwrap();
        assert_eq!(check(&app.app, Treatment::Tell).await.unwrap(), 4);
        assert_eq!(check(&app.app, Treatment::Repair).await.unwrap(), 4);
        assert_eq!(check(&app.app, Treatment::Tell).await.unwrap(), 0);
        app.work().await;
    }

    async fn names_and_companies_match_where_a_source_says_so(app: TestApp) {
        use leadline::intake::{
            accept::{Outcome, Submission},
            sources::{MatchKey, Source},
        };
        let source = Source { match_by: vec![MatchKey::Email, MatchKey::NameAndCompany], ..Source::with_defaults("import") };
        let at = |name: &str, company: &str| Submission { company: Some(company.into()), ..person(name, "", "") };
        let first = take_one(&app, &source, at("Ada Lovelace", "Engines Ltd")).await;
        take_one(&app, &source, at("Ada Lovelace-Byron", "Engines Ltd")).await;
        take_one(&app, &source, at("50% _off\\", "A%B")).await;
        for (name, company, known) in [
            ("ADA  LOVELACE", "engines ltd", true), ("Ada Lovelace", "Engines", false), ("Ada", "Engines Ltd", false),
            ("50% _off\\", "a%b", true), ("50x xoff\\", "a%b", false), ("Al", "X", false),
        ] {
            let taken = take_one(&app, &source, at(name, company)).await;
            assert_eq!(taken.outcome != Outcome::Created, known, "{name} {company}");
        }
        let slice = take(&app, &source, vec![at("Bob B", "Corp"), at("bob b", "CORP"), person("Bob B", "", "")]).await;
        assert_eq!(slice[0].lead, slice[1].lead);
        assert_eq!((slice[1].matched_by.clone(), slice[2].outcome), (Some(MatchKey::NameAndCompany), Outcome::Created));
        assert!(first.lead.is_some());
        // A stand-in for a name is none.
        let nameless = Submission { company: Some("Corp".into()), ..person("", "x@example.com", "") };
        take_one(&app, &source, nameless).await;
        assert_eq!(take_one(&app, &source, at("x@example.com", "Corp")).await.outcome, Outcome::Created);
        app.work().await;
    }
}
