//! Which leads: the one description of a choice, shared by list, board, counts and actions over a whole filter.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
};
use store::Timestamp;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    base::{Problems, Result, text::camel_case},
    leads::{identity, money::Amount, search::Term},
};

/// A choice of leads. Every part narrows it; without any, all that the caller sees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub search: Option<Term>,
    pub stage: Option<Uuid>,
    pub pipeline: Option<Uuid>,
    pub source: Option<String>,
    pub owner: Option<Owner>,
    /// All of them.
    pub tags: Vec<String>,
    pub score: Span<i64>,
    pub value: Span<i64>,
    pub created: Span<Timestamp>,
    pub updated: Span<Timestamp>,
    /// Normalised.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    pub converted: Option<bool>,
    /// The trash instead of the live leads.
    pub deleted: bool,
    pub custom: Vec<CustomField>,
    /// What was asked for, word by word: what the filter is stored as, and told apart by.
    asked: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Nobody,
    /// Whoever asks.
    Me,
    User(Uuid),
}

/// From `least` on; for times, until just before `most`, otherwise up to and with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    pub least: Option<T>,
    pub most: Option<T>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    pub key: String,
    pub value: String,
}

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
    /// `true`: the trash instead of the live leads.
    #[param(default = false)]
    deleted: Option<bool>,
}

const LONGEST: usize = 200;
const MOST_TAGS: usize = 20;
const MOST_CUSTOM: usize = 10;

impl<T> Default for Span<T> {
    fn default() -> Self {
        Span {
            least: None,
            most: None,
        }
    }
}

impl<T> Span<T> {
    pub fn is_open(&self) -> bool {
        self.least.is_none() && self.most.is_none()
    }
}

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
    fn read(asked: BTreeMap<String, Vec<String>>, problems: &mut Problems) -> Filter {
        let mut filter = Filter::default();
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

    /// What was asked for, as text that two equal filters share.
    pub fn fingerprint(&self) -> String {
        serde_json::to_string(&self.asked).unwrap_or_default()
    }

    fn set(&mut self, name: &str, values: &[String]) -> Result<(), String> {
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

/// As an object with the parameters' names, in which they are kept with an action that runs later.
impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.asked.iter().map(|(name, values)| {
            let value = match values.as_slice() {
                [one] => serde_json::Value::from(one.as_str()),
                many => serde_json::Value::from(many),
            };
            (name, value)
        }))
    }
}

/// The same names as in a query; numbers and truth values may be written as such.
impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Filter, D::Error> {
        struct Parameters;
        impl<'de> Visitor<'de> for Parameters {
            type Value = Filter;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the parameters of the list of leads")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Filter, A::Error> {
                let mut asked = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    let values = map.next_value_seed(Parameter(&name))?;
                    if asked.contains_key(&name) {
                        return Err(de::Error::custom(format!("duplicate field `{name}`")));
                    }
                    if !values.is_empty() {
                        asked.insert(name, values);
                    }
                }
                let mut problems = Problems::new();
                let filter = Filter::read(asked, &mut problems);
                problems.done().map(|()| filter).map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_map(Parameters)
    }
}

/// One parameter's value; checked here, where the path to it is known.
struct Parameter<'a>(&'a str);

impl<'de> de::DeserializeSeed<'de> for Parameter<'_> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        let values = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Vec::new(),
            serde_json::Value::String(text) => vec![text],
            serde_json::Value::Array(items) => items
                .into_iter()
                .map(|it| match it {
                    serde_json::Value::String(text) => Ok(text),
                    _ => Err(de::Error::custom("must be a list of texts")),
                })
                .collect::<Result<_, _>>()?,
            serde_json::Value::Object(_) => return Err(de::Error::custom("must not be an object")),
            plain => vec![plain.to_string()],
        };
        if !values.is_empty() {
            Filter::default()
                .set(self.0, &values)
                .map_err(de::Error::custom)?;
        }
        Ok(values)
    }
}

impl utoipa::PartialSchema for Filter {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <FilterQuery as utoipa::PartialSchema>::schema()
    }
}

impl ToSchema for Filter {}

#[cfg(test)]
mod tests {
    use crate::base::Error;

    use super::*;

    fn read(query: &str) -> Result<Filter> {
        read_query(Some(query), &["page"]).map(|(filter, _)| filter)
    }

    fn blamed(query: &str) -> Vec<String> {
        let Err(Error::Invalid(problems)) = read(query) else {
            panic!("{query} is accepted")
        };
        let problem = format!("{problems:?}");
        problem
            .split('"')
            .skip(1)
            .step_by(4)
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn parameters_are_read() {
        let filter = read("tag=b,a&tag=b&assignedTo=none&minValue=1.5&createdAfter=2026-01-31&cf.contact.first_name=Ada&search=+").unwrap();
        assert_eq!(filter.tags, ["a", "b"]);
        assert_eq!(filter.owner, Some(Owner::Nobody));
        assert_eq!(filter.value.least, Some(15_000));
        assert_eq!(filter.created.least, "2026-01-31T00:00:00Z".parse().ok());
        assert_eq!(
            filter.custom,
            [CustomField {
                key: "contactFirstName".into(),
                value: "Ada".into()
            }]
        );
        assert_eq!(filter.search, None);
    }

    #[test]
    fn every_mistake_is_named() {
        for (query, names) in [
            ("colour=red", vec!["colour"]),
            (
                "stageId=7&minScore=x&page=1&page=2",
                vec!["minScore", "page", "stageId"],
            ),
            ("source=a&source=b", vec!["source"]),
            ("tag=", vec!["tag"]),
            ("cf.=x", vec!["cf."]),
            ("email=nobody", vec!["email"]),
            ("phone=12", vec!["phone"]),
            ("deleted=yes", vec!["deleted"]),
            ("createdAfter=soon", vec!["createdAfter"]),
            ("cf.a=%00", vec!["cf.a"]),
        ] {
            assert_eq!(blamed(query), names, "{query}");
        }
    }

    #[test]
    fn json_says_the_same_as_a_query() {
        let filter: Filter = serde_json::from_str(
            r#"{"tag": ["a", "b"], "minScore": 5, "deleted": true, "search": null}"#,
        )
        .unwrap();
        assert_eq!(filter, {
            let mut same = read("minScore=5&deleted=true&tag=a&tag=b").unwrap();
            same.asked.clone_from(&filter.asked);
            same
        });
        let kept = serde_json::to_string(&filter).unwrap();
        assert_eq!(serde_json::from_str::<Filter>(&kept).unwrap(), filter);
        for bad in [
            r#"{"x": 1}"#,
            r#"{"tag": [1]}"#,
            r#"{"minScore": "much"}"#,
            r#"{"stageId": {}}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Filter>(bad).is_err(), "{bad}");
        }
    }
}
