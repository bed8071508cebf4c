//! What became of the rows, in numbers that add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::Timestamp;
use utoipa::ToSchema;

use crate::intake::accept::Outcome;

/// What a check found. The seven kinds of rows add up to `rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
#[schema(as = ImportChecked)]
pub struct Checked {
    /// Of which plan it was; an older one than the import's says that something was changed since.
    pub plan_version: i64,
    pub rows: i64,
    /// Would be new leads.
    pub new: i64,
    /// Would change a lead that is there.
    pub update: i64,
    /// About somebody whom an earlier row is about.
    pub duplicate_in_file: i64,
    /// About somebody who is there, and left alone or put up for review as was decided.
    pub duplicate_in_base: i64,
    pub invalid: i64,
    /// About somebody who asked to be forgotten.
    pub suppressed: i64,
    /// Left out: by hand, or because nobody is there to be updated.
    pub skipped: i64,
    /// Problems by their kind; a row may have several.
    pub problems: BTreeMap<String, i64>,
    /// How long it took.
    pub milliseconds: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// What a run has done so far. The eight outcomes add up to `rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
#[schema(as = ImportReport)]
pub struct Report {
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    /// About somebody who is there; nothing had to change.
    pub unchanged: i64,
    /// A new lead beside the one that is there, linked to it.
    pub repeated: i64,
    /// A new lead that somebody should compare with another.
    pub review: i64,
    pub skipped: i64,
    pub suppressed: i64,
    pub invalid: i64,
}

/// What became of one row: a byte in the slice's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fate {
    Created = 0,
    Updated = 1,
    Unchanged = 2,
    Repeated = 3,
    Review = 4,
    /// There is somebody already, and the plan leaves him alone.
    Known = 5,
    /// There is nobody to be updated.
    Unknown = 6,
    LeftOut = 7,
    Suppressed = 8,
    Invalid = 9,
    /// The database would not take it.
    Refused = 10,
}

impl Fate {
    const ALL: [Fate; 11] = [
        Fate::Created,
        Fate::Updated,
        Fate::Unchanged,
        Fate::Repeated,
        Fate::Review,
        Fate::Known,
        Fate::Unknown,
        Fate::LeftOut,
        Fate::Suppressed,
        Fate::Invalid,
        Fate::Refused,
    ];

    pub fn of(outcome: Outcome) -> Fate {
        match outcome {
            Outcome::Created => Fate::Created,
            Outcome::Updated => Fate::Updated,
            Outcome::Unchanged => Fate::Unchanged,
            Outcome::Repeated => Fate::Repeated,
            Outcome::InReview => Fate::Review,
            Outcome::Skipped => Fate::Known,
            Outcome::Suppressed => Fate::Suppressed,
            Outcome::Rejected => Fate::Refused,
        }
    }

    pub fn from_byte(byte: u8) -> Fate {
        Fate::ALL
            .into_iter()
            .find(|it| *it as u8 == byte)
            .unwrap_or(Fate::Refused)
    }

    /// Whether the row did not go in.
    pub fn is_out(self) -> bool {
        self as u8 >= Fate::Known as u8
    }

    /// Why it did not, in words for people.
    pub fn reason(self) -> &'static str {
        match self {
            Fate::Created | Fate::Updated | Fate::Unchanged | Fate::Repeated | Fate::Review => "",
            Fate::Known => "There is a lead of this person already.",
            Fate::Unknown => "There is no lead of this person to be updated.",
            Fate::LeftOut => "The row was left out by hand.",
            Fate::Suppressed => "This person asked to be forgotten.",
            Fate::Invalid => "The row is not valid.",
            Fate::Refused => "The row could not be written.",
        }
    }
}

impl Checked {
    /// In words, for a console.
    pub fn told(&self) -> String {
        told(&[
            ("rows", self.rows),
            ("new", self.new),
            ("update", self.update),
            ("duplicate in the file", self.duplicate_in_file),
            ("duplicate of a lead", self.duplicate_in_base),
            ("invalid", self.invalid),
            ("suppressed", self.suppressed),
            ("skipped", self.skipped),
        ])
    }

    /// Rows that would not go in.
    pub fn left(&self) -> i64 {
        self.invalid + self.suppressed + self.skipped + self.duplicate_in_base
    }
}

/// Those that are not zero, and the first.
fn told(counts: &[(&str, i64)]) -> String {
    let some = counts
        .iter()
        .enumerate()
        .filter(|(at, it)| *at == 0 || it.1 != 0);
    let words = some.map(|(_, (name, count))| format!("{name} {count}"));
    words.collect::<Vec<_>>().join(", ")
}

impl Report {
    /// In words, for a console.
    pub fn told(&self) -> String {
        told(&[
            ("rows", self.rows),
            ("created", self.created),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("repeated", self.repeated),
            ("for review", self.review),
            ("skipped", self.skipped),
            ("suppressed", self.suppressed),
            ("invalid", self.invalid),
        ])
    }

    /// Rows that did not go in.
    pub fn left(&self) -> i64 {
        self.skipped + self.suppressed + self.invalid
    }

    pub fn add(&mut self, fate: Fate) {
        self.rows += 1;
        *match fate {
            Fate::Created => &mut self.created,
            Fate::Updated => &mut self.updated,
            Fate::Unchanged => &mut self.unchanged,
            Fate::Repeated => &mut self.repeated,
            Fate::Review => &mut self.review,
            Fate::Known | Fate::Unknown | Fate::LeftOut => &mut self.skipped,
            Fate::Suppressed => &mut self.suppressed,
            Fate::Invalid | Fate::Refused => &mut self.invalid,
        } += 1;
    }

    pub fn add_all(&mut self, fates: &[u8]) {
        for fate in fates {
            self.add(Fate::from_byte(*fate));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fate_is_counted_once_and_reads_back() {
        let mut report = Report::default();
        for fate in Fate::ALL {
            assert_eq!(Fate::from_byte(fate as u8), fate);
            assert_eq!(fate.is_out(), !fate.reason().is_empty());
            report.add(fate);
        }
        let sum = report.created
            + report.updated
            + report.unchanged
            + report.repeated
            + report.review
            + report.skipped
            + report.suppressed
            + report.invalid;
        assert_eq!((report.rows, sum), (11, 11));
    }
}
