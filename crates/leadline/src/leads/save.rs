//! The way in which leads are changed each in its own manner: a lead is compared with what it was, and everything that
//! hangs on the difference is written with it: the row, counters, tag rows, activities, events.

use std::collections::BTreeMap;

use store::Tx;
use uuid::Uuid;

use crate::{
    base::Result,
    leads::{
        Lead, activities, counts,
        difference::{Difference, Names},
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
    for (before, after, _) in &changed {
        update(tx, by, after)?;
        count(tx, by, before, after);
    }
    let pairs = changed.iter().map(|(before, after, _)| (before, after));
    list_tags(tx, by, pairs.clone())?;
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
            &lead.currency.map(crate::leads::Currency::code),
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
