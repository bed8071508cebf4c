//! What `leadline …` does on the command line: a file a command.
//! A command answers its exit code, or says in one line why it could not do its work.

pub mod audit;
pub mod backup;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod import;
pub mod key;
pub mod migrate;
pub mod openapi;
pub mod restore;
pub mod serve;
pub mod user;

use std::{
    fs::{File, TryLockError},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use store::Clock;

use crate::{
    base::{App, config::Config},
    server,
};

pub type Outcome = Result<ExitCode, String>;

/// Opens the database for a command that works beside a running server.
pub async fn open(config: Config) -> Result<Arc<App>, String> {
    server::open(config, Clock::system())
        .await
        .map_err(|err| err.to_string())
}

/// The same for a command that has nothing to do where there is no database yet.
pub async fn open_existing(config: Config) -> Result<Arc<App>, String> {
    if let Some(file) = config.sqlite_file().filter(|it| !it.exists()) {
        return Err(format!("there is no database at {}", file.display()));
    }
    open(config).await
}

/// Prints; a reader that has seen enough and closed the pipe is no failure.
pub fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(err) if err.kind() != ErrorKind::BrokenPipe => Err(err.to_string()),
        _ => Ok(()),
    }
}

/// Holds the lock that says "a server has this SQLite file"; there is at most one.
pub fn lock(database: &Path) -> Result<File, String> {
    let path = lock_path(database);
    let file = File::create(&path).map_err(|err| format!("{}: {err}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(format!(
            "{} is in use by a running server; stop it first",
            database.display()
        )),
        Err(TryLockError::Error(err)) => Err(format!("{}: {err}", path.display())),
    }
}

fn lock_path(database: &Path) -> PathBuf {
    database.with_extension("lock")
}
