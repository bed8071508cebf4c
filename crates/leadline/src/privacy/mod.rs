//! What a person may ask for: everything that is kept about them as one file, and to be forgotten.
//!
//! An erasure goes through [`steps`] in order, a bounded unit of work at a time. The same steps count before they remove,
//! so that the preview is what the erasure does. [`tables`] lists every table of the schema and what an erasure does to
//! it; a test compares the list with the schema. What is left of an erased person is a [`receipt`] without a word about
//! them, and hashes by which they are not taken in again. [`retention`] erases by rule what was kept long enough.

mod api;
mod erasure;
mod files;
mod leads;
mod person_file;
mod receipt;
mod retention;
mod steps;
mod subject;
mod suppression_api;
mod sweeps;
pub mod tables;
mod tally;
mod traces;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

pub use erasure::SweepPreviews;
pub use retention::Night;

use crate::{base::App, jobs};

/// Every operation of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(person_file::routes())
        .merge(api::routes())
        .merge(suppression_api::routes())
        .merge(retention::routes())
}

/// The kinds of jobs that this room queues.
pub fn job_kinds() -> Vec<jobs::Kind> {
    let mut kinds = vec![
        jobs::kind::<steps::ErasureJob>(),
        jobs::recurring::<SweepPreviews>(SweepPreviews::EVERY),
    ];
    kinds.extend(retention::job_kinds());
    kinds
}
