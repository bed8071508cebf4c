//! The other end of a request: the token it presents, the cookie it holds, and where it comes from.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::base::{App, ClientAddress, Error, Result, Secret, config::Config, text};

/// The name of the session's cookie.
pub const COOKIE: &str = "leadline_session";

/// How every API key begins.
pub(super) const KEY_PREFIX: &str = "ll_";

/// What a request shows to be let in.
#[derive(Debug, Clone)]
pub(super) enum Presented {
    Session(Secret),
    Key(Secret),
}

/// Where a sign-in comes from, for the list of sessions and the lockout.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub address: String,
    /// The address, or the network of it that one household or server has: what a lockout goes by.
    pub network: String,
    pub agent: String,
}

impl Presented {
    /// A bearer key goes before a cookie, for it was meant.
    pub(super) fn find(headers: &HeaderMap) -> Result<Presented> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let key = value
                .to_str()
                .ok()
                .and_then(bearer)
                .ok_or(Error::Unauthenticated)?;
            return Ok(Presented::Key(Secret::new(key)));
        }
        cookie(headers)
            .map(Presented::Session)
            .ok_or(Error::Unauthenticated)
    }

    pub(super) fn token(&self) -> &Secret {
        match self {
            Presented::Session(token) | Presented::Key(token) => token,
        }
    }
}

impl FromRequestParts<Arc<App>> for Presented {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self> {
        Presented::find(&parts.headers)
    }
}

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self> {
        let address = parts.extensions.get::<ClientAddress>().map(|it| it.0);
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        let agent: String = agent.chars().take(200).collect();
        Ok(Client {
            address: address
                .map(|it| it.to_canonical().to_string())
                .unwrap_or_default(),
            network: address.map(network).unwrap_or_default(),
            agent: text::tidy(&agent).unwrap_or_default(),
        })
    }
}

/// The session token among a request's cookies.
pub(super) fn cookie(headers: &HeaderMap) -> Option<Secret> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| Secret::new(token))
}

/// The `Set-Cookie` that signs a browser in, or keeps it signed in.
pub(super) fn set_cookie(config: &Config, token: &Secret, life: Duration) -> String {
    let (token, secure, seconds) = (token.expose(), secure(config), life.as_secs());
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

/// The `Set-Cookie` that takes the cookie away.
pub(super) fn clear_cookie(config: &Config) -> String {
    format!(
        "{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}",
        secure(config)
    )
}

fn secure(config: &Config) -> &'static str {
    if config.server.public_url.starts_with("https:") {
        "; Secure"
    } else {
        ""
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, key) = value.trim().split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && key.starts_with(KEY_PREFIX)).then_some(key)
}

/// One subscriber holds a whole IPv6 network of 64 bits; counting single addresses would count nothing.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(it) => it.to_string(),
        IpAddr::V6(it) => {
            let [a, b, c, d, ..] = it.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_key_goes_before_a_cookie() {
        let both = headers(&[
            (header::COOKIE, "a=b; leadline_session=s1"),
            (header::AUTHORIZATION, "bearer ll_k1"),
        ]);
        assert!(matches!(Presented::find(&both), Ok(Presented::Key(it)) if it.expose() == "ll_k1"));
        let cookie = headers(&[(header::COOKIE, "a=b; leadline_session=s1; c")]);
        assert!(
            matches!(Presented::find(&cookie), Ok(Presented::Session(it)) if it.expose() == "s1")
        );
    }

    #[test]
    fn what_is_not_a_key_does_not_fall_back_to_the_cookie() {
        for value in ["Basic eA==", "Bearer", "Bearer other_key", ""] {
            let both = headers(&[
                (header::COOKIE, "leadline_session=s1"),
                (header::AUTHORIZATION, value),
            ]);
            assert!(Presented::find(&both).is_err(), "{value}");
        }
        assert!(Presented::find(&HeaderMap::new()).is_err());
    }

    #[test]
    fn the_cookie_is_secure_where_the_address_is() {
        let mut config = Config::default();
        let token = Secret::new("t");
        let plain = set_cookie(&config, &token, Duration::from_mins(1));
        assert_eq!(
            plain,
            "leadline_session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"
        );
        config.server.public_url = "https://leads.example".into();
        assert!(set_cookie(&config, &token, Duration::from_mins(1)).ends_with("; Secure"));
        assert!(clear_cookie(&config).contains("Max-Age=0"));
    }

    #[test]
    fn a_lockout_goes_by_the_network_one_party_holds() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected);
        }
    }
}
