//! What the columns of files meant before: kept by a name, and found again by the file's header.

use serde::Serialize;
use store::{Json, Sql, Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    limits::MOST_MAPPINGS,
    plan::Plan,
    record::{Detected, Import},
};
use crate::base::{Error, Result, WorkspaceId};

/// A saved mapping.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportMapping)]
pub struct Mapping {
    pub id: Uuid,
    pub name: String,
    /// Of the header that it is found by.
    pub fingerprint: String,
    pub headers: Vec<String>,
    pub plan: Plan,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub used_at: Timestamp,
}

struct Row {
    id: Uuid,
    name: String,
    fingerprint: String,
    headers: Json<Vec<String>>,
    plan: Json<Plan>,
    created_at: Timestamp,
    used_at: Timestamp,
}
store::row!(Row {
    id,
    name,
    fingerprint,
    headers,
    plan,
    created_at,
    used_at
});

const COLUMNS: &str = "id, name, fingerprint, headers, plan, created_at, used_at";

impl From<Row> for Mapping {
    fn from(row: Row) -> Mapping {
        Mapping {
            id: row.id,
            name: row.name,
            fingerprint: row.fingerprint,
            headers: row.headers.0,
            plan: row.plan.0,
            created_at: row.created_at,
            used_at: row.used_at,
        }
    }
}

pub fn all(tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Mapping>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS)
        .push(" from lead_import_mappings where workspace_id = ")
        .bind(workspace)
        .push(" order by used_at desc, id desc");
    let rows: Vec<Row> = tx.fetch(&sql)?;
    Ok(rows.into_iter().map(Mapping::from).collect())
}

pub fn one(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<Mapping> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS)
        .push(" from lead_import_mappings where workspace_id = ")
        .bind(workspace)
        .push(" and id = ")
        .bind(id);
    let row: Option<Row> = tx.fetch_opt(&sql)?;
    row.map(Mapping::from).ok_or(Error::NotFound("mapping"))
}

/// The one used last for a file with this header.
pub fn for_header(
    tx: &mut Tx,
    workspace: WorkspaceId,
    fingerprint: &str,
) -> Result<Option<Mapping>> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS)
        .push(" from lead_import_mappings where workspace_id = ")
        .bind(workspace)
        .push(" and fingerprint = ")
        .bind(fingerprint.to_owned())
        .push(" order by used_at desc, id desc limit 1");
    let row: Option<Row> = tx.fetch_opt(&sql)?;
    Ok(row.map(Mapping::from))
}

/// Keeps an import's plan under a name; one that is there is replaced.
pub fn save(tx: &mut Tx, workspace: WorkspaceId, import: &Import, name: &str) -> Result<Mapping> {
    let (id, now) = (tx.id(), tx.now());
    let (fingerprint, headers) = (&import.detected.0.fingerprint, import.headers());
    let (count,) = tx.one::<(i64,)>(
        "select count(*) from lead_import_mappings where workspace_id = $1",
        &[&workspace],
    )?;
    let there: Option<(Uuid,)> = tx.opt(
        "select id from lead_import_mappings where workspace_id = $1 and name = $2",
        &[&workspace, &name],
    )?;
    if there.is_none() && count >= MOST_MAPPINGS {
        return Err(Error::conflict(
            "too_many_mappings",
            format!("There are {MOST_MAPPINGS} saved mappings already; delete one first."),
        ));
    }
    let (id,) = tx.one::<(Uuid,)>(
        "insert into lead_import_mappings (workspace_id, id, name, fingerprint, headers, plan, created_at, used_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (workspace_id, name) do update
             set fingerprint = excluded.fingerprint, headers = excluded.headers, plan = excluded.plan, used_at = excluded.used_at
         returning id",
        &[&workspace, &id, &name, &fingerprint, &Json(headers), &import.plan, &now],
    )?;
    one(tx, workspace, id)
}

/// Remembers what a run did with a file of this header, under the file's name where no name was given before.
pub fn remember(tx: &mut Tx, workspace: WorkspaceId, import: &Import) -> Result<()> {
    let name = match for_header(tx, workspace, &import.detected.0.fingerprint)? {
        Some(mapping) => mapping.name,
        None => free_name(tx, workspace, &import.name)?,
    };
    match save(tx, workspace, import, &name) {
        Ok(_) | Err(Error::Conflict { .. }) => Ok(()),
        Err(err) => Err(err),
    }
}

/// The file's name, with the header's fingerprint where it stands for another header.
fn free_name(tx: &mut Tx, workspace: WorkspaceId, name: &str) -> Result<String> {
    let name: String = name.chars().take(80).collect();
    let taken: Option<(Uuid,)> = tx.opt(
        "select id from lead_import_mappings where workspace_id = $1 and name = $2",
        &[&workspace, &name],
    )?;
    Ok(match taken {
        None => name,
        Some(_) => format!("{name} {}", tx.id().simple()),
    })
}

pub fn delete(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let deleted = tx.exec(
        "delete from lead_import_mappings where workspace_id = $1 and id = $2",
        &[&workspace, &id],
    )?;
    if deleted == 0 {
        return Err(Error::NotFound("mapping"));
    }
    Ok(())
}

/// Puts a mapping to a file's columns: those with the same header mean the same, wherever they stand.
pub fn apply(mapping: &Mapping, detected: &mut Detected, plan: &mut Plan) {
    let place = |old: usize| {
        let header = mapping.headers.get(old)?;
        // The same place first, since headers may be equal or empty.
        let here = detected.columns.get(old).filter(|it| it.header == *header);
        let there = || detected.columns.iter().find(|it| it.header == *header);
        here.or_else(there).map(|it| it.column)
    };
    for saved in &mapping.plan.columns {
        let Some(at) = place(saved.column) else {
            continue;
        };
        if let Some(column) = plan.columns.iter_mut().find(|it| it.column == at) {
            *column = super::plan::Column {
                column: at,
                ..saved.clone()
            };
        }
    }
    plan.constants.clone_from(&mapping.plan.constants);
    plan.decide = mapping.plan.decide.clone();
    plan.values = mapping.plan.values.clone();
    plan.reading.ragged_rows = mapping.plan.reading.ragged_rows;
    detected.mapping_id = Some(mapping.id);
}
