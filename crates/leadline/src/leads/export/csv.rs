//! CSV as RFC 4180 has it: UTF-8, lines end in CRLF, cells are quoted where they must be.

use std::io::Write;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::{
    asked::{CsvStyle, Names},
    cell::{self, Cell},
    guard,
    shown::Shown,
};
use crate::leads::{LeadView, json};

pub struct Csv {
    writer: Writer<Vec<u8>>,
    style: CsvStyle,
    scratch: Vec<u8>,
}

impl Csv {
    /// Begins with the header.
    pub fn begin(shown: &Shown, style: CsvStyle, names: Names) -> Csv {
        let mut out = Vec::new();
        if style.bom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        let mut csv = Csv {
            writer: writer(style, out),
            style,
            scratch: Vec::with_capacity(64),
        };
        for name in shown.header(names) {
            csv.text(name);
        }
        csv.end_row();
        csv
    }

    pub fn row(&mut self, shown: &Shown, lead: &LeadView<'_>) {
        shown.each(lead, |_, cell| self.cell(&cell));
        self.end_row();
    }

    /// What has been written since this was last asked.
    pub fn take(&mut self, room: usize) -> Vec<u8> {
        let next = writer(self.style, Vec::with_capacity(room));
        std::mem::replace(&mut self.writer, next)
            .into_inner()
            .unwrap_or_default()
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        // Writing to memory does not fail.
        match cell {
            Cell::Empty => self.field(b""),
            Cell::Text(text) => self.text(text),
            Cell::List(json) => self.text(&cell::joined(json)),
            Cell::Day(text) => self.field(text.as_bytes()),
            Cell::Uuid(id) => {
                let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
                let text = id.hyphenated().encode_lower(&mut text);
                let _ = self.writer.write_field(text);
            }
            Cell::Whole(number) => self.print(format_args!("{number}")),
            Cell::Amount(amount) => self.print(format_args!("{amount}")),
            Cell::Number(text) | Cell::Json(text) => self.field(text.as_bytes()),
            Cell::Bool(true) => self.field(b"true"),
            Cell::Bool(false) => self.field(b"false"),
            Cell::Time(at) => {
                self.scratch.clear();
                json::time(&mut self.scratch, *at);
                let inner = self.scratch.len() - 1;
                let _ = self.writer.write_field(&self.scratch[1..inner]);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.style.raw || !guard::is_dangerous(text) {
            return self.field(text.as_bytes());
        }
        self.scratch.clear();
        self.scratch.push(b'\'');
        self.scratch.extend_from_slice(text.as_bytes());
        let _ = self.writer.write_field(&self.scratch);
    }

    fn print(&mut self, shown: std::fmt::Arguments<'_>) {
        self.scratch.clear();
        let _ = self.scratch.write_fmt(shown);
        let _ = self.writer.write_field(&self.scratch);
    }

    fn field(&mut self, bytes: &[u8]) {
        let _ = self.writer.write_field(bytes);
    }

    fn end_row(&mut self) {
        let _ = self.writer.write_record(None::<&[u8]>);
    }
}

fn writer(style: CsvStyle, out: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new()
        .delimiter(style.delimiter.byte())
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .buffer_capacity(64 * 1024)
        .from_writer(out)
}
