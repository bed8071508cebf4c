//! A unit of work on its way through the threads.

use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::atomic::Ordering::Relaxed,
    time::Instant,
};

use tokio::sync::oneshot;

use crate::{Error, Notes, Result, Timestamp, Tx, conn::Conn, shared::Shared};

/// A closure with its reply, its types rubbed out.
pub(crate) trait Unit: Send {
    /// Runs the closure and keeps its answer.
    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome;
    /// Tells the caller: the closure's answer, or why it does not hold.
    fn reply(self: Box<Self>, fate: Result<()>);
    /// Whether anyone still waits for the answer.
    fn is_wanted(&self) -> bool;
    fn lane(&self) -> Lane;
    fn caller(&self) -> &'static Location<'static>;
    fn queued_at(&self) -> Instant;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Keep,
    Undo,
    Panicked,
}

struct Task<F, T, E> {
    closure: Option<F>,
    answer: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    lane: Lane,
    caller: &'static Location<'static>,
    queued_at: Instant,
}

pub(crate) fn unit<T, E>(
    lane: Lane,
    closure: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    caller: &'static Location<'static>,
) -> (Box<dyn Unit>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let task = Task {
        closure: Some(closure),
        answer: None,
        reply,
        lane,
        caller,
        queued_at: Instant::now(),
    };
    (Box::new(task), answer)
}

impl<F, T, E> Unit for Task<F, T, E>
where
    F: FnOnce(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome {
        let Some(closure) = self.closure.take() else {
            return Outcome::Undo;
        };
        // A panic ends this unit of work, not the thread that owns the connection.
        let Ok(answer) = catch_unwind(AssertUnwindSafe(|| closure(tx))) else {
            self.answer = Some(Err(E::from(Error::Panicked)));
            return Outcome::Panicked;
        };
        let answer = match tx.spoiled() {
            Some(err) if answer.is_ok() => Err(E::from(err)),
            _ => answer,
        };
        let outcome = if answer.is_ok() {
            Outcome::Keep
        } else {
            Outcome::Undo
        };
        self.answer = Some(answer);
        outcome
    }

    fn reply(self: Box<Self>, fate: Result<()>) {
        let answer = match (self.answer, fate) {
            (Some(Err(err)), _) => Err(err),
            (_, Err(err)) => Err(E::from(err)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(E::from(Error::Database(
                "the unit of work did not run".to_owned(),
            ))),
        };
        // The caller may have gone away; its work is kept all the same.
        let _ = self.reply.send(answer);
    }

    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn lane(&self) -> Lane {
        self.lane
    }

    fn caller(&self) -> &'static Location<'static> {
        self.caller
    }

    fn queued_at(&self) -> Instant {
        self.queued_at
    }
}

/// Whether a unit came through `Db::read` or `Db::write`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Read,
    Write,
}

/// What running a unit came to.
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) announced: bool,
}

/// Runs a unit on an open transaction, with everything that is counted and logged about it.
pub(crate) fn run(
    unit: &mut dyn Unit,
    conn: &mut dyn Conn,
    notes: &mut Notes,
    shared: &Shared,
    now: Timestamp,
    number: i64,
) -> Ran {
    let began = Instant::now();
    let mut tx = Tx::new(conn, &shared.ids, notes, now, number);
    let outcome = unit.run(&mut tx);
    let announced = tx.announced() && outcome == Outcome::Keep;
    let took = began.elapsed();

    let meters = &shared.meters;
    meters.unit(unit.lane(), outcome, began - unit.queued_at(), took);
    if outcome == Outcome::Panicked {
        let caller = unit.caller();
        tracing::error!(%caller, "a unit of work panicked; its writes were undone");
    }
    if took >= shared.slow_unit {
        meters.slow_units.fetch_add(1, Relaxed);
        let caller = unit.caller();
        tracing::warn!(%caller, ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "slow unit of work");
    }
    Ran { outcome, announced }
}
