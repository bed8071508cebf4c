//! The router as a table of contents: one line a room. The same routes stand under both mounts.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    base::{App, Error, Problem},
    events, intake, jobs, leads, onboarding, privacy, workspaces,
};

/// Where the API can be reached; every path works below each.
pub const MOUNTS: [&str; 2] = ["/api", "/v1/identity"];

#[derive(OpenApi)]
#[openapi(
    info(title = "Leadline", description = "Leads in from anywhere, worked on a board, in step with every other system."),
    servers((url = "/api"), (url = "/v1/identity", description = "The same operations under the path of the identity service")),
    components(schemas(Problem)),
    modifiers(&Schemes),
    security(("apiKey" = []), ("session" = [])),
)]
struct Document;

/// The operations of every room, with paths relative to a mount.
fn operations() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(workspaces::routes())
        .merge(events::routes())
        .merge(jobs::routes())
        .merge(leads::routes())
        .merge(intake::routes())
        .merge(privacy::routes())
        .merge(onboarding::routes())
}

/// The API below both mounts. What is not there is answered as a problem, too.
pub fn routes() -> Router<Arc<App>> {
    let (operations, _) = operations().split_for_parts();
    let operations = operations
        .fallback(async || Error::NotFound("address"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed);
    MOUNTS.into_iter().fold(Router::new(), |router, mount| {
        let located = map_response(async move |response| below(mount, response));
        router.nest(mount, operations.clone().layer(located))
    })
}

/// Rooms say where a new record is relative to the mount that they do not know.
fn below(mount: &str, mut response: Response) -> Response {
    if let Some(place) = response.headers().get(header::LOCATION)
        && let Ok(path) = place.to_str()
        && let Ok(whole) = HeaderValue::from_str(&format!("{mount}{path}"))
    {
        response.headers_mut().insert(header::LOCATION, whole);
    }
    response
}

/// The API document, made from the handlers.
pub fn document() -> utoipa::openapi::OpenApi {
    operations().to_openapi()
}

struct Schemes;

impl utoipa::Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme,
        };
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "apiKey",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(workspaces::COOKIE))),
        );
    }
}
