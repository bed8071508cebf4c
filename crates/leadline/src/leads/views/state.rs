//! What a view remembers of how leads are chosen and shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::Problems,
    leads::{
        filter::Filter,
        groups::By,
        list::{Order, SortBy},
    },
};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct ViewState {
    /// Which leads.
    pub filter: Filter,
    pub sort: Option<Sort>,
    /// The table's columns from left to right.
    #[schema(max_items = 100)]
    pub columns: Vec<Column>,
    /// `stage`, `owner`, `source`, `tag`, or `customFields.<key>` of a choice.
    #[schema(example = "stage")]
    pub group_by: Option<String>,
    pub layout: Layout,
    /// Whose board is shown.
    pub pipeline_id: Option<Uuid>,
    pub density: Density,
    /// What stands on the cards of the board, besides the name.
    #[schema(max_items = 20)]
    pub card_fields: Vec<String>,
    /// The day under which the calendar shows a lead: `created`, `customFields.<key>`, …
    pub date_field: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ViewSort)]
pub struct Sort {
    pub by: SortName,
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub descending: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ViewSortName)]
pub enum SortName {
    CreatedAt,
    UpdatedAt,
    Name,
    Score,
    Value,
    Company,
    Source,
    /// As people put the cards of the board.
    Position,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ViewColumn)]
pub struct Column {
    /// `name`, `email`, `stage`, `customFields.budget`, …
    #[schema(example = "name", max_length = 120)]
    pub field: String,
    /// In pixels; without it the column takes what it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 20, maximum = 2000)]
    pub width: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ViewLayout)]
pub enum Layout {
    #[default]
    Table,
    Board,
    Calendar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ViewDensity)]
pub enum Density {
    #[default]
    Comfortable,
    Compact,
}

const MOST_COLUMNS: usize = 100;
const MOST_CARD_FIELDS: usize = 20;
const LONGEST_FIELD: usize = 120;

impl ViewState {
    /// What is wrong with it by itself. Whether the filter holds is known once it is bound.
    pub fn check(&self, problems: &mut Problems) {
        if self.columns.len() > MOST_COLUMNS {
            problems.add("columns", format!("must be at most {MOST_COLUMNS}"));
        }
        if self.card_fields.len() > MOST_CARD_FIELDS {
            problems.add("cardFields", format!("must be at most {MOST_CARD_FIELDS}"));
        }
        let columns: Vec<&str> = self.columns.iter().map(|it| it.field.as_str()).collect();
        check_names("columns", ".field", &columns, problems);
        let cards: Vec<&str> = self.card_fields.iter().map(String::as_str).collect();
        check_names("cardFields", "", &cards, problems);
        for (index, column) in self.columns.iter().enumerate() {
            if column.width.is_some_and(|it| !(20..=2000).contains(&it)) {
                problems.add(
                    format!("columns[{index}].width"),
                    "must be between 20 and 2000",
                );
            }
        }
        if let Some(field) = &self.date_field {
            check_names("dateField", "", &[field.as_str()], problems);
        }
        if let Some(Err(message)) = self.group_by.as_deref().map(By::parse) {
            problems.add("groupBy", message);
        }
    }
}

fn check_names(path: &str, inner: &str, names: &[&str], problems: &mut Problems) {
    for (index, name) in names.iter().enumerate().take(MOST_COLUMNS) {
        let place = || format!("{path}[{index}]{inner}");
        if name.is_empty()
            || name.chars().count() > LONGEST_FIELD
            || name.chars().any(char::is_control)
        {
            problems.add(
                place(),
                format!("must be the name of a field, at most {LONGEST_FIELD} characters"),
            );
        } else if names[..index].contains(name) {
            problems.add(place(), "is there twice");
        }
    }
}

impl Sort {
    /// The order of the list; the board's own order has none there.
    pub fn of_list(self) -> Option<Order> {
        let by = match self.by {
            SortName::CreatedAt => SortBy::CreatedAt,
            SortName::UpdatedAt => SortBy::UpdatedAt,
            SortName::Name => SortBy::Name,
            SortName::Score => SortBy::Score,
            SortName::Value => SortBy::Value,
            SortName::Company => SortBy::Company,
            SortName::Source => SortBy::Source,
            SortName::Position => return None,
        };
        Some(Order {
            by,
            descending: self.descending,
        })
    }

    /// The order of the board's columns, which knows only some.
    pub fn of_board(self) -> SortBy {
        match self.by {
            SortName::CreatedAt => SortBy::CreatedAt,
            SortName::Score => SortBy::Score,
            SortName::Value => SortBy::Worth,
            _ => SortBy::Position,
        }
    }
}
