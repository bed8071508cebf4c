//! A write that carries an `Idempotency-Key` happens once: its answer is kept in its own unit of work,
//! and the same request sent again is answered from there. Refusals are not kept, for they changed nothing.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use store::{Json, Tx};
use uuid::Uuid;

use crate::base::{Answer, Error, Result, WorkspaceId, extract::body_error};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The key and what it was sent with, so that a key used twice for different requests is noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub key: String,
    pub fingerprint: [u8; 32],
}

/// The layer that reads the header. Only then is the body held in memory to be hashed.
pub async fn remember_key(request: Request, next: Next) -> Response {
    if !wanted(request.method(), request.headers()) {
        return next.run(request).await;
    }
    match with_key(request).await {
        Ok(request) => next.run(request).await,
        Err(err) => err.into_response(),
    }
}

/// Runs `write` once for this key and caller.
pub(super) fn once(
    tx: &mut Tx,
    workspace: WorkspaceId,
    caller: Uuid,
    key: &IdempotencyKey,
    write: impl FnOnce(&mut Tx) -> Result<Answer>,
) -> Result<Answer> {
    if !claim(tx, workspace, caller, key)? {
        return replay(tx, workspace, caller, key);
    }
    let answer = write(tx)?;
    let headers: Vec<(&str, &str)> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    tx.exec(
        "update idempotent_answers set status = $4, headers = $5, body = $6
         where workspace_id = $1 and caller_id = $2 and key = $3",
        &[
            &workspace,
            &caller,
            &key.key,
            &i64::from(answer.status.as_u16()),
            &Json(headers),
            &answer.body,
        ],
    )?;
    Ok(answer)
}

/// Whether this unit is the first with the key. On PostgreSQL a second one waits here for the first to end.
fn claim(tx: &mut Tx, workspace: WorkspaceId, caller: Uuid, key: &IdempotencyKey) -> Result<bool> {
    let claimed = tx.exec(
        "insert into idempotent_answers (workspace_id, caller_id, key, fingerprint, status, headers, body, created_at)
         values ($1, $2, $3, $4, 0, $5, $6, $7) on conflict (workspace_id, caller_id, key) do nothing",
        &[&workspace, &caller, &key.key, &key.fingerprint.to_vec(), &Json(Vec::<(String, String)>::new()), &Vec::<u8>::new(), &tx.now()],
    )?;
    Ok(claimed == 1)
}

fn replay(
    tx: &mut Tx,
    workspace: WorkspaceId,
    caller: Uuid,
    key: &IdempotencyKey,
) -> Result<Answer> {
    let kept: Kept = tx.one(
        "select fingerprint, status, headers, body from idempotent_answers
         where workspace_id = $1 and caller_id = $2 and key = $3",
        &[&workspace, &caller, &key.key],
    )?;
    if kept.fingerprint != key.fingerprint {
        return Err(Error::conflict(
            "idempotency_key_reused",
            "This Idempotency-Key was used for a different request before. Use a new key for each request.",
        ));
    }
    let status = u16::try_from(kept.status)
        .ok()
        .and_then(|it| StatusCode::from_u16(it).ok());
    let headers = kept
        .headers
        .0
        .into_iter()
        .filter_map(|(name, value)| Some((name.parse().ok()?, value)))
        .collect();
    let answer = Answer {
        status: status.unwrap_or(StatusCode::OK),
        headers,
        body: kept.body,
    };
    Ok(answer.header(REPLAYED, "true".into()))
}

struct Kept {
    fingerprint: Vec<u8>,
    status: i64,
    headers: Json<Vec<(String, String)>>,
    body: Vec<u8>,
}
store::row!(Kept {
    fingerprint,
    status,
    headers,
    body
});

fn wanted(method: &Method, headers: &HeaderMap) -> bool {
    !method.is_safe() && headers.contains_key(HEADER)
}

async fn with_key(request: Request) -> Result<Request> {
    let key = request.headers()[HEADER]
        .to_str()
        .unwrap_or_default()
        .trim()
        .to_owned();
    if key.is_empty() || key.len() > 200 {
        return Err(Error::invalid(
            "Idempotency-Key",
            "must be 1 to 200 visible ASCII characters",
        ));
    }
    let (parts, body) = request.into_parts();
    let body = Bytes::from_request(Request::from_parts(parts.clone(), body), &())
        .await
        .map_err(|rejection| body_error(&rejection))?;
    let mut hash = Sha256::new();
    for part in [
        parts.method.as_str().as_bytes(),
        parts.uri.to_string().as_bytes(),
        &body,
    ] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut request = Request::from_parts(parts, body.into());
    request.extensions_mut().insert(IdempotencyKey {
        key,
        fingerprint: hash.finalize().into(),
    });
    Ok(request)
}
