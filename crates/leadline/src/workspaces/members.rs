//! Who belongs to a workspace, in which role.

use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use super::roles::{self, SUPER_ADMIN};
use crate::base::{Error, Result, WorkspaceId};

#[derive(Debug, Clone)]
pub(super) struct Member {
    pub user_id: Uuid,
    pub name: String,
    pub email: String,
    pub role_id: Uuid,
    pub active: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Option<Timestamp>,
}
store::row!(Member {
    user_id,
    name,
    email,
    role_id,
    active,
    created_at,
    last_seen_at
});

/// Whether this person is an active member.
pub fn is_member(tx: &mut Tx, workspace: WorkspaceId, user: Uuid) -> Result<bool> {
    let (found,) = tx.one::<(i64,)>(
        "select count(*) from members where workspace_id = $1 and user_id = $2 and active",
        &[&workspace, &user],
    )?;
    Ok(found > 0)
}

/// Everybody who is at work in the workspace: id, name and e-mail address.
pub fn active(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<(Uuid, String, String)>> {
    Ok(tx.all(
        "select m.user_id, u.name, u.email from members m join users u on u.id = m.user_id
         where m.workspace_id = $1 and m.active",
        &[&workspace],
    )?)
}

/// Whether this person is a member, active or not.
pub(super) fn is_there(tx: &mut Tx, workspace: WorkspaceId, user: Uuid) -> Result<bool> {
    let (found,) = tx.one::<(i64,)>(
        "select count(*) from members where workspace_id = $1 and user_id = $2",
        &[&workspace, &user],
    )?;
    Ok(found > 0)
}

/// Adds a person to a workspace.
pub fn add(tx: &mut Tx, workspace: WorkspaceId, user: Uuid, role: Uuid) -> Result<()> {
    let now = tx.now();
    let added = tx.exec(
        "insert into members (workspace_id, user_id, role_id, active, created_at) values ($1, $2, $3, true, $4)
         on conflict (workspace_id, user_id) do nothing",
        &[&workspace, &user, &role, &now],
    )?;
    if added == 0 {
        return Err(Error::conflict(
            "already_member",
            "This person is a member of the workspace already.",
        ));
    }
    Ok(())
}

pub(super) fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Member>> {
    Ok(tx.all(
        "select m.user_id, u.name, u.email, m.role_id, m.active, m.created_at,
            (select max(s.last_seen_at) from sessions s where s.user_id = m.user_id and s.workspace_id = m.workspace_id)
                as last_seen_at
         from members m join users u on u.id = m.user_id
         where m.workspace_id = $1 order by lower(u.name), m.user_id",
        &[&workspace],
    )?)
}

pub(super) fn get(tx: &mut Tx, workspace: WorkspaceId, user: Uuid) -> Result<Member> {
    tx.opt(
        "select m.user_id, u.name, u.email, m.role_id, m.active, m.created_at,
            (select max(s.last_seen_at) from sessions s where s.user_id = m.user_id and s.workspace_id = m.workspace_id)
                as last_seen_at
         from members m join users u on u.id = m.user_id
         where m.workspace_id = $1 and m.user_id = $2",
        &[&workspace, &user],
    )?
    .ok_or(Error::NotFound("member"))
}

/// The member's row, held until the unit ends.
pub(super) fn hold(tx: &mut Tx, workspace: WorkspaceId, user: Uuid) -> Result<()> {
    let mut sql = Sql::new("select user_id from members where workspace_id = ");
    sql.bind(workspace)
        .push(" and user_id = ")
        .bind(user)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?
        .map(|_| ())
        .ok_or(Error::NotFound("member"))
}

pub(super) fn set(tx: &mut Tx, workspace: WorkspaceId, member: &Member) -> Result<()> {
    tx.exec(
        "update members set role_id = $3, active = $4 where workspace_id = $1 and user_id = $2",
        &[&workspace, &member.user_id, &member.role_id, &member.active],
    )?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx, workspace: WorkspaceId, user: Uuid) -> Result<()> {
    tx.exec(
        "delete from team_members where workspace_id = $1 and user_id = $2",
        &[&workspace, &user],
    )?;
    tx.exec(
        "delete from members where workspace_id = $1 and user_id = $2",
        &[&workspace, &user],
    )?;
    Ok(())
}

/// Refuses to leave a workspace without an active Super Admin. Asked after the change, in a unit that called
/// `roles::hold_super_admin` before it.
pub(super) fn check_super_admin_left(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    let (left,) = tx.one::<(i64,)>(
        "select count(*) from members m join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
         where m.workspace_id = $1 and m.active and r.built_in and r.key = $2",
        &[&workspace, &SUPER_ADMIN],
    )?;
    if left == 0 {
        return Err(Error::conflict(
            "last_super_admin",
            "A workspace keeps at least one active Super Admin. Make somebody else one first.",
        ));
    }
    Ok(())
}

/// Switches a person off or on. The command line and the API share it.
pub(super) fn set_active(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: Uuid,
    active: bool,
) -> Result<()> {
    roles::hold_super_admin(tx, workspace)?;
    hold(tx, workspace, user)?;
    let member = Member {
        active,
        ..get(tx, workspace, user)?
    };
    set(tx, workspace, &member)?;
    check_super_admin_left(tx, workspace)
}
