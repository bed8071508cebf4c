//! The first start: whoever reads the console's one-time token makes the workspace and becomes its Super Admin.

use std::{sync::Arc, time::Duration};

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    audit::{self, Who},
    client::Client,
    me::Me,
    password, people,
    sign_in::{self, Entry},
    state::State,
    tokens::{self, About, Purpose},
    workspace,
};
use crate::base::{
    Actor, Answer, App, Error, Json, Problems, PublicRefusals, Result, Secret, Via, config::Config,
};

/// A printed token is good this long; the next start prints another.
const LIFE: Duration = Duration::from_hours(7 * 24);

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(show, run))
}

/// A token for the first setup, while there is no workspace; for the console.
pub async fn offer(app: &App) -> Result<Option<Secret>> {
    app.db
        .write(|tx| {
            if workspace::is_there_any(tx)? {
                return Ok(None);
            }
            let (token, _) = tokens::issue(tx, Purpose::Setup, About::default(), LIFE)?;
            Ok(Some(token))
        })
        .await
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SetupState {
    /// There is no workspace yet.
    needed: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = SetupRequest)]
struct Setup {
    /// As printed on the console by `leadline serve`.
    token: Secret,
    workspace_name: String,
    /// Your own name.
    name: String,
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password, min_length = 10)]
    password: Secret,
}

/// Whether this server waits to be set up
#[utoipa::path(get, path = "/setup", tag = "setup", operation_id = "getSetup", security(()),
    responses((status = 200, body = SetupState), PublicRefusals))]
async fn show(Shared(app): Shared<Arc<App>>) -> Result<Answer> {
    let needed = app
        .read(|tx| workspace::is_there_any(tx).map(|it| !it))
        .await?;
    Answer::ok(&SetupState { needed })
}

/// Make the first workspace
///
/// Needs the token that the console shows; makes you its Super Admin and signs you in. Works once.
#[utoipa::path(post, path = "/setup", tag = "setup", operation_id = "setUp", security(()),
    request_body = Setup, responses((status = 201, body = Me), PublicRefusals))]
async fn run(
    Shared(app): Shared<Arc<App>>,
    client: Client,
    Json(body): Json<Setup>,
) -> Result<Answer> {
    let checked = Checked::of(&body)?;
    let token = body.token.clone();
    // The password is hashed only for whoever holds a token.
    app.read(move |tx| check(tx, &token)).await?;
    let state = app.state.get::<State>();
    let hash = state.passwords.hash(body.password).await?;
    let entry = Entry {
        client,
        former: None,
        life: state.session_life(),
    };
    let config = app.config.clone();
    State::change_once(&app, move |tx| {
        set_up(tx, &config, &body.token, &checked, &hash, &entry)
    })
    .await
}

struct Checked {
    workspace_name: String,
    name: String,
    email: String,
}

impl Checked {
    fn of(body: &Setup) -> Result<Checked> {
        let mut problems = Problems::new();
        let checked = Checked {
            workspace_name: people::check_name(
                &mut problems,
                "workspaceName",
                &body.workspace_name,
            ),
            name: people::check_name(&mut problems, "name", &body.name),
            email: people::check_email(&mut problems, "email", &body.email),
        };
        password::check(&mut problems, "password", &body.password, &checked.email);
        problems.done()?;
        Ok(checked)
    }
}

fn check(tx: &mut Tx, token: &Secret) -> Result<()> {
    if workspace::is_there_any(tx)? {
        return Err(done_already());
    }
    tokens::look(tx, Purpose::Setup, token)?
        .map(|_| ())
        .ok_or_else(wrong_token)
}

fn set_up(
    tx: &mut Tx,
    config: &Config,
    token: &Secret,
    checked: &Checked,
    password_hash: &str,
    entry: &Entry,
) -> Result<Answer> {
    use_up(tx, token)?;
    let user = people::add(tx, &checked.email, &checked.name, Some(password_hash))?;
    let workspace = workspace::create(tx, &checked.workspace_name, user)?;
    if !workspace::is_only_one(tx)? {
        return Err(done_already());
    }
    let who = Who {
        workspace,
        actor: Actor::User(user),
        via: Via::Session(uuid::Uuid::nil()),
    };
    audit::record(
        tx,
        who,
        "workspace.created",
        &format!("workspace:{}", workspace.0),
        json!({"by": "setup"}),
    )?;
    sign_in::begin_session(tx, config, user, workspace, entry)
}

/// Takes every setup token away, not just this one: of two who set up at once, the second waits for the first on the
/// rows and finds none left.
fn use_up(tx: &mut Tx, token: &Secret) -> Result<()> {
    let now = tx.now();
    let tokens = tx.all::<([u8; 32],)>(
        "delete from one_time_tokens where purpose = 'setup' and expires_at > $1 returning token_hash",
        &[&now],
    )?;
    if workspace::is_there_any(tx)? {
        return Err(done_already());
    }
    let hash = token.hash();
    let found = tokens
        .iter()
        .fold(false, |found, it| found | bool::from(it.0.ct_eq(&hash)));
    if found { Ok(()) } else { Err(wrong_token()) }
}

fn wrong_token() -> Error {
    Error::invalid(
        "token",
        "is not the setup token; the console shows it when the server starts",
    )
}

fn done_already() -> Error {
    Error::conflict(
        "set_up_already",
        "This server has been set up. Sign in, or ask a member to invite you.",
    )
}
