//! Subscriptions as they are looked at: the filter bound to the subscriber, and what the subscriber sees.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use store::{Timestamp, Tx};
use uuid::Uuid;

use super::Went;
use crate::{
    base::{Error, Permission, Result, Scope, Via, WorkspaceId},
    leads::{
        Lead,
        filter::Rule,
        views::{self, mine::Subscription},
    },
    workspaces,
};

#[derive(Debug)]
pub struct Watched {
    pub workspace: WorkspaceId,
    pub view: Uuid,
    pub user: Uuid,
    wanted: Subscription,
    /// What is in the view has been noted, so that what comes in is news.
    pub watching: bool,
    trash: bool,
    rule: Rule,
    scope: Scope,
}

impl Watched {
    pub fn holds(&self, lead: &Lead) -> bool {
        lead.deleted_at.is_some() == self.trash
            && self.scope.admits(lead.assigned_to)
            && self.rule.matches(&lead.view())
    }

    pub fn tells(&self, way: Went) -> bool {
        self.watching
            && match way {
                Went::In => self.wanted.entering,
                Went::Out => self.wanted.leaving,
            }
    }
}

/// Of the subscriptions of each workspace as they were a moment ago. A listener is asked about every event there is, and
/// most workspaces have none.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<WorkspaceId, Remembered>>);

type Remembered = (Timestamp, Arc<Vec<Watched>>);

const FRESH: Duration = Duration::from_secs(2);

impl Memory {
    pub fn of(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<Arc<Vec<Watched>>> {
        let now = tx.now();
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&workspace)
            .cloned();
        if let Some((at, watched)) = known
            && at <= now
            && now.since(at) < FRESH
        {
            return Ok(watched);
        }
        let watched = Arc::new(all(tx, workspace)?);
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.insert(workspace, (now, Arc::clone(&watched)));
        Ok(watched)
    }
}

struct Row {
    view_id: Uuid,
    user_id: Uuid,
    entering: bool,
    leaving: bool,
    state: String,
}
store::row!(Row {
    view_id,
    user_id,
    entering,
    leaving,
    state
});

fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Watched>> {
    let rows: Vec<Row> = tx.all(
        "select view_id, user_id, entering, leaving, state from lead_view_subscriptions
         where workspace_id = $1 and state <> 'tooLarge' order by view_id, user_id",
        &[&workspace],
    )?;
    let mut watched = Vec::new();
    for row in &rows {
        watched.extend(bound(tx, workspace, row)?);
    }
    Ok(watched)
}

/// One subscription; nothing where it has ended or is not to be looked at.
pub fn one(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid) -> Result<Option<Watched>> {
    let row: Option<Row> = tx.opt(
        "select view_id, user_id, entering, leaving, state from lead_view_subscriptions
         where workspace_id = $1 and view_id = $2 and user_id = $3 and state <> 'tooLarge'",
        &[&workspace, &view, &user],
    )?;
    match row {
        Some(row) => bound(tx, workspace, &row),
        None => Ok(None),
    }
}

/// Nothing, where the subscriber may not see the view any more, or its filter does not hold.
fn bound(tx: &mut Tx, workspace: WorkspaceId, row: &Row) -> Result<Option<Watched>> {
    let Some(caller) = workspaces::person_caller(tx, workspace, row.user_id, Via::Job)? else {
        return Ok(None);
    };
    if !caller.may(Permission::LeadsView) {
        return Ok(None);
    }
    let view = match views::one(tx, &caller, row.view_id) {
        Ok(view) => view,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(err) => return Err(err),
    };
    let now = tx.now();
    let filter = view.state.filter;
    let rule = match filter.rule(tx, &caller, now) {
        Ok(rule) => rule,
        Err(Error::Invalid(_)) => return Ok(None),
        Err(err) => return Err(err),
    };
    Ok(Some(Watched {
        workspace,
        view: row.view_id,
        user: row.user_id,
        wanted: Subscription {
            entering: row.entering,
            leaving: row.leaving,
        },
        watching: row.state == "watching",
        trash: filter.deleted,
        rule,
        scope: caller.scope,
    }))
}
