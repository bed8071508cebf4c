//! A plan made ready for a million rows: one slot for each field of a lead, with what fills it.

use super::{
    house::House,
    plan::{Column, Plan, Transform},
    target::Target,
};
use crate::{
    base::text::fold,
    intake::accept::{WriteRule, WriteRules},
    leads::fields::Field,
};

/// A field of a lead, and the columns that fill it.
#[derive(Debug, Clone)]
pub struct Slot {
    pub target: Target,
    pub sources: Vec<Source>,
    /// Where the columns are empty.
    pub constant: Option<String>,
    /// The definition of a custom field.
    pub field: Option<Field>,
    /// The name to show for a custom field that has no definition.
    pub shown_as: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Source {
    pub column: usize,
    pub transforms: Vec<Transform>,
}

/// The slots of a plan that has been checked, and the rules for leads that are there.
pub fn compile(plan: &Plan, headers: &[String], house: &House) -> (Vec<Slot>, WriteRules) {
    let mut slots: Vec<Slot> = Vec::new();
    let mut rules = WriteRules::default();
    for column in &plan.columns {
        let Some(target) = column.field.as_deref().and_then(Target::parse) else {
            continue;
        };
        if let Some(field) = ruled(&target) {
            rules.fields.insert(field, column.write);
        }
        let source = source(column);
        if let Some(slot) = slots.iter_mut().find(|it| it.target == target) {
            slot.sources.push(source);
        } else {
            let header = headers.get(column.column).map(String::as_str);
            slots.push(slot(target, vec![source], header, house));
        }
    }
    for constant in &plan.constants {
        let Some(target) = Target::parse(&constant.field) else {
            continue;
        };
        if let Some(field) = ruled(&target) {
            rules.fields.entry(field).or_insert(WriteRule::FillIfEmpty);
        }
        let value = Some(constant.value.trim().to_owned());
        match slots.iter_mut().find(|it| it.target == target) {
            Some(slot) => slot.constant = value,
            None => slots.push(Slot {
                constant: value,
                ..slot(target, Vec::new(), None, house)
            }),
        }
    }
    // A currency of its own column counts more than a sign beside the amount, which only fills a gap.
    slots.sort_by_key(|it| it.target != Target::Currency);
    (slots, rules)
}

fn slot(target: Target, sources: Vec<Source>, header: Option<&str>, house: &House) -> Slot {
    let Target::Custom(key) = &target else {
        return Slot {
            target,
            sources,
            constant: None,
            field: None,
            shown_as: None,
        };
    };
    let field = house.fields.iter().find(|it| it.key == *key).cloned();
    let header = header
        .map(str::trim)
        .filter(|it| !it.is_empty() && it != key);
    let shown_as = header
        .filter(|_| field.is_none())
        .map(|it| it.chars().take(100).collect());
    Slot {
        target,
        sources,
        constant: None,
        field,
        shown_as,
    }
}

fn source(column: &Column) -> Source {
    // Values are looked up folded.
    let transforms = column.transforms.iter().map(|it| match it {
        Transform::MapValues { values, otherwise } => Transform::MapValues {
            values: values
                .iter()
                .map(|(from, to)| (fold(from.trim()), to.clone()))
                .collect(),
            otherwise: *otherwise,
        },
        other => other.clone(),
    });
    Source {
        column: column.column,
        transforms: transforms.collect(),
    }
}

/// What the rules for known leads call the target; nothing, where it is written to new ones only.
fn ruled(target: &Target) -> Option<String> {
    Some(match target {
        Target::Name | Target::FirstName | Target::LastName => "name".into(),
        Target::Value | Target::Currency => "value".into(),
        Target::Stage => "stageId".into(),
        Target::Owner => "assignedTo".into(),
        Target::Source | Target::ExternalId | Target::CreatedAt => return None,
        other => other.field(),
    })
}
