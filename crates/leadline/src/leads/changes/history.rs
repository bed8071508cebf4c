//! What a lead's fields held in the course of time, and putting a former value back.

use serde::Serialize;
use serde_json::{Value as Json, json};
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    log::{self, Entry, Step},
    values,
};
use crate::{
    base::{Caller, Error, Permission, Result, WorkspaceId},
    leads::{
        Lead,
        activities::{self, Actor},
        body, pipelines,
        tags::Tags,
        write::Place,
    },
};

/// A field that was given another value.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FieldHistoryEntry)]
pub struct Change {
    /// The entry of the timeline that says so.
    pub activity_id: Uuid,
    /// As the API names it: `email`, `customFields.budget`; `stageId`, `assignedTo`, `tags`, `deletedAt`.
    pub field: String,
    pub before: Json,
    pub after: Json,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub actor: Actor,
    /// Through what: `ui`, `apiKey`, `job`, `import`, `commandLine`, `automation`, `crmSync`, `copilot`.
    pub via: String,
    pub change_set_id: Uuid,
}

/// Rows of the log read at a time, and at most for one page.
const PAGE: i64 = 500;
const LOOKED_AT: usize = 5000;

/// The changes of a field, or of all, newest first; and where to go on, if there may be more.
pub fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lead: Uuid,
    field: Option<&str>,
    before: Option<Uuid>,
    limit: usize,
) -> Result<(Vec<Change>, Option<Uuid>)> {
    let (mut found, mut before, mut looked_at) = (Vec::new(), before, 0);
    let beginning = Timestamp(i64::MIN);
    loop {
        let page = log::of_lead(tx, workspace, lead, before, beginning, PAGE)?;
        for entry in &page {
            let changes = of_entry(tx, workspace, entry, field)?;
            if found.len() + changes.len() > limit && !found.is_empty() {
                return Ok((found, before));
            }
            found.extend(changes);
            before = Some(entry.id);
        }
        looked_at += page.len();
        if page.len() < usize::try_from(PAGE).unwrap_or(0) {
            return Ok((found, None));
        }
        if looked_at >= LOOKED_AT {
            return Ok((found, before));
        }
    }
}

fn of_entry(
    tx: &mut Tx,
    workspace: WorkspaceId,
    entry: &Entry,
    field: Option<&str>,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (name, before, after) in entry.steps().iter().filter_map(values_of) {
        if field.is_some_and(|it| it != name) {
            continue;
        }
        let who = crate::base::Actor::from_columns(&entry.actor_kind, entry.actor_id);
        changes.push(Change {
            activity_id: entry.id,
            field: name,
            before,
            after,
            at: entry.at,
            actor: activities::actor(tx, workspace, who)?,
            via: activities::via_shown(entry.via.as_deref(), &entry.actor_kind, entry.actor_id),
            change_set_id: activities::change_set(
                entry.id,
                entry.lead,
                &entry.kind,
                entry.change_set,
            ),
        });
    }
    Ok(changes)
}

/// The field that a step changed, with what it held before and after.
fn values_of(step: &Step) -> Option<(String, Json, Json)> {
    Some(match step {
        Step::Field {
            name,
            before,
            after,
        } => (name.clone(), before.clone(), after.clone()),
        Step::Owner { from, to } => ("assignedTo".into(), json!(from), json!(to)),
        Step::Stage { from, to } => ("stageId".into(), json!(from.stage), json!(to.stage)),
        // What was taken off, and what was put on.
        Step::Tags { added, removed, .. } => ("tags".into(), json!(removed), json!(added)),
        Step::Deleted => ("deletedAt".into(), Json::Null, json!("deleted")),
        Step::Restored { since } => ("deletedAt".into(), json!(since), Json::Null),
        _ => return None,
    })
}

/// Which value of a change is to be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = FormerSide)]
pub enum Side {
    #[default]
    Before,
    After,
}

/// The lead with a field as it was before, or after, one of its changes.
pub fn restored(
    tx: &mut Tx,
    caller: &Caller,
    lead: &Lead,
    (activity, field): (Uuid, &str),
    side: Side,
) -> Result<Lead> {
    let absent = || Error::invalid("activityId", "names no change of this field of this lead");
    let entry = log::one(tx, caller.workspace, lead.id.uuid(), activity)?.ok_or_else(absent)?;
    let steps = entry.steps();
    let step = steps
        .iter()
        .find(|it| values_of(it).is_some_and(|(name, ..)| name == field))
        .ok_or_else(absent)?;
    let mut after = lead.clone();
    let before = side == Side::Before;
    match step {
        Step::Field {
            name,
            before: old,
            after: new,
        } => {
            caller.need(Permission::LeadsEdit)?;
            values::set(&mut after, name, if before { old } else { new });
            bring_along(&steps, &mut after, name, side);
        }
        Step::Owner { from, to } => {
            caller.need(Permission::LeadsAssign)?;
            let owner = if before { *from } else { *to };
            body::check_member(tx, caller.workspace, owner)?;
            after.assigned_to = owner;
        }
        Step::Stage { from, to } => {
            caller.need(Permission::LeadsMove)?;
            let spot = if before { from } else { to };
            let place = Place {
                pipeline: spot.pipeline,
                stage: spot.stage,
            };
            let place = pipelines::follow(tx, caller.workspace, place)?;
            let position = spot.position.unwrap_or(lead.position);
            body::put(&mut after, place, position);
        }
        Step::Tags { added, removed, .. } => {
            caller.need(Permission::LeadsEdit)?;
            let (gone, back) = if before {
                (added, removed)
            } else {
                (removed, added)
            };
            let mut tags = Tags::from_json(&lead.tags);
            for tag in gone {
                tags.remove(tag);
            }
            for tag in back {
                tags.add(tag.clone());
            }
            after.tags = tags.to_json();
        }
        _ => return Err(Error::invalid("field", "cannot be put back in this way")),
    }
    Ok(after)
}

/// The mark of a stand-in goes with the name, and the number as people read it with the number.
fn bring_along(steps: &[Step], lead: &mut Lead, field: &str, side: Side) {
    let follower = match field {
        "name" => "nameProvisional",
        "phone" => "phoneDisplay",
        _ => return,
    };
    let found = steps.iter().find_map(|it| match it {
        Step::Field {
            name,
            before,
            after,
        } if name == follower => Some(if side == Side::Before { before } else { after }),
        _ => None,
    });
    match found {
        Some(value) => {
            values::set(lead, follower, value);
        }
        // It was the same before and after.
        None if follower == "nameProvisional" => lead.name_provisional = false,
        None => {}
    }
}

/// Whether anybody can ask for the history of such a field.
pub fn is_field(field: &str) -> bool {
    values::is_field(field) || ["stageId", "assignedTo", "tags", "deletedAt"].contains(&field)
}
