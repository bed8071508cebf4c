//! The one way a single lead is changed: it is compared with what it was, and everything that hangs on the difference is
//! written with it: the row, counters, tag rows, activities, events.

use serde_json::{Map, Value as Json, json};
use store::Tx;
use uuid::Uuid;

use crate::{
    base::Result,
    leads::{
        Lead,
        activities::{self, Activity, Kind},
        counts, happened, pipelines,
        tags::{self, Tags},
        write::{self, By},
    },
    workspaces,
};

/// Writes `after` over `before`. Where nothing differs nothing is written, and the version stays.
pub fn save(tx: &mut Tx, by: &By, before: &Lead, mut after: Lead) -> Result<Lead> {
    let difference = Difference::between(before, &after);
    if difference.is_nothing() {
        return Ok(after);
    }
    let now = tx.now();
    after.version = before.version + 1;
    after.updated_at = now;
    if difference.moved {
        after.stage_changed_at = now;
    }
    update(tx, by, &after)?;
    count(tx, by, before, &after);
    list_tags(tx, by, before, &after)?;
    let activities = difference.activities(tx, by, before, &after)?;
    activities::record_many(tx, by, activities)?;
    difference.tell(tx, by, before, &after)?;
    Ok(after)
}

/// Whether the lead goes into the trash or comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trash {
    Stays,
    Enters,
    Leaves,
}

/// What is different, in the words of the timeline.
struct Difference {
    fields: Map<String, Json>,
    moved: bool,
    placed: bool,
    assigned: bool,
    trash: Trash,
    added: Vec<String>,
    removed: Vec<String>,
}

impl Difference {
    fn between(before: &Lead, after: &Lead) -> Difference {
        let (old, new) = (Tags::from_json(&before.tags), Tags::from_json(&after.tags));
        Difference {
            fields: fields(before, after),
            moved: before.stage_id != after.stage_id,
            placed: before.position != after.position,
            assigned: before.assigned_to != after.assigned_to,
            trash: match (before.deleted_at, after.deleted_at) {
                (None, Some(_)) => Trash::Enters,
                (Some(_), None) => Trash::Leaves,
                _ => Trash::Stays,
            },
            added: new.without(&old),
            removed: old.without(&new),
        }
    }

    fn is_nothing(&self) -> bool {
        self.fields.is_empty()
            && !(self.moved || self.placed || self.assigned)
            && self.trash == Trash::Stays
            && self.added.is_empty()
            && self.removed.is_empty()
    }

    fn is_tagged(&self) -> bool {
        !(self.added.is_empty() && self.removed.is_empty())
    }

    fn activities(
        &self,
        tx: &mut Tx,
        by: &By,
        before: &Lead,
        after: &Lead,
    ) -> Result<Vec<Activity>> {
        let id = after.id.uuid();
        let mut list = Vec::new();
        if self.trash == Trash::Leaves {
            list.push(Activity::new(id, Kind::Restored, &json!({})));
        }
        if !self.fields.is_empty() {
            list.push(Activity::updated(id, &self.fields));
        }
        if self.is_tagged() {
            list.push(tagged(id, &self.added, &self.removed));
        }
        if self.assigned {
            let owners = [before.assigned_to, after.assigned_to];
            let names = workspaces::names_of(tx, owners.into_iter().flatten())?;
            let person =
                |it: Option<Uuid>| it.map(|it| json!({ "id": it, "name": names.get(&it) }));
            list.push(assigned(
                id,
                &json!(person(before.assigned_to)),
                &json!(person(after.assigned_to)),
            ));
        }
        if self.moved {
            let names =
                pipelines::stage_names(tx, by.workspace, &[before.stage_id, after.stage_id])?;
            let stage =
                |lead: &Lead| stage(lead.pipeline_id, lead.stage_id, names.get(&lead.stage_id));
            list.push(stage_changed(id, &stage(before), &stage(after)));
        }
        if self.trash == Trash::Enters {
            list.push(Activity::new(id, Kind::Deleted, &json!({})));
        }
        Ok(list)
    }

    fn tell(&self, tx: &mut Tx, by: &By, before: &Lead, after: &Lead) -> Result<()> {
        match self.trash {
            Trash::Leaves => return happened::restored(tx, by, after),
            Trash::Enters => return happened::deleted(tx, by, after),
            Trash::Stays => {}
        }
        if !self.fields.is_empty() {
            happened::updated(tx, by, after, self.fields.clone())?;
        }
        if self.is_tagged() {
            happened::tagged(tx, by, after, &self.added, &self.removed)?;
        }
        if self.assigned {
            happened::assigned(tx, by, before.assigned_to, after)?;
        }
        if self.moved || self.placed {
            happened::moved(tx, by, before.stage_id, after)?;
        }
        Ok(())
    }
}

pub fn tagged(lead: Uuid, added: &[String], removed: &[String]) -> Activity {
    Activity::new(
        lead,
        Kind::Tagged,
        &json!({ "added": added, "removed": removed }),
    )
}

pub fn assigned(lead: Uuid, from: &Json, to: &Json) -> Activity {
    Activity::new(lead, Kind::Assigned, &json!({ "from": from, "to": to }))
}

pub fn stage_changed(lead: Uuid, from: &Json, to: &Json) -> Activity {
    Activity::new(lead, Kind::StageChanged, &json!({ "from": from, "to": to }))
}

pub fn stage(pipeline: Uuid, stage: Uuid, name: Option<&String>) -> Json {
    json!({ "pipelineId": pipeline, "stageId": stage, "stageName": name })
}

/// Plain fields with what they held before and after; custom fields one by one.
fn fields(before: &Lead, after: &Lead) -> Map<String, Json> {
    let mut changes = Map::new();
    let mut compare = |name: &str, old: Json, new: Json| {
        if old != new {
            changes.insert(name.to_owned(), json!({ "before": old, "after": new }));
        }
    };
    compare("name", json!(before.name), json!(after.name));
    compare("email", json!(before.email), json!(after.email));
    compare("phone", json!(before.phone), json!(after.phone));
    compare("company", json!(before.company), json!(after.company));
    compare("title", json!(before.title), json!(after.title));
    compare("source", json!(before.source), json!(after.source));
    compare("score", json!(before.score), json!(after.score));
    compare("value", json!(before.value), json!(after.value));
    compare("currency", json!(before.currency), json!(after.currency));
    if before.custom_fields != after.custom_fields {
        let read = |text: &str| serde_json::from_str::<Map<String, Json>>(text).unwrap_or_default();
        let (old, new) = (read(&before.custom_fields), read(&after.custom_fields));
        for key in old
            .keys()
            .chain(new.keys().filter(|it| !old.contains_key(*it)))
        {
            let value = |map: &Map<String, Json>| map.get(key).cloned().unwrap_or(Json::Null);
            compare(&format!("customFields.{key}"), value(&old), value(&new));
        }
    }
    changes
}

fn update(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let (email_hash, phone_hash) = write::hashes(by, lead);
    tx.exec(
        "update leads set
             pipeline_id = $3, stage_id = $4, position = $5, assigned_to = $6, name = $7, name_provisional = $8,
             email = $9, phone = $10, phone_display = $11, company = $12, title = $13, source = $14, score = $15,
             value = $16, currency = $17, tags = $18, custom_fields = $19, search_text = $20, email_hash = $21,
             phone_hash = $22, stage_changed_at = $23, version = $24, updated_at = $25, deleted_at = $26,
             last_submission_at = $27
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
fn list_tags(tx: &mut Tx, by: &By, before: &Lead, after: &Lead) -> Result<()> {
    let id = after.id.uuid();
    let live = |lead: &Lead| match lead.deleted_at {
        None => Tags::from_json(&lead.tags).folded(),
        Some(_) => Vec::new(),
    };
    let (old, new) = (live(before), live(after));
    tags::unlist(
        tx,
        by.workspace,
        old.iter()
            .filter(|it| !new.contains(it))
            .map(|it| (id, it.clone())),
    )?;
    if before.assigned_to != after.assigned_to {
        let kept = new
            .iter()
            .filter(|it| old.contains(it))
            .map(|it| (id, it.clone()));
        tags::hand_over(tx, by.workspace, after.assigned_to, kept)?;
    }
    let fresh: Vec<_> = new
        .into_iter()
        .filter(|it| !old.contains(it))
        .map(|it| (id, after.assigned_to, it))
        .collect();
    tags::list(tx, by.workspace, &fresh)?;
    Ok(())
}
