//! The way in which leads are changed each in its own manner: a lead is compared with what it was, and everything that
//! hangs on the difference is written with it: the row, counters, tag rows, activities, events.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use store::{Engine, Timestamp, Tx};
use uuid::Uuid;

use crate::{
    base::Result,
    leads::{
        Currency, Lead, activities, counts,
        difference::{Difference, Names},
        identity,
        tags::{self, Tags},
        write::{self, By},
    },
};

/// Writes `after` over `before`. Where nothing differs nothing is written, and the version stays.
pub fn save(tx: &mut Tx, by: &By, before: &Lead, after: Lead) -> Result<Lead> {
    let saved = save_many(tx, by, vec![(before.clone(), after)])?;
    Ok(saved.into_iter().next().unwrap_or_else(|| before.clone()))
}

/// The same for at most a slice of leads, each of which is named once: what they have in common is written together.
/// Answers the leads as they now are.
pub fn save_many(tx: &mut Tx, by: &By, wanted: Vec<(Lead, Lead)>) -> Result<Vec<Lead>> {
    let mut changed = Vec::with_capacity(wanted.len());
    let mut saved = Vec::with_capacity(wanted.len());
    for (before, mut after) in wanted {
        let difference = Difference::between(&before, &after);
        if !difference.is_nothing() {
            advance(tx, &difference, &before, &mut after);
            changed.push((before, after.clone(), difference));
        }
        saved.push(after);
    }
    if changed.is_empty() {
        return Ok(saved);
    }
    let by = &by.with_change_set(tx);
    write_over(tx, by, changed.iter().map(|(_, after, _)| after))?;
    for (before, after, _) in &changed {
        count(tx, by, before, after);
    }
    let pairs = changed.iter().map(|(before, after, _)| (before, after));
    list_tags(tx, by, pairs.clone())?;
    identity::keys::follow(tx, by, pairs.clone())?;
    let names = Names::of(tx, by, pairs)?;
    let timeline = changed
        .iter()
        .flat_map(|(before, after, difference)| difference.activities(&names, before, after));
    activities::record_many(tx, by, timeline.collect())?;
    for (before, after, difference) in changed {
        difference.tell(tx, by, &before, &after)?;
    }
    Ok(saved)
}

/// One version further, where more than the place in the column is different.
fn advance(tx: &Tx, difference: &Difference, before: &Lead, after: &mut Lead) {
    if difference.is_place_at_most() {
        return;
    }
    after.version = before.version + 1;
    after.updated_at = tx.now();
    if difference.moved {
        after.stage_changed_at = tx.now();
    }
}

/// The rows themselves: several in one statement on PostgreSQL, a prepared one for each on SQLite.
fn write_over<'a>(
    tx: &mut Tx,
    by: &By,
    leads: impl ExactSizeIterator<Item = &'a Lead>,
) -> Result<()> {
    if tx.engine() == Engine::Sqlite || leads.len() == 1 {
        for lead in leads {
            update(tx, by, lead)?;
        }
        return Ok(());
    }
    let rows: Vec<Json> = leads.map(|it| row(by, it)).collect();
    tx.exec(POSTGRES_UPDATE, &[&by.workspace, &store::Json(rows)])?;
    Ok(())
}

const POSTGRES_UPDATE: &str = "update leads set
         pipeline_id = v.pipeline_id, stage_id = v.stage_id, position = v.position, assigned_to = v.assigned_to,
         name = v.name, name_provisional = v.name_provisional, email = v.email, phone = v.phone,
         phone_display = v.phone_display, company = v.company, title = v.title, source = v.source, score = v.score,
         value = v.value, currency = v.currency, tags = v.tags, custom_fields = v.custom_fields,
         search_text = v.search_text, email_hash = v.email_hash, phone_hash = v.phone_hash,
         stage_changed_at = v.stage_changed_at, version = v.version, updated_at = v.updated_at,
         deleted_at = v.deleted_at, converted_at = v.converted_at, contact_id = v.contact_id,
         created_at = v.created_at, last_submission_at = v.last_submission_at
     from jsonb_to_recordset(cast($2 as jsonb)) as v(
         id uuid, pipeline_id uuid, stage_id uuid, position bigint, assigned_to uuid, name text,
         name_provisional boolean, email text, phone text, phone_display text, company text, title text, source text,
         score bigint, value bigint, currency text, tags jsonb, custom_fields jsonb, search_text text,
         email_hash bigint, phone_hash bigint, stage_changed_at bigint, version bigint, updated_at bigint,
         deleted_at bigint, converted_at bigint, contact_id uuid, created_at bigint, last_submission_at bigint)
     where leads.workspace_id = $1 and leads.id = v.id";

fn row(by: &By, lead: &Lead) -> Json {
    let (email_hash, phone_hash) = write::hashes(by, lead);
    let time = |it: Option<Timestamp>| it.map(|it| it.0);
    let read = |text: &str| serde_json::from_str::<Json>(text).unwrap_or_default();
    json!({
        "id": lead.id.uuid(), "pipeline_id": lead.pipeline_id, "stage_id": lead.stage_id, "position": lead.position,
        "assigned_to": lead.assigned_to, "name": lead.name, "name_provisional": lead.name_provisional,
        "email": lead.email, "phone": lead.phone, "phone_display": lead.phone_display, "company": lead.company,
        "title": lead.title, "source": lead.source, "score": lead.score, "value": lead.value.map(|it| it.0),
        "currency": lead.currency.map(Currency::code), "tags": read(&lead.tags),
        "custom_fields": read(&lead.custom_fields), "search_text": write::search_text(lead), "email_hash": email_hash,
        "phone_hash": phone_hash, "stage_changed_at": lead.stage_changed_at.0, "version": lead.version,
        "updated_at": lead.updated_at.0, "deleted_at": time(lead.deleted_at),
        "converted_at": time(lead.converted_at), "contact_id": lead.contact_id, "created_at": lead.created_at.0,
        "last_submission_at": time(lead.last_submission_at),
    })
}

fn update(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let (email_hash, phone_hash) = write::hashes(by, lead);
    tx.exec(
        "update leads set
             pipeline_id = $3, stage_id = $4, position = $5, assigned_to = $6, name = $7, name_provisional = $8,
             email = $9, phone = $10, phone_display = $11, company = $12, title = $13, source = $14, score = $15,
             value = $16, currency = $17, tags = $18, custom_fields = $19, search_text = $20, email_hash = $21,
             phone_hash = $22, stage_changed_at = $23, version = $24, updated_at = $25, deleted_at = $26,
             converted_at = $27, contact_id = $28, created_at = $29, last_submission_at = $30
         where workspace_id = $1 and id = $2",
        &[
            &by.workspace,
            &lead.id,
            &lead.pipeline_id,
            &lead.stage_id,
            &lead.position,
            &lead.assigned_to,
            &lead.name,
            &lead.name_provisional,
            &lead.email,
            &lead.phone,
            &lead.phone_display,
            &lead.company,
            &lead.title,
            &lead.source,
            &lead.score,
            &lead.value.map(|it| it.0),
            &lead.currency.map(Currency::code),
            &store::Value::RawJson(lead.tags.clone()),
            &store::Value::RawJson(lead.custom_fields.clone()),
            &write::search_text(lead),
            &email_hash,
            &phone_hash,
            &lead.stage_changed_at,
            &lead.version,
            &lead.updated_at,
            &lead.deleted_at,
            &lead.converted_at,
            &lead.contact_id,
            &lead.created_at,
            &lead.last_submission_at,
        ],
    )?;
    Ok(())
}

fn count(tx: &mut Tx, by: &By, before: &Lead, after: &Lead) {
    let counted = |lead: &Lead| lead.deleted_at.is_none().then(|| lead.counted());
    let (old, new) = (counted(before), counted(after));
    if old == new {
        return;
    }
    if let Some(old) = old {
        counts::leaves(tx, by.workspace, old);
    }
    if let Some(new) = new {
        counts::enters(tx, by.workspace, new);
    }
}

/// Keeps `lead_tags` as it should be: the tags of live leads, with their present owner.
fn list_tags<'a>(
    tx: &mut Tx,
    by: &By,
    changes: impl Iterator<Item = (&'a Lead, &'a Lead)>,
) -> Result<()> {
    let (mut gone, mut fresh) = (Vec::new(), Vec::new());
    let mut handed: BTreeMap<Option<Uuid>, Vec<(Uuid, String)>> = BTreeMap::new();
    for (before, after) in changes {
        let id = after.id.uuid();
        let (old, new) = (listed(before), listed(after));
        for tag in old.iter().filter(|it| !new.contains(it)) {
            gone.push((id, tag.clone()));
        }
        for tag in new {
            if !old.contains(&tag) {
                fresh.push((id, after.assigned_to, tag));
            } else if before.assigned_to != after.assigned_to {
                handed.entry(after.assigned_to).or_default().push((id, tag));
            }
        }
    }
    tags::unlist(tx, by.workspace, gone)?;
    for (owner, rows) in handed {
        tags::hand_over(tx, by.workspace, owner, rows)?;
    }
    tags::list(tx, by.workspace, &fresh)?;
    Ok(())
}

/// The tags under which a lead is listed.
fn listed(lead: &Lead) -> Vec<String> {
    match lead.deleted_at {
        None => Tags::from_json(&lead.tags).folded(),
        Some(_) => Vec::new(),
    }
}
