//! A page of a list of leads, in any order, from where the page before ended.

use serde::{Deserialize, Serialize};
use store::{Engine, RowRef, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Error, Result},
    leads::{
        chosen::Chosen,
        lead::{COLUMN_COUNT, COLUMNS},
        route::{self, Plan, Route},
        search::Term,
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub by: SortBy,
    pub descending: bool,
}

/// The last row of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub id: Uuid,
    /// What the list is ordered by besides the id; where SQLite's search index orders it, the number of the row.
    pub key: Key,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Key {
    None,
    Number(i64),
    Text(String),
}

/// Which part of the list.
#[derive(Debug, Clone)]
pub struct Window {
    pub order: Order,
    pub after: Option<Place>,
    pub skip: i64,
    pub limit: i64,
}

/// Takes rows as they come; each begins with [`COLUMNS`].
pub type Each<'a> = dyn FnMut(&RowRef<'_>) -> store::Result<()> + 'a;

/// Terms too short for the search index look this far back.
const SHORT_TERMS_SEE: i64 = 20_000;

/// So many of the newest are looked at before another way is taken.
const NEWEST: i64 = 4000;
const NEWEST_SEARCHED: i64 = 2000;

/// One in so many: fetching all of a rarer term's finds beats walking on.
const FREQUENT: i64 = 400;

impl SortBy {
    pub const ALL: [(&'static str, SortBy); 7] = [
        ("createdAt", SortBy::CreatedAt),
        ("updatedAt", SortBy::UpdatedAt),
        ("name", SortBy::Name),
        ("score", SortBy::Score),
        ("value", SortBy::Value),
        ("company", SortBy::Company),
        ("source", SortBy::Source),
    ];

    pub fn named(name: &str) -> Option<SortBy> {
        SortBy::ALL
            .into_iter()
            .find(|it| it.0 == name)
            .map(|it| it.1)
    }

    /// Text is compared byte by byte on both engines; a lead's search text begins with its folded name.
    fn column(self, engine: Engine) -> &'static str {
        match (self, engine) {
            (SortBy::CreatedAt, _) => "leads.id",
            (SortBy::UpdatedAt, _) => "leads.updated_at",
            (SortBy::Score, _) => "leads.score",
            (SortBy::Value, _) => "leads.value",
            (SortBy::Name, Engine::Sqlite) => "leads.search_text",
            (SortBy::Name, Engine::Postgres) => "leads.search_text collate \"C\"",
            (SortBy::Company, Engine::Sqlite) => "lower(leads.company)",
            (SortBy::Company, Engine::Postgres) => {
                "lower(leads.company collate \"C\") collate \"C\""
            }
            (SortBy::Source, Engine::Sqlite) => "leads.source",
            (SortBy::Source, Engine::Postgres) => "leads.source collate \"C\"",
        }
    }

    fn read(self, row: &RowRef<'_>, index: usize) -> store::Result<Key> {
        Ok(match self {
            SortBy::CreatedAt | SortBy::UpdatedAt | SortBy::Score | SortBy::Value => {
                row.opt_int(index)?.map_or(Key::None, Key::Number)
            }
            SortBy::Name | SortBy::Company | SortBy::Source => row
                .opt_text(index)?
                .map_or(Key::None, |it| Key::Text(it.to_owned())),
        })
    }

    /// Whether a key can have come from this column.
    fn gives(self, key: &Key) -> bool {
        match self {
            SortBy::UpdatedAt | SortBy::Score => matches!(key, Key::Number(_)),
            SortBy::CreatedAt | SortBy::Value => matches!(key, Key::Number(_) | Key::None),
            SortBy::Name | SortBy::Source => matches!(key, Key::Text(_)),
            SortBy::Company => matches!(key, Key::Text(_) | Key::None),
        }
    }
}

impl Window {
    /// Whether the place can have come from a list in this order.
    pub fn check(&self) -> Result<()> {
        let fits = self.after.as_ref().is_none_or(|it| {
            let clean = !matches!(&it.key, Key::Text(text) if text.contains('\0'));
            self.order.by.gives(&it.key) && clean
        });
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

impl Place {
    /// Where a row of [`page`] stands.
    pub fn read(row: &RowRef<'_>, order: Order) -> store::Result<Place> {
        Ok(Place {
            id: row.uuid(0)?,
            key: order.by.read(row, COLUMN_COUNT)?,
        })
    }
}

/// Shows `each` row of the window in order.
pub fn page(tx: &mut Tx, chosen: &Chosen, window: &Window, each: &mut Each<'_>) -> Result<()> {
    window.check()?;
    if window.order.by != SortBy::CreatedAt {
        if let Some(route) = route::shortest(tx, chosen)? {
            tx.fetch_each(&sorted(tx.engine(), chosen, &route, window), each)?;
        }
        return Ok(());
    }
    match route::choose(tx, chosen)? {
        Plan::Nothing => Ok(()),
        Plan::By(route) if chosen.filter.search.as_ref().is_some_and(Term::is_short) => {
            let until = border(tx, chosen, window, SHORT_TERMS_SEE)?;
            Ok(tx.fetch_each(&by_id(tx.engine(), chosen, &route, window, until), each)?)
        }
        Plan::By(route) => all_by(tx, chosen, &route, window, each),
        Plan::NewestThen(route) => newest_then(tx, chosen, &route, window, each),
    }
}

fn all_by(
    tx: &mut Tx,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    each: &mut Each<'_>,
) -> Result<()> {
    let engine = tx.engine();
    let sql = match (route, engine) {
        (Route::Search, Engine::Sqlite) => by_arrival(chosen, window),
        _ if route.is_by_id() => by_id(engine, chosen, route, window, None),
        _ => sorted(engine, chosen, route, window),
    };
    Ok(tx.fetch_each(&sql, each)?)
}

/// Looks among the newest of the workspace, and takes `route` for what is missing.
fn newest_then(
    tx: &mut Tx,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    each: &mut Each<'_>,
) -> Result<()> {
    let mut rows = if *route == Route::Search {
        NEWEST_SEARCHED
    } else {
        NEWEST
    };
    let mut left = Window {
        skip: 0,
        limit: window.skip + window.limit,
        ..window.clone()
    };
    let mut skip = window.skip;
    loop {
        let border = border(tx, chosen, &left, rows)?;
        let mut found = 0;
        tx.fetch_each(
            &by_id(tx.engine(), chosen, &Route::All, &left, border),
            |row| {
                found += 1;
                skip -= 1;
                if skip < 0 { each(row) } else { Ok(()) }
            },
        )?;
        let Some(border) = border.filter(|_| found < left.limit) else {
            return Ok(());
        };
        left.limit -= found;
        left.after = Some(Place {
            id: border,
            key: Key::None,
        });
        // Frequent enough for going on to cost less than fetching all there are.
        if *route == Route::Search && found * FREQUENT >= rows {
            rows = (rows * left.limit / found).saturating_mul(2);
            continue;
        }
        left.skip = skip.max(0);
        left.limit -= left.skip;
        return all_by(tx, chosen, route, &left, each);
    }
}

/// The lead that stands `rows` behind the beginning of the window; nothing where the workspace ends before.
fn border(tx: &mut Tx, chosen: &Chosen, window: &Window, rows: i64) -> Result<Option<Uuid>> {
    let mut sql = Sql::new("select leads.id");
    sql.push(Route::All.from(tx.engine()))
        .push(" where leads.workspace_id = ")
        .bind(chosen.workspace);
    push_after_id(&mut sql, "leads.id", window);
    push_order(&mut sql, "leads.id", window.order);
    sql.push(" limit 1 offset ").bind(rows);
    Ok(tx.fetch_opt::<(Uuid,)>(&sql)?.map(|(id,)| id))
}

/// Rows that come by id; up to and with `until`.
fn by_id(
    engine: Engine,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    until: Option<Uuid>,
) -> Sql {
    let column = route.id_column();
    let mut sql = select("cast(null as bigint)");
    sql.push(route.from(engine)).push(" where ");
    chosen.push(engine, route, &mut sql);
    push_after_id(&mut sql, column, window);
    if let Some(until) = until {
        sql.push(" and ")
            .push(column)
            .push(if window.order.descending {
                " >= "
            } else {
                " <= "
            })
            .bind(until);
    }
    push_order(&mut sql, column, window.order);
    push_limit(&mut sql, window);
    sql
}

/// SQLite's search index in the order in which leads came in.
fn by_arrival(chosen: &Chosen, window: &Window) -> Sql {
    let mut sql = select("leads.seq");
    sql.push(Route::Search.from(Engine::Sqlite)).push(" where ");
    chosen.push(Engine::Sqlite, &Route::Search, &mut sql);
    if let Some(place) = &window.after {
        sql.push(" and leads_search.rowid")
            .push(if window.order.descending {
                " < "
            } else {
                " > "
            });
        match place.key {
            Key::Number(seq) => drop(sql.bind(seq)),
            Key::None | Key::Text(_) => {
                sql.push("(select seq from leads as last where last.workspace_id = ")
                    .bind(chosen.workspace);
                sql.push(" and last.id = ").bind(place.id).push(")");
            }
        }
    }
    push_order(&mut sql, "leads_search.rowid", window.order);
    push_limit(&mut sql, window);
    sql
}

/// Rows that come in any order: their ids are put in order first, and only those of the page are read in full.
fn sorted(engine: Engine, chosen: &Chosen, route: &Route, window: &Window) -> Sql {
    let by = window.order.by;
    let mut sql = select(if by == SortBy::CreatedAt {
        "cast(null as bigint)"
    } else {
        "hits.sort_key"
    });
    sql.push(" from (select found.id, found.sort_key from (select leads.id, ")
        .push(by.column(engine));
    sql.push(" as sort_key")
        .push(route.from(engine))
        .push(" where ");
    chosen.push(engine, route, &mut sql);
    push_after(engine, &mut sql, window);
    // PostgreSQL would otherwise look for a way that gives the order, and walk it through.
    sql.push(if engine == Engine::Postgres {
        " offset 0"
    } else {
        ""
    })
    .push(") as found");
    push_keyed_order(&mut sql, "found.sort_key", "found.id", window.order);
    push_limit(&mut sql, window);
    sql.push(if engine == Engine::Sqlite {
        ") as hits cross join leads"
    } else {
        ") as hits join leads"
    });
    sql.push(" on leads.workspace_id = ")
        .bind(chosen.workspace)
        .push(" and leads.id = hits.id");
    push_keyed_order(&mut sql, "hits.sort_key", "hits.id", window.order);
    sql
}

fn select(key: &'static str) -> Sql {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(", ").push(key);
    sql
}

fn push_order(sql: &mut Sql, column: &'static str, order: Order) {
    sql.push(" order by ")
        .push(column)
        .push(if order.descending { " desc" } else { "" });
}

/// Without a value comes last, whichever way.
fn push_keyed_order(sql: &mut Sql, key: &'static str, id: &'static str, order: Order) {
    let direction = if order.descending { " desc" } else { " asc" };
    sql.push(" order by ");
    if order.by != SortBy::CreatedAt {
        sql.push(key).push(direction).push(" nulls last, ");
    }
    sql.push(id).push(direction);
}

fn push_limit(sql: &mut Sql, window: &Window) {
    sql.push(" limit ").bind(window.limit);
    if window.skip > 0 {
        sql.push(" offset ").bind(window.skip);
    }
}

fn push_after_id(sql: &mut Sql, column: &'static str, window: &Window) {
    if let Some(place) = &window.after {
        sql.push(" and ")
            .push(column)
            .push(if window.order.descending {
                " < "
            } else {
                " > "
            })
            .bind(place.id);
    }
}

fn push_after(engine: Engine, sql: &mut Sql, window: &Window) {
    let Some(place) = &window.after else { return };
    let by = window.order.by;
    if by == SortBy::CreatedAt {
        return push_after_id(sql, "leads.id", window);
    }
    let (column, beyond) = (
        by.column(engine),
        if window.order.descending {
            " < "
        } else {
            " > "
        },
    );
    let bind = |sql: &mut Sql| match &place.key {
        Key::Number(number) => drop(sql.bind(*number)),
        Key::Text(text) => drop(sql.bind(text.as_str())),
        Key::None => {}
    };
    sql.push(" and (");
    if place.key == Key::None {
        sql.push(column).push(" is null");
    } else {
        sql.push(column).push(beyond);
        bind(sql);
        sql.push(" or ")
            .push(column)
            .push(" is null or ")
            .push(column)
            .push(" = ");
        bind(sql);
    }
    sql.push(" and leads.id")
        .push(beyond)
        .bind(place.id)
        .push(")");
}
