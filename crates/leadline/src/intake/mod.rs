//! The front door: every way in by which a lead can come, and the rules of each.
//!
//! Whatever comes in is first made a [`Submission`](accept::Submission), normalised and typed, and then goes through
//! [`accept`](accept::accept) with its [`Source`](sources::Source), which says what happens when the person is known.

pub mod accept;
pub mod door;
mod entry;
pub mod import;
pub mod sources;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

pub use door::Door;

use crate::{base::App, jobs};

/// Every operation of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(entry::routes())
        .merge(sources::api::routes())
        .merge(import::routes())
}

/// The kinds of jobs that this room queues.
pub fn job_kinds() -> Vec<jobs::Kind> {
    import::job_kinds()
}
