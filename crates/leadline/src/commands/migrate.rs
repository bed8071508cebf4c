use std::process::ExitCode;

use store::Clock;

use super::Outcome;
use crate::{base::config::Config, server};

/// Opening migrates; this command does no more than that, for those who want it apart from `serve`.
pub async fn run(config: Config) -> Outcome {
    let app = server::open(config, Clock::system())
        .await
        .map_err(|err| err.to_string())?;
    let newest = server::MIGRATIONS.last().map_or(0, |it| it.version);
    println!("The schema is at version {newest}.");
    app.db.close().await;
    Ok(ExitCode::SUCCESS)
}
