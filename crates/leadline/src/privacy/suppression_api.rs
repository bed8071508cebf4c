//! `/privacy/suppressions`: people who are not taken in again, by hashes alone.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Sql, Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{receipt, subject::Wanted};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, Json, PageQuery, Path, Permission, Query, ReadRefusals,
        Result, WorkspaceId, WriteRefusals,
    },
    leads::suppression::{self, Known, Mark, Reason},
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(check))
        .routes(routes!(remove))
}

/// A hash under which somebody is remembered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Suppression)]
struct View {
    /// The keyed hash, in hexadecimal.
    id: String,
    /// What it is of: `email`, `mailbox` (what addresses of one mailbox have in common), `phone`, `external` (an id that a
    /// source has), `field` (a value of a unique custom field).
    kind: String,
    /// `erasure` or `byHand`.
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The erasure that wrote it.
    erasure_id: Option<Uuid>,
    receipt_number: Option<i64>,
}

struct Row {
    hash: i64,
    kind: String,
    reason: String,
    at: Timestamp,
    erasure_id: Option<Uuid>,
    receipt_no: Option<i64>,
}
store::row!(Row {
    hash,
    kind,
    reason,
    at,
    erasure_id,
    receipt_no
});

impl From<Row> for View {
    fn from(row: Row) -> View {
        View {
            id: receipt::written(row.hash),
            kind: row.kind,
            reason: row.reason,
            at: row.at,
            erasure_id: row.erasure_id,
            receipt_number: row.receipt_no,
        }
    }
}

const SELECT: &str =
    "select s.hash, s.kind, s.reason, s.at, s.erasure_id, e.receipt_no from lead_suppressions s
     left join erasures e on e.workspace_id = s.workspace_id and e.id = s.erasure_id
     where s.workspace_id = ";

/// An address or a number, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = SuppressionRequest)]
struct Body {
    #[schema(max_length = 254)]
    #[serde(default)]
    email: Option<String>,
    /// With its country code.
    #[schema(max_length = 60, example = "+49 30 12345678")]
    #[serde(default)]
    phone: Option<String>,
}

/// Whether somebody is on the list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SuppressionCheck)]
struct Checked {
    suppressed: bool,
    /// The hashes under which they are.
    matches: Vec<View>,
}

/// Why somebody may be taken in again.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SuppressionRemovalReason)]
enum Why {
    /// They asked for it.
    Consent,
    /// They should never have been on the list.
    Mistake,
    /// Somebody has to keep what comes from them.
    LegalDuty,
    Other,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RemoveQuery {
    #[param(required = true, inline)]
    reason: Option<Why>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Hashes per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Hashes, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Suppressions)]
struct SuppressionPage {
    data: Vec<View>,
    limit: i64,
    total: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    total_capped: bool,
    next_cursor: Option<String>,
}

/// Counting stops here.
const MOST_COUNTED: i64 = 10_000;

/// Lists the hashes under which people are remembered who are not taken in again, the newest first.
#[utoipa::path(get, path = "/privacy/suppressions", operation_id = "listSuppressions", tag = "Privacy", params(ListQuery),
    responses((status = 200, body = SuppressionPage), ReadRefusals))]
async fn list(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let paged = PageQuery {
        limit: query.limit,
        ..PageQuery::default()
    };
    let limit = paged.limit()?;
    let before: Option<(Timestamp, String)> =
        query.cursor.as_deref().map(Cursor::read).transpose()?;
    let before = before
        .map(|(at, hash)| receipt::read(&hash).map(|hash| (at, hash)))
        .map(|it| it.ok_or_else(|| Error::invalid("cursor", "is not a cursor of this list")))
        .transpose()?;
    let page = app
        .read(move |tx| page(tx, caller.workspace, before, limit))
        .await?;
    Answer::ok(&page)
}

fn page(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<SuppressionPage> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace);
    if let Some((at, hash)) = before {
        sql.push(" and (s.at, s.hash) < (").bind(at);
        sql.push(", ").bind(hash).push(")");
    }
    sql.push(" order by s.at desc, s.hash desc limit ")
        .bind(limit + 1);
    let mut rows: Vec<Row> = tx.fetch(&sql)?;
    let wanted = usize::try_from(limit).unwrap_or(1);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let last = rows.last().filter(|_| more);
    let next_cursor = last.map(|it| Cursor::write(&(it.at, receipt::written(it.hash))));
    let (total,): (i64,) = tx.one(
        "select count(*) from (select hash from lead_suppressions where workspace_id = $1 limit $2) as counted",
        &[&workspace, &(MOST_COUNTED + 1)],
    )?;
    Ok(SuppressionPage {
        data: rows.into_iter().map(View::from).collect(),
        limit,
        total: total.min(MOST_COUNTED),
        total_capped: total > MOST_COUNTED,
        next_cursor,
    })
}

/// The hashes of what was sent, which itself is kept nowhere.
fn marks(caller: &Caller, body: &Body) -> Result<Vec<Mark>> {
    if body.email.is_none() && body.phone.is_none() {
        return Err(Error::invalid("email", "is needed, or a phone"));
    }
    let wanted = Wanted::read(None, body.email.as_deref(), body.phone.as_deref())?;
    let known = Known {
        email: wanted.email.as_deref(),
        phone: wanted.phone.as_deref(),
        keys: Vec::new(),
    };
    Ok(suppression::marks(&caller.identity_key, &known))
}

fn matching(tx: &mut Tx, workspace: WorkspaceId, marks: &[Mark]) -> Result<Vec<View>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace)
        .push(" and s.hash in ")
        .list(marks.iter().map(|it| it.hash));
    sql.push(" order by s.kind, s.hash");
    let rows: Vec<Row> = tx.fetch(&sql)?;
    Ok(rows.into_iter().map(View::from).collect())
}

/// Says whether somebody is on the list. What is sent is not kept.
#[utoipa::path(post, path = "/privacy/suppressions/check", operation_id = "checkSuppression", tag = "Privacy",
    request_body = Body, responses((status = 200, body = Checked), WriteRefusals))]
async fn check(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<Body>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let marks = marks(&caller, &body)?;
    let matches = app
        .read(move |tx| matching(tx, caller.workspace, &marks))
        .await?;
    Answer::ok(&Checked {
        suppressed: !matches.is_empty(),
        matches,
    })
}

/// Puts somebody on the list by hand. Leads that are there already stay.
#[utoipa::path(post, path = "/privacy/suppressions", operation_id = "addSuppression", tag = "Privacy", request_body = Body,
    responses((status = 200, body = Checked, description = "They are on the list now, or were already"), WriteRefusals))]
async fn add(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<Body>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let marks = marks(&caller, &body)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let hashes = marks.iter().map(|it| it.hash).collect();
        crate::intake::accept::hold(tx, by.workspace, hashes)?;
        let count = suppression::remember(tx, by.workspace, &marks, Reason::ByHand, None)?;
        let matches = matching(tx, by.workspace, &marks)?;
        if count > 0 {
            let ids: Vec<&String> = matches.iter().map(|it| &it.id).collect();
            audit::record(
                tx,
                &by,
                "suppression.added",
                "suppressions",
                json!({ "ids": ids }),
            )?;
        }
        Answer::ok(&Checked {
            suppressed: true,
            matches,
        })
    })
    .await
}

/// Takes one hash off the list, for a reason that the audit log keeps: the person can come in again by it.
#[utoipa::path(delete, path = "/privacy/suppressions/{id}", operation_id = "removeSuppression", tag = "Privacy",
    params(("id" = String, Path, description = "The hash, as the list shows it"), RemoveQuery),
    responses((status = 204, description = "Gone"), WriteRefusals))]
async fn remove(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query<RemoveQuery>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let hash = receipt::read(&id).ok_or(Error::NotFound("suppression"))?;
    let (by, why) = (caller.clone(), query.0.reason);
    app.write(&caller, move |tx| {
        let gone = tx.exec(
            "delete from lead_suppressions where workspace_id = $1 and hash = $2",
            &[&by.workspace, &hash],
        )?;
        if gone == 0 {
            return Err(Error::NotFound("suppression"));
        }
        let why = why.ok_or_else(|| Error::invalid("reason", "is needed"))?;
        let target = format!("suppression:{id}");
        audit::record(
            tx,
            &by,
            "suppression.removed",
            &target,
            json!({ "reason": why }),
        )?;
        Ok(Answer::no_content())
    })
    .await
}
