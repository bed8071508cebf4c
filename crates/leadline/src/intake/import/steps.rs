//! From one state of an import to the next, as people ask for it.

use serde_json::json;
use store::Tx;
use uuid::Uuid;

use super::{
    changes,
    check::CheckJob,
    job,
    limits::UNDO_DAYS,
    mappings,
    plan::Plan,
    problems::{self, Phase},
    record::{self, Import, State},
    rules,
    run::{self, RunJob},
    target::Target,
};
use crate::{
    base::{Caller, Error, Result},
    jobs,
    leads::{
        changes::{Choices, job as leads_changes},
        fields::{self, api::NewField},
    },
    workspaces::audit,
};

fn refused(import: &Import, wish: &str) -> Error {
    Error::conflict(
        "wrong_state",
        format!("An import that is {} cannot be {wish}.", import.state.key()),
    )
}

/// Refuses to change what is at work or has run.
pub fn need_ready(import: &Import) -> Result<()> {
    if import.state == State::Ready {
        Ok(())
    } else {
        Err(refused(import, "changed"))
    }
}

/// Begins a check.
pub fn check(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    let import = record::seen_locked(tx, caller, id)?;
    if import.state != State::Ready {
        return Err(refused(&import, "checked"));
    }
    let turn = record::go_to(tx, caller.workspace, &import, State::Checking)?;
    jobs::Enqueue::new(&CheckJob { import: id, turn })
        .workspace(caller.workspace)
        .insert(tx)?;
    job::told(tx, caller.workspace, id, State::Checking, None)?;
    record::load(tx, caller.workspace, id)
}

/// Begins the run.
pub fn run(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    let import = record::seen_locked(tx, caller, id)?;
    if import.state != State::Ready {
        return Err(refused(&import, "run"));
    }
    let plan = &import.plan.0;
    rules::check(plan)?;
    rules::need(plan, caller)?;
    if plan.columns.iter().all(|it| it.field.is_none()) {
        return Err(Error::invalid(
            "plan.columns",
            "go nowhere; say for at least one of them what it is",
        ));
    }
    define_fields(tx, caller, plan, &import)?;
    mappings::remember(tx, caller.workspace, &import)?;
    changes::open(tx, caller, &import)?;
    let data = json!({ "format": import.format, "sizeBytes": import.size_bytes });
    audit::record(tx, caller, "import.started", &format!("import:{id}"), data)?;
    start(tx, caller, &import)
}

/// The custom fields that the plan defines, where there are none of their keys yet.
fn define_fields(tx: &mut Tx, caller: &Caller, plan: &Plan, import: &Import) -> Result<()> {
    let there = fields::all(tx, caller.workspace)?;
    for column in &plan.columns {
        let (Some(kind), Some(field)) = (column.define, &column.field) else {
            continue;
        };
        let Some(Target::Custom(key)) = Target::parse(field) else {
            continue;
        };
        if there.iter().any(|it| it.key == key) {
            continue;
        }
        let header = import.detected.0.columns.get(column.column);
        let name = header
            .map(|it| it.header.clone())
            .filter(|it| !it.is_empty());
        let name: String = name
            .unwrap_or_else(|| key.clone())
            .chars()
            .take(100)
            .collect();
        let field = NewField {
            name,
            key: Some(key),
            kind,
            options: None,
            required: false,
            unique: false,
        };
        fields::api::add(tx, caller, field)?;
    }
    Ok(())
}

fn start(tx: &mut Tx, caller: &Caller, import: &Import) -> Result<Import> {
    let turn = record::go_to(tx, caller.workspace, import, State::Running)?;
    jobs::Enqueue::new(&RunJob {
        import: import.id,
        turn,
    })
    .workspace(caller.workspace)
    .insert(tx)?;
    job::told(tx, caller.workspace, import.id, State::Running, None)?;
    record::load(tx, caller.workspace, import.id)
}

/// Holds a run; what is being written is still finished.
pub fn pause(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    let import = record::seen_locked(tx, caller, id)?;
    if import.state != State::Running {
        return Err(refused(&import, "paused"));
    }
    record::go_to(tx, caller.workspace, &import, State::Paused)?;
    job::told(tx, caller.workspace, id, State::Paused, None)?;
    record::load(tx, caller.workspace, id)
}

/// Goes on with a run that was paused, or failed, where it ended.
pub fn resume(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    let import = record::seen_locked(tx, caller, id)?;
    if !matches!(import.state, State::Paused | State::Failed) {
        return Err(refused(&import, "resumed"));
    }
    rules::need(&import.plan.0, caller)?;
    start(tx, caller, &import)
}

/// Ends a run, or breaks off a check.
pub fn stop(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Import> {
    let import = record::seen_locked(tx, caller, id)?;
    match import.state {
        State::Running | State::Paused => {
            let data = json!({});
            audit::record(tx, caller, "import.stopped", &format!("import:{id}"), data)?;
            run::end(tx, caller.workspace, &import, State::Stopped)?;
        }
        State::Checking => {
            record::go_to(tx, caller.workspace, &import, State::Ready)?;
            problems::clear_some(tx, caller.workspace, id, Phase::Check)?;
            job::told(tx, caller.workspace, id, State::Ready, None)?;
        }
        _ => return Err(refused(&import, "stopped")),
    }
    record::load(tx, caller.workspace, id)
}

/// Takes a run back: new leads go to the trash, changed ones get back what they held. Answers the change set of the undoing.
pub fn undo(tx: &mut Tx, caller: &Caller, id: Uuid, choices: Choices) -> Result<(Import, Uuid)> {
    let import = record::seen_locked(tx, caller, id)?;
    let Some(set) = import.change_set_id.filter(|_| import.state.has_ended()) else {
        return Err(refused(&import, "undone"));
    };
    if tx.now() > import.kept_until {
        return Err(Error::conflict(
            "too_late",
            format!("An import can be undone for {UNDO_DAYS} days."),
        ));
    }
    let undone = leads_changes::undo(tx, caller, set, choices)?;
    record::go_to(tx, caller.workspace, &import, State::Undone)?;
    job::told(tx, caller.workspace, id, State::Undone, None)?;
    let import = record::load(tx, caller.workspace, id)?;
    Ok((import, undone.change_set))
}
