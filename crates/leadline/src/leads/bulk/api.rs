//! `/leads/bulk-action` and `/leads/bulk-actions/{changeSetId}`

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Sql, Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Action, BulkJob, Edit, Request, RowResult, act, load, next_ids, rehearse};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, Json, PageQuery, Path, Permission, Problems, Query,
        ReadRefusals, Result, Scope, WriteRefusals, double_option,
    },
    jobs,
    leads::{
        body,
        changes::action::{self, Begun, Slice},
        chosen::Chosen,
        filter::Filter,
        pipelines,
        tags::Tags,
        total, views,
        write::{By, SLICE},
    },
    workspaces::audit,
};

/// Ids that a request may name.
const MOST_IDS: usize = 10_000;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(bulk_action))
        .routes(routes!(show))
}

#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = BulkAction)]
struct BulkBody {
    action: Action,
    /// The leads, or else `filter`.
    #[schema(max_items = 10_000)]
    lead_ids: Option<Vec<Uuid>>,
    /// Every lead that the list shows for these parameters. Restoring needs `deleted: true`.
    filter: Option<Filter>,
    /// Every lead of this view, as far as `filter` lets them through.
    view_id: Option<Uuid>,
    /// Leads of the filter that are left out.
    #[schema(max_items = 10_000)]
    exclude_ids: Option<Vec<Uuid>>,
    /// For `move_stage`.
    stage_id: Option<Uuid>,
    /// For `assign`: a member; null: nobody.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    assigned_to: Option<Option<Uuid>>,
    /// For `tag` and `untag`.
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
    /// For `edit`.
    edit: Option<Edit>,
    /// Says what would be done, and does not do it.
    #[serde(default)]
    dry_run: bool,
}

/// What became of an action, so far or altogether.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkProgress)]
struct BulkAnswer {
    /// Null for a dry run.
    change_set_id: Option<Uuid>,
    action: String,
    /// `running` or `done`.
    state: String,
    /// The leads to be looked at, as far as they have been counted.
    total: i64,
    done: i64,
    /// Those that are now different.
    changed: i64,
    results: Vec<RowResult>,
    /// For the next page of `results`.
    next_cursor: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Results {
    /// Only the leads with which it did not go well.
    failed: Option<bool>,
    /// Results per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Does one action to many leads: to those named, or to a whole filter.
///
/// More than 500 leads are worked off in the background: the answer is then 202 with `Location`, where the progress is.
#[utoipa::path(post, path = "/leads/bulk-action", operation_id = "bulkAction", tag = "Leads", request_body = BulkBody,
    responses(
        (status = 200, body = BulkAnswer, description = "Done", headers(("Change-Set-Id" = Option<String>))),
        (status = 202, body = BulkAnswer, description = "Begun", headers(("Location" = String), ("Change-Set-Id" = String))),
        WriteRefusals,
    ))]
async fn bulk_action(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<BulkBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsBulk)?;
    caller.need(match body.action {
        Action::MoveStage => Permission::LeadsMove,
        Action::Assign => Permission::LeadsAssign,
        Action::Delete | Action::Restore => Permission::LeadsDelete,
        Action::Tag | Action::Untag | Action::Edit => Permission::LeadsEdit,
    })?;
    let (dry_run, view) = (body.dry_run, body.view_id);
    let mut request = body.check(&caller)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        check_target(tx, &by, &request)?;
        take_view(tx, &by, &mut request, view)?;
        if dry_run {
            try_out(tx, &by, &request)
        } else {
            perform(tx, &by, &request)
        }
    })
    .await
}

/// Shows how far an action has come, and what became of each lead.
#[utoipa::path(get, path = "/leads/bulk-actions/{changeSetId}", operation_id = "getBulkAction", tag = "Leads",
    params(("changeSetId" = Uuid, Path), Results),
    responses((status = 200, body = BulkAnswer), ReadRefusals))]
async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<Results>,
) -> Result<Answer> {
    caller.need(Permission::LeadsBulk)?;
    let limit = PageQuery {
        limit: query.limit,
        ..PageQuery::default()
    }
    .limit()?;
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<i64>)
        .transpose()?;
    let failed = query.failed == Some(true);
    let answer = app
        .read(move |tx| {
            let set = load(tx, caller.workspace, id)?;
            let own = set.actor_id.is_some() && set.actor_id == caller.actor.id();
            if !own && caller.scope != Scope::All {
                return Err(Error::NotFound("bulk action"));
            }
            let (results, next_cursor) = results(tx, &caller, id, after, limit, failed)?;
            Ok(BulkAnswer {
                change_set_id: Some(id),
                action: set.action,
                state: set.state,
                total: set.total,
                done: set.done,
                changed: set.changed,
                results,
                next_cursor,
                created_at: Some(set.created_at),
                finished_at: set.finished_at,
            })
        })
        .await?;
    Answer::ok(&answer)
}

impl BulkBody {
    fn check(self, caller: &Caller) -> Result<Request> {
        let mut problems = Problems::new();
        match (&self.lead_ids, &self.filter) {
            (Some(_), _) if self.view_id.is_some() => {
                problems.add("viewId", "cannot stand beside leadIds");
            }
            (Some(_), Some(_)) => problems.add("filter", "cannot stand beside leadIds"),
            (None, _) if self.view_id.is_some() => {}
            (None, None) => problems.add("leadIds", "are needed, or a filter or a viewId"),
            (Some(ids), None) if ids.len() > MOST_IDS => {
                problems.add("leadIds", format!("must be at most {MOST_IDS}"));
            }
            (None, Some(filter)) if filter.deleted != (self.action == Action::Restore) => {
                problems.add(
                    "filter.deleted",
                    "must be true for restore, and for restore alone",
                );
            }
            _ => {}
        }
        let exclude = self.exclude_ids.unwrap_or_default();
        if exclude.len() > MOST_IDS {
            problems.add("excludeIds", format!("must be at most {MOST_IDS}"));
        }
        if !exclude.is_empty() && self.filter.is_none() && self.view_id.is_none() {
            problems.add("excludeIds", "belong to a filter");
        }
        let tags = Tags::new(self.tags.unwrap_or_default(), "tags", &mut problems);
        let tagging = matches!(self.action, Action::Tag | Action::Untag);
        let demands = [
            (
                "stageId",
                self.stage_id.is_some(),
                self.action == Action::MoveStage,
            ),
            (
                "assignedTo",
                self.assigned_to.is_some(),
                self.action == Action::Assign,
            ),
            ("tags", !tags.as_slice().is_empty(), tagging),
            ("edit", self.edit.is_some(), self.action == Action::Edit),
        ];
        for (field, sent, wanted) in demands {
            match (sent, wanted) {
                (false, true) => problems.add(field, "is required for this action"),
                (true, false) => problems.add(field, "does not belong to this action"),
                _ => {}
            }
        }
        problems.done()?;
        Ok(Request {
            action: self.action,
            ids: self.lead_ids.map(without_repeats),
            filter: self.filter,
            view: None,
            exclude,
            stage: self.stage_id,
            owner: self.assigned_to.flatten(),
            tags: tags.as_slice().to_vec(),
            edit: self.edit,
            seen: caller.scope.clone(),
        })
    }
}

fn without_repeats(ids: Vec<Uuid>) -> Vec<Uuid> {
    let mut seen = std::collections::HashSet::with_capacity(ids.len());
    ids.into_iter().filter(|it| seen.insert(*it)).collect()
}

fn check_target(tx: &mut Tx, caller: &Caller, request: &Request) -> Result<()> {
    if let Some(stage) = request.stage {
        pipelines::open_stage(tx, caller.workspace, stage)?;
    }
    if request.action == Action::Assign {
        body::check_member(tx, caller.workspace, request.owner)?;
    }
    match &request.edit {
        Some(edit) => edit.check(tx, caller.workspace),
        None => Ok(()),
    }
}

/// A view is taken as it is now: what is made of it later is not what was asked for.
fn take_view(
    tx: &mut Tx,
    caller: &Caller,
    request: &mut Request,
    view: Option<Uuid>,
) -> Result<()> {
    let Some(id) = view else { return Ok(()) };
    request.view = Some(views::one(tx, caller, id)?.state.filter);
    if request.chosen()?.deleted == (request.action == Action::Restore) {
        Ok(())
    } else {
        let message = "must be a view of the trash for restore, and for restore alone";
        Err(Error::invalid("viewId", message))
    }
}

/// What an action begins with: its first leads, whether there are more, and how many there are.
struct Start {
    ids: Vec<Uuid>,
    more: bool,
    total: i64,
}

fn start(tx: &mut Tx, caller: &Caller, request: &Request) -> Result<Start> {
    if let Some(ids) = &request.ids {
        let total = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let first: Vec<Uuid> = ids.iter().copied().take(SLICE).collect();
        return Ok(Start {
            more: ids.len() > first.len(),
            ids: first,
            total,
        });
    }
    let mut chosen =
        Chosen::bind(tx, request.chosen()?, caller).map_err(|err| err.within("filter"))?;
    let (ids, more) = next_ids(tx, &mut chosen, None, SLICE)?;
    let seen = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let total = if more {
        total::of(tx, &chosen, seen)?.n.max(seen)
    } else {
        seen
    };
    let ids: Vec<Uuid> = ids
        .into_iter()
        .filter(|it| !request.exclude.contains(it))
        .collect();
    // Those that were left out are not looked at.
    let left_out = seen - i64::try_from(ids.len()).unwrap_or(seen);
    let total = total - left_out;
    Ok(Start { ids, more, total })
}

fn perform(tx: &mut Tx, caller: &Caller, request: &Request) -> Result<Answer> {
    let id = tx.id();
    let by = By::from(caller).in_change_set(id);
    let start = start(tx, caller, request)?;
    let data = json!({ "action": request.action, "total": start.total });
    audit::record(
        tx,
        caller,
        "leads.bulk_action",
        &format!("changeSet:{id}"),
        data,
    )?;
    let created_at = Some(tx.now());
    let action = request.action.key().to_owned();
    if start.more {
        // Leads that come in from now on are not meant.
        begin(tx, &by, request, start.total, Some(id))?;
        jobs::Enqueue::new(&BulkJob { change_set: id })
            .workspace(caller.workspace)
            .insert(tx)?;
        let answer = BulkAnswer {
            change_set_id: Some(id),
            action,
            state: "running".into(),
            total: start.total,
            done: 0,
            changed: 0,
            results: Vec::new(),
            next_cursor: None,
            created_at,
            finished_at: None,
        };
        let location = format!("/leads/bulk-actions/{id}");
        return Ok(Answer::accepted(location, &answer)?.change_set(id));
    }
    begin(tx, &by, request, start.total, None)?;
    let outcome = act(tx, &by, &caller.scope, request, &start.ids)?;
    let slice = Slice {
        done: 0,
        results: &outcome.results,
        changed: outcome.changed,
        last: None,
        more: false,
    };
    action::advance(tx, caller.workspace, id, &slice)?;
    let done = i64::try_from(outcome.results.len()).unwrap_or(i64::MAX);
    let answer = Answer::ok(&BulkAnswer {
        change_set_id: Some(id),
        action,
        state: "done".into(),
        total: done,
        done,
        changed: outcome.changed,
        results: outcome.results,
        next_cursor: None,
        created_at,
        finished_at: created_at,
    })?;
    Ok(answer.change_set(id))
}

/// What the action would do: exactly for the first slice, and by the number for the rest.
fn try_out(tx: &mut Tx, caller: &Caller, request: &Request) -> Result<Answer> {
    let start = start(tx, caller, request)?;
    let by = By::from(caller);
    let outcome = rehearse(tx, &by, &caller.scope, request, &start.ids)?;
    let done = i64::try_from(outcome.results.len()).unwrap_or(i64::MAX);
    let beyond = if start.more {
        start.total.saturating_sub(done).max(0)
    } else {
        0
    };
    Answer::ok(&BulkAnswer {
        change_set_id: None,
        action: request.action.key().to_owned(),
        state: "done".into(),
        total: start.total,
        done,
        changed: outcome.changed.saturating_add(beyond),
        results: outcome.results,
        next_cursor: None,
        created_at: None,
        finished_at: None,
    })
}

fn begin(tx: &mut Tx, by: &By, request: &Request, total: i64, last: Option<Uuid>) -> Result<()> {
    let begun = Begun {
        action: request.action.key(),
        request,
        total,
        last,
        undoes: None,
    };
    action::begin(tx, by, &begun)
}

/// What became of the leads of a change set, from after `after` on, and where the page after this one begins.
pub(in crate::leads) fn results(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    after: Option<i64>,
    limit: i64,
    failed: bool,
) -> Result<(Vec<RowResult>, Option<String>)> {
    let mut sql =
        Sql::new("select seq, lead_id, error from lead_change_set_rows where workspace_id = ");
    sql.bind(caller.workspace)
        .push(" and change_set_id = ")
        .bind(id)
        .push(" and seq > ")
        .bind(after.unwrap_or(-1));
    if failed {
        sql.push(" and error is not null");
    }
    sql.push(" order by seq limit ").bind(limit + 1);
    let mut rows: Vec<(i64, Uuid, Option<String>)> = tx.fetch(&sql)?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(0);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    let next_cursor = rows.last().filter(|_| more).map(|it| Cursor::write(&it.0));
    let results = rows.into_iter().map(|(_, id, error)| RowResult {
        id,
        ok: error.is_none(),
        error,
    });
    Ok((results.collect(), next_cursor))
}
