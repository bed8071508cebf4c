//! The audit log: append-only, and each row's hash covers the row and the hash before it, so that a row that was
//! changed or taken out shows.
//!
//! Rooms call [`record`] inside the unit of work that does the thing. The rows are written by [`flush`] at the end of
//! the commit: the one lock that keeps the numbers without a gap is then taken last and held shortest.

use serde_json::Value as Json;
use store::{Engine, Notes, Timestamp, Tx, Value};

use super::audit_chain::{ORIGIN, Row, covering, digest, fault, plain};
use crate::base::{Actor, Caller, Result, Via, WorkspaceId};

/// Rows looked at in one unit of work.
const SLICE: i64 = 2_000;

/// Who did something, and through what.
#[derive(Debug, Clone, Copy)]
pub struct Who {
    pub workspace: WorkspaceId,
    pub actor: Actor,
    pub via: Via,
}

/// How far along its chain a log has been walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// Rows found whole so far; the number of the last of them.
    pub rows: i64,
    pub hash: [u8; 32],
    pub state: WalkState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WalkState {
    OnTheWay,
    Whole,
    /// The row after the last good one does not fit.
    Broken(&'static str),
}

/// A note left for the end of the commit.
struct Entry {
    who: Who,
    at: Timestamp,
    action: String,
    target: String,
    data: Json,
}

impl From<&Caller> for Who {
    fn from(caller: &Caller) -> Who {
        Who {
            workspace: caller.workspace,
            actor: caller.actor,
            via: caller.via,
        }
    }
}

/// Says that something was done. `action` is dotted (`role.changed`), `target` names the record (`role:0198…`), `data`
/// holds what it was before and after; ids rather than names, for what is written here is never erased.
pub fn record(
    tx: &mut Tx,
    who: impl Into<Who>,
    action: &str,
    target: &str,
    data: Json,
) -> Result<()> {
    let (who, at) = (who.into(), tx.now());
    tx.note(Entry {
        who,
        at,
        action: action.to_owned(),
        target: target.to_owned(),
        data: plain(data),
    });
    Ok(())
}

/// The hash that covers a record and the hash before it, for chains of other rooms that are made like this one.
pub fn seal(previous: &[u8], record: &Json) -> [u8; 32] {
    covering(previous, record)
}

/// The hook that writes what was recorded; see `server.rs`.
pub fn flush(tx: &mut Tx, notes: &mut Notes) -> store::Result<()> {
    let mut entries = notes.take::<Entry>();
    // In one order everywhere, so that two commits never wait for each other.
    entries.sort_by_key(|it| it.who.workspace);
    for entries in entries.chunk_by(|a, b| a.who.workspace == b.who.workspace) {
        append(tx, entries[0].who.workspace, entries)?;
    }
    Ok(())
}

fn append(tx: &mut Tx, workspace: WorkspaceId, entries: &[Entry]) -> store::Result<()> {
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_LOCK, &[&(LOCK_SPACE | workspace.0)])?;
    }
    let last = tx.opt::<(i64, [u8; 32])>(
        "select seq, hash from audit_log where workspace_id = $1 order by seq desc limit 1",
        &[&workspace],
    )?;
    let (mut seq, mut previous) = last.unwrap_or((0, ORIGIN));
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        seq += 1;
        let mut row = entry.row(seq, previous);
        previous = digest(workspace, &row);
        row.hash = previous.to_vec();
        rows.push(values(workspace, row));
    }
    tx.insert_many("audit_log", &COLUMNS, &rows)?;
    Ok(())
}

/// Keeps the numbers gapless where several writers run; freed by the end of the transaction.
const POSTGRES_LOCK: &str = "select pg_advisory_xact_lock($1)";

/// "audit" in the upper half of the lock's number, the workspace in the lower.
const LOCK_SPACE: i64 = 0x6175_6469_0000_0000;

const COLUMNS: [&str; 11] = [
    "workspace_id",
    "seq",
    "at",
    "actor_kind",
    "actor_id",
    "via",
    "action",
    "target",
    "data",
    "previous_hash",
    "hash",
];

impl Entry {
    fn row(&self, seq: i64, previous: [u8; 32]) -> Row {
        Row {
            seq,
            at: self.at,
            actor_kind: self.who.actor.kind().to_owned(),
            actor_id: self.who.actor.id(),
            via: self.who.via.key().to_owned(),
            action: self.action.clone(),
            target: self.target.clone(),
            data: self.data.clone(),
            previous_hash: previous.to_vec(),
            hash: Vec::new(),
        }
    }
}

fn values(workspace: WorkspaceId, row: Row) -> Vec<Value> {
    vec![
        Value::Int(workspace.0),
        Value::Int(row.seq),
        Value::Time(row.at),
        Value::Text(row.actor_kind),
        row.actor_id.map_or(Value::Null, Value::Uuid),
        Value::Text(row.via),
        Value::Text(row.action),
        Value::Text(row.target),
        Value::Json(row.data),
        Value::Bytes(row.previous_hash),
        Value::Bytes(row.hash),
    ]
}

impl Walk {
    pub fn start() -> Walk {
        Walk {
            rows: 0,
            hash: ORIGIN,
            state: WalkState::OnTheWay,
        }
    }

    /// The number of the first row that does not fit.
    pub fn broken_at(&self) -> Option<i64> {
        matches!(self.state, WalkState::Broken(_)).then_some(self.rows + 1)
    }

    /// Goes on for a slice of rows.
    pub fn step(mut self, tx: &mut Tx, workspace: WorkspaceId) -> Result<Walk> {
        let rows = tx.all::<Row>(
            "select seq, at, actor_kind, actor_id, via, action, target, data, previous_hash, hash from audit_log
             where workspace_id = $1 and seq > $2 order by seq limit $3",
            &[&workspace, &self.rows, &SLICE],
        )?;
        if rows.is_empty() {
            self.state = WalkState::Whole;
        }
        for row in rows {
            if let Some(fault) = fault(workspace, &row, self.rows + 1, self.hash) {
                self.state = WalkState::Broken(fault);
                break;
            }
            self.rows = row.seq;
            self.hash.copy_from_slice(&row.hash);
        }
        Ok(self)
    }

    /// The whole log of a workspace in one unit of work.
    pub fn whole(tx: &mut Tx, workspace: WorkspaceId) -> Result<Walk> {
        let mut walk = Walk::start();
        while walk.state == WalkState::OnTheWay {
            walk = walk.step(tx, workspace)?;
        }
        Ok(walk)
    }
}

/// The first place of any workspace's log that does not fit, in words.
pub fn first_broken(tx: &mut Tx) -> Result<Option<String>> {
    for (workspace, slug) in
        tx.all::<(WorkspaceId, String)>("select id, slug from workspaces order by id", &[])?
    {
        let walk = Walk::whole(tx, workspace)?;
        if let WalkState::Broken(fault) = walk.state {
            let at = walk.rows + 1;
            return Ok(Some(format!("row {at} of workspace {slug}: {fault}")));
        }
    }
    Ok(None)
}
