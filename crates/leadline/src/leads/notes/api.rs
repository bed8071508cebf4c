//! `/leads/{id}/notes`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Edit, Note};
use crate::{
    base::{
        Answer, App, Caller, Cursor, IfMatch, Json, MovedElsewhere, Page, PageQuery, Path,
        Permission, Query, ReadRefusals, Result, WriteRefusals,
    },
    leads::{
        find::{self, Among, For},
        write::By,
    },
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(edit, delete))
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewNote {
    /// The text, up to 20 KiB. `@[name](userId)` mentions a member.
    #[schema(min_length = 1, example = "Call back on Monday")]
    value: String,
    /// Further members to mention.
    mentions: Option<Vec<Uuid>>,
}

/// What to change in a note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NoteChange {
    #[schema(min_length = 1)]
    value: Option<String>,
    pinned: Option<bool>,
    mentions: Option<Vec<Uuid>>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::leads) struct PageOf {
    /// Counted from 1.
    #[param(minimum = 1, default = 1)]
    pub page: Option<i64>,
    /// Rows per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<i64>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl From<PageOf> for PageQuery {
    fn from(query: PageOf) -> PageQuery {
        PageQuery {
            page: query.page,
            limit: query.limit,
            cursor: query.cursor,
        }
    }
}

/// Lists a lead's notes: pinned ones first, then the newest.
#[utoipa::path(get, path = "/leads/{id}/notes", operation_id = "listNotes", tag = "Notes", params(("id" = Uuid, Path), PageOf),
    responses((status = 200, body = Page<Note>), MovedElsewhere, ReadRefusals))]
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<PageOf>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let query = PageQuery::from(query);
    let (limit, page, offset) = (query.limit()?, query.page()?, query.offset()?);
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<(bool, Uuid)>)
        .transpose()?;
    let page = app
        .read(move |tx| {
            find::one(tx, &caller, id, Among::Live, For::Reading)?;
            let total = super::count(tx, caller.workspace, id)?;
            // A page far down is the end of all that comes before it: a lead has few notes.
            let mut notes = super::list(tx, caller.workspace, id, after, offset + limit + 1)?;
            notes.drain(..usize::try_from(offset).unwrap_or(0).min(notes.len()));
            let size = usize::try_from(limit).unwrap_or(0);
            let more = notes.len() > size;
            notes.truncate(size);
            let next_cursor = notes
                .last()
                .filter(|_| more)
                .map(|it| Cursor::write(&(it.pinned, it.id)));
            Ok(Page {
                data: notes,
                page,
                limit,
                total,
                total_capped: false,
                next_cursor,
            })
        })
        .await?;
    Answer::ok(&page)
}

/// Adds a note.
#[utoipa::path(post, path = "/leads/{id}/notes", operation_id = "addNote", tag = "Notes", params(("id" = Uuid, Path)), request_body = NewNote,
    responses((status = 201, body = Note, headers(("Location" = String), ("ETag" = String), ("Change-Set-Id" = String))), MovedElsewhere, WriteRefusals))]
async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<NewNote>,
) -> Result<Answer> {
    caller.need(Permission::NotesWrite)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        // Who writes to a lead that was merged into another means the person, who is there now.
        let lead = find::following(tx, &by, id, Among::Live, For::Writing)?;
        let action = By::action(tx, &by);
        let note = super::add(tx, &by, &action, &lead, &body.value, body.mentions)?;
        let location = format!("/leads/{}/notes/{}", note.lead_id, note.id);
        Ok(action.told(Answer::created(location, &note)?.version(note.version)))
    })
    .await
}

/// Edits or pins a note. What somebody else wrote needs the right `notes:moderate`; pinning does not.
#[utoipa::path(patch, path = "/leads/{id}/notes/{noteId}", operation_id = "editNote", tag = "Notes",
    params(("id" = Uuid, Path), ("noteId" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The note's version")),
    request_body = NoteChange,
    responses((status = 200, body = Note, headers(("ETag" = String), ("Change-Set-Id" = Option<String>))), MovedElsewhere, WriteRefusals))]
async fn edit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, note)): Path<(Uuid, Uuid)>,
    version: IfMatch,
    Json(body): Json<NoteChange>,
) -> Result<Answer> {
    caller.need(Permission::NotesWrite)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let lead = find::one(tx, &by, id, Among::Live, For::Writing)?;
        let before = super::one(tx, by.workspace, id, note)?;
        find::check_version(before.version, &before, version)?;
        let edit = Edit {
            value: body.value,
            pinned: body.pinned,
            mentions: body.mentions,
        };
        let action = By::action(tx, &by);
        let note = super::edit(tx, &by, &action, &lead, &before, edit)?;
        let answer = Answer::ok(&note)?.version(note.version);
        Ok(if note.version == before.version {
            answer
        } else {
            action.told(answer)
        })
    })
    .await
}

/// Deletes a note. What somebody else wrote needs the right `notes:moderate`.
#[utoipa::path(delete, path = "/leads/{id}/notes/{noteId}", operation_id = "deleteNote", tag = "Notes",
    params(("id" = Uuid, Path), ("noteId" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The note's version")),
    responses((status = 204, description = "Deleted", headers(("Change-Set-Id" = String))), MovedElsewhere, WriteRefusals))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, note)): Path<(Uuid, Uuid)>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::NotesWrite)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let lead = find::one(tx, &by, id, Among::Live, For::Writing)?;
        let before = super::one(tx, by.workspace, id, note)?;
        find::check_version(before.version, &before, version)?;
        let action = By::action(tx, &by);
        super::delete(tx, &by, &action, &lead, &before)?;
        Ok(action.told(Answer::no_content()))
    })
    .await
}
