//! People who asked to be forgotten and must not come in again. Only keyed hashes of what they are known by are kept:
//! enough to know them by when they are sent, and nothing to know them by otherwise.
//!
//! A person is known by everything that identifies: the address, the mailbox behind it (providers overlook dots and what
//! stands behind a plus), the number in the form that stands for all its forms, the ids that sources have for them, and
//! the values of custom fields that no two leads share.

use std::collections::HashSet;

use store::{Engine, Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::{
        identity::{self, keys, mail, phone_forms, sql},
        merge::children::{MERGED_EMAIL, MERGED_PHONE},
    },
};

/// What a person is known by.
#[derive(Clone, Default)]
pub struct Known<'a> {
    /// As [`identity::normal_email`] gives it.
    pub email: Option<&'a str>,
    /// E.164.
    pub phone: Option<&'a str>,
    /// Further keys, as `lead_keys` has them: kind and value.
    pub keys: Vec<(String, String)>,
}

/// One hash under which a person is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// What it is of: `email`, `mailbox`, `phone`, `external`, `field`.
    pub kind: &'static str,
    pub hash: i64,
}

/// Why people are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// They were erased.
    Erasure,
    /// Somebody put them on the list.
    ByHand,
}

impl Reason {
    pub fn key(self) -> &'static str {
        match self {
            Reason::Erasure => "erasure",
            Reason::ByHand => "byHand",
        }
    }
}

/// Under which hashes a person is remembered, and looked for.
pub fn marks(key: &[u8; 16], known: &Known<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let email = |it: &str, marks: &mut Vec<Mark>| {
        let hash = identity::email_hash(key, it);
        marks.push(Mark {
            kind: "email",
            hash,
        });
        if let Some(form) = mail::form(it) {
            let hash = keys::hash(key, "mailbox", &form);
            let kind = "mailbox";
            marks.push(Mark { kind, hash });
        }
    };
    let phone = |it: &str, marks: &mut Vec<Mark>| {
        let hash = identity::phone_hash(key, &phone_forms::present(it));
        marks.push(Mark {
            kind: "phone",
            hash,
        });
    };
    if let Some(it) = known.email {
        email(it, &mut marks);
    }
    if let Some(it) = known.phone {
        phone(it, &mut marks);
    }
    for (kind, value) in &known.keys {
        match kind.as_str() {
            MERGED_EMAIL => email(value, &mut marks),
            MERGED_PHONE => phone(value, &mut marks),
            // Follows from the address, which is known too.
            keys::EMAIL_FORM => {}
            kind => marks.push(Mark {
                hash: keys::hash(key, kind, value),
                kind: if keys::is_external(kind) {
                    "external"
                } else {
                    "field"
                },
            }),
        }
    }
    marks.sort_unstable();
    marks.dedup();
    marks
}

/// Those of the hashes under which somebody is remembered.
pub fn among(tx: &mut Tx, workspace: WorkspaceId, hashes: &[i64]) -> Result<HashSet<i64>> {
    if hashes.is_empty() || !any(tx, workspace)? {
        return Ok(HashSet::new());
    }
    let mut found = HashSet::new();
    if tx.engine() == Engine::Postgres {
        let rows = tx.all::<(i64,)>(POSTGRES_AMONG, &[&workspace, &sql::array(hashes)])?;
        found.extend(rows.into_iter().map(|it| it.0));
        return Ok(found);
    }
    for hash in hashes {
        let row = tx.opt::<(i64,)>(
            "select hash from lead_suppressions where workspace_id = $1 and hash = $2",
            &[&workspace, hash],
        )?;
        found.extend(row.map(|it| it.0));
    }
    Ok(found)
}

const POSTGRES_AMONG: &str = "select hash from lead_suppressions
     where workspace_id = $1 and hash = any(cast(cast($2 as text) as bigint[]))";

/// Most workspaces remember nobody.
pub fn any(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool> {
    let one = tx.opt::<(i64,)>(
        "select hash from lead_suppressions where workspace_id = $1 limit 1",
        &[&workspace],
    )?;
    Ok(one.is_some())
}

/// Remembers somebody from now on. Answers how many of the marks were not there before.
pub fn remember(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: &[Mark],
    reason: Reason,
    erasure: Option<Uuid>,
) -> Result<i64> {
    let hashes: Vec<i64> = marks.iter().map(|it| it.hash).collect();
    let there = among(tx, workspace, &hashes)?;
    let now: Timestamp = tx.now();
    let fresh = marks.iter().filter(|it| !there.contains(&it.hash));
    let rows: Vec<Vec<Value>> = fresh
        .map(|it| {
            vec![
                workspace.0.into(),
                it.hash.into(),
                now.into(),
                it.kind.into(),
                reason.key().into(),
                erasure.into(),
            ]
        })
        .collect();
    tx.insert_many("lead_suppressions", &COLUMNS, &rows)?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

const COLUMNS: [&str; 6] = ["workspace_id", "hash", "at", "kind", "reason", "erasure_id"];

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 16] = [7; 16];

    fn share(one: &Known<'_>, other: &Known<'_>) -> bool {
        let (one, other) = (marks(&KEY, one), marks(&KEY, other));
        one.iter().any(|it| other.contains(it))
    }

    #[test]
    fn one_mailbox_and_one_line_are_one_person() {
        let email = |it| Known {
            email: Some(it),
            ..Known::default()
        };
        let phone = |it| Known {
            phone: Some(it),
            ..Known::default()
        };
        assert!(share(
            &email("ada.lovelace+news@gmail.com"),
            &email("adalovelace@googlemail.com")
        ));
        assert!(!share(&email("ada@gmail.com"), &email("eve@gmail.com")));
        assert!(!share(
            &email("ada+x@example.org"),
            &email("ada@example.org")
        ));
        assert!(share(&phone("+5521981234567"), &phone("+552181234567")));
        assert!(!share(&phone("+5521981234567"), &phone("+5521981234568")));
    }

    #[test]
    fn further_keys_are_told_apart_by_their_kind() {
        let key = |kind: &str, value: &str| Known {
            keys: vec![(kind.to_owned(), value.to_owned())],
            ..Known::default()
        };
        assert!(share(
            &key("external:shop", "7"),
            &key("external:shop", "7")
        ));
        assert!(!share(
            &key("external:shop", "7"),
            &key("external:fair", "7")
        ));
        let merged = Known {
            email: Some("ada@example.org"),
            ..Known::default()
        };
        assert!(share(&key(MERGED_EMAIL, "ada@example.org"), &merged));
        let kinds: Vec<_> = marks(&KEY, &key("field:tax", "7"))
            .into_iter()
            .map(|it| it.kind)
            .collect();
        assert_eq!(kinds, ["field"]);
        assert!(marks(&KEY, &key(keys::EMAIL_FORM, "ada@gmail.com")).is_empty());
    }
}
