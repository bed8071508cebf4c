//! The fields of a lead under the names that the API and the timeline have for them, as JSON values.

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::leads::{Amount, Currency, Lead};

/// Stands before the key of a custom field.
pub const CUSTOM: &str = "customFields.";

/// Fields in columns of their own, but for those that have kinds of activities of their own: stage, owner, tags, trash.
const PLAIN: [&str; 14] = [
    "name",
    "nameProvisional",
    "email",
    "phone",
    "phoneDisplay",
    "company",
    "title",
    "source",
    "score",
    "value",
    "currency",
    "convertedAt",
    "contactId",
    "createdAt",
];

/// What each field held before and after, for those that differ; custom fields one by one.
pub fn changes(before: &Lead, after: &Lead) -> Map<String, Json> {
    let mut changes = Map::new();
    let mut add = |field: &str, old: Json, new: Json| {
        changes.insert(field.to_owned(), json!({ "before": old, "after": new }));
    };
    for (field, differs) in PLAIN.into_iter().zip(differing(before, after)) {
        if differs {
            add(field, get(before, field), get(after, field));
        }
    }
    if before.custom_fields != after.custom_fields {
        let (old, new) = (custom(before), custom(after));
        let added = new.keys().filter(|it| !old.contains_key(*it));
        for key in old.keys().chain(added) {
            let value = |map: &Map<String, Json>| map.get(key).cloned().unwrap_or(Json::Null);
            let (old, new) = (value(&old), value(&new));
            if old != new {
                add(&format!("{CUSTOM}{key}"), old, new);
            }
        }
    }
    changes
}

/// Every field in a column of its own, with what it holds.
pub fn all(lead: &Lead) -> Map<String, Json> {
    PLAIN
        .iter()
        .map(|it| ((*it).to_owned(), get(lead, it)))
        .collect()
}

/// Told without JSON: most of the time nothing differs.
fn differing(before: &Lead, after: &Lead) -> [bool; PLAIN.len()] {
    [
        before.name != after.name,
        before.name_provisional != after.name_provisional,
        before.email != after.email,
        before.phone != after.phone,
        before.phone_display != after.phone_display,
        before.company != after.company,
        before.title != after.title,
        before.source != after.source,
        before.score != after.score,
        before.value != after.value,
        before.currency != after.currency,
        before.converted_at != after.converted_at,
        before.contact_id != after.contact_id,
        before.created_at != after.created_at,
    ]
}

/// Whether there is such a field.
pub fn is_field(field: &str) -> bool {
    PLAIN.contains(&field)
        || field
            .strip_prefix(CUSTOM)
            .is_some_and(|key| !key.is_empty())
}

/// What the field holds; null where it holds nothing.
pub fn get(lead: &Lead, field: &str) -> Json {
    match field {
        "name" => json!(lead.name),
        "nameProvisional" => json!(lead.name_provisional),
        "email" => json!(lead.email),
        "phone" => json!(lead.phone),
        "phoneDisplay" => json!(lead.phone_display),
        "company" => json!(lead.company),
        "title" => json!(lead.title),
        "source" => json!(lead.source),
        "score" => json!(lead.score),
        "value" => lead.value.map_or(Json::Null, amount),
        "currency" => json!(lead.currency),
        "convertedAt" => json!(lead.converted_at),
        "contactId" => json!(lead.contact_id),
        "createdAt" => json!(lead.created_at),
        field => field
            .strip_prefix(CUSTOM)
            .and_then(|key| custom(lead).remove(key))
            .unwrap_or(Json::Null),
    }
}

/// Puts a value into the field as [`get`] gave it. Whether that could be done: what is no value of the field is left out.
pub fn set(lead: &mut Lead, field: &str, value: &Json) -> bool {
    fn read<T: serde::de::DeserializeOwned>(into: &mut T, value: &Json) -> bool {
        // By its text: money is read without a binary fraction in between.
        let read = serde_json::from_str(&value.to_string());
        read.map(|it| *into = it).is_ok()
    }
    match field {
        "name" => read(&mut lead.name, value),
        "nameProvisional" => read(&mut lead.name_provisional, value),
        "email" => read(&mut lead.email, value),
        "phone" => read(&mut lead.phone, value),
        "phoneDisplay" => read(&mut lead.phone_display, value),
        "company" => read(&mut lead.company, value),
        "title" => read(&mut lead.title, value),
        "source" => read(&mut lead.source, value),
        "score" => read(&mut lead.score, value),
        "value" => read::<Option<Amount>>(&mut lead.value, value),
        "currency" => {
            let known = value.as_str().and_then(Currency::parse);
            let good = known.is_some() || value.is_null();
            if good {
                lead.currency = known;
            }
            good
        }
        "convertedAt" => read(&mut lead.converted_at, value),
        "contactId" => read::<Option<Uuid>>(&mut lead.contact_id, value),
        "createdAt" => read(&mut lead.created_at, value),
        field => match field.strip_prefix(CUSTOM) {
            Some(key) => {
                set_custom(lead, key, value);
                true
            }
            None => false,
        },
    }
}

/// Whether the field holds this value, however its JSON is written.
pub fn holds(lead: &Lead, field: &str, value: &Json) -> bool {
    let mut with = lead.clone();
    set(&mut with, field, value) && get(&with, field) == get(lead, field)
}

pub fn custom(lead: &Lead) -> Map<String, Json> {
    serde_json::from_str(&lead.custom_fields).unwrap_or_default()
}

fn set_custom(lead: &mut Lead, key: &str, value: &Json) {
    let mut all = custom(lead);
    if value.is_null() {
        all.remove(key);
    } else {
        all.insert(key.to_owned(), value.clone());
    }
    lead.custom_fields = Json::Object(all).to_string();
}

/// A number where a binary fraction tells it exactly, else a decimal in a string.
fn amount(it: Amount) -> Json {
    let exact = it.to_string();
    match serde_json::from_str::<Json>(&exact) {
        Ok(number) if serde_json::to_string(&number).is_ok_and(|text| text == exact) => number,
        _ => Json::String(exact),
    }
}
