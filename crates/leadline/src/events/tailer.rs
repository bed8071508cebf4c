//! Reads the log as it grows, once for all connections of this node, and hands it to those that listen.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::Db;
use tokio::{
    sync::{Notify, broadcast, watch},
    task::JoinHandle,
    time::sleep,
};

use crate::{
    base::{App, Result, WorkspaceId},
    events::{
        Place,
        log::{self, Beyond, Row},
    },
};

/// Events that a connection may be behind; then it reads from the log, or is cut off if it stood still.
pub(super) const BEHIND: usize = 1024;
/// Events read in one go.
const SLICE: i64 = 500;
/// Commits that come this close together are read together.
const TOGETHER: Duration = Duration::from_millis(5);
/// How soon to look again for events behind a transaction that is still open; longer each time.
const UNSETTLED: Duration = Duration::from_millis(10);

/// Where connections of this node join; kept in `App.state`.
#[derive(Clone, Default)]
pub struct Stream {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    channels: Mutex<HashMap<WorkspaceId, Channel>>,
    joined: Notify,
    stopped: watch::Sender<bool>,
}

/// What the connections of one workspace listen to.
struct Channel {
    sender: broadcast::Sender<Arc<Row>>,
    /// Everything up to here has been sent.
    place: Place,
}

/// A connection's end of a channel.
pub(super) struct Joined {
    pub(super) receiver: broadcast::Receiver<Arc<Row>>,
    /// What comes out of the receiver begins after this.
    pub(super) place: Place,
    pub(super) stopped: watch::Receiver<bool>,
}

/// The task that reads.
#[derive(Debug)]
pub struct Tailer;

#[derive(Debug)]
pub struct TailerHandle {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Stream {
    pub fn new() -> Stream {
        Stream::default()
    }

    /// Listens to a workspace from now on.
    pub(super) async fn join(&self, app: &App, workspace: WorkspaceId) -> Result<Joined> {
        if let Some(joined) = self.join_existing(workspace) {
            return Ok(joined);
        }
        let place = app.read(|tx| Ok(log::present(tx)?)).await?;
        self.channels().entry(workspace).or_insert_with(|| Channel {
            sender: broadcast::Sender::new(BEHIND),
            place,
        });
        let joined = self.join_existing(workspace);
        // What was written since the present was read is looked for now.
        self.inner.joined.notify_one();
        joined.ok_or_else(|| crate::base::Error::Unavailable("the stream is stopping".to_owned()))
    }

    fn join_existing(&self, workspace: WorkspaceId) -> Option<Joined> {
        let channels = self.channels();
        let channel = channels.get(&workspace)?;
        let stopped = self.inner.stopped.subscribe();
        Some(Joined {
            receiver: channel.sender.subscribe(),
            place: channel.place,
            stopped,
        })
    }

    /// Who is listened to, and from where; channels that everybody has left are closed.
    fn places(&self) -> Vec<(WorkspaceId, Place)> {
        let mut channels = self.channels();
        channels.retain(|_, channel| channel.sender.receiver_count() > 0);
        channels
            .iter()
            .map(|(workspace, channel)| (*workspace, channel.place))
            .collect()
    }

    fn publish(&self, workspace: WorkspaceId, rows: Vec<Row>) {
        let mut channels = self.channels();
        let Some(channel) = channels.get_mut(&workspace) else {
            return;
        };
        for row in rows {
            if row.place > channel.place {
                channel.place = row.place;
                // Fails only when nobody listens any more.
                let _ = channel.sender.send(Arc::new(row));
            }
        }
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Channel>> {
        self.inner
            .channels
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tailer {
    /// Starts reading. `App.state` must hold the [`Stream`].
    pub fn start(app: Arc<App>) -> TailerHandle {
        let stream = Stream::clone(&app.state.get::<Stream>());
        let stop = stream.inner.stopped.clone();
        TailerHandle {
            stop,
            task: tokio::spawn(tail(stream, app)),
        }
    }
}

impl TailerHandle {
    /// Ends every connection's stream, and the reading.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(err) = self.task.await {
            tracing::error!(%err, "the reader of the event log did not stop in order");
        }
    }
}

async fn tail(stream: Stream, app: Arc<App>) {
    let mut announced = app.db.listen();
    let mut stopped = stream.inner.stopped.subscribe();
    let mut again: Option<Duration> = None;
    loop {
        tokio::select! {
            changed = announced.changed() => if changed.is_err() { return },
            () = stream.inner.joined.notified() => {}
            () = sleep(again.unwrap_or_default()), if again.is_some() => {}
            _ = stopped.wait_for(|it| *it) => return,
        }
        if stream.places().is_empty() {
            again = None;
            continue;
        }
        sleep(TOGETHER).await;
        announced.mark_unchanged();
        again = match read(&stream, &app.db).await {
            Ok(false) => None,
            Ok(true) => Some(again.map_or(UNSETTLED, |it| (it * 2).min(UNSETTLED * 10))),
            Err(err) => {
                tracing::warn!(%err, "the event log could not be read; trying again");
                Some(Duration::from_secs(1))
            }
        };
    }
}

/// Reads and sends what is new; true when there is more that is not settled yet.
async fn read(stream: &Stream, db: &Db) -> store::Result<bool> {
    let mut unsettled = false;
    let mut places = stream.places();
    while !places.is_empty() {
        let wanted = std::mem::take(&mut places);
        let found = db
            .read(move |tx| {
                let read = |(workspace, place)| {
                    log::after(tx, workspace, place, SLICE).map(|found| (workspace, found))
                };
                wanted
                    .into_iter()
                    .map(read)
                    .collect::<store::Result<Vec<_>>>()
            })
            .await?;
        for (workspace, (rows, beyond)) in found {
            unsettled |= beyond == Beyond::Unsettled;
            if let (Beyond::More, Some(last)) = (beyond, rows.last()) {
                places.push((workspace, last.place));
            }
            stream.publish(workspace, rows);
        }
    }
    Ok(unsettled)
}
