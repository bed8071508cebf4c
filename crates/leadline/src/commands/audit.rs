use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Outcome, open_existing, print};
use crate::{
    base::{App, Result, config::Config},
    workspaces::{
        audit::{Walk, WalkState},
        staff,
    },
};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Walk the chain of every workspace, or of one; the exit code is 1 where a row does not fit.
    Verify {
        #[arg(long)]
        workspace: Option<String>,
    },
}

pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    let Command::Verify { workspace } = arguments.command;
    let app = open_existing(config).await?;
    let verified = verify(&app, workspace).await;
    app.db.close().await;
    let (whole, lines) = verified.map_err(|err| err.to_string())?;
    print(&lines)?;
    Ok(if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether every chain is whole, and a line for each.
async fn verify(app: &App, named: Option<String>) -> Result<(bool, String)> {
    let workspaces = app
        .read(move |tx| staff::workspaces(tx, named.as_deref()))
        .await?;
    let (mut whole, mut lines) = (true, String::new());
    for workspace in workspaces {
        let (id, name) = (workspace.id, workspace.name);
        let mut walk = Walk::start();
        while walk.state == WalkState::OnTheWay {
            walk = app.read(move |tx| walk.step(tx, id)).await?;
        }
        let line = if let WalkState::Broken(fault) = walk.state {
            whole = false;
            format!("{name}: broken at row {}: {fault}.\n", walk.rows + 1)
        } else {
            let hash = hex::encode(walk.hash);
            format!(
                "{name}: {} rows, whole. The last hash is {hash}.\n",
                walk.rows
            )
        };
        lines.push_str(&line);
    }
    Ok((whole, lines))
}
