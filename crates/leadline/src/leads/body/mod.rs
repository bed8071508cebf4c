//! What requests say about leads, checked and made uniform.

mod change;
mod checks;
mod house;
mod new;

use store::Tx;
use uuid::Uuid;

use crate::{
    base::{Error, Result, WorkspaceId},
    leads::{Lead, write::Place},
    workspaces,
};

pub use change::LeadChange;
pub use checks::{line, stand_in};
pub(crate) use house::House;
pub use new::{Entered, NewLeadBody};

/// Puts a lead into a stage.
pub fn put(lead: &mut Lead, place: Place, position: i64) {
    lead.pipeline_id = place.pipeline;
    lead.stage_id = place.stage;
    lead.position = position;
}

/// Refuses to give a lead to anybody who is not at work in the workspace.
pub fn check_member(tx: &mut Tx, workspace: WorkspaceId, owner: Option<Uuid>) -> Result<()> {
    match owner {
        Some(owner) if !workspaces::is_member(tx, workspace, owner)? => Err(Error::invalid(
            "assignedTo",
            "is not an active member of this workspace",
        )),
        _ => Ok(()),
    }
}
