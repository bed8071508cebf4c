//! Takes a change set back: field by field, lead by lead, a slice of leads in a unit of work.
//!
//! Undoing is itself a change set, and can be undone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use store::{Sql, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    log::{self, Entry},
    net::{Conflict, Net, OnChanged, World},
    set,
};
use crate::{
    base::{Caller, Permission, Result, Scope, WorkspaceId},
    leads::{
        Lead,
        activities::first_origin,
        bulk::RowResult,
        find::{self, Among, For},
        merge, notes, pipelines,
        save::save_many,
        write::{By, Place},
    },
    workspaces,
};

/// What to do with leads that were changed since.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Choices {
    pub on_changed: OnChanged,
    pub leads: HashMap<Uuid, OnChanged>,
}

/// What becomes of one lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UndoRow)]
pub struct Row {
    pub id: Uuid,
    pub outcome: RowOutcome,
    /// Its name today.
    pub name: Option<String>,
    /// What was changed since the change set.
    pub changed_since: Vec<Conflict>,
    /// The lead that it is a part of today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UndoOutcome)]
pub enum RowOutcome {
    /// It is as it was before the change set.
    Undone,
    /// There is nothing left to take back.
    Unchanged,
    /// What was changed since stays as it is; the rest went back.
    ChangedSince,
    /// It was merged into another lead since; take that back first.
    Merged,
    /// It was removed for good.
    Gone,
}

/// What became of a slice.
#[derive(Debug, Default)]
pub struct Outcome {
    pub rows: Vec<Row>,
    /// Leads that the caller does not see, and that stay as they are.
    pub hidden: i64,
}

/// What would become of a lead.
struct Planned {
    row: Row,
    before: Option<Lead>,
    after: Option<Lead>,
    net: Net,
    choice: OnChanged,
}

impl RowOutcome {
    fn error(self) -> Option<&'static str> {
        match self {
            RowOutcome::Undone | RowOutcome::Unchanged => None,
            RowOutcome::ChangedSince => Some("changed_since"),
            RowOutcome::Merged => Some("merged"),
            RowOutcome::Gone => Some("gone"),
        }
    }
}

impl Outcome {
    pub fn count(&self, outcome: RowOutcome) -> i64 {
        let n = self.rows.iter().filter(|it| it.outcome == outcome).count();
        i64::try_from(n).unwrap_or(i64::MAX)
    }

    /// As it is kept with the change set.
    pub fn results(&self) -> Vec<RowResult> {
        let result = |row: &Row| RowResult {
            id: row.id,
            ok: row.outcome.error().is_none(),
            error: row.outcome.error().map(str::to_owned),
        };
        self.rows.iter().map(result).collect()
    }
}

impl Choices {
    fn of(&self, lead: Uuid) -> OnChanged {
        self.leads.get(&lead).copied().unwrap_or(self.on_changed)
    }
}

/// Refuses whoever lacks a right that doing the opposite by hand would need.
pub fn check_rights(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    for kind in set::kinds(tx, caller.workspace, id)? {
        let right = match kind.as_str() {
            "updated" | "tagged" => Permission::LeadsEdit,
            "stage_changed" | "reordered" => Permission::LeadsMove,
            "assigned" => Permission::LeadsAssign,
            "created" | "deleted" | "restored" => Permission::LeadsDelete,
            "merged" | "unmerged" => Permission::LeadsMerge,
            kind if kind.starts_with("note_") => Permission::NotesWrite,
            _ => continue,
        };
        caller.need(right)?;
    }
    Ok(())
}

/// What would become of leads, at most a slice of them.
pub fn preview(
    tx: &mut Tx,
    caller: &Caller,
    set: Uuid,
    leads: &[Uuid],
    choices: &Choices,
) -> Result<Outcome> {
    let (planned, hidden) = plan(tx, caller, set, leads, choices, For::Reading)?;
    Ok(Outcome {
        rows: planned.into_iter().map(|it| it.row).collect(),
        hidden,
    })
}

/// Takes back what the change set did to leads, at most a slice of them. `by` names the change set of the undoing.
pub fn slice(
    tx: &mut Tx,
    caller: &Caller,
    by: &By,
    set: Uuid,
    leads: &[Uuid],
    choices: &Choices,
) -> Result<Outcome> {
    let (mut planned, hidden) = plan(tx, caller, set, leads, choices, For::Writing)?;
    let mut outcome = Outcome {
        rows: Vec::with_capacity(planned.len()),
        hidden,
    };
    for it in &mut planned {
        if let Some(after) = it.after.as_mut().filter(|_| !it.net.split.is_empty()) {
            after.last_submission_at = merge::join_again(tx, by, after, &it.net)?;
        }
    }
    let pairs = planned
        .iter()
        .filter_map(|it| Some((it.before.clone()?, it.after.clone()?)))
        .collect();
    let saved: HashMap<Uuid, Lead> = save_many(tx, by, pairs)?
        .into_iter()
        .map(|it| (it.id.uuid(), it))
        .collect();
    for mut it in planned {
        if let Some(lead) = saved.get(&it.row.id) {
            merge::take_back(tx, by, lead, &it.net)?;
            for (note, change) in it.net.notes.iter().rev() {
                let changed = notes::take_back(tx, caller, by, lead, (*note, change), it.choice)?;
                it.row.changed_since.extend(changed);
            }
            it.row.settle(it.choice);
        }
        outcome.rows.push(it.row);
    }
    Ok(outcome)
}

impl Row {
    fn settle(&mut self, choice: OnChanged) {
        if !self.changed_since.is_empty() && choice == OnChanged::Skip {
            self.outcome = RowOutcome::ChangedSince;
        }
    }
}

fn plan(
    tx: &mut Tx,
    caller: &Caller,
    set: Uuid,
    ids: &[Uuid],
    choices: &Choices,
    purpose: For,
) -> Result<(Vec<Planned>, i64)> {
    let workspace = caller.workspace;
    let mut own: BTreeMap<Uuid, Vec<Entry>> = BTreeMap::new();
    let mut merged: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for entry in log::of_set(tx, workspace, set, ids)? {
        match first_origin(entry.origin.as_deref()) {
            None => own.entry(entry.lead).or_default().push(entry),
            Some(lead) if entry.kind != "merged_into" => {
                merged.insert(lead, entry.lead);
            }
            Some(_) => {}
        }
    }
    let nets: BTreeMap<Uuid, Net> = own
        .into_iter()
        .map(|(lead, entries)| (lead, Net::of(entries.iter().flat_map(Entry::steps))))
        .collect();
    // Before the leads, as everybody locks a stage before what stands in it.
    let world = world(tx, workspace, set, &nets, purpose)?;
    let named: BTreeSet<Uuid> = nets
        .keys()
        .copied()
        .chain(merged.values().copied())
        .chain(nets.values().flat_map(|it| it.split.iter().copied()))
        .collect();
    let named: Vec<Uuid> = named.into_iter().collect();
    let leads = find::some(tx, workspace, &Scope::All, &named, Among::Either, purpose)?;
    let leads: HashMap<Uuid, Lead> = leads.into_iter().map(|it| (it.id.uuid(), it)).collect();
    let (mut planned, mut hidden) = (Vec::with_capacity(nets.len()), 0);
    for (id, net) in nets {
        match leads.get(&id) {
            Some(lead) if !sees(caller, lead, &net, &leads) => hidden += 1,
            // What is left of it is no secret, and nothing.
            None if caller.scope != Scope::All => hidden += 1,
            lead => planned.push(Planned::of(id, lead, net, &world, choices.of(id))),
        }
    }
    for (id, into) in merged {
        match leads.get(&into) {
            Some(lead) if caller.scope.admits(lead.assigned_to) => {
                planned.push(Planned::merged(id, lead));
            }
            _ => hidden += 1,
        }
    }
    Ok((planned, hidden))
}

/// Whoever takes a merge back, or does it again, must see both sides.
fn sees(caller: &Caller, lead: &Lead, net: &Net, leads: &HashMap<Uuid, Lead>) -> bool {
    let owner = |snapshot: &serde_json::Value| {
        snapshot["assignedTo"]
            .as_str()
            .and_then(|it| it.parse().ok())
    };
    caller.scope.admits(lead.assigned_to)
        && net
            .merged
            .iter()
            .all(|(_, it)| caller.scope.admits(owner(&it["snapshot"])))
        && net
            .split
            .iter()
            .filter_map(|it| leads.get(it))
            .all(|it| caller.scope.admits(it.assigned_to))
}

impl Planned {
    fn of(id: Uuid, lead: Option<&Lead>, net: Net, world: &World, choice: OnChanged) -> Planned {
        let mut row = Row {
            id,
            outcome: RowOutcome::Unchanged,
            name: lead.map(|it| it.name.clone()),
            changed_since: Vec::new(),
            merged_into: None,
        };
        let Some(lead) = lead.filter(|_| !net.purged) else {
            row.outcome = RowOutcome::Gone;
            return Planned {
                row,
                before: None,
                after: None,
                net,
                choice,
            };
        };
        let (after, changed_since) = net.back(lead, world, choice);
        let more = !(net.merged.is_empty() && net.split.is_empty() && net.notes.is_empty());
        if more || crate::leads::difference::differ(lead, &after) {
            row.outcome = RowOutcome::Undone;
        }
        row.changed_since = changed_since;
        row.settle(choice);
        Planned {
            row,
            before: Some(lead.clone()),
            after: Some(after),
            net,
            choice,
        }
    }

    fn merged(id: Uuid, into: &Lead) -> Planned {
        let row = Row {
            id,
            outcome: RowOutcome::Merged,
            name: Some(into.name.clone()),
            changed_since: Vec::new(),
            merged_into: Some(into.id.uuid()),
        };
        Planned {
            row,
            before: None,
            after: None,
            net: Net::default(),
            choice: OnChanged::Skip,
        }
    }
}

fn world(
    tx: &mut Tx,
    workspace: WorkspaceId,
    set: Uuid,
    nets: &BTreeMap<Uuid, Net>,
    purpose: For,
) -> Result<World> {
    let mut world = World {
        now: tx.now(),
        places: HashMap::new(),
        members: BTreeSet::new(),
        touched: BTreeSet::new(),
    };
    let mut stages: BTreeSet<Uuid> = nets
        .values()
        .filter_map(|it| it.stage.map(|(from, _)| from.stage))
        .collect();
    let leaving: Vec<Uuid> = nets
        .iter()
        .filter(|(_, net)| net.leaves_trash())
        .map(|(id, _)| *id)
        .collect();
    if !leaving.is_empty() {
        let leads = find::some(
            tx,
            workspace,
            &Scope::All,
            &leaving,
            Among::Trash,
            For::Reading,
        )?;
        stages.extend(leads.iter().map(|it| it.stage_id));
    }
    for stage in stages {
        let from = Place {
            pipeline: Uuid::nil(),
            stage,
        };
        let place = match purpose {
            For::Reading => pipelines::peek(tx, workspace, from)?,
            For::Writing => Some(pipelines::follow(tx, workspace, from)?),
        };
        world.places.extend(place.map(|it| (stage, it)));
    }
    let owners: BTreeSet<Uuid> = nets.values().filter_map(|it| it.owner?.0).collect();
    for owner in owners {
        if workspaces::is_member(tx, workspace, owner)? {
            world.members.insert(owner);
        }
    }
    let made: Vec<Uuid> = nets
        .iter()
        .filter(|(_, net)| net.created)
        .map(|(id, _)| *id)
        .collect();
    if !made.is_empty() {
        world.touched = touched(tx, workspace, set, &made)?;
    }
    Ok(world)
}

/// Leads on which something else was done than what the change set did.
fn touched(
    tx: &mut Tx,
    workspace: WorkspaceId,
    set: Uuid,
    leads: &[Uuid],
) -> Result<BTreeSet<Uuid>> {
    let mut sql = Sql::new("select distinct lead_id from lead_activities where workspace_id = ");
    sql.bind(workspace).push(" and lead_id in ").list(leads);
    sql.push(
        " and kind not in ('created', 'repeated', 'deleted', 'restored', 'reordered', 'respaced')
         and change_set_id is distinct from ",
    );
    sql.bind(set);
    let found: Vec<(Uuid,)> = tx.fetch(&sql)?;
    Ok(found.into_iter().map(|it| it.0).collect())
}
