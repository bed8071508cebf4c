//! `/change-sets` and `/leads/{id}/history`

use std::{collections::HashMap, sync::Arc};

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Choices,
    history::{self, Change, Side},
    job,
    net::OnChanged,
    set::{self, ChangeSet},
    undo::{self, Outcome, Row, RowOutcome},
};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, IfMatch, Json, MovedElsewhere, PageQuery, Path,
        Permission, Problems, Query, ReadRefusals, Result, Scope, WriteRefusals,
    },
    leads::{
        Lead,
        bulk::{self, RowResult},
        find::{self, Among, For},
        write::SLICE,
    },
};

/// Leads for which a choice of their own may be made.
const MOST_CHOICES: usize = 10_000;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(leads))
        .routes(routes!(results))
        .routes(routes!(undo_it))
        .routes(routes!(field_history))
        .routes(routes!(restore_value))
}

/// Whose change sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ChangeSetsOf)]
enum Of {
    #[default]
    Me,
    All,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `me`, or `all` for those of everybody, as far as they are about leads that one sees.
    #[param(inline)]
    by: Of,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeSetPage {
    data: Vec<ChangeSet>,
    /// For the next page, which may hold none; null on the last one.
    next_cursor: Option<String>,
}

/// A change set with what undoing it would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeSetDetail {
    #[serde(flatten)]
    set: ChangeSet,
    undo: Prospect,
}

/// What undoing would do, as far as leads were looked at.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UndoProspect)]
struct Prospect {
    /// How many leads were looked at: the first 500. `/change-sets/{id}/leads` tells of each of them all.
    examined: i64,
    /// Leads that would be as they were before.
    undoable: i64,
    /// Leads of which there is nothing to take back any more.
    unchanged: i64,
    /// Leads of which something was changed since.
    changed_since: i64,
    /// Leads that were merged into others since.
    merged: i64,
    /// Leads that were removed for good.
    gone: i64,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// Rows that are looked at for a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
    /// Only those with which it does not, or did not, go well.
    failed: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UndoRows {
    data: Vec<Row>,
    /// Leads among those looked at that the caller does not see.
    hidden: i64,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeSetResults {
    data: Vec<RowResult>,
    next_cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = UndoRequest)]
struct UndoBody {
    /// What to do with what was changed since. By default it stays as it is.
    on_changed: OnChanged,
    /// For single leads, by their ids, another choice.
    #[schema(value_type = Object)]
    choices: HashMap<Uuid, OnChanged>,
    /// Says what would be done, and does not do it: of the first 500 leads.
    dry_run: bool,
}

/// What undoing came to, so far or altogether.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UndoAnswer)]
struct UndoAnswer {
    /// The change set of the undoing itself: undo it to do again what was undone. Null for a dry run.
    change_set_id: Option<Uuid>,
    undoes: Uuid,
    /// `running` or `done`.
    state: String,
    /// The leads that the change set is about.
    total: i64,
    undone: i64,
    unchanged: i64,
    changed_since: i64,
    merged: i64,
    gone: i64,
    /// Leads that the caller does not see; they stay as they are.
    hidden: i64,
    results: Vec<Row>,
}

/// Lists what was done to leads lately, newest first.
///
/// A lead that came in by an API key or another way in, alone, is not listed: it is a change set under its own id.
#[utoipa::path(get, path = "/change-sets", operation_id = "listChangeSets", tag = "Undo", params(ListQuery),
    responses((status = 200, body = ChangeSetPage), ReadRefusals))]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let limit = limit(query.limit)?;
    let before = cursor(query.cursor.as_deref())?;
    let of = match (query.by, caller.actor.id()) {
        (Of::All, _) => None,
        (Of::Me, Some(id)) => Some(id),
        (Of::Me, None) => Some(Uuid::nil()),
    };
    let (data, next) = app
        .read(move |tx| set::list(tx, &caller, of, before, limit))
        .await?;
    Answer::ok(&ChangeSetPage {
        data,
        next_cursor: next.map(|it| Cursor::write(&it)),
    })
}

/// Shows what a change set did, and what undoing it would do.
#[utoipa::path(get, path = "/change-sets/{id}", operation_id = "getChangeSet", tag = "Undo", params(("id" = Uuid, Path)),
    responses((status = 200, body = ChangeSetDetail), ReadRefusals))]
async fn show(State(app): State<Arc<App>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let detail = app
        .read(move |tx| {
            let set = set::find(tx, &caller, id)?;
            let (leads, _) = set::leads_after(tx, caller.workspace, id, None, SLICE)?;
            let outcome = undo::preview(tx, &caller, id, &leads, &Choices::default())?;
            let undo = Prospect {
                examined: i64::try_from(leads.len()).unwrap_or(i64::MAX),
                undoable: outcome.count(RowOutcome::Undone),
                unchanged: outcome.count(RowOutcome::Unchanged),
                changed_since: outcome.count(RowOutcome::ChangedSince),
                merged: outcome.count(RowOutcome::Merged),
                gone: outcome.count(RowOutcome::Gone),
            };
            Ok(ChangeSetDetail { set, undo })
        })
        .await?;
    Answer::ok(&detail)
}

/// Lists the leads of a change set, each with what undoing would do to it and what was changed since.
#[utoipa::path(get, path = "/change-sets/{id}/leads", operation_id = "listChangeSetLeads", tag = "Undo",
    params(("id" = Uuid, Path), RowsQuery), responses((status = 200, body = UndoRows), ReadRefusals))]
async fn leads(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<RowsQuery>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let limit = limit(query.limit)?;
    let after = cursor(query.cursor.as_deref())?;
    let failed = query.failed == Some(true);
    let rows = app
        .read(move |tx| {
            set::find(tx, &caller, id)?;
            let (leads, more) = set::leads_after(tx, caller.workspace, id, after, limit)?;
            let outcome = undo::preview(tx, &caller, id, &leads, &Choices::default())?;
            let mut data = outcome.rows;
            if failed {
                data.retain(|it| {
                    ![RowOutcome::Undone, RowOutcome::Unchanged].contains(&it.outcome)
                });
            }
            Ok(UndoRows {
                data,
                hidden: outcome.hidden,
                next_cursor: leads.last().filter(|_| more).map(Cursor::write),
            })
        })
        .await?;
    Answer::ok(&rows)
}

/// Lists what became of each lead of an action that was worked off in slices: an action over many leads, an undoing, a
/// merge of many groups.
#[utoipa::path(get, path = "/change-sets/{id}/results", operation_id = "listChangeSetResults", tag = "Undo",
    params(("id" = Uuid, Path), RowsQuery), responses((status = 200, body = ChangeSetResults), ReadRefusals))]
async fn results(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<RowsQuery>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let limit = i64::try_from(limit(query.limit)?).unwrap_or(1);
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<i64>)
        .transpose()?;
    let failed = query.failed == Some(true);
    let page = app
        .read(move |tx| {
            let found = set::find(tx, &caller, id)?;
            let own = found.actor.id.is_some() && found.actor.id == caller.actor.id();
            if !own && caller.scope != Scope::All {
                return Err(Error::NotFound("change set"));
            }
            let (data, next_cursor) = bulk::api::results(tx, &caller, id, after, limit, failed)?;
            Ok(ChangeSetResults { data, next_cursor })
        })
        .await?;
    Answer::ok(&page)
}

/// Takes a change set back, field by field. What was changed since stays as it is, or is overwritten, as you choose.
///
/// Undoing is a change set of its own and can be undone. More than 500 leads are worked off in the background: the answer
/// is then 202 with `Location`, where the progress is.
#[utoipa::path(post, path = "/change-sets/{id}/undo", operation_id = "undoChangeSet", tag = "Undo",
    params(("id" = Uuid, Path)), request_body = UndoBody,
    responses(
        (status = 200, body = UndoAnswer, description = "Done", headers(("Change-Set-Id" = Option<String>))),
        (status = 202, body = UndoAnswer, description = "Begun", headers(("Location" = String), ("Change-Set-Id" = String))),
        WriteRefusals,
    ))]
async fn undo_it(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<UndoBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    if body.choices.len() > MOST_CHOICES {
        let message = format!("must be at most {MOST_CHOICES}");
        return Err(Error::invalid("choices", message));
    }
    let choices = Choices {
        on_changed: body.on_changed,
        leads: body.choices,
    };
    if body.dry_run {
        return app.read(move |tx| try_out(tx, &caller, id, &choices)).await;
    }
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let undone = job::undo(tx, &by, id, choices)?;
        let set = undone.change_set;
        let Some(outcome) = undone.outcome else {
            let answer = UndoAnswer {
                state: "running".into(),
                ..UndoAnswer::of(id, Some(set), undone.total, Outcome::default())
            };
            let location = format!("/change-sets/{set}");
            return Ok(Answer::accepted(location, &answer)?.change_set(set));
        };
        let answer = UndoAnswer::of(id, Some(set), undone.total, outcome);
        Ok(Answer::ok(&answer)?.change_set(set))
    })
    .await
}

fn try_out(tx: &mut Tx, caller: &Caller, id: Uuid, choices: &Choices) -> Result<Answer> {
    let found = set::find(tx, caller, id)?;
    undo::check_rights(tx, caller, id)?;
    let (leads, _) = set::leads_after(tx, caller.workspace, id, None, SLICE)?;
    let outcome = undo::preview(tx, caller, id, &leads, choices)?;
    Answer::ok(&UndoAnswer::of(
        id,
        None,
        found.leads + found.hidden,
        outcome,
    ))
}

impl UndoAnswer {
    fn of(undoes: Uuid, set: Option<Uuid>, total: i64, outcome: Outcome) -> UndoAnswer {
        UndoAnswer {
            change_set_id: set,
            undoes,
            state: "done".into(),
            total,
            undone: outcome.count(RowOutcome::Undone),
            unchanged: outcome.count(RowOutcome::Unchanged),
            changed_since: outcome.count(RowOutcome::ChangedSince),
            merged: outcome.count(RowOutcome::Merged),
            gone: outcome.count(RowOutcome::Gone),
            hidden: outcome.hidden,
            results: outcome.rows,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// As the API names it: `email`, `customFields.budget`; `stageId`, `assignedTo`, `tags`, `deletedAt`. Without it: all.
    field: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FieldHistory {
    data: Vec<Change>,
    /// For the next page, which may hold none; null on the last one.
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FormerValue {
    /// As the history names it.
    #[schema(example = "email")]
    field: String,
    /// The change, by its `activityId`.
    activity_id: Uuid,
    /// What was there `before` the change, or `after` it.
    #[serde(default)]
    side: Side,
}

/// Shows what a lead's fields held in the course of time: who changed what, when and through what, newest first.
#[utoipa::path(get, path = "/leads/{id}/history", operation_id = "getLeadHistory", tag = "Leads",
    params(("id" = Uuid, Path), HistoryQuery), responses((status = 200, body = FieldHistory), MovedElsewhere, ReadRefusals))]
async fn field_history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<HistoryQuery>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let limit = limit(query.limit)?;
    let before = cursor(query.cursor.as_deref())?;
    if let Some(field) = query.field.as_deref()
        && !history::is_field(field)
    {
        return Err(Error::invalid("field", "is not a field of a lead"));
    }
    let (data, next) = app
        .read(move |tx| {
            let lead = find::one(tx, &caller, id, Among::Either, For::Reading)?;
            let (workspace, id) = (caller.workspace, lead.id.uuid());
            history::list(tx, workspace, id, query.field.as_deref(), before, limit)
        })
        .await?;
    Answer::ok(&FieldHistory {
        data,
        next_cursor: next.map(|it| Cursor::write(&it)),
    })
}

/// Puts a former value of a field back.
#[utoipa::path(post, path = "/leads/{id}/history/restore", operation_id = "restoreFormerValue", tag = "Leads",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = FormerValue,
    responses((status = 200, body = Lead, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn restore_value(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<FormerValue>,
) -> Result<Answer> {
    caller.need(Permission::LeadsEdit)?;
    let mut problems = Problems::new();
    if !history::is_field(&body.field) {
        problems.add("field", "is not a field of a lead");
    }
    problems.done()?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = find::to_change(tx, &by, id, version)?;
        let change = (body.activity_id, body.field.as_str());
        let after = history::restored(tx, &by, &before, change, body.side)?;
        crate::leads::api::write_over(tx, &by, &before, after)
    })
    .await
}

fn limit(asked: Option<i64>) -> Result<usize> {
    let query = PageQuery {
        limit: asked,
        ..PageQuery::default()
    };
    Ok(usize::try_from(query.limit()?).unwrap_or(1))
}

fn cursor(sent: Option<&str>) -> Result<Option<Uuid>> {
    sent.map(Cursor::read::<Uuid>).transpose()
}
