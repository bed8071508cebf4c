//! Everything that is kept about a person as one file, streamed.
//!
//! The leads come first, each with everything that hangs on it, page by page; then what the [searches](steps::SEARCHES) of
//! an erasure find elsewhere. So what is told is what would be erased.

use std::sync::Arc;

use axum::{
    body::{Body as Stream, Bytes},
    extract::State as Shared,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value as Json_, json};
use tokio::sync::mpsc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use self::parts::{Part, Whole};
use super::subject::{Subject, Wanted};
use crate::{
    base::{App, Caller, Error, Json, Permission, Result, WriteRefusals},
    workspaces::audit,
};

mod parts;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(person_file))
}

/// Whose file. At least one is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PersonFileRequest)]
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
}

/// Sends everything that is kept about a person as one file.
///
/// The file is JSON, streamed; docs/privacy.md describes it. Reads, though it has a body, so that nobody's address stands in
/// the address of a request. Needs the right `privacy:export`; the audit log says that it was taken, and of which leads.
#[utoipa::path(post, path = "/privacy/person-file", operation_id = "getPersonFile", tag = "Privacy", request_body = Body,
    responses(
        (status = 200, description = "The file", content_type = "application/json", body = Object,
            headers(("Content-Disposition" = String))),
        WriteRefusals))]
async fn person_file(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<Body>,
) -> Result<Response> {
    caller.need(Permission::PrivacyExport)?;
    let wanted = Wanted::read(body.lead_ids, body.email.as_deref(), body.phone.as_deref())?;
    let by = caller.clone();
    let subject = app
        .read(move |tx| {
            let leads = wanted.leads(tx, &by)?;
            Subject::gather(tx, by.workspace, &by.identity_key, &wanted, &leads)
        })
        .await?;
    let (by, leads) = (caller.clone(), subject.leads.clone());
    // Nothing goes out that is not written down.
    app.db
        .write(move |tx| {
            let id = tx.id();
            let data = json!({ "leadIds": leads });
            audit::record(
                tx,
                &by,
                "person.exported",
                &format!("personFile:{id}"),
                data,
            )
        })
        .await?;
    Ok(answer(&app, caller, subject))
}

/// Pieces that wait to be taken: who takes slowly is read for slowly.
const AHEAD: usize = 2;

fn answer(app: &Arc<App>, caller: Caller, subject: Subject) -> Response {
    let (sender, receiver) = mpsc::channel::<Result<Bytes>>(AHEAD);
    let with = Arc::clone(app);
    tokio::spawn(async move {
        let out = Out(sender.clone());
        // What goes wrong breaks the answer off, so that nobody takes the part for the whole.
        if let Err(Stopped::By(err)) = write(&with, &caller, subject, &out).await {
            tracing::error!(%err, "a person's file broke off");
            let _ = sender.send(Err(err)).await;
        }
    });
    let pieces = stream::unfold(receiver, |mut receiver| async {
        Some((receiver.recv().await?, receiver))
    });
    // Whoever packs the answer asks once more after its end.
    let mut response = Stream::from_stream(pieces.fuse()).into_response();
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    let name = HeaderValue::from_static("attachment; filename=\"person.json\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}

/// Why the file is not written to its end.
enum Stopped {
    By(Error),
    /// Nobody takes it any more.
    Abandoned,
}

impl From<Error> for Stopped {
    fn from(err: Error) -> Stopped {
        Stopped::By(err)
    }
}

struct Out(mpsc::Sender<Result<Bytes>>);

impl Out {
    async fn send(&self, text: String) -> Result<(), Stopped> {
        let sent = self.0.send(Ok(Bytes::from(text))).await;
        sent.map_err(|_| Stopped::Abandoned)
    }
}

async fn write(
    app: &Arc<App>,
    caller: &Caller,
    subject: Subject,
    out: &Out,
) -> Result<(), Stopped> {
    let whole = Whole::new(app, caller, subject);
    let head = json!({
        "format": "leadline.person.v1",
        "madeAt": app.db.clock().now(),
        "leadIds": whole.subject.leads,
        "mergedLeadIds": whole.subject.merged,
        "otherLeadIds": whole.subject.others,
    });
    let head = head.to_string();
    out.send(head.trim_end_matches('}').to_owned()).await?;
    for part in Part::ALL {
        out.send(format!(",\n\"{}\":[", part.name())).await?;
        let (mut place, mut first) = (None, true);
        loop {
            let (records, next) = whole.read(part, place).await?;
            if !records.is_empty() {
                out.send(joined(&records, first)).await?;
                first = false;
            }
            place = next;
            if place.is_none() {
                break;
            }
        }
        out.send("]".to_owned()).await?;
    }
    out.send("}\n".to_owned()).await
}

fn joined(records: &[Json_], first: bool) -> String {
    let mut text = String::new();
    for (index, record) in records.iter().enumerate() {
        text.push_str(if first && index == 0 { "\n" } else { ",\n" });
        text.push_str(&record.to_string());
    }
    text
}
