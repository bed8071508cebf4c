//! Filters as JSON: in bodies of requests, and as they are kept.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
    ser::SerializeMap,
};
use utoipa::ToSchema;

use super::{Filter, FilterQuery, condition, written::Written};
use crate::base::Problems;

/// As an object with the parameters' names, in which they are kept with an action that runs later.
impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, values) in &self.asked {
            match values.as_slice() {
                [one] => map.serialize_entry(name, &plain(name, one))?,
                many => map.serialize_entry(name, many)?,
            }
        }
        if let Some(conditions) = &self.conditions {
            map.serialize_entry("where", &conditions.to_json())?;
        }
        map.end()
    }
}

/// Parameters that are numbers or truth values; custom fields may be either.
fn is_plain(name: &str) -> bool {
    const PLAIN: [&str; 6] = [
        "minScore",
        "maxScore",
        "minValue",
        "maxValue",
        "converted",
        "deleted",
    ];
    PLAIN.contains(&name) || name.starts_with("cf.")
}

/// A parameter's value as JSON shows it.
fn plain(name: &str, text: &str) -> serde_json::Value {
    let is_typed = is_plain(name) && !name.starts_with("cf.");
    serde_json::from_str(text)
        .ok()
        .filter(|it: &serde_json::Value| is_typed && (it.is_number() || it.is_boolean()))
        .unwrap_or_else(|| text.into())
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
                let mut written = None;
                while let Some(name) = map.next_key::<String>()? {
                    if name == "where" {
                        if written.is_some() {
                            return Err(de::Error::custom("duplicate field `where`"));
                        }
                        let Written(json) = map.next_value()?;
                        written = Some(json);
                        continue;
                    }
                    let values = map.next_value_seed(Parameter(&name))?;
                    if asked.contains_key(&name) {
                        return Err(de::Error::custom(format!("duplicate field `{name}`")));
                    }
                    if !values.is_empty() {
                        asked.insert(name, values);
                    }
                }
                let mut problems = Problems::new();
                let mut filter = Filter::read(asked, &mut problems);
                problems.done().map_err(de::Error::custom)?;
                // Told when the filter is bound: serde takes one message and one place.
                let problems = &mut filter.problems;
                if let Some(json) = written.filter(|it| !it.is_null()) {
                    filter.conditions = condition::read(&json, "where", problems);
                }
                Ok(filter)
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
            serde_json::Value::Array(items) if self.0 == "tag" => items
                .into_iter()
                .map(|it| match it {
                    serde_json::Value::String(text) => Ok(text),
                    _ => Err(de::Error::custom("must be a list of texts")),
                })
                .collect::<Result<_, _>>()?,
            plain @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_))
                if is_plain(self.0) =>
            {
                vec![plain.to_string()]
            }
            _ => return Err(de::Error::custom("must be a text")),
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

impl ToSchema for Filter {
    fn name() -> std::borrow::Cow<'static, str> {
        "Filter".into()
    }

    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        <FilterQuery as ToSchema>::schemas(schemas);
    }
}

/// Conditions on a lead: `all`, `any` or `not` of others, or a test of one field with `field`, `op` and mostly `value`.
/// What fields there are, how each is compared, and how times are named, stands in the guide to filters.
#[derive(Debug, ToSchema)]
#[schema(as = Condition)]
#[expect(dead_code, reason = "describes what `condition::read` reads")]
pub struct ConditionShape {
    /// All of these hold.
    #[schema(no_recursion, max_items = 100)]
    all: Option<Vec<ConditionShape>>,
    /// At least one of these holds.
    #[schema(no_recursion, max_items = 100)]
    any: Option<Vec<ConditionShape>>,
    /// This does not hold.
    #[schema(no_recursion)]
    not: Option<Box<ConditionShape>>,
    /// `name`, `score`, `stage`, `owner`, `customFields.annualRevenue`, …
    #[schema(example = "score")]
    field: Option<String>,
    /// `is`, `isNot`, `in`, `contains`, `atLeast`, `within`, `has`, `isEmpty`, …
    #[schema(example = "atLeast")]
    op: Option<String>,
    /// What the field is compared with.
    #[schema(example = 50)]
    value: Option<serde_json::Value>,
}
