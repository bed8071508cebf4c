//! New passwords by one-time link. Until there is e-mail, whoever makes the link hands it over.

use std::{sync::Arc, time::Duration};

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit::{self, Who},
    grants,
    lockout::{self, Doors},
    members, password, people, roles, sessions,
    state::State,
    tokens::{self, About, Purpose},
    workspace,
};
use crate::base::{
    Actor, Answer, App, Caller, Error, Json, Path, Permission, Problems, PublicRefusals, Result,
    Secret, Via, WriteRefusals,
};

const LIFE: Duration = Duration::from_hours(24);

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(finish))
}

/// A link to set a new password. Hand it over in a way that nobody else reads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ResetLink {
    link: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    #[schema(format = Password, min_length = 10)]
    password: Secret,
}

/// A link for this person; it takes the place of earlier ones.
pub fn offer(tx: &mut Tx, user: Uuid, public_url: &str) -> Result<(Secret, Timestamp)> {
    tokens::withdraw_resets(tx, user)?;
    let (token, expires_at) = tokens::issue(
        tx,
        Purpose::Reset,
        About {
            user: Some(user),
            ..About::default()
        },
        LIFE,
    )?;
    Ok((
        Secret::new(format!("{public_url}/reset/{}", token.expose())),
        expires_at,
    ))
}

/// Make a link with which a member sets a new password
///
/// The link opens the member's whole account, so it is refused for somebody with more rights than one's own, and for
/// somebody who belongs to a workspace that the caller is not Super Admin of.
#[utoipa::path(post, path = "/members/{userId}/password-reset", tag = "members", operation_id = "createPasswordReset",
    params(("userId" = Uuid, Path)), responses((status = 200, body = ResetLink), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(user): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let address = app.config.public_url();
    let work = move |tx: &mut Tx| {
        let member = members::get(tx, caller.workspace, user)?;
        let role = roles::get(tx, caller.workspace, member.role_id)?;
        grants::check_role(tx, &caller, &role)?;
        check_elsewhere(tx, &caller, user)?;
        let made = offer(tx, user, &address)?;
        audit::record(
            tx,
            &caller,
            "password.reset_offered",
            &format!("user:{user}"),
            json!({"expiresAt": made.1}),
        )?;
        Ok::<_, Error>(made)
    };
    // Not through `App::write`: the answer must not be kept under an `Idempotency-Key`.
    let (link, expires_at) = app.db.write(work).await?;
    Answer::ok(&ResetLink {
        link: link.expose().to_owned(),
        expires_at,
    })
}

/// Set a new password with a one-time link
///
/// Ends every session of the person.
#[utoipa::path(post, path = "/password-resets/{token}", tag = "session", operation_id = "finishPasswordReset",
    security(()), params(("token" = String, Path)), request_body = NewPassword,
    responses((status = 204), PublicRefusals))]
async fn finish(
    Shared(app): Shared<Arc<App>>,
    Path(token): Path<String>,
    Json(body): Json<NewPassword>,
) -> Result<Answer> {
    let token = Secret::new(token);
    let asked = token.clone();
    let person = app
        .read(move |tx| {
            let link = tokens::look(tx, Purpose::Reset, &asked)?.ok_or_else(spent)?;
            people::by_id(tx, link.user.unwrap_or_default())
        })
        .await?;
    let mut problems = Problems::new();
    password::check(&mut problems, "password", &body.password, &person.email);
    problems.done()?;
    let hash = app
        .state
        .get::<State>()
        .passwords
        .hash(body.password)
        .await?;
    State::change_once(&app, move |tx| {
        tokens::take(tx, Purpose::Reset, &token)?.ok_or_else(spent)?;
        people::set_password(tx, person.id, &hash)?;
        let ended = sessions::end_all(tx, person.id)?;
        lockout::forgive(tx, &Doors::of_account(&person.email))?;
        record(tx, person.id, ended)?;
        Ok(Answer::no_content())
    })
    .await
}

fn record(tx: &mut Tx, user: Uuid, ended: u64) -> Result<()> {
    for workspace in people::workspaces_of(tx, user)? {
        let who = Who {
            workspace,
            actor: Actor::User(user),
            via: Via::Session(Uuid::nil()),
        };
        audit::record(
            tx,
            who,
            "password.reset",
            &format!("user:{user}"),
            json!({"sessionsEnded": ended}),
        )?;
    }
    Ok(())
}

/// An account opens every workspace it belongs to, so one of them alone does not hand it out.
fn check_elsewhere(tx: &mut Tx, caller: &Caller, user: Uuid) -> Result<()> {
    if caller.user() == Some(user) {
        return Ok(());
    }
    for elsewhere in people::workspaces_of(tx, user)?
        .into_iter()
        .filter(|it| *it != caller.workspace)
    {
        let there = Caller {
            workspace: workspace::get(tx, elsewhere)?.id,
            ..caller.clone()
        };
        if !grants::is_super_admin(tx, &there)? {
            return Err(Error::Refused {
                code: "member_elsewhere",
                detail: "This person belongs to other workspaces, too. Only somebody who is Super Admin of all of them, \
                         or \"leadline user reset\" on the server, can make this link."
                    .into(),
            });
        }
    }
    Ok(())
}

fn spent() -> Error {
    Error::NotFound("reset link")
}
