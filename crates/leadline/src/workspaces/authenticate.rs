//! From what a request presents to the caller it is: a session's cookie or an API key, resolved to rights and scope.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use store::{Json, Timestamp, Tx};
use uuid::Uuid;

use super::{
    client::Presented,
    roles::{self, Reach},
    state::{Known, State, Subject},
};
use crate::base::{
    Actor, App, Caller, Error, IdempotencyKey, Permissions, Result, Scope, Via, WorkspaceId,
};

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let presented = Presented::find(&parts.headers)?;
        let mut caller = authenticate(app, presented).await?;
        caller.idempotency = parts.extensions.get::<IdempotencyKey>().cloned();
        Ok(caller)
    }
}

/// The caller behind a token. Most requests find it in memory and pay no hop to the database.
pub(super) async fn authenticate(app: &Arc<App>, presented: Presented) -> Result<Caller> {
    let state = app.state.get::<State>();
    let hash = presented.token().hash();
    let known = match state.find(&hash) {
        Some(known) => known,
        None => resolve(app, &state, hash, presented).await?,
    };
    let now = app.db.clock().now();
    if known.has_expired(now) {
        return Err(Error::Unauthenticated);
    }
    if known.is_due(now, state.session_life()) {
        write_down_use(
            app.clone(),
            known.subject(),
            now,
            now.plus(state.session_life()),
        );
    }
    Ok(known.caller().clone())
}

async fn resolve(
    app: &App,
    state: &State,
    hash: [u8; 32],
    presented: Presented,
) -> Result<Arc<Known>> {
    let changes = state.changes();
    let known = app
        .glance(move |tx| load(tx, &presented))
        .await?
        .ok_or(Error::Unauthenticated)?;
    let known = Arc::new(known);
    state.keep(hash, &known, changes);
    Ok(known)
}

/// Beside the request, which does not wait for it.
fn write_down_use(app: Arc<App>, subject: Subject, now: Timestamp, session_end: Timestamp) {
    tokio::spawn(async move {
        let written = app.db.write(move |tx| match subject {
            Subject::Session(id) => tx.exec(
                "update sessions set last_seen_at = $2, expires_at = $3
                 where id = $1 and last_seen_at < $2 and expires_at > $2",
                &[&id, &now, &session_end],
            ),
            Subject::Key(workspace, id) => tx.exec(
                "update api_keys set last_used_at = $3
                 where workspace_id = $1 and id = $2 and (last_used_at is null or last_used_at < $3)",
                &[&workspace, &id, &now],
            ),
        });
        if let Err(err) = written.await {
            let err: store::Error = err;
            tracing::debug!(%err, "the last use was not written down");
        }
    });
}

/// The caller as the database has it; nothing where the token is unknown, revoked or of somebody without access.
pub(super) fn load(tx: &mut Tx, presented: &Presented) -> Result<Option<Known>> {
    let hash = presented.token().hash();
    let found = match presented {
        Presented::Session(_) => tx.opt::<Found>(SESSION, &[&hash])?,
        Presented::Key(_) => tx.opt::<Found>(KEY, &[&hash])?,
    };
    let Some(found) = found else { return Ok(None) };
    let (actor, via, subject) = match presented {
        Presented::Session(_) => {
            let user = found.person.unwrap_or_default();
            (
                Actor::User(user),
                Via::Session(found.subject),
                Subject::Session(found.subject),
            )
        }
        Presented::Key(_) => (
            Actor::ApiKey(found.subject),
            Via::ApiKey,
            Subject::Key(found.workspace_id, found.subject),
        ),
    };
    let caller = Caller {
        workspace: found.workspace_id,
        workspace_public: found.public_id,
        actor,
        via,
        permissions: found.permissions(),
        scope: scope(
            tx,
            found.workspace_id,
            Reach::of(&found.scope),
            found.person,
        )?,
        identity_key: found.identity_key,
        idempotency: None,
    };
    Ok(Some(Known::new(
        caller,
        subject,
        found.expires_at,
        found.seen_at,
    )))
}

/// Leadline itself at work in a workspace: the command line, a job, the demo.
pub fn system_caller(tx: &mut Tx, workspace: WorkspaceId, via: Via) -> Result<Caller> {
    let (public_id, identity_key) = tx.one::<(Uuid, [u8; 16])>(
        "select public_id, identity_key from workspaces where id = $1",
        &[&workspace],
    )?;
    Ok(Caller {
        workspace,
        workspace_public: public_id,
        actor: Actor::System,
        via,
        permissions: Permissions::all(),
        scope: Scope::All,
        identity_key,
        idempotency: None,
    })
}

/// A member as he would be if he asked; nothing where he is none any more. For work on his behalf.
pub fn person_caller(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: Uuid,
    via: Via,
) -> Result<Option<Caller>> {
    let found: Option<Member> = tx.opt(
        "select w.public_id, w.identity_key, r.key as role_key, r.built_in, r.permissions, r.scope
         from members m
         join workspaces w on w.id = m.workspace_id
         join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
         where m.workspace_id = $1 and m.user_id = $2 and m.active",
        &[&workspace, &user],
    )?;
    let Some(found) = found else { return Ok(None) };
    Ok(Some(Caller {
        workspace,
        workspace_public: found.public_id,
        actor: Actor::User(user),
        via,
        permissions: roles::rights(&found.role_key, found.built_in, &found.permissions.0),
        scope: scope(tx, workspace, Reach::of(&found.scope), Some(user))?,
        identity_key: found.identity_key,
        idempotency: None,
    }))
}

struct Member {
    public_id: Uuid,
    identity_key: [u8; 16],
    role_key: String,
    built_in: bool,
    permissions: Json<Vec<String>>,
    scope: String,
}
store::row!(Member {
    public_id,
    identity_key,
    role_key,
    built_in,
    permissions,
    scope
});

/// Whose leads a reach comes to. What belongs to nobody in the workspace reaches nothing of "own" and "team".
fn scope(tx: &mut Tx, workspace: WorkspaceId, reach: Reach, person: Option<Uuid>) -> Result<Scope> {
    Ok(match (reach, person) {
        (Reach::All, _) => Scope::All,
        (Reach::Own, Some(person)) => Scope::Own(person),
        (Reach::Team, Some(person)) => Scope::Team(team_of(tx, workspace, person)?),
        (Reach::None, _) | (_, None) => Scope::None,
    })
}

/// A person and everybody who is in a team with them.
pub fn team_of(tx: &mut Tx, workspace: WorkspaceId, person: Uuid) -> Result<Vec<Uuid>> {
    let mut people = vec![person];
    tx.each(
        "select distinct mate.user_id from team_members mine
         join team_members mate on mate.workspace_id = mine.workspace_id and mate.team_id = mine.team_id
         where mine.workspace_id = $1 and mine.user_id = $2 and mate.user_id <> $2",
        &[&workspace, &person],
        |row| {
            people.push(row.uuid(0)?);
            Ok(())
        },
    )?;
    Ok(people)
}

/// A session may all that its role may: nothing is narrowed.
const SESSION: &str = "select s.id as subject, s.workspace_id, w.public_id, w.identity_key, s.user_id as person,
        r.key as role_key, r.built_in, r.permissions, case when false then r.permissions end as narrowed, r.scope,
        s.last_seen_at as seen_at, s.expires_at
    from sessions s
    join workspaces w on w.id = s.workspace_id
    join members m on m.workspace_id = s.workspace_id and m.user_id = s.user_id and m.active
    join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
    where s.token_hash = $1";

/// Where the role's reach is "own" or "team", a key reaches what its maker does, as long as he is a member.
const KEY: &str =
    "select k.id as subject, k.workspace_id, w.public_id, w.identity_key, m.user_id as person,
        r.key as role_key, r.built_in, r.permissions, k.permissions as narrowed, r.scope,
        k.last_used_at as seen_at, k.expires_at
    from api_key_lookup l
    join workspaces w on w.id = l.workspace_id
    join api_keys k on k.workspace_id = l.workspace_id and k.id = l.key_id and k.revoked_at is null
    join roles r on r.workspace_id = k.workspace_id and r.id = k.role_id
    left join members m on m.workspace_id = k.workspace_id and m.user_id = k.created_by and m.active
    where l.token_hash = $1";

struct Found {
    subject: Uuid,
    workspace_id: WorkspaceId,
    public_id: Uuid,
    identity_key: [u8; 16],
    person: Option<Uuid>,
    role_key: String,
    built_in: bool,
    permissions: Json<Vec<String>>,
    narrowed: Option<Json<Vec<String>>>,
    scope: String,
    seen_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}
store::row!(Found {
    subject,
    workspace_id,
    public_id,
    identity_key,
    person,
    role_key,
    built_in,
    permissions,
    narrowed,
    scope,
    seen_at,
    expires_at
});

impl Found {
    fn permissions(&self) -> Permissions {
        let role = roles::rights(&self.role_key, self.built_in, &self.permissions.0);
        match &self.narrowed {
            Some(Json(narrowed)) => role.and(roles::permissions(narrowed)),
            None => role,
        }
    }
}
