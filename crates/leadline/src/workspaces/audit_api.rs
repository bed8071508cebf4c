//! The audit log over HTTP.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use store::{Sql, Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::audit::{Walk, WalkState};
use crate::base::{
    Answer, App, Caller, Cursor, Error, Page, PageQuery, Permission, Query, ReadRefusals, Result,
};

/// Counting stops here.
const MOST_COUNTED: i64 = 10_000;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(verify))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[derive(Default)]
struct AuditQuery {
    /// One action, such as `member.changed`, or all that begin alike: `member.`
    action: Option<String>,
    /// The person or key who did it.
    actor: Option<Uuid>,
    /// From this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Rows per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Something that was done. Rows are never changed or removed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditRow {
    /// Counted in the workspace, without a gap.
    seq: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// user, apiKey or system.
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    /// Through what: ui, apiKey, commandLine, job.
    via: String,
    action: String,
    /// The record it is about, such as `role:0198…`.
    target: String,
    #[schema(value_type = Object)]
    data: serde_json::Value,
    /// Covers the row and the hash before it, in hexadecimal.
    hash: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditVerification)]
struct Verification {
    /// Every row follows from the one before it.
    whole: bool,
    /// Rows found good from the first on.
    rows: i64,
    /// The hash of the last good row. Kept elsewhere, it shows later that no rows were cut off the end.
    last_hash: String,
    /// The number of the first row that does not fit.
    broken_at: Option<i64>,
    reason: Option<&'static str>,
}

struct Found {
    seq: i64,
    at: Timestamp,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    via: String,
    action: String,
    target: String,
    data: serde_json::Value,
    hash: Vec<u8>,
}
store::row!(Found {
    seq,
    at,
    actor_kind,
    actor_id,
    actor_name,
    via,
    action,
    target,
    data,
    hash
});

/// Read the audit log, newest first
#[utoipa::path(get, path = "/audit", tag = "audit", operation_id = "listAudit", params(AuditQuery),
    responses((status = 200, body = Page<AuditRow>), ReadRefusals))]
async fn list(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Answer> {
    caller.need(Permission::AuditView)?;
    if query.action.as_deref().is_some_and(|it| it.contains('\0')) {
        return Err(Error::invalid(
            "action",
            "has a character that no action has",
        ));
    }
    let page = PageQuery {
        page: None,
        limit: query.limit,
        cursor: None,
    };
    let limit = page.limit()?;
    let before = query
        .cursor
        .as_deref()
        .map(Cursor::read::<i64>)
        .transpose()?;
    let (total, rows) = app
        .read(move |tx| {
            let matching = matching(&caller, &query);
            Ok((count(tx, &matching)?, read(tx, &matching, before, limit)?))
        })
        .await?;
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
    let data: Vec<AuditRow> = rows
        .into_iter()
        .take(usize::try_from(limit).unwrap_or(0))
        .map(AuditRow::from)
        .collect();
    let next_cursor = data
        .last()
        .filter(|_| more)
        .map(|it| Cursor::write(&it.seq));
    let (total, total_capped) = (total.min(MOST_COUNTED), total > MOST_COUNTED);
    Answer::ok(&Page {
        data,
        page: 1,
        limit,
        total,
        total_capped,
        next_cursor,
    })
}

/// Walk the chain of the audit log
///
/// Answers 200 whether it is whole or not; `whole` says which.
#[utoipa::path(get, path = "/audit/verify", tag = "audit", operation_id = "verifyAudit",
    responses((status = 200, body = Verification), ReadRefusals))]
async fn verify(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::AuditView)?;
    let mut walk = Walk::start();
    while walk.state == WalkState::OnTheWay {
        walk = app.read(move |tx| walk.step(tx, caller.workspace)).await?;
    }
    Answer::ok(&Verification {
        whole: walk.state == WalkState::Whole,
        rows: walk.rows,
        last_hash: hex::encode(walk.hash),
        broken_at: walk.broken_at(),
        reason: match walk.state {
            WalkState::Broken(reason) => Some(reason),
            _ => None,
        },
    })
}

/// The condition of a query, from `where` on.
fn matching(caller: &Caller, query: &AuditQuery) -> Sql {
    let mut sql = Sql::new(" where a.workspace_id = ");
    sql.bind(caller.workspace);
    match query.action.as_deref() {
        Some(start) if start.ends_with('.') => {
            let letters = i64::try_from(start.chars().count()).unwrap_or(i64::MAX);
            sql.push(" and substr(a.action, 1, ")
                .bind(letters)
                .push(") = ")
                .bind(start);
        }
        Some(action) => {
            sql.push(" and a.action = ").bind(action);
        }
        None => {}
    }
    if let Some(actor) = query.actor {
        sql.push(" and a.actor_id = ").bind(actor);
    }
    if let Some(from) = query.from {
        sql.push(" and a.at >= ").bind(from);
    }
    if let Some(to) = query.to {
        sql.push(" and a.at < ").bind(to);
    }
    sql
}

fn count(tx: &mut Tx, matching: &Sql) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select a.seq from audit_log a");
    sql.append(matching)
        .push(" limit ")
        .bind(MOST_COUNTED + 1)
        .push(") counted");
    Ok(tx.fetch_one::<(i64,)>(&sql)?.0)
}

fn read(tx: &mut Tx, matching: &Sql, before: Option<i64>, limit: i64) -> Result<Vec<Found>> {
    let mut sql = Sql::new(
        "select a.seq, a.at, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor_name, a.via, a.action,
            a.target, a.data, a.hash
         from audit_log a
         left join users u on a.actor_kind = 'user' and u.id = a.actor_id
         left join api_keys k on a.actor_kind = 'apiKey' and k.workspace_id = a.workspace_id and k.id = a.actor_id",
    );
    sql.append(matching);
    if let Some(before) = before {
        sql.push(" and a.seq < ").bind(before);
    }
    sql.push(" order by a.seq desc limit ").bind(limit + 1);
    Ok(tx.fetch(&sql)?)
}

impl From<Found> for AuditRow {
    fn from(it: Found) -> AuditRow {
        AuditRow {
            seq: it.seq,
            at: it.at,
            actor_kind: it.actor_kind,
            actor_id: it.actor_id,
            actor_name: it.actor_name,
            via: it.via,
            action: it.action,
            target: it.target,
            data: it.data,
            hash: hex::encode(it.hash),
        }
    }
}
