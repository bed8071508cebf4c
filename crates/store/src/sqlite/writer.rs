//! The one thread that writes. Whatever is queued goes into one commit, and a unit that fails is taken out again.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    Units,
    error::error,
    file::{File, Identity, Missing, Role},
    session::{Begin, Session},
};
use crate::{
    Error, Notes, Result,
    shared::Shared,
    unit::{self, Outcome, Unit},
};

/// How long a restart of the log may wait for readers before it is put off.
const RESTART_WAIT: Duration = Duration::from_millis(100);

pub(super) struct Writer {
    pub(super) file: File,
    pub(super) units: Arc<Units>,
    pub(super) shared: Arc<Shared>,
    pub(super) batch: usize,
}

/// The units of one commit.
struct Batch {
    kept: Vec<Box<dyn Unit>>,
    failed: Vec<Box<dyn Unit>>,
    notes: Notes,
    announced: bool,
}

impl Batch {
    fn answer(self, committed: &Result<()>, waiting: &mut VecDeque<Box<dyn Unit>>) {
        if self.kept.is_empty()
            && self.failed.is_empty()
            && let Err(err) = committed
        {
            // It did not even begin: everyone who waits for this commit is told.
            for unit in waiting.drain(..) {
                unit.reply(Err(err.clone()));
            }
        }
        for unit in self.kept {
            unit.reply(committed.clone());
        }
        for unit in self.failed {
            unit.reply(Ok(()));
        }
    }
}

/// Why a session ended.
enum End {
    Closed,
    /// The file was lost or is broken: a fresh connection may fare better.
    Reconnect,
}

impl Writer {
    pub(super) fn work(self, first: Connection) {
        let mut waiting = VecDeque::new();
        let mut conn = Some(first);
        loop {
            let opened = match conn.take() {
                Some(conn) => Ok(conn),
                None => self.reopen(),
            };
            match opened.and_then(|conn| self.serve(&conn, &mut waiting)) {
                Ok(End::Closed) => return,
                Ok(End::Reconnect) => {}
                Err(err) => {
                    // Nothing can be written now. Say so to everyone who waits, and try again with the next unit.
                    waiting
                        .drain(..)
                        .for_each(|unit| unit.reply(Err(err.clone())));
                    if !self.units.take(self.batch, &mut waiting) {
                        return;
                    }
                }
            }
        }
    }

    fn reopen(&self) -> Result<Connection> {
        // A file that has gone is not made anew: an empty database in its place would look like a loss of everything.
        self.file.identity()?;
        let conn = self.file.connect(Role::Writer, Missing::Refuse)?;
        self.shared.meters.reconnects.fetch_add(1, Relaxed);
        tracing::info!("the database file is open again");
        Ok(conn)
    }

    fn serve(&self, conn: &Connection, waiting: &mut VecDeque<Box<dyn Unit>>) -> Result<End> {
        let identity = self.file.identity()?;
        let mut session = Session::new(conn)?;
        self.shared.meters.connected.fetch_add(1, Relaxed);
        let end = loop {
            if waiting.is_empty() && !self.units.take(self.batch, waiting) {
                break End::Closed;
            }
            if !self.commit_some(&mut session, identity, waiting) {
                break End::Reconnect;
            }
            self.cap_log(conn);
        };
        self.shared.meters.connected.fetch_sub(1, Relaxed);
        drop(session);
        if matches!(end, End::Closed) {
            // The last one out tidies up, so that a copy of the closed file is complete.
            if let Err(err) = checkpoint(conn, "truncate") {
                tracing::warn!(%err, "the log was not folded into the database file at the end");
            }
        }
        Ok(end)
    }

    /// One commit. False: the connection should not be used any more.
    fn commit_some(
        &self,
        session: &mut Session<'_>,
        identity: Identity,
        waiting: &mut VecDeque<Box<dyn Unit>>,
    ) -> bool {
        let mut batch = Batch {
            kept: Vec::new(),
            failed: Vec::new(),
            notes: Notes::default(),
            announced: false,
        };
        let mut committed = self.fill(session, identity, &mut batch, waiting);
        if committed.is_ok() {
            let began = Instant::now();
            committed = session.commit();
            self.shared.meters.commit(batch.kept.len(), began.elapsed());
        }
        let usable = match &committed {
            Ok(()) => true,
            Err(err) => {
                tracing::warn!(%err, units = batch.kept.len(), "a commit failed; its units were undone");
                session.rollback().is_ok() && self.file.identity().is_ok_and(|now| now == identity)
            }
        };
        if committed.is_ok() {
            self.shared.after_commit(&batch.notes);
            if batch.announced {
                self.shared.ring();
            }
        }
        batch.answer(&committed, waiting);
        usable
    }

    /// Runs what waits, and what comes in meanwhile, inside one transaction.
    fn fill(
        &self,
        session: &mut Session<'_>,
        identity: Identity,
        batch: &mut Batch,
        waiting: &mut VecDeque<Box<dyn Unit>>,
    ) -> Result<()> {
        if self.file.identity()? != identity {
            return Err(Error::Unavailable(
                "the database file was replaced".to_owned(),
            ));
        }
        session.begin(Begin::Write)?;
        session.take_down();
        let mut count = 0;
        while count < self.batch {
            let Some(unit) = waiting.pop_front() else {
                self.units.take_waiting(self.batch - count, waiting);
                if waiting.is_empty() {
                    break;
                }
                continue;
            };
            count += 1;
            self.keep_or_undo(session, unit, batch)?;
        }
        session.take_no_more_down();
        let now = self.shared.clock.now();
        batch.announced |= self
            .shared
            .before_commit(session, &mut batch.notes, now, 0)?;
        Ok(())
    }

    /// A unit that fails takes back its own writes and nobody else's.
    fn keep_or_undo(
        &self,
        session: &mut Session<'_>,
        mut unit: Box<dyn Unit>,
        batch: &mut Batch,
    ) -> Result<()> {
        let began = session.mark();
        let mark = batch.notes.mark();
        let now = self.shared.clock.now();
        let ran = unit::run(
            unit.as_mut(),
            session,
            &mut batch.notes,
            &self.shared,
            now,
            0,
        );
        let kept = ran.outcome == Outcome::Keep;
        if ran.outcome == Outcome::Panicked {
            session.distrust();
        }
        if kept {
            batch.kept.push(unit);
            batch.announced |= ran.announced;
        } else {
            batch.notes.rewind(&mark);
            batch.failed.push(unit);
        }
        if session.is_idle() {
            return Err(Error::Unavailable(
                "the transaction was broken off; the disk may be full".to_owned(),
            ));
        }
        if kept { Ok(()) } else { session.undo(began) }
    }

    /// Copies the log into the file and begins it anew when it has grown past its cap.
    fn cap_log(&self, conn: &Connection) {
        let size = self.file.wal_bytes();
        self.shared.meters.wal_bytes.store(size, Relaxed);
        if size <= self.file.wal_limit() {
            return;
        }
        let restarted = conn
            .busy_timeout(RESTART_WAIT)
            .map_err(error)
            .and_then(|()| checkpoint(conn, "truncate"));
        if let Err(err) = restarted {
            tracing::debug!(%err, "the log could not be restarted; the next commit tries again");
        }
        if let Err(err) = self.file.restore_lock_timeout(conn) {
            tracing::warn!(%err, "the lock timeout was not set back");
        }
        self.shared
            .meters
            .wal_bytes
            .store(self.file.wal_bytes(), Relaxed);
    }
}

fn checkpoint(conn: &Connection, mode: &str) -> Result<()> {
    let busy = conn
        .query_row(&format!("pragma wal_checkpoint({mode})"), [], |row| {
            row.get::<_, i64>(0)
        })
        .map_err(error)?;
    if busy == 0 {
        Ok(())
    } else {
        Err(Error::Unavailable(
            "readers are at work in the log".to_owned(),
        ))
    }
}
