//! What a change set came to for one lead, and what taking it back makes of the lead as it is now.
//!
//! Each field stands for itself: what somebody changed since is left alone or overwritten, as was chosen, and the others
//! go back. A field that holds what the change set wrote has not been changed since, whatever happened in between.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::Timestamp;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    log::{NoteChange, Spot, Step},
    values,
};
use crate::{
    base::text::fold,
    leads::{Lead, custom, tags::Tags, write::Place},
};

/// What to do with what was changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OnChanged)]
pub enum OnChanged {
    /// It stays as it is now.
    #[default]
    Skip,
    /// It goes back to what it was before the change set.
    Overwrite,
}

/// Something that was changed since.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChangedSince)]
pub struct Conflict {
    /// A field as the API names it; `stageId`, `assignedTo`; `lead` for a lead that the change set made and on which
    /// something was done since; `note` for a note.
    pub field: String,
    /// What it would go back to.
    pub before: Json,
    /// What the change set had made of it.
    pub after: Json,
    /// What it is now.
    pub now: Json,
}

/// The steps of a change set on one lead, added up.
#[derive(Debug, Default)]
pub struct Net {
    pub created: bool,
    pub purged: bool,
    fields: BTreeMap<String, (Json, Json)>,
    tags: Option<TagNet>,
    pub owner: Option<(Option<Uuid>, Option<Uuid>)>,
    pub stage: Option<(Spot, Spot)>,
    place: Option<(i64, i64)>,
    /// Whether it was in the trash before and after.
    trash: Option<(bool, bool)>,
    /// Since when it was there before.
    since: Option<Timestamp>,
    /// Leads that came in, with all that they were.
    pub merged: Vec<(Uuid, Json)>,
    /// Leads that went out again.
    pub split: Vec<Uuid>,
    pub notes: Vec<(Uuid, NoteChange)>,
}

#[derive(Debug)]
struct TagNet {
    added: Vec<String>,
    removed: Vec<String>,
    /// All of them as they were, where that is known.
    before: Option<Vec<String>>,
}

/// What the decision needs to know of the world.
#[derive(Debug)]
pub struct World {
    pub now: Timestamp,
    /// Where leads of a stage stand today: stages are removed, and their leads go elsewhere.
    pub places: HashMap<Uuid, Place>,
    /// Former owners who are at work here today.
    pub members: BTreeSet<Uuid>,
    /// Leads that were made and on which something was done since.
    pub touched: BTreeSet<Uuid>,
}

impl Net {
    pub fn of(steps: impl IntoIterator<Item = Step>) -> Net {
        let mut net = Net::default();
        for step in steps {
            net.add(step);
        }
        net
    }

    fn add(&mut self, step: Step) {
        match step {
            Step::Created => self.created = true,
            Step::Purged => self.purged = true,
            Step::Field {
                name,
                before,
                after,
            } => {
                let entry = self.fields.entry(name).or_insert((before, Json::Null));
                entry.1 = after;
            }
            Step::Tags {
                added,
                removed,
                before,
            } => match &mut self.tags {
                None => {
                    self.tags = Some(TagNet {
                        added,
                        removed,
                        before,
                    });
                }
                Some(tags) => tags.then(added, removed),
            },
            Step::Owner { from, to } => self.owner = Some((self.owner.map_or(from, |it| it.0), to)),
            Step::Stage { from, to } => self.stage = Some((self.stage.map_or(from, |it| it.0), to)),
            Step::Place { from, to } => self.place = Some((self.place.map_or(from, |it| it.0), to)),
            Step::Deleted => self.trash = Some((self.trash.is_some_and(|it| it.0), true)),
            Step::Restored { since } => {
                if self.trash.is_none() {
                    self.since = Some(since);
                }
                self.trash = Some((self.trash.is_none_or(|it| it.0), false));
            }
            Step::Merged { lead, kept } => self.merged.push((lead, kept)),
            Step::Split { lead } => self.split.push(lead),
            // Of a removed note the words are gone: there is nothing to bring back.
            Step::Note { note, change } if change != NoteChange::Deleted => {
                self.notes.push((note, change));
            }
            Step::Note { .. }
            | Step::Respaced { .. }
            | Step::MergedInto { .. }
            | Step::CameBack { .. } => {}
        }
    }

    /// Whether taking it back takes the lead out of the trash.
    pub fn leaves_trash(&self) -> bool {
        !self.created && self.trash == Some((false, true))
    }

    /// What becomes of the lead, and what was changed since.
    pub fn back(&self, now: &Lead, world: &World, choice: OnChanged) -> (Lead, Vec<Conflict>) {
        let mut back = Back {
            lead: now.clone(),
            conflicts: Vec::new(),
            overwrite: choice == OnChanged::Overwrite,
        };
        if self.created {
            back.unmake(world);
            return (back.lead, back.conflicts);
        }
        back.fields(&self.fields);
        if let Some(tags) = &self.tags {
            tags.back(&mut back.lead);
        }
        if let Some((from, to)) = self.owner {
            back.owner(from, to, world);
        }
        if let Some((from, to)) = &self.stage {
            back.stage(from, to, world);
        } else if let Some((from, to)) = self.place
            && (back.lead.position == to || back.overwrite)
        {
            back.lead.position = from;
        }
        if let Some((was, is)) = self.trash
            && was != is
        {
            back.trash(was.then(|| self.since.unwrap_or(world.now)), world);
        }
        (back.lead, back.conflicts)
    }
}

struct Back {
    lead: Lead,
    conflicts: Vec<Conflict>,
    overwrite: bool,
}

impl Back {
    /// Whether something that holds `now` goes back; tells of it where it was changed since.
    fn may(&mut self, field: &str, before: &Json, after: &Json, now: &Json) -> bool {
        self.conflicts.push(Conflict {
            field: field.to_owned(),
            before: before.clone(),
            after: after.clone(),
            now: now.clone(),
        });
        self.overwrite
    }

    /// What the change set made goes into the trash; something may have been done on it since.
    fn unmake(&mut self, world: &World) {
        let touched = world.touched.contains(&self.lead.id.uuid());
        if self.lead.deleted_at.is_some() {
            return;
        }
        if !touched || self.may("lead", &Json::Null, &json!("created"), &json!("changed")) {
            self.lead.deleted_at = Some(world.now);
        }
    }

    fn fields(&mut self, fields: &BTreeMap<String, (Json, Json)>) {
        let mut kept = BTreeSet::new();
        for (field, (before, after)) in fields {
            if field.strip_prefix(values::CUSTOM) == Some(custom::NAMES) {
                continue;
            }
            // The stand-in mark goes with the name, and the number as people read it with the number.
            let leader = match field.as_str() {
                "nameProvisional" => "name",
                "phoneDisplay" => "phone",
                other => other,
            };
            if kept.contains(leader) || values::holds(&self.lead, field, before) {
                continue;
            }
            let follows = leader != field && fields.contains_key(leader);
            let now = values::get(&self.lead, field);
            let unchanged = follows || values::holds(&self.lead, field, after);
            if unchanged || self.may(field, before, after, &now) {
                values::set(&mut self.lead, field, before);
            } else {
                kept.insert(field.clone());
            }
        }
        let names = format!("{}{}", values::CUSTOM, custom::NAMES);
        if let Some((before, after)) = fields.get(&names) {
            self.display_names(&names, before, after, &kept);
        }
    }

    /// The names to show for custom fields go back one by one, each with its field.
    fn display_names(&mut self, names: &str, before: &Json, after: &Json, kept: &BTreeSet<String>) {
        let mut now = values::get(&self.lead, names);
        if !now.is_object() {
            now = json!({});
        }
        let keys = [before, after].into_iter().filter_map(Json::as_object);
        let keys: BTreeSet<&String> = keys.flat_map(serde_json::Map::keys).collect();
        for key in keys {
            let field = format!("{}{key}", values::CUSTOM);
            let unchanged = now.get(key) == after.get(key);
            if before.get(key) == after.get(key) || kept.contains(&field) || !unchanged {
                continue;
            }
            match (before.get(key), now.as_object_mut()) {
                (Some(name), Some(now)) => now.insert(key.clone(), name.clone()),
                (None, Some(now)) => now.remove(key),
                _ => None,
            };
        }
        let empty = now.as_object().is_some_and(serde_json::Map::is_empty);
        values::set(
            &mut self.lead,
            names,
            if empty { &Json::Null } else { &now },
        );
    }

    fn owner(&mut self, from: Option<Uuid>, to: Option<Uuid>, world: &World) {
        let now = self.lead.assigned_to;
        // Whoever is not at work here any more is given nothing.
        let here = from.is_none_or(|it| world.members.contains(&it));
        if now == from {
            return;
        }
        let unchanged = now == to && here;
        if unchanged || self.may("assignedTo", &json!(from), &json!(to), &json!(now)) {
            self.lead.assigned_to = from.filter(|_| here);
        }
    }

    fn stage(&mut self, from: &Spot, to: &Spot, world: &World) {
        let now = self.lead.stage_id;
        let place = world.places.get(&from.stage).copied();
        let target = place.map_or(from.stage, |it| it.stage);
        if now == target {
            return;
        }
        let unchanged = now == to.stage;
        if unchanged || self.may("stageId", &json!(from.stage), &json!(to.stage), &json!(now)) {
            self.lead.stage_id = target;
            self.lead.pipeline_id = place.map_or(from.pipeline, |it| it.pipeline);
            self.lead.position = from.position.unwrap_or(self.lead.position);
        }
    }

    /// It goes back to the trash, where it was since then, or comes out of it.
    fn trash(&mut self, since: Option<Timestamp>, world: &World) {
        let now = self.lead.deleted_at;
        self.lead.deleted_at = since.map(|since| now.unwrap_or(since));
        if since.is_none()
            && now.is_some()
            && let Some(place) = world.places.get(&self.lead.stage_id)
        {
            self.lead.stage_id = place.stage;
            self.lead.pipeline_id = place.pipeline;
        }
    }
}

impl TagNet {
    fn then(&mut self, added: Vec<String>, removed: Vec<String>) {
        let gone = |list: &[String], tag: &String| list.iter().any(|it| fold(it) == fold(tag));
        for tag in added {
            if gone(&self.removed, &tag) {
                self.removed.retain(|it| fold(it) != fold(&tag));
            } else {
                self.added.push(tag);
            }
        }
        for tag in removed {
            if gone(&self.added, &tag) {
                self.added.retain(|it| fold(it) != fold(&tag));
            } else {
                self.removed.push(tag);
            }
        }
        // The order in which they stood is not followed through several changes.
        self.before = None;
    }

    /// Tags are a set: those added go, those removed come back, and others since are nobody's conflict.
    fn back(&self, lead: &mut Lead) {
        let mut tags = Tags::from_json(&lead.tags);
        for tag in &self.added {
            tags.remove(tag);
        }
        for tag in &self.removed {
            tags.add(tag.clone());
        }
        if let Some(before) = &self.before {
            let whole = Tags::known(before.clone());
            let same: BTreeSet<String> = tags.folded().into_iter().collect();
            if whole.folded().into_iter().collect::<BTreeSet<_>>() == same {
                tags = whole;
            }
        }
        let text = tags.to_json();
        if Tags::from_json(&lead.tags) != tags {
            lead.tags = text;
        }
    }
}
