//! The limit of `jobs`: the same table of jobs, driven as fast as the engine goes. 128 are claimed in one durable
//! commit and taken out in the next.

use std::time::Instant;

use rusqlite::Connection;
use uuid::Uuid;

use crate::{
    figures::Latencies,
    frame::{Outcome, Reading},
    rows,
};

pub const KIND: &str = "bench.noop";

const LITE_FILL: &str = "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?1) \
    insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, created_at) \
    select unhex(printf('%012x', ?2 + i / 4) || '7' || substr(hex(randomblob(8)), 1, 3) || '8' || substr(hex(randomblob(8)), 1, 15)), \
    null, ?3, '{\"due\":' || (?4 + i * ?5 / ?1) || '}', 1, 'ready', ?4 + i * ?5 / ?1, 10, ?2 from n";
const LITE_CLAIM: &str = "update jobs set state = 'running', attempt = attempt + 1, lease_until = ?1, lease_owner = ?2 \
    where id in (select id from jobs where state = 'ready' and priority = 1 and run_at <= ?3 \
    order by priority, run_at, id limit 128) returning id, kind, payload, attempt";
const LITE_COMPLETE: &str = "delete from jobs where id = ?1";
const LITE_ONE: &str = "insert into jobs (id, kind, payload, priority, state, run_at, max_attempts, created_at) \
    values (?1, ?2, '{}', 1, 'ready', ?3, 10, ?3)";

const POSTGRES_FILL: &str = "insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, created_at) \
    select overlay(lpad(to_hex($2::bigint + i / 4), 12, '0') || substr(md5(random()::text), 1, 20) placing '7' from 13)::uuid, \
    null, $3, jsonb_build_object('due', $4::bigint + i * $5::bigint / $1::bigint), 1, 'ready', \
    $4::bigint + i * $5::bigint / $1::bigint, 10, $2 from generate_series(0, $1::bigint - 1) i";
const POSTGRES_CLAIM: &str = "update jobs set state = 'running', attempt = attempt + 1, lease_until = $1, lease_owner = $2 \
    where id in (select id from jobs where state = 'ready' and priority = 1 and run_at <= $3 \
    order by priority, run_at, id limit 128 for update skip locked) returning id, kind, payload, attempt";
const POSTGRES_COMPLETE: &str = "delete from jobs where id = any($1)";
const POSTGRES_ONE: &str = "insert into jobs (id, kind, payload, priority, state, run_at, max_attempts, created_at) \
    values ($1, $2, '{}', 1, 'ready', $3, 10, $3)";

/// A table of jobs reached without the product.
pub enum Queue {
    Sqlite(Connection),
    Postgres(Box<postgres::Client>),
}

/// Jobs to be put into the table: `count` of them, due from `first_due` on, spread evenly over `spread_ms`.
#[derive(Debug, Clone, Copy)]
pub struct Fill {
    pub count: i64,
    pub now: i64,
    pub first_due: i64,
    pub spread_ms: i64,
}

impl Queue {
    pub fn fill(&mut self, fill: Fill) -> Outcome<()> {
        let Fill {
            count,
            now,
            first_due,
            spread_ms,
        } = fill;
        match self {
            Queue::Sqlite(conn) => {
                conn.execute(LITE_FILL, (count, now, KIND, first_due, spread_ms))?;
                conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
            }
            Queue::Postgres(client) => {
                client.execute(
                    POSTGRES_FILL,
                    &[&count, &now, &KIND, &first_due, &spread_ms],
                )?;
                client.batch_execute("vacuum analyze jobs")?;
            }
        }
        Ok(())
    }

    /// Works off everything that is due at `now`.
    pub fn drain(&mut self, now: i64) -> Outcome<Reading> {
        let start = Instant::now();
        let done = match self {
            Queue::Sqlite(conn) => drain_sqlite(conn, now)?,
            Queue::Postgres(client) => drain_postgres(client, now)?,
        };
        Ok(Reading(vec![(
            "rate",
            done as f64 / start.elapsed().as_secs_f64(),
        )]))
    }

    /// Durable commits of a single job, one after the other.
    pub fn single_commits(&mut self, count: u64, run_at: i64) -> Outcome<Latencies> {
        let mut res = Latencies::default();
        let ids = (0..count).map(|number| rows::uuid_at(run_at, 17, number));
        match self {
            Queue::Sqlite(conn) => {
                let mut statement = conn.prepare(LITE_ONE)?;
                for id in ids {
                    let start = Instant::now();
                    statement.execute((id.as_bytes().as_slice(), KIND, run_at))?;
                    res.push(start.elapsed());
                }
                conn.execute("delete from jobs where run_at = ?1", [run_at])?;
            }
            Queue::Postgres(client) => {
                let statement = client.prepare(POSTGRES_ONE)?;
                for id in ids {
                    let start = Instant::now();
                    client.execute(&statement, &[&id, &KIND, &run_at])?;
                    res.push(start.elapsed());
                }
                client.execute("delete from jobs where run_at = $1", &[&run_at])?;
            }
        }
        Ok(res)
    }
}

fn drain_sqlite(conn: &Connection, now: i64) -> Outcome<usize> {
    let owner = Uuid::from_u128(7);
    let mut claim = conn.prepare(LITE_CLAIM)?;
    let mut complete = conn.prepare(LITE_COMPLETE)?;
    let mut done = 0;
    loop {
        conn.execute_batch("begin immediate")?;
        let claimed = claim.query_map((now + 60_000, owner.as_bytes().as_slice(), now), |row| {
            row.get(0)
        })?;
        let ids: Vec<Vec<u8>> = claimed.collect::<Result<_, _>>()?;
        conn.execute_batch("commit")?;
        if ids.is_empty() {
            return Ok(done);
        }
        conn.execute_batch("begin immediate")?;
        for id in &ids {
            complete.execute([id])?;
        }
        conn.execute_batch("commit")?;
        done += ids.len();
    }
}

fn drain_postgres(client: &mut postgres::Client, now: i64) -> Outcome<usize> {
    let owner = Uuid::from_u128(7);
    let claim = client.prepare(POSTGRES_CLAIM)?;
    let complete = client.prepare(POSTGRES_COMPLETE)?;
    let mut done = 0;
    loop {
        let claimed = client.query(&claim, &[&(now + 60_000), &owner, &now])?;
        if claimed.is_empty() {
            return Ok(done);
        }
        let ids: Vec<Uuid> = claimed.iter().map(|row| row.get(0)).collect();
        client.execute(&complete, &[&ids])?;
        done += ids.len();
    }
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
        let mut queue = Queue::Sqlite(conn);
        queue
            .fill(Fill {
                count: 1000,
                now: 5000,
                first_due: 4000,
                spread_ms: 2000,
            })
            .unwrap();
        queue.drain(5000).unwrap();
        assert!(queue.single_commits(3, 9999).unwrap().percentiles([50.0])[0] > 0.0);
        let Queue::Sqlite(conn) = queue else { return };
        let left = |sql| {
            conn.query_row::<i64, _, _>(sql, [], |row| row.get(0))
                .unwrap()
        };
        assert_eq!(
            (
                left("select count(*) from jobs"),
                left("select count(distinct hex(id)) from jobs")
            ),
            (499, 499)
        );
        let id: Vec<u8> = conn
            .query_row("select id from jobs limit 1", [], |row| row.get(0))
            .unwrap();
        assert_eq!(Uuid::from_slice(&id).unwrap().get_version_num(), 7);
    }
}
