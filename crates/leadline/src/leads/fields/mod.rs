//! Definitions of custom fields: their type, their options, whether a lead must have them, and their order.
//! A field that merely came in with a lead has none and takes any plain value.

pub mod api;
pub mod unique;

use serde::{Deserialize, Serialize};
use store::{FromValue, Json, RowRef, Timestamp, ToValue, Tx, ValueRef};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::{Result, WorkspaceId, text::fold};

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    pub id: Uuid,
    /// camelCase; it never changes.
    pub key: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// For `choice` and `multiChoice`.
    pub options: Vec<String>,
    pub required: bool,
    /// No two leads that are not in the trash have one value of it, and people are known by it.
    pub unique: bool,
    /// Whether the values that leads had before it was made unique have all been looked at.
    pub unique_ready: bool,
    pub position: i64,
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FieldKind {
    Text,
    Number,
    Money,
    Date,
    Boolean,
    Choice,
    MultiChoice,
    Url,
    Email,
    Phone,
}

impl FieldKind {
    const ALL: [FieldKind; 10] = [
        FieldKind::Text,
        FieldKind::Number,
        FieldKind::Money,
        FieldKind::Date,
        FieldKind::Boolean,
        FieldKind::Choice,
        FieldKind::MultiChoice,
        FieldKind::Url,
        FieldKind::Email,
        FieldKind::Phone,
    ];

    pub fn key(self) -> &'static str {
        match self {
            FieldKind::Text => "text",
            FieldKind::Number => "number",
            FieldKind::Money => "money",
            FieldKind::Date => "date",
            FieldKind::Boolean => "boolean",
            FieldKind::Choice => "choice",
            FieldKind::MultiChoice => "multiChoice",
            FieldKind::Url => "url",
            FieldKind::Email => "email",
            FieldKind::Phone => "phone",
        }
    }

    /// Whether a value of it can tell one lead from all others.
    pub fn can_be_unique(self) -> bool {
        matches!(
            self,
            FieldKind::Text
                | FieldKind::Number
                | FieldKind::Url
                | FieldKind::Email
                | FieldKind::Phone
        )
    }

    pub fn has_options(self) -> bool {
        matches!(self, FieldKind::Choice | FieldKind::MultiChoice)
    }
}

impl ToValue for FieldKind {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for FieldKind {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        let key = row.text(index)?;
        FieldKind::ALL
            .into_iter()
            .find(|it| it.key() == key)
            .ok_or_else(|| row.error(index, "a type of field", key))
    }
}

struct Row {
    id: Uuid,
    key: String,
    name: String,
    r#type: FieldKind,
    options: Json<Vec<String>>,
    required: bool,
    is_unique: bool,
    unique_ready: bool,
    position: i64,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}
store::row!(Row {
    id,
    key,
    name,
    r#type,
    options,
    required,
    is_unique,
    unique_ready,
    position,
    version,
    created_at,
    updated_at
});

/// All definitions, in their order.
pub fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Field>> {
    let rows: Vec<Row> = tx.all(
        "select id, key, name, type, options, required, is_unique, unique_ready, position, version, created_at, updated_at
         from lead_fields where workspace_id = $1 order by position, id",
        &[&workspace],
    )?;
    Ok(rows.into_iter().map(Row::field).collect())
}

impl Row {
    fn field(self) -> Field {
        Field {
            id: self.id,
            key: self.key,
            name: self.name,
            kind: self.r#type,
            options: self.options.0,
            required: self.required,
            unique: self.is_unique,
            unique_ready: self.unique_ready,
            position: self.position,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl Field {
    /// The option that is meant, as the definition writes it.
    pub fn option(&self, text: &str) -> Option<&str> {
        let exact = self.options.iter().find(|it| *it == text);
        let folded = || self.options.iter().find(|it| fold(it) == fold(text));
        exact.or_else(folded).map(String::as_str)
    }

    #[cfg(test)]
    pub fn for_tests(key: &str, kind: FieldKind, options: &[&str]) -> Field {
        Field {
            id: Uuid::nil(),
            key: key.to_owned(),
            name: key.to_owned(),
            kind,
            options: options.iter().map(|it| (*it).to_owned()).collect(),
            required: false,
            unique: false,
            unique_ready: true,
            position: 0,
            version: 1,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }
}
