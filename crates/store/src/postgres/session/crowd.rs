//! Crowds of rows: one statement over an array per column.

use tokio_postgres::types::{Kind, ToSql, Type};

use super::{
    super::{bind::Column, error::error},
    Naming, Session, pipelined,
};
use crate::{
    Error, Result, Value,
    conn::{Conn, Failure, Flow, OnRow, Params},
};

/// Names of a table's columns with the array types of their types.
const COLUMNS: &str = "select a.attname::text, t.typarray::bigint \
    from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid \
    where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped";

impl Session {
    pub(super) fn insert_crowd(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value>],
    ) -> Result<u64> {
        let types = self.types(table, columns)?;
        let sql = statement(table, columns, &types);
        let values: Vec<_> = (0..columns.len())
            .map(|index| Column { rows, index })
            .collect();
        if self.naming == Naming::Unnamed {
            let ahead = self.set_out();
            let values: Vec<_> = values
                .iter()
                .map(|it| it as &(dyn ToSql + Sync))
                .zip(types)
                .collect();
            let result = self
                .link
                .wait(|client| pipelined(client, &ahead, client.execute_typed(&sql, &values)));
            return result.map_err(error);
        }
        let place = self.prepared(&sql)?;
        let statement = self.statements.at(place).statement.clone();
        let ahead = self.set_out();
        let result = self
            .link
            .wait(|client| pipelined(client, &ahead, client.execute_raw(&statement, values)));
        result.map_err(|err| self.failed(&sql, err))
    }

    /// The types of the named columns of a table.
    fn types(&mut self, table: &'static str, columns: &[&'static str]) -> Result<Vec<Type>> {
        if !self.tables.contains_key(table) {
            let mut found = Vec::new();
            let each: OnRow<'_> = &mut |row, _| {
                let oid = u32::try_from(row.int(1)?)
                    .map_err(|_| row.error(1, "a type", "another number"))?;
                let array = Type::from_oid(oid).ok_or(Error::Unsupported(
                    "inserting many values of an extension's type",
                ))?;
                found.push((row.text(0)?.to_owned(), array));
                Ok(Flow::More)
            };
            self.query(COLUMNS, Params::Refs(&[&table]), &[], each)
                .map_err(|failure| match failure {
                    Failure::Engine(err) | Failure::Reader(err) => err,
                })?;
            self.tables.insert(table, found);
        }
        let known = &self.tables[table];
        let find = |column: &&str| {
            let named = known
                .iter()
                .find(|(name, _)| name == column)
                .map(|(_, array)| array.clone());
            named.ok_or_else(|| Error::Database(format!("table {table} has no column {column}")))
        };
        columns.iter().map(find).collect()
    }
}

fn statement(table: &str, columns: &[&str], types: &[Type]) -> String {
    let member = |ty: &Type| match ty.kind() {
        Kind::Array(member) => member.name().to_owned(),
        _ => ty.name().to_owned(),
    };
    let arrays: Vec<String> = types
        .iter()
        .enumerate()
        .map(|(index, ty)| format!("${}::{}[]", index + 1, member(ty)))
        .collect();
    let (columns, arrays) = (columns.join(", "), arrays.join(", "));
    format!("insert into {table} ({columns}) select * from unnest({arrays})")
}
