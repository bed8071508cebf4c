//! What hangs on a lead, table by table, and what becomes of it when the lead is merged, split off again or removed for
//! good. A test walks the schema: a table with a `lead_id` that is not listed here fails it.

use serde_json::{Map, Value as Json, json};
use store::{Timestamp, Tx};
use uuid::Uuid;

use super::redirect;
use crate::{
    base::{Result, WorkspaceId},
    leads::{
        Lead, duplicates,
        identity::keys::{self, LeadKey},
        samples,
        write::By,
    },
};

/// A table whose rows belong to leads.
#[derive(Debug)]
pub struct Child {
    pub table: &'static str,
    pub fate: Fate,
}

#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// Its rows go along with the lead and come back with it.
    Follows {
        /// Points the rows of the one lead at the other. What it answers is kept for `part`.
        join: fn(&mut Tx, &By, &Lead, &Lead) -> Result<Json>,
        /// Gives the rows that came from the other back to it.
        part: fn(&mut Tx, &By, &Lead, &Lead, &Json) -> Result<()>,
        purge: fn(&mut Tx, WorkspaceId, Uuid) -> Result<()>,
    },
    /// Its rows say what was so at the time, and stay as they are; the reason.
    Stays(&'static str),
}

/// Every table with a `lead_id`.
pub const ALL: [Child; 10] = [
    Child {
        table: "lead_activities",
        fate: Fate::Follows {
            join: |tx, by, survivor, other| join_rows(tx, by, JOIN_ACTIVITIES, survivor, other),
            part: |tx, by, survivor, other, _| part_rows(tx, by, PART_ACTIVITIES, survivor, other),
            purge: purge_activities,
        },
    },
    Child {
        table: "lead_notes",
        fate: Fate::Follows {
            join: |tx, by, survivor, other| join_rows(tx, by, JOIN_NOTES, survivor, other),
            part: |tx, by, survivor, other, _| part_rows(tx, by, PART_NOTES, survivor, other),
            purge: purge_notes,
        },
    },
    Child {
        table: "lead_keys",
        fate: Fate::Follows {
            join: join_keys,
            part: part_keys,
            purge: purge_keys,
        },
    },
    Child {
        table: "lead_repeats",
        fate: Fate::Follows {
            join: join_repeats,
            part: part_repeats,
            purge: purge_repeats,
        },
    },
    Child {
        table: "lead_pairs_apart",
        fate: Fate::Follows {
            join: join_apart,
            // What was inherited stays: nobody has said that they are one.
            part: |_, _, _, _, _| Ok(()),
            purge: duplicates::forget,
        },
    },
    Child {
        table: "lead_duplicate_members",
        fate: Fate::Follows {
            // The group is settled: who is left of it has nobody to be compared with.
            join: |tx, by, _, other| {
                duplicates::leave(tx, by.workspace, other.id.uuid()).map(|()| Json::Null)
            },
            // Groups are worked out anew from the leads as they are then.
            part: |_, _, _, _, _| Ok(()),
            purge: duplicates::leave,
        },
    },
    Child {
        table: "lead_tags",
        fate: Fate::Stays(
            "lists the tags of live leads; whoever writes a lead writes its rows, and none are left of one in the trash",
        ),
    },
    Child {
        table: "lead_change_set_rows",
        fate: Fate::Stays("says which leads were asked for; the old id leads to the survivor"),
    },
    Child {
        table: "events",
        fate: Fate::Stays("what happened, happened to the lead of that time"),
    },
    Child {
        table: "lead_view_members",
        fate: Fate::Stays("the watcher of views hears of the event and looks at both leads again"),
    },
];

/// Points everything of `other` at `survivor`. What is needed to take that back is answered, by table.
pub(super) fn join(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead) -> Result<Json> {
    let mut kept = Map::new();
    for child in &ALL {
        if let Fate::Follows { join, .. } = child.fate {
            let rest = join(tx, by, survivor, other)?;
            if !rest.is_null() {
                kept.insert(child.table.to_owned(), rest);
            }
        }
    }
    Ok(Json::Object(kept))
}

/// Gives everything that came from `other` back to it.
pub(super) fn part(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead, kept: &Json) -> Result<()> {
    for child in &ALL {
        if let Fate::Follows { part, .. } = child.fate {
            part(tx, by, survivor, other, &kept[child.table])?;
        }
    }
    Ok(())
}

/// Removes everything of a lead that is removed for good.
pub fn purge(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    for child in &ALL {
        if let Fate::Follows { purge, .. } = child.fate {
            purge(tx, workspace, lead)?;
        }
    }
    redirect::forget(tx, workspace, lead)
}

/// Whoever is somebody else than the one is somebody else than both. The other keeps its own word on it.
fn join_apart(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead) -> Result<Json> {
    duplicates::inherit_apart(tx, by, survivor.id.uuid(), other.id.uuid())?;
    Ok(Json::Null)
}

/// Rows carry the path on which they came: each merge puts the lead they leave at its end, each split takes it off.
const JOIN_ACTIVITIES: &str = "update lead_activities set lead_id = $3, origin = coalesce(origin, '') || '/' || cast($4 as text)
     where workspace_id = $1 and lead_id = $2";
const PART_ACTIVITIES: &str = "update lead_activities
     set lead_id = $3, origin = nullif(substr(origin, 1, length(origin) - 37), '')
     where workspace_id = $1 and lead_id = $2 and origin is not null
       and substr(origin, length(origin) - 35) = $4";
const JOIN_NOTES: &str =
    "update lead_notes set lead_id = $3, origin = coalesce(origin, '') || '/' || cast($4 as text)
     where workspace_id = $1 and lead_id = $2";
const PART_NOTES: &str = "update lead_notes
     set lead_id = $3, origin = nullif(substr(origin, 1, length(origin) - 37), '')
     where workspace_id = $1 and lead_id = $2 and origin is not null
       and substr(origin, length(origin) - 35) = $4";

fn join_rows(tx: &mut Tx, by: &By, statement: &str, survivor: &Lead, other: &Lead) -> Result<Json> {
    let leaving = other.id.uuid().to_string();
    tx.exec(
        statement,
        &[&by.workspace, &other.id, &survivor.id, &leaving],
    )?;
    Ok(Json::Null)
}

fn part_rows(tx: &mut Tx, by: &By, statement: &str, survivor: &Lead, other: &Lead) -> Result<()> {
    let returning = other.id.uuid().to_string();
    tx.exec(
        statement,
        &[&by.workspace, &survivor.id, &other.id, &returning],
    )?;
    Ok(())
}

fn purge_activities(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_activities where workspace_id = $1 and lead_id = $2",
        &[&workspace, &lead],
    )?;
    Ok(())
}

fn purge_notes(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_notes where workspace_id = $1 and lead_id = $2",
        &[&workspace, &lead],
    )?;
    Ok(())
}

/// An address or a number under which somebody was known who is a part of this lead now.
pub const MERGED_EMAIL: &str = "merged:email";
pub const MERGED_PHONE: &str = "merged:phone";

fn keys_of(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<Vec<(String, String)>> {
    Ok(tx.all(
        "select kind, value from lead_keys where workspace_id = $1 and lead_id = $2 order by kind, value",
        &[&workspace, &lead],
    )?)
}

/// The survivor is found by everything by which either was found: also by an address or a number that it does not show.
fn join_keys(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead) -> Result<Json> {
    let theirs = keys_of(tx, by.workspace, other.id.uuid())?;
    let own = keys_of(tx, by.workspace, survivor.id.uuid())?;
    let mut gained = theirs.clone();
    for (kind, value, shown) in [
        (MERGED_EMAIL, &other.email, &survivor.email),
        (MERGED_PHONE, &other.phone, &survivor.phone),
    ] {
        if let Some(value) = value
            && shown.as_ref() != Some(value)
        {
            gained.push((kind.to_owned(), value.clone()));
        }
    }
    let unmarked = samples::part_with_marks(tx, by, survivor.id.uuid(), &own, &mut gained)?;
    gained.retain(|it| !own.contains(it));
    gained.dedup();
    purge_keys(tx, by.workspace, other.id.uuid())?;
    keys::add(tx, by, &keys_for(survivor.id.uuid(), &gained))?;
    Ok(json!({ "theirs": theirs, "gained": gained, "unmarked": unmarked }))
}

fn part_keys(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead, kept: &Json) -> Result<()> {
    let list = |field: &str| -> Vec<(String, String)> {
        serde_json::from_value(kept[field].clone()).unwrap_or_default()
    };
    for (kind, value) in list("gained") {
        tx.exec(
            "delete from lead_keys where workspace_id = $1 and lead_id = $2 and kind = $3 and value = $4",
            &[&by.workspace, &survivor.id, &kind, &value],
        )?;
    }
    // What follows from its own fields stays, wherever it came from.
    let unique = keys::unique_fields(tx, by.workspace)?;
    keys::add(tx, by, &keys::derived(survivor, &unique))?;
    samples::mark_again(tx, by, survivor.id.uuid(), list("unmarked"))?;
    keys::add(tx, by, &keys_for(other.id.uuid(), &list("theirs")))
}

fn keys_for(lead: Uuid, keys: &[(String, String)]) -> Vec<LeadKey> {
    let key = |(kind, value): &(String, String)| LeadKey {
        lead,
        kind: kind.clone(),
        value: value.clone(),
    };
    keys.iter().map(key).collect()
}

fn purge_keys(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_keys where workspace_id = $1 and lead_id = $2",
        &[&workspace, &lead],
    )?;
    Ok(())
}

type Repeat = (Uuid, Uuid, Timestamp);

fn repeats_of(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<Vec<Repeat>> {
    Ok(tx.all(
        "select lead_id, first_id, at from lead_repeats
         where workspace_id = $1 and (lead_id = $2 or first_id = $2) order by lead_id",
        &[&workspace, &lead],
    )?)
}

fn write_repeats(tx: &mut Tx, workspace: WorkspaceId, rows: &[Repeat]) -> Result<()> {
    for (lead, first, at) in rows {
        tx.exec(
            "insert into lead_repeats (workspace_id, lead_id, first_id, at) values ($1, $2, $3, $4)
             on conflict (workspace_id, lead_id) do nothing",
            &[&workspace, lead, first, at],
        )?;
    }
    Ok(())
}

/// Nobody is a repeat of themselves.
fn join_repeats(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead) -> Result<Json> {
    let (to, from) = (survivor.id.uuid(), other.id.uuid());
    let theirs = repeats_of(tx, by.workspace, from)?;
    if theirs.is_empty() {
        return Ok(Json::Null);
    }
    let before = repeats_of(tx, by.workspace, to)?;
    purge_repeats(tx, by.workspace, from)?;
    let turned = |id: Uuid| if id == from { to } else { id };
    let rows: Vec<Repeat> = theirs
        .iter()
        .map(|(lead, first, at)| (turned(*lead), turned(*first), *at))
        .filter(|(lead, first, _)| lead != first)
        .collect();
    write_repeats(tx, by.workspace, &rows)?;
    Ok(json!({ "theirs": theirs, "gained": rows, "before": before }))
}

fn part_repeats(tx: &mut Tx, by: &By, _: &Lead, _: &Lead, kept: &Json) -> Result<()> {
    let list = |field: &str| -> Vec<Repeat> {
        serde_json::from_value(kept[field].clone()).unwrap_or_default()
    };
    let before = list("before");
    for row in list("gained") {
        if !before.contains(&row) {
            tx.exec(
                "delete from lead_repeats where workspace_id = $1 and lead_id = $2 and first_id = $3",
                &[&by.workspace, &row.0, &row.1],
            )?;
        }
    }
    write_repeats(tx, by.workspace, &list("theirs"))
}

fn purge_repeats(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_repeats where workspace_id = $1 and (lead_id = $2 or first_id = $2)",
        &[&workspace, &lead],
    )?;
    Ok(())
}
