//! `/privacy/retention-rules`

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Deserialize;
use serde_json::json;
use store::{Json as Column, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    choose::{self, DryRun},
    rules::{self, Rule, Run, What},
};
use crate::{
    base::{
        Answer, App, Caller, Error, IfMatch, Json, Page, Path, Permission, Problems, ReadRefusals,
        Result, WriteRefusals, double_option,
    },
    leads::{body::line, chosen::Chosen, filter::Filter, find},
    privacy::erasure::Mode,
    workspaces::audit,
};

const LONGEST_NAME: usize = 100;
const MOST_DAYS: i64 = 36_500;
const MOST_RULES: i64 = 50;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, delete))
        .routes(routes!(dry_run))
        .routes(routes!(list_runs))
}

/// A rule to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewRetentionRule)]
struct NewRule {
    #[schema(min_length = 1, max_length = 100, example = "Lost for two years")]
    name: String,
    what: What,
    /// What becomes of leads.
    #[serde(default)]
    #[schema(default = "erase")]
    mode: Mode,
    #[schema(minimum = 1, maximum = 36500)]
    older_than_days: i64,
    /// Which leads; for rules about leads alone. Left out: all of them.
    #[serde(default)]
    filter: Option<Filter>,
    #[serde(default)]
    suppress: bool,
    #[serde(default)]
    active: bool,
}

/// What to change in a rule.
#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RetentionRuleChange)]
struct RuleChange {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    mode: Option<Mode>,
    #[schema(minimum = 1, maximum = 36500)]
    older_than_days: Option<i64>,
    #[serde(deserialize_with = "double_option")]
    #[schema(value_type = Option<Filter>)]
    filter: Option<Option<Filter>>,
    suppress: Option<bool>,
    active: Option<bool>,
}

/// Lists the rules for how long what is kept.
#[utoipa::path(get, path = "/privacy/retention-rules", operation_id = "listRetentionRules", tag = "Privacy",
    responses((status = 200, body = Page<Rule>), ReadRefusals))]
async fn list(Shared(app): Shared<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let rules = app.read(move |tx| rules::all(tx, caller.workspace)).await?;
    Answer::ok(&Page::whole(rules))
}

/// Makes a rule. It does nothing before it is active and a night has come.
#[utoipa::path(post, path = "/privacy/retention-rules", operation_id = "createRetentionRule", tag = "Privacy",
    request_body = NewRule,
    responses((status = 201, body = Rule, headers(("Location" = String), ("ETag" = String))), WriteRefusals))]
async fn create(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Json(new): Json<NewRule>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        if rules::count(tx, by.workspace)? >= MOST_RULES {
            return Err(Error::conflict(
                "too_many_rules",
                format!("A workspace has {MOST_RULES} rules at most."),
            ));
        }
        let now = tx.now();
        let rule = Rule {
            id: tx.id(),
            name: new.name,
            what: new.what,
            mode: new.mode,
            older_than_days: new.older_than_days,
            filter: new.filter.map(Column),
            suppress: new.suppress,
            active: new.active,
            next_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let rule = checked(tx, &by, rule)?;
        rules::put(tx, by.workspace, &rule)?;
        told(tx, &by, "retention.rule_created", &rule)?;
        let location = format!("/privacy/retention-rules/{}", rule.id);
        Ok(Answer::created(location, &rule)?.version(rule.version))
    })
    .await
}

/// Shows a rule.
#[utoipa::path(get, path = "/privacy/retention-rules/{id}", operation_id = "getRetentionRule", tag = "Privacy",
    params(("id" = Uuid, Path)), responses((status = 200, body = Rule, headers(("ETag" = String))), ReadRefusals))]
async fn show(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let rule = app
        .read(move |tx| rules::find(tx, caller.workspace, id))
        .await?;
    Ok(Answer::ok(&rule)?.version(rule.version))
}

/// Changes a rule. Who switches one on is the one who erases, so that takes the right `privacy:erase` where it erases leads.
#[utoipa::path(patch, path = "/privacy/retention-rules/{id}", operation_id = "updateRetentionRule", tag = "Privacy",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = RuleChange,
    responses((status = 200, body = Rule, headers(("ETag" = String))), WriteRefusals))]
async fn update(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(change): Json<RuleChange>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let before = rules::lock(tx, by.workspace, id)?;
        find::check_version(before.version, &before, version)?;
        let rule = Rule {
            name: change.name.unwrap_or(before.name),
            mode: change.mode.unwrap_or(before.mode),
            older_than_days: change.older_than_days.unwrap_or(before.older_than_days),
            filter: match change.filter {
                Some(filter) => filter.map(Column),
                None => before.filter,
            },
            suppress: change.suppress.unwrap_or(before.suppress),
            active: change.active.unwrap_or(before.active),
            version: before.version + 1,
            updated_at: tx.now(),
            ..before
        };
        let rule = checked(tx, &by, rule)?;
        rules::put(tx, by.workspace, &rule)?;
        told(tx, &by, "retention.rule_changed", &rule)?;
        Ok(Answer::ok(&rule)?.version(rule.version))
    })
    .await
}

/// Removes a rule. What it has begun tonight ends with the erasure that is under way.
#[utoipa::path(delete, path = "/privacy/retention-rules/{id}", operation_id = "deleteRetentionRule", tag = "Privacy",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Gone"), WriteRefusals))]
async fn delete(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let rule = rules::lock(tx, by.workspace, id)?;
        rules::remove(tx, by.workspace, id)?;
        told(tx, &by, "retention.rule_deleted", &rule)?;
        Ok(Answer::no_content())
    })
    .await
}

/// Says what a rule would do if this were the night. Nothing is changed, whether it is active or not.
#[utoipa::path(post, path = "/privacy/retention-rules/{id}/dry-run", operation_id = "dryRunRetentionRule", tag = "Privacy",
    params(("id" = Uuid, Path)), responses((status = 200, body = DryRun), WriteRefusals))]
async fn dry_run(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let dry = app
        .read(move |tx| {
            let rule = rules::find(tx, caller.workspace, id)?;
            let mut dry = choose::dry_run(tx, caller.workspace, &rule)?;
            // Who may not see leads learns how many there are, and no more.
            if !caller.may(Permission::LeadsView) || caller.scope != crate::base::Scope::All {
                dry.samples.clear();
            }
            Ok(dry)
        })
        .await?;
    Answer::ok(&dry)
}

/// Lists what a rule did, the newest hundred nights first.
#[utoipa::path(get, path = "/privacy/retention-rules/{id}/runs", operation_id = "listRetentionRuns", tag = "Privacy",
    params(("id" = Uuid, Path)), responses((status = 200, body = Page<Run>), ReadRefusals))]
async fn list_runs(
    Shared(app): Shared<Arc<App>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer> {
    caller.need(Permission::PrivacyManage)?;
    let runs = app
        .read(move |tx| {
            rules::find(tx, caller.workspace, id)?;
            rules::runs(tx, caller.workspace, id)
        })
        .await?;
    Answer::ok(&Page::whole(runs))
}

/// The rule as it is kept, if everything in it holds.
fn checked(tx: &mut Tx, caller: &Caller, mut rule: Rule) -> Result<Rule> {
    let mut problems = Problems::new();
    let name = line("name", Some(rule.name), LONGEST_NAME, &mut problems);
    if name.is_none() && problems.is_empty() {
        problems.add("name", "must not be empty");
    }
    rule.name = name.unwrap_or_default();
    if !(1..=MOST_DAYS).contains(&rule.older_than_days) {
        problems.add(
            "olderThanDays",
            format!("must be between 1 and {MOST_DAYS}"),
        );
    }
    if rule.filter.is_some() && rule.what != What::Leads {
        problems.add("filter", "belongs to a rule about leads");
    }
    problems.done()?;
    if let Some(Column(filter)) = &rule.filter {
        let system = choose::system(tx, caller.workspace)?;
        Chosen::bind(tx, filter.clone(), &system).map_err(|err| err.within("filter"))?;
    }
    if rule.active && rule.what == What::Leads {
        caller.need(Permission::PrivacyErase)?;
    }
    let night = rules::next_night(tx.now());
    rule.next_at = rule.active.then(|| rule.next_at.unwrap_or(night));
    Ok(rule)
}

/// The filter may name people, and what the audit log keeps is never erased: it is left out.
fn told(tx: &mut Tx, caller: &Caller, action: &str, rule: &Rule) -> Result<()> {
    let data = json!({
        "what": rule.what, "mode": rule.mode, "olderThanDays": rule.older_than_days, "filtered": rule.filter.is_some(),
        "suppress": rule.suppress, "active": rule.active,
    });
    let target = format!("retentionRule:{}", rule.id);
    audit::record(tx, caller, action, &target, data)
}
