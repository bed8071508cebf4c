//! What of a file is in the base already, asked for a million rows: a set of the base's hashes in memory says for most of
//! them that they are not there, and only the others are looked up.

use std::sync::Arc;

use store::Tx;
use uuid::Uuid;

use super::{
    keys::{Hashes, Keys},
    keyset::KeySet,
};
use crate::base::{App, Result, WorkspaceId};

/// The hashes under which the base's leads are found; none, where there are too many to hold.
#[derive(Debug, Default)]
pub struct Base {
    hashes: Option<KeySet>,
}

/// Leads read in one unit of work.
const SLICE: i64 = 10_000;
/// Beyond so many hashes every row is looked up.
const MOST: usize = 8_000_000;

impl Base {
    /// Reads them, slice by slice.
    pub async fn load(app: &Arc<App>, workspace: WorkspaceId, keys: &Keys) -> Result<Base> {
        if keys.have_no_hash() {
            return Ok(Base::default());
        }
        let mut set = KeySet::default();
        let mut count = 0;
        let mut after = Uuid::nil();
        loop {
            let rows = app.read(move |tx| leads(tx, workspace, after)).await?;
            let Some(last) = rows.last().map(|it| it.0) else {
                break;
            };
            after = last;
            for hash in rows.into_iter().flat_map(|it| [it.1, it.2]).flatten() {
                count += usize::from(set.insert(hash));
            }
            if count > MOST {
                return Ok(Base::default());
            }
        }
        if keys.are_kept_beside_leads() && !add_kept(app, workspace, &mut set).await? {
            return Ok(Base::default());
        }
        Ok(Base { hashes: Some(set) })
    }

    /// Whether somebody with one of these keys may be there.
    pub fn may_hold(&self, hashes: &Hashes) -> bool {
        match &self.hashes {
            Some(set) => hashes.forms.iter().any(|it| set.contains(*it)),
            None => !hashes.forms.is_empty(),
        }
    }
}

type Hashed = (Uuid, Option<i64>, Option<i64>);

fn leads(tx: &mut Tx, workspace: WorkspaceId, after: Uuid) -> Result<Vec<Hashed>> {
    Ok(tx.all(
        "select id, email_hash, phone_hash from leads where workspace_id = $1 and id > $2 order by id limit $3",
        &[&workspace, &after, &SLICE],
    )?)
}

/// False where there are too many.
async fn add_kept(app: &Arc<App>, workspace: WorkspaceId, set: &mut KeySet) -> Result<bool> {
    let mut after = (String::new(), i64::MIN, Uuid::nil());
    let mut count = 0;
    loop {
        let from = after.clone();
        let rows = app.read(move |tx| kept(tx, workspace, &from)).await?;
        let Some(last) = rows.last().cloned() else {
            return Ok(true);
        };
        after = last;
        for (_, hash, _) in rows {
            count += usize::from(set.insert(hash));
        }
        if count > MOST {
            return Ok(false);
        }
    }
}

fn kept(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: &(String, i64, Uuid),
) -> Result<Vec<(String, i64, Uuid)>> {
    Ok(tx.all(
        "select kind, hash, lead_id from lead_keys
         where workspace_id = $1 and (kind, hash, lead_id) > ($2, $3, $4) order by kind, hash, lead_id limit $5",
        &[&workspace, &after.0, &after.1, &after.2, &SLICE],
    )?)
}
