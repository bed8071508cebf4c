//! Invitations over HTTP: made and withdrawn by members, looked at and accepted by whoever holds the link.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit::{self, Who},
    client::Client,
    grants,
    invitations::{self, Invitation},
    lockout::Doors,
    me::{Me, RoleView},
    members, password, people,
    roles::{self, Choice},
    sign_in::{self, Entry},
    state::State,
    workspace,
};
use crate::base::{
    Actor, Answer, App, Caller, Error, Json, Page, Path, Permission, Problems, PublicRefusals,
    ReadRefusals, Result, Secret, Via, WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(withdraw))
        .routes(routes!(preview))
        .routes(routes!(accept))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewInvitation {
    #[schema(format = Email)]
    email: String,
    /// Either this or `role`.
    role_id: Option<Uuid>,
    /// The key of a role, such as `sales`; either this or `roleId`.
    role: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invitation)]
struct InvitationView {
    id: Uuid,
    email: String,
    role: RoleView,
    invited_by: Option<Uuid>,
    /// Hand it over to the invited person. Null where the role is beyond one's own.
    link: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What the holder of a link is invited to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InvitationPreview)]
struct Preview {
    workspace_name: String,
    email: String,
    role_name: String,
    invited_by_name: Option<String>,
    /// The address has an account on this server: join with its password.
    has_account: bool,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InvitationAcceptance)]
struct Acceptance {
    /// Your name; not needed by somebody who has an account.
    name: Option<String>,
    /// A new password, or that of the account.
    #[schema(format = Password)]
    password: Secret,
}

/// List open invitations
#[utoipa::path(get, path = "/invitations", tag = "members", operation_id = "listInvitations",
    responses((status = 200, body = Page<InvitationView>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let shared = app.clone();
    let views = app.read(move |tx| {
        let pending = invitations::pending(tx, caller.workspace)?;
        pending
            .into_iter()
            .map(|it| view(tx, &shared, &caller, it))
            .collect::<Result<Vec<_>>>()
    });
    Answer::ok(&Page::whole(views.await?))
}

/// Invite somebody
///
/// The answer holds the link. It works once, for seven days.
#[utoipa::path(post, path = "/invitations", tag = "members", operation_id = "createInvitation",
    request_body = NewInvitation, responses((status = 201, body = InvitationView), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewInvitation>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let mut problems = Problems::new();
    let email = people::check_email(&mut problems, "email", &body.email);
    problems.done()?;
    let shared = app.clone();
    let work = move |tx: &mut Tx| {
        let role = roles::choose(
            tx,
            caller.workspace,
            &Choice {
                id: body.role_id,
                key: body.role,
            },
        )?;
        grants::check_role(tx, &caller, &role)?;
        let invitation = invitations::create(tx, &caller, &email, role.id, &shared.secret_key)?;
        let data = json!({"role": role.key, "expiresAt": invitation.expires_at});
        audit::record(
            tx,
            &caller,
            "invitation.created",
            &format!("invitation:{}", invitation.id),
            data,
        )?;
        view(tx, &shared, &caller, invitation)
    };
    // Not through `App::write`: the link must not be kept under an `Idempotency-Key`.
    let created: Result<InvitationView> = app.db.write(work).await;
    let created = created?;
    Answer::created(format!("/invitations/{}", created.id), &created)
}

/// Withdraw an invitation
#[utoipa::path(delete, path = "/invitations/{id}", tag = "members", operation_id = "withdrawInvitation",
    params(("id" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn withdraw(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let who = caller.clone();
    app.write(&caller, move |tx| {
        invitations::withdraw(tx, who.workspace, id)?;
        audit::record(
            tx,
            &who,
            "invitation.withdrawn",
            &format!("invitation:{id}"),
            json!({}),
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// See what a link invites to
#[utoipa::path(get, path = "/invitations/{token}/preview", tag = "session", operation_id = "previewInvitation",
    security(()), params(("token" = String, Path)), responses((status = 200, body = Preview), PublicRefusals))]
async fn preview(Shared(app): Shared<Arc<App>>, Path(token): Path<String>) -> Result<Answer> {
    let preview = app.read(move |tx| {
        let (workspace, invitation) = invitations::look(tx, &Secret::new(token))?;
        let invited_by_name = match invitation.invited_by {
            Some(user) => people::name_of(tx, user)?,
            None => None,
        };
        Ok(Preview {
            workspace_name: workspace::get(tx, workspace)?.name,
            role_name: roles::get(tx, workspace, invitation.role_id)?.name,
            invited_by_name,
            has_account: people::by_email(tx, &invitation.email)?.is_some(),
            email: invitation.email,
            expires_at: invitation.expires_at,
        })
    });
    Answer::ok(&preview.await?)
}

/// Accept an invitation
///
/// A new person gives a name and chooses a password; somebody with an account gives its password. Signs in.
#[utoipa::path(post, path = "/invitations/{token}/accept", tag = "session", operation_id = "acceptInvitation",
    security(()), params(("token" = String, Path)), request_body = Acceptance,
    responses((status = 201, body = Me), PublicRefusals))]
async fn accept(
    Shared(app): Shared<Arc<App>>,
    client: Client,
    Path(token): Path<String>,
    Json(body): Json<Acceptance>,
) -> Result<Answer> {
    let token = Secret::new(token);
    let asked = token.clone();
    let (email, person) = app
        .read(move |tx| {
            let email = invitations::look(tx, &asked)?.1.email;
            let person = people::by_email(tx, &email)?;
            Ok((email, person))
        })
        .await?;
    let joining = match person {
        Some(person) => {
            let doors = Doors::of_account(&person.email);
            let right =
                sign_in::confirm(&app, &person, doors, body.password, client.clone()).await?;
            right
                .then_some(Joining::Account(person.id))
                .ok_or(Error::WrongCredentials)?
        }
        None => newcomer(&app, &email, body).await?,
    };
    let config = app.config.clone();
    let entry = Entry {
        client,
        former: None,
        life: app.state.get::<State>().session_life(),
    };
    State::change_once(&app, move |tx| {
        let (workspace, invitation) = invitations::take(tx, &token)?;
        let user = match &joining {
            Joining::Account(user) => *user,
            Joining::New { name, hash } => people::add(tx, &invitation.email, name, Some(hash))?,
        };
        roles::choose(
            tx,
            workspace,
            &Choice {
                id: Some(invitation.role_id),
                key: None,
            },
        )?;
        members::add(tx, workspace, user, invitation.role_id)?;
        let who = Who {
            workspace,
            actor: Actor::User(user),
            via: Via::Session(Uuid::nil()),
        };
        let target = format!("invitation:{}", invitation.id);
        audit::record(
            tx,
            who,
            "invitation.accepted",
            &target,
            json!({"userId": user}),
        )?;
        sign_in::begin_session(tx, &config, user, workspace, &entry)
    })
    .await
}

/// Who is about to join.
enum Joining {
    Account(Uuid),
    New { name: String, hash: String },
}

async fn newcomer(app: &Arc<App>, email: &str, body: Acceptance) -> Result<Joining> {
    let mut problems = Problems::new();
    let name = people::check_name(
        &mut problems,
        "name",
        body.name.as_deref().unwrap_or_default(),
    );
    password::check(&mut problems, "password", &body.password, email);
    problems.done()?;
    let hash = app
        .state
        .get::<State>()
        .passwords
        .hash(body.password)
        .await?;
    Ok(Joining::New { name, hash })
}

/// The link opens the role, so it is shown to those who could give that role themselves.
fn view(tx: &mut Tx, app: &App, caller: &Caller, invitation: Invitation) -> Result<InvitationView> {
    let role = roles::get(tx, caller.workspace, invitation.role_id)?;
    let link = match grants::check_role(tx, caller, &role) {
        Ok(()) => invitation.link(&app.secret_key, &app.config.public_url()),
        Err(Error::Refused { .. }) => None,
        Err(err) => return Err(err),
    };
    Ok(InvitationView {
        id: invitation.id,
        email: invitation.email,
        role: role.into(),
        invited_by: invitation.invited_by,
        link,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    })
}
