//! `list`: pages of 50 leads over HTTP by every way that people filter, beside the newest 50 as one bare statement.

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::{
    figures::Latencies,
    frame::{Goal, Outcome, Reading, Report, Settings, compare},
    people,
    random::Random,
    site::{ENGINES, Site},
};

const KINDS: [&str; 7] = [
    "first",
    "depth",
    "owner",
    "tag",
    "source",
    "absent",
    "tag+owner",
];
const P50: [&str; 7] = [
    "first.p50",
    "depth.p50",
    "owner.p50",
    "tag.p50",
    "source.p50",
    "absent.p50",
    "tag+owner.p50",
];
const P99: [&str; 7] = [
    "first.p99",
    "depth.p99",
    "owner.p99",
    "tag.p99",
    "source.p99",
    "absent.p99",
    "tag+owner.p99",
];

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    for engine in ENGINES {
        let mut site = Site::reading(settings, &runtime, engine, settings.leads)?;
        one_engine(settings, report, engine, &mut site)?;
        site.program.stop()?;
    }
    Ok(())
}

fn one_engine(
    settings: &Settings,
    report: &mut Report,
    engine: &str,
    site: &mut Site,
) -> Outcome<()> {
    let each = settings.sized(300, 10);
    let cursors = cursors(site, settings, each)?;
    let mut random = Random::new(11, 0);
    let kinds: Vec<Vec<Vec<u8>>> = KINDS
        .iter()
        .map(|kind| {
            (0..each)
                .map(|turn| site.get(&path(kind, turn, &cursors, site, &mut random)))
                .collect()
        })
        .collect();
    let Site {
        raw,
        places,
        client,
        ..
    } = site;
    let compared = compare(
        settings,
        || {
            let [p50, p99] = raw.first_pages(places, each * 4)?.percentiles([50.0, 99.0]);
            Ok(Reading(vec![("p50-ms", p50), ("p99", p99)]))
        },
        || {
            let mut figures = Vec::new();
            for (kind, requests) in kinds.iter().enumerate() {
                let mut latencies: Latencies = client.time_each(requests)?;
                let [p50, p99] = latencies.percentiles([50.0, 99.0]);
                figures.extend([(P50[kind], p50), (P99[kind], p99)]);
            }
            Ok(Reading(figures))
        },
    )?;
    report.show(&format!("list.{engine}"), &compared);
    let limit = compared.limit("p50-ms").median;
    for (p50, p99) in P50.iter().zip(P99) {
        report.goal(
            &format!("{engine}.{p50}"),
            compared.product(p50).median,
            limit,
            Goal::AtMost(5.0),
        );
        report.goal(
            &format!("{engine}.{p99}"),
            compared.product(p99).median,
            limit,
            Goal::AtMost(15.0),
        );
    }
    Ok(())
}

fn path(kind: &str, turn: usize, cursors: &[String], site: &Site, random: &mut Random) -> String {
    let owner = random.pick(&site.places.owners);
    // Frequent and rare ones alike.
    let tag = people::tag(turn % people::TAGS);
    let filter = match kind {
        "depth" => format!("&cursor={}", cursors[turn % cursors.len()]),
        "owner" => format!("&assignedTo={owner}"),
        "tag" => format!("&tag={tag}"),
        "source" => format!("&source={}", people::SOURCES[turn % people::SOURCES.len()]),
        "absent" => "&source=carrier-pigeon".to_owned(),
        "tag+owner" => format!("&tag={tag}&assignedTo={owner}"),
        _ => String::new(),
    };
    format!("/api/leads?limit=50{filter}")
}

/// Cursors of pages at random depth. A cursor is opaque but for its place: one that the product gave is sent to another lead.
fn cursors(site: &mut Site, settings: &Settings, count: usize) -> Outcome<Vec<String>> {
    let first = site.client.json("GET", "/api/leads?limit=50", None)?;
    let given = first["nextCursor"]
        .as_str()
        .ok_or("the list gave no cursor")?
        .to_owned();
    let cursor: Value = leadline::base::Cursor::read(&given)?;
    let mut ids = Vec::new();
    site.raw.searched(|lead| ids.push(lead.id))?;
    let mut random = Random::new(12, 0);
    let depth = ids.len().saturating_sub(100).max(1);
    let mut res = Vec::new();
    for _ in 0..count {
        let mut cursor = cursor.clone();
        cursor["p"]["id"] = serde_json::json!(ids[random.index(depth)]);
        res.push(leadline::base::Cursor::write(&cursor));
    }
    let path = format!("/api/leads?limit=50&cursor={}", res[0]);
    let page = site.client.json("GET", &path, None)?;
    match page["data"].as_array().map(Vec::len) {
        Some(50) => Ok(res),
        other if settings.quick => other
            .map(|_| res)
            .ok_or_else(|| "the page at depth is no list".into()),
        other => Err(format!("the page at depth has {other:?} leads").into()),
    }
}
