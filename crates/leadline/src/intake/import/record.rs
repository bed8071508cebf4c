//! An import as it is kept, and how it goes from one state to the next.

use serde::{Deserialize, Serialize};
use store::{FromValue, Json, RowRef, Sql, Timestamp, ToValue, Tx, ValueRef};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    count::{Checked, Report},
    open::Format,
    plan::Plan,
    shape::Shape,
};
use crate::{
    base::{Actor, Caller, Error, Result, Scope, Via, WorkspaceId},
    leads::fields::FieldKind,
    workspaces,
};

#[derive(Debug, Clone)]
pub struct Import {
    pub id: Uuid,
    pub name: String,
    pub format: Format,
    pub size_bytes: i64,
    pub state: State,
    pub turn: i64,
    pub detected: Json<Detected>,
    pub plan: Json<Plan>,
    pub plan_version: i64,
    pub progress: Option<Json<Progress>>,
    pub checked: Option<Json<Checked>>,
    pub report: Option<Json<Report>>,
    pub error: Option<String>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub seen: Json<Scope>,
    pub change_set_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub kept_until: Timestamp,
    pub file_removed_at: Option<Timestamp>,
}
store::row!(Import {
    id,
    name,
    format,
    size_bytes,
    state,
    turn,
    detected,
    plan,
    plan_version,
    progress,
    checked,
    report,
    error,
    actor_kind,
    actor_id,
    seen,
    change_set_id,
    created_at,
    updated_at,
    started_at,
    finished_at,
    kept_until,
    file_removed_at
});

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportState)]
pub enum State {
    /// The file is still coming in.
    Uploading,
    /// It can be changed, checked and run.
    Ready,
    Checking,
    Running,
    Paused,
    Done,
    /// Ended by hand; what had gone in stays.
    Stopped,
    /// Ended by something that no retry mends; what had gone in stays.
    Failed,
    /// What had gone in was taken back.
    Undone,
}

/// What was found out about the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
#[schema(as = ImportDetected)]
pub struct Detected {
    /// Of an XLSX file.
    pub sheets: Vec<String>,
    pub columns: Vec<DetectedColumn>,
    /// Columns of the header, which every row should have.
    pub width: Option<usize>,
    /// Columns beyond those that are read.
    pub columns_beyond: usize,
    /// Equal for files with the same header.
    pub fingerprint: String,
    /// The saved mapping that the columns were taken from.
    pub mapping_id: Option<Uuid>,
    /// What one should know, in words for people.
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportDetectedColumn)]
pub struct DetectedColumn {
    /// Counted from 0.
    pub column: usize,
    /// Empty where the file names none.
    pub header: String,
    /// The first three values that are not empty.
    pub samples: Vec<String>,
    /// What the values look like; null where there are none.
    pub shape: Option<Shape>,
    /// The type that a custom field made of it would have.
    pub guess: FieldKind,
}

/// How far a check or a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportProgress)]
pub struct Progress {
    /// Rows that are done with.
    pub rows: i64,
    /// How many there are, once a check has counted them.
    pub total: Option<i64>,
    /// From 0 to 1.
    pub fraction: f64,
}

impl Format {
    fn key(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }
}

impl ToValue for Format {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for Format {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        match row.text(index)? {
            "csv" => Ok(Format::Csv),
            "xlsx" => Ok(Format::Xlsx),
            other => Err(row.error(index, "a format of files", other)),
        }
    }
}

impl State {
    const ALL: [State; 9] = [
        State::Uploading,
        State::Ready,
        State::Checking,
        State::Running,
        State::Paused,
        State::Done,
        State::Stopped,
        State::Failed,
        State::Undone,
    ];

    pub fn key(self) -> &'static str {
        match self {
            State::Uploading => "uploading",
            State::Ready => "ready",
            State::Checking => "checking",
            State::Running => "running",
            State::Paused => "paused",
            State::Done => "done",
            State::Stopped => "stopped",
            State::Failed => "failed",
            State::Undone => "undone",
        }
    }

    /// Whether a run has begun.
    pub fn has_run(self) -> bool {
        !matches!(self, State::Uploading | State::Ready | State::Checking)
    }

    /// Whether a run has ended.
    pub fn has_ended(self) -> bool {
        matches!(self, State::Done | State::Stopped | State::Failed)
    }
}

impl ToValue for State {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for State {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        let key = row.text(index)?;
        State::ALL
            .into_iter()
            .find(|it| it.key() == key)
            .ok_or_else(|| row.error(index, "a state of imports", key))
    }
}

impl Import {
    /// Whoever started it, seeing what they saw then.
    pub fn caller(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<Caller> {
        let system = workspaces::system_caller(tx, workspace, Via::Job)?;
        let actor = match (self.actor_kind.as_str(), self.actor_id) {
            ("user", Some(id)) => Actor::User(id),
            ("apiKey", Some(id)) => Actor::ApiKey(id),
            _ => Actor::System,
        };
        Ok(Caller {
            actor,
            scope: self.seen.0.clone(),
            ..system
        })
    }

    pub fn headers(&self) -> Vec<String> {
        self.detected.0.headers()
    }
}

impl Detected {
    pub fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|it| it.header.clone()).collect()
    }
}

pub const COLUMNS: &str = "id, name, format, size_bytes, state, turn, detected, plan, plan_version, progress, checked, report,
    error, actor_kind, actor_id, seen, change_set_id, created_at, updated_at, started_at, finished_at, kept_until,
    file_removed_at";

pub fn load(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Import> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS)
        .push(" from lead_imports where workspace_id = ")
        .bind(workspace)
        .push(" and id = ")
        .bind(id);
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("import"))
}

/// The same, held until the unit of work ends, so that two changes of state come one after the other.
pub fn lock(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Import> {
    let mut sql = Sql::new("select id from lead_imports where workspace_id = ");
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?;
    load(tx, workspace, id)
}

/// The import, if the caller may see it: whoever sees only some leads sees only the imports they made.
pub fn seen(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    visible(caller, load(tx, caller.workspace, id)?)
}

pub fn seen_locked(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    visible(caller, lock(tx, caller.workspace, id)?)
}

fn visible(caller: &Caller, import: Import) -> Result<Import> {
    let own = import.actor_id.is_some() && import.actor_id == caller.actor.id();
    if own || caller.scope == Scope::All {
        Ok(import)
    } else {
        Err(Error::NotFound("import"))
    }
}

/// Writes a new import whose file is on its way.
pub fn begin(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    name: &str,
    kept_until: Timestamp,
) -> Result<()> {
    let now = tx.now();
    tx.exec(
        "insert into lead_imports (workspace_id, id, name, format, size_bytes, state, detected, plan, actor_kind, actor_id, seen,
             created_at, updated_at, kept_until)
         values ($1, $2, $3, 'csv', 0, 'uploading', $4, $5, $6, $7, $8, $9, $9, $10)",
        &[
            &caller.workspace,
            &id,
            &name,
            &Json(Detected::default()),
            &Json(Plan::default()),
            &caller.actor.kind(),
            &caller.actor.id(),
            &Json(&caller.scope),
            &now,
            &kept_until,
        ],
    )?;
    Ok(())
}

/// The file has come in.
pub fn arrived(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    file: (Format, i64),
    detected: &Detected,
    plan: &Plan,
) -> Result<()> {
    let now = tx.now();
    tx.exec(
        "update lead_imports set state = 'ready', format = $3, size_bytes = $4, detected = $5, plan = $6, updated_at = $7
         where workspace_id = $1 and id = $2",
        &[&workspace, &id, &file.0, &file.1, &Json(detected), &Json(plan), &now],
    )?;
    Ok(())
}

/// Writes a changed plan; what was checked before is of another one from now on.
pub fn replan(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    detected: &Detected,
    plan: &Plan,
) -> Result<()> {
    let now = tx.now();
    tx.exec(
        "update lead_imports set detected = $3, plan = $4, plan_version = plan_version + 1, updated_at = $5
         where workspace_id = $1 and id = $2",
        &[&workspace, &id, &Json(detected), &Json(plan), &now],
    )?;
    Ok(())
}

/// Goes to another state. A start takes the next turn, so that jobs of the one before write nothing any more.
pub fn go_to(tx: &mut Tx, workspace: WorkspaceId, import: &Import, state: State) -> Result<i64> {
    let now = tx.now();
    let turn = import.turn + 1;
    let started = (state == State::Running).then_some(import.started_at.unwrap_or(now));
    let finished = (state.has_ended() || state == State::Undone).then_some(now);
    tx.exec(
        "update lead_imports set state = $3, turn = $4, started_at = coalesce($5, started_at),
             finished_at = coalesce($6, finished_at), updated_at = $7, error = null
         where workspace_id = $1 and id = $2",
        &[
            &workspace, &import.id, &state, &turn, &started, &finished, &now,
        ],
    )?;
    Ok(turn)
}

pub fn rename(tx: &mut Tx, workspace: WorkspaceId, id: Uuid, name: &str) -> Result<()> {
    let name: String = name.chars().take(200).collect();
    tx.exec(
        "update lead_imports set name = $3 where workspace_id = $1 and id = $2",
        &[&workspace, &id, &name],
    )?;
    Ok(())
}

/// The corrections have changed; what was checked before is of others from now on.
pub fn outdate(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let now = tx.now();
    tx.exec(
        "update lead_imports set plan_version = plan_version + 1, updated_at = $3 where workspace_id = $1 and id = $2",
        &[&workspace, &id, &now],
    )?;
    Ok(())
}
