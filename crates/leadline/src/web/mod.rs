//! The web app: its files as the build left them, and the page with which every address of the app is answered.
//!
//! The page brings along what its first screen needs, so that nothing has to be asked before something is shown.

mod boot;
mod files;
mod page;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    response::{IntoResponse, Response},
};

use crate::base::{App, Error, Result, secret::random};

/// What is never an address of the app: a mistake there is answered as a problem, not with a page.
const NOT_PAGES: [&str; 4] = ["api", "v1", "webhooks", "assets"];

/// Everything that no other room answers.
pub fn routes() -> Router<Arc<App>> {
    Router::new().fallback(answer)
}

async fn answer(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response> {
    let path = uri.path().trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(if NOT_PAGES.contains(&first) {
            Error::NotFound("address")
        } else {
            Error::MethodNotAllowed
        });
    }
    if let Some(file) = files::find(path, &headers) {
        return Ok(file.into_response());
    }
    if NOT_PAGES.contains(&first) {
        return Err(Error::NotFound("address"));
    }
    show_page(&app, &uri, &headers).await
}

async fn show_page(app: &Arc<App>, uri: &Uri, headers: &HeaderMap) -> Result<Response> {
    let Some(template) = files::template() else {
        return Ok((page_headers(&policy("")), page::NOT_BUILT).into_response());
    };
    let boot = boot::boot(app, uri, headers).await;
    let nonce = hex::encode(random::<16>());
    let path = match uri.path() {
        boot::HOME => boot::BOARD,
        path => path,
    };
    let filled = page::fill(&template, &boot, &files::preloads(path), &nonce);
    let mut response = (page_headers(&policy(&nonce)), filled).into_response();
    if let Some(cookie) = boot.cookie.and_then(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Scripts, styles, images and fonts from this server alone, nobody's frame. The one style element that the app's
/// controls insert carries the nonce.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Asked for again each time, so that a page never meets the files of an older program; kept by nobody in between, for
/// what is in it is for one person.
fn page_headers(policy: &str) -> [(HeaderName, HeaderValue); 3] {
    let policy =
        HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, policy),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
    ]
}
