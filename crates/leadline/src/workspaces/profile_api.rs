//! One's own account: the name others see, and what one has chosen for one's screens.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    audit, grants,
    me::PersonView,
    people,
    preferences::{self, Preferences, PreferencesChange},
};
use crate::base::{Answer, App, Caller, Json, Problems, ReadRefusals, Result, WriteRefusals};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(rename))
        .routes(routes!(show_preferences, change_preferences))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChange {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// Change one's own name
///
/// It is the same in all workspaces. The address one signs in with stays.
#[utoipa::path(patch, path = "/profile", tag = "session", operation_id = "updateProfile",
    request_body = ProfileChange, responses((status = 200, body = PersonView), WriteRefusals))]
async fn rename(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<ProfileChange>,
) -> Result<Answer> {
    let id = grants::person(&caller)?;
    let mut problems = Problems::new();
    let name = people::check_name(&mut problems, "name", &body.name);
    problems.done()?;
    let who = caller.clone();
    app.write(&caller, move |tx| {
        let before = people::by_id(tx, id)?;
        people::rename(tx, id, &name)?;
        let data = json!({"before": {"name": before.name}, "after": {"name": name}});
        audit::record(tx, &who, "profile.changed", &format!("user:{id}"), data)?;
        Answer::ok(&PersonView {
            id,
            name,
            email: before.email,
        })
    })
    .await
}

/// What one has chosen for one's screens
#[utoipa::path(get, path = "/preferences", tag = "session", operation_id = "getPreferences",
    responses((status = 200, body = Preferences), ReadRefusals))]
async fn show_preferences(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    let user = grants::person(&caller)?;
    let found = app.read(move |tx| preferences::preferences(tx, user));
    Answer::ok(&found.await?)
}

/// Choose something for one's screens
///
/// Only what is sent changes. `shortcuts.keys` and `screens` are merged name by name.
#[utoipa::path(patch, path = "/preferences", tag = "session", operation_id = "updatePreferences",
    request_body = PreferencesChange, responses((status = 200, body = Preferences), WriteRefusals))]
async fn change_preferences(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<PreferencesChange>,
) -> Result<Answer> {
    let user = grants::person(&caller)?;
    app.write(&caller, move |tx| {
        Answer::ok(&preferences::change(tx, user, body)?)
    })
    .await
}
