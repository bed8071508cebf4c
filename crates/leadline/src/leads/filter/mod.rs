//! Which leads: the one description of a choice, shared by list, board, counts, views and actions over a whole filter.
//!
//! Flat facts (`stageId`, `tag`, …) are the parameters of a query. `where` holds a tree of [conditions](Condition) on any
//! field, and flat facts are short for such conditions. [`Chosen::bind`](crate::leads::chosen::Chosen::bind) makes of both
//! what a list asks the database for; [`Filter::rule`] makes of them one [`Rule`] that a record in memory is held against.
//! Both find the same leads, on both engines.

mod around;
mod bind;
pub mod condition;
mod custom;
mod custom_bind;
mod deeds;
mod field;
mod flat;
pub mod functions;
mod hoist;
mod json;
mod memory;
mod moments;
mod op;
mod operand;
pub mod rule;
mod sql;
#[cfg(test)]
mod tests;
mod text;
mod written;

use std::collections::BTreeMap;

use store::{Timestamp, Tx};
use uuid::Uuid;

use crate::{
    base::{Caller, Error, Problems, Result, Scope},
    leads::search::Term,
};

pub use condition::Condition;
pub use flat::{FilterQuery, Own, read_query};
pub use hoist::hoist;
pub use json::ConditionShape;
pub use rule::Rule;
pub use sql::Place;

/// A choice of leads. Every part narrows it; without any, all that the caller sees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub search: Option<Term>,
    pub stage: Option<Uuid>,
    pub pipeline: Option<Uuid>,
    pub source: Option<String>,
    pub owner: Option<Owner>,
    /// All of them.
    pub tags: Vec<String>,
    pub score: Span<i64>,
    pub value: Span<i64>,
    pub created: Span<Timestamp>,
    pub updated: Span<Timestamp>,
    /// Normalised.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    pub converted: Option<bool>,
    /// The trash instead of the live leads.
    pub deleted: bool,
    pub custom: Vec<CustomField>,
    /// What no flat fact says.
    pub conditions: Option<Condition>,
    /// Further filters, all of which must hold too.
    also: Vec<Filter>,
    /// What is wrong with it, told when it is bound.
    problems: Problems,
    /// What was asked for, word by word: what the filter is stored as, and told apart by.
    asked: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Nobody,
    /// Whoever asks.
    Me,
    User(Uuid),
}

/// From `least` on; for times, until just before `most`, otherwise up to and with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    pub least: Option<T>,
    pub most: Option<T>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    pub key: String,
    pub value: String,
}

impl<T> Default for Span<T> {
    fn default() -> Self {
        Span {
            least: None,
            most: None,
        }
    }
}

impl<T> Span<T> {
    pub fn is_open(&self) -> bool {
        self.least.is_none() && self.most.is_none()
    }
}

impl Filter {
    /// What was asked for, as text that two equal filters share.
    pub fn fingerprint(&self) -> String {
        let conditions = self.conditions.as_ref().map(Condition::canonical);
        let also: Vec<_> = self.also.iter().map(Filter::fingerprint).collect();
        serde_json::to_string(&(&self.asked, conditions, also)).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.conditions.is_none() && self.also.is_empty()
    }

    /// Whether it says at most of which pipeline leads are.
    pub fn is_of_pipeline(&self) -> bool {
        let said = self.asked.keys().all(|it| it == "pipelineId");
        said && self.conditions.is_none() && self.also.is_empty()
    }

    /// Whether an index leads straight to any page of it, newest first: nothing is searched for or compared row by row.
    pub fn is_quick(&self, scope: &Scope) -> bool {
        const KNOWN: [&str; 9] = [
            "stageId",
            "pipelineId",
            "source",
            "assignedTo",
            "tag",
            "createdAfter",
            "createdBefore",
            "email",
            "phone",
        ];
        self.asked.keys().all(|it| KNOWN.contains(&it.as_str()))
            && self.tags.len() < 2
            && self.conditions.is_none()
            && self.also.is_empty()
            && !matches!(scope, Scope::Team(_))
    }

    /// Whether it finds other leads as time goes by.
    pub fn is_relative(&self) -> bool {
        let tests = self.conditions.iter().flat_map(Condition::tests);
        tests.into_iter().any(condition::Test::is_relative)
            || self.also.iter().any(Filter::is_relative)
    }

    /// Those of its leads that another filter lets through as well.
    pub fn narrowed(mut self, by: Filter) -> Result<Filter> {
        if by.asked.contains_key("deleted") && by.deleted != self.deleted {
            return Err(Error::invalid("deleted", "is not what the view shows"));
        }
        self.also.push(by);
        // What the narrower filter says flat is looked up by, where the wider one says nothing of the kind.
        for other in &self.also {
            self.stage = self.stage.or(other.stage);
            self.pipeline = self.pipeline.or(other.pipeline);
            self.owner = self.owner.or(other.owner);
            self.search = self.search.take().or_else(|| other.search.clone());
            self.source = self.source.take().or_else(|| other.source.clone());
            self.email = self.email.take().or_else(|| other.email.clone());
            self.phone = self.phone.take().or_else(|| other.phone.clone());
        }
        Ok(self)
    }

    /// The conditions and further filters as one rule, beside which the flat facts still have to hold.
    pub fn bind(&self, tx: &mut Tx, caller: &Caller, at: Timestamp) -> Result<Rule> {
        let mut rules = Vec::new();
        let mut problems = self.problems.clone();
        if let Some(conditions) = self.conditions.as_ref().filter(|_| problems.is_empty()) {
            let around = around::Around::load(tx, caller, at, conditions)?;
            rules.push(bind::bind(conditions, &around, &mut problems));
        }
        problems.done()?;
        for other in &self.also {
            rules.push(other.rule(tx, caller, at)?);
        }
        Ok(Rule::All(rules))
    }

    /// Everything it says as one rule. Whether a lead is in the trash is no part of it.
    pub fn rule(&self, tx: &mut Tx, caller: &Caller, at: Timestamp) -> Result<Rule> {
        let mut rules = flat::rules(self, caller)?;
        rules.push(self.bind(tx, caller, at)?);
        let mut rule = Rule::All(rules).arranged();
        rule.read_deeds(tx, caller.workspace)?;
        Ok(rule)
    }
}

impl Owner {
    /// Whose the leads are: a person's, or nobody's.
    pub fn resolve(self, caller: &Caller) -> Result<Option<Uuid>> {
        match self {
            Owner::Nobody => Ok(None),
            Owner::User(user) => Ok(Some(user)),
            Owner::Me => caller.user().map(Some).ok_or_else(|| {
                Error::invalid(
                    "assignedTo",
                    "\"me\" needs somebody signed in; a key is nobody",
                )
            }),
        }
    }
}
