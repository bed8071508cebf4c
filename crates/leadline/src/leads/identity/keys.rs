//! `lead_keys`: what leads are found by besides the address and the number on their own row.

use serde_json::Value as Json;
use store::{Engine, Tx};
use uuid::Uuid;

use crate::{base::Result, leads::write::By};

/// A row of `lead_keys`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeadKey {
    pub lead: Uuid,
    pub kind: String,
    pub value: String,
}

/// The id that a source has for somebody.
pub fn external(source: &str) -> String {
    format!("external:{source}")
}

/// The value of a custom field that no two leads share.
pub fn field(key: &str) -> String {
    format!("field:{key}")
}

/// A custom field's value as it is compared: text without case, anything else as it is written.
pub fn field_value(value: &Json) -> Option<String> {
    match value {
        Json::Null | Json::Array(_) | Json::Object(_) => None,
        Json::String(text) => {
            Some(crate::base::text::fold(text.trim())).filter(|it| !it.is_empty())
        }
        other => Some(other.to_string()),
    }
}

pub fn hash(key: &[u8; 16], kind: &str, value: &str) -> i64 {
    super::hash(key, b'k', &format!("{kind}\n{value}"))
}

/// Writes keys that may be there already.
pub fn add(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    if tx.engine() == Engine::Postgres {
        let rows: Vec<Json> = keys.iter().map(|it| it.to_json(by)).collect();
        tx.exec(POSTGRES_ADD, &[&by.workspace, &store::Json(rows)])?;
        return Ok(());
    }
    for key in keys {
        tx.exec(
            "insert into lead_keys (workspace_id, kind, hash, lead_id, value) values ($1, $2, $3, $4, $5)
             on conflict (workspace_id, kind, hash, lead_id) do nothing",
            &[&by.workspace, &key.kind, &key.hash(by), &key.lead, &key.value],
        )?;
    }
    Ok(())
}

const POSTGRES_ADD: &str = "insert into lead_keys (workspace_id, kind, hash, lead_id, value)
     select $1, k.kind, k.hash, k.lead, k.value
     from jsonb_to_recordset(cast($2 as jsonb)) as k(kind text, hash bigint, lead uuid, value text)
     order by k.kind, k.hash, k.lead
     on conflict (workspace_id, kind, hash, lead_id) do nothing";

impl LeadKey {
    fn hash(&self, by: &By) -> i64 {
        hash(&by.identity_key, &self.kind, &self.value)
    }

    fn to_json(&self, by: &By) -> Json {
        serde_json::json!({ "kind": self.kind, "hash": self.hash(by), "lead": self.lead, "value": self.value })
    }
}
