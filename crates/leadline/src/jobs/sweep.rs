//! Answers kept under an `Idempotency-Key` go after a day.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::Tx;

use crate::{
    base::{Result, WorkspaceId},
    jobs::{Context, Failure, Job},
};

const KEPT: Duration = Duration::from_hours(24);
/// Rows written in one unit of work.
const SLICE: u64 = 500;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SweepAnswers {}

impl Job for SweepAnswers {
    const KIND: &'static str = "base.sweep_answers";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let db = &context.app.db;
        let workspaces = db.read(workspaces).await?;
        for workspace in workspaces {
            while db.write(move |tx| sweep(tx, workspace)).await? == SLICE {}
        }
        Ok(())
    }
}

struct Row {
    id: WorkspaceId,
}
store::row!(Row { id });

/// Every workspace's number.
pub fn workspaces(tx: &mut Tx) -> Result<Vec<WorkspaceId>> {
    Ok(tx
        .all::<Row>("select id from workspaces order by id", &[])?
        .into_iter()
        .map(|it| it.id)
        .collect())
}

fn sweep(tx: &mut Tx, workspace: WorkspaceId) -> Result<u64> {
    let before = tx.now().minus(KEPT);
    let gone = tx.exec(
        "delete from idempotent_answers where workspace_id = $1 and (caller_id, key) in
             (select caller_id, key from idempotent_answers where workspace_id = $1 and created_at < $2
              order by created_at limit 500)",
        &[&workspace, &before],
    )?;
    Ok(gone)
}
