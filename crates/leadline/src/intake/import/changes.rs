//! An import's change set: what joins everything that a run did, so that it can be looked up and taken back.

use serde::Serialize;
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{count::Report, record::Import};
use crate::{
    base::{Caller, Error, Result, WorkspaceId},
    leads::{
        changes::action::{self, Begun},
        filter::Filter,
        write::By,
    },
};

/// What the change sets of imports are called.
pub const ACTION: &str = "import";

/// Opens one; the import remembers it.
pub fn open(tx: &mut Tx, caller: &Caller, import: &Import) -> Result<Uuid> {
    let by = By::action(tx, caller);
    let id = by.change_set.unwrap_or_default();
    let request = json!({ "importId": import.id, "name": import.name });
    let begun = Begun {
        action: ACTION,
        request: &request,
        total: import.checked.as_ref().map_or(0, |it| it.0.rows),
        last: None,
        undoes: None,
    };
    action::begin(tx, &by, &begun)?;
    tx.exec(
        "update lead_imports set change_set_id = $3 where workspace_id = $1 and id = $2",
        &[&caller.workspace, &import.id, &id],
    )?;
    Ok(id)
}

/// Filters by what the run did. The counts are of rows: several rows may be about one lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportLeads)]
pub struct ImportedLeads {
    /// Made by the run, those for review and those linked to another included.
    created: Filter,
    /// There before, and changed; or made and changed by a later row.
    updated: Filter,
    /// There before, and left alone as was decided.
    skipped: Filter,
}

impl ImportedLeads {
    pub fn of(set: Uuid) -> Result<ImportedLeads> {
        Ok(ImportedLeads {
            created: leads("createdIn", set)?,
            updated: leads("changedIn", set)?,
            skipped: leads("skippedIn", set)?,
        })
    }
}

/// The leads of a change set, as a filter.
fn leads(field: &str, set: Uuid) -> Result<Filter> {
    let filter = json!({ "where": { "field": field, "op": "is", "value": set } });
    serde_json::from_value(filter).map_err(|err| Error::Internal(err.to_string()))
}

/// Says what came of it.
pub fn close(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: &Import,
    report: &Report,
    now: Timestamp,
) -> Result<()> {
    let changed = report.created + report.updated + report.repeated + report.review;
    tx.exec(
        "update lead_change_sets set state = 'done', total = $3, done = $3, changed = $4, finished_at = $5
         where workspace_id = $1 and id = $2",
        &[&workspace, &import.change_set_id, &report.rows, &changed, &now],
    )?;
    Ok(())
}
