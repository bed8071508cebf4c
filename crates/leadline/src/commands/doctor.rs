use std::{path::Path, process::ExitCode, sync::Arc};

use clap::Args;

use super::{Outcome, open_existing};
use crate::{
    base::{App, config::Config, secret::readable_by_others},
    jobs,
    leads::{
        self,
        identity::{self, doctor::Treatment},
    },
    server, workspaces,
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// First count the leads on the boards again, write the keys under which leads are found anew, and let the server's
    /// own jobs that were given up be tried again.
    #[arg(long)]
    repair: bool,
}

/// One finding, in words that say what to do.
struct Finding {
    grade: Grade,
    words: String,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Fine,
    Look,
    Bad,
}

/// Looks at everything that can be wrong with an installation and prints a line for each.
/// Exits with 1 where something is bad, so that a monitor can call it.
pub async fn run(config: Config, arguments: Arguments) -> Outcome {
    let app = open_existing(config.clone()).await?;
    if arguments.repair {
        repair(&app).await?;
    }
    let mut findings = vec![schema()];
    findings.extend(files(&config));
    findings.push(clock(&app).await);
    findings.extend(integrity(&app).await);
    findings.extend(contents(&app).await);
    app.db.close().await;

    for finding in &findings {
        let mark = match finding.grade {
            Grade::Fine => "ok  ",
            Grade::Look => "look",
            Grade::Bad => "BAD ",
        };
        println!("{mark}  {}", finding.words);
    }
    let bad = findings.iter().any(|it| it.grade == Grade::Bad);
    Ok(if bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A workspace's counts are made anew in one unit of work, so nobody sees them half made.
async fn repair(app: &Arc<App>) -> Result<(), String> {
    let workspaces = app.read(jobs::workspaces).await;
    for workspace in workspaces.map_err(|err| err.to_string())? {
        let counted: crate::base::Result<()> = app
            .db
            .write(move |tx| leads::counts::recount(tx, workspace))
            .await;
        counted.map_err(|err| err.to_string())?;
    }
    identity::doctor::check(app, Treatment::Repair)
        .await
        .map_err(|err| err.to_string())?;
    let retried = app.db.write(jobs::retry_of_nobody).await;
    retried.map(drop).map_err(|err| err.to_string())
}

/// Opening the database has migrated it or refused; to be here is to be up to date.
fn schema() -> Finding {
    fine(format!(
        "The schema is at version {}.",
        server::MIGRATIONS.last().map_or(0, |it| it.version)
    ))
}

fn files(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let key = config.key_file();
    if config.security.secret_key.is_none() {
        findings.push(private(&key, "the secret key"));
    }
    if let Some(database) = config.sqlite_file() {
        findings.push(private(&database, "the database"));
        findings.push(space(&database));
    }
    findings
}

fn private(path: &Path, what: &str) -> Finding {
    let shown = path.display();
    match readable_by_others(path) {
        Ok(false) => fine(format!("Only its owner can read {what} ({shown}).")),
        Ok(true) => look(format!(
            "Others on this machine can read {what}: chmod 600 {shown}"
        )),
        Err(err) => bad(format!("{shown}: {err}")),
    }
}

fn space(database: &Path) -> Finding {
    let folder = database
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail * disk.f_frsize / (1024 * 1024);
            let used = std::fs::metadata(database).map_or(0, |it| it.len()) / (1024 * 1024);
            let words = format!("{free} MiB are free beside the database of {used} MiB.");
            // A migration and a backup each need room for a second copy.
            if free < 256 {
                bad(words)
            } else if free < used {
                look(words)
            } else {
                fine(words)
            }
        }
        Err(err) => look(format!(
            "The free space in {} cannot be read: {err}",
            folder.display()
        )),
    }
}

async fn clock(app: &Arc<App>) -> Finding {
    let now = app.db.clock().now();
    let newest = app
        .read(|tx| {
            Ok(tx
                .one::<(Option<i64>,)>("select max(created_at) from sessions", &[])?
                .0)
        })
        .await;
    match newest {
        Ok(Some(newest)) if newest > now.0 + 60_000 => bad(format!(
            "The clock says {now}, but the database has seen later times; set the clock."
        )),
        Ok(_) => fine(format!("The clock says {now}.")),
        Err(err) => bad(format!("The database does not answer: {err}")),
    }
}

async fn integrity(app: &Arc<App>) -> Vec<Finding> {
    if app.db.engine() != store::Engine::Sqlite {
        return Vec::new();
    }
    let checks = app
        .read(|tx| {
            let pages = tx.all::<(String,)>(SQLITE_INTEGRITY, &[])?;
            let strays: (i64,) = tx.one(SQLITE_STRAYS, &[])?;
            Ok((pages, strays.0))
        })
        .await;
    match checks {
        Ok((pages, strays)) => {
            let sound = pages.len() == 1 && pages[0].0 == "ok";
            let pages = pages
                .into_iter()
                .map(|it| it.0)
                .collect::<Vec<_>>()
                .join("; ");
            vec![
                if sound {
                    fine("The database file is sound.".into())
                } else {
                    bad(format!("The database file is damaged: {pages}"))
                },
                if strays == 0 {
                    fine("No row points at a missing one.".into())
                } else {
                    bad(format!("{strays} rows point at missing ones."))
                },
            ]
        }
        Err(err) => vec![bad(format!("The database cannot be checked: {err}"))],
    }
}

const SQLITE_INTEGRITY: &str = "select integrity_check from pragma_integrity_check";
const SQLITE_STRAYS: &str = "select count(*) from pragma_foreign_key_check";

/// What the rooms know to check about their own rows.
async fn contents(app: &Arc<App>) -> Vec<Finding> {
    let drift = app.read(leads::counts::drift).await;
    let chain = app.read(workspaces::audit::first_broken).await;
    let given_up = app.read(|tx| Ok(jobs::of_nobody(tx)?)).await;
    let keys = identity::doctor::check(app, Treatment::Tell).await;
    vec![
        match given_up {
            Ok(kinds) if kinds.is_empty() => {
                fine("None of the server's own jobs was given up.".into())
            }
            Ok(kinds) => look(given_up_words(&kinds)),
            Err(err) => bad(format!("The queue of jobs cannot be read: {err}")),
        },
        match drift {
            Ok(0) => fine("The counts on the boards equal a recount.".into()),
            Ok(n) => bad(format!(
                "{n} counts on the boards differ from a recount: leadline doctor --repair"
            )),
            Err(err) => bad(format!("The counts cannot be checked: {err}")),
        },
        match keys {
            Ok(0) => fine("The keys under which leads are found equal the leads.".into()),
            Ok(n) => bad(format!(
                "{n} keys under which leads are found differ from the leads: leadline doctor --repair"
            )),
            Err(err) => bad(format!("The keys of leads cannot be checked: {err}")),
        },
        match chain {
            Ok(None) => fine("The audit log's chain is whole.".into()),
            Ok(Some(place)) => bad(format!("The audit log's chain is broken at {place}.")),
            Err(err) => bad(format!("The audit log cannot be checked: {err}")),
        },
    ]
}

fn given_up_words(kinds: &[(String, i64, Option<String>)]) -> String {
    let list = kinds.iter().map(|(kind, n, error)| {
        let error = error.as_deref().unwrap_or("no reason is known");
        format!("{n} x {kind} ({error})")
    });
    format!(
        "Jobs of the server's own were given up: {}. To try them again: leadline doctor --repair",
        list.collect::<Vec<_>>().join(", ")
    )
}

fn fine(words: String) -> Finding {
    Finding {
        grade: Grade::Fine,
        words,
    }
}

fn look(words: String) -> Finding {
    Finding {
        grade: Grade::Look,
        words,
    }
}

fn bad(words: String) -> Finding {
    Finding {
        grade: Grade::Bad,
        words,
    }
}
