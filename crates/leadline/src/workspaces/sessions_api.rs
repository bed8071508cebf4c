//! Signing in and out, one's own sessions, one's own password.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, header},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit, authenticate,
    client::{self, Client, Presented},
    grants,
    lockout::Doors,
    me::Me,
    members, password, people, sessions, sign_in,
    sign_in::Attempt,
    state::State,
    workspace,
};
use crate::base::{
    Answer, App, Caller, Error, Json, Page, Path, Problems, PublicRefusals, ReadRefusals, Result,
    Secret, Via, WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(show, begin, finish))
        .routes(routes!(switch))
        .routes(routes!(list))
        .routes(routes!(revoke))
        .routes(routes!(revoke_others))
        .routes(routes!(change_password))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SignIn {
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: Secret,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = WorkspaceSwitch)]
struct Switch {
    workspace_id: Uuid,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PasswordChange {
    #[schema(format = Password)]
    current_password: Secret,
    #[schema(format = Password, min_length = 10)]
    new_password: Secret,
}

/// A browser that is signed in as the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
struct OwnSession {
    id: Uuid,
    /// The one this request came with.
    current: bool,
    user_agent: String,
    address: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Who am I
///
/// The caller, the workspace at hand, and what may be done there. Keeps the cookie from running out.
#[utoipa::path(get, path = "/session", tag = "session", operation_id = "getSession",
    responses((status = 200, body = Me), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    presented: Presented,
    caller: Caller,
) -> Result<Answer> {
    let me = app.read(move |tx| Me::of(tx, &caller)).await?;
    let answer = Answer::ok(&me)?;
    Ok(match presented {
        Presented::Session(token) => {
            let life = app.state.get::<State>().session_life();
            answer.header(
                header::SET_COOKIE,
                client::set_cookie(&app.config, &token, life),
            )
        }
        Presented::Key(_) => answer,
    })
}

/// Sign in
///
/// Answers who has come in and sets the session's cookie. After several failures the account, and the address they
/// come from, answer 429 for a while, longer each time.
#[utoipa::path(post, path = "/session", tag = "session", operation_id = "signIn", security(()),
    request_body = SignIn, responses((status = 201, body = Me), PublicRefusals))]
async fn begin(
    Shared(app): Shared<Arc<App>>,
    client: Client,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Answer> {
    let email = people::normal_email(&body.email);
    if email.is_empty() {
        return Err(Error::invalid("email", "must not be empty"));
    }
    let attempt = Attempt {
        email,
        password: body.password,
        client,
        former: client::cookie(&headers),
    };
    sign_in::sign_in(&app, attempt).await
}

/// Sign out
#[utoipa::path(delete, path = "/session", tag = "session", operation_id = "signOut",
    responses((status = 204), WriteRefusals))]
async fn finish(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    let (user, session) = own_session(&caller)?;
    let cookie = client::clear_cookie(&app.config);
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        sessions::end(tx, user, session)?;
        audit::record(
            tx,
            &who,
            "session.ended",
            &format!("session:{session}"),
            json!({}),
        )?;
        Ok(Answer::no_content().header(header::SET_COOKIE, cookie))
    })
    .await
}

/// Look at another workspace
#[utoipa::path(post, path = "/session/workspace", tag = "session", operation_id = "switchWorkspace",
    request_body = Switch, responses((status = 200, body = Me), WriteRefusals))]
async fn switch(
    Shared(app): Shared<Arc<App>>,
    presented: Presented,
    caller: Caller,
    Json(body): Json<Switch>,
) -> Result<Answer> {
    let (user, session) = own_session(&caller)?;
    State::change(&app, &caller.clone(), move |tx| {
        let workspace = workspace::by_public_id(tx, body.workspace_id)?;
        if !members::is_member(tx, workspace.id, user)? {
            return Err(Error::NotFound("workspace"));
        }
        sessions::look_at(tx, session, workspace.id)?;
        let known = authenticate::load(tx, &presented)?.ok_or(Error::Unauthenticated)?;
        let from = json!({"from": caller.workspace_public});
        audit::record(
            tx,
            known.caller(),
            "session.switched",
            &format!("session:{session}"),
            from,
        )?;
        Answer::ok(&Me::of(tx, known.caller())?)
    })
    .await
}

/// List one's own sessions
#[utoipa::path(get, path = "/sessions", tag = "session", operation_id = "listSessions",
    responses((status = 200, body = Page<OwnSession>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    let user = grants::person(&caller)?;
    let sessions = app.read(move |tx| sessions::all(tx, user)).await?;
    let views = sessions.into_iter().map(|it| OwnSession {
        id: it.id,
        current: caller.via == Via::Session(it.id),
        user_agent: it.user_agent,
        address: it.address,
        created_at: it.created_at,
        last_seen_at: it.last_seen_at,
        expires_at: it.expires_at,
    });
    Answer::ok(&Page::whole(views.collect()))
}

/// End one of one's own sessions
#[utoipa::path(delete, path = "/sessions/{id}", tag = "session", operation_id = "revokeSession",
    params(("id" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn revoke(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    let user = grants::person(&caller)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        if !sessions::end(tx, user, id)? {
            return Err(Error::NotFound("session"));
        }
        audit::record(
            tx,
            &who,
            "session.revoked",
            &format!("session:{id}"),
            json!({}),
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// End all of one's own sessions but this one
#[utoipa::path(post, path = "/sessions/revoke-others", tag = "session", operation_id = "revokeOtherSessions",
    responses((status = 204), WriteRefusals))]
async fn revoke_others(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    let (user, session) = own_session(&caller)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let ended = sessions::end_others(tx, user, session)?;
        audit::record(
            tx,
            &who,
            "session.others_revoked",
            &format!("user:{user}"),
            json!({"ended": ended}),
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// Change one's own password
///
/// Ends all other sessions and takes back links to set a new one.
#[utoipa::path(post, path = "/password", tag = "session", operation_id = "changePassword",
    request_body = PasswordChange, responses((status = 204), WriteRefusals))]
async fn change_password(
    Shared(app): Shared<Arc<App>>,
    client: Client,
    caller: Caller,
    Json(body): Json<PasswordChange>,
) -> Result<Answer> {
    let (user, session) = own_session(&caller)?;
    let person = app.read(move |tx| people::by_id(tx, user)).await?;
    let mut problems = Problems::new();
    password::check(
        &mut problems,
        "newPassword",
        &body.new_password,
        &person.email,
    );
    problems.done()?;
    let doors = Doors::of_account(&person.email);
    // A stolen session does not give free guesses: they are counted as at the door.
    if !sign_in::confirm(&app, &person, doors, body.current_password, client).await? {
        return Err(Error::invalid(
            "currentPassword",
            "is not your present password",
        ));
    }
    let hash = app
        .state
        .get::<State>()
        .passwords
        .hash(body.new_password)
        .await?;
    State::change_once(&app, move |tx| {
        people::set_password(tx, user, &hash)?;
        super::tokens::withdraw_resets(tx, user)?;
        let ended = sessions::end_others(tx, user, session)?;
        audit::record(
            tx,
            &caller,
            "password.changed",
            &format!("user:{user}"),
            json!({"sessionsEnded": ended}),
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// The person and the session of a caller who is signed in at a browser.
fn own_session(caller: &Caller) -> Result<(Uuid, Uuid)> {
    let user = grants::person(caller)?;
    match caller.via {
        Via::Session(session) => Ok((user, session)),
        _ => Err(Error::Unauthenticated),
    }
}
