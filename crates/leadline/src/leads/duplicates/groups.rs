//! The rows of groups and their members.

use store::{Json, Sql, Timestamp, Tx, Value};
use uuid::Uuid;

use super::{State, apart::push_in};
use crate::{
    base::{Result, WorkspaceId},
    leads::identity::evidence::Evidence,
};

/// A group as it is kept.
#[derive(Debug, Clone)]
pub struct Group {
    pub id: Uuid,
    pub state: String,
    pub confidence: i64,
    pub size: i64,
    pub evidence: Json<Vec<Evidence>>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
store::row!(Group {
    id,
    state,
    confidence,
    size,
    evidence,
    created_at,
    updated_at
});

pub const COLUMNS: &str =
    "g.id, g.state, g.confidence, g.size, g.evidence, g.created_at, g.updated_at";

pub fn one(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<Group>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS)
        .push(" from lead_duplicate_groups g where g.workspace_id = ")
        .bind(workspace);
    sql.push(" and g.id = ").bind(id);
    Ok(tx.fetch_opt(&sql)?)
}

/// The members of groups, as (group, lead).
pub fn members(tx: &mut Tx, workspace: WorkspaceId, groups: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let mut sql =
        Sql::new("select group_id, lead_id from lead_duplicate_members where workspace_id = ");
    sql.bind(workspace);
    push_in(tx, &mut sql, " and group_id", groups);
    sql.push(" order by group_id, lead_id");
    Ok(tx.fetch(&sql)?)
}

/// The groups that these leads are in and that nobody has closed for ever.
pub fn of_leads(tx: &mut Tx, workspace: WorkspaceId, leads: &[Uuid]) -> Result<Vec<Group>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS)
        .push(" from lead_duplicate_groups g where g.state <> 'separate' and g.workspace_id = ");
    sql.bind(workspace)
        .push(" and g.id in (select group_id from lead_duplicate_members where workspace_id = ")
        .bind(workspace);
    push_in(tx, &mut sql, " and lead_id", leads);
    sql.push(") order by g.id");
    Ok(tx.fetch(&sql)?)
}

/// Writes a group over what there was of it.
pub fn put(tx: &mut Tx, workspace: WorkspaceId, group: &Group, members: &[Uuid]) -> Result<()> {
    remove_members(tx, workspace, group.id)?;
    tx.exec(
        "insert into lead_duplicate_groups
             (workspace_id, id, state, confidence, size, evidence, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (workspace_id, id) do update set
             state = excluded.state, confidence = excluded.confidence, size = excluded.size,
             evidence = excluded.evidence, updated_at = excluded.updated_at",
        &[
            &workspace,
            &group.id,
            &group.state,
            &group.confidence,
            &group.size,
            &group.evidence,
            &group.created_at,
            &group.updated_at,
        ],
    )?;
    let rows: Vec<Vec<Value>> = members
        .iter()
        .map(|lead| vec![workspace.0.into(), group.id.into(), (*lead).into()])
        .collect();
    tx.insert_many(
        "lead_duplicate_members",
        &["workspace_id", "group_id", "lead_id"],
        &rows,
    )?;
    Ok(())
}

pub fn set_state(tx: &mut Tx, workspace: WorkspaceId, id: Uuid, state: State) -> Result<()> {
    tx.exec(
        "update lead_duplicate_groups set state = $3, updated_at = $4 where workspace_id = $1 and id = $2",
        &[&workspace, &id, &state.key(), &tx.now()],
    )?;
    Ok(())
}

pub fn remove(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    remove_members(tx, workspace, id)?;
    tx.exec(
        "delete from lead_duplicate_groups where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    Ok(())
}

fn remove_members(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_duplicate_members where workspace_id = $1 and group_id = $2",
        &[&workspace, &id],
    )?;
    Ok(())
}

/// A group of one is none.
pub fn drop_if_single(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let left = members(tx, workspace, &[id])?.len();
    if left < 2 {
        return remove(tx, workspace, id);
    }
    tx.exec(
        "update lead_duplicate_groups set size = $3 where workspace_id = $1 and id = $2",
        &[&workspace, &id, &i64::try_from(left).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}
