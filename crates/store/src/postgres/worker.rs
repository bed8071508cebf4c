//! A thread with one connection: takes a unit, runs it in a transaction, answers, takes the next.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use super::{
    announce::Bell,
    link::Target,
    session::{Begin, Naming, Session},
};
use crate::{
    Error, Notes, Result,
    shared::Shared,
    sqlite::Units,
    unit::{self, Lane, Outcome, Unit},
};

/// How long units are turned away at once after a failed attempt to connect.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Worker {
    pub(super) target: Target,
    pub(super) naming: Naming,
    pub(super) settings: String,
    pub(super) units: Arc<Units>,
    pub(super) shared: Arc<Shared>,
    pub(super) bell: Bell,
    pub(super) number: i64,
    pub(super) refusal: Option<(Instant, Error)>,
    pub(super) lost: bool,
}

impl Worker {
    pub(super) fn work(mut self, mut session: Option<Session>) {
        let mut waiting = VecDeque::new();
        if session.is_some() {
            self.shared.meters.connected.fetch_add(1, Relaxed);
        }
        loop {
            self.units.take_waiting(1, &mut waiting);
            if waiting.is_empty() {
                session = session.take().and_then(|it| self.settle(it));
                if !self.units.take(1, &mut waiting) {
                    if session.is_some() {
                        self.shared.meters.connected.fetch_sub(1, Relaxed);
                    }
                    return;
                }
                // The server may have hung up while we slept.
                session = session.take().and_then(|it| self.look_at(it));
            }
            let Some(unit) = waiting.pop_front() else {
                continue;
            };
            let connected = match session.take() {
                Some(it) => Ok(it),
                None => self.connect(),
            };
            match connected {
                Err(err) => unit.reply(Err(err)),
                Ok(mut it) => {
                    session = if self.serve(&mut it, unit) {
                        Some(it)
                    } else {
                        self.let_go()
                    };
                }
            }
        }
    }

    fn connect(&mut self) -> Result<Session> {
        if let Some((at, err)) = &self.refusal
            && at.elapsed() < PAUSE
        {
            return Err(err.clone());
        }
        match Session::connect(&self.target, self.naming, &self.settings) {
            Ok(session) => {
                self.refusal = None;
                self.shared.meters.connected.fetch_add(1, Relaxed);
                if std::mem::take(&mut self.lost) {
                    self.shared.meters.reconnects.fetch_add(1, Relaxed);
                    tracing::info!(worker = self.number, "connected to the database again");
                }
                Ok(session)
            }
            Err(err) => {
                tracing::warn!(%err, worker = self.number, "no connection to the database");
                self.lost = true;
                self.refusal = Some((Instant::now(), err.clone()));
                Err(err)
            }
        }
    }

    /// Tells the server what it has not been told yet, before going to sleep.
    fn settle(&mut self, mut session: Session) -> Option<Session> {
        if session.flush().is_ok() {
            Some(session)
        } else {
            self.let_go()
        }
    }

    fn look_at(&mut self, mut session: Session) -> Option<Session> {
        if session.is_alive() {
            Some(session)
        } else {
            self.let_go()
        }
    }

    fn let_go(&mut self) -> Option<Session> {
        self.shared.meters.connected.fetch_sub(1, Relaxed);
        self.lost = true;
        None
    }

    /// Runs one unit. False: the connection should not be used any more.
    fn serve(&self, session: &mut Session, mut unit: Box<dyn Unit>) -> bool {
        let lane = unit.lane();
        if lane == Lane::Read && !unit.is_wanted() {
            return true;
        }
        session.begin(if lane == Lane::Read {
            Begin::Read
        } else {
            Begin::Write
        });
        let mut notes = Notes::default();
        let now = self.shared.clock.now();
        let ran = unit::run(
            unit.as_mut(),
            session,
            &mut notes,
            &self.shared,
            now,
            self.number,
        );
        if ran.outcome != Outcome::Keep {
            let ended = session.rollback();
            unit.reply(Ok(()));
            return ended.is_ok();
        }
        if lane == Lane::Read {
            // Nothing hangs on the end of a transaction that only read.
            session.end_later();
            unit.reply(Ok(()));
            return true;
        }
        let committed = self.commit(session, &mut notes, now);
        if let Ok(announced) = committed {
            self.shared.after_commit(&notes);
            if announced || ran.announced {
                self.shared.ring();
                self.bell.ring();
            }
        }
        let usable = match &committed {
            Ok(_) => true,
            Err(_) => session.rollback().is_ok() && session.is_alive(),
        };
        unit.reply(committed.map(drop));
        usable
    }

    fn commit(
        &self,
        session: &mut Session,
        notes: &mut Notes,
        now: crate::Timestamp,
    ) -> Result<bool> {
        let announced = self
            .shared
            .before_commit(session, notes, now, self.number)?;
        let began = Instant::now();
        session.commit()?;
        self.shared.meters.commit(1, began.elapsed());
        Ok(announced)
    }
}
