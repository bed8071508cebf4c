//! What an engine does for a unit of work.

use std::sync::Arc;

use crate::{Engine, Error, Result, RowRef, ToValue, Value, ValueRef};

/// Values for `$1 …`, read one by one without being gathered first.
#[derive(Clone, Copy)]
pub(crate) enum Params<'a> {
    Refs(&'a [&'a dyn ToValue]),
    Owned(&'a [Value]),
}

impl<'a> Params<'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Params::Refs(it) => it.len(),
            Params::Owned(it) => it.len(),
        }
    }

    /// The value of `$(index + 1)`.
    pub(crate) fn get(self, index: usize) -> Option<ValueRef<'a>> {
        match self {
            Params::Refs(it) => it.get(index).map(|it| it.to_value()),
            Params::Owned(it) => it.get(index).map(ToValue::to_value),
        }
    }
}

/// Whether more rows are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    More,
    Enough,
}

/// Takes a row and the places of the wanted columns.
pub(crate) type OnRow<'a> = &'a mut dyn FnMut(&RowRef<'_>, &[usize]) -> Result<Flow>;

/// How a statement ended badly: the engine refused, or the reader of its rows did. Only the first spoils the transaction.
pub(crate) enum Failure {
    Engine(Error),
    Reader(Error),
}

/// An open transaction of one engine.
pub(crate) trait Conn {
    fn engine(&self) -> Engine;
    fn query(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: OnRow<'_>,
    ) -> Result<(), Failure>;
    fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64>;
    fn script(&mut self, sql: &str) -> Result<()>;
    fn check(&mut self, sql: &str) -> Result<()>;
    fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value>],
    ) -> Result<u64>;
    fn savepoint(&mut self, step: Savepoint) -> Result<()>;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Savepoint {
    Open,
    Release,
    /// Undoes what came after it and gives it up.
    Undo,
}

/// Where the columns that Rust types ask for stand in one statement's rows; looked up once per type.
#[derive(Default)]
pub(crate) struct Plans(Vec<(&'static [&'static str], Arc<[usize]>)>);

impl Plans {
    pub(crate) fn find<'n>(
        &mut self,
        wanted: &'static [&'static str],
        names: impl Fn() -> Box<dyn Iterator<Item = &'n str> + 'n>,
    ) -> Result<Arc<[usize]>> {
        // Two constants at one address are one constant.
        if let Some((_, plan)) = self
            .0
            .iter()
            .find(|(known, _)| std::ptr::eq(*known, wanted))
        {
            return Ok(Arc::clone(plan));
        }
        let plan: Arc<[usize]> = wanted
            .iter()
            .map(|name| {
                names()
                    .position(|it| it == *name)
                    .ok_or_else(|| Error::Decode {
                        column: (*name).to_owned(),
                        expected: "a column of this name",
                        found: names().collect::<Vec<_>>().join(", "),
                    })
            })
            .collect::<Result<_>>()?;
        self.0.push((wanted, Arc::clone(&plan)));
        Ok(plan)
    }
}
