use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{Outcome, open_existing};
use crate::base::config::Config;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The file to write; it must not exist yet.
    to: PathBuf,
}

/// Copies the SQLite file while the server works on it. The copy is of one moment and checked before it gets its name.
pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    if config.sqlite_file().is_none() {
        return Err("this is for SQLite; copy a PostgreSQL database with pg_dump".into());
    }
    let to = arguments.to;
    if to.exists() {
        return Err(format!("{} exists already", to.display()));
    }
    let app = open_existing(config).await?;
    let mut partial = to.clone().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let copied = app.db.backup(&partial).await.map_err(|err| err.to_string());
    app.db.close().await;
    let finished =
        copied.and_then(|()| std::fs::rename(&partial, &to).map_err(|err| err.to_string()));
    if let Err(err) = finished {
        // Nothing useful is in it, and its own failure would hide the first.
        let _ = std::fs::remove_file(&partial);
        return Err(format!("{}: {err}", to.display()));
    }
    println!(
        "The database was copied to {}. Keep the key file with it.",
        to.display()
    );
    Ok(ExitCode::SUCCESS)
}
