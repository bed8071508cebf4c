//! What of the workspace a row is understood by: its settings, its custom fields, its stages and its people.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use store::{Timestamp, Tx};
use uuid::Uuid;

use super::{plan::Plan, target::Target};
use crate::{
    base::{Result, Scope, WorkspaceId, text::fold},
    leads::{
        Currency,
        fields::{self, Field},
        pipelines,
        write::Place,
    },
    workspaces::{self, Settings},
};

#[derive(Debug, Clone, Default)]
pub struct House {
    pub settings: Settings,
    pub fields: Vec<Field>,
    pub stages: HashMap<String, Place>,
    pub people: HashMap<String, Uuid>,
}

impl House {
    pub fn load(tx: &mut Tx, workspace: WorkspaceId) -> Result<House> {
        Ok(House {
            settings: workspaces::settings(tx, workspace)?,
            fields: fields::all(tx, workspace)?,
            stages: stages(tx, workspace)?,
            people: people(tx, workspace)?,
        })
    }

    /// The same with the custom fields that a plan is going to define, so that a check reads as the run will.
    #[must_use]
    pub fn with_fields_of(mut self, plan: &Plan) -> House {
        for column in &plan.columns {
            let target = column.field.as_deref().and_then(Target::parse);
            if let (Some(kind), Some(Target::Custom(key))) = (column.define, target)
                && self.fields.iter().all(|it| it.key != key)
            {
                self.fields.push(Field {
                    id: Uuid::nil(),
                    name: key.clone(),
                    key,
                    kind,
                    options: Vec::new(),
                    required: false,
                    unique: false,
                    unique_ready: true,
                    position: i64::MAX,
                    version: 0,
                    created_at: Timestamp(0),
                    updated_at: Timestamp(0),
                });
            }
        }
        self
    }

    /// A stage, by its id, its name, or `pipeline/stage`.
    pub fn stage(&self, text: &str) -> Option<Place> {
        self.stages.get(&fold(text.trim())).copied()
    }

    /// A person at work here, by id, e-mail address or name.
    pub fn person(&self, text: &str) -> Option<Uuid> {
        self.people.get(&fold(text.trim())).copied()
    }

    pub fn currency(&self) -> Option<Currency> {
        Currency::parse(&self.settings.currency)
    }

    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.settings.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// A name that stands in several pipelines means the default one's, or the first.
fn stages(tx: &mut Tx, workspace: WorkspaceId) -> Result<HashMap<String, Place>> {
    pipelines::ensure_default(tx, workspace)?;
    let mut pipelines = pipelines::all(tx, workspace, &Scope::All)?;
    pipelines.sort_by_key(|it| !it.is_default);
    let mut stages = HashMap::new();
    for pipeline in &pipelines {
        for stage in pipeline.stages.iter().filter(|it| it.moving_to.is_none()) {
            let place = Place {
                pipeline: pipeline.id,
                stage: stage.id,
            };
            let names = [
                stage.id.to_string(),
                fold(&format!("{}/{}", pipeline.name, stage.name)),
                fold(&stage.name),
            ];
            for name in names {
                stages.entry(name).or_insert(place);
            }
        }
    }
    Ok(stages)
}

/// A name that two people share names neither.
fn people(tx: &mut Tx, workspace: WorkspaceId) -> Result<HashMap<String, Uuid>> {
    let mut people: HashMap<String, Uuid> = HashMap::new();
    let mut names: HashMap<String, Option<Uuid>> = HashMap::new();
    for (id, name, email) in workspaces::active_members(tx, workspace)? {
        people.insert(id.to_string(), id);
        people.insert(fold(&email), id);
        names
            .entry(fold(&name))
            .and_modify(|it| *it = None)
            .or_insert(Some(id));
    }
    for (name, id) in names {
        if let Some(id) = id {
            people.entry(name).or_insert(id);
        }
    }
    Ok(people)
}
