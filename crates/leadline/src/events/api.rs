//! `GET /events`: what happens, as it happens.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response, Sse, sse},
};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    base::{App, Caller, Error, Permission, Query, ReadRefusals, Result},
    events::{
        Event,
        connection::{Connection, StreamedEvent},
        place,
    },
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(listen))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct StreamQuery {
    /// Begin behind the event with this id. `Last-Event-ID`, which browsers send by themselves, goes before it.
    after: Option<String>,
    /// Only events of these types, separated by commas, such as `lead.created,lead.stage_changed`.
    types: Option<String>,
}

/// What happens in the workspace, as server-sent events
///
/// The stream begins with `hello`, or goes on behind the event named by `Last-Event-ID` or `after`. When something behind
/// that is not kept any more it says `reset`: read afresh what you show. A comment now and then keeps the connection open.
/// Events of leads outside your scope are left out; a lead that leaves your scope is told of by `left`.
#[utoipa::path(get, path = "/events", tag = "events", operation_id = "streamEvents",
    params(StreamQuery, ("Last-Event-ID" = Option<String>, Header, description = "Begin behind the event with this id.")),
    responses((status = 200, body = StreamedEvent, content_type = "text/event-stream"), ReadRefusals))]
async fn listen(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<StreamQuery>,
    parts: Parts,
) -> Result<Response> {
    caller.need(Permission::LeadsView)?;
    let resume = resume(&parts.headers, query.after.as_deref())?;
    let types = query.types.as_deref().map(types).transpose()?;
    let connection = Connection::open(app, parts, caller, resume, types).await?;
    let events = stream::unfold(connection, |connection| async {
        let (event, connection) = connection.next().await?;
        Some((Ok::<sse::Event, Infallible>(event), connection))
    });
    let mut response = Sse::new(events).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-transform"),
    );
    // Proxies that gather answers before passing them on are asked not to.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

fn resume(headers: &HeaderMap, after: Option<&str>) -> Result<Option<place::Cursor>> {
    let header = headers
        .get("last-event-id")
        .map(|it| it.to_str().unwrap_or("?"));
    let (name, text) = match (header, after) {
        (Some(text), _) if !text.is_empty() => ("Last-Event-ID", text),
        (_, Some(text)) => ("after", text),
        _ => return Ok(None),
    };
    text.parse()
        .map(Some)
        .map_err(|()| Error::invalid(name, "is not the id of an event of this stream"))
}

fn types(list: &str) -> Result<Vec<&'static str>> {
    let known = |name: &str| Event::NAMES.into_iter().find(|it| *it == name);
    let unknown = |name: &str| {
        Error::invalid(
            "types",
            format!(
                "\"{name}\" is not a type of event: {}",
                Event::NAMES.join(", ")
            ),
        )
    };
    list.split(',')
        .map(str::trim)
        .map(|name| known(name).ok_or_else(|| unknown(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_or_refused() {
        assert_eq!(
            types("lead.created, lead.assigned").unwrap(),
            ["lead.created", "lead.assigned"]
        );
        for bad in ["", "lead", "lead.created,", "lead.created,lead.eaten"] {
            assert!(types(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_header_goes_before_the_parameter() {
        let mut headers = HeaderMap::new();
        assert!(resume(&headers, None).unwrap().is_none());
        assert_eq!(
            resume(&headers, Some("0-4-9")).unwrap().unwrap().place.seq,
            4
        );
        headers.insert("last-event-id", HeaderValue::from_static("0-7-9"));
        assert_eq!(
            resume(&headers, Some("0-4-9")).unwrap().unwrap().place.seq,
            7
        );
        headers.insert("last-event-id", HeaderValue::from_static("yesterday"));
        assert!(resume(&headers, None).is_err());
    }
}
