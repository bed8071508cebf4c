//! Finds the wanted values in a lead's custom fields where they lie.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The JSON of each key's value, in the order of the keys.
pub fn pick<'a>(json: &'a str, keys: &[String]) -> Vec<Option<&'a str>> {
    if keys.is_empty() {
        return Vec::new();
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    // The column holds an object, always; anything else holds no values.
    reader
        .deserialize_map(Object(keys))
        .unwrap_or_else(|_| vec![None; keys.len()])
}

struct Object<'k>(&'k [String]);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<Option<&'de str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("custom fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = vec![None; self.0.len()];
        while let Some(place) = map.next_key_seed(Key(self.0))? {
            match place {
                Some(place) => found[place] = Some(map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// A key is compared where it lies, not copied.
struct Key<'k>(&'k [String]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of a custom field")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|it| it == key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_key_and_others_are_passed_over() {
        let json = r#"{"a": 1, "_displayNames": {"a": "A", "b": [1, {"x": "}"}]}, "b\u0063": "x\"y", "d": null}"#;
        let keys = ["bc", "a", "none", "d"].map(str::to_owned);
        assert_eq!(
            pick(json, &keys),
            [Some(r#""x\"y""#), Some("1"), None, Some("null")]
        );
        assert_eq!(pick("[]", &keys), [None; 4]);
        assert!(pick(json, &[]).is_empty());
    }
}
