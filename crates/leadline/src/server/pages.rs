//! What a browser is shown: the web app, and the API document as a page and as JSON. Nothing comes from elsewhere.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{base::App, web};

/// The API document as committed; a test keeps it equal to what the handlers say.
pub const OPENAPI: &str = include_str!("../../openapi.json");

pub(super) fn routes() -> Router<Arc<App>> {
    let browsable: Router<Arc<App>> = SwaggerUi::new("/api/docs")
        .config(Config::new(["/api/openapi.json"]).try_it_out_enabled(true))
        .into();
    Router::new()
        .route("/api/openapi.json", get(document))
        .route("/v1/identity/openapi.json", get(document))
        .merge(browsable.layer(middleware::from_fn(allow_the_viewer)))
        .merge(web::routes())
}

async fn document() -> Response {
    (
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )],
        OPENAPI,
    )
        .into_response()
}

/// The viewer brings its own scripts and writes styles into its page.
async fn allow_the_viewer(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
        ),
    );
    response
}
