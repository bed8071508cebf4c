//! The timeline read as what it is: the log of every change, with what was there before and after.

use serde_json::Value as Json;
use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use super::values;
use crate::base::{Result, WorkspaceId};

/// A row of the log.
#[derive(Debug, Clone)]
pub struct Entry {
    pub lead: Uuid,
    pub id: Uuid,
    pub kind: String,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub via: Option<String>,
    pub change_set: Option<Uuid>,
    pub origin: Option<String>,
    pub data: store::Json<Json>,
}

impl store::FromRow for Entry {
    const COLUMNS: &'static [&'static str] = &[
        "lead_id",
        "id",
        "kind",
        "at",
        "actor_kind",
        "actor_id",
        "via",
        "change_set_id",
        "origin",
        "data",
    ];

    fn from_row(row: &store::RowRef<'_>, at: &[usize]) -> store::Result<Entry> {
        let data = row.json_text(at[9])?;
        Ok(Entry {
            lead: row.uuid(at[0])?,
            id: row.uuid(at[1])?,
            kind: row.text(at[2])?.to_owned(),
            at: row.time(at[3])?,
            actor_kind: row.text(at[4])?.to_owned(),
            actor_id: row.opt_uuid(at[5])?,
            via: row.opt_text(at[6])?.map(str::to_owned),
            change_set: row.opt_uuid(at[7])?,
            origin: row.opt_text(at[8])?.map(str::to_owned),
            data: store::Json(serde_json::from_str(&data).unwrap_or_default()),
        })
    }
}

/// One thing that a row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Created,
    Field {
        name: String,
        before: Json,
        after: Json,
    },
    Tags {
        added: Vec<String>,
        removed: Vec<String>,
        /// All of them, where that does not follow from the rest.
        before: Option<Vec<String>>,
    },
    Owner {
        from: Option<Uuid>,
        to: Option<Uuid>,
    },
    Stage {
        from: Spot,
        to: Spot,
    },
    /// Another place in the column, wanted by somebody.
    Place {
        from: i64,
        to: i64,
    },
    /// Another place in the column, to make room.
    Respaced {
        from: i64,
    },
    Deleted,
    Restored {
        since: Timestamp,
    },
    /// Another lead came in; `kept` is all that it was.
    Merged {
        lead: Uuid,
        kept: Json,
    },
    /// It went into another lead.
    MergedInto {
        lead: Uuid,
    },
    /// Another lead that had come in went out again.
    Split {
        lead: Uuid,
    },
    /// It came back out of another lead.
    CameBack {
        from: Uuid,
    },
    Note {
        note: Uuid,
        change: NoteChange,
    },
    Purged,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NoteChange {
    Added,
    Edited { before: Json, after: Json },
    Pinned,
    Unpinned,
    Deleted,
}

/// Where a lead stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub pipeline: Uuid,
    pub stage: Uuid,
    /// Rows from before positions were kept say nothing of them.
    pub position: Option<i64>,
    pub since: Option<Timestamp>,
}

const SELECT: &str =
    "select lead_id, id, kind, at, actor_kind, actor_id, via, change_set_id, origin, data
     from lead_activities where workspace_id = ";

/// What a change set did to some of its leads, lead by lead, in the order in which it happened.
pub fn of_set(
    tx: &mut Tx,
    workspace: WorkspaceId,
    set: Uuid,
    leads: &[Uuid],
) -> Result<Vec<Entry>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" and change_set_id = ").bind(set);
    sql.push(" and lead_id in ").list(leads);
    sql.push(" order by lead_id, id");
    let mut found: Vec<Entry> = tx.fetch(&sql)?;
    if leads.contains(&set) {
        found.extend(creation(tx, workspace, set)?);
    }
    Ok(found)
}

/// The row of a lead that came in by itself and is its own change set.
pub fn creation(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<Option<Entry>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" and lead_id = ").bind(lead);
    sql.push(
        " and kind = 'created' and change_set_id is null and origin is null order by id limit 1",
    );
    Ok(tx.fetch_opt(&sql)?)
}

/// A lead's own rows, newest first, from before `before` and from after `since`.
pub fn of_lead(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lead: Uuid,
    before: Option<Uuid>,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" and lead_id = ").bind(lead);
    sql.push(" and origin is null and at > ").bind(since);
    if let Some(before) = before {
        sql.push(" and id < ").bind(before);
    }
    sql.push(" order by id desc limit ").bind(limit);
    Ok(tx.fetch(&sql)?)
}

/// One of a lead's own rows.
pub fn one(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid, id: Uuid) -> Result<Option<Entry>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" and lead_id = ").bind(lead);
    sql.push(" and origin is null and id = ").bind(id);
    Ok(tx.fetch_opt(&sql)?)
}

impl Entry {
    /// What the row says, in the order in which it was done.
    pub fn steps(&self) -> Vec<Step> {
        let data = &self.data.0;
        let one = |step: Option<Step>| step.into_iter().collect();
        let texts = |field: &str| -> Vec<String> {
            serde_json::from_value(data[field].clone()).unwrap_or_default()
        };
        match self.kind.as_str() {
            "created" => vec![Step::Created],
            "updated" => fields(data),
            "tagged" => vec![Step::Tags {
                added: texts("added"),
                removed: texts("removed"),
                before: data.get("before").map(|_| texts("before")),
            }],
            "assigned" => vec![Step::Owner {
                from: id(&data["from"]["id"]),
                to: id(&data["to"]["id"]),
            }],
            "stage_changed" => one(spot(&data["from"])
                .zip(spot(&data["to"]))
                .map(|(from, to)| Step::Stage { from, to })),
            "reordered" => one(number(&data["from"])
                .zip(number(&data["to"]))
                .map(|(from, to)| Step::Place { from, to })),
            "respaced" => one(number(&data["from"]).map(|from| Step::Respaced { from })),
            "deleted" => vec![Step::Deleted],
            "restored" => vec![Step::Restored {
                // Rows from before this was kept: the moment itself.
                since: time(&data["deletedAt"]).unwrap_or(self.at),
            }],
            "merged" => one(id(&data["leadId"]).map(|lead| Step::Merged {
                lead,
                kept: data.clone(),
            })),
            "merged_into" => one(id(&data["leadId"]).map(|lead| Step::MergedInto { lead })),
            "unmerged" => one(match (id(&data["leadId"]), id(&data["from"])) {
                (Some(lead), _) => Some(Step::Split { lead }),
                (None, Some(from)) => Some(Step::CameBack { from }),
                _ => None,
            }),
            "purged" | "erased" => vec![Step::Purged],
            kind => one(note_change(kind, data)
                .zip(id(&data["noteId"]))
                .map(|(change, note)| Step::Note { note, change })),
        }
    }
}

fn fields(data: &Json) -> Vec<Step> {
    let changes = data["changes"].as_object().into_iter().flatten();
    let steps = changes.filter(|(name, _)| values::is_field(name));
    steps
        .map(|(name, change)| Step::Field {
            name: name.clone(),
            before: change["before"].clone(),
            after: change["after"].clone(),
        })
        .collect()
}

fn note_change(kind: &str, data: &Json) -> Option<NoteChange> {
    Some(match kind {
        "note_added" => NoteChange::Added,
        "note_edited" => NoteChange::Edited {
            before: data["before"].clone(),
            after: data["after"].clone(),
        },
        "note_pinned" => NoteChange::Pinned,
        "note_unpinned" => NoteChange::Unpinned,
        "note_deleted" => NoteChange::Deleted,
        _ => return None,
    })
}

fn spot(data: &Json) -> Option<Spot> {
    Some(Spot {
        pipeline: id(&data["pipelineId"])?,
        stage: id(&data["stageId"])?,
        position: number(&data["position"]),
        since: time(&data["since"]),
    })
}

fn id(data: &Json) -> Option<Uuid> {
    data.as_str()?.parse().ok()
}

fn time(data: &Json) -> Option<Timestamp> {
    data.as_str()?.parse().ok()
}

/// Positions are text, for they are larger than the numbers that browsers know.
fn number(data: &Json) -> Option<i64> {
    data.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn steps(kind: &str, data: Json) -> Vec<Step> {
        let entry = Entry {
            lead: Uuid::nil(),
            id: Uuid::nil(),
            kind: kind.to_owned(),
            at: Timestamp(5),
            actor_kind: "system".into(),
            actor_id: None,
            via: None,
            change_set: None,
            origin: None,
            data: store::Json(data),
        };
        entry.steps()
    }

    #[test]
    fn rows_are_read_and_what_cannot_be_read_says_nothing() {
        let changes = json!({"changes": {"email": {"before": null, "after": "a@b.c"}, "odd": {"before": 1, "after": 2}}});
        let email = Step::Field {
            name: "email".into(),
            before: Json::Null,
            after: json!("a@b.c"),
        };
        assert_eq!(steps("updated", changes), [email]);
        assert_eq!(
            steps("reordered", json!({"from": "1", "to": "9007199254740993"})),
            [Step::Place {
                from: 1,
                to: 9_007_199_254_740_993
            }]
        );
        assert_eq!(
            steps("restored", json!({})),
            [Step::Restored {
                since: Timestamp(5)
            }]
        );
        for (kind, data) in [
            ("stage_changed", json!({"from": {}, "to": 7})),
            ("merged", json!({})),
            ("unheard_of", json!({"noteId": "x"})),
            ("note_added", json!([])),
            ("updated", json!({"changes": [1]})),
        ] {
            assert_eq!(steps(kind, data), [], "{kind}");
        }
    }
}
