//! Parse, configure, trace, dispatch.

use std::{io::IsTerminal, num::NonZero, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use leadline::{
    base::config::{Config, Log, LogFormat},
    commands,
};
use tracing_subscriber::EnvFilter;

/// Many small answers from many threads: the system's allocator fragments under that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Leads in from anywhere, worked on a board, in step with every other system.
#[derive(Parser)]
#[command(name = "leadline", version, arg_required_else_help = true)]
struct Arguments {
    /// Settings file; without it, leadline.toml where there is one.
    #[arg(long, global = true, env = "LEADLINE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Copy the database, while it is in use, into a file.
    Backup(commands::backup::Arguments),
    /// Put a copy in the database's place.
    Restore(commands::restore::Arguments),
    /// Look the installation over: schema, files, disk, clock, integrity.
    Doctor(commands::doctor::Arguments),
    /// Add, list, disable people; give a new password link.
    User(commands::user::Arguments),
    /// Add, list, revoke API keys.
    Key(commands::key::Arguments),
    /// Import a file of leads.
    Import(commands::import::Arguments),
    /// Take leads out as a file.
    Export(commands::export::Arguments),
    /// Make a workspace to look around in: people, pipelines, 2,000 leads with a history.
    Demo(commands::demo::Arguments),
    /// Print the API document.
    Openapi,
    /// Print the effective settings.
    Config,
    /// Check the audit log's chain.
    Audit(commands::audit::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("leadline: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let config = Config::load(arguments.config.as_deref(), std::env::vars())?;
    trace(&config.log)?;
    // Some may be reading from a file at any moment; the rest goes on serving.
    let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores + config.database.readers)
        .enable_all()
        .build()
        .map_err(|err| err.to_string())?;
    runtime.block_on(async {
        match arguments.command {
            Command::Serve => commands::serve::run(config).await,
            Command::Migrate => commands::migrate::run(config).await,
            Command::Backup(arguments) => commands::backup::run(config, arguments).await,
            Command::Restore(arguments) => commands::restore::run(&config, &arguments),
            Command::Doctor(arguments) => commands::doctor::run(config, arguments).await,
            Command::User(arguments) => commands::user::run(config, arguments).await,
            Command::Key(arguments) => commands::key::run(config, arguments).await,
            Command::Import(arguments) => commands::import::run(config, arguments).await,
            Command::Export(arguments) => commands::export::run(config, arguments).await,
            Command::Demo(arguments) => commands::demo::run(config, arguments).await,
            Command::Openapi => commands::openapi::run(),
            Command::Config => commands::config::run(&config),
            Command::Audit(arguments) => commands::audit::run(config, arguments).await,
        }
    })
}

fn trace(log: &Log) -> Result<(), String> {
    let filter = EnvFilter::try_new(&log.level).map_err(|err| format!("log.level: {err}"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for people; a file or a journal gets plain lines.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
