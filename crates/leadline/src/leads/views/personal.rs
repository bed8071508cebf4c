//! What one person makes of views: `/views/{id}/pin`, `/views/counts`, `/views/default`, `/views/{id}/subscription`.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    mine::{self, Page, Subscription},
    one, person, watch,
};
use crate::{
    base::{
        Answer, App, Caller, Error, Json, Page as List, Path, Permission, ReadRefusals, Result,
        WriteRefusals,
    },
    leads::{Totals, chosen::Chosen, totals},
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(counts))
        .routes(routes!(order))
        .routes(routes!(set_default))
        .routes(routes!(pin, unpin))
        .routes(routes!(subscribe, unsubscribe))
}

/// As many as fit beside a page.
const MOST_PINS: usize = 50;
const LONGEST_ICON: usize = 60;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ViewPinBody)]
struct PinBody {
    /// A name or a sign that the page knows how to draw.
    #[schema(max_length = 60, example = "flame")]
    icon: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ViewPinOrder)]
struct PinOrder {
    /// Every pinned view, in the order wanted.
    #[schema(max_items = 50)]
    view_ids: Vec<Uuid>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = DefaultView)]
struct Default {
    page: Page,
    /// Null: the page begins as it comes.
    #[schema(required)]
    view_id: Option<Uuid>,
}

/// How many leads a pinned view has for the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ViewCount)]
struct ViewCount {
    view_id: Uuid,
    /// Null where it is not counted: the view searches, or its filter holds no more.
    count: Option<i64>,
    /// There are more than `count`; counting stopped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    capped: bool,
    /// Why the view's filter does not hold any more, such as a custom field that changed its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Count the leads of pinned views
///
/// All of the caller's pins in one answer, each within what the caller sees.
#[utoipa::path(get, path = "/views/counts", operation_id = "countPinnedViews", tag = "Views",
    responses((status = 200, body = List<ViewCount>), ReadRefusals))]
async fn counts(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let (totals, commits) = (app.state.get::<Totals>(), totals::commits(&app));
    let counted = app.read(move |tx| {
        let Some(user) = caller.user() else {
            return Ok(Vec::new());
        };
        let mut counted = Vec::new();
        for (view, ..) in mine::pins(tx, &caller, user)? {
            match one(tx, &caller, view) {
                Ok(view) => counted.push(count(tx, &caller, view, &totals, commits)?),
                // It was shared once.
                Err(Error::NotFound(_)) => {}
                Err(err) => return Err(err),
            }
        }
        Ok(counted)
    });
    Answer::ok(&List::whole(counted.await?))
}

fn count(
    tx: &mut Tx,
    caller: &Caller,
    view: super::View,
    totals: &Totals,
    commits: u64,
) -> Result<ViewCount> {
    let mut answer = ViewCount {
        view_id: view.id,
        count: None,
        capped: false,
        problem: None,
    };
    match Chosen::bind(tx, view.state.filter, caller) {
        Ok(chosen) => {
            let total = totals.of(tx, &chosen, 0, commits)?;
            let told = chosen.filter.search.is_none() || !total.capped;
            answer.count = told.then_some(total.n);
            answer.capped = told && total.capped;
        }
        Err(Error::Invalid(problems)) => answer.problem = Some(problems.to_string()),
        Err(err) => return Err(err),
    }
    Ok(answer)
}

/// Pin a view
///
/// It stays where it was pinned before, or goes to the end.
#[utoipa::path(put, path = "/views/{id}/pin", operation_id = "pinView", tag = "Views", params(("id" = Uuid, Path)),
    request_body = PinBody, responses((status = 204, description = "Pinned"), WriteRefusals))]
async fn pin(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<PinBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let user = person(&caller)?;
    let icon = body.icon.unwrap_or_default();
    if icon.chars().count() > LONGEST_ICON || icon.chars().any(char::is_control) {
        let message = format!("must be at most {LONGEST_ICON} characters");
        return Err(Error::invalid("icon", message));
    }
    let by = caller.clone();
    app.write(&caller, move |tx| {
        one(tx, &by, id)?;
        let pins = mine::pins(tx, &by, user)?;
        if pins.len() >= MOST_PINS && pins.iter().all(|it| it.0 != id) {
            let detail = format!("At most {MOST_PINS} views are pinned.");
            return Err(Error::conflict("too_many_pins", detail));
        }
        tx.exec(
            "insert into lead_view_pins (workspace_id, user_id, view_id, icon, position)
             select $1, $2, $3, $4, coalesce(max(position), -1) + 1 from lead_view_pins
             where workspace_id = $1 and user_id = $2
             on conflict (workspace_id, user_id, view_id) do update set icon = excluded.icon",
            &[&by.workspace, &user, &id, &icon],
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// Unpin a view
#[utoipa::path(delete, path = "/views/{id}/pin", operation_id = "unpinView", tag = "Views", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Not pinned any more"), WriteRefusals))]
async fn unpin(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let user = person(&caller)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let gone = tx.exec(
            "delete from lead_view_pins where workspace_id = $1 and user_id = $2 and view_id = $3",
            &[&by.workspace, &user, &id],
        )?;
        if gone == 0 {
            one(tx, &by, id)?;
        }
        Ok(Answer::no_content())
    })
    .await
}

/// Put pinned views in order
#[utoipa::path(put, path = "/views/pins", operation_id = "orderPinnedViews", tag = "Views", request_body = PinOrder,
    responses((status = 204, description = "In this order from now on"), WriteRefusals))]
async fn order(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<PinOrder>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let user = person(&caller)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let mut present: Vec<Uuid> = mine::pins(tx, &by, user)?.into_iter().map(|it| it.0).collect();
        let mut wanted = body.view_ids.clone();
        present.sort_unstable();
        wanted.sort_unstable();
        if present != wanted {
            return Err(Error::invalid("viewIds", "must name every pinned view once"));
        }
        for (position, id) in (0_i64..).zip(&body.view_ids) {
            tx.exec(
                "update lead_view_pins set position = $4 where workspace_id = $1 and user_id = $2 and view_id = $3",
                &[&by.workspace, &user, id, &position],
            )?;
        }
        Ok(Answer::no_content())
    })
    .await
}

/// Choose the view that a page begins with
#[utoipa::path(put, path = "/views/default", operation_id = "setDefaultView", tag = "Views", request_body = Default,
    responses((status = 204, description = "From now on"), WriteRefusals))]
async fn set_default(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<Default>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let user = person(&caller)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let page = body.page.key();
        tx.exec(
            "delete from lead_view_defaults where workspace_id = $1 and user_id = $2 and page = $3",
            &[&by.workspace, &user, &page],
        )?;
        if let Some(view) = body.view_id {
            one(tx, &by, view)?;
            tx.exec(
                "insert into lead_view_defaults (workspace_id, user_id, page, view_id) values ($1, $2, $3, $4)",
                &[&by.workspace, &user, &page, &view],
            )?;
        }
        Ok(Answer::no_content())
    })
    .await
}

/// Subscribe to a view
///
/// From a moment later on, leads that come into the view or go out of it are told on the stream of events, to the caller
/// alone. Views of more than 10,000 leads are not watched.
#[utoipa::path(put, path = "/views/{id}/subscription", operation_id = "subscribeToView", tag = "Views",
    params(("id" = Uuid, Path)), request_body = Subscription,
    responses((status = 204, description = "Subscribed"), WriteRefusals))]
async fn subscribe(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(wanted): Json<Subscription>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let user = person(&caller)?;
    if !wanted.entering && !wanted.leaving {
        return Err(Error::invalid(
            "entering",
            "or leaving must be true; delete the subscription otherwise",
        ));
    }
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let view = one(tx, &by, id)?;
        watch::subscribe(tx, &by, user, &view, wanted)?;
        Ok(Answer::no_content())
    })
    .await
}

/// End a subscription
#[utoipa::path(delete, path = "/views/{id}/subscription", operation_id = "unsubscribeFromView", tag = "Views",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Not subscribed any more"), WriteRefusals))]
async fn unsubscribe(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let user = person(&caller)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        if !watch::unsubscribe(tx, by.workspace, id, user)? {
            one(tx, &by, id)?;
        }
        Ok(Answer::no_content())
    })
    .await
}
