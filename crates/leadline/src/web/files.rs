//! The files of the web app. A release carries them; any other build reads them from `web/dist` while it runs, or from
//! the folder that `LEADLINE_WEB_DIST` names, so that the app can be built anew without the program.

use std::borrow::Cow;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// The app's page, as the build of the app left it.
const PAGE: &str = "index.html";

/// Which files a page needs, by its address; written by `web/scripts/preload.mjs`.
const PRELOADS: &str = "preload.json";

/// Copies that were compressed when the app was built, the smallest first.
const COPIES: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

type Bytes = Cow<'static, [u8]>;

/// A file as it is sent.
#[derive(Debug)]
pub(super) struct File {
    bytes: Bytes,
    kind: HeaderValue,
    coding: Option<&'static str>,
    /// Its name changes with what is in it.
    hashed: bool,
}

/// What a page of this address needs beside the page's own script.
#[derive(Debug, Deserialize)]
struct Preload {
    path: String,
    files: Vec<String>,
}

/// The file at this path, in the smallest copy that the browser takes. Pages and what is the server's own are none.
pub(super) fn find(path: &str, headers: &HeaderMap) -> Option<File> {
    let own = [PAGE, PRELOADS].contains(&path);
    let hidden = path
        .split('/')
        .any(|it| it.is_empty() || it.starts_with('.'));
    let ending = path.rsplit_once('.').map(|it| it.1)?;
    if own || hidden || path.contains('\\') || COPIES.iter().any(|it| it.1.ends_with(ending)) {
        return None;
    }
    let kind = kind(ending);
    let hashed = path.starts_with("assets/");
    let copy = COPIES
        .iter()
        .filter(|(coding, _)| takes(headers, coding))
        .find_map(|(coding, end)| Some((read(&format!("{path}{end}"))?, Some(*coding))));
    let (bytes, coding) = match copy {
        Some(found) => found,
        None => (read(path)?, None),
    };
    Some(File {
        bytes,
        kind,
        coding,
        hashed,
    })
}

/// Nothing where the app was not built.
pub(super) fn template() -> Option<String> {
    String::from_utf8(read(PAGE)?.into_owned()).ok()
}

/// Scripts that a page of this address will ask for, so that they can be fetched beside its own.
pub(super) fn preloads(path: &str) -> Vec<String> {
    let Some(text) = read(PRELOADS) else {
        return Vec::new();
    };
    let all: Vec<Preload> = serde_json::from_slice(&text).unwrap_or_default();
    all.into_iter()
        .find(|it| is_at(&it.path, path))
        .map(|it| it.files)
        .unwrap_or_default()
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let mut response = self.bytes.into_owned().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.kind);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(if self.hashed {
                "public, max-age=31536000, immutable"
            } else {
                "public, max-age=3600"
            }),
        );
        if let Some(coding) = self.coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    }
}

#[cfg(not(debug_assertions))]
fn read(path: &str) -> Option<Bytes> {
    #[derive(rust_embed::RustEmbed)]
    #[folder = "../../web/dist"]
    #[allow_missing = true]
    struct Built;

    Built::get(path).map(|it| it.data)
}

#[cfg(debug_assertions)]
fn read(path: &str) -> Option<Bytes> {
    let usual = || concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist").into();
    let folder = std::env::var_os("LEADLINE_WEB_DIST").map_or_else(usual, std::path::PathBuf::from);
    std::fs::read(folder.join(path)).ok().map(Cow::Owned)
}

/// Whether the browser takes this coding; `;q=0` says that it does not.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|it| {
        let mut parts = it.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|it| it.eq_ignore_ascii_case(coding));
        named
            && !parts
                .any(|it| matches!(it.strip_prefix("q="), Some("0" | "0.0" | "0.00" | "0.000")))
    })
}

fn kind(ending: &str) -> HeaderValue {
    HeaderValue::from_static(match ending {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

/// Whether an address is of this route; a part that begins with `$` stands for any text.
fn is_at(route: &str, path: &str) -> bool {
    let parts = |it: &str| -> Vec<String> {
        it.split('/')
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (route, path) = (parts(route), parts(path));
    route.len() == path.len()
        && route
            .iter()
            .zip(&path)
            .all(|(one, other)| one.starts_with('$') || one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_unless_it_is_refused() {
        for (accepted, br, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("GZIP;q=0.5", false, true),
            ("br;q=0, gzip", false, true),
            ("brotli", false, false),
            ("", false, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(
                (takes(&headers, "br"), takes(&headers, "gzip")),
                (br, gzip),
                "{accepted}"
            );
        }
    }

    #[test]
    fn an_address_finds_its_route() {
        assert!(is_at("/leads/$id", "/leads/7"));
        assert!(is_at("/", "/"));
        assert!(is_at("/leads", "/leads/"));
        assert!(!is_at("/leads/$id", "/leads"));
        assert!(!is_at("/board", "/leads"));
    }

    #[test]
    fn nothing_outside_of_the_folder_is_a_file() {
        let none = HeaderMap::new();
        for path in [
            "../Cargo.toml",
            "assets/../../package.json",
            ".vite/manifest.json",
            "assets//x.js",
            "index.html",
            "preload.json",
            "favicon.svg.br",
            "..\\Cargo.toml",
        ] {
            assert!(find(path, &none).is_none(), "{path}");
        }
    }
}
