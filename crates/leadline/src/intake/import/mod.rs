//! Imports: a file of any size on its way into leads.
//!
//! The file is kept on the server, and so is everything that is decided about it, so that one can leave at any step and
//! come back. It is looked at and given a plan ([`arrive`]); a check reads the whole of it without writing a lead
//! ([`check`]); a run takes it through the front door in slices ([`run`]). Reading is the same for all three: bytes to
//! text, text to rows, rows to submissions, in memory that does not grow with the file.

pub mod api;
mod api_rows;
pub mod arrive;
mod base;
mod changes;
pub mod check;
mod compile;
pub mod corrections;
pub mod count;
mod detect;
mod house;
mod job;
mod keep;
mod keys;
mod keyset;
pub mod leftovers;
mod limits;
mod mapper;
mod mappings;
mod mappings_api;
mod open;
pub mod plan;
mod problem;
mod problems;
pub mod record;
mod records;
pub mod remove;
pub mod report;
pub mod rules;
pub mod run;
mod shape;
mod sheet;
mod slices;
mod source;
pub mod steps;
mod suggest;
mod synonyms;
mod target;
mod typed;
mod values;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

pub use remove::SweepImports;

use crate::{base::App, jobs};

/// Every operation of imports, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(api::routes())
        .merge(api_rows::routes())
        .merge(mappings_api::routes())
}

/// The kinds of jobs that imports queue.
pub fn job_kinds() -> Vec<jobs::Kind> {
    vec![
        jobs::kind::<check::CheckJob>(),
        jobs::kind::<run::RunJob>(),
        jobs::recurring::<SweepImports>(SweepImports::EVERY),
    ]
}
