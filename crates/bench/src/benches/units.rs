//! `units.sqlite`, `units.postgres`: units of work a second through the store with 256 callers at a time, against a
//! bare loop over the driver that runs the same three statements in transactions of the same size.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rusqlite::Connection;
use store::{Db, Options};
use tokio::{runtime::Runtime, task::JoinSet};

use crate::{
    databases::{self, PostgresScratch, Scratch},
    frame::{Failure, Goal, Outcome, Reading, Report, Settings, compare},
    machine::{Counters, Meter},
    rows::{self, LiteUnit, PostgresUnit, StoredUnit, Unit},
};

const CALLERS: usize = 256;

pub fn sqlite(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let (ours, bare) = (
        Scratch::new(&settings.dir, "units.db"),
        Scratch::new(&settings.dir, "units-bare.db"),
    );
    let db = prepared(&runtime, &ours.url())?;
    runtime.block_on(prepared(&runtime, &bare.url())?.close());
    let conn = databases::bare_connection(&bare.0)?;
    let count = settings.sized(40_000, 1000);
    let numbers = Numbers::default();
    let meter = Meter::of_self(&settings.dir);

    // A first run tells the size of the commits, which the bare loop then copies.
    let batch = through_store(&runtime, &db, &meter, &numbers.take(count))?
        .get("batch")
        .round()
        .max(1.0) as usize;
    report.say(&format!(
        "units.sqlite: {count} units a repetition, {CALLERS} callers, commits of {batch}"
    ));
    let compared = compare(
        settings,
        || lite_loop(&conn, batch, &meter, &numbers.take(count)),
        || through_store(&runtime, &db, &meter, &numbers.take(count)),
    )?;
    runtime.block_on(db.close());
    report.show("units.sqlite", &compared);
    report.goal(
        "",
        compared.product("rate").median,
        compared.limit("rate").median,
        Goal::AtLeast(0.90),
    );
    Ok(())
}

pub fn postgres(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let (ours, bare) = (
        PostgresScratch::new(settings, "bench_units")?,
        PostgresScratch::new(settings, "bench_bare")?,
    );
    let db = prepared(&runtime, &ours.url)?;
    runtime.block_on(prepared(&runtime, &bare.url)?.close());
    let connections = Options::new(&*ours.url).connections;
    let count = settings.sized(20_000, 500);
    let meter = Meter::of_self(&settings.dir);
    let numbers = Numbers::default();
    through_store(&runtime, &db, &meter, &numbers.take(count))?;
    report.say(&format!(
        "units.postgres: {count} units a repetition, {CALLERS} callers, {connections} connections"
    ));
    let compared = compare(
        settings,
        || postgres_loops(&bare.url, connections, &meter, &numbers.take(count)),
        || through_store(&runtime, &db, &meter, &numbers.take(count)),
    )?;
    runtime.block_on(db.close());
    report.show("units.postgres", &compared);
    report.goal(
        "",
        compared.product("rate").median,
        compared.limit("rate").median,
        Goal::AtLeast(0.90),
    );
    Ok(())
}

/// Units that have not been used yet.
#[derive(Default)]
struct Numbers(std::cell::Cell<u64>);

impl Numbers {
    fn take(&self, count: usize) -> Vec<Unit> {
        let from = self.0.get();
        self.0.set(from + count as u64);
        (from..self.0.get())
            .map(|number| Unit::new(1, number))
            .collect()
    }
}

fn prepared(runtime: &Runtime, url: &str) -> Outcome<Db> {
    let db = databases::migrated(Options::new(url))?;
    runtime.block_on(db.write(rows::ground))?;
    Ok(db)
}

/// 256 callers, each waiting for its commit before the next unit.
fn through_store(runtime: &Runtime, db: &Db, meter: &Meter, units: &[Unit]) -> Outcome<Reading> {
    let units: Arc<Vec<StoredUnit>> = Arc::new(units.iter().map(Unit::stored).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let (before, commits, start) = (meter.read(), db.stats().commits, Instant::now());
    runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            callers.spawn(one_caller(
                db.clone(),
                Arc::clone(&units),
                Arc::clone(&next),
            ));
        }
        while let Some(done) = callers.join_next().await {
            done??;
        }
        Ok::<_, Failure>(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let commits = (db.stats().commits - commits).max(1) as f64;
    Ok(reading(meter, before, units.len(), commits, seconds))
}

async fn one_caller(
    db: Db,
    units: Arc<Vec<StoredUnit>>,
    next: Arc<AtomicUsize>,
) -> store::Result<()> {
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        if place >= units.len() {
            return Ok(());
        }
        let units = Arc::clone(&units);
        db.write(move |tx| rows::insert(tx, &units[place])).await?;
    }
}

fn reading(meter: &Meter, before: Counters, units: usize, commits: f64, seconds: f64) -> Reading {
    let (spent, n) = (meter.read().since(before), units as f64);
    Reading(vec![
        ("rate", n / seconds),
        ("batch", n / commits),
        ("KiB/unit", spent.device_kib / n),
        ("flushes/commit", spent.flushes / commits),
        ("cpu-us/unit", spent.processor * 1e6 / n),
    ])
}

fn lite_loop(conn: &Connection, batch: usize, meter: &Meter, units: &[Unit]) -> Outcome<Reading> {
    let units: Vec<LiteUnit> = units.iter().map(Unit::lite).collect();
    let mut statements = rows::STATEMENTS
        .map(|sql| conn.prepare(sql))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let (before, start) = (meter.read(), Instant::now());
    let mut commits = 0.0;
    for some in units.chunks(batch) {
        conn.execute_batch("begin immediate")?;
        for unit in some {
            for (statement, row) in statements.iter_mut().zip(unit) {
                statement.execute(rusqlite::params_from_iter(row))?;
            }
        }
        conn.execute_batch("commit")?;
        commits += 1.0;
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(reading(meter, before, units.len(), commits, seconds))
}

/// As many threads as the store has connections, one transaction for each unit.
fn postgres_loops(
    url: &str,
    connections: usize,
    meter: &Meter,
    units: &[Unit],
) -> Outcome<Reading> {
    let mut clients = Vec::new();
    for _ in 0..connections {
        let mut client = postgres::Client::connect(url, postgres::NoTls)?;
        let statements = rows::STATEMENTS.map(|sql| client.prepare(sql));
        clients.push((
            client,
            statements.into_iter().collect::<Result<Vec<_>, _>>()?,
        ));
    }
    let units: Vec<PostgresUnit> = units.iter().map(Unit::postgres).collect();
    let next = AtomicUsize::new(0);
    let (before, start) = (meter.read(), Instant::now());
    thread::scope(|scope| {
        let running: Vec<_> = clients
            .iter_mut()
            .map(|(client, statements)| {
                scope.spawn(|| postgres_loop(client, statements, &units, &next))
            })
            .collect();
        running
            .into_iter()
            .try_for_each(|it| it.join().map_err(|_| "a client panicked")?)
    })?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(reading(
        meter,
        before,
        units.len(),
        units.len() as f64,
        seconds,
    ))
}

fn postgres_loop(
    client: &mut postgres::Client,
    statements: &[postgres::Statement],
    units: &[PostgresUnit],
    next: &AtomicUsize,
) -> Outcome<()> {
    while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut tx = client.transaction()?;
        for (statement, row) in statements.iter().zip(unit) {
            let params: Vec<_> = row
                .iter()
                .map(|it| &**it as &(dyn postgres::types::ToSql + Sync))
                .collect();
            tx.execute(statement, &params)?;
        }
        tx.commit()?;
    }
    Ok(())
}
