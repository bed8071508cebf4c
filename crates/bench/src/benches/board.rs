//! `board`: the whole board of a workspace over HTTP — six columns with their counts and 50 cards each — beside the bare
//! statements that fetch its rows.

use tokio::runtime::Runtime;

use crate::{
    figures::Latencies,
    frame::{Goal, Outcome, Reading, Report, Settings, compare},
    site::{ENGINES, Site},
};

const PATH: &str = "/api/board?limit=50";

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    for engine in ENGINES {
        one_engine(settings, report, &runtime, engine)?;
    }
    Ok(())
}

fn one_engine(
    settings: &Settings,
    report: &mut Report,
    runtime: &Runtime,
    engine: &str,
) -> Outcome<()> {
    let times = settings.sized(2000, 20);
    let mut site = Site::reading(settings, runtime, engine, settings.leads)?;
    check(&mut site)?;
    let requests = vec![site.get(PATH); times];
    let Site {
        raw,
        places,
        client,
        ..
    } = &mut site;
    let compared = compare(
        settings,
        || Ok(reading(raw.boards(places, times)?)),
        || Ok(reading(client.time_each(&requests)?)),
    )?;
    report.show(&format!("board.{engine}"), &compared);
    let (limit, p50) = (
        compared.limit("p50-ms").median,
        compared.product("p50-ms").median,
    );
    report.goal(&format!("{engine}.p50"), p50, limit, Goal::AtMost(2.5));
    report.goal(
        &format!("{engine}.p99"),
        compared.product("p99-ms").median,
        limit,
        Goal::AtMost(5.0),
    );
    site.program.stop()?;

    // The same board of a hundredth of the leads: the size of the workspace must not be felt.
    let mut small = Site::reading(settings, runtime, engine, settings.leads / 100)?;
    let requests = vec![small.get(PATH); times];
    let mut readings = Vec::new();
    for _ in 0..settings.repetitions() {
        readings.push(reading(small.client.time_each(&requests)?).get("p50-ms"));
    }
    let of_few = crate::figures::Spread::of(readings);
    report.say(&format!(
        "board.{engine}: p50 of {} leads {of_few} ms",
        settings.leads / 100
    ));
    report.goal(
        &format!("{engine}.growth"),
        p50,
        of_few.median,
        Goal::AtMost(1.3),
    );
    small.program.stop()
}

fn reading(mut latencies: Latencies) -> Reading {
    let [p50, p90, p99] = latencies.percentiles([50.0, 90.0, 99.0]);
    Reading(vec![("p50-ms", p50), ("p90", p90), ("p99-ms", p99)])
}

/// Six columns of 50 cards, where there are as many.
fn check(site: &mut Site) -> Outcome<()> {
    let board = site.client.json("GET", PATH, None)?;
    let columns = board["stages"]
        .as_array()
        .or_else(|| board["columns"].as_array())
        .map_or(0, Vec::len);
    if columns == site.places.stages.len() {
        Ok(())
    } else {
        Err(format!("the board has {columns} columns").into())
    }
}
