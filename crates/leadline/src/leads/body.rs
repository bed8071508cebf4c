//! What requests say about leads, checked and made uniform.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{
        Caller, Error, Permission, Problems, Result, Scope, WorkspaceId, double_option, text::tidy,
    },
    leads::{
        Amount, Currency, Lead,
        custom::{Custom, Rules},
        fields::{self, Field},
        identity::{self, OnMatch, Phone},
        pipelines, position,
        tags::Tags,
        write::Place,
    },
    workspaces::{self, Settings},
};

const LONGEST_LINE: usize = 200;
const LONGEST_SOURCE: usize = 60;
const HIGHEST_SCORE: i64 = 100;

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

/// What of the workspace the checks need, read only where something needs it, and once for a whole slice.
pub(crate) struct House {
    settings: Option<Settings>,
    fields: Vec<Field>,
    places: HashMap<(Option<Uuid>, Option<Uuid>), Place>,
}

impl House {
    pub(crate) fn load(tx: &mut Tx, workspace: WorkspaceId) -> Result<House> {
        let fields = fields::all(tx, workspace)?;
        Ok(House {
            settings: None,
            fields,
            places: HashMap::new(),
        })
    }

    /// The keys of the fields of which no two leads share a value.
    pub(crate) fn unique_fields(&self) -> Vec<String> {
        let unique = self.fields.iter().filter(|it| it.unique);
        unique.map(|it| it.key.clone()).collect()
    }

    fn with_settings_if(
        mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        needed: bool,
    ) -> Result<House> {
        if needed || self.has_typed_phones() {
            self.know_settings(tx, workspace)?;
        }
        Ok(self)
    }

    fn has_typed_phones(&self) -> bool {
        self.fields
            .iter()
            .any(|it| it.kind == fields::FieldKind::Phone)
    }

    fn know_settings(&mut self, tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
        if self.settings.is_none() {
            self.settings = Some(workspaces::settings(tx, workspace)?);
        }
        Ok(())
    }

    fn country(&self) -> &str {
        self.settings
            .as_ref()
            .map_or("", |it| it.default_country.as_str())
    }

    fn rules<'a>(&'a self, country: &'a str) -> Rules<'a> {
        Rules {
            fields: &self.fields,
            country: if country.is_empty() {
                self.country()
            } else {
                country
            },
        }
    }

    fn currency(&self) -> Option<Currency> {
        Currency::parse(&self.settings.as_ref()?.currency)
    }

    fn place(
        &mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        stage: Option<Uuid>,
        pipeline: Option<Uuid>,
    ) -> Result<Option<Place>> {
        if stage.is_none() && pipeline.is_none() {
            return Ok(None);
        }
        if let Some(place) = self.places.get(&(stage, pipeline)) {
            return Ok(Some(*place));
        }
        let place = pipelines::place(tx, workspace, stage, pipeline)?;
        self.places.insert((stage, pipeline), place);
        Ok(Some(place))
    }
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

/// What a lead without a name is called.
pub fn stand_in(email: Option<&str>, phone: Option<&Phone>) -> Option<String> {
    let text = email.or(phone.map(|it| it.display.as_str()))?;
    Some(text.chars().take(LONGEST_LINE).collect())
}

impl LeadChange {
    /// The lead as it is to be.
    pub fn apply(self, tx: &mut Tx, caller: &Caller, before: &Lead) -> Result<Lead> {
        let mut after = before.clone();
        let mut problems = Problems::new();
        let local = |it: &Option<Option<String>>| matches!(it, Some(Some(text)) if is_local(text));
        let needs_settings = matches!(self.value, Some(Some(_))) || local(&self.phone);
        let house = House::load(tx, caller.workspace)?.with_settings_if(
            tx,
            caller.workspace,
            needs_settings,
        )?;
        let (stage, owner) = (self.stage_id, self.assigned_to);
        self.write_over(&mut after, &house, &mut problems);
        problems.done()?;
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

/// Puts a lead into a stage.
pub fn put(lead: &mut Lead, place: Place, position: i64) {
    lead.pipeline_id = place.pipeline;
    lead.stage_id = place.stage;
    lead.position = position;
}

/// Refuses to give a lead to anybody who is not at work in the workspace.
pub fn check_member(tx: &mut Tx, workspace: WorkspaceId, owner: Option<Uuid>) -> Result<()> {
    match owner {
        Some(owner) if !workspaces::is_member(tx, workspace, owner)? => Err(Error::invalid(
            "assignedTo",
            "is not an active member of this workspace",
        )),
        _ => Ok(()),
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

/// One tidy line of text; nothing where nothing is left.
pub fn line(
    path: &str,
    text: Option<String>,
    longest: usize,
    problems: &mut Problems,
) -> Option<String> {
    let text = text?;
    if text.chars().count() > longest {
        problems.add(
            path,
            format!("must not be longer than {longest} characters"),
        );
    }
    Some(tidy(&text)?.replace(['\n', '\t'], " "))
}

fn email(sent: Option<String>, problems: &mut Problems) -> Option<String> {
    let text = sent?;
    if text.trim().is_empty() && text.len() <= identity::LONGEST_EMAIL {
        return None;
    }
    let email = identity::normal_email(&text).filter(|_| text.len() <= identity::LONGEST_EMAIL);
    if email.is_none() {
        problems.add("email", "is not an e-mail address");
    }
    email
}

fn phone(sent: Option<String>, country: &str, problems: &mut Problems) -> Option<Phone> {
    let text = sent.filter(|it| !it.trim().is_empty())?;
    let phone = identity::normal_phone(&text, country);
    if phone.is_none() {
        problems.add(
            "phone",
            "is not a phone number; write it with its country code, such as +1 202-555-0173",
        );
    }
    phone
}

/// Whether the number is written without its country code.
fn is_local(phone: &str) -> bool {
    !phone.trim_start().starts_with('+')
}

fn score(sent: Option<i64>, problems: &mut Problems) -> i64 {
    let score = sent.unwrap_or(0);
    if !(0..=HIGHEST_SCORE).contains(&score) {
        problems.add("score", format!("must be between 0 and {HIGHEST_SCORE}"));
    }
    score
}
