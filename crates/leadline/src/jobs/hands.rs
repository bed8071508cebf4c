//! What a node has in hand: jobs that wait for a free worker, jobs that run, and what came of those that ended.
//! The runner fills it, its workers empty it; neither waits for the other.

use std::{
    collections::{HashMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering::Relaxed},
};

use futures_util::FutureExt;
use store::Timestamp;
use uuid::Uuid;

use crate::{
    base::App,
    jobs::{
        Context, Failure, Wake,
        lease::{Lease, Outcome, Verdict},
        turn::Claimed,
    },
};

/// So many ends are a crowd.
const CROWD: usize = 64;

/// Which ends of jobs a sleeping runner is woken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Attention {
    /// The first one.
    #[default]
    First,
    /// A crowd, or the last one in hand: there is more to claim.
    Crowd,
    /// It wakes soon enough by itself.
    Nothing,
}

pub(super) struct Hands {
    inner: Mutex<Inner>,
    wake: Wake,
}

#[derive(Default)]
struct Inner {
    waiting: [VecDeque<Claimed>; 3],
    workers: usize,
    ended: Vec<Outcome>,
    held: HashMap<Uuid, Held>,
    attention: Attention,
}

/// A job whose lease is ours, whether it waits or runs.
struct Held {
    lease: Lease,
    until: Timestamp,
}

/// How much is in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) held: usize,
    pub(super) ended: usize,
}

impl Hands {
    pub(super) fn new(wake: Wake) -> Hands {
        Hands {
            inner: Mutex::default(),
            wake,
        }
    }

    pub(super) fn load(&self) -> Load {
        let inner = self.lock();
        Load {
            held: inner.held.len(),
            ended: inner.ended.len(),
        }
    }

    /// Takes jobs in; answers how many workers to start, so that there are at most `workers`.
    pub(super) fn add(&self, claimed: Vec<Claimed>, until: Timestamp, workers: usize) -> usize {
        let mut inner = self.lock();
        for job in claimed {
            inner.held.insert(
                job.lease.id,
                Held {
                    lease: job.lease.clone(),
                    until,
                },
            );
            inner.waiting[job.priority as usize].push_back(job);
        }
        let waiting: usize = inner.waiting.iter().map(VecDeque::len).sum();
        let start = waiting.min(workers.saturating_sub(inner.workers));
        inner.workers += start;
        self.wake
            .tally()
            .in_hand
            .store(inner.held.len() as u64, Relaxed);
        start
    }

    /// Says what the runner, about to sleep, is to be woken for; false when more has ended than it knows of.
    pub(super) fn attend(&self, attention: Attention, known: usize) -> bool {
        let mut inner = self.lock();
        inner.attention = attention;
        !inner.is_news(known)
    }

    /// Hands over what ended, to be written down.
    pub(super) fn take_ended(&self) -> Vec<Outcome> {
        let mut inner = self.lock();
        inner.attention = Attention::Nothing;
        std::mem::take(&mut inner.ended)
    }

    /// Gives back what could not be written down.
    pub(super) fn put_back(&self, outcomes: Vec<Outcome>) {
        self.lock().ended.extend(outcomes);
    }

    pub(super) fn ended(&self, lease: Lease, verdict: Verdict) {
        self.lock().ended.push(Outcome { lease, verdict });
    }

    /// Jobs whose lease ends before `soon`.
    pub(super) fn to_renew(&self, soon: Timestamp) -> Vec<Uuid> {
        let inner = self.lock();
        inner
            .held
            .iter()
            .filter(|(_, held)| held.until < soon)
            .map(|(id, _)| *id)
            .collect()
    }

    pub(super) fn renewed(&self, ids: &[Uuid], until: Timestamp) {
        let mut inner = self.lock();
        for id in ids {
            if let Some(held) = inner.held.get_mut(id) {
                held.until = until;
            }
        }
    }

    /// The end of the first lease to end.
    pub(super) fn first_lease_end(&self) -> Option<Timestamp> {
        self.lock().held.values().map(|it| it.until).min()
    }

    /// Marks everything that waits as not begun.
    pub(super) fn drop_waiting(&self) {
        let mut inner = self.lock();
        let waiting: Vec<Claimed> = inner.waiting.iter_mut().flat_map(std::mem::take).collect();
        for job in waiting {
            inner.end(job.lease, Verdict::NotStarted);
        }
    }

    /// Marks everything that ran as unfinished, its workers having been broken off; answers how many there were.
    pub(super) fn break_off(&self) -> usize {
        let mut inner = self.lock();
        let held = std::mem::take(&mut inner.held);
        inner.ended.extend(held.into_values().map(|it| Outcome {
            lease: it.lease,
            verdict: Verdict::Unfinished,
        }));
        inner.ended.len()
    }

    fn next(&self) -> Option<Claimed> {
        let mut inner = self.lock();
        let job = inner.waiting.iter_mut().find_map(VecDeque::pop_front);
        if job.is_none() {
            inner.workers -= 1;
        }
        job
    }

    fn give(&self, lease: Lease, verdict: Verdict) {
        let nudge = {
            let mut inner = self.lock();
            inner.end(lease, verdict);
            let news = inner.is_news(0);
            if news {
                inner.attention = Attention::Nothing;
            }
            news
        };
        if nudge {
            self.wake.nudge();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether the runner, knowing of so many ends, is to be woken.
    fn is_news(&self, known: usize) -> bool {
        let ended = self.ended.len();
        match self.attention {
            Attention::First => ended > known,
            Attention::Crowd => ended > known && (ended >= CROWD || self.held.is_empty()),
            Attention::Nothing => false,
        }
    }

    fn end(&mut self, lease: Lease, verdict: Verdict) {
        // Where the job was lost and claimed again meanwhile, the later attempt speaks.
        if self
            .held
            .get(&lease.id)
            .is_some_and(|it| it.lease.attempt == lease.attempt)
        {
            self.held.remove(&lease.id);
            self.ended.push(Outcome { lease, verdict });
        }
    }
}

/// A worker: runs one job after the other until none waits.
pub(super) async fn work(hands: Arc<Hands>, app: Arc<App>) {
    while let Some(job) = hands.next() {
        let lease = job.lease.clone();
        let verdict = run(&app, job).await;
        tally(&hands.wake, &lease, &verdict);
        hands.give(lease, verdict);
    }
}

/// Runs one job; a panic is a failed attempt.
pub(super) async fn run(app: &Arc<App>, job: Claimed) -> Verdict {
    let (id, kind, attempt) = (job.lease.id, job.kind.name, job.lease.attempt);
    let context = Context {
        app: Arc::clone(app),
        workspace: job.workspace,
        lease: job.lease,
    };
    // Begun inside, so that a panic of its first steps is caught too.
    let ran = AssertUnwindSafe(async { job.kind.run(&job.payload, context).await })
        .catch_unwind()
        .await;
    match ran {
        Ok(Ok(())) => Verdict::Done,
        Ok(Err(failure)) => {
            tracing::warn!(job = %id, kind, attempt, ?failure, "a job failed");
            Verdict::Failed(failure)
        }
        Err(_) => {
            tracing::error!(job = %id, kind, attempt, "a job panicked");
            Verdict::Failed(Failure::Again("panicked".to_owned()))
        }
    }
}

fn tally(wake: &Wake, lease: &Lease, verdict: &Verdict) {
    let tally = wake.tally();
    if *verdict == Verdict::Done {
        tally.completed.fetch_add(1, Relaxed);
        return;
    }
    tally.failed.fetch_add(1, Relaxed);
    if lease
        .ending(verdict, Timestamp(0))
        .is_some_and(|it| it.is_dead())
    {
        tally.died.fetch_add(1, Relaxed);
        tracing::error!(job = %lease.id, "a job was given up; it waits on the dead-letter list");
    }
}
