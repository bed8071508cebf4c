//! What a workspace has set for itself.

use serde::{Deserialize, Serialize};
use store::{Json, Tx};
use utoipa::ToSchema;

use crate::base::{Problems, Result, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
#[schema(as = WorkspaceSettings)]
pub struct Settings {
    /// The country whose numbers are written without a country code, as ISO 3166 has it.
    #[schema(example = "US")]
    pub default_country: String,
    /// The currency of amounts that name none, as ISO 4217 has it.
    #[schema(example = "USD")]
    pub currency: String,
    /// The zone in which days begin, as the IANA names it.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
}

/// The settings to change.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = WorkspaceSettingsChange)]
pub struct SettingsChange {
    pub default_country: Option<String>,
    pub currency: Option<String>,
    pub time_zone: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            default_country: "US".into(),
            currency: "USD".into(),
            time_zone: "UTC".into(),
        }
    }
}

pub fn settings(tx: &mut Tx, workspace: WorkspaceId) -> Result<Settings> {
    let (Json(settings),) = tx.one(
        "select settings from workspaces where id = $1",
        &[&workspace],
    )?;
    Ok(settings)
}

impl SettingsChange {
    /// These settings changed; what is wrong with them is added to `problems` under `settings.…`.
    pub(super) fn apply(&self, mut to: Settings, problems: &mut Problems) -> Settings {
        if let Some(country) = &self.default_country {
            to.default_country = country.trim().to_ascii_uppercase();
            if !letters(&to.default_country, 2) {
                problems.add(
                    "settings.defaultCountry",
                    "is not a country code of two letters, such as \"US\"",
                );
            }
        }
        if let Some(currency) = &self.currency {
            to.currency = currency.trim().to_ascii_uppercase();
            if !letters(&to.currency, 3) {
                problems.add(
                    "settings.currency",
                    "is not a currency code of three letters, such as \"USD\"",
                );
            }
        }
        if let Some(zone) = &self.time_zone {
            match jiff::tz::TimeZone::get(zone.trim()) {
                Ok(found) => found
                    .iana_name()
                    .unwrap_or("UTC")
                    .clone_into(&mut to.time_zone),
                Err(_) => problems.add(
                    "settings.timeZone",
                    "is not a time zone, such as \"Europe/Berlin\"",
                ),
            }
        }
        to
    }
}

fn letters(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|it| it.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked_one_by_one() {
        let mut problems = Problems::new();
        let change: SettingsChange =
            serde_json::from_str(r#"{"currency": "eur", "timeZone": "Europe/Berlin"}"#).unwrap();
        let changed = change.apply(Settings::default(), &mut problems);
        assert!(problems.is_empty());
        assert_eq!(
            (changed.currency.as_str(), changed.time_zone.as_str()),
            ("EUR", "Europe/Berlin")
        );
        assert_eq!(changed.default_country, "US");

        for bad in [
            r#"{"currency": "EURO"}"#,
            r#"{"defaultCountry": "1"}"#,
            r#"{"timeZone": "Nowhere/Land"}"#,
        ] {
            let mut problems = Problems::new();
            serde_json::from_str::<SettingsChange>(bad)
                .unwrap()
                .apply(Settings::default(), &mut problems);
            assert!(!problems.is_empty(), "{bad}");
        }
    }
}
