//! A workbook that is made from front to back: a ZIP of XML parts, each sheet packed row by row, and what is packed can go
//! out at once. Nothing is known in advance: a further sheet begins where one is full, and the list of sheets comes last.
//!
//! Text stands in its cell; a table of shared texts would have to be known before the first row, or kept until the last.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::xml;

pub struct Book {
    zip: ZipWriter<StreamWriter<Packed>>,
    packed: Packed,
    name: &'static str,
    header: Vec<String>,
    most: Most,
    sheets: usize,
    /// Rows of the sheet, and how much XML they are.
    rows: u32,
    bytes: u64,
    /// The row that is being written: its XML, its number, and where the next cell stands.
    row: Vec<u8>,
    number: String,
    column: usize,
    letters: Vec<String>,
}

/// How much goes into one sheet.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    pub rows: u32,
    /// Of XML. Above four gigabytes a ZIP needs an extension that spreadsheets do not read in streamed files.
    pub bytes: u64,
}

pub const MOST: Most = Most {
    rows: 1_048_576,
    bytes: 3 << 30,
};

/// How a number is shown; the numbers stand in [`STYLES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    General = 0,
    Head = 1,
    Time = 2,
    Day = 3,
}

impl Book {
    pub fn begin(name: &'static str, header: Vec<String>, most: Most) -> io::Result<Book> {
        let packed = Packed::default();
        let mut book = Book {
            zip: ZipWriter::new_stream(packed.clone()),
            packed,
            name,
            letters: (0..header.len()).map(xml::letters).collect(),
            header,
            most,
            sheets: 0,
            rows: 0,
            bytes: 0,
            row: Vec::new(),
            number: String::new(),
            column: 0,
        };
        book.part("[Content_Types].xml", CONTENT_TYPES)?;
        book.part("_rels/.rels", RELATIONSHIPS)?;
        book.part("xl/styles.xml", STYLES)?;
        book.begin_sheet()?;
        Ok(book)
    }

    pub fn empty(&mut self) {
        self.column += 1;
    }

    pub fn text(&mut self, text: &str) {
        self.styled_text(text, Style::General);
    }

    pub fn truth(&mut self, it: bool) {
        self.open(Style::General);
        let value: &[u8] = if it { b"1" } else { b"0" };
        self.row.extend_from_slice(b" t=\"b\"><v>");
        self.row.extend_from_slice(value);
        self.row.extend_from_slice(b"</v></c>");
    }

    /// A number as JSON writes it.
    pub fn number(&mut self, number: &str, style: Style) {
        self.open(style);
        self.row.extend_from_slice(b"><v>");
        self.row.extend_from_slice(number.as_bytes());
        self.row.extend_from_slice(b"</v></c>");
    }

    /// The row's cells follow from left to right.
    pub fn begin_row(&mut self) -> io::Result<()> {
        // A sheet has its header and one row at least.
        let full = self.rows == self.most.rows || self.bytes > self.most.bytes;
        if full && self.rows > 1 {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.open_row();
        Ok(())
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        self.row.extend_from_slice(b"</row>");
        self.bytes += self.row.len() as u64;
        self.zip.write_all(&self.row)
    }

    /// What has been packed since this was last asked.
    pub fn take(&mut self) -> Vec<u8> {
        self.packed.take()
    }

    /// The rest.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.end_sheet()?;
        let (book, relationships) = contents(self.name, self.sheets);
        self.part("xl/workbook.xml", &book)?;
        self.part("xl/_rels/workbook.xml.rels", &relationships)?;
        self.zip.finish()?;
        Ok(self.packed.take())
    }

    fn styled_text(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return self.empty();
        }
        self.open(style);
        self.row
            .extend_from_slice(b" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        xml::push(&mut self.row, text);
        self.row.extend_from_slice(b"</t></is></c>");
    }

    fn open(&mut self, style: Style) {
        self.row.extend_from_slice(b"<c r=\"");
        if let Some(letters) = self.letters.get(self.column) {
            self.row.extend_from_slice(letters.as_bytes());
        }
        self.row.extend_from_slice(self.number.as_bytes());
        self.row.push(b'"');
        if style != Style::General {
            self.row.extend_from_slice(b" s=\"");
            self.row.push(b'0' + style as u8);
            self.row.push(b'"');
        }
        self.column += 1;
    }

    fn open_row(&mut self) {
        self.rows += 1;
        self.number = self.rows.to_string();
        self.column = 0;
        self.row.clear();
        self.row.extend_from_slice(b"<row r=\"");
        self.row.extend_from_slice(self.number.as_bytes());
        self.row.extend_from_slice(b"\">");
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        self.rows = 0;
        self.bytes = 0;
        self.start(&format!("xl/worksheets/sheet{}.xml", self.sheets))?;
        self.zip.write_all(SHEET_BEGINS)?;
        self.open_row();
        for name in mem::take(&mut self.header) {
            self.styled_text(xml::shortened(&name), Style::Head);
            self.header.push(name);
        }
        self.end_row()
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        self.zip.write_all(b"</sheetData></worksheet>")
    }

    fn part(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.start(name)?;
        self.zip.write_all(content.as_bytes())
    }

    fn start(&mut self, name: &str) -> io::Result<()> {
        // Every book made of the same leads is the same, and the day on which it was made is in nobody's way.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(DateTime::default());
        Ok(self.zip.start_file(name, options)?)
    }
}

/// What lies between the packer and whoever takes the file.
#[derive(Clone, Default)]
struct Packed(Arc<Mutex<Vec<u8>>>);

impl Packed {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The list of the sheets, and where each lies.
fn contents(name: &str, sheets: usize) -> (String, String) {
    let shown = |number| match number {
        1 => name.to_owned(),
        _ => format!("{name} {number}"),
    };
    let listed = (1..=sheets).map(|number| {
        let shown = shown(number);
        format!("<sheet name=\"{shown}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>")
    });
    let places = (1..=sheets).map(|number| {
        link(
            number,
            "worksheet",
            &format!("worksheets/sheet{number}.xml"),
        )
    });
    let (listed, places): (String, String) = (listed.collect(), places.collect());
    let styles = link(sheets + 1, "styles", "styles.xml");
    (
        format!("{BOOK_BEGINS}{listed}</sheets></workbook>"),
        format!("{LINKS_BEGIN}{places}{styles}</Relationships>"),
    )
}

fn link(number: usize, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Parts are sheets unless said otherwise, for how many there will be is not known when this goes out.
const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;

const RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// The cell formats at its end are those of [`Style`].
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;

/// The first row stays in sight.
const SHEET_BEGINS: &[u8] = br#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"#;

const BOOK_BEGINS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><bookViews><workbookView/></bookViews><sheets>"#;

const LINKS_BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#;

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::*;

    type Sheet = (String, Vec<Vec<Data>>);

    fn read(bytes: Vec<u8>) -> Vec<Sheet> {
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let sheets = book.worksheets().into_iter();
        sheets
            .map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect()))
            .collect()
    }

    fn three_rows(most: Most) -> Vec<Sheet> {
        let header = ["Name", "Score", "Day", "Good"].map(str::to_owned);
        let mut book = Book::begin("Leads", header.into(), most).unwrap();
        let mut bytes = Vec::new();
        for name in ["=1+1", "", "00123"] {
            book.begin_row().unwrap();
            book.text(name);
            book.number("-5.25", Style::General);
            book.number("46053", Style::Day);
            book.truth(name.is_empty());
            book.end_row().unwrap();
            bytes.extend(book.take());
        }
        bytes.extend(book.finish().unwrap());
        read(bytes)
    }

    #[test]
    fn a_book_reads_back_by_types() {
        let sheets = three_rows(MOST);
        assert_eq!(sheets.len(), 1);
        let (name, rows) = &sheets[0];
        assert_eq!((name.as_str(), rows.len()), ("Leads", 4));
        assert_eq!(rows[1][0], Data::String("=1+1".to_owned()));
        assert_eq!(rows[2][0], Data::Empty);
        assert_eq!(rows[3][0], Data::String("00123".to_owned()));
        assert_eq!(rows[1][1], Data::Float(-5.25));
        assert!(matches!(&rows[1][2], Data::DateTime(it) if (it.as_f64() - 46_053.0).abs() < 1e-9));
        assert_eq!(
            (&rows[1][3], &rows[2][3]),
            (&Data::Bool(false), &Data::Bool(true))
        );
    }

    #[test]
    fn a_further_sheet_begins_where_one_is_full() {
        let rows = Most { rows: 3, ..MOST };
        let bytes = Most { bytes: 1, ..MOST };
        for (most, expected) in [
            (rows, vec![("Leads", 3), ("Leads 2", 2)]),
            (bytes, vec![("Leads", 2), ("Leads 2", 2), ("Leads 3", 2)]),
        ] {
            let sheets = three_rows(most);
            let told: Vec<(&str, usize)> = sheets
                .iter()
                .map(|it| (it.0.as_str(), it.1.len()))
                .collect();
            assert_eq!(told, expected);
            assert!(
                sheets
                    .iter()
                    .all(|it| it.1[0][0] == Data::String("Name".to_owned()))
            );
        }
    }
}
