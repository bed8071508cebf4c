//! Problem rows, kept for people to look at: so many of each kind, the rest is counted.

use std::collections::HashMap;

use store::{Tx, Value};
use uuid::Uuid;

use super::{limits::PROBLEMS_KEPT, problem::Problem, slices::Ready};
use crate::base::{Result, WorkspaceId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Check,
    Run,
}

impl Phase {
    pub fn key(self) -> &'static str {
        match self {
            Phase::Check => "check",
            Phase::Run => "run",
        }
    }
}

/// How many there are of each kind, and how many of them are kept.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    seen: HashMap<&'static str, i64>,
}

impl Tally {
    pub fn counts(&self) -> impl Iterator<Item = (String, i64)> {
        self.seen
            .iter()
            .map(|(kind, count)| ((*kind).to_owned(), *count))
    }

    /// The rows of the problems that are kept.
    pub fn take(
        &mut self,
        to: (WorkspaceId, Uuid, Phase),
        row: &Ready,
        problems: &[Problem],
    ) -> Vec<Vec<Value>> {
        let mut kept = Vec::new();
        for problem in problems {
            let seen = self.seen.entry(problem.kind.key()).or_default();
            *seen += 1;
            if *seen <= PROBLEMS_KEPT {
                kept.push(values(to, row, problem));
            }
        }
        kept
    }
}

fn values(
    (workspace, import, phase): (WorkspaceId, Uuid, Phase),
    row: &Ready,
    problem: &Problem,
) -> Vec<Value> {
    let column = problem.column.and_then(|it| i64::try_from(it).ok());
    let cells = serde_json::to_string(&row.cells()).unwrap_or_else(|_| "[]".into());
    vec![
        workspace.0.into(),
        import.into(),
        phase.key().into(),
        problem.kind.key().into(),
        row.number.into(),
        column.unwrap_or(-1).into(),
        i64::try_from(row.line).unwrap_or(i64::MAX).into(),
        problem.message.as_str().into(),
        Value::RawJson(cells),
    ]
}

const COLUMNS: [&str; 9] = [
    "workspace_id",
    "import_id",
    "phase",
    "kind",
    "row_no",
    "column_no",
    "line",
    "message",
    "cells",
];

pub fn insert(tx: &mut Tx, mut rows: Vec<Vec<Value>>) -> Result<()> {
    // A cell may be wrong in the same way twice, as where two fields are filled from it.
    let key = |row: &Vec<Value>| format!("{:?} {:?} {:?}", row[3], row[4], row[5]);
    rows.sort_by_key(key);
    rows.dedup_by_key(|it| key(it));
    tx.insert_many("lead_import_problems", &COLUMNS, &rows)?;
    Ok(())
}

/// Removes a slice of a phase's problem rows; whether there are more.
pub fn clear_some(tx: &mut Tx, workspace: WorkspaceId, import: Uuid, phase: Phase) -> Result<bool> {
    let removed = tx.exec(
        "delete from lead_import_problems where workspace_id = $1 and import_id = $2 and phase = $3
         and (kind, row_no, column_no) in (
             select kind, row_no, column_no from lead_import_problems
             where workspace_id = $1 and import_id = $2 and phase = $3 limit 500)",
        &[&workspace, &import, &phase.key()],
    )?;
    Ok(removed > 0)
}
