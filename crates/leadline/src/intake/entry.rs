//! `POST /leads`: leads that a person enters or a program sends, through the front door like all others.

use std::sync::Arc;

use axum::{extract::State, http::HeaderName};
use store::Tx;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    base::{Answer, App, Caller, Error, Json, Permission, Result, Via, WriteRefusals},
    intake::{
        accept::{Outcome, Submission},
        door::{self, Door, Prepare, Room, Taken, Way},
        sources::{MatchKey, OnMatch, Source},
    },
    leads::{
        Lead,
        body::{Entered, NewLeadBody},
        write::By,
    },
};

/// What became of the lead: `created`, `updated`, `unchanged`, `repeated`, `inReview`, `skipped`.
const OUTCOME: HeaderName = HeaderName::from_static("lead-outcome");

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(create))
}

/// Makes a lead.
///
/// It needs a name, or else an e-mail address or a phone number that stands in for it. If the person is a lead already,
/// the rules of the source decide, or `onMatch`: by default a new lead is made all the same. An answer of 200 shows the
/// lead that there was, 409 `duplicate` says that there is one.
#[utoipa::path(post, path = "/leads", operation_id = "createLead", tag = "Leads", request_body = NewLeadBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers what was answered first")),
    responses(
        (status = 201, body = Lead, headers(("Location" = String), ("ETag" = String), ("Change-Set-Id" = String), ("Lead-Outcome" = String))),
        (status = 200, body = Lead, description = "The person was a lead already", headers(("ETag" = String), ("Change-Set-Id" = String), ("Lead-Outcome" = String))),
        WriteRefusals))]
async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewLeadBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsCreate)?;
    let draft = body.prepare();
    let way = Way {
        by: By::from(&caller),
        named: draft.source().map(str::to_owned),
        otherwise: default_source(&caller),
        on_match: draft.on_match(),
        scope: caller.scope.clone(),
    };
    let asker = caller.clone();
    let prepare: Prepare = Arc::new(move |tx: &mut Tx, source: &Source, room: &mut Room| {
        if source.on_match == OnMatch::Update {
            asker.need(Permission::LeadsEdit)?;
        }
        let house = room.house(tx, &By::from(&asker))?;
        let entered = draft.clone().check(tx, &asker, house, &source.country)?;
        Ok(Submission::from(entered))
    });
    if caller.idempotency.is_none() {
        return answer(Door::take(&app, way, prepare).await?);
    }
    app.write(&caller, move |tx| answer(door::one(tx, &way, &prepare)?))
        .await
}

fn default_source(caller: &Caller) -> &'static str {
    match caller.via {
        Via::ApiKey => "api",
        _ => "manual",
    }
}

fn answer(taken: Taken) -> Result<Answer> {
    let Taken {
        accepted,
        lead,
        change_set,
    } = taken;
    let reason = accepted.reason.unwrap_or_default();
    match (accepted.outcome, accepted.matched_by) {
        (Outcome::Suppressed, _) => return Err(Error::conflict("suppressed", reason)),
        (Outcome::Rejected, Some(MatchKey::UniqueField(field))) => {
            return Err(Error::invalid(
                format!("customFields.{field}"),
                "is unique, and another lead has this value",
            ));
        }
        (Outcome::Rejected, _) => return Err(Error::conflict("duplicate", reason)),
        _ => {}
    }
    let lead = lead.ok_or(Error::NotFound("lead"))?;
    let answer = match accepted.outcome {
        Outcome::Created | Outcome::Repeated | Outcome::InReview => {
            Answer::created(format!("/leads/{}", lead.id), &lead)?
        }
        _ => Answer::ok(&lead)?,
    };
    let answer = match change_set {
        Some(id) => answer.change_set(id),
        None => answer,
    };
    Ok(answer
        .version(lead.version)
        .header(OUTCOME, accepted.outcome.key().to_owned()))
}

impl From<Entered> for Submission {
    fn from(entered: Entered) -> Submission {
        Submission {
            place: entered.place,
            owner: entered.owner,
            name: entered.name,
            email: entered.email,
            phone: entered.phone,
            company: entered.company,
            title: entered.title,
            value: entered.value,
            currency: entered.currency,
            score: entered.score,
            tags: entered.tags,
            custom_fields: entered.custom_fields,
            external_id: entered.external_id,
            source: entered.source,
            ..Submission::default()
        }
    }
}
