//! Makes one lead of several that are about the same person, and takes that back again.
//!
//! The survivor takes over what the others know; they leave the base, and their ids lead to it for ever. Everything that
//! hangs on a lead goes along: see [`children`]. What the others were is kept in the survivor's log, so that undoing puts
//! both back as they were.

pub mod api;
pub mod children;
pub mod groups;
mod plan;
pub mod redirect;
mod snapshot;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

pub use groups::MergeJob;
pub use plan::{FieldPlan, Given, Pick, Side};

use crate::{
    base::{Caller, Error, IfMatch, Result, Scope, WorkspaceId, parse_json},
    leads::{
        Lead,
        activities::{self, Activity, Kind},
        body::LeadChange,
        changes::net::Net,
        counts,
        find::{self, Among, For},
        happened, pipelines,
        save::save,
        tags::{self, Tags},
        write::{self, By, Place},
    },
};

/// Leads that one merge may name.
pub const MOST: usize = 20;

/// What is to be merged, and how.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub ids: Vec<Uuid>,
    pub survivor: Option<Uuid>,
    pub picks: BTreeMap<String, Pick>,
    /// The versions against which the merge was decided.
    pub versions: BTreeMap<Uuid, i64>,
}

/// A merge, ready to be done.
#[derive(Debug)]
pub struct Prepared {
    pub survivor: Lead,
    pub others: Vec<Lead>,
    /// The survivor as it is to be.
    pub result: Lead,
    pub fields: Vec<FieldPlan>,
    pub dropped_tags: Vec<String>,
}

/// What a merge comes to. The preview and the merge itself are made by this one function.
pub fn prepare(tx: &mut Tx, caller: &Caller, request: &Request, purpose: For) -> Result<Prepared> {
    if request.ids.len() > MOST {
        return Err(Error::conflict(
            "too_many",
            format!("These are more than the {MOST} leads that can be merged at once."),
        ));
    }
    let leads = sides(tx, caller, request, purpose)?;
    let plan = plan::plan(leads.clone(), request.survivor, &request.picks)?;
    let (mut own, others): (Vec<Lead>, Vec<Lead>) = leads
        .into_iter()
        .map(|it| it.lead)
        .partition(|it| it.id.uuid() == plan.survivor);
    let survivor = own.pop().ok_or(Error::NotFound("lead"))?;
    let mut result = plan.lead;
    if !plan.given.is_empty() {
        let text = serde_json::to_vec(&plan.given).unwrap_or_default();
        let change: LeadChange = parse_json(&text)?;
        result = change.apply(tx, caller, &result)?;
    }
    Ok(Prepared {
        survivor,
        others,
        result,
        fields: plan.fields,
        dropped_tags: plan.dropped_tags,
    })
}

/// Merges, and answers the survivor as it now is.
pub fn merge(tx: &mut Tx, by: &By, prepared: &Prepared) -> Result<Lead> {
    let by = &by.with_change_set(tx);
    let (before, after) = (&prepared.survivor, &prepared.result);
    // They go first: what only one lead may have is free then.
    for other in &prepared.others {
        join(tx, by, after, other, before.last_submission_at)?;
    }
    let survivor = save(tx, by, before, after.clone())?;
    mark_seen(tx, by, before, after.last_submission_at)?;
    for other in &prepared.others {
        happened::merged(tx, by, &survivor, other)?;
    }
    Ok(survivor)
}

/// When the person last came in is no change of the record; it is written beside it.
fn mark_seen(tx: &mut Tx, by: &By, lead: &Lead, at: Option<Timestamp>) -> Result<()> {
    if lead.last_submission_at != at {
        tx.exec(
            "update leads set last_submission_at = $3 where workspace_id = $1 and id = $2",
            &[&by.workspace, &lead.id, &at],
        )?;
    }
    Ok(())
}

fn sides(tx: &mut Tx, caller: &Caller, request: &Request, purpose: For) -> Result<Vec<Side>> {
    let workspace = caller.workspace;
    let leads = find::some(
        tx,
        workspace,
        &caller.scope,
        &request.ids,
        Among::Live,
        purpose,
    )?;
    for id in &request.ids {
        if !leads.iter().any(|it| it.id.uuid() == *id) {
            return Err(absent(tx, caller, *id)?);
        }
    }
    for lead in &leads {
        let version = request.versions.get(&lead.id.uuid()).copied();
        find::check(lead, IfMatch(version))?;
    }
    let advances = advances(tx, workspace, &leads)?;
    let activities = activity_counts(tx, workspace, &request.ids)?;
    let side = |lead: Lead| Side {
        advance: advances.get(&lead.stage_id).copied().unwrap_or(0),
        activities: activities.get(&lead.id.uuid()).copied().unwrap_or(0),
        lead,
    };
    Ok(leads.into_iter().map(side).collect())
}

/// Somebody else was quicker, or there is no such lead.
fn absent(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Error> {
    if let Some(into) = redirect::target(tx, caller.workspace, id)?
        && find::one(tx, caller, into, Among::Either, For::Reading).is_ok()
    {
        return Ok(Error::conflict(
            "already_merged",
            format!("The lead {id} was merged into {into} already."),
        ));
    }
    Ok(Error::invalid(
        "ids",
        format!("names {id}, which is no lead here or not yours to see"),
    ))
}

/// How far the leads' stages are: won before open, open by place, lost last.
fn advances(tx: &mut Tx, workspace: WorkspaceId, leads: &[Lead]) -> Result<HashMap<Uuid, i64>> {
    let mut sql = Sql::new(
        "select id, case type when 'won' then 1000000 when 'lost' then -1 else position end
         from lead_pipeline_stages where workspace_id = ",
    );
    sql.bind(workspace)
        .push(" and id in ")
        .list(leads.iter().map(|it| it.stage_id));
    Ok(tx.fetch::<(Uuid, i64)>(&sql)?.into_iter().collect())
}

fn activity_counts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    leads: &[Uuid],
) -> Result<HashMap<Uuid, i64>> {
    let mut sql = Sql::new("select lead_id, count(*) from lead_activities where workspace_id = ");
    sql.bind(workspace)
        .push(" and lead_id in ")
        .list(leads)
        .push(" group by lead_id");
    Ok(tx.fetch::<(Uuid, i64)>(&sql)?.into_iter().collect())
}

/// One lead goes into another, which is or will be written. `seen` is when the survivor's person last came in before.
fn join(
    tx: &mut Tx,
    by: &By,
    survivor: &Lead,
    other: &Lead,
    seen: Option<Timestamp>,
) -> Result<()> {
    let (to, from) = (survivor.id.uuid(), other.id.uuid());
    let into = Activity::new(from, Kind::MergedInto, &json!({ "leadId": to }));
    activities::record_many(tx, by, vec![into])?;
    counts::leaves(tx, by.workspace, other.counted());
    tags::unlist(tx, by.workspace, tag_rows(other))?;
    let kept = children::join(tx, by, survivor, other)?;
    let merged = json!({
        "leadId": from, "name": other.name, "snapshot": snapshot::write(other), "children": kept,
        "seenAt": { "before": seen, "after": survivor.last_submission_at },
    });
    let merged = Activity::new(to, Kind::Merged, &merged);
    activities::record_many(tx, by, vec![merged])?;
    redirect::add(tx, by, from, to)?;
    tx.exec(
        "delete from leads where workspace_id = $1 and id = $2",
        &[&by.workspace, &other.id],
    )?;
    Ok(())
}

/// Takes back what a change set merged into this lead, which is written already.
pub fn take_back(tx: &mut Tx, by: &By, survivor: &Lead, net: &Net) -> Result<()> {
    for (other, data) in net.merged.iter().rev() {
        part(tx, by, survivor, *other, data)?;
    }
    Ok(())
}

/// Merges again what a change set had taken apart, before the lead is written. Answers when its person last came in.
pub fn join_again(tx: &mut Tx, by: &By, lead: &Lead, net: &Net) -> Result<Option<Timestamp>> {
    let others = find::some(
        tx,
        by.workspace,
        &Scope::All,
        &net.split,
        Among::Live,
        For::Writing,
    )?;
    let before = lead.last_submission_at;
    let seen = others
        .iter()
        .map(|it| it.last_submission_at)
        .fold(before, Option::max);
    mark_seen(tx, by, lead, seen)?;
    let survivor = Lead {
        last_submission_at: seen,
        ..lead.clone()
    };
    for other in others.iter().filter(|it| it.id != lead.id) {
        join(tx, by, &survivor, other, before)?;
        happened::merged(tx, by, &survivor, other)?;
    }
    Ok(seen)
}

/// A lead that went into another comes out of it again. Where that has happened already, nothing is done.
fn part(tx: &mut Tx, by: &By, survivor: &Lead, other: Uuid, data: &Json) -> Result<()> {
    if !redirect::remove(tx, by.workspace, other, survivor.id.uuid())? {
        return Ok(());
    }
    let Some(former) = snapshot::read(&data["snapshot"]) else {
        return Err(Error::Internal(format!(
            "what the merged lead {other} was cannot be read"
        )));
    };
    let from = Place {
        pipeline: former.pipeline_id,
        stage: former.stage_id,
    };
    let place = pipelines::follow(tx, by.workspace, from)?;
    let lead = Lead {
        pipeline_id: place.pipeline,
        stage_id: place.stage,
        version: former.version + 1,
        updated_at: tx.now(),
        ..former
    };
    write::put_back(tx, by, &lead)?;
    counts::enters(tx, by.workspace, lead.counted());
    let rows: Vec<_> = tag_rows(&lead)
        .map(|(id, tag)| (id, lead.assigned_to, tag))
        .collect();
    tags::list(tx, by.workspace, &rows)?;
    children::part(tx, by, survivor, &lead, &data["children"])?;
    let time = |it: &Json| -> Option<Timestamp> { it.as_str()?.parse().ok() };
    if survivor.last_submission_at == time(&data["seenAt"]["after"]) {
        mark_seen(tx, by, survivor, time(&data["seenAt"]["before"]))?;
    }
    let id = survivor.id.uuid();
    let log = vec![
        Activity::new(
            id,
            Kind::Unmerged,
            &json!({ "leadId": other, "name": lead.name }),
        ),
        Activity::new(
            other,
            Kind::Unmerged,
            &json!({ "from": id, "name": survivor.name }),
        ),
    ];
    activities::record_many(tx, by, log)?;
    happened::restored(tx, by, &lead)
}

fn tag_rows(lead: &Lead) -> impl Iterator<Item = (Uuid, String)> + use<> {
    let id = lead.id.uuid();
    let tags = Tags::from_json(&lead.tags).folded();
    tags.into_iter().map(move |tag| (id, tag))
}
