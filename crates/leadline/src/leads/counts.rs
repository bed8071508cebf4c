//! How many leads are in a stage and what they are worth, kept as rows.
//!
//! Each change notes a difference; just before the commit the differences of all its units are summed and written, one
//! row per stage, owner and currency, always in the same order, so that two commits cannot wait for each other in a ring.

use std::collections::BTreeMap;

use store::{Notes, Tx};
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::Currency,
};

/// One lead more or less, and what it is worth.
#[derive(Debug, Clone, Copy)]
struct Change {
    key: Key,
    n: i64,
    amount: i64,
}

type Key = (WorkspaceId, Uuid, Uuid, &'static str);

/// Sums stop here instead of running out of the number range.
const LARGEST: i64 = 1_000_000_000_000_000_000;

/// What of a lead is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub stage: Uuid,
    pub owner: Option<Uuid>,
    pub value: Option<i64>,
    pub currency: Option<Currency>,
}

/// Notes that `n` leads came in (or, below zero, went out) that are together worth `amount` more (or less).
pub fn change(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stage: Uuid,
    owner: Option<Uuid>,
    currency: Option<Currency>,
    n: i64,
    amount: i64,
) {
    let key = (
        workspace,
        stage,
        owner.unwrap_or_default(),
        currency.map_or("", Currency::code),
    );
    tx.note(Change { key, n, amount });
}

/// A lead became visible in its stage.
pub fn enters(tx: &mut Tx, workspace: WorkspaceId, lead: Counted) {
    change(
        tx,
        workspace,
        lead.stage,
        lead.owner,
        lead.currency,
        1,
        lead.value.unwrap_or(0),
    );
}

/// A lead went out of its stage.
pub fn leaves(tx: &mut Tx, workspace: WorkspaceId, lead: Counted) {
    change(
        tx,
        workspace,
        lead.stage,
        lead.owner,
        lead.currency,
        -1,
        -lead.value.unwrap_or(0),
    );
}

/// Writes the differences of a commit; one of `store`'s hooks.
pub fn flush(tx: &mut Tx, notes: &mut Notes) -> store::Result<()> {
    let mut sums: BTreeMap<Key, (i64, i64)> = BTreeMap::new();
    for Change { key, n, amount } in notes.take::<Change>() {
        let sum = sums.entry(key).or_default();
        *sum = (
            sum.0 + n,
            sum.1.saturating_add(amount).clamp(-LARGEST, LARGEST),
        );
    }
    let lane = tx.lane();
    for ((workspace, stage, owner, currency), (n, amount)) in sums {
        if n == 0 && amount == 0 {
            continue;
        }
        tx.exec(
            "insert into lead_counts (workspace_id, stage_id, owner_id, currency, lane, n, amount)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (workspace_id, stage_id, owner_id, currency, lane) do update set
                 n = lead_counts.n + excluded.n,
                 amount = case
                     when lead_counts.amount + excluded.amount > $8 then $8
                     when lead_counts.amount + excluded.amount < $9 then $9
                     else lead_counts.amount + excluded.amount
                 end",
            &[
                &workspace, &stage, &owner, &currency, &lane, &n, &amount, &LARGEST, &-LARGEST,
            ],
        )?;
    }
    Ok(())
}

/// Counts again from the leads themselves. No counter is trusted, and none is read, while this runs.
pub fn recount(tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
    tx.exec(
        "delete from lead_counts where workspace_id = $1",
        &[&workspace],
    )?;
    tx.exec(
        "insert into lead_counts (workspace_id, stage_id, owner_id, currency, lane, n, amount)
         select workspace_id, stage_id, coalesce(assigned_to, $2), coalesce(currency, ''), 0,
             count(*), cast(coalesce(sum(value), 0) as bigint)
         from leads where workspace_id = $1 and deleted_at is null
         group by workspace_id, stage_id, assigned_to, currency",
        &[&workspace, &Uuid::nil()],
    )?;
    Ok(())
}

/// How many counters of all workspaces differ from what the leads themselves say.
pub fn drift(tx: &mut Tx) -> Result<i64> {
    let (differing,): (i64,) = tx.one(
        "select count(*) from (
             select workspace_id from (
                 select workspace_id, stage_id, owner_id, currency, n, amount from lead_counts
                 union all
                 select workspace_id, stage_id, coalesce(assigned_to, $1), coalesce(currency, ''),
                     -count(*), cast(-coalesce(sum(value), 0) as bigint)
                 from leads where deleted_at is null
                 group by workspace_id, stage_id, assigned_to, currency
             ) as both_sides
             group by workspace_id, stage_id, owner_id, currency
             having sum(n) <> 0 or sum(amount) <> 0
         ) as differing",
        &[&Uuid::nil()],
    )?;
    Ok(differing)
}
