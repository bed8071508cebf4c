//! Actions over many leads: what was asked for and how far it has come stands in a row of its own, written with each slice,
//! so that a job that is stopped in the middle goes on where it was.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use store::{Sql, Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::{Actor, Caller, Error, Result, Scope, Via, WorkspaceId},
    jobs::{Context, Failure},
    leads::{bulk::RowResult, write::By},
    workspaces,
};

/// An action's row.
#[derive(Debug)]
pub struct Header {
    pub action: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    pub request: store::Json<Json>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub via: Option<String>,
    pub total: i64,
    pub done: i64,
    pub changed: i64,
    pub last_id: Option<Uuid>,
    pub undoes: Option<Uuid>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}
store::row!(Header {
    action,
    state,
    request,
    actor_kind,
    actor_id,
    via,
    total,
    done,
    changed,
    last_id,
    undoes,
    created_at,
    finished_at
});

pub fn header(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<Header>> {
    Ok(tx.opt(
        "select action, state, request, actor_kind, actor_id, via, total, done, changed, last_id, undoes, created_at,
             finished_at
         from lead_change_sets where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?)
}

/// An action that begins.
#[derive(Debug)]
pub struct Begun<'a, R> {
    pub action: &'a str,
    pub request: &'a R,
    pub total: i64,
    /// Below which id it looks for leads.
    pub last: Option<Uuid>,
    pub undoes: Option<Uuid>,
}

/// Writes down an action that begins, under the id of `by`'s change set.
pub fn begin<R: Serialize>(tx: &mut Tx, by: &By, begun: &Begun<'_, R>) -> Result<()> {
    tx.exec(
        "insert into lead_change_sets
             (workspace_id, id, action, state, request, actor_kind, actor_id, via, total, done, changed, last_id, undoes,
              created_at)
         values ($1, $2, $3, 'running', $4, $5, $6, $7, $8, 0, 0, $9, $10, $11)",
        &[
            &by.workspace,
            &by.change_set.unwrap_or_default(),
            &begun.action,
            &store::Json(begun.request),
            &by.actor.kind(),
            &by.actor.id(),
            &by.via.key(),
            &begun.total,
            &begun.last,
            &begun.undoes,
            &tx.now(),
        ],
    )?;
    Ok(())
}

/// What became of a slice of an action.
#[derive(Debug)]
pub struct Slice<'a> {
    /// How many leads were done before it.
    pub done: i64,
    pub results: &'a [RowResult],
    pub changed: i64,
    /// Where the next slice begins.
    pub last: Option<Uuid>,
    pub more: bool,
}

const ROW_COLUMNS: [&str; 5] = ["workspace_id", "change_set_id", "seq", "lead_id", "error"];

/// Writes down leads that an action met and left as they were, by the numbers of what was to be done to them.
pub fn left_alone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    leads: &[(i64, Uuid)],
) -> Result<()> {
    let row = |(seq, lead): &(i64, Uuid)| {
        vec![
            workspace.0.into(),
            id.into(),
            (*seq).into(),
            (*lead).into(),
            "skipped".into(),
        ]
    };
    let rows: Vec<Vec<Value>> = leads.iter().map(row).collect();
    tx.insert_many("lead_change_set_rows", &ROW_COLUMNS, &rows)?;
    Ok(())
}

/// Writes down what became of a slice, in the unit of work that did it.
pub fn advance(tx: &mut Tx, workspace: WorkspaceId, id: Uuid, slice: &Slice<'_>) -> Result<()> {
    let rows: Vec<Vec<Value>> = (slice.done..)
        .zip(slice.results)
        .map(|(seq, row)| {
            let error = row.error.as_deref().map_or(Value::Null, Value::from);
            vec![
                workspace.0.into(),
                id.into(),
                seq.into(),
                row.id.into(),
                error,
            ]
        })
        .collect();
    tx.insert_many("lead_change_set_rows", &ROW_COLUMNS, &rows)?;
    let done = slice
        .done
        .saturating_add(i64::try_from(slice.results.len()).unwrap_or(i64::MAX));
    let finished = (!slice.more).then(|| tx.now());
    tx.exec(
        "update lead_change_sets set done = $3, changed = changed + $4, last_id = $5, finished_at = $6,
             state = case when $7 then 'running' else 'done' end,
             total = case when total < $3 or not $7 then $3 else total end
         where workspace_id = $1 and id = $2",
        &[&workspace, &id, &done, &slice.changed, &slice.last, &finished, &slice.more],
    )?;
    Ok(())
}

/// The body of the jobs that work actions off: slice by slice, each in a unit of its own, until one says that there is no
/// more. An action whose job is given up is shown as failed, and goes on where it was when somebody has the job retried.
pub async fn work_off(
    context: &Context,
    id: Uuid,
    slice: fn(&mut Tx, WorkspaceId, Uuid) -> Result<bool>,
) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let db = &context.app.db;
    let failure = loop {
        match db.write(move |tx| slice(tx, workspace, id)).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(err) => break Failure::from(err),
        }
    };
    if context.gives_up(&failure) {
        db.write(move |tx| fail(tx, workspace, id)).await?;
    }
    Err(failure)
}

fn fail(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tx.exec(
        "update lead_change_sets set state = 'failed', finished_at = $3
         where workspace_id = $1 and id = $2 and state = 'running'",
        &[&workspace, &id, &tx.now()],
    )?;
    Ok(())
}

/// An action that its job goes on with.
#[derive(Debug)]
pub struct Running<R> {
    pub header: Header,
    pub request: R,
    /// Whoever asked, seeing what they saw.
    pub caller: Caller,
    pub by: By,
}

/// Takes an action up where it stands, and keeps others from it until the unit ends. Nothing, where it has ended.
pub fn resume<R: DeserializeOwned>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    seen: fn(&R) -> &Scope,
) -> Result<Option<Running<R>>> {
    lock(tx, workspace, id)?;
    let found = header(tx, workspace, id)?;
    let Some(header) = found.filter(|it| it.state != "done") else {
        return Ok(None);
    };
    if header.state == "failed" && is_undone(tx, workspace, id)? {
        return Ok(None);
    }
    let request: R = serde_json::from_value(header.request.0.clone()).map_err(|err| {
        Error::Internal(format!(
            "what {} was to do cannot be read: {err}",
            header.action
        ))
    })?;
    let via = header.via.as_deref().and_then(Via::from_key);
    let caller = Caller {
        actor: Actor::from_columns(&header.actor_kind, header.actor_id),
        scope: seen(&request).clone(),
        ..workspaces::system_caller(tx, workspace, via.unwrap_or(Via::Job))?
    };
    let by = By::from(&caller).in_change_set(id);
    Ok(Some(Running {
        header,
        request,
        caller,
        by,
    }))
}

/// Keeps others from working on it until the unit ends.
fn lock(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("select id from lead_change_sets where workspace_id = ");
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?;
    Ok(())
}

fn is_undone(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    let undone: Option<(Uuid,)> = tx.opt(
        "select id from lead_change_sets where workspace_id = $1 and undoes = $2 limit 1",
        &[&workspace, &id],
    )?;
    Ok(undone.is_some())
}
