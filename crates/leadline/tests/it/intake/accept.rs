use std::{sync::Arc, time::Duration};

use leadline::{
    intake::{
        accept::{Outcome, Submission, WriteRule, WriteRules},
        sources::{MatchKey, OnLost, OnMatch, OnTrashed, Source},
    },
    leads::{suppression, tags::Tags},
};
use serde_json::json;

use super::fixtures::{assert_counted, count, person, take, take_one};
use crate::{harness::TestApp, on_both_engines};

fn form() -> Source {
    Source::with_defaults("form")
}

fn with(on_match: OnMatch) -> Source {
    Source { on_match, ..form() }
}

on_both_engines! {
    async fn somebody_new_becomes_a_lead(app: TestApp) {
        let sent = Submission {
            tags: Tags::from_json(r#"["fair"]"#),
            custom_fields: serde_json::from_value(json!({"size": 3})).unwrap(),
            ..person("Ada", "ada@example.com", "+12025550173")
        };
        let source = Source { tags: Tags::from_json(r#"["web"]"#), ..form() };
        let made = take_one(&app, &source, sent).await;
        assert_eq!((made.outcome, made.matched_by, made.reason), (Outcome::Created, None, None));
        let lead = app.get(format!("/leads/{}", made.lead.unwrap())).await.ok();
        assert_eq!((&lead["name"], &lead["source"]), (&json!("Ada"), &json!("form")));
        assert_eq!((&lead["tags"], &lead["customFields"]), (&json!(["web", "fair"]), &json!({"size": 3})));
        assert_eq!(lead["lastSubmissionAt"], json!(null));
        let nameless = take_one(&app, &form(), person("", "eve@example.com", "")).await;
        let lead = app.get(format!("/leads/{}", nameless.lead.unwrap())).await.ok();
        assert_eq!((&lead["name"], &lead["nameProvisional"]), (&json!("eve@example.com"), &json!(true)));
        let nobody = take_one(&app, &form(), Submission { company: Some("Acme".into()), ..Submission::default() }).await;
        assert_eq!((nobody.outcome, nobody.lead), (Outcome::Rejected, None));
        assert!(take(&app, &form(), vec![]).await.is_empty());
        app.work().await;
        assert_counted(&app).await;
    }

    async fn somebody_known_fills_the_blanks_and_the_timeline(app: TestApp) {
        let first = take_one(&app, &form(), person("", "ada@example.com", "")).await;
        app.clock.advance(Duration::from_mins(1));
        let sent = Submission { company: Some("Engines".into()), tags: Tags::from_json(r#"["fair"]"#),
            ..person("Ada", "ADA@example.com", "+12025550173") };
        let again = take_one(&app, &form(), sent.clone()).await;
        assert_eq!((again.outcome, again.lead), (Outcome::Updated, first.lead));
        assert_eq!(again.matched_by, Some(MatchKey::Email));
        let path = format!("/leads/{}", first.lead.unwrap());
        let lead = app.get(&path).await.ok();
        assert_eq!((&lead["name"], &lead["nameProvisional"]), (&json!("Ada"), &json!(false)));
        assert_eq!((&lead["phone"], &lead["company"]), (&json!("+12025550173"), &json!("Engines")));
        assert_eq!((&lead["tags"], &lead["version"]), (&json!(["fair"]), &json!(2)));
        assert_eq!(lead["lastSubmissionAt"], "2026-01-05T12:01:00.000Z");
        let submitted = lead["activities"].as_array().unwrap().iter().find(|it| it["type"] == "submitted").unwrap();
        assert_eq!((&submitted["data"]["source"], &submitted["data"]["outcome"]), (&json!("form"), &json!("updated")));
        assert_eq!(submitted["data"]["matchedBy"], "email");
        assert_eq!(submitted["data"]["sent"]["company"], "Engines");

        // By the number it got from the second submission; nothing is overwritten.
        let third = take_one(&app, &form(), person("Countess", "", "(202) 555-0173")).await;
        assert_eq!((third.outcome, third.lead), (Outcome::Unchanged, first.lead));
        assert_eq!(third.matched_by, Some(MatchKey::Phone));
        let rules = Arc::new(WriteRules::default().with("name", WriteRule::Overwrite));
        let fourth = take_one(&app, &form(), Submission { rules, ..person("Countess", "", "+12025550173") }).await;
        assert_eq!((fourth.outcome, fourth.lead), (Outcome::Updated, first.lead));
        let lead = app.get(&path).await.ok();
        assert_eq!((&lead["name"], &lead["version"]), (&json!("Countess"), &json!(3)));
        assert_eq!(count(&app).await, 1);
        app.work().await;
        assert_counted(&app).await;
    }

    async fn every_policy_does_what_it_says(app: TestApp) {
        let first = take_one(&app, &form(), person("Ada", "ada@example.com", "")).await.lead;
        let sent = || person("Ada", "ada@example.com", "");
        for (on_match, outcome, same, leads) in [
            (OnMatch::Update, Outcome::Unchanged, true, 1),
            (OnMatch::Skip, Outcome::Skipped, true, 1),
            (OnMatch::Reject, Outcome::Rejected, true, 1),
            (OnMatch::Repeat, Outcome::Repeated, false, 2),
            (OnMatch::Review, Outcome::InReview, false, 3),
            (OnMatch::CreateAnyway, Outcome::Created, false, 4),
        ] {
            let taken = take_one(&app, &with(on_match), sent()).await;
            assert_eq!((taken.outcome, taken.lead == first), (outcome, same), "{on_match:?}");
            assert_eq!(count(&app).await, leads, "{on_match:?}");
            let explained = matches!(outcome, Outcome::Skipped | Outcome::Rejected);
            assert_eq!(taken.reason.is_some(), explained, "{on_match:?}");
        }
        let repeat = take_one(&app, &with(OnMatch::Repeat), sent()).await;
        let shown = app.get(format!("/leads/{}", repeat.lead.unwrap())).await.ok();
        let entry = shown["activities"].as_array().unwrap().iter().find(|it| it["type"] == "repeated").unwrap();
        assert_eq!(entry["data"]["leadId"], json!(first));
        app.work().await;
        assert_counted(&app).await;
    }

    async fn the_people_of_a_slice_meet_each_other(app: TestApp) {
        let slice = vec![
            person("Ada", "ada@example.com", ""),
            person("Eve", "", "+12025550174"),
            person("", "Ada@Example.com", "+12025550173"),
            person("Countess", "", "+12025550173"),
            person("", "eve@example.com", "+12025550174"),
            person("", "eve@example.com", ""),
        ];
        let taken = take(&app, &form(), slice.clone()).await;
        let outcomes: Vec<_> = taken.iter().map(|it| it.outcome).collect();
        assert_eq!(outcomes, [Outcome::Created, Outcome::Created, Outcome::Updated, Outcome::Unchanged,
            Outcome::Updated, Outcome::Unchanged]);
        assert_eq!((taken[2].lead, taken[3].lead), (taken[0].lead, taken[0].lead));
        assert_eq!((taken[4].lead, taken[5].lead), (taken[1].lead, taken[1].lead));
        let ada = app.get(format!("/leads/{}", taken[0].lead.unwrap())).await.ok();
        assert_eq!((&ada["phone"], &ada["version"]), (&json!("+12025550173"), &json!(1)));
        assert!(ada["lastSubmissionAt"].is_string());
        let again = take(&app, &form(), slice).await;
        assert!(again.iter().all(|it| it.outcome == Outcome::Unchanged), "{again:?}");
        assert_eq!(count(&app).await, 2);
        let repeats = take(&app, &with(OnMatch::Repeat), vec![
            person("Bob", "bob@example.com", ""), person("Bob", "bob@example.com", ""), person("Bob", "bob@example.com", ""),
        ]).await;
        let outcomes: Vec<_> = repeats.iter().map(|it| it.outcome).collect();
        assert_eq!(outcomes, [Outcome::Created, Outcome::Repeated, Outcome::Repeated]);
        app.work().await;
        assert_counted(&app).await;
    }

    async fn outside_the_window_somebody_is_new_again(app: TestApp) {
        let source = Source { window: Some(Duration::from_hours(1)), ..form() };
        let sent = || person("Ada", "ada@example.com", "");
        let first = take_one(&app, &source, sent()).await.lead;
        app.clock.advance(Duration::from_mins(50));
        assert_eq!(take_one(&app, &source, sent()).await.lead, first);
        // Counted from when he last came in.
        app.clock.advance(Duration::from_mins(50));
        assert_eq!(take_one(&app, &source, sent()).await.lead, first);
        app.clock.advance(Duration::from_secs(3601));
        let late = take_one(&app, &source, sent()).await;
        assert_eq!(late.outcome, Outcome::Created);
        assert_ne!(late.lead, first);
        // Within the window is now the second of the two.
        assert_eq!(take_one(&app, &source, sent()).await.lead, late.lead);
        app.work().await;
    }

    async fn one_line_is_one_person_however_its_number_is_written(app: TestApp) {
        for forms in [
            ["+55 11 98765-4321", "+55 11 8765-4321"],
            ["+54 9 11 2345-6789", "+54 11 2345-6789"],
            ["+54 9 221 456-7890", "+54 221 456-7890"],
            ["+52 55 1234 5678", "+52 1 55 1234 5678"],
        ] {
            let before = count(&app).await;
            let first = take_one(&app, &form(), person("A", "", forms[0])).await;
            let second = take_one(&app, &form(), person("B", "", forms[1])).await;
            assert_eq!((first.outcome, second.lead), (Outcome::Created, first.lead), "{forms:?}");
            let third = take(&app, &form(), vec![person("C", "", forms[1]), person("D", "", forms[0])]).await;
            assert!(third.iter().all(|it| it.lead == first.lead), "{forms:?}");
            assert_eq!(count(&app).await, before + 1);
        }
        app.work().await;
    }

    async fn a_key_of_more_than_twenty_leads_says_nothing(app: TestApp) {
        let anyway = with(OnMatch::CreateAnyway);
        let board = "+12025550100";
        for number in 0..20 {
            take_one(&app, &anyway, person(&format!("P{number}"), "", board)).await;
        }
        assert_eq!(take_one(&app, &form(), person("Q", "", board)).await.outcome, Outcome::Unchanged);
        take_one(&app, &anyway, person("P20", "", board)).await;
        let new = take_one(&app, &form(), person("Q", "q@example.com", board)).await;
        assert_eq!(new.outcome, Outcome::Created);
        assert_eq!(take_one(&app, &form(), person("Q", "q@example.com", board)).await.lead, new.lead);
        app.work().await;
    }

    async fn a_lead_in_the_trash_keeps_nobody_out(app: TestApp) {
        for (on_match, on_trashed, outcome, back) in [
            (OnMatch::Update, OnTrashed::Restore, Outcome::Updated, true),
            (OnMatch::Update, OnTrashed::Link, Outcome::Repeated, false),
            (OnMatch::Update, OnTrashed::Ignore, Outcome::Created, false),
            (OnMatch::Reject, OnTrashed::Restore, Outcome::Updated, true),
            (OnMatch::Skip, OnTrashed::Link, Outcome::Repeated, false),
            (OnMatch::Repeat, OnTrashed::Restore, Outcome::Repeated, false),
        ] {
            let email = format!("{}@example.com", leadline::base::secret::random::<4>().map(|it| it.to_string()).concat());
            let first = take_one(&app, &form(), person("Ada", &email, "")).await.lead.unwrap();
            app.delete(format!("/leads/{first}")).await.no_content();
            let again = take_one(&app, &Source { on_match, on_trashed, ..form() }, person("Ada", &email, "")).await;
            assert_eq!((again.outcome, again.lead == Some(first)), (outcome, back), "{on_match:?} {on_trashed:?}");
            let shown = app.get(format!("/leads/{first}")).await;
            assert_eq!(shown.status.is_success(), back);
        }
        app.work().await;
        assert_counted(&app).await;
    }

    async fn somebody_lost_comes_back_as_the_source_says(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let stage = |at: usize| pipeline["stages"][at]["id"].clone();
        for (on_lost, outcome, stands_in) in [
            (OnLost::Stay, Outcome::Unchanged, 5), (OnLost::Reopen, Outcome::Updated, 0), (OnLost::Link, Outcome::Repeated, 5),
        ] {
            let email = format!("{on_lost:?}@example.com");
            let first = take_one(&app, &form(), person("Ada", &email, "")).await.lead.unwrap();
            app.patch(format!("/leads/{first}/stage")).json(&json!({"stageId": stage(5)})).await.ok();
            let again = take_one(&app, &Source { on_lost, ..form() }, person("Ada", &email, "")).await;
            assert_eq!(again.outcome, outcome, "{on_lost:?}");
            let lead = app.get(format!("/leads/{first}")).await.ok();
            assert_eq!(lead["stageId"], stage(stands_in), "{on_lost:?}");
        }
        app.work().await;
        assert_counted(&app).await;
    }

    async fn the_sources_own_ids_are_its_own(app: TestApp) {
        let sent = |id: &str, email: &str| Submission { external_id: Some(id.into()), ..person("Ada", email, "") };
        let first = take_one(&app, &form(), sent("17", "a@example.com")).await;
        let again = take_one(&app, &form(), sent("17", "b@example.com")).await;
        assert_eq!((again.lead, again.matched_by), (first.lead, Some(MatchKey::ExternalId)));
        let other = take_one(&app, &Source::with_defaults("webhook"), sent("17", "b@example.com")).await;
        assert_eq!(other.outcome, Outcome::Created);
        // Known by the address, it gets a second id.
        assert_eq!(take_one(&app, &form(), sent("18", "a@example.com")).await.lead, first.lead);
        assert_eq!(take_one(&app, &form(), sent("18", "c@example.com")).await.lead, first.lead);
        app.work().await;
    }

    async fn whoever_asked_to_be_forgotten_stays_so(app: TestApp) {
        let by = super::fixtures::by(&app).await;
        let remembered = app.app.db.write(move |tx| {
            let known = suppression::Known { email: Some("ada@example.com"), phone: Some("+551187654321"), keys: Vec::new() };
            let marks = suppression::marks(&by.identity_key, &known);
            suppression::remember(tx, by.workspace, &marks, suppression::Reason::ByHand, None)?;
            Ok::<_, leadline::base::Error>(())
        });
        remembered.await.unwrap();
        let taken = take(&app, &form(), vec![
            person("Ada", "ADA@example.com", ""), person("Ada", "", "+55 11 98765-4321"), person("Eve", "eve@example.com", ""),
        ]).await;
        let outcomes: Vec<_> = taken.iter().map(|it| it.outcome).collect();
        assert_eq!(outcomes, [Outcome::Suppressed, Outcome::Suppressed, Outcome::Created]);
        assert_eq!(count(&app).await, 1);
        app.work().await;
    }
}
