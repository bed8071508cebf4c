//! Undoing, begun: at once where it is a slice of leads at most, else by a job, a slice in a unit of work. How far it has
//! come is written with each slice, so that a job that is stopped in the middle goes on where it was.

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use uuid::Uuid;

use super::{
    action::{self, Begun, Slice},
    set,
    undo::{self, Choices, Outcome, RowOutcome},
};
use crate::{
    base::{Caller, Error, Result, Scope, WorkspaceId},
    jobs::{self, Context, Failure, Job},
    leads::write::{By, SLICE},
    workspaces::audit,
};

/// What an undoing is called in its change set.
pub const ACTION: &str = "undo";

/// What was asked for, as it is kept with the change set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    of: Uuid,
    choices: Choices,
    /// Which leads the one who asked sees.
    seen: Scope,
}

/// An undoing, done or begun.
#[derive(Debug)]
pub struct Undone {
    pub change_set: Uuid,
    /// How many leads the change set is about.
    pub total: i64,
    /// Nothing, where a job goes on with it.
    pub outcome: Option<Outcome>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UndoJob {
    pub change_set: Uuid,
}

/// Takes a change set back.
pub fn undo(tx: &mut Tx, caller: &Caller, id: Uuid, choices: Choices) -> Result<Undone> {
    let workspace = caller.workspace;
    let found = set::find(tx, caller, id)?;
    if found.state == "running" {
        return Err(Error::conflict(
            "still_running",
            "This is still being done. Undo it when it has ended.",
        ));
    }
    undo::check_rights(tx, caller, id)?;
    let by = By::action(tx, caller);
    let change_set = by.change_set.unwrap_or_default();
    let (leads, more) = set::leads_after(tx, workspace, id, None, SLICE)?;
    let total = found.leads + found.hidden;
    let request = Request {
        of: id,
        choices,
        seen: caller.scope.clone(),
    };
    let begun = Begun {
        action: ACTION,
        request: &request,
        total,
        last: None,
        undoes: Some(id),
    };
    action::begin(tx, &by, &begun)?;
    let data = json!({ "changeSet": id, "leads": total });
    audit::record(
        tx,
        caller,
        "leads.undone",
        &format!("changeSet:{change_set}"),
        data,
    )?;
    if more {
        jobs::Enqueue::new(&UndoJob { change_set })
            .workspace(workspace)
            .insert(tx)?;
        return Ok(Undone {
            change_set,
            total,
            outcome: None,
        });
    }
    let outcome = undo::slice(tx, caller, &by, id, &leads, &request.choices)?;
    let slice = Slice {
        done: 0,
        results: &outcome.results(),
        changed: outcome.count(RowOutcome::Undone),
        last: None,
        more: false,
    };
    action::advance(tx, workspace, change_set, &slice)?;
    Ok(Undone {
        change_set,
        total,
        outcome: Some(outcome),
    })
}

impl Job for UndoJob {
    const KIND: &'static str = "leads.undo";

    async fn run(self, context: Context) -> Result<(), Failure> {
        action::work_off(&context, self.change_set, slice).await
    }
}

/// One slice; whether there is more to do.
pub fn slice(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    let Some(running) = action::resume(tx, workspace, id, |it: &Request| &it.seen)? else {
        return Ok(false);
    };
    let (header, request) = (running.header, running.request);
    let (leads, more) = set::leads_after(tx, workspace, request.of, header.last_id, SLICE)?;
    let outcome = undo::slice(
        tx,
        &running.caller,
        &running.by,
        request.of,
        &leads,
        &request.choices,
    )?;
    let slice = Slice {
        done: header.done,
        results: &outcome.results(),
        changed: outcome.count(RowOutcome::Undone),
        last: leads.last().copied().or(header.last_id),
        more,
    };
    action::advance(tx, workspace, id, &slice)?;
    Ok(more)
}
