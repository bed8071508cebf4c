//! `/views`: making, changing and removing them.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use store::Tx;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    View, ViewState, Visibility,
    body::{ViewBody, ViewShown},
    check_room, mine, one, rows, teams, watch,
};
use crate::{
    base::{
        Answer, App, Caller, Error, IfMatch, Json, Page, Path, Permission, ReadRefusals, Result,
        WriteRefusals,
    },
    leads::find,
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, replace, delete))
        .routes(routes!(duplicate))
        .merge(super::personal::routes())
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ViewCopy)]
struct Copy {
    /// By default the view's own name with a number behind it.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
}

/// List views
///
/// Those that the caller sees, by name, each with what the caller has made of it.
#[utoipa::path(get, path = "/views", operation_id = "listViews", tag = "Views",
    responses((status = 200, body = Page<ViewShown>), ReadRefusals))]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let views = app.read(move |tx| {
        let teams = teams(tx, &caller)?;
        let mut mine = mine::all(tx, &caller)?;
        let views = rows::seen_by(tx, caller.workspace, caller.user(), &teams)?;
        let shown = views.into_iter().map(|it| {
            let mine = mine.remove(&it.id);
            ViewShown::new(it, mine, &caller)
        });
        Ok(shown.collect::<Vec<_>>())
    });
    Answer::ok(&Page::whole(views.await?))
}

/// Save a view
///
/// Private, unless it is shared; to share it the right `views:share` is needed.
#[utoipa::path(post, path = "/views", operation_id = "createView", tag = "Views", request_body = ViewBody,
    responses((status = 201, body = ViewShown, headers(("Location" = String), ("ETag" = String))), WriteRefusals))]
async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<ViewBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let blank = blank(tx, &by, ViewState::default());
        let view = body.apply(tx, &by, blank)?;
        add(tx, &by, view)
    })
    .await
}

/// Show a view
#[utoipa::path(get, path = "/views/{id}", operation_id = "getView", tag = "Views", params(("id" = Uuid, Path)),
    responses((status = 200, body = ViewShown, headers(("ETag" = String))), ReadRefusals))]
async fn show(State(app): State<Arc<App>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    app.read(move |tx| {
        let view = one(tx, &caller, id)?;
        shown(tx, &caller, view)
    })
    .await
}

/// Change a view
///
/// A shared view is changed by its owner, and by whoever may share views; a locked one by its owner and administrators.
#[utoipa::path(patch, path = "/views/{id}", operation_id = "updateView", tag = "Views",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = ViewBody,
    responses((status = 200, body = ViewShown, headers(("ETag" = String))), WriteRefusals))]
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<ViewBody>,
) -> Result<Answer> {
    edit(&app, caller, id, version, body).await
}

/// The same as `PATCH`.
#[utoipa::path(put, path = "/views/{id}", operation_id = "putView", tag = "Views",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = ViewBody,
    responses((status = 200, body = ViewShown, headers(("ETag" = String))), WriteRefusals))]
async fn replace(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<ViewBody>,
) -> Result<Answer> {
    edit(&app, caller, id, version, body).await
}

/// Remove a view
///
/// For everybody who sees it, with their pins and subscriptions.
#[utoipa::path(delete, path = "/views/{id}", operation_id = "deleteView", tag = "Views",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that is to be removed")),
    responses((status = 204, description = "Removed"), WriteRefusals))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = to_change(tx, &by, id, version)?;
        watch::forget_view(tx, by.workspace, id)?;
        rows::delete(tx, by.workspace, id)?;
        if before.is_shared() {
            tell(tx, &by, "view.deleted", &[("before", &before)])?;
        }
        Ok(Answer::no_content())
    })
    .await
}

/// Copy a view
///
/// The copy is the caller's own and private.
#[utoipa::path(post, path = "/views/{id}/duplicate", operation_id = "duplicateView", tag = "Views",
    params(("id" = Uuid, Path)), request_body = Copy,
    responses((status = 201, body = ViewShown, headers(("Location" = String), ("ETag" = String))), WriteRefusals))]
async fn duplicate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(copy): Json<Copy>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let model = one(tx, &by, id)?;
        let body = ViewBody::named(copy.name);
        let blank = View {
            name: numbered(&model.name),
            ..blank(tx, &by, model.state)
        };
        let view = body.apply(tx, &by, blank)?;
        add(tx, &by, view)
    })
    .await
}

/// "Hot leads" becomes "Hot leads 2", and that becomes "Hot leads 3".
fn numbered(name: &str) -> String {
    let (stem, number) = match name.rsplit_once(' ') {
        Some((stem, number)) => (stem, number.parse::<u16>().ok()),
        None => (name, None),
    };
    let number = number.filter(|it| (2..999).contains(it));
    let stem = if number.is_some() { stem } else { name };
    let stem: String = stem.chars().take(95).collect();
    format!("{stem} {}", number.map_or(2, |it| it + 1))
}

fn blank(tx: &mut Tx, caller: &Caller, state: ViewState) -> View {
    let (id, now) = (tx.id(), tx.now());
    let visibility = if caller.user().is_some() {
        Visibility::Private
    } else {
        Visibility::Everyone
    };
    View {
        id,
        name: String::new(),
        owner: caller.user(),
        visibility,
        team: None,
        locked: false,
        state,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn add(tx: &mut Tx, caller: &Caller, view: View) -> Result<Answer> {
    check_room(tx, caller.workspace)?;
    rows::insert(tx, caller.workspace, &view)?;
    if view.is_shared() {
        tell(tx, caller, "view.created", &[("after", &view)])?;
    }
    let (id, version) = (view.id, view.version);
    let shown = ViewShown::new(view, None, caller);
    Ok(Answer::created(format!("/views/{id}"), &shown)?.version(version))
}

async fn edit(
    app: &App,
    caller: Caller,
    id: Uuid,
    version: IfMatch,
    body: ViewBody,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = to_change(tx, &by, id, version)?;
        let mut after = body.apply(tx, &by, before.clone())?;
        after.version += 1;
        after.updated_at = tx.now();
        rows::update(tx, by.workspace, &after)?;
        if before.is_shared() || after.is_shared() {
            tell(
                tx,
                &by,
                "view.changed",
                &[("before", &before), ("after", &after)],
            )?;
        }
        if before.state.filter.fingerprint() != after.state.filter.fingerprint() {
            watch::begin_anew(tx, by.workspace, &after)?;
        }
        shown(tx, &by, after)
    })
    .await
}

fn to_change(tx: &mut Tx, caller: &Caller, id: Uuid, version: IfMatch) -> Result<View> {
    rows::lock(tx, caller.workspace, id)?;
    let view = one(tx, caller, id)?;
    if !view.may_be_changed_by(caller) {
        if !view.locked {
            caller.need(Permission::ViewsShare)?;
        }
        return Err(Error::Refused {
            code: "view_locked",
            detail: "The view is locked: only its owner and administrators change it. Save a copy instead.".into(),
        });
    }
    let shown = ViewShown::new(view.clone(), None, caller);
    find::check_version(view.version, &shown, version)?;
    Ok(view)
}

fn shown(tx: &mut Tx, caller: &Caller, view: View) -> Result<Answer> {
    let version = view.version;
    let mine = mine::all(tx, caller)?.remove(&view.id);
    Ok(Answer::ok(&ViewShown::new(view, mine, caller))?.version(version))
}

/// Others are affected, so that it is written down.
fn tell(tx: &mut Tx, caller: &Caller, action: &'static str, views: &[(&str, &View)]) -> Result<()> {
    let mut data = serde_json::Map::new();
    let mut target = String::new();
    for (when, view) in views {
        target = format!("view:{}", view.id);
        let said = json!({
            "name": view.name,
            "visibility": view.visibility,
            "teamId": view.team,
            "locked": view.locked,
            "filter": view.state.filter,
        });
        data.insert((*when).to_owned(), said);
    }
    audit::record(tx, caller, action, &target, data.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_numbered() {
        for (name, copy) in [
            ("Hot", "Hot 2"),
            ("Hot 2", "Hot 3"),
            ("Hot 1", "Hot 1 2"),
            ("Summer 2026", "Summer 2026 2"),
            ("2", "2 2"),
        ] {
            assert_eq!(numbered(name), copy);
        }
        assert_eq!(numbered(&"ü".repeat(100)).chars().count(), 97);
    }
}
