//! A page of a list of leads, in any order, from where the page before ended.

use serde::{Deserialize, Serialize};
use store::{Engine, RowRef, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Error, Result},
    leads::{
        chosen::Chosen,
        lead, list_sql as sql,
        recent::{self, Walked},
        route::{self, Plan, Route},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    UpdatedAt,
    Name,
    Score,
    Value,
    Company,
    Source,
    /// The place in a column of the board.
    Position,
    /// The value, where none is less than any.
    Worth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub by: SortBy,
    pub descending: bool,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub id: Uuid,
    /// What the list is ordered by besides the id; where SQLite's search index orders it, the number of the row.
    pub key: Key,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    None,
    Number(i64),
    Text(String),
}

/// What of each lead is read. The first column is its id.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    pub text: &'static str,
    pub count: usize,
}

/// Which part of the list.
#[derive(Debug, Clone)]
pub struct Window {
    pub columns: Columns,
    pub order: Order,
    pub after: Option<Place>,
    pub skip: i64,
    pub limit: i64,
}

/// Takes rows as they come: the window's columns, and behind them what [`Place::read`] wants.
pub type Each<'a> = dyn FnMut(&RowRef<'_>) -> store::Result<()> + 'a;

/// Everything [`lead::LeadView`] reads.
pub const WHOLE_LEADS: Columns = Columns {
    text: lead::COLUMNS,
    count: lead::COLUMN_COUNT,
};

/// Terms that the search index does not know look this far back.
const HARD_TERMS_SEE: i64 = 20_000;

/// So many of the newest are looked at before another way is taken.
const NEWEST: i64 = 4000;
const NEWEST_SEARCHED: i64 = 600;

impl SortBy {
    /// What a list of leads can be ordered by.
    pub const NAMED: [(&'static str, SortBy); 7] = [
        ("createdAt", SortBy::CreatedAt),
        ("updatedAt", SortBy::UpdatedAt),
        ("name", SortBy::Name),
        ("score", SortBy::Score),
        ("value", SortBy::Value),
        ("company", SortBy::Company),
        ("source", SortBy::Source),
    ];

    /// Text is compared byte by byte on both engines; a lead's search text begins with its folded name.
    pub(super) fn column(self, engine: Engine) -> &'static str {
        match (self, engine) {
            (SortBy::CreatedAt, _) => "leads.id",
            (SortBy::UpdatedAt, _) => "leads.updated_at",
            (SortBy::Score, _) => "leads.score",
            (SortBy::Value, _) => "leads.value",
            (SortBy::Position, _) => "leads.position",
            (SortBy::Worth, _) => "coalesce(leads.value, -9000000000000000000)",
            (SortBy::Name, Engine::Sqlite) => "leads.search_text",
            (SortBy::Name, Engine::Postgres) => "leads.search_text collate \"C\"",
            (SortBy::Company, Engine::Sqlite) => "lower(leads.company)",
            (SortBy::Company, Engine::Postgres) => {
                "lower(leads.company collate \"C\") collate \"C\""
            }
            // As the index has it.
            (SortBy::Source, _) => "leads.source",
        }
    }

    fn is_text(self) -> bool {
        matches!(self, SortBy::Name | SortBy::Company | SortBy::Source)
    }

    /// Whether a key can have come from this column.
    fn gives(self, key: &Key) -> bool {
        match key {
            Key::None => matches!(self, SortBy::CreatedAt | SortBy::Value | SortBy::Company),
            Key::Number(_) => !self.is_text(),
            Key::Text(text) => self.is_text() && !text.contains('\0'),
        }
    }
}

impl Order {
    pub const NEWEST: Order = Order {
        by: SortBy::CreatedAt,
        descending: true,
    };

    #[must_use]
    pub fn reversed(self) -> Order {
        Order {
            descending: !self.descending,
            ..self
        }
    }
}

impl Place {
    /// Where a row that was shown to [`Each`] stands.
    pub fn read(row: &RowRef<'_>, window: &Window) -> store::Result<Place> {
        let at = window.columns.count;
        let key = if row.is_null(at)? {
            Key::None
        } else if window.order.by.is_text() {
            Key::Text(row.text(at)?.to_owned())
        } else {
            Key::Number(row.int(at)?)
        };
        Ok(Place {
            id: row.uuid(0)?,
            key,
        })
    }
}

impl Window {
    /// Whether the place can have come from a list in this order.
    pub fn check(&self) -> Result<()> {
        let fits = self
            .after
            .as_ref()
            .is_none_or(|it| self.order.by.gives(&it.key));
        if fits {
            Ok(())
        } else {
            Err(Error::invalid(
                "cursor",
                "is not a cursor of a list in this order",
            ))
        }
    }
}

/// Shows `each` row of the window in order.
pub fn page(tx: &mut Tx, chosen: &mut Chosen, window: &Window, each: &mut Each<'_>) -> Result<()> {
    window.check()?;
    look_back(tx, chosen)?;
    if window.order.by != SortBy::CreatedAt {
        let Some(route) = route::shortest(tx, chosen)? else {
            return Ok(());
        };
        let statement = if window.order.by == SortBy::Source && route == Route::All {
            sql::column(tx.engine(), chosen, &Route::Source, window)
        } else {
            sql::sorted(tx.engine(), chosen, &route, window)
        };
        return Ok(tx.fetch_each(&statement, each)?);
    }
    match route::choose(tx, chosen)? {
        Plan::Nothing => Ok(()),
        Plan::By(route) => newest_by(tx, chosen, &route, window, each),
        Plan::NewestThen(route) => newest_then(tx, chosen, &route, window, each),
    }
}

/// The ids of the choice in descending order, for work on all of it in slices.
pub fn ids(tx: &mut Tx, chosen: &mut Chosen, after: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>> {
    const ID: Columns = Columns {
        text: "leads.id",
        count: 1,
    };
    look_back(tx, chosen)?;
    let after = after.map(|id| Place { id, key: Key::None });
    let window = Window {
        columns: ID,
        order: Order::NEWEST,
        after,
        skip: 0,
        limit,
    };
    let Some(route) = route::shortest(tx, chosen)? else {
        return Ok(Vec::new());
    };
    let engine = tx.engine();
    let statement = if route.is_by_id() {
        sql::by_id(engine, chosen, &route, &window, None)
    } else {
        sql::sorted(engine, chosen, &route, &window)
    };
    let mut ids = Vec::new();
    tx.fetch_each(&statement, |row| {
        ids.push(row.uuid(0)?);
        Ok(())
    })?;
    Ok(ids)
}

/// Terms that the search index does not know are looked for among the newest leads only.
pub fn look_back(tx: &mut Tx, chosen: &mut Chosen) -> Result<()> {
    if chosen.since.is_none() && chosen.has_hard_term(tx.engine()) {
        let newest = Window {
            columns: WHOLE_LEADS,
            order: Order::NEWEST,
            after: None,
            skip: 0,
            limit: 1,
        };
        chosen.since = border(tx, chosen, &newest, HARD_TERMS_SEE)?;
    }
    Ok(())
}

fn newest_by(
    tx: &mut Tx,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    each: &mut Each<'_>,
) -> Result<()> {
    let engine = tx.engine();
    let statement = match (route, engine) {
        (Route::Search, Engine::Sqlite) => sql::by_arrival(chosen, window),
        _ if route.is_by_id() => sql::by_id(engine, chosen, route, window, None),
        _ => sql::sorted(engine, chosen, route, window),
    };
    Ok(tx.fetch_each(&statement, each)?)
}

/// Looks among the newest of the workspace, and takes `route` for what is missing.
fn newest_then(
    tx: &mut Tx,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    each: &mut Each<'_>,
) -> Result<()> {
    let searched = *route == Route::Search;
    let mut rows = if searched { NEWEST_SEARCHED } else { NEWEST };
    let mut left = Window {
        skip: 0,
        limit: window.skip + window.limit,
        ..window.clone()
    };
    let mut skip = window.skip;
    loop {
        let from = left.after.as_ref().map(|it| it.id);
        let border = border(tx, chosen, &left, rows)?;
        let walk = sql::by_id(tx.engine(), chosen, &Route::All, &left, border);
        let found = show(tx, &walk, &mut skip, each)?;
        let Some(border) = border.filter(|_| found < left.limit) else {
            return Ok(());
        };
        left.limit -= found;
        left.after = Some(Place {
            id: border,
            key: Key::None,
        });
        if searched {
            let walked = Walked {
                from,
                border,
                rows,
                found,
            };
            let reach = walked.reach(tx, chosen, &left)?;
            if walked.is_worth_going_on(reach.is_some()) {
                rows = (rows * left.limit / found).saturating_mul(2);
                continue;
            }
            if recent::is_all(tx, chosen, &mut left, reach, &mut |tx, sql| {
                show(tx, sql, &mut skip, each)
            })? {
                return Ok(());
            }
        }
        left.skip = skip.max(0);
        left.limit -= left.skip;
        return newest_by(tx, chosen, route, &left, each);
    }
}

/// Shows the statement's rows but for those still to be skipped; answers how many there were.
fn show(tx: &mut Tx, sql: &Sql, skip: &mut i64, each: &mut Each<'_>) -> Result<i64> {
    let mut rows = 0;
    tx.fetch_each(sql, |row| {
        rows += 1;
        *skip -= 1;
        if *skip < 0 { each(row) } else { Ok(()) }
    })?;
    Ok(rows)
}

/// The lead that stands `rows` behind the beginning of the window; nothing where the workspace ends before.
pub(super) fn border(
    tx: &mut Tx,
    chosen: &Chosen,
    window: &Window,
    rows: i64,
) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = tx.fetch_opt(&sql::border(tx.engine(), chosen, window, rows))?;
    Ok(found.map(|(id,)| id))
}
