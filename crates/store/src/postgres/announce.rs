//! Waking listeners on other nodes, and being woken by them, on a connection of its own.

use std::{cell::Cell, sync::Arc, time::Duration};

use tokio::{
    runtime::Builder,
    sync::mpsc,
    time::{Instant, interval, sleep, sleep_until},
};
use tokio_postgres::{AsyncMessage, Client};

use super::{
    error::error,
    link::{Drive, Target, next_message},
};
use crate::{Error, Result, shared::Shared};

/// At most one notification in this time: every one of them wakes every node.
const DEBOUNCE: Duration = Duration::from_millis(20);
/// How often listeners are woken where notifications cannot reach us.
const TICK: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_millis(250);

/// Held by each worker. Rings are gathered; when the last holder is gone the announcer ends.
#[derive(Clone)]
pub(super) struct Bell(mpsc::Sender<()>);

impl Bell {
    pub(super) fn ring(&self) {
        // Full: a ring is waiting already, and it will do for this commit too.
        let _ = self.0.try_send(());
    }
}

/// Whether the connection can hear notifications.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ears {
    Open,
    /// A proxy that pools transactions stands between.
    Shut,
}

pub(super) struct Announcer {
    target: Target,
    ears: Ears,
    shared: Arc<Shared>,
    rings: mpsc::Receiver<()>,
}

/// What one connection came to.
enum End {
    Closed,
    Lost(Error),
}

impl Announcer {
    pub(super) fn new(target: Target, ears: Ears, shared: Arc<Shared>) -> (Bell, Announcer) {
        let (sender, rings) = mpsc::channel(1);
        (
            Bell(sender),
            Announcer {
                target,
                ears,
                shared,
                rings,
            },
        )
    }

    pub(super) fn work(mut self) {
        match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(self.run()),
            Err(err) => {
                tracing::error!(%err, "no event loop to listen with; other nodes will not be heard");
            }
        }
    }

    async fn run(&mut self) {
        let mut complained = false;
        loop {
            let end = match self.target.connect().await {
                Ok((client, drive)) => {
                    complained = false;
                    self.attend(&client, drive).await
                }
                Err(err) => End::Lost(err),
            };
            match end {
                End::Closed => return,
                End::Lost(err) if !complained => {
                    tracing::warn!(%err, "listening to other nodes is interrupted");
                    complained = true;
                }
                End::Lost(_) => {}
            }
            if self.pause().await {
                return;
            }
        }
    }

    /// Waits before the next attempt. True: the database has closed meanwhile.
    async fn pause(&mut self) -> bool {
        let until = sleep(RETRY);
        tokio::pin!(until);
        loop {
            tokio::select! {
                () = &mut until => return false,
                // A ring that cannot be passed on is made up for by the greeting of the next connection.
                ring = self.rings.recv() => if ring.is_none() { return true },
            }
        }
    }

    /// Serves one connection until it is lost or the database closes.
    async fn attend(&mut self, client: &Client, mut drive: Box<dyn Drive>) -> End {
        let shared = Arc::clone(&self.shared);
        let own = Cell::new(None);
        let speaking = async {
            own.set(Some(own_process(client).await?));
            if self.ears == Ears::Open {
                client
                    .batch_execute("listen store_announced")
                    .await
                    .map_err(error)?;
            }
            // Whatever was missed while nobody listened, on either side.
            self.shared.ring();
            notify(client).await?;
            self.pass_on(client).await
        };
        tokio::pin!(speaking);
        loop {
            tokio::select! {
                done = &mut speaking => return done.map_or_else(End::Lost, |()| End::Closed),
                message = next_message(&mut drive) => match message {
                    // Our own node was woken at the commit.
                    Some(Ok(AsyncMessage::Notification(heard))) if own.get() != Some(heard.process_id()) => shared.ring(),
                    Some(Ok(_)) => {}
                    Some(Err(err)) => return End::Lost(error(err)),
                    None => return End::Lost(Error::Unavailable("the server hung up".to_owned())),
                },
            }
        }
    }

    /// Sends a notification for each ring, no more often than the debounce allows, until nobody can ring any more.
    async fn pass_on(&mut self, client: &Client) -> Result<()> {
        let mut tick = interval(TICK);
        loop {
            tokio::select! {
                ring = self.rings.recv() => {
                    if ring.is_none() {
                        return Ok(());
                    }
                    let sent = Instant::now();
                    notify(client).await?;
                    sleep_until(sent + DEBOUNCE).await;
                }
                _ = tick.tick(), if self.ears == Ears::Shut => self.shared.ring(),
            }
        }
    }
}

async fn notify(client: &Client) -> Result<()> {
    client
        .batch_execute("notify store_announced")
        .await
        .map_err(error)
}

async fn own_process(client: &Client) -> Result<i32> {
    let row = client
        .query_one("select pg_backend_pid()", &[])
        .await
        .map_err(error)?;
    row.try_get(0).map_err(error)
}
