//! API keys over HTTP.

use std::{collections::HashMap, sync::Arc};

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use store::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    keys::{self, ApiKey, NewKey},
    me::RoleView,
    roles::{self, Choice},
    state::State,
};
use crate::base::{
    Answer, App, Caller, Json, Page, Path, Permission, Problems, ReadRefusals, Result, Secret,
    WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, rename, revoke))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewApiKey)]
struct NewKeyBody {
    name: String,
    /// Either this or `role`.
    role_id: Option<Uuid>,
    /// The key of a role, such as `sales`; either this or `roleId`.
    role: Option<String>,
    /// A part of what the role may; left out: all of it.
    permissions: Option<Vec<String>>,
    /// Left out: the key is good until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiKeyChange)]
struct Renaming {
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
struct ApiKeyView {
    id: Uuid,
    name: String,
    /// How the key begins, to tell it from others.
    prefix: String,
    role: Option<RoleView>,
    /// What the key may now: its role's rights, narrowed where it was made so.
    permissions: Vec<Permission>,
    created_by: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Written down about once a minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

/// A new key, the only time it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreatedApiKey)]
struct CreatedKey {
    #[serde(flatten)]
    record: ApiKeyView,
    /// Send it as `Authorization: Bearer ll_…`.
    #[schema(example = "ll_…")]
    key: String,
}

/// List API keys
#[utoipa::path(get, path = "/api-keys", tag = "api keys", operation_id = "listApiKeys",
    responses((status = 200, body = Page<ApiKeyView>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::KeysManage)?;
    let views = app.read(move |tx| {
        let roles = roles::all(tx, caller.workspace)?;
        let roles: HashMap<Uuid, roles::Role> = roles.into_iter().map(|it| (it.id, it)).collect();
        let keys = keys::all(tx, caller.workspace)?;
        Ok(keys
            .into_iter()
            .map(|it| view(roles.get(&it.role_id).cloned(), it))
            .collect())
    });
    Answer::ok(&Page::<ApiKeyView>::whole(views.await?))
}

/// Make an API key
///
/// The answer holds the key; it is not shown again. Nobody can give a key more than he may himself. For that reason,
/// and because the key must not be kept, an `Idempotency-Key` is not honoured here.
#[utoipa::path(post, path = "/api-keys", tag = "api keys", operation_id = "createApiKey",
    request_body = NewKeyBody, responses((status = 201, body = CreatedKey), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewKeyBody>,
) -> Result<Answer> {
    caller.need(Permission::KeysManage)?;
    let mut problems = Problems::new();
    let name = keys::check_name(&mut problems, &body.name);
    problems.done()?;
    let new = NewKey {
        name,
        role: Choice {
            id: body.role_id,
            key: body.role,
        },
        permissions: body.permissions,
        expires_at: body.expires_at,
    };
    let create = move |tx: &mut store::Tx| {
        let (key, token) = keys::create(tx, &caller, &new)?;
        let role = roles::get(tx, caller.workspace, key.role_id)?;
        Ok::<_, crate::base::Error>((view(Some(role), key), token))
    };
    let (record, token): (ApiKeyView, Secret) = app.db.write(create).await?;
    let location = format!("/api-keys/{}", record.id);
    Answer::created(
        location,
        &CreatedKey {
            record,
            key: token.expose().to_owned(),
        },
    )
}

/// One API key
#[utoipa::path(get, path = "/api-keys/{id}", tag = "api keys", operation_id = "getApiKey",
    params(("id" = Uuid, Path)), responses((status = 200, body = ApiKeyView), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::KeysManage)?;
    let found = app.read(move |tx| read_view(tx, &caller, id)).await?;
    Answer::ok(&found)
}

/// Rename an API key
#[utoipa::path(patch, path = "/api-keys/{id}", tag = "api keys", operation_id = "renameApiKey",
    params(("id" = Uuid, Path)), request_body = Renaming, responses((status = 200, body = ApiKeyView), WriteRefusals))]
async fn rename(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Renaming>,
) -> Result<Answer> {
    caller.need(Permission::KeysManage)?;
    let mut problems = Problems::new();
    let name = keys::check_name(&mut problems, &body.name);
    problems.done()?;
    let who = caller.clone();
    app.write(&caller, move |tx| {
        keys::rename(tx, &who, id, &name)?;
        Answer::ok(&read_view(tx, &who, id)?)
    })
    .await
}

/// Revoke an API key
///
/// It stops at once.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api keys", operation_id = "revokeApiKey",
    params(("id" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn revoke(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::KeysManage)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        keys::revoke(tx, &who, id)?;
        Ok(Answer::no_content())
    })
    .await
}

fn read_view(tx: &mut store::Tx, caller: &Caller, id: Uuid) -> Result<ApiKeyView> {
    let key = keys::get(tx, caller.workspace, id)?;
    let role = roles::get(tx, caller.workspace, key.role_id)?;
    Ok(view(Some(role), key))
}

fn view(role: Option<roles::Role>, key: ApiKey) -> ApiKeyView {
    let rights = role.as_ref().map(roles::Role::rights).unwrap_or_default();
    let rights = match &key.permissions {
        Some(narrowed) => rights.and(roles::permissions(&narrowed.0)),
        None => rights,
    };
    ApiKeyView {
        id: key.id,
        name: key.name,
        prefix: key.prefix,
        role: role.map(RoleView::from),
        permissions: rights.iter().collect(),
        created_by: key.created_by,
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
    }
}
