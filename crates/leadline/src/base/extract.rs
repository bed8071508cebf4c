//! What a request carries, read so strictly that every mistake is answered with the name of the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::base::{Error, Problems, Result, strict::Strict};

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// The query string; unknown parameters are refused where the type says so.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// Parts of the path. What cannot be an id names nothing.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// The version a write was made against, from `If-Match: "3"`. `*` and an absent header match everything.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|it| it.to_str().ok())
            .and_then(|it| it.split(';').next())
            .is_some_and(|it| {
                let it = it.trim();
                it.eq_ignore_ascii_case("application/json") || it.ends_with("+json")
            });
        if !is_json {
            return Err(Error::UnsupportedMediaType);
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| body_error(&rejection))?;
        parse(&bytes).map(Json)
    }
}

/// Reads JSON; a mistake names the path at which it stands.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Strict(&mut json)).map_err(|err| {
        let path = err.path().to_string();
        let inner = err.into_inner();
        if inner.is_data() {
            Error::Invalid(field_problem(&path, &inner.to_string()))
        } else {
            Error::Malformed(format!("the body is not JSON: {inner}"))
        }
    })?;
    json.end()
        .map_err(|err| Error::Malformed(format!("the body is not JSON: {err}")))?;
    Ok(value)
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Query)
            .map_err(|err| {
                let path = err.path().to_string();
                Error::Invalid(field_problem(&path, &err.into_inner().to_string()))
            })
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(it)| Path(it))
            .map_err(|_| Error::NotFound("record"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(IfMatch(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(IfMatch(None));
        }
        let version = text
            .trim_start_matches("W/")
            .trim_matches('"')
            .parse()
            .map_err(|_| {
                Error::invalid(
                    "If-Match",
                    "is not a version as the ETag header gave it, such as \"3\"",
                )
            })?;
        Ok(IfMatch(Some(version)))
    }
}

/// Tells a field that is absent (`None`) from one that is null (`Some(None)`).
pub fn double_option<'de, D, T>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

pub fn body_error(rejection: &axum::extract::rejection::BytesRejection) -> Error {
    // The size limit answers 413; anything else is a connection that broke off.
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        _ => Error::Malformed("the body could not be read to its end".into()),
    }
}

/// serde speaks of the field it stands at; an unknown field is only named in the message.
fn field_problem(path: &str, message: &str) -> Problems {
    let message = message.split(" at line ").next().unwrap_or(message);
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.split('`').next());
    let path = match (path, named) {
        ("." | "", Some(field)) => field.to_owned(),
        (path, Some(field)) if !path.ends_with(field) => format!("{path}.{field}"),
        (path, _) => path.to_owned(),
    };
    Problems::one(path, message)
}
