//! SQLite's result codes as our kinds.

use rusqlite::{Error as Lite, ErrorCode, ffi};

use crate::Error;

#[expect(
    clippy::needless_pass_by_value,
    reason = "stands in map_err everywhere"
)]
pub(crate) fn error(err: Lite) -> Error {
    let Lite::SqliteFailure(failure, text) = &err else {
        return Error::Database(err.to_string());
    };
    let text = text.clone().unwrap_or_else(|| failure.to_string());
    match (failure.code, failure.extended_code) {
        (
            _,
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID,
        ) => Error::Conflict {
            constraint: constraint(&text),
        },
        (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Error::Reference {
            constraint: String::new(),
        },
        // A write in a unit that may only read is a mistake of the program, not of the disk.
        (ErrorCode::ReadOnly, ffi::SQLITE_READONLY) => Error::Database(text),
        (
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly,
            _,
        ) => Error::Unavailable(text),
        _ => Error::Database(text),
    }
}

/// "UNIQUE constraint failed: leads.a, leads.b" or "… failed: index '`leads_x`'".
fn constraint(text: &str) -> String {
    let named = text.split_once(": ").map_or(text, |(_, named)| named);
    named
        .strip_prefix("index '")
        .and_then(|it| it.strip_suffix('\''))
        .unwrap_or(named)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_constraint() {
        for (text, name) in [
            (
                "UNIQUE constraint failed: leads.a, leads.b",
                "leads.a, leads.b",
            ),
            ("UNIQUE constraint failed: index 'leads_x'", "leads_x"),
        ] {
            assert_eq!(constraint(text), name);
        }
    }
}
