//! Which leads, entries and files a rule is about. The dry run and the night ask here alike.

use serde::Serialize;
use store::{Json, Sql, Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::rules::{Rule, What};
use crate::{
    base::{Caller, Result, Via, WorkspaceId},
    intake::import::leftovers,
    leads::{chosen::Chosen, filter::Filter, list},
    privacy::leads::{NOBODY, SAYING},
    workspaces,
};

/// Leads looked at in one unit of work.
const SLICE: i64 = 500;

/// Entries of histories looked at in one unit of work.
const ENTRIES: i64 = 2_000;

/// A dry run looks at so many slices; beyond them there may be more.
const MOST_SLICES: usize = 40;

const SAMPLES: usize = 10;

/// What a rule would do tonight.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetentionDryRun)]
pub struct DryRun {
    pub what: What,
    /// What was left alone before this would go.
    #[schema(value_type = String, format = DateTime)]
    pub cutoff: Timestamp,
    /// Leads, entries of histories, or files.
    pub count: i64,
    /// There are more; counting stopped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub count_capped: bool,
    /// Some of the leads.
    pub samples: Vec<Sample>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetentionSample)]
pub struct Sample {
    pub lead_id: Uuid,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}
store::row!(Sample {
    lead_id,
    name,
    updated_at
});

/// Rules are worked off by the system, which sees every lead.
pub fn system(tx: &mut Tx, workspace: WorkspaceId) -> Result<Caller> {
    workspaces::system_caller(tx, workspace, Via::Job)
}

pub fn dry_run(tx: &mut Tx, workspace: WorkspaceId, rule: &Rule) -> Result<DryRun> {
    let cutoff = rule.cutoff(tx.now());
    let mut dry = DryRun {
        what: rule.what,
        cutoff,
        count: 0,
        count_capped: false,
        samples: Vec::new(),
    };
    match rule.what {
        What::Leads => count_leads(tx, workspace, rule, &mut dry)?,
        What::ImportFiles => dry.count = leftovers::count_older(tx, workspace, cutoff)?,
        What::History => count_entries(tx, workspace, &mut dry)?,
    }
    Ok(dry)
}

fn count_leads(tx: &mut Tx, workspace: WorkspaceId, rule: &Rule, dry: &mut DryRun) -> Result<()> {
    let mut after = None;
    for _ in 0..MOST_SLICES {
        let (found, last) = leads(tx, workspace, rule, dry.cutoff, after)?;
        dry.count += i64::try_from(found.len()).unwrap_or(0);
        let room = SAMPLES - dry.samples.len();
        dry.samples.extend(found.into_iter().take(room));
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
    dry.count_capped = true;
    Ok(())
}

fn count_entries(tx: &mut Tx, workspace: WorkspaceId, dry: &mut DryRun) -> Result<()> {
    let mut after = None;
    for _ in 0..MOST_SLICES {
        let (found, last) = entries(tx, workspace, dry.cutoff, after)?;
        dry.count += i64::try_from(found.len()).unwrap_or(0);
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
    dry.count_capped = true;
    Ok(())
}

/// Leads of the rule's filter behind `after` that nobody has touched since; and where to go on.
pub fn leads(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rule: &Rule,
    cutoff: Timestamp,
    after: Option<Uuid>,
) -> Result<(Vec<Sample>, Option<Uuid>)> {
    let caller = system(tx, workspace)?;
    let mut filter: Filter = rule.filter.clone().map(|Json(it)| it).unwrap_or_default();
    let most = filter.updated.most.map_or(cutoff, |it| it.min(cutoff));
    filter.updated.most = Some(most);
    let mut chosen = Chosen::bind(tx, filter, &caller).map_err(|err| err.within("filter"))?;
    let ids = list::ids(tx, &mut chosen, after, SLICE)?;
    let last = ids.last().copied();
    let full = i64::try_from(ids.len()).is_ok_and(|it| it >= SLICE);
    let found = untouched(tx, workspace, &ids, cutoff)?;
    Ok((found, last.filter(|_| full)))
}

/// Those of the leads that nobody has written to, in or about, and that have not come in again.
pub fn untouched(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[Uuid],
    cutoff: Timestamp,
) -> Result<Vec<Sample>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("select id as lead_id, name, updated_at from leads where workspace_id = ");
    sql.bind(workspace)
        .push(" and id in ")
        .list(ids.iter().copied());
    sql.push(" and updated_at < ").bind(cutoff);
    sql.push(" and (last_submission_at is null or last_submission_at < ")
        .bind(cutoff);
    sql.push(") and not exists (select 1 from lead_activities a where a.workspace_id = ")
        .bind(workspace);
    sql.push(" and a.lead_id = leads.id and a.at >= ")
        .bind(cutoff);
    // Who is nobody already stays so.
    sql.push(") and not (name = ").bind(NOBODY);
    sql.push(" and name_provisional and email is null and phone is null) order by id");
    Ok(tx.fetch(&sql)?)
}

/// The place of an entry in a history.
pub type EntryPlace = (Uuid, Uuid);

/// Entries of histories behind `after` that say something and are older; and where to go on.
pub fn entries(
    tx: &mut Tx,
    workspace: WorkspaceId,
    cutoff: Timestamp,
    after: Option<EntryPlace>,
) -> Result<(Vec<EntryPlace>, Option<EntryPlace>)> {
    let mut sql = Sql::new(
        "select lead_id, id, kind, at, cast(data as text) = '{}' as empty from lead_activities where workspace_id = ",
    );
    sql.bind(workspace);
    if let Some((lead, id)) = after {
        sql.push(" and (lead_id, id) > (").bind(lead);
        sql.push(", ").bind(id).push(")");
    }
    sql.push(" order by lead_id, id limit ").bind(ENTRIES);
    let rows: Vec<(Uuid, Uuid, String, Timestamp, bool)> = tx.fetch(&sql)?;
    let full = i64::try_from(rows.len()).is_ok_and(|it| it >= ENTRIES);
    let last = rows.last().map(|it| (it.0, it.1)).filter(|_| full);
    let old = rows
        .into_iter()
        .filter(|it| it.3 < cutoff && !it.4 && SAYING.contains(&it.2.as_str()));
    Ok((old.map(|it| (it.0, it.1)).collect(), last))
}
