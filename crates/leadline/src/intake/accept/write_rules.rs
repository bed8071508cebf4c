//! What a submission may do to the fields of a lead that is there already.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What becomes of a field of a lead that is known when a submission has a value for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WriteRule {
    Overwrite,
    #[default]
    FillIfEmpty,
    Never,
}

/// A rule for each field, and one for those that are not named.
///
/// Fields are named as the API names them: `name`, `email`, `phone`, `company`, `title`, `value` (with its currency),
/// `score`, `tags`, `assignedTo`, `stageId`, `customFields.budget`. Tags are added unless the rule is `Never`; `Overwrite`
/// takes the others off. A lead always has a stage, so only `Overwrite`, said for `stageId` itself, moves it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WriteRules {
    pub others: WriteRule,
    pub fields: BTreeMap<String, WriteRule>,
}

impl WriteRules {
    pub fn all(rule: WriteRule) -> WriteRules {
        WriteRules {
            others: rule,
            fields: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, field: &str, rule: WriteRule) -> WriteRules {
        self.fields.insert(field.to_owned(), rule);
        self
    }

    pub fn of(&self, field: &str) -> WriteRule {
        self.fields.get(field).copied().unwrap_or(self.others)
    }

    pub fn of_custom(&self, key: &str) -> WriteRule {
        if self.fields.is_empty() {
            return self.others;
        }
        self.of(&format!("customFields.{key}"))
    }

    /// Only what is said for the stage itself counts.
    pub fn moves(&self) -> bool {
        self.fields.get("stageId") == Some(&WriteRule::Overwrite)
    }
}
