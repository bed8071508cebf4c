//! `/leads/merge` and `/leads/merge-groups`

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    FieldPlan, MOST, Pick, Prepared, Request, groups, merge,
    plan::{Given, PICKABLE},
    prepare,
};
use crate::{
    base::{Answer, App, Caller, Json, Permission, Problems, Result, WriteRefusals},
    leads::{Lead, bulk::RowResult, changes::values, find::For, write::By},
    workspaces::audit,
};

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(merge_leads))
        .routes(routes!(merge_groups))
}

/// Leads about the same person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = MergeGroup)]
struct Group {
    /// The leads: two to twenty.
    #[schema(min_items = 2, max_items = 20)]
    ids: Vec<Uuid>,
    /// The one that stays. By default the one whose stage is furthest, then the one with the most activity, then the oldest.
    survivor: Option<Uuid>,
    /// By field, the lead whose value is kept, or `{"value": …}`. What is not named is decided by rule.
    #[serde(default)]
    #[schema(value_type = Object)]
    picks: BTreeMap<String, Pick>,
    /// By lead, the version against which the merge was decided. Another one now is answered by 412.
    #[serde(default)]
    #[schema(value_type = Object)]
    versions: BTreeMap<Uuid, i64>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = MergeRequest)]
struct MergeBody {
    #[schema(min_items = 2, max_items = 20)]
    ids: Vec<Uuid>,
    /// The one that stays. By default the one whose stage is furthest, then the one with the most activity, then the oldest.
    survivor: Option<Uuid>,
    /// By field, the lead whose value is kept, or `{"value": …}`. What is not named is decided by rule.
    #[serde(default)]
    #[schema(value_type = Object)]
    picks: BTreeMap<String, Pick>,
    /// By lead, the version against which the merge was decided. Another one now is answered by 412.
    #[serde(default)]
    #[schema(value_type = Object)]
    versions: BTreeMap<Uuid, i64>,
    /// Shows what the merge would come to, and does not do it.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = MergeGroupsRequest)]
struct GroupsBody {
    #[schema(min_items = 1, max_items = 1000)]
    groups: Vec<Group>,
    /// Says of each group whether it could be merged, and into which lead, and does not do it.
    #[serde(default)]
    dry_run: bool,
}

/// What a merge comes to, or came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MergeAnswer)]
struct MergeAnswer {
    /// Null for a preview.
    change_set_id: Option<Uuid>,
    survivor: Uuid,
    /// The leads that went, or would go, into it. Their ids lead to it from then on.
    merged: Vec<Uuid>,
    /// The survivor as it is, or would be.
    lead: Lead,
    /// Where each field comes from.
    fields: Vec<FieldPlan>,
    /// Tags for which there is no room.
    dropped_tags: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MergeGroupsAnswer)]
pub(in crate::leads) struct GroupsAnswer {
    /// Null for a dry run. Undoing it takes all the merges back.
    change_set_id: Option<Uuid>,
    /// `running` or `done`.
    state: String,
    /// How many groups are meant.
    total: i64,
    /// How many groups are one lead now, or would be of those in `results`.
    changed: i64,
    /// Group by group: `id` is the survivor, or, where it did not go well, the first lead that was named.
    results: Vec<RowResult>,
}

/// Makes one lead of two or more that are about the same person.
///
/// The survivor keeps what it knows and takes over what the others know; tags are put together, notes and the timeline go
/// along. The ids of the others lead to it for ever. Undo the change set to have them all back.
#[utoipa::path(post, path = "/leads/merge", operation_id = "mergeLeads", tag = "Leads", request_body = MergeBody,
    responses((status = 200, body = MergeAnswer, headers(("Change-Set-Id" = Option<String>))), WriteRefusals))]
async fn merge_leads(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<MergeBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsMerge)?;
    let dry_run = body.dry_run;
    let group = Group {
        ids: body.ids,
        survivor: body.survivor,
        picks: body.picks,
        versions: body.versions,
    };
    let mut problems = Problems::new();
    let request = group.check("", &mut problems);
    problems.done()?;
    if dry_run {
        return app
            .read(move |tx| {
                let prepared = prepare(tx, &caller, &request, For::Reading)?;
                let lead = prepared.result.clone();
                Answer::ok(&MergeAnswer::of(prepared, lead, None))
            })
            .await;
    }
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let prepared = prepare(tx, &by, &request, For::Writing)?;
        let action = By::action(tx, &by);
        let lead = merge(tx, &action, &prepared)?;
        let merged: Vec<Uuid> = prepared.others.iter().map(|it| it.id.uuid()).collect();
        audit::record(
            tx,
            &by,
            "lead.merged",
            &format!("lead:{}", lead.id),
            json!({ "merged": merged }),
        )?;
        let version = lead.version;
        let answer = MergeAnswer::of(prepared, lead, action.change_set);
        Ok(action.told(Answer::ok(&answer)?.version(version)))
    })
    .await
}

/// Merges many groups of leads, each whole or not at all. More than ten are worked off in the background.
#[utoipa::path(post, path = "/leads/merge-groups", operation_id = "mergeLeadGroups", tag = "Leads",
    request_body = GroupsBody,
    responses(
        (status = 200, body = GroupsAnswer, description = "Done", headers(("Change-Set-Id" = Option<String>))),
        (status = 202, body = GroupsAnswer, description = "Begun", headers(("Location" = String), ("Change-Set-Id" = String))),
        WriteRefusals,
    ))]
async fn merge_groups(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<GroupsBody>,
) -> Result<Answer> {
    caller.need(Permission::LeadsMerge)?;
    caller.need(Permission::LeadsBulk)?;
    let mut problems = Problems::new();
    if body.groups.is_empty() || body.groups.len() > groups::MOST {
        problems.add("groups", format!("must be 1 to {}", groups::MOST));
    }
    let requests: Vec<Request> = body
        .groups
        .into_iter()
        .enumerate()
        .map(|(at, group)| group.check(&format!("groups[{at}]."), &mut problems))
        .collect();
    problems.done()?;
    if body.dry_run {
        return app
            .read(move |tx| {
                let results = groups::rehearse(tx, &caller, &requests);
                Answer::ok(&GroupsAnswer::of(results, None))
            })
            .await;
    }
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let total = i64::try_from(requests.len()).unwrap_or(i64::MAX);
        let merged = groups::merge_all(tx, &by, requests)?;
        let answer = match merged.results {
            Some(results) => GroupsAnswer::of(results, Some(merged.change_set)),
            None => GroupsAnswer::begun(merged.change_set),
        };
        answer.among(total).answer()
    })
    .await
}

impl Group {
    fn check(self, path: &str, problems: &mut Problems) -> Request {
        let different: HashSet<&Uuid> = self.ids.iter().collect();
        if self.ids.len() < 2 || self.ids.len() > MOST {
            problems.add(format!("{path}ids"), format!("must be 2 to {MOST}"));
        } else if different.len() < self.ids.len() {
            problems.add(format!("{path}ids"), "names a lead twice");
        }
        if let Some(survivor) = &self.survivor
            && !different.contains(survivor)
        {
            problems.add(format!("{path}survivor"), "is not one of the leads");
        }
        if self.picks.len() > PICKABLE.len() + crate::leads::custom::MOST {
            problems.add(format!("{path}picks"), "are more than there are fields");
        }
        for (field, pick) in &self.picks {
            let empty = matches!(pick, Pick::Value(Given { value }) if value.is_null());
            if field == "name" && empty {
                problems.add(format!("{path}picks.name"), "must not be empty");
            }
            if field.len() > values::CUSTOM.len() + 100 {
                problems.add(format!("{path}picks"), "holds a name that is no field's");
            }
        }
        if self.versions.keys().any(|it| !different.contains(it)) {
            problems.add(
                format!("{path}versions"),
                "names a lead that is not one of them",
            );
        }
        Request {
            ids: self.ids,
            survivor: self.survivor,
            picks: self.picks,
            versions: self.versions,
        }
    }
}

impl MergeAnswer {
    fn of(prepared: Prepared, lead: Lead, change_set: Option<Uuid>) -> MergeAnswer {
        MergeAnswer {
            change_set_id: change_set,
            survivor: lead.id.uuid(),
            merged: prepared.others.iter().map(|it| it.id.uuid()).collect(),
            lead,
            fields: prepared.fields,
            dropped_tags: prepared.dropped_tags,
        }
    }
}

impl GroupsAnswer {
    /// What became, or would become, of all the groups.
    pub fn of(results: Vec<RowResult>, change_set: Option<Uuid>) -> GroupsAnswer {
        let changed = results.iter().filter(|it| it.ok).count();
        GroupsAnswer {
            change_set_id: change_set,
            state: "done".into(),
            total: i64::try_from(results.len()).unwrap_or(i64::MAX),
            changed: i64::try_from(changed).unwrap_or(i64::MAX),
            results,
        }
    }

    /// A job goes on with them.
    pub fn begun(change_set: Uuid) -> GroupsAnswer {
        GroupsAnswer {
            state: "running".into(),
            ..GroupsAnswer::of(Vec::new(), Some(change_set))
        }
    }

    /// Of so many groups.
    pub fn among(self, total: i64) -> GroupsAnswer {
        GroupsAnswer { total, ..self }
    }

    pub fn answer(self) -> Result<Answer> {
        let Some(id) = self.change_set_id else {
            return Answer::ok(&self);
        };
        let answer = if self.state == "running" {
            Answer::accepted(format!("/change-sets/{id}"), &self)?
        } else {
            Answer::ok(&self)?
        };
        Ok(answer.change_set(id))
    }
}
