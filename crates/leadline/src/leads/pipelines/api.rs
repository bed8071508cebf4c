//! `/lead-pipelines`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Pipeline, Stage, StageKind,
    change::{self, NewPipeline, PipelineChange, StageWanted, Targets},
};
use crate::base::{
    Answer, App, Caller, Error, IfMatch, Json, Page, Path, Permission, Query, ReadRefusals, Result,
    WriteRefusals,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(ensure_default))
        .routes(routes!(get_one, update, replace, delete))
        .routes(routes!(add_stage))
        .routes(routes!(update_stage, delete_stage))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Removal {
    /// The stage that takes the leads of what is removed.
    move_leads_to: Option<Uuid>,
    /// The same, shorter.
    move_to: Option<Uuid>,
}

/// A stage to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewStage)]
struct NewStageBody {
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#1a73d5")]
    color: Option<String>,
    #[serde(rename = "type")]
    kind: Option<StageKind>,
    /// Its place from the left, counted from 0; by default the last.
    #[schema(minimum = 0)]
    position: Option<usize>,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct StageChange {
    #[schema(min_length = 1, max_length = 60)]
    name: Option<String>,
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    color: Option<String>,
    #[serde(rename = "type")]
    kind: Option<StageKind>,
    /// Its place from the left, counted from 0.
    #[schema(minimum = 0)]
    position: Option<usize>,
}

/// Lists the pipelines with their stages and how many leads stand in each.
#[utoipa::path(get, path = "/lead-pipelines", operation_id = "listPipelines", tag = "Pipelines",
    responses((status = 200, body = Page<Pipeline>), ReadRefusals))]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    super::ready(&app, caller.workspace).await?;
    let pipelines = app
        .glance(move |tx| super::all(tx, caller.workspace, &caller.scope))
        .await?;
    Answer::ok(&Page::whole(pipelines))
}

/// Makes a pipeline with its stages.
#[utoipa::path(post, path = "/lead-pipelines", operation_id = "createPipeline", tag = "Pipelines", request_body = NewPipeline,
    responses((status = 201, body = Pipeline, headers(("Location" = String), ("ETag" = String))), WriteRefusals))]
async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewPipeline>,
) -> Result<Answer> {
    caller.need(Permission::PipelinesManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let pipeline = change::create(tx, &by, body)?;
        Ok(
            Answer::created(format!("/lead-pipelines/{}", pipeline.id), &pipeline)?
                .version(pipeline.version),
        )
    })
    .await
}

/// Makes the default pipeline where there is none, and answers it.
#[utoipa::path(post, path = "/lead-pipelines/ensure-default", operation_id = "ensureDefaultPipeline", tag = "Pipelines",
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), WriteRefusals))]
async fn ensure_default(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let id = super::ensure_default(tx, by.workspace)?;
        let pipeline = super::one(tx, by.workspace, &by.scope, id)?;
        Ok(Answer::ok(&pipeline)?.version(pipeline.version))
    })
    .await
}

/// Shows one pipeline.
#[utoipa::path(get, path = "/lead-pipelines/{id}", operation_id = "getPipeline", tag = "Pipelines", params(("id" = Uuid, Path)),
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), ReadRefusals))]
async fn get_one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let pipeline = app
        .glance(move |tx| super::one(tx, caller.workspace, &caller.scope, id))
        .await?;
    Ok(Answer::ok(&pipeline)?.version(pipeline.version))
}

/// Changes a pipeline and its stages.
///
/// `stages`, where it is sent, is the whole list that is wanted, in order. The leads of a stage that is missing from it
/// go to `moveLeadsTo`. A stage that holds more than 500 leads stays, with `movingTo`, until they have all been moved.
#[utoipa::path(patch, path = "/lead-pipelines/{id}", operation_id = "updatePipeline", tag = "Pipelines",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = PipelineChange,
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), WriteRefusals))]
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<PipelineChange>,
) -> Result<Answer> {
    apply(&app, caller, id, version, move |_| Ok(body)).await
}

/// The same as `PATCH`.
#[utoipa::path(put, path = "/lead-pipelines/{id}", operation_id = "putPipeline", tag = "Pipelines",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = PipelineChange,
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), WriteRefusals))]
async fn replace(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<PipelineChange>,
) -> Result<Answer> {
    apply(&app, caller, id, version, move |_| Ok(body)).await
}

/// Removes a pipeline that is not the default. Leads in it need a stage to go to.
#[utoipa::path(delete, path = "/lead-pipelines/{id}", operation_id = "deletePipeline", tag = "Pipelines",
    params(("id" = Uuid, Path), Removal, ("If-Match" = Option<String>, Header, description = "The version that is to be removed")),
    responses(
        (status = 204, description = "Removed"),
        (status = 202, description = "Its stages are gone as soon as their leads have been moved", body = Pipeline),
        WriteRefusals,
    ))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(removal): Query<Removal>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::PipelinesManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let target = removal.move_leads_to.or(removal.move_to);
        if change::delete(tx, &by, id, version, target)? {
            return Ok(Answer::no_content());
        }
        let pipeline = super::one(tx, by.workspace, &by.scope, id)?;
        Answer::accepted(format!("/lead-pipelines/{id}"), &pipeline)
    })
    .await
}

/// Adds a stage.
#[utoipa::path(post, path = "/lead-pipelines/{id}/stages", operation_id = "addStage", tag = "Pipelines",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The pipeline's version")),
    request_body = NewStageBody,
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), WriteRefusals))]
async fn add_stage(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<NewStageBody>,
) -> Result<Answer> {
    apply(&app, caller, id, version, move |stages| {
        let mut wanted = present(stages);
        let place = body.position.unwrap_or(wanted.len()).min(wanted.len());
        let stage = StageWanted {
            id: None,
            name: Some(body.name),
            color: body.color,
            kind: body.kind,
        };
        wanted.insert(place, stage);
        Ok(PipelineChange {
            stages: Some(wanted),
            ..PipelineChange::default()
        })
    })
    .await
}

/// Changes one stage.
#[utoipa::path(patch, path = "/lead-pipelines/{id}/stages/{stageId}", operation_id = "updateStage", tag = "Pipelines",
    params(("id" = Uuid, Path), ("stageId" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The pipeline's version")),
    request_body = StageChange,
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), WriteRefusals))]
async fn update_stage(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, stage)): Path<(Uuid, Uuid)>,
    version: IfMatch,
    Json(body): Json<StageChange>,
) -> Result<Answer> {
    apply(&app, caller, id, version, move |stages| {
        let mut wanted = present(stages);
        let at = wanted
            .iter()
            .position(|it| it.id == Some(stage))
            .ok_or(Error::NotFound("stage"))?;
        wanted.remove(at);
        let place = body.position.unwrap_or(at).min(wanted.len());
        wanted.insert(
            place,
            StageWanted {
                id: Some(stage),
                name: body.name,
                color: body.color,
                kind: body.kind,
            },
        );
        Ok(PipelineChange {
            stages: Some(wanted),
            ..PipelineChange::default()
        })
    })
    .await
}

/// Removes a stage. Leads in it need a stage to go to.
#[utoipa::path(delete, path = "/lead-pipelines/{id}/stages/{stageId}", operation_id = "removeStage", tag = "Pipelines",
    params(("id" = Uuid, Path), ("stageId" = Uuid, Path), Removal, ("If-Match" = Option<String>, Header, description = "The pipeline's version")),
    responses((status = 200, body = Pipeline, headers(("ETag" = String))), WriteRefusals))]
async fn delete_stage(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, stage)): Path<(Uuid, Uuid)>,
    Query(removal): Query<Removal>,
    version: IfMatch,
) -> Result<Answer> {
    apply(&app, caller, id, version, move |stages| {
        let mut wanted = present(stages);
        let at = wanted
            .iter()
            .position(|it| it.id == Some(stage))
            .ok_or(Error::NotFound("stage"))?;
        wanted.remove(at);
        let move_leads_to = removal.move_leads_to.or(removal.move_to).map(Targets::One);
        Ok(PipelineChange {
            stages: Some(wanted),
            move_leads_to,
            ..PipelineChange::default()
        })
    })
    .await
}

async fn apply(
    app: &Arc<App>,
    caller: Caller,
    id: Uuid,
    version: IfMatch,
    change: impl FnOnce(&[Stage]) -> Result<PipelineChange> + Send + 'static,
) -> Result<Answer> {
    caller.need(Permission::PipelinesManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let present = super::one(tx, by.workspace, &by.scope, id)?;
        let change = change(&present.stages)?;
        let pipeline = change::change(tx, &by, id, version, change)?;
        Ok(Answer::ok(&pipeline)?.version(pipeline.version))
    })
    .await
}

/// The stages as they are, as a list of what is wanted.
fn present(stages: &[Stage]) -> Vec<StageWanted> {
    let staying = stages.iter().filter(|it| it.moving_to.is_none());
    staying
        .map(|it| StageWanted {
            id: Some(it.id),
            ..StageWanted::default()
        })
        .collect()
}
