//! Invitations: a one-time link that makes somebody a member.

use std::time::Duration;

use store::{Timestamp, Tx};
use uuid::Uuid;

use super::{
    members, people,
    tokens::{self, About, Purpose},
};
use crate::base::{Caller, Error, Result, Secret, SecretKey, WorkspaceId};

const LIFE: Duration = Duration::from_hours(7 * 24);

#[derive(Debug, Clone)]
pub(super) struct Invitation {
    pub id: Uuid,
    pub email: String,
    pub role_id: Uuid,
    pub invited_by: Option<Uuid>,
    pub sealed_token: Vec<u8>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
store::row!(Invitation {
    id,
    email,
    role_id,
    invited_by,
    sealed_token,
    created_at,
    expires_at
});

impl Invitation {
    /// The link, for those who may give its role away.
    pub(super) fn link(&self, key: &SecretKey, public_url: &str) -> Option<String> {
        let token = key.open(&self.sealed_token)?;
        Some(format!(
            "{public_url}/join/{}",
            String::from_utf8(token).ok()?
        ))
    }
}

pub(super) fn create(
    tx: &mut Tx,
    caller: &Caller,
    email: &str,
    role: Uuid,
    key: &SecretKey,
) -> Result<Invitation> {
    check_is_new(tx, caller.workspace, email)?;
    let id = tx.id();
    let about = About {
        workspace: Some(caller.workspace),
        invitation: Some(id),
        ..About::default()
    };
    let (token, expires_at) = tokens::issue(tx, Purpose::Invitation, about, LIFE)?;
    let invitation = Invitation {
        id,
        email: email.to_owned(),
        role_id: role,
        invited_by: caller.user(),
        sealed_token: key.seal(token.expose().as_bytes()),
        created_at: tx.now(),
        expires_at,
    };
    tx.exec(
        "insert into invitations
            (workspace_id, id, email, role_id, invited_by, sealed_token, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &caller.workspace,
            &id,
            &invitation.email,
            &role,
            &invitation.invited_by,
            &invitation.sealed_token,
            &invitation.created_at,
            &expires_at,
        ],
    )?;
    Ok(invitation)
}

fn check_is_new(tx: &mut Tx, workspace: WorkspaceId, email: &str) -> Result<()> {
    if let Some(person) = people::by_email(tx, email)?
        && members::is_there(tx, workspace, person.id)?
    {
        return Err(Error::conflict(
            "already_member",
            "This person is a member of the workspace already.",
        ));
    }
    if pending(tx, workspace)?.iter().any(|it| it.email == email) {
        let detail = "This address has an open invitation. Withdraw it to make another.";
        return Err(Error::conflict("already_invited", detail));
    }
    Ok(())
}

/// Those that can still be accepted, newest first.
pub(super) fn pending(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Invitation>> {
    let now = tx.now();
    Ok(tx.all(
        "select id, email, role_id, invited_by, sealed_token, created_at, expires_at from invitations
         where workspace_id = $1 and accepted_at is null and expires_at > $2 order by id desc",
        &[&workspace, &now],
    )?)
}

pub(super) fn get(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Invitation> {
    let now = tx.now();
    tx.opt(
        "select id, email, role_id, invited_by, sealed_token, created_at, expires_at from invitations
         where workspace_id = $1 and id = $2 and accepted_at is null and expires_at > $3",
        &[&workspace, &id, &now],
    )?
    .ok_or(Error::NotFound("invitation"))
}

pub(super) fn withdraw(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tokens::withdraw_invitation(tx, id)?;
    let gone = tx.exec(
        "delete from invitations where workspace_id = $1 and id = $2 and accepted_at is null",
        &[&workspace, &id],
    )?;
    if gone == 0 {
        Err(Error::NotFound("invitation"))
    } else {
        Ok(())
    }
}

/// The invitation behind a link, looked at from outside.
pub(super) fn look(tx: &mut Tx, token: &Secret) -> Result<(WorkspaceId, Invitation)> {
    let link = tokens::look(tx, Purpose::Invitation, token)?;
    of_link(tx, link)
}

/// Uses the link up; of two who come at once, one gets in.
pub(super) fn take(tx: &mut Tx, token: &Secret) -> Result<(WorkspaceId, Invitation)> {
    let link = tokens::take(tx, Purpose::Invitation, token)?;
    let (workspace, invitation) = of_link(tx, link)?;
    let now = tx.now();
    tx.exec(
        "update invitations set accepted_at = $3 where workspace_id = $1 and id = $2",
        &[&workspace, &invitation.id, &now],
    )?;
    Ok((workspace, invitation))
}

fn of_link(tx: &mut Tx, link: Option<About>) -> Result<(WorkspaceId, Invitation)> {
    let spent = || Error::NotFound("invitation link");
    let link = link.ok_or_else(spent)?;
    let (Some(workspace), Some(id)) = (link.workspace, link.invitation) else {
        return Err(spent());
    };
    Ok((workspace, get(tx, workspace, id)?))
}
