//! A lead as it was: the present one, with every later change taken back, newest first.

use std::collections::HashSet;

use store::{Timestamp, Tx};
use uuid::Uuid;

use super::{
    log::{self, Entry, NoteChange, Step},
    values,
};
use crate::{
    base::{Error, Result, WorkspaceId},
    leads::{Lead, notes::Note, tags::Tags},
};

/// Rows read at a time.
const PAGE: i64 = 500;

/// A lead on its way back.
#[derive(Debug)]
pub struct Past {
    pub lead: Lead,
    presence: Presence,
    /// What was done to notes since, newest first.
    notes: Vec<(Uuid, NoteChange)>,
    /// Writes taken back: each made the version one higher.
    versions: HashSet<(Timestamp, Option<Uuid>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    There,
    /// It had not been made.
    NotYet,
    /// It was a part of another lead.
    PartOf(Uuid),
}

/// The lead as it was at `at`: everything that was written up to and including that millisecond.
pub fn at(tx: &mut Tx, workspace: WorkspaceId, lead: Lead, at: Timestamp) -> Result<Past> {
    let id = lead.id.uuid();
    let mut past = Past::new(lead);
    let mut before = None;
    loop {
        let page = log::of_lead(tx, workspace, id, before, at, PAGE)?;
        for entry in &page {
            past.take_back(entry);
        }
        match page.last() {
            Some(last) if page.len() == usize::try_from(PAGE).unwrap_or(0) => {
                before = Some(last.id);
            }
            _ => break,
        }
    }
    past.lead.last_submission_at = match past.lead.last_submission_at {
        Some(seen) if seen > at => last_submission(tx, workspace, id, at)?,
        seen => seen,
    };
    past.lead.updated_at = last_write(tx, workspace, id, at)?.unwrap_or(past.lead.created_at);
    match past.presence {
        Presence::There => Ok(past),
        Presence::NotYet => Err(Error::NotFound("lead at that time")),
        Presence::PartOf(other) => Err(Error::Moved {
            from: id,
            to: other,
        }),
    }
}

/// When the lead was last written to before then.
fn last_write(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lead: Uuid,
    at: Timestamp,
) -> Result<Option<Timestamp>> {
    let found: Option<(Timestamp,)> = tx.opt(
        "select at from lead_activities
         where workspace_id = $1 and lead_id = $2 and origin is null and at <= $3
           and kind in ('created', 'updated', 'tagged', 'assigned', 'stage_changed', 'deleted', 'restored', 'unmerged')
         order by id desc limit 1",
        &[&workspace, &lead, &at],
    )?;
    Ok(found.map(|it| it.0))
}

/// When its person last came in before then.
fn last_submission(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lead: Uuid,
    at: Timestamp,
) -> Result<Option<Timestamp>> {
    let found: Option<(Timestamp,)> = tx.opt(
        "select at from lead_activities
         where workspace_id = $1 and lead_id = $2 and origin is null and at <= $3 and kind = 'submitted'
         order by id desc limit 1",
        &[&workspace, &lead, &at],
    )?;
    Ok(found.map(|it| it.0))
}

impl Past {
    fn new(lead: Lead) -> Past {
        Past {
            lead,
            presence: Presence::There,
            notes: Vec::new(),
            versions: HashSet::new(),
        }
    }

    fn take_back(&mut self, entry: &Entry) {
        for step in entry.steps().into_iter().rev() {
            if is_version(&step) && self.versions.insert((entry.at, entry.change_set)) {
                self.lead.version -= 1;
            }
            self.step(step);
        }
    }

    fn step(&mut self, step: Step) {
        let lead = &mut self.lead;
        match step {
            Step::Created => self.presence = Presence::NotYet,
            Step::Field { name, before, .. } => {
                values::set(lead, &name, &before);
            }
            Step::Tags { added, before, .. } => lead.tags = tags_before(lead, &added, before),
            Step::Owner { from, .. } => lead.assigned_to = from,
            Step::Stage { from, .. } => {
                lead.pipeline_id = from.pipeline;
                lead.stage_id = from.stage;
                lead.position = from.position.unwrap_or(lead.position);
                lead.stage_changed_at = from.since.unwrap_or(lead.stage_changed_at);
            }
            Step::Place { from, .. } | Step::Respaced { from } => lead.position = from,
            Step::Deleted => lead.deleted_at = None,
            Step::Restored { since } => lead.deleted_at = Some(since),
            Step::CameBack { from } => self.presence = Presence::PartOf(from),
            Step::MergedInto { .. } => self.presence = Presence::There,
            Step::Note { note, change } => self.notes.push((note, change)),
            Step::Merged { .. } | Step::Split { .. } | Step::Purged => {}
        }
    }

    /// The notes as they were. What was deleted since is not there: its words are gone.
    pub fn notes(&self, present: Vec<Note>) -> Vec<Note> {
        let mut notes = present;
        for (id, change) in &self.notes {
            if *change == NoteChange::Added {
                notes.retain(|it| it.id != *id);
                continue;
            }
            let Some(note) = notes.iter_mut().find(|it| it.id == *id) else {
                continue;
            };
            match change {
                NoteChange::Edited { before, .. } => {
                    if let Some(value) = before["value"].as_str() {
                        value.clone_into(&mut note.value);
                    }
                    note.mentions =
                        serde_json::from_value(before["mentions"].clone()).unwrap_or_default();
                }
                NoteChange::Pinned => note.pinned = false,
                NoteChange::Unpinned => note.pinned = true,
                NoteChange::Added | NoteChange::Deleted => {}
            }
        }
        notes
    }
}

/// Whether a change of this kind makes a new version.
fn is_version(step: &Step) -> bool {
    matches!(
        step,
        Step::Field { .. }
            | Step::Tags { .. }
            | Step::Owner { .. }
            | Step::Stage { .. }
            | Step::Deleted
            | Step::Restored { .. }
            | Step::CameBack { .. }
    )
}

fn tags_before(lead: &Lead, added: &[String], before: Option<Vec<String>>) -> String {
    if let Some(before) = before {
        return Tags::known(before).to_json();
    }
    let mut tags = Tags::from_json(&lead.tags);
    for tag in added {
        tags.remove(tag);
    }
    tags.to_json()
}
