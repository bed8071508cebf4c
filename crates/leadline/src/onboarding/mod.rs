//! The first steps in a workspace: which of them are done, and sample leads to try things with.
//!
//! A step is done by what it asks for, never by a click in a list: [`steps`] looks at what there is. Another step is a
//! line in its list. The people of the sample leads stand in [`people`]; [`samples`] takes them in by the front door like
//! anybody else, and out again.

mod api;
mod people;
mod samples;
mod steps;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use crate::base::App;

/// Every operation of this room, relative to the mount.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    api::routes()
}
