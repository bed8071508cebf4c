//! Where leads went that were merged into others. Their ids stay good for ever.

use std::collections::HashMap;

use store::{Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::write::By,
};

/// The lead that this one is a part of today; nothing, where it was not merged.
pub fn target(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = tx.opt(
        "select to_id from lead_redirects where workspace_id = $1 and from_id = $2",
        &[&workspace, &id],
    )?;
    Ok(found.map(|it| it.0))
}

/// The same for many: those that were merged, with where they went.
pub fn targets(tx: &mut Tx, workspace: WorkspaceId, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("select from_id, to_id from lead_redirects where workspace_id = ");
    sql.bind(workspace).push(" and from_id in ").list(ids);
    Ok(tx.fetch::<(Uuid, Uuid)>(&sql)?.into_iter().collect())
}

/// From now on `from` leads to `to`, and so does everything that led to `from`.
pub(super) fn add(tx: &mut Tx, by: &By, from: Uuid, to: Uuid) -> Result<()> {
    tx.exec(
        "update lead_redirects set to_id = $3 where workspace_id = $1 and to_id = $2",
        &[&by.workspace, &from, &to],
    )?;
    tx.exec(
        "insert into lead_redirects (workspace_id, from_id, to_id, merged_into, change_set_id, created_at)
         values ($1, $2, $3, $3, $4, $5)",
        &[&by.workspace, &from, &to, &by.change_set, &tx.now()],
    )?;
    Ok(())
}

/// `from` is itself again, and what was merged into it leads to it again. Whether it was merged into `into`.
pub(super) fn remove(tx: &mut Tx, workspace: WorkspaceId, from: Uuid, into: Uuid) -> Result<bool> {
    let gone = tx.exec(
        "delete from lead_redirects where workspace_id = $1 and from_id = $2 and merged_into = $3",
        &[&workspace, &from, &into],
    )?;
    if gone == 0 {
        return Ok(false);
    }
    let rest: Vec<(Uuid, Uuid)> = tx.all(
        "select from_id, merged_into from lead_redirects where workspace_id = $1 and to_id = $2",
        &[&workspace, &into],
    )?;
    let steps: HashMap<Uuid, Uuid> = rest.into_iter().collect();
    for id in steps.keys() {
        if leads_through(&steps, *id, from) {
            tx.exec(
                "update lead_redirects set to_id = $3 where workspace_id = $1 and from_id = $2",
                &[&workspace, id, &from],
            )?;
        }
    }
    Ok(true)
}

fn leads_through(steps: &HashMap<Uuid, Uuid>, from: Uuid, through: Uuid) -> bool {
    let mut at = from;
    // Longer chains than there are steps would be rings, which nothing makes.
    for _ in 0..=steps.len() {
        match steps.get(&at) {
            Some(next) if *next == through => return true,
            Some(next) => at = *next,
            None => return false,
        }
    }
    false
}

/// Nothing leads to a lead that is gone for good.
pub(super) fn forget(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_redirects where workspace_id = $1 and to_id = $2",
        &[&workspace, &lead],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_followed_and_a_ring_ends() {
        let id = Uuid::from_u128;
        let steps = HashMap::from([
            (id(1), id(2)),
            (id(2), id(3)),
            (id(7), id(8)),
            (id(8), id(7)),
        ]);
        assert!(leads_through(&steps, id(1), id(3)));
        assert!(leads_through(&steps, id(1), id(2)));
        assert!(!leads_through(&steps, id(3), id(1)));
        assert!(!leads_through(&steps, id(7), id(1)));
    }
}
