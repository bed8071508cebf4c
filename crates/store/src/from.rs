//! From rows to Rust: single values, and whole rows.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Json, Result, RowRef, Timestamp};

/// Something that can be read from one column.
///
/// ```
/// # use store::{FromValue, Result, RowRef};
/// struct Cents(i64);
/// impl FromValue for Cents {
///     fn from_value(row: &RowRef<'_>, index: usize) -> Result<Cents> {
///         row.int(index).map(Cents)
///     }
/// }
/// ```
pub trait FromValue: Sized {
    fn from_value(row: &RowRef<'_>, index: usize) -> Result<Self>;
}

/// Something that can be read from a row. Usually made by [`row!`](crate::row); tuples are read by position.
pub trait FromRow: Sized {
    /// The columns it wants by name, looked up once per statement. Empty: it reads by position.
    const COLUMNS: &'static [&'static str];

    /// `at` holds, for each of `COLUMNS`, its place in the row.
    fn from_row(row: &RowRef<'_>, at: &[usize]) -> Result<Self>;
}

/// Says which columns a struct is read from: `row!(Lead { id, name });`.
#[macro_export]
macro_rules! row {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::FromRow for $name {
            // `r#type` is the column "type".
            const COLUMNS: &'static [&'static str] = &[$($crate::plain(stringify!($field))),*];

            fn from_row(row: &$crate::RowRef<'_>, at: &[usize]) -> $crate::Result<Self> {
                let mut at = at.iter();
                ::std::result::Result::Ok($name {
                    $($field: $crate::FromValue::from_value(row, at.next().copied().unwrap_or(usize::MAX))?),*
                })
            }
        }
    };
}

/// A field's name without the `r#` that makes a keyword a name.
#[doc(hidden)]
pub const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

macro_rules! from_value {
    ($($ty:ty: |$row:ident, $index:ident| $value:expr;)+) => {$(
        impl FromValue for $ty {
            fn from_value($row: &RowRef<'_>, $index: usize) -> Result<Self> {
                $value
            }
        }
    )+};
}

from_value! {
    bool: |row, index| row.bool(index);
    i64: |row, index| row.int(index);
    i32: |row, index| row.int(index)?.try_into().map_err(|_| row.error(index, "a 32-bit integer", "a larger one"));
    u32: |row, index| row.int(index)?.try_into().map_err(|_| row.error(index, "a 32-bit count", "another integer"));
    f64: |row, index| row.real(index);
    String: |row, index| row.text(index).map(str::to_owned);
    Uuid: |row, index| row.uuid(index);
    Vec<u8>: |row, index| row.bytes(index).map(<[u8]>::to_vec);
    Timestamp: |row, index| row.time(index);
    serde_json::Value: |row, index| Json::from_value(row, index).map(|Json(it)| it);
    Box<RawValue>: |row, index| {
        RawValue::from_string(row.json_text(index)?.into_owned()).map_err(|_| row.error(index, "JSON", "other text"))
    };
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(row: &RowRef<'_>, index: usize) -> Result<Self> {
        row.bytes(index)?
            .try_into()
            .map_err(|_| row.error(index, "bytes", "bytes of another length"))
    }
}

impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(row: &RowRef<'_>, index: usize) -> Result<Self> {
        serde_json::from_str(&row.json_text(index)?)
            .map(Json)
            .map_err(|err| {
                row.error(
                    index,
                    "JSON of another shape",
                    &format!("{:?} error", err.classify()),
                )
            })
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(row: &RowRef<'_>, index: usize) -> Result<Self> {
        if row.is_null(index)? {
            Ok(None)
        } else {
            T::from_value(row, index).map(Some)
        }
    }
}

macro_rules! tuples {
    ($(($($ty:ident $index:tt),+))+) => {$(
        impl<$($ty: FromValue),+> FromRow for ($($ty,)+) {
            const COLUMNS: &'static [&'static str] = &[];

            fn from_row(row: &RowRef<'_>, _: &[usize]) -> Result<Self> {
                Ok(($($ty::from_value(row, $index)?,)+))
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
