//! Alive, ready, and the figures.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::metrics::Metrics;
use crate::{
    base::{App, Error, Result},
    jobs,
};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
}

/// Whether a load balancer should still send requests here.
#[derive(Default)]
pub struct Readiness(AtomicBool);

impl Readiness {
    pub fn stopping(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn ready(State(app): State<Arc<App>>) -> Result<&'static str> {
    if app.state.get::<Readiness>().0.load(Ordering::Relaxed) {
        return Err(Error::Unavailable("the server is stopping".into()));
    }
    let answer = app.read(|tx| {
        tx.one::<(i64,)>("select count(*) from workspaces", &[])
            .map_err(Error::from)
    });
    match tokio::time::timeout(Duration::from_secs(2), answer).await {
        Ok(answer) => answer.map(|_| "ready\n"),
        Err(_) => Err(Error::Unavailable("the database does not answer".into())),
    }
}

async fn figures(State(app): State<Arc<App>>) -> Response {
    let counts = app.read(|tx| Ok(jobs::counts(tx)?));
    // Whoever watches must learn of a database that does not answer, too.
    let queue = tokio::time::timeout(Duration::from_secs(2), counts).await;
    let text = app
        .state
        .get::<Metrics>()
        .render(queue.ok().and_then(Result::ok));
    let kind =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
