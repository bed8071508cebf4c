//! The durable queue: work that must happen, though not before the answer.
//!
//! A job is a row written in the same unit of work as its cause, so neither exists without the other. Every node runs a
//! [`Runner`] that claims due jobs by the hundred under a lease, runs them side by side, and reports what they came to in
//! the unit that claims the next. A job may run twice — a node dies, a lease runs out — but its effect happens once: it
//! either does what can be repeated, or writes its effect in the unit that ends it ([`Context::complete_with`]).

mod api;
mod backoff;
mod context;
mod dead;
mod enqueue;
mod hands;
mod idle;
mod kind;
mod lanes;
mod lease;
mod pace;
mod runner;
mod sweep;
mod turn;
mod wake;

pub use context::Context;
pub use dead::{Counts, counts, of_nobody, retry_of_nobody};
pub use enqueue::{Enqueue, insert_all};
pub use idle::run_until_idle;
pub use kind::{Job, Kind, kind, kind_by, recurring};
pub use lease::Lease;
pub use runner::{Runner, RunnerHandle};
pub use sweep::{SweepAnswers, workspaces};
pub use wake::{Tally, Wake};

use std::{sync::Arc, time::Duration};

use store::Timestamp;
use utoipa_axum::router::OpenApiRouter;

use crate::base::{self, App};

/// What an `Id<JobRow>` names.
#[derive(Debug)]
pub struct JobRow;

/// Which due job goes first. Even `Whenever` gets a share of every few claims, so that it never waits for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    Urgent,
    Normal,
    Whenever,
}

/// Why an attempt came to nothing, and what to do about it. The text is kept for people: no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Try again after the usual wait.
    Again(String),
    /// Try again then: somebody else has said when.
    Later(Timestamp, String),
    /// Trying again cannot help: straight to the dead-letter list.
    Never(String),
}

/// The operations of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    api::routes()
}

/// The queue's own jobs.
pub fn job_kinds() -> Vec<Kind> {
    vec![recurring::<SweepAnswers>(Duration::from_hours(1))]
}

impl Priority {
    const ALL: [Priority; 3] = [Priority::Urgent, Priority::Normal, Priority::Whenever];

    fn number(self) -> i64 {
        match self {
            Priority::Urgent => 0,
            Priority::Normal => 1,
            Priority::Whenever => 2,
        }
    }

    fn from_number(number: i64) -> Priority {
        Priority::ALL
            .into_iter()
            .find(|it| it.number() == number)
            .unwrap_or(Priority::Normal)
    }
}

impl From<base::Error> for Failure {
    fn from(err: base::Error) -> Self {
        Failure::Again(err.to_string())
    }
}

impl From<store::Error> for Failure {
    fn from(err: store::Error) -> Self {
        Failure::Again(err.to_string())
    }
}
