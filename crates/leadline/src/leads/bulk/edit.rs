//! The same values written into many leads.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use store::Tx;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Problems, Result, WorkspaceId, double_option},
    leads::{
        Amount, Currency, Lead,
        body::{House, LeadChange},
        save,
        write::By,
    },
};

/// What every one of the leads is to have from now on. A field that is absent stays, null clears it. A person's name,
/// e-mail address and phone number are one lead's alone and cannot be given to many.
#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = BulkEdit)]
pub struct Edit {
    #[serde(
        deserialize_with = "double_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>, max_length = 200)]
    company: Option<Option<String>>,
    #[serde(
        deserialize_with = "double_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>, max_length = 200)]
    title: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 60)]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100)]
    score: Option<i64>,
    #[serde(
        deserialize_with = "double_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<Amount>)]
    value: Option<Option<Amount>>,
    #[serde(
        deserialize_with = "double_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>)]
    currency: Option<Option<Currency>>,
    /// Merged key by key; null takes a key out. Of a field of which no two leads share a value only null.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Json>>,
}

impl Edit {
    /// Refuses what no lead could be given.
    pub fn check(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
        let house = self.house(tx, workspace)?;
        let mut problems = Problems::new();
        let says_nothing =
            serde_json::to_value(self).is_ok_and(|it| it == Json::Object(Map::new()));
        if says_nothing {
            problems.add("edit", "must name at least one field");
        }
        if self
            .source
            .as_deref()
            .is_some_and(|it| it.trim().is_empty())
        {
            problems.add("edit.source", "must not be empty");
        }
        let sent = self.custom_fields.iter().flatten();
        let unique = house.unique_fields();
        for (key, _) in sent.filter(|(key, value)| !value.is_null() && unique.contains(key)) {
            let message = "no two leads may share a value of this field";
            problems.add(format!("edit.customFields.{key}"), message);
        }
        problems.done()?;
        let nobody = Lead::default();
        let over = self.to_change().over(&house, &nobody);
        over.map_err(|err| err.within("edit")).map(drop)
    }

    fn house(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<House> {
        House::load(tx, workspace)?.with_settings_if(tx, workspace, self.value.is_some())
    }

    fn to_change(&self) -> LeadChange {
        let edit = self.clone();
        LeadChange {
            company: edit.company,
            title: edit.title,
            source: edit.source,
            score: edit.score,
            value: edit.value,
            currency: edit.currency,
            custom_fields: edit.custom_fields.map(Some),
            ..LeadChange::default()
        }
    }
}

/// Writes the values into leads, at most a slice of them. Answers how many are different now, and those that a rule of
/// their fields forbids to change.
pub fn edit_all(tx: &mut Tx, by: &By, leads: &[Lead], edit: &Edit) -> Result<(usize, Vec<Uuid>)> {
    let house = edit.house(tx, by.workspace)?;
    let change = edit.to_change();
    let (mut wanted, mut refused) = (Vec::with_capacity(leads.len()), Vec::new());
    for before in leads {
        match change.clone().over(&house, before) {
            Ok(after) => wanted.push((before.clone(), after)),
            Err(_) => refused.push(before.id.uuid()),
        }
    }
    let versions: Vec<i64> = wanted.iter().map(|(before, _)| before.version).collect();
    let saved = save::save_many(tx, by, wanted)?;
    let changed = saved
        .iter()
        .zip(versions)
        .filter(|(after, had)| after.version != *had)
        .count();
    Ok((changed, refused))
}
