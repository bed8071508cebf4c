//! What this room keeps in memory: resolved callers, and the turnstile before password hashing.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use store::{Timestamp, Tx};
use uuid::Uuid;

use super::password::Passwords;
use crate::base::{Answer, App, Caller, Error, Result, WorkspaceId, config::Config};

/// A change made on another node is seen after this long at the latest.
const FRESH: Duration = Duration::from_secs(1);

/// How often a session or key in use writes down that it is.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// Beyond this many the stale ones are let go.
const MOST: usize = 20_000;

pub struct State {
    pub(super) passwords: Passwords,
    session_life: Duration,
    /// By the hash of the token. Holds ids and rights, nothing personal.
    callers: RwLock<HashMap<[u8; 32], Arc<Known>>>,
    /// Counts the changes of access, so that what was read before one is not kept after it.
    changes: AtomicU64,
}

/// A caller as the database had it a moment ago.
pub(super) struct Known {
    caller: Caller,
    subject: Subject,
    expires_at: AtomicI64,
    seen_at: AtomicI64,
    loaded: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Session(Uuid),
    Key(WorkspaceId, Uuid),
}

impl State {
    pub fn new(config: &Config) -> State {
        State {
            passwords: Passwords::new(),
            session_life: config.session_life(),
            callers: RwLock::default(),
            changes: AtomicU64::new(0),
        }
    }

    /// How long a session lives after it was last used.
    pub(super) fn session_life(&self) -> Duration {
        self.session_life
    }

    /// Lets go of every resolved caller. Called after every change of sessions, keys, roles, members and teams.
    pub fn forget(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.callers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    pub(super) fn find(&self, token: &[u8; 32]) -> Option<Arc<Known>> {
        let callers = self.callers.read().unwrap_or_else(PoisonError::into_inner);
        callers
            .get(token)
            .filter(|it| it.loaded.elapsed() < FRESH)
            .cloned()
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Keeps what was read, unless access has changed since `changes` was asked for.
    pub(super) fn keep(&self, token: [u8; 32], known: &Arc<Known>, changes: u64) {
        let mut callers = self.callers.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes() != changes {
            return;
        }
        if callers.len() >= MOST {
            callers.retain(|_, it| it.loaded.elapsed() < FRESH);
        }
        if callers.len() < MOST {
            callers.insert(token, known.clone());
        }
    }

    /// A write that changes who may do what: done to its end even if the client hangs up, so that the callers held in
    /// memory are always let go after it.
    pub(super) async fn change(
        app: &Arc<App>,
        caller: &Caller,
        f: impl FnOnce(&mut Tx) -> Result<Answer> + Send + 'static,
    ) -> Result<Answer> {
        let (task, caller) = (app.clone(), caller.clone());
        State::to_the_end(app, async move { task.write(&caller, f).await }).await
    }

    /// The same for a write without a caller, or one whose answer holds a secret that must not be kept under an
    /// `Idempotency-Key`.
    pub(super) async fn change_once<T: Send + 'static>(
        app: &Arc<App>,
        f: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let task = app.clone();
        State::to_the_end(app, async move { task.db.write(f).await }).await
    }

    async fn to_the_end<T: Send + 'static>(
        app: &Arc<App>,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let app = app.clone();
        let done = tokio::spawn(async move {
            let done = work.await;
            app.state.get::<State>().forget();
            done
        });
        done.await
            .map_err(|err| Error::Internal(format!("a change of access broke off: {err}")))?
    }
}

impl Known {
    pub(super) fn new(
        caller: Caller,
        subject: Subject,
        expires_at: Option<Timestamp>,
        seen_at: Option<Timestamp>,
    ) -> Known {
        Known {
            caller,
            subject,
            expires_at: AtomicI64::new(expires_at.map_or(i64::MAX, |it| it.0)),
            seen_at: AtomicI64::new(seen_at.map_or(0, |it| it.0)),
            loaded: Instant::now(),
        }
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(super) fn subject(&self) -> Subject {
        self.subject
    }

    /// Asked at every use: what is held in memory expires on time, too.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.load(Ordering::Relaxed) <= now.0
    }

    /// Whether this use is the one that should be written down; it answers yes once a minute.
    pub(super) fn is_due(&self, now: Timestamp, session_life: Duration) -> bool {
        let seen = self.seen_at.load(Ordering::Relaxed);
        if now.since(Timestamp(seen)) < TOUCH_EVERY {
            return false;
        }
        let mine = self
            .seen_at
            .compare_exchange(seen, now.0, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
        if mine && matches!(self.subject, Subject::Session(_)) {
            self.expires_at
                .store(now.plus(session_life).0, Ordering::Relaxed);
        }
        mine
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Actor, Permissions, Scope, Via};

    const MINUTE: Duration = Duration::from_mins(1);

    fn known(subject: Subject, expires_at: Option<i64>, seen_at: i64) -> Arc<Known> {
        let caller = Caller {
            workspace: WorkspaceId(1),
            workspace_public: Uuid::nil(),
            actor: Actor::System,
            via: Via::ApiKey,
            permissions: Permissions::NONE,
            scope: Scope::None,
            identity_key: [0; 16],
            idempotency: None,
        };
        Arc::new(Known::new(
            caller,
            subject,
            expires_at.map(Timestamp),
            Some(Timestamp(seen_at)),
        ))
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let state = State::new(&Config::default());
        let it = known(Subject::Session(Uuid::nil()), None, 0);
        let before = state.changes();
        state.keep([1; 32], &it, before);
        assert!(state.find(&[1; 32]).is_some());
        state.forget();
        assert!(state.find(&[1; 32]).is_none());
        state.keep([1; 32], &it, before);
        assert!(state.find(&[1; 32]).is_none());
        state.keep([1; 32], &it, state.changes());
        assert!(state.find(&[1; 32]).is_some());
    }

    #[test]
    fn expiry_is_checked_against_the_clock_and_use_moves_a_sessions_end() {
        let session = known(Subject::Session(Uuid::nil()), Some(100_000), 0);
        assert!(!session.has_expired(Timestamp(99_999)) && session.has_expired(Timestamp(100_000)));
        assert!(!session.is_due(Timestamp(59_999), MINUTE));
        assert!(session.is_due(Timestamp(60_000), MINUTE));
        assert!(!session.is_due(Timestamp(60_001), MINUTE));
        assert!(
            !session.has_expired(Timestamp(119_999)) && session.has_expired(Timestamp(120_000))
        );

        let key = known(Subject::Key(WorkspaceId(1), Uuid::nil()), Some(100_000), 0);
        assert!(key.is_due(Timestamp(60_000), MINUTE));
        assert!(key.has_expired(Timestamp(100_000)));
    }
}
