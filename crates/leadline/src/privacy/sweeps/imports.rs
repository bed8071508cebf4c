//! What imports keep besides their files: samples, decisions, problem rows, corrections, saved mappings.

use serde_json::{Value as Json, json};
use store::{Sql, Tx};
use uuid::Uuid;

use super::{SLICE, place_after, read_place};
use crate::{
    base::Result,
    privacy::{
        steps::{Went, Work},
        traces::{ERASED, Traces},
    },
};

type Stored = Option<store::Json<Json>>;

struct Import {
    id: Uuid,
    name: String,
    detected: store::Json<Json>,
    plan: store::Json<Json>,
    report: Stored,
    error: Option<String>,
}
store::row!(Import {
    id,
    name,
    detected,
    plan,
    report,
    error
});

/// Their names, samples, decisions and reports.
pub fn imports(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql = Sql::new(
        "select id, name, detected, plan, report, error from lead_imports where workspace_id = ",
    );
    sql.bind(work.workspace);
    if let Some(id) = read_place::<Uuid>(place)? {
        sql.push(" and id > ").bind(id);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<Import> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for row in &rows {
        let Some(clean) = row.clean(&work.traces) else {
            continue;
        };
        went.tally.changed("imports", 1);
        work.tell("imports", || json!({ "importId": row.id, "name": row.name, "columns": row.detected.0["columns"] }));
        if work.erases() {
            tx.exec(
                "update lead_imports set name = $3, detected = $4, plan = $5, report = $6, error = $7
                 where workspace_id = $1 and id = $2",
                &[&work.workspace, &row.id, &clean.name, &clean.detected, &clean.plan, &clean.report, &clean.error],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| it.id));
    Ok(went)
}

impl Import {
    /// The same without the person; nothing, where it says nothing of them.
    fn clean(&self, traces: &Traces) -> Option<Import> {
        let name = traces.scrubbed(&self.name);
        let detected = without_samples(traces, &self.detected.0);
        let plan = traces.scrubbed_json(&self.plan.0);
        let report = self
            .report
            .as_ref()
            .and_then(|it| traces.scrubbed_json(&it.0));
        let error = self.error.as_deref().and_then(|it| traces.scrubbed(it));
        let said = [
            name.is_some(),
            detected.is_some(),
            plan.is_some(),
            report.is_some(),
            error.is_some(),
        ];
        said.contains(&true).then(|| Import {
            id: self.id,
            name: name.unwrap_or_else(|| self.name.clone()),
            detected: store::Json(detected.unwrap_or_else(|| self.detected.0.clone())),
            plan: store::Json(plan.unwrap_or_else(|| self.plan.0.clone())),
            report: report.map(store::Json).or_else(|| self.report.clone()),
            error: error.or_else(|| self.error.clone()),
        })
    }
}

/// A sample of one column stands beside those of the others: where one is of the person, all of them go.
fn without_samples(traces: &Traces, detected: &Json) -> Option<Json> {
    let mut clean = traces.scrubbed_json(detected)?;
    for column in clean["columns"].as_array_mut().into_iter().flatten() {
        if let Some(samples) = column["samples"].as_array_mut() {
            samples.fill(ERASED.into());
        }
    }
    Some(clean)
}

struct Problem {
    import_id: Uuid,
    phase: String,
    kind: String,
    row_no: i64,
    column_no: i64,
    message: String,
    cells: store::Json<Vec<String>>,
}
store::row!(Problem {
    import_id,
    phase,
    kind,
    row_no,
    column_no,
    message,
    cells
});

type ProblemPlace = (Uuid, String, String, i64, i64);

/// Rows of files that were kept because something was wrong with them.
pub fn import_rows(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql = Sql::new(
        "select import_id, phase, kind, row_no, column_no, message, cells from lead_import_problems where workspace_id = ",
    );
    sql.bind(work.workspace);
    if let Some((import, phase, kind, row, column)) = read_place::<ProblemPlace>(place)? {
        sql.push(" and (import_id, phase, kind, row_no, column_no) > (");
        sql.bind(import).push(", ").bind(phase).push(", ");
        sql.bind(kind).push(", ").bind(row).push(", ").bind(column);
        sql.push(")");
    }
    sql.push(" order by import_id, phase, kind, row_no, column_no limit ")
        .bind(SLICE);
    let rows: Vec<Problem> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for row in &rows {
        let cells = row.cells.0.iter().map(String::as_str);
        if !work.traces.are_in_row(cells) && !work.traces.are_in(&row.message) {
            continue;
        }
        went.tally.deleted("importRows", 1);
        work.tell("importRows", || {
            json!({ "importId": row.import_id, "row": row.row_no, "kind": row.kind, "message": row.message, "cells": row.cells.0 })
        });
        if work.erases() {
            tx.exec(
                "delete from lead_import_problems
                 where workspace_id = $1 and import_id = $2 and phase = $3 and kind = $4 and row_no = $5 and column_no = $6",
                &[&work.workspace, &row.import_id, &row.phase, &row.kind, &row.row_no, &row.column_no],
            )?;
        }
    }
    let last = rows.last().map(|it| {
        let (phase, kind) = (it.phase.clone(), it.kind.clone());
        (it.import_id, phase, kind, it.row_no, it.column_no)
    });
    went.next = place_after(rows.len(), last);
    Ok(went)
}

/// What was corrected in a file by hand.
pub fn import_corrections(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql = Sql::new(
        "select import_id, place, correction from lead_import_corrections where workspace_id = ",
    );
    sql.bind(work.workspace);
    if let Some((import, at)) = read_place::<(Uuid, String)>(place)? {
        sql.push(" and (import_id, place) > (").bind(import);
        sql.push(", ").bind(at).push(")");
    }
    sql.push(" order by import_id, place limit ").bind(SLICE);
    let rows: Vec<(Uuid, String, store::Json<Json>)> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for (import, at, correction) in &rows {
        if work.traces.scrubbed_json(&correction.0).is_none() {
            continue;
        }
        went.tally.deleted("importRows", 1);
        work.tell(
            "importRows",
            || json!({ "importId": import, "kind": "correction", "correction": correction.0 }),
        );
        if work.erases() {
            tx.exec(
                "delete from lead_import_corrections where workspace_id = $1 and import_id = $2 and place = $3",
                &[&work.workspace, import, at],
            )?;
        }
    }
    let last = rows.last().map(|it| (it.0, it.1.clone()));
    went.next = place_after(rows.len(), last);
    Ok(went)
}

/// Saved mappings hold headers and values of files.
pub fn import_mappings(tx: &mut Tx, work: &mut Work, place: Option<Json>) -> Result<Went> {
    let mut sql =
        Sql::new("select id, name, headers, plan from lead_import_mappings where workspace_id = ");
    sql.bind(work.workspace);
    if let Some(id) = read_place::<Uuid>(place)? {
        sql.push(" and id > ").bind(id);
    }
    sql.push(" order by id limit ").bind(SLICE);
    let rows: Vec<(Uuid, String, store::Json<Json>, store::Json<Json>)> = tx.fetch(&sql)?;
    let mut went = Went::default();
    for (id, name, headers, plan) in &rows {
        let clean_headers = work.traces.scrubbed_json(&headers.0);
        let clean_plan = work.traces.scrubbed_json(&plan.0);
        let named = work.traces.are_in(name);
        if clean_headers.is_none() && clean_plan.is_none() && !named {
            continue;
        }
        went.tally.changed("importMappings", 1);
        work.tell(
            "imports",
            || json!({ "mappingId": id, "name": name, "headers": headers.0, "plan": plan.0 }),
        );
        if work.erases() {
            // Names are unique.
            let name = if named { id.to_string() } else { name.clone() };
            let headers = store::Json(clean_headers.as_ref().unwrap_or(&headers.0));
            let plan = store::Json(clean_plan.as_ref().unwrap_or(&plan.0));
            tx.exec(
                "update lead_import_mappings set name = $3, headers = $4, plan = $5 where workspace_id = $1 and id = $2",
                &[&work.workspace, id, &name, &headers, &plan],
            )?;
        }
    }
    went.next = place_after(rows.len(), rows.last().map(|it| it.0));
    Ok(went)
}
