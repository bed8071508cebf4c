//! What is different between a lead and what it is to be, in the words of the timeline.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};
use store::{Timestamp, Tx};
use uuid::Uuid;

use crate::{
    base::Result,
    leads::{
        Lead,
        activities::{Activity, Kind},
        changes::values,
        happened, pipelines,
        tags::Tags,
        write::By,
    },
    workspaces,
};

/// Whether the lead goes into the trash or comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trash {
    Stays,
    Enters,
    Leaves,
}

#[derive(Debug)]
pub struct Difference {
    fields: Map<String, Json>,
    pub moved: bool,
    placed: bool,
    assigned: bool,
    trash: Trash,
    tags: Option<Retagged>,
}

/// How a lead's tags changed.
#[derive(Debug)]
pub struct Retagged {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// All of them as they were, where that does not follow from what was added and removed.
    before: Option<Vec<String>>,
}

/// The names that the timeline keeps beside ids, for whoever is gone later.
#[derive(Debug, Default)]
pub struct Names {
    people: HashMap<Uuid, String>,
    stages: HashMap<Uuid, String>,
}

/// Whether saving the one over the other would write anything.
pub fn differ(before: &Lead, after: &Lead) -> bool {
    !Difference::between(before, after).is_nothing()
}

impl Difference {
    pub fn between(before: &Lead, after: &Lead) -> Difference {
        Difference {
            fields: values::changes(before, after),
            moved: before.stage_id != after.stage_id,
            placed: before.position != after.position,
            assigned: before.assigned_to != after.assigned_to,
            trash: match (before.deleted_at, after.deleted_at) {
                (None, Some(_)) => Trash::Enters,
                (Some(_), None) => Trash::Leaves,
                _ => Trash::Stays,
            },
            tags: Retagged::between(
                &Tags::from_json(&before.tags),
                &Tags::from_json(&after.tags),
            ),
        }
    }

    pub fn is_nothing(&self) -> bool {
        !self.placed && self.is_place_at_most()
    }

    /// The order of a column is no part of the record: its version stays.
    pub fn is_place_at_most(&self) -> bool {
        self.fields.is_empty()
            && !(self.moved || self.assigned)
            && self.trash == Trash::Stays
            && self.tags.is_none()
    }

    pub fn activities(&self, names: &Names, before: &Lead, after: &Lead) -> Vec<Activity> {
        let id = after.id.uuid();
        let mut list = Vec::new();
        if let (Trash::Leaves, Some(since)) = (self.trash, before.deleted_at) {
            list.push(restored(id, since));
        }
        if !self.fields.is_empty() {
            list.push(Activity::updated(id, &self.fields));
        }
        if let Some(tags) = &self.tags {
            list.push(tags.activity(id));
        }
        if self.assigned {
            list.push(names.assigned(id, before.assigned_to, after.assigned_to));
        }
        if self.moved {
            list.push(names.stage_changed(before, after));
        } else if self.placed {
            list.push(reordered(
                id,
                Kind::Reordered,
                before.position,
                after.position,
            ));
        }
        if self.trash == Trash::Enters {
            list.push(Activity::new(id, Kind::Deleted, &json!({})));
        }
        list
    }

    pub fn tell(self, tx: &mut Tx, by: &By, before: &Lead, after: &Lead) -> Result<()> {
        match self.trash {
            Trash::Leaves => return happened::restored(tx, by, after),
            Trash::Enters => return happened::deleted(tx, by, after),
            Trash::Stays => {}
        }
        if !self.fields.is_empty() {
            happened::updated(tx, by, after, self.fields)?;
        }
        if let Some(tags) = &self.tags {
            happened::tagged(tx, by, after, &tags.added, &tags.removed)?;
        }
        if self.assigned {
            happened::assigned(tx, by, before.assigned_to, after)?;
        }
        if self.moved || self.placed {
            happened::moved(tx, by, before.stage_id, after)?;
        }
        Ok(())
    }
}

impl Retagged {
    /// Nothing, where they are the same.
    pub fn between(old: &Tags, new: &Tags) -> Option<Retagged> {
        if old == new {
            return None;
        }
        let (added, removed) = (new.without(old), old.without(new));
        let follows = removed.is_empty() && new.as_slice().starts_with(old.as_slice());
        let before = (!follows).then(|| old.as_slice().to_vec());
        Some(Retagged {
            added,
            removed,
            before,
        })
    }

    pub fn activity(&self, lead: Uuid) -> Activity {
        let mut data = json!({ "added": self.added, "removed": self.removed });
        if let Some(before) = &self.before {
            data["before"] = json!(before);
        }
        Activity::new(lead, Kind::Tagged, &data)
    }
}

impl Names {
    /// The names of everybody and everything that these changes name.
    pub fn of<'a>(
        tx: &mut Tx,
        by: &By,
        changes: impl Iterator<Item = (&'a Lead, &'a Lead)> + Clone,
    ) -> Result<Names> {
        let people = changes
            .clone()
            .filter(|(before, after)| before.assigned_to != after.assigned_to)
            .flat_map(|(before, after)| [before.assigned_to, after.assigned_to])
            .flatten();
        let stages = changes
            .filter(|(before, after)| before.stage_id != after.stage_id)
            .flat_map(|(before, after)| [before.stage_id, after.stage_id]);
        let (people, stages) = (distinct(people), distinct(stages));
        let mut names = Names::default();
        if !people.is_empty() {
            names.people = workspaces::names_of(tx, people)?;
        }
        if !stages.is_empty() {
            names.stages = pipelines::stage_names(tx, by.workspace, &stages)?;
        }
        Ok(names)
    }

    pub fn assigned(&self, lead: Uuid, from: Option<Uuid>, to: Option<Uuid>) -> Activity {
        let person =
            |it: Option<Uuid>| it.map(|it| json!({ "id": it, "name": self.people.get(&it) }));
        Activity::new(
            lead,
            Kind::Assigned,
            &json!({ "from": person(from), "to": person(to) }),
        )
    }

    pub fn stage_changed(&self, before: &Lead, after: &Lead) -> Activity {
        let mut from = self.stage(before);
        from["since"] = json!(before.stage_changed_at);
        Activity::new(
            after.id.uuid(),
            Kind::StageChanged,
            &json!({ "from": from, "to": self.stage(after) }),
        )
    }

    /// Positions are text: they are larger than the numbers that browsers know.
    fn stage(&self, lead: &Lead) -> Json {
        json!({
            "pipelineId": lead.pipeline_id,
            "stageId": lead.stage_id,
            "stageName": self.stages.get(&lead.stage_id),
            "position": lead.position.to_string(),
        })
    }
}

pub fn restored(lead: Uuid, since: Timestamp) -> Activity {
    Activity::new(lead, Kind::Restored, &json!({ "deletedAt": since }))
}

/// Another place in the same column.
pub fn reordered(lead: Uuid, kind: Kind, from: i64, to: i64) -> Activity {
    Activity::new(
        lead,
        kind,
        &json!({ "from": from.to_string(), "to": to.to_string() }),
    )
}

fn distinct(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
