//! The loop that keeps a node's workers busy, and sleeps when there is nothing to do.
//!
//! It sleeps to the next due time, the next lease to renew, or the minute's look for jobs that dead nodes left behind,
//! and is woken earlier by commits that queue something ([`Wake`], and [`store::Db::listen`] for other nodes').

use std::{collections::HashMap, sync::Arc, sync::atomic::Ordering::Relaxed, time::Duration};

use store::{Engine, Timestamp};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

use crate::{
    base::{App, Error, Result, secret},
    jobs::{
        Enqueue, Wake,
        hands::{self, Hands},
        kind::Kind,
        lease::{Outcome, Verdict},
        turn::{CLAIM, Turn, Turned, turn},
    },
};

/// Turns that are not in a hurry keep this distance, so that a trickle of due jobs is taken by the handful.
const GAP: Duration = Duration::from_millis(3);
/// So much room in hand is worth a turn at once.
const ROOM: usize = CLAIM / 2;
/// What has ended is written down after this long, if no turn came by.
const WRITE_DOWN: Duration = Duration::from_millis(5);
/// How often to look for jobs whose node died.
const SWEEP: Duration = Duration::from_mins(1);
/// Every so many claims begin with the lowest priority, for so many jobs.
const SHARE_EVERY: u64 = 8;
const SHARE: usize = 16;

/// Runs this node's jobs.
#[derive(Debug)]
pub struct Runner;

/// A started runner.
#[derive(Debug)]
pub struct RunnerHandle {
    stop: watch::Sender<Option<Duration>>,
    task: JoinHandle<()>,
}

impl Runner {
    /// Starts the loop. `App.state` must hold the [`Wake`] whose hook the database was given.
    pub fn start(app: Arc<App>, kinds: Vec<Kind>) -> RunnerHandle {
        let (stop, stopped) = watch::channel(None);
        let task = tokio::spawn(async move { Loop::new(app, &kinds).run(stopped).await });
        RunnerHandle { stop, task }
    }
}

impl RunnerHandle {
    /// Claims nothing more, lets the jobs in hand finish for so long, hands the others back.
    pub async fn stop(self, patience: Duration) {
        self.stop.send_replace(Some(patience));
        if let Err(err) = self.task.await {
            tracing::error!(%err, "the job runner did not stop in order");
        }
    }
}

struct Loop {
    app: Arc<App>,
    wake: Arc<Wake>,
    hands: Arc<Hands>,
    workers: JoinSet<()>,
    node: Uuid,
    lease: Duration,
    kinds: Arc<HashMap<&'static str, Kind>>,
    /// The last turn found more than it took.
    more: bool,
    next_due: Option<Timestamp>,
    /// Jobs that may be in hand beyond the workers: as many as lately ended between two turns.
    ahead: usize,
    claims: u64,
    last_turn: Option<Instant>,
    next_sweep: Instant,
    failures: u32,
}

/// What the loop does next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Turn,
    /// For so long, unless woken.
    Sleep(Duration),
}

impl Loop {
    fn new(app: Arc<App>, kinds: &[Kind]) -> Loop {
        let wake = app.state.get::<Wake>();
        Loop {
            hands: Arc::new(Hands::new(Wake::clone(&wake))),
            wake,
            workers: JoinSet::new(),
            node: uuid::Builder::from_random_bytes(secret::random()).into_uuid(),
            lease: Duration::from_secs(app.config.jobs.lease_s.max(1)),
            kinds: Arc::new(kinds.iter().map(|it| (it.name, it.clone())).collect()),
            app,
            more: true,
            next_due: None,
            ahead: 0,
            claims: 0,
            last_turn: None,
            next_sweep: Instant::now(),
            failures: 0,
        }
    }

    async fn run(mut self, mut stopped: watch::Receiver<Option<Duration>>) {
        let mut elsewhere = self.app.db.listen();
        // On SQLite every commit is this node's own, and the hook tells of it.
        let listens = self.app.db.engine() == Engine::Postgres || !self.wake.has_hook();
        self.start().await;
        let patience = loop {
            if let Some(patience) = *stopped.borrow() {
                break patience;
            }
            match self.step() {
                Step::Turn => self.turn(self.room()).await,
                Step::Sleep(wait) => {
                    tokio::select! {
                        () = sleep(wait) => {}
                        () = self.wake.notified() => {}
                        changed = elsewhere.changed(), if listens => match changed {
                            Ok(()) => self.more = true,
                            Err(_) => break Duration::ZERO,
                        },
                        changed = stopped.changed() => if changed.is_err() {
                            break Duration::ZERO;
                        },
                    }
                }
            }
            while self.workers.try_join_next().is_some() {}
        };
        self.stop(patience).await;
    }

    /// Puts the recurring jobs there. An `SQLite` file has one node: what it finds running was left by its own crash.
    async fn start(&mut self) {
        let recurring: Vec<Kind> = self
            .kinds
            .values()
            .filter(|it| it.every.is_some())
            .cloned()
            .collect();
        let prepared = self
            .app
            .db
            .write(move |tx| ensure_recurring(tx, &recurring))
            .await;
        if let Err(err) = prepared {
            tracing::warn!(%err, "recurring jobs could not be queued; the next start will");
        }
        if self.app.db.engine() == Engine::Sqlite {
            self.take_turn(Turn {
                take_over: Some(Timestamp(i64::MAX)),
                ..self.plan()
            })
            .await;
        }
    }

    fn step(&mut self) -> Step {
        let (now, instant) = (self.app.db.clock().now(), Instant::now());
        let load = self.hands.load();
        let since = self.last_turn.map(|it| instant - it);
        let due = self
            .next_due
            .unwrap_or(Timestamp(i64::MAX))
            .min(self.wake.told());
        let hungry = self.more || due <= now;
        let room = self.room();
        if let Some(pause) = self.pause().checked_sub(since.unwrap_or(Duration::MAX)) {
            return Step::Sleep(pause);
        }
        if hungry && room > 0 && (room >= ROOM && self.more || since.is_none_or(|it| it >= GAP)) {
            return Step::Turn;
        }
        let write_down = WRITE_DOWN.saturating_sub(since.unwrap_or(Duration::MAX));
        let renew = self
            .hands
            .first_lease_end()
            .map(|it| it.minus(self.lease * 2 / 3).since(now));
        let sweep = self.next_sweep.saturating_duration_since(instant);
        if (load.ended > 0 && write_down.is_zero())
            || renew.is_some_and(|it| it.is_zero())
            || sweep.is_zero()
        {
            return Step::Turn;
        }
        let mut wait = sweep.min(renew.unwrap_or(Duration::MAX));
        if load.ended > 0 {
            wait = wait.min(write_down);
        }
        if hungry && room > 0 {
            return Step::Sleep(wait.min(GAP.saturating_sub(since.unwrap_or(GAP))));
        }
        if !hungry && !self.wake.may_sleep(due) {
            return Step::Sleep(Duration::ZERO);
        }
        if !hungry && room > 0 {
            wait = wait.min(due.since(now).max(GAP.saturating_sub(since.unwrap_or(GAP))));
        }
        Step::Sleep(wait)
    }

    /// How long to leave a database alone that has just failed.
    fn pause(&self) -> Duration {
        match self.failures {
            0 => Duration::ZERO,
            failures => {
                (Duration::from_millis(50) * (1 << failures.min(7))).min(Duration::from_secs(5))
            }
        }
    }

    /// How many more jobs may be in hand.
    fn room(&self) -> usize {
        (self.app.config.jobs.workers.max(1) + self.ahead).saturating_sub(self.hands.load().held)
    }

    /// A turn that claims nothing.
    fn plan(&self) -> Turn {
        Turn {
            node: self.node,
            lease: self.lease,
            kinds: Arc::clone(&self.kinds),
            ..Turn::default()
        }
    }

    async fn turn(&mut self, room: usize) {
        let now = self.app.db.clock().now();
        let outcomes = self.hands.take_ended();
        // As many in reserve as are used up between two turns: none when jobs are slow, a batch when they are quick.
        self.ahead = (outcomes.len() * 2).min(CLAIM);
        self.claims += 1;
        let take_over = (self.next_sweep <= Instant::now()).then_some(now);
        self.wake.forget();
        let turn = Turn {
            outcomes,
            renew: self.hands.to_renew(now.plus(self.lease * 2 / 3)),
            take_over,
            want: room.min(CLAIM),
            whenever_first: if self.claims.is_multiple_of(SHARE_EVERY) {
                SHARE
            } else {
                0
            },
            ..self.plan()
        };
        if take_over.is_some() {
            self.next_sweep = Instant::now() + SWEEP.min(self.lease);
        }
        self.take_turn(turn).await;
    }

    async fn take_turn(&mut self, plan: Turn) {
        let plan = Arc::new(plan);
        let given = Arc::clone(&plan);
        let turned = self.app.db.write(move |tx| turn(tx, &given)).await;
        self.last_turn = Some(Instant::now());
        match turned {
            Ok(turned) => {
                self.failures = 0;
                self.hands.renewed(&plan.renew, turned.lease_until);
                self.receive(turned);
            }
            Err(err) => {
                if self.failures == 0 {
                    tracing::warn!(%err, "the job queue could not be read; trying again");
                }
                self.failures += 1;
                self.more = true;
                self.hands.put_back(plan.outcomes.clone());
            }
        }
    }

    fn receive(&mut self, turned: Turned) {
        let tally = self.wake.tally();
        tally
            .claimed
            .fetch_add(turned.claimed.len() as u64, Relaxed);
        tally
            .taken_over
            .fetch_add(turned.taken_over as u64, Relaxed);
        self.more = turned.more;
        self.next_due = turned.next_due;
        for lease in turned.strangers {
            self.hands.ended(lease, Verdict::Unknown);
        }
        let workers = self.app.config.jobs.workers.max(1);
        for _ in 0..self.hands.add(turned.claimed, turned.lease_until, workers) {
            self.workers
                .spawn(hands::work(Arc::clone(&self.hands), Arc::clone(&self.app)));
        }
    }

    async fn stop(mut self, patience: Duration) {
        self.hands.drop_waiting();
        let finished = timeout(patience, async {
            while self.workers.join_next().await.is_some() {}
        })
        .await;
        if finished.is_err() {
            self.workers.shutdown().await;
            let jobs = self.hands.break_off();
            tracing::warn!(jobs, "jobs did not end in time; they are handed back");
        }
        let last = Turn {
            outcomes: self.hands.take_ended(),
            ..self.plan()
        };
        if let Err(err) = self.app.db.write(move |tx| turn(tx, &last)).await {
            tracing::warn!(%err, "what came of the last jobs could not be written down; they will run again");
        }
    }
}

fn ensure_recurring(tx: &mut store::Tx, kinds: &[Kind]) -> store::Result<()> {
    for kind in kinds {
        if let Some(payload) = kind.first_payload {
            Enqueue::raw(kind.name, Ok(payload()))
                .key(format!("recurring:{}", kind.name))
                .insert(tx)?;
        }
    }
    Ok(())
}

/// More runs than any test means to cause.
const RUNAWAY: usize = 100_000;

/// Runs everything that is due, one job after the other, and what that causes, until nothing is due any more.
/// For tests, with a clock moved by hand. Answers how many jobs ran.
pub async fn run_until_idle(app: &Arc<App>, kinds: &[Kind]) -> Result<usize> {
    let node = uuid::Builder::from_random_bytes(secret::random()).into_uuid();
    let kinds: Arc<HashMap<&'static str, Kind>> =
        Arc::new(kinds.iter().map(|it| (it.name, it.clone())).collect());
    let lease = Duration::from_secs(app.config.jobs.lease_s.max(1));
    let (mut ran, mut outcomes) = (0, Vec::new());
    loop {
        let plan = Turn {
            node,
            lease,
            kinds: Arc::clone(&kinds),
            outcomes: std::mem::take(&mut outcomes),
            take_over: Some(app.db.clock().now()),
            want: CLAIM,
            ..Turn::default()
        };
        let written = plan.outcomes.len();
        let turned = app.db.write(move |tx| turn(tx, &plan)).await?;
        if turned.claimed.is_empty() && turned.strangers.is_empty() && !turned.more && written == 0
        {
            return Ok(ran);
        }
        outcomes.extend(turned.strangers.into_iter().map(|lease| Outcome {
            lease,
            verdict: Verdict::Unknown,
        }));
        let mut claimed = turned.claimed;
        claimed.sort_by_key(|it| (it.priority, it.run_at, it.lease.id));
        for job in claimed {
            let lease = job.lease.clone();
            let verdict = hands::run(app, job).await;
            outcomes.push(Outcome { lease, verdict });
            ran += 1;
        }
        if ran > RUNAWAY {
            return Err(Error::Internal(
                "jobs cause each other without end".to_owned(),
            ));
        }
    }
}
