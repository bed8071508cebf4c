//! What every request passes and every answer gets: an id, a time limit, a log line, figures, safe headers,
//! and, where something went wrong, its problem document.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use tracing::Instrument;
use uuid::Uuid;

use super::metrics::Metrics;
use crate::base::{App, Error, Moved, Problem, secret::random};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn frame(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let uri = request.uri().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!("request", id);
    let patience = patience(&app, &method, route.as_ref());
    let answer = AssertUnwindSafe(tokio::time::timeout(patience, next.run(request)));
    let response = match answer.catch_unwind().instrument(span.clone()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Error::Unavailable("the request took too long".into()).into_response(),
        Err(_) => Error::Internal("a handler panicked".into()).into_response(),
    };
    let response = with_location(response, &method, &uri);
    let mut response = with_problem(response, &id);
    finish_headers(response.headers_mut(), &app, &id);

    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    let took = started.elapsed();
    app.state
        .get::<Metrics>()
        .request(&method, route, response.status(), took);
    let _inside = span.enter();
    tracing::debug!(%method, route, status = response.status().as_u16(), took_us = took.as_micros(), "answered");
    response
}

/// How long a request may take. A large file comes in as slowly as its sender's line is.
fn patience(app: &App, method: &Method, route: Option<&MatchedPath>) -> Duration {
    const UPLOADS: [&str; 2] = ["/api/imports", "/v1/identity/imports"];
    if method == Method::POST && route.is_some_and(|it| UPLOADS.contains(&it.as_str())) {
        return Duration::from_hours(1);
    }
    Duration::from_secs(app.config.server.request_timeout_s)
}

/// The client's own id where it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(REQUEST_ID)
        .and_then(|it| it.to_str().ok())
        .filter(|it| {
            (1..=64).contains(&it.len())
                && it
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        })
        .map_or_else(|| hex::encode(random::<8>()), str::to_owned)
}

/// Says where a lead is to be found that was merged into another: the same address with the other's id. Whoever reads is
/// sent there without another word, whoever writes is told what happened.
fn with_location(mut response: Response, method: &Method, uri: &Uri) -> Response {
    let Some(moved) = response.extensions_mut().remove::<Moved>() else {
        return response;
    };
    if let Ok(address) = HeaderValue::from_str(&address_of(uri, moved)) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    if method.is_safe() {
        response.extensions_mut().remove::<Problem>();
    }
    response
}

/// The address with one id in place of the other, however that was written.
fn address_of(uri: &Uri, moved: Moved) -> String {
    let segments = uri.path().split('/').map(|it| match Uuid::parse_str(it) {
        Ok(id) if id == moved.from => moved.to.to_string(),
        _ => it.to_owned(),
    });
    let path = segments.collect::<Vec<_>>().join("/");
    match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

/// Writes the problem that an error left behind. An error without one came from a layer and is given its own.
fn with_problem(mut response: Response, id: &str) -> Response {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    if !refused && response.extensions().get::<Problem>().is_none() {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_json(response.headers()) => return response,
        None => {
            let mut plain = from_status(status).into_response();
            match plain.extensions_mut().remove::<Problem>() {
                Some(problem) => {
                    *response.status_mut() = plain.status();
                    problem
                }
                None => return response,
            }
        }
    };
    let problem = Problem {
        request_id: id.to_owned(),
        ..problem
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(serde_json::to_vec(&problem).unwrap_or_default());
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|it| it.as_bytes().ends_with(b"json"))
}

fn from_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound("address"),
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType,
        status if status.is_client_error() => Error::Malformed("the request cannot be read".into()),
        status => Error::Internal(format!("a layer answered {status}")),
    }
}

fn finish_headers(headers: &mut HeaderMap, app: &App, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let default = |headers: &mut HeaderMap, name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    default(headers, header::CACHE_CONTROL, "no-store");
    if app.config.server.public_url.starts_with("https:") {
        default(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_id_is_replaced_however_it_was_written() {
        let (from, to) = (Uuid::from_u128(0xA), Uuid::from_u128(0xB));
        let moved = Moved { from, to };
        for written in [
            from.to_string(),
            from.to_string().to_uppercase(),
            from.simple().to_string(),
        ] {
            let uri: Uri = format!("/api/leads/{written}/notes?limit=1")
                .parse()
                .unwrap();
            assert_eq!(
                address_of(&uri, moved),
                format!("/api/leads/{to}/notes?limit=1")
            );
        }
    }

    #[test]
    fn a_clients_request_id_is_kept_only_where_it_is_harmless() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static("trace-7.a_B"));
        assert_eq!(request_id(&headers), "trace-7.a_B");
        headers.insert(REQUEST_ID, HeaderValue::from_static("<script>"));
        assert_eq!(request_id(&headers).len(), 16);
    }
}
