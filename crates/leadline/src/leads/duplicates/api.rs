//! `/duplicates`

use std::{collections::HashMap, sync::Arc};

use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Sql, Timestamp, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Progress, State,
    apart::{self, Pair, pair, push_in},
    groups::{self, Group},
    scan, settle,
};
use crate::{
    base::{
        Answer, App, Caller, Cursor, Error, Json, PageQuery, Path, Permission, Query, ReadRefusals,
        Result, Scope, WriteRefusals,
    },
    leads::{Lead, identity::evidence::Evidence, lead},
    workspaces::audit,
};

/// Groups that are counted; beyond them there are more.
const COUNTED: i64 = 10_000;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show_scan, start_scan))
        .routes(routes!(show))
        .routes(routes!(separate))
        .routes(routes!(dismiss))
        .routes(routes!(reopen))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// `open`, `dismissed` or `separate`.
    #[param(default = "open")]
    state: Option<String>,
    /// Groups that are at least as sure.
    #[param(minimum = 0, maximum = 100)]
    min_confidence: Option<i64>,
    /// Groups with a lead of this person.
    #[param(value_type = Option<Uuid>)]
    assigned_to: Option<String>,
    /// Groups per page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Leads that may be about one person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateGroup)]
struct GroupView {
    id: Uuid,
    state: String,
    /// Between 0 and 99.
    confidence: i64,
    /// What they have in common, and what that counts.
    evidence: Vec<Evidence>,
    leads: Vec<Lead>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
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

/// Groups, the surest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateGroups)]
struct GroupPage {
    data: Vec<GroupView>,
    limit: i64,
    total: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    total_capped: bool,
    next_cursor: Option<String>,
    /// Further groups that hold a lead the caller may not see.
    hidden: i64,
    scan: Progress,
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = DuplicateSeparation)]
struct SeparateBody {
    /// Leads of the group that are other people than the rest of it. Left out: everybody is somebody else.
    #[schema(max_items = 50)]
    lead_ids: Vec<Uuid>,
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

/// Which groups are asked for.
struct Choice {
    state: State,
    least: i64,
    owner: Option<Uuid>,
    limit: i64,
    after: Option<(i64, Uuid)>,
}

impl Choice {
    fn read(wanted: &Wanted) -> Result<Choice> {
        let page = PageQuery {
            limit: wanted.limit,
            ..PageQuery::default()
        };
        let state = wanted.state.as_deref().unwrap_or("open");
        let owner = wanted.assigned_to.as_deref().map(str::parse).transpose();
        let after = wanted.cursor.as_deref().map(Cursor::read).transpose()?;
        Ok(Choice {
            state: State::parse(state)
                .ok_or_else(|| Error::invalid("state", "is none of open, dismissed, separate"))?,
            least: match wanted.min_confidence.unwrap_or(0) {
                sure @ 0..=100 => sure,
                _ => return Err(Error::invalid("minConfidence", "must be between 0 and 100")),
            },
            owner: owner.map_err(|_| Error::invalid("assignedTo", "is not an id"))?,
            limit: page.limit()?,
            after,
        })
    }

    fn push(&self, caller: &Caller, sql: &mut Sql) {
        sql.push(" from lead_duplicate_groups g where g.workspace_id = ")
            .bind(caller.workspace);
        sql.push(" and g.state = ").bind(self.state.key());
        sql.push(" and g.confidence >= ").bind(self.least);
        if let Some(owner) = self.owner {
            push_member(caller, sql, " and exists ");
            sql.push(" and l.assigned_to = ").bind(owner).push(")");
        }
    }
}

/// Opens `(select … from the group's live leads`; the caller of this closes it.
fn push_member(caller: &Caller, sql: &mut Sql, how: &'static str) {
    sql.push(how).push(
        "(select 1 from lead_duplicate_members m
          join leads l on l.workspace_id = m.workspace_id and l.id = m.lead_id and l.deleted_at is null
          where m.workspace_id = ",
    );
    sql.bind(caller.workspace).push(" and m.group_id = g.id");
}

/// Groups none of whose leads is out of sight.
fn push_visible(caller: &Caller, sql: &mut Sql) {
    if caller.scope == Scope::All {
        return;
    }
    push_member(caller, sql, " and not exists ");
    push_out_of_sight(&caller.scope, sql);
    sql.push(")");
}

fn push_out_of_sight(scope: &Scope, sql: &mut Sql) {
    match scope {
        Scope::All => drop(sql.push(" and false")),
        Scope::None => {}
        Scope::Own(user) => drop(sql.push(" and l.assigned_to is distinct from ").bind(*user)),
        Scope::Team(users) => drop(
            sql.push(" and (l.assigned_to is null or l.assigned_to not in ")
                .list(users.iter().copied())
                .push(")"),
        ),
    }
}

fn page(tx: &mut Tx, caller: &Caller, choice: &Choice) -> Result<GroupPage> {
    let mut sql = Sql::new("select ");
    sql.push(groups::COLUMNS);
    choice.push(caller, &mut sql);
    push_visible(caller, &mut sql);
    if let Some((confidence, id)) = choice.after {
        sql.push(" and (g.confidence, g.id) < (")
            .bind(confidence)
            .push(", ")
            .bind(id)
            .push(")");
    }
    sql.push(" order by g.confidence desc, g.id desc limit ")
        .bind(choice.limit + 1);
    let mut found: Vec<Group> = tx.fetch(&sql)?;
    let size = usize::try_from(choice.limit).unwrap_or(0);
    let more = found.len() > size;
    found.truncate(size);
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|it| Cursor::write(&(it.confidence, it.id)));
    let total = count(tx, caller, choice)?;
    Ok(GroupPage {
        data: views(tx, caller, found)?,
        limit: choice.limit,
        total: total.min(COUNTED),
        total_capped: total > COUNTED,
        next_cursor,
        hidden: hidden(tx, caller, choice)?,
        scan: scan::progress(tx, caller.workspace)?,
    })
}

fn count(tx: &mut Tx, caller: &Caller, choice: &Choice) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select 1");
    choice.push(caller, &mut sql);
    push_visible(caller, &mut sql);
    sql.push(" limit ").bind(COUNTED + 1).push(") as found");
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

fn hidden(tx: &mut Tx, caller: &Caller, choice: &Choice) -> Result<i64> {
    if caller.scope == Scope::All {
        return Ok(0);
    }
    let mut sql = Sql::new("select count(*) from (select 1");
    choice.push(caller, &mut sql);
    push_member(caller, &mut sql, " and exists ");
    push_out_of_sight(&caller.scope, &mut sql);
    sql.push(") limit ").bind(COUNTED).push(") as found");
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

/// Groups with their live leads.
fn views(tx: &mut Tx, caller: &Caller, found: Vec<Group>) -> Result<Vec<GroupView>> {
    let ids: Vec<Uuid> = found.iter().map(|it| it.id).collect();
    let members = groups::members(tx, caller.workspace, &ids)?;
    let mut wanted: Vec<Uuid> = members.iter().map(|it| it.1).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(caller.workspace);
    push_in(tx, &mut sql, " and leads.id", &wanted);
    sql.push(" and leads.deleted_at is null");
    let leads: Vec<Lead> = tx.fetch(&sql)?;
    let leads: HashMap<Uuid, Lead> = leads.into_iter().map(|it| (it.id.uuid(), it)).collect();
    let view = |group: Group| GroupView {
        leads: members
            .iter()
            .filter(|it| it.0 == group.id)
            .filter_map(|it| leads.get(&it.1).cloned())
            .collect(),
        id: group.id,
        state: group.state,
        confidence: group.confidence,
        evidence: group.evidence.0,
        created_at: group.created_at,
        updated_at: group.updated_at,
    };
    Ok(found.into_iter().map(view).collect())
}

/// A group all of whose leads the caller sees; any other is not found.
fn visible(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<GroupView> {
    let group = groups::one(tx, caller.workspace, id)?.ok_or(Error::NotFound("group"))?;
    let view = views(tx, caller, vec![group])?.into_iter().next();
    let view = view.ok_or(Error::NotFound("group"))?;
    let all_seen = view
        .leads
        .iter()
        .all(|it| caller.scope.admits(it.assigned_to));
    if all_seen && !view.leads.is_empty() {
        Ok(view)
    } else {
        Err(Error::NotFound("group"))
    }
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
