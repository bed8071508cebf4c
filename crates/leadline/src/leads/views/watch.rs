//! Telling subscribers which leads come into their views and go out of them.
//!
//! For each subscription the leads that are in the view are noted as rows. After every event of a lead the view's filter is
//! held against it in memory, as the subscriber means and sees it: a lead that fulfils it and is not noted has come in, one
//! that is noted and does not fulfil it has gone out. What only time moves is found by a job that looks at the views whose
//! filters name relative days.

mod job;
mod listener;
mod watched;

pub use job::kinds;
use job::{Forget, Watch};
pub use listener::Watcher;

use std::time::Duration;

use store::Tx;
use uuid::Uuid;

use super::{View, mine::Subscription};
use crate::{
    base::{Caller, Error, Result, WorkspaceId},
    events::{self, Event},
    jobs::Enqueue,
    leads::{chosen::Chosen, total},
};

/// Views of more leads are not watched: nobody reads so much, and every lead in one is a row.
pub const MOST: i64 = 10_000;

/// Every node has heard of a new subscription by then; see [`watched`].
const HEARD: Duration = Duration::from_secs(3);

pub fn subscribe(
    tx: &mut Tx,
    caller: &Caller,
    user: Uuid,
    view: &View,
    wanted: Subscription,
) -> Result<()> {
    let chosen = Chosen::bind(tx, view.state.filter.clone(), caller)?;
    if total::of(tx, &chosen, 0)?.n > MOST {
        let detail =
            format!("The view has more than {MOST} leads. Narrow it, and subscribe to that.");
        return Err(Error::conflict("view_too_large", detail));
    }
    let Subscription { entering, leaving } = wanted;
    let changed = tx.exec(
        "update lead_view_subscriptions set entering = $4, leaving = $5
         where workspace_id = $1 and view_id = $2 and user_id = $3 and state <> 'tooLarge'",
        &[&caller.workspace, &view.id, &user, &entering, &leaving],
    )?;
    if changed > 0 {
        return Ok(());
    }
    tx.exec(
        "insert into lead_view_subscriptions (workspace_id, view_id, user_id, entering, leaving, state, relative, created_at)
         values ($1, $2, $3, $4, $5, 'beginning', $6, $7)
         on conflict (workspace_id, view_id, user_id) do update set
             entering = excluded.entering, leaving = excluded.leaving, state = excluded.state",
        &[
            &caller.workspace,
            &view.id,
            &user,
            &entering,
            &leaving,
            &view.state.filter.is_relative(),
            &tx.now(),
        ],
    )?;
    begin(tx, caller.workspace, view.id, user)
}

pub fn unsubscribe(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid) -> Result<bool> {
    let gone = tx.exec(
        "delete from lead_view_subscriptions where workspace_id = $1 and view_id = $2 and user_id = $3",
        &[&workspace, &view, &user],
    )?;
    if gone > 0 {
        Enqueue::new(&Forget { view, user })
            .workspace(workspace)
            .insert(tx)?;
    }
    Ok(gone > 0)
}

/// The view is about to be removed.
pub fn forget_view(tx: &mut Tx, workspace: WorkspaceId, view: Uuid) -> Result<()> {
    for user in subscribers(tx, workspace, view)? {
        unsubscribe(tx, workspace, view, user)?;
    }
    Ok(())
}

/// The view's filter was changed: what is in it now is noted, and told only from then on.
pub fn begin_anew(tx: &mut Tx, workspace: WorkspaceId, view: &View) -> Result<()> {
    tx.exec(
        "update lead_view_subscriptions set state = 'beginning', relative = $3 where workspace_id = $1 and view_id = $2",
        &[&workspace, &view.id, &view.state.filter.is_relative()],
    )?;
    for user in subscribers(tx, workspace, view.id)? {
        begin(tx, workspace, view.id, user)?;
    }
    Ok(())
}

fn subscribers(tx: &mut Tx, workspace: WorkspaceId, view: Uuid) -> Result<Vec<Uuid>> {
    let users: Vec<(Uuid,)> = tx.all(
        "select user_id from lead_view_subscriptions where workspace_id = $1 and view_id = $2 order by user_id",
        &[&workspace, &view],
    )?;
    Ok(users.into_iter().map(|(it,)| it).collect())
}

fn begin(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid) -> Result<()> {
    Enqueue::new(&Watch { view, user })
        .workspace(workspace)
        .after(HEARD)
        .insert(tx)?;
    Ok(())
}

/// Which way a lead went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    In,
    Out,
}

/// Notes that a lead is in a subscriber's view, or is not any more, and tells it if that is news.
fn went(
    tx: &mut Tx,
    watched: &watched::Watched,
    lead: Uuid,
    owner: Option<Uuid>,
    way: Went,
) -> Result<()> {
    let (workspace, view, user) = (watched.workspace, watched.view, watched.user);
    let changed = match way {
        Went::In => tx.exec(
            "insert into lead_view_members (workspace_id, lead_id, view_id, user_id) values ($1, $2, $3, $4)
             on conflict (workspace_id, lead_id, view_id, user_id) do nothing",
            &[&workspace, &lead, &view, &user],
        )?,
        Went::Out => tx.exec(
            "delete from lead_view_members where workspace_id = $1 and lead_id = $2 and view_id = $3 and user_id = $4",
            &[&workspace, &lead, &view, &user],
        )?,
    };
    if changed == 0 || !watched.tells(way) {
        return Ok(());
    }
    let event = match way {
        Went::In => Event::ViewLeadEntered { lead, view, user },
        Went::Out => Event::ViewLeadLeft { lead, view, user },
    };
    // Who does not see the lead any more is told that it left, and nothing else.
    events::record(tx, workspace, owner, Some(user), &event)
}
