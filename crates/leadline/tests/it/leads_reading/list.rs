//! The list: every filter alone and in pairs, every order, pages, totals, scopes, and what is refused.

use std::{cmp::Ordering, collections::BTreeSet};

use leadline::leads::{Lead, identity};
use serde_json::Value;
use store::Timestamp;

use super::seed::{self, Known, SOURCES, World};
use crate::{
    harness::{Client, START_MS, TestApp},
    on_both_engines,
};

type Wanted<'a> = Box<dyn Fn(&Known) -> bool + 'a>;

fn ids(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

fn expected(leads: &[&Known]) -> Vec<String> {
    leads.iter().map(|it| it.lead.id.to_string()).collect()
}

/// All pages of a list by cursor, and the total that each page gives.
async fn all(client: &Client, query: &str, limit: usize) -> (Vec<String>, Value) {
    let mut found = Vec::new();
    let first = client
        .get(format!("/leads?limit={limit}&{query}"))
        .await
        .ok();
    let mut page = first.clone();
    loop {
        found.extend(ids(&page));
        assert_eq!(page["total"], first["total"], "{query}");
        assert!(found.len() < 5000, "{query} does not end");
        let Some(cursor) = page["nextCursor"].as_str() else {
            return (found, first);
        };
        assert_eq!(ids(&page).len(), limit, "{query}");
        page = client
            .get(format!("/leads?limit={limit}&{query}&cursor={cursor}"))
            .await
            .ok();
    }
}

/// Each filter as a query and as a rule.
#[expect(clippy::too_many_lines, reason = "a table")]
fn filters(world: &World) -> Vec<(String, Wanted<'_>)> {
    let lead = |it: &Known| -> Lead { it.lead.clone() };
    let (stage, pipeline) = (world.stages[1], world.pipelines[1]);
    let owner = world.people[0].user;
    let sample = world.live(|it| it.lead.email.is_some() && it.lead.phone.is_some())[0];
    let (email, phone) = (sample.lead.email.clone(), sample.lead.phone.clone());
    let (from, until) = (
        Timestamp(START_MS - 86_400_000 + 30 * 60_000),
        Timestamp(START_MS - 86_400_000 + 60 * 60_000),
    );
    let changed = Timestamp(START_MS + 5);
    let mut filters: Vec<(String, Wanted<'_>)> = vec![
        (
            format!("stageId={stage}"),
            Box::new(move |it| it.lead.stage_id == stage),
        ),
        (
            format!("pipelineId={pipeline}"),
            Box::new(move |it| it.lead.pipeline_id == pipeline),
        ),
        (
            format!("assignedTo={owner}"),
            Box::new(move |it| it.lead.assigned_to == Some(owner)),
        ),
        (
            "assignedTo=none".into(),
            Box::new(|it| it.lead.assigned_to.is_none()),
        ),
        (
            "tag=HOT".into(),
            Box::new(|it| it.folded_tags().contains(&"hot".into())),
        ),
        (
            "tag=caf%C3%A9,vip".into(),
            Box::new(|it| {
                ["cafe", "vip"]
                    .iter()
                    .all(|tag| it.folded_tags().contains(&(*tag).into()))
            }),
        ),
        ("minScore=50".into(), Box::new(|it| it.lead.score >= 50)),
        (
            "minScore=90&maxScore=90".into(),
            Box::new(|it| it.lead.score == 90),
        ),
        (
            "minValue=2500".into(),
            Box::new(|it| it.lead.value.is_some_and(|it| it.0 >= 25_000_000)),
        ),
        (
            "maxValue=-0.5".into(),
            Box::new(|it| it.lead.value.is_some_and(|it| it.0 <= -5_000)),
        ),
        (
            format!("createdAfter={from}"),
            Box::new(move |it| it.lead.created_at >= from),
        ),
        (
            format!("createdAfter={from}&createdBefore={until}"),
            Box::new(move |it| it.lead.created_at >= from && it.lead.created_at < until),
        ),
        (
            format!("updatedAfter={changed}"),
            Box::new(move |it| it.lead.updated_at >= changed),
        ),
        (
            format!("updatedBefore={changed}"),
            Box::new(move |it| it.lead.updated_at < changed),
        ),
        (
            "converted=true".into(),
            Box::new(|it| it.lead.converted_at.is_some()),
        ),
        (
            "converted=false".into(),
            Box::new(|it| it.lead.converted_at.is_none()),
        ),
        (
            "cf.budget=100".into(),
            Box::new(|it| it.custom().get("budget") == Some(&Value::from(100))),
        ),
        (
            "cf.contact.first_name=Zo%C3%AB+%22Z%22".into(),
            Box::new(|it| it.custom().get("contactFirstName") == Some(&Value::from("Zoë \"Z\""))),
        ),
        (
            "cf.vip=true".into(),
            Box::new(|it| it.custom().get("vip") == Some(&Value::from(true))),
        ),
        ("cf.nothing=1".into(), Box::new(|_| false)),
        (
            "search=lovelace".into(),
            Box::new(|it| it.search_text.contains("lovelace")),
        ),
        (
            "search=gmail".into(),
            Box::new(|it| it.search_text.contains("gmail")),
        ),
    ];
    for source in SOURCES.iter().take(2) {
        filters.push((
            format!("source={source}"),
            Box::new(move |it| it.lead.source == **source),
        ));
    }
    filters.push(("source=nowhere".into(), Box::new(|_| false)));
    if let (Some(email), Some(phone)) = (email, phone) {
        assert!(identity::normal_email(&email).is_some());
        let typed = format!("email={}", email.to_uppercase());
        filters.push((
            typed,
            Box::new(move |it| lead(it).email.as_ref() == Some(&email)),
        ));
        let typed = format!("phone={}", phone.replace('+', "%2B"));
        filters.push((
            typed,
            Box::new(move |it| it.lead.phone.as_ref() == Some(&phone)),
        ));
    }
    filters
}

fn name(query: &str) -> BTreeSet<&str> {
    query
        .split('&')
        .map(|it| it.split('=').next().unwrap_or_default())
        .filter(|it| *it != "tag")
        .collect()
}

on_both_engines! {
    async fn every_filter_finds_what_it_says_alone_and_with_every_other(app: TestApp) {
        let world = seed::world(&app, 400).await;
        let filters = filters(&world);
        for (index, (query, wanted)) in filters.iter().enumerate() {
            let (found, _) = all(&app, query, 37).await;
            assert_eq!(found, expected(&world.live(wanted)), "{query}");
            for (other, wanted_too) in &filters[index + 1..] {
                if !name(query).is_disjoint(&name(other)) {
                    continue;
                }
                let query = format!("{query}&{other}");
                let (found, first) = all(&app, &query, 200).await;
                assert_eq!(found, expected(&world.live(|it| wanted(it) && wanted_too(it))), "{query}");
                assert_eq!(first["total"], found.len(), "{query}");
                assert_eq!(first["totalCapped"], Value::Null, "{query}");
            }
        }
    }

    async fn totals_are_right_on_the_first_page_and_stay(app: TestApp) {
        let world = seed::world(&app, 300).await;
        for (query, wanted) in filters(&world) {
            let n = world.live(wanted).len();
            let page = app.get(format!("/leads?limit=1&{query}")).await.ok();
            let total = usize::try_from(page["total"].as_i64().unwrap()).unwrap();
            if page["totalCapped"] == true {
                assert!(query.starts_with("search") && total <= n, "{query}");
            } else {
                assert_eq!(total, n, "{query}");
            }
        }
        let page = app.get("/leads").await.ok();
        assert_eq!(page["total"], world.live(|_| true).len());
    }

    async fn the_trash_is_a_list_of_its_own(app: TestApp) {
        let world = seed::world(&app, 200).await;
        let trash: BTreeSet<String> =
            world.leads.iter().filter(|it| it.deleted).map(|it| it.lead.id.to_string()).collect();
        let (found, first) = all(&app, "deleted=true", 7).await;
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), trash);
        assert_eq!(first["total"], trash.len());
        assert!(first["data"][0]["deletedAt"].is_string());
        let (found, _) = all(&app, "deleted=true&tag=Hot", 7).await;
        let hot = world.leads.iter().filter(|it| it.deleted && it.folded_tags().contains(&"hot".into()));
        assert_eq!(found.len(), hot.count());
    }

    async fn every_order_shows_every_lead_once(app: TestApp) {
        let world = seed::world(&app, 150).await;
        for (by, compare) in orders() {
            for (order, descending) in [("desc", true), ("asc", false)] {
                let mut leads = world.live(|_| true);
                leads.sort_by(|one, other| {
                    let (one, other) = (&one, &other);
                    let ids = one.lead.id.cmp(&other.lead.id);
                    match compare(one, other) {
                        Sorted::ByKey(keys) if descending => keys.reverse().then(ids.reverse()),
                        Sorted::ByKey(keys) => keys.then(ids),
                        Sorted::NullsLast(nulls) => nulls,
                        Sorted::BothNull if descending => ids.reverse(),
                        Sorted::BothNull => ids,
                    }
                });
                let query = format!("sortBy={by}&sortOrder={order}");
                let (found, _) = all(&app, &query, 7).await;
                assert_eq!(found, expected(&leads), "{query}");
                let third = app.get(format!("/leads?{query}&limit=7&page=3")).await.ok();
                assert_eq!(ids(&third), found[14..21], "{query}");
                assert_eq!((&third["page"], &third["limit"]), (&Value::from(3), &Value::from(7)));
            }
        }
    }

    async fn leads_that_come_in_meanwhile_move_nothing(app: TestApp) {
        let world = seed::world(&app, 60).await;
        let before = expected(&world.live(|_| true));
        let mut found = Vec::new();
        let mut page = app.get("/leads?limit=10").await.ok();
        loop {
            found.extend(ids(&page));
            app.post("/leads").json(&serde_json::json!({"name": "Newer"})).await.created();
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            page = app.get(format!("/leads?limit=10&cursor={cursor}")).await.ok();
        }
        assert_eq!(found, before);
        app.work().await;
    }

    async fn nobody_finds_what_is_not_theirs_to_see(app: TestApp) {
        let world = seed::world(&app, 200).await;
        let seller = &world.people[0];
        let mine = world.live(|it| it.lead.assigned_to == Some(seller.user));
        for query in ["", "search=lovelace&", "tag=hot&", "source=api&", "assignedTo=me&", "sortBy=score&"] {
            let (found, first) = all(seller, query, 50).await;
            assert!(found.iter().all(|id| expected(&mine).contains(id)), "{query}");
            assert_eq!(first["total"], found.len(), "{query}");
        }
        assert_eq!(all(seller, "", 50).await.0, expected(&mine));
        let other = world.people[1].user;
        assert_eq!(seller.get(format!("/leads?assignedTo={other}")).await.ok()["total"], 0);
        assert_eq!(seller.get("/leads?assignedTo=none").await.ok()["total"], 0);
        let foreign = app.add_workspace("Other").await;
        assert_eq!(foreign.get("/leads").await.ok()["total"], 0);
        assert_eq!(foreign.get("/leads?search=lovelace").await.ok()["total"], 0);
        assert_eq!(foreign.get(format!("/leads?stageId={}", world.stages[0])).await.ok()["total"], 0);
    }

    async fn what_cannot_be_meant_is_refused_by_name(app: TestApp) {
        for (query, field) in [
            ("colour=red", "colour"),
            ("stageId=7", "stageId"),
            ("assignedTo=somebody", "assignedTo"),
            ("minScore=high", "minScore"),
            ("minValue=1,5", "minValue"),
            ("createdAfter=yesterday", "createdAfter"),
            ("converted=1", "converted"),
            ("email=nobody", "email"),
            ("phone=030123", "phone"),
            ("source=", "source"),
            ("tag=a,,b", "tag"),
            ("source=a&source=b", "source"),
            ("sortBy=age", "sortBy"),
            ("sortOrder=up", "sortOrder"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=ten", "limit"),
            ("page=0", "page"),
            ("page=1000", "page"),
            ("page=99999999999999999999", "page"),
            ("cursor=x", "cursor"),
            ("cursor=", "cursor"),
            ("cursor=bnVsbA", "cursor"),
            ("cursor=bnVsbA&page=2", "cursor"),
            ("cf.=1", "cf."),
            ("cf.a=%00", "cf.a"),
            ("source=%00", "source"),
        ] {
            app.get(format!("/leads?{query}")).await.invalid(field);
        }
        let long = "x".repeat(201);
        app.get(format!("/leads?search={long}")).await.invalid("search");
        app.get("/leads?search=&limit=200").await.ok();
        let key = app.add_key(&[leadline::base::Permission::LeadsView]).await;
        key.get("/leads?assignedTo=me").await.invalid("assignedTo");
    }

    async fn a_cursor_belongs_to_its_list(app: TestApp) {
        seed::world(&app, 60).await;
        for (by, key) in [("createdAt", "{}"), ("score", "\"x\""), ("name", "7"), ("value", "\"1\""), ("name", "\"a\\u0000b\"")] {
            let page = app.get(format!("/leads?limit=5&sortBy={by}")).await.ok();
            let cursor = page["nextCursor"].as_str().unwrap().to_owned();
            app.get(format!("/leads?limit=9&sortBy={by}&cursor={cursor}")).await.ok();
            app.get(format!("/leads?limit=5&sortBy={by}&sortOrder=asc&cursor={cursor}")).await.invalid("cursor");
            app.get(format!("/leads?limit=5&sortBy={by}&source=api&cursor={cursor}")).await.invalid("cursor");
            app.get(format!("/leads?limit=5&sortBy={by}&cursor={}", tampered(&cursor, key))).await.invalid("cursor");
            for cut in [1, 5, cursor.len() - 2] {
                app.get(format!("/leads?limit=5&sortBy={by}&cursor={}", &cursor[..cut])).await.invalid("cursor");
            }
        }
    }
}

/// The same cursor with another key to go on behind.
fn tampered(cursor: &str, key: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut place: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
    place["p"]["key"] = serde_json::from_str(key).unwrap();
    URL_SAFE_NO_PAD.encode(place.to_string())
}

enum Sorted {
    ByKey(Ordering),
    /// Where one lacks a value: it comes last, whichever way.
    NullsLast(Ordering),
    BothNull,
}

fn by_key<T: Ord>(one: Option<T>, other: Option<T>) -> Sorted {
    match (one, other) {
        (Some(one), Some(other)) => Sorted::ByKey(one.cmp(&other)),
        (None, None) => Sorted::BothNull,
        (one, _) => Sorted::NullsLast(if one.is_some() {
            Ordering::Less
        } else {
            Ordering::Greater
        }),
    }
}

type Compare = fn(&Known, &Known) -> Sorted;

fn orders() -> [(&'static str, Compare); 7] {
    [
        ("createdAt", |one, other| {
            by_key(Some(one.lead.id), Some(other.lead.id))
        }),
        ("updatedAt", |one, other| {
            by_key(Some(one.lead.updated_at), Some(other.lead.updated_at))
        }),
        ("name", |one, other| {
            by_key(Some(&one.search_text), Some(&other.search_text))
        }),
        ("score", |one, other| {
            by_key(Some(one.lead.score), Some(other.lead.score))
        }),
        ("value", |one, other| {
            by_key(one.lead.value, other.lead.value)
        }),
        ("company", |one, other| {
            let lower = |it: &Known| it.lead.company.as_ref().map(|it| it.to_ascii_lowercase());
            by_key(lower(one), lower(other))
        }),
        ("source", |one, other| {
            by_key(Some(&one.lead.source), Some(&other.lead.source))
        }),
    ]
}
