//! Filters as parameters of a query: flat facts, all of which must hold.

use std::collections::BTreeMap;

use serde::Deserialize;
use store::Timestamp;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    Condition, ConditionShape, CustomField, Filter, Owner, Rule, condition,
    moments::Interval,
    rule::{self, IdColumn, Leaf, NumberColumn, Says, TextColumn, TimeColumn},
    written::Written,
};
use crate::{
    base::{
        Caller, Problems, Result,
        text::{camel_case, fold},
    },
    leads::{identity, money::Amount, search::Term},
};

/// Which leads. Further parameters `cf.<key>=<value>` compare custom fields; the key may be the field's own (`annualRevenue`) or
/// the path it came in with (`contact.first_name`).
#[derive(Debug, Default, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = Filter)]
#[serde(rename_all = "camelCase", default)]
pub struct FilterQuery {
    /// Stands anywhere in name, e-mail address, phone number (digits in any format) or company; case and accents do not
    /// matter. One or two characters find words that begin so, among the newest 20,000 leads.
    #[param(max_length = 200)]
    search: Option<String>,
    #[param(value_type = Option<Uuid>)]
    stage_id: Option<Uuid>,
    pipeline_id: Option<Uuid>,
    /// `manual`, `webhook`, `import`, `api`, …
    #[param(max_length = 200)]
    source: Option<String>,
    /// A member's id, `me`, or `none`.
    assigned_to: Option<String>,
    /// Has all of these tags; repeat it or separate them by commas.
    #[schema(value_type = Option<OneOrMore>)]
    tag: Option<Vec<String>>,
    min_score: Option<i64>,
    max_score: Option<i64>,
    #[param(value_type = Option<f64>)]
    #[schema(value_type = Option<f64>)]
    min_value: Option<String>,
    #[param(value_type = Option<f64>)]
    #[schema(value_type = Option<f64>)]
    max_value: Option<String>,
    /// At or after this time (RFC 3339, or a day in UTC).
    created_after: Option<String>,
    /// Before this time.
    created_before: Option<String>,
    updated_after: Option<String>,
    updated_before: Option<String>,
    /// Exactly this address.
    email: Option<String>,
    /// Exactly this number, with its country code.
    phone: Option<String>,
    converted: Option<bool>,
    /// Conditions on any field, as JSON: `{"field": "score", "op": "atLeast", "value": 50}`, or `{"all": […]}`,
    /// `{"any": […]}` and `{"not": …}` of such.
    #[serde(rename = "where")]
    #[param(value_type = Option<String>, max_length = 4_500)]
    #[schema(value_type = Option<ConditionShape>)]
    conditions: Option<String>,
    /// `true`: the trash instead of the live leads.
    #[param(default = false)]
    deleted: Option<bool>,
}

/// One text, or a list of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what `Filter` reads")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

const LONGEST: usize = 200;
const MOST_TAGS: usize = 20;
const MOST_CUSTOM: usize = 10;
// An address ends at 64 KiB, and a letter takes up to twelve characters in it. Bodies and views hold longer conditions.
const LONGEST_WHERE: usize = 4_500;

/// Parameters of a query string that belong to the endpoint itself, not to the filter.
pub type Own = BTreeMap<&'static str, String>;

/// Reads a query string into a filter and the endpoint's `own` parameters. Every mistake is named, unknown names too.
pub fn read_query(query: Option<&str>, own: &[&'static str]) -> Result<(Filter, Own)> {
    let mut taken = Own::new();
    let mut asked = BTreeMap::<String, Vec<String>>::new();
    let mut problems = Problems::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match own.iter().find(|it| **it == name) {
            Some(name) if taken.contains_key(name) => problems.add(*name, "is given twice"),
            Some(name) => drop(taken.insert(name, value.into_owned())),
            None => asked
                .entry(name.into_owned())
                .or_default()
                .push(value.into_owned()),
        }
    }
    let filter = Filter::read(asked, &mut problems);
    problems.done().map(|()| (filter, taken))
}

impl Filter {
    /// Reads parameters by name; what is wrong with them is added to `problems`.
    pub(super) fn read(
        mut asked: BTreeMap<String, Vec<String>>,
        problems: &mut Problems,
    ) -> Filter {
        let mut filter = Filter::default();
        if let Some(written) = asked.remove("where") {
            filter.conditions = read_where(&written, problems);
        }
        for (name, values) in &asked {
            if let Err(message) = filter.set(name, values) {
                problems.add(name.as_str(), message);
            }
        }
        filter.tags.sort();
        filter.tags.dedup();
        filter.asked = asked;
        filter
    }

    pub(super) fn set(&mut self, name: &str, values: &[String]) -> Result<(), String> {
        if name == "tag" {
            return self.set_tags(values);
        }
        let [value] = values else {
            return Err("is given twice".into());
        };
        if value.chars().count() > LONGEST {
            return Err(format!("must not be longer than {LONGEST} characters"));
        }
        match name {
            "search" => self.search = Term::parse(value),
            "stageId" => self.stage = Some(uuid(value)?),
            "pipelineId" => self.pipeline = Some(uuid(value)?),
            "source" => self.source = Some(text(value)?),
            "assignedTo" => self.owner = Some(owner(value)?),
            "minScore" => self.score.least = Some(whole(value)?),
            "maxScore" => self.score.most = Some(whole(value)?),
            "minValue" => self.value.least = Some(money(value)?),
            "maxValue" => self.value.most = Some(money(value)?),
            "createdAfter" => self.created.least = Some(time(value)?),
            "createdBefore" => self.created.most = Some(time(value)?),
            "updatedAfter" => self.updated.least = Some(time(value)?),
            "updatedBefore" => self.updated.most = Some(time(value)?),
            "email" => {
                self.email = Some(identity::normal_email(value).ok_or("is not an e-mail address")?);
            }
            "phone" => {
                let phone = identity::normal_phone(value, "");
                self.phone = Some(
                    phone
                        .ok_or("is not a phone number with its country code, such as +12025550173")?
                        .e164,
                );
            }
            "converted" => self.converted = Some(truth(value)?),
            "deleted" => self.deleted = truth(value)?,
            _ => return self.set_custom(name, value),
        }
        Ok(())
    }

    fn set_tags(&mut self, values: &[String]) -> Result<(), String> {
        for tag in values.iter().flat_map(|it| it.split(',')) {
            let tag = text(tag.trim())?;
            if tag.chars().count() > LONGEST {
                return Err(format!("must not be longer than {LONGEST} characters"));
            }
            self.tags.push(tag);
        }
        if self.tags.len() > MOST_TAGS {
            Err(format!("must not be more than {MOST_TAGS} tags"))
        } else {
            Ok(())
        }
    }

    fn set_custom(&mut self, name: &str, value: &str) -> Result<(), String> {
        let Some(key) = name.strip_prefix("cf.") else {
            return Err("is not a parameter of this list".into());
        };
        let key = camel_case(key);
        if key.is_empty() {
            return Err("names no custom field".into());
        }
        if self.custom.len() == MOST_CUSTOM {
            return Err(format!(
                "is one custom field too many; {MOST_CUSTOM} are looked at"
            ));
        }
        self.custom.push(CustomField {
            key,
            value: text_or_empty(value)?,
        });
        Ok(())
    }
}

fn read_where(written: &[String], problems: &mut Problems) -> Option<Condition> {
    let [text] = written else {
        problems.add("where", "is given twice");
        return None;
    };
    if text.len() > LONGEST_WHERE {
        problems.add(
            "where",
            format!("must not be longer than {LONGEST_WHERE} bytes"),
        );
        return None;
    }
    match serde_json::from_str::<Written>(text) {
        Ok(Written(json)) => condition::read(&json, "where", problems),
        Err(err) => {
            problems.add("where", format!("is not JSON: {err}"));
            None
        }
    }
}

/// The flat facts as rules.
pub(super) fn rules(filter: &Filter, caller: &Caller) -> Result<Vec<Rule>> {
    let mut leaves = Vec::new();
    let id = |column, id: Option<Uuid>| id.map(|it| Leaf::Id(column, vec![it]));
    leaves.extend(id(IdColumn::Stage, filter.stage));
    leaves.extend(id(IdColumn::Pipeline, filter.pipeline));
    if let Some(owner) = filter.owner {
        let owner = owner.resolve(caller)?;
        leaves.push(owner.map_or(Leaf::NoOwner, |it| Leaf::Id(IdColumn::Owner, vec![it])));
    }
    for (column, text) in [
        (TextColumn::Source, &filter.source),
        (TextColumn::Email, &filter.email),
        (TextColumn::Phone, &filter.phone),
    ] {
        let exactly = |it: &String| Leaf::Text(column, Says::Exactly(vec![it.clone()]));
        leaves.extend(text.as_ref().map(exactly));
    }
    leaves.extend(filter.tags.iter().map(|it| Leaf::Tag(fold(it))));
    for (column, span) in [
        (NumberColumn::Score, filter.score),
        (NumberColumn::Value, filter.value),
    ] {
        let (least, most) = (span.least, span.most);
        leaves
            .extend((!span.is_open()).then_some(Leaf::Number(column, rule::Span { least, most })));
    }
    for (column, span) in [
        (TimeColumn::Created, filter.created),
        (TimeColumn::Updated, filter.updated),
    ] {
        let (from, until) = (span.least, span.most);
        leaves.extend((!span.is_open()).then_some(Leaf::Time(column, Interval { from, until })));
    }
    leaves.extend(filter.search.clone().map(Leaf::Search));
    for field in &filter.custom {
        let text = serde_json::Value::from(field.value.as_str()).to_string();
        let wanted = rule::Custom::Json(vec![text, field.value.clone()]);
        leaves.push(Leaf::Custom(field.key.clone(), wanted));
    }
    let mut rules: Vec<Rule> = leaves.into_iter().map(Rule::Leaf).collect();
    let never = Leaf::NoTime(TimeColumn::Converted);
    match filter.converted {
        Some(true) => rules.push(Rule::Not(never)),
        Some(false) => rules.push(Rule::Leaf(never)),
        None => {}
    }
    Ok(rules)
}

fn uuid(value: &str) -> Result<Uuid, String> {
    Uuid::parse_str(value).map_err(|_| "is not an id".into())
}

fn text(value: &str) -> Result<String, String> {
    if value.is_empty() {
        Err("must not be empty".into())
    } else {
        text_or_empty(value)
    }
}

fn text_or_empty(value: &str) -> Result<String, String> {
    if value.contains('\0') {
        Err("must be text".into())
    } else {
        Ok(value.to_owned())
    }
}

fn owner(value: &str) -> Result<Owner, String> {
    match value {
        "me" => Ok(Owner::Me),
        "none" => Ok(Owner::Nobody),
        id => Uuid::parse_str(id)
            .map(Owner::User)
            .map_err(|_| "must be a member's id, \"me\" or \"none\"".into()),
    }
}

fn whole(value: &str) -> Result<i64, String> {
    value.parse().map_err(|_| "must be a whole number".into())
}

fn money(value: &str) -> Result<i64, String> {
    Amount::parse(value)
        .map(|it| it.0)
        .ok_or_else(|| "must be an amount such as 1250.50".into())
}

fn truth(value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| "must be true or false".into())
}

fn time(value: &str) -> Result<Timestamp, String> {
    let day = || format!("{value}T00:00:00Z").parse();
    value
        .parse()
        .or_else(|_| day())
        .map_err(|_| "must be a time such as 2026-01-31T12:00:00Z, or a day".into())
}
