//! `create`: leads posted one by one over HTTP by 64 connections, signed in, each answered after its durable commit,
//! beside the same leads handed to the product's own writing function by 64 callers in one process.
//! At the end the program is killed under load and every answered lead must be in the file.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use leadline::{base::App, leads::write};
use tokio::{runtime::Runtime, task::JoinSet};

use crate::{
    frame::{Failure, Goal, Outcome, Reading, Report, Settings, compare},
    http,
    machine::Meter,
    people,
    site::Site,
    world::{self, Ages, Ground},
};

const CONNECTIONS: usize = 64;
const TIME: Duration = Duration::from_mins(2);

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let (before, count) = (
        (settings.leads / 10).max(1000),
        settings.sized(30_000, 500) as u64,
    );
    let inside = world::sqlite_copy(settings, &runtime, before, "create-inside.db")?;
    let served = world::sqlite_copy(settings, &runtime, before, "create.db")?;
    let app = world::open(&inside.url())?;
    let ground = world::ground(&runtime, &app)?;
    let mut site = Site::over(settings, &served.url())?;
    let meter = Meter::of_self(&settings.dir);
    let served_meter = site.program.meter(&settings.dir);
    report.say(&format!(
        "create: {count} leads a repetition, {CONNECTIONS} at a time, {before} leads in front"
    ));

    let (mut next, mut answered) = (before, 0);
    let (mut next_of_limit, mut bars) = (before, String::new());
    let compared = compare(
        settings,
        || {
            next_of_limit += count;
            in_process(
                &runtime,
                &app,
                &ground,
                &meter,
                next_of_limit - count..next_of_limit,
            )
        },
        || {
            next += count;
            let requests = requests(&site, next - count..next);
            let (earlier, batches) = (served_meter.read(), commits(&mut site)?);
            let mut load = http::load(site.address(), CONNECTIONS, &requests, TIME)?;
            let (spent, batches) = (
                served_meter.read().since(earlier),
                commits(&mut site)? - batches,
            );
            answered += load.answered;
            if let Some((status, n)) = load.refused.iter().next() {
                return Err(format!("{n} requests were answered {status}").into());
            }
            bars = load.latencies.bars();
            let [p50, p99, worst] = load.latencies.percentiles([50.0, 99.0, 100.0]);
            let n = load.answered as f64;
            Ok(Reading(vec![
                ("rate", n / load.seconds),
                ("batch", n / batches),
                ("KiB/lead", spent.process_kib / n),
                ("flushes/commit", spent.flushes / batches),
                ("cpu-us/lead", spent.processor * 1e6 / n),
                ("p50-ms", p50),
                ("p99-ms", p99),
                ("worst-ms", worst),
            ]))
        },
    )?;
    report.show("create", &compared);
    report.say(&format!(
        "create                 latencies of the last repetition  {bars}"
    ));
    runtime.block_on(app.db.close());
    let kept = killed_under_load(site, &served.0, next, count)?;
    report.say(&format!("create: killed under load; {kept}"));
    report.goal(
        "",
        compared.product("rate").median,
        compared.limit("rate").median,
        Goal::AtLeast(0.70),
    );
    Ok(())
}

fn requests(site: &Site, numbers: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    numbers
        .map(|number| {
            site.client.prepare(
                "POST",
                "/api/leads",
                Some(&people::lead(world::SEED, number).body()),
            )
        })
        .collect()
}

/// 64 callers, one lead a unit, each waiting for its commit.
fn in_process(
    runtime: &Runtime,
    app: &Arc<App>,
    ground: &Ground,
    meter: &Meter,
    numbers: std::ops::Range<u64>,
) -> Outcome<Reading> {
    let leads: Arc<Vec<_>> = Arc::new(ground.slices(numbers, Ages::Now).concat());
    let (next, by) = (Arc::new(AtomicUsize::new(0)), ground.by);
    let (before, commits, start) = (meter.read(), app.db.stats().commits, Instant::now());
    runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (db, leads, next) = (app.db.clone(), Arc::clone(&leads), Arc::clone(&next));
            callers.spawn(async move {
                while let Some(lead) = leads.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let lead = lead.clone();
                    db.write(move |tx| write::insert_many(tx, &by, vec![lead]).map(drop))
                        .await?;
                }
                Ok::<_, leadline::base::Error>(())
            });
        }
        while let Some(done) = callers.join_next().await {
            done??;
        }
        Ok::<_, Failure>(())
    })?;
    let (seconds, n) = (start.elapsed().as_secs_f64(), leads.len() as f64);
    let spent = meter.read().since(before);
    let commits = (app.db.stats().commits - commits).max(1) as f64;
    Ok(Reading(vec![
        ("rate", n / seconds),
        ("batch", n / commits),
        ("KiB/lead", spent.process_kib / n),
        ("flushes/commit", spent.flushes / commits),
        ("cpu-us/lead", spent.processor * 1e6 / n),
    ]))
}

/// Commits so far, as the program itself counts them.
fn commits(site: &mut Site) -> Outcome<f64> {
    let request = site.get("/metrics");
    let answer = site.client.send(&request)?;
    let text = std::str::from_utf8(answer.body)?;
    let line = text
        .lines()
        .find_map(|it| it.strip_prefix("leadline_db_commits_total "));
    Ok(line.ok_or("the metrics count no commits")?.parse()?)
}

/// Kills the program in the middle of a run and compares the file with what was answered.
fn killed_under_load(site: Site, file: &std::path::Path, from: u64, count: u64) -> Outcome<String> {
    let requests = requests(&site, from..from + count);
    let address = site.address();
    let load = std::thread::spawn(move || http::load_until_gone(address, CONNECTIONS, &requests));
    std::thread::sleep(Duration::from_millis(400));
    // Dropping kills with SIGKILL.
    drop(site);
    let answered = load.join().map_err(|_| "the load generator failed")??;
    let conn = rusqlite::Connection::open(file)?;
    let one = |sql: &str| conn.query_row::<i64, _, _>(sql, [], |row| row.get(0));
    let last = one("select count(*) from leads")?;
    let (known, orphans) = (
        one("select cast(sum(n) as integer) from lead_counts")?,
        one("select count(*) from lead_activities a where not exists \
             (select 1 from leads l where l.workspace_id = a.workspace_id and l.id = a.lead_id)")?,
    );
    let wanted = from + answered;
    if (last as u64) < wanted || known != last || orphans != 0 {
        return Err(format!("{wanted} leads were answered, {last} are there, {known} counted, {orphans} activities alone").into());
    }
    let sound: String = conn.query_row("pragma quick_check", [], |row| row.get(0))?;
    Ok(format!(
        "{answered} answered since, none lost, counters right, file {sound}"
    ))
}
