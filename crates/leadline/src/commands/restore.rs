use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{Outcome, lock};
use crate::base::config::Config;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The copy that `leadline backup` wrote.
    from: PathBuf,
}

/// Puts a copy in the database's place. What stood there is kept beside it, never overwritten.
pub fn run(config: &Config, arguments: &Arguments) -> Outcome {
    let Some(database) = config.sqlite_file() else {
        return Err("this is for SQLite; restore a PostgreSQL database with pg_restore".into());
    };
    let from = &arguments.from;
    store::check_file(from)
        .map_err(|err| format!("{} is not a sound database: {err}", from.display()))?;
    if let Some(folder) = database.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|err| format!("{}: {err}", folder.display()))?;
    }
    let _lock = lock(&database)?;
    let kept = put_aside(&database).map_err(|err| err.to_string())?;
    copy_durably(from, &database).map_err(|err| format!("{}: {err}", database.display()))?;
    println!(
        "{} is restored from {}.",
        database.display(),
        from.display()
    );
    if let Some(kept) = kept {
        println!("What stood there before is kept as {}.", kept.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Renames the database and the log that belongs to it to the first free `….replaced-N`.
fn put_aside(database: &Path) -> io::Result<Option<PathBuf>> {
    if !database.exists() {
        return Ok(None);
    }
    let aside = (1..=9999)
        .map(|n| beside(database, &format!(".replaced-{n}")))
        .find(|it| !it.exists());
    let aside = aside.ok_or_else(|| io::Error::other("no name is free"))?;
    for ending in ["", "-wal", "-shm"] {
        let part = beside(database, ending);
        if part.exists() {
            fs::rename(part, beside(&aside, ending))?;
        }
    }
    Ok(Some(aside))
}

fn copy_durably(from: &Path, to: &Path) -> io::Result<()> {
    let partial = beside(to, ".partial");
    fs::copy(from, &partial)?;
    fs::File::open(&partial)?.sync_all()?;
    fs::rename(&partial, to)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
