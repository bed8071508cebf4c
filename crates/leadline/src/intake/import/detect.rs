//! What can be told about a file by looking at its beginning: encoding, delimiter, quotation mark, header, and how dates,
//! numbers and names are written in it.

use std::io::{Cursor, Read};

use super::{
    limits::{MOST_COLUMNS, SAMPLE_BYTES, SAMPLE_ROWS, SHOWN},
    plan::{DateOrder, DecimalMark, NameOrder, Reading, Values},
    records::{Marks, Records, Row},
    shape::{self, Shape},
    source::{Encoding, decoded},
    synonyms,
    target::Target,
    values,
};

/// The first rows of a file, and what its columns look like.
#[derive(Debug, Clone, Default)]
pub struct Look {
    pub columns: Vec<ColumnLook>,
    /// Columns of the header.
    pub width: Option<usize>,
    /// More columns than are read.
    pub columns_beyond: usize,
    /// Rows of data that were looked at.
    pub rows: usize,
    /// Dates and numbers among them, as they are written.
    pub written: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct ColumnLook {
    /// As the file has it; empty where there is none.
    pub header: String,
    /// The first three values that are not empty.
    pub samples: Vec<String>,
    pub shape: Option<Shape>,
}

/// Dates and numbers that are looked at to tell how they are written.
const WRITTEN: usize = 5_000;

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The encoding of a file that begins so.
pub fn encoding(start: &[u8]) -> Encoding {
    match start {
        [0xEF, 0xBB, 0xBF, ..] => return Encoding::Utf8,
        [0xFF, 0xFE, ..] => return Encoding::Utf16Le,
        [0xFE, 0xFF, ..] => return Encoding::Utf16Be,
        _ => {}
    }
    // Most letters of a table take one byte in UTF-8, and the other half of a unit in UTF-16 is zero then.
    let zeros = |parity: usize| {
        let places = start.iter().skip(parity).step_by(2).take(2000);
        places.filter(|it| **it == 0).count()
    };
    let units = (start.len() / 2).min(2000);
    if units >= 4 {
        let (even, odd) = (zeros(0), zeros(1));
        if odd * 3 > units && even * 10 < units {
            return Encoding::Utf16Le;
        }
        if even * 3 > units && odd * 10 < units {
            return Encoding::Utf16Be;
        }
    }
    let (mut whole, mut broken) = (0, 0);
    for chunk in start.utf8_chunks() {
        whole += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        // The sample may end within a character.
        let cut = chunk.invalid().as_ptr_range().end == start.as_ptr_range().end
            && start.len() >= SAMPLE_BYTES;
        broken += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    // What is no UTF-8 hardly ever holds a sequence that is.
    if broken == 0 || whole * 4 > broken {
        Encoding::Utf8
    } else {
        Encoding::Windows1252
    }
}

/// How a file that begins so is read.
pub fn reading(start: &[u8]) -> Reading {
    let encoding = encoding(start);
    let text = text_of(start, encoding);
    let quote = quote(&text);
    let mut reading = Reading {
        encoding,
        quote,
        delimiter: delimiter(&text, quote),
        ..Reading::default()
    };
    reading.header_row = header_row(&first_rows(&text, marks(&reading), 50), &text);
    reading
}

/// The header of a sheet that was written as rows with their numbers before them.
pub fn reading_of_rows(start: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(start);
    let mut rows = first_rows(&text, Marks::default(), 50);
    for row in &mut rows {
        row.remove(0);
    }
    header_row(&rows, "")
}

pub fn marks(reading: &Reading) -> Marks {
    let byte = |it: char, default: u8| u8::try_from(it).unwrap_or(default);
    Marks {
        delimiter: byte(reading.delimiter, b','),
        quote: byte(reading.quote, b'"'),
    }
}

fn text_of(start: &[u8], encoding: Encoding) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = decoded(Cursor::new(start.to_vec()), encoding) {
        // From memory, which does not fail.
        let _ = stream.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Spreadsheets may write `sep=;` into the first line.
pub fn said_delimiter(first: &str) -> Option<char> {
    let sign = first.trim_end().strip_prefix("sep=")?;
    DELIMITERS.into_iter().find(|it| sign.starts_with(*it))
}

fn quote(text: &str) -> char {
    let opens = |mark: char| {
        let starts = DELIMITERS.iter().chain(&['\n']);
        starts
            .map(|it| text.matches(&format!("{it}{mark}")).count())
            .sum::<usize>()
            + usize::from(text.starts_with(mark))
    };
    if opens('\'') > 3 * opens('"') + 2 {
        '\''
    } else {
        '"'
    }
}

/// The sign that gives the most rows the same number of columns, and the most columns of these.
fn delimiter(text: &str, quote: char) -> char {
    if let Some(said) = text.lines().next().and_then(said_delimiter) {
        return said;
    }
    let score = |delimiter: char| {
        let marks = Marks {
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            quote: u8::try_from(quote).unwrap_or(b'"'),
        };
        let rows = first_rows(text, marks, 100);
        let counts: Vec<usize> = rows.iter().map(Vec::len).collect();
        let usual = shape::most_frequent(counts.iter().copied()).unwrap_or(1);
        let agreeing = counts.iter().filter(|it| **it == usual).count();
        if usual < 2 {
            return (0, 0);
        }
        (agreeing * 10 / counts.len().max(1), usual)
    };
    // Of two that do as well the last: commas and semicolons stand in texts too.
    let best = DELIMITERS.into_iter().max_by_key(|it| score(*it));
    best.filter(|it| score(*it).1 > 1).unwrap_or(',')
}

fn first_rows(text: &str, marks: Marks, most: usize) -> Vec<Vec<String>> {
    let mut records = Records::new(text.as_bytes(), marks);
    let (mut row, mut rows) = (Row::default(), Vec::new());
    while rows.len() < most && records.next(&mut row).unwrap_or(false) {
        if row.trouble.is_none() {
            rows.push(row.iter().map(str::to_owned).collect());
        }
    }
    rows
}

/// The row that names the columns: the first of full width whose values are names rather than data.
fn header_row(rows: &[Vec<String>], text: &str) -> Option<u32> {
    let width = shape::most_frequent(rows.iter().map(Vec::len))?;
    let first = usize::from(text.lines().next().and_then(said_delimiter).is_some());
    let at = (first..rows.len()).find(|it| {
        let filled = rows[*it].iter().filter(|it| !it.trim().is_empty()).count();
        rows[*it].len() == width && filled * 2 >= width
    })?;
    let header = &rows[at];
    let known = header
        .iter()
        .filter(|it| synonyms::target(it).is_some())
        .count();
    let is_data = |it: &String| matches!(shape::of_value(it), Some(shape) if shape != Shape::Text);
    let data = header.iter().filter(|it| is_data(it)).count();
    let named = known > 0 || data == 0;
    (named && data <= known).then(|| u32::try_from(at + 1).unwrap_or(1))
}

/// Looks at the first rows of a file that is read so.
pub fn look<R: Read>(records: &mut Records<R>, reading: &Reading) -> std::io::Result<Look> {
    let mut look = Look::default();
    let mut shapes: Vec<shape::Tally> = Vec::new();
    let mut row = Row::default();
    let mut number = 0;
    while look.rows < SAMPLE_ROWS && records.next(&mut row)? {
        number += 1;
        look.columns_beyond = look
            .columns_beyond
            .max(row.columns.saturating_sub(MOST_COLUMNS));
        if reading.header_row.is_some_and(|it| number < it) {
            continue;
        }
        if look.columns.len() < row.len() {
            look.columns.resize_with(row.len(), ColumnLook::default);
            shapes.resize_with(row.len(), shape::Tally::default);
        }
        if reading.header_row == Some(number) {
            for (column, header) in look.columns.iter_mut().zip(row.iter()) {
                column.header = shown(header.trim());
            }
            records.should_have(row.columns);
            look.width = Some(row.columns);
            continue;
        }
        look.rows += 1;
        if row.trouble.is_some() {
            continue;
        }
        for ((column, tally), value) in look.columns.iter_mut().zip(&mut shapes).zip(row.iter()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if let Some(Shape::Date | Shape::Number | Shape::Money) = tally.add(value)
                && look.written.len() < WRITTEN
            {
                look.written.push(value.to_owned());
            }
            if column.samples.len() < 3 {
                column.samples.push(shown(value));
            }
        }
    }
    for (column, tally) in look.columns.iter_mut().zip(&shapes) {
        column.shape = tally.shape();
    }
    Ok(look)
}

/// How values are written, as far as the samples tell; otherwise as it is usual in the country.
pub fn values_of(look: &Look, country: &str) -> Values {
    let dates = look.written.iter().map(String::as_str);
    Values {
        date_order: date_order(dates.clone(), country),
        decimal_mark: decimal_mark(dates, country),
        country: country.to_owned(),
        name_order: name_order(look),
    }
}

fn date_order<'a>(values: impl Iterator<Item = &'a str>, country: &str) -> DateOrder {
    let usual = if country == "US" {
        DateOrder::Mdy
    } else {
        DateOrder::Dmy
    };
    let (mut dmy, mut mdy) = (0, 0);
    for value in values {
        let day = values::date(value, DateOrder::Dmy).is_some();
        let month = values::date(value, DateOrder::Mdy).is_some();
        dmy += usize::from(day && !month);
        mdy += usize::from(month && !day);
    }
    match dmy.cmp(&mdy) {
        std::cmp::Ordering::Greater => DateOrder::Dmy,
        std::cmp::Ordering::Less => DateOrder::Mdy,
        std::cmp::Ordering::Equal => usual,
    }
}

fn decimal_mark<'a>(values: impl Iterator<Item = &'a str>, country: &str) -> DecimalMark {
    const POINT: [&str; 20] = [
        "US", "GB", "IE", "AU", "NZ", "CA", "IN", "MX", "JP", "CN", "KR", "SG", "HK", "IL", "PH",
        "TH", "MY", "ZA", "NG", "KE",
    ];
    let (mut point, mut comma) = (0, 0);
    for value in values {
        let as_point = values::money(value, DecimalMark::Point).is_some();
        let as_comma = values::money(value, DecimalMark::Comma).is_some();
        point += usize::from(as_point && !as_comma);
        comma += usize::from(as_comma && !as_point);
    }
    match point.cmp(&comma) {
        std::cmp::Ordering::Less => DecimalMark::Comma,
        std::cmp::Ordering::Equal if point > 0 && !POINT.contains(&country) => DecimalMark::Comma,
        std::cmp::Ordering::Greater | std::cmp::Ordering::Equal => DecimalMark::Point,
    }
}

/// A header such as "Last name, first name" says it; nothing else does.
fn name_order(look: &Look) -> NameOrder {
    const LAST_FIRST: [&str; 9] = [
        "lastnamefirstname",
        "surnamefirstname",
        "nachnamevorname",
        "namevorname",
        "nometprenom",
        "apellidosynombre",
        "apellidosnombre",
        "cognomenome",
        "cognomeenome",
    ];
    let says = |it: &ColumnLook| LAST_FIRST.contains(&synonyms::squeezed(&it.header).as_str());
    if look.columns.iter().any(says) {
        NameOrder::LastFirst
    } else {
        NameOrder::FirstLast
    }
}

/// What a column without a header that tells its meaning is likely to hold.
pub fn target_by_shape(shape: Shape) -> Option<Target> {
    match shape {
        Shape::Email => Some(Target::Email),
        Shape::Phone => Some(Target::Phone),
        _ => None,
    }
}

/// A value as it is shown: short, and without what cannot be seen.
pub fn shown(value: &str) -> String {
    let visible = value
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it });
    let mut short: String = visible.clone().take(SHOWN).collect();
    if visible.count() > SHOWN {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "Name;Ort\nZoë;Köln\nJosé;Málaga\n";
        for (bytes, expected) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
            (b"a,b\n1,2\n".to_vec(), Encoding::Utf8),
            (Vec::new(), Encoding::Utf8),
            (utf16(text, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(text, u16::to_be_bytes), Encoding::Utf16Be),
            (
                b"Name;Ort\nZo\xeb;K\xf6ln\n".to_vec(),
                Encoding::Windows1252,
            ),
            // A broken row among good ones does not make it another encoding.
            (
                [text.as_bytes(), b"Jos\xe9;Bonn\n"].concat(),
                Encoding::Utf8,
            ),
        ] {
            assert_eq!(encoding(&bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn delimiters_and_headers_are_found() {
        for (text, delimiter, header) in [
            ("name,email\nAda,ada@example.org\n", ',', Some(1)),
            ("Name;Betrag\nAda;1,50\nEve;2,75\n", ';', Some(1)),
            ("Name\tOrt, Land\nAda\tLondon, UK\n", '\t', Some(1)),
            ("a|b|c\n1|2|3\n", '|', Some(1)),
            ("sep=;\nname;city\nAda;London\n", ';', Some(2)),
            (
                "ada@example.org,+44 20 7946 0958\neve@example.org,+44 20 7946 0959\n",
                ',',
                None,
            ),
            (
                "Our leads\n\nname,email,phone\nAda,ada@example.org,1\n",
                ',',
                Some(2),
            ),
            ("email\nada@example.org\n", ',', Some(1)),
            ("ada@example.org\neve@example.org\n", ',', None),
            ("name,email\n", ',', Some(1)),
            ("", ',', None),
        ] {
            let read = reading(text.as_bytes());
            assert_eq!(
                (read.delimiter, read.header_row),
                (delimiter, header),
                "{text:?}"
            );
        }
        let single = reading(b"'name','place'\n'Ada','London, UK'\n'Eve','Bonn'\n'Joe','Ulm'\n");
        assert_eq!((single.quote, single.delimiter), ('\'', ','));
    }

    #[test]
    fn ways_of_writing_are_told_by_the_values_that_allow_for_one_alone() {
        let strings = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (values, country, order, mark) in [
            (
                &["31/01/2026", "01/02/2026"][..],
                "US",
                DateOrder::Dmy,
                DecimalMark::Point,
            ),
            (&["01/31/2026"], "DE", DateOrder::Mdy, DecimalMark::Point),
            (&["01/02/2026"], "US", DateOrder::Mdy, DecimalMark::Point),
            (
                &["01.02.2026", "1.234,50", "3,5"],
                "DE",
                DateOrder::Dmy,
                DecimalMark::Comma,
            ),
            (&["1,234.50"], "DE", DateOrder::Dmy, DecimalMark::Point),
            (&["5"], "DE", DateOrder::Dmy, DecimalMark::Point),
        ] {
            let look = Look {
                written: strings(values),
                ..Look::default()
            };
            let found = values_of(&look, country);
            assert_eq!(
                (found.date_order, found.decimal_mark),
                (order, mark),
                "{values:?}"
            );
        }
    }

    #[test]
    fn a_look_samples_every_column() {
        let text = "name,email,\nAda,ada@example.org,\n,eve@example.org,x\nJoe,\"open\n";
        let reading = reading(text.as_bytes());
        let mut records = Records::new(text.as_bytes(), marks(&reading));
        let look = look(&mut records, &reading).unwrap();
        assert_eq!(look.rows, 3);
        let headers: Vec<&str> = look.columns.iter().map(|it| it.header.as_str()).collect();
        assert_eq!(headers, ["name", "email", ""]);
        assert_eq!(look.columns[0].samples, ["Ada"]);
        assert_eq!(look.columns[1].shape, Some(Shape::Email));
        assert_eq!(look.columns[2].samples, ["x"]);
    }
}
