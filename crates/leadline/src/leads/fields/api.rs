//! `/lead-fields`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use store::{Json as Column, Sql, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Field, FieldKind, all,
    unique::{self, Collision},
};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, IfMatch, Json, Page, PageQuery, Path, Permission,
        Problems, Query, ReadRefusals, Result, WriteRefusals,
        text::{camel_case, fold},
    },
    leads::{body::line, find, happened, notes::api::PageOf},
    workspaces::audit,
};

const LONGEST_NAME: usize = 100;
const MOST_OPTIONS: usize = 200;
/// Each is a column that can be shown, filtered and sorted by; a lead may hold more than are defined.
const MOST_DEFINED: usize = 100;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(reorder))
        .routes(routes!(show, update, replace, delete))
        .routes(routes!(list_collisions))
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewField {
    #[schema(min_length = 1, max_length = 100, example = "Annual revenue")]
    pub name: String,
    /// camelCase; by default made from the name.
    #[schema(max_length = 100, example = "annualRevenue")]
    pub key: Option<String>,
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Needed for `choice` and `multiChoice`, and for them alone.
    #[schema(max_items = 200)]
    pub options: Option<Vec<String>>,
    #[serde(default)]
    pub required: bool,
    /// No two leads may have one value of it: for `text`, `number`, `url`, `email` and `phone`. Values that leads have
    /// already are listed in the background; `/lead-fields/{id}/collisions` shows which of them collide.
    #[serde(default)]
    pub unique: bool,
}

/// What to change; the key stays for ever. Values that leads have are left as they are.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FieldChange {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<FieldKind>,
    #[schema(max_items = 200)]
    options: Option<Vec<String>>,
    required: Option<bool>,
    unique: Option<bool>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = FieldOrder)]
struct Order {
    /// Every field's id, in the order wanted.
    ids: Vec<Uuid>,
}

/// Lists the definitions of custom fields, in their order.
#[utoipa::path(get, path = "/lead-fields", operation_id = "listFields", tag = "Custom fields",
    responses((status = 200, body = Page<Field>), ReadRefusals))]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let fields = app.read(move |tx| all(tx, caller.workspace)).await?;
    Answer::ok(&Page::whole(fields))
}

/// Defines a custom field.
#[utoipa::path(post, path = "/lead-fields", operation_id = "createField", tag = "Custom fields", request_body = NewField,
    responses((status = 201, body = Field, headers(("Location" = String), ("ETag" = String))), WriteRefusals))]
async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewField>,
) -> Result<Answer> {
    caller.need(Permission::FieldsManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let field = add(tx, &by, body)?;
        Ok(Answer::created(format!("/lead-fields/{}", field.id), &field)?.version(field.version))
    })
    .await
}

/// Shows the definition of a custom field.
#[utoipa::path(get, path = "/lead-fields/{id}", operation_id = "getField", tag = "Custom fields", params(("id" = Uuid, Path)),
    responses((status = 200, body = Field, headers(("ETag" = String))), ReadRefusals))]
async fn show(State(app): State<Arc<App>>, caller: Caller, Path(id): Path<Uuid>) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let field = app.read(move |tx| one(tx, &caller, id)).await?;
    Ok(Answer::ok(&field)?.version(field.version))
}

/// Changes the definition of a custom field.
#[utoipa::path(patch, path = "/lead-fields/{id}", operation_id = "updateField", tag = "Custom fields",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = FieldChange,
    responses((status = 200, body = Field, headers(("ETag" = String))), WriteRefusals))]
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<FieldChange>,
) -> Result<Answer> {
    edit(&app, caller, id, version, body).await
}

/// The same as `PATCH`.
#[utoipa::path(put, path = "/lead-fields/{id}", operation_id = "putField", tag = "Custom fields",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = FieldChange,
    responses((status = 200, body = Field, headers(("ETag" = String))), WriteRefusals))]
async fn replace(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<FieldChange>,
) -> Result<Answer> {
    edit(&app, caller, id, version, body).await
}

/// Removes the definition of a custom field. Leads keep their values.
#[utoipa::path(delete, path = "/lead-fields/{id}", operation_id = "deleteField", tag = "Custom fields",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that is to be removed")),
    responses((status = 204, description = "Removed"), WriteRefusals))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::FieldsManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        lock(tx, &by, id)?;
        let field = one(tx, &by, id)?;
        find::check_version(field.version, &field, version)?;
        tx.exec(
            "delete from lead_fields where workspace_id = $1 and id = $2",
            &[&by.workspace, &id],
        )?;
        if field.unique {
            unique::queue(tx, by.workspace, &field.key)?;
        }
        happened::fields_changed(tx, by.workspace)?;
        audit::record(
            tx,
            &by,
            "field.deleted",
            &format!("field:{id}"),
            json!({ "before": field }),
        )?;
        Ok(Answer::no_content())
    })
    .await
}

/// Puts the definitions of custom fields in order.
#[utoipa::path(put, path = "/lead-fields/order", operation_id = "orderFields", tag = "Custom fields", request_body = Order,
    responses((status = 200, body = Page<Field>), WriteRefusals))]
async fn reorder(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<Order>,
) -> Result<Answer> {
    caller.need(Permission::FieldsManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let mut present: Vec<Uuid> = all(tx, by.workspace)?.iter().map(|it| it.id).collect();
        let mut wanted = body.ids.clone();
        present.sort_unstable();
        wanted.sort_unstable();
        if present != wanted {
            return Err(Error::invalid("ids", "must name every field once"));
        }
        for (position, id) in (0_i64..).zip(&body.ids) {
            tx.exec(
                "update lead_fields set position = $3 where workspace_id = $1 and id = $2",
                &[&by.workspace, id, &position],
            )?;
        }
        happened::fields_changed(tx, by.workspace)?;
        Answer::ok(&Page::whole(all(tx, by.workspace)?))
    })
    .await
}

pub fn add(tx: &mut Tx, caller: &Caller, new: NewField) -> Result<Field> {
    let mut problems = Problems::new();
    let name = line("name", Some(new.name), LONGEST_NAME, &mut problems).unwrap_or_default();
    if name.is_empty() {
        problems.add("name", "must not be empty");
    }
    let key = match new.key {
        Some(key) => {
            if key != camel_case(&key) || key.chars().count() > LONGEST_NAME {
                problems.add("key", "must be camelCase, such as annualRevenue");
            }
            key
        }
        None => camel_case(&name),
    };
    if key.is_empty() {
        problems.add("key", "must not be empty");
    }
    let options = check_options(new.kind, new.options, &mut problems);
    check_unique(new.unique, new.kind, &mut problems);
    problems.done()?;
    if all(tx, caller.workspace)?.len() >= MOST_DEFINED {
        let detail = format!("A workspace defines at most {MOST_DEFINED} fields.");
        return Err(Error::conflict("too_many_fields", detail));
    }
    let (id, now) = (tx.id(), tx.now());
    let made = tx.exec(
        "insert into lead_fields
             (workspace_id, id, key, name, type, options, required, is_unique, unique_ready, position, created_at, updated_at)
         select $1, $2, $3, $4, $5, $6, $7, $9, not $9, coalesce(max(position), -1) + 1, $8, $8
         from lead_fields where workspace_id = $1
         on conflict (workspace_id, key) do nothing",
        &[
            &caller.workspace, &id, &key, &name, &new.kind, &Column(&options), &new.required, &now, &new.unique,
        ],
    )?;
    if made == 0 {
        return Err(Error::conflict(
            "field_exists",
            format!("There is a field with the key \"{key}\" already."),
        ));
    }
    if new.unique {
        unique::queue(tx, caller.workspace, &key)?;
    }
    let field = one(tx, caller, id)?;
    happened::fields_changed(tx, caller.workspace)?;
    audit::record(
        tx,
        caller,
        "field.created",
        &format!("field:{id}"),
        json!({ "after": field }),
    )?;
    Ok(field)
}

async fn edit(
    app: &App,
    caller: Caller,
    id: Uuid,
    version: IfMatch,
    body: FieldChange,
) -> Result<Answer> {
    caller.need(Permission::FieldsManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        lock(tx, &by, id)?;
        let before = one(tx, &by, id)?;
        find::check_version(before.version, &before, version)?;
        let mut problems = Problems::new();
        let name = match body.name {
            Some(_) => line("name", body.name, LONGEST_NAME, &mut problems).unwrap_or_default(),
            None => before.name.clone(),
        };
        if name.is_empty() {
            problems.add("name", "must not be empty");
        }
        let kind = body.kind.unwrap_or(before.kind);
        let options = body.options.or_else(|| kind.has_options().then(|| before.options.clone()));
        let options = check_options(kind, options, &mut problems);
        let unique = body.unique.unwrap_or(before.unique);
        check_unique(unique, kind, &mut problems);
        problems.done()?;
        let ready = if unique == before.unique { before.unique_ready } else { !unique };
        tx.exec(
            "update lead_fields set name = $3, type = $4, options = $5, required = $6, version = version + 1,
                 updated_at = $7, is_unique = $8, unique_ready = $9 where workspace_id = $1 and id = $2",
            &[
                &by.workspace, &id, &name, &kind, &Column(&options), &body.required.unwrap_or(before.required), &tx.now(),
                &unique, &ready,
            ],
        )?;
        if unique != before.unique {
            unique::queue(tx, by.workspace, &before.key)?;
        }
        let after = one(tx, &by, id)?;
        happened::fields_changed(tx, by.workspace)?;
        let data = json!({ "before": before, "after": after });
        audit::record(tx, &by, "field.changed", &format!("field:{id}"), data)?;
        Ok(Answer::ok(&after)?.version(after.version))
    })
    .await
}

/// Lists the values of a unique field that more than one lead has, as far as they have been looked at.
#[utoipa::path(get, path = "/lead-fields/{id}/collisions", operation_id = "listFieldCollisions", tag = "Custom fields",
    params(("id" = Uuid, Path), PageOf),
    responses((status = 200, body = Page<Collision>), ReadRefusals))]
async fn list_collisions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<PageOf>,
) -> Result<Answer> {
    caller.need(Permission::FieldsManage)?;
    let query = PageQuery::from(query);
    let (limit, page) = (query.limit()?, query.page()?);
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<String>)
        .transpose()?;
    if after.as_deref().is_some_and(|it| it.contains('\0')) {
        return Err(Error::invalid(
            "cursor",
            "is not a cursor that this list gave out",
        ));
    }
    let page = app
        .read(move |tx| {
            let field = one(tx, &caller, id)?;
            let mut data = unique::collisions(tx, &caller, &field, after.as_deref(), limit + 1)?;
            let size = usize::try_from(limit).unwrap_or(0);
            let more = data.len() > size;
            data.truncate(size);
            let last = data.last().filter(|_| more);
            Ok(Page {
                next_cursor: last.map(|it| Cursor::write(&it.value)),
                total: i64::try_from(data.len()).unwrap_or(0),
                total_capped: more,
                data,
                page,
                limit,
            })
        })
        .await?;
    Answer::ok(&page)
}

fn check_unique(unique: bool, kind: FieldKind, problems: &mut Problems) {
    if unique && !kind.can_be_unique() {
        problems.add(
            "unique",
            "belongs to text, number, url, email and phone alone",
        );
    }
}

fn one(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Field> {
    all(tx, caller.workspace)?
        .into_iter()
        .find(|it| it.id == id)
        .ok_or(Error::NotFound("field"))
}

fn lock(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("select id from lead_fields where workspace_id = ");
    sql.bind(caller.workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?
        .map(drop)
        .ok_or(Error::NotFound("field"))
}

fn check_options(
    kind: FieldKind,
    sent: Option<Vec<String>>,
    problems: &mut Problems,
) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for (index, option) in sent.unwrap_or_default().into_iter().enumerate() {
        let path = format!("options[{index}]");
        match line(&path, Some(option), LONGEST_NAME, problems) {
            None => problems.add(path, "must not be empty"),
            Some(option) if options.iter().any(|it| fold(it) == fold(&option)) => {
                problems.add(path, "is there twice");
            }
            Some(option) => options.push(option),
        }
    }
    if kind.has_options() && options.is_empty() {
        problems.add("options", "are needed for this type");
    }
    if !kind.has_options() && !options.is_empty() {
        problems.add("options", "belong to choice and multiChoice alone");
    }
    if options.len() > MOST_OPTIONS {
        problems.add("options", format!("must be at most {MOST_OPTIONS}"));
    }
    options
}
