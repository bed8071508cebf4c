//! Fields of which no two leads share a value. From the moment a field is made unique every write is checked; the values
//! that leads had before are listed by a job, and what of them collides can be looked up, to be put in order by people.

use serde::{Deserialize, Serialize};
use store::{Sql, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Field;
use crate::{
    base::{Caller, Result, Scope, Via, WorkspaceId},
    jobs::{self, Context, Enqueue, Failure, Job},
    leads::{
        happened,
        identity::keys,
        write::{By, SLICE},
    },
    workspaces,
};

/// Goes through every lead, or takes out what it listed once the field is no longer unique.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListValues {
    pub field: String,
    /// Leads up to and with this one are done.
    pub after: Option<Uuid>,
}

/// A value that more than one live lead has.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Collision {
    /// As it is compared: text in lower case and without accents.
    pub value: String,
    /// The leads that have it and that the caller sees, at most twenty.
    pub leads: Vec<CollidingLead>,
    /// How many more have it.
    pub others: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollidingLead {
    pub id: Uuid,
    pub name: String,
    pub assigned_to: Option<Uuid>,
}

/// Leads of one value that are named.
const NAMED: usize = 20;

/// Has the values listed, or taken out.
pub fn queue(tx: &mut Tx, workspace: WorkspaceId, field: &str) -> Result<()> {
    let job = ListValues {
        field: field.to_owned(),
        after: None,
    };
    Enqueue::new(&job).workspace(workspace).insert(tx)?;
    Ok(())
}

pub fn job_kind() -> jobs::Kind {
    jobs::kind::<ListValues>()
}

impl Job for ListValues {
    const KIND: &'static str = "leads.unique_field";

    async fn run(mut self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        loop {
            let (job, engine_app) = (self.clone(), &context.app);
            let (unique, ids) = engine_app
                .read(move |tx| Ok((job.is_unique(tx, workspace)?, job.next(tx, workspace)?)))
                .await?;
            if !unique {
                return self.take_out(&context, workspace).await;
            }
            let Some(last) = ids.last().copied() else {
                let field = self.field;
                context
                    .app
                    .db
                    .write(move |tx| ready(tx, workspace, &field))
                    .await?;
                return Ok(());
            };
            self.after = Some(last);
            let (rest, job) = (self.clone(), self.clone());
            context
                .advance_with(rest, move |tx| job.list(tx, workspace, &ids))
                .await?;
        }
    }
}

impl ListValues {
    fn is_unique(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<bool> {
        Ok(keys::unique_fields(tx, workspace)?.contains(&self.field))
    }

    fn next(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<Vec<Uuid>> {
        let mut sql = Sql::new("select id from leads where workspace_id = ");
        sql.bind(workspace);
        if let Some(after) = self.after {
            sql.push(" and id > ").bind(after);
        }
        sql.push(" order by id limit ")
            .bind(i64::try_from(SLICE).unwrap_or(i64::MAX));
        Ok(tx
            .fetch::<(Uuid,)>(&sql)?
            .into_iter()
            .map(|it| it.0)
            .collect())
    }

    /// A slice of leads; their values as they are in this unit of work.
    fn list(&self, tx: &mut Tx, workspace: WorkspaceId, ids: &[Uuid]) -> Result<()> {
        let by = By::from(&workspaces::system_caller(tx, workspace, Via::Job)?);
        let unique = [self.field.clone()];
        let mut sql = Sql::new("select id, custom_fields from leads where workspace_id = ");
        sql.bind(workspace).push(" and id in ").list(ids);
        sql.push(tx.for_update());
        let rows: Vec<(Uuid, Box<serde_json::value::RawValue>)> = tx.fetch(&sql)?;
        let keys: Vec<_> = rows
            .iter()
            .flat_map(|(id, custom)| keys::of_parts(*id, None, custom.get(), &unique))
            .collect();
        keys::add(tx, &by, &keys)
    }

    async fn take_out(&self, context: &Context, workspace: WorkspaceId) -> Result<(), Failure> {
        loop {
            let job = self.clone();
            let gone = context
                .app
                .db
                .write(move |tx| {
                    if job.is_unique(tx, workspace)? {
                        return Ok(0);
                    }
                    take_out_some(tx, workspace, &keys::field(&job.field))
                })
                .await?;
            if gone == 0 {
                return Ok(());
            }
        }
    }
}

fn take_out_some(tx: &mut Tx, workspace: WorkspaceId, kind: &str) -> Result<u64> {
    let limit = i64::try_from(SLICE).unwrap_or(i64::MAX);
    Ok(tx.exec(
        "delete from lead_keys where workspace_id = $1 and kind = $2 and (hash, lead_id) in (
             select hash, lead_id from lead_keys where workspace_id = $1 and kind = $2 limit $3
         )",
        &[&workspace, &kind, &limit],
    )?)
}

fn ready(tx: &mut Tx, workspace: WorkspaceId, field: &str) -> Result<()> {
    tx.exec(
        "update lead_fields set unique_ready = true where workspace_id = $1 and key = $2",
        &[&workspace, &field],
    )?;
    happened::fields_changed(tx, workspace)
}

/// The values of a field that more than one live lead has, in their order, from behind `after` on.
pub fn collisions(
    tx: &mut Tx,
    caller: &Caller,
    field: &Field,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Collision>> {
    let kind = keys::field(&field.key);
    let mut sql = Sql::new(
        "select k.value, count(*) from lead_keys k
         join leads l on l.workspace_id = k.workspace_id and l.id = k.lead_id
         where k.workspace_id = ",
    );
    sql.bind(caller.workspace)
        .push(" and k.kind = ")
        .bind(kind.as_str());
    sql.push(" and l.deleted_at is null");
    if let Some(after) = after {
        sql.push(" and k.value > ").bind(after);
    }
    sql.push(" group by k.value having count(*) > 1 order by k.value limit ")
        .bind(limit);
    let values: Vec<(String, i64)> = tx.fetch(&sql)?;
    let mut found = Vec::with_capacity(values.len());
    for (value, all) in values {
        let leads = colliding(tx, caller, &kind, &value)?;
        let others = all - i64::try_from(leads.len()).unwrap_or(0);
        found.push(Collision {
            value,
            leads,
            others,
        });
    }
    Ok(found)
}

fn colliding(tx: &mut Tx, caller: &Caller, kind: &str, value: &str) -> Result<Vec<CollidingLead>> {
    let hash = keys::hash(&caller.identity_key, kind, value);
    let mut sql = Sql::new(
        "select l.id, l.name, l.assigned_to from lead_keys k
         join leads l on l.workspace_id = k.workspace_id and l.id = k.lead_id
         where k.workspace_id = ",
    );
    sql.bind(caller.workspace).push(" and k.kind = ").bind(kind);
    sql.push(" and k.hash = ")
        .bind(hash)
        .push(" and k.value = ")
        .bind(value);
    sql.push(" and l.deleted_at is null");
    let scope: &Scope = &caller.scope;
    scope.push(&mut sql, "l.assigned_to");
    sql.push(" order by l.id limit ")
        .bind(i64::try_from(NAMED).unwrap_or(i64::MAX));
    let rows: Vec<(Uuid, String, Option<Uuid>)> = tx.fetch(&sql)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, assigned_to)| CollidingLead {
            id,
            name,
            assigned_to,
        })
        .collect())
}
