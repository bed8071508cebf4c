//! What the program keeps for itself: answers to repeated requests, events, jobs that were given up, the audit log.

use std::collections::HashSet;

use serde_json::{Value as Json, json};
use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use super::{SLICE, place_after, read_place};
use crate::{
    base::Result,
    privacy::steps::{Went, Work},
};

/// Answers kept for a day in case their request comes again.
pub fn answers(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql =
        Sql::new("select caller_id, key, body from idempotent_answers where workspace_id = ");
    sql.bind(work.workspace);
    if let Some((caller, key)) = read_place::<(Uuid, String)>(place)? {
        sql.push(" and (caller_id, key) > (").bind(caller);
        sql.push(", ").bind(key).push(")");
    }
    sql.push(" order by caller_id, key limit ").bind(SLICE);
    let rows: Vec<(Uuid, String, Vec<u8>)> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for (caller, key, body) in &rows {
        let body = String::from_utf8_lossy(body);
        let traces = &work.traces;
        if !traces.name_a_lead(&body) && !traces.are_in(&body) && !traces.are_in(key) {
            continue;
        }
        went.tally.deleted("answers", 1);
        if work.erases() {
            tx.exec(
                "delete from idempotent_answers where workspace_id = $1 and caller_id = $2 and key = $3",
                &[&work.workspace, caller, key],
            )?;
        }
    }
    let last = rows.last().map(|it| (it.0, it.1.clone()));
    went.next = place_after(rows.len(), last);
    Ok(went)
}

struct EventRow {
    epoch: i64,
    seq: i64,
    lead_id: Option<Uuid>,
    kind: String,
    at: Timestamp,
    data: store::Json<Json>,
}
store::row!(EventRow {
    epoch,
    seq,
    lead_id,
    kind,
    at,
    data
});

/// The log of what happened: what happened to these leads goes, but for the word that they are erased.
pub fn events(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql =
        Sql::new("select epoch, seq, lead_id, kind, at, data from events where workspace_id = ");
    sql.bind(work.workspace);
    if let Some((epoch, seq)) = read_place::<(i64, i64)>(place)? {
        sql.push(" and (epoch, seq) > (").bind(epoch);
        sql.push(", ").bind(seq).push(")");
    }
    sql.push(" order by epoch, seq limit ").bind(SLICE);
    let rows: Vec<EventRow> = tx.fetch(&sql)?;
    let own: HashSet<Uuid> = work.subject.ids().collect();
    let mut went = Went::default();
    for row in &rows {
        if row.kind == "lead.erased" || !row.lead_id.is_some_and(|it| own.contains(&it)) {
            continue;
        }
        went.tally.deleted("events", 1);
        work.tell(
            "events",
            || json!({ "type": row.kind, "leadId": row.lead_id, "at": row.at, "data": row.data.0 }),
        );
        if work.erases() {
            tx.exec(
                "delete from events where workspace_id = $1 and epoch = $2 and seq = $3",
                &[&work.workspace, &row.epoch, &row.seq],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| (it.epoch, it.seq)));
    Ok(went)
}

/// Jobs that were given up and wait for a person; then the audit log, of which nothing goes.
pub fn jobs_and_audit(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    match read_place::<(String, i64)>(place)? {
        Some((_, after)) => audit(tx, work, after),
        None => jobs(tx, work),
    }
}

fn jobs(tx: &mut Tx, work: &mut Work) -> Result<Went> {
    let rows: Vec<(Uuid, store::Json<Json>, Option<String>)> = tx.all(
        "select id, payload, last_error from jobs where workspace_id = $1 and state = 'dead' order by id",
        &[&work.workspace],
    )?;
    let mut went = Went::default();
    for (id, payload, error) in &rows {
        let error = error.as_deref().unwrap_or_default();
        let text = payload.0.to_string();
        if !work.traces.are_in(&text) && !work.traces.are_in(error) {
            continue;
        }
        went.tally.deleted("jobs", 1);
        work.tell(
            "jobs",
            || json!({ "id": id, "payload": payload.0, "error": error }),
        );
        if work.erases() {
            tx.exec(
                "delete from jobs where workspace_id = $1 and id = $2 and state = 'dead'",
                &[&work.workspace, id],
            )?;
        }
    }
    went.next = Some(json!(("audit", 0)));
    Ok(went)
}

struct Audited {
    seq: i64,
    at: Timestamp,
    actor_kind: String,
    action: String,
    target: String,
    data: store::Json<Json>,
}
store::row!(Audited {
    seq,
    at,
    actor_kind,
    action,
    target,
    data
});

fn audit(tx: &mut Tx, work: &mut Work, after: i64) -> Result<Went> {
    let rows: Vec<Audited> = tx.all(
        "select seq, at, actor_kind, action, target, data from audit_log
         where workspace_id = $1 and seq > $2 order by seq limit $3",
        &[&work.workspace, &after, &SLICE],
    )?;
    let own: HashSet<String> = work.subject.ids().map(|it| format!("lead:{it}")).collect();
    let mut went = Went::default();
    for row in rows.iter().filter(|it| own.contains(&it.target)) {
        went.tally.kept("auditEntries", 1);
        work.tell("auditEntries", || {
            json!({ "seq": row.seq, "at": row.at, "actorKind": row.actor_kind, "action": row.action, "target": row.target,
                "data": row.data.0 })
        });
    }
    went.next = place_after(rows.len(), rows.last().map(|it| ("audit", it.seq)));
    Ok(went)
}
