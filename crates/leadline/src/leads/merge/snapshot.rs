//! A whole lead as JSON, so that it can be put back exactly.

use serde_json::{Map, Value as Json, json};
use store::Timestamp;
use uuid::Uuid;

use crate::{
    base::Id,
    leads::{Lead, changes::values},
};

pub fn write(lead: &Lead) -> Json {
    let mut all: Map<String, Json> = values::all(lead);
    let mut put = |name: &str, value: Json| {
        all.insert(name.to_owned(), value);
    };
    put("id", json!(lead.id.uuid()));
    put("tags", read_json(&lead.tags));
    put("customFields", read_json(&lead.custom_fields));
    put("pipelineId", json!(lead.pipeline_id));
    put("stageId", json!(lead.stage_id));
    put("stageChangedAt", json!(lead.stage_changed_at));
    put("position", json!(lead.position.to_string()));
    put("assignedTo", json!(lead.assigned_to));
    put("version", json!(lead.version));
    put("updatedAt", json!(lead.updated_at));
    put("lastSubmissionAt", json!(lead.last_submission_at));
    Json::Object(all)
}

/// The lead that [`write`] wrote. Nothing, where a part without which there is no lead is missing.
pub fn read(snapshot: &Json) -> Option<Lead> {
    let id = |field: &str| -> Option<Uuid> { snapshot[field].as_str()?.parse().ok() };
    let time = |field: &str| -> Option<Timestamp> { snapshot[field].as_str()?.parse().ok() };
    let mut lead = Lead {
        id: Id::new(id("id")?),
        name: String::new(),
        name_provisional: false,
        email: None,
        phone: None,
        phone_display: None,
        company: None,
        title: None,
        tags: snapshot["tags"].to_string(),
        source: String::new(),
        score: 0,
        value: None,
        currency: None,
        pipeline_id: id("pipelineId")?,
        stage_id: id("stageId")?,
        assigned_to: id("assignedTo"),
        custom_fields: snapshot["customFields"].to_string(),
        stage_changed_at: time("stageChangedAt")?,
        converted_at: None,
        contact_id: None,
        version: snapshot["version"].as_i64()?,
        created_at: time("createdAt")?,
        updated_at: time("updatedAt")?,
        deleted_at: None,
        position: snapshot["position"].as_str()?.parse().ok()?,
        last_submission_at: time("lastSubmissionAt"),
    };
    for (field, value) in snapshot.as_object()? {
        if values::is_field(field) && !field.starts_with(values::CUSTOM) {
            values::set(&mut lead, field, value);
        }
    }
    Some(lead)
}

fn read_json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_default()
}
