//! Requests to an app under test, and what tests ask of the answers.

use std::{future::IntoFuture, pin::Pin};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use serde::Serialize;
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who sends requests: signed in, with a key, or a stranger.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: HeaderMap,
}

/// A request that is sent when it is awaited.
pub struct Call {
    router: Router,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    asked: String,
}

impl Client {
    pub fn stranger(router: Router) -> Client {
        Client {
            router,
            headers: HeaderMap::new(),
        }
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Client {
        self.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// The same client with an API key instead of whatever it had.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Client {
        Client::stranger(self.router.clone())
            .with_header(header::AUTHORIZATION, &format!("Bearer {key}"))
    }

    /// The same person at another node.
    #[must_use]
    pub fn at(&self, router: Router) -> Client {
        Client {
            router,
            headers: self.headers.clone(),
        }
    }

    pub fn get(&self, path: impl Into<String>) -> Call {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Call {
        self.call(Method::POST, path)
    }

    pub fn put(&self, path: impl Into<String>) -> Call {
        self.call(Method::PUT, path)
    }

    pub fn patch(&self, path: impl Into<String>) -> Call {
        self.call(Method::PATCH, path)
    }

    pub fn delete(&self, path: impl Into<String>) -> Call {
        self.call(Method::DELETE, path)
    }

    /// A path is below `/api`, unless it says another mount.
    pub fn call(&self, method: Method, path: impl Into<String>) -> Call {
        let path = path.into();
        let whole = ["/api/", "/v1/"].iter().any(|it| path.starts_with(it));
        Call {
            router: self.router.clone(),
            method,
            path: if whole { path } else { format!("/api{path}") },
            headers: self.headers.clone(),
            body: Body::empty(),
        }
    }

    /// For what stands outside the mounts, such as `/healthz`.
    pub fn get_outside(&self, path: &str) -> Call {
        Call {
            path: path.to_owned(),
            ..self.get("/")
        }
    }
}

impl Call {
    #[must_use]
    pub fn json(self, body: &impl Serialize) -> Call {
        self.raw("application/json", serde_json::to_vec(body).unwrap())
    }

    #[must_use]
    pub fn raw(self, content_type: &'static str, body: impl Into<Bytes>) -> Call {
        self.streamed(content_type, Body::from(body.into()))
    }

    /// With a body that is made while it is sent.
    #[must_use]
    pub fn streamed(mut self, content_type: &'static str, body: Body) -> Call {
        self.headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = body;
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Call {
        self.headers.insert(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value.as_ref()).unwrap(),
        );
        self
    }

    /// Only if the record is still at this version.
    #[must_use]
    pub fn if_match(self, version: impl std::fmt::Display) -> Call {
        self.header("if-match", format!("\"{version}\""))
    }

    #[must_use]
    pub fn idempotency_key(self, key: &str) -> Call {
        self.header("idempotency-key", key)
    }

    /// Sends it and gives the answer without waiting for its body: for streams.
    pub async fn open(self) -> Response {
        let asked = self.asked();
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self
            .path
            .parse()
            .unwrap_or_else(|err| panic!("{asked}: {err}"));
        *request.headers_mut() = self.headers;
        self.router.oneshot(request).await.unwrap()
    }

    async fn send(self) -> Answer {
        let asked = self.asked();
        let (parts, body) = self.open().await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            asked,
        }
    }

    fn asked(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Answer {
    /// Asserts the status and gives the body as JSON; a failure prints the body.
    #[track_caller]
    pub fn status(&self, expected: u16) -> Value {
        let Answer { status, asked, .. } = self;
        assert_eq!(
            status.as_u16(),
            expected,
            "{asked} answered {}",
            String::from_utf8_lossy(&self.body)
        );
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&self.body).into_owned()))
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        self.status(200)
    }

    #[track_caller]
    pub fn created(&self) -> Value {
        assert!(
            self.headers.contains_key(header::LOCATION),
            "{} answered without a Location",
            self.asked
        );
        self.status(201)
    }

    #[track_caller]
    pub fn no_content(&self) {
        assert_eq!(self.status(204), Value::Null);
    }

    /// Asserts a problem document with this status and code, and gives it.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.status(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.asked
        );
        assert_eq!(problem["code"], code, "{}: {problem}", self.asked);
        assert!(
            problem["requestId"].is_string(),
            "{}: {problem}",
            self.asked
        );
        problem
    }

    /// Asserts 422 with a message for this field.
    #[track_caller]
    pub fn invalid(&self, field: &str) -> Value {
        let problem = self.status(422);
        assert!(
            problem["errors"][field].is_array(),
            "{}: nothing about {field}: {problem}",
            self.asked
        );
        problem
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok())
    }
}
