//! What can happen. Webhook filters, automation triggers, the stream and its documentation all come from this enum.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::Permission;

/// Something that happened, with what one must know to react: ids, versions and what moved where, no personal data.
/// The records themselves hold the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "data", rename_all_fields = "camelCase")]
pub enum Event {
    #[serde(rename = "lead.created")]
    LeadCreated {
        lead: Uuid,
        version: i64,
        stage: Uuid,
        source: String,
    },
    /// `fields` names what changed, as the API names it.
    #[serde(rename = "lead.updated")]
    LeadUpdated {
        lead: Uuid,
        version: i64,
        fields: Vec<String>,
        change_set: Option<Uuid>,
    },
    #[serde(rename = "lead.stage_changed")]
    LeadMoved {
        lead: Uuid,
        version: i64,
        pipeline: Uuid,
        from_stage: Uuid,
        to_stage: Uuid,
        change_set: Option<Uuid>,
    },
    #[serde(rename = "lead.assigned")]
    LeadAssigned {
        lead: Uuid,
        version: i64,
        from: Option<Uuid>,
        to: Option<Uuid>,
        change_set: Option<Uuid>,
    },
    #[serde(rename = "lead.deleted")]
    LeadDeleted {
        lead: Uuid,
        version: i64,
        stage: Uuid,
        change_set: Option<Uuid>,
    },
    #[serde(rename = "lead.restored")]
    LeadRestored {
        lead: Uuid,
        version: i64,
        stage: Uuid,
        change_set: Option<Uuid>,
    },
    /// `merged` is a part of `lead` from now on; its id leads there.
    #[serde(rename = "lead.merged")]
    LeadMerged {
        lead: Uuid,
        version: i64,
        merged: Uuid,
        change_set: Option<Uuid>,
    },
    #[serde(rename = "lead.purged")]
    LeadPurged { lead: Uuid },
    /// The person was erased: nothing of the lead is left but its id.
    #[serde(rename = "lead.erased")]
    LeadErased { lead: Uuid },
    #[serde(rename = "lead.tagged")]
    LeadTagged {
        lead: Uuid,
        version: i64,
        added: Vec<String>,
        removed: Vec<String>,
        change_set: Option<Uuid>,
    },
    /// Somebody who is known came in again; `outcome` says what became of it.
    #[serde(rename = "lead.submitted")]
    LeadSubmitted {
        lead: Uuid,
        version: i64,
        source: String,
        outcome: String,
    },
    #[serde(rename = "note.added")]
    NoteAdded {
        lead: Uuid,
        note: Uuid,
        mentions: Vec<Uuid>,
    },
    #[serde(rename = "note.edited")]
    NoteEdited {
        lead: Uuid,
        note: Uuid,
        mentions: Vec<Uuid>,
    },
    #[serde(rename = "note.deleted")]
    NoteDeleted { lead: Uuid, note: Uuid },
    /// A lead came into a view that `user` is subscribed to; only that person is shown it.
    #[serde(rename = "view.lead_entered")]
    ViewLeadEntered { lead: Uuid, view: Uuid, user: Uuid },
    #[serde(rename = "view.lead_left")]
    ViewLeadLeft { lead: Uuid, view: Uuid, user: Uuid },
    /// A pipeline or its stages were made or changed.
    #[serde(rename = "pipeline.changed")]
    PipelineChanged { pipeline: Uuid },
    #[serde(rename = "pipeline.deleted")]
    PipelineDeleted { pipeline: Uuid },
    /// The definitions of custom fields were changed.
    #[serde(rename = "fields.changed")]
    FieldsChanged {},
    /// An import or its check has come further, or has ended. Only for those who may import.
    #[serde(rename = "import.progress")]
    ImportProgress {
        import: Uuid,
        state: String,
        rows: i64,
        total: Option<i64>,
    },
}

use Event as E;

impl Event {
    /// Every wire name, in the order of the enum.
    pub const NAMES: [&'static str; 20] = [
        "lead.created",
        "lead.updated",
        "lead.stage_changed",
        "lead.assigned",
        "lead.deleted",
        "lead.restored",
        "lead.purged",
        "lead.tagged",
        "lead.submitted",
        "note.added",
        "note.edited",
        "note.deleted",
        "pipeline.changed",
        "pipeline.deleted",
        "fields.changed",
        "lead.merged",
        "import.progress",
        "view.lead_entered",
        "view.lead_left",
        "lead.erased",
    ];

    pub fn name(&self) -> &'static str {
        Event::NAMES[self.number()]
    }

    /// The lead it is about.
    pub fn lead(&self) -> Option<Uuid> {
        match self {
            E::LeadCreated { lead, .. }
            | E::LeadUpdated { lead, .. }
            | E::LeadMoved { lead, .. }
            | E::LeadAssigned { lead, .. }
            | E::LeadDeleted { lead, .. }
            | E::LeadRestored { lead, .. }
            | E::LeadMerged { lead, .. }
            | E::LeadPurged { lead }
            | E::LeadErased { lead }
            | E::LeadTagged { lead, .. }
            | E::LeadSubmitted { lead, .. }
            | E::NoteAdded { lead, .. }
            | E::NoteEdited { lead, .. }
            | E::NoteDeleted { lead, .. }
            | E::ViewLeadEntered { lead, .. }
            | E::ViewLeadLeft { lead, .. } => Some(*lead),
            E::PipelineChanged { .. }
            | E::PipelineDeleted { .. }
            | E::FieldsChanged {}
            | E::ImportProgress { .. } => None,
        }
    }

    /// One example of each, for the documentation and for tests.
    pub fn examples() -> Vec<Event> {
        let [lead, pipeline, stage, other, note, person] = [1, 2, 3, 4, 5, 6].map(example_id);
        let (version, change_set) = (3, Some(example_id(7)));
        vec![
            E::LeadCreated {
                lead,
                version: 1,
                stage,
                source: "webhook".into(),
            },
            E::LeadUpdated {
                lead,
                version,
                fields: vec!["email".into(), "customFields.budget".into()],
                change_set,
            },
            E::LeadMoved {
                lead,
                version,
                pipeline,
                from_stage: stage,
                to_stage: other,
                change_set,
            },
            E::LeadAssigned {
                lead,
                version,
                from: None,
                to: Some(person),
                change_set,
            },
            E::LeadDeleted {
                lead,
                version,
                stage,
                change_set,
            },
            E::LeadRestored {
                lead,
                version,
                stage,
                change_set,
            },
            E::LeadPurged { lead },
            E::LeadTagged {
                lead,
                version,
                added: vec!["hot".into()],
                removed: vec![],
                change_set,
            },
            E::LeadSubmitted {
                lead,
                version,
                source: "form".into(),
                outcome: "updated".into(),
            },
            E::NoteAdded {
                lead,
                note,
                mentions: vec![person],
            },
            E::NoteEdited {
                lead,
                note,
                mentions: vec![],
            },
            E::NoteDeleted { lead, note },
            E::PipelineChanged { pipeline },
            E::PipelineDeleted { pipeline },
            E::FieldsChanged {},
            E::LeadMerged {
                lead,
                version,
                merged: other,
                change_set,
            },
            E::ImportProgress {
                import: other,
                state: "running".into(),
                rows: 500,
                total: Some(1000),
            },
            E::ViewLeadEntered {
                lead,
                view: note,
                user: person,
            },
            E::ViewLeadLeft {
                lead,
                view: note,
                user: person,
            },
            E::LeadErased { lead },
        ]
    }

    fn number(&self) -> usize {
        match self {
            E::LeadCreated { .. } => 0,
            E::LeadUpdated { .. } => 1,
            E::LeadMoved { .. } => 2,
            E::LeadAssigned { .. } => 3,
            E::LeadDeleted { .. } => 4,
            E::LeadRestored { .. } => 5,
            E::LeadPurged { .. } => 6,
            E::LeadTagged { .. } => 7,
            E::LeadSubmitted { .. } => 8,
            E::NoteAdded { .. } => 9,
            E::NoteEdited { .. } => 10,
            E::NoteDeleted { .. } => 11,
            E::PipelineChanged { .. } => 12,
            E::PipelineDeleted { .. } => 13,
            E::FieldsChanged {} => 14,
            E::LeadMerged { .. } => 15,
            E::ImportProgress { .. } => 16,
            E::ViewLeadEntered { .. } => 17,
            E::ViewLeadLeft { .. } => 18,
            E::LeadErased { .. } => 19,
        }
    }
}

/// The right that it takes to hear of an event, besides the one to see leads.
pub(super) fn right_to_hear(name: &str) -> Option<Permission> {
    (name == "import.progress").then_some(Permission::LeadsImport)
}

/// What the row's `data` column holds: the content without the name and without the lead, which are columns.
pub(super) fn stored(event: &Event) -> serde_json::Result<String> {
    #[derive(Deserialize)]
    struct Content<'a> {
        #[serde(borrow)]
        data: &'a serde_json::value::RawValue,
    }
    let whole = serde_json::to_string(event)?;
    let content = serde_json::from_str::<Content>(&whole)?.data.get();
    let rest = event
        .lead()
        .and_then(|lead| content.strip_prefix(&lead_field(lead)))
        .map(|rest| rest.trim_start_matches(','));
    Ok(rest.map_or_else(|| content.to_owned(), |rest| format!("{{{rest}")))
}

/// The content as it was, from the two columns.
pub(super) fn content(lead: Option<Uuid>, stored: &str) -> String {
    match (lead, stored.strip_prefix('{')) {
        (Some(lead), Some("}")) => format!("{}}}", lead_field(lead)),
        (Some(lead), Some(rest)) => format!("{},{rest}", lead_field(lead)),
        _ => stored.to_owned(),
    }
}

/// Reads a row's name and content back.
pub(super) fn read(name: &str, content: &str) -> serde_json::Result<Event> {
    let name = serde_json::to_string(name)?;
    serde_json::from_str(&format!("{{\"type\":{name},\"data\":{content}}}"))
}

/// Every event of a lead begins with it.
fn lead_field(lead: Uuid) -> String {
    format!("{{\"lead\":\"{lead}\"")
}

fn example_id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_c0de_0000_7000_8000_0000_0000_0000 + number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_an_example_that_reads_back_under_its_name() {
        let examples = Event::examples();
        let names: Vec<&str> = examples.iter().map(Event::name).collect();
        assert_eq!(names, Event::NAMES);
        for event in examples {
            let json = serde_json::to_value(&event).unwrap();
            assert_eq!(json["type"], event.name());
            let stored = stored(&event).unwrap();
            let text = content(event.lead(), &stored);
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&text).unwrap(),
                json["data"]
            );
            assert_eq!(stored.len() < text.len(), event.lead().is_some());
            assert_eq!(read(event.name(), &text).unwrap(), event);
            assert_eq!(json["data"].get("lead").is_some(), event.lead().is_some());
        }
        assert!(read("lead.unheard_of", "{}").is_err());
    }
}
