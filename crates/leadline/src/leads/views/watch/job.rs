//! Going through whole views: once where a subscription begins, and now and then where time moves leads in and out.

use std::{collections::HashSet, time::Duration};

use serde::{Deserialize, Serialize};
use store::{Sql, Tx};
use uuid::Uuid;

use super::{MOST, Went, watched, went};
use crate::{
    base::{Error, Result, Via, WorkspaceId},
    jobs::{self, Context, Enqueue, Failure, Job, Kind},
    leads::{Lead, chosen::Chosen, lead, list, views, write::SLICE},
    workspaces,
};

/// How often views are looked at whose leads come and go by themselves.
const EVERY: Duration = Duration::from_mins(5);

pub fn kinds() -> Vec<Kind> {
    vec![
        jobs::kind::<Watch>(),
        jobs::kind::<Forget>(),
        jobs::recurring::<Sweep>(EVERY),
    ]
}

/// Goes through a view for one subscriber. What it finds is news, unless the subscription is just beginning.
/// It may begin again at any time: leads that are noted are passed over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Watch {
    pub view: Uuid,
    pub user: Uuid,
}

impl Job for Watch {
    const KIND: &'static str = "views.watch";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        let Watch { view, user } = self;
        let db = &context.app.db;
        let (mut after, mut seen) = (None, 0);
        loop {
            let ids = db
                .read(move |tx| matching(tx, workspace, view, user, after))
                .await?;
            let Some(last) = ids.last().copied() else {
                break;
            };
            seen += i64::try_from(ids.len()).unwrap_or(i64::MAX);
            if seen > MOST {
                db.write(move |tx| give_up(tx, workspace, view, user))
                    .await?;
                return Ok(());
            }
            after = Some(last);
            db.write(move |tx| enter(tx, workspace, view, user, &ids))
                .await?;
        }
        let mut after = Uuid::nil();
        while let Some(last) = db
            .write(move |tx| leave(tx, workspace, view, user, after))
            .await?
        {
            after = last;
        }
        db.write(move |tx| watch_from_now_on(tx, workspace, view, user))
            .await?;
        Ok(())
    }
}

/// The next leads that fulfil the filter; found beside the writers, for there may be much to look through.
fn matching(
    tx: &mut Tx,
    workspace: WorkspaceId,
    view: Uuid,
    user: Uuid,
    after: Option<Uuid>,
) -> Result<Vec<Uuid>> {
    if watched::one(tx, workspace, view, user)?.is_none() {
        return Ok(Vec::new());
    }
    let Some(caller) = workspaces::person_caller(tx, workspace, user, Via::Job)? else {
        return Ok(Vec::new());
    };
    let view = match views::one(tx, &caller, view) {
        Ok(view) => view,
        Err(Error::NotFound(_)) => return Ok(Vec::new()),
        Err(err) => return Err(err),
    };
    let mut chosen = Chosen::bind(tx, view.state.filter, &caller)?;
    list::ids(tx, &mut chosen, after, i64::try_from(SLICE).unwrap_or(500))
}

/// Notes those that are in the view and are not noted yet, as they stand now.
fn enter(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid, ids: &[Uuid]) -> Result<()> {
    let Some(watched) = watched::one(tx, workspace, view, user)? else {
        return Ok(());
    };
    let mut sql = Sql::new("select lead_id from lead_view_members where workspace_id = ");
    sql.bind(workspace)
        .push(" and view_id = ")
        .bind(view)
        .push(" and user_id = ")
        .bind(user)
        .push(" and lead_id in ")
        .list(ids.iter().copied());
    let noted: Vec<(Uuid,)> = tx.fetch(&sql)?;
    let noted: HashSet<Uuid> = noted.into_iter().map(|(it,)| it).collect();
    for lead in leads(tx, workspace, ids)? {
        let id = lead.id.uuid();
        if !noted.contains(&id) && watched.holds(&lead) {
            went(tx, &watched, id, lead.assigned_to, Went::In)?;
        }
    }
    Ok(())
}

/// Looks at the next of those that are noted; the last one, where there may be more.
fn leave(
    tx: &mut Tx,
    workspace: WorkspaceId,
    view: Uuid,
    user: Uuid,
    after: Uuid,
) -> Result<Option<Uuid>> {
    let Some(watched) = watched::one(tx, workspace, view, user)? else {
        return Ok(None);
    };
    let noted: Vec<(Uuid,)> = tx.all(
        "select lead_id from lead_view_members
         where workspace_id = $1 and view_id = $2 and user_id = $3 and lead_id > $4 order by lead_id limit 500",
        &[&workspace, &view, &user, &after],
    )?;
    let ids: Vec<Uuid> = noted.into_iter().map(|(it,)| it).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let found = leads(tx, workspace, &ids)?;
    for id in &ids {
        let lead = found.iter().find(|it| it.id.uuid() == *id);
        if !lead.is_some_and(|it| watched.holds(it)) {
            let owner = lead.and_then(|it| it.assigned_to);
            went(tx, &watched, *id, owner, Went::Out)?;
        }
    }
    Ok(ids.last().copied())
}

fn leads(tx: &mut Tx, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Lead>> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(workspace)
        .push(" and leads.id in ")
        .list(ids.iter().copied());
    Ok(tx.fetch(&sql)?)
}

fn watch_from_now_on(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid) -> Result<()> {
    tx.exec(
        "update lead_view_subscriptions set state = 'watching'
         where workspace_id = $1 and view_id = $2 and user_id = $3 and state = 'beginning'",
        &[&workspace, &view, &user],
    )?;
    Ok(())
}

fn give_up(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid) -> Result<()> {
    tx.exec(
        "update lead_view_subscriptions set state = 'tooLarge'
         where workspace_id = $1 and view_id = $2 and user_id = $3",
        &[&workspace, &view, &user],
    )?;
    Enqueue::new(&Forget { view, user })
        .workspace(workspace)
        .insert(tx)?;
    Ok(())
}

/// Takes away the notes of a subscription that has ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forget {
    pub view: Uuid,
    pub user: Uuid,
}

impl Job for Forget {
    const KIND: &'static str = "views.forget";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        let Forget { view, user } = self;
        while context
            .app
            .db
            .write(move |tx| forget(tx, workspace, view, user))
            .await?
            > 0
        {}
        Ok(())
    }
}

fn forget(tx: &mut Tx, workspace: WorkspaceId, view: Uuid, user: Uuid) -> Result<u64> {
    // It may have begun again meanwhile.
    let there: Option<(Uuid,)> = tx.opt(
        "select view_id from lead_view_subscriptions
         where workspace_id = $1 and view_id = $2 and user_id = $3 and state <> 'tooLarge'",
        &[&workspace, &view, &user],
    )?;
    if there.is_some() {
        return Ok(0);
    }
    Ok(tx.exec(
        "delete from lead_view_members where workspace_id = $1 and view_id = $2 and user_id = $3 and lead_id in (
             select lead_id from lead_view_members where workspace_id = $1 and view_id = $2 and user_id = $3 limit 500)",
        &[&workspace, &view, &user],
    )?)
}

/// Looks for the views that are to be gone through because their filters name relative days.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sweep {}

impl Job for Sweep {
    const KIND: &'static str = "views.sweep";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let db = &context.app.db;
        for workspace in db.read(jobs::workspaces).await? {
            let due = db.read(move |tx| relative(tx, workspace)).await?;
            for some in due.chunks(SLICE) {
                let some = some.to_vec();
                db.write(move |tx| queue(tx, workspace, &some)).await?;
            }
        }
        Ok(())
    }
}

fn relative(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(tx.all(
        "select view_id, user_id from lead_view_subscriptions
         where workspace_id = $1 and relative and state = 'watching' order by view_id, user_id",
        &[&workspace],
    )?)
}

fn queue(tx: &mut Tx, workspace: WorkspaceId, due: &[(Uuid, Uuid)]) -> Result<()> {
    for (view, user) in due.iter().copied() {
        Enqueue::new(&Watch { view, user })
            .workspace(workspace)
            .priority(jobs::Priority::Whenever)
            .key(format!("views.watch:{}:{view}:{user}", workspace.0))
            .insert(tx)?;
    }
    Ok(())
}
