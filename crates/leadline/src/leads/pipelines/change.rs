//! Making and changing pipelines. A change names the stages wanted, in order; what is missing is removed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use store::{Sql, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    DEFAULT_STAGES, NewStage, Pipeline, Stage, StageKind, drain, insert_stage, one, removal,
};
use crate::{
    base::{Caller, Error, IfMatch, Problems, Result},
    leads::{
        body::line,
        find, happened,
        write::{By, Place},
    },
    workspaces::audit,
};

const LONGEST_NAME: usize = 60;
const FEWEST: usize = 2;
const MOST: usize = 50;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPipeline {
    #[schema(min_length = 1, max_length = 60, example = "Renewals")]
    pub name: String,
    /// From left to right, two at least; by default the six that a workspace begins with.
    #[schema(min_items = 2, max_items = 50)]
    pub stages: Option<Vec<StageWanted>>,
    #[serde(default)]
    pub is_default: bool,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PipelineChange {
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
    /// `true` makes this the default pipeline instead of the present one.
    pub is_default: Option<bool>,
    /// All stages that are wanted, from left to right. One with an `id` is kept, one without is new, and one that is
    /// missing is removed.
    #[schema(min_items = 2, max_items = 50)]
    pub stages: Option<Vec<StageWanted>>,
    /// Where the leads of removed stages go.
    pub move_leads_to: Option<Targets>,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = WantedStage)]
pub struct StageWanted {
    pub id: Option<Uuid>,
    /// A new stage needs one.
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#1a73d5")]
    pub color: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<StageKind>,
}

/// A stage for all of them, or one for each removed stage.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = MoveTargets)]
pub enum Targets {
    One(Uuid),
    #[schema(value_type = Object)]
    Each(BTreeMap<Uuid, Uuid>),
}

impl Targets {
    fn of(&self, stage: Uuid) -> Option<Uuid> {
        match self {
            Targets::One(target) => Some(*target),
            Targets::Each(targets) => targets.get(&stage).copied(),
        }
    }
}

/// A stage as it is to be.
struct Checked {
    id: Option<Uuid>,
    name: String,
    color: String,
    kind: StageKind,
}

pub fn create(tx: &mut Tx, caller: &Caller, new: NewPipeline) -> Result<Pipeline> {
    let mut problems = Problems::new();
    let name = name("name", Some(new.name), &mut problems);
    let stages = match new.stages {
        Some(wanted) => check_stages(wanted, &[], &mut problems),
        None => default_stages(),
    };
    problems.done()?;
    // So that a workspace whose first request is this one has its default pipeline, too.
    super::ensure_default(tx, caller.workspace)?;
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        "insert into lead_pipelines (workspace_id, id, name, is_default, position, created_at, updated_at)
         select $1, $2, $3, false, coalesce(max(position), 0) + 1, $4, $4 from lead_pipelines where workspace_id = $1",
        &[&caller.workspace, &id, &name, &now],
    )?;
    write_stages(tx, caller, id, &stages)?;
    if new.is_default {
        make_default(tx, caller, id)?;
    }
    happened::pipeline_changed(tx, caller.workspace, id)?;
    audit::record(
        tx,
        caller,
        "pipeline.created",
        &format!("pipeline:{id}"),
        json!({ "name": name }),
    )?;
    one(tx, caller.workspace, &caller.scope, id)
}

pub fn change(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    version: IfMatch,
    change: PipelineChange,
) -> Result<Pipeline> {
    lock(tx, caller, id)?;
    let before = one(tx, caller.workspace, &caller.scope, id)?;
    find::check_version(before.version, &before, version)?;
    let mut problems = Problems::new();
    let name = match change.name {
        Some(_) => name("name", change.name, &mut problems),
        None => before.name.clone(),
    };
    if change.is_default == Some(false) && before.is_default {
        problems.add(
            "isDefault",
            "cannot be taken away; make another pipeline the default instead",
        );
    }
    let stages = change
        .stages
        .map(|wanted| check_stages(wanted, &before.stages, &mut problems));
    problems.done()?;
    tx.exec(
        "update lead_pipelines set name = $3, version = version + 1, updated_at = $4 where workspace_id = $1 and id = $2",
        &[&caller.workspace, &id, &name, &tx.now()],
    )?;
    if change.is_default == Some(true) && !before.is_default {
        make_default(tx, caller, id)?;
    }
    if let Some(stages) = stages {
        let kept: Vec<Uuid> = stages.iter().filter_map(|it| it.id).collect();
        let gone: Vec<&Stage> = before
            .stages
            .iter()
            .filter(|it| it.moving_to.is_none() && !kept.contains(&it.id))
            .collect();
        write_stages(tx, caller, id, &stages)?;
        remove_stages(tx, caller, &gone, &kept, change.move_leads_to.as_ref())?;
    }
    happened::pipeline_changed(tx, caller.workspace, id)?;
    let after = one(tx, caller.workspace, &caller.scope, id)?;
    let data = json!({ "before": before, "after": after });
    audit::record(
        tx,
        caller,
        "pipeline.changed",
        &format!("pipeline:{id}"),
        data,
    )?;
    Ok(after)
}

/// Whether the pipeline is gone already; otherwise its stages are being emptied first.
pub fn delete(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    version: IfMatch,
    target: Option<Uuid>,
) -> Result<bool> {
    lock(tx, caller, id)?;
    let before = one(tx, caller.workspace, &caller.scope, id)?;
    find::check_version(before.version, &before, version)?;
    if before.is_default {
        return Err(Error::conflict(
            "default_pipeline",
            "This is the default pipeline. Make another one the default first.",
        ));
    }
    let open: Vec<&Stage> = before
        .stages
        .iter()
        .filter(|it| it.moving_to.is_none())
        .collect();
    let own: Vec<Uuid> = before.stages.iter().map(|it| it.id).collect();
    if target.is_some_and(|it| own.contains(&it)) {
        return Err(Error::invalid(
            "moveLeadsTo",
            "is a stage of the pipeline that is to be removed",
        ));
    }
    remove_stages(tx, caller, &open, &[], target.map(Targets::One).as_ref())?;
    let by = By::from(caller);
    drain::finish(tx, &by, id)?;
    audit::record(
        tx,
        caller,
        "pipeline.deleted",
        &format!("pipeline:{id}"),
        json!({ "name": before.name }),
    )?;
    let (left,): (bool,) = tx.one(
        "select removed_at is null from lead_pipelines where workspace_id = $1 and id = $2",
        &[&caller.workspace, &id],
    )?;
    Ok(!left)
}

fn remove_stages(
    tx: &mut Tx,
    caller: &Caller,
    gone: &[&Stage],
    kept: &[Uuid],
    targets: Option<&Targets>,
) -> Result<()> {
    let change_set = tx.id();
    let by = By::from(caller).in_change_set(change_set);
    let mut full = Vec::new();
    for stage in gone {
        let target = targets.and_then(|it| it.of(stage.id));
        if target.is_none() && !removal::some_inside(tx, &by, stage.id, 1)?.is_empty() {
            full.push(format!(
                "\"{}\" ({})",
                stage.name,
                removal::count(tx, &by, stage.id)?
            ));
        }
    }
    if !full.is_empty() {
        return Err(Error::conflict(
            "stage_not_empty",
            format!(
                "There are leads in the stages to be removed: {}. Say in \"moveLeadsTo\" where they go.",
                full.join(", ")
            ),
        ));
    }
    // In the order of their ids: whoever locks several stages does it so.
    let mut gone = gone.to_vec();
    gone.sort_by_key(|it| it.id);
    for stage in &gone {
        let target = match targets.and_then(|it| it.of(stage.id)) {
            Some(target) => Some(target_place(tx, caller, target, &gone, kept)?),
            None => None,
        };
        removal::remove(tx, &by, stage.id, target)?;
    }
    Ok(())
}

fn target_place(
    tx: &mut Tx,
    caller: &Caller,
    target: Uuid,
    gone: &[&Stage],
    kept: &[Uuid],
) -> Result<Place> {
    if gone.iter().any(|it| it.id == target) && !kept.contains(&target) {
        return Err(Error::invalid(
            "moveLeadsTo",
            "names a stage that is itself to be removed",
        ));
    }
    super::open_stage(tx, caller.workspace, target).map_err(|_| {
        Error::invalid(
            "moveLeadsTo",
            "does not name a stage of this workspace that takes leads",
        )
    })
}

fn make_default(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    tx.exec(
        "update lead_pipelines set is_default = false, version = version + 1 where workspace_id = $1 and is_default",
        &[&caller.workspace],
    )?;
    tx.exec(
        "update lead_pipelines set is_default = true where workspace_id = $1 and id = $2",
        &[&caller.workspace, &id],
    )?;
    Ok(())
}

fn write_stages(tx: &mut Tx, caller: &Caller, pipeline: Uuid, stages: &[Checked]) -> Result<()> {
    for (position, stage) in (0_i64..).zip(stages) {
        let Checked {
            id,
            name,
            color,
            kind,
        } = stage;
        let Some(id) = id else {
            let stage = NewStage {
                name,
                color,
                kind: *kind,
                position,
            };
            insert_stage(tx, caller.workspace, pipeline, &stage)?;
            continue;
        };
        tx.exec(
            "update lead_pipeline_stages set name = $3, color = $4, type = $5, position = $6, updated_at = $7
             where workspace_id = $1 and id = $2",
            &[&caller.workspace, id, name, color, kind, &position, &tx.now()],
        )?;
    }
    Ok(())
}

fn check_stages(
    wanted: Vec<StageWanted>,
    present: &[Stage],
    problems: &mut Problems,
) -> Vec<Checked> {
    let mut checked: Vec<Checked> = Vec::with_capacity(wanted.len());
    for (index, stage) in wanted.into_iter().enumerate() {
        let path = |field: &str| format!("stages[{index}].{field}");
        let known = stage
            .id
            .and_then(|id| present.iter().find(|it| it.id == id));
        if known.is_some_and(|it| it.moving_to.is_some()) {
            // On its way out already; sending it back does not keep it.
            continue;
        }
        if stage.id.is_some() && known.is_none() {
            problems.add(path("id"), "is not a stage of this pipeline");
        }
        if stage.id.is_some() && checked.iter().any(|it| it.id == stage.id) {
            problems.add(path("id"), "is named twice");
        }
        let name = match (&stage.name, known) {
            (None, Some(known)) => known.name.clone(),
            _ => name(&path("name"), stage.name, problems),
        };
        let color = match (stage.color, known) {
            (Some(color), _) => self::color(&path("color"), &color, problems),
            (None, Some(known)) => known.color.clone(),
            (None, None) => DEFAULT_STAGES[index % DEFAULT_STAGES.len()].1.to_owned(),
        };
        let kind = stage.kind.or(known.map(|it| it.kind)).unwrap_or_default();
        checked.push(Checked {
            id: stage.id,
            name,
            color,
            kind,
        });
    }
    if checked.len() < FEWEST {
        problems.add("stages", format!("must be at least {FEWEST}"));
    }
    if checked.len() > MOST {
        problems.add("stages", format!("must be at most {MOST}"));
    }
    checked
}

fn default_stages() -> Vec<Checked> {
    let stages = DEFAULT_STAGES.into_iter();
    stages
        .map(|(name, color, kind)| Checked {
            id: None,
            name: name.into(),
            color: color.into(),
            kind,
        })
        .collect()
}

fn name(path: &str, sent: Option<String>, problems: &mut Problems) -> String {
    let name = line(path, sent, LONGEST_NAME, problems);
    if name.is_none() {
        problems.add(path, "must not be empty");
    }
    name.unwrap_or_default()
}

fn color(path: &str, sent: &str, problems: &mut Problems) -> String {
    let color = sent.to_ascii_lowercase();
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        problems.add(path, "must be a colour such as #1a73d5");
    }
    color
}

fn lock(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("select id from lead_pipelines where workspace_id = ");
    sql.bind(caller.workspace)
        .push(" and removed_at is null and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?
        .map(drop)
        .ok_or(Error::NotFound("pipeline"))
}
