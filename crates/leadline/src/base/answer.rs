//! The answer to a write, made inside the unit of work so that it can be kept beside it.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::base::{Error, Result};

const CHANGE_SET: HeaderName = HeaderName::from_static("change-set-id");

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// 200 with the record.
    pub fn ok(body: &impl Serialize) -> Result<Answer> {
        Answer::with(StatusCode::OK, body)
    }

    /// 201 with the record and where it is from now on, relative to the mount: `/leads/0198…`.
    pub fn created(location: String, body: &impl Serialize) -> Result<Answer> {
        let mut answer = Answer::with(StatusCode::CREATED, body)?;
        answer.headers.push((header::LOCATION, location));
        Ok(answer)
    }

    /// 202 with what is known so far, and where to look for the rest.
    pub fn accepted(location: String, body: &impl Serialize) -> Result<Answer> {
        let mut answer = Answer::with(StatusCode::ACCEPTED, body)?;
        answer.headers.push((header::LOCATION, location));
        Ok(answer)
    }

    /// 204.
    pub fn no_content() -> Answer {
        Answer {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A list or a record whose JSON is written already.
    pub fn json(body: Vec<u8>) -> Answer {
        Answer {
            status: StatusCode::OK,
            headers: Vec::new(),
            body,
        }
    }

    /// The record's version, as `ETag`, for a later `If-Match`.
    #[must_use]
    pub fn version(self, version: i64) -> Answer {
        self.header(header::ETAG, format!("\"{version}\""))
    }

    /// What joins everything that the write did; it can be taken back by this id.
    #[must_use]
    pub fn change_set(self, id: uuid::Uuid) -> Answer {
        self.header(CHANGE_SET, id.to_string())
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: String) -> Answer {
        self.headers.push((name, value));
        self
    }

    /// What is sent, for whoever puts it into something larger.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Result<Answer> {
        let body = serde_json::to_vec(body)
            .map_err(|err| Error::Internal(format!("an answer cannot be written: {err}")))?;
        Ok(Answer {
            status,
            headers: Vec::new(),
            body,
        })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let empty = self.body.is_empty();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        if !empty {
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
