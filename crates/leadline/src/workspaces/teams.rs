//! Teams: whose leads somebody with a reach of "team" sees.

use std::collections::HashMap;

use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use crate::base::{Error, Result, WorkspaceId};

#[derive(Debug, Clone)]
pub(super) struct Team {
    pub id: Uuid,
    pub name: String,
    pub created_at: Timestamp,
}
store::row!(Team {
    id,
    name,
    created_at
});

pub(super) fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Team>> {
    Ok(tx.all(
        "select id, name, created_at from teams where workspace_id = $1 order by lower(name), id",
        &[&workspace],
    )?)
}

pub(super) fn get(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Team> {
    tx.opt(
        "select id, name, created_at from teams where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?
    .ok_or(Error::NotFound("team"))
}

/// A team about to be changed.
pub(super) fn hold(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Team> {
    let mut sql = Sql::new("select id, name, created_at from teams where workspace_id = ");
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("team"))
}

pub fn add(tx: &mut Tx, workspace: WorkspaceId, name: &str) -> Result<Uuid> {
    let (id, now) = (tx.id(), tx.now());
    let added = tx.exec(
        "insert into teams (workspace_id, id, name, created_at) values ($1, $2, $3, $4)
         on conflict (workspace_id, name) do nothing",
        &[&workspace, &id, &name, &now],
    )?;
    if added == 0 {
        Err(name_taken())
    } else {
        Ok(id)
    }
}

pub(super) fn rename(tx: &mut Tx, workspace: WorkspaceId, id: Uuid, name: &str) -> Result<()> {
    let (others,) = tx.one::<(i64,)>(
        "select count(*) from teams where workspace_id = $1 and name = $2 and id <> $3",
        &[&workspace, &name, &id],
    )?;
    if others > 0 {
        return Err(name_taken());
    }
    tx.exec(
        "update teams set name = $3 where workspace_id = $1 and id = $2",
        &[&workspace, &id, &name],
    )?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let removed = tx.exec(
        "delete from teams where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    if removed == 0 {
        Err(Error::NotFound("team"))
    } else {
        Ok(())
    }
}

pub fn join(tx: &mut Tx, workspace: WorkspaceId, team: Uuid, user: Uuid) -> Result<()> {
    tx.exec(
        "insert into team_members (workspace_id, team_id, user_id) values ($1, $2, $3)
         on conflict (workspace_id, team_id, user_id) do nothing",
        &[&workspace, &team, &user],
    )?;
    Ok(())
}

pub(super) fn leave(tx: &mut Tx, workspace: WorkspaceId, team: Uuid, user: Uuid) -> Result<()> {
    let left = tx.exec(
        "delete from team_members where workspace_id = $1 and team_id = $2 and user_id = $3",
        &[&workspace, &team, &user],
    )?;
    if left == 0 {
        Err(Error::NotFound("member of the team"))
    } else {
        Ok(())
    }
}

/// Teams of one person.
pub fn of(tx: &mut Tx, workspace: WorkspaceId, user: Uuid) -> Result<Vec<Uuid>> {
    let teams = tx.all::<(Uuid,)>(
        "select team_id from team_members where workspace_id = $1 and user_id = $2 order by team_id",
        &[&workspace, &user],
    )?;
    Ok(teams.into_iter().map(|it| it.0).collect())
}

/// Everybody's teams.
pub(super) fn by_member(tx: &mut Tx, workspace: WorkspaceId) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let mut teams: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (team, user) in pairs(tx, workspace)? {
        teams.entry(user).or_default().push(team);
    }
    Ok(teams)
}

/// Everybody in each team.
pub(super) fn members(tx: &mut Tx, workspace: WorkspaceId) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let mut members: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (team, user) in pairs(tx, workspace)? {
        members.entry(team).or_default().push(user);
    }
    Ok(members)
}

fn pairs(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(tx.all(
        "select team_id, user_id from team_members where workspace_id = $1 order by team_id, user_id",
        &[&workspace],
    )?)
}

fn name_taken() -> Error {
    Error::conflict("name_taken", "There is a team of this name already.")
}
