//! One connection with its prepared statements.

pub(super) mod prepared;

use std::sync::Arc;

use rusqlite::{Connection, Statement};

use super::{
    error::error,
    written::{Kind, Mark, Written},
};
use crate::{
    Engine, Error, Result, Value,
    cache::Cache,
    conn::{Conn, Failure, OnRow, Params, Savepoint},
};
use prepared::Prepared;

pub(super) struct Session<'c> {
    conn: &'c Connection,
    statements: Cache<Prepared<'c>>,
    begin: Statement<'c>,
    begin_write: Statement<'c>,
    commit: Statement<'c>,
    savepoint: Statement<'c>,
    release: Statement<'c>,
    rewind: Statement<'c>,
    /// What the units of this commit have written since it began, or since it was sealed. Nothing: not taken down.
    written: Option<Written>,
    /// A savepoint holds what was written again after a unit had failed; it is not written a third time.
    sealed: bool,
    /// Where each open attempt began.
    attempts: Vec<Mark>,
    /// A script was broken off in the middle.
    torn: bool,
}

/// Which kind of transaction a session begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    Read,
    Write,
}

impl<'c> Session<'c> {
    pub(super) fn new(conn: &'c Connection) -> Result<Session<'c>> {
        let prepare = |sql| conn.prepare(sql).map_err(error);
        Ok(Session {
            conn,
            statements: Cache::new(),
            begin: prepare("begin")?,
            begin_write: prepare("begin immediate")?,
            commit: prepare("commit")?,
            savepoint: prepare("savepoint unit")?,
            release: prepare("release unit")?,
            rewind: prepare("rollback to unit")?,
            written: None,
            sealed: false,
            attempts: Vec::new(),
            torn: false,
        })
    }

    pub(super) fn begin(&mut self, kind: Begin) -> Result<()> {
        let statement = match kind {
            Begin::Read => &mut self.begin,
            Begin::Write => &mut self.begin_write,
        };
        statement.raw_execute().map(drop).map_err(error)
    }

    pub(super) fn commit(&mut self) -> Result<()> {
        self.commit.raw_execute().map(drop).map_err(error)
    }

    /// Ends the transaction if SQLite has not ended it by itself.
    pub(super) fn rollback(&mut self) -> Result<()> {
        if self.is_idle() {
            Ok(())
        } else {
            self.conn.execute_batch("rollback").map_err(error)
        }
    }

    /// No transaction is open. SQLite rolls back by itself when the disk is full or broken.
    pub(super) fn is_idle(&self) -> bool {
        self.conn.is_autocommit()
    }

    /// Begins to take down what units write, so that one of them can be undone without a savepoint around each.
    pub(super) fn take_down(&mut self) {
        (self.written, self.sealed) = (Some(Written::default()), false);
        (self.torn, self.attempts) = (false, Vec::new());
    }

    /// What comes now is kept or lost with the commit.
    pub(super) fn take_no_more_down(&mut self) {
        self.written = None;
    }

    pub(super) fn mark(&self) -> Mark {
        self.written
            .as_ref()
            .map_or_else(|| Written::default().mark(), Written::mark)
    }

    /// Undoes the unit that began at `mark`: everything is taken back, and what the units before it wrote is written
    /// again. That happens to each unit once at most, for what has been written again is sealed by a savepoint.
    pub(super) fn undo(&mut self, mark: Mark) -> Result<()> {
        if self.mark() == mark && self.attempts.is_empty() && !self.torn {
            return Ok(());
        }
        self.attempts.clear();
        self.torn = false;
        if self.sealed {
            self.conn
                .execute_batch("rollback to sealed")
                .map_err(error)?;
        } else {
            self.rollback()?;
            self.begin(Begin::Write)?;
        }
        let mut written = self.written.take().unwrap_or_default();
        written.rewind(mark);
        for (entry, values) in written.entries() {
            match entry.kind {
                Kind::Script => self.conn.execute_batch(&entry.sql).map_err(error)?,
                Kind::Statement => {
                    let place = self.place(&entry.sql)?;
                    self.statements.at(place).repeat(values)?;
                }
            }
        }
        let seal = if self.sealed {
            "release sealed; savepoint sealed"
        } else {
            "savepoint sealed"
        };
        self.conn.execute_batch(seal).map_err(error)?;
        (self.written, self.sealed) = (Some(Written::default()), true);
        Ok(())
    }

    /// The present unit was broken off somewhere: it may have written more than was taken down.
    pub(super) fn distrust(&mut self) {
        self.torn = true;
    }

    fn place(&mut self, sql: &str) -> Result<usize> {
        match self.statements.find(sql) {
            Some(place) => Ok(place),
            None => Ok(self.statements.insert(sql, Prepared::new(self.conn, sql)?)),
        }
    }

    /// Binds and runs a statement by `run`, and takes it down if it writes.
    fn perform<T, E: From<Error>>(
        &mut self,
        place: usize,
        params: Params<'_>,
        run: impl FnOnce(&mut Prepared<'c>) -> Result<T, E>,
    ) -> Result<T, E> {
        let prepared = self.statements.at(place);
        let mut written = if prepared.readonly {
            None
        } else {
            self.written.as_mut()
        };
        let from = written.as_ref().map(|it| it.mark());
        let bound = prepared.bind(params, written.as_deref_mut());
        let result = bound.map_err(E::from).and_then(|()| run(prepared));
        if let (Some(written), Some(from)) = (written, from) {
            match &result {
                Ok(_) => written.entry(
                    Arc::clone(self.statements.text(place)),
                    Kind::Statement,
                    from,
                ),
                Err(_) => written.rewind(from),
            }
        }
        result
    }
}

/// Either the engine's failure or the reader's; what comes out of `bind` is the engine's.
impl From<Error> for Failure {
    fn from(err: Error) -> Failure {
        Failure::Engine(err)
    }
}

impl Conn for Session<'_> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: OnRow<'_>,
    ) -> Result<(), Failure> {
        let place = self.place(sql)?;
        let prepared = self.statements.at(place);
        let names =
            || -> Box<dyn Iterator<Item = &str>> { Box::new(prepared.statement.column_names()) };
        let plan = prepared
            .plans
            .find(columns, names)
            .map_err(Failure::Reader)?;
        let mut refused = None;
        self.perform(place, params, |prepared| -> Result<()> {
            match prepared::show(&mut prepared.statement, &plan, each) {
                // What the statement wrote it has written all the same.
                Err(Failure::Reader(err)) => refused = Some(err),
                Err(Failure::Engine(err)) => return Err(err),
                Ok(()) => {}
            }
            Ok(())
        })?;
        refused.map_or(Ok(()), |err| Err(Failure::Reader(err)))
    }

    fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        let place = self.place(sql)?;
        self.perform(place, params, Prepared::run)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        let done = self.conn.execute_batch(sql).map_err(error);
        match (&mut self.written, &done) {
            (Some(written), Ok(())) => {
                let from = written.mark();
                written.entry(sql.into(), Kind::Script, from);
            }
            // Some of its statements may have been done.
            (_, Err(_)) => self.torn = true,
            (None, Ok(())) => {}
        }
        done
    }

    fn check(&mut self, sql: &str) -> Result<()> {
        Prepared::new(self.conn, sql).map(drop)
    }

    fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value>],
    ) -> Result<u64> {
        let numbers: Vec<String> = (1..=columns.len())
            .map(|number| format!("${number}"))
            .collect();
        let sql = format!(
            "insert into {table} ({}) values ({})",
            columns.join(", "),
            numbers.join(", ")
        );
        let place = self.place(&sql)?;
        let mut count = 0;
        for row in rows {
            count += self.perform(place, Params::Owned(row), Prepared::run)?;
        }
        Ok(count)
    }

    fn savepoint(&mut self, step: Savepoint) -> Result<()> {
        match step {
            Savepoint::Open => {
                self.attempts.push(self.mark());
                self.savepoint.raw_execute()
            }
            Savepoint::Release => {
                self.attempts.pop();
                self.release.raw_execute()
            }
            Savepoint::Undo => {
                if let (Some(mark), Some(written)) = (self.attempts.pop(), &mut self.written) {
                    written.rewind(mark);
                }
                self.torn = false;
                self.rewind
                    .raw_execute()
                    .and_then(|_| self.release.raw_execute())
            }
        }
        .map(drop)
        .map_err(error)
    }
}
