//! How a runner learns that there is something to do, without looking for it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst},
};

use store::{AfterCommit, Notes, Timestamp};
use tokio::sync::Notify;

/// Left by every unit that puts a job into the queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enqueued {
    pub(super) run_at: Timestamp,
}

/// Wakes this node's runner as soon as a commit holds a job that is due before the time it sleeps to.
/// `server.rs` gives its hook to the database and puts it into `App.state`.
#[derive(Clone, Default)]
pub struct Wake {
    inner: Arc<Inner>,
}

/// What this node's runner has done since it started.
#[derive(Debug, Default)]
pub struct Tally {
    pub claimed: AtomicU64,
    pub completed: AtomicU64,
    pub failed: AtomicU64,
    pub died: AtomicU64,
    pub taken_over: AtomicU64,
    pub in_hand: AtomicU64,
}

struct Inner {
    /// The earliest due time told since the runner last looked at the database.
    told: AtomicI64,
    /// What the runner sleeps to; there is no need to wake it for anything later.
    asleep_until: AtomicI64,
    notify: Notify,
    hooked: AtomicBool,
    tally: Tally,
}

impl Default for Inner {
    fn default() -> Self {
        Inner {
            told: AtomicI64::new(i64::MAX),
            asleep_until: AtomicI64::new(i64::MAX),
            notify: Notify::new(),
            hooked: AtomicBool::new(false),
            tally: Tally::default(),
        }
    }
}

impl Wake {
    pub fn new() -> Wake {
        Wake::default()
    }

    /// To be put among the database's `after_commit` hooks.
    pub fn hook(&self) -> AfterCommit {
        self.inner.hooked.store(true, SeqCst);
        let wake = self.clone();
        Arc::new(move |notes: &Notes| {
            if let Some(earliest) = notes.get::<Enqueued>().iter().map(|it| it.run_at).min() {
                wake.tell(earliest);
            }
        })
    }

    pub fn tally(&self) -> &Tally {
        &self.inner.tally
    }

    /// Whether the database tells of its commits.
    pub(super) fn has_hook(&self) -> bool {
        self.inner.hooked.load(SeqCst)
    }

    pub(super) fn tell(&self, due: Timestamp) {
        self.inner.told.fetch_min(due.0, SeqCst);
        if due.0 < self.inner.asleep_until.load(SeqCst) {
            self.inner.notify.notify_one();
        }
    }

    /// Something other than a due time has changed.
    pub(super) fn nudge(&self) {
        self.inner.notify.notify_one();
    }

    /// The earliest due time told so far.
    pub(super) fn told(&self) -> Timestamp {
        Timestamp(self.inner.told.load(SeqCst))
    }

    /// Forgets what was told: the database is about to be asked.
    pub(super) fn forget(&self) {
        self.inner.told.store(i64::MAX, SeqCst);
    }

    /// Declares what the runner is about to sleep to; false when something earlier came in meanwhile.
    pub(super) fn may_sleep(&self, until: Timestamp) -> bool {
        self.inner.asleep_until.store(until.0, SeqCst);
        self.told() >= until
    }

    pub(super) async fn notified(&self) {
        self.inner.notify.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn only_what_is_due_earlier_wakes() {
        let wake = Wake::new();
        assert!(wake.may_sleep(Timestamp(100)));
        wake.tell(Timestamp(150));
        assert!(wake.notified().now_or_never().is_none());
        wake.tell(Timestamp(50));
        assert!(wake.notified().now_or_never().is_some());
        assert_eq!(wake.told(), Timestamp(50));
        assert!(
            !wake.may_sleep(Timestamp(60)),
            "told of something earlier before falling asleep"
        );
        wake.forget();
        assert!(wake.may_sleep(Timestamp(60)));
    }
}
