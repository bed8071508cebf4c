//! The right of one run to say what came of a job.

use std::time::Duration;

use serde::Serialize;
use store::{Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::{Error, Result},
    jobs::{Failure, backoff, enqueue, lanes},
};

/// One attempt at one job by one node. When the lease has run out and the job was taken over, its units of work fail,
/// so of two runs of a job only one leaves an effect.
#[derive(Debug, Clone)]
pub struct Lease {
    pub(super) id: Uuid,
    pub(super) owner: Uuid,
    pub(super) attempt: i64,
    pub(super) max_attempts: i64,
    pub(super) lane: Option<Lane>,
    pub(super) every: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) limit: i64,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Done,
    Failed(Failure),
    /// No such kind here; a newer node knows it.
    Unknown,
    /// Claimed, and handed back without having begun.
    NotStarted,
    /// Broken off by the server's stop.
    Unfinished,
}

#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) lease: Lease,
    pub(super) verdict: Verdict,
}

/// What becomes of the row of a job that does not simply go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ending {
    state: &'static str,
    /// None: as it was.
    run_at: Option<Timestamp>,
    attempt: i64,
    error: Option<String>,
}

/// Another node may know the kind; looking again costs little.
const UNKNOWN_AGAIN: Duration = Duration::from_mins(1);
const LONGEST_ERROR: usize = 500;

impl Lease {
    /// Ends the job in this unit of work.
    pub fn complete(&self, tx: &mut Tx) -> Result<()> {
        if let Some(lane) = &self.lane {
            lanes::lock(tx, std::slice::from_ref(&lane.name))?;
        }
        if !self.settle(tx, &Verdict::Done)? {
            return Err(lost());
        }
        if let Some(lane) = &self.lane
            && lanes::let_next_in(tx, lane)? > 0
        {
            let now = tx.now();
            enqueue::tell(tx, now);
        }
        Ok(())
    }

    /// Replaces the payload by what is left to do. The next run, if there is one, begins there.
    pub fn advance(&self, tx: &mut Tx, rest: &impl Serialize) -> Result<()> {
        let payload = serde_json::to_string(rest).map_err(|err| {
            Error::Internal(format!("the payload of a job cannot be written: {err}"))
        })?;
        let changed = tx.exec(
            "update jobs set payload = $4 where id = $1 and lease_owner = $2 and attempt = $3",
            &[
                &self.id,
                &self.owner,
                &self.attempt,
                &Value::RawJson(payload),
            ],
        )?;
        if changed == 1 { Ok(()) } else { Err(lost()) }
    }

    /// Writes what came of the attempt; false when the job is another's by now.
    pub(super) fn settle(&self, tx: &mut Tx, verdict: &Verdict) -> store::Result<bool> {
        let changed = match self.ending(verdict, tx.now()) {
            None => tx.exec(
                "delete from jobs where id = $1 and lease_owner = $2 and attempt = $3",
                &[&self.id, &self.owner, &self.attempt],
            )?,
            Some(ending) => tx.exec(
                "update jobs set state = $4, run_at = coalesce($5, run_at), attempt = $6, last_error = coalesce($7, last_error),
                     unique_key = case when $4 = 'dead' then null else unique_key end, lease_until = null, lease_owner = null
                 where id = $1 and lease_owner = $2 and attempt = $3",
                &[
                    &self.id,
                    &self.owner,
                    &self.attempt,
                    &ending.state,
                    &ending.run_at,
                    &ending.attempt,
                    &ending.error,
                ],
            )?,
        };
        Ok(changed == 1)
    }

    /// Nothing: the row goes.
    pub(super) fn ending(&self, verdict: &Verdict, now: Timestamp) -> Option<Ending> {
        let ready = |run_at, attempt, error: Option<&str>| {
            Some(Ending {
                state: "ready",
                run_at,
                attempt,
                error: error.map(short),
            })
        };
        match (verdict, self.every) {
            (Verdict::Done, None) => None,
            (Verdict::Done, Some(every)) => ready(Some(now.plus(every)), 0, None),
            (Verdict::NotStarted, _) => ready(None, self.attempt - 1, None),
            (Verdict::Unfinished, _) => ready(
                None,
                self.attempt,
                Some("broken off by a stop of the server"),
            ),
            (Verdict::Unknown, _) => ready(
                Some(now.plus(UNKNOWN_AGAIN)),
                self.attempt - 1,
                Some("no node that looked knows this kind of job"),
            ),
            (Verdict::Failed(failure), every) => {
                let (at, error) = match failure {
                    Failure::Later(at, error) => (Some(*at), error),
                    Failure::Again(error) => (
                        Some(now.plus(backoff::wait_after(self.id, self.attempt))),
                        error,
                    ),
                    Failure::Never(error) => (None, error),
                };
                match at.filter(|_| self.attempt < self.max_attempts) {
                    Some(at) => ready(Some(at), self.attempt, Some(error)),
                    None => match every {
                        Some(every) => ready(Some(now.plus(every)), 0, Some(error)),
                        None => Some(Ending {
                            state: "dead",
                            run_at: None,
                            attempt: self.attempt,
                            error: Some(short(error)),
                        }),
                    },
                }
            }
        }
    }
}

impl Ending {
    pub(super) fn is_dead(&self) -> bool {
        self.state == "dead"
    }
}

fn lost() -> Error {
    Error::conflict("lease_lost", "This job was taken over by another run.")
}

fn short(error: &str) -> String {
    error.chars().take(LONGEST_ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn lease(attempt: i64, every: Option<Duration>) -> Lease {
        Lease {
            id: Uuid::from_u128(1),
            owner: Uuid::from_u128(2),
            attempt,
            max_attempts: 3,
            lane: None,
            every,
        }
    }

    fn again() -> Verdict {
        Verdict::Failed(Failure::Again("no answer".into()))
    }

    #[test]
    fn a_failed_attempt_waits_and_the_last_one_is_dead() {
        let first = lease(1, None).ending(&again(), NOW).unwrap();
        assert_eq!((first.state, first.attempt), ("ready", 1));
        let wait = first.run_at.unwrap().since(NOW).as_secs_f64();
        assert!((4.0..=6.0).contains(&wait), "{wait}");
        let last = lease(3, None).ending(&again(), NOW).unwrap();
        assert_eq!(
            (last.is_dead(), last.run_at, last.error.as_deref()),
            (true, None, Some("no answer"))
        );
        let never = Verdict::Failed(Failure::Never("gone".into()));
        assert!(lease(1, None).ending(&never, NOW).unwrap().is_dead());
        let later = Verdict::Failed(Failure::Later(Timestamp(5), "asked to wait".into()));
        assert_eq!(
            lease(1, None).ending(&later, NOW).unwrap().run_at,
            Some(Timestamp(5))
        );
        assert!(lease(3, None).ending(&later, NOW).unwrap().is_dead());
    }

    #[test]
    fn a_job_that_never_began_keeps_its_attempts() {
        assert_eq!(
            lease(2, None)
                .ending(&Verdict::NotStarted, NOW)
                .unwrap()
                .attempt,
            1
        );
        assert_eq!(
            lease(2, None)
                .ending(&Verdict::Unknown, NOW)
                .unwrap()
                .attempt,
            1
        );
        assert_eq!(
            lease(2, None)
                .ending(&Verdict::Unfinished, NOW)
                .unwrap()
                .attempt,
            2
        );
    }

    #[test]
    fn a_recurring_job_comes_back_whatever_happened() {
        let hour = Some(Duration::from_hours(1));
        assert_eq!(lease(1, None).ending(&Verdict::Done, NOW), None);
        for verdict in [
            Verdict::Done,
            Verdict::Failed(Failure::Never("gone".into())),
        ] {
            let next = lease(1, hour).ending(&verdict, NOW).unwrap();
            assert_eq!(
                (next.state, next.run_at, next.attempt),
                ("ready", Some(Timestamp(4_600_000)), 0)
            );
        }
    }
}
