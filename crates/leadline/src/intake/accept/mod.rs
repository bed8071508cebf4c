//! The one way in: whatever makes leads from outside goes through [`accept`], up to five hundred at a time.
//!
//! People are known by their keys. What happens to somebody who is known is the source's policy. Submissions of one
//! person within a slice meet each other: the second sees what the first wrote. On PostgreSQL, slices that know a key in
//! common take turns, so that people who come in twice at the same moment are one lead there too.

mod find;
mod keys;
mod locks;
mod person;
mod plan;
mod submitted;
mod write;
mod write_rules;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Error, Result, WorkspaceId},
    intake::sources::{MatchKey, OnMatch, Source, Suppression},
    leads::{
        Amount, Currency, Lead,
        identity::{self, Phone},
        suppression,
        tags::Tags,
        write::{By, Place, SLICE},
    },
};

pub use write_rules::{WriteRule, WriteRules};

/// Somebody who comes in, with everything checked, normalised and typed.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    pub place: Option<Place>,
    pub owner: Option<Uuid>,
    pub name: Option<String>,
    /// As [`normal_email`](crate::leads::identity::normal_email) gives it.
    pub email: Option<String>,
    pub phone: Option<Phone>,
    pub company: Option<String>,
    pub title: Option<String>,
    pub value: Option<Amount>,
    pub currency: Option<Currency>,
    pub score: Option<i64>,
    pub tags: Tags,
    /// As [`Custom`](crate::leads::custom::Custom) keeps them, with `_displayNames`.
    pub custom_fields: Map<String, Json>,
    /// The source's own id for the person.
    pub external_id: Option<String>,
    /// What a new lead says of where it came from; none: the source's key.
    pub source: Option<String>,
    /// When it came in; none: now.
    pub at: Option<Timestamp>,
    /// What it may do to a lead that is there already.
    pub rules: Arc<WriteRules>,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The lead that was made or changed; where nothing was made, the one that is known already.
    pub lead: Option<Uuid>,
    pub outcome: Outcome,
    pub matched_by: Option<MatchKey>,
    /// In words for people, where nothing was made.
    pub reason: Option<String>,
}

/// What became of a slice.
#[derive(Debug, Clone)]
pub struct Intake {
    /// In the order of the submissions.
    pub accepted: Vec<Accepted>,
    /// The leads that the slice made or met, as they are now.
    pub leads: Vec<Lead>,
    /// What joins the changes of leads that were there before.
    pub change_set: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Created,
    /// Somebody who is known; his lead has changed.
    Updated,
    /// Somebody who is known; his lead had it all.
    Unchanged,
    /// Somebody who is known; a new lead, linked to the first.
    Repeated,
    Rejected,
    /// A new lead that somebody should compare with another.
    InReview,
    Skipped,
    /// Somebody who asked to be forgotten.
    Suppressed,
}

impl Outcome {
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Repeated => "repeated",
            Outcome::Rejected => "rejected",
            Outcome::InReview => "inReview",
            Outcome::Skipped => "skipped",
            Outcome::Suppressed => "suppressed",
        }
    }
}

impl Accepted {
    fn refused(outcome: Outcome, reason: &str) -> Accepted {
        Accepted {
            lead: None,
            outcome,
            matched_by: None,
            reason: Some(reason.to_owned()),
        }
    }
}

/// Takes submissions in, at most [`SLICE`] in one unit of work, and says what became of each, in their order.
pub fn accept(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    submissions: &[Submission],
) -> Result<Vec<Accepted>> {
    take_in(tx, by, source, submissions).map(|it| it.accepted)
}

/// The same, with the leads that the slice made or met, as they are now.
pub fn take_in(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    submissions: &[Submission],
) -> Result<Intake> {
    if submissions.len() > SLICE {
        return Err(Error::Internal(format!(
            "{} submissions are more than a unit of work takes",
            submissions.len()
        )));
    }
    let unique = match &source.unique {
        Some(known) => known.clone(),
        None => unique_fields(tx, by, submissions)?,
    };
    let keys = keys::of_all(by, source, &unique, submissions);
    locks::hold(tx, by.workspace, &keys)?;
    let suppressed = suppressed(tx, by, source, &unique, submissions)?;
    let known = find::known(tx, by, source, submissions, &keys)?;
    let mut plan = plan::Plan::new(by, source, known, unique);
    for ((submission, keys), suppressed) in submissions.iter().zip(&keys).zip(suppressed) {
        if suppressed {
            plan.refuse(Accepted::refused(
                Outcome::Suppressed,
                "This person asked to be forgotten.",
            ));
        } else {
            plan.take(tx, submission, keys)?;
        }
    }
    plan.write(tx)
}

/// Takes the turns of everybody in the submissions, in the order in which all slices take them, for whoever then accepts them
/// one by one: turns taken row by row might wait for each other in a ring, and would be a large slice's many without its seat.
pub fn hold_all(tx: &mut Tx, by: &By, source: &Source, submissions: &[Submission]) -> Result<()> {
    let unique = unique_fields(tx, by, submissions)?;
    let keys = keys::of_all(by, source, &unique, submissions);
    locks::hold(tx, by.workspace, &keys)
}

/// Asked for only where a submission has custom fields at all.
fn unique_fields(tx: &mut Tx, by: &By, submissions: &[Submission]) -> Result<Vec<String>> {
    if submissions.iter().all(|it| it.custom_fields.is_empty()) {
        return Ok(Vec::new());
    }
    identity::keys::unique_fields(tx, by.workspace)
}

/// For which of the submissions somebody is there who may be meant, and by which key. Nothing is written and nothing locked.
pub fn known_among(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    submissions: &[Submission],
) -> Result<Vec<Option<MatchKey>>> {
    let unique = unique_fields(tx, by, submissions)?;
    let keys = keys::of_all(by, source, &unique, submissions);
    let carried = find::carried(tx, by, source, &keys)?;
    let first = |keys: &Vec<keys::Key>| {
        let found = keys.iter().find(|it| carried.contains(&it.identity));
        found.map(|it| it.by.clone())
    };
    Ok(keys.iter().map(first).collect())
}

/// Which of the submissions are of people who asked to be forgotten.
fn suppressed(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    unique: &[String],
    submissions: &[Submission],
) -> Result<Vec<bool>> {
    if source.suppression == Suppression::Overruled || !suppression::any(tx, by.workspace)? {
        return Ok(vec![false; submissions.len()]);
    }
    let key = &by.identity_key;
    let hashes: Vec<Vec<i64>> = submissions
        .iter()
        .map(|it| marks(key, source, unique, it))
        .collect();
    let found = suppression::among(tx, by.workspace, &hashes.concat())?;
    Ok(hashes
        .iter()
        .map(|it| it.iter().any(|hash| found.contains(hash)))
        .collect())
}

/// Under which hashes the person of a submission would be remembered.
pub fn marks(
    key: &[u8; 16],
    source: &Source,
    unique: &[String],
    submission: &Submission,
) -> Vec<i64> {
    let external = submission.external_id.as_deref();
    let external = external.map(|id| (identity::keys::external(&source.key), id.to_owned()));
    let fields = unique.iter().filter_map(|field| {
        let value = identity::keys::field_value(submission.custom_fields.get(field)?)?;
        Some((identity::keys::field(field), value))
    });
    let known = suppression::Known {
        email: submission.email.as_deref(),
        phone: submission.phone.as_ref().map(|it| it.e164.as_str()),
        keys: external.into_iter().chain(fields).collect(),
    };
    let marks = suppression::marks(key, &known);
    marks.into_iter().map(|it| it.hash).collect()
}

/// Takes the turns of people who are about to leave: nobody of them comes in until the unit of work ends. What came in
/// before it is there to be found.
pub fn hold(tx: &mut Tx, workspace: WorkspaceId, hashes: Vec<i64>) -> Result<()> {
    locks::hold_hashes(tx, workspace, hashes)
}

/// Whether anybody is looked for at all.
fn looks(source: &Source) -> bool {
    source.on_match != OnMatch::CreateAnyway
}
