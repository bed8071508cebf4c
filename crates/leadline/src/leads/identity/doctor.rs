//! Compares `lead_keys` with the leads, and brings it in step.

use std::collections::HashSet;

use serde_json::value::RawValue;
use store::{Sql, Tx};
use uuid::Uuid;

use super::keys::{self, LeadKey};
use crate::{
    base::{App, Result, Via, WorkspaceId},
    jobs,
    leads::write::{By, SLICE},
    workspaces,
};

/// What to do about what differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    Tell,
    Repair,
}

/// Leads looked at in one unit of work.
const LOOKED_AT: i64 = 5_000;

/// What differs in a slice.
#[derive(Debug, Default)]
struct Difference {
    missing: Vec<LeadKey>,
    stale: Vec<LeadKey>,
    /// Where the next slice begins; none after the last.
    after: Option<Uuid>,
}

/// How many keys differ from what the leads say, in every workspace. With `Repair` they no longer do.
pub async fn check(app: &App, treatment: Treatment) -> Result<usize> {
    let mut differing = 0;
    for workspace in app.read(jobs::workspaces).await? {
        let mut after = Uuid::nil();
        loop {
            let found = app.read(move |tx| compare(tx, workspace, after)).await?;
            differing += found.missing.len() + found.stale.len();
            let next = found.after;
            if treatment == Treatment::Repair {
                repair(app, workspace, found).await?;
            }
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
    }
    Ok(differing)
}

fn compare(tx: &mut Tx, workspace: WorkspaceId, after: Uuid) -> Result<Difference> {
    let unique = ready_fields(tx, workspace)?;
    let leads: Vec<(Uuid, Option<String>, Box<RawValue>)> = tx.all(
        "select id, email, custom_fields from leads where workspace_id = $1 and id > $2 order by id limit $3",
        &[&workspace, &after, &LOOKED_AT],
    )?;
    let full = i64::try_from(leads.len()).is_ok_and(|it| it == LOOKED_AT);
    let last = leads.last().map(|it| it.0).filter(|_| full);
    let ids: HashSet<Uuid> = leads.iter().map(|it| it.0).collect();
    let wanted: HashSet<LeadKey> = leads
        .iter()
        .flat_map(|(id, email, custom)| {
            keys::of_parts(*id, email.as_deref(), custom.get(), &unique)
        })
        .collect();
    let there = stored(tx, workspace, after, last)?;
    let is_stale = |it: &&LeadKey| {
        let lasting = keys::is_external(&it.kind) || is_unready(&it.kind, &unique);
        !ids.contains(&it.lead) || !lasting && !wanted.contains(it)
    };
    Ok(Difference {
        stale: there.iter().filter(is_stale).cloned().collect(),
        missing: wanted
            .into_iter()
            .filter(|it| !there.contains(it))
            .collect(),
        after: last,
    })
}

/// Fields that are being listed, or whose keys a job is still taking out, are that job's.
fn is_unready(kind: &str, ready: &[String]) -> bool {
    kind != keys::EMAIL_FORM && !ready.iter().any(|it| keys::field(it) == kind)
}

fn ready_fields(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.all(
        "select key from lead_fields where workspace_id = $1 and is_unique and unique_ready",
        &[&workspace],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

fn stored(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Uuid,
    last: Option<Uuid>,
) -> Result<HashSet<LeadKey>> {
    let mut sql = Sql::new("select lead_id, kind, value from lead_keys where workspace_id = ");
    sql.bind(workspace).push(" and lead_id > ").bind(after);
    if let Some(last) = last {
        sql.push(" and lead_id <= ").bind(last);
    }
    let rows: Vec<(Uuid, String, String)> = tx.fetch(&sql)?;
    Ok(rows
        .into_iter()
        .map(|(lead, kind, value)| LeadKey { lead, kind, value })
        .collect())
}

async fn repair(app: &App, workspace: WorkspaceId, found: Difference) -> Result<()> {
    for some in found.stale.chunks(SLICE).map(<[LeadKey]>::to_vec) {
        app.db.write(move |tx| remove(tx, workspace, &some)).await?;
    }
    for some in found.missing.chunks(SLICE).map(<[LeadKey]>::to_vec) {
        app.db
            .write(move |tx| {
                let by = By::from(&workspaces::system_caller(tx, workspace, Via::CommandLine)?);
                keys::add(tx, &by, &some)
            })
            .await?;
    }
    Ok(())
}

/// By the lead: what is wrong about a row may be its hash.
fn remove(tx: &mut Tx, workspace: WorkspaceId, stale: &[LeadKey]) -> Result<()> {
    for key in stale {
        tx.exec(
            "delete from lead_keys where workspace_id = $1 and lead_id = $2 and kind = $3 and value = $4",
            &[&workspace, &key.lead, &key.kind, &key.value],
        )?;
    }
    Ok(())
}
