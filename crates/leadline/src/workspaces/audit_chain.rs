//! The chain of the audit log: what a row's hash covers, and whether a row follows from the one before it.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::Timestamp;
use uuid::Uuid;

use crate::base::WorkspaceId;

/// What stands before the first row.
pub(super) const ORIGIN: [u8; 32] = [0; 32];

/// The part of a row that its hash covers.
pub(super) struct Row {
    pub seq: i64,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub via: String,
    pub action: String,
    pub target: String,
    pub data: Json,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}
store::row!(Row {
    seq,
    at,
    actor_kind,
    actor_id,
    via,
    action,
    target,
    data,
    previous_hash,
    hash
});

pub(super) fn fault(
    workspace: WorkspaceId,
    row: &Row,
    expected: i64,
    previous: [u8; 32],
) -> Option<&'static str> {
    if row.seq != expected {
        Some("the row is missing")
    } else if row.previous_hash != previous {
        Some("the row does not follow the one before it")
    } else if row.hash != digest(workspace, row) {
        Some("the row was changed")
    } else {
        None
    }
}

pub(super) fn digest(workspace: WorkspaceId, row: &Row) -> [u8; 32] {
    let covered = json!({
        "workspace": workspace.0,
        "seq": row.seq,
        "at": row.at.0,
        "actorKind": row.actor_kind,
        "actorId": row.actor_id,
        "via": row.via,
        "action": row.action,
        "target": row.target,
        "data": row.data,
    });
    covering(&row.previous_hash, &covered)
}

/// The hash of a record behind another one.
pub(super) fn covering(previous: &[u8], record: &Json) -> [u8; 32] {
    let mut text = String::new();
    write_canonical(&mut text, record);
    Sha256::new()
        .chain_update(previous)
        .chain_update(text)
        .finalize()
        .into()
}

/// JSON in one spelling: keys sorted, no space. `PostgreSQL` keeps JSON in an order of its own.
fn write_canonical(text: &mut String, value: &Json) {
    match value {
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|a, b| a.0.cmp(b.0));
            write_joined(text, ('{', '}'), fields, |text, (key, value)| {
                text.push_str(&Json::from(key.as_str()).to_string());
                text.push(':');
                write_canonical(text, value);
            });
        }
        Json::Array(items) => write_joined(text, ('[', ']'), items, write_canonical),
        other => text.push_str(&other.to_string()),
    }
}

fn write_joined<T>(
    text: &mut String,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    text.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(text, item);
    }
    text.push(close);
}

/// The value as both engines give it back: `PostgreSQL` refuses the zero character and writes numbers in its own way.
pub(super) fn plain(value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(text.replace('\0', "")),
        Json::Array(items) => items.into_iter().map(plain).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key.replace('\0', ""), plain(value)))
            .collect(),
        Json::Number(number) if number.is_f64() => {
            // Written out without an exponent, a whole number comes back as one.
            let float = number.as_f64().unwrap_or_default() + 0.0;
            serde_json::from_str(&float.to_string()).unwrap_or(Json::Null)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, previous: [u8; 32], data: Json) -> Row {
        let mut row = Row {
            seq,
            at: Timestamp(5),
            actor_kind: "system".into(),
            actor_id: None,
            via: "job".into(),
            action: "a.b".into(),
            target: "x:1".into(),
            data,
            previous_hash: previous.to_vec(),
            hash: Vec::new(),
        };
        row.hash = digest(WorkspaceId(7), &row).to_vec();
        row
    }

    #[test]
    fn a_row_fits_only_where_it_was_written() {
        let fits = |row: &Row, seq, previous| fault(WorkspaceId(7), row, seq, previous);
        let good = row(1, ORIGIN, json!({"before": 1}));
        assert_eq!(fits(&good, 1, ORIGIN), None);
        assert_eq!(fits(&good, 2, ORIGIN), Some("the row is missing"));
        assert_eq!(
            fits(&good, 1, [1; 32]),
            Some("the row does not follow the one before it")
        );
        assert!(fault(WorkspaceId(8), &good, 1, ORIGIN).is_some());
        for change in [
            (|row: &mut Row| row.at = Timestamp(6)) as fn(&mut Row),
            |row| row.data = json!({"before": 2}),
            |row| row.action = "a.c".into(),
            |row| row.actor_id = Some(Uuid::nil()),
        ] {
            let mut changed = row(1, ORIGIN, json!({"before": 1}));
            change(&mut changed);
            assert_eq!(fits(&changed, 1, ORIGIN), Some("the row was changed"));
        }
    }

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let mut text = String::new();
        write_canonical(
            &mut text,
            &json!({"b": [1, {"z": null, "a": "\"\n"}], "a": true}),
        );
        assert_eq!(text, r#"{"a":true,"b":[1,{"a":"\"\n","z":null}]}"#);
    }

    #[test]
    fn values_are_made_plain_before_they_are_hashed() {
        let value = plain(json!({"text\u{0}": "a\u{0}b", "n": [5.0, 1e16, -0.0, 0.25, 1e19, 7]}));
        assert_eq!(
            value,
            json!({"text": "ab", "n": [5, 10_000_000_000_000_000_u64, 0, 0.25, 10_000_000_000_000_000_000_u64, 7]})
        );
    }
}
