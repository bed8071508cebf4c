//! `/import-mappings`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    mappings::{self, Mapping},
    record,
};
use crate::base::{
    Answer, App, Caller, Error, Json, Page, Path, Permission, ReadRefusals, Result, WriteRefusals,
    text::tidy,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, save))
        .routes(routes!(delete))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewImportMapping)]
struct NewMapping {
    /// The import whose plan is kept.
    import_id: Uuid,
    /// A mapping that has this name is replaced.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// Lists saved mappings, the one used last first.
#[utoipa::path(get, path = "/import-mappings", operation_id = "listImportMappings", tag = "Imports",
    responses((status = 200, body = Page<Mapping>), ReadRefusals))]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let all = app
        .read(move |tx| mappings::all(tx, caller.workspace))
        .await?;
    Answer::ok(&Page::whole(all))
}

/// Saves what an import does with its columns, for files with the same header.
#[utoipa::path(post, path = "/import-mappings", operation_id = "saveImportMapping", tag = "Imports", request_body = NewMapping,
    responses((status = 201, body = Mapping, headers(("Location" = String))), WriteRefusals))]
async fn save(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewMapping>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let name = tidy(&body.name)
        .filter(|it| it.chars().count() <= 100)
        .ok_or_else(|| Error::invalid("name", "must be 1 to 100 characters"))?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let import = record::seen(tx, &by, body.import_id).map_err(|err| match err {
            Error::NotFound(_) => Error::invalid("importId", "is no import of this workspace"),
            other => other,
        })?;
        let mapping = mappings::save(tx, by.workspace, &import, &name)?;
        Answer::created(format!("/import-mappings/{}", mapping.id), &mapping)
    })
    .await
}

/// Forgets a saved mapping.
#[utoipa::path(delete, path = "/import-mappings/{id}", operation_id = "deleteImportMapping", tag = "Imports",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Forgotten"), WriteRefusals))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let workspace = caller.workspace;
    app.write(&caller, move |tx| {
        mappings::delete(tx, workspace, id)?;
        Ok(Answer::no_content())
    })
    .await
}
