//! Tells the rest of the program what happened to a lead, and who may hear of it.

use serde_json::{Map, Value as Json};
use store::Tx;
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    events::{self, Event},
    leads::{Lead, write::By},
};

pub fn created(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let event = Event::LeadCreated {
        lead: lead.id.uuid(),
        version: lead.version,
        stage: lead.stage_id,
        source: lead.source.clone(),
    };
    // Nobody lost it: it had no owner, and so nobody who sees only his own saw it before.
    events::record(tx, by.workspace, lead.assigned_to, lead.assigned_to, &event)
}

pub fn updated(tx: &mut Tx, by: &By, lead: &Lead, fields: Map<String, Json>) -> Result<()> {
    let fields = fields.into_iter().map(|(name, _)| name).collect();
    let event = Event::LeadUpdated {
        lead: lead.id.uuid(),
        version: lead.version,
        fields,
        change_set: by.change_set,
    };
    tell(tx, by, lead, &event)
}

/// It went to another stage, or to another place in its own.
pub fn moved(tx: &mut Tx, by: &By, from_stage: Uuid, lead: &Lead) -> Result<()> {
    let event = Event::LeadMoved {
        lead: lead.id.uuid(),
        version: lead.version,
        pipeline: lead.pipeline_id,
        from_stage,
        to_stage: lead.stage_id,
        change_set: by.change_set,
    };
    tell(tx, by, lead, &event)
}

pub fn assigned(tx: &mut Tx, by: &By, from: Option<Uuid>, lead: &Lead) -> Result<()> {
    let event = Event::LeadAssigned {
        lead: lead.id.uuid(),
        version: lead.version,
        from,
        to: lead.assigned_to,
        change_set: by.change_set,
    };
    events::record(tx, by.workspace, lead.assigned_to, from, &event)
}

pub fn tagged(
    tx: &mut Tx,
    by: &By,
    lead: &Lead,
    added: &[String],
    removed: &[String],
) -> Result<()> {
    let event = Event::LeadTagged {
        lead: lead.id.uuid(),
        version: lead.version,
        added: added.to_vec(),
        removed: removed.to_vec(),
        change_set: by.change_set,
    };
    tell(tx, by, lead, &event)
}

pub fn deleted(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let event = Event::LeadDeleted {
        lead: lead.id.uuid(),
        version: lead.version,
        stage: lead.stage_id,
        change_set: by.change_set,
    };
    tell(tx, by, lead, &event)
}

pub fn restored(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let event = Event::LeadRestored {
        lead: lead.id.uuid(),
        version: lead.version,
        stage: lead.stage_id,
        change_set: by.change_set,
    };
    tell(tx, by, lead, &event)
}

/// Somebody who is known came in again.
pub fn submitted(tx: &mut Tx, by: &By, lead: &Lead, source: &str, outcome: &str) -> Result<()> {
    let event = Event::LeadSubmitted {
        lead: lead.id.uuid(),
        version: lead.version,
        source: source.to_owned(),
        outcome: outcome.to_owned(),
    };
    tell(tx, by, lead, &event)
}

/// Whoever had the other lead hears of it too.
pub fn merged(tx: &mut Tx, by: &By, survivor: &Lead, other: &Lead) -> Result<()> {
    let event = Event::LeadMerged {
        lead: survivor.id.uuid(),
        version: survivor.version,
        merged: other.id.uuid(),
        change_set: by.change_set,
    };
    events::record(
        tx,
        by.workspace,
        survivor.assigned_to,
        other.assigned_to,
        &event,
    )
}

pub fn purged(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    tell(
        tx,
        by,
        lead,
        &Event::LeadPurged {
            lead: lead.id.uuid(),
        },
    )
}

/// The person was erased. Whoever saw the lead hears that it is gone, and nothing else.
pub fn erased(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    tell(
        tx,
        by,
        lead,
        &Event::LeadErased {
            lead: lead.id.uuid(),
        },
    )
}

pub fn note_added(tx: &mut Tx, by: &By, lead: &Lead, note: Uuid, mentions: &[Uuid]) -> Result<()> {
    tell(
        tx,
        by,
        lead,
        &Event::NoteAdded {
            lead: lead.id.uuid(),
            note,
            mentions: mentions.to_vec(),
        },
    )
}

pub fn note_edited(tx: &mut Tx, by: &By, lead: &Lead, note: Uuid, mentions: &[Uuid]) -> Result<()> {
    tell(
        tx,
        by,
        lead,
        &Event::NoteEdited {
            lead: lead.id.uuid(),
            note,
            mentions: mentions.to_vec(),
        },
    )
}

pub fn note_deleted(tx: &mut Tx, by: &By, lead: &Lead, note: Uuid) -> Result<()> {
    tell(
        tx,
        by,
        lead,
        &Event::NoteDeleted {
            lead: lead.id.uuid(),
            note,
        },
    )
}

pub fn pipeline_changed(tx: &mut Tx, workspace: WorkspaceId, pipeline: Uuid) -> Result<()> {
    events::record(
        tx,
        workspace,
        None,
        None,
        &Event::PipelineChanged { pipeline },
    )
}

pub fn pipeline_deleted(tx: &mut Tx, workspace: WorkspaceId, pipeline: Uuid) -> Result<()> {
    events::record(
        tx,
        workspace,
        None,
        None,
        &Event::PipelineDeleted { pipeline },
    )
}

pub fn fields_changed(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    events::record(tx, workspace, None, None, &Event::FieldsChanged {})
}

/// About a lead that stayed with its owner.
fn tell(tx: &mut Tx, by: &By, lead: &Lead, event: &Event) -> Result<()> {
    events::record(tx, by.workspace, lead.assigned_to, lead.assigned_to, event)
}
