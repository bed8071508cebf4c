//! The formats behind one face: rows go in, bytes come out.

use super::{
    asked::{Format, Shape},
    csv::Csv,
    ndjson::{Ndjson, Whole},
    shown::Shown,
};
use crate::leads::LeadView;

/// Writes rows while they lie in the database's buffer.
pub struct Encoder {
    shown: Shown,
    kind: Kind,
}

enum Kind {
    Csv(Box<Csv>),
    Ndjson(Ndjson),
}

/// Rows read in one unit of work: a few milliseconds of a reader's time.
const ROWS: i64 = 1000;
/// About what so many rows come to.
const ROOM: usize = 512 * 1024;

impl Encoder {
    pub fn begin(shape: &Shape, shown: Shown) -> Encoder {
        let kind = match shape.format {
            Format::Csv => {
                let csv = Csv::begin(&shown, shape.csv, shape.names);
                Kind::Csv(Box::new(csv))
            }
            Format::Ndjson if shape.columns.is_none() => Kind::Ndjson(Ndjson::begin(Whole::Lead)),
            Format::Ndjson => Kind::Ndjson(Ndjson::begin(Whole::Columns)),
        };
        Encoder { shown, kind }
    }

    /// Rows to be read at a time.
    pub fn rows_at_a_time(&self) -> i64 {
        match self.kind {
            Kind::Csv(_) | Kind::Ndjson(_) => ROWS,
        }
    }

    pub fn row(&mut self, lead: &LeadView<'_>) {
        match &mut self.kind {
            Kind::Csv(csv) => csv.row(&self.shown, lead),
            Kind::Ndjson(ndjson) => ndjson.row(&self.shown, lead),
        }
    }

    /// What can go out by now.
    pub fn take(&mut self) -> Vec<u8> {
        match &mut self.kind {
            Kind::Csv(csv) => csv.take(ROOM),
            Kind::Ndjson(ndjson) => ndjson.take(ROOM),
        }
    }
}
