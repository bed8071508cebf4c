//! `lead_keys`: what leads are found by besides the address and the number on their own row.
//!
//! The rows are written by the writers of leads in the unit of work that writes the lead: [`of_new`] for new leads and
//! [`follow`] for changed ones. A lead that has none of these keys costs neither a row nor a statement.

use serde_json::{Map, Value as Json};
use store::{Engine, Tx};
use uuid::Uuid;

use crate::{
    base::{Error, Result, WorkspaceId, text::fold},
    leads::{
        Lead,
        identity::{mail, sql},
        write::By,
    },
};

/// A row of `lead_keys`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeadKey {
    pub lead: Uuid,
    pub kind: String,
    pub value: String,
}

/// The form of an address that its provider takes for the same.
pub const EMAIL_FORM: &str = "email";

const FIELD: &str = "field:";

const EXTERNAL: &str = "external:";

/// The id that a source has for somebody.
pub fn external(source: &str) -> String {
    format!("{EXTERNAL}{source}")
}

pub fn is_external(kind: &str) -> bool {
    kind.starts_with(EXTERNAL)
}

/// The value of a custom field that no two leads share.
pub fn field(key: &str) -> String {
    format!("{FIELD}{key}")
}

/// A custom field's value as it is compared: text without case, numbers by what they are worth.
pub fn field_value(value: &Json) -> Option<String> {
    match value {
        Json::Null | Json::Array(_) | Json::Object(_) => None,
        Json::String(text) => Some(fold(text.trim())).filter(|it| !it.is_empty()),
        Json::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").unwrap_or(&text).to_owned())
        }
        Json::Bool(_) => Some(value.to_string()),
    }
}

pub fn hash(key: &[u8; 16], kind: &str, value: &str) -> i64 {
    super::hash(key, b'k', &format!("{kind}\n{value}"))
}

/// The keys that follow from what the lead says; ids that sources have for it do not.
pub fn derived(lead: &Lead, unique: &[String]) -> Vec<LeadKey> {
    of_parts(
        lead.id.uuid(),
        lead.email.as_deref(),
        &lead.custom_fields,
        unique,
    )
}

pub fn of_parts(lead: Uuid, email: Option<&str>, custom: &str, unique: &[String]) -> Vec<LeadKey> {
    let key = |kind: String, value: String| LeadKey { lead, kind, value };
    let mut keys = Vec::new();
    if let Some(form) = email.and_then(mail::kept_form) {
        keys.push(key(EMAIL_FORM.to_owned(), form));
    }
    if !unique.is_empty() && custom != NO_FIELDS {
        let custom: Map<String, Json> = serde_json::from_str(custom).unwrap_or_default();
        for name in unique {
            if let Some(value) = custom.get(name).and_then(field_value) {
                keys.push(key(field(name), value));
            }
        }
    }
    keys
}

const NO_FIELDS: &str = "{}";

/// The custom fields of which no two leads share a value, by their keys.
pub fn unique_fields(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all(
        "select key from lead_fields where workspace_id = $1 and is_unique order by key",
        &[&workspace],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// Writes the keys of leads that have just been made.
pub fn of_new(tx: &mut Tx, by: &By, unique: &[String], leads: &[Lead]) -> Result<()> {
    let keys: Vec<LeadKey> = leads.iter().flat_map(|it| derived(it, unique)).collect();
    write(tx, by, &keys)
}

/// Brings the keys of changed leads in step with them.
pub fn follow<'a>(
    tx: &mut Tx,
    by: &By,
    changes: impl Iterator<Item = (&'a Lead, &'a Lead)> + Clone,
) -> Result<()> {
    let concerned = changes.filter(|(before, after)| {
        before.email != after.email || before.custom_fields != after.custom_fields
    });
    let custom = concerned.clone().flat_map(|(a, b)| [a, b]);
    let custom = custom.map(|it| it.custom_fields.as_str());
    let unique = unique_if_any(tx, by.workspace, custom)?;
    let (mut gone, mut fresh) = (Vec::new(), Vec::new());
    for (before, after) in concerned {
        let (old, new) = (derived(before, &unique), derived(after, &unique));
        gone.extend(old.iter().filter(|it| !new.contains(it)).cloned());
        fresh.extend(new.into_iter().filter(|it| !old.contains(it)));
    }
    remove(tx, by, &gone)?;
    add(tx, by, &fresh)
}

/// Refuses a change that gives a lead the value of a unique field that another live lead has. What brings former values
/// back, or joins two leads in one, is not asked: what collides then is listed like any collision.
pub fn check_change(tx: &mut Tx, by: &By, before: &Lead, after: &Lead) -> Result<()> {
    if before.custom_fields == after.custom_fields {
        return Ok(());
    }
    let custom = std::iter::once(after.custom_fields.as_str());
    let unique = unique_if_any(tx, by.workspace, custom)?;
    let old = derived(before, &unique);
    let fresh = derived(after, &unique).into_iter();
    let fresh: Vec<LeadKey> = fresh
        .filter(|it| it.kind.starts_with(FIELD) && !old.contains(it))
        .collect();
    refuse_taken(tx, by, &fresh)
}

/// Asks for the definitions only where a lead has custom fields at all.
pub fn unique_if_any<'a>(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut custom: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>> {
    if custom.any(|it| it != NO_FIELDS) {
        unique_fields(tx, workspace)
    } else {
        Ok(Vec::new())
    }
}

/// Writes the keys of new leads, and refuses values of unique fields that another lead has.
fn write(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let unique: Vec<LeadKey> = keys
        .iter()
        .filter(|it| it.kind.starts_with(FIELD))
        .cloned()
        .collect();
    refuse_taken(tx, by, &unique)?;
    add(tx, by, keys)
}

fn refuse_taken(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    hold(tx, by, keys)?;
    let mut sorted: Vec<(&str, &str)> = keys
        .iter()
        .map(|it| (it.kind.as_str(), it.value.as_str()))
        .collect();
    sorted.sort_unstable();
    let twice = sorted
        .windows(2)
        .find(|it| it[0] == it[1])
        .map(|it| it[0].0);
    let taken = match twice {
        Some(kind) => Some(kind.to_owned()),
        None => first_taken(tx, by, keys)?,
    };
    match taken {
        None => Ok(()),
        Some(kind) => Err(Error::invalid(
            format!("customFields.{}", kind.strip_prefix(FIELD).unwrap_or(&kind)),
            "is unique, and another lead has this value",
        )),
    }
}

/// Two units that write one value take turns.
fn hold(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        let hashes = sql::array(keys.iter().map(|it| it.hash(by)));
        tx.exec(POSTGRES_HOLD, &[&hashes])?;
    }
    Ok(())
}

const POSTGRES_HOLD: &str = "select pg_advisory_xact_lock(held.hash) is null from (
         select hash from unnest(cast(cast($1 as text) as bigint[])) as hash order by hash offset 0
     ) as held";

/// The kind of the first key that another live lead carries.
fn first_taken(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<Option<String>> {
    if tx.engine() == Engine::Postgres {
        let found: Option<(String,)> = tx.opt(POSTGRES_TAKEN, &[&by.workspace, &rows(by, keys)])?;
        return Ok(found.map(|it| it.0));
    }
    for key in keys {
        let found: Option<(Uuid,)> = tx.opt(
            SQLITE_TAKEN,
            &[
                &by.workspace,
                &key.kind,
                &key.hash(by),
                &key.value,
                &key.lead,
            ],
        )?;
        if found.is_some() {
            return Ok(Some(key.kind.clone()));
        }
    }
    Ok(None)
}

const SQLITE_TAKEN: &str = "select k.lead_id from lead_keys k
     cross join leads l on l.workspace_id = k.workspace_id and l.id = k.lead_id
     where k.workspace_id = $1 and k.kind = $2 and k.hash = $3 and k.value = $4 and k.lead_id <> $5
         and l.deleted_at is null
     limit 1";

const POSTGRES_TAKEN: &str = "select k.kind
     from jsonb_to_recordset(cast($2 as jsonb)) as k(kind text, hash bigint, lead uuid, value text)
     where exists (
         select 1 from lead_keys join leads on leads.workspace_id = lead_keys.workspace_id and leads.id = lead_keys.lead_id
         where lead_keys.workspace_id = $1 and lead_keys.kind = k.kind and lead_keys.hash = k.hash
             and lead_keys.value = k.value and lead_keys.lead_id <> k.lead and leads.deleted_at is null
     )
     order by k.kind limit 1";

/// Writes keys that may be there already.
pub fn add(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_ADD, &[&by.workspace, &rows(by, keys)])?;
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

pub fn remove(tx: &mut Tx, by: &By, keys: &[LeadKey]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_REMOVE, &[&by.workspace, &rows(by, keys)])?;
        return Ok(());
    }
    for key in keys {
        tx.exec(
            "delete from lead_keys where workspace_id = $1 and kind = $2 and hash = $3 and lead_id = $4",
            &[&by.workspace, &key.kind, &key.hash(by), &key.lead],
        )?;
    }
    Ok(())
}

const POSTGRES_REMOVE: &str = "delete from lead_keys
     using jsonb_to_recordset(cast($2 as jsonb)) as k(kind text, hash bigint, lead uuid, value text)
     where lead_keys.workspace_id = $1 and lead_keys.kind = k.kind and lead_keys.hash = k.hash
         and lead_keys.lead_id = k.lead";

fn rows(by: &By, keys: &[LeadKey]) -> store::Json<Vec<Json>> {
    let row = |it: &LeadKey| serde_json::json!({ "kind": it.kind, "hash": it.hash(by), "lead": it.lead, "value": it.value });
    store::Json(keys.iter().map(row).collect())
}

impl LeadKey {
    fn hash(&self, by: &By) -> i64 {
        hash(&by.identity_key, &self.kind, &self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_by_what_they_mean() {
        let value = |it: Json| field_value(&it);
        assert_eq!(value(" De-123 ".into()), value("DE-123".into()));
        assert_eq!(value(5.into()), value(5.0.into()));
        assert_ne!(value(5.into()), value(50.into()));
        for nothing in [Json::Null, "  ".into(), serde_json::json!([1])] {
            assert_eq!(value(nothing), None);
        }
    }

    #[test]
    fn a_plain_lead_has_no_further_keys() {
        let unique = ["tax".to_owned()];
        let of = |email, custom| of_parts(Uuid::nil(), Some(email), custom, &unique);
        assert_eq!(of("ada.lovelace@gmail.com", "{}"), []);
        assert_eq!(of("ada@example.com", r#"{"plan": "x"}"#), []);
        let kinds: Vec<_> = of("ada+x@gmail.com", r#"{"tax": 7}"#)
            .into_iter()
            .map(|it| (it.kind, it.value))
            .collect();
        assert_eq!(
            kinds,
            [
                ("email".to_owned(), "ada@gmail.com".to_owned()),
                ("field:tax".to_owned(), "7".to_owned())
            ]
        );
    }
}
