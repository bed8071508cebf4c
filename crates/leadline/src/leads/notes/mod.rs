//! Notes on a lead: what people write for each other.

pub mod api;

use serde::Serialize;
use serde_json::json;
use store::{Json, Sql, Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Caller, Error, Permission, Problems, Result, WorkspaceId},
    leads::{
        Lead,
        activities::{self, Activity, Actor, Kind},
        changes::{
            log::NoteChange,
            net::{Conflict, OnChanged},
        },
        happened,
        write::By,
    },
    workspaces,
};

pub const LONGEST: usize = 20 * 1024;

/// A note on a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub id: Uuid,
    pub lead_id: Uuid,
    /// The text. `@[name](userId)` mentions a member.
    pub value: String,
    pub author: Actor,
    pub pinned: bool,
    /// The members mentioned.
    pub mentions: Vec<Uuid>,
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub edited_at: Option<Timestamp>,
}

/// What to change in a note.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub value: Option<String>,
    pub pinned: Option<bool>,
    pub mentions: Option<Vec<Uuid>>,
}

struct Row {
    id: Uuid,
    lead_id: Uuid,
    author_kind: String,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    body: String,
    pinned: bool,
    mentions: Json<Vec<Uuid>>,
    version: i64,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
}
store::row!(Row {
    id,
    lead_id,
    author_kind,
    author_id,
    author_name,
    body,
    pinned,
    mentions,
    version,
    created_at,
    edited_at
});

/// A lead's notes, pinned ones first, then the newest. `after` is the last one of the page before.
pub fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lead: Uuid,
    after: Option<(bool, Uuid)>,
    limit: i64,
) -> Result<Vec<Note>> {
    let mut sql = select(workspace, lead);
    if let Some((pinned, id)) = after {
        sql.push(" and (case when n.pinned then 1 else 0 end, n.id) < (")
            .bind(i64::from(pinned));
        sql.push(", ").bind(id).push(")");
    }
    sql.push(" order by case when n.pinned then 1 else 0 end desc, n.id desc limit ")
        .bind(limit);
    Ok(tx.fetch::<Row>(&sql)?.into_iter().map(Row::note).collect())
}

pub fn count(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<i64> {
    let (n,): (i64,) = tx.one(
        "select count(*) from lead_notes where workspace_id = $1 and lead_id = $2 and deleted_at is null",
        &[&workspace, &lead],
    )?;
    Ok(n)
}

pub fn one(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid, id: Uuid) -> Result<Note> {
    let mut sql = select(workspace, lead);
    sql.push(" and n.id = ").bind(id);
    tx.fetch_opt::<Row>(&sql)?
        .map(Row::note)
        .ok_or(Error::NotFound("note"))
}

fn select(workspace: WorkspaceId, lead: Uuid) -> Sql {
    let mut sql = Sql::new(
        "select n.id, n.lead_id, n.author_kind, n.author_id, coalesce(u.name, k.name) as author_name, n.body,
             n.pinned, n.mentions, n.version, n.created_at, n.edited_at
         from lead_notes n
         left join users u on u.id = n.author_id
         left join api_keys k on k.workspace_id = n.workspace_id and k.id = n.author_id
         where n.workspace_id = ",
    );
    sql.bind(workspace)
        .push(" and n.lead_id = ")
        .bind(lead)
        .push(" and n.deleted_at is null");
    sql
}

/// Writes a note on a lead that the caller sees.
pub fn add(
    tx: &mut Tx,
    caller: &Caller,
    by: &By,
    lead: &Lead,
    value: &str,
    mentions: Option<Vec<Uuid>>,
) -> Result<Note> {
    let value = check_value(value)?;
    let mentions = check_mentions(tx, caller.workspace, &value, mentions)?;
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        "insert into lead_notes
             (workspace_id, lead_id, id, author_kind, author_id, body, pinned, mentions, version, created_at)
         values ($1, $2, $3, $4, $5, $6, false, $7, 1, $8)",
        &[&by.workspace, &lead.id, &id, &by.actor.kind(), &by.actor.id(), &value, &Json(&mentions), &now],
    )?;
    tell(tx, by, lead, Kind::NoteAdded, &json!({ "noteId": id }))?;
    happened::note_added(tx, by, lead, id, &mentions)?;
    one(tx, by.workspace, lead.id.uuid(), id)
}

/// Changes a note. What somebody else wrote is only for those with a right of their own; anybody who writes may pin.
pub fn edit(
    tx: &mut Tx,
    caller: &Caller,
    by: &By,
    lead: &Lead,
    before: &Note,
    edit: Edit,
) -> Result<Note> {
    if edit.value.is_some() || edit.mentions.is_some() {
        check_author(caller, before)?;
    }
    let value = match &edit.value {
        Some(value) => check_value(value)?,
        None => before.value.clone(),
    };
    let mentions = match (&edit.value, edit.mentions) {
        (None, None) => before.mentions.clone(),
        (_, mentions) => check_mentions(tx, caller.workspace, &value, mentions)?,
    };
    let pinned = edit.pinned.unwrap_or(before.pinned);
    let edited = value != before.value || mentions != before.mentions;
    if !edited && pinned == before.pinned {
        return Ok(before.clone());
    }
    let edited_at = if edited {
        Some(tx.now())
    } else {
        before.edited_at
    };
    tx.exec(
        "update lead_notes set body = $4, pinned = $5, mentions = $6, edited_at = $7, version = version + 1
         where workspace_id = $1 and lead_id = $2 and id = $3",
        &[&by.workspace, &lead.id, &before.id, &value, &pinned, &Json(&mentions), &edited_at],
    )?;
    let id = json!({ "noteId": before.id });
    if edited {
        let data = json!({
            "noteId": before.id,
            "before": { "value": before.value, "mentions": before.mentions },
            "after": { "value": value, "mentions": mentions },
        });
        tell(tx, by, lead, Kind::NoteEdited, &data)?;
    }
    match (before.pinned, pinned) {
        (false, true) => tell(tx, by, lead, Kind::NotePinned, &id)?,
        (true, false) => tell(tx, by, lead, Kind::NoteUnpinned, &id)?,
        _ => {}
    }
    happened::note_edited(tx, by, lead, before.id, &mentions)?;
    one(tx, by.workspace, lead.id.uuid(), before.id)
}

pub fn delete(tx: &mut Tx, caller: &Caller, by: &By, lead: &Lead, note: &Note) -> Result<()> {
    check_author(caller, note)?;
    let now = tx.now();
    // The words are gone at once, those of former versions too; that there was a note stays in the timeline.
    tx.exec(
        "update lead_notes set deleted_at = $4, body = '', version = version + 1
         where workspace_id = $1 and lead_id = $2 and id = $3",
        &[&by.workspace, &lead.id, &note.id, &now],
    )?;
    let id = json!({ "noteId": note.id });
    tx.exec(
        "update lead_activities set data = $3
         where workspace_id = $1 and lead_id = $2 and kind = 'note_edited' and data ->> 'noteId' = $4",
        &[&by.workspace, &lead.id, &id, &note.id.to_string()],
    )?;
    tell(tx, by, lead, Kind::NoteDeleted, &id)?;
    happened::note_deleted(tx, by, lead, note.id)
}

/// Takes back what was done to a note. Tells of it where the note was changed since, and then does so only if it is to
/// be overwritten. What was deleted stays so: its words are gone.
pub fn take_back(
    tx: &mut Tx,
    caller: &Caller,
    by: &By,
    lead: &Lead,
    (id, change): (Uuid, &NoteChange),
    choice: OnChanged,
) -> Result<Option<Conflict>> {
    let note = match one(tx, by.workspace, lead.id.uuid(), id) {
        Ok(note) => note,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(err) => return Err(err),
    };
    let as_before = match change {
        NoteChange::Edited { before, .. } => before["value"] == note.value.as_str(),
        NoteChange::Pinned => !note.pinned,
        NoteChange::Unpinned => note.pinned,
        NoteChange::Added | NoteChange::Deleted => false,
    };
    if as_before || *change == NoteChange::Deleted {
        return Ok(None);
    }
    let conflict = match change {
        NoteChange::Edited { before, after } if after["value"] != note.value.as_str() => {
            Some(conflict(&before["value"], &after["value"], &note))
        }
        NoteChange::Added if note.version > 1 => {
            Some(conflict(&serde_json::Value::Null, &json!("added"), &note))
        }
        _ => None,
    };
    if conflict.is_some() && choice == OnChanged::Skip {
        return Ok(conflict);
    }
    let mut wanted = Edit::default();
    match change {
        NoteChange::Added => {
            delete(tx, caller, by, lead, &note)?;
            return Ok(conflict);
        }
        NoteChange::Edited { before, .. } => {
            wanted.value = before["value"].as_str().map(str::to_owned);
        }
        NoteChange::Pinned => wanted.pinned = Some(false),
        NoteChange::Unpinned => wanted.pinned = Some(true),
        NoteChange::Deleted => {}
    }
    edit(tx, caller, by, lead, &note, wanted)?;
    Ok(conflict)
}

fn conflict(before: &serde_json::Value, after: &serde_json::Value, note: &Note) -> Conflict {
    Conflict {
        field: format!("notes.{}", note.id),
        before: before.clone(),
        after: after.clone(),
        now: json!(note.value),
    }
}

fn tell(tx: &mut Tx, by: &By, lead: &Lead, kind: Kind, data: &serde_json::Value) -> Result<()> {
    let activity = Activity::new(lead.id.uuid(), kind, data);
    Ok(activities::record_many(tx, by, vec![activity])?)
}

fn check_author(caller: &Caller, note: &Note) -> Result<()> {
    let own = note.author.id.is_some() && note.author.id == caller.actor.id();
    if own {
        Ok(())
    } else {
        caller.need(Permission::NotesModerate)
    }
}

fn check_value(value: &str) -> Result<String> {
    let mut problems = Problems::new();
    let value = crate::base::text::tidy(value).unwrap_or_default();
    if value.is_empty() {
        problems.add("value", "must not be empty");
    }
    if value.len() > LONGEST {
        problems.add("value", format!("must not be longer than {LONGEST} bytes"));
    }
    problems.done()?;
    Ok(value)
}

/// Members mentioned in the text, and those named beside it. Who is named must be there; text is only text.
fn check_mentions(
    tx: &mut Tx,
    workspace: WorkspaceId,
    value: &str,
    named: Option<Vec<Uuid>>,
) -> Result<Vec<Uuid>> {
    let mut mentions = Vec::new();
    for user in named.unwrap_or_default() {
        if !workspaces::is_member(tx, workspace, user)? {
            return Err(Error::invalid(
                "mentions",
                "names somebody who is not an active member of this workspace",
            ));
        }
        mentions.push(user);
    }
    for user in mentioned(value) {
        if !mentions.contains(&user) && workspaces::is_member(tx, workspace, user)? {
            mentions.push(user);
        }
    }
    mentions.sort_unstable();
    mentions.dedup();
    Ok(mentions)
}

/// The ids in `@[name](id)`, fifty at most.
fn mentioned(value: &str) -> Vec<Uuid> {
    let starts = value.match_indices("@[").map(|(at, _)| &value[at + 2..]);
    let ids = starts.filter_map(|rest| {
        let (_, rest) = rest.split_once("](")?;
        let (id, _) = rest.split_once(')')?;
        Uuid::parse_str(id).ok()
    });
    ids.take(50).collect()
}

impl Row {
    fn note(self) -> Note {
        Note {
            id: self.id,
            lead_id: self.lead_id,
            value: self.body,
            author: Actor {
                kind: self.author_kind,
                id: self.author_id,
                name: self.author_name,
            },
            pinned: self.pinned,
            mentions: self.mentions.0,
            version: self.version,
            created_at: self.created_at,
            edited_at: self.edited_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_in_the_text() {
        let id = Uuid::from_u128(7);
        let text = format!("Ask @[Ada](../x) or @[Eve]({id}), @[ and @[Bob] (later)");
        assert_eq!(mentioned(&text), [id]);
        assert!(mentioned("@[x](y").is_empty());
    }
}
