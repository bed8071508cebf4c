//! What stands in one cell, before a format gives it its form.

use std::borrow::Cow;

use store::Timestamp;
use uuid::Uuid;

use crate::leads::{Amount, fields::FieldKind};

#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Uuid(Uuid),
    Whole(i64),
    Amount(Amount),
    /// As JSON writes it.
    Number(&'a str),
    Bool(bool),
    Time(Timestamp),
    /// `2026-01-31`.
    Day(Cow<'a, str>),
    /// A JSON list that is not empty; [`joined`] makes one text of it.
    List(&'a str),
    Json(&'a str),
}

/// Stands between the members of a list; what reads files of leads parts tags there.
const BETWEEN: &str = ", ";

impl<'a> Cell<'a> {
    pub fn text(text: &'a str) -> Cell<'a> {
        Cell::Text(Cow::Borrowed(text))
    }

    pub fn opt_text(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Empty, Cell::text)
    }

    pub fn opt_uuid(id: Option<Uuid>) -> Cell<'a> {
        id.map_or(Cell::Empty, Cell::Uuid)
    }

    pub fn opt_time(at: Option<Timestamp>) -> Cell<'a> {
        at.map_or(Cell::Empty, Cell::Time)
    }

    /// The value of a custom field.
    pub fn custom(json: &'a str, kind: Option<FieldKind>) -> Cell<'a> {
        match json.as_bytes().first() {
            Some(b'"') if kind == Some(FieldKind::Date) => Cell::Day(unquoted(json)),
            Some(b'"') => Cell::Text(unquoted(json)),
            Some(b't') => Cell::Bool(true),
            Some(b'f') => Cell::Bool(false),
            Some(b'-' | b'0'..=b'9') => Cell::Number(json),
            Some(b'[') => Cell::list(json),
            Some(b'{') => Cell::Json(json),
            _ => Cell::Empty,
        }
    }

    pub fn list(json: &'a str) -> Cell<'a> {
        if inner(json).is_empty() {
            Cell::Empty
        } else {
            Cell::List(json)
        }
    }
}

/// A list as one text.
pub fn joined(json: &str) -> Cow<'_, str> {
    plain_texts(inner(json)).unwrap_or_else(|| any_joined(json).into())
}

fn inner(json: &str) -> &str {
    json.trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .trim()
}

fn unquoted(json: &str) -> Cow<'_, str> {
    let inner = json
        .get(1..json.len().saturating_sub(1))
        .unwrap_or_default();
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str::<String>(json).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// Texts without escapes have their quotes only around them.
fn plain_texts(inner: &str) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'\\', inner.as_bytes()).is_some() {
        return None;
    }
    let mut joined = String::with_capacity(inner.len());
    let mut first = None;
    for (number, part) in inner.split('"').enumerate() {
        if number % 2 == 0 {
            if !matches!(part.trim(), "" | ",") {
                return None;
            }
            continue;
        }
        match first {
            None => first = Some(part),
            Some(text) if joined.is_empty() => {
                joined.extend([text, BETWEEN, part]);
            }
            Some(_) => joined.extend([BETWEEN, part]),
        }
    }
    Some(if joined.is_empty() {
        Cow::Borrowed(first?)
    } else {
        Cow::Owned(joined)
    })
}

fn any_joined(json: &str) -> String {
    let items: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let shown = items.into_iter().map(|it| match it {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    });
    shown.collect::<Vec<_>>().join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_joined_whatever_is_in_them() {
        for (json, text) in [
            (r#"["hot"]"#, "hot"),
            (r#"["hot","cold"]"#, "hot, cold"),
            (r#"["a", "b", "c"]"#, "a, b, c"),
            (r#"["a\"b","c\\"]"#, "a\"b, c\\"),
            (r#"[1, "x", true]"#, "1, x, true"),
            (r#"["", "x", "y"]"#, ", x, y"),
        ] {
            assert_eq!(joined(json), text, "{json}");
        }
        assert_eq!(Cell::list("[]"), Cell::Empty);
        assert_eq!(Cell::list("[ ]"), Cell::Empty);
    }

    #[test]
    fn custom_values_keep_their_kind() {
        assert_eq!(Cell::custom("5.25", None), Cell::Number("5.25"));
        assert_eq!(Cell::custom("true", None), Cell::Bool(true));
        assert_eq!(Cell::custom("null", None), Cell::Empty);
        assert_eq!(Cell::custom(r#""a\nb""#, None), Cell::text("a\nb"));
        assert_eq!(Cell::custom(r#""""#, None), Cell::text(""));
        let day = Cell::custom(r#""2026-01-31""#, Some(FieldKind::Date));
        assert_eq!(day, Cell::Day("2026-01-31".into()));
    }
}
