//! Teams over HTTP.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audit, grants, members, people,
    roles::Reach,
    state::State,
    teams::{self, Team},
};
use crate::base::{
    Answer, App, Caller, Error, Json, Page, Path, Permission, Permissions, Problems, ReadRefusals,
    Result, WriteRefusals,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, rename, remove))
        .routes(routes!(join, leave))
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Team)]
struct TeamView {
    id: Uuid,
    name: String,
    member_ids: Vec<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewTeam {
    name: String,
    #[serde(default)]
    #[schema(max_items = 200)]
    member_ids: Vec<Uuid>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamChange {
    name: String,
}

/// List teams
#[utoipa::path(get, path = "/teams", tag = "teams", operation_id = "listTeams",
    responses((status = 200, body = Page<TeamView>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let views = app.read(move |tx| {
        let mut members = teams::members(tx, caller.workspace)?;
        let teams = teams::all(tx, caller.workspace)?;
        Ok(teams
            .into_iter()
            .map(|it| {
                let members = members.remove(&it.id).unwrap_or_default();
                view(it, members)
            })
            .collect())
    });
    Answer::ok(&Page::<TeamView>::whole(views.await?))
}

/// Make a team
#[utoipa::path(post, path = "/teams", tag = "teams", operation_id = "createTeam", request_body = NewTeam,
    responses((status = 201, body = TeamView), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewTeam>,
) -> Result<Answer> {
    check(&caller)?;
    let name = checked(&body.name, body.member_ids.len())?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let id = teams::add(tx, who.workspace, &name)?;
        for (index, user) in body.member_ids.iter().enumerate() {
            if !members::is_there(tx, who.workspace, *user)? {
                return Err(Error::invalid(
                    format!("memberIds[{index}]"),
                    "is not a member of this workspace",
                ));
            }
            teams::join(tx, who.workspace, id, *user)?;
        }
        let data = json!({"after": {"name": name, "memberIds": body.member_ids}});
        audit::record(tx, &who, "team.created", &format!("team:{id}"), data)?;
        Answer::created(format!("/teams/{id}"), &read_view(tx, &who, id)?)
    })
    .await
}

/// One team
#[utoipa::path(get, path = "/teams/{id}", tag = "teams", operation_id = "getTeam", params(("id" = Uuid, Path)),
    responses((status = 200, body = TeamView), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::MembersView)?;
    let found = app.read(move |tx| read_view(tx, &caller, id)).await?;
    Answer::ok(&found)
}

/// Rename a team
#[utoipa::path(patch, path = "/teams/{id}", tag = "teams", operation_id = "renameTeam", params(("id" = Uuid, Path)),
    request_body = TeamChange, responses((status = 200, body = TeamView), WriteRefusals))]
async fn rename(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<TeamChange>,
) -> Result<Answer> {
    check(&caller)?;
    let name = checked(&body.name, 0)?;
    let who = caller.clone();
    app.write(&caller, move |tx| {
        let before = teams::hold(tx, who.workspace, id)?;
        teams::rename(tx, who.workspace, id, &name)?;
        let data = json!({"before": {"name": before.name}, "after": {"name": name}});
        audit::record(tx, &who, "team.renamed", &format!("team:{id}"), data)?;
        Answer::ok(&read_view(tx, &who, id)?)
    })
    .await
}

/// Remove a team
///
/// Its members stay members of the workspace.
#[utoipa::path(delete, path = "/teams/{id}", tag = "teams", operation_id = "removeTeam", params(("id" = Uuid, Path)),
    responses((status = 204), WriteRefusals))]
async fn remove(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    check(&caller)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        let before = read_view(tx, &who, id)?;
        teams::remove(tx, who.workspace, id)?;
        let data = json!({"before": {"name": before.name, "memberIds": before.member_ids}});
        audit::record(tx, &who, "team.removed", &format!("team:{id}"), data)?;
        Ok(Answer::no_content())
    })
    .await
}

/// Add a member to a team
#[utoipa::path(put, path = "/teams/{id}/members/{userId}", tag = "teams", operation_id = "addTeamMember",
    params(("id" = Uuid, Path), ("userId" = Uuid, Path)), responses((status = 200, body = TeamView), WriteRefusals))]
async fn join(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path((id, user)): Path<(Uuid, Uuid)>,
) -> Result<Answer> {
    check(&caller)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        teams::hold(tx, who.workspace, id)?;
        members::get(tx, who.workspace, user)?;
        teams::join(tx, who.workspace, id, user)?;
        audit::record(
            tx,
            &who,
            "team.joined",
            &format!("team:{id}"),
            json!({"userId": user}),
        )?;
        Answer::ok(&read_view(tx, &who, id)?)
    })
    .await
}

/// Take a member out of a team
#[utoipa::path(delete, path = "/teams/{id}/members/{userId}", tag = "teams", operation_id = "removeTeamMember",
    params(("id" = Uuid, Path), ("userId" = Uuid, Path)), responses((status = 204), WriteRefusals))]
async fn leave(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path((id, user)): Path<(Uuid, Uuid)>,
) -> Result<Answer> {
    check(&caller)?;
    let who = caller.clone();
    State::change(&app, &caller, move |tx| {
        teams::leave(tx, who.workspace, id, user)?;
        audit::record(
            tx,
            &who,
            "team.left",
            &format!("team:{id}"),
            json!({"userId": user}),
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// Teams decide who sees whose leads, so changing them takes somebody who sees them all.
fn check(caller: &Caller) -> Result<()> {
    caller.need(Permission::MembersManage)?;
    grants::check(caller, Permissions::NONE, Reach::All)
}

fn checked(name: &str, members: usize) -> Result<String> {
    let mut problems = Problems::new();
    let name = people::check_name(&mut problems, "name", name);
    if members > 200 {
        problems.add("memberIds", "must be at most 200 at a time");
    }
    problems.done()?;
    Ok(name)
}

fn read_view(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<TeamView> {
    let team = teams::get(tx, caller.workspace, id)?;
    let members = teams::members(tx, caller.workspace)?
        .remove(&id)
        .unwrap_or_default();
    Ok(view(team, members))
}

fn view(team: Team, member_ids: Vec<Uuid>) -> TeamView {
    TeamView {
        id: team.id,
        name: team.name,
        member_ids,
        created_at: team.created_at,
    }
}
