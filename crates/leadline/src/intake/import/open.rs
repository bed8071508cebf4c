//! A kept file as rows.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use utoipa::ToSchema;

use super::{
    detect::{self, Look},
    limits::{SAMPLE_BYTES, SAMPLE_ROWS},
    plan::{Reading, Values},
    records::{Records, Row},
    sheet::{self, SheetError},
    source::decoded,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportFormat)]
pub enum Format {
    Csv,
    Xlsx,
}

/// Rows to be read, behind the header.
pub struct Opened {
    records: Records<Box<dyn Read + Send>>,
    pub headers: Vec<String>,
    /// Bytes read so far, of `size`.
    position: Arc<AtomicU64>,
    pub size: u64,
    /// Of the row read last, counted from 1.
    pub number: i64,
    _sheet: Option<NamedTempFile>,
}

/// What was found out about a file.
pub struct Examined {
    pub reading: Reading,
    pub values: Values,
    pub look: Look,
    pub sheets: Vec<String>,
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}")]
    Unreadable(String),
    #[error("{0}")]
    Disk(#[from] io::Error),
}

impl From<SheetError> for OpenError {
    fn from(err: SheetError) -> OpenError {
        match err {
            SheetError::Disk(err) => OpenError::Disk(err),
            other => OpenError::Unreadable(other.to_string()),
        }
    }
}

/// What kind of file begins so.
pub fn format(start: &[u8]) -> Result<Format, OpenError> {
    if start.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(OpenError::Unreadable(
            "This is a workbook of the format before 2007; save it as XLSX or CSV.".into(),
        ));
    }
    Ok(Format::Csv)
}

pub fn start_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?
        .take(SAMPLE_BYTES as u64)
        .read_to_end(&mut start)?;
    Ok(start)
}

/// Finds out how the file is read, or takes `said`, and looks at its first rows.
pub fn examine(
    path: &Path,
    format: Format,
    said: Option<Reading>,
    country: &str,
    scratch: &Path,
) -> Result<Examined, OpenError> {
    let (reading, sheets, file) = match format {
        Format::Csv => {
            let reading = match said {
                Some(said) => said,
                None => detect::reading(&start_of(path)?),
            };
            (reading, Vec::new(), None)
        }
        Format::Xlsx => {
            let sheets = sheet::names(path)?;
            let name = said.as_ref().and_then(|it| it.sheet.clone());
            let name = name.or_else(|| sheets.first().cloned());
            let rows = sheet::as_rows(path, name.as_deref(), SAMPLE_ROWS + 1000, scratch)?;
            let reading = said.unwrap_or_else(|| Reading {
                sheet: name,
                header_row: header_of_sheet(rows.path()),
                ..Reading::default()
            });
            (reading, sheets, Some(rows))
        }
    };
    let source = file.as_ref().map_or(path, |it| it.path());
    let input: Box<dyn Read + Send> = Box::new(File::open(source)?);
    let mut records = records(input, &reading, file.is_some())?;
    let look = detect::look(&mut records, &reading)?;
    Ok(Examined {
        values: detect::values_of(&look, country),
        reading,
        look,
        sheets,
    })
}

/// The rows of the file, as the plan reads it.
pub fn open(
    path: &Path,
    format: Format,
    reading: &Reading,
    scratch: &Path,
) -> Result<Opened, OpenError> {
    let sheet = match format {
        Format::Csv => None,
        Format::Xlsx => Some(sheet::as_rows(
            path,
            reading.sheet.as_deref(),
            usize::MAX - 1,
            scratch,
        )?),
    };
    let file = File::open(sheet.as_ref().map_or(path, |it| it.path()))?;
    let size = file.metadata()?.len();
    let position = Arc::new(AtomicU64::new(0));
    let counted: Box<dyn Read + Send> = Box::new(Counted {
        file,
        position: Arc::clone(&position),
    });
    let mut opened = Opened {
        records: records(counted, reading, sheet.is_some())?,
        headers: Vec::new(),
        position,
        size,
        number: 0,
        _sheet: sheet,
    };
    opened.skip_header(reading)?;
    Ok(opened)
}

impl Opened {
    /// Fills `row` with the next row of data; false at the end.
    pub fn next(&mut self, row: &mut Row) -> io::Result<bool> {
        let more = self.records.next(row)?;
        self.number += i64::from(more);
        Ok(more)
    }

    /// How much of the file has been read, from 0 to 1.
    pub fn fraction(&self) -> f64 {
        fraction(self.position.load(Relaxed), self.size)
    }

    fn skip_header(&mut self, reading: &Reading) -> io::Result<()> {
        let mut row = Row::default();
        for number in 1..=reading.header_row.unwrap_or(0) {
            if !self.records.next(&mut row)? {
                return Ok(());
            }
            if Some(number) == reading.header_row {
                self.headers = row.iter().map(|it| it.trim().to_owned()).collect();
                self.records.should_have(row.columns);
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown in hundredths")]
fn fraction(position: u64, size: u64) -> f64 {
    if size == 0 {
        1.0
    } else {
        position as f64 / size as f64
    }
}

fn records(
    input: Box<dyn Read + Send>,
    reading: &Reading,
    numbered: bool,
) -> io::Result<Records<Box<dyn Read + Send>>> {
    if numbered {
        return Ok(Records::new(input, super::records::Marks::default()).numbered());
    }
    let stream = decoded(input, reading.encoding)?;
    Ok(Records::new(stream, detect::marks(reading)))
}

fn header_of_sheet(rows: &Path) -> Option<u32> {
    detect::reading_of_rows(&start_of(rows).ok()?)
}

struct Counted {
    file: File,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        self.position.fetch_add(read as u64, Relaxed);
        Ok(read)
    }
}
