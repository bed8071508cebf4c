//! Finding a lead its place in a column, and making room where there is none left.

use serde::Deserialize;
use store::{Engine, Sql, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::{Caller, Error, Result, WorkspaceId},
    leads::{
        activities::{self, Kind},
        difference, position,
        write::By,
    },
};

/// An end of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ColumnEnd)]
pub enum End {
    Top,
    Bottom,
}

/// Where in the column the lead is wanted.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    At(End),
    /// Right below this one, right above that one; at least one of them is given.
    Beside {
        after: Option<Uuid>,
        before: Option<Uuid>,
    },
}

/// A card of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Card {
    position: i64,
    id: Uuid,
}
store::row!(Card { position, id });

/// Rows that make room for one are at first this many on either side.
const NEIGHBOURS: i64 = 16;

/// Takes the turn of rearranging this column. Only writers that place leads between others need it.
pub fn lock_column(tx: &mut Tx, workspace: WorkspaceId, stage: Uuid) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_LOCK_COLUMN, &[&workspace, &stage])?;
    }
    Ok(())
}

/// Does not stand in the way of leads that come in: the foreign key's lock goes beside this one.
const POSTGRES_LOCK_COLUMN: &str =
    "select id from lead_pipeline_stages where workspace_id = $1 and id = $2 for no key update";

/// A place for `lead` in the column. The column is locked.
pub fn find(tx: &mut Tx, caller: &Caller, stage: Uuid, lead: Uuid, wanted: Wanted) -> Result<i64> {
    let (workspace, now) = (caller.workspace, tx.now());
    let (after, before) = match wanted {
        Wanted::At(End::Top) => {
            let top = top(tx, workspace, stage, lead)?;
            return Ok(position::above(top.map(|it| it.position), now));
        }
        Wanted::At(End::Bottom) => {
            let bottom = bottom(tx, workspace, stage, lead)?;
            return Ok(position::below(bottom.map(|it| it.position), now));
        }
        Wanted::Beside { after, before } => (after, before),
    };
    let after = neighbour(tx, caller, stage, after, "afterId")?;
    let before = neighbour(tx, caller, stage, before, "beforeId")?;
    let (upper, lower) = match (after, before) {
        (Some(upper), _) => (Some(upper), next_below(tx, workspace, stage, lead, upper)?),
        (None, Some(lower)) => (next_above(tx, workspace, stage, lead, lower)?, Some(lower)),
        // Both have left the column meanwhile.
        (None, None) => (None, top(tx, workspace, stage, lead)?),
    };
    match (upper, lower) {
        (Some(upper), Some(lower)) => match position::between(upper.position, lower.position) {
            Some(place) => Ok(place),
            None => make_room(tx, &By::from(caller), stage, lead, upper),
        },
        (None, lower) => Ok(position::above(lower.map(|it| it.position), now)),
        (Some(upper), None) => Ok(position::below(Some(upper.position), now)),
    }
}

/// The card named, if it stands in this column. One that has left it is passed over, one that there is not is a mistake.
fn neighbour(
    tx: &mut Tx,
    caller: &Caller,
    stage: Uuid,
    id: Option<Uuid>,
    field: &'static str,
) -> Result<Option<Card>> {
    let Some(id) = id else { return Ok(None) };
    let mut sql =
        Sql::new("select position, stage_id, deleted_at is null from leads where workspace_id = ");
    sql.bind(caller.workspace).push(" and id = ").bind(id);
    caller.scope.push(&mut sql, "assigned_to");
    match tx.fetch_opt::<(i64, Uuid, bool)>(&sql)? {
        Some((position, at, true)) if at == stage => Ok(Some(Card { position, id })),
        Some(_) => Ok(None),
        None => Err(Error::invalid(field, "is not a lead of this workspace")),
    }
}

fn top(tx: &mut Tx, workspace: WorkspaceId, stage: Uuid, without: Uuid) -> Result<Option<Card>> {
    Ok(tx.opt(
        "select position, id from leads
         where workspace_id = $1 and stage_id = $2 and deleted_at is null and id <> $3
         order by position desc, id desc limit 1",
        &[&workspace, &stage, &without],
    )?)
}

fn bottom(tx: &mut Tx, workspace: WorkspaceId, stage: Uuid, without: Uuid) -> Result<Option<Card>> {
    Ok(tx.opt(
        "select position, id from leads
         where workspace_id = $1 and stage_id = $2 and deleted_at is null and id <> $3
         order by position, id limit 1",
        &[&workspace, &stage, &without],
    )?)
}

fn next_below(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stage: Uuid,
    without: Uuid,
    card: Card,
) -> Result<Option<Card>> {
    Ok(below(tx, workspace, stage, without, card, 1)?
        .into_iter()
        .next())
}

fn next_above(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stage: Uuid,
    without: Uuid,
    card: Card,
) -> Result<Option<Card>> {
    Ok(above(tx, workspace, stage, without, card, 1)?
        .into_iter()
        .next())
}

/// The next `n` cards below, from the top down.
fn below(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stage: Uuid,
    without: Uuid,
    card: Card,
    n: i64,
) -> Result<Vec<Card>> {
    Ok(tx.all(
        "select position, id from leads
         where workspace_id = $1 and stage_id = $2 and deleted_at is null and id <> $3 and (position, id) < ($4, $5)
         order by position desc, id desc limit $6",
        &[&workspace, &stage, &without, &card.position, &card.id, &n],
    )?)
}

/// The next `n` cards above, from the bottom up.
fn above(
    tx: &mut Tx,
    workspace: WorkspaceId,
    stage: Uuid,
    without: Uuid,
    card: Card,
    n: i64,
) -> Result<Vec<Card>> {
    Ok(tx.all(
        "select position, id from leads
         where workspace_id = $1 and stage_id = $2 and deleted_at is null and id <> $3 and (position, id) > ($4, $5)
         order by position, id limit $6",
        &[&workspace, &stage, &without, &card.position, &card.id, &n],
    )?)
}

/// Spreads the cards around `upper` anew, just as many as needed, and answers the place right below it.
fn make_room(tx: &mut Tx, by: &By, stage: Uuid, lead: Uuid, upper: Card) -> Result<i64> {
    let workspace = by.workspace;
    let mut reach = NEIGHBOURS;
    loop {
        // One more on either side than is moved: between those two, which stay, the others are spread.
        let mut over = above(tx, workspace, stage, lead, upper, reach + 1)?;
        let mut under = below(tx, workspace, stage, lead, upper, reach + 1)?;
        let ceiling = stays(&mut over, reach).map(|it| it.position);
        let floor = stays(&mut under, reach).map(|it| it.position);
        over.reverse();
        let above_it = over.len() + 1;
        let cards: Vec<Card> = over.into_iter().chain([upper]).chain(under).collect();
        let room =
            position::STEP.saturating_mul(i64::try_from(cards.len() + 2).unwrap_or(i64::MAX));
        let (ceiling, floor) = match (ceiling, floor) {
            (Some(ceiling), Some(floor)) => (ceiling, floor),
            (Some(ceiling), None) => (ceiling, ceiling.saturating_sub(room)),
            (None, Some(floor)) => (floor.saturating_add(room), floor),
            (None, None) => (
                upper.position.saturating_add(room / 2),
                upper.position.saturating_sub(room / 2),
            ),
        };
        if let Some(places) = position::spread(ceiling, floor, cards.len() + 1) {
            let (place, places) = without_index(places, above_it);
            rearrange(tx, by, &cards, &places)?;
            return Ok(place);
        }
        reach = reach.saturating_mul(4);
    }
}

/// Takes the outermost card off, where there are more than are moved.
fn stays(cards: &mut Vec<Card>, reach: i64) -> Option<Card> {
    let more = i64::try_from(cards.len()).is_ok_and(|it| it > reach);
    if more { cards.pop() } else { None }
}

fn without_index(mut places: Vec<i64>, index: usize) -> (i64, Vec<i64>) {
    let place = places.remove(index);
    (place, places)
}

/// Positions are no part of the record: neither its version nor its timeline says anything of this, only the log does.
fn rearrange(tx: &mut Tx, by: &By, cards: &[Card], places: &[i64]) -> Result<()> {
    let mut moves: Vec<(Uuid, i64, i64)> = cards
        .iter()
        .zip(places)
        .map(|(card, place)| (card.id, card.position, *place))
        .collect();
    moves.sort_unstable();
    for (id, _, place) in &moves {
        tx.exec(
            "update leads set position = $3 where workspace_id = $1 and id = $2",
            &[&by.workspace, id, place],
        )?;
    }
    let log = moves
        .into_iter()
        .map(|(id, from, to)| difference::reordered(id, Kind::Respaced, from, to));
    let by = by.with_change_set(tx);
    activities::record_many(tx, &by, log.collect())?;
    Ok(())
}
