//! What both engines can hold, and how Rust values become that.

use std::borrow::Cow;

use serde::Serialize;
use uuid::Uuid;

use crate::Timestamp;

/// An owned value, as `Sql` and `insert_many` carry it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    Json(serde_json::Value),
    /// JSON that is text already and is passed on as it stands.
    RawJson(String),
    Time(Timestamp),
}

/// A value on its way into a statement, borrowed where it can be.
///
/// Its `Debug` tells only the kind: parameters are other people's data.
#[derive(Clone)]
pub enum ValueRef<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Uuid(Uuid),
    /// JSON text.
    Json(Cow<'a, str>),
    Time(Timestamp),
}

impl ValueRef<'_> {
    pub fn into_owned(self) -> Value {
        match self {
            ValueRef::Null => Value::Null,
            ValueRef::Bool(it) => Value::Bool(it),
            ValueRef::Int(it) => Value::Int(it),
            ValueRef::Real(it) => Value::Real(it),
            ValueRef::Text(it) => Value::Text(it.into_owned()),
            ValueRef::Bytes(it) => Value::Bytes(it.into_owned()),
            ValueRef::Uuid(it) => Value::Uuid(it),
            ValueRef::Json(it) => Value::RawJson(it.into_owned()),
            ValueRef::Time(it) => Value::Time(it),
        }
    }

    /// The kind of value, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            ValueRef::Null => "null",
            ValueRef::Bool(_) => "a boolean",
            ValueRef::Int(_) => "an integer",
            ValueRef::Real(_) => "a number",
            ValueRef::Text(_) => "text",
            ValueRef::Bytes(_) => "bytes",
            ValueRef::Uuid(_) => "a UUID",
            ValueRef::Json(_) => "JSON",
            ValueRef::Time(_) => "a time",
        }
    }
}

impl std::fmt::Debug for ValueRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

/// A column of JSON, read into and written from `T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Json<T>(pub T);

/// Something that can be bound to a `$n`. Borrow rather than clone.
///
/// ```
/// # use store::{ToValue, ValueRef};
/// struct Cents(i64);
/// impl ToValue for Cents {
///     fn to_value(&self) -> ValueRef<'_> {
///         ValueRef::Int(self.0)
///     }
/// }
/// ```
pub trait ToValue {
    fn to_value(&self) -> ValueRef<'_>;
}

impl ToValue for Value {
    fn to_value(&self) -> ValueRef<'_> {
        match self {
            Value::Null => ValueRef::Null,
            Value::Bool(it) => ValueRef::Bool(*it),
            Value::Int(it) => ValueRef::Int(*it),
            Value::Real(it) => ValueRef::Real(*it),
            Value::Text(it) => ValueRef::Text(Cow::Borrowed(it)),
            Value::Bytes(it) => ValueRef::Bytes(Cow::Borrowed(it)),
            Value::Uuid(it) => ValueRef::Uuid(*it),
            Value::Json(it) => ValueRef::Json(Cow::Owned(it.to_string())),
            Value::RawJson(it) => ValueRef::Json(Cow::Borrowed(it)),
            Value::Time(it) => ValueRef::Time(*it),
        }
    }
}

macro_rules! to_value {
    ($($ty:ty: |$it:ident| $value:expr;)+) => {$(
        impl ToValue for $ty {
            fn to_value(&self) -> ValueRef<'_> {
                let $it = self;
                $value
            }
        }

        impl From<$ty> for Value {
            fn from($it: $ty) -> Value {
                let $it = &$it;
                ToValue::to_value($it).into_owned()
            }
        }
    )+};
}

to_value! {
    bool: |it| ValueRef::Bool(*it);
    i64: |it| ValueRef::Int(*it);
    i32: |it| ValueRef::Int(i64::from(*it));
    u32: |it| ValueRef::Int(i64::from(*it));
    f64: |it| ValueRef::Real(*it);
    Uuid: |it| ValueRef::Uuid(*it);
    Timestamp: |it| ValueRef::Time(*it);
    serde_json::Value: |it| ValueRef::Json(Cow::Owned(it.to_string()));
    Box<serde_json::value::RawValue>: |it| ValueRef::Json(Cow::Borrowed(it.get()));
}

impl ToValue for String {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(Cow::Borrowed(self))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl ToValue for str {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(Cow::Borrowed(self))
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(Cow::Borrowed(self))
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Bytes(Cow::Borrowed(self))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        Value::Bytes(bytes)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Bytes(Cow::Borrowed(self))
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Bytes(Cow::Borrowed(self))
    }
}

impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> ValueRef<'_> {
        // Only a map with keys that are not text can fail here, and that is a mistake in the program.
        ValueRef::Json(Cow::Owned(
            serde_json::to_string(&self.0).expect("JSON columns hold plain data"),
        ))
    }
}

impl<T: Serialize> From<Json<T>> for Value {
    fn from(json: Json<T>) -> Value {
        json.to_value().into_owned()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, ToValue::to_value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> ValueRef<'_> {
        (**self).to_value()
    }
}
