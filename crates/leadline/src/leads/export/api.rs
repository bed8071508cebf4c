//! `/leads/export`

use std::sync::Arc;

use axum::{
    body::{Body as Stream, Bytes},
    extract::{RawQuery, State},
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Asked, Export, Right,
    asked::{Body, ShapeQuery},
};
use crate::{
    base::{App, Caller, Error, Json, Permission, ReadRefusals, Result, WriteRefusals},
    leads::filter::FilterQuery,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(export, export_by_body))
}

const EXPORT_ID: HeaderName = HeaderName::from_static("export-id");

/// Sends the leads of a filter as a file
///
/// The file is streamed: it can be of any size, and it is made as fast as it is taken. A lead that fits the filter the whole
/// time is in it exactly once, any other at most once. Needs the right `leads:export`, which is looked at again all the way: whoever
/// loses it, or sees other leads than at the beginning, gets no further piece. The beginning and the end of every export
/// stand in the audit log.
#[utoipa::path(get, path = "/leads/export", operation_id = "exportLeads", tag = "Leads", params(FilterQuery, ShapeQuery),
    responses(
        (status = 200, description = "The file", content((String = "text/csv"), (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/vnd.apache.parquet")),
            headers(("Content-Disposition" = String), ("Export-Id" = String))),
        ReadRefusals))]
async fn export(
    State(app): State<Arc<App>>,
    caller: Caller,
    parts: Parts,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    caller.need(Permission::LeadsExport)?;
    let asked = Asked::read_query(query.as_deref())?;
    let right = Right::Presented(Box::new(parts));
    let export = Export::begin(&app, &caller, right, asked).await?;
    Ok(answer(&app, export))
}

/// The same, for filters that are too long for an address. It changes nothing.
#[utoipa::path(post, path = "/leads/export", operation_id = "exportLeadsByBody", tag = "Leads", request_body = Body,
    responses(
        (status = 200, description = "The file", content((String = "text/csv"), (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/vnd.apache.parquet")),
            headers(("Content-Disposition" = String), ("Export-Id" = String))),
        WriteRefusals))]
async fn export_by_body(
    State(app): State<Arc<App>>,
    caller: Caller,
    parts: Parts,
    Json(body): Json<Body>,
) -> Result<Response> {
    let right = Right::Presented(Box::new(parts));
    let export = Export::begin(&app, &caller, right, body.asked()?).await?;
    Ok(answer(&app, export))
}

/// What goes wrong from here on breaks the answer off, so that nobody takes the part for the whole.
fn answer(app: &App, export: Export) -> Response {
    let format = export.format;
    let today = app.db.clock().now().to_string();
    let day = today.get(..10).unwrap_or("export");
    let name = format!("attachment; filename=\"leads-{day}.{}\"", format.key());
    let id = export.id().to_string();
    let pieces = stream::unfold(Some(export), |export| async {
        let mut export = export?;
        match export.next().await {
            Ok(Some(bytes)) => Some((Ok(Bytes::from(bytes)), Some(export))),
            Ok(None) => None,
            Err(err) => {
                tracing::warn!(%err, "an export broke off");
                Some((Err::<Bytes, Error>(err), None))
            }
        }
    });
    let mut response = Stream::from_stream(pieces.fuse()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.content_type()),
    );
    for (header, value) in [(header::CONTENT_DISPOSITION, name), (EXPORT_ID, id)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
    // Proxies that gather answers before passing them on are asked not to.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}
