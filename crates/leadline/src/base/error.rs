//! One error for everything a request can run into, and its answer: RFC 9457 problem JSON with a stable code.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be read at all.
    #[error("malformed request: {0}")]
    Malformed(String),
    #[error("not signed in")]
    Unauthenticated,
    /// Signed in, without this right.
    #[error("the right {0} is missing")]
    Forbidden(&'static str),
    /// The address or the password is not right; which of the two is not told.
    #[error("the e-mail address or the password is not right")]
    WrongCredentials,
    /// Signed in, and what is asked for is beyond this caller for another reason than one missing right.
    #[error("{detail}")]
    Refused { code: &'static str, detail: String },
    /// A write that another site's page sent along with the person's cookie.
    #[error("writes by cookie must come from this server's own pages")]
    ForeignPage,
    /// Not there, or not for this caller to see.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The lead was merged into another one.
    #[error("the lead {from} was merged into {to}")]
    Moved { from: Uuid, to: Uuid },
    #[error("this address does not answer to this method")]
    MethodNotAllowed,
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String },
    /// The record has moved on; here it is as it stands now.
    #[error("the record was changed by somebody else")]
    Stale { current: Box<RawValue> },
    #[error("the request's body is larger than this server accepts")]
    TooLarge,
    #[error("send the body as application/json")]
    UnsupportedMediaType,
    #[error("not valid: {0}")]
    Invalid(Problems),
    #[error("too many requests")]
    TooMany { retry_after: Duration },
    #[error("not available right now: {0}")]
    Unavailable(String),
    #[error("{0}")]
    Internal(String),
}

/// What is wrong with a request, by the path of the field.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems(BTreeMap<String, Vec<String>>);

/// The body of every answer that is not a success.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Always `about:blank`: `code` tells the kinds apart.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The HTTP status in words.
    pub title: String,
    pub status: u16,
    /// Stable; made for programs.
    pub code: &'static str,
    /// Made for people.
    pub detail: String,
    /// Messages by the path of the field they are about.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, Vec<String>>,
    /// On 412: the record as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub current: Option<Box<RawValue>>,
    pub request_id: String,
}

/// Left with the answer for the outermost layer, which knows the address that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    pub from: Uuid,
    pub to: Uuid,
}

impl Problems {
    pub fn new() -> Problems {
        Problems::default()
    }

    pub fn one(path: impl Into<String>, message: impl Into<String>) -> Problems {
        let mut problems = Problems::new();
        problems.add(path, message);
        problems
    }

    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.entry(path.into()).or_default().push(message.into());
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same problems of something that stands under a path.
    #[must_use]
    pub fn within(self, path: &str) -> Problems {
        let each = |(inner, messages)| (format!("{path}.{inner}"), messages);
        Problems(self.0.into_iter().map(each).collect())
    }

    pub fn done(self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self))
        }
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = self
            .0
            .iter()
            .map(|(path, messages)| format!("{path} {}", messages.join(", ")));
        f.write_str(&fields.collect::<Vec<_>>().join("; "))
    }
}

impl Error {
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Invalid(Problems::one(path, message))
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Error {
        Error::Conflict {
            code,
            detail: detail.into(),
        }
    }

    /// What is not valid stands under a path.
    #[must_use]
    pub fn within(self, path: &str) -> Error {
        match self {
            Error::Invalid(problems) => Error::Invalid(problems.within(path)),
            other => other,
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Error::Malformed(_) => StatusCode::BAD_REQUEST,
            Error::Unauthenticated | Error::WrongCredentials => StatusCode::UNAUTHORIZED,
            Error::Forbidden(_) | Error::Refused { .. } | Error::ForeignPage => {
                StatusCode::FORBIDDEN
            }
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::Moved { .. } => StatusCode::PERMANENT_REDIRECT,
            Error::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Error::Conflict { .. } => StatusCode::CONFLICT,
            Error::Stale { .. } => StatusCode::PRECONDITION_FAILED,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Error::Malformed(_) => "malformed_request",
            Error::Unauthenticated => "unauthenticated",
            Error::WrongCredentials => "wrong_credentials",
            Error::Forbidden(_) => "forbidden",
            Error::ForeignPage => "foreign_page",
            Error::NotFound(_) => "not_found",
            Error::Moved { .. } => "merged",
            Error::MethodNotAllowed => "method_not_allowed",
            Error::Conflict { code, .. } | Error::Refused { code, .. } => code,
            Error::Stale { .. } => "version_mismatch",
            Error::TooLarge => "too_large",
            Error::UnsupportedMediaType => "unsupported_media_type",
            Error::Invalid(_) => "invalid",
            Error::TooMany { .. } => "too_many_requests",
            Error::Unavailable(_) => "unavailable",
            Error::Internal(_) => "internal",
        }
    }

    fn detail(&self) -> String {
        match self {
            Error::Forbidden(permission) => format!(
                "You are signed in, but your role does not include the right \"{permission}\". \
                 Somebody with the right \"members:manage\" can grant it."
            ),
            Error::Unauthenticated => {
                "Sign in, or send a valid API key as \"Authorization: Bearer …\".".into()
            }
            Error::NotFound(what) => {
                format!("There is no such {what} here, or you may not see it.")
            }
            Error::Moved { to, .. } => {
                format!("This lead was merged into the lead {to}; send the request there.")
            }
            Error::Stale { .. } => {
                "The record was changed since you read it; \"current\" holds it as it stands now."
                    .into()
            }
            Error::Invalid(problems) => match problems.0.len() {
                1 => "One field is not valid; see \"errors\".".into(),
                n => format!("{n} fields are not valid; see \"errors\"."),
            },
            Error::TooMany { retry_after } => {
                format!(
                    "Too many requests. Try again in {} s.",
                    seconds(*retry_after)
                )
            }
            // The cause is for the log; it may name tables or files.
            Error::Unavailable(_) => {
                "The server cannot do this right now. Try again in a moment.".into()
            }
            Error::Internal(_) => {
                "Something went wrong on our side. The request id finds it in the server's log."
                    .into()
            }
            other => sentence(&other.to_string()),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany { retry_after } => Some(seconds(*retry_after)),
            Error::Unavailable(_) => Some(1),
            _ => None,
        }
    }
}

impl From<store::Error> for Error {
    fn from(err: store::Error) -> Self {
        match err {
            store::Error::NotFound => Error::NotFound("record"),
            store::Error::Conflict { constraint } => Error::conflict(
                "already_exists",
                format!("This exists already ({constraint})."),
            ),
            store::Error::Unavailable(cause) => Error::Unavailable(cause),
            other => Error::Internal(other.to_string()),
        }
    }
}

/// The body is written by the outermost layer, which knows the request's id; see `server/problems.rs`.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Error::Internal(cause) => tracing::error!(cause, "a request failed"),
            Error::Unavailable(cause) => tracing::warn!(cause, "a request could not be served"),
            _ => {}
        }
        let status = self.status();
        let moved = match &self {
            Error::Moved { from, to } => Some(Moved {
                from: *from,
                to: *to,
            }),
            _ => None,
        };
        let retry_after = self.retry_after();
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: self.code(),
            detail: self.detail(),
            errors: BTreeMap::new(),
            current: None,
            request_id: String::new(),
        };
        let problem = match self {
            Error::Invalid(problems) => Problem {
                errors: problems.0,
                ..problem
            },
            Error::Stale { current } => Problem {
                current: Some(current),
                ..problem
            },
            _ => problem,
        };
        let mut response = status.into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(moved) = moved {
            response.extensions_mut().insert(moved);
        }
        response.extensions_mut().insert(problem);
        response
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs()
        .max(u64::from(wait.subsec_nanos() > 0))
        .max(1)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{capital}{}{end}", letters.as_str())
}
