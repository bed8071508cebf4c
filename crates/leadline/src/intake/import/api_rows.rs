//! The rows of an import: those with problems, what was corrected, and both as files.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use serde::{Deserialize, Serialize};
use store::{Json as Kept, Sql, Tx};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    corrections::Correction,
    limits::MOST_CORRECTIONS,
    problem::ProblemKind,
    problems::Phase,
    record,
    report::{self, Set},
    steps,
};
use crate::base::{
    Answer, App, Caller, Cursor, Error, FileRefusals, Json, PageQuery, Path, Permission, Problems,
    Query, ReadRefusals, Result, WriteRefusals,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(problems))
        .routes(routes!(corrections, correct, uncorrect))
        .routes(routes!(rows))
}

/// A row and what is wrong with it. One that has several problems is listed once for each.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportProblem)]
struct ProblemRow {
    /// Counted from 1, the header left out.
    row: i64,
    /// Of the file, or of the sheet.
    line: i64,
    kind: String,
    /// Counted from 0; null where the whole row is meant.
    column: Option<i64>,
    message: String,
    /// The row as it stands in the file, cells shortened to 500 characters.
    cells: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportProblems)]
struct ProblemList {
    data: Vec<ProblemRow>,
    limit: i64,
    /// For the next page.
    next_cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProblemQuery {
    /// Only problems of this kind.
    #[param(inline)]
    kind: Option<ProblemKind>,
    /// `check` (by default) or `run`.
    phase: Option<String>,
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ImportCorrections)]
struct Corrected {
    #[schema(max_items = 500)]
    corrections: Vec<Correction>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportCorrectionList)]
struct CorrectionList {
    data: Vec<Correction>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// `skipped`: rows that did not go in (by default); `problems`: rows that would not go in as they are.
    set: Option<String>,
}

/// Lists problem rows, kind by kind. At most a thousand of each kind are kept; the file of rows has them all.
#[utoipa::path(get, path = "/imports/{id}/problems", operation_id = "listImportProblems", tag = "Imports",
    params(("id" = Uuid, Path), ProblemQuery), responses((status = 200, body = ProblemList), ReadRefusals))]
async fn problems(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<ProblemQuery>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let limit = PageQuery {
        limit: query.limit,
        ..PageQuery::default()
    }
    .limit()?;
    let phase = match query.phase.as_deref() {
        None | Some("check") => Phase::Check,
        Some("run") => Phase::Run,
        Some(_) => return Err(Error::invalid("phase", "must be check or run")),
    };
    let after = query
        .cursor
        .as_deref()
        .map(Cursor::read::<(String, i64, i64)>)
        .transpose()?;
    let list = app
        .read(move |tx| {
            record::seen(tx, &caller, id)?;
            problem_rows(tx, &caller, id, (phase, query.kind), after, limit)
        })
        .await?;
    Answer::ok(&list)
}

type Row = (String, i64, i64, i64, String, Kept<Vec<String>>);

fn problem_rows(
    tx: &mut Tx,
    caller: &Caller,
    id: Uuid,
    (phase, kind): (Phase, Option<ProblemKind>),
    after: Option<(String, i64, i64)>,
    limit: i64,
) -> Result<ProblemList> {
    let mut sql = Sql::new(
        "select kind, row_no, column_no, line, message, cells from lead_import_problems where workspace_id = ",
    );
    sql.bind(caller.workspace)
        .push(" and import_id = ")
        .bind(id)
        .push(" and phase = ")
        .bind(phase.key());
    if let Some(kind) = kind {
        sql.push(" and kind = ").bind(kind.key());
    }
    if let Some((kind, row, column)) = after {
        sql.push(" and (kind, row_no, column_no) > (").bind(kind);
        sql.push(", ").bind(row).push(", ").bind(column).push(")");
    }
    sql.push(" order by kind, row_no, column_no limit ")
        .bind(limit + 1);
    let mut rows: Vec<Row> = tx.fetch(&sql)?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let last = rows.last().filter(|_| more);
    let next_cursor = last.map(|it| Cursor::write(&(&it.0, it.1, it.2)));
    let data = rows
        .into_iter()
        .map(|(kind, row, column, line, message, cells)| ProblemRow {
            row,
            line,
            kind,
            column: (column >= 0).then_some(column),
            message,
            cells: cells.0,
        });
    Ok(ProblemList {
        data: data.collect(),
        limit,
        next_cursor,
    })
}

/// Lists what was corrected.
#[utoipa::path(get, path = "/imports/{id}/corrections", operation_id = "listImportCorrections", tag = "Imports",
    params(("id" = Uuid, Path)), responses((status = 200, body = CorrectionList), ReadRefusals))]
async fn corrections(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let data = app
        .read(move |tx| {
            record::seen(tx, &caller, id)?;
            let all: Vec<(Kept<Correction>,)> = tx.all(
                "select correction from lead_import_corrections where workspace_id = $1 and import_id = $2 order by at, place",
                &[&caller.workspace, &id],
            )?;
            Ok(all.into_iter().map(|it| it.0.0).collect())
        })
        .await?;
    Answer::ok(&CorrectionList { data })
}

/// Corrects cells, everything like a cell, or leaves rows out. A correction of the same place replaces the one before.
#[utoipa::path(post, path = "/imports/{id}/corrections", operation_id = "correctImport", tag = "Imports",
    params(("id" = Uuid, Path)), request_body = Corrected,
    responses((status = 204, description = "Kept; the next check and the run use it"), WriteRefusals))]
async fn correct(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Corrected>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let mut problems = Problems::new();
    if body.corrections.len() > 500 {
        problems.add("corrections", "are more than 500");
    }
    for (index, correction) in body.corrections.iter().enumerate() {
        if !correction.is_small() {
            problems.add(
                format!("corrections[{index}]"),
                "holds a text of more than 4096 bytes, or a NUL byte",
            );
        }
        if !correction.is_in_a_file() {
            problems.add(format!("corrections[{index}]"), "names a row below 1");
        }
    }
    problems.done()?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let import = record::seen_locked(tx, &by, id)?;
        steps::need_ready(&import)?;
        keep(tx, &by, id, &body.corrections)?;
        record::outdate(tx, by.workspace, id)?;
        Ok(Answer::no_content())
    })
    .await
}

fn keep(tx: &mut Tx, by: &Caller, id: Uuid, corrections: &[Correction]) -> Result<()> {
    let now = tx.now();
    for correction in corrections {
        tx.exec(
            "insert into lead_import_corrections (workspace_id, import_id, place, correction, at) values ($1, $2, $3, $4, $5)
             on conflict (workspace_id, import_id, place) do update set correction = excluded.correction, at = excluded.at",
            &[&by.workspace, &id, &correction.place(), &Kept(correction), &now],
        )?;
    }
    let (count,) = tx.one::<(i64,)>(
        "select count(*) from lead_import_corrections where workspace_id = $1 and import_id = $2",
        &[&by.workspace, &id],
    )?;
    if count > MOST_CORRECTIONS {
        return Err(Error::conflict(
            "too_many_corrections",
            format!(
                "An import keeps at most {MOST_CORRECTIONS} corrections; correct the file, or all values like one at once."
            ),
        ));
    }
    Ok(())
}

/// Forgets all corrections.
#[utoipa::path(delete, path = "/imports/{id}/corrections", operation_id = "forgetImportCorrections", tag = "Imports",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Forgotten"), WriteRefusals))]
async fn uncorrect(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsImport)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let import = record::seen_locked(tx, &by, id)?;
        steps::need_ready(&import)?;
        tx.exec(
            "delete from lead_import_corrections where workspace_id = $1 and import_id = $2",
            &[&by.workspace, &id],
        )?;
        record::outdate(tx, by.workspace, id)?;
        Ok(Answer::no_content())
    })
    .await
}

/// Gives rows as a CSV file: the line, the reason, and the columns as they were.
#[utoipa::path(get, path = "/imports/{id}/rows", operation_id = "downloadImportRows", tag = "Imports",
    params(("id" = Uuid, Path), RowsQuery),
    responses((status = 200, body = String, content_type = "text/csv"), FileRefusals))]
async fn rows(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(query): Query<RowsQuery>,
) -> Result<Response> {
    caller.need(Permission::LeadsImport)?;
    let (set, name) = match query.set.as_deref() {
        None | Some("skipped") => (Set::Skipped, "skipped"),
        Some("problems") => (Set::Problems, "problems"),
        Some(_) => return Err(Error::invalid("set", "must be skipped or problems")),
    };
    let workspace = caller.workspace;
    let import = app.read(move |tx| record::seen(tx, &caller, id)).await?;
    let pieces = report::write(&app, workspace, import, set).await?;
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(pieces)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    let disposition = format!("attachment; filename=\"{name}-{id}.csv\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
