//! What is turned away before any room sees it: floods, and writes that a foreign page sends in a person's name.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter, clock::Clock as _, clock::MonotonicClock, state::keyed::DashMapStateStore,
};

use crate::base::{App, ClientAddress, Error, Result, config::Security};

/// One bucket for each key, session or address.
pub struct Limits(Option<RateLimiter<u64, DashMapStateStore<u64>, MonotonicClock>>);

pub(super) async fn guard(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = client_address(&request, app.config.server.behind_proxy);
    request.extensions_mut().insert(ClientAddress(address));
    let checked = app
        .state
        .get::<Limits>()
        .take(bucket(request.headers(), address))
        .and_then(|()| not_from_a_foreign_page(&app, &request));
    match checked {
        Ok(()) => next.run(request).await,
        Err(err) => err.into_response(),
    }
}

impl Limits {
    pub fn new(security: &Security) -> Limits {
        let rate = NonZeroU32::new(security.requests_per_second);
        let burst = NonZeroU32::new(security.request_burst).unwrap_or(NonZeroU32::MIN);
        Limits(rate.map(|rate| {
            RateLimiter::new(
                Quota::per_second(rate).allow_burst(burst),
                DashMapStateStore::default(),
                MonotonicClock,
            )
        }))
    }

    fn take(&self, bucket: u64) -> Result<()> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        limiter
            .check_key(&bucket)
            .map_err(|refused| Error::TooMany {
                retry_after: refused.wait_time_from(MonotonicClock.now()),
            })
    }

    /// Buckets that are full again need not be remembered.
    pub fn forget_the_quiet(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// A bucket's number. Secrets are hashed, so the table holds none.
fn bucket(headers: &HeaderMap, address: IpAddr) -> u64 {
    let mut hasher = DefaultHasher::new();
    match headers
        .get(header::AUTHORIZATION)
        .or_else(|| headers.get(header::COOKIE))
    {
        Some(credentials) => credentials.as_bytes().hash(&mut hasher),
        None => address.hash(&mut hasher),
    }
    hasher.finish()
}

fn client_address(request: &Request, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        request
            .headers()
            .get("x-forwarded-for")?
            .to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse()
            .ok()
    };
    let direct = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|it| it.0.ip());
    behind_proxy
        .then(forwarded)
        .flatten()
        .or(direct)
        .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// A browser sends cookies along with whatever a page asks for, and says which page it was.
fn not_from_a_foreign_page(app: &App, request: &Request) -> Result<()> {
    let headers = request.headers();
    let by_cookie =
        headers.contains_key(header::COOKIE) && !headers.contains_key(header::AUTHORIZATION);
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) || !by_cookie
    {
        return Ok(());
    }
    let same_site = headers
        .get("sec-fetch-site")
        .is_none_or(|it| it == "same-origin" || it == "none");
    let origin = headers.get(header::ORIGIN).and_then(|it| it.to_str().ok());
    let same_origin = origin.is_none_or(|it| it == app.config.public_url() || is_host(it, headers));
    if same_site && same_origin {
        Ok(())
    } else {
        Err(Error::ForeignPage)
    }
}

fn is_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    host.is_some() && origin.split_once("://").map(|it| it.1) == host
}
