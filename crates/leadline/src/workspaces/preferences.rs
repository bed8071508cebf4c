//! What a person has chosen for their screens: how they look, in which language and zone they speak, which keys do what.
//! It goes with the person from browser to browser and from workspace to workspace.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Json, Sql, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::{Error, Problems, Result, double_option};

/// The longest name of a screen or a command.
const LONGEST_NAME: usize = 64;
const MOST_SHORTCUTS: usize = 200;
const LONGEST_KEYS: usize = 40;
const MOST_SCREENS: usize = 200;
/// What all screens together may remember.
const LARGEST_SCREENS: usize = 32 * 1024;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Preferences {
    #[schema(required = true)]
    pub theme: Theme,
    #[schema(required = true)]
    pub density: Density,
    #[schema(required = true)]
    pub sidebar: Sidebar,
    /// A language and region by which numbers and times are written, such as `en-GB`; null: as the browser has it.
    #[schema(required = true)]
    pub locale: Option<String>,
    /// The zone of times shown, as the IANA names it; null: as the browser has it.
    #[schema(required = true)]
    pub time_zone: Option<String>,
    #[schema(required = true)]
    pub shortcuts: Shortcuts,
    /// What single screens remember, by the screen's name. The web app alone knows what stands in here.
    #[schema(required = true)]
    pub screens: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the person's device has it.
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    Compact,
    #[default]
    Comfortable,
    Touch,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Sidebar {
    #[default]
    Wide,
    Narrow,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Shortcuts {
    /// Whether keys of one character alone do anything; without it a stray key or dictation sets nothing off.
    #[schema(required = true)]
    pub single_keys: bool,
    /// Keys by the command they are for, where they differ from the usual ones; an empty text takes a shortcut away.
    #[schema(required = true)]
    pub keys: BTreeMap<String, String>,
}

impl Default for Shortcuts {
    fn default() -> Self {
        Shortcuts {
            single_keys: true,
            keys: BTreeMap::new(),
        }
    }
}

/// What to change. Names that are not sent stay; null forgets the choice.
#[expect(
    clippy::option_option,
    reason = "a field that is absent differs from one that is null"
)]
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PreferencesChange {
    theme: Option<Theme>,
    density: Option<Density>,
    sidebar: Option<Sidebar>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 35, example = "en-GB")]
    locale: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 64, example = "Europe/Berlin")]
    time_zone: Option<Option<String>>,
    shortcuts: Option<ShortcutsChange>,
    /// Merged name by name; null forgets what a screen remembers. All screens together may remember 32 KiB.
    screens: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ShortcutsChange {
    single_keys: Option<bool>,
    /// Merged command by command; null gives a command its usual keys back.
    keys: Option<BTreeMap<String, Option<String>>>,
}

pub fn preferences(tx: &mut Tx, user: Uuid) -> Result<Preferences> {
    let mut sql = Sql::new("select preferences from users where id = ");
    sql.bind(user);
    read(tx, &sql)
}

/// Changes what is sent and answers the whole. Two tabs that change different things do not undo each other.
pub(super) fn change(tx: &mut Tx, user: Uuid, change: PreferencesChange) -> Result<Preferences> {
    let mut held = Sql::new("select preferences from users where id = ");
    held.bind(user).push(tx.for_update());
    let mut problems = Problems::new();
    let changed = change.apply(read(tx, &held)?, &mut problems);
    problems.done()?;
    tx.exec(
        "update users set preferences = $2 where id = $1",
        &[&user, &Json(&changed)],
    )?;
    Ok(changed)
}

fn read(tx: &mut Tx, sql: &Sql) -> Result<Preferences> {
    let found = tx.fetch::<(Option<Json<Preferences>>,)>(sql)?.pop();
    let (kept,) = found.ok_or(Error::NotFound("person"))?;
    Ok(kept.map(|Json(it)| it).unwrap_or_default())
}

impl PreferencesChange {
    fn apply(self, mut to: Preferences, problems: &mut Problems) -> Preferences {
        to.theme = self.theme.unwrap_or(to.theme);
        to.density = self.density.unwrap_or(to.density);
        to.sidebar = self.sidebar.unwrap_or(to.sidebar);
        if let Some(locale) = self.locale {
            to.locale = locale.map(|it| check_locale(&it, problems));
        }
        if let Some(zone) = self.time_zone {
            to.time_zone = zone.map(|it| check_zone(&it, problems));
        }
        if let Some(change) = self.shortcuts {
            change.apply(&mut to.shortcuts, problems);
        }
        for (name, value) in self.screens.unwrap_or_default() {
            check_name("screens", &name, problems);
            merge(
                &mut to.screens,
                name,
                Some(value).filter(|it| !it.is_null()),
            );
        }
        let size = serde_json::to_vec(&to.screens).map_or(0, |it| it.len());
        if to.screens.len() > MOST_SCREENS || size > LARGEST_SCREENS {
            problems.add("screens", "is more than may be remembered (32 KiB)");
        }
        to
    }
}

impl ShortcutsChange {
    fn apply(self, to: &mut Shortcuts, problems: &mut Problems) {
        to.single_keys = self.single_keys.unwrap_or(to.single_keys);
        for (command, keys) in self.keys.unwrap_or_default() {
            check_name("shortcuts.keys", &command, problems);
            if keys
                .as_deref()
                .is_some_and(|it| it.len() > LONGEST_KEYS || it.chars().any(char::is_control))
            {
                problems.add(
                    format!("shortcuts.keys.{command}"),
                    "must be one line of at most 40 characters",
                );
            }
            merge(&mut to.keys, command, keys);
        }
        if to.keys.len() > MOST_SHORTCUTS {
            problems.add("shortcuts.keys", "are more than 200");
        }
    }
}

fn merge<T>(into: &mut BTreeMap<String, T>, name: String, value: Option<T>) {
    match value {
        Some(value) => into.insert(name, value),
        None => into.remove(&name),
    };
}

fn check_name(path: &str, name: &str, problems: &mut Problems) {
    let allowed = |it: u8| it.is_ascii_alphanumeric() || b"._:-".contains(&it);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(allowed) {
        problems.add(
            path,
            "has a name that is not letters, digits, dots, colons and dashes, at most 64",
        );
    }
}

/// The shape of a language tag; which languages there are is the browser's knowledge.
fn check_locale(locale: &str, problems: &mut Problems) -> String {
    let locale = locale.trim();
    let mut parts = locale.split('-');
    let language = parts.next().unwrap_or_default();
    let letters =
        (2..=8).contains(&language.len()) && language.bytes().all(|it| it.is_ascii_alphabetic());
    let rest = parts
        .all(|it| (1..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric()));
    if locale.len() > 35 || !letters || !rest {
        problems.add("locale", "is not a language tag, such as \"en-GB\"");
    }
    locale.to_owned()
}

fn check_zone(zone: &str, problems: &mut Problems) -> String {
    let Ok(found) = jiff::tz::TimeZone::get(zone.trim()) else {
        problems.add("timeZone", "is not a time zone, such as \"Europe/Berlin\"");
        return String::new();
    };
    found.iana_name().unwrap_or("UTC").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(to: Preferences, change: &str) -> Result<Preferences> {
        let mut problems = Problems::new();
        let change: PreferencesChange = serde_json::from_str(change).unwrap();
        let changed = change.apply(to, &mut problems);
        problems.done().map(|()| changed)
    }

    #[test]
    fn what_is_not_sent_stays_and_null_forgets() {
        let first = r#"{"theme": "dark", "locale": "de-AT", "shortcuts": {"keys": {"app.help": "F1", "board.move": ""}},
            "screens": {"leads": {"columns": ["name"]}, "board": 1}}"#;
        let first = changed(Preferences::default(), first).unwrap();
        assert_eq!(first.theme, Theme::Dark);
        assert_eq!(first.density, Density::Comfortable);
        assert_eq!(first.shortcuts.keys["board.move"], "");
        let second = r#"{"locale": null, "shortcuts": {"singleKeys": false, "keys": {"app.help": null}},
            "screens": {"board": null}}"#;
        let second = changed(first, second).unwrap();
        assert_eq!((second.theme, second.locale), (Theme::Dark, None));
        assert!(!second.shortcuts.single_keys);
        assert_eq!(second.shortcuts.keys.len(), 1);
        assert_eq!(second.screens.keys().collect::<Vec<_>>(), ["leads"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = format!(
            r#"{{"screens": {{"leads": "{}"}}}}"#,
            "x".repeat(LARGEST_SCREENS)
        );
        for bad in [
            r#"{"locale": "e"}"#,
            r#"{"locale": "english please"}"#,
            r#"{"timeZone": "Nowhere/Land"}"#,
            r#"{"shortcuts": {"keys": {"app help": "a"}}}"#,
            r#"{"shortcuts": {"keys": {"app.help": "a\nb"}}}"#,
            r#"{"screens": {"": 1}}"#,
            &long,
        ] {
            assert!(changed(Preferences::default(), bad).is_err(), "{bad}");
        }
    }
}
