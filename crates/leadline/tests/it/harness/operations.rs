//! The operations of the API document, and requests made up for them.

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Call, Client};

pub struct Operation {
    /// Method and path, as people name it.
    pub name: String,
    /// As generated clients name it.
    pub id: String,
    pub method: Method,
    /// Relative to a mount, with its parameters in braces.
    pub path: String,
    /// Open to strangers.
    pub public: bool,
    body: Option<Value>,
}

/// A value for a name: the id of a record for a part of a path, or for a field of a body.
pub trait Names {
    /// For the parameter behind this segment of a path.
    fn in_path(&self, segment: &str) -> String;
    fn in_body(&self, field: &str) -> Option<Value>;
}

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(leadline::api::document()).unwrap());

/// Every operation, in the order of the document.
pub fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item
            .as_object()
            .unwrap()
            .iter()
            .filter(|it| it.1["responses"].is_object())
        {
            let content = &operation["requestBody"]["content"]["application/json"]["schema"];
            operations.push(Operation {
                id: operation["operationId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                name: format!("{} {path}", method.to_uppercase()),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                public: operation["security"] == json!([{}]),
                body: content.is_object().then(|| content.clone()),
            });
        }
    }
    assert!(
        operations.len() > 40,
        "only {} operations were found",
        operations.len()
    );
    operations
}

impl Operation {
    pub fn has_path_ids(&self) -> bool {
        self.path.contains('{')
    }

    /// The operation as a request.
    pub fn call(&self, client: &Client, mount: &str, names: &dyn Names) -> Call {
        let call = client.call(
            self.method.clone(),
            format!("{mount}{}", self.filled(names)),
        );
        match self.body(names) {
            Value::Null => call,
            body => call.json(&body),
        }
    }

    /// As small as its schema allows, with the fields that a record's id is known for.
    pub fn body(&self, names: &dyn Names) -> Value {
        self.body
            .as_ref()
            .map_or(Value::Null, |schema| example("", schema, names))
    }

    fn filled(&self, names: &dyn Names) -> String {
        let mut before = String::new();
        let mut filled = String::new();
        for segment in self.path.split('/').skip(1) {
            filled.push('/');
            if segment.starts_with('{') {
                filled += &names.in_path(&before);
            } else {
                filled += segment;
            }
            segment.clone_into(&mut before);
        }
        filled
    }
}

fn example(name: &str, schema: &Value, names: &dyn Names) -> Value {
    if let Some(value) = names.in_body(name) {
        return if kind(schema) == "array" {
            json!([value])
        } else {
            value
        };
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = DOCUMENT
            .pointer(&reference[1..])
            .unwrap_or_else(|| panic!("no {reference}"));
        return example(name, schema, names);
    }
    if let Some(value) = schema
        .get("example")
        .or_else(|| schema.get("default"))
        .filter(|it| !it.is_null())
    {
        return value.clone();
    }
    if let Some(choices) = schema["enum"].as_array() {
        return choices[0].clone();
    }
    if let Some(choices) = ["oneOf", "anyOf"]
        .iter()
        .find_map(|it| schema[*it].as_array())
    {
        let first = choices.iter().find(|it| it["type"] != "null").unwrap();
        return example(name, first, names);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|it| example(name, it, names));
        return parts
            .filter_map(|it| it.as_object().cloned())
            .fold(Map::new(), |all, it| all.into_iter().chain(it).collect())
            .into();
    }
    match kind(schema) {
        "object" => object(schema, names),
        "array" => json!([example(name, &schema["items"], names)]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        _ => match schema["format"].as_str() {
            Some("uuid") => json!(uuid::Uuid::nil()),
            Some("date-time") => json!("2026-02-01T00:00:00Z"),
            Some("email") => json!("somebody@example.org"),
            Some("password") => json!("correct horse battery staple"),
            _ => json!("example"),
        },
    }
}

/// What is required, and every field that a record's id is known for.
fn object(schema: &Value, names: &dyn Names) -> Value {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let wanted = properties
        .iter()
        .filter(|(name, _)| required.contains(&name.as_str()) || names.in_body(name).is_some());
    wanted
        .map(|(name, schema)| (name.clone(), example(name, schema, names)))
        .collect::<Map<_, _>>()
        .into()
}

fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|it| *it != "null")
            .unwrap_or("string"),
        _ if schema["properties"].is_object() => "object",
        _ => "string",
    }
}
