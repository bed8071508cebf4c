//! Rows out of a stream of text, in memory that does not grow: a row has a longest length, and one whose quotation mark is
//! never closed costs that row alone, not what follows.
//!
//! `csv_core` finds the fields. Here the bytes of the row are kept until it has ended, so that a row that went wrong can
//! be given up after its first line and reading goes on with the second.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::limits::{LONGEST_ROW, MOST_COLUMNS};

/// How the rows of a file are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    pub delimiter: u8,
    pub quote: u8,
}

/// What is wrong with a row as it stands in the file, whatever its columns mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    LineTooLong,
    QuoteNotClosed,
    BrokenText,
    NulByte,
}

/// One row. The same one is filled again and again.
#[derive(Debug, Default)]
pub struct Row {
    /// Of the file, counted from 1; the row begins there.
    pub line: u64,
    pub trouble: Option<Trouble>,
    /// How many columns it has, which may be more than are kept.
    pub columns: usize,
    text: String,
    ends: Vec<usize>,
}

pub struct Records<R> {
    input: R,
    parser: Reader,
    marks: Marks,
    window: Vec<u8>,
    /// Where in the window the next row begins.
    start: usize,
    /// Bytes of the window that are filled.
    filled: usize,
    ended: bool,
    line: u64,
    after_return: bool,
    /// Columns a row should have; more lines than one and another number mean that a quotation mark is open.
    expected: Option<usize>,
    /// The first column holds the number of the line.
    numbered: bool,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

const CHUNK: usize = 128 * 1024;

impl Default for Marks {
    fn default() -> Self {
        Marks {
            delimiter: b',',
            quote: b'"',
        }
    }
}

impl Row {
    /// Of its text.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Nothing beyond the last column.
    pub fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|it| self.get(it))
    }

    /// Nothing but space in any column.
    pub fn is_blank(&self) -> bool {
        self.trouble.is_none() && self.text.trim().is_empty()
    }

    fn fill(&mut self, line: u64, trouble: Option<Trouble>) {
        self.line = line;
        self.trouble = trouble;
        self.columns = 0;
        self.text.clear();
        self.ends.clear();
    }

    fn set(&mut self, fields: &[u8], ends: &[usize]) {
        self.columns = ends.len();
        let ends = &ends[..ends.len().min(MOST_COLUMNS)];
        let fields = &fields[..ends.last().copied().unwrap_or(0)];
        match std::str::from_utf8(fields) {
            Ok(text) if ends.iter().all(|it| text.is_char_boundary(*it)) => {
                self.text.push_str(text);
                self.ends.extend_from_slice(ends);
                if memchr::memchr(0, fields).is_some() {
                    self.trouble = Some(Trouble::NulByte);
                } else if text.contains('\u{fffd}') {
                    self.trouble = Some(Trouble::BrokenText);
                }
            }
            _ => {
                self.trouble = Some(Trouble::BrokenText);
                let mut start = 0;
                for end in ends {
                    self.text
                        .push_str(&String::from_utf8_lossy(&fields[start..*end]));
                    self.ends.push(self.text.len());
                    start = *end;
                }
            }
        }
    }

    /// What of a broken line can be shown.
    fn show(&mut self, line: &[u8]) {
        const SOME: usize = 1000;
        let some = &line[..line.len().min(SOME)];
        self.text.push_str(&String::from_utf8_lossy(some));
        self.ends.push(self.text.len());
        self.columns = 1;
    }
}

/// What came of looking for the end of a row.
enum End {
    /// The row takes so many bytes.
    Row(usize),
    TooLong,
    Nothing,
}

impl<R: Read> Records<R> {
    pub fn new(input: R, marks: Marks) -> Records<R> {
        Records {
            input,
            parser: parser(marks),
            marks,
            window: vec![0; CHUNK],
            start: 0,
            filled: 0,
            ended: false,
            line: 1,
            after_return: false,
            expected: None,
            numbered: false,
            fields: vec![0; 4096],
            ends: vec![0; 64],
        }
    }

    /// The first column of every row holds the line's number and is not a column of the file.
    #[must_use]
    pub fn numbered(mut self) -> Records<R> {
        self.numbered = true;
        self
    }

    pub fn should_have(&mut self, columns: usize) {
        self.expected = Some(columns + usize::from(self.numbered));
    }

    /// Fills `row` with the next row that is not blank; false at the end.
    pub fn next(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            if !self.skip_line_ends()? {
                return Ok(false);
            }
            self.read(row)?;
            if !row.is_blank() {
                return Ok(true);
            }
        }
    }

    fn read(&mut self, row: &mut Row) -> io::Result<()> {
        let line = self.line;
        row.fill(line, None);
        let (mut ends, mut fields) = (0, 0);
        match self.find_end(&mut fields, &mut ends)? {
            End::Nothing => {}
            End::TooLong => self.give_up(row)?,
            End::Row(length) => {
                let whole = &self.window[self.start..self.start + length];
                let first_end = memchr::memchr2(b'\n', b'\r', whole).unwrap_or(length);
                // On one line, and ended by the end of it: nothing can be open.
                let at_the_end = self.ended && self.start + length == self.filled;
                let plain = first_end + 1 == length && !at_the_end;
                if !plain && self.is_open(whole, ends) {
                    return self.give_up(row);
                }
                let lines = if plain { 1 } else { line_ends(whole) };
                self.after_return = whole.last() == Some(&b'\r');
                self.start += length;
                self.line += lines;
                self.take_fields(row, fields, ends);
            }
        }
        Ok(())
    }

    fn take_fields(&self, row: &mut Row, fields: usize, ends: usize) {
        let (mut fields, mut ends) = (&self.fields[..fields], &self.ends[..ends]);
        if !self.numbered || ends.is_empty() {
            return row.set(fields, ends);
        }
        let first = ends[0];
        row.line = std::str::from_utf8(&fields[..first])
            .ok()
            .and_then(|it| it.parse().ok())
            .unwrap_or(row.line);
        fields = &fields[first..];
        ends = &ends[1..];
        let shifted: Vec<usize> = ends.iter().map(|it| it - first).collect();
        row.set(fields, &shifted);
    }

    /// Whether the row swallowed what does not belong to it.
    fn is_open(&self, whole: &[u8], columns: usize) -> bool {
        let ragged = self.expected.is_some_and(|it| it != columns);
        let several = line_ends(trimmed(whole)) > 0;
        several && ragged || !is_well_formed(whole, self.marks)
    }

    /// Passes over the first line alone, and says what is wrong with it.
    fn give_up(&mut self, row: &mut Row) -> io::Result<()> {
        let mut searched = 0;
        let mut shown = false;
        loop {
            let rest = &self.window[self.start..self.filled];
            if let Some(at) = memchr::memchr2(b'\n', b'\r', &rest[searched..]) {
                let line = &rest[..searched + at];
                if !shown {
                    row.trouble = Some(if line.len() >= LONGEST_ROW {
                        Trouble::LineTooLong
                    } else {
                        Trouble::QuoteNotClosed
                    });
                    row.show(line);
                }
                self.start += searched + at;
                return Ok(());
            }
            if rest.len() >= LONGEST_ROW {
                if !shown {
                    row.trouble = Some(Trouble::LineTooLong);
                    row.show(rest);
                    shown = true;
                }
                self.start = self.filled;
                searched = 0;
            } else {
                searched = rest.len();
            }
            if !self.fill()? {
                let rest = &self.window[self.start..self.filled];
                if !shown {
                    row.trouble = Some(Trouble::QuoteNotClosed);
                    row.show(rest);
                }
                self.start = self.filled;
                return Ok(());
            }
        }
    }

    /// Where the row that begins at `start` ends; its fields are in `self.fields` and `self.ends` then.
    fn find_end(&mut self, fields: &mut usize, ends: &mut usize) -> io::Result<End> {
        self.parser.reset();
        let mut fed = 0;
        loop {
            let input = &self.window[self.start + fed..self.filled];
            if input.is_empty() && !self.ended {
                self.fill()?;
                continue;
            }
            // A part of a row that is too long is not looked at further.
            let room = LONGEST_ROW + 1 - fed.min(LONGEST_ROW + 1);
            let input = &input[..input.len().min(room)];
            if room == 0 {
                return Ok(End::TooLong);
            }
            let (result, read, wrote, ended) = self.parser.read_record(
                input,
                &mut self.fields[*fields..],
                &mut self.ends[*ends..],
            );
            fed += read;
            *fields += wrote;
            *ends += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(End::Row(fed)),
                ReadRecordResult::End => return Ok(End::Nothing),
            }
        }
    }

    /// Goes to the first byte of the next row, counting lines; false where there is none.
    fn skip_line_ends(&mut self) -> io::Result<bool> {
        loop {
            while self.start < self.filled {
                match self.window[self.start] {
                    b'\n' => {
                        if !self.after_return {
                            self.line += 1;
                        }
                        self.after_return = false;
                    }
                    b'\r' => {
                        self.line += 1;
                        self.after_return = true;
                    }
                    _ => {
                        self.after_return = false;
                        return Ok(true);
                    }
                }
                self.start += 1;
            }
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Reads on; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.window.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.start = 0;
        }
        if self.window.len() - self.filled < CHUNK / 2 {
            self.window.resize(self.window.len() + CHUNK, 0);
        }
        loop {
            match self.input.read(&mut self.window[self.filled..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.filled += count;
                    return Ok(true);
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
    }
}

fn parser(marks: Marks) -> Reader {
    ReaderBuilder::new()
        .delimiter(marks.delimiter)
        .quote(marks.quote)
        .build()
}

fn trimmed(row: &[u8]) -> &[u8] {
    let end = row
        .iter()
        .rposition(|it| !matches!(it, b'\n' | b'\r'))
        .map_or(0, |it| it + 1);
    &row[..end]
}

/// Line ends in the text; `\r\n` is one.
fn line_ends(text: &[u8]) -> u64 {
    let mut count = 0;
    let mut after_return = false;
    for byte in text {
        count += u64::from(*byte == b'\r' || *byte == b'\n' && !after_return);
        after_return = *byte == b'\r';
    }
    count
}

/// Every quotation mark that opens a field is closed at the end of one.
fn is_well_formed(row: &[u8], marks: Marks) -> bool {
    let row = trimmed(row);
    let mut at = 0;
    loop {
        if row.get(at) == Some(&marks.quote) {
            at += 1;
            loop {
                let Some(found) = memchr::memchr(marks.quote, &row[at..]) else {
                    return false;
                };
                at += found + 1;
                if row.get(at) != Some(&marks.quote) {
                    break;
                }
                at += 1;
            }
            match row.get(at) {
                None => return true,
                Some(byte) if *byte == marks.delimiter => {}
                Some(_) => return false,
            }
        }
        match memchr::memchr(marks.delimiter, &row[at..]) {
            Some(found) => at += found + 1,
            None => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, trouble and fields of every row.
    fn rows(text: impl AsRef<[u8]>, columns: usize) -> Vec<(u64, Option<Trouble>, Vec<String>)> {
        let mut records = Records::new(io::Cursor::new(text.as_ref().to_vec()), Marks::default());
        records.should_have(columns);
        let (mut row, mut rows) = (Row::default(), Vec::new());
        while records.next(&mut row).unwrap() {
            rows.push((
                row.line,
                row.trouble,
                row.iter().map(str::to_owned).collect(),
            ));
        }
        rows
    }

    fn good(line: u64, fields: &[&str]) -> (u64, Option<Trouble>, Vec<String>) {
        (
            line,
            None,
            fields.iter().map(|it| (*it).to_owned()).collect(),
        )
    }

    #[test]
    fn rows_come_with_their_lines_whatever_ends_them() {
        let read = rows("a,b\r\n\r\nc,\"d\ne\"\rf,g\n\n\n , \n\"h\"\"i\",j", 2);
        assert_eq!(
            read,
            [
                good(1, &["a", "b"]),
                good(3, &["c", "d\ne"]),
                good(5, &["f", "g"]),
                good(9, &["h\"i", "j"]),
            ]
        );
        assert_eq!(rows("", 2), []);
        assert_eq!(rows("\r\n\n", 2), []);
        assert_eq!(rows("a", 1), [good(1, &["a"])]);
    }

    #[test]
    fn a_quotation_mark_left_open_costs_its_own_row() {
        for (text, lines) in [
            ("a,b\n\"c,d\ne,f\n", vec![1, 3]),
            ("a,b\nc,\"d\ne,f\ng,h\n", vec![1, 3, 4]),
            ("a,b\nc,\"d\n\"e\",f\ng,h\n", vec![1, 3, 4]),
            ("a,b\nc,\"d\ne,\"f\"\ng,h\n", vec![1, 3, 4]),
            ("a,b\ne,f\nc,\"d", vec![1, 2]),
        ] {
            let read = rows(text, 2);
            let fine: Vec<u64> = read
                .iter()
                .filter(|it| it.1.is_none())
                .map(|it| it.0)
                .collect();
            assert_eq!(fine, lines, "{text:?}: {read:?}");
            let open = read.iter().filter(|it| it.1.is_some()).collect::<Vec<_>>();
            assert_eq!(open.len(), 1, "{text:?}: {read:?}");
            assert_eq!(open[0].1, Some(Trouble::QuoteNotClosed));
        }
    }

    #[test]
    fn a_line_longer_than_any_is_passed_over_in_flat_memory() {
        let text = format!("a,b\nc,{}\nd,e\n", "x".repeat(3 * LONGEST_ROW));
        let read = rows(&text, 2);
        assert_eq!(read[0], good(1, &["a", "b"]));
        assert_eq!((read[1].0, read[1].1), (2, Some(Trouble::LineTooLong)));
        assert_eq!(read[2], good(3, &["d", "e"]));
        // Quoted, it is one value of many lines.
        let text = format!("a,b\nc,\"{}\nd,e\n", "x\n".repeat(LONGEST_ROW));
        let read = rows(&text, 2);
        assert_eq!((read[1].0, read[1].1), (2, Some(Trouble::QuoteNotClosed)));
        assert_eq!(read.last().unwrap().2, ["d", "e"]);
        assert_eq!(read.len(), LONGEST_ROW + 2);
    }

    #[test]
    fn broken_text_and_nul_bytes_are_told() {
        let read = rows(b"a,b\n\xff\xfe,c\nd\0,e\nf,g\n", 2);
        let troubles: Vec<_> = read.iter().map(|it| it.1).collect();
        assert_eq!(
            troubles,
            [
                None,
                Some(Trouble::BrokenText),
                Some(Trouble::NulByte),
                None
            ]
        );
        // Halves of a character in two fields are no character.
        let read = rows(b"\xc3,\xa9\n", 2);
        assert_eq!(read[0].1, Some(Trouble::BrokenText));
    }

    #[test]
    fn columns_without_end_are_bounded() {
        let read = rows(vec!["x"; 10_000].join(","), 10_000);
        assert_eq!(read[0].2.len(), MOST_COLUMNS);
    }

    proptest::proptest! {
        #[test]
        fn nothing_of_any_bytes_is_lost_or_read_for_ever(bytes in proptest::collection::vec(proptest::sample::select(b"a\",\n\r\0\xc3".to_vec()), 0..200)) {
            let lines = bytes.split(|it| matches!(it, b'\n' | b'\r')).count();
            let read = rows(&bytes, 2);
            proptest::prop_assert!(read.len() <= lines);
            proptest::prop_assert!(read.windows(2).all(|it| it[0].0 < it[1].0));
        }
    }
}
