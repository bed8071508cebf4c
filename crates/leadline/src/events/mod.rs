//! What happened, written down in the commit in which it happened.
//!
//! A room says [`record`]; before the commit, [`flush`] writes the events of all its units and one job that asks every
//! [`Listener`]. The log is in the order of the commits, and `GET /events` streams it to whoever may see it.

mod api;
mod connection;
mod dispatch;
mod event;
mod log;
mod place;
mod sweep;
mod tailer;

use std::{sync::Arc, time::Duration};

use store::{Timestamp, Tx};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

pub use connection::here;
pub use event::Event;
pub use log::{flush, leads_after, present, record};
pub use place::Place;
pub use tailer::{Stream, Tailer, TailerHandle};

use crate::{
    base::{App, Result, WorkspaceId},
    jobs::{self, Kind},
};

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub workspace: WorkspaceId,
    pub place: Place,
    pub at: Timestamp,
    /// Whose the lead is after it, and was before it.
    pub owner: Option<Uuid>,
    pub former_owner: Option<Uuid>,
    pub event: Event,
}

/// Hears of every event once, in the unit of work that ends its dispatch: what it writes there, it writes once.
/// Work that takes longer than a few statements is a job that it queues.
pub trait Listener: Send + Sync {
    fn on(&self, tx: &mut Tx, event: &Recorded) -> Result<()>;
}

/// The operations of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    api::routes()
}

/// The jobs of this room; `listeners` are told of every event.
pub fn job_kinds(listeners: Vec<Box<dyn Listener>>) -> Vec<Kind> {
    vec![
        dispatch::kind(listeners),
        jobs::recurring::<sweep::SweepEvents>(Duration::from_hours(1)),
    ]
}
