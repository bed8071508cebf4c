//! Putting jobs into the queue, inside the unit of work that causes them.

use std::time::Duration;

use serde::Serialize;
use store::{Result, Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::{Id, WorkspaceId},
    jobs::{Job, JobRow, Priority, wake::Enqueued},
};

/// About two and a half hours of trying, with the waits of `backoff.rs`.
const MAX_ATTEMPTS: i64 = 12;

/// A job on its way into the queue.
///
/// ```ignore
/// jobs::Enqueue::new(&Deliver { delivery }).workspace(ws).lane(endpoint, 4).insert(tx)?;
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is queued before `insert`"]
pub struct Enqueue {
    kind: &'static str,
    payload: Result<String>,
    workspace: Option<WorkspaceId>,
    start: Start,
    priority: Priority,
    key: Option<String>,
    lane: Option<(String, i64)>,
    max_attempts: i64,
}

#[derive(Debug, Clone, Copy)]
enum Start {
    At(Timestamp),
    After(Duration),
}

impl Enqueue {
    pub fn new<T: Job>(job: &T) -> Enqueue {
        Enqueue::of(T::KIND, job)
    }

    /// A job of a kind that was made by `kind_by`.
    pub fn of(kind: &'static str, payload: &impl Serialize) -> Enqueue {
        let payload = serde_json::to_string(payload).map_err(|err| {
            store::Error::Database(format!("the payload of {kind} cannot be written: {err}"))
        });
        Enqueue::raw(kind, payload)
    }

    pub(super) fn raw(kind: &'static str, payload: Result<String>) -> Enqueue {
        Enqueue {
            kind,
            payload,
            workspace: None,
            start: Start::After(Duration::ZERO),
            priority: Priority::Normal,
            key: None,
            lane: None,
            max_attempts: MAX_ATTEMPTS,
        }
    }

    /// Whose work it is; the job finds it in its context, and its dead letters are shown there.
    pub fn workspace(self, workspace: WorkspaceId) -> Enqueue {
        Enqueue {
            workspace: Some(workspace),
            ..self
        }
    }

    /// Not before then.
    pub fn at(self, at: Timestamp) -> Enqueue {
        Enqueue {
            start: Start::At(at),
            ..self
        }
    }

    /// Not before this long after the unit's time.
    pub fn after(self, wait: Duration) -> Enqueue {
        Enqueue {
            start: Start::After(wait),
            ..self
        }
    }

    pub fn priority(self, priority: Priority) -> Enqueue {
        Enqueue { priority, ..self }
    }

    /// At most one unfinished job has this key; a second one is not added, and its `insert` answers the first one's id.
    /// A job that is running has it too, so give a key only to work that may be missed once it has begun.
    pub fn key(self, key: impl Into<String>) -> Enqueue {
        Enqueue {
            key: Some(key.into()),
            ..self
        }
    }

    /// At most `limit` jobs of this lane run at a time, on all nodes together; the oldest due one goes next.
    pub fn lane(self, lane: impl Into<String>, limit: i64) -> Enqueue {
        Enqueue {
            lane: Some((lane.into(), limit.max(1))),
            ..self
        }
    }

    pub fn max_attempts(self, attempts: i64) -> Enqueue {
        Enqueue {
            max_attempts: attempts.max(1),
            ..self
        }
    }

    pub fn insert(self, tx: &mut Tx) -> Result<Id<JobRow>> {
        let Some(key) = self.key.clone() else {
            let id = tx.id();
            insert_rows(tx, vec![(id, self)])?;
            return Ok(Id::new(id));
        };
        // The job that holds the key may end between the two statements; then the key is free.
        for _ in 0..5 {
            if let Some(id) = self.insert_keyed(tx)? {
                return Ok(id);
            }
            let holder: Option<Holder> =
                tx.opt("select id from jobs where unique_key = $1", &[&key])?;
            if let Some(holder) = holder {
                return Ok(Id::new(holder.id));
            }
        }
        Err(store::Error::Conflict {
            constraint: "jobs_unique_key".to_owned(),
        })
    }

    fn insert_keyed(&self, tx: &mut Tx) -> Result<Option<Id<JobRow>>> {
        let (id, now) = (tx.id(), tx.now());
        let run_at = self.run_at(now);
        let (lane, lane_limit) = self.lane.clone().unzip();
        let payload = Value::RawJson(self.payload.clone()?);
        let added = tx.exec(
            "insert into jobs (id, workspace_id, kind, payload, priority, state, run_at, max_attempts, unique_key, lane, lane_limit, created_at)
             values ($1, $2, $3, $4, $5, 'ready', $6, $7, $8, $9, $10, $11)
             on conflict (unique_key) where unique_key is not null do nothing",
            &[
                &id,
                &self.workspace,
                &self.kind,
                &payload,
                &self.priority.number(),
                &run_at,
                &self.max_attempts,
                &self.key,
                &lane,
                &lane_limit,
                &now,
            ],
        )?;
        if added == 0 {
            return Ok(None);
        }
        tell(tx, run_at);
        Ok(Some(Id::new(id)))
    }

    fn run_at(&self, now: Timestamp) -> Timestamp {
        match self.start {
            Start::At(at) => at,
            Start::After(wait) => now.plus(wait),
        }
    }
}

/// Queues many jobs at once. Those with a key go one by one.
pub fn insert_all(tx: &mut Tx, jobs: Vec<Enqueue>) -> Result<Vec<Id<JobRow>>> {
    let mut ids = Vec::with_capacity(jobs.len());
    let mut rows = Vec::with_capacity(jobs.len());
    for job in jobs {
        if job.key.is_some() {
            ids.push(job.insert(tx)?);
        } else {
            let id = tx.id();
            ids.push(Id::new(id));
            rows.push((id, job));
        }
    }
    insert_rows(tx, rows)?;
    Ok(ids)
}

const COLUMNS: [&str; 11] = [
    "id",
    "workspace_id",
    "kind",
    "payload",
    "priority",
    "state",
    "run_at",
    "max_attempts",
    "lane",
    "lane_limit",
    "created_at",
];

fn insert_rows(tx: &mut Tx, jobs: Vec<(Uuid, Enqueue)>) -> Result<()> {
    let now = tx.now();
    let mut earliest: Option<Timestamp> = None;
    let mut rows = Vec::with_capacity(jobs.len());
    for (id, job) in jobs {
        let run_at = job.run_at(now);
        earliest = Some(earliest.map_or(run_at, |it| it.min(run_at)));
        let (lane, limit) = job
            .lane
            .map_or((Value::Null, Value::Null), |(lane, limit)| {
                (Value::Text(lane), Value::Int(limit))
            });
        rows.push(vec![
            Value::Uuid(id),
            job.workspace.map_or(Value::Null, |it| Value::Int(it.0)),
            Value::Text(job.kind.to_owned()),
            Value::RawJson(job.payload?),
            Value::Int(job.priority.number()),
            Value::Text("ready".to_owned()),
            Value::Time(run_at),
            Value::Int(job.max_attempts),
            lane,
            limit,
            Value::Time(now),
        ]);
    }
    tx.insert_many("jobs", &COLUMNS, &rows)?;
    if let Some(run_at) = earliest {
        tell(tx, run_at);
    }
    Ok(())
}

/// Wakes the runners, here and elsewhere, once the unit has committed.
pub(super) fn tell(tx: &mut Tx, run_at: Timestamp) {
    tx.note(Enqueued { run_at });
    tx.announce();
}

struct Holder {
    id: Uuid,
}
store::row!(Holder { id });
