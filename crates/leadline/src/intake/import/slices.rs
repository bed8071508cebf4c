//! Threads that read the file ahead and hand over rows by the slice; they wait where nobody takes them, so that what is in
//! memory stays the same however large the file is.

use std::{
    mem,
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

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
    kept: Kept,
}

/// The row as it stands in the file, for where something is wrong with it.
#[derive(Debug)]
enum Kept {
    Row(Row),
    Cells(Vec<String>),
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
    /// Marks the rows about somebody whom an earlier row was about.
    fn tell(&mut self, repeats: &mut Repeats) {
        let goes_in = |it: &&mut Ready| it.mapped.problems.is_empty() && !it.mapped.left_out;
        for row in self.rows.iter_mut().filter(goes_in) {
            row.hashes = repeats.keys.of(&row.mapped.submission);
            row.repeats = repeats.is_one(&row.hashes);
        }
    }

    /// Whether an earlier slice may hold somebody of this one.
    pub fn repeats(&self) -> bool {
        self.rows.iter().any(|it| it.repeats)
    }
}

/// Rows as they stand in the file; long ones have been mapped already.
struct Raw {
    number: i64,
    rows: Vec<Given>,
    fraction: f64,
}

enum Given {
    Row(i64, Row),
    Ready(Box<Ready>),
}

/// What a slice holds of the file as it stands there. Five hundred plain rows are a tenth of it; of longer ones only what
/// was made of them is kept.
const MOST_BYTES: usize = 512 * 1024;
/// A longer row is kept as its cells, which are cut.
const SHORT: usize = 4 * 1024;

/// Threads that make rows into leads; reading them is a tenth of the work.
const MOST_MAPPERS: usize = 4;

impl SliceReader {
    /// Reads all slices but those that are `done`, which are only counted. At most `ahead` wait to be taken.
    ///
    /// One thread reads, some map slices side by side, in turn, and one puts them in order again: whether an earlier row is
    /// about the same person can only be told in the order of the file.
    pub fn start(
        self,
        ahead: usize,
        done: impl Fn(i64) -> bool + Send + 'static,
    ) -> mpsc::Receiver<Result<Slice>> {
        let (sender, receiver) = mpsc::channel(ahead);
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let mut given = Vec::new();
        let mut taken = Vec::new();
        for _ in 0..threads.min(MOST_MAPPERS) {
            let (give, take) = mpsc::channel(1);
            let (send, receive) = mpsc::channel(1);
            let mapper = Arc::clone(&self.mapper);
            tokio::task::spawn_blocking(move || map_all(&mapper, take, &send));
            given.push(give);
            taken.push(receive);
        }
        let (opened, mapper, repeats) = (self.opened, self.mapper, self.repeats);
        let whole = Arc::new(AtomicUsize::new(usize::MAX));
        let counted = Arc::clone(&whole);
        tokio::task::spawn_blocking(move || {
            if let Some(count) = read_all(opened, &mapper, done, &given) {
                counted.store(count, SeqCst);
            }
        });
        tokio::task::spawn_blocking(move || in_order(taken, repeats, &whole, &sender));
        receiver
    }
}

/// Hands the slices on in the order of the file, up to an error or the end.
fn in_order(
    mut taken: Vec<mpsc::Receiver<Result<Slice>>>,
    mut repeats: Option<Repeats>,
    whole: &AtomicUsize,
    sender: &mpsc::Sender<Result<Slice>>,
) {
    let threads = taken.len();
    for turn in 0_usize.. {
        let mut slice = match taken[turn % threads].blocking_recv() {
            Some(slice) => slice,
            None if whole.load(SeqCst) == turn => return,
            // A thread that broke down must not look like the end of the file.
            None => Err(Error::Internal("reading the file broke off".into())),
        };
        if let (Ok(slice), Some(repeats)) = (&mut slice, &mut repeats) {
            slice.tell(repeats);
        }
        let last = slice.is_err();
        // Nobody listens any more when the job has ended.
        if sender.blocking_send(slice).is_err() || last {
            return;
        }
    }
}

/// Gives the slices that are not done to the mappers in turn; how many, once the end of the file is reached.
fn read_all(
    mut opened: Opened,
    mapper: &Mapper,
    done: impl Fn(i64) -> bool,
    given: &[mpsc::Sender<Result<Raw>>],
) -> Option<usize> {
    let mut turn = 0;
    for number in 0_i64.. {
        let done = done(number);
        let (last, raw) = match read(&mut opened, mapper, number, done) {
            Ok(None) => return Some(turn),
            Ok(Some(raw)) => (false, Ok(raw)),
            Err(err) => (true, Err(err)),
        };
        if done && !last {
            continue;
        }
        if given[turn % given.len()].blocking_send(raw).is_err() || last {
            return None;
        }
        turn += 1;
    }
    None
}

/// The next slice; nothing at the end. One that is done holds no rows.
fn read(opened: &mut Opened, mapper: &Mapper, number: i64, done: bool) -> Result<Option<Raw>> {
    let mut rows = Vec::with_capacity(if done { 0 } else { SLICE });
    let (mut count, mut bytes, mut row) = (0, 0, Row::default());
    while count < SLICE && opened.next(&mut row).map_err(unreadable)? {
        count += 1;
        if done {
            continue;
        }
        bytes += row.bytes();
        rows.push(if bytes <= MOST_BYTES {
            Given::Row(opened.number, mem::take(&mut row))
        } else {
            Given::Ready(Box::new(ready(mapper, opened.number, mem::take(&mut row))))
        });
    }
    Ok((count > 0).then(|| Raw {
        number,
        rows,
        fraction: opened.fraction(),
    }))
}

fn map_all(
    mapper: &Mapper,
    mut take: mpsc::Receiver<Result<Raw>>,
    send: &mpsc::Sender<Result<Slice>>,
) {
    while let Some(raw) = take.blocking_recv() {
        let slice = raw.map(|raw| Slice {
            number: raw.number,
            rows: raw
                .rows
                .into_iter()
                .map(|it| match it {
                    Given::Row(number, row) => ready(mapper, number, row),
                    Given::Ready(ready) => *ready,
                })
                .collect(),
            fraction: raw.fraction,
        });
        if send.blocking_send(slice).is_err() {
            return;
        }
    }
}

fn ready(mapper: &Mapper, number: i64, row: Row) -> Ready {
    Ready {
        number,
        line: row.line,
        mapped: mapper.map(number, &row),
        hashes: Hashes::default(),
        repeats: false,
        kept: if row.bytes() <= SHORT {
            Kept::Row(row)
        } else {
            Kept::Cells(cells(&row))
        },
    }
}

impl Ready {
    /// The row's cells, as they are kept where something is wrong with it.
    pub fn cells(&self) -> Vec<String> {
        match &self.kept {
            Kept::Row(row) => cells(row),
            Kept::Cells(cells) => cells.clone(),
        }
    }

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
fn cells(row: &Row) -> Vec<String> {
    let short = |it: &str| it.chars().filter(|it| *it != '\0').take(CELL).collect();
    row.iter().take(CELLS).map(short).collect()
}

pub fn unreadable(err: impl Into<OpenError>) -> Error {
    match err.into() {
        OpenError::Unreadable(message) => Error::conflict("unreadable_file", message),
        OpenError::Disk(err) => super::keep::disk(err),
    }
}
