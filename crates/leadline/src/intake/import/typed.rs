//! A value of the file as the value of a field, or what is wrong with it.

use std::borrow::Cow;

use jiff::{civil::Date, tz::TimeZone};
use serde_json::Value as Json;
use store::Timestamp;

use super::{
    plan::{DateOrder, DecimalMark, Values},
    problem::ProblemKind as K,
    values,
};
use crate::{
    base::{Problems, text::tidy},
    leads::{
        Amount, Currency,
        custom::checked,
        fields::{Field, FieldKind},
        identity::{self, Phone},
        tags::Tags,
    },
};

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub kind: K,
    pub message: Cow<'static, str>,
}

const LONGEST_LINE: usize = 200;
const LONGEST_SOURCE: usize = 60;

fn wrong(kind: K, message: &'static str) -> Wrong {
    Wrong {
        kind,
        message: Cow::Borrowed(message),
    }
}

/// One tidy line; nothing where nothing is left.
pub fn line(text: &str) -> Result<Option<String>, Wrong> {
    bounded(text, LONGEST_LINE)
}

pub fn source(text: &str) -> Result<Option<String>, Wrong> {
    bounded(text, LONGEST_SOURCE)
}

fn bounded(text: &str, longest: usize) -> Result<Option<String>, Wrong> {
    if text.len() > longest && text.chars().count() > longest {
        return Err(Wrong {
            kind: K::TooLong,
            message: Cow::Owned(format!("The value is longer than {longest} characters.")),
        });
    }
    let Some(tidy) = tidy(text) else {
        return Ok(None);
    };
    Ok(Some(if tidy.contains(['\n', '\t']) {
        tidy.replace(['\n', '\t'], " ")
    } else {
        tidy
    }))
}

pub fn email(text: &str) -> Result<String, Wrong> {
    // What address books and spreadsheets put before the address.
    let bare = text.strip_prefix("mailto:").unwrap_or(text);
    let bare = match (bare.rfind('<'), bare.strip_suffix('>')) {
        (Some(start), Some(rest)) => &rest[start + 1..],
        _ => bare,
    };
    identity::normal_email(bare)
        .ok_or_else(|| wrong(K::NotAnEmail, "This is not an e-mail address."))
}

pub fn phone(text: &str, country: &str) -> Result<Phone, Wrong> {
    let bare = text.strip_prefix("tel:").unwrap_or(text);
    identity::normal_phone(bare, country).ok_or_else(|| {
        wrong(
            K::NotAPhone,
            "This is not a phone number of the file's country, and has no country code of another.",
        )
    })
}

pub fn score(text: &str, mark: DecimalMark) -> Result<i64, Wrong> {
    values::number(text, mark)
        .and_then(|it| it.parse::<f64>().ok())
        .filter(|it| (0.0..=100.0).contains(it))
        .map(rounded)
        .ok_or_else(|| wrong(K::NotAScore, "A score is a number from 0 to 100."))
}

#[expect(clippy::cast_possible_truncation, reason = "a number from 0 to 100")]
fn rounded(score: f64) -> i64 {
    score.round() as i64
}

pub fn amount(text: &str, mark: DecimalMark) -> Result<(Amount, Option<Currency>), Wrong> {
    values::money(text, mark)
        .and_then(|(amount, currency)| Some((Amount::parse(&amount)?, currency)))
        .ok_or_else(|| wrong(K::NotAnAmount, "This is not an amount of money."))
}

pub fn currency(text: &str) -> Result<Currency, Wrong> {
    let code = match text {
        "€" => "EUR",
        "$" => "USD",
        "£" => "GBP",
        code => code,
    };
    Currency::parse(&code.to_ascii_uppercase())
        .ok_or_else(|| wrong(K::NotACurrency, "This is not a currency, such as EUR."))
}

pub fn tags(text: &str) -> Result<Tags, Wrong> {
    let mut problems = Problems::new();
    let written = text.split([',', ';', '|']).map(str::trim);
    let written = written.filter(|it| !it.is_empty()).map(str::to_owned);
    let tags = Tags::new(written, "tags", &mut problems);
    if problems.is_empty() {
        return Ok(tags);
    }
    Err(wrong(
        K::TooLong,
        "There are more than 50 tags, or one of more than 60 characters.",
    ))
}

pub fn date(text: &str, order: DateOrder) -> Result<Date, Wrong> {
    values::date(text, order).ok_or_else(no_date)
}

pub fn moment(text: &str, order: DateOrder, zone: &TimeZone) -> Result<Timestamp, Wrong> {
    values::moment(text, order, zone)
        .map(|it| Timestamp(it.as_millisecond()))
        .filter(|it| it.0 >= 0)
        .ok_or_else(no_date)
}

fn no_date() -> Wrong {
    wrong(
        K::NotADate,
        "There is no such date, or it is written in another order.",
    )
}

pub fn unknown_stage() -> Wrong {
    wrong(K::UnknownStage, "There is no stage of this name.")
}

pub fn unknown_owner() -> Wrong {
    wrong(
        K::UnknownOwner,
        "Nobody of this name or address works here, or several do.",
    )
}

pub fn unknown_value() -> Wrong {
    wrong(K::UnknownValue, "The map of values does not have this one.")
}

/// A custom field's value as it is kept; null where nothing is to be kept.
pub fn custom(text: &str, field: Option<&Field>, values: &Values) -> Result<Json, Wrong> {
    let Some(field) = field else {
        let value = tidy(text).map_or(Json::Null, Json::String);
        return checked(value, None, &values.country).map_err(|it| other(K::TooLong, &it));
    };
    let mark = values.decimal_mark;
    let (value, kind) = match field.kind {
        FieldKind::Number => {
            let number = values::number(text, mark)
                .ok_or_else(|| wrong(K::NotANumber, "This is not a number."))?;
            (Json::String(number), K::NotANumber)
        }
        FieldKind::Money => {
            let (amount, _) = values::money(text, mark)
                .ok_or_else(|| wrong(K::NotAnAmount, "This is not an amount of money."))?;
            (Json::String(amount), K::NotAnAmount)
        }
        FieldKind::Date => (
            Json::String(date(text, values.date_order)?.to_string()),
            K::NotADate,
        ),
        FieldKind::Boolean => match boolean(text) {
            Some(it) => (Json::Bool(it), K::NotValid),
            None => return Err(wrong(K::NotValid, "This is neither yes nor no.")),
        },
        FieldKind::Choice | FieldKind::MultiChoice => {
            (Json::String(text.replace([';', '|'], ",")), K::NotAChoice)
        }
        FieldKind::Email => (Json::String(email(text)?), K::NotAnEmail),
        FieldKind::Phone => (Json::String(text.to_owned()), K::NotAPhone),
        FieldKind::Text | FieldKind::Url => {
            (tidy(text).map_or(Json::Null, Json::String), K::NotValid)
        }
    };
    checked(value, Some(field), &values.country).map_err(|it| other(kind, &it))
}

fn other(kind: K, message: &str) -> Wrong {
    Wrong {
        kind,
        message: Cow::Owned(format!("The value {message}.")),
    }
}

/// Yes and no in the languages that headers are known in.
fn boolean(text: &str) -> Option<bool> {
    const YES: [&str; 13] = [
        "true", "yes", "y", "1", "x", "ja", "j", "wahr", "oui", "vrai", "si", "sim", "on",
    ];
    const NO: [&str; 11] = [
        "false", "no", "n", "0", "nein", "falsch", "non", "faux", "nao", "nee", "off",
    ];
    let folded = crate::base::text::fold(text.trim());
    if YES.contains(&folded.as_str()) {
        return Some(true);
    }
    NO.contains(&folded.as_str()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_typed_or_are_told() {
        let values = Values {
            decimal_mark: DecimalMark::Comma,
            ..Values::default()
        };
        let of = |kind, text: &str| {
            custom(
                text,
                Some(&Field::for_tests("it", kind, &["Red", "Blue"])),
                &values,
            )
            .map_err(|it| it.kind)
        };
        for (kind, text, expected) in [
            (FieldKind::Number, "1.234,5", Ok(serde_json::json!(1234.5))),
            (FieldKind::Number, "many", Err(K::NotANumber)),
            (FieldKind::Money, "12,50 €", Ok(serde_json::json!(12.5))),
            (FieldKind::Date, "31/01/2026", Ok("2026-01-31".into())),
            (FieldKind::Date, "31/02/2026", Err(K::NotADate)),
            (FieldKind::Boolean, "Nein", Ok(false.into())),
            (FieldKind::Boolean, "maybe", Err(K::NotValid)),
            (FieldKind::Choice, "RED", Ok("Red".into())),
            (FieldKind::Choice, "green", Err(K::NotAChoice)),
            (
                FieldKind::MultiChoice,
                "red; blue",
                Ok(serde_json::json!(["Red", "Blue"])),
            ),
            (FieldKind::Email, "x", Err(K::NotAnEmail)),
            (FieldKind::Text, " x ", Ok("x".into())),
        ] {
            assert_eq!(of(kind, text), expected, "{kind:?} {text}");
        }
        assert_eq!(custom("=1+1", None, &values).unwrap(), "=1+1");
    }

    #[test]
    fn addresses_lose_what_programs_put_around_them() {
        for text in [
            "ada@example.org",
            "mailto:ada@example.org",
            "Ada <Ada@example.org>",
        ] {
            assert_eq!(email(text).unwrap(), "ada@example.org");
        }
        assert!(email("Ada <>").is_err());
        assert!(line(&"x".repeat(201)).is_err());
        assert_eq!(line(" a\tb ").unwrap().as_deref(), Some("a b"));
        assert_eq!(score("42,4", DecimalMark::Comma).unwrap(), 42);
        assert!(score("101", DecimalMark::Point).is_err());
    }
}
