//! `/leads` and `/leads/{id}`: one lead at a time.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, IfMatch, Json, MovedElsewhere, Page, PageQuery, Path,
        Permission, Query, ReadRefusals, Result, WriteRefusals, double_option,
    },
    leads::{
        Lead,
        activities::{self, ActivityShown, Kind},
        body::{self, LeadChange},
        changes::past,
        difference::Difference,
        find::{self, Among, For},
        happened, identity, json,
        notes::{self, Note, api::PageOf},
        pipelines,
        placing::{self, End, Wanted},
        remove,
        save::save,
        write::{By, Place},
    },
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(show, update, replace, delete))
        .routes(routes!(restore))
        .routes(routes!(purge))
        .routes(routes!(change_stage))
        .routes(routes!(assign))
        .routes(routes!(list_activities))
}

/// A lead with its notes and what was done to it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LeadDetail {
    #[serde(flatten)]
    lead: Lead,
    /// The newest hundred.
    activities: Vec<ActivityShown>,
    /// Send it as `cursor` to `/leads/{id}/activities` for those before.
    activities_cursor: Option<String>,
    /// Pinned ones first, then the newest; a hundred at most.
    notes: Vec<Note>,
    /// Only where a time was asked for: that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, required = false)]
    as_of: Option<Timestamp>,
    /// Only where a time was asked for: its place in its column. Higher is nearer the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    position: Option<String>,
}

/// Rows of each list in a lead's detail.
const DETAIL: i64 = 100;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Show {
    /// `true`: a lead that is in the trash.
    #[param(default = false)]
    deleted: Option<bool>,
    /// Shows the lead as it was at this time, also if it was or is in the trash.
    #[param(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = LeadMove)]
struct StageBody {
    stage_id: Uuid,
    /// Right below this lead.
    after_id: Option<Uuid>,
    /// Right above this lead.
    before_id: Option<Uuid>,
    /// By default the top.
    position: Option<End>,
}

#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = LeadAssignment)]
struct AssignBody {
    /// A member of the workspace; null: nobody.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>, required = true)]
    assigned_to: Option<Option<Uuid>>,
}

/// Shows a lead with its notes and what was done to it.
#[utoipa::path(get, path = "/leads/{id}", operation_id = "getLead", tag = "Leads", params(("id" = Uuid, Path), Show),
    responses((status = 200, body = LeadDetail, headers(("ETag" = String))), MovedElsewhere, ReadRefusals))]
async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<Show>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let among = if query.deleted == Some(true) {
        Among::Trash
    } else {
        Among::Live
    };
    if let Some(at) = query.at {
        return app.read(move |tx| as_of(tx, &caller, id, at)).await;
    }
    app.glance(move |tx| {
        let lead = find::one(tx, &caller, id, among, For::Reading)?;
        detail(tx, &caller, &lead)
    })
    .await
}

/// Changes the fields that are sent; null clears one. Custom fields are merged key by key.
#[utoipa::path(patch, path = "/leads/{id}", operation_id = "updateLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = LeadChange,
    responses((status = 200, body = Lead, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<LeadChange>,
) -> Result<Answer> {
    edit(&app, caller, id, version, body).await
}

/// The same as `PATCH`: fields that are not sent stay as they are.
#[utoipa::path(put, path = "/leads/{id}", operation_id = "putLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = LeadChange,
    responses((status = 200, body = Lead, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn replace(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<LeadChange>,
) -> Result<Answer> {
    edit(&app, caller, id, version, body).await
}

async fn edit(
    app: &App,
    caller: Caller,
    id: Uuid,
    version: IfMatch,
    body: LeadChange,
) -> Result<Answer> {
    caller.need(Permission::LeadsEdit)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = find::to_change(tx, &by, id, version)?;
        let after = body.apply(tx, &by, &before)?;
        identity::keys::check_change(tx, &By::from(&by), &before, &after)?;
        write_over(tx, &by, &before, after)
    })
    .await
}

/// Puts a lead into the trash.
#[utoipa::path(delete, path = "/leads/{id}", operation_id = "deleteLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that is to be deleted")),
    responses((status = 204, description = "In the trash", headers(("Change-Set-Id" = String))), MovedElsewhere, WriteRefusals))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::LeadsDelete)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = find::to_change(tx, &by, id, version)?;
        let after = Lead {
            deleted_at: Some(tx.now()),
            ..before.clone()
        };
        let by = By::action(tx, &by);
        save(tx, &by, &before, after)?;
        Ok(by.told(Answer::no_content()))
    })
    .await
}

/// Takes a lead out of the trash. Where its stage has been removed it goes where the stage's leads went.
#[utoipa::path(post, path = "/leads/{id}/restore", operation_id = "restoreLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that is to be restored")),
    responses((status = 200, body = Lead, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn restore(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::LeadsDelete)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = find::one(tx, &by, id, Among::Trash, For::Writing)?;
        find::check(&before, version)?;
        let place = Place {
            pipeline: before.pipeline_id,
            stage: before.stage_id,
        };
        let place = pipelines::follow(tx, by.workspace, place)?;
        let mut after = Lead {
            deleted_at: None,
            ..before.clone()
        };
        let position = after.position;
        body::put(&mut after, place, position);
        write_over(tx, &by, &before, after)
    })
    .await
}

/// Removes a lead that is in the trash for good, with its notes and its timeline.
#[utoipa::path(delete, path = "/leads/{id}/purge", operation_id = "purgeLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that is to be removed")),
    responses((status = 204, description = "Gone", headers(("Change-Set-Id" = String))), MovedElsewhere, WriteRefusals))]
async fn purge(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::LeadsPurge)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let lead = find::one(tx, &by, id, Among::Trash, For::Writing)?;
        find::check(&lead, version)?;
        let action = By::action(tx, &by);
        remove_for_good(tx, &by, &action, &lead)?;
        Ok(action.told(Answer::no_content()))
    })
    .await
}

fn remove_for_good(tx: &mut Tx, caller: &Caller, by: &By, lead: &Lead) -> Result<()> {
    remove::for_good(tx, by, lead, Kind::Purged)?;
    happened::purged(tx, by, lead)?;
    audit::record(
        tx,
        caller,
        "lead.purged",
        &format!("lead:{}", lead.id),
        json!({ "version": lead.version }),
    )
}

/// Moves a lead to a stage, or to another place in its own.
#[utoipa::path(patch, path = "/leads/{id}/stage", operation_id = "moveLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = StageBody,
    responses((status = 200, body = Lead, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn change_stage(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<StageBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsMove)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let wanted = body.wanted(id)?;
        if wanted.is_some() {
            // Before the lead itself, so that two who rearrange one column cannot wait for each other in a ring.
            placing::lock_column(tx, by.workspace, body.stage_id)?;
        }
        let before = find::to_change(tx, &by, id, version)?;
        let stays = before.stage_id == body.stage_id;
        if stays && wanted.is_none() {
            return Ok(answer(&before));
        }
        let place = if stays {
            Place {
                pipeline: before.pipeline_id,
                stage: before.stage_id,
            }
        } else {
            pipelines::open_stage(tx, by.workspace, body.stage_id)?
        };
        let wanted = wanted.unwrap_or(Wanted::At(End::Top));
        let position = placing::find(tx, &by, place.stage, id, wanted)?;
        let mut after = before.clone();
        body::put(&mut after, place, position);
        write_over(tx, &by, &before, after)
    })
    .await
}

/// Gives a lead to a member, or to nobody.
#[utoipa::path(patch, path = "/leads/{id}/assign", operation_id = "assignLead", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = AssignBody,
    responses((status = 200, body = Lead, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn assign(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<AssignBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsAssign)?;
    let by = caller.clone();
    let owner = body
        .assigned_to
        .ok_or_else(|| Error::invalid("assignedTo", "is required; null means nobody"))?;
    app.write(&caller, move |tx| {
        let before = find::to_change(tx, &by, id, version)?;
        if before.assigned_to != owner {
            body::check_member(tx, by.workspace, owner)?;
        }
        let after = Lead {
            assigned_to: owner,
            ..before.clone()
        };
        write_over(tx, &by, &before, after)
    })
    .await
}

/// Lists what was done to a lead, newest first.
#[utoipa::path(get, path = "/leads/{id}/activities", operation_id = "listActivities", tag = "Leads", params(("id" = Uuid, Path), PageOf),
    responses((status = 200, body = Page<ActivityShown>), MovedElsewhere, ReadRefusals))]
async fn list_activities(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<PageOf>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let query = PageQuery::from(query);
    let (limit, page, offset) = (query.limit()?, query.page()?, query.offset()?);
    let before = query
        .cursor
        .as_deref()
        .map(Cursor::read::<Uuid>)
        .transpose()?;
    let page = app
        .read(move |tx| {
            find::one(tx, &caller, id, Among::Live, For::Reading)?;
            let total = activities::count(tx, caller.workspace, id)?;
            let mut rows = activities::list(tx, caller.workspace, id, before, offset + limit + 1)?;
            rows.drain(..usize::try_from(offset).unwrap_or(0).min(rows.len()));
            let next_cursor = cut(&mut rows, limit);
            Ok(Page {
                data: rows,
                page,
                limit,
                total,
                total_capped: false,
                next_cursor,
            })
        })
        .await?;
    Answer::ok(&page)
}

/// Keeps a page of rows of which there is one more where there are more, and answers where the next page begins.
fn cut(rows: &mut Vec<ActivityShown>, limit: i64) -> Option<String> {
    let size = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > size;
    rows.truncate(size);
    rows.last().filter(|_| more).map(|it| Cursor::write(&it.id))
}

fn detail(tx: &mut Tx, caller: &Caller, lead: &Lead) -> Result<Answer> {
    let id = lead.id.uuid();
    let notes = notes::list(tx, caller.workspace, id, None, DETAIL)?;
    let out = with_timeline(tx, caller, lead, (None, notes), &[])?;
    Ok(Answer::json(out).version(lead.version))
}

/// The lead as it was, with its timeline up to then. Notes that were deleted since are not shown: their words are gone.
fn as_of(tx: &mut Tx, caller: &Caller, id: Uuid, at: Timestamp) -> Result<Answer> {
    let lead = find::one(tx, caller, id, Among::Either, For::Reading)?;
    let notes = notes::list(tx, caller.workspace, id, None, DETAIL)?;
    let past = past::at(tx, caller.workspace, lead, at)?;
    // Ids begin with their millisecond.
    let end = u128::try_from(at.0.saturating_add(1)).unwrap_or(0) << 80;
    let shown = (Some(Uuid::from_u128(end)), past.notes(notes));
    let (time, position) = (json!(at).to_string(), past.lead.position.to_string());
    let position = json!(position).to_string();
    let more = [("asOf", &*time), ("position", &*position)];
    let out = with_timeline(tx, caller, &past.lead, shown, &more)?;
    Ok(Answer::json(out))
}

fn with_timeline(
    tx: &mut Tx,
    caller: &Caller,
    lead: &Lead,
    (before, notes): (Option<Uuid>, Vec<Note>),
    more: &[(&str, &str)],
) -> Result<Vec<u8>> {
    let mut activities =
        activities::list(tx, caller.workspace, lead.id.uuid(), before, DETAIL + 1)?;
    let cursor = cut(&mut activities, DETAIL);
    let text = |it: serde_json::Result<String>| it.map_err(|err| Error::Internal(err.to_string()));
    let activities = text(serde_json::to_string(&activities))?;
    let cursor = text(serde_json::to_string(&cursor))?;
    let notes = text(serde_json::to_string(&notes))?;
    let mut out = Vec::with_capacity(1024 + activities.len() + notes.len());
    let mut all = vec![
        ("activities", &*activities),
        ("activitiesCursor", &*cursor),
        ("notes", &*notes),
    ];
    all.extend_from_slice(more);
    lead.view().write_with(&mut out, &all);
    Ok(out)
}

/// Saves what was asked for and answers the lead as it now is.
pub(in crate::leads) fn write_over(
    tx: &mut Tx,
    caller: &Caller,
    before: &Lead,
    after: Lead,
) -> Result<Answer> {
    let by = By::action(tx, caller);
    let changed = !Difference::between(before, &after).is_nothing();
    let answer = answer(&save(tx, &by, before, after)?);
    Ok(if changed { by.told(answer) } else { answer })
}

fn answer(lead: &Lead) -> Answer {
    let mut out = Vec::with_capacity(json::LEAD);
    lead.view().write(&mut out);
    Answer::json(out).version(lead.version)
}

impl StageBody {
    fn wanted(&self, lead: Uuid) -> Result<Option<Wanted>> {
        let (after, before) = (self.after_id, self.before_id);
        if after == Some(lead) || before == Some(lead) {
            let field = if after == Some(lead) {
                "afterId"
            } else {
                "beforeId"
            };
            return Err(Error::invalid(field, "is the lead itself"));
        }
        match (self.position, after.or(before)) {
            (Some(_), Some(_)) => Err(Error::invalid(
                "position",
                "cannot stand beside afterId or beforeId",
            )),
            (Some(end), None) => Ok(Some(Wanted::At(end))),
            (None, Some(_)) => Ok(Some(Wanted::Beside { after, before })),
            (None, None) => Ok(None),
        }
    }
}
