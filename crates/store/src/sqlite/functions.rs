//! Functions of the program's own, made known to a connection.

use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::{Value as Lite, ValueRef},
};

use crate::{Function, Value};

pub(super) fn add(conn: &Connection, functions: &[Function]) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    for function in functions {
        let answer = function.answer;
        let arguments = i32::try_from(function.arguments).unwrap_or(-1);
        conn.create_scalar_function(function.name, arguments, flags, move |context| {
            Ok(call(answer, context))
        })?;
    }
    Ok(())
}

/// More than any of our functions takes.
const MOST: usize = 4;

fn call(answer: fn(&[Option<&str>]) -> Value, context: &Context<'_>) -> Lite {
    let mut arguments = [None; MOST];
    let count = context.len().min(MOST);
    for (index, argument) in arguments.iter_mut().enumerate().take(count) {
        *argument = match context.get_raw(index) {
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        };
    }
    match answer(&arguments[..count]) {
        Value::Bool(it) => Lite::Integer(it.into()),
        Value::Int(it) => Lite::Integer(it),
        Value::Real(it) => Lite::Real(it),
        Value::Text(it) => Lite::Text(it),
        _ => Lite::Null,
    }
}
