//! The limit of `jobs`: the same table of jobs, driven as fast as the engine goes. 128 are claimed in one durable
//! commit and taken out in the next.

use std::time::Instant;

use rusqlite::Connection;
use uuid::Uuid;

use crate::frame::{Outcome, Reading};

pub const KIND: &str = "bench.noop";

const LITE_FILL: &str = "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?1) \
    insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, created_at) \
    select unhex(printf('%012x', ?2 + i / 4) || '7' || substr(hex(randomblob(8)), 1, 3) || '8' || substr(hex(randomblob(8)), 1, 15)), \
    null, ?3, '{\"due\":0}', 1, 'ready', ?4 + i * ?5 / ?1, 10, ?2 from n";
const LITE_CLAIM: &str = "update jobs set state = 'running', attempt = attempt + 1, lease_until = ?1, lease_owner = ?2 \
    where id in (select id from jobs where state = 'ready' and priority = 1 and run_at <= ?3 \
    order by priority, run_at, id limit 128) returning id, kind, payload, attempt";
const LITE_COMPLETE: &str = "delete from jobs where id = ?1";

const POSTGRES_FILL: &str = "insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, created_at) \
    select overlay(lpad(to_hex($2::bigint + i / 4), 12, '0') || substr(md5(random()::text), 1, 20) placing '7' from 13)::uuid, \
    null, $3, '{\"due\":0}', 1, 'ready', $4::bigint + i * $5::bigint / $1::bigint, 10, $2 from generate_series(0, $1::bigint - 1) i";
const POSTGRES_CLAIM: &str = "update jobs set state = 'running', attempt = attempt + 1, lease_until = $1, lease_owner = $2 \
    where id in (select id from jobs where state = 'ready' and priority = 1 and run_at <= $3 \
    order by priority, run_at, id limit 128 for update skip locked) returning id, kind, payload, attempt";
const POSTGRES_COMPLETE: &str = "delete from jobs where id = any($1)";

/// Jobs to be put into the table: `count` of them, due from `first_due` on, spread evenly over `spread_ms`.
#[derive(Debug, Clone, Copy)]
pub struct Fill {
    pub count: i64,
    pub now: i64,
    pub first_due: i64,
    pub spread_ms: i64,
}

pub fn fill_sqlite(conn: &Connection, fill: Fill) -> Outcome<()> {
    conn.execute(
        LITE_FILL,
        (fill.count, fill.now, KIND, fill.first_due, fill.spread_ms),
    )?;
    conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}

pub fn fill_postgres(client: &mut postgres::Client, fill: Fill) -> Outcome<()> {
    let Fill {
        count,
        now,
        first_due,
        spread_ms,
    } = fill;
    client.execute(
        POSTGRES_FILL,
        &[&count, &now, &KIND, &first_due, &spread_ms],
    )?;
    client.batch_execute("analyze jobs")?;
    Ok(())
}

/// Works off everything that is due at `now`.
pub fn drain_sqlite(conn: &Connection, now: i64) -> Outcome<Reading> {
    let owner = Uuid::from_u128(7);
    let (start, mut done) = (Instant::now(), 0_usize);
    let mut claim = conn.prepare(LITE_CLAIM)?;
    let mut complete = conn.prepare(LITE_COMPLETE)?;
    loop {
        conn.execute_batch("begin immediate")?;
        let ids: Vec<Vec<u8>> = claim
            .query_map((now + 60_000, owner.as_bytes().as_slice(), now), |row| {
                row.get(0)
            })?
            .collect::<Result<_, _>>()?;
        conn.execute_batch("commit")?;
        if ids.is_empty() {
            break;
        }
        conn.execute_batch("begin immediate")?;
        for id in &ids {
            complete.execute([id])?;
        }
        conn.execute_batch("commit")?;
        done += ids.len();
    }
    Ok(Reading(vec![(
        "rate",
        done as f64 / start.elapsed().as_secs_f64(),
    )]))
}

pub fn drain_postgres(client: &mut postgres::Client, now: i64) -> Outcome<Reading> {
    let owner = Uuid::from_u128(7);
    let claim = client.prepare(POSTGRES_CLAIM)?;
    let complete = client.prepare(POSTGRES_COMPLETE)?;
    let (start, mut done) = (Instant::now(), 0_usize);
    loop {
        let rows = client.query(&claim, &[&(now + 60_000), &owner, &now])?;
        if rows.is_empty() {
            break;
        }
        let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        client.execute(&complete, &[&ids])?;
        done += ids.len();
    }
    Ok(Reading(vec![(
        "rate",
        done as f64 / start.elapsed().as_secs_f64(),
    )]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_worked_off_and_the_rest_stays() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "create table jobs (id blob primary key, workspace_id integer, kind text, payload text, priority integer, \
             state text, run_at integer, attempt integer default 0, max_attempts integer, lease_until integer, \
             lease_owner blob, created_at integer)",
        )
        .unwrap();
        fill_sqlite(
            &conn,
            Fill {
                count: 1000,
                now: 5000,
                first_due: 4000,
                spread_ms: 2000,
            },
        )
        .unwrap();
        drain_sqlite(&conn, 5000).unwrap();
        let (left, ids): (i64, i64) = conn
            .query_row(
                "select count(*), count(distinct hex(id)) from jobs",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!((left, ids), (499, 499));
        let sample: Vec<u8> = conn
            .query_row("select id from jobs limit 1", [], |row| row.get(0))
            .unwrap();
        assert_eq!(Uuid::from_slice(&sample).unwrap().get_version_num(), 7);
    }
}
