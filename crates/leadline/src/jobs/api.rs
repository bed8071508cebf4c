//! The dead-letter list over HTTP. A workspace sees its own jobs only.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Timestamp;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, Id, Page, PageQuery, Path, Permission, Query,
        ReadRefusals, Result, WriteRefusals,
    },
    jobs::{
        JobRow,
        dead::{self, DeadJob},
    },
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(retry_all))
        .routes(routes!(discard))
        .routes(routes!(retry))
}

/// A job that was given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadJobBody<'a> {
    #[schema(value_type = Uuid)]
    id: Id<JobRow>,
    /// What sort of work it is, such as `webhooks.deliver`.
    kind: &'a str,
    /// What it was to work on.
    #[schema(value_type = Object)]
    payload: &'a RawValue,
    /// How often it was tried.
    attempts: i64,
    /// When it was last due.
    #[schema(value_type = String, format = DateTime)]
    run_at: Timestamp,
    /// Why it failed the last time.
    last_error: Option<&'a str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct DeadQuery {
    /// Rows per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Retried {
    /// How many jobs went back into the queue.
    changed: u64,
}

/// Jobs that were given up, newest first
#[utoipa::path(get, path = "/jobs/dead", tag = "jobs", operation_id = "listDeadJobs", params(DeadQuery),
    responses((status = 200, body = Page<DeadJobBody>), ReadRefusals))]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<DeadQuery>,
) -> Result<Answer> {
    caller.need(Permission::JobsManage)?;
    let limit = PageQuery {
        limit: query.limit,
        ..PageQuery::default()
    }
    .limit()?;
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<Id<JobRow>>)
        .transpose()?;
    app.read(move |tx| {
        let mut jobs = dead::list(tx, caller.workspace, after, limit + 1)?;
        let (total, total_capped) = dead::count(tx, caller.workspace)?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = jobs.len() > wanted;
        jobs.truncate(wanted);
        let next_cursor = jobs.last().filter(|_| more).map(|it| Cursor::write(&it.id));
        let data = jobs.iter().map(DeadJobBody::of).collect();
        Answer::ok(&Page {
            data,
            page: 1,
            limit,
            total,
            total_capped,
            next_cursor,
        })
    })
    .await
}

/// Try a job again, with all its attempts
#[utoipa::path(post, path = "/jobs/dead/{id}/retry", tag = "jobs", operation_id = "retryDeadJob",
    params(("id" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn retry(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(job): Path<Id<JobRow>>,
) -> Result<Answer> {
    caller.need(Permission::JobsManage)?;
    let workspace = caller.workspace;
    app.write(&caller, move |tx| {
        if dead::retry(tx, workspace, job)? {
            Ok(Answer::no_content())
        } else {
            Err(Error::NotFound("job"))
        }
    })
    .await
}

/// Try all given-up jobs again
#[utoipa::path(post, path = "/jobs/dead/retry-all", tag = "jobs", operation_id = "retryAllDeadJobs",
    responses((status = 200, body = Retried), WriteRefusals))]
async fn retry_all(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::JobsManage)?;
    let workspace = caller.workspace;
    // In slices, so that nobody waits long for the one writer. Doing it again does nothing more.
    let mut changed = 0;
    loop {
        let (some, more) = app
            .db
            .write(move |tx| dead::retry_some(tx, workspace))
            .await?;
        changed += some;
        if !more {
            return Answer::ok(&Retried { changed });
        }
    }
}

/// Take a job off the list for good
#[utoipa::path(delete, path = "/jobs/dead/{id}", tag = "jobs", operation_id = "discardDeadJob",
    params(("id" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn discard(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(job): Path<Id<JobRow>>,
) -> Result<Answer> {
    caller.need(Permission::JobsManage)?;
    let workspace = caller.workspace;
    app.write(&caller, move |tx| {
        if dead::discard(tx, workspace, job)? {
            Ok(Answer::no_content())
        } else {
            Err(Error::NotFound("job"))
        }
    })
    .await
}

impl<'a> DeadJobBody<'a> {
    fn of(job: &'a DeadJob) -> DeadJobBody<'a> {
        DeadJobBody {
            id: job.id,
            kind: &job.kind,
            payload: &job.payload.0,
            attempts: job.attempt,
            run_at: job.run_at,
            last_error: job.last_error.as_deref(),
            created_at: job.created_at,
        }
    }
}
