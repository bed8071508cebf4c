//! Whether a file is a sound SQLite database, without changing it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::error;
use crate::{Error, Result};

/// Reads the whole file and fails with what is wrong with it.
pub fn check_file(path: &Path) -> Result<()> {
    let conn =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?;
    let found: String = conn
        .query_row("pragma integrity_check(1)", [], |row| row.get(0))
        .map_err(error)?;
    if found != "ok" {
        return Err(Error::Database(found));
    }
    let tables: i64 = conn
        .query_row(
            "select count(*) from sqlite_schema where name = 'schema_migrations'",
            [],
            |row| row.get(0),
        )
        .map_err(error)?;
    if tables == 0 {
        return Err(Error::Database(
            "it holds no schema of this program".to_owned(),
        ));
    }
    Ok(())
}
