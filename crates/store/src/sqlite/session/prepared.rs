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
    Error, Result, ValueRef,
    conn::{Params, Plans},
};

pub(super) struct Prepared<'c> {
    pub(super) statement: Statement<'c>,
    /// For each of SQLite's parameters, which of our values it takes: SQLite numbers `$n` by first appearance.
    values: Box<[u16]>,
    pub(super) readonly: bool,
    wanted: usize,
    pub(super) plans: Plans,
}

impl<'c> Prepared<'c> {
    pub(super) fn new(conn: &'c Connection, sql: &str) -> Result<Prepared<'c>> {
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
            readonly: statement.readonly(),
            statement,
            values,
            wanted,
            plans: Plans::default(),
        })
    }

    pub(super) fn bind(
        &mut self,
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
            self.statement
                .raw_bind_parameter(index + 1, output)
                .map_err(error)?;
        }
        Ok(())
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
