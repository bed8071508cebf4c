//! One connection with its prepared statements and the transaction that is open on it.

mod crowd;

use std::{collections::HashMap, pin::pin};

use futures_util::{TryStreamExt, future::join};
use tokio_postgres::{
    Client, RowStream, Statement,
    types::{ToSql, Type},
};

use super::{
    bind::{Loose, Typed},
    error::{error, is_stale},
    link::{Link, Target},
};
use crate::{
    Engine, Error, Result, RowRef, Value, ValueRef,
    cache::Cache,
    conn::{Conn, Failure, Flow, OnRow, Params, Plans, Savepoint},
};

/// How statements are known to the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// Prepared once per connection.
    Named,
    /// Sent whole each time: the next transaction may meet another server connection.
    Unnamed,
}

/// What a unit may do; SQLite's lanes have the same two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    Read,
    Write,
}

pub(super) struct Session {
    link: Link,
    naming: Naming,
    /// Sent with every `begin` where settings of the connection do not last.
    settings: String,
    statements: Cache<Prepared>,
    /// Types of the columns of tables that crowds of rows go into.
    tables: HashMap<&'static str, Vec<(String, Type)>>,
    /// Commands that need no answer of their own; they travel ahead of the next statement in one go.
    ahead: String,
    /// Where in `ahead` the present transaction starts; before it the end of the last one may stand.
    start: usize,
    /// The server has been told of the transaction.
    begun: bool,
}

struct Prepared {
    statement: Statement,
    plans: Plans,
}

impl Session {
    pub(super) fn connect(target: &Target, naming: Naming, settings: &str) -> Result<Session> {
        let mut link = Link::connect(target)?;
        if naming == Naming::Named && !settings.is_empty() {
            link.wait(|client| client.batch_execute(settings))
                .map_err(error)?;
        }
        let settings = if naming == Naming::Named {
            String::new()
        } else {
            settings.replace("set ", "set local ")
        };
        let (statements, tables) = (Cache::new(), HashMap::new());
        Ok(Session {
            link,
            naming,
            settings,
            statements,
            tables,
            ahead: String::new(),
            start: 0,
            begun: false,
        })
    }

    pub(super) fn is_alive(&mut self) -> bool {
        self.link.is_alive()
    }

    /// Begins a transaction: at the server only with its first statement, in the same round trip.
    pub(super) fn begin(&mut self, kind: Begin) {
        self.start = self.ahead.len();
        self.ahead.push_str(match kind {
            Begin::Read => "begin isolation level repeatable read, read only;",
            Begin::Write => "begin;",
        });
        self.ahead.push_str(&self.settings);
        self.begun = false;
    }

    pub(super) fn commit(&mut self) -> Result<()> {
        self.end("commit;")
    }

    pub(super) fn rollback(&mut self) -> Result<()> {
        self.end("rollback;")
    }

    /// Ends a transaction that changed nothing without waiting for the server; `flush` or the next statement tells it.
    pub(super) fn end_later(&mut self) {
        if std::mem::take(&mut self.begun) {
            self.ahead.clear();
            self.ahead.push_str("commit;");
        } else {
            self.ahead.truncate(self.start);
        }
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        if self.ahead.is_empty() {
            return Ok(());
        }
        let ahead = std::mem::take(&mut self.ahead);
        self.link
            .wait(|client| client.batch_execute(&ahead))
            .map_err(error)
    }

    fn end(&mut self, with: &str) -> Result<()> {
        if !std::mem::take(&mut self.begun) {
            // Nothing of it has reached the server.
            self.ahead.truncate(self.start);
            return Ok(());
        }
        self.ahead.push_str(with);
        self.flush()
    }

    fn prepared(&mut self, sql: &str) -> Result<usize> {
        if let Some(place) = self.statements.find(sql) {
            return Ok(place);
        }
        let ahead = self.set_out();
        let statement = self
            .link
            .wait(|client| pipelined(client, &ahead, client.prepare(sql)))
            .map_err(error)?;
        Ok(self.statements.insert(
            sql,
            Prepared {
                statement,
                plans: Plans::default(),
            },
        ))
    }

    /// Forgets a statement that the server no longer has in this form.
    fn failed(&mut self, sql: &str, err: tokio_postgres::Error) -> Error {
        if err.as_db_error().is_some_and(is_stale) {
            self.statements.remove(sql);
        }
        error(err)
    }

    fn query_named(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: OnRow<'_>,
    ) -> Result<(), Failure> {
        let place = self.prepared(sql).map_err(Failure::Engine)?;
        let Prepared { statement, plans } = self.statements.at(place);
        let names = || -> Box<dyn Iterator<Item = &str>> {
            Box::new(statement.columns().iter().map(tokio_postgres::Column::name))
        };
        let plan = plans.find(columns, names).map_err(Failure::Reader)?;
        count(statement.params().len(), params).map_err(Failure::Engine)?;
        let statement = statement.clone();
        let ahead = self.set_out();
        let result = self.link.wait(|client| async {
            let rows = pipelined(client, &ahead, client.query_raw(&statement, typed(params)))
                .await
                .map_err(Ended::Driver)?;
            walk(rows, |row| each(&RowRef::postgres(row), &plan)).await
        });
        result.map_err(|ended| self.ended(sql, ended))
    }

    fn query_unnamed(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: OnRow<'_>,
    ) -> Result<(), Failure> {
        let ahead = self.set_out();
        let result = self.link.wait(|client| async {
            let rows = pipelined(client, &ahead, client.query_typed_raw(sql, loose(params)))
                .await
                .map_err(Ended::Driver)?;
            let mut plans = Plans::default();
            walk(rows, |row| {
                let plan = plans.find(columns, || {
                    Box::new(row.columns().iter().map(tokio_postgres::Column::name))
                })?;
                each(&RowRef::postgres(row), &plan)
            })
            .await
        });
        result.map_err(|ended| self.ended(sql, ended))
    }

    fn ended(&mut self, sql: &str, ended: Ended) -> Failure {
        match ended {
            Ended::Driver(err) => Failure::Engine(self.failed(sql, err)),
            Ended::Reader(err) => Failure::Reader(err),
        }
    }

    /// What has to be said before the next statement.
    fn set_out(&mut self) -> String {
        self.begun = true;
        std::mem::take(&mut self.ahead)
    }
}

enum Ended {
    Driver(tokio_postgres::Error),
    Reader(Error),
}

/// Sends the commands that go ahead and the statement together, and waits for both.
async fn pipelined<T>(
    client: &Client,
    ahead: &str,
    statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, tokio_postgres::Error> {
    if ahead.is_empty() {
        return statement.await;
    }
    let (first, second) = join(client.batch_execute(ahead), statement).await;
    first.and(second)
}

async fn walk(
    rows: RowStream,
    mut each: impl FnMut(&tokio_postgres::Row) -> Result<Flow>,
) -> Result<(), Ended> {
    let mut rows = pin!(rows);
    while let Some(row) = rows.try_next().await.map_err(Ended::Driver)? {
        if each(&row).map_err(Ended::Reader)? == Flow::Enough {
            break;
        }
    }
    Ok(())
}

fn value(params: Params<'_>, index: usize) -> ValueRef<'_> {
    params.get(index).unwrap_or(ValueRef::Null)
}

fn typed(params: Params<'_>) -> impl ExactSizeIterator<Item = Typed<'_>> {
    (0..params.len()).map(move |index| Typed(value(params, index)))
}

fn loose(params: Params<'_>) -> impl ExactSizeIterator<Item = (Loose<'_>, Type)> {
    (0..params.len()).map(move |index| (Loose(value(params, index)), Type::UNKNOWN))
}

fn count(wanted: usize, params: Params<'_>) -> Result<()> {
    let found = params.len();
    if found == wanted {
        return Ok(());
    }
    Err(Error::Database(format!(
        "{found} values bound where the statement wants {wanted}"
    )))
}

impl Conn for Session {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn query(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: OnRow<'_>,
    ) -> Result<(), Failure> {
        match self.naming {
            Naming::Named => self.query_named(sql, params, columns, each),
            Naming::Unnamed => self.query_unnamed(sql, params, columns, each),
        }
    }

    fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        if self.naming == Naming::Unnamed {
            let ahead = self.set_out();
            let values: Vec<_> = loose(params).collect();
            let values: Vec<_> = values
                .iter()
                .map(|(value, ty)| (value as &(dyn ToSql + Sync), ty.clone()))
                .collect();
            let result = self
                .link
                .wait(|client| pipelined(client, &ahead, client.execute_typed(sql, &values)));
            return result.map_err(error);
        }
        let place = self.prepared(sql)?;
        let statement = self.statements.at(place).statement.clone();
        count(statement.params().len(), params)?;
        let ahead = self.set_out();
        let result = self.link.wait(|client| {
            pipelined(
                client,
                &ahead,
                client.execute_raw(&statement, typed(params)),
            )
        });
        result.map_err(|err| self.failed(sql, err))
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        let ahead = self.set_out();
        self.link
            .wait(|client| pipelined(client, &ahead, client.batch_execute(sql)))
            .map_err(error)
    }

    fn check(&mut self, sql: &str) -> Result<()> {
        let ahead = self.set_out();
        self.link
            .wait(|client| pipelined(client, &ahead, client.prepare(sql)))
            .map(drop)
            .map_err(error)
    }

    fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value>],
    ) -> Result<u64> {
        self.insert_crowd(table, columns, rows)
    }

    fn savepoint(&mut self, step: Savepoint) -> Result<()> {
        self.ahead.push_str(match step {
            Savepoint::Open => "savepoint unit;",
            Savepoint::Release => "release unit;",
            Savepoint::Undo => "rollback to unit;release unit;",
        });
        Ok(())
    }
}
