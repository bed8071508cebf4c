//! What values look like, whatever their column is called.

use std::{collections::HashMap, hash::Hash};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    plan::{DateOrder, DecimalMark},
    values,
};
use crate::leads::fields::FieldKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportShape)]
pub enum Shape {
    Email,
    Phone,
    Url,
    Date,
    Money,
    Number,
    Boolean,
    Text,
}

/// What the values of a column look like, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    seen: HashMap<Shape, usize>,
    values: usize,
}

impl Tally {
    pub fn add(&mut self, value: &str) -> Option<Shape> {
        let shape = of_value(value)?;
        *self.seen.entry(shape).or_default() += 1;
        self.values += 1;
        Some(shape)
    }

    /// What nine in ten of them are; text, where they differ.
    pub fn shape(&self) -> Option<Shape> {
        if self.values == 0 {
            return None;
        }
        let numbers = |it: &Shape| matches!(it, Shape::Number | Shape::Money);
        let most = |it: usize| it * 10 >= self.values * 9;
        let alone = self.seen.iter().find(|it| most(*it.1)).map(|it| *it.0);
        let numeric: usize = self
            .seen
            .iter()
            .filter(|it| numbers(it.0))
            .map(|it| it.1)
            .sum();
        alone
            .or_else(|| most(numeric).then_some(Shape::Money))
            .or(Some(Shape::Text))
    }
}

impl Shape {
    /// The type that a custom field of such values would have.
    pub fn kind(self) -> FieldKind {
        match self {
            Shape::Email => FieldKind::Email,
            Shape::Phone => FieldKind::Phone,
            Shape::Url => FieldKind::Url,
            Shape::Date => FieldKind::Date,
            Shape::Money => FieldKind::Money,
            Shape::Number => FieldKind::Number,
            Shape::Boolean => FieldKind::Boolean,
            Shape::Text => FieldKind::Text,
        }
    }
}

/// Nothing, where the value is empty.
pub fn of_value(value: &str) -> Option<Shape> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    Some(if is_email(value) {
        Shape::Email
    } else if value.starts_with("http://")
        || value.starts_with("https://")
        || value.starts_with("www.")
    {
        Shape::Url
    } else if is_date(value) {
        Shape::Date
    } else if is_number(value) {
        Shape::Number
    } else if is_phone(value) {
        Shape::Phone
    } else if is_money(value) {
        Shape::Money
    } else if matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no"
    ) {
        Shape::Boolean
    } else {
        Shape::Text
    })
}

/// The value that stands most often; of several the first.
pub fn most_frequent<T: Hash + Eq + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: HashMap<T, (usize, usize)> = HashMap::new();
    for (at, value) in values.enumerate() {
        counts.entry(value).or_insert((0, at)).0 += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(_, (count, at))| (*count, std::cmp::Reverse(*at)));
    best.map(|it| it.0)
}

fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !value.contains(char::is_whitespace)
    })
}

fn is_date(value: &str) -> bool {
    (6..=30).contains(&value.len())
        && [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd]
            .into_iter()
            .any(|it| values::date(value, it).is_some())
        // "20260131" is as well a number.
        && !value.bytes().all(|it| it.is_ascii_digit())
}

fn is_number(value: &str) -> bool {
    // A number of nine digits and more, or one that begins with a zero, is rather one to call.
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let leading = value.len() > 1
        && value.starts_with('0')
        && !value.starts_with("0.")
        && !value.starts_with("0,");
    digits < 9
        && !leading
        && !value.starts_with('+')
        && [DecimalMark::Point, DecimalMark::Comma]
            .into_iter()
            .any(|it| values::number(value, it).is_some())
}

fn is_phone(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let signs = |it: char| {
        it.is_ascii_digit() || matches!(it, '+' | '-' | '(' | ')' | ' ' | '/' | '.' | '\u{a0}')
    };
    (7..=18).contains(&digits) && value.chars().all(signs)
}

fn is_money(value: &str) -> bool {
    [DecimalMark::Point, DecimalMark::Comma]
        .into_iter()
        .any(|it| values::money(value, it).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_shape() {
        for (value, shape) in [
            ("ada@example.org", Shape::Email),
            ("ada@example", Shape::Text),
            ("+49 30 1234567", Shape::Phone),
            ("030/1234567", Shape::Phone),
            ("2025550173", Shape::Phone),
            ("https://example.org", Shape::Url),
            ("31.01.2026", Shape::Date),
            ("2026-01-31T10:00:00Z", Shape::Date),
            ("1.250,50", Shape::Number),
            ("12", Shape::Number),
            ("€ 12", Shape::Money),
            ("yes", Shape::Boolean),
            ("Ada", Shape::Text),
        ] {
            assert_eq!(of_value(value), Some(shape), "{value}");
        }
        assert_eq!(of_value("  "), None);
    }

    #[test]
    fn a_column_is_what_most_of_it_is() {
        let tally = |values: &[&str]| {
            let mut tally = Tally::default();
            for value in values {
                tally.add(value);
            }
            tally.shape()
        };
        assert_eq!(tally(&["1", "2", ""]), Some(Shape::Number));
        assert_eq!(tally(&["1", "€ 2"]), Some(Shape::Money));
        assert_eq!(tally(&["1", "two"]), Some(Shape::Text));
        assert_eq!(tally(&[]), None);
        assert_eq!(most_frequent([1, 2, 2, 1].into_iter()), Some(1));
    }
}
