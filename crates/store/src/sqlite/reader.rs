//! A thread that reads: each unit sees one moment of the database, and cannot write.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    Units,
    file::{File, Identity, Missing, Role},
    session::{Begin, Session},
};
use crate::{
    Error, Notes, Result,
    shared::Shared,
    unit::{self, Unit},
};

/// How often a reader looks whether its file still stands at the path.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

pub(super) struct Reader {
    pub(super) file: File,
    pub(super) units: Arc<Units>,
    pub(super) shared: Arc<Shared>,
}

impl Reader {
    pub(super) fn work(self) {
        let mut waiting = VecDeque::new();
        while self.units.take(1, &mut waiting) {
            let served = self.file.identity().and_then(|identity| {
                let conn = self.file.connect(Role::Reader, Missing::Refuse)?;
                self.serve(&conn, identity, &mut waiting)
            });
            match served {
                Ok(()) => return,
                Err(err) => waiting
                    .drain(..)
                    .for_each(|unit| unit.reply(Err(err.clone()))),
            }
        }
    }

    /// Reads until the queue closes, or until the connection should be given up.
    fn serve(
        &self,
        conn: &Connection,
        identity: Identity,
        waiting: &mut VecDeque<Box<dyn Unit>>,
    ) -> Result<()> {
        let mut session = Session::new(conn)?;
        self.shared.meters.connected.fetch_add(1, Relaxed);
        let mut looked = Instant::now();
        let result = loop {
            if waiting.is_empty() && !self.units.take(1, waiting) {
                break Ok(());
            }
            if looked.elapsed() >= LOOK_AGAIN {
                if !self.file.identity().is_ok_and(|now| now == identity) {
                    break Err(Error::Unavailable(
                        "the database file was taken away or replaced".to_owned(),
                    ));
                }
                looked = Instant::now();
            }
            if let Some(unit) = waiting.pop_front()
                && let Err(err) = self.read(&mut session, unit)
            {
                break Err(err);
            }
        };
        self.shared.meters.connected.fetch_sub(1, Relaxed);
        result
    }

    fn read(&self, session: &mut Session<'_>, mut unit: Box<dyn Unit>) -> Result<()> {
        if !unit.is_wanted() {
            return Ok(());
        }
        if let Err(err) = session.begin(Begin::Read) {
            unit.reply(Err(err.clone()));
            return Err(err);
        }
        let mut notes = Notes::default();
        let now = self.shared.clock.now();
        unit::run(unit.as_mut(), session, &mut notes, &self.shared, now, 0);
        let ended = session.commit().or_else(|_| session.rollback());
        unit.reply(Ok(()));
        ended
    }
}
