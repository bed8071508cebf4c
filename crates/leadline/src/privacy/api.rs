//! `/privacy/erasures`

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderName, header},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json_, json};
use store::{Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    erasure::{self, Begun, Erasure, Mode, State, SweepPreviews},
    receipt,
    steps::ErasureJob,
    subject::{Subject, Wanted},
    tally::Line,
};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, FileRefusals, Json, PageQuery, Path, Permission, Query,
        ReadRefusals, Result, WriteRefusals,
    },
    leads::write::By,
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, prepare))
        .routes(routes!(show, cancel))
        .routes(routes!(run))
        .routes(routes!(show_receipt))
}

/// Who is to be erased, and how. At least one of `leadIds`, `email` and `phone` is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ErasureRequest)]
struct Body {
    /// These leads. One that was merged stands for the lead it is a part of.
    #[schema(max_items = 100)]
    #[serde(default)]
    lead_ids: Option<Vec<Uuid>>,
    /// Every lead with this address, in the trash too.
    #[schema(max_length = 254)]
    #[serde(default)]
    email: Option<String>,
    /// Every lead with this number, in any of its forms. With its country code.
    #[schema(max_length = 60, example = "+49 30 12345678")]
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    #[schema(default = "erase")]
    mode: Mode,
    /// Remember the person by keyed hashes, so that they are not taken in again.
    #[serde(default = "yes")]
    #[schema(default = true)]
    suppress: bool,
}

fn yes() -> bool {
    true
}

/// An erasure: what it would do, does, or did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Erasure)]
struct ErasureView {
    id: Uuid,
    state: State,
    mode: Mode,
    suppress: bool,
    /// The rule that asked for it; null: a person did.
    rule_id: Option<Uuid>,
    /// The leads it is about; null once it is done, when the receipt has them.
    lead_ids: Option<Vec<Uuid>>,
    /// Leads that it is not about and that have the same address or number. Those are theirs as well: they are neither
    /// looked for nor remembered.
    other_lead_ids: Option<Vec<Uuid>>,
    /// What goes, what stays without the person, and what stays as it is. Complete from `ready` on.
    counts: Vec<Line>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// Until when a preview is kept; null once it is run.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    receipt_number: Option<i64>,
}

impl ErasureView {
    fn of(erasure: Erasure) -> ErasureView {
        let waits = matches!(erasure.state, State::Counting | State::Ready);
        let subject = erasure.subject.map(|it| it.0);
        ErasureView {
            id: erasure.id,
            state: erasure.state,
            mode: erasure.mode,
            suppress: erasure.suppress,
            rule_id: erasure.rule_id,
            other_lead_ids: subject
                .as_ref()
                .map(|it| it.others.iter().copied().collect()),
            lead_ids: subject.map(|it| it.leads),
            counts: erasure.tally.0.lines(),
            actor_kind: erasure.actor_kind,
            actor_id: erasure.actor_id,
            created_at: erasure.created_at,
            finished_at: erasure.finished_at,
            expires_at: waits.then(|| erasure.created_at.plus(SweepPreviews::KEPT)),
            receipt_number: erasure.receipt_no,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Erasures per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Erasures, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Erasures)]
struct ErasurePage {
    data: Vec<ErasureView>,
    limit: i64,
    next_cursor: Option<String>,
}

/// What is left of somebody who was erased. Nothing in it is personal.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ErasureReceipt)]
struct ReceiptView {
    /// Counted in the workspace, without a gap.
    number: i64,
    /// What the hash covers: when, by whom, which ids, how much of what, under which hashes the person is remembered.
    #[schema(value_type = Object)]
    receipt: Json_,
    /// Of the receipt before it, in hexadecimal; zeros for the first.
    previous_hash: String,
    /// SHA-256 over the hash before it and the receipt as JSON with sorted keys and without space. The audit log has it
    /// too, under `person.erased`.
    hash: String,
    /// Whether the receipt still is what was written and follows from the one before it.
    genuine: bool,
}

/// Lists erasures and previews, the newest first.
#[utoipa::path(get, path = "/privacy/erasures", operation_id = "listErasures", tag = "Privacy", params(ListQuery),
    responses((status = 200, body = ErasurePage), ReadRefusals))]
async fn list(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyErase)?;
    let paged = PageQuery {
        limit: query.limit,
        ..PageQuery::default()
    };
    let limit = paged.limit()?;
    let before: Option<Uuid> = query.cursor.as_deref().map(Cursor::read).transpose()?;
    let mut rows = app
        .read(move |tx| erasure::list(tx, caller.workspace, before, limit + 1))
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(1);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next_cursor = rows.last().filter(|_| more).map(|it| Cursor::write(&it.id));
    Answer::ok(&ErasurePage {
        data: rows.into_iter().map(ErasureView::of).collect(),
        limit,
        next_cursor,
    })
}

/// Prepares an erasure: finds the person and counts, table by table, what would become of what is kept about them.
///
/// Nothing is erased before `POST /privacy/erasures/{id}/run`. A preview is kept for a day. Needs the right `privacy:erase`.
#[utoipa::path(post, path = "/privacy/erasures", operation_id = "prepareErasure", tag = "Privacy", request_body = Body,
    responses((status = 202, body = ErasureView, headers(("Location" = String))), WriteRefusals))]
async fn prepare(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<Body>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyErase)?;
    let wanted = Wanted::read(body.lead_ids, body.email.as_deref(), body.phone.as_deref())?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let leads = wanted.leads(tx, &by)?;
        let subject = Subject::gather(tx, by.workspace, &by.identity_key, &wanted, &leads)?;
        let begun = Begun {
            state: State::Counting,
            mode: body.mode,
            suppress: body.suppress,
            rule: None,
            subject: &subject,
        };
        let id = erasure::begin(tx, &By::from(&by), &begun)?;
        ErasureJob::queue(tx, by.workspace, id)?;
        audit::record(
            tx,
            &by,
            "erasure.prepared",
            &target(id),
            json!({ "leads": leads.len(), "mode": body.mode, "suppress": body.suppress }),
        )?;
        accepted(tx, &by, id)
    })
    .await
}

fn target(id: Uuid) -> String {
    format!("erasure:{id}")
}

fn accepted(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Answer> {
    let erasure = erasure::find(tx, caller.workspace, id)?;
    Answer::accepted(format!("/privacy/erasures/{id}"), &ErasureView::of(erasure))
}

/// Shows an erasure: the preview, how far it is, or what it did.
#[utoipa::path(get, path = "/privacy/erasures/{id}", operation_id = "getErasure", tag = "Privacy",
    params(("id" = Uuid, Path)), responses((status = 200, body = ErasureView), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyErase)?;
    let erasure = app
        .read(move |tx| erasure::find(tx, caller.workspace, id))
        .await?;
    Answer::ok(&ErasureView::of(erasure))
}

/// Erases for good. It cannot be undone, by anybody.
///
/// Goes on in the background; what was begun is finished, also after the program was stopped in the middle.
#[utoipa::path(post, path = "/privacy/erasures/{id}/run", operation_id = "runErasure", tag = "Privacy",
    params(("id" = Uuid, Path)),
    responses((status = 202, body = ErasureView, headers(("Location" = String))), WriteRefusals))]
async fn run(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyErase)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let mut erasure = erasure::lock(tx, by.workspace, id)?;
        match erasure.state {
            State::Ready => {}
            State::Counting => {
                return Err(Error::conflict(
                    "still_counting",
                    "The preview is not complete; look at it before you erase.",
                ));
            }
            State::Erasing | State::Done => {
                return Err(Error::conflict("already_run", "This was begun already."));
            }
        }
        check_sight(tx, &by, &erasure)?;
        erasure.state = State::Erasing;
        erasure.step = 0;
        erasure.place = None;
        erasure.tally = store::Json(super::tally::Tally::default());
        erasure::save(tx, by.workspace, &erasure)?;
        erasure::taken_over(tx, &by, id)?;
        ErasureJob::queue(tx, by.workspace, id)?;
        audit::record(tx, &by, "erasure.begun", &target(id), json!({}))?;
        accepted(tx, &by, id)
    })
    .await
}

/// Whoever erases sees everything that goes.
fn check_sight(tx: &mut Tx, caller: &Caller, erasure: &Erasure) -> Result<()> {
    let asked = erasure.subject.as_ref().map(|it| it.0.asked.clone());
    asked.unwrap_or_default().leads(tx, caller).map(drop)
}

/// Takes a preview back. What has been begun cannot be.
#[utoipa::path(delete, path = "/privacy/erasures/{id}", operation_id = "cancelErasure", tag = "Privacy",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Gone"), WriteRefusals))]
async fn cancel(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyErase)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let erasure = erasure::lock(tx, by.workspace, id)?;
        if matches!(erasure.state, State::Erasing | State::Done) {
            return Err(Error::conflict(
                "already_run",
                "This was begun already. What is erased does not come back.",
            ));
        }
        erasure::remove(tx, by.workspace, id)?;
        audit::record(tx, &by, "erasure.cancelled", &target(id), json!({}))?;
        Ok(Answer::no_content())
    })
    .await
}

/// Sends the receipt of an erasure that is done, as a file.
#[utoipa::path(get, path = "/privacy/erasures/{id}/receipt", operation_id = "getErasureReceipt", tag = "Privacy",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ReceiptView, headers(("Content-Disposition" = String))), FileRefusals))]
async fn show_receipt(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyErase)?;
    let view = app
        .read(move |tx| {
            let erasure = erasure::find(tx, caller.workspace, id)?;
            if erasure.state != State::Done {
                return Err(Error::conflict(
                    "not_done",
                    "There is a receipt when the erasure is done.",
                ));
            }
            let kept = receipt::of(tx, caller.workspace, &erasure)?;
            Ok(ReceiptView {
                number: kept.number,
                genuine: kept.is_genuine(tx, caller.workspace)?,
                previous_hash: hex::encode(&kept.previous_hash),
                hash: hex::encode(&kept.hash),
                receipt: kept.receipt.0,
            })
        })
        .await?;
    let name = format!("attachment; filename=\"erasure-{}.json\"", view.number);
    let disposition: HeaderName = header::CONTENT_DISPOSITION;
    Ok(Answer::ok(&view)?.header(disposition, name))
}
