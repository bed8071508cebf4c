use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Outcome, open};
use crate::{
    base::config::Config,
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
    let app = open(config).await?;
    let verified = verify(&app, workspace).await;
    app.db.close().await;
    let whole = verified.map_err(|err| err.to_string())?;
    Ok(if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn verify(app: &crate::base::App, named: Option<String>) -> crate::base::Result<bool> {
    let workspaces = app
        .read(move |tx| staff::workspaces(tx, named.as_deref()))
        .await?;
    let mut whole = true;
    for workspace in workspaces {
        let (id, name) = (workspace.id, workspace.name);
        let mut walk = Walk::start();
        while walk.state == WalkState::OnTheWay {
            walk = app.read(move |tx| walk.step(tx, id)).await?;
        }
        match walk.state {
            WalkState::Broken(fault) => {
                whole = false;
                println!("{name}: broken at row {}: {fault}.", walk.rows + 1);
            }
            _ => println!(
                "{name}: {} rows, whole. The last hash is {}.",
                walk.rows,
                hex::encode(walk.hash)
            ),
        }
    }
    Ok(whole)
}
