//! A column of a Parquet file: its type, and what of it has not been written yet.

use std::mem;

use jiff::{Unit, civil};
use parquet::{
    basic::{ConvertedType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::writer::SerializedColumnWriter,
    schema::types::Type,
};
use std::sync::Arc;

use crate::leads::{
    Amount,
    export::{
        cell::Cell,
        columns::{Column, Core, What},
    },
    fields::FieldKind,
};

/// The values, and for each row whether it has one.
pub struct Buffer {
    values: Values,
    there: Vec<i16>,
    /// Of lists: whether a value goes on with the list of the one before.
    goes_on: Vec<i16>,
}

enum Values {
    Text(Vec<ByteArray>),
    Json(Vec<ByteArray>),
    /// Texts, several to a row.
    List(Vec<ByteArray>),
    Whole(Vec<i64>),
    /// Ten-thousandths.
    Amount(Vec<i64>),
    /// Milliseconds since 1970.
    Time(Vec<i64>),
    Number(Vec<f64>),
    Bool(Vec<bool>),
    /// Days since 1970.
    Day(Vec<i32>),
}

/// Levels of a list: there is a list, and there is a member in it.
const MEMBER: i16 = 2;

impl Buffer {
    pub fn of(column: &Column) -> Buffer {
        Buffer {
            values: Values::of(column),
            there: Vec::new(),
            goes_on: Vec::new(),
        }
    }

    pub fn field(&self, name: &str) -> Result<Type, ParquetError> {
        let (physical, converted) = match self.values {
            Values::List(_) => return list_of_texts(name),
            Values::Text(_) => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
            Values::Json(_) => (Physical::BYTE_ARRAY, ConvertedType::JSON),
            Values::Whole(_) => (Physical::INT64, ConvertedType::INT_64),
            Values::Amount(_) => (Physical::INT64, ConvertedType::DECIMAL),
            Values::Time(_) => (Physical::INT64, ConvertedType::TIMESTAMP_MILLIS),
            Values::Number(_) => (Physical::DOUBLE, ConvertedType::NONE),
            Values::Bool(_) => (Physical::BOOLEAN, ConvertedType::NONE),
            Values::Day(_) => (Physical::INT32, ConvertedType::DATE),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_converted_type(converted);
        match self.values {
            Values::Amount(_) => field.with_precision(18).with_scale(4).build(),
            _ => field.build(),
        }
    }

    /// Answers about how many bytes it takes.
    pub fn push(&mut self, cell: &Cell<'_>) -> usize {
        if let Values::List(all) = &mut self.values {
            return push_list(all, &mut self.there, &mut self.goes_on, cell);
        }
        let bytes = self.values.push(cell);
        self.there.push(i16::from(bytes.is_some()));
        bytes.unwrap_or_default() + mem::size_of::<i16>()
    }

    pub fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let there = mem::take(&mut self.there);
        let goes_on = mem::take(&mut self.goes_on);
        let levels = (there.as_slice(), None);
        match &mut self.values {
            Values::Text(all) | Values::Json(all) => write::<ByteArrayType>(column, all, levels),
            Values::List(all) => {
                write::<ByteArrayType>(column, all, (there.as_slice(), Some(goes_on.as_slice())))
            }
            Values::Whole(all) | Values::Amount(all) | Values::Time(all) => {
                write::<Int64Type>(column, all, levels)
            }
            Values::Number(all) => write::<DoubleType>(column, all, levels),
            Values::Bool(all) => write::<BoolType>(column, all, levels),
            Values::Day(all) => write::<Int32Type>(column, all, levels),
        }
    }
}

fn write<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    (there, goes_on): (&[i16], Option<&[i16]>),
) -> Result<(), ParquetError> {
    let values = mem::take(values);
    column
        .typed::<T>()
        .write_batch(&values, Some(there), goes_on)
        .map(drop)
}

/// As the format wants lists to be: a list that may be missing, of members that may not.
fn list_of_texts(name: &str) -> Result<Type, ParquetError> {
    let member = Type::primitive_type_builder("element", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_converted_type(ConvertedType::UTF8)
        .build()?;
    let members = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(member)])
        .build()?;
    Type::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(members)])
        .build()
}

fn push_list(
    all: &mut Vec<ByteArray>,
    there: &mut Vec<i16>,
    goes_on: &mut Vec<i16>,
    cell: &Cell<'_>,
) -> usize {
    let members = members(cell);
    if members.is_empty() {
        there.push(0);
        goes_on.push(0);
        return 0;
    }
    let mut bytes = 0;
    for (number, text) in members.into_iter().enumerate() {
        bytes += text.len() + mem::size_of::<ByteArray>();
        all.push(text.into_bytes().into());
        there.push(MEMBER);
        goes_on.push(i16::from(number > 0));
    }
    bytes
}

fn members(cell: &Cell<'_>) -> Vec<String> {
    match cell {
        Cell::List(json) => {
            let items: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
            let text = |it| match it {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            items.into_iter().map(text).collect()
        }
        other => text(other).into_iter().collect(),
    }
}

impl Values {
    fn of(column: &Column) -> Values {
        match column.what {
            What::Core(Core::NameProvisional) => Values::Bool(Vec::new()),
            What::Core(Core::Tags) => Values::List(Vec::new()),
            What::Core(Core::CustomFields) => Values::Json(Vec::new()),
            What::Core(Core::Score | Core::Version) => Values::Whole(Vec::new()),
            What::Core(Core::Value) => Values::Amount(Vec::new()),
            What::Core(
                Core::StageChangedAt
                | Core::ConvertedAt
                | Core::CreatedAt
                | Core::UpdatedAt
                | Core::LastSubmissionAt
                | Core::DeletedAt,
            ) => Values::Time(Vec::new()),
            What::Core(_) => Values::Text(Vec::new()),
            What::Custom(custom) => Values::of_kind(custom.kind),
        }
    }

    fn of_kind(kind: Option<FieldKind>) -> Values {
        match kind {
            Some(FieldKind::Number) => Values::Number(Vec::new()),
            Some(FieldKind::Money) => Values::Amount(Vec::new()),
            Some(FieldKind::Date) => Values::Day(Vec::new()),
            Some(FieldKind::Boolean) => Values::Bool(Vec::new()),
            Some(FieldKind::MultiChoice) => Values::List(Vec::new()),
            Some(_) => Values::Text(Vec::new()),
            None => Values::Json(Vec::new()),
        }
    }

    /// Keeps the cell's value and answers its size; nothing where it has none of the column's type.
    fn push(&mut self, cell: &Cell<'_>) -> Option<usize> {
        match (self, cell) {
            (_, Cell::Empty) => None,
            (Values::Text(all), cell) => text(cell).map(|it| push_text(all, it)),
            (Values::Json(all), cell) => json(cell).map(|it| push_text(all, it)),
            (Values::Whole(all), Cell::Whole(number)) => Some(push(all, *number)),
            (Values::Amount(all), Cell::Amount(amount)) => Some(push(all, amount.0)),
            (Values::Amount(all), Cell::Number(text)) => {
                Amount::parse(text).map(|amount| push(all, amount.0))
            }
            (Values::Time(all), Cell::Time(at)) => Some(push(all, at.0)),
            (Values::Number(all), Cell::Number(text)) => {
                text.parse().ok().map(|number| push(all, number))
            }
            (Values::Bool(all), Cell::Bool(it)) => Some(push(all, *it)),
            (Values::Day(all), Cell::Day(text)) => days(text).map(|day| push(all, day)),
            _ => None,
        }
    }
}

fn push<T>(all: &mut Vec<T>, value: T) -> usize {
    all.push(value);
    mem::size_of::<T>()
}

fn push_text(all: &mut Vec<ByteArray>, text: String) -> usize {
    let bytes = text.len();
    bytes + push(all, text.into_bytes().into())
}

fn text(cell: &Cell<'_>) -> Option<String> {
    Some(match cell {
        Cell::Text(text) | Cell::Day(text) => text.clone().into_owned(),
        Cell::Uuid(id) => id.to_string(),
        Cell::Number(json) | Cell::List(json) | Cell::Json(json) => (*json).to_owned(),
        Cell::Bool(it) => it.to_string(),
        Cell::Whole(number) => number.to_string(),
        Cell::Amount(amount) => amount.to_string(),
        Cell::Time(at) => at.to_string(),
        Cell::Empty => return None,
    })
}

/// What has no type of its own is JSON, texts in quotes.
fn json(cell: &Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) | Cell::Day(text) => {
            Some(serde_json::Value::from(text.as_ref()).to_string())
        }
        other => text(other),
    }
}

fn days(text: &str) -> Option<i32> {
    let day: civil::Date = text.parse().ok()?;
    let since = day.since((Unit::Day, civil::date(1970, 1, 1))).ok()?;
    Some(since.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let days = ["1970-01-01", "1969-12-31", "2026-01-31", "2026-02-30"].map(days);
        assert_eq!(days, [Some(0), Some(-1), Some(20_484), None]);
    }

    #[test]
    fn members_of_a_list_are_texts() {
        assert_eq!(members(&Cell::List(r#"["a\"b", 1]"#)), ["a\"b", "1"]);
        assert_eq!(members(&Cell::text("one")), ["one"]);
        assert!(members(&Cell::Empty).is_empty());
    }

    #[test]
    fn a_value_of_another_type_is_none() {
        let mut numbers = Values::of_kind(Some(FieldKind::Number));
        assert_eq!(numbers.push(&Cell::text("x")), None);
        assert_eq!(numbers.push(&Cell::Number("2.5")), Some(8));
        let mut amounts = Values::of_kind(Some(FieldKind::Money));
        assert_eq!(amounts.push(&Cell::Number("1e400")), None);
        assert_eq!(amounts.push(&Cell::Number("10.25")), Some(8));
    }
}
