//! A lead to be made.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    House, check_member,
    checks::{LONGEST_LINE, LONGEST_SOURCE, email, is_local, line, phone, score},
};
use crate::{
    base::{Caller, Permission, Problems, Result, Scope},
    leads::{
        Amount, Currency,
        custom::Custom,
        identity::{OnMatch, Phone},
        tags::Tags,
        write::Place,
    },
};

/// A lead to be made. It needs a name, or else an e-mail address or a phone number that stands in for it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewLead)]
pub struct NewLeadBody {
    #[schema(max_length = 200, example = "Ada Lovelace")]
    pub name: Option<String>,
    #[schema(max_length = 254, example = "ada@example.com")]
    pub email: Option<String>,
    /// As people write it; without a country code it belongs to the workspace's country.
    #[schema(example = "+1 202-555-0173")]
    pub phone: Option<String>,
    #[schema(max_length = 200)]
    pub company: Option<String>,
    #[schema(max_length = 200)]
    pub title: Option<String>,
    #[schema(max_items = 50)]
    pub tags: Option<Vec<String>>,
    /// By default `manual` for people and `api` for keys.
    #[schema(max_length = 60)]
    pub source: Option<String>,
    #[schema(minimum = 0, maximum = 100)]
    pub score: Option<i64>,
    /// A number, or a decimal in a string.
    pub value: Option<Amount>,
    /// ISO 4217; by default the workspace's.
    #[schema(value_type = Option<String>, example = "EUR")]
    pub currency: Option<Currency>,
    /// Values by key. A key that is not camelCase is made so, and kept as the name to show under `_displayNames`.
    #[schema(value_type = Option<Object>)]
    pub custom_fields: Option<Map<String, Json>>,
    /// By default the first stage of the pipeline.
    pub stage_id: Option<Uuid>,
    /// By default the workspace's default pipeline.
    pub pipeline_id: Option<Uuid>,
    /// A member of the workspace.
    pub assigned_to: Option<Uuid>,
    /// The id that the source has for the person; the same id from the same source is the same person.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    /// What happens if the person is a lead already. By default what the source's rules say: for people and keys that is
    /// a new lead, as if nobody were known.
    pub on_match: Option<OnMatch>,
}

impl NewLeadBody {
    /// Everything that can be checked without the database, so that no unit of work waits for it.
    pub fn prepare(self) -> Draft {
        let mut problems = Problems::new();
        let phone = match self.phone.filter(|it| !it.trim().is_empty()) {
            Some(text) if is_local(&text) => PhoneSent::Local(text),
            Some(text) => {
                phone(Some(text), "", &mut problems).map_or(PhoneSent::No, PhoneSent::Known)
            }
            None => PhoneSent::No,
        };
        Draft {
            name: line("name", self.name, LONGEST_LINE, &mut problems),
            email: email(self.email, &mut problems),
            phone,
            company: line("company", self.company, LONGEST_LINE, &mut problems),
            title: line("title", self.title, LONGEST_LINE, &mut problems),
            source: line("source", self.source, LONGEST_SOURCE, &mut problems),
            score: self.score.map(|it| score(Some(it), &mut problems)),
            value: self.value,
            currency: self.currency,
            tags: Tags::new(self.tags.unwrap_or_default(), "tags", &mut problems),
            custom_fields: self.custom_fields.unwrap_or_default(),
            stage: self.stage_id,
            pipeline: self.pipeline_id,
            owner: self.assigned_to,
            external_id: line("externalId", self.external_id, LONGEST_LINE, &mut problems),
            on_match: self.on_match,
            problems,
        }
    }
}

/// A lead to be made, as far as it can be known without the database.
#[derive(Debug, Clone)]
pub struct Draft {
    name: Option<String>,
    email: Option<String>,
    phone: PhoneSent,
    company: Option<String>,
    title: Option<String>,
    source: Option<String>,
    score: Option<i64>,
    value: Option<Amount>,
    currency: Option<Currency>,
    tags: Tags,
    custom_fields: Map<String, Json>,
    stage: Option<Uuid>,
    pipeline: Option<Uuid>,
    owner: Option<Uuid>,
    external_id: Option<String>,
    on_match: Option<OnMatch>,
    problems: Problems,
}

#[derive(Debug, Clone)]
enum PhoneSent {
    No,
    Known(Phone),
    /// Without a country code: the source or the workspace knows whose it is.
    Local(String),
}

/// What somebody entered about a lead, checked against the workspace.
#[derive(Debug, Clone)]
pub struct Entered {
    pub place: Option<Place>,
    pub owner: Option<Uuid>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<Phone>,
    pub company: Option<String>,
    pub title: Option<String>,
    pub source: Option<String>,
    pub score: Option<i64>,
    pub value: Option<Amount>,
    pub currency: Option<Currency>,
    pub tags: Tags,
    pub custom_fields: Map<String, Json>,
    pub external_id: Option<String>,
}

impl Draft {
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    pub fn on_match(&self) -> Option<OnMatch> {
        self.on_match
    }

    /// Checked against the workspace as it is in this unit of work. Numbers without a country code belong to `country`,
    /// or, where that is empty, to the workspace's.
    pub(crate) fn check(
        self,
        tx: &mut Tx,
        caller: &Caller,
        house: &mut House,
        country: &str,
    ) -> Result<Entered> {
        let mut problems = self.problems;
        let needs_country = matches!(self.phone, PhoneSent::Local(_)) || house.has_typed_phones();
        if self.value.is_some() && self.currency.is_none() || needs_country && country.is_empty() {
            house.know_settings(tx, caller.workspace)?;
        }
        let phone = match self.phone {
            PhoneSent::No => None,
            PhoneSent::Known(phone) => Some(phone),
            PhoneSent::Local(text) => {
                phone(Some(text), house.rules(country).country, &mut problems)
            }
        };
        let nameless = self.name.is_none() && self.email.is_none() && phone.is_none();
        if nameless && problems.is_empty() {
            problems.add(
                "name",
                "is required, or else an e-mail address or a phone number",
            );
        }
        let mut custom = Custom::default();
        custom.merge(self.custom_fields, house.rules(country), &mut problems);
        custom.demand(&house.fields, &mut problems);
        problems.done()?;
        let own_currency = || self.value.and_then(|_| house.currency());
        let currency = self.currency.or_else(own_currency);
        Ok(Entered {
            place: house.place(tx, caller.workspace, self.stage, self.pipeline)?,
            owner: owner_of_new(tx, caller, self.owner)?,
            name: self.name,
            email: self.email,
            phone,
            company: self.company,
            title: self.title,
            source: self.source,
            score: self.score,
            currency,
            value: self.value,
            tags: self.tags,
            custom_fields: custom.into_map(),
            external_id: self.external_id,
        })
    }
}

/// Whoever sees only some people's leads keeps those he makes; giving them to others is a right of its own.
fn owner_of_new(tx: &mut Tx, caller: &Caller, asked: Option<Uuid>) -> Result<Option<Uuid>> {
    let own = match (&caller.scope, caller.user()) {
        (Scope::Own(user), _) => Some(*user),
        (Scope::Team(_), user) => user,
        _ => None,
    };
    match asked {
        None => Ok(own),
        Some(user) if own == Some(user) || caller.user() == Some(user) => Ok(Some(user)),
        Some(user) => {
            caller.need(Permission::LeadsAssign)?;
            check_member(tx, caller.workspace, Some(user))?;
            Ok(Some(user))
        }
    }
}
