//! The timeline: one row for everything that was done to a lead, newest first.

use serde::Serialize;
use serde_json::{Map, Value as Json, json, value::RawValue};
use store::{Sql, Timestamp, Tx, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::write::By,
};

/// What was done. `data` says it in detail, in the shape that the API shows.
#[derive(Debug, Clone)]
pub struct Activity {
    pub lead: Uuid,
    pub kind: Kind,
    pub at: Option<Timestamp>,
    /// A JSON object.
    pub data: String,
}

/// An activity as the API shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Activity)]
pub struct ActivityShown {
    pub id: Uuid,
    /// `created`, `updated`, `stage_changed`, `assigned`, `tagged`, `note_added`, `note_edited`, `note_pinned`,
    /// `note_unpinned`, `note_deleted`, `deleted`, `restored`, `submitted` (the person came in again), `repeated` (made
    /// although another lead is about the same person).
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub actor: Actor,
    /// The action over many leads that this was part of.
    pub change_set_id: Option<Uuid>,
    /// What was done in detail: `source`; `changes` with `before` and `after` by field; `from` and `to`; `added` and
    /// `removed`; `noteId`; `outcome`, `matchedBy` and `sent` with what came in; `leadId` of the other lead.
    #[schema(value_type = Object)]
    pub data: Box<RawValue>,
}

/// Who did something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Actor {
    /// `user`, `apiKey` or `system`.
    pub kind: String,
    pub id: Option<Uuid>,
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Created,
    Updated,
    StageChanged,
    Assigned,
    Tagged,
    NoteAdded,
    NoteEdited,
    NotePinned,
    NoteUnpinned,
    NoteDeleted,
    Deleted,
    Restored,
    Submitted,
    Repeated,
}

impl Kind {
    pub fn key(self) -> &'static str {
        match self {
            Kind::Created => "created",
            Kind::Updated => "updated",
            Kind::StageChanged => "stage_changed",
            Kind::Assigned => "assigned",
            Kind::Tagged => "tagged",
            Kind::NoteAdded => "note_added",
            Kind::NoteEdited => "note_edited",
            Kind::NotePinned => "note_pinned",
            Kind::NoteUnpinned => "note_unpinned",
            Kind::NoteDeleted => "note_deleted",
            Kind::Deleted => "deleted",
            Kind::Restored => "restored",
            Kind::Submitted => "submitted",
            Kind::Repeated => "repeated",
        }
    }
}

impl Activity {
    pub fn new(lead: Uuid, kind: Kind, data: &Json) -> Activity {
        Activity {
            lead,
            kind,
            at: None,
            data: data.to_string(),
        }
    }

    pub fn created(lead: Uuid, at: Timestamp, source: &str) -> Activity {
        let mut data = Vec::with_capacity(source.len() + 16);
        data.extend_from_slice(b"{\"source\":");
        super::json::string(&mut data, source);
        data.push(b'}');
        Activity {
            lead,
            kind: Kind::Created,
            at: Some(at),
            data: String::from_utf8(data).unwrap_or_default(),
        }
    }

    /// Fields with what they held before and after.
    pub fn updated(lead: Uuid, changes: &Map<String, Json>) -> Activity {
        Activity::new(lead, Kind::Updated, &json!({ "changes": changes }))
    }

    #[must_use]
    pub fn at(self, at: Timestamp) -> Activity {
        Activity {
            at: Some(at),
            ..self
        }
    }
}

const COLUMNS: [&str; 9] = [
    "workspace_id",
    "lead_id",
    "id",
    "kind",
    "actor_kind",
    "actor_id",
    "at",
    "change_set_id",
    "data",
];

pub fn record_many(tx: &mut Tx, by: &By, activities: Vec<Activity>) -> store::Result<()> {
    let mut rows = Vec::with_capacity(activities.len());
    for activity in activities {
        let (id, at) = match activity.at {
            Some(at) if at != tx.now() => (tx.id_at(at), at),
            _ => (tx.id(), tx.now()),
        };
        rows.push(vec![
            by.workspace.0.into(),
            activity.lead.into(),
            id.into(),
            activity.kind.key().into(),
            by.actor.kind().into(),
            by.actor.id().into(),
            at.into(),
            by.change_set.into(),
            Value::RawJson(activity.data),
        ]);
    }
    tx.insert_many("lead_activities", &COLUMNS, &rows)?;
    Ok(())
}

struct Row {
    id: Uuid,
    kind: String,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    change_set_id: Option<Uuid>,
    data: Box<RawValue>,
}
store::row!(Row {
    id,
    kind,
    at,
    actor_kind,
    actor_id,
    actor_name,
    change_set_id,
    data
});

/// What comes after `before` in a lead's timeline, newest first.
pub fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lead: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ActivityShown>> {
    let mut sql = Sql::new(
        "select a.id, a.kind, a.at, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor_name,
             a.change_set_id, a.data
         from lead_activities a
         left join users u on u.id = a.actor_id
         left join api_keys k on k.workspace_id = a.workspace_id and k.id = a.actor_id
         where a.workspace_id = ",
    );
    sql.bind(workspace).push(" and a.lead_id = ").bind(lead);
    if let Some(before) = before {
        sql.push(" and a.id < ").bind(before);
    }
    sql.push(" order by a.id desc limit ").bind(limit);
    Ok(tx.fetch::<Row>(&sql)?.into_iter().map(Row::shown).collect())
}

pub fn count(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<i64> {
    let (n,): (i64,) = tx.one(
        "select count(*) from lead_activities where workspace_id = $1 and lead_id = $2",
        &[&workspace, &lead],
    )?;
    Ok(n)
}

impl Row {
    fn shown(self) -> ActivityShown {
        ActivityShown {
            id: self.id,
            kind: self.kind,
            at: self.at,
            actor: Actor {
                kind: self.actor_kind,
                id: self.actor_id,
                name: self.actor_name,
            },
            change_set_id: self.change_set_id,
            data: self.data,
        }
    }
}
