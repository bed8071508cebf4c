//! PostgreSQL's error codes as our kinds.

use std::error::Error as _;

use tokio_postgres::{
    Error as Pg,
    error::{DbError, SqlState},
};

use crate::Error;

#[expect(
    clippy::needless_pass_by_value,
    reason = "stands in map_err everywhere"
)]
pub(crate) fn error(err: Pg) -> Error {
    if let Some(db) = err.as_db_error() {
        return refused(db);
    }
    let text = err
        .source()
        .map_or_else(|| err.to_string(), |source| format!("{err}: {source}"));
    let io = err
        .source()
        .is_some_and(<dyn std::error::Error + 'static>::is::<std::io::Error>);
    if err.is_closed() || io {
        Error::Unavailable(text)
    } else {
        Error::Database(text)
    }
}

/// Only the message is passed on: the detail quotes the row.
fn refused(db: &DbError) -> Error {
    let constraint = || db.constraint().unwrap_or_default().to_owned();
    let text = || format!("{} ({})", db.message(), db.code().code());
    match db.code() {
        code if *code == SqlState::UNIQUE_VIOLATION => Error::Conflict {
            constraint: constraint(),
        },
        code if *code == SqlState::FOREIGN_KEY_VIOLATION => Error::Reference {
            constraint: constraint(),
        },
        code if is_passing(code) || is_stale(db) => Error::Unavailable(text()),
        _ => Error::Database(text()),
    }
}

/// Trouble that is expected to pass: connection, resources, shutdown, time-outs, and lost races between transactions.
fn is_passing(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    matches!(class, "08" | "53" | "57" | "58") && *code != SqlState::PROTOCOL_VIOLATION
        || *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::LOCK_NOT_AVAILABLE
}

/// A prepared statement that the server no longer has, or that a migration has overtaken. It is prepared anew next time.
pub(crate) fn is_stale(db: &DbError) -> bool {
    *db.code() == SqlState::INVALID_SQL_STATEMENT_NAME
        || *db.code() == SqlState::FEATURE_NOT_SUPPORTED && db.message().starts_with("cached plan")
}
