//! One connection with its prepared statements.

use rusqlite::{
    Connection, Statement,
    types::{ToSqlOutput, Value as Lite, ValueRef as LiteRef},
};

use super::error::error;
use crate::{
    Engine, Error, Result, RowRef, Value, ValueRef,
    cache::Cache,
    conn::{Conn, Failure, Flow, OnRow, Params, Plans, Savepoint},
};

pub(super) struct Session<'c> {
    conn: &'c Connection,
    statements: Cache<Prepared<'c>>,
    begin: Statement<'c>,
    begin_write: Statement<'c>,
    commit: Statement<'c>,
    savepoint: Statement<'c>,
    release: Statement<'c>,
    rewind: Statement<'c>,
}

struct Prepared<'c> {
    statement: Statement<'c>,
    /// For each of SQLite's parameters, which of our values it takes: SQLite numbers `$n` by first appearance.
    values: Box<[u16]>,
    wanted: usize,
    plans: Plans,
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

    fn prepared(&mut self, sql: &str) -> Result<&mut Prepared<'c>> {
        let place = match self.statements.find(sql) {
            Some(place) => place,
            None => self.statements.insert(sql, Prepared::new(self.conn, sql)?),
        };
        Ok(self.statements.at(place))
    }
}

impl<'c> Prepared<'c> {
    fn new(conn: &'c Connection, sql: &str) -> Result<Prepared<'c>> {
        let statement = conn.prepare(sql).map_err(error)?;
        let values = (1..=statement.parameter_count())
            .map(|index| {
                let name = statement
                    .parameter_name(index)
                    .and_then(|name| name.strip_prefix('$'));
                let number = name
                    .and_then(|it| it.parse::<u16>().ok())
                    .and_then(|it| it.checked_sub(1));
                number.ok_or_else(|| Error::Database(format!("parameter {index} is not a $n")))
            })
            .collect::<Result<Box<[u16]>>>()?;
        let wanted = values.iter().max().map_or(0, |most| usize::from(*most) + 1);
        Ok(Prepared {
            statement,
            values,
            wanted,
            plans: Plans::default(),
        })
    }

    fn bind(&mut self, params: Params<'_>) -> Result<()> {
        if params.len() != self.wanted {
            let (found, wanted) = (params.len(), self.wanted);
            return Err(Error::Database(format!(
                "{found} values bound where the statement wants {wanted}"
            )));
        }
        for (index, number) in self.values.iter().enumerate() {
            let value = params.get(usize::from(*number)).unwrap_or(ValueRef::Null);
            self.statement
                .raw_bind_parameter(index + 1, output(&value))
                .map_err(error)?;
        }
        Ok(())
    }

    fn execute(&mut self, params: Params<'_>) -> Result<u64> {
        self.bind(params)?;
        if self.statement.column_count() == 0 {
            return self
                .statement
                .raw_execute()
                .map(|changed| changed as u64)
                .map_err(error);
        }
        let mut rows = self.statement.raw_query();
        let mut count = 0;
        while rows.next().map_err(error)?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}

fn output<'v>(value: &'v ValueRef<'_>) -> ToSqlOutput<'v> {
    match value {
        ValueRef::Null => ToSqlOutput::Owned(Lite::Null),
        ValueRef::Bool(it) => ToSqlOutput::Owned(Lite::Integer(i64::from(*it))),
        ValueRef::Int(it) => ToSqlOutput::Owned(Lite::Integer(*it)),
        ValueRef::Real(it) => ToSqlOutput::Owned(Lite::Real(*it)),
        ValueRef::Text(it) | ValueRef::Json(it) => {
            ToSqlOutput::Borrowed(LiteRef::Text(it.as_bytes()))
        }
        ValueRef::Bytes(it) => ToSqlOutput::Borrowed(LiteRef::Blob(it)),
        ValueRef::Uuid(it) => ToSqlOutput::Borrowed(LiteRef::Blob(it.as_bytes())),
        ValueRef::Time(it) => ToSqlOutput::Owned(Lite::Integer(it.0)),
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
        let prepared = self.prepared(sql).map_err(Failure::Engine)?;
        let names =
            || -> Box<dyn Iterator<Item = &str>> { Box::new(prepared.statement.column_names()) };
        let plan = prepared
            .plans
            .find(columns, names)
            .map_err(Failure::Reader)?;
        prepared.bind(params).map_err(Failure::Engine)?;
        let mut rows = prepared.statement.raw_query();
        while let Some(row) = rows.next().map_err(|err| Failure::Engine(error(err)))? {
            if each(&RowRef::sqlite(row), &plan).map_err(Failure::Reader)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        self.prepared(sql)?.execute(params)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql).map_err(error)
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
        let prepared = self.prepared(&sql)?;
        let mut count = 0;
        for row in rows {
            count += prepared.execute(Params::Owned(row))?;
        }
        Ok(count)
    }

    fn savepoint(&mut self, step: Savepoint) -> Result<()> {
        match step {
            Savepoint::Open => self.savepoint.raw_execute(),
            Savepoint::Release => self.release.raw_execute(),
            Savepoint::Undo => self
                .rewind
                .raw_execute()
                .and_then(|_| self.release.raw_execute()),
        }
        .map(drop)
        .map_err(error)
    }
}
