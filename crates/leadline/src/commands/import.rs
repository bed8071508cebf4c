//! `leadline import`: a file of leads from the shell, through the same steps as over the API.
//!
//! It works on the database itself. A SQLite file has one writer, so it asks for the server to be stopped, or for the file
//! to be sent to it; beside a PostgreSQL the servers may go on.

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use uuid::Uuid;

use super::{Outcome, lock, open_existing, print};
use crate::{
    base::{App, Caller, Error, Result, Via, config::Config},
    intake::import::{
        arrive,
        plan::{Constant, Plan},
        record::{self, Import, State},
        report::{self, Set},
        rules, steps,
    },
    jobs::Runner,
    server,
    workspaces::{self, staff},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// CSV or XLSX.
    file: PathBuf,
    /// By name; may be left out where there is one workspace.
    #[arg(long)]
    workspace: Option<String>,
    /// Where a column goes, such as `--map "E-Mail=email"`; with nothing behind the sign it is left out. Columns that are not named are
    /// mapped by what they look like.
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// A value for every row that has none, such as `--set "source=Fair 2026"`.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// What happens to people who are there: skip, update, createAnyway or review.
    #[arg(long, value_name = "WHAT")]
    on_match: Option<String>,
    /// create, update or both.
    #[arg(long)]
    mode: Option<String>,
    /// Say what would happen, and write no lead.
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that did not go in, with the reason, into this file.
    #[arg(long, value_name = "FILE")]
    skipped: Option<PathBuf>,
}

/// All rows went in; 1 is an error, as for every command.
const SOME_LEFT: u8 = 2;
const LOOK_AGAIN: Duration = Duration::from_millis(200);

pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    let file = config.sqlite_file().filter(|it| it.exists());
    // Held until the end of the command.
    let _lock = file.as_deref().map(lock).transpose().map_err(|err| {
        format!("{err}, or send the file to it: POST /api/imports, as docs/import.md shows")
    })?;
    let app = open_existing(config).await?;
    let runner = Runner::start(Arc::clone(&app), server::job_kinds());
    let done = import(&app, &arguments).await;
    runner.stop(Duration::from_secs(30)).await;
    app.db.close().await;
    let (told, code) = done.map_err(|err| in_words(&err))?;
    print(&told)?;
    Ok(code)
}

/// The fields of a refusal are what one needs to know here.
fn in_words(err: &Error) -> String {
    match err {
        Error::Invalid(problems) => problems.to_string(),
        other => other.to_string(),
    }
}

async fn import(app: &Arc<App>, arguments: &Arguments) -> Result<(String, ExitCode)> {
    let named = arguments.workspace.clone();
    let caller = app
        .read(move |tx| {
            let workspace = staff::workspace(tx, named.as_deref())?;
            workspaces::system_caller(tx, workspace.id, Via::CommandLine)
        })
        .await?;
    let arrived = arrive::from_disk(app, &arguments.file)
        .await
        .map_err(|err| {
            Error::invalid(
                arguments.file.display().to_string(),
                format!("cannot be read: {err}"),
            )
        })?;
    let id = arrive::begin(app, &caller, None, arrived).await?;
    let ended = go_through(app, &caller, id, arguments).await;
    if arguments.dry_run || ended.is_err() {
        forget(app, &caller, id).await?;
    }
    ended
}

async fn go_through(
    app: &Arc<App>,
    caller: &Caller,
    id: Uuid,
    arguments: &Arguments,
) -> Result<(String, ExitCode)> {
    let import = load(app, caller, id).await?;
    let plan = planned(&import, arguments)?;
    let (by, dry_run, detected) = (caller.clone(), arguments.dry_run, import.detected.0);
    app.db
        .write(move |tx| {
            record::replan(tx, by.workspace, id, &detected, &plan)?;
            if dry_run {
                steps::check(tx, &by, id)
            } else {
                steps::run(tx, &by, id)
            }
        })
        .await?;
    let import = wait(app, caller, id).await?;
    if let Some(error) = &import.error {
        return Err(Error::conflict("import_failed", error.clone()));
    }
    if let Some(file) = &arguments.skipped {
        write_skipped(app, caller, import.clone(), file, dry_run).await?;
    }
    let (told, left) = match (&import.checked, &import.report) {
        (Some(checked), _) if dry_run => (checked.0.told(), checked.0.left()),
        (_, Some(report)) => (report.0.told(), report.0.left()),
        _ => (String::new(), 0),
    };
    let code = if left == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(SOME_LEFT)
    };
    Ok((format!("{told}\n"), code))
}

/// The plan that was found out, with what the arguments say of it.
fn planned(import: &Import, arguments: &Arguments) -> Result<Plan> {
    let mut plan = import.plan.0.clone();
    for pair in &arguments.map {
        let (header, field) = parted(pair, "--map")?;
        let columns = &import.detected.0.columns;
        let found = columns
            .iter()
            .find(|it| it.header.eq_ignore_ascii_case(header))
            .or_else(|| {
                columns
                    .iter()
                    .find(|it| (it.column + 1).to_string() == header)
            });
        let place = found.ok_or_else(|| {
            Error::invalid("--map", format!("the file has no column \"{header}\""))
        })?;
        let field = Some(field.to_owned()).filter(|it| !it.is_empty());
        for column in &mut plan.columns {
            if column.column == place.column {
                column.field.clone_from(&field);
            } else if column.field == field {
                // What was guessed gives way to what is said.
                column.field = None;
            }
        }
    }
    for pair in &arguments.set {
        let (field, value) = parted(pair, "--set")?;
        plan.constants.retain(|it| it.field != field);
        plan.constants.push(Constant {
            field: field.to_owned(),
            value: value.to_owned(),
        });
    }
    if let Some(what) = &arguments.on_match {
        plan.decide.on_match = word(what, "--on-match")?;
    }
    if let Some(mode) = &arguments.mode {
        plan.decide.mode = word(mode, "--mode")?;
    }
    rules::check(&plan)?;
    Ok(plan)
}

fn parted<'a>(pair: &'a str, name: &str) -> Result<(&'a str, &'a str)> {
    pair.rsplit_once('=')
        .map(|(left, right)| (left.trim(), right.trim()))
        .ok_or_else(|| Error::invalid(name, format!("\"{pair}\" has no \"=\"")))
}

fn word<T: serde::de::DeserializeOwned>(text: &str, name: &str) -> Result<T> {
    serde_json::from_value(text.into()).map_err(|err| Error::invalid(name, err.to_string()))
}

async fn load(app: &Arc<App>, caller: &Caller, id: Uuid) -> Result<Import> {
    let workspace = caller.workspace;
    app.read(move |tx| record::load(tx, workspace, id)).await
}

async fn forget(app: &Arc<App>, caller: &Caller, id: Uuid) -> Result<()> {
    let (workspace, with) = (caller.workspace, Arc::clone(app));
    app.db
        .write(move |tx| crate::intake::import::remove::remove(tx, &with.config, workspace, id))
        .await
}

/// Draws how far it is, until it has ended.
async fn wait(app: &Arc<App>, caller: &Caller, id: Uuid) -> Result<Import> {
    loop {
        let import = load(app, caller, id).await?;
        if !matches!(import.state, State::Checking | State::Running) {
            draw(None);
            return Ok(import);
        }
        draw(
            import
                .progress
                .as_ref()
                .map(|it| (it.0.fraction, it.0.rows)),
        );
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// A bar for people; a file or a pipe gets none.
fn draw(progress: Option<(f64, i64)>) {
    const WIDTH: usize = 40;
    let mut out = std::io::stderr().lock();
    if !out.is_terminal() {
        return;
    }
    // A console that cannot be drawn on is no failure.
    let _ = match progress {
        None => write!(out, "\r\x1b[K"),
        Some((fraction, rows)) => {
            let filled = (0..WIDTH)
                .filter(|it| fraction * 40.0 > f64::from(u32::try_from(*it).unwrap_or(0)));
            let filled = filled.count();
            let (done, left) = ("█".repeat(filled), "░".repeat(WIDTH - filled));
            write!(
                out,
                "\r\x1b[K{done}{left} {:3.0} %  {rows} rows",
                fraction * 100.0
            )
        }
    };
    let _ = out.flush();
}

async fn write_skipped(
    app: &Arc<App>,
    caller: &Caller,
    import: Import,
    file: &Path,
    dry_run: bool,
) -> Result<()> {
    let set = if dry_run { Set::Problems } else { Set::Skipped };
    let mut pieces = report::write(app, caller.workspace, import, set).await?;
    let failed = |err: std::io::Error| {
        Error::invalid(
            "--skipped",
            format!("{} cannot be written: {err}", file.display()),
        )
    };
    let mut out = std::fs::File::create(file).map_err(failed)?;
    while let Some(piece) = pieces.recv().await {
        out.write_all(&piece.map_err(failed)?).map_err(failed)?;
    }
    Ok(())
}
