//! The dead-letter list: jobs that were given up and wait for a person. And how the queue stands, for the metrics.

use store::{Result, Sql, Timestamp, Tx};

use crate::{
    base::{Id, WorkspaceId},
    jobs::{JobRow, enqueue},
};

/// Counting stops here: a number beyond it says no more.
const COUNTED: i64 = 10_000;
/// Retried in one unit of work.
const SLICE: i64 = 500;

/// How the queue stands, in the whole server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Due and not yet claimed; 10,000 stands for any more.
    pub due: i64,
    /// How long the first of them has been due.
    pub oldest_due_ms: i64,
    pub running: i64,
    pub dead: i64,
}

/// What the list shows of a job.
#[derive(Debug, Clone)]
pub(super) struct DeadJob {
    pub(super) id: Id<JobRow>,
    pub(super) kind: String,
    pub(super) payload: store::Json<Box<serde_json::value::RawValue>>,
    pub(super) run_at: Timestamp,
    pub(super) attempt: i64,
    pub(super) last_error: Option<String>,
    pub(super) created_at: Timestamp,
}
store::row!(DeadJob {
    id,
    kind,
    payload,
    run_at,
    attempt,
    last_error,
    created_at
});

pub fn counts(tx: &mut Tx) -> Result<Counts> {
    let now = tx.now();
    let mut counts = Counts {
        due: 0,
        oldest_due_ms: 0,
        running: 0,
        dead: 0,
    };
    tx.each(
        "select count(*), coalesce(min(run_at), $1) from (
             select run_at from (select run_at from jobs where state = 'ready' and priority = 0 and run_at <= $1 order by run_at limit $2) as urgent
             union all
             select run_at from (select run_at from jobs where state = 'ready' and priority = 1 and run_at <= $1 order by run_at limit $2) as normal
             union all
             select run_at from (select run_at from jobs where state = 'ready' and priority = 2 and run_at <= $1 order by run_at limit $2) as whenever
         ) as due",
        &[&now, &COUNTED],
        |row| {
            counts.due = row.int(0)?.min(COUNTED);
            counts.oldest_due_ms = now.0 - row.int(1)?;
            Ok(())
        },
    )?;
    tx.each(
        "select (select count(*) from jobs where lease_until is not null), (select count(*) from jobs where state = 'dead')",
        &[],
        |row| {
            (counts.running, counts.dead) = (row.int(0)?, row.int(1)?);
            Ok(())
        },
    )?;
    Ok(counts)
}

/// Given-up jobs that belong to no workspace, and so are on nobody's list: of which kind, how many, and why the last failed.
pub fn of_nobody(tx: &mut Tx) -> Result<Vec<(String, i64, Option<String>)>> {
    // every workspace: these belong to none.
    tx.all(
        "select kind, count(*), max(last_error) from jobs where state = 'dead' and workspace_id is null group by kind order by kind",
        &[],
    )
}

/// Puts those back into the queue with all their attempts; answers how many.
pub fn retry_of_nobody(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    // every workspace: these belong to none.
    let changed = tx.exec(
        "update jobs set state = 'ready', attempt = 0, run_at = $1 where state = 'dead' and workspace_id is null",
        &[&now],
    )?;
    if changed > 0 {
        enqueue::tell(tx, now);
    }
    Ok(changed)
}

/// Newest first, from after `after`.
pub(super) fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Option<Id<JobRow>>,
    limit: i64,
) -> Result<Vec<DeadJob>> {
    let mut sql = Sql::new(
        "select id, kind, payload, run_at, attempt, last_error, created_at from jobs where state = 'dead' and workspace_id = ",
    );
    sql.bind(workspace);
    if let Some(after) = after {
        sql.push(" and id < ").bind(after);
    }
    sql.push(" order by id desc limit ").bind(limit);
    tx.fetch(&sql)
}

/// How many there are, counted up to 10,000, and whether counting stopped there.
pub(super) fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<(i64, bool)> {
    let mut count = 0;
    tx.each(
        "select count(*) from (select id from jobs where state = 'dead' and workspace_id = $1 limit $2) as dead",
        &[&workspace, &(COUNTED + 1)],
        |row| {
            count = row.int(0)?;
            Ok(())
        },
    )?;
    Ok((count.min(COUNTED), count > COUNTED))
}

/// Back into the queue with all its attempts; false when it is not on the list.
pub(super) fn retry(tx: &mut Tx, workspace: WorkspaceId, job: Id<JobRow>) -> Result<bool> {
    let now = tx.now();
    let changed = tx.exec(
        "update jobs set state = 'ready', attempt = 0, run_at = $3 where id = $2 and workspace_id = $1 and state = 'dead'",
        &[&workspace, &job, &now],
    )?;
    if changed > 0 {
        enqueue::tell(tx, now);
    }
    Ok(changed > 0)
}

/// As many as fit one unit of work, the oldest first; answers how many, and whether there may be more.
pub(super) fn retry_some(tx: &mut Tx, workspace: WorkspaceId) -> Result<(u64, bool)> {
    let now = tx.now();
    let changed = tx.exec(
        "update jobs set state = 'ready', attempt = 0, run_at = $2 where id in
             (select id from jobs where state = 'dead' and workspace_id = $1 order by id limit $3)",
        &[&workspace, &now, &SLICE],
    )?;
    if changed > 0 {
        enqueue::tell(tx, now);
    }
    Ok((changed, changed >= SLICE.unsigned_abs()))
}

pub(super) fn discard(tx: &mut Tx, workspace: WorkspaceId, job: Id<JobRow>) -> Result<bool> {
    let gone = tx.exec(
        "delete from jobs where id = $2 and workspace_id = $1 and state = 'dead'",
        &[&workspace, &job],
    )?;
    Ok(gone > 0)
}
