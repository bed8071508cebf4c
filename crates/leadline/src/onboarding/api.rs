//! `/onboarding`: the first steps, and the sample leads.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    samples::{self, PutIn},
    steps::{self, Step},
};
use crate::{
    base::{Answer, App, Caller, Permission, ReadRefusals, Result, WriteRefusals},
    leads,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(add, remove))
}

/// How far a workspace has come with its first steps.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Onboarding {
    /// In the order in which they are best taken; without those that the caller may not do.
    steps: Vec<Step>,
    sample_leads: SampleLeads,
}

/// The sample leads that are there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SampleLeads {
    /// On the board and in lists.
    live: i64,
    /// In the trash.
    trashed: i64,
    /// How many there are to be put in.
    available: i64,
    /// Whether the caller may put them in and remove them.
    may_manage: bool,
}

/// Says which of the first steps are done, and how many sample leads there are.
///
/// A step is done by the act itself: nothing is ticked off by hand. Steps that the caller has no right to do are left out.
#[utoipa::path(get, path = "/onboarding", operation_id = "getOnboarding", tag = "Onboarding",
    responses((status = 200, body = Onboarding), ReadRefusals))]
async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let found = app
        .read(move |tx| {
            let count = leads::samples::count(tx, caller.workspace)?;
            Ok(Onboarding {
                steps: steps::of(tx, &caller)?,
                sample_leads: SampleLeads {
                    live: count.live,
                    trashed: count.trashed,
                    available: samples::AVAILABLE,
                    may_manage: RIGHTS.iter().all(|it| caller.may(*it)),
                },
            })
        })
        .await?;
    Answer::ok(&found)
}

/// Who may put samples in may take them out again: they are nobody's data.
const RIGHTS: [Permission; 2] = [Permission::LeadsCreate, Permission::WorkspaceManage];

/// Puts sample leads into the default pipeline.
///
/// They carry the tag `Sample` and count like other leads. Those that are there already stay as they are, and those in the
/// trash come back, so that a second call doubles none. Undoing it puts them into the trash.
#[utoipa::path(post, path = "/onboarding/sample-leads", operation_id = "addSampleLeads", tag = "Onboarding",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers what was answered first")),
    responses((status = 200, body = PutIn, headers(("Change-Set-Id" = Option<String>))), WriteRefusals))]
async fn add(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    for right in RIGHTS {
        caller.need(right)?;
    }
    let by = caller.clone();
    app.write(&caller, move |tx| samples::add(tx, &by)).await
}

/// Removes the sample leads for good, in whatever state they are.
///
/// Those go that were edited, moved, put into the trash or merged with each other. What a sample was merged with that is a
/// real lead stays. There is no way back, but they can be put in anew.
#[utoipa::path(delete, path = "/onboarding/sample-leads", operation_id = "removeSampleLeads", tag = "Onboarding",
    responses((status = 204, description = "Gone", headers(("Change-Set-Id" = Option<String>))), WriteRefusals))]
async fn remove(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    for right in RIGHTS {
        caller.need(right)?;
    }
    let by = caller.clone();
    app.write(&caller, move |tx| samples::remove(tx, &by)).await
}
