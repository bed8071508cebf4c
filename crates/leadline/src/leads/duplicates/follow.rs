//! Keeps up with new and changed leads: reads what happened since it last looked, and looks for those leads' likes.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use store::{Sql, Tx};
use uuid::Uuid;

use super::{scan, settle};
use crate::{
    base::{App, Error, Result, Via, WorkspaceId},
    events::{self, Place},
    jobs::{self, Context, Failure, Job},
    leads::{
        Lead,
        identity::{carriers, evidence::Traits, keys},
        lead,
    },
    workspaces,
};

/// Looks at the leads that are new or have changed, in every workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Follow {}

/// Events read in one unit of work.
const SLICE: i64 = 200;

/// After more slices than this, the whole base is looked through instead.
const PATIENCE: usize = 100;

impl Job for Follow {
    const KIND: &'static str = "leads.duplicates.follow";

    async fn run(self, context: Context) -> Result<(), Failure> {
        Ok(Follow::up(&context.app).await?)
    }
}

impl Follow {
    /// The work itself.
    pub async fn up(app: &Arc<App>) -> Result<()> {
        for workspace in app.read(jobs::workspaces).await? {
            in_workspace(app, workspace).await?;
        }
        Ok(())
    }
}

async fn in_workspace(app: &Arc<App>, workspace: WorkspaceId) -> Result<()> {
    let Some(mut place) = app.read(move |tx| reached(tx, workspace)).await? else {
        return app.db.write(move |tx| scan::queue(tx, workspace)).await;
    };
    for _ in 0..PATIENCE {
        let from = place;
        let (leads, last, more) = app
            .read(move |tx| Ok(events::leads_after(tx, workspace, from, SLICE)?))
            .await?;
        if last == place {
            return Ok(());
        }
        let leads: BTreeSet<Uuid> = leads
            .into_iter()
            .filter(|(_, name)| concerns(name))
            .map(|it| it.0)
            .collect();
        look(app, workspace, leads.into_iter().collect()).await?;
        app.db
            .write(move |tx| remember(tx, workspace, last))
            .await?;
        place = last;
        if !more {
            return Ok(());
        }
    }
    app.db.write(move |tx| scan::queue(tx, workspace)).await
}

/// Events after which a lead may have other likes than before.
fn concerns(name: &str) -> bool {
    matches!(
        name,
        "lead.created"
            | "lead.updated"
            | "lead.deleted"
            | "lead.restored"
            | "lead.merged"
            | "lead.submitted"
    )
}

fn reached(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<Place>> {
    let found: Option<(i64, i64)> = tx.opt(
        "select epoch, seq from lead_duplicate_scans where workspace_id = $1 and kind = 'leads'",
        &[&workspace],
    )?;
    Ok(found.map(|(epoch, seq)| Place { epoch, seq }))
}

fn remember(tx: &mut Tx, workspace: WorkspaceId, place: Place) -> Result<()> {
    // A scan that began meanwhile knows better.
    tx.exec(
        "update lead_duplicate_scans set epoch = $2, seq = $3
         where workspace_id = $1 and kind = 'leads' and (epoch, seq) < ($2, $3)",
        &[&workspace, &place.epoch, &place.seq],
    )?;
    Ok(())
}

async fn look(app: &Arc<App>, workspace: WorkspaceId, leads: Vec<Uuid>) -> Result<()> {
    let (key, unsettled) = app
        .read(move |tx| {
            let caller = workspaces::system_caller(tx, workspace, Via::Job)?;
            let key = caller.identity_key;
            let unique = keys::unique_fields(tx, workspace)?;
            let mut unsettled = Vec::new();
            for lead in leads {
                let group = likes(tx, workspace, &key, &unique, lead)?;
                if !settle::plan(tx, workspace, &key, &group)?.is_nothing() {
                    unsettled.push(group);
                }
            }
            Ok((key, unsettled))
        })
        .await?;
    for group in unsettled {
        app.db
            .write(move |tx| settle::settle(tx, workspace, &key, &group).map(drop))
            .await?;
    }
    Ok(())
}

/// The lead and all that share a key with it.
fn likes(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    unique: &[String],
    id: Uuid,
) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(workspace);
    sql.push(" and leads.id = ").bind(id);
    let mut ids = vec![id];
    if let Some(lead) = tx
        .fetch_opt::<Lead>(&sql)?
        .filter(|it| it.deleted_at.is_none())
    {
        let found = carriers::of(tx, workspace, key, &Traits::of_lead(&lead, unique))?;
        let live = found.iter().filter(|it| it.deleted_at.is_none());
        ids.extend(live.map(|it| it.id.uuid()));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
