//! The handle: where units of work are handed in.

use std::{
    convert::Infallible,
    panic::Location,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering::Relaxed},
};

use tokio::sync::{Mutex, mpsc, oneshot, watch};

use crate::{
    Clock, Error, Options, Result, Stats, Tx, postgres,
    queue::Refused,
    reply::Reply,
    shared::Shared,
    sqlite::{self, Units},
    unit,
};

/// Which database works underneath.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database. Cheap to clone; when the last clone is dropped its threads finish what is queued and stop.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    lanes: Lanes,
    shared: Arc<Shared>,
    sqlite_path: Option<PathBuf>,
    stopped: Mutex<mpsc::Receiver<Infallible>>,
}

/// The queues; on PostgreSQL they are one.
pub(crate) struct Lanes {
    pub(crate) reads: Arc<Units>,
    pub(crate) writes: Arc<Units>,
    /// Reads that pass by more than any memory should hold.
    pub(crate) walks: Arc<Units>,
    /// SQLite's connections for whoever reads a little.
    pub(crate) glances: Option<sqlite::Glances>,
}

/// Held by every thread; when the last one lets go, the database has stopped.
pub(crate) type Alive = mpsc::Sender<Infallible>;

impl Db {
    /// Opens the database and starts its threads. May block: it connects, so that a wrong address is told here.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "options are made for one database"
    )]
    pub fn open(options: Options) -> Result<Db> {
        let shared = Arc::new(Shared::new(&options));
        let (alive, stopped) = mpsc::channel(1);
        let sqlite_path = options.sqlite_path();
        let (engine, lanes) = match sqlite_path.clone() {
            Some(path) => (
                Engine::Sqlite,
                sqlite::open(path, &options, &shared, &alive)?,
            ),
            None => (Engine::Postgres, postgres::open(&options, &shared, &alive)?),
        };
        let stopped = Mutex::new(stopped);
        Ok(Db {
            inner: Arc::new(Inner {
                engine,
                lanes,
                shared,
                sqlite_path,
                stopped,
            }),
        })
    }

    /// Runs a unit that only reads. It sees one moment of the database. It is handed in now, not when first awaited.
    #[track_caller]
    pub fn read<T, E, F>(&self, f: F) -> Reply<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.hand_in(unit::Lane::Read, f, Location::caller())
    }

    /// Like [`Db::read`], for a page of a walk through much that is read once: on SQLite it has a thread of its own, whose
    /// page cache is small, so that a walk neither fills memory nor takes from others what they read again and again.
    #[track_caller]
    pub fn walk<T, E, F>(&self, f: F) -> Reply<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = unit::unit(unit::Lane::Read, f, Location::caller());
        self.queue(&self.inner.lanes.walks, unit, answer)
    }

    /// Like [`Db::read`], for what takes a moment: where a connection to a file is free, the unit runs here and now, on the
    /// thread that calls. Never for what may take long, for other tasks of that thread wait meanwhile.
    #[track_caller]
    pub fn glance<T, E, F>(&self, f: F) -> Reply<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = unit::unit(unit::Lane::Read, f, Location::caller());
        let left = match &self.inner.lanes.glances {
            Some(glances) => glances.run(unit),
            None => Some(unit),
        };
        match left {
            Some(unit) => self.queue(&self.inner.lanes.reads, unit, answer),
            None => Reply::waiting(answer),
        }
    }

    /// Runs a unit that writes; the answer comes after its commit.
    ///
    /// It is handed in now, not when first awaited, and it is finished even if nobody waits for it any more.
    #[track_caller]
    pub fn write<T, E, F>(&self, f: F) -> Reply<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.hand_in(unit::Lane::Write, f, Location::caller())
    }

    fn hand_in<T, E, F>(
        &self,
        lane: unit::Lane,
        f: F,
        caller: &'static Location<'static>,
    ) -> Reply<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = unit::unit(lane, f, caller);
        let queue = match lane {
            unit::Lane::Read => &self.inner.lanes.reads,
            unit::Lane::Write => &self.inner.lanes.writes,
        };
        self.queue(queue, unit, answer)
    }

    fn queue<T, E>(
        &self,
        queue: &Units,
        unit: Box<dyn unit::Unit>,
        answer: oneshot::Receiver<Result<T, E>>,
    ) -> Reply<T, E> {
        match queue.push(unit) {
            Ok(()) => Reply::waiting(answer),
            Err(refused) => {
                self.inner.shared.meters.refused.fetch_add(1, Relaxed);
                Reply::refused(match refused {
                    Refused::Full => "too much work is waiting",
                    Refused::Closed => "shutting down",
                })
            }
        }
    }

    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.shared.clock
    }

    pub fn stats(&self) -> Stats {
        let Lanes {
            reads,
            writes,
            walks,
            ..
        } = &self.inner.lanes;
        let waiting_reads = if Arc::ptr_eq(reads, writes) {
            0
        } else {
            reads.len() + walks.len()
        };
        Stats::take(&self.inner.shared.meters, waiting_reads, writes.len())
    }

    /// Refuses new units, lets the queued ones finish, stops the threads. On SQLite the log is folded into the file.
    pub async fn close(&self) {
        self.inner.refuse();
        // Nothing is ever sent: the channel ends when the last thread has ended.
        let _ = self.inner.stopped.lock().await.recv().await;
    }

    /// Copies a SQLite database to a new file while it is written to. The copy is one committed state.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        let Some(from) = self.inner.sqlite_path.clone() else {
            return Err(Error::Unsupported(
                "copying a PostgreSQL database: use pg_dump or pg_basebackup",
            ));
        };
        let to = to.to_owned();
        let copied = tokio::task::spawn_blocking(move || sqlite::backup::backup(&from, &to)).await;
        copied.unwrap_or(Err(Error::Panicked))
    }

    /// A counter that moves after every commit, on any node, whose units called [`Tx::announce`].
    /// Several commits close together may move it once.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.inner.shared.bell.subscribe()
    }
}

impl Inner {
    fn refuse(&self) {
        // First, so that the writer is the last to close the file and folds the log into it.
        if let Some(glances) = &self.lanes.glances {
            glances.close();
        }
        self.lanes.reads.close();
        self.lanes.walks.close();
        self.lanes.writes.close();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.refuse();
    }
}
