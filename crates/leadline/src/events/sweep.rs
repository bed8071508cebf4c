//! Old events go: the log is for catching up, the timeline of a lead is for keeping.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::{Timestamp, Tx};

use crate::{
    base::{Result, WorkspaceId},
    jobs::{self, Context, Failure, Job},
};

/// Rows written in one unit of work.
const SLICE: u64 = 500;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct SweepEvents {}

impl Job for SweepEvents {
    const KIND: &'static str = "events.sweep";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let db = &context.app.db;
        let before = db
            .clock()
            .now()
            .minus(kept(context.app.config.events.keep_days));
        for workspace in db.read(jobs::workspaces).await? {
            while db.write(move |tx| sweep(tx, workspace, before)).await? == SLICE {}
        }
        Ok(())
    }
}

/// How long events are kept.
pub(super) fn kept(days: u64) -> Duration {
    Duration::from_secs(days.saturating_mul(24 * 60 * 60))
}

/// Looks at the oldest only: where none of them is too old, nothing behind them is.
fn sweep(tx: &mut Tx, workspace: WorkspaceId, before: Timestamp) -> Result<u64> {
    let gone = tx.exec(
        "delete from events where workspace_id = $1 and (epoch, seq) in (
             select epoch, seq from (
                 select epoch, seq, at from events where workspace_id = $1 order by epoch, seq limit 500
             ) as oldest where at < $2)",
        &[&workspace, &before],
    )?;
    Ok(gone)
}
