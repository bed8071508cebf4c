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
    base::{App, secret},
    jobs::{
        Enqueue, Wake,
        hands::{self, Attention, Hands},
        kind::Kind,
        lease::Verdict,
        pace::{self, Moment, Step, WRITE_DOWN},
        turn::{CLAIM, Turn, Turned, turn},
    },
};

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
            let moment = self.moment();
            match moment.step() {
                Step::Turn => self.turn(moment.room).await,
                Step::Sleep(wait) if !self.may_sleep(&moment, wait) => {}
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

    fn moment(&self) -> Moment {
        let now = self.app.db.clock().now();
        let load = self.hands.load();
        let due = self.next_due.unwrap_or(Timestamp(i64::MAX));
        let renewal = self.hands.first_lease_end();
        Moment {
            now,
            due: due.min(self.wake.told()),
            more: self.more,
            room: self.room_beside(load.held),
            ended: load.ended,
            since_turn: self.last_turn.map_or(Duration::MAX, |it| it.elapsed()),
            gap: pace::gap(self.app.db.engine()),
            pause: self.pause(),
            renew_in: renewal.map_or(Duration::MAX, |it| it.minus(self.lease * 2 / 3).since(now)),
            sweep_in: self.next_sweep.saturating_duration_since(Instant::now()),
        }
    }

    /// Declares what to be woken for during a sleep of this length; false when that has happened already.
    fn may_sleep(&self, moment: &Moment, wait: Duration) -> bool {
        let attention = match () {
            () if wait > WRITE_DOWN => Attention::First,
            () if moment.more => Attention::Crowd,
            () => Attention::Nothing,
        };
        self.hands.attend(attention, moment.ended) && self.wake.may_sleep(moment.due)
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
    fn room_beside(&self, held: usize) -> usize {
        (self.app.config.jobs.workers.max(1) + self.ahead).saturating_sub(held)
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
