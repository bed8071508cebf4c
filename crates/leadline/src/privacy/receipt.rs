//! What proves that somebody was erased: when, by whom, how much, and nothing of the person.
//!
//! Receipts are numbered in their workspace, and each one's hash covers the receipt and the hash before it. The hash stands
//! in the audit log too, whose chain covers it: a receipt that was changed or taken out shows.

use serde_json::{Value as Json, json};
use store::{Engine, Sql, Tx};

use super::erasure::Erasure;
use crate::{
    base::{Error, Result, WorkspaceId},
    leads::write::By,
    workspaces::audit::{self, Who},
};

/// A receipt as it is kept.
pub struct Kept {
    pub number: i64,
    pub receipt: store::Json<Json>,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}
store::row!(Kept {
    number,
    receipt,
    previous_hash,
    hash
});

/// Writes the receipt of an erasure that is done, and says so in the audit log.
pub fn write(tx: &mut Tx, by: &By, erasure: &Erasure) -> Result<()> {
    let workspace = by.workspace;
    hold(tx, workspace)?;
    let last: Option<(i64, Vec<u8>)> = tx.opt(
        "select receipt_no, hash from erasures where workspace_id = $1 and receipt_no is not null
         order by receipt_no desc limit 1",
        &[&workspace],
    )?;
    let (number, previous) = last.unwrap_or((0, vec![0; 32]));
    let receipt = content(tx, workspace, erasure, number + 1)?;
    let hash = audit::seal(&previous, &receipt);
    tx.exec(
        "update erasures set receipt_no = $3, receipt = $4, previous_hash = $5, hash = $6
         where workspace_id = $1 and id = $2",
        &[
            &workspace,
            &erasure.id,
            &(number + 1),
            &store::Json(&receipt),
            &previous,
            &hash.to_vec(),
        ],
    )?;
    let data = json!({
        "receipt": number + 1, "receiptHash": hex::encode(hash), "mode": erasure.mode,
        "suppressed": erasure.suppress, "counts": receipt["counts"], "ruleId": erasure.rule_id,
    });
    let who = Who {
        workspace,
        actor: by.actor,
        via: by.via,
    };
    audit::record(
        tx,
        who,
        "person.erased",
        &format!("erasure:{}", erasure.id),
        data,
    )
}

fn content(tx: &mut Tx, workspace: WorkspaceId, erasure: &Erasure, number: i64) -> Result<Json> {
    let subject = erasure.subject.as_ref().map(|it| &it.0);
    let hashes: Vec<(String, i64)> = tx.all(
        "select kind, hash from lead_suppressions where workspace_id = $1 and erasure_id = $2 order by kind, hash",
        &[&workspace, &erasure.id],
    )?;
    let hashes: Vec<Json> = hashes
        .into_iter()
        .map(|(kind, hash)| json!({ "kind": kind, "hash": written(hash) }))
        .collect();
    let counts: Vec<Json> = erasure
        .tally
        .0
        .lines()
        .iter()
        .map(|it| json!({ "what": it.what, "deleted": it.deleted, "changed": it.changed, "kept": it.kept }))
        .collect();
    Ok(json!({
        "number": number,
        "erasureId": erasure.id,
        "mode": erasure.mode,
        "askedAt": erasure.created_at,
        "doneAt": tx.now(),
        "actorKind": erasure.actor_kind,
        "actorId": erasure.actor_id,
        "ruleId": erasure.rule_id,
        "leadIds": subject.map(|it| it.ids().collect::<Vec<_>>()),
        "counts": counts,
        "suppressions": hashes,
    }))
}

/// A hash as the outside sees it.
pub fn written(hash: i64) -> String {
    format!("{:016x}", hash.cast_unsigned())
}

/// The same, read back.
pub fn read(text: &str) -> Option<i64> {
    let lower = text
        .bytes()
        .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    (text.len() == 16 && lower)
        .then(|| u64::from_str_radix(text, 16).ok())
        .flatten()
        .map(u64::cast_signed)
}

/// Two erasures that end at the same moment take turns, so that the numbers have no gap.
fn hold(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_HOLD, &[&(LOCK_SPACE | workspace.0)])?;
    }
    Ok(())
}

const POSTGRES_HOLD: &str = "select pg_advisory_xact_lock($1)";

/// "rcpt" in the upper half of the lock's number, the workspace in the lower.
const LOCK_SPACE: i64 = 0x7263_7074_0000_0000;

pub fn of(tx: &mut Tx, workspace: WorkspaceId, erasure: &Erasure) -> Result<Kept> {
    let mut sql = Sql::new(
        "select receipt_no as number, receipt, previous_hash, hash from erasures
         where receipt_no is not null and workspace_id = ",
    );
    sql.bind(workspace).push(" and id = ").bind(erasure.id);
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("receipt"))
}

impl Kept {
    /// Whether it is what was written, and follows the receipt before it.
    pub fn is_genuine(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<bool> {
        let before: Option<(Vec<u8>,)> = tx.opt(
            "select hash from erasures where workspace_id = $1 and receipt_no = $2",
            &[&workspace, &(self.number - 1)],
        )?;
        let before = before.map_or_else(|| vec![0; 32], |it| it.0);
        let sealed = audit::seal(&self.previous_hash, &self.receipt.0);
        Ok(before == self.previous_hash && sealed.as_slice() == self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_written_and_read_back() {
        for hash in [0, 1, -1, i64::MIN, i64::MAX] {
            assert_eq!(read(&written(hash)), Some(hash));
        }
        for text in [
            "",
            "1",
            "000000000000000G",
            "00000000000000FF",
            "+000000000000001",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
