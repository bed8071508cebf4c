//! A prepared statement and how values get into it.

use rusqlite::{
    Connection, Statement,
    types::{ToSqlOutput, Value as Lite, ValueRef as LiteRef},
};

use super::super::{
    error::error,
    written::{Values, Written},
};
use crate::{
    Error, Result, RowRef, ValueRef,
    conn::{Failure, Flow, OnRow, Params, Plans},
};

pub(super) struct Prepared<'c> {
    pub(super) statement: Statement<'c>,
    numbers: Numbers,
    pub(super) readonly: bool,
    pub(super) plans: Plans,
}

/// For each of SQLite's parameters, which of our values it takes: SQLite numbers `$n` by first appearance.
pub(in crate::sqlite) struct Numbers {
    values: Box<[u16]>,
    wanted: usize,
}

impl Numbers {
    pub(in crate::sqlite) fn of(statement: &Statement<'_>) -> Result<Numbers> {
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
        Ok(Numbers { values, wanted })
    }

    pub(in crate::sqlite) fn bind(
        &self,
        statement: &mut Statement<'_>,
        params: Params<'_>,
        mut written: Option<&mut Written>,
    ) -> Result<()> {
        if params.len() != self.wanted {
            let (found, wanted) = (params.len(), self.wanted);
            return Err(Error::Database(format!(
                "{found} values bound where the statement wants {wanted}"
            )));
        }
        for (index, number) in self.values.iter().enumerate() {
            let value = params.get(usize::from(*number)).unwrap_or(ValueRef::Null);
            let output = output(&value);
            if let Some(written) = &mut written {
                written.value(&output);
            }
            statement
                .raw_bind_parameter(index + 1, output)
                .map_err(error)?;
        }
        Ok(())
    }
}

impl<'c> Prepared<'c> {
    pub(super) fn new(conn: &'c Connection, sql: &str) -> Result<Prepared<'c>> {
        let statement = conn.prepare(sql).map_err(error)?;
        Ok(Prepared {
            numbers: Numbers::of(&statement)?,
            readonly: statement.readonly(),
            statement,
            plans: Plans::default(),
        })
    }

    pub(super) fn bind(&mut self, params: Params<'_>, written: Option<&mut Written>) -> Result<()> {
        self.numbers.bind(&mut self.statement, params, written)
    }

    /// Runs with values that were bound before, in SQLite's own order.
    pub(super) fn repeat(&mut self, values: Values<'_>) -> Result<()> {
        for (index, value) in values.enumerate() {
            self.statement
                .raw_bind_parameter(index + 1, ToSqlOutput::Borrowed(value))
                .map_err(error)?;
        }
        self.run().map(drop)
    }

    pub(super) fn run(&mut self) -> Result<u64> {
        run(&mut self.statement)
    }
}

/// Runs a statement to its end; how many rows it changed, or gave.
pub(in crate::sqlite) fn run(statement: &mut Statement<'_>) -> Result<u64> {
    if statement.column_count() == 0 {
        return statement
            .raw_execute()
            .map(|changed| changed as u64)
            .map_err(error);
    }
    let mut rows = statement.raw_query();
    let mut count = 0;
    while rows.next().map_err(error)?.is_some() {
        count += 1;
    }
    Ok(count)
}

/// Shows the rows of a statement that is bound; what `each` refuses is not the engine's failure.
pub(in crate::sqlite) fn show(
    statement: &mut Statement<'_>,
    plan: &[usize],
    each: OnRow<'_>,
) -> Result<(), Failure> {
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(error)? {
        match each(&RowRef::sqlite(row), plan) {
            Ok(Flow::More) => {}
            Ok(Flow::Enough) => break,
            Err(err) => return Err(Failure::Reader(err)),
        }
    }
    Ok(())
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
