use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Outcome, open_existing, print};
use crate::{
    base::{App, Error, Result, Via, config::Config},
    workspaces::{self, keys, roles::Choice, staff},
};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a new key and nothing else.
    Add(Add),
    /// Print the keys of a workspace, tab by tab.
    List {
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Stop a key.
    Revoke {
        #[arg(long)]
        workspace: Option<String>,
        /// The key's id, as `list` prints it.
        id: Uuid,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// By name; may be left out where there is one workspace.
    #[arg(long)]
    workspace: Option<String>,
    /// super-admin, admin, marketer, sales, viewer, or the key of a role of the workspace's own.
    #[arg(long)]
    role: String,
    #[arg(long, default_value = "command line")]
    name: String,
    #[arg(long)]
    expires_days: Option<u32>,
    /// A part of what the role may, such as leads:view,leads:create.
    #[arg(long, value_delimiter = ',')]
    permissions: Option<Vec<String>>,
}

pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    let app = open_existing(config).await?;
    let done = match arguments.command {
        Command::Add(add) => self::add(&app, add).await,
        Command::List { workspace } => list(&app, workspace).await,
        Command::Revoke { workspace, id } => revoke(&app, workspace, id).await,
    };
    app.db.close().await;
    match done {
        Ok(lines) => {
            print(&lines)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(err) => Err(err.to_string()),
    }
}

async fn add(app: &Arc<App>, add: Add) -> Result<String> {
    let key = app.db.write(move |tx| {
        let workspace = staff::workspace(tx, add.workspace.as_deref())?;
        let caller = workspaces::system_caller(tx, workspace.id, Via::CommandLine)?;
        let life = add
            .expires_days
            .map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60));
        let new = keys::NewKey {
            name: add.name,
            role: Choice {
                id: None,
                key: Some(add.role),
            },
            permissions: add.permissions,
            expires_at: life.map(|it| tx.now().plus(it)),
        };
        let (_, key) = keys::create(tx, &caller, &new)?;
        Ok::<_, Error>(key)
    });
    Ok(format!("{}\n", key.await?.expose()))
}

async fn list(app: &Arc<App>, workspace: Option<String>) -> Result<String> {
    let keys = app.read(move |tx| {
        let workspace = staff::workspace(tx, workspace.as_deref())?;
        keys::all(tx, workspace.id)
    });
    let shown =
        |time: Option<store::Timestamp>| time.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let lines = keys.await?.into_iter().map(|it| {
        format!(
            "{}\t{}…\t{}\texpires {}\tlast used {}\n",
            it.id,
            it.prefix,
            it.name,
            shown(it.expires_at),
            shown(it.last_used_at)
        )
    });
    Ok(lines.collect())
}

async fn revoke(app: &Arc<App>, workspace: Option<String>, id: Uuid) -> Result<String> {
    app.db
        .write(move |tx| {
            let workspace = staff::workspace(tx, workspace.as_deref())?;
            let caller = workspaces::system_caller(tx, workspace.id, Via::CommandLine)?;
            keys::revoke(tx, &caller, id)
        })
        .await?;
    Ok(format!("{id} is revoked.\n"))
}
