//! `/imports` and `/imports/{id}`: the file comes in, is looked at, planned, checked, run.

use std::{collections::HashMap, sync::Arc};

use axum::extract::{DefaultBodyLimit, Request, State as Shared};
use serde::{Deserialize, Serialize};
use store::{Sql, Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    arrive,
    changes::ImportedLeads,
    count::{Checked, Report},
    mappings, open,
    plan::{Column, Constant, Decide, Plan, Reading, Values},
    record::{self, Detected, Import, Progress, State},
    remove, rules, run, steps,
    target::{self, FieldShown},
};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, Json, Page, PageQuery, Path, Permission, Query,
        ReadRefusals, Result, Scope, WriteRefusals, text::tidy,
    },
    leads::{
        changes::{Choices, net::OnChanged},
        fields,
    },
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    // Files have a limit of their own.
    let upload = OpenApiRouter::new()
        .routes(routes!(create))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(list))
        .merge(upload)
        .routes(routes!(show, change, delete))
        .routes(routes!(check))
        .routes(routes!(start))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(stop))
        .routes(routes!(undo))
        .routes(routes!(import_fields))
}

/// An import, as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Import)]
pub struct ImportView {
    id: Uuid,
    /// The file's name.
    name: String,
    format: open::Format,
    size_bytes: i64,
    state: State,
    /// What was found out about the file.
    detected: Detected,
    /// What is to be done with it.
    plan: Plan,
    /// Counts the changes of the plan and the corrections; compare it with that of `checked`.
    plan_version: i64,
    /// While it is checked or run.
    progress: Option<Progress>,
    /// What the last check found.
    checked: Option<Checked>,
    /// What the run has done, so far or altogether.
    report: Option<Report>,
    /// Filters of the leads behind the report's counts, for lists, views, exports and actions over many leads.
    leads: Option<ImportedLeads>,
    /// Why it failed.
    error: Option<String>,
    /// Joins everything that the run did: `GET /change-sets/{id}` shows it.
    change_set_id: Option<Uuid>,
    created_by: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// Until then the file is kept, and a run can be undone.
    #[schema(value_type = String, format = DateTime)]
    kept_until: Timestamp,
    /// Whether the file is still there.
    has_file: bool,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Upload {
    /// The file's name, where the body is the file itself.
    #[param(max_length = 200)]
    name: Option<String>,
}

/// What to change; what is absent stays. Another way of reading looks at the file again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportChange)]
struct Change {
    #[schema(max_length = 200)]
    name: Option<String>,
    reading: Option<Reading>,
    values: Option<Values>,
    #[schema(max_items = 1000)]
    columns: Option<Vec<Column>>,
    #[schema(max_items = 200)]
    constants: Option<Vec<Constant>>,
    decide: Option<Decide>,
    /// Puts a saved mapping to the columns, before anything else of this request.
    mapping_id: Option<Uuid>,
}

impl ImportView {
    pub fn of(tx: &mut Tx, caller: &Caller, import: Import) -> Result<ImportView> {
        let report = match import.report {
            Some(report) => Some(report.0),
            None if import.state.has_run() => Some(run::added_up(tx, caller.workspace, import.id)?),
            None => None,
        };
        Ok(ImportView {
            id: import.id,
            name: import.name,
            format: import.format,
            size_bytes: import.size_bytes,
            state: import.state,
            detected: import.detected.0,
            plan: import.plan.0,
            plan_version: import.plan_version,
            progress: import.progress.map(|it| it.0),
            checked: import.checked.map(|it| it.0),
            leads: import
                .change_set_id
                .filter(|_| report.is_some())
                .map(ImportedLeads::of)
                .transpose()?,
            report,
            error: import.error,
            change_set_id: import.change_set_id,
            created_by: import.actor_id,
            created_at: import.created_at,
            updated_at: import.updated_at,
            started_at: import.started_at,
            finished_at: import.finished_at,
            kept_until: import.kept_until,
            has_file: import.file_removed_at.is_none() && import.state != State::Uploading,
        })
    }
}

/// Takes in a file of leads and finds out what is in it.
///
/// The body is the file itself, of any content type, or a form (`multipart/form-data`) with the file in it. CSV and XLSX
/// are known by their content. Nothing becomes a lead before `run`.
#[utoipa::path(post, path = "/imports", operation_id = "createImport", tag = "Imports", params(Upload),
    request_body(content = Option<Vec<u8>>, content_type = "application/octet-stream", description = "The file; none is an empty one"),
    responses((status = 201, body = ImportView, headers(("Location" = String))), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(query): Query<Upload>,
    request: Request,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    check_name(query.name.as_deref())?;
    let arrived = arrive::receive(&app, request).await?;
    let id = arrive::begin(&app, &caller, query.name.as_deref(), arrived).await?;
    let view = app
        .read(move |tx| {
            let import = record::load(tx, caller.workspace, id)?;
            ImportView::of(tx, &caller, import)
        })
        .await?;
    Answer::created(format!("/imports/{id}"), &view)
}

fn check_name(name: Option<&str>) -> Result<()> {
    match name {
        Some(name) if name.chars().count() > LONGEST_NAME => Err(Error::invalid(
            "name",
            format!("must not be longer than {LONGEST_NAME} characters"),
        )),
        _ => Ok(()),
    }
}

const LONGEST_NAME: usize = 200;

/// Lists imports, newest first.
#[utoipa::path(get, path = "/imports", operation_id = "listImports", tag = "Imports", params(PageQuery),
    responses((status = 200, body = Page<ImportView>), ReadRefusals))]
async fn list(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let page = app.read(move |tx| page(tx, &caller, &query)).await?;
    Answer::ok(&page)
}

fn page(tx: &mut Tx, caller: &Caller, query: &PageQuery) -> Result<Page<ImportView>> {
    let (limit, offset) = (query.limit()?, query.offset()?);
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<Uuid>)
        .transpose()?;
    let own = (caller.scope != Scope::All).then(|| caller.actor.id().unwrap_or_default());
    let mut count = Sql::new("select count(*) from lead_imports where workspace_id = ");
    count
        .bind(caller.workspace)
        .push(" and state <> 'uploading'");
    let mut sql = Sql::new("select ");
    sql.push(record::COLUMNS)
        .push(" from lead_imports where workspace_id = ")
        .bind(caller.workspace)
        .push(" and state <> 'uploading'");
    if let Some(own) = own {
        count.push(" and actor_id = ").bind(own);
        sql.push(" and actor_id = ").bind(own);
    }
    if let Some(after) = after {
        sql.push(" and id < ").bind(after);
    }
    sql.push(" order by id desc limit ").bind(limit + 1);
    if after.is_none() {
        sql.push(" offset ").bind(offset);
    }
    let (total,) = tx.fetch_one::<(i64,)>(&count)?;
    let mut imports: Vec<Import> = tx.fetch(&sql)?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = imports.len() > shown;
    imports.truncate(shown);
    let next_cursor = imports
        .last()
        .filter(|_| more)
        .map(|it| Cursor::write(&it.id));
    let views = imports.into_iter().map(|it| ImportView::of(tx, caller, it));
    Ok(Page {
        data: views.collect::<Result<Vec<_>>>()?,
        page: query.page()?,
        limit,
        total,
        total_capped: false,
        next_cursor,
    })
}

/// Shows an import.
#[utoipa::path(get, path = "/imports/{id}", operation_id = "getImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportView), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let view = app
        .read(move |tx| {
            let import = record::seen(tx, &caller, id)?;
            ImportView::of(tx, &caller, import)
        })
        .await?;
    Answer::ok(&view)
}

/// Changes what is to be done with the file.
#[utoipa::path(patch, path = "/imports/{id}", operation_id = "updateImport", tag = "Imports", params(("id" = Uuid, Path)),
    request_body = Change, responses((status = 200, body = ImportView), WriteRefusals))]
async fn change(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Change>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    check_name(body.name.as_deref())?;
    let by = caller.clone();
    let (import, mapping) = app
        .read(move |tx| {
            let import = record::seen(tx, &by, id)?;
            let mapping = body
                .mapping_id
                .map(|it| mappings::one(tx, by.workspace, it));
            Ok((import, mapping.transpose()?))
        })
        .await?;
    steps::need_ready(&import)?;
    let Change {
        name,
        reading,
        values,
        columns,
        constants,
        decide,
        ..
    } = body;
    let columns_given = columns.is_some();
    let mut plan = import.plan.0.clone();
    plan.reading = reading.unwrap_or(plan.reading);
    plan.values = values.unwrap_or(plan.values);
    plan.columns = columns.unwrap_or(plan.columns);
    rules::check(&plan)?;
    let (mut detected, mut plan) =
        arrive::replan(&app, caller.workspace, &import, plan, columns_given).await?;
    if let Some(mapping) = mapping {
        mappings::apply(&mapping, &mut detected, &mut plan);
    }
    plan.constants = constants.unwrap_or(plan.constants);
    plan.decide = decide.unwrap_or(plan.decide);
    rules::check(&plan)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let import = record::seen_locked(tx, &by, id)?;
        steps::need_ready(&import)?;
        record::replan(tx, by.workspace, id, &detected, &plan)?;
        if let Some(name) = name.as_deref().and_then(tidy) {
            record::rename(tx, by.workspace, id, &name)?;
        }
        let import = record::load(tx, by.workspace, id)?;
        Answer::ok(&ImportView::of(tx, &by, import)?)
    })
    .await
}

/// Removes an import with its file. What went into leads stays.
#[utoipa::path(delete, path = "/imports/{id}", operation_id = "deleteImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Removed"), WriteRefusals))]
async fn delete(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let (by, with) = (caller.clone(), Arc::clone(&app));
    app.write(&caller, move |tx| {
        let import = record::seen_locked(tx, &by, id)?;
        if matches!(
            import.state,
            State::Running | State::Checking | State::Uploading
        ) {
            return Err(Error::conflict(
                "wrong_state",
                format!(
                    "An import that is {} cannot be deleted; stop it first.",
                    import.state.key()
                ),
            ));
        }
        let data = serde_json::json!({ "state": import.state });
        audit::record(tx, &by, "import.deleted", &format!("import:{id}"), data)?;
        remove::remove(tx, &with.config, by.workspace, id)?;
        Ok(Answer::no_content())
    })
    .await
}

/// Reads the whole file and says what a run would do, row by row; nothing is written to leads.
#[utoipa::path(post, path = "/imports/{id}/check", operation_id = "checkImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportView, headers(("Location" = String))), WriteRefusals))]
async fn check(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    step(app, caller, id, steps::check).await
}

/// Takes the rows in.
#[utoipa::path(post, path = "/imports/{id}/run", operation_id = "runImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportView, headers(("Location" = String))), WriteRefusals))]
async fn start(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    step(app, caller, id, steps::run).await
}

/// Holds a run.
#[utoipa::path(post, path = "/imports/{id}/pause", operation_id = "pauseImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportView, headers(("Location" = String))), WriteRefusals))]
async fn pause(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    step(app, caller, id, steps::pause).await
}

/// Goes on with a run that was paused or has failed.
#[utoipa::path(post, path = "/imports/{id}/resume", operation_id = "resumeImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportView, headers(("Location" = String))), WriteRefusals))]
async fn resume(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    step(app, caller, id, steps::resume).await
}

/// Ends a run, whose rows so far stay, or breaks off a check.
#[utoipa::path(post, path = "/imports/{id}/stop", operation_id = "stopImport", tag = "Imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportView, headers(("Location" = String))), WriteRefusals))]
async fn stop(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    step(app, caller, id, steps::stop).await
}

/// What to do with leads that were changed since the run.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportUndo)]
struct Undo {
    /// By default what was changed since stays as it is.
    on_changed: OnChanged,
    /// For single leads, by their ids, another choice.
    #[schema(value_type = Object)]
    choices: HashMap<Uuid, OnChanged>,
}

/// Takes a run back, for 30 days: new leads go to the trash, changed ones get back what they held.
///
/// `Change-Set-Id` names the undoing: `GET /change-sets/{id}` shows how far it is, and which leads were changed since and
/// stayed. `POST /change-sets/{changeSetId}/undo` with `dryRun` says it beforehand.
#[utoipa::path(post, path = "/imports/{id}/undo", operation_id = "undoImport", tag = "Imports", params(("id" = Uuid, Path)),
    request_body = Undo,
    responses((status = 202, body = ImportView, headers(("Location" = String), ("Change-Set-Id" = String))), WriteRefusals))]
async fn undo(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Undo>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    if body.choices.len() > 10_000 {
        return Err(Error::invalid("choices", "must be at most 10000"));
    }
    let choices = Choices {
        on_changed: body.on_changed,
        leads: body.choices,
    };
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let (import, set) = steps::undo(tx, &by, id, choices)?;
        let view = ImportView::of(tx, &by, import)?;
        Ok(Answer::accepted(format!("/imports/{id}"), &view)?.change_set(set))
    })
    .await
}

type Step = fn(&mut Tx, &Caller, Uuid) -> Result<Import>;

async fn step(app: Arc<App>, caller: Caller, id: Uuid, step: Step) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let import = step(tx, &by, id)?;
        let view = ImportView::of(tx, &by, import)?;
        Answer::accepted(format!("/imports/{id}"), &view)
    })
    .await
}

/// Lists the fields that columns can go to.
#[utoipa::path(get, path = "/import-fields", operation_id = "listImportFields", tag = "Imports",
    responses((status = 200, body = Page<FieldShown>), ReadRefusals))]
async fn import_fields(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let fields = app
        .read(move |tx| fields::all(tx, caller.workspace))
        .await?;
    Answer::ok(&Page::whole(target::shown(&fields)))
}
