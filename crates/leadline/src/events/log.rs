//! The log itself: how events get in, and how they are read.

use std::collections::BTreeSet;

use store::{Engine, Notes, Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::{Error, Result, WorkspaceId},
    events::{
        Event, Place, Recorded,
        dispatch::{self, Dispatch},
        event,
    },
    jobs::{Enqueue, Priority},
};

/// An event of a unit that has not committed yet.
struct Noted {
    workspace: WorkspaceId,
    name: &'static str,
    lead: Option<Uuid>,
    owner: Option<Uuid>,
    former_owner: Option<Uuid>,
    at: Timestamp,
    stored: String,
}

/// Says what happened in this unit of work. `owner` has the lead from now on, `former_owner` had it until now
/// (the same person where nothing of that changed): the two decide who may see the event.
pub fn record(
    tx: &mut Tx,
    workspace: WorkspaceId,
    owner: Option<Uuid>,
    former_owner: Option<Uuid>,
    event: &Event,
) -> Result<()> {
    let stored = event::stored(event).map_err(|err| {
        Error::Internal(format!(
            "the event {} cannot be written: {err}",
            event.name()
        ))
    })?;
    let at = tx.now();
    tx.note(Noted {
        workspace,
        name: event.name(),
        lead: event.lead(),
        owner,
        former_owner,
        at,
        stored,
    });
    Ok(())
}

const COLUMNS: [&str; 9] = [
    "workspace_id",
    "epoch",
    "seq",
    "kind",
    "lead_id",
    "owner_id",
    "former_owner_id",
    "at",
    "data",
];

/// Writes the events of the whole commit in one statement, and one job that tells the listeners.
/// One of the database's `before_commit` hooks.
pub fn flush(tx: &mut Tx, notes: &mut Notes) -> store::Result<()> {
    let happened = notes.take::<Noted>();
    if happened.is_empty() {
        return Ok(());
    }
    let places = places(tx, happened.len())?;
    let range = Dispatch {
        workspaces: happened
            .iter()
            .map(|it| it.workspace)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        epoch: places.first().map_or(0, |it| it.epoch),
        from: places.first().map_or(0, |it| it.seq),
        to: places.last().map_or(0, |it| it.seq),
        told: None,
    };
    let uuid = |it: Option<Uuid>| it.map_or(Value::Null, Value::Uuid);
    let rows: Vec<Vec<Value>> = happened
        .into_iter()
        .zip(places)
        .map(|(noted, place)| {
            vec![
                Value::Int(noted.workspace.0),
                Value::Int(place.epoch),
                Value::Int(place.seq),
                Value::Text(noted.name.to_owned()),
                uuid(noted.lead),
                uuid(noted.owner),
                uuid(noted.former_owner),
                Value::Time(noted.at),
                Value::RawJson(noted.stored),
            ]
        })
        .collect();
    tx.insert_many("events", &COLUMNS, &rows)?;
    Enqueue::of(dispatch::KIND, &range)
        .priority(Priority::Urgent)
        .insert(tx)?;
    tx.announce();
    Ok(())
}

/// Places for as many events of this commit, in order.
fn places(tx: &mut Tx, count: usize) -> store::Result<Vec<Place>> {
    let wanted = i64::try_from(count).unwrap_or(i64::MAX);
    let mut places = Vec::with_capacity(count);
    match tx.engine() {
        Engine::Sqlite => {
            let mut last = 0;
            tx.each(
                "update event_numbers set last_seq = last_seq + $1 where one = 1 returning last_seq",
                &[&wanted],
                |row| {
                    last = row.int(0)?;
                    Ok(())
                },
            )?;
            places.extend((last - wanted + 1..=last).map(|seq| Place { epoch: 0, seq }));
        }
        Engine::Postgres => tx.each(POSTGRES_PLACES, &[&wanted], |row| {
            places.push(Place {
                epoch: row.int(0)?,
                seq: row.int(1)?,
            });
            Ok(())
        })?,
    }
    Ok(places)
}

/// Transactions are numbered when they begin to write and become visible when they end. Readers therefore stop before
/// the first one that is still open (see `HORIZON` below), and so never skip one that ends late.
const POSTGRES_PLACES: &str = "select cast(cast(pg_current_xact_id() as text) as bigint) as epoch, nextval('event_seq') as seq
    from generate_series(1, $1)";

/// A row of the log as the stream passes it on: its content is not parsed.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) lead: Option<Uuid>,
    pub(super) owner: Option<Uuid>,
    pub(super) former_owner: Option<Uuid>,
    pub(super) at: Timestamp,
    pub(super) content: String,
}

impl Row {
    pub(super) fn recorded(&self, workspace: WorkspaceId) -> Result<Recorded> {
        let event = event::read(&self.name, &self.content).map_err(|err| {
            Error::Internal(format!("the event {} cannot be read: {err}", self.name))
        })?;
        let (owner, former_owner) = (self.owner, self.former_owner);
        Ok(Recorded {
            workspace,
            place: self.place,
            at: self.at,
            owner,
            former_owner,
            event,
        })
    }
}

/// Up to `limit` events after a place, as far as their order is settled; and whether there are some beyond that.
pub(super) fn after(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: Place,
    limit: i64,
) -> store::Result<(Vec<Row>, Beyond)> {
    let sql = match tx.engine() {
        Engine::Sqlite => SQLITE_AFTER,
        Engine::Postgres => POSTGRES_AFTER,
    };
    let (mut rows, mut unsettled) = (Vec::new(), false);
    tx.each(
        sql,
        &[&workspace, &place.epoch, &place.seq, &limit],
        |row| {
            unsettled |= row.int(0)? >= row.int(8)?;
            if !unsettled {
                rows.push(read(row)?);
            }
            Ok(())
        },
    )?;
    let full = i64::try_from(rows.len()).is_ok_and(|it| it >= limit);
    let beyond = match (full, unsettled) {
        (true, _) => Beyond::More,
        (false, true) => Beyond::Unsettled,
        (false, false) => Beyond::Nothing,
    };
    Ok((rows, beyond))
}

/// Leads to which something happened, each with the event's name; where the log was read to; whether there is more.
pub type LeadsAfter = (Vec<(Uuid, String)>, Place, bool);

/// What happened to leads after a place, as far as its order is settled: up to `limit` events.
pub fn leads_after(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: Place,
    limit: i64,
) -> store::Result<LeadsAfter> {
    let (rows, beyond) = after(tx, workspace, place, limit)?;
    let last = rows.last().map_or(place, |it| it.place);
    let leads = rows
        .into_iter()
        .filter_map(|it| Some((it.lead?, it.name)))
        .collect();
    Ok((leads, last, beyond == Beyond::More))
}

/// What follows the rows that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    Nothing,
    More,
    /// Events of transactions that overtook one which is still open.
    Unsettled,
}

const SQLITE_AFTER: &str = "select epoch, seq, kind, lead_id, owner_id, former_owner_id, at, data, 1 as horizon from events
    where workspace_id = $1 and (epoch, seq) > ($2, $3) order by epoch, seq limit $4";

const POSTGRES_AFTER: &str =
    "select epoch, seq, kind, lead_id, owner_id, former_owner_id, at, data,
        cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as horizon
    from events where workspace_id = $1 and (epoch, seq) > ($2, $3) order by epoch, seq limit $4";

/// Up to `limit` events of one commit.
pub(super) fn of_commit(
    tx: &mut Tx,
    workspace: WorkspaceId,
    range: &Dispatch,
    limit: i64,
) -> store::Result<Vec<Row>> {
    let from = range.told.map_or(range.from, |told| told + 1);
    let mut rows = Vec::new();
    tx.each(
        "select epoch, seq, kind, lead_id, owner_id, former_owner_id, at, data from events
         where workspace_id = $1 and epoch = $2 and seq >= $3 and seq <= $4 order by epoch, seq limit $5",
        &[&workspace, &range.epoch, &from, &range.to, &limit],
        |row| {
            rows.push(read(row)?);
            Ok(())
        },
    )?;
    Ok(rows)
}

/// The place after which everything is still to come.
pub fn present(tx: &mut Tx) -> store::Result<Place> {
    let sql = match tx.engine() {
        Engine::Sqlite => "select 0 as epoch, last_seq from event_numbers where one = 1",
        Engine::Postgres => POSTGRES_PRESENT,
    };
    let mut place = Place::default();
    tx.each(sql, &[], |row| {
        place = Place {
            epoch: row.int(0)?,
            seq: row.int(1)?,
        };
        Ok(())
    })?;
    Ok(place)
}

const POSTGRES_PRESENT: &str =
    "select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) - 1 as epoch,
    9223372036854775807 as seq";

fn read(row: &store::RowRef<'_>) -> store::Result<Row> {
    let lead = row.opt_uuid(3)?;
    Ok(Row {
        place: Place {
            epoch: row.int(0)?,
            seq: row.int(1)?,
        },
        name: row.text(2)?.to_owned(),
        lead,
        owner: row.opt_uuid(4)?,
        former_owner: row.opt_uuid(5)?,
        at: row.time(6)?,
        content: event::content(lead, &row.json_text(7)?),
    })
}
