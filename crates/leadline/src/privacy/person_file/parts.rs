//! The parts of a person's file: each is a list, read a page in a unit of work.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use crate::{
    base::{App, Caller, Error, Result, Scope, WorkspaceId},
    intake::import::leftovers,
    leads::{
        Lead,
        fields::{self, Field},
        find::{self, Among, For},
        write::By,
    },
    privacy::{
        receipt,
        steps::{SEARCHES, Work},
        subject::Subject,
        traces::Traces,
    },
};

/// Rows of one unit of work.
const SLICE: i64 = 500;

/// Rows of one kept file.
const MOST_FILE_ROWS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Leads,
    Keys,
    Notes,
    History,
    Links,
    /// What the searches find elsewhere, each search by itself.
    Found(&'static str),
    FileRows,
    Suppressions,
}

impl Part {
    pub const ALL: [Part; 15] = [
        Part::Leads,
        Part::Keys,
        Part::Notes,
        Part::History,
        Part::Links,
        Part::Found("mentions"),
        Part::Found("bulkActions"),
        Part::Found("views"),
        Part::Found("imports"),
        Part::Found("importRows"),
        Part::FileRows,
        Part::Found("events"),
        Part::Found("jobs"),
        Part::Found("auditEntries"),
        Part::Suppressions,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Part::Leads => "leads",
            Part::Keys => "keys",
            Part::Notes => "notes",
            Part::History => "history",
            Part::Links => "links",
            Part::Found(name) => name,
            Part::FileRows => "importFileRows",
            Part::Suppressions => "suppressions",
        }
    }

    /// The searches that find something for this part, by their place in the list.
    fn searches(self) -> &'static [usize] {
        match self.name() {
            "mentions" => &[0, 1, 2],
            "bulkActions" => &[3],
            "views" => &[4, 11],
            "imports" => &[5, 8],
            "importRows" => &[6, 7],
            "events" => &[9],
            "jobs" | "auditEntries" => &[10],
            _ => &[],
        }
    }
}

/// What all parts are read with.
pub struct Whole {
    app: Arc<App>,
    caller: Caller,
    pub subject: Subject,
}

/// Records, and where the part goes on.
type Page = (Vec<Json>, Option<Json>);

impl Whole {
    pub fn new(app: &Arc<App>, caller: &Caller, subject: Subject) -> Whole {
        Whole {
            app: Arc::clone(app),
            caller: caller.clone(),
            subject,
        }
    }

    pub async fn read(&self, part: Part, place: Option<Json>) -> Result<Page> {
        if part == Part::FileRows {
            return self.file_rows(place).await;
        }
        let (subject, by) = (self.subject.clone(), By::from(&self.caller));
        self.app
            .db
            .walk(move |tx| match part {
                Part::Found(name) => search(tx, by, subject, part.searches(), name, place),
                Part::Suppressions => suppressions(tx, by, &subject),
                _ => of_leads(tx, by.workspace, &subject, part, place),
            })
            .await
    }

    /// Rows of files that are still kept.
    async fn file_rows(&self, place: Option<Json>) -> Result<Page> {
        let workspace = self.caller.workspace;
        let after = place.and_then(|it| it.as_str()?.parse().ok());
        let import = self
            .app
            .db
            .walk(move |tx| leftovers::next_with_file(tx, workspace, after))
            .await?;
        let Some(import) = import else {
            return Ok((Vec::new(), None));
        };
        let traces = Traces::of(&self.subject);
        let is_meant = move |cells: &[&str]| traces.are_in_row(cells.iter().copied());
        let rows =
            leftovers::rows_of_file(&self.app, workspace, import.id, MOST_FILE_ROWS, is_meant)
                .await?;
        let record = |(row, cells): (i64, Vec<String>)| json!({ "importId": import.id, "row": row, "cells": cells });
        let records = rows.into_iter().map(record).collect();
        Ok((records, Some(import.id.to_string().into())))
    }
}

/// A unit of one of the searches; then the next search.
fn search(
    tx: &mut Tx,
    by: By,
    subject: Subject,
    searches: &[usize],
    part: &'static str,
    place: Option<Json>,
) -> Result<Page> {
    let (number, within): (usize, Option<Json>) = match place {
        Some(place) => {
            serde_json::from_value(place).map_err(|err| Error::Internal(err.to_string()))?
        }
        None => (0, None),
    };
    let Some(unit) = searches.get(number).and_then(|it| SEARCHES.get(*it)) else {
        return Ok((Vec::new(), None));
    };
    let mut work = Work::telling(by, subject);
    let went = unit(tx, &mut work, within)?;
    let told = work.told.into_iter().filter(|it| it.0 == part);
    let next = match went.next {
        Some(within) => Some(json!((number, within))),
        None => (number + 1 < searches.len()).then(|| json!((number + 1, Json::Null))),
    };
    Ok((told.map(|it| it.1).collect(), next))
}

/// A page of what hangs on the leads, lead by lead. The place is the number of the lead, and the last row of it.
fn of_leads(
    tx: &mut Tx,
    workspace: WorkspaceId,
    subject: &Subject,
    part: Part,
    place: Option<Json>,
) -> Result<Page> {
    let (number, after): (usize, Option<Uuid>) = match place {
        Some(place) => {
            serde_json::from_value(place).map_err(|err| Error::Internal(err.to_string()))?
        }
        None => (0, None),
    };
    let Some(lead) = subject.leads.get(number).copied() else {
        return Ok((Vec::new(), None));
    };
    let (records, last) = match part {
        Part::Leads => (leads(tx, workspace, lead)?, None),
        Part::Keys => (keys(tx, workspace, lead)?, None),
        Part::Links => (links(tx, workspace, lead)?, None),
        Part::Notes => notes(tx, workspace, lead, after)?,
        _ => history(tx, workspace, lead, after)?,
    };
    let next = match last {
        Some(last) => Some(json!((number, last))),
        None => (number + 1 < subject.leads.len()).then(|| json!((number + 1, Json::Null))),
    };
    Ok((records, next))
}

/// The lead as the API shows it, and its custom fields with the names under which people know them.
fn leads(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Vec<Json>> {
    let found = find::some(
        tx,
        workspace,
        &Scope::All,
        &[id],
        Among::Either,
        For::Reading,
    )?;
    let defined = fields::all(tx, workspace)?;
    let shown = |lead: &Lead| {
        let mut json = serde_json::to_value(lead).unwrap_or_default();
        json["fields"] = named(&json["customFields"], &defined);
        json["deletedAt"] = json!(lead.deleted_at);
        json["lastSubmissionAt"] = json!(lead.last_submission_at);
        json
    };
    Ok(found.iter().map(shown).collect())
}

fn named(custom: &Json, defined: &[Field]) -> Json {
    let values = custom.as_object().into_iter().flatten();
    let field = |(key, value): (&String, &Json)| {
        let name = defined
            .iter()
            .find(|it| it.key == *key)
            .map(|it| it.name.as_str());
        let name = name.or_else(|| custom["_displayNames"][key].as_str());
        json!({ "key": key, "name": name.unwrap_or(key), "value": value })
    };
    values
        .filter(|it| it.0 != "_displayNames")
        .map(field)
        .collect()
}

fn keys(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<Vec<Json>> {
    let rows: Vec<(String, String)> = tx.all(
        "select kind, value from lead_keys where workspace_id = $1 and lead_id = $2 order by kind, value",
        &[&workspace, &lead],
    )?;
    let key = |(kind, value)| json!({ "leadId": lead, "kind": kind, "value": value });
    Ok(rows.into_iter().map(key).collect())
}

/// What ties the lead to others: that it was made although one was known, that it was told apart, what was merged.
fn links(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<Vec<Json>> {
    let rows: Vec<(String, Uuid, Timestamp)> = tx.all(
        "select 'repeats' as what, first_id, at from lead_repeats where workspace_id = $1 and lead_id = $2
         union all
         select 'repeatedBy', lead_id, at from lead_repeats where workspace_id = $1 and first_id = $2
         union all
         select 'keptApartFrom', other_id, at from lead_pairs_apart where workspace_id = $1 and lead_id = $2
         union all
         select 'keptApartFrom', lead_id, at from lead_pairs_apart where workspace_id = $1 and other_id = $2
         union all
         select 'mergedFrom', from_id, created_at from lead_redirects where workspace_id = $1 and to_id = $2",
        &[&workspace, &lead],
    )?;
    let link =
        |(what, other, at)| json!({ "leadId": lead, "what": what, "otherLeadId": other, "at": at });
    Ok(rows.into_iter().map(link).collect())
}

struct NoteRow {
    id: Uuid,
    author_kind: String,
    author_id: Option<Uuid>,
    body: String,
    pinned: bool,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
}
store::row!(NoteRow {
    id,
    author_kind,
    author_id,
    body,
    pinned,
    created_at,
    edited_at,
    deleted_at
});

type Rows = (Vec<Json>, Option<Uuid>);

fn notes(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid, after: Option<Uuid>) -> Result<Rows> {
    let mut sql = Sql::new(
        "select id, author_kind, author_id, body, pinned, created_at, edited_at, deleted_at from lead_notes
         where workspace_id = ",
    );
    sql.bind(workspace).push(" and lead_id = ").bind(lead);
    if let Some(after) = after {
        sql.push(" and id > ").bind(after);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<NoteRow> = tx.fetch(&sql)?;
    let last = rows.last().map(|it| it.id).filter(|_| is_full(&rows));
    let note = |it: NoteRow| {
        json!({ "leadId": lead, "id": it.id, "value": it.body, "authorKind": it.author_kind, "authorId": it.author_id,
            "pinned": it.pinned, "createdAt": it.created_at, "editedAt": it.edited_at, "deletedAt": it.deleted_at })
    };
    Ok((rows.into_iter().map(note).collect(), last))
}

struct Entry {
    id: Uuid,
    kind: String,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    via: Option<String>,
    data: store::Json<Json>,
}
store::row!(Entry {
    id,
    kind,
    at,
    actor_kind,
    actor_id,
    via,
    data
});

fn history(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid, after: Option<Uuid>) -> Result<Rows> {
    let mut sql = Sql::new(
        "select id, kind, at, actor_kind, actor_id, via, data from lead_activities where workspace_id = ",
    );
    sql.bind(workspace).push(" and lead_id = ").bind(lead);
    if let Some(after) = after {
        sql.push(" and id > ").bind(after);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<Entry> = tx.fetch(&sql)?;
    let last = rows.last().map(|it| it.id).filter(|_| is_full(&rows));
    let entry = |it: Entry| {
        json!({ "leadId": lead, "id": it.id, "type": it.kind, "at": it.at, "actorKind": it.actor_kind,
            "actorId": it.actor_id, "via": it.via, "data": it.data.0 })
    };
    Ok((rows.into_iter().map(entry).collect(), last))
}

fn is_full<T>(rows: &[T]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|it| it >= SLICE)
}

/// The hashes under which the person is not taken in again.
fn suppressions(tx: &mut Tx, by: By, subject: &Subject) -> Result<Page> {
    let marks = crate::leads::suppression::marks(&by.identity_key, &subject.known());
    let hashes: Vec<i64> = marks.iter().map(|it| it.hash).collect();
    let found = crate::leads::suppression::among(tx, by.workspace, &hashes)?;
    let there = marks.iter().filter(|it| found.contains(&it.hash));
    let records = there.map(|it| json!({ "id": receipt::written(it.hash), "kind": it.kind }));
    Ok((records.collect(), None))
}
