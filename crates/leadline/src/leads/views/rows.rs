//! Views in the database.

use store::{FromValue, Json, RowRef, Sql, Timestamp, ToValue, Tx, ValueRef};
use uuid::Uuid;

use super::{View, ViewState, Visibility};
use crate::base::{Result, WorkspaceId};

struct Row {
    id: Uuid,
    name: String,
    owner_id: Option<Uuid>,
    visibility: Visibility,
    team_id: Option<Uuid>,
    locked: bool,
    state: Json<ViewState>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}
store::row!(Row {
    id,
    name,
    owner_id,
    visibility,
    team_id,
    locked,
    state,
    version,
    created_at,
    updated_at
});

impl From<Row> for View {
    fn from(row: Row) -> View {
        View {
            id: row.id,
            name: row.name,
            owner: row.owner_id,
            visibility: row.visibility,
            team: row.team_id,
            locked: row.locked,
            state: row.state.0,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl ToValue for Visibility {
    fn to_value(&self) -> ValueRef<'_> {
        ValueRef::Text(self.key().into())
    }
}

impl FromValue for Visibility {
    fn from_value(row: &RowRef<'_>, index: usize) -> store::Result<Self> {
        match row.text(index)? {
            "private" => Ok(Visibility::Private),
            "team" => Ok(Visibility::Team),
            "everyone" => Ok(Visibility::Everyone),
            other => Err(row.error(index, "who sees a view", other)),
        }
    }
}

pub fn one(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Option<View>> {
    let row: Option<Row> = tx.opt(
        "select id, name, owner_id, visibility, team_id, locked, state, version, created_at, updated_at
         from lead_views where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    Ok(row.map(View::from))
}

/// Those of this name, in capitals or not.
pub fn named(tx: &mut Tx, workspace: WorkspaceId, name: &str) -> Result<Vec<View>> {
    let rows: Vec<Row> = tx.all(
        "select id, name, owner_id, visibility, team_id, locked, state, version, created_at, updated_at
         from lead_views where workspace_id = $1 and lower(name) = lower($2) order by id",
        &[&workspace, &name],
    )?;
    Ok(rows.into_iter().map(View::from).collect())
}

/// Those that somebody may see, by name.
pub fn seen_by(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: Option<Uuid>,
    teams: &[Uuid],
) -> Result<Vec<View>> {
    let mut sql = Sql::new(
        "select id, name, owner_id, visibility, team_id, locked, state, version, created_at, updated_at
         from lead_views where workspace_id = ",
    );
    sql.bind(workspace)
        .push(" and (visibility = 'everyone' or owner_id = ")
        .bind(user)
        .push(" or visibility = 'team' and team_id in ")
        .list(teams.iter().copied())
        .push(") order by lower(name), id");
    let rows: Vec<Row> = tx.fetch(&sql)?;
    Ok(rows.into_iter().map(View::from).collect())
}

pub fn lock(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("select id from lead_views where workspace_id = ");
    sql.bind(workspace)
        .push(" and id = ")
        .bind(id)
        .push(tx.for_update());
    tx.fetch_opt::<(Uuid,)>(&sql)?;
    Ok(())
}

pub fn insert(tx: &mut Tx, workspace: WorkspaceId, view: &View) -> Result<()> {
    tx.exec(
        "insert into lead_views
             (workspace_id, id, name, owner_id, visibility, team_id, locked, state, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &workspace,
            &view.id,
            &view.name,
            &view.owner,
            &view.visibility,
            &view.team,
            &view.locked,
            &Json(&view.state),
            &view.version,
            &view.created_at,
            &view.updated_at,
        ],
    )?;
    Ok(())
}

pub fn update(tx: &mut Tx, workspace: WorkspaceId, view: &View) -> Result<()> {
    tx.exec(
        "update lead_views set name = $3, visibility = $4, team_id = $5, locked = $6, state = $7, version = $8,
             updated_at = $9 where workspace_id = $1 and id = $2",
        &[
            &workspace,
            &view.id,
            &view.name,
            &view.visibility,
            &view.team,
            &view.locked,
            &Json(&view.state),
            &view.version,
            &view.updated_at,
        ],
    )?;
    Ok(())
}

pub fn delete(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_views where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    Ok(())
}
