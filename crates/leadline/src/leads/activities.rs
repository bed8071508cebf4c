//! The timeline: one row for everything that was done to a lead, newest first.

use serde::Serialize;
use serde_json::{Map, Value as Json, json, value::RawValue};
use store::{Sql, Timestamp, Tx, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{self, Result, Via, WorkspaceId},
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
    /// although another lead is about the same person), `merged`, `merged_into`, `unmerged`.
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub actor: Actor,
    /// Through what: `ui`, `apiKey`, `job`, `import`, `commandLine`, `automation`, `crmSync`, `copilot`.
    pub via: String,
    /// What joins everything that one action did; send it to `/change-sets/{id}/undo` to take it back.
    pub change_set_id: Uuid,
    /// The lead whose this was before it was merged into the one that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_from: Option<Uuid>,
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
    /// Another lead came into this one.
    Merged,
    /// This lead went into another one.
    MergedInto,
    /// A merge was taken back; both say so.
    Unmerged,
    /// All that is left of a lead that was removed for good.
    Purged,
    /// All that is left of a lead whose person was erased.
    Erased,
    /// Another place in its column. Not shown: the order of a column is no part of the record.
    Reordered,
    /// Its place had to be changed to make room for others. Not shown.
    Respaced,
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
            Kind::Merged => "merged",
            Kind::MergedInto => "merged_into",
            Kind::Unmerged => "unmerged",
            Kind::Purged => "purged",
            Kind::Erased => "erased",
            Kind::Reordered => "reordered",
            Kind::Respaced => "respaced",
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

const COLUMNS: [&str; 10] = [
    "workspace_id",
    "lead_id",
    "id",
    "kind",
    "actor_kind",
    "actor_id",
    "at",
    "change_set_id",
    "via",
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
            via(by),
            Value::RawJson(activity.data),
        ]);
    }
    tx.insert_many("lead_activities", &COLUMNS, &rows)?;
    Ok(())
}

/// Nothing where it is how the actor usually comes, which most are.
fn via(by: &By) -> Value {
    let (key, usual) = (by.via.key(), Via::usual(by.actor).key());
    if key == usual {
        Value::Null
    } else {
        key.into()
    }
}

struct Row {
    id: Uuid,
    kind: String,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    via: Option<String>,
    change_set_id: Option<Uuid>,
    lead_id: Uuid,
    origin: Option<String>,
    data: Box<RawValue>,
}
store::row!(Row {
    id,
    kind,
    at,
    actor_kind,
    actor_id,
    actor_name,
    via,
    change_set_id,
    lead_id,
    origin,
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
             a.via, a.change_set_id, a.lead_id, a.origin, a.data
         from lead_activities a
         left join users u on u.id = a.actor_id
         left join api_keys k on k.workspace_id = a.workspace_id and k.id = a.actor_id
         where a.workspace_id = ",
    );
    sql.bind(workspace).push(" and a.lead_id = ").bind(lead);
    sql.push(" and ").push(SHOWN);
    if let Some(before) = before {
        sql.push(" and a.id < ").bind(before);
    }
    sql.push(" order by a.id desc limit ").bind(limit);
    Ok(tx.fetch::<Row>(&sql)?.into_iter().map(Row::shown).collect())
}

pub fn count(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from lead_activities a where a.workspace_id = ");
    sql.bind(workspace).push(" and a.lead_id = ").bind(lead);
    sql.push(" and ").push(SHOWN);
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

/// What of the log is a timeline for people.
const SHOWN: &str = "a.kind not in ('reordered', 'respaced') and not (a.kind = 'merged_into' and a.origin is not null)";

/// The change set of an activity. New leads that came in by themselves are their own.
pub fn change_set(id: Uuid, lead: Uuid, kind: &str, set: Option<Uuid>) -> Uuid {
    set.unwrap_or(if kind == Kind::Created.key() {
        lead
    } else {
        id
    })
}

/// Who somebody is, with the name he has today.
pub fn actor(tx: &mut Tx, workspace: WorkspaceId, who: base::Actor) -> Result<Actor> {
    let name: Option<(Option<String>,)> = tx.opt(
        "select coalesce((select name from users where id = $2),
             (select name from api_keys where workspace_id = $1 and id = $2))",
        &[&workspace, &who.id()],
    )?;
    Ok(Actor {
        kind: who.kind().to_owned(),
        id: who.id(),
        name: name.and_then(|it| it.0),
    })
}

/// Through what an activity came, from its columns.
pub fn via_shown(via: Option<&str>, kind: &str, actor: Option<Uuid>) -> String {
    let usual = || Via::usual(base::Actor::from_columns(kind, actor)).key();
    via.unwrap_or_else(usual).to_owned()
}

/// The lead that a row was written for, where that was merged since.
pub fn first_origin(origin: Option<&str>) -> Option<Uuid> {
    origin?.split('/').nth(1)?.parse().ok()
}

impl Row {
    fn shown(self) -> ActivityShown {
        let merged_from = first_origin(self.origin.as_deref());
        let created_as = merged_from.unwrap_or(self.lead_id);
        ActivityShown {
            via: via_shown(self.via.as_deref(), &self.actor_kind, self.actor_id),
            change_set_id: change_set(self.id, created_as, &self.kind, self.change_set_id),
            merged_from,
            id: self.id,
            kind: self.kind,
            at: self.at,
            actor: Actor {
                kind: self.actor_kind,
                id: self.actor_id,
                name: self.actor_name,
            },
            data: self.data,
        }
    }
}
