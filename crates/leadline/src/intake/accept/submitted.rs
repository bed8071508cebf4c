//! What the timeline says of a submission by somebody who is known: what came in, whether or not the lead took it.

use serde_json::{Map, Value as Json, json};
use store::Timestamp;
use uuid::Uuid;

use super::{Outcome, Submission};
use crate::{
    intake::sources::{MatchKey, Source},
    leads::activities::{Activity, Kind},
};

/// An entry for a lead that may not have its id yet.
pub(super) struct Entry {
    pub subject: usize,
    pub outcome: Outcome,
    at: Timestamp,
    kind: Kind,
    data: Json,
}

impl Entry {
    pub(super) fn submitted(
        subject: usize,
        at: Timestamp,
        source: &Source,
        outcome: Outcome,
        key: &MatchKey,
        sent: &Submission,
    ) -> Entry {
        Entry {
            subject,
            outcome,
            at,
            kind: Kind::Submitted,
            data: json!({
                "source": source.key, "outcome": outcome.key(), "matchedBy": key.name(), "sent": fields(sent),
            }),
        }
    }

    pub(super) fn activity(&self, lead: Uuid) -> Activity {
        Activity::new(lead, self.kind, &self.data).at(self.at)
    }
}

/// On the lead that was made although its person is known, and on the first.
pub(super) fn repeated(
    new: Uuid,
    first: Uuid,
    at: Timestamp,
    source: &Source,
    key: &MatchKey,
    outcome: Outcome,
) -> [Activity; 2] {
    let of = json!({ "leadId": first, "matchedBy": key.name() });
    let again = json!({
        "source": source.key, "outcome": outcome.key(), "matchedBy": key.name(), "leadId": new,
    });
    [
        Activity::new(new, Kind::Repeated, &of).at(at),
        Activity::new(first, Kind::Submitted, &again).at(at),
    ]
}

fn fields(sent: &Submission) -> Map<String, Json> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Json| {
        if !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    };
    put("name", json!(sent.name));
    put("email", json!(sent.email));
    put("phone", json!(sent.phone.as_ref().map(|it| &it.e164)));
    put("company", json!(sent.company));
    put("title", json!(sent.title));
    put("value", json!(sent.value));
    put("currency", json!(sent.currency));
    put("score", json!(sent.score));
    put("externalId", json!(sent.external_id));
    if !sent.tags.as_slice().is_empty() {
        put("tags", json!(sent.tags.as_slice()));
    }
    if !sent.custom_fields.is_empty() {
        put("customFields", json!(sent.custom_fields));
    }
    fields
}
