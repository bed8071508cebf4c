//! A thread that reads the file ahead and hands over rows by the slice; it waits where nobody takes them, so that what is
//! in memory stays the same however large the file is.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{
    keys::{Hashes, Repeats},
    mapper::{Mapped, Mapper},
    open::{OpenError, Opened},
    problem::{Problem, ProblemKind},
    records::Row,
};
use crate::{
    base::{Error, Result},
    leads::write::SLICE,
};

/// Rows of the file, ready to go in.
#[derive(Debug)]
pub struct Slice {
    /// Counted from 0.
    pub number: i64,
    pub rows: Vec<Ready>,
    /// How much of the file was read with it.
    pub fraction: f64,
}

#[derive(Debug)]
pub struct Ready {
    /// Counted from 1.
    pub number: i64,
    pub line: u64,
    pub mapped: Mapped,
    pub hashes: Hashes,
    /// An earlier row is about the same person.
    pub repeats: bool,
    /// The row as it stands in the file, where something is wrong with it.
    pub cells: Vec<String>,
}

/// What reads the file.
pub struct SliceReader {
    pub opened: Opened,
    pub mapper: Arc<Mapper>,
    /// Where rows about the same person matter.
    pub repeats: Option<Repeats>,
}

/// Characters of a cell that are kept for a problem row, and columns.
const CELL: usize = 500;
const CELLS: usize = 200;

impl Slice {
    /// Whether an earlier slice may hold somebody of this one.
    pub fn repeats(&self) -> bool {
        self.rows.iter().any(|it| it.repeats)
    }
}

impl SliceReader {
    /// Reads all slices but those that are `done`, which are only counted. At most `ahead` wait to be taken.
    pub fn start(
        mut self,
        ahead: usize,
        done: impl Fn(i64) -> bool + Send + 'static,
    ) -> mpsc::Receiver<Result<Slice>> {
        let (sender, receiver) = mpsc::channel(ahead);
        tokio::task::spawn_blocking(move || {
            let mut row = Row::default();
            for number in 0_i64.. {
                let done = done(number);
                let (last, slice) = match self.slice(&mut row, number, done) {
                    Ok(None) => break,
                    Ok(Some(slice)) => (false, Ok(slice)),
                    Err(err) => (true, Err(err)),
                };
                // Nobody listens any more when the job has ended.
                if !done && sender.blocking_send(slice).is_err() || last {
                    break;
                }
            }
        });
        receiver
    }

    /// The next slice; nothing at the end. One that is done holds no rows.
    fn slice(&mut self, row: &mut Row, number: i64, done: bool) -> Result<Option<Slice>> {
        let mut rows = Vec::with_capacity(if done { 0 } else { SLICE });
        let mut count = 0;
        while count < SLICE && self.opened.next(row).map_err(unreadable)? {
            count += 1;
            if !done {
                rows.push(self.ready(row));
            }
        }
        Ok((count > 0).then(|| Slice {
            number,
            rows,
            fraction: self.opened.fraction(),
        }))
    }

    fn ready(&mut self, row: &Row) -> Ready {
        let mapped = self.mapper.map(self.opened.number, row);
        let mut ready = Ready {
            number: self.opened.number,
            line: row.line,
            hashes: Hashes::default(),
            repeats: false,
            cells: Vec::new(),
            mapped: Mapped::default(),
        };
        if let Some(repeats) = &mut self.repeats
            && mapped.problems.is_empty()
            && !mapped.left_out
        {
            ready.hashes = repeats.keys.of(&mapped.submission);
            ready.repeats = repeats.is_one(&ready.hashes);
        }
        if ready.repeats || !mapped.problems.is_empty() {
            ready.cells = cells(row);
        }
        ready.mapped = mapped;
        ready
    }
}

impl Ready {
    /// What is wrong with the row, or worth a look.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.mapped.problems.clone();
        if self.repeats {
            problems.push(Problem {
                kind: ProblemKind::DuplicateInFile,
                column: None,
                message: "An earlier row is about the same person.".into(),
            });
        }
        problems
    }
}

/// A row's cells as they are kept with a problem.
pub fn cells(row: &Row) -> Vec<String> {
    let short = |it: &str| it.chars().filter(|it| *it != '\0').take(CELL).collect();
    row.iter().take(CELLS).map(short).collect()
}

pub fn unreadable(err: impl Into<OpenError>) -> Error {
    match err.into() {
        OpenError::Unreadable(message) => Error::conflict("unreadable_file", message),
        OpenError::Disk(err) => super::keep::disk(err),
    }
}
