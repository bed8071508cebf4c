//! XLSX: a sheet as a table of text, read cell by cell. The archive is measured before anything of it is believed: one
//! that unpacks to more than a spreadsheet does is refused.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, open_workbook};
use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::limits::{
    LONGEST_ROW, MOST_COLUMNS, SHEET_ENTRIES, SHEET_RATIO, SHEET_TEXT_COUNT, SHEET_TEXTS,
    SHEET_UNPACKED,
};

/// Why a workbook cannot be read, in words for people.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    #[error("{0}")]
    Refused(&'static str),
    #[error("The file is no XLSX workbook, or a damaged one.")]
    Damaged,
    #[error("The workbook has no sheet \"{0}\".")]
    NoSheet(String),
    #[error("{0}")]
    Disk(#[from] io::Error),
}

const BOMB: SheetError = SheetError::Refused(
    "The workbook unpacks to far more than a spreadsheet does, and is not read.",
);

/// The names of the sheets, in order. The archive is measured first.
pub fn names(path: &Path) -> Result<Vec<String>, SheetError> {
    measure(path)?;
    let book: Xlsx<_> =
        open_workbook(path).map_err(|_: calamine::XlsxError| SheetError::Damaged)?;
    Ok(book.sheet_names())
}

/// Writes at most so many rows of a sheet as a file whose first column is the row's number in the sheet.
pub fn as_rows(
    path: &Path,
    sheet: Option<&str>,
    most: usize,
    folder: &Path,
) -> Result<NamedTempFile, SheetError> {
    measure(path)?;
    let mut book: Xlsx<_> =
        open_workbook(path).map_err(|_: calamine::XlsxError| SheetError::Damaged)?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) => names.into_iter().find(|it| it == name),
        None => names.into_iter().next(),
    };
    let name = name.ok_or_else(|| SheetError::NoSheet(sheet.unwrap_or_default().to_owned()))?;
    let mut cells = book
        .worksheet_cells_reader(&name)
        .map_err(|_| SheetError::Damaged)?;
    let file = NamedTempFile::new_in(folder)?;
    let mut out = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(BufWriter::new(file));
    let mut row: Vec<String> = Vec::new();
    let (mut number, mut rows) = (None, 0);
    while let Some(cell) = cells.next_cell().map_err(|_| SheetError::Damaged)? {
        let (at, column) = cell.get_position();
        if number != Some(at) {
            write(&mut out, number, &mut row)?;
            number = Some(at);
            rows += 1;
            if rows > most {
                break;
            }
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        // One more than are read, so that it shows that there are more.
        if column <= MOST_COLUMNS {
            row.resize(row.len().max(column + 1), String::new());
            row[column] = text(cell.get_value());
        }
    }
    write(&mut out, number, &mut row)?;
    let out = out
        .into_inner()
        .map_err(|err| io::Error::other(err.to_string()))?;
    out.into_inner()
        .map_err(|err| SheetError::Disk(err.into_error()))
}

fn write<W: Write>(
    out: &mut csv::Writer<W>,
    number: Option<u32>,
    row: &mut Vec<String>,
) -> Result<(), SheetError> {
    let Some(number) = number.filter(|_| !row.is_empty()) else {
        return Ok(());
    };
    let number = (number + 1).to_string();
    let record = std::iter::once(number.as_str()).chain(row.iter().map(String::as_str));
    out.write_record(record)
        .map_err(|err| io::Error::other(err.to_string()))?;
    row.clear();
    Ok(())
}

/// A cell as people would write it. Of a formula it is what came out when the workbook was saved.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // Prints whole numbers without a point, and nothing in powers of ten.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(it) => it.to_string(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::Error(error) => error.to_string(),
    }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Unpacks everything once and keeps nothing of it, to know that it can be unpacked.
fn measure(path: &Path) -> Result<(), SheetError> {
    let mut file = BufReader::new(File::open(path)?);
    if entries(&mut file)? > SHEET_ENTRIES {
        return Err(BOMB);
    }
    let mut archive = ZipArchive::new(file).map_err(|_| SheetError::Damaged)?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(SheetError::Damaged);
    }
    let mut whole = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| SheetError::Damaged)?;
        let texts = entry.name().is_ok_and(|it| it == "xl/sharedStrings.xml");
        let most = if texts { SHEET_TEXTS } else { SHEET_UNPACKED };
        let most = most.min(
            entry
                .compressed_size()
                .saturating_mul(SHEET_RATIO)
                .max(4 * 1024 * 1024),
        );
        let length = unpack(&mut entry, most, texts)?;
        whole += length;
        if whole > SHEET_UNPACKED {
            return Err(BOMB);
        }
    }
    Ok(())
}

fn unpack(entry: &mut impl Read, most: u64, texts: bool) -> Result<u64, SheetError> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut length, mut since_tag, mut count) = (0, 0, 0);
    loop {
        let read = match entry.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(read) => read,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(SheetError::Damaged),
        };
        let bytes = &buffer[..read];
        length += read as u64;
        // A piece of text is held in memory whole.
        match memchr::memrchr(b'<', bytes) {
            Some(at) => since_tag = read - at,
            None => since_tag += read,
        }
        if texts {
            count += memchr::memmem::find_iter(bytes, b"<si>").count();
        }
        if length > most || since_tag > 4 * LONGEST_ROW || count > SHEET_TEXT_COUNT {
            return Err(BOMB);
        }
    }
}

/// How many entries the archive says it has, read from its end without reading its list of them.
fn entries(file: &mut (impl Read + Seek)) -> Result<usize, SheetError> {
    const RECORD: usize = 22;
    let length = file.seek(SeekFrom::End(0))?;
    let tail = length.min(64 * 1024 + RECORD as u64);
    file.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::new();
    file.take(tail).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(0))?;
    let at = memchr::memmem::rfind(&bytes, b"PK\x05\x06").ok_or(SheetError::Damaged)?;
    let count = bytes.get(at + 10..at + 12).ok_or(SheetError::Damaged)?;
    Ok(usize::from(u16::from_le_bytes([count[0], count[1]])))
}

#[cfg(test)]
mod tests {
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    /// A workbook of these parts.
    fn book(parts: &[(&str, &[u8])]) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        let mut zip = ZipWriter::new(file.reopen().unwrap());
        for (name, bytes) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        file
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let workbook = ("xl/workbook.xml", b"<workbook/>".as_slice());
        let zeros = vec![b'<'; 64 * 1024 * 1024];
        let bomb = book(&[workbook, ("xl/worksheets/sheet1.xml", &zeros)]);
        assert!(matches!(names(bomb.path()), Err(SheetError::Refused(_))));
        let texts = "<si><t/></si>".repeat(2 * SHEET_TEXT_COUNT);
        let many = book(&[workbook, ("xl/sharedStrings.xml", texts.as_bytes())]);
        let refused = names(many.path());
        assert!(
            matches!(refused, Err(SheetError::Refused(_))),
            "{refused:?}"
        );
        let one = vec![b'x'; 5 * 1024 * 1024];
        let long = book(&[workbook, ("xl/worksheets/sheet1.xml", &one)]);
        assert!(matches!(names(long.path()), Err(SheetError::Refused(_))));
        let parts: Vec<String> = (0..=SHEET_ENTRIES).map(|it| format!("x{it}")).collect();
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|it| (it.as_str(), b"".as_slice()))
            .collect();
        assert!(matches!(
            names(book(&parts).path()),
            Err(SheetError::Refused(_))
        ));
    }

    #[test]
    fn what_is_no_workbook_is_told() {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"PK\x03\x04 and nothing more").unwrap();
        assert!(matches!(names(file.path()), Err(SheetError::Damaged)));
        let zip = book(&[("hello.txt", b"hello")]);
        assert!(matches!(names(zip.path()), Err(SheetError::Damaged)));
    }
}
