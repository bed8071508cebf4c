//! `leadline export`: leads as a file from the shell, by the same code as over the API. It works beside a running server.

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use tempfile::NamedTempFile;

use super::{Outcome, open_existing};
use crate::{
    base::{App, Error, Result, Via, config::Config},
    leads::{
        export::{Asked, Export, Right, asked},
        filter::{self, Own},
    },
    workspaces::{self, staff},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Where to; `-` for standard output. It gets this name when it is whole, and not before.
    file: PathBuf,
    /// By name; may be left out where there is one workspace.
    #[arg(long)]
    workspace: Option<String>,
    /// csv, xlsx, ndjson or parquet; by default what the file's name ends in, or else csv.
    #[arg(long)]
    format: Option<String>,
    /// A saved view, by its name or its id: its leads, in its order and with its columns unless others are asked for.
    #[arg(long, value_name = "VIEW")]
    view: Option<String>,
    /// As in the address of the list (`tag=vip&minScore=50`), or as a JSON object.
    #[arg(long, default_value = "")]
    filter: String,
    /// Such as name,email,customFields.budget; by default all core fields and every defined custom field.
    #[arg(long, value_name = "COLUMNS")]
    columns: Option<String>,
    /// What the first row says.
    #[arg(long, value_enum)]
    names: Option<Names>,
    /// CSV: what stands between cells.
    #[arg(long, value_enum)]
    delimiter: Option<Delimiter>,
    /// CSV: begin with a byte order mark, for older spreadsheets.
    #[arg(long)]
    bom: bool,
    /// CSV: cells as they are, formulas too.
    #[arg(long)]
    raw: bool,
    /// createdAt, updatedAt, name, score, value, company or source.
    #[arg(long, value_name = "FIELD")]
    sort_by: Option<String>,
    /// asc or desc.
    #[arg(long, value_name = "ORDER")]
    sort_order: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Names {
    Keys,
    Display,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

/// What was asked for makes no sense; 1 is an error of another kind, as for every command.
const NOT_UNDERSTOOD: u8 = 2;
const DRAW_AGAIN: Duration = Duration::from_millis(100);

pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    let app = open_existing(config).await?;
    let done = export(&app, &arguments).await;
    app.db.close().await;
    draw(None);
    match done {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(Error::Invalid(problems)) => {
            eprintln!("leadline: {problems}");
            Ok(ExitCode::from(NOT_UNDERSTOOD))
        }
        Err(err) => Err(err.to_string()),
    }
}

async fn export(app: &Arc<App>, arguments: &Arguments) -> Result<()> {
    let asked = arguments.asked()?;
    let named = arguments.workspace.clone();
    let caller = app
        .read(move |tx| {
            let workspace = staff::workspace(tx, named.as_deref())?;
            workspaces::system_caller(tx, workspace.id, Via::CommandLine)
        })
        .await?;
    if arguments.file == Path::new("-") {
        let mut export = Export::begin(app, &caller, Right::OfTheMachine, asked).await?;
        return write(&mut export, &mut std::io::stdout()).await;
    }
    let failed = |err: std::io::Error| unwritten(&arguments.file, &err);
    let folder = arguments
        .file
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut part = NamedTempFile::new_in(folder).map_err(failed)?;
    let mut export = Export::begin(app, &caller, Right::OfTheMachine, asked).await?;
    write(&mut export, part.as_file_mut()).await?;
    part.as_file().sync_all().map_err(failed)?;
    part.persist(&arguments.file)
        .map_err(|err| unwritten(&arguments.file, &err.error))?;
    Ok(())
}

async fn write(export: &mut Export, out: &mut (impl Write + Send)) -> Result<()> {
    let failed =
        |err: std::io::Error| Error::Unavailable(format!("the file cannot be written: {err}"));
    let mut drawn = Instant::now();
    while let Some(piece) = export.next().await? {
        out.write_all(&piece).map_err(failed)?;
        if drawn.elapsed() >= DRAW_AGAIN {
            draw(Some((export.rows(), export.expected)));
            drawn = Instant::now();
        }
    }
    out.flush().map_err(failed)
}

fn unwritten(file: &Path, err: &std::io::Error) -> Error {
    Error::Unavailable(format!("{} cannot be written: {err}", file.display()))
}

/// A bar for people; a file or a pipe gets none.
fn draw(progress: Option<(i64, Option<i64>)>) {
    const WIDTH: i64 = 40;
    let mut out = std::io::stderr().lock();
    if !out.is_terminal() {
        return;
    }
    // A console that cannot be drawn on is no failure.
    let _ = match progress {
        None => write!(out, "\r\x1b[K"),
        Some((rows, None)) => write!(out, "\r\x1b[K{rows} leads"),
        Some((rows, Some(all))) => {
            let filled = (rows * WIDTH / all.max(1)).clamp(0, WIDTH);
            let of = |sign: &str, n: i64| sign.repeat(usize::try_from(n).unwrap_or(0));
            let (done, left) = (of("█", filled), of("░", WIDTH - filled));
            write!(out, "\r\x1b[K{done}{left} {rows} of {all} leads")
        }
    };
    let _ = out.flush();
}

impl Arguments {
    fn asked(&self) -> Result<Asked> {
        let (filter, mut own) = if self.filter.trim_start().starts_with('{') {
            let filter = serde_json::from_str(&self.filter)
                .map_err(|err| Error::invalid("--filter", err.to_string()))?;
            (filter, Own::new())
        } else {
            filter::read_query(Some(&self.filter), &asked::OWN)?
        };
        let mut put = |name, value: Option<String>| {
            if let Some(value) = value {
                own.insert(name, value);
            }
        };
        put("format", Some(self.format()?.key().to_owned()));
        put("columns", self.columns.clone());
        put("names", self.names.as_ref().map(word));
        put("delimiter", self.delimiter.as_ref().map(word));
        put("bom", self.bom.then(|| "true".to_owned()));
        put("raw", self.raw.then(|| "true".to_owned()));
        put("sortBy", self.sort_by.clone());
        put("sortOrder", self.sort_order.clone());
        let mut asked = Asked::read(filter, &own)?;
        if let Some(view) = &self.view {
            asked.view = Some(asked::Wanted::Anybodys(view.clone()));
        }
        Ok(asked)
    }

    fn format(&self) -> Result<asked::Format> {
        match &self.format {
            Some(name) => asked::format_named(name),
            None => Ok(asked::format_of(&self.file.to_string_lossy()).unwrap_or_default()),
        }
    }
}

fn word(choice: &impl ValueEnum) -> String {
    choice
        .to_possible_value()
        .map_or_else(String::new, |it| it.get_name().to_owned())
}
