//! The database file and how connections to it are opened; every pragma stands here.

use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{error::error, functions};
use crate::{Error, Function, Options, Result};

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Writer,
    Reader,
    /// Migrations: rebuilding a table must not cascade, so keys are checked at the end instead.
    Migration,
}

/// Whether a file that is missing is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Create,
    Refuse,
}

#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    cache_kib: usize,
    checkpoint_pages: usize,
    wal_limit: u64,
    lock_timeout: Duration,
    functions: Vec<Function>,
}

/// Which file a connection opened, so that a file taken away or put in its place is noticed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl File {
    pub(crate) fn new(path: PathBuf, options: &Options) -> File {
        File {
            path,
            cache_kib: options.cache_kib,
            checkpoint_pages: options.checkpoint_pages,
            wal_limit: options.wal_limit_mib as u64 * 1024 * 1024,
            lock_timeout: options.connect_timeout,
            functions: options.functions.clone(),
        }
    }

    /// The same file for connections with another cache, where that is smaller.
    pub(crate) fn with_cache_kib(&self, cache_kib: usize) -> File {
        File {
            cache_kib: self.cache_kib.min(cache_kib),
            ..self.clone()
        }
    }

    pub(crate) fn connect(&self, role: Role, missing: Missing) -> Result<Connection> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if missing == Missing::Create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let conn = Connection::open_with_flags(&self.path, flags).map_err(error)?;
        self.set_up(&conn, role).map_err(error)?;
        Ok(conn)
    }

    fn set_up(&self, conn: &Connection, role: Role) -> rusqlite::Result<()> {
        conn.busy_timeout(self.lock_timeout)?;
        conn.pragma_update(None, "journal_mode", "wal")?;
        conn.pragma_update(None, "synchronous", "full")?;
        conn.pragma_update(None, "foreign_keys", role != Role::Migration)?;
        conn.pragma_update(None, "temp_store", "memory")?;
        conn.pragma_update(None, "mmap_size", 0)?;
        let cache = i64::try_from(self.cache_kib).unwrap_or(i64::MAX);
        conn.pragma_update(None, "cache_size", -cache)?;
        let limit = i64::try_from(self.wal_limit).unwrap_or(i64::MAX);
        conn.pragma_update(None, "journal_size_limit", limit)?;
        let pages = i64::try_from(self.checkpoint_pages).unwrap_or(i64::MAX);
        conn.pragma_update(None, "wal_autocheckpoint", pages)?;
        // Two sessions that trust nothing in the schema but what the migrations put there.
        conn.pragma_update(None, "trusted_schema", false)?;
        // Otherwise a statement is compiled anew each time the value bound to its `limit` changes.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        functions::add(conn, &self.functions)?;
        if role == Role::Reader {
            conn.pragma_update(None, "query_only", true)?;
        }
        Ok(())
    }

    /// The file that stands at the path now.
    pub(crate) fn identity(&self) -> Result<Identity> {
        let found = std::fs::metadata(&self.path).map_err(|err| {
            Error::Unavailable(format!("the database file cannot be reached: {err}"))
        })?;
        Ok(Identity {
            device: found.dev(),
            inode: found.ino(),
        })
    }

    pub(crate) fn wal_bytes(&self) -> u64 {
        std::fs::metadata(beside(&self.path, "-wal")).map_or(0, |it| it.len())
    }

    pub(crate) fn restore_lock_timeout(&self, conn: &Connection) -> Result<()> {
        conn.busy_timeout(self.lock_timeout).map_err(error)
    }

    pub(crate) fn wal_limit(&self) -> u64 {
        self.wal_limit
    }
}

/// The path with something added to the file's name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
