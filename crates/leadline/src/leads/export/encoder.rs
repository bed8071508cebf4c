//! The formats behind one face: rows go in, bytes come out.

use super::{
    asked::{Format, Shape},
    csv::Csv,
    ndjson::{Ndjson, Whole},
    parquet::Parquet,
    shown::Shown,
    xlsx::Xlsx,
};
use crate::{base::Result, leads::LeadView};

/// Writes rows while they lie in the database's buffer.
pub struct Encoder {
    shown: Shown,
    kind: Kind,
}

enum Kind {
    Csv(Box<Csv>),
    Ndjson(Ndjson),
    Xlsx(Box<Xlsx>),
    Parquet(Box<Parquet>),
}

/// Rows read in one unit of work: a few milliseconds of a reader's time.
const ROWS: i64 = 1000;
/// A row of a spreadsheet is more work: it is packed as well.
const ROWS_OF_SHEETS: i64 = 250;
/// About what a page comes to.
const ROOM: usize = 512 * 1024;

impl Encoder {
    pub fn begin(shape: &Shape, shown: Shown) -> Result<Encoder> {
        let kind = match shape.format {
            Format::Csv => {
                let csv = Csv::begin(&shown, shape.csv, shape.names);
                Kind::Csv(Box::new(csv))
            }
            Format::Ndjson if shape.columns.is_none() => Kind::Ndjson(Ndjson::begin(Whole::Lead)),
            Format::Ndjson => Kind::Ndjson(Ndjson::begin(Whole::Columns)),
            Format::Xlsx => Kind::Xlsx(Box::new(Xlsx::begin(&shown, shape.names)?)),
            Format::Parquet => Kind::Parquet(Box::new(Parquet::begin(&shown, shape.names)?)),
        };
        Ok(Encoder { shown, kind })
    }

    /// Rows to be read at a time.
    pub fn rows_at_a_time(&self) -> i64 {
        match self.kind {
            Kind::Csv(_) | Kind::Ndjson(_) | Kind::Parquet(_) => ROWS,
            Kind::Xlsx(_) => ROWS_OF_SHEETS,
        }
    }

    pub fn row(&mut self, lead: &LeadView<'_>) {
        match &mut self.kind {
            Kind::Csv(csv) => csv.row(&self.shown, lead),
            Kind::Ndjson(ndjson) => ndjson.row(&self.shown, lead),
            Kind::Xlsx(xlsx) => xlsx.row(&self.shown, lead),
            Kind::Parquet(parquet) => parquet.row(&self.shown, lead),
        }
    }

    /// What can go out by now. It may have to be worked out first, and takes a while then.
    pub fn take(&mut self) -> Result<Vec<u8>> {
        match &mut self.kind {
            Kind::Csv(csv) => Ok(csv.take(ROOM)),
            Kind::Ndjson(ndjson) => Ok(ndjson.take(ROOM)),
            Kind::Xlsx(xlsx) => xlsx.take(),
            Kind::Parquet(parquet) => parquet.take(),
        }
    }

    /// What comes behind the last row.
    pub fn finish(self) -> Result<Vec<u8>> {
        match self.kind {
            Kind::Csv(mut csv) => Ok(csv.take(0)),
            Kind::Ndjson(mut ndjson) => Ok(ndjson.take(0)),
            Kind::Xlsx(xlsx) => xlsx.finish(),
            Kind::Parquet(parquet) => parquet.finish(),
        }
    }
}
