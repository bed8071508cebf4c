//! What leads come to when they are merged: the one function behind the preview and the merge.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Error, Problems, Result},
    leads::{
        Lead,
        changes::values,
        custom::NAMES,
        tags::{self, Tags},
    },
};

/// A lead that is to be merged, with what decides which one survives.
#[derive(Debug, Clone)]
pub struct Side {
    pub lead: Lead,
    /// How far its stage is: won before open, open by its place in the pipeline, lost last.
    pub advance: i64,
    pub activities: i64,
}

/// From which lead a field is taken, or what it is to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = MergePick)]
pub enum Pick {
    From(Uuid),
    Value(Given),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeValue)]
pub struct Given {
    /// As `PATCH /leads/{id}` takes it.
    pub value: Json,
}

/// What the survivor will be, and where each field comes from.
#[derive(Debug, Clone)]
pub struct Plan {
    pub survivor: Uuid,
    pub lead: Lead,
    pub fields: Vec<FieldPlan>,
    /// Tags for which there was no room.
    pub dropped_tags: Vec<String>,
    /// Values that were given, to be checked and written like any edit.
    pub given: Map<String, Json>,
}

/// One field of the survivor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MergeField)]
pub struct FieldPlan {
    /// As the API names it: `email`, `value` (with its currency), `customFields.budget`.
    pub field: String,
    pub value: Json,
    /// The lead that it comes from; null where it was put together or given.
    pub from: Option<Uuid>,
    /// What each lead holds.
    #[schema(value_type = Object)]
    pub values: BTreeMap<Uuid, Json>,
}

/// Fields for which a pick may be made, beside custom fields.
pub const PICKABLE: [&str; 11] = [
    "name",
    "email",
    "phone",
    "company",
    "title",
    "source",
    "score",
    "value",
    "stageId",
    "assignedTo",
    "contactId",
];

/// Puts leads together. The sides come in any order; at least two of them.
pub fn plan(
    mut sides: Vec<Side>,
    survivor: Option<Uuid>,
    picks: &BTreeMap<String, Pick>,
) -> Result<Plan> {
    check(&sides, survivor, picks)?;
    sides.sort_by_key(|it| {
        (
            Some(it.lead.id.uuid()) != survivor,
            Reverse(it.advance),
            Reverse(it.activities),
            it.lead.created_at,
            it.lead.id.uuid(),
        )
    });
    let leads: Vec<&Lead> = sides.iter().map(|it| &it.lead).collect();
    let mut merge = Merge {
        result: leads[0].clone(),
        leads: &leads,
        picks,
        fields: Vec::new(),
        given: Map::new(),
    };
    for field in [
        "name", "email", "phone", "company", "title", "source", "score",
    ] {
        merge.plain(field);
    }
    merge.money();
    merge.stage();
    merge.owner();
    merge.contact()?;
    merge.custom();
    let dropped_tags = merge.tags();
    merge.result.created_at = leads
        .iter()
        .map(|it| it.created_at)
        .min()
        .unwrap_or(merge.result.created_at);
    merge.result.last_submission_at = leads.iter().filter_map(|it| it.last_submission_at).max();
    Ok(Plan {
        survivor: leads[0].id.uuid(),
        lead: merge.result,
        fields: merge.fields,
        dropped_tags,
        given: merge.given,
    })
}

fn check(sides: &[Side], survivor: Option<Uuid>, picks: &BTreeMap<String, Pick>) -> Result<()> {
    let mut problems = Problems::new();
    let named = |id: Uuid| sides.iter().any(|it| it.lead.id.uuid() == id);
    if survivor.is_some_and(|it| !named(it)) {
        problems.add("survivor", "is not one of the leads");
    }
    for (field, pick) in picks {
        let custom = field
            .strip_prefix(values::CUSTOM)
            .is_some_and(|key| !key.is_empty() && key != NAMES);
        if !custom && !PICKABLE.contains(&field.as_str()) {
            problems.add(
                format!("picks.{field}"),
                "is not a field that can be picked",
            );
        }
        match pick {
            Pick::From(id) if !named(*id) => {
                problems.add(format!("picks.{field}"), "is not one of the leads");
            }
            Pick::Value(_) if field == "contactId" || field == "stageId" => {
                problems.add(format!("picks.{field}"), "can only be one of the leads");
            }
            _ => {}
        }
    }
    if sides.len() < 2 {
        problems.add("ids", "must name at least two leads");
    }
    problems.done()
}

struct Merge<'a> {
    result: Lead,
    /// The survivor first, then the others in the order in which they fill its blanks.
    leads: &'a [&'a Lead],
    picks: &'a BTreeMap<String, Pick>,
    fields: Vec<FieldPlan>,
    given: Map<String, Json>,
}

impl Merge<'_> {
    fn picked(&self, field: &str) -> Option<&Lead> {
        match self.picks.get(field) {
            Some(Pick::From(id)) => self.leads.iter().find(|it| it.id.uuid() == *id).copied(),
            _ => None,
        }
    }

    /// A value that was given goes through the checks of an edit, after everything else.
    fn given(&mut self, field: &str) -> bool {
        let Some(Pick::Value(given)) = self.picks.get(field) else {
            return false;
        };
        let value = given.value.clone();
        match field.strip_prefix(values::CUSTOM) {
            Some(key) => {
                let custom = self
                    .given
                    .entry("customFields")
                    .or_insert_with(|| json!({}));
                custom[key] = value.clone();
            }
            None => {
                self.given.insert(field.to_owned(), value.clone());
            }
        }
        self.tell(field, value, None, |lead| values::get(lead, field));
        true
    }

    fn tell(&mut self, field: &str, value: Json, from: Option<Uuid>, of: impl Fn(&Lead) -> Json) {
        self.fields.push(FieldPlan {
            field: field.to_owned(),
            value,
            from,
            values: self.leads.iter().map(|it| (it.id.uuid(), of(it))).collect(),
        });
    }

    fn plain(&mut self, field: &'static str) {
        if self.given(field) {
            return;
        }
        let chosen = self.picked(field).or_else(|| self.fills(field));
        let Some(chosen) = chosen.cloned() else {
            return;
        };
        let (from, value) = (chosen.id.uuid(), values::get(&chosen, field));
        match field {
            // The mark and the number as people read it go along.
            "name" => {
                self.result.name = chosen.name;
                self.result.name_provisional = chosen.name_provisional;
            }
            "phone" => {
                self.result.phone = chosen.phone;
                self.result.phone_display = chosen.phone_display;
            }
            field => {
                values::set(&mut self.result, field, &value);
            }
        }
        self.tell(field, value, Some(from), |lead| values::get(lead, field));
    }

    /// The lead whose value is taken where nobody says which.
    fn fills(&self, field: &str) -> Option<&Lead> {
        let leads = self.leads.iter().copied();
        match field {
            // A stand-in loses against a name.
            "name" => leads
                .clone()
                .find(|it| !it.name_provisional)
                .or_else(|| leads.clone().next()),
            // Until the score has a ledger of its own, what was known of the best of them holds.
            "score" => {
                let best = leads.clone().map(|it| it.score).max()?;
                leads.clone().find(|it| it.score == best)
            }
            _ => leads
                .clone()
                .find(|it| !values::get(it, field).is_null())
                .or_else(|| leads.clone().next()),
        }
    }

    /// An amount without its currency says nothing: they are taken together.
    fn money(&mut self) {
        if self.given("value") {
            return;
        }
        let leads = self.leads.iter().copied();
        let fills = leads.clone().find(|it| it.value.is_some());
        let chosen = self
            .picked("value")
            .or(fills)
            .or_else(|| leads.clone().find(|it| it.currency.is_some()))
            .unwrap_or(self.leads[0]);
        let (from, value, currency) = (chosen.id.uuid(), chosen.value, chosen.currency);
        self.result.value = value;
        self.result.currency = currency;
        let pair =
            |lead: &Lead| json!({ "value": values::get(lead, "value"), "currency": lead.currency });
        let shown = pair(&self.result);
        self.tell("value", shown, Some(from), pair);
    }

    fn stage(&mut self) {
        let chosen = self.picked("stageId").unwrap_or(self.leads[0]).clone();
        self.result.pipeline_id = chosen.pipeline_id;
        self.result.stage_id = chosen.stage_id;
        self.result.position = chosen.position;
        let from = Some(chosen.id.uuid());
        self.tell("stageId", json!(chosen.stage_id), from, |lead| {
            json!(lead.stage_id)
        });
    }

    fn owner(&mut self) {
        if let Some(Pick::Value(given)) = self.picks.get("assignedTo") {
            let value = given.value.clone();
            self.given.insert("assignedTo".into(), value.clone());
            self.tell("assignedTo", value, None, |lead| json!(lead.assigned_to));
            return;
        }
        let with_owner = self
            .leads
            .iter()
            .copied()
            .find(|it| it.assigned_to.is_some());
        let chosen = self
            .picked("assignedTo")
            .or(with_owner)
            .unwrap_or(self.leads[0]);
        let (from, owner) = (chosen.id.uuid(), chosen.assigned_to);
        self.result.assigned_to = owner;
        self.tell("assignedTo", json!(owner), Some(from), |lead| {
            json!(lead.assigned_to)
        });
    }

    /// Leads that became clients belong to their contacts; two contacts are not made one by the way.
    fn contact(&mut self) -> Result<()> {
        let mut contacts: Vec<Uuid> = self.leads.iter().filter_map(|it| it.contact_id).collect();
        contacts.sort_unstable();
        contacts.dedup();
        let picked = self.picked("contactId").cloned();
        if contacts.len() > 1 && picked.is_none() {
            return Err(Error::conflict(
                "different_contacts",
                "These leads were converted to different contacts. Say in \"picks.contactId\" whose contact the merged lead keeps.",
            ));
        }
        let converted = |it: &&&Lead| it.contact_id.is_some() || it.converted_at.is_some();
        let chosen = picked.or_else(|| self.leads.iter().find(converted).copied().cloned());
        let Some(chosen) = chosen else {
            return Ok(());
        };
        self.result.contact_id = chosen.contact_id;
        // The same contact: it became one when the first of them did.
        let same = self
            .leads
            .iter()
            .filter(|it| it.contact_id == chosen.contact_id);
        self.result.converted_at = same.filter_map(|it| it.converted_at).min();
        let from = Some(chosen.id.uuid());
        self.tell("contactId", json!(chosen.contact_id), from, |lead| {
            json!(lead.contact_id)
        });
        Ok(())
    }

    fn custom(&mut self) {
        let all: Vec<Map<String, Json>> = self.leads.iter().map(|it| values::custom(it)).collect();
        let mut keys: Vec<&String> = all.iter().flat_map(Map::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut result = Map::new();
        let mut told = Vec::new();
        for key in keys {
            let held = |it: &Map<String, Json>| it.get(key).cloned().unwrap_or(Json::Null);
            let values: Vec<Json> = all.iter().map(held).collect();
            if key == NAMES {
                result.insert(key.clone(), united_names(&values));
                continue;
            }
            let field = format!("{}{key}", values::CUSTOM);
            let picked = self
                .picked(&field)
                .and_then(|lead| self.leads.iter().position(|it| it.id == lead.id));
            let at = picked.or_else(|| values.iter().position(|it| !it.is_null()));
            let lists = picked.is_none() && values.iter().filter(|it| it.is_array()).count() > 1;
            let (value, from) = if lists {
                (union(&values), None)
            } else {
                (
                    at.map_or(Json::Null, |at| values[at].clone()),
                    at.map(|at| self.leads[at].id.uuid()),
                )
            };
            if !value.is_null() {
                result.insert(key.clone(), value.clone());
            }
            told.push((field, value, from));
        }
        if let Some(names) = result.remove(NAMES) {
            let kept = names.as_object().cloned().unwrap_or_default();
            let kept: Map<String, Json> = kept
                .into_iter()
                .filter(|(key, _)| result.contains_key(key))
                .collect();
            if !kept.is_empty() {
                result.insert(NAMES.to_owned(), Json::Object(kept));
            }
        }
        if result != values::custom(&self.result) {
            self.result.custom_fields = Json::Object(result).to_string();
        }
        for (field, value, from) in told {
            if !self.given(&field) {
                self.tell(&field, value, from, |lead| values::get(lead, &field));
            }
        }
        let unheard: Vec<String> = self
            .picks
            .keys()
            .filter(|it| it.starts_with(values::CUSTOM))
            .filter(|it| !self.fields.iter().any(|told| told.field == **it))
            .cloned()
            .collect();
        for field in unheard {
            self.given(&field);
        }
    }

    /// The survivor's first. Answers those for which there is no room.
    fn tags(&mut self) -> Vec<String> {
        let mut union = Tags::default();
        let mut dropped = Vec::new();
        for tag in self
            .leads
            .iter()
            .flat_map(|it| Tags::from_json(&it.tags).as_slice().to_vec())
        {
            if union.as_slice().len() < tags::MOST {
                union.add(tag);
            } else if !union.clone().remove(&tag) {
                dropped.push(tag);
            }
        }
        if union != Tags::from_json(&self.result.tags) {
            self.result.tags = union.to_json();
        }
        self.tell("tags", json!(union.as_slice()), None, |lead| {
            serde_json::from_str(&lead.tags).unwrap_or_default()
        });
        dropped
    }
}

/// The names to show: of two for one key, that of the lead whose value comes first.
fn united_names(values: &[Json]) -> Json {
    let mut names = Map::new();
    for (key, name) in values.iter().filter_map(Json::as_object).flatten() {
        names.entry(key.clone()).or_insert_with(|| name.clone());
    }
    Json::Object(names)
}

fn union(values: &[Json]) -> Json {
    let mut all: Vec<Json> = Vec::new();
    for value in values {
        let items = match value {
            Json::Array(items) => items.clone(),
            Json::Null => Vec::new(),
            one => vec![one.clone()],
        };
        for item in items {
            if !all.contains(&item) {
                all.push(item);
            }
        }
    }
    Json::Array(all)
}
