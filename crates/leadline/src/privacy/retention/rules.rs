//! Rules and what they did, as they are kept.

use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};
use store::{FromValue, Json, RowRef, Sql, Timestamp, ToValue, Tx, ValueRef};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Error, Result, WorkspaceId},
    leads::filter::Filter,
    privacy::erasure::Mode,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Rules are worked off at two in the morning, UTC.
const HOUR_OF_NIGHT_MS: i64 = 2 * 60 * 60 * 1000;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetentionWhat)]
pub enum What {
    /// Leads that were not touched for so long.
    Leads,
    /// What the histories of leads say: that something happened stays, what it was goes.
    History,
    /// Files of imports, with the rows of them that were kept.
    ImportFiles,
}

impl What {
    const ALL: [What; 3] = [What::Leads, What::History, What::ImportFiles];

    pub fn key(self) -> &'static str {
        match self {
            What::Leads => "leads",
            What::History => "history",
            What::ImportFiles => "importFiles",
        }
    }
}

impl ToValue for What {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for What {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        let key = row.text(index)?;
        let found = What::ALL.into_iter().find(|it| it.key() == key);
        found.ok_or_else(|| row.error(index, "what a rule is about", key))
    }
}

/// How long what is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetentionRule)]
pub struct Rule {
    pub id: Uuid,
    pub name: String,
    pub what: What,
    /// What becomes of leads.
    pub mode: Mode,
    pub older_than_days: i64,
    /// Which leads; null: all of them.
    #[serde(serialize_with = "filter")]
    #[schema(value_type = Option<Filter>)]
    pub filter: Option<Json<Filter>>,
    /// Whether the people are remembered so that they are not taken in again.
    pub suppress: bool,
    pub active: bool,
    /// The night in which it is worked off next; null where it is not active.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}
store::row!(Rule {
    id,
    name,
    what,
    mode,
    older_than_days,
    filter,
    suppress,
    active,
    next_at,
    version,
    created_at,
    updated_at
});

#[expect(clippy::ref_option, reason = "serde hands it over so")]
fn filter<S: Serializer>(
    filter: &Option<Json<Filter>>,
    to: S,
) -> std::result::Result<S::Ok, S::Error> {
    filter.as_ref().map(|it| &it.0).serialize(to)
}

const SELECT: &str =
    "select id, name, what, mode, older_than_days, filter, suppress, active, next_at, version, created_at, updated_at
     from retention_rules where workspace_id = ";

impl Rule {
    /// What was left alone before this goes.
    pub fn cutoff(&self, now: Timestamp) -> Timestamp {
        let days = u64::try_from(self.older_than_days).unwrap_or(0);
        now.minus(Duration::from_secs(days * 24 * 60 * 60))
    }
}

/// The next two in the morning.
pub fn next_night(now: Timestamp) -> Timestamp {
    let tonight = now.0 - now.0.rem_euclid(DAY_MS) + HOUR_OF_NIGHT_MS;
    Timestamp(if tonight > now.0 {
        tonight
    } else {
        tonight + DAY_MS
    })
}

pub fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Rule>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" order by id");
    Ok(tx.fetch(&sql)?)
}

pub fn count(tx: &mut Tx, workspace: WorkspaceId) -> Result<i64> {
    let (count,): (i64,) = tx.one(
        "select count(*) from retention_rules where workspace_id = $1",
        &[&workspace],
    )?;
    Ok(count)
}

pub fn find(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Rule> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" and id = ").bind(id);
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("retention rule"))
}

pub fn lock(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Rule> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("retention rule"))
}

/// Writes a rule over what there was of it.
pub fn put(tx: &mut Tx, workspace: WorkspaceId, rule: &Rule) -> Result<()> {
    tx.exec(
        "insert into retention_rules
             (workspace_id, id, name, what, mode, older_than_days, filter, suppress, active, next_at, version, created_at,
              updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (workspace_id, id) do update set
             name = excluded.name, what = excluded.what, mode = excluded.mode,
             older_than_days = excluded.older_than_days, filter = excluded.filter, suppress = excluded.suppress,
             active = excluded.active, next_at = excluded.next_at, version = excluded.version,
             updated_at = excluded.updated_at",
        &[
            &workspace,
            &rule.id,
            &rule.name,
            &rule.what,
            &rule.mode,
            &rule.older_than_days,
            &rule.filter,
            &rule.suppress,
            &rule.active,
            &rule.next_at,
            &rule.version,
            &rule.created_at,
            &rule.updated_at,
        ],
    )?;
    Ok(())
}

/// Removes a rule and what is known of its nights. What it erased has its receipts.
pub fn remove(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tx.exec(
        "delete from retention_runs where workspace_id = $1 and rule_id = $2",
        &[&workspace, &id],
    )?;
    tx.exec(
        "delete from retention_rules where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    Ok(())
}

/// What a rule did in one night.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetentionRun)]
pub struct Run {
    pub id: Uuid,
    /// `running` or `done`.
    pub state: String,
    /// What was left alone before this went.
    #[schema(value_type = String, format = DateTime)]
    pub cutoff: Timestamp,
    /// Leads, entries of histories, or files.
    pub done: i64,
    /// Erasures that were made for it, each with its receipt.
    pub erasures: i64,
    #[serde(skip)]
    pub place: Option<Json<serde_json::Value>>,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
}
store::row!(Run {
    id,
    state,
    cutoff,
    done,
    erasures,
    place,
    started_at,
    finished_at
});

const SELECT_RUN: &str = "select id, state, cutoff, done, erasures, place, started_at, finished_at from retention_runs where workspace_id = ";

/// The newest hundred.
pub fn runs(tx: &mut Tx, workspace: WorkspaceId, rule: Uuid) -> Result<Vec<Run>> {
    let mut sql = Sql::new(SELECT_RUN);
    sql.bind(workspace).push(" and rule_id = ").bind(rule);
    sql.push(" order by id desc limit 100");
    Ok(tx.fetch(&sql)?)
}

pub fn run(tx: &mut Tx, workspace: WorkspaceId, rule: Uuid, id: Uuid) -> Result<Option<Run>> {
    let mut sql = Sql::new(SELECT_RUN);
    sql.bind(workspace).push(" and rule_id = ").bind(rule);
    sql.push(" and id = ").bind(id);
    Ok(tx.fetch_opt(&sql)?)
}

pub fn begin_run(tx: &mut Tx, workspace: WorkspaceId, rule: &Rule) -> Result<Uuid> {
    let (id, now) = (tx.id(), tx.now());
    tx.exec(
        "insert into retention_runs (workspace_id, rule_id, id, state, cutoff, done, erasures, started_at)
         values ($1, $2, $3, 'running', $4, 0, 0, $5)",
        &[&workspace, &rule.id, &id, &rule.cutoff(now), &now],
    )?;
    Ok(id)
}

pub fn save_run(tx: &mut Tx, workspace: WorkspaceId, rule: Uuid, run: &Run) -> Result<()> {
    tx.exec(
        "update retention_runs set state = $4, place = $5, done = $6, erasures = $7, finished_at = $8
         where workspace_id = $1 and rule_id = $2 and id = $3",
        &[
            &workspace,
            &rule,
            &run.id,
            &run.state,
            &run.place,
            &run.done,
            &run.erasures,
            &run.finished_at,
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_night_is_never_now() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (now, next) in [
            ("2026-01-05T12:00:00Z", "2026-01-06T02:00:00Z"),
            ("2026-01-05T01:59:59Z", "2026-01-05T02:00:00Z"),
            ("2026-01-05T02:00:00Z", "2026-01-06T02:00:00Z"),
        ] {
            assert_eq!(next_night(at(now)), at(next), "{now}");
        }
    }
}
