//! What conditions say that the indexes know: taken out of them and set as flat facts, so that the same short ways are
//! taken to the leads however they are asked for.

use super::{
    Rule,
    moments::Interval,
    rule::{IdColumn, Leaf, Says, TextColumn, TimeColumn},
};
use crate::leads::chosen::Chosen;

/// Moves what it can from the rule into the flat facts of a choice, and gives what is left.
pub fn hoist(rule: Rule, chosen: &mut Chosen) -> Option<Rule> {
    let members = match rule.arranged() {
        Rule::All(members) => members,
        only => vec![only],
    };
    let rest: Vec<Rule> = members
        .into_iter()
        .filter(|it| !takes(it, chosen))
        .collect();
    (!rest.is_empty()).then(|| Rule::All(rest).arranged())
}

/// Whether the rule is a flat fact now, or was one already.
fn takes(rule: &Rule, chosen: &mut Chosen) -> bool {
    let Rule::Leaf(leaf) = rule else { return false };
    match leaf {
        Leaf::Id(IdColumn::Stage, ids) => set(&mut chosen.filter.stage, only(ids)),
        Leaf::Id(IdColumn::Pipeline, ids) => set(&mut chosen.filter.pipeline, only(ids)),
        Leaf::Id(IdColumn::Owner, ids) => set(&mut chosen.owner, only(ids).map(Some)),
        Leaf::NoOwner => set(&mut chosen.owner, Some(None)),
        Leaf::Text(column, Says::Exactly(texts)) => {
            let place = match column {
                TextColumn::Source => &mut chosen.filter.source,
                TextColumn::Email => &mut chosen.filter.email,
                TextColumn::Phone => &mut chosen.filter.phone,
                _ => return false,
            };
            set(place, only(texts))
        }
        Leaf::Tag(tag) => {
            if !chosen.tags.contains(tag) {
                chosen.tags.push(tag.clone());
            }
            true
        }
        Leaf::Time(TimeColumn::Created, interval) => {
            narrow(chosen, *interval);
            true
        }
        _ => false,
    }
}

fn only<T: Clone>(items: &[T]) -> Option<T> {
    match items {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// Whether the place holds the value now.
fn set<T: PartialEq + Clone>(place: &mut Option<T>, value: Option<T>) -> bool {
    let Some(value) = value else { return false };
    *place.get_or_insert_with(|| value.clone()) == value
}

fn narrow(chosen: &mut Chosen, interval: Interval) {
    let created = &mut chosen.filter.created;
    created.least = created.least.max(interval.from);
    created.most = match (created.most, interval.until) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
}
