//! Turns: two slices that know a key in common come one after the other, so that the second finds whom the first made.

use store::{Engine, Tx};

use super::keys::Key;
use crate::{
    base::{Result, WorkspaceId},
    leads::identity::sql,
};

/// Slices with more keys than this take the whole workspace: the server has room for some thousands of locks in all.
const MOST: usize = 1_600;

/// Takes the turn of every key, until the unit of work ends. SQLite has one writer, whose units take turns anyway.
pub(super) fn hold(tx: &mut Tx, workspace: WorkspaceId, keys: &[Vec<Key>]) -> Result<()> {
    if tx.engine() != Engine::Postgres {
        return Ok(());
    }
    let mut hashes: Vec<i64> = keys.iter().flatten().map(|it| it.hash).collect();
    if hashes.is_empty() {
        return Ok(());
    }
    hashes.sort_unstable();
    hashes.dedup();
    let whole = LOCK_SPACE | workspace.0;
    if hashes.len() > MOST {
        tx.exec(POSTGRES_HOLD_ALL, &[&whole])?;
        return Ok(());
    }
    tx.exec(POSTGRES_HOLD, &[&whole, &sql::array(hashes)])?;
    Ok(())
}

/// "lead" in the upper half of the lock's number, the workspace in the lower.
const LOCK_SPACE: i64 = 0x6c65_6164_0000_0000;

const POSTGRES_HOLD_ALL: &str = "select pg_advisory_xact_lock($1) is null";

/// The workspace first, beside others; then the keys in their order, so that two slices never wait for each other in a ring.
const POSTGRES_HOLD: &str = "select pg_advisory_xact_lock_shared($1) is null
     union all
     select pg_advisory_xact_lock(held.hash) is null from (
         select hash from unnest(cast(cast($2 as text) as bigint[])) as hash order by hash offset 0
     ) as held";
