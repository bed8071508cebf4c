//! A row of the file as a submission, by the plan. Everything that can be known before the first row is known before it,
//! since a million rows come through here.

use std::{borrow::Cow, sync::Arc};

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::{
    compile::{Slot, Source},
    corrections::Corrections,
    house::House,
    plan::{Mode, NamePart, Otherwise, Plan, RaggedRows, Transform, Values},
    problem::{Problem, ProblemKind as K},
    record::Detected,
    records::Row,
    target::Target,
    typed::{self, Wrong},
    values,
};
use crate::{
    base::text::{fold, tidy},
    intake::accept::{Submission, WriteRules},
    leads::{custom, fields::Field},
};

pub struct Mapper {
    pub(super) slots: Vec<Slot>,
    pub(super) values: Values,
    pub(super) house: House,
    pub(super) zone: TimeZone,
    pub(super) rules: Arc<WriteRules>,
    pub(super) required: Vec<Field>,
    /// Columns that a row has; none where they may differ.
    pub(super) width: Option<usize>,
    pub(super) corrections: Corrections,
    /// Somebody needs a name to be new.
    pub(super) needs_a_name: bool,
}

/// A row as it goes in.
#[derive(Debug, Clone, Default)]
pub struct Mapped {
    pub submission: Submission,
    pub problems: Vec<Problem>,
    /// Somebody left the row out by hand.
    pub left_out: bool,
}

/// What one slot fills, while the row is read.
#[derive(Default)]
struct Draft {
    submission: Submission,
    first: Option<String>,
    last: Option<String>,
    names: Map<String, Json>,
    problems: Vec<Problem>,
}

impl Mapper {
    pub fn new(plan: &Plan, detected: &Detected, house: House, corrections: Corrections) -> Mapper {
        let (slots, rules) = super::compile::compile(plan, &detected.headers(), &house);
        let only_updates = plan.decide.mode == Mode::Update;
        // A field that the file does not have at all is demanded too: the check says so for every row.
        let required = house
            .fields
            .iter()
            .filter(|it| it.required && !only_updates);
        let required = required.cloned().collect();
        Mapper {
            required,
            zone: house.zone(),
            values: plan.values.clone(),
            width: detected
                .width
                .filter(|_| plan.reading.ragged_rows == RaggedRows::Report),
            rules: Arc::new(rules),
            needs_a_name: !only_updates,
            slots,
            house,
            corrections,
        }
    }

    /// `number` counts the rows of data from 1.
    pub fn map(&self, number: i64, row: &Row) -> Mapped {
        if self.corrections.leaves_out(number) {
            return Mapped {
                left_out: true,
                ..Mapped::default()
            };
        }
        if let Some(problem) = self.unreadable(number, row) {
            return Mapped {
                problems: vec![problem],
                ..Mapped::default()
            };
        }
        let mut draft = Draft {
            submission: Submission {
                rules: Arc::clone(&self.rules),
                ..Submission::default()
            },
            ..Draft::default()
        };
        for slot in &self.slots {
            self.fill(&mut draft, slot, number, row);
        }
        self.finish(draft)
    }

    fn unreadable(&self, number: i64, row: &Row) -> Option<Problem> {
        if let Some(trouble) = row.trouble {
            return Some(trouble.into());
        }
        let width = self.width.filter(|it| *it != row.columns)?;
        if self.corrections.has_cells_of(number) {
            // Somebody has looked at this row.
            return None;
        }
        // Empty columns at the end are no sign of anything.
        if row.columns > width
            && (width..row.len()).all(|it| row.get(it).unwrap_or_default().trim().is_empty())
        {
            return None;
        }
        let columns = row.columns;
        Some(Problem {
            kind: K::RaggedRow,
            column: None,
            message: format!("The row has {columns} columns where the header has {width}."),
        })
    }

    fn fill(&self, draft: &mut Draft, slot: &Slot, number: i64, row: &Row) {
        let column = slot.sources.first().map(|it| it.column);
        let text = match self.text(slot, number, row) {
            Ok(text) => text,
            Err(wrong) => return self.wrong(draft, slot, column, wrong),
        };
        let text = match (&slot.constant, text.is_empty()) {
            (Some(constant), true) => Cow::Borrowed(constant.as_str()),
            (None, true) => return,
            _ => text,
        };
        if let Err(wrong) = self.put(draft, slot, &text) {
            self.wrong(draft, slot, column, wrong);
        }
    }

    /// Takes what the corrections say instead of a value that is wrong in this way, or tells of it.
    fn wrong(&self, draft: &mut Draft, slot: &Slot, column: Option<usize>, wrong: Wrong) {
        if let Some(instead) = column.and_then(|it| self.corrections.instead(it, wrong.kind))
            && (instead.trim().is_empty() || self.put(draft, slot, instead.trim()).is_ok())
        {
            return;
        }
        draft.problems.push(Problem {
            kind: wrong.kind,
            column,
            message: wrong.message.into_owned(),
        });
    }

    /// What the slot's columns say together.
    fn text<'a>(
        &'a self,
        slot: &'a Slot,
        number: i64,
        row: &'a Row,
    ) -> Result<Cow<'a, str>, Wrong> {
        let mut whole: Cow<'a, str> = Cow::Borrowed("");
        for source in &slot.sources {
            let text = self.transformed(source, number, row)?;
            if whole.is_empty() {
                whole = text;
            } else if !text.is_empty() {
                let between = if slot.target == Target::Tags {
                    ","
                } else {
                    " "
                };
                whole = Cow::Owned(format!("{whole}{between}{text}"));
            }
        }
        Ok(whole)
    }

    fn transformed<'a>(
        &'a self,
        source: &'a Source,
        number: i64,
        row: &'a Row,
    ) -> Result<Cow<'a, str>, Wrong> {
        let cell = |column: usize| unguarded(self.corrections.cell(number, row, column));
        let mut text = Cow::Borrowed(cell(source.column));
        for transform in &source.transforms {
            text = match transform {
                Transform::Trim => {
                    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
                }
                Transform::Lower => Cow::Owned(text.to_lowercase()),
                Transform::Upper => Cow::Owned(text.to_uppercase()),
                Transform::Title => Cow::Owned(values::title(&text)),
                Transform::SplitName { part } => {
                    let (first, last) = values::split_name(&text, self.values.name_order);
                    Cow::Owned(if *part == NamePart::First {
                        first
                    } else {
                        last
                    })
                }
                Transform::Join { columns, with } => {
                    let others = columns.iter().map(|it| cell(*it));
                    let parts = std::iter::once(&*text).chain(others);
                    Cow::Owned(
                        parts
                            .filter(|it| !it.is_empty())
                            .collect::<Vec<_>>()
                            .join(with),
                    )
                }
                Transform::Phone if text.is_empty() => text,
                Transform::Phone => Cow::Owned(typed::phone(&text, &self.values.country)?.e164),
                Transform::MapValues { values, otherwise } if !text.is_empty() => {
                    match (values.get(&fold(&text)), otherwise) {
                        (Some(value), _) => Cow::Borrowed(value.as_str()),
                        (None, Otherwise::Keep) => text,
                        (None, Otherwise::Empty) => Cow::Borrowed(""),
                        (None, Otherwise::Report) => return Err(typed::unknown_value()),
                    }
                }
                Transform::Date { order } if !text.is_empty() => {
                    Cow::Owned(typed::date(&text, *order)?.to_string())
                }
                Transform::IfEmpty { value } if text.is_empty() => Cow::Borrowed(value.as_str()),
                Transform::MapValues { .. }
                | Transform::Date { .. }
                | Transform::IfEmpty { .. } => text,
            };
        }
        Ok(text)
    }

    fn put(&self, draft: &mut Draft, slot: &Slot, text: &str) -> Result<(), Wrong> {
        let it = &mut draft.submission;
        match &slot.target {
            Target::Name => it.name = typed::line(&values::name(text, self.values.name_order))?,
            Target::FirstName => draft.first = typed::line(text)?,
            Target::LastName => draft.last = typed::line(text)?,
            Target::Email => it.email = Some(typed::email(text)?),
            Target::Phone => it.phone = Some(typed::phone(text, &self.values.country)?),
            Target::Company => it.company = typed::line(text)?,
            Target::Title => it.title = typed::line(text)?,
            Target::Source => it.source = typed::source(text)?,
            Target::Score => it.score = Some(typed::score(text, self.values.decimal_mark)?),
            Target::Value => {
                let (amount, currency) = typed::amount(text, self.values.decimal_mark)?;
                it.value = Some(amount);
                it.currency = it.currency.or(currency);
            }
            Target::Currency => it.currency = Some(typed::currency(text)?),
            Target::Tags => it.tags = typed::tags(text)?,
            Target::Stage => {
                it.place = Some(self.house.stage(text).ok_or_else(typed::unknown_stage)?);
            }
            Target::Owner => {
                it.owner = Some(self.house.person(text).ok_or_else(typed::unknown_owner)?);
            }
            Target::ExternalId => it.external_id = typed::line(text)?,
            Target::CreatedAt => {
                it.at = Some(typed::moment(text, self.values.date_order, &self.zone)?);
            }
            Target::Custom(key) => {
                let value = typed::custom(text, slot.field.as_ref(), &self.values)?;
                if value.is_null() {
                    return Ok(());
                }
                if let Some(name) = &slot.shown_as {
                    draft.names.insert(key.clone(), Json::String(name.clone()));
                }
                it.custom_fields.insert(key.clone(), value);
            }
        }
        Ok(())
    }

    fn finish(&self, mut draft: Draft) -> Mapped {
        let it = &mut draft.submission;
        if it.name.is_none() {
            let parts = [draft.first, draft.last].into_iter().flatten();
            it.name = tidy(&parts.collect::<Vec<_>>().join(" "));
        }
        if it.value.is_some() {
            it.currency = it.currency.or_else(|| self.house.currency());
        }
        for field in &self.required {
            if !it.custom_fields.contains_key(&field.key) {
                draft.problems.push(Problem {
                    kind: K::Required,
                    column: None,
                    message: format!("The field \"{}\" is required and has no value.", field.name),
                });
            }
        }
        if it.custom_fields.len() > custom::MOST {
            draft.problems.push(Problem {
                kind: K::NotValid,
                column: None,
                message: format!(
                    "The row fills more than the {} custom fields that a lead may have.",
                    custom::MOST
                ),
            });
        }
        if !draft.names.is_empty() {
            let names = std::mem::take(&mut draft.names);
            it.custom_fields
                .insert(custom::NAMES.to_owned(), Json::Object(names));
        }
        let named = it.name.is_some() || it.email.is_some() || it.phone.is_some();
        let known = it.external_id.is_some() && !self.needs_a_name;
        if !named && !known && draft.problems.is_empty() {
            draft.problems.push(Problem {
                kind: K::NobodyNamed,
                column: None,
                message: "The row has neither a name nor an e-mail address nor a phone number."
                    .into(),
            });
        }
        Mapped {
            submission: draft.submission,
            problems: draft.problems,
            left_out: false,
        }
    }
}

/// Files that are safe to open in a spreadsheet have an apostrophe before what looks like a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}
