//! `POST /leads/check`: who a form that is being typed may already be.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use store::Tx;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    carriers,
    evidence::{Evidence, Traits, confidence},
    keys,
};
use crate::{
    base::{Answer, App, Caller, Json as Body, Permission, Problems, Result, WriteRefusals},
    leads::{
        Lead, identity,
        pipelines::{self, StageKind},
    },
    workspaces,
};

/// Matches that are shown.
const SHOWN: usize = 10;

/// Longer than this nothing is that a form has.
const LONGEST: usize = 1_000;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(check))
}

/// What a form holds so far. What cannot be read yet is passed over.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schema(as = LeadCheck)]
struct CheckBody {
    #[schema(max_length = 1000)]
    name: Option<String>,
    #[schema(max_length = 1000, example = "ada@example.com")]
    email: Option<String>,
    /// Without a country code it belongs to the workspace's country.
    #[schema(max_length = 1000)]
    phone: Option<String>,
    #[schema(max_length = 1000)]
    company: Option<String>,
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Json>>,
    /// The lead that is being edited, which is no match for itself.
    except_id: Option<Uuid>,
}

/// Leads that may be about the same person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeadMatches)]
struct Matches {
    /// The surest first, at most ten.
    matches: Vec<Match>,
    /// How many more there are that the caller may not see.
    hidden: usize,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeadMatch)]
struct Match {
    id: Uuid,
    name: String,
    company: Option<String>,
    /// Between 0 and 99.
    confidence: i64,
    matched_by: Vec<Evidence>,
    state: Standing,
    stage_id: Uuid,
    stage_name: Option<String>,
    assigned_to: Option<Uuid>,
    assigned_to_name: Option<String>,
    /// Whether the caller may open it; `GET /leads/{id}?deleted=true` where it is in the trash.
    may_open: bool,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeadStanding)]
enum Standing {
    Open,
    Won,
    Lost,
    Converted,
    Trashed,
}

/// Says which leads may be about the person whom a form is being filled in for.
///
/// It looks among lost, converted and deleted leads, too, and says so. Of leads that the caller may not see it says no
/// more than how many there are.
#[utoipa::path(post, path = "/leads/check", operation_id = "checkLead", tag = "Duplicates", request_body = CheckBody,
    responses((status = 200, body = Matches), WriteRefusals))]
async fn check(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(body): Body<CheckBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    body.check()?;
    let matches = app.read(move |tx| matches(tx, &caller, &body)).await?;
    Answer::ok(&matches)
}

impl CheckBody {
    /// Whatever else is wrong with what is being typed is passed over.
    fn check(&self) -> Result<()> {
        let mut problems = Problems::new();
        for (name, text) in [
            ("name", &self.name),
            ("email", &self.email),
            ("phone", &self.phone),
            ("company", &self.company),
        ] {
            if text.as_ref().is_some_and(|it| it.chars().count() > LONGEST) {
                problems.add(
                    name,
                    format!("must not be longer than {LONGEST} characters"),
                );
            }
        }
        problems.done()
    }
}

fn matches(tx: &mut Tx, caller: &Caller, body: &CheckBody) -> Result<Matches> {
    let traits = traits(tx, caller, body)?;
    let unique: Vec<String> = traits.unique.iter().map(|it| it.0.clone()).collect();
    let found = carriers::of(tx, caller.workspace, &caller.identity_key, &traits)?;
    let mut weighed: Vec<(i64, Vec<Evidence>, Lead)> = found
        .into_iter()
        .filter(|it| Some(it.id.uuid()) != body.except_id)
        .map(|it| {
            let evidence = traits.shared(&Traits::of_lead(&it, &unique));
            (confidence(&evidence), evidence, it)
        })
        .filter(|it| !it.1.is_empty())
        .collect();
    // Of two that are as sure, one that can be worked on goes before one in the trash, and the older first.
    weighed.sort_by_key(|(sure, _, lead)| (-sure, lead.deleted_at.is_some(), lead.id.uuid()));
    let all = weighed.len();
    weighed.retain(|it| caller.scope.admits(it.2.assigned_to));
    let hidden = all - weighed.len();
    weighed.truncate(SHOWN);
    Ok(Matches {
        matches: shown(tx, caller, weighed)?,
        hidden,
    })
}

fn traits(tx: &mut Tx, caller: &Caller, body: &CheckBody) -> Result<Traits> {
    let text = |it: &Option<String>| {
        let text = it.as_deref()?.trim();
        (!text.is_empty() && !text.contains('\0')).then(|| text.to_owned())
    };
    let phone = match text(&body.phone) {
        Some(phone) if phone.starts_with('+') => identity::normal_phone(&phone, ""),
        Some(phone) => {
            let settings = workspaces::settings(tx, caller.workspace)?;
            identity::normal_phone(&phone, &settings.default_country)
        }
        None => None,
    };
    let unique = match &body.custom_fields {
        Some(_) => keys::unique_fields(tx, caller.workspace)?,
        None => Vec::new(),
    };
    let custom: Map<String, Json> = body
        .custom_fields
        .iter()
        .flatten()
        .filter(|(_, value)| {
            let text = value.as_str().unwrap_or_default();
            text.len() <= LONGEST && !text.contains('\0')
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let email = text(&body.email).and_then(|it| identity::normal_email(&it));
    Ok(Traits::of(
        email.as_deref(),
        phone.as_ref().map(|it| it.e164.as_str()),
        text(&body.name).as_deref(),
        text(&body.company).as_deref(),
        &custom,
        &unique,
    ))
}

fn shown(
    tx: &mut Tx,
    caller: &Caller,
    weighed: Vec<(i64, Vec<Evidence>, Lead)>,
) -> Result<Vec<Match>> {
    if weighed.is_empty() {
        return Ok(Vec::new());
    }
    let stages: Vec<Uuid> = weighed.iter().map(|it| it.2.stage_id).collect();
    let names = pipelines::stage_names(tx, caller.workspace, &stages)?;
    let won = pipelines::of_kind(tx, caller.workspace, StageKind::Won)?;
    let lost = pipelines::of_kind(tx, caller.workspace, StageKind::Lost)?;
    let owners = workspaces::names_of(tx, weighed.iter().filter_map(|it| it.2.assigned_to))?;
    Ok(weighed
        .into_iter()
        .map(|(confidence, matched_by, lead)| Match {
            id: lead.id.uuid(),
            confidence,
            matched_by,
            state: if lead.deleted_at.is_some() {
                Standing::Trashed
            } else if lead.converted_at.is_some() {
                Standing::Converted
            } else if won.contains(&lead.stage_id) {
                Standing::Won
            } else if lost.contains(&lead.stage_id) {
                Standing::Lost
            } else {
                Standing::Open
            },
            stage_id: lead.stage_id,
            stage_name: names.get(&lead.stage_id).cloned(),
            assigned_to_name: lead.assigned_to.and_then(|it| owners.get(&it).cloned()),
            assigned_to: lead.assigned_to,
            may_open: true,
            name: lead.name,
            company: lead.company,
        })
        .collect())
}
