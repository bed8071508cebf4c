//! Turns: two slices that know a key in common come one after the other, so that the second finds whom the first made.

use store::{Engine, Tx};

use super::keys::Key;
use crate::{
    base::{Result, WorkspaceId},
    leads::identity::sql,
};

/// Slices with more keys than this are large. As many locks are in the server's table for every connection it allows, and
/// some more (`max_locks_per_transaction` is 64 unless set), so that small slices cannot fill it, however many there are.
const FEW: usize = 48;

/// Slices with more keys than this take the whole workspace, with one lock.
const MOST: usize = 1_000;

/// Takes the turn of every key, until the unit of work ends. SQLite has one writer, whose units take turns anyway.
pub(super) fn hold(tx: &mut Tx, workspace: WorkspaceId, keys: &[Vec<Key>]) -> Result<()> {
    let hashes = keys.iter().flatten().map(|it| it.hash).collect();
    hold_hashes(tx, workspace, hashes)
}

/// The same by the hashes of the keys.
pub(super) fn hold_hashes(tx: &mut Tx, workspace: WorkspaceId, mut hashes: Vec<i64>) -> Result<()> {
    if tx.engine() != Engine::Postgres {
        return Ok(());
    }
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
    if hashes.len() > FEW {
        tx.exec(POSTGRES_SIT, &[&SEATS[0], &SEATS[1]])?;
    }
    tx.exec(POSTGRES_HOLD, &[&whole, &sql::array(hashes)])?;
    Ok(())
}

/// "lead" in the upper half of the lock's number, the workspace in the lower.
const LOCK_SPACE: i64 = 0x6c65_6164_0000_0000;

/// Large slices sit on one of two seats, of all nodes and workspaces together: what the server's table of locks has room for.
const SEATS: [i64; 2] = [0x7365_6174_0000_0000, 0x7365_6174_0000_0001];

const POSTGRES_HOLD_ALL: &str = "select pg_advisory_xact_lock($1) is null";

/// The first free seat, or else the turn at one of them. It is taken before any other lock, so that nobody who waits for it
/// is waited for.
const POSTGRES_SIT: &str = "select coalesce(
         (select true from unnest(array[cast($1 as bigint), cast($2 as bigint)]) as seat where pg_try_advisory_xact_lock(seat) limit 1),
         pg_advisory_xact_lock(case when pg_backend_pid() % 2 = 0 then $1 else $2 end) is null)";

/// The workspace first, beside others; then the keys in their order, so that two slices never wait for each other in a ring.
const POSTGRES_HOLD: &str = "select pg_advisory_xact_lock_shared($1) is null
     union all
     select pg_advisory_xact_lock(held.hash) is null from (
         select hash from unnest(cast(cast($2 as text) as bigint[])) as hash order by hash offset 0
     ) as held";
