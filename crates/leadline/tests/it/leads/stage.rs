use serde_json::json;

use super::fixtures::{assert_consistent, column, id, named, stages, timeline};
use crate::{harness::TestApp, on_both_engines};

on_both_engines! {
    async fn a_move_is_told_with_the_names_of_the_stages(app: TestApp) {
        let (lead, stages) = (named(&app, "Ada").await, stages(&app).await);
        let path = format!("/leads/{}/stage", id(&lead));
        let moved = app.patch(&path).json(&json!({"stageId": stages[1]})).await.ok();
        assert_eq!((&moved["stageId"], &moved["version"]), (&json!(stages[1]), &json!(2)));
        let again = app.patch(&path).json(&json!({"stageId": stages[1]})).await.ok();
        assert_eq!(again["version"], 2);
        let shown = app.get(format!("/leads/{}", id(&lead))).await.ok();
        assert_eq!(shown["activities"][0]["data"]["from"]["stageName"], "New");
        assert_eq!(shown["activities"][0]["data"]["to"]["stageName"], "Contacted");
        app.patch(&path).json(&json!({"stageId": "0198c0de-0000-7000-8000-000000000001"})).await.invalid("stageId");
        app.patch(&path).json(&json!({})).await.invalid("stageId");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn a_lead_stands_where_it_is_put(app: TestApp) {
        let stages = stages(&app).await;
        let (a, b, c) = (named(&app, "a").await, named(&app, "b").await, named(&app, "c").await);
        assert_eq!(column(&app, &stages[0]).await, ["c", "b", "a"], "the newest stands on top");
        let d = named(&app, "d").await;
        let put = async |lead: &serde_json::Value, body: serde_json::Value| {
            app.patch(format!("/leads/{}/stage", id(lead))).json(&body).await.ok()
        };
        put(&d, json!({"stageId": stages[0], "afterId": id(&b)})).await;
        assert_eq!(column(&app, &stages[0]).await, ["c", "b", "d", "a"]);
        put(&d, json!({"stageId": stages[0], "beforeId": id(&c)})).await;
        assert_eq!(column(&app, &stages[0]).await, ["d", "c", "b", "a"]);
        put(&d, json!({"stageId": stages[0], "position": "bottom"})).await;
        assert_eq!(column(&app, &stages[0]).await, ["c", "b", "a", "d"]);
        put(&a, json!({"stageId": stages[0], "position": "top"})).await;
        assert_eq!(column(&app, &stages[0]).await, ["a", "c", "b", "d"]);
        let moved = put(&b, json!({"stageId": stages[1]})).await;
        put(&d, json!({"stageId": stages[1], "afterId": id(&b)})).await;
        put(&c, json!({"stageId": stages[1], "afterId": id(&b), "beforeId": id(&d)})).await;
        assert_eq!(column(&app, &stages[1]).await, ["b", "c", "d"]);
        // The neighbour has left the column meanwhile: the card lands on top instead of coming back.
        put(&a, json!({"stageId": stages[0], "afterId": id(&b)})).await;
        assert_eq!(moved["version"], 2);
        assert_eq!(timeline(&app, id(&a)).await, ["created"], "the order of a column is no part of the record");
        let path = format!("/leads/{}/stage", id(&a));
        app.patch(&path).json(&json!({"stageId": stages[0], "afterId": id(&a)})).await.invalid("afterId");
        app.patch(&path).json(&json!({"stageId": stages[0], "position": "top", "afterId": id(&b)})).await.invalid("position");
        let unknown = "0198c0de-0000-7000-8000-000000000001";
        app.patch(&path).json(&json!({"stageId": stages[0], "beforeId": unknown})).await.invalid("beforeId");
        app.work().await;
        assert_consistent(&app).await;
    }

    async fn gaps_that_are_used_up_are_made_anew(app: TestApp) {
        let stages = stages(&app).await;
        for name in ["top", "bottom"] {
            named(&app, name).await;
        }
        let mut wanted = column(&app, &stages[0]).await;
        let upper = app.get("/leads?search=bottom").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
        // Each goes right below the first: a gap of a million halves twenty times and is gone.
        for index in 0..60 {
            let lead = named(&app, &format!("n{index}")).await;
            let body = json!({"stageId": stages[0], "afterId": upper});
            app.patch(format!("/leads/{}/stage", id(&lead))).json(&body).await.ok();
            wanted.insert(1, format!("n{index}"));
        }
        assert_eq!(column(&app, &stages[0]).await, wanted);
        app.work().await;
    }

    async fn many_who_rearrange_one_column_at_once_get_along(app: TestApp) {
        let stages = stages(&app).await;
        let mut leads = Vec::new();
        for index in 0..12 {
            leads.push(named(&app, &format!("n{index}")).await);
        }
        let neighbour = id(&leads[0]).to_owned();
        let moves = leads[1..].iter().map(|lead| {
            let client = (*app).clone();
            let (path, stage, neighbour) = (format!("/leads/{}/stage", id(lead)), stages[0].clone(), neighbour.clone());
            tokio::spawn(async move {
                for _ in 0..6 {
                    client.patch(&path).json(&json!({"stageId": stage, "afterId": neighbour})).await.ok();
                }
            })
        });
        for task in moves.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let column = column(&app, &stages[0]).await;
        assert_eq!((column.len(), column[0].as_str()), (12, "n0"));
        app.work().await;
    }
}
