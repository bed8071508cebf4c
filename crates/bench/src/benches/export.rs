//! `export`: every lead of a large workspace as CSV through the product's own export — all columns, audit entries, pages in
//! units of work — beside the fixed goals. The pieces are taken and dropped: no network and no disk is in the time.

use std::{sync::Arc, time::Instant};

use leadline::{
    base::{App, Caller, Via},
    leads::export::{Asked, Export, Right},
    workspaces,
};
use tokio::runtime::Runtime;

use crate::{
    figures::Spread,
    frame::{Goal, Outcome, Report, Settings},
    machine::{self, Meter},
    site, world,
};

/// Leads a second on one core.
const WANTED: f64 = 300_000.0;
/// The most that memory may grow, in MiB; the reader's page cache of 64 MiB is part of it.
const MOST_MIB: f64 = 100.0;

/// What one export came to.
struct Taken {
    leads: f64,
    mib: f64,
    seconds: f64,
    processor: f64,
}

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let file = world::sqlite(settings, &runtime, settings.leads)?;
    let app = world::open(&site::sqlite_url(&file))?;
    let caller = runtime.block_on(app.db.read(|tx| {
        let ground = workspaces::find(tx, world::NAME)?
            .ok_or(leadline::base::Error::NotFound("workspace"))?;
        workspaces::system_caller(tx, ground.id, Via::CommandLine)
    }))?;
    let meter = Meter::of_self(&settings.dir);
    machine::forget_the_most()?;
    let before = machine::memory_mib(std::process::id());
    let mut rates = Vec::new();
    for _ in 0..settings.repetitions() {
        let taken = runtime.block_on(take(&app, &caller, &meter, "csv"))?;
        // Where more than one core worked, their time counts; where one waited, the clock does.
        rates.push(taken.leads / taken.seconds.max(taken.processor));
        report.say(&format!(
            "export: {:.0} leads, {:.0} MiB in {:.2} s, {:.2} s of processor time",
            taken.leads, taken.mib, taken.seconds, taken.processor
        ));
    }
    let grown = machine::most_memory_mib() - before;
    let rate = Spread::of(rates);
    report.say(&format!(
        "export: {rate} leads/s on one core; memory grew by {grown:.1} MiB from {before:.1}"
    ));
    for format in ["ndjson", "xlsx", "parquet"] {
        machine::forget_the_most()?;
        let taken = runtime.block_on(take(&app, &caller, &meter, format))?;
        let (rate, grown) = (
            taken.leads / taken.seconds.max(taken.processor),
            machine::most_memory_mib() - before,
        );
        report.say(&format!(
            "export: as {format} {:.0} MiB, {rate:.0} leads/s on one core; memory grew by {grown:.1} MiB",
            taken.mib
        ));
    }
    report.goal("csv", rate.median, WANTED, Goal::AtLeast(1.0));
    report.goal("memory", grown, MOST_MIB, Goal::AtMost(1.0));
    runtime.block_on(app.db.close());
    Ok(())
}

async fn take(app: &Arc<App>, caller: &Caller, meter: &Meter, format: &str) -> Outcome<Taken> {
    let (began, processor) = (Instant::now(), meter.read());
    let mut export = Export::begin(
        app,
        caller,
        Right::OfTheMachine,
        Asked::read_query(Some(&format!("format={format}")))?,
    )
    .await?;
    let mut bytes = 0;
    while let Some(piece) = export.next().await? {
        bytes += piece.len();
    }
    Ok(Taken {
        leads: export.rows() as f64,
        mib: bytes as f64 / 1024.0 / 1024.0,
        seconds: began.elapsed().as_secs_f64(),
        processor: meter.read().since(processor).processor,
    })
}
