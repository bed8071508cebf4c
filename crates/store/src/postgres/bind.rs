//! Our values on the wire.

use std::{error::Error as StdError, fmt, fmt::Write};

use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::{ToValue, Value, ValueRef};

type Written = Result<IsNull, Box<dyn StdError + Sync + Send>>;

/// A value that bends to the type the server announced.
pub(super) struct Typed<'a>(pub(super) ValueRef<'a>);

/// A value as text, for statements whose types nobody has asked the server about.
pub(super) struct Loose<'a>(pub(super) ValueRef<'a>);

/// One column of many rows, as an array.
pub(super) struct Column<'a> {
    pub(super) rows: &'a [Vec<Value>],
    pub(super) index: usize,
}

impl ToSql for Typed<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        write_typed(&self.0, ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn write_typed(value: &ValueRef<'_>, ty: &Type, out: &mut BytesMut) -> Written {
    match (value, ty) {
        (ValueRef::Null, _) => return Ok(IsNull::Yes),
        (ValueRef::Bool(it), &Type::BOOL) => out.extend_from_slice(&[u8::from(*it)]),
        (ValueRef::Int(it), &Type::INT8) => out.extend_from_slice(&it.to_be_bytes()),
        (ValueRef::Int(it), &Type::INT4) => {
            out.extend_from_slice(&i32::try_from(*it)?.to_be_bytes());
        }
        (ValueRef::Int(it), &Type::INT2) => {
            out.extend_from_slice(&i16::try_from(*it)?.to_be_bytes());
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "an integer bound where a number is wanted; SQLite rounds so too"
        )]
        (ValueRef::Int(it), &Type::FLOAT8) => out.extend_from_slice(&(*it as f64).to_be_bytes()),
        (ValueRef::Real(it), &Type::FLOAT8) => out.extend_from_slice(&it.to_be_bytes()),
        (
            ValueRef::Text(it),
            &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN,
        ) => {
            out.extend_from_slice(it.as_bytes());
        }
        (ValueRef::Bytes(it), &Type::BYTEA) => out.extend_from_slice(it),
        (ValueRef::Uuid(it), &Type::UUID) => out.extend_from_slice(it.as_bytes()),
        (ValueRef::Json(it), &Type::JSON | &Type::TEXT) => out.extend_from_slice(it.as_bytes()),
        (ValueRef::Json(it), &Type::JSONB) => {
            out.extend_from_slice(&[1]);
            out.extend_from_slice(it.as_bytes());
        }
        (ValueRef::Time(it), &Type::INT8) => out.extend_from_slice(&it.0.to_be_bytes()),
        (value, ty) => {
            return Err(format!("{} bound where the statement wants {ty}", value.kind()).into());
        }
    }
    Ok(IsNull::No)
}

impl ToSql for Loose<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        match &self.0 {
            ValueRef::Null => return Ok(IsNull::Yes),
            ValueRef::Bool(it) => out.extend_from_slice(if *it { b"t" } else { b"f" }),
            ValueRef::Int(it) => write!(out, "{it}")?,
            ValueRef::Real(it) => write!(out, "{it}")?,
            ValueRef::Text(it) | ValueRef::Json(it) => out.extend_from_slice(it.as_bytes()),
            ValueRef::Bytes(it) => {
                out.extend_from_slice(b"\\x");
                for byte in it.iter() {
                    write!(out, "{byte:02x}")?;
                }
            }
            ValueRef::Uuid(it) => write!(out, "{it}")?,
            ValueRef::Time(it) => write!(out, "{}", it.0)?,
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

impl ToSql for Column<'_> {
    /// One dimension, counted from 1: lengths and values behind a header of five numbers.
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        let Kind::Array(member) = ty.kind() else {
            return Err(format!("many values bound where the statement wants {ty}").into());
        };
        let has_nulls = self
            .rows
            .iter()
            .any(|row| matches!(row.get(self.index), None | Some(Value::Null)));
        out.extend_from_slice(&1_i32.to_be_bytes());
        out.extend_from_slice(&i32::from(has_nulls).to_be_bytes());
        out.extend_from_slice(&member.oid().to_be_bytes());
        out.extend_from_slice(&i32::try_from(self.rows.len())?.to_be_bytes());
        out.extend_from_slice(&1_i32.to_be_bytes());
        for row in self.rows {
            let value = row
                .get(self.index)
                .map_or(ValueRef::Null, ToValue::to_value);
            let start = out.len();
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            if let IsNull::No = write_typed(&value, member, out)? {
                let length = i32::try_from(out.len() - start - 4)?;
                out[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Array(_))
    }

    to_sql_checked!();
}

/// The driver logs parameters at the debug level: these print nothing of what they hold.
macro_rules! opaque {
    ($($ty:ident)+) => {$(
        impl fmt::Debug for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("_")
            }
        }
    )+};
}

opaque! { Typed Loose Column }
