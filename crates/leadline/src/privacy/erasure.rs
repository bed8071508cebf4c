//! An erasure as it is kept, and how it goes from one state to the next.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{FromValue, RowRef, Sql, Timestamp, ToValue, Tx, ValueRef};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{subject::Subject, tally::Tally};
use crate::{
    base::{Actor, Caller, Error, Result, Via, WorkspaceId},
    jobs::{self, Context, Failure, Job},
    leads::write::By,
    workspaces,
};

#[derive(Debug, Clone)]
pub struct Erasure {
    pub id: Uuid,
    pub state: State,
    pub mode: Mode,
    pub suppress: bool,
    pub rule_id: Option<Uuid>,
    pub subject: Option<store::Json<Subject>>,
    pub step: i64,
    pub place: Option<store::Json<Json>>,
    pub tally: store::Json<Tally>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub via: String,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub receipt_no: Option<i64>,
}
store::row!(Erasure {
    id,
    state,
    mode,
    suppress,
    rule_id,
    subject,
    step,
    place,
    tally,
    actor_kind,
    actor_id,
    via,
    created_at,
    finished_at,
    receipt_no
});

const SELECT: &str =
    "select id, state, mode, suppress, rule_id, subject, step, place, tally, actor_kind, actor_id, via, created_at,
         finished_at, receipt_no
     from erasures where workspace_id = ";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ErasureState)]
pub enum State {
    /// What there is of the person is being counted; nothing is changed.
    Counting,
    /// The preview is complete.
    Ready,
    Erasing,
    Done,
}

/// What becomes of the leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ErasureMode)]
pub enum Mode {
    /// They go, with everything that hangs on them.
    #[default]
    Erase,
    /// They stay as figures: stage, owner, source, score, value and dates, without the person.
    Anonymise,
}

impl State {
    const ALL: [State; 4] = [State::Counting, State::Ready, State::Erasing, State::Done];

    pub fn key(self) -> &'static str {
        match self {
            State::Counting => "counting",
            State::Ready => "ready",
            State::Erasing => "erasing",
            State::Done => "done",
        }
    }
}

impl Mode {
    const ALL: [Mode; 2] = [Mode::Erase, Mode::Anonymise];

    pub fn key(self) -> &'static str {
        match self {
            Mode::Erase => "erase",
            Mode::Anonymise => "anonymise",
        }
    }
}

impl ToValue for State {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for State {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        let key = row.text(index)?;
        let found = State::ALL.into_iter().find(|it| it.key() == key);
        found.ok_or_else(|| row.error(index, "a state of an erasure", key))
    }
}

impl ToValue for Mode {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for Mode {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        let key = row.text(index)?;
        let found = Mode::ALL.into_iter().find(|it| it.key() == key);
        found.ok_or_else(|| row.error(index, "a mode of an erasure", key))
    }
}

/// An erasure that begins.
#[derive(Debug)]
pub struct Begun<'a> {
    pub state: State,
    pub mode: Mode,
    pub suppress: bool,
    pub rule: Option<Uuid>,
    pub subject: &'a Subject,
}

pub fn begin(tx: &mut Tx, by: &By, begun: &Begun<'_>) -> Result<Uuid> {
    let id = tx.id();
    tx.exec(
        "insert into erasures
             (workspace_id, id, state, mode, suppress, rule_id, subject, tally, actor_kind, actor_id, via, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            &by.workspace,
            &id,
            &begun.state,
            &begun.mode,
            &begun.suppress,
            &begun.rule,
            &store::Json(begun.subject),
            &store::Json(Tally::default()),
            &by.actor.kind(),
            &by.actor.id(),
            &by.via.key(),
            &tx.now(),
        ],
    )?;
    Ok(id)
}

pub fn find(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Erasure> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace).push(" and id = ").bind(id);
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("erasure"))
}

/// The same, and nobody else works on it until the unit ends.
pub fn lock(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Erasure> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt(&sql)?.ok_or(Error::NotFound("erasure"))
}

/// Newest first, from before `before`.
pub fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Erasure>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(workspace);
    if let Some(before) = before {
        sql.push(" and id < ").bind(before);
    }
    sql.push(" order by id desc limit ").bind(limit);
    Ok(tx.fetch(&sql)?)
}

/// Writes down how far it has come.
pub fn save(tx: &mut Tx, workspace: WorkspaceId, erasure: &Erasure) -> Result<()> {
    tx.exec(
        "update erasures set state = $3, subject = $4, step = $5, place = $6, tally = $7, finished_at = $8
         where workspace_id = $1 and id = $2",
        &[
            &workspace,
            &erasure.id,
            &erasure.state,
            &erasure.subject,
            &erasure.step,
            &erasure.place,
            &erasure.tally,
            &erasure.finished_at,
        ],
    )?;
    Ok(())
}

/// From now on it is the doing of this caller, whoever prepared it.
pub fn taken_over(tx: &mut Tx, caller: &Caller, id: Uuid) -> Result<()> {
    tx.exec(
        "update erasures set actor_kind = $3, actor_id = $4, via = $5 where workspace_id = $1 and id = $2",
        &[
            &caller.workspace,
            &id,
            &caller.actor.kind(),
            &caller.actor.id(),
            &caller.via.key(),
        ],
    )?;
    Ok(())
}

pub fn remove(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tx.exec(
        "delete from erasures where workspace_id = $1 and id = $2 and state in ('counting', 'ready')",
        &[&workspace, &id],
    )?;
    Ok(())
}

impl Erasure {
    /// Whoever asked for it. Its change set is its own id.
    pub fn by(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<By> {
        let via = Via::from_key(&self.via).unwrap_or(Via::Job);
        let caller = Caller {
            actor: Actor::from_columns(&self.actor_kind, self.actor_id),
            ..workspaces::system_caller(tx, workspace, via)?
        };
        Ok(By::from(&caller).in_change_set(self.id))
    }
}

/// Previews hold what a person is known by, so nobody's stays for long.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SweepPreviews {}

impl SweepPreviews {
    pub const EVERY: Duration = Duration::from_hours(1);
    pub const KEPT: Duration = Duration::from_hours(24);
}

impl Job for SweepPreviews {
    const KIND: &'static str = "privacy.previews";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let app = Arc::clone(&context.app);
        for workspace in app.read(jobs::workspaces).await? {
            app.db.write(move |tx| sweep(tx, workspace)).await?;
        }
        Ok(())
    }
}

fn sweep(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    let before = tx.now().minus(SweepPreviews::KEPT);
    tx.exec(
        "delete from erasures where workspace_id = $1 and id in (
             select id from erasures
             where workspace_id = $1 and subject is not null and state in ('counting', 'ready') and created_at <= $2
             order by id limit 500)",
        &[&workspace, &before],
    )?;
    Ok(())
}
