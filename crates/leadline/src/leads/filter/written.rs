//! JSON as somebody wrote it: no key twice, and no more of it than conditions need.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

/// A JSON value in which every object says each of its keys once.
#[derive(Debug, Clone)]
pub struct Written(pub Json);

/// Beyond so many items a list or an object is not read on: nothing that is allowed has as many.
const MOST_ITEMS: usize = 1000;

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Written, D::Error> {
        deserializer.deserialize_any(Any).map(Written)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("conditions as JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(Any)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Written(item)) = items.next_element()? {
            if list.len() == MOST_ITEMS {
                return Err(A::Error::custom(format!(
                    "must not hold more than {MOST_ITEMS} items"
                )));
            }
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some((key, Written(value))) = entries.next_entry::<String, Written>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            if object.len() == MOST_ITEMS {
                return Err(A::Error::custom(format!(
                    "must not hold more than {MOST_ITEMS} items"
                )));
            }
            object.insert(key, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_said_once_and_lists_are_not_endless() {
        assert!(serde_json::from_str::<Written>(r#"{"a": [1, {"b": null}], "c": "x"}"#).is_ok());
        let long = format!("[{}1]", "1,".repeat(MOST_ITEMS));
        for bad in [
            r#"{"a": 1, "a": 2}"#,
            r#"[{"b": 1, "c": 2, "b": 3}]"#,
            &long,
            &"[".repeat(500),
            "[NaN]",
            "[1e999]",
        ] {
            assert!(serde_json::from_str::<Written>(bad).is_err(), "{bad}");
        }
    }
}
