//! Leads, and what they stand in: pipelines and stages, custom fields, tags, notes, the timeline, the counters.
//!
//! Everything that makes leads goes through [`write::insert_many`]; everything that shows one goes through [`LeadView`].
//! A row of `leads` is never changed without its counters, its tag rows, its activity and its event in the same unit.

pub mod activities;
mod api;
pub mod board;
mod board_api;
pub(crate) mod body;
pub mod bulk;
pub mod card;
pub mod changes;
pub mod chosen;
pub mod counts;
pub mod crowd;
pub mod custom;
mod difference;
pub mod duplicates;
pub mod export;
pub mod fields;
pub mod filter;
pub mod find;
mod grams;
pub mod groups;
mod groups_api;
pub(crate) mod happened;
pub mod identity;
mod json;
pub mod lead;
pub mod list;
mod list_api;
pub mod list_sql;
mod live;
pub mod merge;
pub mod money;
pub mod notes;
pub mod pipelines;
mod placing;
pub mod position;
pub mod recent;
pub mod remove;
pub mod route;
pub mod samples;
pub mod save;
pub mod search;
pub mod suppression;
pub mod tags;
pub mod total;
pub mod totals;
pub mod views;
pub mod write;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

pub use board_api::board_of;
pub use lead::{Lead, LeadView};
pub use money::{Amount, Currency};
pub use pipelines::Ready;
pub use totals::Totals;

use crate::{base::App, jobs};

/// Every operation of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(list_api::routes())
        .merge(identity::check_api::routes())
        .merge(duplicates::api::routes())
        .merge(groups_api::routes())
        .merge(export::routes())
        .merge(board_api::routes())
        .merge(bulk::api::routes())
        .merge(changes::api::routes())
        .merge(merge::api::routes())
        .merge(api::routes())
        .merge(notes::api::routes())
        .merge(pipelines::api::routes())
        .merge(fields::api::routes())
        .merge(views::api::routes())
}

/// The kinds of jobs that this room queues.
pub fn job_kinds() -> Vec<jobs::Kind> {
    let mut kinds = vec![
        jobs::kind::<pipelines::Drain>(),
        jobs::kind::<bulk::BulkJob>(),
        fields::unique::job_kind(),
        jobs::kind::<changes::UndoJob>(),
        jobs::kind::<merge::MergeJob>(),
        jobs::kind::<duplicates::AcceptJob>(),
        jobs::kind::<duplicates::Scan>(),
        jobs::recurring::<duplicates::Follow>(std::time::Duration::from_mins(1)),
    ];
    kinds.extend(views::watch::kinds());
    kinds
}
