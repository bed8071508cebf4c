//! The job that works off an action over more leads than fit into one unit of work.

use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use super::{Outcome, Request, Set, act, load, next_ids};
use crate::{
    base::{Actor, Caller, Result, Scope, Via, WorkspaceId},
    jobs::{Context, Failure, Job},
    leads::{
        changes::set::{self, Slice},
        chosen::Chosen,
        write::{By, SLICE},
    },
    workspaces,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BulkJob {
    pub change_set: Uuid,
}

impl Job for BulkJob {
    const KIND: &'static str = "leads.bulk";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        let id = self.change_set;
        while context
            .app
            .db
            .write(move |tx| slice(tx, workspace, id))
            .await?
        {}
        Ok(())
    }
}

/// One slice; whether there is more to do.
fn slice(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    set::lock(tx, workspace, id)?;
    let found = load(tx, workspace, id)?;
    if found.state != "running" {
        return Ok(false);
    }
    let request = &found.request.0;
    let caller = caller(tx, workspace, &found, request)?;
    let by = By::from(&caller).in_change_set(id);
    let (ids, last, more) = choose(tx, &caller, request, &found)?;
    let ids: Vec<Uuid> = ids
        .into_iter()
        .filter(|it| !request.exclude.contains(it))
        .collect();
    let outcome = if ids.is_empty() {
        Outcome::default()
    } else {
        act(tx, &by, &caller.scope, request, &ids)?
    };
    let slice = Slice {
        done: found.done,
        results: &outcome.results,
        changed: outcome.changed,
        last,
        more,
    };
    set::advance(tx, workspace, id, &slice)?;
    Ok(more)
}

/// The leads of the next slice, where the one after it begins, and whether there is one.
fn choose(
    tx: &mut Tx,
    caller: &Caller,
    request: &Request,
    set: &Set,
) -> Result<(Vec<Uuid>, Option<Uuid>, bool)> {
    let (done, last) = (set.done, set.last_id);
    if let Some(ids) = &request.ids {
        let start = usize::try_from(done).unwrap_or(usize::MAX).min(ids.len());
        let end = start.saturating_add(SLICE).min(ids.len());
        return Ok((ids[start..end].to_vec(), last, end < ids.len()));
    }
    let mut chosen = Chosen::bind_at(tx, request.chosen()?, caller, set.created_at)?;
    let (ids, more) = next_ids(tx, &mut chosen, last, SLICE)?;
    let last = ids.last().copied().or(last);
    Ok((ids, last, more))
}

/// Whoever asked, seeing what he saw.
fn caller(tx: &mut Tx, workspace: WorkspaceId, set: &Set, request: &Request) -> Result<Caller> {
    let via = set.via.as_deref().and_then(Via::from_key);
    let system = workspaces::system_caller(tx, workspace, via.unwrap_or(Via::Job))?;
    Ok(Caller {
        actor: Actor::from_columns(&set.actor_kind, set.actor_id),
        scope: Scope::from(request.seen.clone()),
        ..system
    })
}
