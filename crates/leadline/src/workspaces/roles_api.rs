//! Roles over HTTP, and the rights they are made of.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit, grants, people,
    roles::{self, NewRole, Reach, Role},
    state::State,
};
use crate::base::{
    Answer, App, Caller, Error, Json, Page, Path, Permission, Permissions, Problems, ReadRefusals,
    Result, WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_permissions))
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermissionDescription)]
struct PermissionView {
    key: Permission,
    /// What it allows, in words.
    description: &'static str,
    /// The rights that come with it.
    brings: Vec<Permission>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Role)]
struct RoleDetail {
    id: Uuid,
    key: String,
    name: String,
    /// Comes with every workspace and cannot be changed.
    built_in: bool,
    permissions: Vec<Permission>,
    scope: Reach,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRole)]
struct NewRoleBody {
    name: String,
    /// Keys of rights; see `GET /permissions`.
    permissions: Vec<String>,
    /// Whose leads the role reaches.
    scope: Reach,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleChange {
    name: Option<String>,
    permissions: Option<Vec<String>>,
    scope: Option<Reach>,
}

/// List the rights there are
#[utoipa::path(get, path = "/permissions", tag = "roles", operation_id = "listPermissions",
    responses((status = 200, body = Page<PermissionView>), ReadRefusals))]
async fn list_permissions(caller: Caller) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let views = Permission::ALL.into_iter().map(|key| PermissionView {
        key,
        description: words(key),
        brings: [key]
            .into_iter()
            .collect::<Permissions>()
            .iter()
            .filter(|it| *it != key)
            .collect(),
    });
    Answer::ok(&Page::whole(views.collect()))
}

/// List roles
#[utoipa::path(get, path = "/roles", tag = "roles", operation_id = "listRoles",
    responses((status = 200, body = Page<RoleDetail>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let roles = app.read(move |tx| roles::all(tx, caller.workspace)).await?;
    Answer::ok(&Page::<RoleDetail>::whole(
        roles.into_iter().map(RoleDetail::from).collect(),
    ))
}

/// Make a role
///
/// Nobody can give a role more rights, or a wider scope, than he has himself.
#[utoipa::path(post, path = "/roles", tag = "roles", operation_id = "createRole", request_body = NewRoleBody,
    responses((status = 201, body = RoleDetail), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewRoleBody>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let mut problems = Problems::new();
    let name = check_name(&mut problems, &body.name);
    let rights = roles::check_permissions(&mut problems, "permissions", &body.permissions);
    problems.done()?;
    grants::check(&caller, rights, body.scope)?;
    let who = caller.clone();
    app.write(&caller, move |tx| {
        check_name_is_free(tx, &who, &name, None)?;
        let key = roles::key_of(&name);
        let new = NewRole {
            key: &key,
            name: &name,
            rights,
            reach: body.scope,
            built_in: false,
        };
        let id = roles::insert(tx, who.workspace, &new)?;
        let data =
            json!({"after": {"name": name, "permissions": rights.keys(), "scope": body.scope}});
        audit::record(tx, &who, "role.created", &format!("role:{id}"), data)?;
        let role = roles::get(tx, who.workspace, id)?;
        Answer::created(format!("/roles/{id}"), &RoleDetail::from(role))
    })
    .await
}

/// One role
#[utoipa::path(get, path = "/roles/{id}", tag = "roles", operation_id = "getRole", params(("id" = Uuid, Path)),
    responses((status = 200, body = RoleDetail), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let role = app
        .read(move |tx| roles::get(tx, caller.workspace, id))
        .await?;
    Answer::ok(&RoleDetail::from(role))
}

/// Change a role
///
/// Takes effect at once for everybody who has it.
#[utoipa::path(patch, path = "/roles/{id}", tag = "roles", operation_id = "updateRole", params(("id" = Uuid, Path)),
    request_body = RoleChange, responses((status = 200, body = RoleDetail), WriteRefusals))]
async fn change(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<RoleChange>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let mut problems = Problems::new();
    let name = body.name.map(|it| check_name(&mut problems, &it));
    let rights = body
        .permissions
        .map(|it| roles::check_permissions(&mut problems, "permissions", &it));
    problems.done()?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let before = hold(tx, &who, id)?;
        let (rights, reach) = (rights.unwrap_or(before.rights()), body.scope.unwrap_or(before.reach()));
        grants::check(&who, rights, reach)?;
        let name = name.unwrap_or_else(|| before.name.clone());
        check_name_is_free(tx, &who, &name, Some(id))?;
        roles::set(tx, who.workspace, id, &name, rights, reach)?;
        let data = json!({
            "before": {"name": before.name, "permissions": before.rights().keys(), "scope": before.reach()},
            "after": {"name": name, "permissions": rights.keys(), "scope": reach},
        });
        audit::record(tx, &who, "role.changed", &format!("role:{id}"), data)?;
        Answer::ok(&RoleDetail::from(roles::get(tx, who.workspace, id)?))
    })
    .await
}

/// Remove a role
///
/// Only one that no member, key or pending invitation has.
#[utoipa::path(delete, path = "/roles/{id}", tag = "roles", operation_id = "removeRole", params(("id" = Uuid, Path)),
    responses((status = 204), WriteRefusals))]
async fn remove(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let before = hold(tx, &who, id)?;
        let uses = roles::uses(tx, who.workspace, id)?;
        if uses > 0 {
            let detail = format!(
                "{uses} members, keys or invitations have this role. Give them another one first."
            );
            return Err(Error::conflict("role_in_use", detail));
        }
        roles::remove(tx, who.workspace, id)?;
        let data = json!({"before": {"name": before.name, "permissions": before.rights().keys()}});
        audit::record(tx, &who, "role.removed", &format!("role:{id}"), data)?;
        Ok(Answer::no_content())
    })
    .await
}

/// A role about to be changed: one of the workspace's own, not beyond the caller.
fn hold(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Role> {
    let role = roles::hold(tx, caller.workspace, id)?;
    if role.built_in {
        let detail = "The built-in roles stay as they are. Make a role of your own instead.";
        return Err(Error::conflict("built_in_role", detail));
    }
    grants::check_role(tx, caller, &role)?;
    Ok(role)
}

fn check_name(problems: &mut Problems, name: &str) -> String {
    let name = people::check_name(problems, "name", name);
    if !name.is_empty() && roles::key_of(&name).is_empty() {
        problems.add("name", "must have a letter or a digit");
    }
    name
}

fn check_name_is_free(tx: &mut Tx, caller: &Caller, name: &str, of: Option<Uuid>) -> Result<()> {
    let wanted = roles::key_of(name);
    let taken = roles::all(tx, caller.workspace)?;
    if taken
        .iter()
        .any(|it| Some(it.id) != of && roles::key_of(&it.name) == wanted)
    {
        return Err(roles::name_taken());
    }
    Ok(())
}

impl From<Role> for RoleDetail {
    fn from(it: Role) -> RoleDetail {
        RoleDetail {
            permissions: it.rights().iter().collect(),
            scope: it.reach(),
            id: it.id,
            key: it.key,
            name: it.name,
            built_in: it.built_in,
            created_at: it.created_at,
        }
    }
}

fn words(permission: Permission) -> &'static str {
    use Permission as P;
    match permission {
        P::LeadsView => "See leads, the board, notes and history, within the role's scope",
        P::LeadsManage => "Everything day-to-day about leads, pipelines and fields",
        P::LeadsCreate => "Add leads",
        P::LeadsEdit => "Change leads and their tags",
        P::LeadsMove => "Move leads between stages and within a column",
        P::LeadsAssign => "Assign leads to people",
        P::LeadsDelete => "Delete leads and restore them",
        P::LeadsPurge => "Remove deleted leads for good",
        P::LeadsBulk => "Change many leads at once",
        P::LeadsMerge => "Make one lead of several that are about the same person",
        P::LeadsImport => "Import files of leads, and see what imports did",
        P::LeadsExport => "Take leads out as a file",
        P::NotesWrite => "Write notes, and edit one's own",
        P::NotesModerate => "Edit, pin and delete what others wrote",
        P::PipelinesManage => "Make and change pipelines and stages",
        P::FieldsManage => "Make and change custom fields",
        P::SourcesManage => "Make and change sources and their rules",
        P::ViewsShare => "Share views, and change shared ones",
        P::PrivacyExport => "Take out everything that is kept about a person",
        P::PrivacyErase => "Erase people for good",
        P::PrivacyManage => "Say who is not taken in again, and how long what is kept",
        P::MembersView => "See members, teams and roles",
        P::MembersManage => "Invite, change and remove members, teams and roles",
        P::KeysManage => "Make and revoke API keys",
        P::AuditView => "Read the audit log",
        P::JobsManage => "See and retry background work that failed",
        P::WorkspaceManage => "Change the workspace's name and settings",
    }
}
