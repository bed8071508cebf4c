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
        counts, happened, pipelines, position, save,
        tags::{self, Tags},
        write::{By, Place},
    },
    workspaces,
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
    write_stage(tx, by, &moving, to, landing)?;
    let mut stages: Vec<Uuid> = moving
        .iter()
        .map(|it| it.stage_id)
        .chain([to.stage])
        .collect();
    stages.sort_unstable();
    stages.dedup();
    let names = pipelines::stage_names(tx, by.workspace, &stages)?;
    let target = save::stage(to.pipeline, to.stage, names.get(&to.stage));
    let mut timeline = Vec::with_capacity(moving.len());
    for before in &moving {
        let after = Lead {
            pipeline_id: to.pipeline,
            stage_id: to.stage,
            ..next(tx, before)
        };
        counts::leaves(tx, by.workspace, before.counted());
        counts::enters(tx, by.workspace, after.counted());
        let from = save::stage(
            before.pipeline_id,
            before.stage_id,
            names.get(&before.stage_id),
        );
        timeline.push(save::stage_changed(before.id.uuid(), &from, &target));
        happened::moved(tx, by, before.stage_id, &after)?;
    }
    activities::record_many(tx, by, timeline)?;
    Ok(moving.len())
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
    set(tx, by, &handed, "assigned_to", owner.into())?;
    tags::hand_over(
        tx,
        by.workspace,
        owner,
        handed.iter().flat_map(|it| tag_rows(it)),
    )?;
    let mut people: Vec<Uuid> = handed
        .iter()
        .filter_map(|it| it.assigned_to)
        .chain(owner)
        .collect();
    people.sort_unstable();
    people.dedup();
    let names = workspaces::names_of(tx, people)?;
    let person = |it: Option<Uuid>| json!(it.map(|it| json!({ "id": it, "name": names.get(&it) })));
    let mut timeline = Vec::with_capacity(handed.len());
    for before in &handed {
        let after = Lead {
            assigned_to: owner,
            ..next(tx, before)
        };
        counts::leaves(tx, by.workspace, before.counted());
        counts::enters(tx, by.workspace, after.counted());
        timeline.push(save::assigned(
            before.id.uuid(),
            &person(before.assigned_to),
            &person(owner),
        ));
        happened::assigned(tx, by, before.assigned_to, &after)?;
    }
    activities::record_many(tx, by, timeline)?;
    Ok(handed.len())
}

/// Puts live leads into the trash.
pub fn delete_all(tx: &mut Tx, by: &By, leads: &[Lead]) -> Result<usize> {
    let leads: Vec<&Lead> = leads.iter().collect();
    if leads.is_empty() {
        return Ok(0);
    }
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
        let after = Lead {
            pipeline_id: place.pipeline,
            stage_id: place.stage,
            deleted_at: None,
            ..next(tx, before)
        };
        rows.extend(tag_rows(before).map(|(lead, tag)| (lead, before.assigned_to, tag)));
        back.push(after);
    }
    for place in places(&back) {
        let there: Vec<&Lead> = back
            .iter()
            .filter(|it| it.stage_id == place.stage)
            .collect();
        let mut sql = Sql::new("update leads set deleted_at = null, pipeline_id = ");
        sql.bind(place.pipeline)
            .push(", stage_id = ")
            .bind(place.stage);
        sql.push(", updated_at = ")
            .bind(tx.now())
            .push(", version = version + 1");
        named(&mut sql, by, there.into_iter());
        tx.run(&sql)?;
    }
    tags::list(tx, by.workspace, &rows)?;
    let mut timeline = Vec::with_capacity(back.len());
    for after in &back {
        counts::enters(tx, by.workspace, after.counted());
        timeline.push(Activity::new(after.id.uuid(), Kind::Restored, &json!({})));
        happened::restored(tx, by, after)?;
    }
    activities::record_many(tx, by, timeline)?;
    Ok(back.len())
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
        if new == old {
            continue;
        }
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
        let (added, removed) = (new.without(&old), old.without(&new));
        fresh.extend(
            added
                .iter()
                .map(|it| (id, before.assigned_to, crate::base::text::fold(it))),
        );
        gone.extend(removed.iter().map(|it| (id, crate::base::text::fold(it))));
        timeline.push(save::tagged(id, &added, &removed));
        happened::tagged(tx, by, &after, &added, &removed)?;
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
