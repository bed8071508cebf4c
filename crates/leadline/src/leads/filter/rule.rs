//! Bound conditions: every field, value and moment in them is known, so they can be put into SQL or held against a record.

use uuid::Uuid;

use super::{deeds::Deeds, moments::Interval};
use crate::leads::search::Term;

#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    All(Vec<Rule>),
    Any(Vec<Rule>),
    /// A missing value fulfils no leaf, except one that asks for it; so it fulfils every negated one.
    Leaf(Leaf),
    Not(Leaf),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    Text(TextColumn, Says),
    Number(NumberColumn, Span<i64>),
    Time(TimeColumn, Interval),
    NoTime(TimeColumn),
    /// One of these, in order.
    Id(IdColumn, Vec<Uuid>),
    NoOwner,
    /// A folded tag.
    Tag(String),
    NoTags,
    Search(Term),
    Deeds(Deeds),
    Custom(String, Custom),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextColumn {
    Name,
    Email,
    Phone,
    Company,
    Title,
    Source,
    Currency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberColumn {
    Score,
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeColumn {
    Created,
    Updated,
    StageChanged,
    Converted,
    LastSubmission,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdColumn {
    Lead,
    Stage,
    Pipeline,
    Owner,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// One of these, letter for letter.
    Exactly(Vec<String>),
    /// One of these folded texts.
    Folded(Vec<String>),
    /// These folded letters.
    Contains(String),
    StartsWith(String),
    Nothing,
}

/// From the least up to and with the most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span<T> {
    pub least: Option<T>,
    pub most: Option<T>,
}

/// What a custom field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Custom {
    Text(Says),
    Number(Span<f64>),
    Flag(bool),
    /// Days as numbers, the first and the last.
    Days(Span<i64>),
    /// A folded member.
    Has(String),
    /// One of these pieces of JSON.
    Json(Vec<String>),
    Nothing,
}

impl Rule {
    pub const ALWAYS: Rule = Rule::All(Vec::new());
    pub const NEVER: Rule = Rule::Any(Vec::new());

    /// The contrary.
    #[must_use]
    pub fn denied(self) -> Rule {
        let each = |items: Vec<Rule>| items.into_iter().map(Rule::denied).collect();
        match self {
            Rule::All(items) => Rule::Any(each(items)),
            Rule::Any(items) => Rule::All(each(items)),
            Rule::Leaf(leaf) => Rule::Not(leaf),
            Rule::Not(leaf) => Rule::Leaf(leaf),
        }
    }

    /// Without groups within groups of their kind, and what costs least first.
    #[must_use]
    pub fn arranged(self) -> Rule {
        let flatten = |items: Vec<Rule>, inner: fn(Rule) -> Result<Vec<Rule>, Rule>| {
            let mut flat = Vec::with_capacity(items.len());
            for item in items {
                match inner(item.arranged()) {
                    Ok(dissolved) => flat.extend(dissolved),
                    Err(other) => flat.push(other),
                }
            }
            flat.sort_by_key(Rule::cost);
            flat
        };
        let mut arranged = match self {
            Rule::All(items) => Rule::All(flatten(items, |it| match it {
                Rule::All(items) => Ok(items),
                other => Err(other),
            })),
            Rule::Any(items) => Rule::Any(flatten(items, |it| match it {
                Rule::Any(items) => Ok(items),
                other => Err(other),
            })),
            leaf => return leaf,
        };
        match &mut arranged {
            Rule::All(items) | Rule::Any(items) if items.len() == 1 => {
                items.pop().unwrap_or(Rule::ALWAYS)
            }
            _ => arranged,
        }
    }

    fn cost(&self) -> u32 {
        match self {
            Rule::All(items) | Rule::Any(items) => items.iter().map(Rule::cost).sum::<u32>() + 1,
            Rule::Leaf(leaf) | Rule::Not(leaf) => match leaf {
                Leaf::Number(..)
                | Leaf::Time(..)
                | Leaf::NoTime(_)
                | Leaf::NoOwner
                | Leaf::NoTags => 1,
                Leaf::Id(..) => 2,
                Leaf::Text(_, Says::Contains(_)) => 5,
                Leaf::Text(..) | Leaf::Deeds(_) => 3,
                Leaf::Tag(_) => 8,
                Leaf::Custom(..) => 10,
                Leaf::Search(_) => 30,
            },
        }
    }
}

impl<T: Copy> Span<T> {
    pub const fn at_least(least: T) -> Span<T> {
        Span {
            least: Some(least),
            most: None,
        }
    }

    pub const fn at_most(most: T) -> Span<T> {
        Span {
            least: None,
            most: Some(most),
        }
    }

    pub const fn exactly(value: T) -> Span<T> {
        Span {
            least: Some(value),
            most: Some(value),
        }
    }
}

impl<T: Copy + PartialOrd> Span<T> {
    pub fn holds(&self, value: T) -> bool {
        self.least.is_none_or(|it| it <= value) && self.most.is_none_or(|it| value <= it)
    }
}

impl Interval {
    pub fn holds(&self, at: store::Timestamp) -> bool {
        self.from.is_none_or(|it| it <= at) && self.until.is_none_or(|it| at < it)
    }
}
