//! Signing in with a password.

use std::{sync::Arc, time::Duration};

use axum::http::header;
use serde_json::json;
use store::{Timestamp, Tx};
use uuid::Uuid;

use super::{
    audit::{self, Who},
    authenticate,
    client::{self, Client, Presented},
    lockout::{self, Doors},
    me::Me,
    people::{self, Person},
    sessions,
    state::State,
};
use crate::base::{Actor, Answer, App, Error, Result, Secret, Via, WorkspaceId, config::Config};

/// Somebody at the door.
pub(super) struct Attempt {
    pub email: String,
    pub password: Secret,
    pub client: Client,
    /// The session the browser still holds; it ends when a new one begins.
    pub former: Option<Secret>,
}

/// Three steps, since a password must not be checked inside a unit of work: is the door open, is the password right,
/// and then, in one unit, what follows from it.
pub(super) async fn sign_in(app: &Arc<App>, attempt: Attempt) -> Result<Answer> {
    let state = app.state.get::<State>();
    let doors = Doors::of(&attempt.email, &attempt.client);
    let (asked, email) = (doors.clone(), attempt.email.clone());
    let person = app
        .read(move |tx| {
            lockout::check(tx, &asked)?;
            people::by_email(tx, &email)
        })
        .await?;
    let kept = person.as_ref().and_then(|it| it.password_hash.clone());
    let right = state.passwords.verify(attempt.password, kept).await?;
    let entry = Entry {
        client: attempt.client,
        former: attempt.former,
        life: state.session_life(),
    };
    let config = app.config.clone();
    let answer = State::change_once(app, move |tx| {
        lockout::check_again(tx, &doors)?;
        match person.filter(|_| right) {
            Some(person) if is_unchanged(tx, &person)? => {
                enter(tx, &config, &doors, &person, &entry)
            }
            _ => refuse(tx, &doors, &entry.client).map(|()| None),
        }
    });
    answer.await?.ok_or(Error::WrongCredentials)
}

/// Whether this is the password of an account, asked elsewhere than at the door and counted like there.
pub(super) async fn confirm(
    app: &Arc<App>,
    person: &Person,
    doors: Doors,
    password: Secret,
    client: Client,
) -> Result<bool> {
    let asked = doors.clone();
    app.read(move |tx| lockout::check(tx, &asked)).await?;
    let right = app
        .state
        .get::<State>()
        .passwords
        .verify(password, person.password_hash.clone())
        .await?;
    let user = person.id;
    let work = move |tx: &mut Tx| -> Result<()> {
        lockout::check_again(tx, &doors)?;
        if right {
            return lockout::forgive(tx, &doors);
        }
        let locked_until = lockout::failed(tx, &doors)?;
        record_failure(tx, user, &client, locked_until)
    };
    app.db.write(work).await?;
    Ok(right)
}

/// What a new session needs to know.
pub(super) struct Entry {
    pub client: Client,
    pub former: Option<Secret>,
    pub life: Duration,
}

/// Opens a session and answers who has come in, with the cookie.
pub(super) fn begin_session(
    tx: &mut Tx,
    config: &Config,
    user: Uuid,
    workspace: WorkspaceId,
    entry: &Entry,
) -> Result<Answer> {
    if let Some(former) = &entry.former {
        sessions::end_by_token(tx, former)?;
    }
    let (id, token) = sessions::open(tx, user, workspace, &entry.client, entry.life)?;
    let who = Who {
        workspace,
        actor: Actor::User(user),
        via: Via::Session(id),
    };
    let from = json!({"address": entry.client.address, "userAgent": entry.client.agent});
    audit::record(tx, who, "session.started", &format!("session:{id}"), from)?;
    let cookie = client::set_cookie(config, &token, entry.life);
    let known =
        authenticate::load(tx, &Presented::Session(token))?.ok_or(Error::Unauthenticated)?;
    let me = Me::of(tx, known.caller())?;
    Ok(Answer::created("/session".into(), &me)?.header(header::SET_COOKIE, cookie))
}

/// The password may have been changed while this one was being checked.
fn is_unchanged(tx: &mut Tx, person: &Person) -> Result<bool> {
    Ok(people::by_id(tx, person.id)?.password_hash == person.password_hash)
}

/// Nobody who belongs nowhere comes in, though the password is right; he is told no more than others.
fn enter(
    tx: &mut Tx,
    config: &Config,
    doors: &Doors,
    person: &Person,
    entry: &Entry,
) -> Result<Option<Answer>> {
    let workspaces = people::workspaces_of(tx, person.id)?;
    let last = sessions::last_workspace(tx, person.id)?.filter(|it| workspaces.contains(it));
    let Some(workspace) = last.or(workspaces.first().copied()) else {
        refuse(tx, doors, &entry.client)?;
        return Ok(None);
    };
    lockout::forgive(tx, doors)?;
    begin_session(tx, config, person.id, workspace, entry).map(Some)
}

fn refuse(tx: &mut Tx, doors: &Doors, client: &Client) -> Result<()> {
    let locked_until = lockout::failed(tx, doors)?;
    match people::by_email(tx, doors.email())? {
        Some(person) => record_failure(tx, person.id, client, locked_until),
        None => Ok(()),
    }
}

/// In every workspace the account opens, for each has an interest in it.
fn record_failure(
    tx: &mut Tx,
    user: Uuid,
    client: &Client,
    locked_until: Option<Timestamp>,
) -> Result<()> {
    let action = if locked_until.is_some() {
        "session.locked"
    } else {
        "session.refused"
    };
    let data =
        json!({"address": client.address, "userAgent": client.agent, "lockedUntil": locked_until});
    for workspace in people::workspaces_of(tx, user)? {
        let who = Who {
            workspace,
            actor: Actor::System,
            via: Via::Session(Uuid::nil()),
        };
        audit::record(tx, who, action, &format!("user:{user}"), data.clone())?;
    }
    Ok(())
}
