//! XLSX: numbers as numbers, times as times, text as text and never as a formula. The book is made row by row and goes out
//! as it is made.

mod book;
mod xml;

use jiff::{Unit, civil};
use store::Timestamp;

use self::{
    book::{Book, MOST, Style},
    xml::shortened,
};
use super::{
    asked::Names,
    cell::{self, Cell},
    shown::Shown,
};
use crate::{
    base::{Error, Result},
    leads::LeadView,
};

pub struct Xlsx {
    book: Book,
    /// What went wrong in a row. It is told when bytes are asked for: where rows come from nobody could do anything about it.
    failed: Option<std::io::Error>,
}

/// Digits that a spreadsheet's number keeps.
const EXACT_DIGITS: usize = 15;
/// What a spreadsheet counts days from, seen from 1970.
const EPOCH_DAY: i64 = 25_569;
/// Earlier days are told differently by different programs.
const FIRST_DAY: i64 = 61;
/// The first day of the year 10000.
const END_DAY: i64 = 2_958_466;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Xlsx {
    pub fn begin(shown: &Shown, names: Names) -> Result<Xlsx> {
        let header = shown.header(names).map(str::to_owned).collect();
        let book = Book::begin("Leads", header, MOST).map_err(|err| failure(&err))?;
        Ok(Xlsx { book, failed: None })
    }

    pub fn row(&mut self, shown: &Shown, lead: &LeadView<'_>) {
        if self.failed.is_some() {
            return;
        }
        self.failed = self.try_row(shown, lead).err();
    }

    fn try_row(&mut self, shown: &Shown, lead: &LeadView<'_>) -> std::io::Result<()> {
        self.book.begin_row()?;
        shown.each(lead, |_, cell| write(&mut self.book, &cell));
        self.book.end_row()
    }

    /// What can go out by now.
    pub fn take(&mut self) -> Result<Vec<u8>> {
        match self.failed.take() {
            None => Ok(self.book.take()),
            Some(err) => Err(failure(&err)),
        }
    }

    /// The rest.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        match self.failed.take() {
            None => self.book.finish().map_err(|err| failure(&err)),
            Some(err) => Err(failure(&err)),
        }
    }
}

fn write(book: &mut Book, cell: &Cell<'_>) {
    match cell {
        Cell::Empty => book.empty(),
        Cell::Text(text) => book.text(shortened(text)),
        Cell::Json(text) => book.text(shortened(text)),
        Cell::List(json) => book.text(shortened(&cell::joined(json))),
        Cell::Uuid(id) => book.text(id.hyphenated().encode_lower(&mut [0; 36])),
        Cell::Whole(number) => write_number(book, &number.to_string()),
        Cell::Amount(amount) => write_number(book, &amount.to_string()),
        Cell::Number(text) => write_number(book, text),
        Cell::Bool(it) => book.truth(*it),
        Cell::Time(at) => match serial(*at) {
            Some(serial) => book.number(&serial.to_string(), Style::Time),
            None => book.text(&at.to_string()),
        },
        Cell::Day(text) => match day(text) {
            Some(day) => book.number(&day.to_string(), Style::Day),
            None => book.text(shortened(text)),
        },
    }
}

/// A number with more digits than a spreadsheet keeps is most likely no number but a code.
fn write_number(book: &mut Book, text: &str) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fits = text.parse::<f64>().is_ok_and(f64::is_finite);
    if fits && digits <= EXACT_DIGITS {
        book.number(text, Style::General);
    } else {
        book.text(text);
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of our time are exact in 53 bits"
)]
fn serial(at: Timestamp) -> Option<f64> {
    let ms = at.0.checked_add(EPOCH_DAY * DAY_MS)?;
    let sane = FIRST_DAY * DAY_MS..END_DAY * DAY_MS;
    sane.contains(&ms).then(|| ms as f64 / DAY_MS as f64)
}

fn day(text: &str) -> Option<i64> {
    let day: civil::Date = text.parse().ok()?;
    let since = day.since((Unit::Day, civil::date(1970, 1, 1))).ok()?;
    let serial = i64::from(since.get_days()) + EPOCH_DAY;
    (FIRST_DAY..END_DAY).contains(&serial).then_some(serial)
}

fn failure(err: &std::io::Error) -> Error {
    Error::Internal(format!("the book cannot be written: {err}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_since_a_spreadsheets_beginning() {
        assert_eq!(serial(Timestamp(0)), Some(25_569.0));
        assert_eq!(serial(Timestamp(DAY_MS / 2)), Some(25_569.5));
        assert_eq!(serial(Timestamp(i64::MAX)), None);
        assert_eq!(serial(Timestamp(-62_000_000_000_000)), None);
        assert_eq!(day("2026-01-31"), Some(46_053));
        let none = ["1700-01-01", "2026-02-30", "=1", ""].map(day);
        assert_eq!(none, [None; 4]);
    }
}
