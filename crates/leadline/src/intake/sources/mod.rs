//! Sources: the ways in, each with its rules for people who are known already.

pub mod api;
pub mod rules;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::Scope,
    leads::{tags::Tags, write::Place},
};

pub use crate::leads::identity::OnMatch;

/// A way in, and what it does with people who are known already.
#[derive(Debug, Clone)]
pub struct Source {
    /// `api`, `import`, `partner-portal` … New leads carry it as their source.
    pub key: String,
    pub on_match: OnMatch,
    /// What happens to somebody whom nobody here is.
    pub on_unknown: OnUnknown,
    /// What a match with a lead in the trash is.
    pub on_trashed: OnTrashed,
    /// What a match with a lead in a lost stage does besides.
    pub on_lost: OnLost,
    /// How long after somebody last came in he is still the same submission's person; none: for ever.
    pub window: Option<Duration>,
    /// What people are known by, the first that finds somebody decides.
    pub match_by: Vec<MatchKey>,
    /// Whose numbers are written without a country code (ISO 3166); empty: the workspace's.
    pub country: String,
    /// Where new leads go that name no stage; none: the first stage of the default pipeline.
    pub place: Option<Place>,
    /// Whose new leads are that name nobody.
    pub owner: Option<Uuid>,
    /// What every new lead is tagged with.
    pub tags: Tags,
    pub timeline: Timeline,
    /// Leads outside are known, but neither changed nor named.
    pub scope: Scope,
    pub suppression: Suppression,
    /// The workspace's unique fields, where they have been read already.
    pub unique: Option<Vec<String>>,
}

/// What happens to somebody who is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnknown {
    Create,
    /// Nothing is made: only leads that are there are to be changed.
    Skip,
}

/// What a match with a lead in the trash is. It never keeps anybody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnTrashed {
    /// The lead comes back and is updated.
    Restore,
    /// A new lead, linked to the one in the trash.
    Link,
    /// A new lead.
    Ignore,
}

/// What happens besides to a lead that stands in a lost stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnLost {
    /// It stays there.
    Stay,
    /// It goes where a new lead would go.
    Reopen,
    /// It stays there, and a new lead is made that is linked to it.
    Link,
}

/// What a person is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MatchKey {
    /// The id that the source itself has for the person.
    ExternalId,
    Email,
    Phone,
    /// A custom field whose definition says that no two leads share a value, by its key.
    UniqueField(String),
    /// Both at once, and only a name that somebody gave.
    NameAndCompany,
}

/// What the timeline of a lead that is known says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeline {
    /// Every submission, whether or not it changes anything.
    Submissions,
    /// Only what changed.
    Changes,
}

/// What becomes of people who asked to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    Heeded,
    /// Somebody insists, knowing it.
    Overruled,
}

/// The sources that are always there.
pub const BUILT_IN: [&str; 6] = ["manual", "api", "import", "form", "webhook", "email"];

impl Source {
    /// The rules of a source as long as nobody has changed them.
    pub fn with_defaults(key: &str) -> Source {
        let typed = matches!(key, "manual" | "api");
        let imported = key == "import";
        Source {
            key: key.to_owned(),
            // Whoever writes a lead by hand or by program means a new one, and is told of others by the live check.
            on_match: if typed {
                OnMatch::CreateAnyway
            } else {
                OnMatch::Update
            },
            on_unknown: OnUnknown::Create,
            on_trashed: OnTrashed::Restore,
            on_lost: if typed || imported {
                OnLost::Stay
            } else {
                OnLost::Reopen
            },
            window: None,
            match_by: vec![MatchKey::ExternalId, MatchKey::Email, MatchKey::Phone],
            country: String::new(),
            place: None,
            owner: None,
            tags: Tags::default(),
            timeline: if imported {
                Timeline::Changes
            } else {
                Timeline::Submissions
            },
            scope: Scope::All,
            suppression: Suppression::Heeded,
            unique: None,
        }
    }
}

impl MatchKey {
    /// `email`, `customFields.taxNumber` …
    pub fn name(&self) -> String {
        match self {
            MatchKey::ExternalId => "externalId".to_owned(),
            MatchKey::Email => "email".to_owned(),
            MatchKey::Phone => "phone".to_owned(),
            MatchKey::UniqueField(key) => format!("customFields.{key}"),
            MatchKey::NameAndCompany => "nameAndCompany".to_owned(),
        }
    }

    pub fn parse(name: &str) -> Option<MatchKey> {
        Some(match name {
            "externalId" => MatchKey::ExternalId,
            "email" => MatchKey::Email,
            "phone" => MatchKey::Phone,
            "nameAndCompany" => MatchKey::NameAndCompany,
            other => MatchKey::UniqueField(
                other
                    .strip_prefix("customFields.")
                    .filter(|it| !it.is_empty())?
                    .to_owned(),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for key in [
            MatchKey::ExternalId,
            MatchKey::Email,
            MatchKey::Phone,
            MatchKey::NameAndCompany,
            MatchKey::UniqueField("taxNumber".into()),
        ] {
            assert_eq!(MatchKey::parse(&key.name()), Some(key));
        }
        for bad in ["", "customFields.", "name", "cookie"] {
            assert_eq!(MatchKey::parse(bad), None, "{bad}");
        }
    }
}
