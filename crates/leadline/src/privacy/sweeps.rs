//! What other records say of a person: every table in which somebody's words are kept is walked through, a slice a unit.
//!
//! Most of what is found here is taken out word by word, so that the records themselves stay: a note about somebody else
//! keeps its text but for the address it mentions.

mod imports;
mod log;

pub use imports::{import_corrections, import_mappings, import_rows, imports};
pub use log::{answers, events, jobs_and_audit};

use std::collections::HashSet;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json, json, value::RawValue};
use store::{Sql, Tx};
use uuid::Uuid;

use super::steps::{Went, Work};
use crate::base::{Error, Result};

/// Rows looked at in one unit of work, of which few are changed.
const SLICE: i64 = 500;

/// The place at which a walk goes on.
fn read_place<T: DeserializeOwned>(place: Option<Json>) -> Result<Option<T>> {
    place
        .map(serde_json::from_value)
        .transpose()
        .map_err(|err| Error::Internal(format!("the place of an erasure cannot be read: {err}")))
}

/// Where the next unit goes on: behind the last row, or nowhere.
fn place_after<T: Serialize>(seen: usize, last: Option<T>) -> Option<Json> {
    let full = i64::try_from(seen).is_ok_and(|it| it >= SLICE);
    last.filter(|_| full)
        .and_then(|it| serde_json::to_value(it).ok())
}

struct Entry {
    lead_id: Uuid,
    id: Uuid,
    kind: String,
    data: Box<RawValue>,
}
store::row!(Entry {
    lead_id,
    id,
    kind,
    data
});

/// The histories of other leads: what was merged with one of these and split again, who was known by the same address.
pub fn history(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql =
        Sql::new("select lead_id, id, kind, data from lead_activities where workspace_id = ");
    sql.bind(work.workspace);
    if let Some((lead, id)) = read_place::<(Uuid, Uuid)>(place)? {
        sql.push(" and (lead_id, id) > (").bind(lead);
        sql.push(", ").bind(id).push(")");
    }
    sql.push(" order by lead_id, id limit ").bind(SLICE);
    let rows: Vec<Entry> = tx.fetch(&sql)?;
    let own: HashSet<Uuid> = work.subject.ids().collect();
    let mut went = Went::default();
    for row in rows.iter().filter(|it| !own.contains(&it.lead_id)) {
        let Some(clean) = clean_entry(work, row) else {
            continue;
        };
        went.tally.changed("history", 1);
        work.tell(
            "mentions",
            || json!({ "leadId": row.lead_id, "historyId": row.id, "kind": row.kind }),
        );
        if work.erases() {
            tx.exec(
                "update lead_activities set data = $4 where workspace_id = $1 and lead_id = $2 and id = $3",
                &[&work.workspace, &row.lead_id, &row.id, &store::Json(clean)],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| (it.lead_id, it.id)));
    Ok(went)
}

/// What the entry says without the person; nothing, where it says nothing of them.
fn clean_entry(work: &Work, row: &Entry) -> Option<Json> {
    let text = row.data.get();
    let names_lead = work.traces.name_a_lead(text);
    if !names_lead && !work.traces.are_in(text) {
        return None;
    }
    let data: Json = serde_json::from_str(text).ok()?;
    let about_two = ["merged", "merged_into", "unmerged", "repeated"].contains(&row.kind.as_str());
    if !names_lead || !about_two {
        return work.traces.scrubbed_json(&data);
    }
    // Which two leads it was about may be known; what the other one was may not.
    let ids = ["leadId", "from", "firstId"].iter().filter_map(|it| {
        let id: Uuid = data[*it].as_str()?.parse().ok()?;
        Some(((*it).to_owned(), id.to_string().into()))
    });
    let clean = Json::Object(ids.collect::<Map<_, _>>());
    (clean != data).then_some(clean)
}

/// Notes on other leads.
pub fn notes(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql = Sql::new("select lead_id, id, body from lead_notes where workspace_id = ");
    sql.bind(work.workspace);
    if let Some((lead, id)) = read_place::<(Uuid, Uuid)>(place)? {
        sql.push(" and (lead_id, id) > (").bind(lead);
        sql.push(", ").bind(id).push(")");
    }
    sql.push(" order by lead_id, id limit ").bind(SLICE);
    let rows: Vec<(Uuid, Uuid, String)> = tx.fetch(&sql)?;
    let own: HashSet<Uuid> = work.subject.ids().collect();
    let mut went = Went::default();
    for (lead, id, body) in rows.iter().filter(|it| !own.contains(&it.0)) {
        let Some(clean) = work.traces.scrubbed(body) else {
            continue;
        };
        went.tally.changed("notes", 1);
        work.tell(
            "mentions",
            || json!({ "leadId": lead, "noteId": id, "kind": "note" }),
        );
        if work.erases() {
            tx.exec(
                "update lead_notes set body = $4, version = version + 1
                 where workspace_id = $1 and lead_id = $2 and id = $3",
                &[&work.workspace, lead, id, &clean],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| (it.0, it.1)));
    Ok(went)
}

struct Words {
    id: Uuid,
    name: String,
    company: Option<String>,
    title: Option<String>,
    custom_fields: Box<RawValue>,
}
store::row!(Words {
    id,
    name,
    company,
    title,
    custom_fields
});

impl Words {
    fn texts(&self) -> impl Iterator<Item = &str> {
        [
            Some(self.name.as_str()),
            self.company.as_deref(),
            self.title.as_deref(),
            Some(self.custom_fields.get()),
        ]
        .into_iter()
        .flatten()
    }
}

/// Fields of other leads are somebody else's data: they are counted, for a person to decide about.
pub fn other_leads(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql =
        Sql::new("select id, name, company, title, custom_fields from leads where workspace_id = ");
    sql.bind(work.workspace);
    if let Some(id) = read_place::<Uuid>(place)? {
        sql.push(" and id > ").bind(id);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<Words> = tx.fetch(&sql)?;
    let own: HashSet<Uuid> = work.subject.ids().collect();
    let mut went = Went::default();
    for row in &rows {
        if own.contains(&row.id) || work.subject.others.contains(&row.id) {
            continue;
        }
        if row.texts().any(|it| work.traces.are_in(it)) {
            went.tally.kept("otherLeads", 1);
            work.tell("mentions", || json!({ "leadId": row.id, "kind": "field" }));
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| it.id));
    Ok(went)
}

/// Actions over many leads keep what was asked for: a filter by somebody's address, say.
pub fn change_sets(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql = Sql::new("select id, request from lead_change_sets where workspace_id = ");
    sql.bind(work.workspace);
    // What is running needs its request, and ends soon.
    sql.push(" and state <> 'running'");
    if let Some(id) = read_place::<Uuid>(place)? {
        sql.push(" and id > ").bind(id);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<(Uuid, store::Json<Json>)> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for (id, request) in &rows {
        let Some(clean) = without_filters(work, &request.0) else {
            continue;
        };
        went.tally.changed("bulkActions", 1);
        work.tell("bulkActions", || json!({ "id": id, "request": request.0 }));
        if work.erases() {
            tx.exec(
                "update lead_change_sets set request = $3 where workspace_id = $1 and id = $2",
                &[&work.workspace, id, &store::Json(clean)],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| it.0));
    Ok(went)
}

/// The JSON without the person. A filter that named them finds nobody from then on.
fn without_filters(work: &Work, json: &Json) -> Option<Json> {
    let mut clean = work.traces.scrubbed_json(json)?;
    for part in ["filter", "view"] {
        if !json[part].is_null() && json[part] != clean[part] {
            clean[part] = nobody();
        }
    }
    Some(clean)
}

fn nobody() -> Json {
    json!({ "email": "erased@example.invalid" })
}

/// Saved views: their names, and what they filter by.
pub fn views(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql = Sql::new("select id, name, state from lead_views where workspace_id = ");
    sql.bind(work.workspace);
    if let Some(id) = read_place::<Uuid>(place)? {
        sql.push(" and id > ").bind(id);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<(Uuid, String, store::Json<Json>)> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for (id, name, state) in &rows {
        let (clean_name, clean_state) =
            (work.traces.scrubbed(name), without_filters(work, &state.0));
        if clean_name.is_none() && clean_state.is_none() {
            continue;
        }
        went.tally.changed("views", 1);
        work.tell(
            "views",
            || json!({ "id": id, "name": name, "filter": state.0["filter"] }),
        );
        if work.erases() {
            let name = clean_name.as_ref().unwrap_or(name);
            let state = store::Json(clean_state.as_ref().unwrap_or(&state.0));
            let now = tx.now();
            tx.exec(
                "update lead_views set name = $3, state = $4, version = version + 1, updated_at = $5
                 where workspace_id = $1 and id = $2",
                &[&work.workspace, id, name, &state, &now],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| it.0));
    Ok(went)
}

/// Rules for how long what is kept, where they filter by the person. Such a rule means nobody any more and is switched off.
pub fn retention_rules(tx: &mut Tx, work: &mut Work, _: Option<Json>) -> Result<Went> {
    let rows: Vec<(Uuid, String, store::Json<Json>)> = tx.all(
        "select id, name, coalesce(filter, '{}') as filter from retention_rules where workspace_id = $1 order by id",
        &[&work.workspace],
    )?;
    let mut went = Went::default();
    for (id, name, filter) in &rows {
        let (clean_name, clean) = (
            work.traces.scrubbed(name),
            work.traces.scrubbed_json(&filter.0),
        );
        if clean_name.is_none() && clean.is_none() {
            continue;
        }
        went.tally.changed("retentionRules", 1);
        work.tell(
            "views",
            || json!({ "retentionRuleId": id, "name": name, "filter": filter.0 }),
        );
        if work.erases() {
            let name = clean_name.as_ref().unwrap_or(name);
            tx.exec(
                "update retention_rules set name = $3, version = version + 1 where workspace_id = $1 and id = $2",
                &[&work.workspace, id, name],
            )?;
            if clean.is_some() {
                tx.exec(
                    "update retention_rules set filter = $3, active = false, next_at = null
                     where workspace_id = $1 and id = $2",
                    &[&work.workspace, id, &store::Json(nobody())],
                )?;
            }
        }
    }
    Ok(went)
}
