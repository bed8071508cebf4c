//! People who asked to be forgotten and must not come in again. Only keyed hashes of their addresses and numbers are kept:
//! enough to know them by when they are sent, and nothing to know them by otherwise.

use std::collections::HashSet;

use store::{Engine, Tx};

use crate::{
    base::{Result, WorkspaceId},
    leads::identity::{self, phone_forms, sql},
};

/// Under which hashes a person is remembered, and looked for.
pub fn hashes(key: &[u8; 16], email: Option<&str>, phone: Option<&str>) -> Vec<i64> {
    let email = email.map(|it| identity::email_hash(key, it));
    let phone = phone.map(|it| identity::phone_hash(key, &phone_forms::present(it)));
    email.into_iter().chain(phone).collect()
}

/// Those of the hashes under which somebody is remembered.
pub fn among(tx: &mut Tx, workspace: WorkspaceId, hashes: &[i64]) -> Result<HashSet<i64>> {
    if hashes.is_empty() || !any(tx, workspace)? {
        return Ok(HashSet::new());
    }
    let mut found = HashSet::new();
    if tx.engine() == Engine::Postgres {
        let rows = tx.all::<(i64,)>(POSTGRES_AMONG, &[&workspace, &sql::array(hashes)])?;
        found.extend(rows.into_iter().map(|it| it.0));
        return Ok(found);
    }
    for hash in hashes {
        let row = tx.opt::<(i64,)>(
            "select hash from lead_suppressions where workspace_id = $1 and hash = $2",
            &[&workspace, hash],
        )?;
        found.extend(row.map(|it| it.0));
    }
    Ok(found)
}

const POSTGRES_AMONG: &str = "select hash from lead_suppressions
     where workspace_id = $1 and hash = any(cast(cast($2 as text) as bigint[]))";

/// Most workspaces remember nobody.
pub fn any(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool> {
    let one = tx.opt::<(i64,)>(
        "select hash from lead_suppressions where workspace_id = $1 limit 1",
        &[&workspace],
    )?;
    Ok(one.is_some())
}
