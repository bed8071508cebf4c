//! After every event of a lead: is it in the views that are watched?

use store::{Sql, Tx};
use uuid::Uuid;

use super::{
    Went,
    watched::{Memory, Watched},
    went,
};
use crate::{
    base::{Result, WorkspaceId},
    events::{Event, Listener, Recorded},
    leads::{Lead, lead},
};

#[derive(Debug, Default)]
pub struct Watcher(Memory);

impl Listener for Watcher {
    fn on(&self, tx: &mut Tx, recorded: &Recorded) -> Result<()> {
        let changed = changed_leads(&recorded.event);
        if changed.is_empty() {
            return Ok(());
        }
        let all = self.0.of(tx, recorded.workspace)?;
        if all.is_empty() {
            return Ok(());
        }
        for id in changed {
            look(tx, recorded.workspace, &all, id)?;
        }
        Ok(())
    }
}

/// Which of the watched views a lead has come into or gone out of.
fn look(tx: &mut Tx, workspace: WorkspaceId, all: &[Watched], id: Uuid) -> Result<()> {
    let lead = find(tx, workspace, id)?;
    let noted: Vec<(Uuid, Uuid)> = tx.all(
        "select view_id, user_id from lead_view_members where workspace_id = $1 and lead_id = $2",
        &[&workspace, &id],
    )?;
    let owner = lead.as_ref().and_then(|it| it.assigned_to);
    for watched in all {
        let is_in = lead.as_ref().is_some_and(|it| watched.holds(it));
        let was_in = noted.contains(&(watched.view, watched.user));
        match (was_in, is_in) {
            (false, true) => went(tx, watched, id, owner, Went::In)?,
            (true, false) => went(tx, watched, id, owner, Went::Out)?,
            _ => {}
        }
    }
    Ok(())
}

/// The leads that the event says are different now.
fn changed_leads(event: &Event) -> Vec<Uuid> {
    match event {
        Event::ViewLeadEntered { .. }
        | Event::ViewLeadLeft { .. }
        | Event::NoteAdded { .. }
        | Event::NoteEdited { .. }
        | Event::NoteDeleted { .. } => Vec::new(),
        Event::LeadMerged { lead, merged, .. } => vec![*lead, *merged],
        other => other.lead().into_iter().collect(),
    }
}

/// Whether it is live or in the trash.
fn find(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<Lead>> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(workspace)
        .push(" and leads.id = ")
        .bind(id);
    Ok(tx.fetch_opt(&sql)?)
}
