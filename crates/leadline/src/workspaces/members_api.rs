//! Members over HTTP.

use std::{collections::HashMap, sync::Arc};

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit, grants,
    me::RoleView,
    members::{self, Member},
    roles::{self, Choice, Role},
    sessions,
    state::State,
    teams,
};
use crate::base::{
    Answer, App, Caller, Error, Json, Page, Path, Permission, ReadRefusals, Result, WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show, change, remove))
}

/// A person in the workspace.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Member)]
struct MemberView {
    user_id: Uuid,
    name: String,
    email: String,
    role: RoleView,
    /// Somebody who is not active cannot come in, and keeps what he did.
    active: bool,
    team_ids: Vec<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MemberChange {
    role_id: Option<Uuid>,
    /// The key of a role, such as `sales`, in place of `roleId`.
    role: Option<String>,
    active: Option<bool>,
}

/// List members
#[utoipa::path(get, path = "/members", tag = "members", operation_id = "listMembers",
    responses((status = 200, body = Page<MemberView>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let views = app.read(move |tx| {
        let roles: HashMap<Uuid, Role> = roles::all(tx, caller.workspace)?
            .into_iter()
            .map(|it| (it.id, it))
            .collect();
        let mut teams = teams::by_member(tx, caller.workspace)?;
        let members = members::all(tx, caller.workspace)?;
        let views = members.into_iter().filter_map(|it| {
            let role = roles.get(&it.role_id)?.clone();
            let teams = teams.remove(&it.user_id).unwrap_or_default();
            Some(view(it, role, teams))
        });
        Ok(views.collect())
    });
    Answer::ok(&Page::<MemberView>::whole(views.await?))
}

/// One member
#[utoipa::path(get, path = "/members/{userId}", tag = "members", operation_id = "getMember",
    params(("userId" = Uuid, Path)), responses((status = 200, body = MemberView), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(user): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let found = app.read(move |tx| read_view(tx, &caller, user)).await?;
    Answer::ok(&found)
}

/// Change a member's role, or switch him off or on
///
/// Takes effect at once. Nobody can give, or touch somebody who has, more than his own rights, and a workspace keeps at
/// least one active Super Admin.
#[utoipa::path(patch, path = "/members/{userId}", tag = "members", operation_id = "updateMember",
    params(("userId" = Uuid, Path)), request_body = MemberChange,
    responses((status = 200, body = MemberView), WriteRefusals))]
async fn change(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(user): Path<Uuid>,
    Json(body): Json<MemberChange>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let (before, role) = hold(tx, &who, user)?;
        let after_role = if body.role_id.is_some() || body.role.is_some() {
            let role = roles::choose(
                tx,
                who.workspace,
                &Choice {
                    id: body.role_id,
                    key: body.role,
                },
            )?;
            grants::check_role(tx, &who, &role)?;
            role
        } else {
            role.clone()
        };
        let after = Member {
            role_id: after_role.id,
            active: body.active.unwrap_or(before.active),
            ..before.clone()
        };
        members::set(tx, who.workspace, &after)?;
        members::check_super_admin_left(tx, who.workspace)?;
        if !after.active {
            sessions::end_in(tx, user, who.workspace)?;
        }
        let data = json!({
            "before": {"role": role.key, "active": before.active},
            "after": {"role": after_role.key, "active": after.active},
        });
        audit::record(tx, &who, "member.changed", &format!("user:{user}"), data)?;
        Answer::ok(&read_view(tx, &who, user)?)
    })
    .await
}

/// Remove a member
///
/// His sessions here end at once. Leads assigned to him stay as they are.
#[utoipa::path(delete, path = "/members/{userId}", tag = "members", operation_id = "removeMember",
    params(("userId" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn remove(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(user): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersManage)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let (_, role) = hold(tx, &who, user)?;
        members::remove(tx, who.workspace, user)?;
        members::check_super_admin_left(tx, who.workspace)?;
        sessions::end_in(tx, user, who.workspace)?;
        let data = json!({"before": {"role": role.key}});
        audit::record(tx, &who, "member.removed", &format!("user:{user}"), data)?;
        Ok(Answer::no_content())
    })
    .await
}

/// The member about to be changed and his role, which is not beyond the caller.
fn hold(tx: &mut Tx, caller: &Caller, user: Uuid) -> Result<(Member, Role), Error> {
    roles::hold_super_admin(tx, caller.workspace)?;
    members::hold(tx, caller.workspace, user)?;
    let member = members::get(tx, caller.workspace, user)?;
    let role = roles::get(tx, caller.workspace, member.role_id)?;
    grants::check_role(tx, caller, &role)?;
    Ok((member, role))
}

fn read_view(tx: &mut Tx, caller: &Caller, user: Uuid) -> Result<MemberView> {
    let member = members::get(tx, caller.workspace, user)?;
    let role = roles::get(tx, caller.workspace, member.role_id)?;
    let teams = teams::of(tx, caller.workspace, user)?;
    Ok(view(member, role, teams))
}

fn view(member: Member, role: Role, team_ids: Vec<Uuid>) -> MemberView {
    MemberView {
        user_id: member.user_id,
        name: member.name,
        email: member.email,
        role: role.into(),
        active: member.active,
        team_ids,
        created_at: member.created_at,
        last_seen_at: member.last_seen_at,
    }
}
