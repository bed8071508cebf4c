use std::process::ExitCode;

use store::Clock;
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, lock, print};
use crate::{base::config::Config, server, workspaces};

/// Serves until the first SIGINT or SIGTERM, then stops in order; a second one ends at once.
pub async fn run(config: Config) -> Outcome {
    let file = config.sqlite_file();
    if let Some(folder) = file
        .as_deref()
        .and_then(|it| it.parent())
        .filter(|it| !it.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|err| format!("{}: {err}", folder.display()))?;
    }
    // Listened to before anybody can reach the server, so that whoever starts it can stop it in order at any moment.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|err| err.to_string())?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|err| err.to_string())?;
    // Held until the end of the program.
    let _lock = file.as_deref().map(lock).transpose()?;
    let app = server::open(config, Clock::system())
        .await
        .map_err(|err| err.to_string())?;
    let running = server::start(app).await.map_err(|err| err.to_string())?;
    greet(&running).await?;

    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: finishing what is in hand");
    tokio::select! {
        () = running.stop() => Ok(ExitCode::SUCCESS),
        _ = interrupt.recv() => Ok(ExitCode::FAILURE),
        _ = terminate.recv() => Ok(ExitCode::FAILURE),
    }
}

async fn greet(running: &server::Running) -> Result<(), String> {
    let setup = workspaces::setup::offer(&running.app)
        .await
        .map_err(|err| err.to_string())?;
    let address = running.address;
    let waiting = setup.map_or_else(String::new, |token| {
        format!(
            "\nThis server has no workspace yet. Open the address above and enter this one-time setup token:\n\n    {}\n\n",
            token.expose()
        )
    });
    print(&format!("Leadline listens on http://{address}\n{waiting}"))
}
