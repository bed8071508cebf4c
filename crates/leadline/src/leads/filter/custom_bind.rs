//! Tests of custom fields, read as their definitions say; fields without one are compared as what they hold.

use serde_json::Value as Json;

use super::{
    around::Around,
    bind::{self, TEXT_OPS},
    condition::Test,
    op::Op,
    operand::{self, Read, Wrong, each},
    rule::{Custom, Leaf, Rule, Says, Span},
};
use crate::{base::text::fold, leads::fields::FieldKind};

pub fn test(key: &str, test: &Test, around: &Around) -> Read<Rule> {
    let leaf = |wanted: Custom| Leaf::Custom(key.to_owned(), wanted);
    if test.op == Op::IsEmpty {
        return Ok(Rule::Leaf(leaf(Custom::Nothing)));
    }
    let defined = around.fields.iter().find(|it| it.key == key);
    match defined.map(|it| it.kind) {
        Some(FieldKind::Text | FieldKind::Url | FieldKind::Email | FieldKind::Choice) => {
            Ok(Rule::Leaf(leaf(Custom::Text(bind::says(test.op, test)?))))
        }
        Some(FieldKind::Phone) => Ok(Rule::Leaf(leaf(Custom::Text(phone(test)?)))),
        Some(FieldKind::Number) => {
            let spans = operand::spans(test.op, &test.value, operand::number)?;
            Ok(bind::any(spans, |it| leaf(Custom::Number(it))))
        }
        Some(FieldKind::Money) => {
            let spans = operand::spans(test.op, &test.value, money)?;
            Ok(bind::any(spans, |it| leaf(Custom::Number(it))))
        }
        Some(FieldKind::Date) => day(test, around).map(|it| Rule::Leaf(leaf(Custom::Days(it)))),
        Some(FieldKind::Boolean) => match test.op {
            Op::Is => {
                let wanted = operand::truth(&test.value).map_err(Wrong::value)?;
                Ok(Rule::Leaf(leaf(Custom::Flag(wanted))))
            }
            _ => Err(Wrong::op(&[Op::Is, Op::IsNot, Op::IsEmpty, Op::IsNotEmpty])),
        },
        Some(FieldKind::MultiChoice) => {
            bind::members(test, |it| leaf(Custom::Has(it)), leaf(Custom::Nothing))
        }
        None => undefined(test, leaf),
    }
}

fn phone(test: &Test) -> Read<Says> {
    match test.op {
        Op::Is | Op::In => Ok(Says::Exactly(each(test.op, &test.value, operand::phone)?)),
        Op::Contains | Op::StartsWith => operand::phone_part(test.op, &test.value),
        _ => Err(Wrong::op(&TEXT_OPS)),
    }
}

/// Amounts are kept as numbers; the nearest one is the same on both sides.
fn money(value: &Json) -> Result<f64, String> {
    let amount = operand::amount(value)?.to_string();
    amount.parse().map_err(|_| "must be an amount".into())
}

fn day(test: &Test, around: &Around) -> Read<Span<i64>> {
    let op = if test.op == Op::Is { Op::On } else { test.op };
    let (least, most) = around.now.days_of(bind::interval(op, test, around)?);
    Ok(Span { least, most })
}

fn undefined(test: &Test, leaf: impl Fn(Custom) -> Leaf) -> Read<Rule> {
    match test.op {
        Op::Is | Op::In => {
            let equal = each(test.op, &test.value, equal)?;
            Ok(bind::any(equal.into_iter().flatten().collect(), leaf))
        }
        Op::Contains | Op::StartsWith => {
            Ok(Rule::Leaf(leaf(Custom::Text(bind::says(test.op, test)?))))
        }
        Op::AtLeast | Op::MoreThan | Op::AtMost | Op::LessThan | Op::Between => {
            let spans = operand::spans(test.op, &test.value, operand::number)?;
            Ok(bind::any(spans, |it| leaf(Custom::Number(it))))
        }
        Op::Has | Op::HasAny | Op::HasAll => {
            bind::members(test, |it| leaf(Custom::Has(it)), leaf(Custom::Nothing))
        }
        _ => Err(Wrong {
            part: "op".into(),
            message: "compares days, and the field is not defined to hold them".into(),
        }),
    }
}

/// What a field without a definition may hold to be equal: text also stands for the number or the truth that it spells.
fn equal(value: &Json) -> Result<Vec<Custom>, String> {
    match value {
        Json::Bool(it) => Ok(vec![Custom::Flag(*it)]),
        Json::Number(_) => Ok(vec![Custom::Number(Span::exactly(operand::number(value)?))]),
        Json::String(text) => {
            let folded = operand::folded(value)?;
            let number = text.trim().parse::<f64>().ok().filter(|it| it.is_finite());
            let flag = fold(text.trim()).parse::<bool>().ok();
            Ok([
                Some(Custom::Text(Says::Folded(vec![folded]))),
                number.map(|it| Custom::Number(Span::exactly(it))),
                flag.map(Custom::Flag),
            ]
            .into_iter()
            .flatten()
            .collect())
        }
        _ => Err("must be text, a number, true or false".into()),
    }
}
