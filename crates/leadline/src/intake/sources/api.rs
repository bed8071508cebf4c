//! `/lead-sources`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use store::{Json as Column, Tx};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    MatchKey, OnLost, OnMatch, OnTrashed,
    rules::{self, Rules, SourceView},
};
use crate::{
    base::{
        Answer, App, Caller, Error, IfMatch, Json, Page, Path, Permission, Problems, ReadRefusals,
        Result, WriteRefusals, double_option,
    },
    leads::{
        body::{self, line},
        find,
        identity::keys,
        pipelines,
        tags::Tags,
    },
    workspaces::audit,
};

const LONGEST_NAME: usize = 100;
const LONGEST_KEY: usize = 60;
const MOST: usize = 200;
/// A hundred years.
const LONGEST_WINDOW: i64 = 100 * 366 * 24 * 60;

pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, replace, delete))
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewLeadSource)]
struct NewSource {
    /// Lower-case letters, digits and hyphens, beginning with a letter.
    #[schema(max_length = 60, example = "partner-portal")]
    key: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[serde(default)]
    rules: RulesChange,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = LeadSourceChange)]
struct SourceChange {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(default)]
    rules: RulesChange,
}

/// Rules to set; what is not sent stays, or is as for forms where the source is new.
#[expect(
    clippy::option_option,
    reason = "absent and null are two different wishes"
)]
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = LeadSourceRulesChange)]
struct RulesChange {
    on_match: Option<OnMatch>,
    on_trashed: Option<OnTrashed>,
    on_lost: Option<OnLost>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    window_minutes: Option<Option<i64>>,
    #[schema(max_items = 20)]
    match_by: Option<Vec<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, example = "DE")]
    country: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    stage_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Uuid>)]
    assigned_to: Option<Option<Uuid>>,
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
}

/// Lists the ways in and their rules, the built-in ones first.
#[utoipa::path(get, path = "/lead-sources", operation_id = "listSources", tag = "Sources",
    responses((status = 200, body = Page<SourceView>), ReadRefusals))]
async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let sources = app.read(move |tx| rules::all(tx, caller.workspace)).await?;
    Answer::ok(&Page::whole(sources))
}

/// Makes a way in with rules of its own. Leads that are posted with its key as `source` come in by it.
#[utoipa::path(post, path = "/lead-sources", operation_id = "createSource", tag = "Sources", request_body = NewSource,
    responses((status = 201, body = SourceView, headers(("Location" = String), ("ETag" = String))), WriteRefusals))]
async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json<NewSource>,
) -> Result<Answer> {
    caller.need(Permission::SourcesManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        let mut problems = Problems::new();
        if !is_key(&body.key) {
            problems.add(
                "key",
                "must be lower-case letters, digits and hyphens, beginning with a letter, 60 at most",
            );
        }
        let name = name(Some(body.name), "", &mut problems);
        let rules = body
            .rules
            .apply(tx, &by, Rules::of_built_in("form"), &mut problems)?;
        problems.done()?;
        let there = rules::all(tx, by.workspace)?;
        if there.iter().any(|it| it.key == body.key) {
            let detail = format!("There is a source with the key \"{}\" already.", body.key);
            return Err(Error::conflict("source_exists", detail));
        }
        if there.len() >= MOST {
            let detail = format!("A workspace has at most {MOST} sources.");
            return Err(Error::conflict("too_many_sources", detail));
        }
        write(tx, &by, &body.key, &name, &rules)?;
        let made = one(tx, &by, &body.key)?;
        let target = format!("source:{}", made.key);
        audit::record(tx, &by, "source.created", &target, json!({ "after": made }))?;
        Ok(Answer::created(format!("/lead-sources/{}", made.key), &made)?.version(made.version))
    })
    .await
}

/// Shows a way in and its rules.
#[utoipa::path(get, path = "/lead-sources/{key}", operation_id = "getSource", tag = "Sources", params(("key" = String, Path)),
    responses((status = 200, body = SourceView, headers(("ETag" = String))), ReadRefusals))]
async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<Answer> {
    caller.need(Permission::LeadsView)?;
    let source = app.read(move |tx| one(tx, &caller, &key)).await?;
    Ok(Answer::ok(&source)?.version(source.version))
}

/// Changes the rules of a way in; null clears one.
#[utoipa::path(patch, path = "/lead-sources/{key}", operation_id = "updateSource", tag = "Sources",
    params(("key" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = SourceChange,
    responses((status = 200, body = SourceView, headers(("ETag" = String))), WriteRefusals))]
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
    version: IfMatch,
    Json(body): Json<SourceChange>,
) -> Result<Answer> {
    edit(&app, caller, key, version, body).await
}

/// The same as `PATCH`.
#[utoipa::path(put, path = "/lead-sources/{key}", operation_id = "putSource", tag = "Sources",
    params(("key" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the change is made against")),
    request_body = SourceChange,
    responses((status = 200, body = SourceView, headers(("ETag" = String))), WriteRefusals))]
async fn replace(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
    version: IfMatch,
    Json(body): Json<SourceChange>,
) -> Result<Answer> {
    edit(&app, caller, key, version, body).await
}

async fn edit(
    app: &App,
    caller: Caller,
    key: String,
    version: IfMatch,
    body: SourceChange,
) -> Result<Answer> {
    caller.need(Permission::SourcesManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        rules::hold(tx, by.workspace, &key)?;
        let before = one(tx, &by, &key)?;
        find::check_version(before.version, &before, version)?;
        let mut problems = Problems::new();
        let name = name(body.name, &before.name, &mut problems);
        let rules = body
            .rules
            .apply(tx, &by, before.rules.clone(), &mut problems)?;
        problems.done()?;
        write(tx, &by, &key, &name, &rules)?;
        let after = one(tx, &by, &key)?;
        let data = json!({ "before": before, "after": after });
        audit::record(tx, &by, "source.changed", &format!("source:{key}"), data)?;
        Ok(Answer::ok(&after)?.version(after.version))
    })
    .await
}

/// Removes a way in; a built-in one gets its first rules back. Leads keep its key as their source.
#[utoipa::path(delete, path = "/lead-sources/{key}", operation_id = "deleteSource", tag = "Sources",
    params(("key" = String, Path), ("If-Match" = Option<String>, Header, description = "The version that is to be removed")),
    responses((status = 204, description = "Removed"), WriteRefusals))]
async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
    version: IfMatch,
) -> Result<Answer> {
    caller.need(Permission::SourcesManage)?;
    let by = caller.clone();
    app.write(&caller, move |tx| {
        rules::hold(tx, by.workspace, &key)?;
        let before = one(tx, &by, &key)?;
        find::check_version(before.version, &before, version)?;
        tx.exec(
            "delete from lead_sources where workspace_id = $1 and key = $2",
            &[&by.workspace, &key],
        )?;
        let data = json!({ "before": before });
        audit::record(tx, &by, "source.deleted", &format!("source:{key}"), data)?;
        Ok(Answer::no_content())
    })
    .await
}

fn one(tx: &mut Tx, caller: &Caller, key: &str) -> Result<SourceView> {
    // What is no key is not looked for: it may hold what the database takes for no text.
    if !is_key(key) {
        return Err(Error::NotFound("source"));
    }
    rules::one(tx, caller.workspace, key)?.ok_or(Error::NotFound("source"))
}

fn write(tx: &mut Tx, caller: &Caller, key: &str, name: &str, rules: &Rules) -> Result<()> {
    tx.exec(
        "insert into lead_sources (workspace_id, key, name, rules, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5)
         on conflict (workspace_id, key) do update set
             name = excluded.name, rules = excluded.rules, updated_at = excluded.updated_at,
             version = lead_sources.version + 1",
        &[&caller.workspace, &key, &name, &Column(rules), &tx.now()],
    )?;
    Ok(())
}

fn is_key(key: &str) -> bool {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    key.len() <= LONGEST_KEY
        && key.starts_with(|it: char| it.is_ascii_lowercase())
        && key.bytes().all(plain)
}

fn name(sent: Option<String>, before: &str, problems: &mut Problems) -> String {
    if sent.is_none() {
        return before.to_owned();
    }
    let name = line("name", sent, LONGEST_NAME, problems).unwrap_or_default();
    if name.is_empty() {
        problems.add("name", "must not be empty");
    }
    name
}

impl RulesChange {
    fn apply(
        self,
        tx: &mut Tx,
        caller: &Caller,
        mut to: Rules,
        problems: &mut Problems,
    ) -> Result<Rules> {
        to.on_match = self.on_match.unwrap_or(to.on_match);
        to.on_trashed = self.on_trashed.unwrap_or(to.on_trashed);
        to.on_lost = self.on_lost.unwrap_or(to.on_lost);
        if let Some(window) = self.window_minutes {
            if window.is_some_and(|it| !(1..=LONGEST_WINDOW).contains(&it)) {
                problems.add(
                    "rules.windowMinutes",
                    format!("must be between 1 and {LONGEST_WINDOW}, or null"),
                );
            }
            to.window_minutes = window;
        }
        if let Some(keys) = self.match_by {
            check_keys(tx, caller, &keys, problems)?;
            to.match_by = keys;
        }
        if let Some(country) = self.country {
            to.country = country.map(|it| it.trim().to_ascii_uppercase());
            let letters =
                |it: &String| it.len() == 2 && it.bytes().all(|it| it.is_ascii_uppercase());
            if to.country.as_ref().is_some_and(|it| !letters(it)) {
                problems.add(
                    "rules.country",
                    "is not a country code of two letters, such as \"US\"",
                );
            }
        }
        if let Some(tags) = self.tags {
            to.tags = Tags::new(tags, "rules.tags", problems).as_slice().to_vec();
        }
        if let Some(stage) = self.stage_id {
            if let Some(stage) = stage {
                pipelines::open_stage(tx, caller.workspace, stage)?;
            }
            to.stage_id = stage;
        }
        if let Some(owner) = self.assigned_to {
            body::check_member(tx, caller.workspace, owner)?;
            to.assigned_to = owner;
        }
        Ok(to)
    }
}

fn check_keys(
    tx: &mut Tx,
    caller: &Caller,
    names: &[String],
    problems: &mut Problems,
) -> Result<()> {
    let unique = keys::unique_fields(tx, caller.workspace)?;
    if names.is_empty() {
        problems.add("rules.matchBy", "must name at least one key");
    }
    for (index, name) in names.iter().enumerate() {
        let path = format!("rules.matchBy[{index}]");
        match MatchKey::parse(name) {
            None => problems.add(
                path,
                "is none of externalId, email, phone, nameAndCompany, customFields.<key>",
            ),
            Some(MatchKey::UniqueField(key)) if !unique.contains(&key) => {
                problems.add(path, "is not a custom field that is unique");
            }
            Some(_) if names[..index].contains(name) => problems.add(path, "is there twice"),
            Some(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::BUILT_IN, *};

    #[test]
    fn keys_are_plain_words() {
        for good in BUILT_IN.into_iter().chain(["partner-portal-2"]) {
            assert!(is_key(good), "{good}");
        }
        for bad in ["", "2x", "Partner", "a b", "a\u{0}", "ä", &"x".repeat(61)] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
