//! The least that a million leads can cost: bare rows into a table without any index, ten thousand a commit, and then the
//! indexes of leads built over all of them.

use std::{ops::Range, time::Instant};

use postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};
use rusqlite::{params_from_iter, types::Value as Lite};

use crate::{
    databases::{self, PostgresScratch, Scratch},
    frame::{Outcome, Settings},
    rows::{INSERT_LEAD, Unit},
};

const COMMIT: u64 = 10_000;

/// Those that a lead is found by: its id, its place on the board, owner, source, e-mail address and phone number.
const INDEXES: [&str; 6] = [
    "create unique index leads_id on leads (workspace_id, id)",
    "create index leads_board on leads (workspace_id, stage_id, position, id) where deleted_at is null",
    "create index leads_by_owner on leads (workspace_id, assigned_to, id) where deleted_at is null and assigned_to is not null",
    "create index leads_by_source on leads (workspace_id, source, id) where deleted_at is null",
    "create index leads_by_email on leads (email_hash) where email_hash is not null",
    "create index leads_by_phone on leads (phone_hash) where phone_hash is not null",
];

const COLUMNS: [(&str, &str, Type); 23] = [
    ("workspace_id", "bigint", Type::INT8),
    ("id", "uuid", Type::UUID),
    ("pipeline_id", "uuid", Type::UUID),
    ("stage_id", "uuid", Type::UUID),
    ("position", "bigint", Type::INT8),
    ("assigned_to", "uuid", Type::UUID),
    ("name", "text", Type::TEXT),
    ("email", "text", Type::TEXT),
    ("phone", "text", Type::TEXT),
    ("company", "text", Type::TEXT),
    ("title", "text", Type::TEXT),
    ("source", "text", Type::TEXT),
    ("score", "bigint", Type::INT8),
    ("value", "bigint", Type::INT8),
    ("currency", "text", Type::TEXT),
    ("tags", "jsonb", Type::JSONB),
    ("custom_fields", "jsonb", Type::JSONB),
    ("search_text", "text", Type::TEXT),
    ("email_hash", "bigint", Type::INT8),
    ("phone_hash", "bigint", Type::INT8),
    ("stage_changed_at", "bigint", Type::INT8),
    ("created_at", "bigint", Type::INT8),
    ("updated_at", "bigint", Type::INT8),
];

fn table() -> String {
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|(name, kind, _)| format!("{name} {kind}"))
        .collect();
    format!(
        "create table leads ({}, deleted_at bigint)",
        columns.join(", ")
    )
}

/// Seconds for so many leads. Their making is not in it.
pub fn sqlite(settings: &Settings, count: u64) -> Outcome<f64> {
    let file = Scratch::new(&settings.dir, "import-bare.db");
    let mut conn = databases::bare_connection(&file.0)?;
    conn.execute_batch(&table())?;
    let mut seconds = 0.0;
    for numbers in chunks(count) {
        let rows: Vec<Vec<Lite>> = numbers
            .map(|number| {
                let [lead, _, _] = Unit::new(3, number).lite();
                lead
            })
            .collect();
        let start = Instant::now();
        let tx = conn.transaction()?;
        {
            let mut insert = tx.prepare_cached(INSERT_LEAD)?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        tx.commit()?;
        seconds += start.elapsed().as_secs_f64();
    }
    let start = Instant::now();
    for index in INDEXES {
        conn.execute_batch(index)?;
    }
    Ok(seconds + start.elapsed().as_secs_f64())
}

/// The same by COPY.
pub fn postgres(settings: &Settings, count: u64) -> Outcome<f64> {
    let database = PostgresScratch::new(settings, "bench_import_bare")?;
    let mut client = postgres::Client::connect(&database.url, postgres::NoTls)?;
    client.batch_execute(&table())?;
    let names: Vec<&str> = COLUMNS.iter().map(|it| it.0).collect();
    let types: Vec<Type> = COLUMNS.iter().map(|it| it.2.clone()).collect();
    let copy = format!("copy leads ({}) from stdin binary", names.join(", "));
    let mut seconds = 0.0;
    for numbers in chunks(count) {
        let rows: Vec<Vec<Box<dyn ToSql + Sync + Send>>> = numbers
            .map(|number| {
                let [lead, _, _] = Unit::new(3, number).postgres();
                lead
            })
            .collect();
        let start = Instant::now();
        let mut writer = BinaryCopyInWriter::new(client.copy_in(&copy)?, &types);
        for row in &rows {
            let row: Vec<&(dyn ToSql + Sync)> = row
                .iter()
                .map(|it| {
                    let it: &(dyn ToSql + Sync) = it.as_ref();
                    it
                })
                .collect();
            writer.write(&row)?;
        }
        writer.finish()?;
        seconds += start.elapsed().as_secs_f64();
    }
    let start = Instant::now();
    for index in INDEXES {
        client.batch_execute(index)?;
    }
    Ok(seconds + start.elapsed().as_secs_f64())
}

fn chunks(count: u64) -> impl Iterator<Item = Range<u64>> {
    let starts = (0..count).step_by(COMMIT as usize);
    starts.map(move |from| from..(from + COMMIT).min(count))
}
