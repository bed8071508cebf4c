//! Values of tests, read as what a field holds.

use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    condition::{LONGEST, MOST_VALUES},
    op::Op,
    rule::{Says, Span},
};
use crate::{
    base::text::fold,
    leads::{Amount, identity},
};

/// What is wrong with a test: in which part of it, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub part: String,
    pub message: String,
}

pub type Read<T> = Result<T, Wrong>;

impl Wrong {
    pub fn value(message: impl Into<String>) -> Wrong {
        Wrong {
            part: "value".into(),
            message: message.into(),
        }
    }

    pub fn op(allowed: &[Op]) -> Wrong {
        let names: Vec<_> = allowed.iter().map(|it| it.name()).collect();
        Wrong {
            part: "op".into(),
            message: format!("of this field must be one of {}", names.join(", ")),
        }
    }
}

/// The values of `in` and its like, or the single one of `is`.
pub fn each<T>(op: Op, value: &Json, read: impl Fn(&Json) -> Result<T, String>) -> Read<Vec<T>> {
    if !op.takes_set() {
        return read(value).map(|it| vec![it]).map_err(Wrong::value);
    }
    let Json::Array(items) = value else {
        return Err(Wrong::value("must be a list"));
    };
    if items.is_empty() || items.len() > MOST_VALUES {
        return Err(Wrong::value(format!(
            "must be a list of 1 to {MOST_VALUES} values"
        )));
    }
    let read = |(index, item)| {
        read(item).map_err(|message| Wrong {
            part: format!("value[{index}]"),
            message,
        })
    };
    items.iter().enumerate().map(read).collect()
}

pub fn text(value: &Json) -> Result<String, String> {
    let text = value.as_str().ok_or("must be text")?;
    if text.is_empty() || text.contains('\0') {
        return Err("must be text, and not empty".into());
    }
    if text.chars().count() > LONGEST {
        return Err(format!("must not be longer than {LONGEST} characters"));
    }
    Ok(text.to_owned())
}

pub fn folded(value: &Json) -> Result<String, String> {
    let folded = fold(&text(value)?);
    if folded.is_empty() {
        Err("holds no letter that could be compared".into())
    } else {
        Ok(folded)
    }
}

/// A tag or a member of a list.
pub fn member(value: &Json) -> Result<String, String> {
    let text = text(value)?;
    let folded = fold(text.trim());
    if folded.is_empty() {
        Err("must not be empty".into())
    } else {
        Ok(folded)
    }
}

pub fn email(value: &Json) -> Result<String, String> {
    identity::normal_email(&text(value)?).ok_or_else(|| "is not an e-mail address".into())
}

pub fn phone(value: &Json) -> Result<String, String> {
    let phone = identity::normal_phone(&text(value)?, "");
    phone
        .map(|it| it.e164)
        .ok_or_else(|| "is not a phone number with its country code, such as +12025550173".into())
}

/// Part of a number, in whatever way it is written.
pub fn phone_part(op: Op, value: &Json) -> Read<Says> {
    let text = text(value).map_err(Wrong::value)?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Err(Wrong::value("must hold digits"));
    }
    Ok(if op == Op::StartsWith {
        Says::StartsWith(format!("+{digits}"))
    } else {
        Says::Contains(digits)
    })
}

pub fn whole(value: &Json) -> Result<i64, String> {
    value
        .as_i64()
        .ok_or_else(|| "must be a whole number".into())
}

pub fn number(value: &Json) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| "must be a number".into())
}

pub fn amount(value: &Json) -> Result<Amount, String> {
    let parsed = match value {
        Json::Number(number) => Amount::parse(&number.to_string()),
        Json::String(text) => Amount::parse(text.trim()),
        _ => None,
    };
    parsed.ok_or_else(|| "must be an amount such as 1250.50".into())
}

pub fn truth(value: &Json) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| "must be true or false".into())
}

pub fn id(value: &Json) -> Result<Uuid, String> {
    let text = value.as_str().unwrap_or_default();
    Uuid::parse_str(text).map_err(|_| "must be an id".into())
}

/// Numbers that can be followed and preceded by another.
pub trait Steps: Copy + PartialOrd {
    /// Nothing, where there is none.
    fn up(self) -> Option<Self>;
    fn down(self) -> Option<Self>;
}

impl Steps for i64 {
    fn up(self) -> Option<i64> {
        self.checked_add(1)
    }

    fn down(self) -> Option<i64> {
        self.checked_sub(1)
    }
}

impl Steps for f64 {
    fn up(self) -> Option<f64> {
        Some(self.next_up())
    }

    fn down(self) -> Option<f64> {
        Some(self.next_down())
    }
}

pub const NUMBER_OPS: [Op; 9] = [
    Op::Is,
    Op::IsNot,
    Op::In,
    Op::NotIn,
    Op::AtLeast,
    Op::MoreThan,
    Op::AtMost,
    Op::LessThan,
    Op::Between,
];

/// The spans of which a number must be in one.
pub fn spans<T: Steps>(
    op: Op,
    value: &Json,
    read: impl Fn(&Json) -> Result<T, String>,
) -> Read<Vec<Span<T>>> {
    let one = |value: &Json| read(value).map_err(Wrong::value);
    Ok(match op {
        Op::Is | Op::In => each(op, value, read)?
            .into_iter()
            .map(Span::exactly)
            .collect(),
        Op::AtLeast => vec![Span::at_least(one(value)?)],
        Op::AtMost => vec![Span::at_most(one(value)?)],
        Op::MoreThan => one(value)?.up().map(Span::at_least).into_iter().collect(),
        Op::LessThan => one(value)?.down().map(Span::at_most).into_iter().collect(),
        Op::Between => {
            let (first, second) = pair(value)?;
            let (least, most) = (one(first)?, one(second)?);
            if least > most {
                return Err(Wrong::value("must go from the less to the greater"));
            }
            vec![Span {
                least: Some(least),
                most: Some(most),
            }]
        }
        _ => return Err(Wrong::op(&NUMBER_OPS)),
    })
}

pub fn pair(value: &Json) -> Read<(&Json, &Json)> {
    match value.as_array().map(Vec::as_slice) {
        Some([first, second]) => Ok((first, second)),
        _ => Err(Wrong::value("must be a list of two")),
    }
}
