//! Workspaces over HTTP.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::json;
use store::{Json as Stored, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit::{self, Who},
    grants,
    me::{self, WorkspaceView},
    members, people,
    settings::{Settings, SettingsChange},
    state::State,
    workspace,
};
use crate::base::{
    Answer, App, Caller, Error, Json, Page, Path, Permission, Problems, ReadRefusals, Result,
    WorkspaceId, WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(current, change))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewWorkspace {
    name: String,
    /// Who becomes its Super Admin: an active member of this workspace. Left out: the caller.
    owner_id: Option<Uuid>,
    #[serde(default)]
    settings: SettingsChange,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspaceChange {
    name: Option<String>,
    #[serde(default)]
    settings: SettingsChange,
}

/// List the workspaces one belongs to
#[utoipa::path(get, path = "/workspaces", tag = "workspaces", operation_id = "listWorkspaces",
    responses((status = 200, body = Page<WorkspaceView>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    let views = app.read(move |tx| {
        let mine = mine(tx, &caller)?;
        me::views(tx, &mine)
    });
    Answer::ok(&Page::whole(views.await?))
}

/// Make another workspace
///
/// For Super Admins. Its Super Admin is the caller, or the member named.
#[utoipa::path(post, path = "/workspaces", tag = "workspaces", operation_id = "createWorkspace",
    request_body = NewWorkspace, responses((status = 201, body = WorkspaceView), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewWorkspace>,
) -> Result<Answer> {
    caller.need(Permission::WorkspaceManage)?;
    let mut problems = Problems::new();
    let name = people::check_name(&mut problems, "name", &body.name);
    let settings = body.settings.apply(Settings::default(), &mut problems);
    problems.done()?;
    let who = caller.clone();
    app.write(&caller, move |tx| {
        if !grants::is_super_admin(tx, &who)? {
            return Err(grants::super_admins_only());
        }
        let owner = owner(tx, &who, body.owner_id)?;
        let id = workspace::create(tx, &name, owner)?;
        workspace::set(tx, id, &name, &settings)?;
        let made = workspace::get(tx, id)?;
        let data = json!({"after": {"name": name, "settings": settings, "ownerId": owner}});
        let target = format!("workspace:{}", made.public_id);
        audit::record(tx, &who, "workspace.created", &target, data.clone())?;
        audit::record(
            tx,
            Who {
                workspace: id,
                ..Who::from(&who)
            },
            "workspace.created",
            &target,
            data,
        )?;
        Answer::created(
            format!("/workspaces/{}", made.public_id),
            &WorkspaceView::from(made),
        )
    })
    .await
}

/// One workspace that one belongs to
#[utoipa::path(get, path = "/workspaces/{id}", tag = "workspaces", operation_id = "getWorkspace",
    params(("id" = Uuid, Path)), responses((status = 200, body = WorkspaceView), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    let found = app.read(move |tx| {
        let found = workspace::by_public_id(tx, id)?;
        if mine(tx, &caller)?.contains(&found.id) {
            Ok(found)
        } else {
            Err(Error::NotFound("workspace"))
        }
    });
    Answer::ok(&WorkspaceView::from(found.await?))
}

/// The workspace at hand
#[utoipa::path(get, path = "/workspace", tag = "workspaces", operation_id = "getCurrentWorkspace",
    responses((status = 200, body = WorkspaceView), ReadRefusals))]
async fn current(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    let found = app
        .read(move |tx| workspace::get(tx, caller.workspace))
        .await?;
    Answer::ok(&WorkspaceView::from(found))
}

/// Change the workspace's name and settings
///
/// Only what is sent changes.
#[utoipa::path(patch, path = "/workspace", tag = "workspaces", operation_id = "updateWorkspace",
    request_body = WorkspaceChange, responses((status = 200, body = WorkspaceView), WriteRefusals))]
async fn change(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<WorkspaceChange>,
) -> Result<Answer> {
    caller.need(Permission::WorkspaceManage)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let before = workspace::hold(tx, who.workspace)?;
        let mut problems = Problems::new();
        let name = body.name.map_or_else(
            || before.name.clone(),
            |it| people::check_name(&mut problems, "name", &it),
        );
        let Stored(former) = before.settings;
        let settings = body.settings.apply(former.clone(), &mut problems);
        problems.done()?;
        workspace::set(tx, who.workspace, &name, &settings)?;
        let data = json!({
            "before": {"name": before.name, "settings": former},
            "after": {"name": name, "settings": settings},
        });
        audit::record(
            tx,
            &who,
            "workspace.changed",
            &format!("workspace:{}", before.public_id),
            data,
        )?;
        Answer::ok(&WorkspaceView::from(workspace::get(tx, who.workspace)?))
    })
    .await
}

fn mine(tx: &mut Tx, caller: &Caller) -> Result<Vec<WorkspaceId>> {
    match caller.user() {
        Some(user) => people::workspaces_of(tx, user),
        None => Ok(vec![caller.workspace]),
    }
}

fn owner(tx: &mut Tx, caller: &Caller, named: Option<Uuid>) -> Result<Uuid> {
    match named.or(caller.user()) {
        None => Err(Error::invalid(
            "ownerId",
            "is needed, for an API key cannot own a workspace",
        )),
        Some(user) if members::is_member(tx, caller.workspace, user)? => Ok(user),
        Some(_) => Err(Error::invalid(
            "ownerId",
            "is not an active member of this workspace",
        )),
    }
}
