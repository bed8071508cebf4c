//! The open transaction a unit of work is given.

use std::any::Any;

use uuid::Uuid;

use crate::{
    Engine, Error, FromRow, Notes, Result, RowRef, Sql, Timestamp, ToValue, Value,
    conn::{Conn, Failure, Flow, Params, Savepoint},
    ids::Ids,
};

/// An open transaction on one of the two engines.
///
/// A statement that fails spoils the unit on both engines, as PostgreSQL would have it: what follows is refused and the
/// unit fails even if its closure answers `Ok`. [`Tx::attempt`] is the way to go on after a failure.
pub struct Tx<'c> {
    conn: &'c mut dyn Conn,
    ids: &'c Ids,
    notes: &'c mut Notes,
    now: Timestamp,
    lane: i64,
    announced: bool,
    spoiled: Option<Error>,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(
        conn: &'c mut dyn Conn,
        ids: &'c Ids,
        notes: &'c mut Notes,
        now: Timestamp,
        lane: i64,
    ) -> Tx<'c> {
        Tx {
            conn,
            ids,
            notes,
            now,
            lane,
            announced: false,
            spoiled: None,
        }
    }

    pub(crate) fn announced(&self) -> bool {
        self.announced
    }

    /// The failure that the closure has swallowed, if any.
    pub(crate) fn spoiled(&mut self) -> Option<Error> {
        self.spoiled.take()
    }

    fn query(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: &mut dyn FnMut(&RowRef<'_>, &[usize]) -> Result<Flow>,
    ) -> Result<()> {
        self.usable()?;
        match self.conn.query(sql, params, columns, each) {
            Ok(()) => Ok(()),
            Err(Failure::Reader(err)) => Err(err),
            Err(Failure::Engine(err)) => Err(self.spoil(err)),
        }
    }

    fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        self.usable()?;
        self.conn
            .execute(sql, params)
            .map_err(|err| self.spoil(err))
    }

    fn gather<T: FromRow>(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.query(sql, params, T::COLUMNS, &mut |row, at| {
            found.push(T::from_row(row, at)?);
            Ok(Flow::More)
        })?;
        Ok(found)
    }

    fn first<T: FromRow>(&mut self, sql: &str, params: Params<'_>) -> Result<Option<T>> {
        let mut found = None;
        self.query(sql, params, T::COLUMNS, &mut |row, at| {
            found = Some(T::from_row(row, at)?);
            Ok(Flow::Enough)
        })?;
        Ok(found)
    }

    fn walk(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut f: impl FnMut(&RowRef<'_>) -> Result<()>,
    ) -> Result<()> {
        self.query(sql, params, &[], &mut |row, _| f(row).map(|()| Flow::More))
    }

    fn usable(&self) -> Result<()> {
        match &self.spoiled {
            None => Ok(()),
            Some(first) => Err(Error::Database(format!(
                "the unit of work has failed already: {first}"
            ))),
        }
    }

    fn spoil(&mut self, err: Error) -> Error {
        self.spoiled = Some(err.clone());
        err
    }
}

impl Tx<'_> {
    pub fn engine(&self) -> Engine {
        self.conn.engine()
    }

    /// The time of this unit of work; it stands still until the unit ends.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A UUIDv7 of `now()`, greater than every id made before it in this process.
    pub fn id(&mut self) -> Uuid {
        self.ids.next(self.now)
    }

    /// A UUIDv7 of another time, for records that did not begin now.
    pub fn id_at(&mut self, at: Timestamp) -> Uuid {
        self.ids.at(at)
    }

    /// Which of several writers this is: 0 on SQLite, the worker's number on PostgreSQL. Spreads hot rows.
    pub fn lane(&self) -> i64 {
        self.lane
    }

    /// The first row; `NotFound` when there is none.
    pub fn one<T: FromRow>(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<T> {
        self.opt(sql, params)?.ok_or(Error::NotFound)
    }

    /// The first row, if any.
    pub fn opt<T: FromRow>(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<Option<T>> {
        self.first(sql, Params::Refs(params))
    }

    pub fn all<T: FromRow>(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<Vec<T>> {
        self.gather(sql, Params::Refs(params))
    }

    /// Runs a statement; answers how many rows it changed (or returned).
    pub fn exec(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<u64> {
        self.execute(sql, Params::Refs(params))
    }

    /// Shows each row to `f` where it lies, with nothing copied.
    pub fn each(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        f: impl FnMut(&RowRef<'_>) -> Result<()>,
    ) -> Result<()> {
        self.walk(sql, Params::Refs(params), f)
    }

    pub fn fetch<T: FromRow>(&mut self, sql: &Sql) -> Result<Vec<T>> {
        self.gather(sql.text(), Params::Owned(sql.values()))
    }

    pub fn fetch_opt<T: FromRow>(&mut self, sql: &Sql) -> Result<Option<T>> {
        self.first(sql.text(), Params::Owned(sql.values()))
    }

    pub fn fetch_one<T: FromRow>(&mut self, sql: &Sql) -> Result<T> {
        self.fetch_opt(sql)?.ok_or(Error::NotFound)
    }

    pub fn fetch_each(
        &mut self,
        sql: &Sql,
        f: impl FnMut(&RowRef<'_>) -> Result<()>,
    ) -> Result<()> {
        self.walk(sql.text(), Params::Owned(sql.values()), f)
    }

    pub fn run(&mut self, sql: &Sql) -> Result<u64> {
        self.execute(sql.text(), Params::Owned(sql.values()))
    }

    /// Inserts a crowd of rows: one statement over arrays on PostgreSQL, a prepared statement per row on SQLite.
    pub fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value>],
    ) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        if let Some(odd) = rows.iter().find(|row| row.len() != columns.len()) {
            let (found, wanted) = (odd.len(), columns.len());
            return Err(Error::Database(format!(
                "insert into {table}: {found} values for {wanted} columns"
            )));
        }
        self.usable()?;
        self.conn
            .insert_many(table, columns, rows)
            .map_err(|err| self.spoil(err))
    }

    /// Runs `f` so that its failure undoes only its own writes, and the unit of work may go on.
    pub fn attempt<T, E: From<Error>>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.usable()?;
        self.conn
            .savepoint(Savepoint::Open)
            .map_err(|err| self.spoil(err))?;
        let (mark, announced) = (self.notes.mark(), self.announced);
        let result = f(self);
        let spoiled = self.spoiled.take();
        let result = match spoiled {
            // The closure swallowed a failure: its writes cannot be kept on PostgreSQL, so they are not kept anywhere.
            Some(err) if result.is_ok() => Err(E::from(err)),
            _ => result,
        };
        if result.is_ok() {
            self.conn
                .savepoint(Savepoint::Release)
                .map_err(|err| self.spoil(err))?;
        } else {
            self.notes.rewind(&mark);
            self.announced = announced;
            self.conn
                .savepoint(Savepoint::Undo)
                .map_err(|err| self.spoil(err))?;
        }
        result
    }

    /// Runs several statements without parameters, as migrations do.
    pub fn script(&mut self, sql: &str) -> Result<()> {
        self.usable()?;
        self.conn.script(sql).map_err(|err| self.spoil(err))
    }

    /// Compiles a statement without running it.
    pub fn check(&mut self, sql: &str) -> Result<()> {
        self.usable()?;
        self.conn.check(sql).map_err(|err| self.spoil(err))
    }

    /// Leaves a note for the `before_commit` and `after_commit` hooks; a failed unit's notes vanish with it.
    pub fn note<N: Any + Send>(&mut self, note: N) {
        self.notes.push(note);
    }

    /// Wakes everyone who listens through [`Db::listen`](crate::Db::listen), on every node, after the commit.
    pub fn announce(&mut self) {
        self.announced = true;
    }

    /// Ends a `select` that claims rows: passes over rows another node holds. Nothing where one writer works alone.
    pub fn skip_locked(&self) -> &'static str {
        match self.engine() {
            Engine::Sqlite => "",
            Engine::Postgres => " for update skip locked",
        }
    }

    /// Ends a `select` whose rows are about to be changed.
    pub fn for_update(&self) -> &'static str {
        match self.engine() {
            Engine::Sqlite => "",
            Engine::Postgres => " for update",
        }
    }
}
