use leadline::leads::write::{self, By};
use serde_json::{Value, json};

use super::fixtures::{add, assert_consistent, column, id, named, stages};
use crate::{harness::TestApp, on_both_engines};

fn names(pipeline: &Value) -> Vec<&str> {
    pipeline["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect()
}

on_both_engines! {
    async fn the_default_pipeline_is_there_from_the_first_request_on(app: TestApp) {
        let asked = (0..8).map(|_| {
            let client = (*app).clone();
            tokio::spawn(async move { client.post("/v1/identity/lead-pipelines/ensure-default").await.ok() })
        });
        for task in asked.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let list = app.get("/lead-pipelines").await.ok();
        assert_eq!(list["total"], 1);
        let pipeline = &list["data"][0];
        assert_eq!(names(pipeline), ["New", "Contacted", "Qualified", "Proposal", "Won", "Lost"]);
        let kinds: Vec<_> = pipeline["stages"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["open", "open", "open", "open", "won", "lost"]);
        let colors: Vec<_> = pipeline["stages"].as_array().unwrap().iter().map(|it| it["color"].as_str().unwrap()).collect();
        assert_eq!(colors, ["#1a73d5", "#b47520", "#8054d6", "#ca3f8d", "#21914e", "#d33a3c"]);
        app.work().await;
    }

    async fn reading_makes_the_default_pipeline_too(app: TestApp) {
        assert_eq!(app.get("/lead-pipelines").await.ok()["data"][0]["isDefault"], true);
        let other = app.add_workspace("Other").await;
        named(&other, "x").await;
        assert_eq!(other.get("/lead-pipelines").await.ok()["data"][0]["stages"][0]["leadCount"], 1);
        app.work().await;
    }

    async fn stages_are_renamed_recoloured_retyped_reordered_added_and_removed(app: TestApp) {
        let before = app.post("/lead-pipelines/ensure-default").await.ok();
        let path = format!("/lead-pipelines/{}", id(&before));
        let stage = |index: usize| before["stages"][index]["id"].clone();
        let wanted = json!({"name": "Deals", "stages": [
            {"id": stage(1), "name": "Called", "color": "#ABCDEF", "type": "won"},
            {"id": stage(0)},
            {"name": "Fresh"},
        ]});
        let after = app.patch(&path).if_match(1).json(&wanted).await.ok();
        assert_eq!((&after["name"], names(&after)), (&json!("Deals"), vec!["Called", "New", "Fresh"]));
        assert_eq!((&after["stages"][0]["color"], &after["stages"][0]["type"]), (&json!("#abcdef"), &json!("won")));
        app.put(&path).if_match(1).json(&json!({"name": "x"})).await.refused(412, "version_mismatch");
        for (body, field) in [
            (json!({"stages": [{"id": stage(0)}]}), "stages"),
            (json!({"stages": [{"id": stage(0)}, {"id": stage(0)}]}), "stages[1].id"),
            (json!({"stages": [{"id": stage(0)}, {"id": stage(5)}]}), "stages[1].id"),
            (json!({"stages": [{"id": stage(0)}, {"color": "#123456"}]}), "stages[1].name"),
            (json!({"stages": [{"id": stage(0)}, {"name": "x", "color": "red"}]}), "stages[1].color"),
            (json!({"isDefault": false}), "isDefault"),
            (json!({"name": " "}), "name"),
        ] {
            app.patch(&path).json(&body).await.invalid(field);
        }
        app.work().await;
    }

    async fn single_stages_can_be_added_changed_and_removed(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let path = format!("/lead-pipelines/{}/stages", id(&pipeline));
        let added = app.post(&path).json(&json!({"name": "Trial", "position": 1})).await.ok();
        assert_eq!(names(&added)[..3], ["New", "Trial", "Contacted"]);
        let trial = added["stages"][1]["id"].as_str().unwrap();
        let changed = app.patch(format!("{path}/{trial}")).json(&json!({"name": "Try", "position": 0})).await.ok();
        assert_eq!(names(&changed)[..2], ["Try", "New"]);
        let removed = app.delete(format!("{path}/{trial}")).await.ok();
        assert_eq!(names(&removed)[..2], ["New", "Contacted"]);
        app.delete(format!("{path}/{trial}")).await.refused(404, "not_found");
        app.work().await;
    }

    async fn leads_of_a_removed_stage_go_where_they_are_told(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let ids = stages(&app).await;
        let path = format!("/lead-pipelines/{}", id(&pipeline));
        for name in ["a", "b"] {
            add(&app, json!({"name": name, "value": 5, "tags": ["t"]})).await;
        }
        let trashed = named(&app, "trashed").await;
        app.delete(format!("/leads/{}", id(&trashed))).await.no_content();
        let kept: Vec<Value> = ids[1..].iter().map(|it| json!({"id": it})).collect();
        let problem = app.patch(&path).json(&json!({"stages": kept})).await.refused(409, "stage_not_empty");
        assert!(problem["detail"].as_str().unwrap().contains("\"New\" (2)"), "{problem}");
        app.patch(&path).json(&json!({"stages": kept, "moveLeadsTo": ids[0]})).await.invalid("moveLeadsTo");
        let targets = json!({ids[0].clone(): ids[1]});
        let after = app.patch(&path).json(&json!({"stages": kept, "moveLeadsTo": targets})).await.ok();
        assert_eq!(names(&after)[0], "Contacted");
        assert_eq!(column(&app, &ids[1]).await, ["b", "a"]);
        let lead = app.get("/leads?search=a").await.ok()["data"][0].clone();
        let shown = app.get(format!("/leads/{}", id(&lead))).await.ok();
        assert_eq!(shown["activities"][0]["data"]["from"]["stageName"], "New");
        app.post("/leads").json(&json!({"name": "x", "stageId": ids[0]})).await.invalid("stageId");
        let back = app.post(format!("/leads/{}/restore", id(&trashed))).await.ok();
        assert_eq!(back["stageId"], ids[1]);
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_full_stage_is_emptied_by_a_job_and_then_gone(app: TestApp) {
        let pipeline = app.post("/lead-pipelines/ensure-default").await.ok();
        let ids = stages(&app).await;
        fill(&app, 3).await;
        let path = format!("/lead-pipelines/{}", id(&pipeline));
        let kept: Vec<Value> = ids[1..].iter().map(|it| json!({"id": it})).collect();
        let during = app.patch(&path).json(&json!({"stages": kept, "moveLeadsTo": ids[1]})).await.ok();
        assert_eq!(during["stages"][0]["movingTo"], ids[1]);
        app.post("/leads").json(&json!({"name": "x", "stageId": ids[0]})).await.invalid("stageId");
        let new = named(&app, "newcomer").await;
        assert_eq!(new["stageId"], ids[1], "the first stage that takes leads");
        app.work().await;
        let after = app.get(&path).await.ok();
        assert_eq!((names(&after)[0], &after["stages"][0]["leadCount"]), ("Contacted", &json!(1501)));
        assert_consistent(&app).await;
    }

    async fn another_pipeline_is_made_the_default_and_the_first_removed(app: TestApp) {
        let first = app.post("/lead-pipelines/ensure-default").await.ok();
        let ids = stages(&app).await;
        named(&app, "a").await;
        app.post("/lead-pipelines").json(&json!({"name": "x", "stages": [{"name": "only"}]})).await.invalid("stages");
        let body = json!({"name": "Second", "stages": [{"name": "In"}, {"name": "Out", "type": "won"}]});
        let second = app.post("/v1/identity/lead-pipelines").json(&body).await.created();
        let path = format!("/lead-pipelines/{}", id(&first));
        app.delete(&path).await.refused(409, "default_pipeline");
        app.patch(format!("/lead-pipelines/{}", id(&second))).json(&json!({"isDefault": true})).await.ok();
        app.delete(&path).await.refused(409, "stage_not_empty");
        app.delete(format!("{path}?moveLeadsTo={}", ids[1])).await.invalid("moveLeadsTo");
        let target = second["stages"][0]["id"].as_str().unwrap();
        app.delete(format!("{path}?moveLeadsTo={target}")).await.no_content();
        app.get(&path).await.refused(404, "not_found");
        let list = app.get("/lead-pipelines").await.ok();
        assert_eq!((&list["total"], &list["data"][0]["isDefault"]), (&json!(1), &json!(true)));
        assert_eq!(named(&app, "b").await["stageId"], target);
        assert_eq!(column(&app, target).await.len(), 2);
        app.work().await;
        assert_consistent(&app).await;
    }
}

/// Fills the first stage with slices of 500 leads.
pub async fn fill(app: &TestApp, slices: usize) {
    let workspace = app.admin().workspace;
    for slice in 0..slices {
        let made = app.app.db.write(move |tx| {
            let place = leadline::leads::pipelines::place(tx, workspace, None, None)?;
            let by = By {
                workspace,
                actor: leadline::base::Actor::System,
                via: leadline::base::Via::Job,
                identity_key: [0; 16],
                change_set: None,
            };
            let new = (0..write::SLICE).map(|index| write::NewLead {
                place,
                owner: None,
                name: format!("Lead {slice} {index}"),
                name_provisional: false,
                email: None,
                phone: None,
                company: None,
                title: None,
                source: "import".into(),
                score: 0,
                value: Some(leadline::leads::Amount(10_000)),
                currency: leadline::leads::Currency::parse("EUR"),
                tags: leadline::leads::tags::Tags::from_json(r#"["crowd"]"#),
                custom_fields: "{}".into(),
                at: None,
            });
            write::insert_many(tx, &by, new.collect())
        });
        made.await
            .unwrap_or_else(|err: leadline::base::Error| panic!("{err}"));
    }
}
