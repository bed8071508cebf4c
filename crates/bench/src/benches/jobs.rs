//! `jobs`: how fast the product's scheduler works off due jobs that do nothing, beside a loop that claims and completes
//! 128 at a time on the same table; and how late it hands over jobs that become due one after the other.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use leadline::{
    base::{App, SecretKey, Shared, config::Config},
    jobs::{self, Context, Failure, Job, Runner, Wake},
};
use serde::{Deserialize, Serialize};
use store::{Db, Options};
use tokio::runtime::Runtime;

use crate::{
    databases::{self, PostgresScratch, Scratch},
    figures::Latencies,
    frame::{Goal, Outcome, Reading, Report, Settings, compare},
    machine::Meter,
    queue::{Fill, KIND, Queue},
};

/// Far enough away never to become due while this runs.
const LATER_MS: i64 = 30 * 24 * 3600 * 1000;
/// Due jobs a second while lateness is measured.
const TRICKLE: i64 = 1000;

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let (ours, bare) = (
        Scratch::new(&settings.dir, "jobs.db"),
        Scratch::new(&settings.dir, "jobs-bare.db"),
    );
    let runtime = Runtime::new()?;
    for file in [&ours, &bare] {
        runtime.block_on(databases::migrated(Options::new(file.url()))?.close());
    }
    let sides = Sides {
        ours: Queue::Sqlite(databases::bare_connection(&ours.0)?),
        bare: Queue::Sqlite(databases::bare_connection(&bare.0)?),
        url: ours.url(),
    };
    one_engine(settings, report, "sqlite", &runtime, sides)?;

    let (ours, bare) = (
        PostgresScratch::new(settings, "bench_jobs")?,
        PostgresScratch::new(settings, "bench_jobs_bare")?,
    );
    for url in [&ours.url, &bare.url] {
        runtime.block_on(databases::migrated(Options::new(url))?.close());
    }
    let connect = |url: &str| {
        postgres::Client::connect(url, postgres::NoTls)
            .map(Box::new)
            .map(Queue::Postgres)
    };
    let sides = Sides {
        ours: connect(&ours.url)?,
        bare: connect(&bare.url)?,
        url: ours.url.clone(),
    };
    one_engine(settings, report, "postgres", &runtime, sides)
}

/// Both tables, reached from outside the product, and the address at which the product reaches its own.
struct Sides {
    ours: Queue,
    bare: Queue,
    url: String,
}

fn one_engine(
    settings: &Settings,
    report: &mut Report,
    engine: &str,
    runtime: &Runtime,
    mut sides: Sides,
) -> Outcome<()> {
    let due = settings.sized(200_000, 1000).cast_signed() as i64;
    let app = app(&sides.url)?;
    let now = app.db.clock().now().0;
    for queue in [&mut sides.ours, &mut sides.bare] {
        queue.fill(Fill {
            count: 4 * due,
            now,
            first_due: now + LATER_MS,
            spread_ms: LATER_MS,
        })?;
    }
    report.say(&format!(
        "jobs.{engine}: {due} due among {} pending",
        5 * due
    ));
    let fill = Fill {
        count: due,
        now,
        first_due: now - 60_000,
        spread_ms: 50_000,
    };
    let meter = Meter::of_self(&settings.dir);
    let (ours, bare) = (&mut sides.ours, &mut sides.bare);
    let compared = compare(
        settings,
        || {
            bare.fill(fill)?;
            bare.drain(now)
        },
        || {
            ours.fill(fill)?;
            runtime.block_on(work_off(&app, &meter, due))
        },
    )?;
    report.show(&format!("jobs.{engine}"), &compared);
    report.goal(
        engine,
        compared.product("rate").median,
        compared.limit("rate").median,
        Goal::AtLeast(0.70),
    );
    lateness(settings, report, engine, runtime, &app, &mut sides)?;
    runtime.block_on(app.db.close());
    Ok(())
}

fn lateness(
    settings: &Settings,
    report: &mut Report,
    engine: &str,
    runtime: &Runtime,
    app: &Arc<App>,
    sides: &mut Sides,
) -> Outcome<()> {
    let (seconds, mut histogram) = (settings.sized(10, 1).cast_signed() as i64, String::new());
    let meter = Meter::of_self(&settings.dir);
    let (ours, bare) = (&mut sides.ours, &mut sides.bare);
    let compared = compare(
        settings,
        || {
            let mut commits = bare.single_commits(settings.sized(1000, 50) as u64, LATER_MS)?;
            let [p50, p99] = commits.percentiles([50.0, 99.0]);
            Ok(Reading(vec![("commit-p50-ms", p50), ("p99", p99)]))
        },
        || {
            let now = app.db.clock().now().0;
            let fill = Fill {
                count: TRICKLE * seconds,
                now,
                first_due: now + 1500,
                spread_ms: 1000 * seconds,
            };
            ours.fill(fill)?;
            runtime.block_on(trickle(app, &meter, fill, &mut histogram))
        },
    )?;
    report.show(&format!("jobs.{engine}.lateness"), &compared);
    report.say(&format!(
        "jobs.{engine}.lateness of the last repetition  {histogram}"
    ));
    let commit = compared.limit("commit-p50-ms").median;
    report.goal(
        &format!("{engine}.late-p50"),
        compared.product("p50-ms").median,
        commit,
        Goal::AtMost(12.0),
    );
    report.goal(
        &format!("{engine}.late-p99"),
        compared.product("p99-ms").median,
        commit,
        Goal::AtMost(60.0),
    );
    report.goal(
        &format!("{engine}.core"),
        compared.product("cores").median,
        1.0,
        Goal::AtMost(0.10),
    );
    Ok(())
}

/// The program's shared state with a database and nothing else going on.
fn app(url: &str) -> Outcome<Arc<App>> {
    let wake = Wake::new();
    let options = Options {
        after_commit: vec![wake.hook()],
        ..Options::new(url)
    };
    Ok(Arc::new(App {
        db: Db::open(options)?,
        config: Config::default(),
        secret_key: SecretKey::from_bytes([7; 32]),
        state: Shared::default().with(wake),
    }))
}

async fn work_off(app: &Arc<App>, meter: &Meter, due: i64) -> Outcome<Reading> {
    let (before, start) = (meter.read(), Instant::now());
    run_until(app, due).await?;
    let seconds = start.elapsed().as_secs_f64();
    handed_over();
    let (spent, n) = (meter.read().since(before), due as f64);
    let (kib, flushes) = (spent.device_kib / n, spent.flushes / n);
    Ok(Reading(vec![
        ("rate", n / seconds),
        ("KiB/job", kib),
        ("flushes/job", flushes),
        ("cpu-us/job", spent.processor * 1e6 / n),
    ]))
}

async fn trickle(
    app: &Arc<App>,
    meter: &Meter,
    fill: Fill,
    histogram: &mut String,
) -> Outcome<Reading> {
    synchronise(app);
    let before = meter.read();
    let start = Instant::now();
    run_until(app, fill.count).await?;
    let (spent, seconds) = (meter.read().since(before), start.elapsed().as_secs_f64());
    let mut late = handed_over();
    let [p50, p90, p99, worst] = late.percentiles([50.0, 90.0, 99.0, 100.0]);
    *histogram = late.bars();
    Ok(Reading(vec![
        ("p50-ms", p50),
        ("p90", p90),
        ("p99-ms", p99),
        ("worst", worst),
        ("cores", spent.processor / seconds),
        ("flushes/s", spent.flushes / seconds),
    ]))
}

/// Starts the scheduler, waits until so many jobs have been completed, stops it.
async fn run_until(app: &Arc<App>, count: i64) -> Outcome<()> {
    let wake = app.state.get::<Wake>();
    let completed = || wake.tally().completed.load(Ordering::Relaxed);
    let wanted = completed() + count as u64;
    let runner = Runner::start(Arc::clone(app), vec![jobs::kind::<Noop>()]);
    let start = Instant::now();
    while completed() < wanted {
        if start.elapsed() > Duration::from_mins(5) {
            return Err(format!(
                "{} jobs were not worked off in five minutes",
                wanted - completed()
            )
            .into());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    runner.stop(Duration::from_secs(10)).await;
    Ok(())
}

/// Does nothing but note how late it was handed over.
#[derive(Debug, Serialize, Deserialize)]
struct Noop {
    due: i64,
}

static LATE: Mutex<Vec<u64>> = Mutex::new(Vec::new());
/// A moment, and what the database's clock said then: that clock counts milliseconds only.
static ANCHOR: OnceLock<(Instant, i64)> = OnceLock::new();

impl Job for Noop {
    const KIND: &'static str = KIND;

    async fn run(self, _: Context) -> Result<(), Failure> {
        if let Some((moment, ms)) = ANCHOR.get() {
            let now = Duration::from_millis(u64::try_from(*ms).unwrap_or(0)) + moment.elapsed();
            let due = Duration::from_millis(u64::try_from(self.due).unwrap_or(0));
            let late = u64::try_from(now.saturating_sub(due).as_nanos()).unwrap_or(u64::MAX);
            LATE.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(late);
        }
        Ok(())
    }
}

/// How late each job was since this was last asked.
fn handed_over() -> Latencies {
    let mut res = Latencies::default();
    for late in LATE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .drain(..)
    {
        res.push(Duration::from_nanos(late));
    }
    res
}

fn synchronise(app: &App) {
    ANCHOR.get_or_init(|| {
        let before = app.db.clock().now();
        loop {
            let now = app.db.clock().now();
            if now != before {
                return (Instant::now(), now.0);
            }
        }
    });
}
