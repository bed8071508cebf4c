//! The board: counts, sums and cards against the same leads in memory, and its pages in every direction.

use std::{cmp::Reverse, collections::BTreeMap};

use serde_json::{Value, json};

use super::seed::{self, Known, World};
use crate::{
    harness::{Client, TestApp},
    on_both_engines,
};

fn ids(cards: &Value) -> Vec<String> {
    cards
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

type Key = fn(&Known) -> i64;
type Wanted = Box<dyn Fn(&Known) -> bool>;

const SORTS: [(&str, Key); 4] = [
    ("position", |it| it.lead.position),
    ("newest", |_| 0),
    ("score", |it| it.lead.score),
    ("value", |it| it.lead.value.map_or(i64::MIN, |it| it.0)),
];

/// The leads of a column from the top.
fn column<'a>(
    world: &'a World,
    stage: &str,
    key: Key,
    wanted: &dyn Fn(&Known) -> bool,
) -> Vec<&'a Known> {
    let mut leads = world.live(|it| it.lead.stage_id.to_string() == stage && wanted(it));
    leads.sort_by_key(|it| Reverse((key(it), it.lead.id)));
    leads
}

fn expected(leads: &[&Known]) -> Vec<String> {
    leads.iter().map(|it| it.lead.id.to_string()).collect()
}

fn check(
    world: &World,
    board: &Value,
    limit: usize,
    key: Key,
    wanted: &dyn Fn(&Known) -> bool,
    what: &str,
) {
    for stage in board["stages"].as_array().unwrap() {
        let leads = column(world, stage["id"].as_str().unwrap(), key, wanted);
        let shown = &leads[..leads.len().min(limit)];
        assert_eq!(
            ids(&stage["cards"]),
            expected(shown),
            "{what}: {}",
            stage["name"]
        );
        assert_eq!(stage["count"], leads.len(), "{what}: {}", stage["name"]);
        assert_eq!(stage["countCapped"], Value::Null, "{what}");
        assert_eq!(
            stage["nextAfter"].is_string(),
            leads.len() > limit,
            "{what}: {}",
            stage["name"]
        );
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for it in &leads {
            if let (Some(currency), Some(value)) = (it.lead.currency, it.lead.value) {
                *sums.entry(currency.code()).or_default() +=
                    value.to_string().parse::<f64>().unwrap();
            }
        }
        for sum in stage["sums"].as_array().unwrap() {
            let known = sums.remove(sum["currency"].as_str().unwrap());
            assert_eq!(sum["amount"].as_f64(), known, "{what}: {}", stage["name"]);
        }
        assert!(
            sums.values().all(|it| *it == 0.0),
            "{what}: {} lacks {sums:?}",
            stage["name"]
        );
    }
}

async fn page(client: &Client, stage: &str, query: &str) -> Value {
    client
        .get(format!("/board/{stage}/cards?{query}"))
        .await
        .ok()
}

on_both_engines! {
    async fn columns_hold_what_they_say(app: TestApp) {
        let world = seed::world(&app, 400).await;
        let owner = world.people[0].user;
        let filters: [(String, Wanted); 9] = [
            (String::new(), Box::new(|_| true)),
            (format!("assignedTo={owner}"), Box::new(move |it| it.lead.assigned_to == Some(owner))),
            ("assignedTo=none".into(), Box::new(|it| it.lead.assigned_to.is_none())),
            ("tag=hot".into(), Box::new(|it| it.folded_tags().contains(&"hot".into()))),
            ("source=api".into(), Box::new(|it| it.lead.source == "api")),
            ("source=nowhere".into(), Box::new(|_| false)),
            ("search=lovelace".into(), Box::new(|it| it.search_text.contains("lovelace"))),
            ("search=lovelace&source=api".into(), Box::new(|it| it.search_text.contains("lovelace") && it.lead.source == "api")),
            ("email=nobody@example.org".into(), Box::new(|_| false)),
        ];
        for (index, pipeline) in world.pipelines.iter().enumerate() {
            for (sort, key) in SORTS {
                for (filter, wanted) in &filters {
                    let query = format!("/board?pipelineId={pipeline}&limit=7&sort={sort}&{filter}");
                    let board = app.get(&query).await.ok();
                    check(&world, &board, 7, key, wanted, &query);
                    assert_eq!(board["pipeline"]["id"], pipeline.to_string());
                    assert_eq!(board["stages"].as_array().unwrap().len(), if index == 0 { 6 } else { 2 });
                }
            }
        }
        let board = app.get("/board").await.ok();
        assert_eq!(board["pipeline"]["isDefault"], true);
        assert!(board["asOf"].is_string());
        check(&world, &board, 20, SORTS[0].1, &|_| true, "/board");
        let card = &board["stages"][0]["cards"][0];
        for field in ["id", "name", "company", "value", "currency", "source", "score", "assignedTo", "tags", "stageId", "stageChangedAt", "createdAt", "version", "position"] {
            assert!(card.get(field).is_some(), "a card lacks {field}: {card}");
        }
    }

    async fn filters_that_no_index_answers_are_counted_too(app: TestApp) {
        let world = seed::world(&app, 200).await;
        let board = app.get("/board?limit=50&minScore=50").await.ok();
        for stage in board["stages"].as_array().unwrap() {
            let leads = column(&world, stage["id"].as_str().unwrap(), SORTS[0].1, &|it| it.lead.score >= 50);
            assert_eq!(ids(&stage["cards"]), expected(&leads));
            assert_eq!(stage["count"], leads.len());
        }
    }

    async fn a_column_goes_down_and_up_and_far(app: TestApp) {
        let world = seed::world(&app, 400).await;
        for (sort, key) in SORTS {
            for (filter, wanted) in [
                ("", (|_| true) as fn(&Known) -> bool),
                ("&source=webhook", |it| it.lead.source == "webhook"),
                ("&search=lovelace", |it| it.search_text.contains("lovelace")),
                ("&minScore=20", |it| it.lead.score >= 20),
            ] {
                let stage = world.stages[0].to_string();
                let all = expected(&column(&world, &stage, key, &wanted));
                let query = format!("limit=6&sort={sort}{filter}");
                down(&app, &stage, &query, &all).await;
                up(&app, &stage, &query, &all).await;
                for row in [0, 1, 5, all.len() - 1, all.len(), all.len() + 50] {
                    let cards = page(&app, &stage, &format!("{query}&row={row}")).await;
                    let from = row.min(all.len());
                    assert_eq!(ids(&cards["cards"]), all[from..(from + 6).min(all.len())], "{query} row {row}");
                    assert_eq!(cards["row"], row, "{query}");
                }
            }
        }
    }

    async fn the_boards_cursor_goes_on_in_its_column(app: TestApp) {
        let world = seed::world(&app, 300).await;
        let board = app.get("/board?limit=5&sort=score").await.ok();
        for stage in board["stages"].as_array().unwrap() {
            let id = stage["id"].as_str().unwrap();
            let all = expected(&column(&world, id, SORTS[2].1, &|_| true));
            let Some(after) = stage["nextAfter"].as_str() else { continue };
            let cards = page(&app, id, &format!("sort=score&limit=4&after={after}")).await;
            assert_eq!(ids(&cards["cards"]), all[5..all.len().min(9)]);
            assert_eq!((&cards["row"], &cards["total"]), (&json!(5), &json!(all.len())));
            let other = world.stages.iter().map(ToString::to_string).find(|it| it != id).unwrap();
            app.get(format!("/board/{other}/cards?sort=score&after={after}")).await.invalid("after");
            app.get(format!("/board/{id}/cards?after={after}")).await.invalid("after");
            app.get(format!("/board/{id}/cards?sort=score&source=api&after={after}")).await.invalid("after");
        }
    }

    async fn people_see_their_own_board(app: TestApp) {
        let world = seed::world(&app, 300).await;
        let seller = &world.people[0];
        let mine = |it: &Known| it.lead.assigned_to == Some(seller.user);
        check(&world, &seller.get("/board?limit=5").await.ok(), 5, SORTS[0].1, &mine, "a seller's board");
        let stage = world.stages[0].to_string();
        let all = expected(&column(&world, &stage, SORTS[0].1, &mine));
        down(seller, &stage, "limit=4", &all).await;
        let foreign = app.add_workspace("Other").await;
        let board = foreign.get("/board").await.ok();
        assert!(board["stages"].as_array().unwrap().iter().all(|it| it["count"] == 0));
        foreign.get(format!("/board/{stage}/cards")).await.refused(404, "not_found");
        foreign.get(format!("/board?pipelineId={}", world.pipelines[0])).await.refused(404, "not_found");
        app.work().await;
    }

    async fn what_cannot_be_meant_is_refused_by_name(app: TestApp) {
        let board = app.get("/board").await.ok();
        let stage = board["stages"][0]["id"].as_str().unwrap();
        for (query, field) in [
            ("limit=0", "limit"), ("limit=51", "limit"), ("limit=x", "limit"), ("sort=name", "sort"), ("colour=red", "colour"),
            ("deleted=true", "deleted"), ("stageId=1", "stageId"), ("pipelineId=1", "pipelineId"),
        ] {
            app.get(format!("/board?{query}")).await.invalid(field);
            app.get(format!("/board/{stage}/cards?{query}")).await.invalid(field);
        }
        for (query, field) in [
            ("row=-1", "row"), ("row=50001", "row"), ("row=x", "row"), ("after=x", "after"), ("before=x", "before"),
            ("after=", "after"), ("row=1&before=", "row"), ("after=bnVsbA", "after"),
        ] {
            app.get(format!("/board/{stage}/cards?{query}")).await.invalid(field);
        }
        app.get("/board?row=1").await.invalid("row");
        app.get("/board/7/cards").await.refused(404, "not_found");
        app.work().await;
    }
}

async fn down(client: &Client, stage: &str, query: &str, all: &[String]) {
    let mut shown = Vec::new();
    let mut cards = page(client, stage, query).await;
    loop {
        assert_eq!(cards["row"], shown.len(), "{query}");
        shown.extend(ids(&cards["cards"]));
        if cards["totalCapped"] != true {
            assert_eq!(cards["total"], all.len(), "{query}");
        }
        let Some(after) = cards["nextAfter"].as_str() else {
            break;
        };
        assert!(shown.len() <= all.len(), "{query} does not end");
        cards = page(client, stage, &format!("{query}&after={after}")).await;
    }
    assert_eq!(shown, all, "{query}");
}

async fn up(client: &Client, stage: &str, query: &str, all: &[String]) {
    let mut shown: Vec<String> = Vec::new();
    let mut cards = page(client, stage, &format!("{query}&before=")).await;
    let exact = cards["totalCapped"] != true;
    loop {
        shown.splice(0..0, ids(&cards["cards"]));
        if exact {
            assert_eq!(cards["row"], all.len() - shown.len(), "{query}");
        }
        let Some(before) = cards["nextBefore"].as_str() else {
            break;
        };
        assert!(shown.len() <= all.len(), "{query} does not end");
        cards = page(client, stage, &format!("{query}&before={before}")).await;
    }
    if exact {
        assert_eq!(shown, all, "{query}");
    } else {
        assert!(all.ends_with(&shown), "{query}");
    }
}
