//! From conditions to rules: each test is read as what its field holds.

use uuid::Uuid;

use super::{
    around::Around,
    condition::{Condition, Test},
    custom_bind,
    deeds::{Deed, Deeds},
    field::{Core, Field},
    moments::Interval,
    op::Op,
    operand::{self, Read, Wrong, each},
    rule::{IdColumn, Leaf, NumberColumn, Rule, Says, Span, TextColumn, TimeColumn},
};
use crate::{
    base::Problems,
    leads::{Currency, search::Term},
};

/// The rule that a condition comes to. What is wrong is added to `problems`.
pub fn bind(condition: &Condition, around: &Around, problems: &mut Problems) -> Rule {
    let mut each = |items: &[Condition]| {
        items
            .iter()
            .map(|it| bind(it, around, problems))
            .collect::<Vec<_>>()
    };
    match condition {
        Condition::All(items) => Rule::All(each(items)),
        Condition::Any(items) => Rule::Any(each(items)),
        Condition::Not(inner) => bind(inner, around, problems).denied(),
        Condition::Test(test) => match bind_test(test, around) {
            Ok(rule) => rule,
            Err(wrong) => {
                problems.add(format!("{}.{}", test.path, wrong.part), wrong.message);
                Rule::NEVER
            }
        },
    }
}

fn bind_test(test: &Test, around: &Around) -> Read<Rule> {
    if let Some(op) = test.op.denies() {
        let denied = Test { op, ..test.clone() };
        return Ok(asserted(&denied, around)?.denied());
    }
    asserted(test, around)
}

fn asserted(test: &Test, around: &Around) -> Read<Rule> {
    match &test.field {
        Field::Core(core) => core_test(*core, test, around),
        Field::Custom(key) => custom_bind::test(key, test, around),
    }
}

fn core_test(core: Core, test: &Test, around: &Around) -> Read<Rule> {
    match core {
        Core::Id => ids(test, IdColumn::Lead, operand::id),
        Core::Search => search(test),
        Core::Name => text(test, TextColumn::Name),
        Core::Company => text(test, TextColumn::Company),
        Core::Title => text(test, TextColumn::Title),
        Core::Email | Core::Phone | Core::Source | Core::Currency => key(core, test),
        Core::Score => {
            let spans = operand::spans(test.op, &test.value, operand::whole)?;
            Ok(any(spans, |it| Leaf::Number(NumberColumn::Score, it)))
        }
        Core::Value => value(test),
        Core::Tags => members(test, Leaf::Tag, Leaf::NoTags),
        Core::Stage => ids(test, IdColumn::Stage, operand::id),
        Core::Pipeline => ids(test, IdColumn::Pipeline, operand::id),
        Core::StageType => stage_type(test, around),
        Core::Owner => owner(test, around),
        Core::Created => time(test, TimeColumn::Created, around),
        Core::Updated => time(test, TimeColumn::Updated, around),
        Core::StageChanged => time(test, TimeColumn::StageChanged, around),
        Core::Converted => time(test, TimeColumn::Converted, around),
        Core::LastSubmission => time(test, TimeColumn::LastSubmission, around),
        Core::DaysInStage => days_in_stage(test, around),
        Core::CreatedIn => deeds(test, Deed::Created),
        Core::ChangedIn => deeds(test, Deed::Changed),
        Core::SkippedIn => deeds(test, Deed::Skipped),
    }
}

/// One of several leaves.
pub fn any<T>(items: Vec<T>, leaf: impl Fn(T) -> Leaf) -> Rule {
    Rule::Any(items.into_iter().map(|it| Rule::Leaf(leaf(it))).collect())
}

pub const TEXT_OPS: [Op; 9] = [
    Op::Is,
    Op::IsNot,
    Op::In,
    Op::NotIn,
    Op::Contains,
    Op::NotContains,
    Op::StartsWith,
    Op::IsEmpty,
    Op::IsNotEmpty,
];

/// What a text must say where case and accents do not matter.
pub fn says(op: Op, test: &Test) -> Read<Says> {
    let one = || operand::folded(&test.value).map_err(Wrong::value);
    Ok(match op {
        Op::Is | Op::In => Says::Folded(each(op, &test.value, operand::folded)?),
        Op::Contains => Says::Contains(one()?),
        Op::StartsWith => Says::StartsWith(one()?),
        Op::IsEmpty => Says::Nothing,
        _ => return Err(Wrong::op(&TEXT_OPS)),
    })
}

fn text(test: &Test, column: TextColumn) -> Read<Rule> {
    Ok(Rule::Leaf(Leaf::Text(column, says(test.op, test)?)))
}

type ReadText = fn(&serde_json::Value) -> Result<String, String>;

/// Texts that tell one thing from another: what they are is compared letter for letter.
fn key(core: Core, test: &Test) -> Read<Rule> {
    let (column, read): (_, ReadText) = match core {
        Core::Email => (TextColumn::Email, operand::email),
        Core::Phone => (TextColumn::Phone, operand::phone),
        Core::Currency => (TextColumn::Currency, currency),
        _ => (TextColumn::Source, operand::text),
    };
    let says = match (test.op, core) {
        (Op::Is | Op::In, _) => Says::Exactly(each(test.op, &test.value, read)?),
        (Op::Contains | Op::StartsWith, Core::Phone) => operand::phone_part(test.op, &test.value)?,
        _ => says(test.op, test)?,
    };
    Ok(Rule::Leaf(Leaf::Text(column, says)))
}

fn currency(value: &serde_json::Value) -> Result<String, String> {
    let code = value.as_str().and_then(Currency::parse);
    code.map(|it| it.code().to_owned())
        .ok_or_else(|| "must be a currency's ISO 4217 code, such as \"EUR\"".into())
}

fn search(test: &Test) -> Read<Rule> {
    if test.op != Op::Contains {
        return Err(Wrong::op(&[Op::Contains, Op::NotContains]));
    }
    let typed = operand::text(&test.value).map_err(Wrong::value)?;
    let term = Term::parse(&typed).ok_or_else(|| Wrong::value("holds nothing to look for"))?;
    Ok(Rule::Leaf(Leaf::Search(term)))
}

fn value(test: &Test) -> Read<Rule> {
    const ANY: Span<i64> = Span {
        least: None,
        most: None,
    };
    if test.op == Op::IsEmpty {
        return Ok(Rule::Not(Leaf::Number(NumberColumn::Value, ANY)));
    }
    let amount = |value: &_| operand::amount(value).map(|it| it.0);
    let spans = operand::spans(test.op, &test.value, amount)?;
    Ok(any(spans, |it| Leaf::Number(NumberColumn::Value, it)))
}

/// What holds several values.
pub fn members(test: &Test, leaf: impl Fn(String) -> Leaf, nothing: Leaf) -> Read<Rule> {
    let each = || each(test.op, &test.value, operand::member);
    Ok(match test.op {
        Op::Has | Op::HasAny => any(each()?, leaf),
        Op::HasAll => Rule::All(each()?.into_iter().map(|it| Rule::Leaf(leaf(it))).collect()),
        Op::IsEmpty => Rule::Leaf(nothing),
        _ => {
            return Err(Wrong::op(&[
                Op::Has,
                Op::HasAny,
                Op::HasAll,
                Op::HasNone,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ]));
        }
    })
}

const ID_OPS: [Op; 4] = [Op::Is, Op::IsNot, Op::In, Op::NotIn];

fn ids(
    test: &Test,
    column: IdColumn,
    read: impl Fn(&serde_json::Value) -> Result<Uuid, String>,
) -> Read<Rule> {
    match test.op {
        Op::Is | Op::In => Ok(one_of(column, each(test.op, &test.value, read)?)),
        _ => Err(Wrong::op(&ID_OPS)),
    }
}

fn one_of(column: IdColumn, mut ids: Vec<Uuid>) -> Rule {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        Rule::NEVER
    } else {
        Rule::Leaf(Leaf::Id(column, ids))
    }
}

/// What change sets did.
fn deeds(test: &Test, deed: Deed) -> Read<Rule> {
    match test.op {
        Op::Is | Op::In => {
            let sets = each(test.op, &test.value, operand::id)?;
            Ok(Rule::Leaf(Leaf::Deeds(Deeds::new(deed, sets))))
        }
        _ => Err(Wrong::op(&ID_OPS)),
    }
}

fn stage_type(test: &Test, around: &Around) -> Read<Rule> {
    let kind = |value: &serde_json::Value| match value.as_str() {
        Some(kind @ ("open" | "won" | "lost")) => Ok(kind.to_owned()),
        _ => Err("must be \"open\", \"won\" or \"lost\"".to_owned()),
    };
    if !matches!(test.op, Op::Is | Op::In) {
        return Err(Wrong::op(&ID_OPS));
    }
    let kinds = each(test.op, &test.value, kind)?;
    let stages = around.stages.iter().filter(|it| kinds.contains(&it.1));
    Ok(one_of(IdColumn::Stage, stages.map(|it| it.0).collect()))
}

/// Whose a lead may be.
enum Whose {
    Nobodys,
    Theirs(Vec<Uuid>),
}

fn owner(test: &Test, around: &Around) -> Read<Rule> {
    let person = || {
        around
            .user
            .ok_or("\"me\" and \"myTeam\" need somebody signed in; a key is nobody")
    };
    let whose = |value: &serde_json::Value| match value.as_str().unwrap_or_default() {
        "nobody" => Ok(Whose::Nobodys),
        "me" => Ok(Whose::Theirs(vec![person()?])),
        "myTeam" => {
            person()?;
            Ok(Whose::Theirs(around.team.clone()))
        }
        named => Uuid::parse_str(named)
            .map(|it| Whose::Theirs(vec![it]))
            .map_err(|_| "must be a member's id, \"me\", \"myTeam\" or \"nobody\"".to_owned()),
    };
    match test.op {
        Op::Is | Op::In => {
            let (mut rules, mut people) = (Vec::new(), Vec::new());
            for whose in each(test.op, &test.value, whose)? {
                match whose {
                    Whose::Nobodys => rules.push(Rule::Leaf(Leaf::NoOwner)),
                    Whose::Theirs(theirs) => people.extend(theirs),
                }
            }
            if !people.is_empty() {
                rules.push(one_of(IdColumn::Owner, people));
            }
            Ok(Rule::Any(rules))
        }
        Op::IsEmpty => Ok(Rule::Leaf(Leaf::NoOwner)),
        _ => Err(Wrong::op(&[
            Op::Is,
            Op::IsNot,
            Op::In,
            Op::NotIn,
            Op::IsEmpty,
            Op::IsNotEmpty,
        ])),
    }
}

pub const TIME_OPS: [Op; 8] = [
    Op::Before,
    Op::After,
    Op::On,
    Op::Between,
    Op::Within,
    Op::OlderThan,
    Op::IsEmpty,
    Op::IsNotEmpty,
];

/// When something must have been.
pub fn interval(op: Op, test: &Test, around: &Around) -> Read<Interval> {
    let (now, value) = (&around.now, &test.value);
    match op {
        Op::Before => now.before(value),
        Op::After => now.after(value),
        Op::On => now.on(value),
        Op::Within => now.within(value),
        Op::OlderThan => now.older_than(value),
        Op::Between => {
            let (first, second) = operand::pair(value)?;
            now.between(first, second)
        }
        _ => return Err(Wrong::op(&TIME_OPS)),
    }
    .map_err(Wrong::value)
}

fn time(test: &Test, column: TimeColumn, around: &Around) -> Read<Rule> {
    match test.op {
        Op::IsEmpty => Ok(Rule::Leaf(Leaf::NoTime(column))),
        Op::Is if column == TimeColumn::Converted => {
            let converted = operand::truth(&test.value).map_err(Wrong::value)?;
            let never = Leaf::NoTime(column);
            Ok(if converted {
                Rule::Not(never)
            } else {
                Rule::Leaf(never)
            })
        }
        op => Ok(Rule::Leaf(Leaf::Time(column, interval(op, test, around)?))),
    }
}

/// Whole days since it came there.
fn days_in_stage(test: &Test, around: &Around) -> Read<Rule> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let now = around.now.timestamp().0;
    let ago = |days: i64| {
        store::Timestamp(
            now.saturating_sub(days.saturating_mul(DAY))
                .saturating_add(1),
        )
    };
    let spans = operand::spans(test.op, &test.value, operand::whole)?;
    Ok(any(spans, |span| {
        let interval = Interval {
            from: span.most.map(|it| ago(it.saturating_add(1))),
            until: span.least.map(ago),
        };
        Leaf::Time(TimeColumn::StageChanged, interval)
    }))
}
