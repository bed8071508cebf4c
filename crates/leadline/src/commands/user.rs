use std::{io::Read, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};

use super::{Outcome, open, open_existing, print};
use crate::{
    base::{App, Error, Problems, Result, Secret, config::Config},
    workspaces::{people, staff},
};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a person to a workspace; the first one makes the workspace.
    Add(Add),
    /// Print everybody, tab by tab.
    List {
        /// Only the members of this workspace.
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Switch a person off: in one workspace, or everywhere.
    Disable {
        #[arg(long)]
        email: String,
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Print a one-time link to set a new password.
    Reset {
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// super-admin, admin, marketer, sales, viewer, or the key of a role of the workspace's own.
    #[arg(long)]
    role: Option<String>,
    /// By name; may be left out where there is one workspace.
    #[arg(long)]
    workspace: Option<String>,
    /// Read the password from standard input. Otherwise a one-time link to set it is printed.
    #[arg(long)]
    password_stdin: bool,
}

pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    // The first person comes before the database does.
    let app = match &arguments.command {
        Command::Add(_) => open(config).await?,
        _ => open_existing(config).await?,
    };
    let done = match arguments.command {
        Command::Add(add) => self::add(&app, add).await,
        Command::List { workspace } => list(&app, workspace).await,
        Command::Disable { email, workspace } => disable(&app, email, workspace).await,
        Command::Reset { email } => reset(&app, email).await,
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
    let password = if add.password_stdin {
        Some(read_password()?)
    } else {
        None
    };
    let new = staff::NewPerson {
        email: add.email,
        name: add.name,
        role: add.role,
        workspace: add.workspace,
    };
    let added = staff::add(app, new, password).await?;
    let link = added
        .link
        .map(|it| format!("Set the password at {}\n", it.expose()))
        .unwrap_or_default();
    Ok(format!(
        "{} is {} in {}.\n{link}",
        added.email, added.role, added.workspace
    ))
}

async fn list(app: &Arc<App>, workspace: Option<String>) -> Result<String> {
    let lines = app
        .read(move |tx| staff::list(tx, workspace.as_deref()))
        .await?;
    let mut text = String::new();
    for line in lines {
        let fields: [&str; 5] = [
            &line.email,
            &line.name,
            &line.workspace,
            &line.role,
            line.state,
        ];
        text += &fields.join("\t");
        text += "\n";
    }
    Ok(text)
}

async fn disable(app: &Arc<App>, email: String, workspace: Option<String>) -> Result<String> {
    let email = people::normal_email(&email);
    let shown = email.clone();
    app.db
        .write(move |tx| staff::disable(tx, &email, workspace.as_deref()))
        .await?;
    Ok(format!("{shown} is disabled.\n"))
}

async fn reset(app: &Arc<App>, email: String) -> Result<String> {
    let email = people::normal_email(&email);
    let address = app.config.public_url();
    let link = app
        .db
        .write(move |tx| staff::reset(tx, &email, &address))
        .await?;
    Ok(format!("{}\n", link.expose()))
}

fn read_password() -> Result<Secret> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|err| {
        let mut problems = Problems::new();
        problems.add("password", format!("cannot be read: {err}"));
        Error::Invalid(problems)
    })?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
