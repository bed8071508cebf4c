//! A row as it lies in the driver's buffer, read by column number.

use std::borrow::Cow;

use rusqlite::types::ValueRef as Lite;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::{Error, Result, Timestamp};

/// A borrowed row. Nothing is copied until the caller asks for something owned.
pub struct RowRef<'a> {
    row: Raw<'a>,
}

#[derive(Clone, Copy)]
enum Raw<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

/// The bytes of one column, told apart as far as the engines do.
enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    Uuid(Uuid),
    Json(&'a [u8]),
}

impl<'a> RowRef<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> RowRef<'a> {
        RowRef {
            row: Raw::Sqlite(row),
        }
    }

    pub(crate) fn postgres(row: &'a tokio_postgres::Row) -> RowRef<'a> {
        RowRef {
            row: Raw::Postgres(row),
        }
    }

    pub fn text(&self, index: usize) -> Result<&'a str> {
        match self.cell(index)? {
            Cell::Text(it) => self.utf8(index, it),
            other => Err(self.wrong(index, "text", &other)),
        }
    }

    pub fn opt_text(&self, index: usize) -> Result<Option<&'a str>> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Text(it) => self.utf8(index, it).map(Some),
            other => Err(self.wrong(index, "text", &other)),
        }
    }

    pub fn int(&self, index: usize) -> Result<i64> {
        match self.cell(index)? {
            Cell::Int(it) => Ok(it),
            other => Err(self.wrong(index, "an integer", &other)),
        }
    }

    pub fn opt_int(&self, index: usize) -> Result<Option<i64>> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Int(it) => Ok(Some(it)),
            other => Err(self.wrong(index, "an integer", &other)),
        }
    }

    pub fn real(&self, index: usize) -> Result<f64> {
        match self.cell(index)? {
            Cell::Real(it) => Ok(it),
            #[expect(
                clippy::cast_precision_loss,
                reason = "an integer where a number was asked for; both engines round so"
            )]
            Cell::Int(it) => Ok(it as f64),
            other => Err(self.wrong(index, "a number", &other)),
        }
    }

    pub fn opt_real(&self, index: usize) -> Result<Option<f64>> {
        if self.is_null(index)? {
            Ok(None)
        } else {
            self.real(index).map(Some)
        }
    }

    pub fn bool(&self, index: usize) -> Result<bool> {
        match self.cell(index)? {
            Cell::Bool(it) => Ok(it),
            Cell::Int(it) => Ok(it != 0),
            other => Err(self.wrong(index, "a boolean", &other)),
        }
    }

    pub fn uuid(&self, index: usize) -> Result<Uuid> {
        match self.cell(index)? {
            Cell::Uuid(it) => Ok(it),
            Cell::Bytes(it) => Uuid::from_slice(it)
                .map_err(|_| self.error(index, "a UUID", "bytes of another length")),
            other => Err(self.wrong(index, "a UUID", &other)),
        }
    }

    pub fn opt_uuid(&self, index: usize) -> Result<Option<Uuid>> {
        if self.is_null(index)? {
            Ok(None)
        } else {
            self.uuid(index).map(Some)
        }
    }

    pub fn bytes(&self, index: usize) -> Result<&'a [u8]> {
        match self.cell(index)? {
            Cell::Bytes(it) => Ok(it),
            other => Err(self.wrong(index, "bytes", &other)),
        }
    }

    pub fn opt_bytes(&self, index: usize) -> Result<Option<&'a [u8]>> {
        if self.is_null(index)? {
            Ok(None)
        } else {
            self.bytes(index).map(Some)
        }
    }

    pub fn time(&self, index: usize) -> Result<Timestamp> {
        match self.cell(index)? {
            Cell::Int(it) => Ok(Timestamp(it)),
            other => Err(self.wrong(index, "a time", &other)),
        }
    }

    pub fn opt_time(&self, index: usize) -> Result<Option<Timestamp>> {
        self.opt_int(index).map(|it| it.map(Timestamp))
    }

    /// The text of a JSON column, not parsed.
    pub fn json_text(&self, index: usize) -> Result<Cow<'a, str>> {
        match self.cell(index)? {
            Cell::Json(it) | Cell::Text(it) => self.utf8(index, it).map(Cow::Borrowed),
            other => Err(self.wrong(index, "JSON", &other)),
        }
    }

    pub fn opt_json_text(&self, index: usize) -> Result<Option<Cow<'a, str>>> {
        if self.is_null(index)? {
            Ok(None)
        } else {
            self.json_text(index).map(Some)
        }
    }

    pub fn is_null(&self, index: usize) -> Result<bool> {
        match self.row {
            Raw::Sqlite(row) => match row.get_ref(index) {
                Ok(it) => Ok(matches!(it, Lite::Null)),
                Err(_) => Err(Self::missing(index)),
            },
            Raw::Postgres(row) => match row.try_get::<_, Option<Wire>>(index) {
                Ok(it) => Ok(it.is_none()),
                Err(_) => Err(Self::missing(index)),
            },
        }
    }

    /// For implementations of `FromValue` that find a value of the right kind but not a right one.
    pub fn error(&self, index: usize, expected: &'static str, found: &str) -> Error {
        Error::Decode {
            column: self.column(index),
            expected,
            found: found.to_owned(),
        }
    }

    fn cell(&self, index: usize) -> Result<Cell<'a>> {
        match self.row {
            Raw::Sqlite(row) => match row.get_ref(index) {
                Ok(Lite::Null) => Ok(Cell::Null),
                Ok(Lite::Integer(it)) => Ok(Cell::Int(it)),
                Ok(Lite::Real(it)) => Ok(Cell::Real(it)),
                Ok(Lite::Text(it)) => Ok(Cell::Text(it)),
                Ok(Lite::Blob(it)) => Ok(Cell::Bytes(it)),
                Err(_) => Err(Self::missing(index)),
            },
            Raw::Postgres(row) => match row.try_get::<_, Option<Wire>>(index) {
                Ok(None) => Ok(Cell::Null),
                Ok(Some(Wire(raw))) => {
                    let ty = row.columns()[index].type_();
                    wire(ty, raw)
                        .ok_or_else(|| self.error(index, "a type this program knows", ty.name()))
                }
                Err(_) => Err(Self::missing(index)),
            },
        }
    }

    fn utf8(&self, index: usize, bytes: &'a [u8]) -> Result<&'a str> {
        std::str::from_utf8(bytes)
            .map_err(|_| self.error(index, "text", "bytes that are not UTF-8"))
    }

    #[cold]
    fn missing(index: usize) -> Error {
        Error::Decode {
            column: index.to_string(),
            expected: "a column",
            found: "fewer columns".to_owned(),
        }
    }

    #[cold]
    fn wrong(&self, index: usize, expected: &'static str, found: &Cell<'_>) -> Error {
        let found = match found {
            Cell::Null => "null",
            Cell::Bool(_) => "a boolean",
            Cell::Int(_) => "an integer",
            Cell::Real(_) => "a number",
            Cell::Text(_) => "text",
            Cell::Bytes(_) => "bytes",
            Cell::Uuid(_) => "a UUID",
            Cell::Json(_) => "JSON",
        };
        self.error(index, expected, found)
    }

    fn column(&self, index: usize) -> String {
        let name = match self.row {
            Raw::Sqlite(row) => row.as_ref().column_name(index).ok().map(str::to_owned),
            Raw::Postgres(row) => row.columns().get(index).map(|it| it.name().to_owned()),
        };
        name.unwrap_or_else(|| index.to_string())
    }
}

/// A column as the server sent it.
struct Wire<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Wire<'a> {
    fn from_sql(
        _: &Type,
        raw: &'a [u8],
    ) -> Result<Wire<'a>, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Wire(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn wire<'a>(ty: &Type, raw: &'a [u8]) -> Option<Cell<'a>> {
    Some(match *ty {
        Type::INT8 => Cell::Int(i64::from_be_bytes(raw.try_into().ok()?)),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => Cell::Text(raw),
        Type::UUID => Cell::Uuid(Uuid::from_slice(raw).ok()?),
        Type::BOOL => Cell::Bool(*raw.first()? != 0),
        Type::JSONB => match raw.split_first()? {
            (1, text) => Cell::Json(text),
            _ => return None,
        },
        Type::JSON => Cell::Json(raw),
        Type::INT4 => Cell::Int(i32::from_be_bytes(raw.try_into().ok()?).into()),
        Type::INT2 => Cell::Int(i16::from_be_bytes(raw.try_into().ok()?).into()),
        Type::OID => Cell::Int(u32::from_be_bytes(raw.try_into().ok()?).into()),
        Type::FLOAT8 => Cell::Real(f64::from_be_bytes(raw.try_into().ok()?)),
        Type::FLOAT4 => Cell::Real(f32::from_be_bytes(raw.try_into().ok()?).into()),
        Type::BYTEA => Cell::Bytes(raw),
        _ => return None,
    })
}
