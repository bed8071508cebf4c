//! The page a browser is shown, embedded in the program. Everything it needs comes from here, and its policy says so.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

/// Scripts and styles from this server alone, nothing inline, nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Address, content type and text of every file.
const FILES: [(&str, &str, &str); 4] = [
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("../../../web/index.html"),
    ),
    (
        "/app.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/app.js"),
    ),
    (
        "/style.css",
        "text/css; charset=utf-8",
        include_str!("../../../web/style.css"),
    ),
    (
        "/favicon.svg",
        "image/svg+xml",
        include_str!("../../../web/favicon.svg"),
    ),
];

/// Where links lead that an administrator passes on; the page reads the token from its own address.
const LINKS: [&str; 2] = ["/join/{token}", "/reset/{token}"];

pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let (_, kind, page) = FILES[0];
    let router = LINKS.iter().fold(Router::new(), |router, link| {
        router.route(
            link,
            get(move || async move { (headers(kind), page).into_response() }),
        )
    });
    FILES.iter().fold(router, |router, (address, kind, text)| {
        router.route(
            address,
            get(async || (headers(kind), *text).into_response()),
        )
    })
}

/// Asked for again each time, so that a page never meets the scripts of an older program.
fn headers(kind: &'static str) -> [(HeaderName, HeaderValue); 3] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_only_what_is_served_and_nothing_elsewhere() {
        let page = FILES[0].2;
        for attribute in ["src=\"", "href=\""] {
            for target in page
                .split(attribute)
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                let served = FILES.iter().any(|(address, _, _)| *address == target);
                assert!(
                    served || target.starts_with('#') || target.starts_with("/api/"),
                    "{target}"
                );
            }
        }
    }
}
