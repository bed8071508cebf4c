//! The look through the whole base.
//!
//! Every lead's keys are written down as hashes and sorted, on disk where memory does not hold them; what stands beside
//! its like is a group to be settled. Leads are read in slices and groups written in slices, so neither memory nor a
//! writer's patience depends on how many there are. A scan that is interrupted begins anew: what it has settled stays
//! settled, and is found in order.

use serde::{Deserialize, Serialize};
use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use super::{
    Progress, groups,
    runs::{Merged, Runs},
    settle,
};
use crate::{
    base::{Error, Result, Via, WorkspaceId},
    events,
    jobs::{Context, Enqueue, Failure, Job, Priority},
    leads::{
        Lead,
        identity::{carriers::DISCRIMINATES, evidence::Traits, keys},
        lead,
    },
    workspaces,
};

/// Looks through the whole base for leads that share a key.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Scan {}

/// Leads read in one unit of work.
const SLICE: i64 = 2_000;

/// Leads of all groups that are settled in one unit of work.
const TOGETHER: usize = 100;

/// What a scan needs to know of the workspace.
#[derive(Clone)]
struct Place {
    workspace: WorkspaceId,
    key: [u8; 16],
    unique: Vec<String>,
}

impl Job for Scan {
    const KIND: &'static str = "leads.duplicates.scan";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        let place = context.app.db.write(move |tx| begin(tx, workspace)).await?;
        let runs = read_all(&context, &place).await?;
        let sorted = tokio::task::spawn_blocking(move || runs.sorted());
        let sorted = sorted
            .await
            .map_err(|err| Failure::Again(err.to_string()))?;
        let mut sorted = sorted.map_err(|err| Failure::Again(err.to_string()))?;
        mark(&context, &place, "comparing", None).await?;
        settle_all(&context, &place, &mut sorted).await?;
        settle_former(&context, &place).await?;
        context
            .app
            .db
            .write(move |tx| finish(tx, workspace))
            .await?;
        Ok(())
    }
}

/// Queues a scan, where none is on its way.
pub fn queue(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    Enqueue::new(&Scan {})
        .workspace(workspace)
        .priority(Priority::Whenever)
        .key(format!("{}:{}", Scan::KIND, workspace.0))
        .insert(tx)?;
    Ok(())
}

type Row = (String, i64, i64, Timestamp, Option<Timestamp>);

pub fn progress(tx: &mut Tx, workspace: WorkspaceId) -> Result<Progress> {
    let row: Option<Row> = tx.opt(
        "select state, done, total, started_at, finished_at from lead_duplicate_scans
         where workspace_id = $1 and kind = 'leads'",
        &[&workspace],
    )?;
    Ok(match row {
        None => Progress {
            state: "never".to_owned(),
            done: 0,
            total: 0,
            started_at: None,
            finished_at: None,
        },
        Some((state, done, total, started_at, finished_at)) => Progress {
            state,
            done,
            total,
            started_at: Some(started_at),
            finished_at,
        },
    })
}

/// What happens from here on is the follower's.
fn begin(tx: &mut Tx, workspace: WorkspaceId) -> Result<Place> {
    let caller = workspaces::system_caller(tx, workspace, Via::Job)?;
    let present = events::present(tx)?;
    let (total,): (i64,) = tx.one(
        "select cast(coalesce(sum(n), 0) as bigint) from lead_counts where workspace_id = $1",
        &[&workspace],
    )?;
    tx.exec(
        "insert into lead_duplicate_scans (workspace_id, kind, state, done, total, started_at, epoch, seq)
         values ($1, 'leads', 'reading', 0, $2, $3, $4, $5)
         on conflict (workspace_id, kind) do update set
             state = excluded.state, done = 0, total = excluded.total, started_at = excluded.started_at,
             finished_at = null, epoch = excluded.epoch, seq = excluded.seq",
        &[&workspace, &total, &tx.now(), &present.epoch, &present.seq],
    )?;
    Ok(Place {
        workspace,
        key: caller.identity_key,
        unique: keys::unique_fields(tx, workspace)?,
    })
}

async fn mark(
    context: &Context,
    place: &Place,
    state: &'static str,
    done: Option<i64>,
) -> Result<(), Failure> {
    let workspace = place.workspace;
    let written = context.app.db.write(move |tx| {
        tx.exec(
            "update lead_duplicate_scans set state = $2, done = coalesce($3, done)
             where workspace_id = $1 and kind = 'leads'",
            &[&workspace, &state, &done],
        )?;
        Ok::<_, Error>(())
    });
    Ok(written.await?)
}

fn finish(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    tx.exec(
        "update lead_duplicate_scans set state = 'done', done = total, finished_at = $2
         where workspace_id = $1 and kind = 'leads'",
        &[&workspace, &tx.now()],
    )?;
    Ok(())
}

async fn read_all(context: &Context, place: &Place) -> Result<Runs, Failure> {
    let (mut runs, mut after, mut done) = (Runs::new(), None, 0);
    loop {
        let here = place.clone();
        let (entries, last, read) = context
            .app
            .read(move |tx| read_slice(tx, &here, after))
            .await?;
        for entry in entries {
            runs.add(entry)
                .map_err(|err| Failure::Again(format!("keys cannot be sorted: {err}")))?;
        }
        let Some(last) = last else { return Ok(runs) };
        after = Some(last);
        done += read;
        // Often enough for somebody who watches.
        if done % (10 * SLICE) == 0 {
            mark(context, place, "reading", Some(done)).await?;
        }
    }
}

type Slice = (Vec<(i64, Uuid)>, Option<Uuid>, i64);

fn read_slice(tx: &mut Tx, place: &Place, after: Option<Uuid>) -> Result<Slice> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(place.workspace);
    if let Some(after) = after {
        sql.push(" and leads.id > ").bind(after);
    }
    sql.push(" order by leads.id limit ").bind(SLICE);
    let leads: Vec<Lead> = tx.fetch(&sql)?;
    let read = i64::try_from(leads.len()).unwrap_or(0);
    let last = leads.last().map(|it| it.id.uuid());
    let mut entries = Vec::new();
    for lead in leads.iter().filter(|it| it.deleted_at.is_none()) {
        let id = lead.id.uuid();
        let traits = Traits::of_lead(lead, &place.unique);
        entries.extend(traits.hashes(&place.key).into_iter().map(|it| (it, id)));
    }
    Ok((entries, last, read))
}

/// Goes through the sorted keys; leads that share one are settled, some keys in one unit of work.
async fn settle_all(context: &Context, place: &Place, sorted: &mut Merged) -> Result<(), Failure> {
    let mut waiting: Vec<Vec<Uuid>> = Vec::new();
    let mut same: (i64, Vec<Uuid>) = (0, Vec::new());
    loop {
        let next = sorted
            .next()
            .map_err(|err| Failure::Again(format!("keys cannot be read back: {err}")))?;
        if let Some((hash, lead)) = next
            && hash == same.0
        {
            if same.1.len() <= DISCRIMINATES {
                same.1.push(lead);
            }
            continue;
        }
        let (_, mut group) = std::mem::take(&mut same);
        group.dedup();
        if (2..=DISCRIMINATES).contains(&group.len()) {
            waiting.push(group);
        }
        let full = waiting.iter().map(Vec::len).sum::<usize>() >= TOGETHER;
        if full || next.is_none() {
            settle_some(context, place, std::mem::take(&mut waiting)).await?;
        }
        match next {
            Some((hash, lead)) => same = (hash, vec![lead]),
            None => return Ok(()),
        }
    }
}

/// Looks first, and writes only where something is to be written.
async fn settle_some(
    context: &Context,
    place: &Place,
    groups: Vec<Vec<Uuid>>,
) -> Result<(), Failure> {
    if groups.is_empty() {
        return Ok(());
    }
    let (workspace, key) = (place.workspace, place.key);
    let unsettled = context
        .app
        .read(move |tx| {
            let mut unsettled = Vec::new();
            for group in groups {
                if !settle::plan(tx, workspace, &key, &group)?.is_nothing() {
                    unsettled.push(group);
                }
            }
            Ok(unsettled)
        })
        .await?;
    if unsettled.is_empty() {
        return Ok(());
    }
    context
        .app
        .db
        .write(move |tx| {
            for group in unsettled {
                settle::settle(tx, workspace, &key, &group)?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(())
}

/// Groups that nothing holds together any more go.
async fn settle_former(context: &Context, place: &Place) -> Result<(), Failure> {
    let mut after = Uuid::nil();
    loop {
        let workspace = place.workspace;
        let groups = context
            .app
            .read(move |tx| {
                let ids: Vec<(Uuid,)> = tx.all(
                    "select id from lead_duplicate_groups
                     where workspace_id = $1 and id > $2 and state <> 'separate' order by id limit 20",
                    &[&workspace, &after],
                )?;
                let ids: Vec<Uuid> = ids.into_iter().map(|it| it.0).collect();
                let members = groups::members(tx, workspace, &ids)?;
                let of = |id: &Uuid| {
                    let own = members.iter().filter(|it| it.0 == *id);
                    own.map(|it| it.1).collect::<Vec<Uuid>>()
                };
                Ok(ids.iter().map(|id| (*id, of(id))).collect::<Vec<_>>())
            })
            .await?;
        let Some((last, _)) = groups.last() else {
            return Ok(());
        };
        after = *last;
        let members = groups.into_iter().map(|it| it.1).collect();
        settle_some(context, place, members).await?;
    }
}
