//! What to change about a lead.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    House, check_member,
    checks::{LONGEST_LINE, LONGEST_SOURCE, email, is_local, line, phone, score},
    put,
};
use crate::{
    base::{Caller, Permission, Problems, Result, double_option},
    leads::{Amount, Currency, Lead, custom::Custom, pipelines, position, tags::Tags},
};

/// What to change. A field that is absent stays, null clears it. Custom fields are merged key by key.
#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LeadChange {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 254)]
    pub email: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub company: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub title: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    pub tags: Option<Option<Vec<String>>>,
    #[schema(max_length = 60)]
    pub source: Option<String>,
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i64>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Amount>)]
    pub value: Option<Option<Amount>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>)]
    pub currency: Option<Option<Currency>>,
    /// Merged key by key; null takes a key out, or, in place of the object, all of them.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Object>)]
    pub custom_fields: Option<Option<Map<String, Json>>>,
    /// Needs the right to move leads. The lead goes to the top of its new stage.
    pub stage_id: Option<Uuid>,
    /// Needs the right to assign leads. Null: nobody.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    pub assigned_to: Option<Option<Uuid>>,
}

impl LeadChange {
    /// The lead as it is to be.
    pub fn apply(self, tx: &mut Tx, caller: &Caller, before: &Lead) -> Result<Lead> {
        let local = |it: &Option<Option<String>>| matches!(it, Some(Some(text)) if is_local(text));
        let needs_settings = matches!(self.value, Some(Some(_))) || local(&self.phone);
        let house = House::load(tx, caller.workspace)?.with_settings_if(
            tx,
            caller.workspace,
            needs_settings,
        )?;
        let (stage, owner) = (self.stage_id, self.assigned_to);
        let mut after = self.over(&house, before)?;
        if let Some(stage) = stage.filter(|it| *it != before.stage_id) {
            caller.need(Permission::LeadsMove)?;
            let place = pipelines::open_stage(tx, caller.workspace, stage)?;
            put(&mut after, place, position::arriving(tx.now(), 0));
        }
        if let Some(owner) = owner.filter(|it| *it != before.assigned_to) {
            caller.need(Permission::LeadsAssign)?;
            check_member(tx, caller.workspace, owner)?;
            after.assigned_to = owner;
        }
        Ok(after)
    }

    /// The lead with its fields as they are to be; its place and its owner are left to the caller.
    pub fn over(self, house: &House, before: &Lead) -> Result<Lead> {
        let (mut after, mut problems) = (before.clone(), Problems::new());
        self.write_over(&mut after, house, &mut problems);
        problems.done()?;
        Ok(after)
    }

    /// Writes the fields that were sent over what the lead has.
    fn write_over(self, lead: &mut Lead, house: &House, problems: &mut Problems) {
        if let Some(sent) = self.email {
            lead.email = email(sent, problems);
        }
        if let Some(sent) = self.phone {
            let phone = phone(sent, house.country(), problems);
            (lead.phone, lead.phone_display) = phone.map(|it| (it.e164, it.display)).unzip();
        }
        if let Some(sent) = self.name {
            match line("name", sent, LONGEST_LINE, problems) {
                Some(name) => (lead.name, lead.name_provisional) = (name, false),
                None => problems.add("name", "must not be empty"),
            }
        }
        if let Some(sent) = self.company {
            lead.company = line("company", sent, LONGEST_LINE, problems);
        }
        if let Some(sent) = self.title {
            lead.title = line("title", sent, LONGEST_LINE, problems);
        }
        if let Some(source) = line("source", self.source, LONGEST_SOURCE, problems) {
            lead.source = source;
        }
        if let Some(sent) = self.tags {
            lead.tags = Tags::new(sent.unwrap_or_default(), "tags", problems).to_json();
        }
        if self.score.is_some() {
            lead.score = score(self.score, problems);
        }
        lead.currency = self.currency.unwrap_or(lead.currency);
        if let Some(sent) = self.value {
            lead.value = sent;
            lead.currency = lead
                .currency
                .or_else(|| sent.and_then(|_| house.currency()));
        }
        if let Some(sent) = self.custom_fields {
            merge_custom(lead, sent, house, problems);
        }
    }
}

fn merge_custom(
    lead: &mut Lead,
    sent: Option<Map<String, Json>>,
    house: &House,
    problems: &mut Problems,
) {
    let had = Custom::from_json(&lead.custom_fields);
    let mut custom = if sent.is_some() {
        had.clone()
    } else {
        Custom::default()
    };
    custom.merge(sent.unwrap_or_default(), house.rules(""), problems);
    // Leads from before a field became required may be worked on; what is there may not be taken away.
    let there = house.fields.iter().filter(|it| had.get(&it.key).is_some());
    custom.demand(&there.cloned().collect::<Vec<_>>(), problems);
    // Not merely written anew: the engines space JSON differently.
    if custom != had {
        lead.custom_fields = custom.to_json();
    }
}
