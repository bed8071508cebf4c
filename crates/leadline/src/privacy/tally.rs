//! What an erasure found or did, by the kind of record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Counts by kind, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<String, Counts>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub deleted: i64,
    pub changed: i64,
    pub kept: i64,
}

/// One kind of record, and how many of it go, are changed, or stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ErasureCount)]
pub struct Line {
    /// `leads`, `notes`, `history`, `keys`, `importFiles` …
    pub what: String,
    /// Are removed.
    pub deleted: i64,
    /// Stay without what names the person.
    pub changed: i64,
    /// Stay as they are; `why` says why.
    pub kept: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
}

impl Tally {
    pub fn deleted(&mut self, what: &str, count: i64) {
        if count > 0 {
            self.of(what).deleted += count;
        }
    }

    pub fn changed(&mut self, what: &str, count: i64) {
        if count > 0 {
            self.of(what).changed += count;
        }
    }

    pub fn kept(&mut self, what: &str, count: i64) {
        if count > 0 {
            self.of(what).kept += count;
        }
    }

    fn of(&mut self, what: &str) -> &mut Counts {
        self.0.entry(what.to_owned()).or_default()
    }

    pub fn add(&mut self, other: &Tally) {
        for (what, counts) in &other.0 {
            let all = self.of(what);
            all.deleted += counts.deleted;
            all.changed += counts.changed;
            all.kept += counts.kept;
        }
    }

    pub fn lines(&self) -> Vec<Line> {
        let line = |(what, counts): (&String, &Counts)| Line {
            what: what.clone(),
            deleted: counts.deleted,
            changed: counts.changed,
            kept: counts.kept,
            why: (counts.kept > 0).then(|| why_kept(what)).flatten(),
        };
        self.0.iter().map(line).collect()
    }
}

/// Kinds of which something stays, and the reason.
const KEPT: [(&str, &str); 4] = [
    (
        "auditEntries",
        "The audit log is append-only. It names leads by their ids alone and holds nothing personal.",
    ),
    (
        "otherLeads",
        "Leads that are not part of this erasure have the same address or number, or name it in a field of theirs.",
    ),
    (
        "suppressions",
        "Leads that are not part of this erasure have this address or number; it can still come in.",
    ),
    (
        "changeSetRows",
        "They say which ids an action was about, and hold nothing personal.",
    ),
];

fn why_kept(what: &str) -> Option<&'static str> {
    KEPT.iter().find(|it| it.0 == what).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_what_stays_says_why() {
        let mut one = Tally::default();
        one.deleted("notes", 2);
        one.kept("auditEntries", 1);
        one.changed("history", 0);
        let mut all = one.clone();
        all.add(&one);
        let lines = all.lines();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].why.is_some_and(|it| it.contains("append-only")));
        assert_eq!((lines[1].deleted, lines[1].why), (4, None));
    }
}
