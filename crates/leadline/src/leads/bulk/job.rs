//! The job that works off an action over more leads than fit into one unit of work.

use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use super::{Outcome, Request, act, next_ids};
use crate::{
    base::{Caller, Result, WorkspaceId},
    jobs::{Context, Failure, Job},
    leads::{
        changes::action::{self, Header, Slice},
        chosen::Chosen,
        write::SLICE,
    },
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BulkJob {
    pub change_set: Uuid,
}

impl Job for BulkJob {
    const KIND: &'static str = "leads.bulk";

    async fn run(self, context: Context) -> Result<(), Failure> {
        action::work_off(&context, self.change_set, slice).await
    }
}

/// One slice; whether there is more to do.
fn slice(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    let Some(running) = action::resume(tx, workspace, id, |it: &Request| &it.seen)? else {
        return Ok(false);
    };
    let (caller, request) = (&running.caller, &running.request);
    let (ids, last, more) = choose(tx, caller, request, &running.header)?;
    let ids: Vec<Uuid> = ids
        .into_iter()
        .filter(|it| !request.exclude.contains(it))
        .collect();
    let outcome = if ids.is_empty() {
        Outcome::default()
    } else {
        act(tx, &running.by, &caller.scope, request, &ids)?
    };
    let slice = Slice {
        done: running.header.done,
        results: &outcome.results,
        changed: outcome.changed,
        last,
        more,
    };
    action::advance(tx, workspace, id, &slice)?;
    Ok(more)
}

/// The leads of the next slice, where the one after it begins, and whether there is one.
fn choose(
    tx: &mut Tx,
    caller: &Caller,
    request: &Request,
    header: &Header,
) -> Result<(Vec<Uuid>, Option<Uuid>, bool)> {
    let (done, last) = (header.done, header.last_id);
    if let Some(ids) = &request.ids {
        let start = usize::try_from(done).unwrap_or(usize::MAX).min(ids.len());
        let end = start.saturating_add(SLICE).min(ids.len());
        return Ok((ids[start..end].to_vec(), last, end < ids.len()));
    }
    let mut chosen = Chosen::bind_at(tx, request.chosen()?, caller, header.created_at)?;
    let (ids, more) = next_ids(tx, &mut chosen, last, SLICE)?;
    let last = ids.last().copied().or(last);
    Ok((ids, last, more))
}
