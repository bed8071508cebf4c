//! Bound conditions held against one record in memory.

use super::{
    custom,
    rule::{Custom, IdColumn, Leaf, NumberColumn, Rule, Says, TextColumn, TimeColumn},
    text,
};
use crate::leads::{LeadView, search};

impl Rule {
    pub fn matches(&self, lead: &LeadView<'_>) -> bool {
        match self {
            Rule::All(items) => items.iter().all(|it| it.matches(lead)),
            Rule::Any(items) => items.iter().any(|it| it.matches(lead)),
            Rule::Leaf(wanted) => wanted.matches(lead),
            Rule::Not(unwanted) => !unwanted.matches(lead),
        }
    }
}

impl Leaf {
    fn matches(&self, lead: &LeadView<'_>) -> bool {
        match self {
            Leaf::Text(column, says) => says.fit(column.of(lead)),
            Leaf::Number(NumberColumn::Score, span) => span.holds(lead.score),
            Leaf::Number(NumberColumn::Value, span) => {
                lead.value.is_some_and(|it| span.holds(it.0))
            }
            Leaf::Time(column, interval) => column.of(lead).is_some_and(|it| interval.holds(it)),
            Leaf::NoTime(column) => column.of(lead).is_none(),
            Leaf::Id(IdColumn::Lead, ids) => ids.binary_search(&lead.id).is_ok(),
            Leaf::Id(IdColumn::Stage, ids) => ids.binary_search(&lead.stage_id).is_ok(),
            Leaf::Id(IdColumn::Pipeline, ids) => ids.binary_search(&lead.pipeline_id).is_ok(),
            Leaf::Id(IdColumn::Owner, ids) => lead
                .assigned_to
                .is_some_and(|it| ids.binary_search(&it).is_ok()),
            Leaf::NoOwner => lead.assigned_to.is_none(),
            Leaf::Tag(tag) => has_tag(lead, tag),
            Leaf::NoTags => lead.tags == "[]",
            Leaf::Search(term) => term.matches(&search::text_of(
                lead.name,
                lead.email,
                lead.phone,
                lead.company,
            )),
            Leaf::Deeds(deeds) => deeds.hold(lead.id),
            Leaf::Custom(key, wanted) => wanted.fits(custom::find(&lead.custom_fields, key)),
        }
    }
}

fn has_tag(lead: &LeadView<'_>, tag: &str) -> bool {
    custom::members(&lead.tags)
        .is_some_and(|mut tags| tags.any(|it| it.text().is_some_and(|it| text::folds_to(&it, tag))))
}

impl TextColumn {
    fn of<'a>(self, lead: &LeadView<'a>) -> Option<&'a str> {
        match self {
            TextColumn::Name => Some(lead.name),
            TextColumn::Email => lead.email,
            TextColumn::Phone => lead.phone,
            TextColumn::Company => lead.company,
            TextColumn::Title => lead.title,
            TextColumn::Source => Some(lead.source),
            TextColumn::Currency => lead.currency,
        }
    }
}

impl TimeColumn {
    fn of(self, lead: &LeadView<'_>) -> Option<store::Timestamp> {
        match self {
            TimeColumn::Created => Some(lead.created_at),
            TimeColumn::Updated => Some(lead.updated_at),
            TimeColumn::StageChanged => Some(lead.stage_changed_at),
            TimeColumn::Converted => lead.converted_at,
            TimeColumn::LastSubmission => lead.last_submission_at,
        }
    }
}

impl Says {
    fn fit(&self, text: Option<&str>) -> bool {
        let Some(text) = text else {
            return *self == Says::Nothing;
        };
        match self {
            Says::Exactly(texts) => texts.iter().any(|it| it == text),
            Says::Folded(texts) => texts.iter().any(|it| text::folds_to(text, it)),
            Says::Contains(part) => text::contains(text, part),
            Says::StartsWith(start) => text::starts_with(text, start),
            Says::Nothing => text.is_empty(),
        }
    }
}

impl Custom {
    fn fits(&self, value: Option<custom::Value<'_>>) -> bool {
        let Some(value) = value else {
            return *self == Custom::Nothing;
        };
        match self {
            Custom::Text(says) => value.text().is_some_and(|it| says.fit(Some(&it))),
            Custom::Number(span) => value.number().is_some_and(|it| span.holds(it)),
            Custom::Flag(wanted) => value.flag() == Some(*wanted),
            Custom::Days(span) => value.day().is_some_and(|it| span.holds(it)),
            Custom::Has(member) => value.has(member) == Some(true),
            Custom::Json(pieces) => pieces.iter().any(|it| it == value.json()),
            Custom::Nothing => !value.is_filled(),
        }
    }
}
