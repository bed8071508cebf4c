//! What an export was asked for: which leads in which order, and what the file shall look like.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    base::{Error, Problems, Result},
    leads::{
        filter::{self, Filter, Own},
        list::Order,
        list_api,
    },
};

#[derive(Debug, Clone)]
pub struct Asked {
    pub filter: Filter,
    /// A view whose leads are taken out, as far as the filter lets them through, in its order and with its columns.
    pub view: Option<Wanted>,
    /// None: the view's, or newest first.
    pub order: Option<Order>,
    pub shape: Shape,
}

/// Which view.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// One that whoever asks sees.
    Seen(Uuid),
    /// Any of the workspace, by its id or its name.
    Anybodys(String),
}

/// What the file looks like.
#[derive(Debug, Clone)]
pub struct Shape {
    pub format: Format,
    /// By their keys; none: the view's, or all core fields and every defined custom field.
    pub columns: Option<Vec<String>>,
    pub names: Names,
    pub csv: CsvStyle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExportFormat)]
pub enum Format {
    #[default]
    Csv,
    Xlsx,
    Ndjson,
    Parquet,
}

/// What stands in the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExportNames)]
pub enum Names {
    /// The names of the API.
    #[default]
    Keys,
    /// Names for people; custom fields by their own.
    Display,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExportDelimiter)]
pub enum Delimiter {
    #[default]
    Comma,
    Semicolon,
    Tab,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct CsvStyle {
    pub delimiter: Delimiter,
    /// Three bytes in front by which older spreadsheets know UTF-8.
    pub bom: bool,
    /// Cells as they are, for programs; without it, what a spreadsheet would take for a formula is made text.
    pub raw: bool,
}

/// What the file shall look like, as parameters.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the parameters that `Asked::read` reads"
)]
pub(super) struct ShapeQuery {
    #[param(inline, default = "csv")]
    format: Option<Format>,
    /// Columns in their order, separated by commas: names of the API such as `name`, `stageName`, `customFields.budget`. By default all
    /// core fields and every defined custom field.
    #[param(max_length = 20_000)]
    columns: Option<String>,
    #[param(inline, default = "keys")]
    names: Option<Names>,
    /// CSV: what stands between cells.
    #[param(inline, default = "comma")]
    delimiter: Option<Delimiter>,
    /// CSV: begins with a byte order mark, for older spreadsheets.
    #[param(default = false)]
    bom: Option<bool>,
    /// CSV: cells as they are, for programs. Without it, what a spreadsheet would take for a formula gets an apostrophe in front.
    #[param(default = false)]
    raw: Option<bool>,
    /// A view whose leads are sent, in its order and with its columns unless others are asked for; the filter narrows it.
    view_id: Option<Uuid>,
    /// `createdAt`, `updatedAt`, `name`, `score`, `value`, `company` or `source`. More than 200,000 leads come by `createdAt` only.
    #[param(default = "createdAt")]
    sort_by: Option<String>,
    /// `desc` or `asc`.
    #[param(default = "desc")]
    sort_order: Option<String>,
}

/// Parameters that are not the filter's.
pub const OWN: [&str; 9] = [
    "viewId",
    "format",
    "columns",
    "names",
    "delimiter",
    "bom",
    "raw",
    "sortBy",
    "sortOrder",
];

const MOST_COLUMNS: usize = 500;
const LONGEST_COLUMNS: usize = 20_000;

impl Format {
    pub const NAMED: [(&'static str, Format); 4] = [
        ("csv", Format::Csv),
        ("xlsx", Format::Xlsx),
        ("ndjson", Format::Ndjson),
        ("parquet", Format::Parquet),
    ];

    pub fn key(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Parquet => "parquet",
            Format::Ndjson => "ndjson",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Ndjson => "application/x-ndjson",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Parquet => "application/vnd.apache.parquet",
        }
    }
}

impl Delimiter {
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
        }
    }
}

impl Asked {
    /// Reads a query string: the filter's parameters, and those of [`OWN`].
    pub fn read_query(query: Option<&str>) -> Result<Asked> {
        let (filter, own) = filter::read_query(query, &OWN)?;
        Asked::read(filter, &own)
    }

    /// Every mistake is named at once.
    pub fn read(filter: Filter, own: &Own) -> Result<Asked> {
        let mut problems = Problems::new();
        let shape = Shape {
            format: one_of(own, "format", &Format::NAMED, &mut problems),
            columns: columns(own, &mut problems),
            names: one_of(own, "names", &NAMES, &mut problems),
            csv: CsvStyle {
                delimiter: one_of(own, "delimiter", &DELIMITERS, &mut problems),
                bom: one_of(own, "bom", &TRUTHS, &mut problems),
                raw: one_of(own, "raw", &TRUTHS, &mut problems),
            },
        };
        shape.fits(own, &mut problems);
        let view = own.get("viewId").map(|it| Uuid::parse_str(it)).transpose();
        if view.is_err() {
            problems.add("viewId", "is not an id");
        }
        problems.done()?;
        let ordered = own.contains_key("sortBy") || own.contains_key("sortOrder");
        let order = ordered.then(|| list_api::order(own)).transpose()?;
        Ok(Asked {
            filter,
            view: view.ok().flatten().map(Wanted::Seen),
            order,
            shape,
        })
    }
}

impl Shape {
    /// What is asked for beside a format that has no such thing is a mistake of whoever asks, and is told.
    fn fits(&self, own: &Own, problems: &mut Problems) {
        if self.format != Format::Csv {
            for name in ["delimiter", "bom", "raw"] {
                if own.contains_key(name) {
                    problems.add(name, "is for csv only");
                }
            }
        }
        if self.format == Format::Ndjson && self.names == Names::Display {
            problems.add("names", "must be keys in this format");
        }
    }
}

const NAMES: [(&str, Names); 2] = [("keys", Names::Keys), ("display", Names::Display)];
const DELIMITERS: [(&str, Delimiter); 3] = [
    ("comma", Delimiter::Comma),
    ("semicolon", Delimiter::Semicolon),
    ("tab", Delimiter::Tab),
];
const TRUTHS: [(&str, bool); 2] = [("true", true), ("false", false)];

fn one_of<T: Copy + Default>(
    own: &Own,
    name: &str,
    choices: &[(&str, T)],
    problems: &mut Problems,
) -> T {
    let Some(text) = own.get(name) else {
        return T::default();
    };
    let found = choices.iter().find(|it| it.0 == text);
    if found.is_none() {
        let known: Vec<&str> = choices.iter().map(|it| it.0).collect();
        problems.add(name, format!("must be one of {}", known.join(", ")));
    }
    found.map(|it| it.1).unwrap_or_default()
}

fn columns(own: &Own, problems: &mut Problems) -> Option<Vec<String>> {
    let text = own.get("columns")?;
    if text.len() > LONGEST_COLUMNS {
        problems.add(
            "columns",
            format!("must not be longer than {LONGEST_COLUMNS} bytes"),
        );
        return None;
    }
    let columns: Vec<String> = text.split(',').map(|it| it.trim().to_owned()).collect();
    if columns.len() > MOST_COLUMNS {
        problems.add("columns", format!("must not be more than {MOST_COLUMNS}"));
    }
    Some(columns)
}

/// A body says the same as a query, with the filter as an object.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schema(as = LeadExport)]
pub(super) struct Body {
    /// Every lead that the list shows for these parameters.
    filter: Option<Filter>,
    /// A view whose leads are sent, in its order and with its columns unless others are asked for; the filter narrows it.
    view_id: Option<Uuid>,
    format: Option<Format>,
    /// Columns in their order. By default all core fields and every defined custom field.
    #[schema(max_items = 500, example = json!(["name", "email", "customFields.budget"]))]
    columns: Option<Vec<String>>,
    names: Option<Names>,
    delimiter: Option<Delimiter>,
    bom: Option<bool>,
    raw: Option<bool>,
    #[schema(example = "createdAt")]
    sort_by: Option<String>,
    #[schema(example = "desc")]
    sort_order: Option<String>,
}

impl Body {
    pub fn asked(self) -> Result<Asked> {
        let mut own = Own::new();
        let mut put = |name, value: Option<String>| {
            if let Some(value) = value {
                own.insert(name, value);
            }
        };
        put("viewId", self.view_id.map(|it| it.to_string()));
        put("format", self.format.map(|it| word(&NAMED_FORMATS, &it)));
        put("columns", self.columns.map(|it| it.join(",")));
        put("names", self.names.map(|it| word(&NAMES, &it)));
        put("delimiter", self.delimiter.map(|it| word(&DELIMITERS, &it)));
        put("bom", self.bom.map(|it| it.to_string()));
        put("raw", self.raw.map(|it| it.to_string()));
        put("sortBy", self.sort_by);
        put("sortOrder", self.sort_order);
        Asked::read(self.filter.unwrap_or_default(), &own)
    }
}

const NAMED_FORMATS: [(&str, Format); 4] = Format::NAMED;

fn word<T: PartialEq>(choices: &[(&str, T)], wanted: &T) -> String {
    let found = choices.iter().find(|it| it.1 == *wanted);
    found.map_or_else(String::new, |it| it.0.to_owned())
}

/// The format that a file's name speaks of.
pub fn format_of(file: &str) -> Option<Format> {
    let (_, ending) = file.rsplit_once('.')?;
    let same = |it: &&(&str, Format)| it.0.eq_ignore_ascii_case(ending);
    Format::NAMED.iter().find(same).map(|it| it.1)
}

/// The format of this name.
pub fn format_named(name: &str) -> Result<Format> {
    let found = Format::NAMED.into_iter().find(|it| it.0 == name);
    found.map(|it| it.1).ok_or_else(|| {
        let known = Format::NAMED.map(|it| it.0).join(", ");
        Error::invalid("format", format!("must be one of {known}"))
    })
}
