//! `accept.sqlite`, `accept.postgres`: submissions through the front door by 64 callers at a time, nine of ten of somebody
//! new and one of somebody known, beside a loop in one thread that hands the same function slices of the size seen.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use leadline::{
    base::{App, Scope},
    intake::{
        accept::{self, Submission},
        door::{Door, Prepare, Way},
        sources::Source,
    },
    leads::write::{By, NewLead},
};
use tokio::{runtime::Runtime, task::JoinSet};

use crate::{
    databases::PostgresScratch,
    frame::{Failure, Goal, Outcome, Reading, Report, Settings, compare},
    machine::Meter,
    world::{self, Ages, Ground},
};

const CALLERS: usize = 64;
const SOURCE: &str = "webhook";
/// One submission in so many is of somebody who is a lead already.
const KNOWN: u64 = 10;

/// A database with leads in front, and the next people to come in.
struct Side {
    app: Arc<App>,
    ground: Ground,
    next: Cell<u64>,
    before: u64,
}

pub fn sqlite(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let before = (settings.leads / 10).max(1000);
    let looped = world::sqlite_copy(settings, &runtime, before, "accept-loop.db")?;
    let door = world::sqlite_copy(settings, &runtime, before, "accept-door.db")?;
    measure(
        settings,
        report,
        &runtime,
        before,
        [&looped.url(), &door.url()],
        "accept.sqlite",
    )
}

pub fn postgres(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let before = (settings.leads / 10).max(1000);
    let looped = PostgresScratch::new(settings, "bench_accept_loop")?;
    let door = PostgresScratch::new(settings, "bench_accept_door")?;
    for url in [&looped.url, &door.url] {
        world::make(settings, &runtime, url, before)?;
    }
    measure(
        settings,
        report,
        &runtime,
        before,
        [&looped.url, &door.url],
        "accept.postgres",
    )
}

fn measure(
    settings: &Settings,
    report: &mut Report,
    runtime: &Runtime,
    before: u64,
    [looped, door]: [&str; 2],
    title: &str,
) -> Outcome<()> {
    let count = settings.sized(30_000, 500) as u64;
    let meter = Meter::of_self(&settings.dir);
    let looped = Side::open(runtime, looped, before)?;
    let door = Side::open(runtime, door, before)?;
    // A first run tells the size of the slices, which the loop then copies.
    let warm = through_the_door(runtime, &door.app, door.ground.by, &meter, door.take(count))?;
    let batch = warm.get("batch").round().max(1.0) as usize;
    report.say(&format!(
        "{title}: {count} submissions a repetition, {CALLERS} callers, slices of {batch}, {before} leads in front"
    ));
    in_a_loop(
        runtime,
        &looped.app,
        looped.ground.by,
        &meter,
        &looped.take(count),
        batch,
    )?;
    let compared = compare(
        settings,
        || {
            in_a_loop(
                runtime,
                &looped.app,
                looped.ground.by,
                &meter,
                &looped.take(count),
                batch,
            )
        },
        || through_the_door(runtime, &door.app, door.ground.by, &meter, door.take(count)),
    )?;
    runtime.block_on(looped.app.db.close());
    runtime.block_on(door.app.db.close());
    report.show(title, &compared);
    report.goal(
        "",
        compared.product("rate").median,
        compared.limit("rate").median,
        Goal::AtLeast(0.85),
    );
    Ok(())
}

impl Side {
    fn open(runtime: &Runtime, url: &str, before: u64) -> Outcome<Side> {
        let app = world::open(url)?;
        let ground = world::ground(runtime, &app)?;
        Ok(Side {
            app,
            ground,
            next: Cell::new(before),
            before,
        })
    }

    fn take(&self, count: u64) -> Vec<Submission> {
        let from = self.next.get();
        self.next.set(from + count);
        let numbers = (from..from + count).map(|number| {
            if number % KNOWN == 0 {
                // Somebody of those in front, another one each time.
                number.wrapping_mul(2_654_435_761) % self.before
            } else {
                number
            }
        });
        let numbers: Vec<u64> = numbers.collect();
        numbers
            .into_iter()
            .flat_map(|number| self.ground.slices(number..number + 1, Ages::Now).concat())
            .map(submission)
            .collect()
    }
}

fn submission(lead: NewLead) -> Submission {
    Submission {
        place: Some(lead.place),
        owner: lead.owner,
        name: Some(lead.name),
        email: lead.email,
        phone: lead.phone,
        company: lead.company,
        title: lead.title,
        value: lead.value,
        currency: lead.currency,
        score: Some(lead.score),
        tags: lead.tags,
        custom_fields: serde_json::from_str(&lead.custom_fields).unwrap_or_default(),
        ..Submission::default()
    }
}

fn in_a_loop(
    runtime: &Runtime,
    app: &App,
    by: By,
    meter: &Meter,
    submissions: &[Submission],
    batch: usize,
) -> Outcome<Reading> {
    let slices: Vec<Vec<Submission>> = submissions.chunks(batch).map(<[_]>::to_vec).collect();
    let (before, commits, start) = (meter.read(), app.db.stats().commits, Instant::now());
    for slice in slices {
        runtime.block_on(app.db.write(move |tx| {
            let source = Source::with_defaults(SOURCE);
            accept::accept(tx, &by, &source, &slice).map(drop)
        }))?;
    }
    let commits = app.db.stats().commits - commits;
    Ok(reading(meter, before, submissions.len(), commits, start))
}

/// 64 callers, each waiting for its answer before the next.
fn through_the_door(
    runtime: &Runtime,
    app: &Arc<App>,
    by: By,
    meter: &Meter,
    submissions: Vec<Submission>,
) -> Outcome<Reading> {
    let (submissions, next) = (Arc::new(submissions), Arc::new(AtomicUsize::new(0)));
    let (before, commits, start) = (meter.read(), app.db.stats().commits, Instant::now());
    runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let (app, all, next) = (Arc::clone(app), Arc::clone(&submissions), Arc::clone(&next));
            callers.spawn(async move {
                while let Some(sent) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let sent = sent.clone();
                    let prepare: Prepare = Arc::new(move |_, _, _| Ok(sent.clone()));
                    let way = Way {
                        by,
                        named: None,
                        otherwise: SOURCE,
                        on_match: None,
                        scope: Scope::All,
                    };
                    Door::take(&app, way, prepare).await?;
                }
                Ok::<_, leadline::base::Error>(())
            });
        }
        while let Some(done) = callers.join_next().await {
            done??;
        }
        Ok::<_, Failure>(())
    })?;
    let commits = app.db.stats().commits - commits;
    Ok(reading(meter, before, submissions.len(), commits, start))
}

fn reading(
    meter: &Meter,
    before: crate::machine::Counters,
    count: usize,
    commits: u64,
    start: Instant,
) -> Reading {
    let (seconds, n) = (start.elapsed().as_secs_f64(), count as f64);
    let (spent, commits) = (meter.read().since(before), commits.max(1) as f64);
    Reading(vec![
        ("rate", n / seconds),
        ("batch", n / commits),
        ("KiB/lead", spent.process_kib / n),
        ("flushes/commit", spent.flushes / commits),
        ("cpu-us/lead", spent.processor * 1e6 / n),
    ])
}
