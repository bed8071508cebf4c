//! Pairs that are known to be two people, and pairs that are linked already: neither is a duplicate.

use std::collections::HashSet;

use store::{Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Actor, Result, WorkspaceId},
    leads::{identity::sql, write::By},
};

/// A pair, the smaller id first.
pub type Pair = (Uuid, Uuid);

pub fn pair(one: Uuid, other: Uuid) -> Pair {
    (one.min(other), one.max(other))
}

/// Remembers for ever that these pairs are two people each.
pub fn keep_apart(tx: &mut Tx, workspace: WorkspaceId, actor: Actor, pairs: &[Pair]) -> Result<()> {
    for (one, other) in pairs {
        tx.exec(
            "insert into lead_pairs_apart (workspace_id, lead_id, other_id, actor_kind, actor_id, at)
             values ($1, $2, $3, $4, $5, $6) on conflict (workspace_id, lead_id, other_id) do nothing",
            &[&workspace, one, other, &actor.kind(), &actor.id(), &tx.now()],
        )?;
    }
    Ok(())
}

/// Keeps apart from `survivor` whoever is kept apart from `other`.
pub fn inherit_apart(tx: &mut Tx, by: &By, survivor: Uuid, other: Uuid) -> Result<()> {
    let pairs: Vec<Pair> = tx.all(
        "select lead_id, other_id from lead_pairs_apart where workspace_id = $1 and lead_id = $2
         union all
         select lead_id, other_id from lead_pairs_apart where workspace_id = $1 and other_id = $2",
        &[&by.workspace, &other],
    )?;
    let inherited: Vec<Pair> = pairs
        .into_iter()
        .map(|(a, b)| if a == other { b } else { a })
        .filter(|it| *it != survivor)
        .map(|it| pair(survivor, it))
        .collect();
    keep_apart(tx, by.workspace, by.actor, &inherited)
}

/// Takes that back.
pub fn bring_together(tx: &mut Tx, workspace: WorkspaceId, pairs: &[Pair]) -> Result<()> {
    for (one, other) in pairs {
        tx.exec(
            "delete from lead_pairs_apart where workspace_id = $1 and lead_id = $2 and other_id = $3",
            &[&workspace, one, other],
        )?;
    }
    Ok(())
}

/// The pairs among these leads that are no duplicates, whatever they have in common.
pub fn among(tx: &mut Tx, workspace: WorkspaceId, leads: &[Uuid]) -> Result<HashSet<Pair>> {
    let mut sql = Sql::new("select lead_id, other_id from lead_pairs_apart where workspace_id = ");
    sql.bind(workspace);
    push_in(tx, &mut sql, " and lead_id", leads);
    push_in(tx, &mut sql, " and other_id", leads);
    let mut pairs: Vec<Pair> = tx.fetch(&sql)?;
    let mut sql = Sql::new("select lead_id, first_id from lead_repeats where workspace_id = ");
    sql.bind(workspace);
    push_in(tx, &mut sql, " and lead_id", leads);
    pairs.extend(tx.fetch::<Pair>(&sql)?);
    Ok(pairs.into_iter().map(|(a, b)| pair(a, b)).collect())
}

/// ` <column> in (…)`, with one text on PostgreSQL however many there are.
pub fn push_in(tx: &Tx, sql: &mut Sql, column: &'static str, ids: &[Uuid]) {
    sql.push(column);
    if tx.engine() == store::Engine::Postgres {
        sql.push(" = any(cast(cast(")
            .bind(sql::array(ids))
            .push(" as text) as uuid[]))");
    } else {
        sql.push(" in ").list(ids);
    }
}

/// Takes a lead that is a lead no more out of its groups.
pub fn leave(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    let groups: Vec<(Uuid,)> = tx.all(
        "select group_id from lead_duplicate_members where workspace_id = $1 and lead_id = $2",
        &[&workspace, &lead],
    )?;
    tx.exec(
        "delete from lead_duplicate_members where workspace_id = $1 and lead_id = $2",
        &[&workspace, &lead],
    )?;
    for (group,) in groups {
        super::groups::drop_if_single(tx, workspace, group)?;
    }
    Ok(())
}

/// Forgets whom a lead that is removed for good was told apart from.
pub fn forget(tx: &mut Tx, workspace: WorkspaceId, lead: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_pairs_apart where workspace_id = $1 and (lead_id = $2 or other_id = $2)",
        &[&workspace, &lead],
    )?;
    Ok(())
}
