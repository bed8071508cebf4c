//! One lead, or some by their ids, as far as the caller sees them.

use serde_json::value::RawValue;
use store::{Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Caller, Error, IfMatch, Result, Scope, WorkspaceId},
    leads::{Lead, lead, merge::redirect},
};

/// Which leads are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    Live,
    Trash,
    Either,
}

/// Whether the rows are about to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    Reading,
    Writing,
}

/// A lead that the caller sees; any other is not found.
pub fn one(tx: &mut Tx, caller: &Caller, id: Uuid, among: Among, purpose: For) -> Result<Lead> {
    let found = some(tx, caller.workspace, &caller.scope, &[id], among, purpose)?;
    match found.into_iter().next() {
        Some(lead) => Ok(lead),
        None => Err(moved(tx, caller, id)?),
    }
}

/// The same, and where the lead was merged into another, that one.
pub fn following(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    among: Among,
    purpose: For,
) -> Result<Lead> {
    match one(tx, caller, id, among, purpose) {
        Err(Error::Moved { to, .. }) => one(tx, caller, to, among, purpose),
        found => found,
    }
}

/// Not there, or, for whoever sees the lead that it was merged into, gone there.
fn moved(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Error> {
    let Some(to) = redirect::target(tx, caller.workspace, id)? else {
        return Ok(Error::NotFound("lead"));
    };
    let there = some(
        tx,
        caller.workspace,
        &caller.scope,
        &[to],
        Among::Either,
        For::Reading,
    )?;
    Ok(if there.is_empty() {
        Error::NotFound("lead")
    } else {
        Error::Moved { from: id, to }
    })
}

/// A live lead to be changed, if it still is the version that the change was made against.
pub fn to_change(tx: &mut Tx, caller: &Caller, id: Uuid, version: IfMatch) -> Result<Lead> {
    let lead = one(tx, caller, id, Among::Live, For::Writing)?;
    check(&lead, version)?;
    Ok(lead)
}

/// Those of the leads that `scope` lets through, in the order of their ids: whoever locks several does it in this order.
pub fn some(
    tx: &mut Tx,
    workspace: WorkspaceId,
    scope: &Scope,
    ids: &[Uuid],
    among: Among,
    purpose: For,
) -> Result<Vec<Lead>> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(workspace);
    match ids {
        [id] => sql.push(" and leads.id = ").bind(*id),
        ids => sql.push(" and leads.id in ").list(ids),
    };
    sql.push(match among {
        Among::Live => " and leads.deleted_at is null",
        Among::Trash => " and leads.deleted_at is not null",
        Among::Either => "",
    });
    scope.push(&mut sql, "leads.assigned_to");
    sql.push(" order by leads.id");
    if purpose == For::Writing {
        sql.push(tx.for_update());
    }
    Ok(tx.fetch(&sql)?)
}

/// Refuses a change made against another version, and hands out the present one.
pub fn check(lead: &Lead, version: IfMatch) -> Result<()> {
    match version.0 {
        Some(version) if version != lead.version => Err(stale(lead)),
        _ => Ok(()),
    }
}

fn stale(lead: &impl serde::Serialize) -> Error {
    let text = serde_json::to_string(lead).unwrap_or_else(|_| "null".into());
    match RawValue::from_string(text) {
        Ok(current) => Error::Stale { current },
        Err(err) => Error::Internal(err.to_string()),
    }
}

/// The same for any record that has a version.
pub fn check_version(current: i64, record: &impl serde::Serialize, version: IfMatch) -> Result<()> {
    match version.0 {
        Some(version) if version != current => Err(stale(record)),
        _ => Ok(()),
    }
}
