//! Connections that belong to no thread: whoever wants to read a little takes one and reads where it stands. Handing the
//! unit to a reader and waking up again costs more than reading a page of a list does.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    error::error,
    file::{File, Identity, Missing, Role},
    session::prepared::{self, Numbers},
};
use crate::{
    Engine, Error, Notes, Result, Value,
    cache::{CAPACITY, Cache},
    conn::{Conn, Failure, OnRow, Params, Plans, Savepoint},
    shared::Shared,
    unit::{self, Unit},
};

/// How often it is looked whether the file still stands at the path.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

pub(crate) struct Glances {
    file: File,
    shared: Arc<Shared>,
    seats: Vec<Mutex<Seat>>,
}

/// A place for one at a time.
enum Seat {
    /// Nobody has sat here yet, or the connection was given up.
    Empty,
    Open(Box<Open>),
    /// The database was closed.
    Closed,
}

struct Open {
    conn: Connection,
    known: Cache<Known>,
    identity: Identity,
    looked: Instant,
}

/// What is remembered of a statement, which itself the connection keeps.
struct Known {
    numbers: Numbers,
    plans: Plans,
}

impl Glances {
    pub(crate) fn new(file: File, shared: Arc<Shared>, seats: usize) -> Glances {
        let seats = (0..seats.max(1)).map(|_| Mutex::new(Seat::Empty)).collect();
        Glances {
            file,
            shared,
            seats,
        }
    }

    /// Runs the unit here and now, if a seat is free; otherwise hands it back.
    pub(crate) fn run(&self, unit: Box<dyn Unit>) -> Option<Box<dyn Unit>> {
        let Some(mut seat) = self.seats.iter().find_map(|it| it.try_lock().ok()) else {
            return Some(unit);
        };
        match self.opened(&mut seat) {
            Ok(open) => self.read(open, unit),
            Err(err) => unit.reply(Err(err)),
        }
        None
    }

    pub(crate) fn close(&self) {
        for seat in &self.seats {
            *seat.lock().unwrap_or_else(PoisonError::into_inner) = Seat::Closed;
        }
    }

    fn opened<'s>(&self, seat: &'s mut Seat) -> Result<&'s mut Open> {
        if let Seat::Open(open) = seat
            && open.looked.elapsed() >= LOOK_AGAIN
        {
            open.looked = Instant::now();
            if !self.file.identity().is_ok_and(|it| it == open.identity) {
                *seat = Seat::Empty;
            }
        }
        if let Seat::Empty = seat {
            *seat = Seat::Open(Box::new(Open::new(&self.file)?));
        }
        match seat {
            Seat::Open(open) => Ok(open),
            _ => Err(Error::Unavailable("shutting down".to_owned())),
        }
    }

    fn read(&self, open: &mut Open, mut unit: Box<dyn Unit>) {
        if let Err(err) = open.execute("begin", Params::Refs(&[])) {
            return unit.reply(Err(err));
        }
        let mut notes = Notes::default();
        let now = self.shared.clock.now();
        unit::run(unit.as_mut(), open, &mut notes, &self.shared, now, 0);
        // A unit that only read has nothing to lose: its answer holds however the transaction ends.
        let ended = open.execute("commit", Params::Refs(&[]));
        if ended.is_err() && !open.conn.is_autocommit() {
            drop(open.script("rollback"));
        }
        unit.reply(Ok(()));
    }
}

impl Open {
    fn new(file: &File) -> Result<Open> {
        let identity = file.identity()?;
        let conn = file.connect(Role::Reader, Missing::Refuse)?;
        conn.set_prepared_statement_cache_capacity(CAPACITY);
        Ok(Open {
            conn,
            known: Cache::new(),
            identity,
            looked: Instant::now(),
        })
    }
}

/// The place of what is remembered of a statement.
fn place(
    known: &mut Cache<Known>,
    sql: &str,
    statement: &rusqlite::Statement<'_>,
) -> Result<usize> {
    if let Some(place) = known.find(sql) {
        return Ok(place);
    }
    let numbers = Numbers::of(statement)?;
    let plans = Plans::default();
    Ok(known.insert(sql, Known { numbers, plans }))
}

impl Conn for Open {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query(
        &mut self,
        sql: &str,
        params: Params<'_>,
        columns: &'static [&'static str],
        each: OnRow<'_>,
    ) -> Result<(), Failure> {
        let mut statement = self.conn.prepare_cached(sql).map_err(error)?;
        let place = place(&mut self.known, sql, &statement)?;
        let known = self.known.at(place);
        let names = || -> Box<dyn Iterator<Item = &str>> { Box::new(statement.column_names()) };
        let plan = known.plans.find(columns, names).map_err(Failure::Reader)?;
        known.numbers.bind(&mut statement, params, None)?;
        prepared::show(&mut statement, &plan, each)
    }

    fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        let mut statement = self.conn.prepare_cached(sql).map_err(error)?;
        let place = place(&mut self.known, sql, &statement)?;
        self.known
            .at(place)
            .numbers
            .bind(&mut statement, params, None)?;
        prepared::run(&mut statement)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql).map_err(error)
    }

    fn check(&mut self, sql: &str) -> Result<()> {
        self.conn.prepare(sql).map(drop).map_err(error)
    }

    fn insert_many(
        &mut self,
        table: &'static str,
        _: &[&'static str],
        _: &[Vec<Value>],
    ) -> Result<u64> {
        Err(Error::Database(format!(
            "a unit that reads wrote to {table}"
        )))
    }

    fn savepoint(&mut self, step: Savepoint) -> Result<()> {
        self.script(match step {
            Savepoint::Open => "savepoint unit",
            Savepoint::Release => "release unit",
            Savepoint::Undo => "rollback to unit; release unit",
        })
    }
}
