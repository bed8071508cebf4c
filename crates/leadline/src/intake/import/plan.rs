//! What is to be done with a file: how it is read, what its columns mean, and what happens where a person is known already.
//! It is found out, then changed by people, and kept with the import as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::source::Encoding;
use crate::{intake::accept::WriteRule, leads::fields::FieldKind};

/// Everything that was decided about an import.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportPlan)]
pub struct Plan {
    pub reading: Reading,
    pub values: Values,
    pub columns: Vec<Column>,
    pub constants: Vec<Constant>,
    pub decide: Decide,
}

/// How the file is taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportReading)]
pub struct Reading {
    pub encoding: Encoding,
    /// One of `,` `;` tab `|`.
    #[schema(value_type = String, example = ",")]
    pub delimiter: char,
    /// `"` or `'`.
    #[schema(value_type = String, example = "\"")]
    pub quote: char,
    /// The row, counted from 1 without empty ones, that names the columns; what stands above it is left out. Null: none.
    #[schema(minimum = 1, maximum = 1000)]
    pub header_row: Option<u32>,
    /// Of an XLSX file.
    pub sheet: Option<String>,
    pub ragged_rows: RaggedRows,
}

/// What becomes of a row with more or fewer columns than the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RaggedRows {
    /// It is a problem row: its values may stand in the wrong columns.
    #[default]
    Report,
    /// What is missing is empty, and what is too much is left out.
    Accept,
}

/// How values are written in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportValues)]
pub struct Values {
    pub date_order: DateOrder,
    pub decimal_mark: DecimalMark,
    /// Whose numbers are written without a country code, as ISO 3166 has it.
    #[schema(example = "DE")]
    pub country: String,
    pub name_order: NameOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    #[default]
    Dmy,
    Mdy,
    Ymd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub enum DecimalMark {
    #[default]
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// In which order a name in one column is written. A name with a comma is always read as "Last, First".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum NameOrder {
    #[default]
    FirstLast,
    LastFirst,
}

/// What becomes of one column of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportColumn)]
pub struct Column {
    /// Its place, counted from 0.
    #[schema(minimum = 0, maximum = 999)]
    pub column: usize,
    /// Where it goes: `name`, `email`, `customFields.budget` … as `GET /import-fields` lists them. Null: nowhere.
    #[schema(example = "email")]
    pub field: Option<String>,
    /// Defines the custom field with this type before the first row goes in.
    pub define: Option<FieldKind>,
    #[schema(max_items = 10)]
    pub transforms: Vec<Transform>,
    pub write: WriteRule,
}

/// What is done to a value on its way, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schema(as = ImportTransform)]
pub enum Transform {
    /// Without space around it, and with single spaces inside. Space around a value is always taken away.
    Trim,
    Lower,
    Upper,
    /// `ada LOVELACE` becomes `Ada Lovelace`.
    Title,
    /// The first or the last name of a whole one.
    SplitName {
        part: NamePart,
    },
    /// Puts the values of other columns behind it.
    Join {
        #[schema(max_items = 20)]
        columns: Vec<usize>,
        #[serde(default = "space")]
        with: String,
    },
    /// As an international number.
    Phone,
    /// Other values for known ones, told apart without case and accents.
    MapValues {
        values: BTreeMap<String, String>,
        #[serde(default)]
        otherwise: Otherwise,
    },
    /// A date in this order, whatever the file's other dates are in.
    Date {
        order: DateOrder,
    },
    /// This value where there is none.
    IfEmpty {
        value: String,
    },
}

fn space() -> String {
    " ".into()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportNamePart)]
pub enum NamePart {
    First,
    Last,
}

/// What becomes of a value that the map does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportOtherwise)]
pub enum Otherwise {
    #[default]
    Keep,
    Empty,
    /// The row is a problem row.
    Report,
}

/// A value that every row gets in which no column gives one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportConstant)]
pub struct Constant {
    #[schema(example = "source")]
    pub field: String,
    pub value: String,
}

/// What happens with which rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportDecisions)]
pub struct Decide {
    pub mode: Mode,
    /// By what a row is told to be about somebody who is there already, in this order: `externalId`, `email`, `phone`,
    /// `nameAndCompany`, or `customFields.…` of a field whose values are unique.
    #[schema(max_items = 10)]
    pub match_by: Vec<String>,
    pub on_match: OnMatch,
    /// Whether rules that give leads to people apply to new ones that the file gives to nobody.
    pub assign: bool,
    /// Whether automations start for the leads of this import.
    pub automations: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportMode)]
pub enum Mode {
    /// New leads only; rows about known ones are skipped.
    Create,
    /// Known leads only; other rows are skipped.
    Update,
    #[default]
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportOnMatch)]
pub enum OnMatch {
    Skip,
    #[default]
    Update,
    CreateAnyway,
    Review,
}

impl Default for Reading {
    fn default() -> Self {
        Reading {
            encoding: Encoding::default(),
            delimiter: ',',
            quote: '"',
            header_row: Some(1),
            sheet: None,
            ragged_rows: RaggedRows::default(),
        }
    }
}

impl Default for Values {
    fn default() -> Self {
        Values {
            date_order: DateOrder::default(),
            decimal_mark: DecimalMark::default(),
            country: "US".into(),
            name_order: NameOrder::default(),
        }
    }
}

impl Default for Decide {
    fn default() -> Self {
        Decide {
            mode: Mode::default(),
            match_by: vec!["externalId".into(), "email".into(), "phone".into()],
            on_match: OnMatch::default(),
            assign: true,
            automations: false,
        }
    }
}
