//! The rules of a source as they are kept and shown, and the source that follows from them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::{Json, Sql, Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{BUILT_IN, MatchKey, OnLost, OnMatch, OnTrashed, Source};
use crate::{
    base::{Problems, Result, WorkspaceId},
    leads::{pipelines, tags::Tags},
    workspaces,
};

/// A way in, and its rules for people who are known already.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeadSource)]
pub struct SourceView {
    /// Its id, and what its leads carry as their `source`.
    #[schema(example = "form")]
    pub key: String,
    pub name: String,
    /// Always there; removing it gives it its first rules back.
    pub built_in: bool,
    pub rules: Rules,
    /// Counts the changes; 0 for a built-in one that nobody has changed.
    pub version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LeadSourceRules)]
pub struct Rules {
    pub on_match: OnMatch,
    pub on_trashed: OnTrashed,
    pub on_lost: OnLost,
    /// How long after somebody last came in he is still known, in minutes; null: for ever.
    pub window_minutes: Option<i64>,
    /// What people are known by, in order: `externalId`, `email`, `phone`, `nameAndCompany`, `customFields.<key>` of a
    /// unique field. Unique fields that are not named come last.
    pub match_by: Vec<String>,
    /// Whose numbers are written without a country code (ISO 3166); null: the workspace's.
    pub country: Option<String>,
    /// Where new leads go that name no stage; null: the first stage of the default pipeline.
    pub stage_id: Option<Uuid>,
    /// Whose new leads are that name nobody.
    pub assigned_to: Option<Uuid>,
    /// Added to every new lead.
    pub tags: Vec<String>,
}

struct Row {
    key: String,
    name: String,
    rules: Json<Rules>,
    version: i64,
    updated_at: Timestamp,
}
store::row!(Row {
    key,
    name,
    rules,
    version,
    updated_at
});

impl Rules {
    /// As long as nobody has changed them.
    pub fn of_built_in(key: &str) -> Rules {
        let source = Source::with_defaults(key);
        Rules {
            on_match: source.on_match,
            on_trashed: source.on_trashed,
            on_lost: source.on_lost,
            window_minutes: None,
            match_by: source.match_by.iter().map(MatchKey::name).collect(),
            country: None,
            stage_id: None,
            assigned_to: None,
            tags: Vec::new(),
        }
    }

    /// The source with these rules. A stage that is gone and an owner who has left are passed over.
    fn source(self, tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Source> {
        let place = match self.stage_id {
            Some(stage) => pipelines::open_stage(tx, workspace, stage).ok(),
            None => None,
        };
        let owner = match self.assigned_to {
            Some(owner) if workspaces::is_member(tx, workspace, owner)? => Some(owner),
            _ => None,
        };
        Ok(Source {
            on_match: self.on_match,
            on_trashed: self.on_trashed,
            on_lost: self.on_lost,
            window: self
                .window_minutes
                .and_then(|it| u64::try_from(it).ok())
                .map(Duration::from_mins),
            match_by: self
                .match_by
                .iter()
                .filter_map(|it| MatchKey::parse(it))
                .collect(),
            country: self.country.unwrap_or_default(),
            place,
            owner,
            tags: Tags::new(self.tags, "tags", &mut Problems::new()),
            ..Source::with_defaults(key)
        })
    }
}

/// The source of this key with its rules; one that nobody knows is treated as a form of its own.
pub fn find(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Source> {
    Ok(find_made(tx, workspace, key)?.unwrap_or_else(|| Source::with_defaults(key)))
}

/// The source of this key, if somebody has added it: a built-in one is a way in of its own, which others may not pose as.
pub fn find_added(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Option<Source>> {
    if BUILT_IN.contains(&key) {
        return Ok(None);
    }
    find_made(tx, workspace, key)
}

fn find_made(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Option<Source>> {
    match row(tx, workspace, key)? {
        Some(row) => row.rules.0.source(tx, workspace, key).map(Some),
        None => Ok(None),
    }
}

/// Every source: the built-in ones first.
pub fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<SourceView>> {
    let rows: Vec<Row> = tx.all(
        "select key, name, rules, version, updated_at from lead_sources where workspace_id = $1 order by key",
        &[&workspace],
    )?;
    let mut views: Vec<SourceView> = rows.into_iter().map(Row::view).collect();
    for key in BUILT_IN {
        if !views.iter().any(|it| it.key == key) {
            views.push(built_in(key));
        }
    }
    views.sort_by_key(|it| {
        let place = BUILT_IN.iter().position(|key| *key == it.key);
        (place.unwrap_or(BUILT_IN.len()), it.key.clone())
    });
    Ok(views)
}

pub fn one(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Option<SourceView>> {
    Ok(match row(tx, workspace, key)? {
        Some(row) => Some(row.view()),
        None => BUILT_IN.contains(&key).then(|| built_in(key)),
    })
}

fn row(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<Option<Row>> {
    Ok(tx.opt(
        "select key, name, rules, version, updated_at from lead_sources where workspace_id = $1 and key = $2",
        &[&workspace, &key],
    )?)
}

/// Takes the turn of changing this source.
pub fn hold(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<()> {
    let mut sql = Sql::new("select key from lead_sources where workspace_id = ");
    sql.bind(workspace).push(" and key = ").bind(key);
    sql.push(tx.for_update());
    tx.fetch_opt::<(String,)>(&sql)?;
    Ok(())
}

fn built_in(key: &str) -> SourceView {
    SourceView {
        key: key.to_owned(),
        name: name_of(key).to_owned(),
        built_in: true,
        rules: Rules::of_built_in(key),
        version: 0,
        updated_at: None,
    }
}

fn name_of(key: &str) -> &'static str {
    match key {
        "manual" => "Entered by hand",
        "api" => "API",
        "import" => "Import",
        "form" => "Form",
        "webhook" => "Webhook",
        _ => "E-mail",
    }
}

impl Row {
    fn view(self) -> SourceView {
        SourceView {
            built_in: BUILT_IN.contains(&self.key.as_str()),
            key: self.key,
            name: self.name,
            rules: self.rules.0,
            version: self.version,
            updated_at: Some(self.updated_at),
        }
    }
}
