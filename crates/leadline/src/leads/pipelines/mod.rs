//! Pipelines and their stages, and the places in them where leads may stand.
//!
//! A stage that is removed while it holds many leads stays, marked as moving, until a job has moved them all; then it is
//! gone in one moment. Removed stages and pipelines are kept as rows, because the trash and the timeline name them.

pub mod api;
pub mod change;
mod drain;
mod removal;

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use store::{Engine, FromValue, RowRef, Sql, Timestamp, ToValue, Tx, ValueRef};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{App, Error, Result, Scope, WorkspaceId},
    leads::write::Place,
};

pub use drain::Drain;

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pipeline {
    pub id: Uuid,
    pub name: String,
    /// Where leads go that name neither stage nor pipeline. One pipeline is the default.
    pub is_default: bool,
    /// From left to right.
    pub stages: Vec<Stage>,
    /// Counts the changes; send it as `If-Match` to be told of others'.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    pub id: Uuid,
    pub pipeline_id: Uuid,
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    #[serde(rename = "type")]
    pub kind: StageKind,
    pub position: i64,
    /// How many live leads stand in it that the caller may see.
    pub lead_count: i64,
    /// The stage is being removed; its leads are on their way there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moving_to: Option<Uuid>,
}

/// What standing in a stage means for reporting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StageKind {
    #[default]
    Open,
    Won,
    Lost,
}

/// The workspaces known to have their default pipeline. It can be replaced, but never goes, so this never grows stale.
#[derive(Debug, Default)]
pub struct Ready(Mutex<HashSet<WorkspaceId>>);

/// What a new workspace begins with.
const DEFAULT_NAME: &str = "Sales pipeline";
const DEFAULT_STAGES: [(&str, &str, StageKind); 6] = [
    ("New", "#1a73d5", StageKind::Open),
    ("Contacted", "#b47520", StageKind::Open),
    ("Qualified", "#8054d6", StageKind::Open),
    ("Proposal", "#ca3f8d", StageKind::Open),
    ("Won", "#21914e", StageKind::Won),
    ("Lost", "#d33a3c", StageKind::Lost),
];

impl StageKind {
    pub fn key(self) -> &'static str {
        match self {
            StageKind::Open => "open",
            StageKind::Won => "won",
            StageKind::Lost => "lost",
        }
    }
}

impl ToValue for StageKind {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for StageKind {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        match row.text(index)? {
            "open" => Ok(StageKind::Open),
            "won" => Ok(StageKind::Won),
            "lost" => Ok(StageKind::Lost),
            other => Err(row.error(index, "a type of stage", other)),
        }
    }
}

/// Makes sure that the workspace has its default pipeline, for requests that only read.
pub async fn ready(app: &App, workspace: WorkspaceId) -> Result<()> {
    let known = app.state.get::<Ready>();
    if known
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(&workspace)
    {
        return Ok(());
    }
    if app
        .read(move |tx| default_id(tx, workspace))
        .await?
        .is_none()
    {
        app.db
            .write(move |tx| ensure_default(tx, workspace))
            .await?;
    }
    known
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(workspace);
    Ok(())
}

/// The id of the default pipeline, made now where there is none. Two that come at once make one.
pub fn ensure_default(tx: &mut Tx, workspace: WorkspaceId) -> Result<Uuid> {
    if let Some(id) = default_id(tx, workspace)? {
        return Ok(id);
    }
    let (id, now) = (tx.id(), tx.now());
    let made = tx.exec(
        "insert into lead_pipelines (workspace_id, id, name, is_default, position, created_at, updated_at)
         values ($1, $2, $3, true, 0, $4, $4) on conflict (workspace_id) where is_default do nothing",
        &[&workspace, &id, &DEFAULT_NAME, &now],
    )?;
    if made == 0 {
        return default_id(tx, workspace)?.ok_or(Error::NotFound("pipeline"));
    }
    for (position, (name, color, kind)) in (0_i64..).zip(DEFAULT_STAGES) {
        insert_stage(
            tx,
            workspace,
            id,
            &NewStage {
                name,
                color,
                kind,
                position,
            },
        )?;
    }
    Ok(id)
}

pub(crate) struct NewStage<'a> {
    pub name: &'a str,
    pub color: &'a str,
    pub kind: StageKind,
    pub position: i64,
}

pub(crate) fn insert_stage(
    tx: &mut Tx,
    workspace: WorkspaceId,
    pipeline: Uuid,
    stage: &NewStage<'_>,
) -> Result<Uuid> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        "insert into lead_pipeline_stages
             (workspace_id, id, pipeline_id, name, color, type, position, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        &[
            &workspace,
            &id,
            &pipeline,
            &stage.name,
            &stage.color,
            &stage.kind,
            &stage.position,
            &now,
        ],
    )?;
    Ok(id)
}

fn default_id(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = tx.opt(
        "select id from lead_pipelines where workspace_id = $1 and is_default",
        &[&workspace],
    )?;
    Ok(found.map(|it| it.0))
}

/// Where a new lead goes: the stage it names, the first stage of the pipeline it names, or of the default pipeline.
/// On PostgreSQL the stage stays open until the unit of work ends, as the foreign key demands anyway.
pub fn place(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stage: Option<Uuid>,
    pipeline: Option<Uuid>,
) -> Result<Place> {
    if let Some(stage) = stage {
        let place = open_stage(tx, workspace, stage)?;
        return match pipeline {
            Some(pipeline) if pipeline != place.pipeline => Err(Error::invalid(
                "stageId",
                "is not a stage of the pipeline in \"pipelineId\"",
            )),
            _ => Ok(place),
        };
    }
    if let Some(pipeline) = pipeline {
        return first_stage(tx, workspace, pipeline)?
            .ok_or_else(|| Error::invalid("pipelineId", "is not a pipeline of this workspace"));
    }
    let found: Option<(Uuid, Uuid)> = tx.opt(
        locking(
            tx.engine(),
            "select s.pipeline_id, s.id from lead_pipelines p
             join lead_pipeline_stages s on s.workspace_id = p.workspace_id and s.pipeline_id = p.id
             where p.workspace_id = $1 and p.is_default and s.removed_at is null and s.moving_to is null
             order by s.position, s.id limit 1",
        )
        .as_str(),
        &[&workspace],
    )?;
    if let Some((pipeline, stage)) = found {
        return Ok(Place { pipeline, stage });
    }
    let pipeline = ensure_default(tx, workspace)?;
    first_stage(tx, workspace, pipeline)?.ok_or(Error::NotFound("stage"))
}

/// A stage of this workspace that takes leads.
pub fn open_stage(tx: &mut Tx, workspace: WorkspaceId, stage: Uuid) -> Result<Place> {
    let found: Option<(Uuid, Option<Uuid>)> = tx.opt(
        locking(
            tx.engine(),
            "select s.pipeline_id, s.moving_to from lead_pipeline_stages s
             where s.workspace_id = $1 and s.id = $2 and s.removed_at is null",
        )
        .as_str(),
        &[&workspace, &stage],
    )?;
    match found {
        Some((pipeline, None)) => Ok(Place { pipeline, stage }),
        Some((_, Some(_))) => Err(Error::invalid(
            "stageId",
            "is a stage that is being removed",
        )),
        None => Err(Error::invalid(
            "stageId",
            "is not a stage of this workspace",
        )),
    }
}

fn first_stage(tx: &mut Tx, workspace: WorkspaceId, pipeline: Uuid) -> Result<Option<Place>> {
    let found: Option<(Uuid,)> = tx.opt(
        locking(
            tx.engine(),
            "select s.id from lead_pipeline_stages s
             where s.workspace_id = $1 and s.pipeline_id = $2 and s.removed_at is null and s.moving_to is null
             order by s.position, s.id limit 1",
        )
        .as_str(),
        &[&workspace, &pipeline],
    )?;
    Ok(found.map(|(stage,)| Place { pipeline, stage }))
}

/// Where [`follow`] would lead, as far as that can be told without locking or making anything.
pub fn peek(tx: &mut Tx, workspace: WorkspaceId, from: Place) -> Result<Option<Place>> {
    let mut stage = from.stage;
    for _ in 0..64 {
        let found: Option<(Uuid, Option<Uuid>, Option<Timestamp>)> = tx.opt(
            "select pipeline_id, moving_to, removed_at from lead_pipeline_stages where workspace_id = $1 and id = $2",
            &[&workspace, &stage],
        )?;
        match found {
            Some((pipeline, None, None)) => return Ok(Some(Place { pipeline, stage })),
            Some((_, Some(next), _)) => stage = next,
            _ => break,
        }
    }
    Ok(None)
}

/// Follows removed stages to where their leads went, for a lead that comes back from the trash.
pub fn follow(tx: &mut Tx, workspace: WorkspaceId, from: Place) -> Result<Place> {
    let mut stage = from.stage;
    // Longer chains than this are rings, which nothing makes.
    for _ in 0..64 {
        let found: Option<(Uuid, Option<Uuid>, Option<Timestamp>)> = tx.opt(
            locking(
                tx.engine(),
                "select s.pipeline_id, s.moving_to, s.removed_at from lead_pipeline_stages s
                 where s.workspace_id = $1 and s.id = $2",
            )
            .as_str(),
            &[&workspace, &stage],
        )?;
        match found {
            Some((pipeline, None, None)) => return Ok(Place { pipeline, stage }),
            Some((_, Some(next), _)) => stage = next,
            _ => break,
        }
    }
    place(tx, workspace, None, None)
}

/// The same lock as the foreign key takes, taken before the stage is looked at: nobody removes it in between.
fn locking(engine: Engine, select: &'static str) -> String {
    match engine {
        Engine::Sqlite => select.to_owned(),
        Engine::Postgres => format!("{select} for key share of s"),
    }
}

struct Row {
    id: Uuid,
    name: String,
    is_default: bool,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}
store::row!(Row {
    id,
    name,
    is_default,
    version,
    created_at,
    updated_at
});

struct StageRow {
    id: Uuid,
    pipeline_id: Uuid,
    name: String,
    color: String,
    r#type: StageKind,
    position: i64,
    moving_to: Option<Uuid>,
}
store::row!(StageRow {
    id,
    pipeline_id,
    name,
    color,
    r#type,
    position,
    moving_to
});

/// All pipelines with their stages, the default one first, then in the order in which they were made.
pub fn all(tx: &mut Tx, workspace: WorkspaceId, scope: &Scope) -> Result<Vec<Pipeline>> {
    let rows: Vec<Row> = tx.all(
        "select id, name, is_default, version, created_at, updated_at from lead_pipelines
         where workspace_id = $1 and removed_at is null order by is_default desc, position, id",
        &[&workspace],
    )?;
    let mut stages: HashMap<Uuid, Vec<Stage>> = HashMap::new();
    let counts = counts(tx, workspace, scope)?;
    let stage_rows: Vec<StageRow> = tx.all(
        "select id, pipeline_id, name, color, type, position, moving_to from lead_pipeline_stages
         where workspace_id = $1 and removed_at is null order by position, id",
        &[&workspace],
    )?;
    for row in stage_rows {
        let lead_count = counts.get(&row.id).copied().unwrap_or(0);
        stages
            .entry(row.pipeline_id)
            .or_default()
            .push(row.stage(lead_count));
    }
    Ok(rows
        .into_iter()
        .map(|row| row.pipeline(&mut stages))
        .collect())
}

/// One pipeline with its stages.
pub fn one(tx: &mut Tx, workspace: WorkspaceId, scope: &Scope, id: Uuid) -> Result<Pipeline> {
    let found = all(tx, workspace, scope)?
        .into_iter()
        .find(|it| it.id == id);
    found.ok_or(Error::NotFound("pipeline"))
}

/// The names of stages, removed ones too.
pub fn stage_names(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stages: &[Uuid],
) -> Result<HashMap<Uuid, String>> {
    let mut sql = Sql::new("select id, name from lead_pipeline_stages where workspace_id = ");
    sql.bind(workspace).push(" and id in ").list(stages);
    Ok(tx.fetch::<(Uuid, String)>(&sql)?.into_iter().collect())
}

/// The stages of a kind, removed ones too.
pub fn of_kind(tx: &mut Tx, workspace: WorkspaceId, kind: StageKind) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = tx.all(
        "select id from lead_pipeline_stages where workspace_id = $1 and type = $2",
        &[&workspace, &kind],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

fn counts(tx: &mut Tx, workspace: WorkspaceId, scope: &Scope) -> Result<HashMap<Uuid, i64>> {
    let mut sql =
        Sql::new("select stage_id, cast(sum(n) as bigint) from lead_counts where workspace_id = ");
    sql.bind(workspace);
    scope.push(&mut sql, "owner_id");
    sql.push(" group by stage_id");
    Ok(tx.fetch::<(Uuid, i64)>(&sql)?.into_iter().collect())
}

impl Row {
    fn pipeline(self, stages: &mut HashMap<Uuid, Vec<Stage>>) -> Pipeline {
        Pipeline {
            stages: stages.remove(&self.id).unwrap_or_default(),
            id: self.id,
            name: self.name,
            is_default: self.is_default,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl StageRow {
    fn stage(self, lead_count: i64) -> Stage {
        Stage {
            id: self.id,
            pipeline_id: self.pipeline_id,
            name: self.name,
            color: self.color,
            kind: self.r#type,
            position: self.position,
            lead_count,
            moving_to: self.moving_to,
        }
    }
}
