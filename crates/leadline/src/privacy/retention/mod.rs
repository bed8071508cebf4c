//! Rules for how long what is kept: leads that nobody has touched, what histories say, files that were imported.
//!
//! A rule is off until somebody switches it on, and then waits for the next night. What it does to leads is an erasure like
//! any other, with its receipt.

mod api;
mod choose;
mod night;
mod rules;

use std::{sync::Arc, time::Duration};

use utoipa_axum::router::OpenApiRouter;

pub use night::Night;

use crate::{base::App, jobs};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    api::routes()
}

pub fn job_kinds() -> Vec<jobs::Kind> {
    vec![
        jobs::recurring::<Night>(Duration::from_hours(1)),
        jobs::kind::<night::RunJob>(),
    ]
}
