//! `/duplicates`

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Progress, State,
    accept::{self, Threshold},
    apart::{self, Pair, pair},
    groups,
    queue::{Choice, GroupPage, GroupView, Wanted, page, visible},
    scan, settle,
};
use crate::{
    base::{
        Answer, App, Caller, Error, Json, Path, Permission, Query, ReadRefusals, Result,
        WriteRefusals,
    },
    leads::{identity::evidence::Evidence, merge::api::GroupsAnswer},
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show_scan, start_scan))
        .routes(routes!(show))
        .routes(routes!(separate))
        .routes(routes!(dismiss))
        .routes(routes!(reopen))
        .routes(routes!(merge_open))
}

/// A group, and what each two of its leads have in common.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateGroupDetail)]
struct Detail {
    #[serde(flatten)]
    group: GroupView,
    pairs: Vec<PairView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicatePair)]
struct PairView {
    lead_id: Uuid,
    other_id: Uuid,
    confidence: i64,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = DuplicateSeparation)]
struct SeparateBody {
    /// Leads of the group that are other people than the rest of it. Left out: everybody is somebody else.
    #[schema(max_items = 50)]
    lead_ids: Vec<Uuid>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = DuplicateMergeRequest)]
struct MergeBody {
    /// Groups that are at least as sure.
    #[schema(minimum = 1, maximum = 100)]
    min_confidence: i64,
    /// Groups with a lead of this person.
    #[serde(default)]
    assigned_to: Option<Uuid>,
    /// Says how many groups are meant and what would become of the first of them, and does not do it.
    #[serde(default)]
    dry_run: bool,
}

/// Lists groups of leads that may be about one person, the surest first.
///
/// Whoever does not see every lead sees the groups all of whose leads he sees.
#[utoipa::path(get, path = "/duplicates", operation_id = "listDuplicates", tag = "Duplicates", params(Wanted),
    responses((status = 200, body = GroupPage), ReadRefusals))]
async fn list(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let choice = Choice::read(&wanted)?;
    let page = app.read(move |tx| page(tx, &caller, &choice)).await?;
    Answer::ok(&page)
}

/// Shows a group of leads that may be about one person.
#[utoipa::path(get, path = "/duplicates/{id}", operation_id = "getDuplicates", tag = "Duplicates", params(("id" = Uuid, Path)),
    responses((status = 200, body = Detail), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let detail = app
        .read(move |tx| {
            let group = visible(tx, &caller, id)?;
            detail(tx, &caller, group)
        })
        .await?;
    Answer::ok(&detail)
}

/// Says that leads of a group are different people. They are never put together again, unless the group is reopened.
#[utoipa::path(post, path = "/duplicates/{id}/separate", operation_id = "separateDuplicates", tag = "Duplicates",
    params(("id" = Uuid, Path)), request_body = SeparateBody,
    responses((status = 200, body = Detail), WriteRefusals))]
async fn separate(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<SeparateBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsEdit)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let group = visible(tx, &by, id)?;
        let leads: Vec<Uuid> = group.leads.iter().map(|it| it.id.uuid()).collect();
        if let Some(stranger) = body.lead_ids.iter().find(|it| !leads.contains(it)) {
            let message = format!("{stranger} is not a lead of this group");
            return Err(Error::invalid("leadIds", message));
        }
        let pairs = pairs_apart(&leads, &body.lead_ids);
        apart::keep_apart(tx, by.workspace, by.actor, &pairs)?;
        let ties = settle::ties(tx, by.workspace, &by.identity_key, &group.leads)?;
        if ties.is_empty() {
            groups::set_state(tx, by.workspace, id, State::Separate)?;
        } else {
            settle::settle(tx, by.workspace, &by.identity_key, &leads)?;
        }
        told(tx, &by, "duplicates.separated", id, &pairs)?;
        answer(tx, &by, id)
    })
    .await
}

/// Puts a group aside until another lead joins it.
#[utoipa::path(post, path = "/duplicates/{id}/dismiss", operation_id = "dismissDuplicates", tag = "Duplicates",
    params(("id" = Uuid, Path)), responses((status = 200, body = Detail), WriteRefusals))]
async fn dismiss(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsEdit)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let group = visible(tx, &by, id)?;
        if group.state == State::Separate.key() {
            return Err(Error::conflict(
                "separate",
                "These leads are kept separate; reopen the group first.",
            ));
        }
        groups::set_state(tx, by.workspace, id, State::Dismissed)?;
        told(tx, &by, "duplicates.dismissed", id, &[])?;
        answer(tx, &by, id)
    })
    .await
}

/// Puts a group back into the queue; leads that were kept separate may be one person again.
#[utoipa::path(post, path = "/duplicates/{id}/reopen", operation_id = "reopenDuplicates", tag = "Duplicates",
    params(("id" = Uuid, Path)), responses((status = 200, body = Detail), WriteRefusals))]
async fn reopen(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::LeadsEdit)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let group = visible(tx, &by, id)?;
        let leads: Vec<Uuid> = group.leads.iter().map(|it| it.id.uuid()).collect();
        groups::set_state(tx, by.workspace, id, State::Open)?;
        apart::bring_together(tx, by.workspace, &all_pairs(&leads))?;
        settle::settle(tx, by.workspace, &by.identity_key, &leads)?;
        told(tx, &by, "duplicates.reopened", id, &[])?;
        answer(tx, &by, id)
    })
    .await
}

/// Makes one lead of each open group that is sure enough.
///
/// Each group is merged whole or not at all, and which lead stays is decided by rule, as `POST /leads/merge` does where nothing
/// is picked. More than ten groups are worked off in the background. Undo the change set to have all of them back.
#[utoipa::path(post, path = "/duplicates/merge", operation_id = "mergeDuplicates", tag = "Duplicates", request_body = MergeBody,
    responses(
        (status = 200, body = GroupsAnswer, description = "Done", headers(("Change-Set-Id" = Option<String>))),
        (status = 202, body = GroupsAnswer, description = "Begun", headers(("Location" = String), ("Change-Set-Id" = String))),
        WriteRefusals,
    ))]
async fn merge_open(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(body): Json<MergeBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsMerge)?;
    caller.need(Permission::LeadsBulk)?;
    if !(1..=100).contains(&body.min_confidence) {
        return Err(Error::invalid("minConfidence", "must be between 1 and 100"));
    }
    let wanted = Threshold {
        least: body.min_confidence,
        owner: body.assigned_to,
        seen: caller.scope.clone(),
    };
    if body.dry_run {
        return app
            .read(move |tx| Answer::ok(&accept::rehearse(tx, &caller, &wanted)?))
            .await;
    }
    let by = caller.clone();
    app.write(&caller, move |tx| accept::begin(tx, &by, &wanted)?.answer())
        .await
}

/// Shows how far the look through all leads has come.
#[utoipa::path(get, path = "/duplicates/scan", operation_id = "getDuplicateScan", tag = "Duplicates",
    responses((status = 200, body = Progress), ReadRefusals))]
async fn show_scan(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let progress = app
        .read(move |tx| scan::progress(tx, caller.workspace))
        .await?;
    Answer::ok(&progress)
}

/// Looks through all leads for such as may be about one person. Where that is going on already it goes on.
#[utoipa::path(post, path = "/duplicates/scan", operation_id = "startDuplicateScan", tag = "Duplicates",
    responses((status = 202, body = Progress, headers(("Location" = String))), WriteRefusals))]
async fn start_scan(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsBulk)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        scan::queue(tx, by.workspace)?;
        let progress = scan::progress(tx, by.workspace)?;
        Answer::accepted("/duplicates/scan".to_owned(), &progress)
    })
    .await
}

fn detail(tx: &mut Tx, caller: &Caller, group: GroupView) -> Result<Detail> {
    let ties = settle::ties(tx, caller.workspace, &caller.identity_key, &group.leads)?;
    let pairs = ties.into_iter().map(|it| PairView {
        lead_id: it.one,
        other_id: it.other,
        confidence: it.confidence,
        evidence: it.evidence,
    });
    Ok(Detail {
        pairs: pairs.collect(),
        group,
    })
}

/// The group as it is now; one that has come apart is shown as the leads' last word on it.
fn answer(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<Answer> {
    let group = visible(tx, caller, id)?;
    Answer::ok(&detail(tx, caller, group)?)
}

fn all_pairs(leads: &[Uuid]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (index, one) in leads.iter().enumerate() {
        pairs.extend(leads[index + 1..].iter().map(|other| pair(*one, *other)));
    }
    pairs
}

/// The pairs between those named and the others; all pairs where nobody is named.
fn pairs_apart(leads: &[Uuid], named: &[Uuid]) -> Vec<Pair> {
    let all = all_pairs(leads);
    if named.is_empty() {
        return all;
    }
    let between = |it: &Pair| named.contains(&it.0) != named.contains(&it.1);
    all.into_iter().filter(between).collect()
}

fn told(tx: &mut Tx, caller: &Caller, action: &str, id: Uuid, pairs: &[Pair]) -> Result<()> {
    let target = format!("duplicates:{id}");
    audit::record(tx, caller, action, &target, json!({ "pairs": pairs }))
}
