//! `indexes`: the product's own writing function in a loop, 256 leads a commit, with every index, the search and the
//! counters, beside the same loop on tables that have none of them.

use std::{sync::Arc, time::Instant};

use leadline::{base::App, leads::counts};
use rusqlite::Connection;
use store::BeforeCommit;
use tokio::runtime::Runtime;

use crate::{
    databases::Scratch,
    frame::{Goal, Outcome, Reading, Report, Settings, compare},
    machine::Meter,
    world::{self, Ages, Ground},
};

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    one_size(
        settings,
        report,
        &runtime,
        (settings.leads / 10, "100k", 0.15),
    )?;
    one_size(settings, report, &runtime, (settings.leads, "1m", 0.10))
}

fn one_size(
    settings: &Settings,
    report: &mut Report,
    runtime: &Runtime,
    (before, part, goal): (u64, &str, f64),
) -> Outcome<()> {
    let count = settings.sized(50_000, 512) as u64;
    let full = world::sqlite_copy(settings, runtime, before, "indexes.db")?;
    let app = world::open(&full.url())?;
    let ground = world::ground(runtime, &app)?;
    let bare = Scratch::new(&settings.dir, "indexes-bare.db");
    let bare_app = without_indexes(&bare, &full)?;
    let meter = Meter::of_self(&settings.dir);
    report.say(&format!(
        "indexes.{part}: {count} leads a repetition, {} a commit, {before} leads in front",
        world::BATCH
    ));
    let (mut next, mut next_of_limit) = (before, before);
    let compared = compare(
        settings,
        || {
            next_of_limit += count;
            write(
                runtime,
                &bare_app,
                &ground,
                &meter,
                next_of_limit - count..next_of_limit,
            )
        },
        || {
            next += count;
            write(runtime, &app, &ground, &meter, next - count..next)
        },
    )?;
    runtime.block_on(async {
        app.db.close().await;
        bare_app.db.close().await;
    });
    report.show(&format!("indexes.{part}"), &compared);
    report.goal(
        part,
        compared.product("rate").median,
        compared.limit("rate").median,
        Goal::AtLeast(goal),
    );
    Ok(())
}

fn write(
    runtime: &Runtime,
    app: &Arc<App>,
    ground: &Ground,
    meter: &Meter,
    numbers: std::ops::Range<u64>,
) -> Outcome<Reading> {
    let n = (numbers.end - numbers.start) as f64;
    let slices = ground.slices(numbers, Ages::Now);
    let (before, commits, start) = (meter.read(), app.db.stats().commits, Instant::now());
    world::write_slices(runtime, app, ground.by, slices)?;
    let (seconds, spent) = (start.elapsed().as_secs_f64(), meter.read().since(before));
    let commits = (app.db.stats().commits - commits).max(1) as f64;
    Ok(Reading(vec![
        ("rate", n / seconds),
        ("KiB/lead", spent.process_kib / n),
        ("flushes/commit", spent.flushes / commits),
        ("cpu-us/lead", spent.processor * 1e6 / n),
        ("commit-ms", seconds * 1000.0 / commits),
    ]))
}

/// The same tables with their columns alone, filled with the rows that a lead refers to, and opened by the product
/// without its counters.
fn without_indexes(bare: &Scratch, full: &Scratch) -> Outcome<Arc<App>> {
    let conn = Connection::open(&bare.0)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.execute("attach database ?1 as full", [full.0.to_string_lossy()])?;
    let mut statement = conn.prepare(
        "select name from full.sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like 'leads_search%'",
    )?;
    let tables: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for table in &tables {
        conn.execute_batch(&format!(
            "create table main.{table} ({}) strict",
            columns(&conn, table)?
        ))?;
        // Of the tables that writing leads only reads, the rows too.
        if !table.starts_with("leads")
            && ![
                "lead_activities",
                "lead_tags",
                "lead_counts",
                "events",
                "jobs",
            ]
            .contains(&table.as_str())
        {
            conn.execute_batch(&format!(
                "insert into main.{table} select * from full.{table}"
            ))?;
        }
    }
    drop(statement);
    // What goes to the search index goes nowhere.
    conn.execute_batch(
        "create view leads_search (rowid, search_text) as select null, null;
         create trigger leads_search_nowhere instead of insert on leads_search begin select 1; end;",
    )?;
    conn.execute_batch("detach database full")?;
    drop(conn);
    let counting: BeforeCommit = counts::flush;
    world::open_as_it_is(&bare.url(), |mut options| {
        options
            .before_commit
            .retain(|it| !std::ptr::fn_addr_eq(*it, counting));
        options
    })
}

/// Names, types and defaults; no key, no reference.
fn columns(conn: &Connection, table: &str) -> Outcome<String> {
    let mut statement =
        conn.prepare("select name, type, dflt_value from pragma_table_info(?1, 'full')")?;
    let columns = statement.query_map([table], |row| {
        let (name, kind, default): (String, String, Option<String>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        if table == "leads" && name == "seq" {
            return Ok("seq integer primary key".to_owned());
        }
        Ok(default.map_or_else(
            || format!("{name} {kind}"),
            |it| format!("{name} {kind} default {it}"),
        ))
    })?;
    Ok(columns.collect::<Result<Vec<_>, _>>()?.join(", "))
}
