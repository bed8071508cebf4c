//! Lanes: jobs of which only so many may run at a time, whichever node runs them.
//!
//! A claimed job whose lane is full is parked: out of the ready index, so that a hundred thousand of them cost the claims
//! of other jobs nothing. The end of a job lets the lane's oldest parked one back in. What keeps a lane moving: a job is
//! parked only while another of its lane runs (or an older one is parked, and one runs), and every end lets one in.

use std::collections::{BTreeMap, BTreeSet};

use store::{Engine, Json, Result, Timestamp, Tx};
use uuid::Uuid;

use crate::jobs::{lease::Lane, turn::Claimed};

/// How a lane stands once its lock is held.
#[derive(Debug, Default)]
struct Standing {
    running: i64,
    oldest_parked: Option<(Timestamp, Uuid)>,
}

/// Holds the lanes until the unit ends. They are taken in one order everywhere, so that no two units wait for each other.
/// One writer at a time needs no lock.
pub(super) fn lock(tx: &mut Tx, lanes: &[String]) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_LOCK, &[&Json(lanes)])?;
    }
    Ok(())
}

const POSTGRES_LOCK: &str = "select pg_advisory_xact_lock(key) from
    (select hashtextextended(value, 0) as key from jsonb_array_elements_text($1) order by key) as keys";

/// Parks what was claimed beyond its lane's limit, and lets parked jobs into lanes that have room.
/// Answers what may run, and how many were let in.
pub(super) fn settle(
    tx: &mut Tx,
    freed: Vec<Lane>,
    claimed: Vec<Claimed>,
) -> Result<(Vec<Claimed>, u64)> {
    let mut limits: BTreeMap<String, i64> = BTreeMap::new();
    let of_claimed = claimed.iter().filter_map(|it| it.lease.lane.clone());
    for lane in freed.into_iter().chain(of_claimed) {
        let limit = limits.entry(lane.name).or_insert(lane.limit);
        *limit = (*limit).max(lane.limit);
    }
    if limits.is_empty() {
        return Ok((claimed, 0));
    }
    let names: Vec<String> = limits.keys().cloned().collect();
    lock(tx, &names)?;
    let mut standings = standings(tx, &names)?;
    let (kept, parked) = choose(claimed, &mut standings);
    park(tx, &parked)?;
    let parked_now: BTreeSet<&str> = parked
        .iter()
        .filter_map(|it| it.lease.lane.as_ref())
        .map(|it| it.name.as_str())
        .collect();
    let mut let_in = 0;
    for (name, limit) in &limits {
        let standing = standings.remove(name).unwrap_or_default();
        if standing.running >= *limit && parked_now.contains(name.as_str()) {
            park_waiting(tx, name)?;
        }
        if standing.running < *limit
            && (standing.oldest_parked.is_some() || parked_now.contains(name.as_str()))
        {
            let_in += unpark(tx, name, limit - standing.running)?;
        }
    }
    Ok((kept, let_in))
}

/// Lets the oldest parked jobs in where the lane has room; its lock is held.
pub(super) fn let_next_in(tx: &mut Tx, lane: &Lane) -> Result<u64> {
    let standing = standings(tx, std::slice::from_ref(&lane.name))?
        .remove(&lane.name)
        .unwrap_or_default();
    if standing.oldest_parked.is_none() || standing.running >= lane.limit {
        return Ok(0);
    }
    unpark(tx, &lane.name, lane.limit - standing.running)
}

/// Tells the claimed jobs that may run from those to be parked: first those beyond the limit,
/// then those that would overtake an older parked one. `running` counts the claimed ones at first and what stays at last.
fn choose(
    mut claimed: Vec<Claimed>,
    standings: &mut BTreeMap<String, Standing>,
) -> (Vec<Claimed>, Vec<Claimed>) {
    claimed.sort_unstable_by_key(|it| (it.run_at, it.lease.id));
    for lane in claimed.iter().filter_map(|it| it.lease.lane.as_ref()) {
        if let Some(standing) = standings.get_mut(&lane.name) {
            standing.running -= 1;
        }
    }
    claimed.into_iter().partition(|job| {
        let Some(lane) = &job.lease.lane else {
            return true;
        };
        let Some(standing) = standings.get_mut(&lane.name) else {
            return true;
        };
        let first = standing
            .oldest_parked
            .is_none_or(|oldest| (job.run_at, job.lease.id) < oldest);
        let fits = first && standing.running < lane.limit;
        standing.running += i64::from(fits);
        fits
    })
}

fn standings(tx: &mut Tx, lanes: &[String]) -> Result<BTreeMap<String, Standing>> {
    let sql = match tx.engine() {
        Engine::Sqlite => SQLITE_STANDINGS,
        Engine::Postgres => POSTGRES_STANDINGS,
    };
    let mut found = BTreeMap::new();
    tx.each(sql, &[&Json(lanes)], |row| {
        let oldest_parked = row.opt_time(2)?.zip(row.opt_uuid(3)?);
        found.insert(
            row.text(0)?.to_owned(),
            Standing {
                running: row.int(1)?,
                oldest_parked,
            },
        );
        Ok(())
    })?;
    Ok(found)
}

const SQLITE_STANDINGS: &str = "select l.value as lane,
        (select count(*) from jobs r where r.lane = l.value and r.state = 'running') as running, p.run_at, p.id
    from json_each($1) l left join jobs p on p.id =
        (select q.id from jobs q where q.lane = l.value and q.state = 'parked' order by q.run_at, q.id limit 1)";

const POSTGRES_STANDINGS: &str = "select l.value as lane,
        (select count(*) from jobs r where r.lane = l.value and r.state = 'running') as running, p.run_at, p.id
    from jsonb_array_elements_text($1) l left join lateral
        (select q.run_at, q.id from jobs q where q.lane = l.value and q.state = 'parked' order by q.run_at, q.id limit 1) p
        on true";

fn park(tx: &mut Tx, jobs: &[Claimed]) -> Result<()> {
    let ids: Vec<Uuid> = jobs.iter().map(|it| it.lease.id).collect();
    for ids in super::turn::padded(&ids) {
        let mut sql = store::Sql::new(
            "update jobs set state = 'parked', attempt = attempt - 1, lease_until = null, lease_owner = null where id in ",
        );
        tx.run(sql.list(ids))?;
    }
    Ok(())
}

/// Parks what else of a full lane is due, so that the claims to come do not meet it one by one.
/// Rows that another node is just claiming are left to it: it waits for the lane that is locked here.
fn park_waiting(tx: &mut Tx, lane: &str) -> Result<u64> {
    let sql = match tx.engine() {
        Engine::Sqlite => SQLITE_PARK_WAITING,
        Engine::Postgres => POSTGRES_PARK_WAITING,
    };
    let now = tx.now();
    tx.exec(sql, &[&lane, &now])
}

const SQLITE_PARK_WAITING: &str = "update jobs set state = 'parked' where id in
    (select id from jobs where lane = $1 and state = 'ready' and run_at <= $2 order by run_at, id limit 500)";

const POSTGRES_PARK_WAITING: &str = "update jobs set state = 'parked' where id = any (array(
    select id from jobs where lane = $1 and state = 'ready' and run_at <= $2 order by run_at, id limit 500 for update skip locked))";

fn unpark(tx: &mut Tx, lane: &str, room: i64) -> Result<u64> {
    tx.exec(
        "update jobs set state = 'ready' where id in
             (select id from jobs where lane = $1 and state = 'parked' order by run_at, id limit $2)",
        &[&lane, &room],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{Lease, kind::kind_by};

    fn job(number: u128, run_at: i64, lane: Option<(&str, i64)>) -> Claimed {
        let lane = lane.map(|(name, limit)| Lane {
            name: name.into(),
            limit,
        });
        let id = Uuid::from_u128(number);
        let lease = Lease {
            id,
            owner: Uuid::nil(),
            attempt: 1,
            max_attempts: 3,
            lane,
            every: None,
        };
        Claimed {
            lease,
            kind: kind_by("test", |(), _| std::future::ready(Ok(()))),
            workspace: None,
            payload: String::new(),
            priority: crate::jobs::Priority::Normal,
            run_at: Timestamp(run_at),
        }
    }

    fn numbers(jobs: &[Claimed]) -> Vec<u128> {
        jobs.iter().map(|it| it.lease.id.as_u128()).collect()
    }

    #[test]
    fn a_lane_takes_its_oldest_up_to_the_limit() {
        // One ran before; three more were claimed and are counted as running by the database.
        let mut standings = BTreeMap::from([(
            "a".to_owned(),
            Standing {
                running: 4,
                oldest_parked: None,
            },
        )]);
        let claimed = vec![
            job(1, 30, Some(("a", 2))),
            job(2, 10, Some(("a", 2))),
            job(3, 20, Some(("a", 2))),
            job(4, 5, None),
        ];
        let (kept, parked) = choose(claimed, &mut standings);
        assert_eq!((numbers(&kept), numbers(&parked)), (vec![4, 2], vec![3, 1]));
        assert_eq!(standings["a"].running, 2);
    }

    #[test]
    fn nobody_overtakes_a_parked_job_but_the_oldest_of_all_goes() {
        let parked_since = (Timestamp(15), Uuid::from_u128(9));
        let mut standings = BTreeMap::from([(
            "a".to_owned(),
            Standing {
                running: 2,
                oldest_parked: Some(parked_since),
            },
        )]);
        let (kept, parked) = choose(
            vec![job(1, 10, Some(("a", 5))), job(2, 20, Some(("a", 5)))],
            &mut standings,
        );
        assert_eq!((numbers(&kept), numbers(&parked)), (vec![1], vec![2]));
        assert_eq!(standings["a"].running, 1);
    }
}
