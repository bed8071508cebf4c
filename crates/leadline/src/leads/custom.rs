//! Custom fields: values under camelCase keys, with the names they came in under, and the types some of them are given.

use serde_json::{Map, Value as Json};

use crate::{
    base::{Problems, text::camel_case},
    leads::{
        Amount, Currency,
        fields::{Field, FieldKind},
        identity,
    },
};

/// Under this key stand the names to show for the other keys.
pub const NAMES: &str = "_displayNames";

/// Fields that one lead may hold: some systems send everything they know.
pub const MOST: usize = 250;
pub const LONGEST_VALUE: usize = 4096;
const LONGEST_KEY: usize = 100;

/// A lead's custom fields as they are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Custom {
    values: Map<String, Json>,
    names: Map<String, Json>,
}

/// What typed values need to know of the workspace.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    pub fields: &'a [Field],
    /// Whose numbers are written without a country code.
    pub country: &'a str,
}

impl Custom {
    /// Reads the column.
    pub fn from_json(json: &str) -> Custom {
        let mut values: Map<String, Json> = serde_json::from_str(json).unwrap_or_default();
        let names = match values.remove(NAMES) {
            Some(Json::Object(names)) => names,
            _ => Map::new(),
        };
        Custom { values, names }
    }

    pub fn to_json(&self) -> String {
        if self.names.is_empty() {
            return serde_json::to_string(&self.values).unwrap_or_else(|_| "{}".into());
        }
        let mut all = self.values.clone();
        all.insert(NAMES.to_owned(), Json::Object(self.names.clone()));
        serde_json::to_string(&all).unwrap_or_else(|_| "{}".into())
    }

    /// The same as an object.
    pub fn into_map(self) -> Map<String, Json> {
        let mut all = self.values;
        if !self.names.is_empty() {
            all.insert(NAMES.to_owned(), Json::Object(self.names));
        }
        all
    }

    pub fn get(&self, key: &str) -> Option<&Json> {
        self.values.get(key)
    }

    /// Puts in what was sent, key by key; null takes a key out. Problems stand under `customFields.<key as sent>`.
    pub fn merge(
        &mut self,
        mut sent: Map<String, Json>,
        rules: Rules<'_>,
        problems: &mut Problems,
    ) {
        let names = sent.remove(NAMES);
        let mut taken: Vec<(String, String)> = Vec::new();
        for (original, value) in sent {
            let path = format!("customFields.{original}");
            let Some(key) = self.key_of(&original, &taken, rules.fields) else {
                problems.add(
                    path,
                    "is not a name for a field: it has neither letter nor digit, or is too long",
                );
                continue;
            };
            taken.push((original.clone(), key.clone()));
            match checked(
                value,
                rules.fields.iter().find(|it| it.key == key),
                rules.country,
            ) {
                Ok(Json::Null) => {
                    self.values.remove(&key);
                    self.names.remove(&key);
                }
                Ok(value) => {
                    if original != key && !rules.fields.iter().any(|it| it.key == key) {
                        self.names.insert(key.clone(), original.into());
                    }
                    self.values.insert(key, value);
                }
                Err(message) => problems.add(path, message),
            }
        }
        if let Some(names) = names {
            self.rename(names, problems);
        }
        self.names.retain(|key, _| self.values.contains_key(key));
        if self.values.len() > MOST {
            problems.add("customFields", format!("holds more than {MOST} fields"));
        }
    }

    /// Tells about required fields that are missing.
    pub fn demand(&self, fields: &[Field], problems: &mut Problems) {
        for field in fields
            .iter()
            .filter(|it| it.required && !self.values.contains_key(&it.key))
        {
            problems.add(format!("customFields.{}", field.key), "is required");
        }
    }

    /// The key under which a field that came in as `original` is kept. The same name finds the same key again;
    /// two names that make the same key are told apart by a number.
    fn key_of(
        &self,
        original: &str,
        taken: &[(String, String)],
        fields: &[Field],
    ) -> Option<String> {
        if original.chars().count() > LONGEST_KEY || original.contains('\0') {
            return None;
        }
        let in_use = |key: &str| taken.iter().any(|(_, it)| it == key);
        if (self.values.contains_key(original) || fields.iter().any(|it| it.key == original))
            && !in_use(original)
        {
            return Some(original.to_owned());
        }
        let named = self
            .names
            .iter()
            .find(|(_, name)| name.as_str() == Some(original))
            .map(|(key, _)| key);
        if let Some(key) = named.filter(|it| !in_use(it)) {
            return Some(key.clone());
        }
        let key = camel_case(original);
        if key.is_empty() {
            return None;
        }
        // Another name stands for this key already: in this request, or by an earlier one.
        let foreign = |key: &str| {
            let renamed = self
                .names
                .get(key)
                .is_some_and(|name| name.as_str() != Some(original));
            in_use(key) || renamed && !fields.iter().any(|it| it.key == *key)
        };
        if !foreign(&key) {
            return Some(key);
        }
        (2..=MOST + 2)
            .map(|number| format!("{key}{number}"))
            .find(|it| !foreign(it) && !self.values.contains_key(it))
    }

    fn rename(&mut self, names: Json, problems: &mut Problems) {
        let path = format!("customFields.{NAMES}");
        let Json::Object(names) = names else {
            if !names.is_null() {
                problems.add(path, "must be an object of names by key");
            }
            return;
        };
        for (key, name) in names {
            match name {
                Json::Null => {
                    self.names.remove(&key);
                }
                Json::String(name)
                    if !name.contains('\0')
                        && name.chars().count() <= LONGEST_KEY
                        && !name.trim().is_empty() =>
                {
                    self.names.insert(key, name.trim().into());
                }
                _ => problems.add(
                    format!("{path}.{key}"),
                    format!("must be text of 1 to {LONGEST_KEY} characters"),
                ),
            }
        }
    }
}

/// The value as it is kept; null where nothing is to be kept.
pub fn checked(value: Json, field: Option<&Field>, country: &str) -> Result<Json, String> {
    if value.is_null()
        || value
            .as_str()
            .is_some_and(|it| it.trim().is_empty() && field.is_some())
    {
        return Ok(Json::Null);
    }
    let value = match field {
        Some(field) => typed(value, field, country)?,
        None => value,
    };
    if !is_plain(&value) {
        return Err("must be text, a number, true or false, or a list of these".into());
    }
    let length = value
        .as_str()
        .map_or_else(|| value.to_string().len(), str::len);
    if length > LONGEST_VALUE {
        return Err(format!("must not be longer than {LONGEST_VALUE} bytes"));
    }
    Ok(value)
}

fn is_plain(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => true,
        Json::String(text) => !text.contains('\0'),
        Json::Array(items) => items.iter().all(|it| !it.is_array() && is_plain(it)),
        Json::Object(_) => false,
    }
}

fn typed(value: Json, field: &Field, country: &str) -> Result<Json, String> {
    match field.kind {
        FieldKind::Text => text(&value)
            .map(Into::into)
            .ok_or_else(|| "must be text".into()),
        FieldKind::Number => number(&value).ok_or_else(|| "must be a number".into()),
        FieldKind::Money => money(&value).ok_or_else(|| "must be an amount such as 1250.50".into()),
        FieldKind::Date => date(&value).ok_or_else(|| "must be a date such as 2026-01-31".into()),
        FieldKind::Boolean => boolean(&value).ok_or_else(|| "must be true or false".into()),
        FieldKind::Choice => choice(&value, field),
        FieldKind::MultiChoice => choices(value, field),
        FieldKind::Url => {
            url(&value).ok_or_else(|| "must be an address such as https://example.com".into())
        }
        FieldKind::Email => text(&value)
            .and_then(identity::normal_email)
            .map(Into::into)
            .ok_or_else(|| "must be an e-mail address".into()),
        FieldKind::Phone => text(&value)
            .and_then(|it| identity::normal_phone(it, country))
            .map(|it| it.e164.into())
            .ok_or_else(|| {
                "must be a phone number, with its country code where it is not of this country"
                    .into()
            }),
    }
}

fn text(value: &Json) -> Option<&str> {
    value.as_str().map(str::trim)
}

fn number(value: &Json) -> Option<Json> {
    match value {
        Json::Number(_) => Some(value.clone()),
        Json::String(text) => {
            let text = text.trim();
            let whole = text.parse::<i64>().ok().map(Json::from);
            whole.or_else(|| serde_json::Number::from_f64(text.parse().ok()?).map(Json::Number))
        }
        _ => None,
    }
}

fn money(value: &Json) -> Option<Json> {
    let amount = match value {
        Json::Number(number) => Amount::parse(&number.to_string())?,
        Json::String(text) => {
            let text = text.trim();
            // "1250.50 EUR": what a person may well write; the field itself holds the number.
            let bare = text
                .rsplit_once(' ')
                .filter(|(_, code)| Currency::parse(code).is_some())
                .map_or(text, |it| it.0);
            Amount::parse(bare)?
        }
        _ => return None,
    };
    serde_json::to_value(amount).ok()
}

fn date(value: &Json) -> Option<Json> {
    let text = text(value)?;
    let day = text.parse::<jiff::civil::Date>().ok()?;
    Some(day.to_string().into())
}

fn boolean(value: &Json) -> Option<Json> {
    match value {
        Json::Bool(_) => Some(value.clone()),
        Json::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true.into()),
            "false" | "no" | "0" => Some(false.into()),
            _ => None,
        },
        _ => None,
    }
}

fn choice(value: &Json, field: &Field) -> Result<Json, String> {
    text(value)
        .and_then(|it| field.option(it))
        .map(Into::into)
        .ok_or_else(|| format!("must be one of: {}", field.options.join(", ")))
}

fn choices(value: Json, field: &Field) -> Result<Json, String> {
    let items = match value {
        Json::Array(items) => items,
        Json::String(text) => text.split(',').map(|it| it.trim().into()).collect(),
        other => vec![other],
    };
    let mut chosen: Vec<Json> = Vec::new();
    for item in items {
        let option = choice(&item, field)?;
        if !chosen.contains(&option) {
            chosen.push(option);
        }
    }
    Ok(Json::Array(chosen))
}

fn url(value: &Json) -> Option<Json> {
    let text = text(value)?;
    let uri: axum::http::Uri = text.parse().ok()?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    (web && uri.host().is_some_and(|it| !it.is_empty())).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(key: &str, kind: FieldKind, options: &[&str]) -> Field {
        Field::for_tests(key, kind, options)
    }

    fn merged(before: &Json, sent: &Json, fields: &[Field]) -> Result<Json, Problems> {
        let mut custom = Custom::from_json(&before.to_string());
        let mut problems = Problems::new();
        let rules = Rules {
            fields,
            country: "US",
        };
        custom.merge(sent.as_object().unwrap().clone(), rules, &mut problems);
        if problems.is_empty() {
            Ok(serde_json::from_str(&custom.to_json()).unwrap())
        } else {
            Err(problems)
        }
    }

    #[test]
    fn unknown_keys_become_camel_case_and_keep_their_names() {
        let kept = merged(
            &json!({}),
            &json!({"Annual Revenue": 5, "contact.first_name": "Ada", "budget": 1}),
            &[],
        );
        assert_eq!(
            kept.unwrap(),
            json!({"annualRevenue": 5, "contactFirstName": "Ada", "budget": 1,
                "_displayNames": {"annualRevenue": "Annual Revenue", "contactFirstName": "contact.first_name"}})
        );
    }

    #[test]
    fn the_same_name_finds_its_key_again_and_others_are_numbered() {
        let before = json!({"firstName": "Ada", "_displayNames": {"firstName": "first_name"}});
        let kept = merged(&before, &json!({"first_name": "Eve"}), &[]).unwrap();
        assert_eq!(kept["firstName"], "Eve");
        let kept = merged(&before, &json!({"First Name": "Eve"}), &[]).unwrap();
        assert_eq!(
            (&kept["firstName"], &kept["firstName2"]),
            (&json!("Ada"), &json!("Eve"))
        );
        let kept = merged(&json!({}), &json!({"First Name": 1, "first_name": 2}), &[]).unwrap();
        assert_eq!(
            (&kept["firstName"], &kept["firstName2"]),
            (&json!(1), &json!(2))
        );
    }

    #[test]
    fn null_takes_a_key_and_its_name_out() {
        let before = json!({"a": 1, "b": 2, "_displayNames": {"a": "A a"}});
        assert_eq!(
            merged(&before, &json!({"a": null}), &[]).unwrap(),
            json!({"b": 2})
        );
    }

    #[test]
    fn names_can_be_given() {
        let kept = merged(
            &json!({}),
            &json!({"a": 1, "_displayNames": {"a": "Alpha", "gone": "x"}}),
            &[],
        )
        .unwrap();
        assert_eq!(kept, json!({"a": 1, "_displayNames": {"a": "Alpha"}}));
        assert!(merged(&json!({}), &json!({"_displayNames": {"a": 5}}), &[]).is_err());
    }

    #[test]
    fn what_is_neither_plain_nor_small_is_refused() {
        for sent in [
            json!({"a": {"b": 1}}),
            json!({"a": [[1]]}),
            json!({"a": "x".repeat(4097)}),
            json!({"!": 1}),
            json!({"a": "\0"}),
        ] {
            assert!(merged(&json!({}), &sent, &[]).is_err(), "{sent}");
        }
        let many: Map<String, Json> = (0..=MOST).map(|it| (format!("k{it}"), json!(it))).collect();
        assert!(merged(&json!({}), &Json::Object(many.clone()), &[]).is_err());
        let all = many.into_iter().take(MOST).collect();
        assert!(merged(&json!({}), &Json::Object(all), &[]).is_ok());
    }

    #[test]
    fn typed_values_are_checked_and_made_uniform() {
        let cases = [
            (FieldKind::Text, json!(" x "), Some(json!("x"))),
            (FieldKind::Text, json!(5), None),
            (FieldKind::Number, json!("42"), Some(json!(42))),
            (FieldKind::Number, json!("4.5"), Some(json!(4.5))),
            (FieldKind::Number, json!("many"), None),
            (FieldKind::Money, json!("1250.50 EUR"), Some(json!(1250.5))),
            (FieldKind::Money, json!(0.12345), None),
            (
                FieldKind::Date,
                json!("2026-01-31"),
                Some(json!("2026-01-31")),
            ),
            (FieldKind::Date, json!("2026-02-30"), None),
            (FieldKind::Boolean, json!("Yes"), Some(json!(true))),
            (FieldKind::Boolean, json!(1), None),
            (FieldKind::Choice, json!("RED"), Some(json!("Red"))),
            (FieldKind::Choice, json!("green"), None),
            (
                FieldKind::MultiChoice,
                json!("red, blue,red"),
                Some(json!(["Red", "Blue"])),
            ),
            (FieldKind::MultiChoice, json!(["red", "pink"]), None),
            (
                FieldKind::Url,
                json!("https://example.com/a?b"),
                Some(json!("https://example.com/a?b")),
            ),
            (FieldKind::Url, json!("javascript:alert(1)"), None),
            (
                FieldKind::Email,
                json!("Ada@Example.com"),
                Some(json!("ada@example.com")),
            ),
            (
                FieldKind::Phone,
                json!("202-555-0173"),
                Some(json!("+12025550173")),
            ),
            (FieldKind::Phone, json!("12"), None),
        ];
        for (kind, value, kept) in cases {
            let fields = [field("it", kind, &["Red", "Blue"])];
            let result = merged(&json!({}), &json!({"it": value}), &fields)
                .ok()
                .map(|it| it["it"].clone());
            assert_eq!(result, kept, "{kind:?} {value}");
        }
    }

    #[test]
    fn required_fields_are_demanded() {
        let mut required = field("budget", FieldKind::Number, &[]);
        required.required = true;
        let mut problems = Problems::new();
        Custom::default().demand(&[required], &mut problems);
        assert!(!problems.is_empty());
    }
}
