//! What the threads of a database have in common.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    AfterCommit, BeforeCommit, Clock, Error, Notes, Options, Result, Timestamp, Tx, conn::Conn,
    ids::Ids, stats::Meters,
};

pub(crate) struct Shared {
    pub(crate) ids: Ids,
    pub(crate) clock: Clock,
    pub(crate) meters: Meters,
    pub(crate) slow_unit: Duration,
    /// Rung after each commit that was announced.
    pub(crate) bell: watch::Sender<u64>,
    before_commit: Vec<BeforeCommit>,
    after_commit: Vec<AfterCommit>,
}

impl Shared {
    pub(crate) fn new(options: &Options) -> Shared {
        Shared {
            ids: Ids::new(),
            clock: options.clock.clone(),
            meters: Meters::default(),
            slow_unit: options.slow_unit,
            bell: watch::Sender::new(0),
            before_commit: options.before_commit.clone(),
            after_commit: options.after_commit.clone(),
        }
    }

    pub(crate) fn ring(&self) {
        self.bell.send_modify(|rings| *rings += 1);
    }

    /// Runs the hooks over the notes of a commit, inside its transaction. Answers whether one of them announced.
    pub(crate) fn before_commit(
        &self,
        conn: &mut dyn Conn,
        notes: &mut Notes,
        now: Timestamp,
        lane: i64,
    ) -> Result<bool> {
        if notes.is_empty() {
            return Ok(false);
        }
        let mut announced = false;
        for hook in &self.before_commit {
            let mut fresh = Notes::default();
            let mut tx = Tx::new(conn, &self.ids, &mut fresh, now, lane);
            catch_unwind(AssertUnwindSafe(|| hook(&mut tx, notes)))
                .map_err(|_| Error::Panicked)??;
            if let Some(swallowed) = tx.spoiled() {
                return Err(swallowed);
            }
            announced |= tx.announced();
            notes.absorb(fresh);
        }
        Ok(announced)
    }

    /// Tells the hooks what was committed. A hook that panics harms nobody: the commit stands.
    pub(crate) fn after_commit(&self, notes: &Notes) {
        if notes.is_empty() {
            return;
        }
        for hook in &self.after_commit {
            if catch_unwind(AssertUnwindSafe(|| hook(notes))).is_err() {
                tracing::error!("a hook after the commit panicked");
            }
        }
    }
}
