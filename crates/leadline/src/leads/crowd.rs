//! One change to many leads in one unit of work, at most a slice of them: a few statements, however many there are.
//!
//! The leads come locked and in the order of their ids. What each function skips it does not count as changed.

use serde_json::json;
use store::{Sql, Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::Result,
    leads::{
        Lead,
        activities::{self, Activity, Kind},
        counts,
        difference::{self, Names, Retagged},
        happened, pipelines, position,
        tags::{self, Tags},
        write::{By, Place},
    },
};

/// Where leads stand in the column they are moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// On top, in the order they had.
    Top,
    /// At the height they had; positions mean the same in every column.
    SameHeight,
}

/// Moves those that stand elsewhere.
pub fn move_all(
    tx: &mut Tx,
    by: &By,
    leads: &[Lead],
    to: Place,
    landing: Landing,
) -> Result<usize> {
    let moving: Vec<&Lead> = leads.iter().filter(|it| it.stage_id != to.stage).collect();
    if moving.is_empty() {
        return Ok(0);
    }
    let by = &by.with_change_set(tx);
    write_stage(tx, by, &moving, to, landing)?;
    let places = places_taken(tx, &moving, landing);
    let moved: Vec<Lead> = moving
        .iter()
        .zip(places)
        .map(|(before, position)| Lead {
            pipeline_id: to.pipeline,
            stage_id: to.stage,
            position,
            stage_changed_at: tx.now(),
            ..next(tx, before)
        })
        .collect();
    let pairs = moving.iter().copied().zip(&moved);
    let names = Names::of(tx, by, pairs.clone())?;
    let timeline = pairs
        .clone()
        .map(|(before, after)| names.stage_changed(before, after));
    activities::record_many(tx, by, timeline.collect())?;
    for (before, after) in pairs {
        counts::leaves(tx, by.workspace, before.counted());
        counts::enters(tx, by.workspace, after.counted());
        happened::moved(tx, by, before.stage_id, after)?;
    }
    Ok(moving.len())
}

/// The positions that [`write_stage`] gives them.
fn places_taken(tx: &Tx, moving: &[&Lead], landing: Landing) -> Vec<i64> {
    if landing == Landing::SameHeight {
        return moving.iter().map(|it| it.position).collect();
    }
    let mut order: Vec<usize> = (0..moving.len()).collect();
    order.sort_unstable_by_key(|at| (moving[*at].position, moving[*at].id.uuid()));
    let mut places = vec![0; moving.len()];
    let bottom = position::arriving(tx.now(), 0);
    for (place, at) in (1..).zip(order) {
        places[at] = bottom + place * position::WITHIN_SLICE;
    }
    places
}

fn write_stage(tx: &mut Tx, by: &By, moving: &[&Lead], to: Place, landing: Landing) -> Result<()> {
    let now = tx.now();
    let mut sql = Sql::new("update leads set pipeline_id = ");
    sql.bind(to.pipeline).push(", stage_id = ").bind(to.stage);
    sql.push(", stage_changed_at = ")
        .bind(now)
        .push(", updated_at = ")
        .bind(now)
        .push(", version = version + 1");
    if landing == Landing::Top {
        sql.push(", position = ").bind(position::arriving(now, 0));
        sql.push(" + line.place * ").bind(position::WITHIN_SLICE);
        sql.push(" from (select id as lead_id, row_number() over (order by position, id) as place from leads");
        named(&mut sql, by, moving.iter().copied());
        sql.push(") line");
    }
    named(&mut sql, by, moving.iter().copied());
    if landing == Landing::Top {
        sql.push(" and leads.id = line.lead_id");
    }
    tx.run(&sql)?;
    Ok(())
}

/// Gives those that belong to somebody else to `owner`.
pub fn assign_all(tx: &mut Tx, by: &By, leads: &[Lead], owner: Option<Uuid>) -> Result<usize> {
    let handed: Vec<&Lead> = leads.iter().filter(|it| it.assigned_to != owner).collect();
    if handed.is_empty() {
        return Ok(0);
    }
    let by = &by.with_change_set(tx);
    set(tx, by, &handed, "assigned_to", owner.into())?;
    tags::hand_over(
        tx,
        by.workspace,
        owner,
        handed.iter().flat_map(|it| tag_rows(it)),
    )?;
    let given: Vec<Lead> = handed
        .iter()
        .map(|before| Lead {
            assigned_to: owner,
            ..next(tx, before)
        })
        .collect();
    let pairs = handed.iter().copied().zip(&given);
    let names = Names::of(tx, by, pairs.clone())?;
    let timeline = handed
        .iter()
        .map(|before| names.assigned(before.id.uuid(), before.assigned_to, owner));
    activities::record_many(tx, by, timeline.collect())?;
    for (before, after) in pairs {
        counts::leaves(tx, by.workspace, before.counted());
        counts::enters(tx, by.workspace, after.counted());
        happened::assigned(tx, by, before.assigned_to, after)?;
    }
    Ok(handed.len())
}

/// Puts live leads into the trash.
pub fn delete_all(tx: &mut Tx, by: &By, leads: &[Lead]) -> Result<usize> {
    let leads: Vec<&Lead> = leads.iter().collect();
    if leads.is_empty() {
        return Ok(0);
    }
    let by = &by.with_change_set(tx);
    let now = tx.now();
    set(tx, by, &leads, "deleted_at", now.into())?;
    tags::unlist(tx, by.workspace, leads.iter().flat_map(|it| tag_rows(it)))?;
    let mut timeline = Vec::with_capacity(leads.len());
    for before in &leads {
        counts::leaves(tx, by.workspace, before.counted());
        timeline.push(Activity::new(before.id.uuid(), Kind::Deleted, &json!({})));
        happened::deleted(tx, by, &next(tx, before))?;
    }
    activities::record_many(tx, by, timeline)?;
    Ok(leads.len())
}

/// Takes leads out of the trash again; where their stage is gone they go where its leads went.
pub fn restore_all(tx: &mut Tx, by: &By, leads: &[Lead]) -> Result<usize> {
    if leads.is_empty() {
        return Ok(0);
    }
    let by = &by.with_change_set(tx);
    let mut back: Vec<Lead> = Vec::with_capacity(leads.len());
    let mut rows = Vec::new();
    for before in leads {
        let from = Place {
            pipeline: before.pipeline_id,
            stage: before.stage_id,
        };
        let place = match back
            .iter()
            .zip(leads)
            .find(|(_, old)| old.stage_id == from.stage)
        {
            Some((known, _)) => Place {
                pipeline: known.pipeline_id,
                stage: known.stage_id,
            },
            None => pipelines::follow(tx, by.workspace, from)?,
        };
        let mut after = Lead {
            pipeline_id: place.pipeline,
            stage_id: place.stage,
            deleted_at: None,
            ..next(tx, before)
        };
        if after.stage_id != before.stage_id {
            after.stage_changed_at = tx.now();
        }
        rows.extend(tag_rows(before).map(|(lead, tag)| (lead, before.assigned_to, tag)));
        back.push(after);
    }
    write_restored(tx, by, &back)?;
    tags::list(tx, by.workspace, &rows)?;
    let pairs = leads.iter().zip(&back);
    let names = Names::of(tx, by, pairs.clone())?;
    let mut timeline = Vec::with_capacity(back.len());
    for (before, after) in pairs {
        let since = before.deleted_at.unwrap_or_else(|| tx.now());
        timeline.push(difference::restored(after.id.uuid(), since));
        if before.stage_id != after.stage_id {
            timeline.push(names.stage_changed(before, after));
        }
    }
    activities::record_many(tx, by, timeline)?;
    for after in &back {
        counts::enters(tx, by.workspace, after.counted());
        happened::restored(tx, by, after)?;
    }
    Ok(back.len())
}

fn write_restored(tx: &mut Tx, by: &By, back: &[Lead]) -> Result<()> {
    for place in places(back) {
        let there = back.iter().filter(|it| it.stage_id == place.stage);
        let mut sql = Sql::new(
            "update leads set deleted_at = null, stage_changed_at = case when stage_id = ",
        );
        sql.bind(place.stage)
            .push(" then stage_changed_at else ")
            .bind(tx.now())
            .push(" end, pipeline_id = ")
            .bind(place.pipeline)
            .push(", stage_id = ")
            .bind(place.stage);
        sql.push(", updated_at = ")
            .bind(tx.now())
            .push(", version = version + 1");
        named(&mut sql, by, there);
        tx.run(&sql)?;
    }
    Ok(())
}

fn places(leads: &[Lead]) -> Vec<Place> {
    let mut places: Vec<Place> = leads
        .iter()
        .map(|it| Place {
            pipeline: it.pipeline_id,
            stage: it.stage_id,
        })
        .collect();
    places.sort_unstable_by_key(|it| it.stage);
    places.dedup();
    places
}

/// Adds tags to leads and takes others off them. Answers for each lead whether its tags are now too many to be kept so;
/// such a lead is left as it was.
pub fn tag_all(
    tx: &mut Tx,
    by: &By,
    leads: &[Lead],
    add: &Tags,
    remove: &Tags,
) -> Result<(usize, Vec<Uuid>)> {
    let by = &by.with_change_set(tx);
    let (mut changed, mut full) = (0, Vec::new());
    let (mut fresh, mut gone, mut timeline) = (Vec::new(), Vec::new(), Vec::new());
    for before in leads {
        let id = before.id.uuid();
        let old = Tags::from_json(&before.tags);
        let mut new = old.clone();
        for tag in remove.as_slice() {
            new.remove(tag);
        }
        for tag in add.as_slice() {
            new.add(tag.clone());
        }
        let Some(tags) = Retagged::between(&old, &new) else {
            continue;
        };
        if new.as_slice().len() > tags::MOST {
            full.push(id);
            continue;
        }
        let after = Lead {
            tags: new.to_json(),
            ..next(tx, before)
        };
        tx.exec(
            "update leads set tags = $3, version = $4, updated_at = $5 where workspace_id = $1 and id = $2",
            &[&by.workspace, &id, &Value::RawJson(after.tags.clone()), &after.version, &after.updated_at],
        )?;
        fresh.extend(
            tags.added
                .iter()
                .map(|it| (id, before.assigned_to, crate::base::text::fold(it))),
        );
        gone.extend(
            tags.removed
                .iter()
                .map(|it| (id, crate::base::text::fold(it))),
        );
        timeline.push(tags.activity(id));
        happened::tagged(tx, by, &after, &tags.added, &tags.removed)?;
        changed += 1;
    }
    tags::unlist(tx, by.workspace, gone)?;
    tags::list(tx, by.workspace, &fresh)?;
    activities::record_many(tx, by, timeline)?;
    Ok((changed, full))
}

/// The lead one version further.
fn next(tx: &Tx, before: &Lead) -> Lead {
    let now: Timestamp = tx.now();
    Lead {
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    }
}

fn tag_rows(lead: &Lead) -> impl Iterator<Item = (Uuid, String)> + use<> {
    let id = lead.id.uuid();
    Tags::from_json(&lead.tags)
        .folded()
        .into_iter()
        .map(move |tag| (id, tag))
}

fn set(tx: &mut Tx, by: &By, leads: &[&Lead], column: &'static str, value: Value) -> Result<()> {
    let mut sql = Sql::new("update leads set ");
    sql.push(column).push(" = ").bind(value);
    sql.push(", updated_at = ")
        .bind(tx.now())
        .push(", version = version + 1");
    named(&mut sql, by, leads.iter().copied());
    tx.run(&sql)?;
    Ok(())
}

fn named<'a>(sql: &mut Sql, by: &By, leads: impl Iterator<Item = &'a Lead>) {
    sql.push(" where leads.workspace_id = ").bind(by.workspace);
    sql.push(" and leads.id in ")
        .list(leads.map(|it| it.id.uuid()));
}
