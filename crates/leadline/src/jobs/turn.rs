//! One turn of a runner: a unit of work that records what came of jobs, keeps leases alive, takes over what other nodes
//! left behind, and claims what is due.

use std::{collections::HashMap, sync::Arc, time::Duration};

use store::{Engine, Json, Result, RowRef, Sql, Timestamp, ToValue, Tx};
use uuid::Uuid;

use crate::{
    base::WorkspaceId,
    jobs::{
        Failure, Priority,
        kind::Kind,
        lanes,
        lease::{Lane, Lease, Outcome, Verdict},
    },
};

/// The most that one turn claims; also the most sections of a claim look at.
pub(super) const CLAIM: usize = 128;

/// The most that one turn takes over: all that a crashed node can have had in hand, with its usual settings.
const TAKE_OVER: usize = 512;

/// What a runner wants of a turn.
#[derive(Debug, Clone, Default)]
pub(super) struct Turn {
    pub(super) node: Uuid,
    pub(super) lease: Duration,
    pub(super) kinds: Arc<HashMap<&'static str, Kind>>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) renew: Vec<Uuid>,
    /// Take over running jobs whose lease ended before this.
    pub(super) take_over: Option<Timestamp>,
    /// How many to claim, at most `CLAIM`.
    pub(super) want: usize,
    /// How many of them from the lowest priority first, so that it is not starved.
    pub(super) whenever_first: usize,
}

/// What a turn came to.
#[derive(Debug, Default)]
pub(super) struct Turned {
    pub(super) claimed: Vec<Claimed>,
    /// Claimed jobs that this node cannot run.
    pub(super) strangers: Vec<Lease>,
    /// There is more that is due now.
    pub(super) more: bool,
    /// When the next job is due, where none is now.
    pub(super) next_due: Option<Timestamp>,
    pub(super) lease_until: Timestamp,
    pub(super) taken_over: usize,
}

/// A job in this node's hand.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) lease: Lease,
    pub(super) kind: Kind,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) payload: String,
    pub(super) priority: Priority,
    pub(super) run_at: Timestamp,
}

pub(super) fn turn(tx: &mut Tx, turn: &Turn) -> Result<Turned> {
    let mut turned = Turned {
        lease_until: tx.now().plus(turn.lease),
        ..Turned::default()
    };
    let (mut freed, mut done) = record(tx, turn)?;
    let want = turn.want.min(CLAIM);
    if tx.engine() == Engine::Sqlite || want == 0 || turn.whenever_first > 0 {
        delete(tx, turn, &std::mem::take(&mut done))?;
    }
    renew(tx, turn, turned.lease_until)?;
    if let Some(before) = turn.take_over {
        let lanes = take_over(tx, turn, before, &mut turned)?;
        freed.extend(lanes);
    }
    let found = claim(tx, turn, want, &done, &mut turned)?;
    let mut let_in = settle(tx, freed, &mut turned, 0)?;
    turned.more |= found > 0 && found >= want;
    if let_in > 0 && turned.claimed.len() < want {
        // Room for those that a lane has just let in.
        let rest = want - turned.claimed.len();
        let settled = turned.claimed.len();
        claim(tx, turn, rest, &[], &mut turned)?;
        let_in = settle(tx, Vec::new(), &mut turned, settled)?;
    }
    turned.more |= let_in > 0;
    // Where some were due others soon will be: the next turn looks again, and asks when it has found nothing.
    let found = turned.more || !turned.claimed.is_empty() || !turned.strangers.is_empty();
    turned.next_due = if found { Some(tx.now()) } else { next_due(tx)? };
    Ok(turned)
}

/// Writes what came of jobs that go on; answers the lanes of all, and the jobs that are done and to be deleted.
fn record(tx: &mut Tx, turn: &Turn) -> Result<(Vec<Lane>, Vec<Uuid>)> {
    let mut done = Vec::with_capacity(turn.outcomes.len());
    for outcome in &turn.outcomes {
        if outcome.verdict == Verdict::Done && outcome.lease.every.is_none() {
            done.push(outcome.lease.id);
        } else if !outcome.lease.settle(tx, &outcome.verdict)? {
            tracing::debug!(job = %outcome.lease.id, "a job was taken over while it ran");
        }
    }
    let lanes = turn.outcomes.iter().filter_map(|it| it.lease.lane.clone());
    Ok((lanes.collect(), done))
}

fn delete(tx: &mut Tx, turn: &Turn, done: &[Uuid]) -> Result<()> {
    for ids in padded(done) {
        let mut sql = Sql::new("delete from jobs where lease_owner = ");
        sql.bind(turn.node).push(" and id in ").list(ids);
        tx.run(&sql)?;
    }
    Ok(())
}

fn renew(tx: &mut Tx, turn: &Turn, until: Timestamp) -> Result<()> {
    for ids in padded(&turn.renew) {
        let mut sql = Sql::new("update jobs set lease_until = ");
        sql.bind(until)
            .push(" where lease_owner = ")
            .bind(turn.node);
        sql.push(" and id in ").list(ids);
        tx.run(&sql)?;
    }
    Ok(())
}

/// Jobs whose node has not been heard of go back into the queue, or to the dead-letter list if that was their last attempt.
fn take_over(
    tx: &mut Tx,
    turn: &Turn,
    before: Timestamp,
    turned: &mut Turned,
) -> Result<Vec<Lane>> {
    let mut sql = Sql::new(
        "select id, lease_owner, attempt, max_attempts, lane, lane_limit, kind from jobs
         where lease_until < ",
    );
    sql.bind(before)
        .push(" order by lease_until limit 512")
        .push(tx.skip_locked());
    let mut expired = Vec::new();
    tx.fetch_each(&sql, |row| {
        let every = turn.kinds.get(row.text(6)?).and_then(|it| it.every);
        expired.push(Lease {
            id: row.uuid(0)?,
            owner: row.uuid(1)?,
            ..lease(row, 2, every)?
        });
        Ok(())
    })?;
    turned.more |= expired.len() == TAKE_OVER;
    for lease in &expired {
        let gone = Failure::Later(
            tx.now(),
            "the node that ran it was not heard of any more".to_owned(),
        );
        turned.taken_over += usize::from(lease.settle(tx, &Verdict::Failed(gone))?);
    }
    Ok(expired.into_iter().filter_map(|it| it.lane).collect())
}

/// Keeps of the jobs claimed from `from` on what their lanes allow; answers how many parked ones were let into lanes.
fn settle(tx: &mut Tx, freed: Vec<Lane>, turned: &mut Turned, from: usize) -> Result<u64> {
    let claimed = turned.claimed.split_off(from);
    let (claimed, let_in) = lanes::settle(tx, freed, claimed)?;
    turned.claimed.extend(claimed);
    Ok(let_in)
}

/// Marks due jobs as this node's; answers how many there were. On PostgreSQL, where every statement is a way there and
/// back, what is `done` is deleted by the same statement.
fn claim(
    tx: &mut Tx,
    turn: &Turn,
    want: usize,
    done: &[Uuid],
    turned: &mut Turned,
) -> Result<usize> {
    let (until, node, now) = (turned.lease_until, turn.node, tx.now());
    let limit = |want: usize| i64::try_from(want).unwrap_or(i64::MAX);
    let mut found = 0;
    if turn.whenever_first > 0 {
        let limit = limit(turn.whenever_first.min(want));
        let sql = match tx.engine() {
            Engine::Sqlite => SQLITE_CLAIM_WHENEVER,
            Engine::Postgres => POSTGRES_CLAIM_WHENEVER,
        };
        found += take(tx, sql, &[&until, &node, &now, &limit], turn, turned)?;
    }
    if found < want {
        let limit = limit(want - found);
        found += match tx.engine() {
            Engine::Sqlite => take(
                tx,
                SQLITE_CLAIM,
                &[&until, &node, &now, &limit],
                turn,
                turned,
            )?,
            Engine::Postgres => {
                let params: [&dyn ToValue; 5] = [&until, &node, &now, &limit, &Json(done)];
                take(tx, POSTGRES_CLAIM, &params, turn, turned)?
            }
        };
    }
    Ok(found)
}

fn take(
    tx: &mut Tx,
    sql: &str,
    params: &[&dyn ToValue],
    turn: &Turn,
    turned: &mut Turned,
) -> Result<usize> {
    let mut found = 0;
    tx.each(sql, params, |row| {
        found += 1;
        let kind = turn.kinds.get(row.text(2)?).cloned();
        let lease = Lease {
            id: row.uuid(0)?,
            owner: turn.node,
            ..lease(row, 6, kind.as_ref().and_then(|it| it.every))?
        };
        let Some(kind) = kind else {
            turned.strangers.push(lease);
            return Ok(());
        };
        turned.claimed.push(Claimed {
            lease,
            kind,
            workspace: row.opt_int(1)?.map(WorkspaceId),
            payload: row.json_text(3)?.into_owned(),
            priority: Priority::from_number(row.int(4)?),
            run_at: row.time(5)?,
        });
        Ok(())
    })?;
    Ok(found)
}

/// Reads `attempt, max_attempts, lane, lane_limit` from column `at` on.
fn lease(row: &RowRef<'_>, at: usize, every: Option<Duration>) -> Result<Lease> {
    let limit = row.opt_int(at + 3)?.unwrap_or(1);
    let lane = row.opt_text(at + 2)?.map(|name| Lane {
        name: name.to_owned(),
        limit,
    });
    let (attempt, max_attempts) = (row.int(at)?, row.int(at + 1)?);
    Ok(Lease {
        id: Uuid::nil(),
        owner: Uuid::nil(),
        attempt,
        max_attempts,
        lane,
        every,
    })
}

// A claim walks the ready index from its due end, one priority after the other, and no further than it must.

const SQLITE_CLAIM: &str = "update jobs set state = 'running', attempt = attempt + 1, lease_until = $1, lease_owner = $2
    where id in (
        select id from (select id from jobs where state = 'ready' and priority = 0 and run_at <= $3 order by run_at, id limit 128)
        union all
        select id from (select id from jobs where state = 'ready' and priority = 1 and run_at <= $3 order by run_at, id limit 128)
        union all
        select id from (select id from jobs where state = 'ready' and priority = 2 and run_at <= $3 order by run_at, id limit 128)
        limit $4)
    returning id, workspace_id, kind, payload, priority, run_at, attempt, max_attempts, lane, lane_limit";

const SQLITE_CLAIM_WHENEVER: &str = "update jobs set state = 'running', attempt = attempt + 1, lease_until = $1, lease_owner = $2
    where id in (select id from jobs where state = 'ready' and priority = 2 and run_at <= $3 order by run_at, id limit $4)
    returning id, workspace_id, kind, payload, priority, run_at, attempt, max_attempts, lane, lane_limit";

const POSTGRES_CLAIM: &str = "with done as (
        delete from jobs where lease_owner = $2 and id = any (array(select cast(value as uuid) from jsonb_array_elements_text($5)))
    ), urgent as materialized (
        select id from jobs where state = 'ready' and priority = 0 and run_at <= $3 order by run_at, id limit 128 for update skip locked
    ), normal as materialized (
        select id from jobs where state = 'ready' and priority = 1 and run_at <= $3 order by run_at, id limit 128 for update skip locked
    ), whenever as materialized (
        select id from jobs where state = 'ready' and priority = 2 and run_at <= $3 order by run_at, id limit 128 for update skip locked
    )
    update jobs set state = 'running', attempt = attempt + 1, lease_until = $1, lease_owner = $2
    where id = any (array(
        select id from urgent union all select id from normal union all select id from whenever limit $4))
    returning id, workspace_id, kind, payload, priority, run_at, attempt, max_attempts, lane, lane_limit";

const POSTGRES_CLAIM_WHENEVER: &str = "with whenever as materialized (
        select id from jobs where state = 'ready' and priority = 2 and run_at <= $3 order by run_at, id limit 128 for update skip locked
    )
    update jobs set state = 'running', attempt = attempt + 1, lease_until = $1, lease_owner = $2
    where id = any (array(select id from whenever limit $4))
    returning id, workspace_id, kind, payload, priority, run_at, attempt, max_attempts, lane, lane_limit";

fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let mut due = None;
    tx.each(
        "select min(run_at) from (
             select run_at from (select run_at from jobs where state = 'ready' and priority = 0 order by run_at limit 1) as urgent
             union all
             select run_at from (select run_at from jobs where state = 'ready' and priority = 1 order by run_at limit 1) as normal
             union all
             select run_at from (select run_at from jobs where state = 'ready' and priority = 2 order by run_at limit 1) as whenever
         ) as first",
        &[],
        |row| {
            due = row.opt_time(0)?;
            Ok(())
        },
    )?;
    Ok(due)
}

/// Cuts into lists of 128, 16 or 1, the last filled up with its own last id, so that few statement texts are ever seen.
pub(super) fn padded(ids: &[Uuid]) -> Vec<Vec<Uuid>> {
    let mut lists = Vec::new();
    let mut rest = ids;
    while let Some(last) = rest.last().copied() {
        let size = match rest.len() {
            1 => 1,
            2..=16 => 16,
            _ => 128,
        };
        let (list, after) = rest.split_at(size.min(rest.len()));
        let mut list = list.to_vec();
        list.resize(size, last);
        lists.push(list);
        rest = after;
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_three_sizes_and_lose_nothing() {
        for count in [0, 1, 2, 16, 17, 128, 129, 145, 300] {
            let ids: Vec<Uuid> = (0..count).map(Uuid::from_u128).collect();
            let lists = padded(&ids);
            assert!(
                lists.iter().all(|it| [1, 16, 128].contains(&it.len())),
                "{count}"
            );
            let mut back: Vec<Uuid> = lists.concat();
            back.dedup();
            assert_eq!(back, ids, "{count}");
        }
    }
}
