//! The number of live leads, from the counters.

use store::{Sql, Tx};
use uuid::Uuid;

use crate::base::{Result, WorkspaceId};

pub fn of_workspace(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    number(tx, &start(workspace))
}

/// Whether there are more than so many: the first few counters tell it where there are many leads.
pub fn more_than(tx: &mut Tx, workspace: WorkspaceId, most: i64) -> Result<bool> {
    let (n,): (i64,) = tx.one(
        "select cast(coalesce(sum(n), 0) as bigint) from
            (select n from lead_counts where workspace_id = $1 limit 100) as counters",
        &[&workspace],
    )?;
    Ok(n > most || of_workspace(tx, workspace)? > most)
}

pub fn of_owners(
    tx: &mut Tx,
    workspace: WorkspaceId,
    owners: impl IntoIterator<Item = Uuid>,
) -> Result<i64> {
    let mut sql = start(workspace);
    sql.push(" and owner_id in ").list(owners);
    number(tx, &sql)
}

pub fn of_stages(tx: &mut Tx, workspace: WorkspaceId, stages: &[Uuid]) -> Result<i64> {
    let mut sql = start(workspace);
    sql.push(" and stage_id in ").list(stages.iter().copied());
    number(tx, &sql)
}

pub(super) fn start(workspace: WorkspaceId) -> Sql {
    let mut sql = Sql::new(
        "select cast(coalesce(sum(n), 0) as bigint) from lead_counts where workspace_id = ",
    );
    sql.bind(workspace);
    sql
}

pub(super) fn number(tx: &mut Tx, sql: &Sql) -> Result<i64> {
    let (n,): (i64,) = tx.fetch_one(sql)?;
    Ok(n.max(0))
}
