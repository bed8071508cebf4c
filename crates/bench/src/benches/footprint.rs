//! `footprint`: memory at rest, time from start to the first answer on a large database, and memory after a million
//! leads came in, beside a bare server on the same web framework and the same SQLite.

use std::{thread, time::Duration};

use tokio::runtime::Runtime;

use crate::{
    databases::Scratch,
    frame::{Goal, Outcome, Reading, Report, Settings, compare},
    http, people,
    program::{self, Program},
    site::{Site, sqlite_url},
    world,
};

const CONNECTIONS: usize = 64;
/// Bodies are made so many at a time, not to fill the generator's own memory.
const SLICE: u64 = 50_000;
/// The configured page cache: the default for each of the writer and two readers.
const CACHE_MIB: f64 = 3.0 * 64.0;
const SLACK_MIB: f64 = 32.0;

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let file = world::sqlite_copy(settings, &runtime, settings.leads, "footprint.db")?;
    let url = sqlite_url(&file.0);
    let at_rest = |program: &Program| {
        thread::sleep(Duration::from_millis(settings.sized(2000, 200) as u64));
        let start = program.started_in.as_secs_f64() * 1000.0;
        Reading(vec![
            ("start-ms", start),
            ("idle-MiB", program.memory_mib()),
        ])
    };
    let compared = compare(
        settings,
        || program::bare(&file.0, &settings.dir).map(|it| at_rest(&it)),
        || {
            let program = program::serve(&url, &settings.dir)?;
            let reading = at_rest(&program);
            program.stop()?;
            Ok(reading)
        },
    )?;
    report.show("footprint", &compared);
    let figure = |name: &str| (compared.product(name).median, compared.limit(name).median);
    let (idle, bare_idle) = figure("idle-MiB");
    let (start, bare_start) = figure("start-ms");
    report.goal("idle", idle, bare_idle, Goal::AtMost(4.0));
    report.goal("start", start, bare_start, Goal::AtMost(10.0));
    let loaded = after_ingest(settings, report, &runtime)?;
    report.goal(
        "loaded",
        loaded,
        idle + CACHE_MIB + SLACK_MIB,
        Goal::AtMost(1.0),
    );
    Ok(())
}

/// Memory after so many leads came in one by one over HTTP.
fn after_ingest(settings: &Settings, report: &mut Report, runtime: &Runtime) -> Outcome<f64> {
    let file = Scratch::new(&settings.dir, "footprint-load.db");
    let app = world::open(&file.url())?;
    world::ground(runtime, &app)?;
    runtime.block_on(app.db.close());
    drop(app);
    let site = Site::over(settings, &file.url())?;
    let (mut sent, mut seconds, mut most) = (0, 0.0, 0.0_f64);
    while sent < settings.leads {
        let to = (sent + SLICE).min(settings.leads);
        let requests: Vec<Vec<u8>> = (sent..to)
            .map(|number| {
                site.client.prepare(
                    "POST",
                    "/api/leads",
                    Some(&people::lead(world::SEED, number).body()),
                )
            })
            .collect();
        let load = http::load(
            site.address(),
            CONNECTIONS,
            &requests,
            Duration::from_mins(10),
        )?;
        if let Some((status, n)) = load.refused.iter().next() {
            return Err(format!("{n} requests were answered {status}").into());
        }
        seconds += load.seconds;
        most = most.max(site.program.memory_mib());
        sent = to;
    }
    let memory = site.program.memory_mib();
    let rate = sent as f64 / seconds;
    report.say(&format!("footprint: {sent} leads came in, {rate:.0} a second; {most:.1} MiB at most, {memory:.1} at the end"));
    site.program.stop()?;
    Ok(memory.max(most))
}
