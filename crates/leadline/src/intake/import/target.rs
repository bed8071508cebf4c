//! Where a column can go.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::text::camel_case,
    leads::fields::{Field, FieldKind},
};

/// A place in a lead that a column fills.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    Name,
    FirstName,
    LastName,
    Email,
    Phone,
    Company,
    Title,
    Source,
    Score,
    Value,
    Currency,
    Tags,
    Stage,
    Owner,
    ExternalId,
    CreatedAt,
    /// Under this key.
    Custom(String),
}

/// What of values a field takes, for whoever draws the page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportField)]
pub struct FieldShown {
    /// To be named in a plan.
    pub field: String,
    pub name: String,
    /// A type of custom field, or `tags`, `stage`, `owner`, `id`, `time`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Several columns may go there.
    pub several: bool,
}

const PREFIX: &str = "customFields.";

/// Key, name and type of everything but custom fields.
const PLAIN: [(&str, &str, &str, Target); 16] = [
    ("name", "Name", "text", Target::Name),
    ("firstName", "First name", "text", Target::FirstName),
    ("lastName", "Last name", "text", Target::LastName),
    ("email", "E-mail", "email", Target::Email),
    ("phone", "Phone", "phone", Target::Phone),
    ("company", "Company", "text", Target::Company),
    ("title", "Job title", "text", Target::Title),
    ("source", "Source", "text", Target::Source),
    ("score", "Score", "number", Target::Score),
    ("value", "Value", "money", Target::Value),
    ("currency", "Currency", "text", Target::Currency),
    ("tags", "Tags", "tags", Target::Tags),
    ("stage", "Stage", "stage", Target::Stage),
    ("owner", "Owner", "owner", Target::Owner),
    (
        "externalId",
        "Id in the other system",
        "id",
        Target::ExternalId,
    ),
    ("createdAt", "Created", "time", Target::CreatedAt),
];

impl Target {
    /// As a plan names it. A custom field's key is made one where it is not.
    pub fn parse(field: &str) -> Option<Target> {
        if let Some(key) = field.strip_prefix(PREFIX) {
            let key = camel_case(key);
            return (!key.is_empty() && key.chars().count() <= 100).then_some(Target::Custom(key));
        }
        PLAIN.iter().find(|it| it.0 == field).map(|it| it.3.clone())
    }

    pub fn field(&self) -> String {
        match self {
            Target::Custom(key) => format!("{PREFIX}{key}"),
            plain => PLAIN
                .iter()
                .find(|it| it.3 == *plain)
                .map_or_else(String::new, |it| it.0.to_owned()),
        }
    }

    /// Whether what several columns hold is put together there.
    pub fn takes_several(&self) -> bool {
        matches!(
            self,
            Target::Name
                | Target::FirstName
                | Target::LastName
                | Target::Tags
                | Target::Company
                | Target::Title
        )
    }
}

/// Everything a column can go to in this workspace.
pub fn shown(fields: &[Field]) -> Vec<FieldShown> {
    let plain = PLAIN.iter().map(|(field, name, kind, target)| FieldShown {
        field: (*field).to_owned(),
        name: (*name).to_owned(),
        kind,
        several: target.takes_several(),
    });
    let custom = fields.iter().map(|field| FieldShown {
        field: format!("{PREFIX}{}", field.key),
        name: field.name.clone(),
        kind: FieldKind::key(field.kind),
        several: false,
    });
    plain.chain(custom).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_reads_back_from_its_name() {
        for (field, _, _, target) in &PLAIN {
            assert_eq!(Target::parse(field).as_ref(), Some(target));
            assert_eq!(target.field(), *field);
        }
        let budget = Target::parse("customFields.Annual Budget").unwrap();
        assert_eq!(budget.field(), "customFields.annualBudget");
        for unknown in ["", "id", "customFields.", "customFields.!"] {
            assert_eq!(Target::parse(unknown), None, "{unknown}");
        }
    }
}
