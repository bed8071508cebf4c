//! SQLite: one writer thread that folds what is queued into one commit, several readers, and connections for a glance.

pub(crate) mod backup;
mod check;
pub(crate) mod error;
pub(crate) mod file;
mod functions;
mod glance;
mod reader;
mod session;
mod writer;
mod written;

use std::{path::PathBuf, sync::Arc, thread};

use crate::{
    Error, Options, Result,
    db::{Alive, Lanes},
    queue::Queue,
    shared::Shared,
    unit::Unit,
};
pub use check::check_file;
use file::{File, Missing, Role};
pub(crate) use glance::Glances;

/// A walk reads a page once, besides the upper pages of trees that lead it on.
const WALKERS_CACHE_KIB: usize = 8 * 1024;

pub(crate) type Units = Queue<Box<dyn Unit>>;

pub(crate) fn open(
    path: PathBuf,
    options: &Options,
    shared: &Arc<Shared>,
    alive: &Alive,
) -> Result<Lanes> {
    let file = File::new(path, options);
    // Opened here first, so that what is wrong with the path is told to the one who opens.
    let conn = file.connect(Role::Writer, Missing::Create)?;
    let writes: Arc<Units> = Arc::new(Queue::new(options.queue));
    let reads: Arc<Units> = Arc::new(Queue::new(options.queue));

    let only = writer::Writer {
        file: file.clone(),
        units: Arc::clone(&writes),
        shared: Arc::clone(shared),
        batch: options.batch.max(1),
    };
    spawn("store-writer", alive, move || only.work(conn))?;
    for number in 0..options.readers.max(1) {
        let reader = reader::Reader {
            file: file.clone(),
            units: Arc::clone(&reads),
            shared: Arc::clone(shared),
        };
        spawn(&format!("store-reader-{number}"), alive, move || {
            reader.work();
        })?;
    }
    let walks: Arc<Units> = Arc::new(Queue::new(options.queue));
    let walker = reader::Reader {
        file: file.with_cache_kib(WALKERS_CACHE_KIB),
        units: Arc::clone(&walks),
        shared: Arc::clone(shared),
    };
    spawn("store-walker", alive, move || walker.work())?;
    let glances = glance::Glances::new(file, Arc::clone(shared), options.readers);
    Ok(Lanes {
        reads,
        writes,
        walks,
        glances: Some(glances),
    })
}

/// Starts a thread that counts as alive until it ends.
pub(crate) fn spawn(name: &str, alive: &Alive, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let alive = alive.clone();
    let run = move || {
        work();
        drop(alive);
    };
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(run);
    spawned
        .map(drop)
        .map_err(|err| Error::Unavailable(format!("no thread for the database: {err}")))
}

/// Runs `f` in one transaction on a connection that no thread owns.
pub(crate) fn transaction<T>(
    conn: &rusqlite::Connection,
    f: impl FnOnce(&mut dyn crate::conn::Conn) -> Result<T>,
) -> Result<T> {
    let mut session = session::Session::new(conn)?;
    session.begin(session::Begin::Write)?;
    let result = f(&mut session).and_then(|value| session.commit().map(|()| value));
    if result.is_err() {
        session.rollback()?;
    }
    result
}
