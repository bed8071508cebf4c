//! A copy of the file while it is written to, by SQLite's backup.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path};

use rusqlite::{Connection, OpenFlags};

use super::error::error;
use crate::{Error, Result};

/// Copies the database at `from` to `to`, which must not exist yet. What is copied is one committed state.
///
/// Everything is copied in one step under a read snapshot: the writer goes on in its log, and the copy cannot be
/// thrown back to the start by it as a copy in several steps would be.
pub(crate) fn backup(from: &Path, to: &Path) -> Result<()> {
    // The copy is as private as what it is of, from its first byte.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(|err| Error::Database(format!("{}: {err}", to.display())))?;
    let source =
        Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(error)?;
    let copied = copy(&source, to);
    if copied.is_err() {
        // Half a copy is worse than none.
        let _ = std::fs::remove_file(to);
    }
    copied
}

fn copy(source: &Connection, to: &Path) -> Result<()> {
    let mut target = Connection::open(to).map_err(error)?;
    {
        let backup = rusqlite::backup::Backup::new(source, &mut target).map_err(error)?;
        match backup.step(-1).map_err(error)? {
            rusqlite::backup::StepResult::Done => {}
            other => return Err(Error::Unavailable(format!("the copy stopped: {other:?}"))),
        }
    }
    // A backup is one file: fold the log mode away and bring it to the disk.
    target
        .pragma_update(None, "journal_mode", "delete")
        .map_err(error)?;
    drop(target);
    let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|err| Error::Unavailable(format!("the copy did not reach the disk: {err}")))
}
