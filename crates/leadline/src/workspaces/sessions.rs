//! Sessions: a browser that is signed in.

use std::time::Duration;

use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use super::client::Client;
use crate::base::{Result, Secret, WorkspaceId};

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub id: Uuid,
    pub user_agent: String,
    pub address: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}
store::row!(Session {
    id,
    user_agent,
    address,
    created_at,
    last_seen_at,
    expires_at
});

/// Begins a session; its token is known to the browser alone.
pub(super) fn open(
    tx: &mut Tx,
    user: Uuid,
    workspace: WorkspaceId,
    client: &Client,
    life: Duration,
) -> Result<(Uuid, Secret)> {
    let (id, now, token) = (tx.id(), tx.now(), Secret::random("llw_"));
    forget_the_ended(tx)?;
    tx.exec(
        "insert into sessions
            (id, token_hash, user_id, workspace_id, user_agent, address, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        &[&id, &token.hash(), &user, &workspace, &client.agent, &client.address, &now, &now.plus(life)],
    )?;
    Ok((id, token))
}

/// Everybody's, a few at a time.
fn forget_the_ended(tx: &mut Tx) -> Result<()> {
    let mut sql =
        Sql::new("delete from sessions where id in (select id from sessions where expires_at <= ");
    sql.bind(tx.now())
        .push(" limit 100")
        .push(tx.skip_locked())
        .push(")");
    tx.run(&sql)?;
    Ok(())
}

/// A person's sessions that are good, the last used first.
pub(super) fn all(tx: &mut Tx, user: Uuid) -> Result<Vec<Session>> {
    let now = tx.now();
    Ok(tx.all(
        "select id, user_agent, address, created_at, last_seen_at, expires_at from sessions
         where user_id = $1 and expires_at > $2 order by last_seen_at desc, id desc",
        &[&user, &now],
    )?)
}

pub(super) fn get(tx: &mut Tx, id: Uuid) -> Result<Session> {
    Ok(tx.one(
        "select id, user_agent, address, created_at, last_seen_at, expires_at from sessions where id = $1",
        &[&id],
    )?)
}

pub(super) fn end(tx: &mut Tx, user: Uuid, id: Uuid) -> Result<bool> {
    Ok(tx.exec(
        "delete from sessions where user_id = $1 and id = $2",
        &[&user, &id],
    )? > 0)
}

/// Ends the session a browser held until it signed in anew.
pub(super) fn end_by_token(tx: &mut Tx, token: &Secret) -> Result<()> {
    tx.exec(
        "delete from sessions where token_hash = $1",
        &[&token.hash()],
    )?;
    Ok(())
}

pub(super) fn end_all(tx: &mut Tx, user: Uuid) -> Result<u64> {
    Ok(tx.exec("delete from sessions where user_id = $1", &[&user])?)
}

pub(super) fn end_others(tx: &mut Tx, user: Uuid, keep: Uuid) -> Result<u64> {
    Ok(tx.exec(
        "delete from sessions where user_id = $1 and id <> $2",
        &[&user, &keep],
    )?)
}

/// Ends those that look at one workspace, when the person leaves it.
pub(super) fn end_in(tx: &mut Tx, user: Uuid, workspace: WorkspaceId) -> Result<u64> {
    Ok(tx.exec(
        "delete from sessions where user_id = $1 and workspace_id = $2",
        &[&user, &workspace],
    )?)
}

pub(super) fn look_at(tx: &mut Tx, id: Uuid, workspace: WorkspaceId) -> Result<()> {
    tx.exec(
        "update sessions set workspace_id = $2 where id = $1",
        &[&id, &workspace],
    )?;
    Ok(())
}

/// The workspace this person looked at last.
pub(super) fn last_workspace(tx: &mut Tx, user: Uuid) -> Result<Option<WorkspaceId>> {
    let found = tx.opt::<(WorkspaceId,)>(
        "select workspace_id from sessions where user_id = $1 order by last_seen_at desc, id desc limit 1",
        &[&user],
    )?;
    Ok(found.map(|it| it.0))
}
