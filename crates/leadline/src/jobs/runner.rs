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
        hands::{self, Attention, Hands},
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

/// All that decides what the loop does next.
#[derive(Debug, Clone)]
struct Moment {
    now: Timestamp,
    due: Timestamp,
    more: bool,
    room: usize,
    ended: usize,
    since_turn: Duration,
    pause: Duration,
    renew_in: Duration,
    sweep_in: Duration,
}

/// What the loop does next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Turn,
    /// For so long, unless woken.
    Sleep(Duration),
}

impl Moment {
    fn step(&self) -> Step {
        let pause = self.pause.saturating_sub(self.since_turn);
        if !pause.is_zero() {
            return Step::Sleep(pause);
        }
        let hungry = self.room > 0 && (self.more || self.due <= self.now);
        let gap = GAP.saturating_sub(self.since_turn);
        if hungry && (gap.is_zero() || (self.more && self.room >= ROOM)) {
            return Step::Turn;
        }
        let write_down = match self.ended {
            0 => Duration::MAX,
            _ => WRITE_DOWN.saturating_sub(self.since_turn),
        };
        let duty = write_down.min(self.renew_in).min(self.sweep_in);
        if duty.is_zero() {
            return Step::Turn;
        }
        let claim = match self.room {
            0 => Duration::MAX,
            _ if hungry => gap,
            _ => self.due.since(self.now).max(gap),
        };
        Step::Sleep(duty.min(claim))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(50);

    /// Nothing to do, and nothing known to come.
    fn idle() -> Moment {
        Moment {
            now: Timestamp(1_000),
            due: Timestamp(i64::MAX),
            more: false,
            room: 32,
            ended: 0,
            since_turn: LONG,
            pause: Duration::ZERO,
            renew_in: Duration::MAX,
            sweep_in: LONG,
        }
    }

    #[test]
    fn it_sleeps_to_whatever_comes_first() {
        assert_eq!(idle().step(), Step::Sleep(LONG));
        let due = Moment {
            due: Timestamp(1_700),
            ..idle()
        };
        assert_eq!(due.step(), Step::Sleep(Duration::from_millis(700)));
        let renew = Moment {
            renew_in: Duration::from_millis(20),
            ..due.clone()
        };
        assert_eq!(renew.step(), Step::Sleep(Duration::from_millis(20)));
        assert_eq!(
            Moment {
                due: Timestamp(1_000),
                ..idle()
            }
            .step(),
            Step::Turn
        );
        assert_eq!(
            Moment {
                sweep_in: Duration::ZERO,
                ..idle()
            }
            .step(),
            Step::Turn
        );
        assert_eq!(
            Moment { room: 0, ..due }.step(),
            Step::Sleep(LONG),
            "no hands free for it"
        );
    }

    #[test]
    fn a_trickle_is_taken_by_the_handful_and_a_flood_at_once() {
        let now = Moment {
            since_turn: Duration::from_millis(1),
            ..idle()
        };
        let trickle = Moment {
            due: Timestamp(900),
            ..now.clone()
        };
        assert_eq!(trickle.step(), Step::Sleep(Duration::from_millis(2)));
        assert_eq!(
            Moment {
                more: true,
                room: ROOM,
                ..now.clone()
            }
            .step(),
            Step::Turn
        );
        assert_eq!(
            Moment {
                more: true,
                room: 1,
                ..now.clone()
            }
            .step(),
            Step::Sleep(Duration::from_millis(2))
        );
        assert_eq!(
            Moment { ended: 1, ..now }.step(),
            Step::Sleep(Duration::from_millis(4))
        );
        assert_eq!(Moment { ended: 1, ..idle() }.step(), Step::Turn);
    }

    #[test]
    fn a_database_that_failed_is_left_alone_for_a_while() {
        let pause = Duration::from_millis(100);
        let failed = Moment {
            pause,
            more: true,
            since_turn: Duration::ZERO,
            ..idle()
        };
        assert_eq!(failed.step(), Step::Sleep(pause));
        assert_eq!(
            Moment {
                since_turn: pause,
                ..failed
            }
            .step(),
            Step::Turn
        );
    }
}
