//! One-time links: the first setup, an invitation, a new password. The database holds the hash of each alone.

use std::time::Duration;

use store::{Timestamp, Tx};
use uuid::Uuid;

use crate::base::{Result, Secret, WorkspaceId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Setup,
    Invitation,
    Reset,
}

/// What a link is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    pub workspace: Option<WorkspaceId>,
    pub user: Option<Uuid>,
    pub invitation: Option<Uuid>,
}

type Row = (Option<WorkspaceId>, Option<Uuid>, Option<Uuid>);

impl From<Row> for About {
    fn from((workspace, user, invitation): Row) -> About {
        About {
            workspace,
            user,
            invitation,
        }
    }
}

impl Purpose {
    fn key(self) -> &'static str {
        match self {
            Purpose::Setup => "setup",
            Purpose::Invitation => "invitation",
            Purpose::Reset => "reset",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Purpose::Setup => "lls_",
            Purpose::Invitation => "lli_",
            Purpose::Reset => "llr_",
        }
    }
}

pub(super) fn issue(
    tx: &mut Tx,
    purpose: Purpose,
    about: About,
    life: Duration,
) -> Result<(Secret, Timestamp)> {
    let token = Secret::random(purpose.prefix());
    let (now, expires_at) = (tx.now(), tx.now().plus(life));
    tx.exec(
        "delete from one_time_tokens where expires_at <= $1",
        &[&now],
    )?;
    tx.exec(
        "insert into one_time_tokens
            (token_hash, purpose, workspace_id, user_id, invitation_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &token.hash(),
            &purpose.key(),
            &about.workspace,
            &about.user,
            &about.invitation,
            &now,
            &expires_at,
        ],
    )?;
    Ok((token, expires_at))
}

/// What the link is about, as long as it is good.
pub(super) fn look(tx: &mut Tx, purpose: Purpose, token: &Secret) -> Result<Option<About>> {
    let now = tx.now();
    let found = tx.opt::<Row>(
        "select workspace_id, user_id, invitation_id from one_time_tokens
         where token_hash = $1 and purpose = $2 and expires_at > $3",
        &[&token.hash(), &purpose.key(), &now],
    )?;
    Ok(found.map(About::from))
}

/// Uses the link up. Of two who come at once, one gets it.
pub(super) fn take(tx: &mut Tx, purpose: Purpose, token: &Secret) -> Result<Option<About>> {
    let now = tx.now();
    let found = tx.opt::<Row>(
        "delete from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3
         returning workspace_id, user_id, invitation_id",
        &[&token.hash(), &purpose.key(), &now],
    )?;
    Ok(found.map(About::from))
}

pub(super) fn withdraw_resets(tx: &mut Tx, user: Uuid) -> Result<()> {
    tx.exec(
        "delete from one_time_tokens where purpose = 'reset' and user_id = $1",
        &[&user],
    )?;
    Ok(())
}

pub(super) fn withdraw_invitation(tx: &mut Tx, invitation: Uuid) -> Result<()> {
    tx.exec(
        "delete from one_time_tokens where purpose = 'invitation' and invitation_id = $1",
        &[&invitation],
    )?;
    Ok(())
}
