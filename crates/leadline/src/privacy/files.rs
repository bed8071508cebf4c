//! Files that were imported and are still kept. Who stands in one cannot be taken out of it: the file goes as a whole,
//! and its import keeps its report.

use std::sync::Arc;

use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    erasure::{self, Erasure, State},
    steps::{self, Went},
    traces::Traces,
};
use crate::{
    base::{App, Error, Result, WorkspaceId},
    intake::import::leftovers,
};

/// Looks at the next file; it is read outside of units of work, however large it is.
pub async fn step(app: &Arc<App>, workspace: WorkspaceId, at: Erasure) -> Result<()> {
    let after = at.place.as_ref().and_then(|it| id(&it.0));
    let import = app
        .read(move |tx| leftovers::next_with_file(tx, workspace, after))
        .await?;
    let mut went = Went::default();
    let Some(import) = import else {
        return write(app, workspace, at, went, None).await;
    };
    let subject = at.subject.clone().map(|it| it.0).unwrap_or_default();
    let traces = Traces::of(&subject);
    let is_meant = move |cells: &[&str]| traces.are_in_row(cells.iter().copied());
    let rows = leftovers::rows_of_file(app, workspace, import.id, 1, is_meant).await?;
    let meant = !rows.is_empty();
    if meant && import.busy && at.state == State::Erasing {
        // The job comes again, and the import will have ended.
        return Err(Error::conflict(
            "import_running",
            "An import is reading a file in which the person stands.",
        ));
    }
    went.tally.deleted("importFiles", i64::from(meant));
    went.next = Some(Json::from(import.id.to_string()));
    write(app, workspace, at, went, meant.then_some(import.id)).await
}

fn id(place: &Json) -> Option<Uuid> {
    place.as_str()?.parse().ok()
}

async fn write(
    app: &Arc<App>,
    workspace: WorkspaceId,
    at: Erasure,
    went: Went,
    file: Option<Uuid>,
) -> Result<()> {
    let with = Arc::clone(app);
    app.db
        .write(move |tx| {
            let mut erasure = erasure::lock(tx, workspace, at.id)?;
            if let Some(import) = file
                && erasure.is_at(&at)
                && erasure.state == State::Erasing
            {
                leftovers::forget(tx, &with.config, workspace, import)?;
            }
            steps::advance(tx, workspace, &mut erasure, &at, went)
        })
        .await
}
