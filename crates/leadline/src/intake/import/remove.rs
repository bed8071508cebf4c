//! What goes when an import goes: at once when somebody deletes it, and the file alone when it is kept long enough.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use store::{Timestamp, Tx};
use uuid::Uuid;

use super::keep;
use crate::{
    base::{App, Result, WorkspaceId, config::Config},
    jobs::{Context, Failure, Job},
};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Removes an import and all that is kept with it. What went into leads stays.
pub fn remove(tx: &mut Tx, config: &Config, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    keep::forget(tx, config, workspace, id)?;
    for statement in [
        "delete from lead_import_slices where workspace_id = $1 and import_id = $2",
        "delete from lead_import_problems where workspace_id = $1 and import_id = $2",
        "delete from lead_import_corrections where workspace_id = $1 and import_id = $2",
        "delete from lead_imports where workspace_id = $1 and id = $2",
    ] {
        tx.exec(statement, &[&workspace, &id])?;
    }
    Ok(())
}

/// Removes the files of imports that can no longer be undone, and imports whose file never came in whole.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SweepImports {}

impl SweepImports {
    pub const EVERY: Duration = HOUR;
}

impl Job for SweepImports {
    const KIND: &'static str = "imports.sweep";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let app = Arc::clone(&context.app);
        let now = app.db.clock().now();
        while sweep_one(&app, now).await? {}
        forget_scraps(&app, now).await?;
        Ok(())
    }
}

/// Whether there was one.
async fn sweep_one(app: &Arc<App>, now: Timestamp) -> Result<bool> {
    let with = Arc::clone(app);
    app.db
        .write(move |tx| {
            let Some((workspace, id)) = outdated(tx, now)? else {
                return Ok(false);
            };
            let abandoned = tx.exec(
                "delete from lead_imports where workspace_id = $1 and id = $2 and state = 'uploading'",
                &[&workspace, &id],
            )?;
            if abandoned == 0 {
                tx.exec(
                    "update lead_imports set file_removed_at = $3 where workspace_id = $1 and id = $2",
                    &[&workspace, &id, &now],
                )?;
            }
            keep::forget(tx, &with.config, workspace, id)?;
            Ok(true)
        })
        .await
}

fn outdated(tx: &mut Tx, now: Timestamp) -> Result<Option<(WorkspaceId, Uuid)>> {
    // every workspace: files that were kept long enough go from all of them
    let found: Option<(i64, Uuid)> = tx.opt(
        "select workspace_id, id from lead_imports
         where file_removed_at is null
             and (kept_until <= $1 and state not in ('running', 'checking') or state = 'uploading' and created_at <= $2)
         limit 1",
        &[&now, &now.minus(DAY)],
    )?;
    Ok(found.map(|(workspace, id)| (WorkspaceId(workspace), id)))
}

/// Files that a crash left behind half-written.
async fn forget_scraps(app: &Arc<App>, now: Timestamp) -> Result<()> {
    let Some(folder) = keep::folder(&app.config).filter(|it| it.exists()) else {
        return Ok(());
    };
    keep::blocking(move || {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let written = entry.metadata()?.modified()?;
            let scrap = entry.file_name().to_string_lossy().starts_with(".tmp");
            let ms = written
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |it| it.as_millis());
            let day_ago = u128::try_from(now.minus(DAY).0).unwrap_or(0);
            if scrap && ms < day_ago {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    })
    .await
}
