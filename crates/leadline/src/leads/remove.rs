//! Takes a lead out of the base for good, with everything that hangs on it.

use serde_json::json;
use store::Tx;

use super::{
    Lead,
    activities::{self, Activity, Kind},
    counts,
    merge::children,
    tags::{self, Tags},
    write::By,
};
use crate::base::Result;

/// Removes a lead that stands or is in the trash, and everything of it but a mark that says so. Whoever calls tells of it.
pub fn for_good(tx: &mut Tx, by: &By, lead: &Lead, mark: Kind) -> Result<()> {
    let (workspace, id) = (by.workspace, lead.id.uuid());
    if lead.deleted_at.is_none() {
        counts::leaves(tx, workspace, lead.counted());
        let listed = Tags::from_json(&lead.tags).folded();
        tags::unlist(tx, workspace, listed.into_iter().map(|it| (id, it)))?;
    }
    children::purge(tx, workspace, id)?;
    tx.exec(
        "delete from leads where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    activities::record_many(tx, by, vec![Activity::new(id, mark, &json!({}))])?;
    Ok(())
}
