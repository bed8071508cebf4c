//! The statements of a list: the same choice, reached by different routes.

use store::{Engine, Sql};
use uuid::Uuid;

use crate::leads::{
    chosen::Chosen,
    list::{Key, Order, SortBy, Window},
    recent::Reach,
    route::Route,
};

/// The id that stands `rows` behind the beginning of the window, whatever is chosen.
pub fn border(engine: Engine, chosen: &Chosen, window: &Window, rows: i64) -> Sql {
    let mut sql = Sql::new("select leads.id");
    sql.push(Route::All.from(engine))
        .push(" where leads.workspace_id = ")
        .bind(chosen.workspace);
    push_after_id(&mut sql, "leads.id", window);
    push_order(&mut sql, "leads.id", window.order);
    sql.push(" limit 1 offset ").bind(rows);
    sql
}

/// Rows that come by id; up to and with `until`.
pub fn by_id(
    engine: Engine,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    until: Option<Uuid>,
) -> Sql {
    let column = route.id_column();
    let mut sql = select(window, "cast(null as bigint)");
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
pub fn by_arrival(chosen: &Chosen, window: &Window) -> Sql {
    let mut sql = select(window, "leads.seq");
    sql.push(Route::Search.from(Engine::Sqlite)).push(" where ");
    chosen.push(Engine::Sqlite, &Route::Search, &mut sql);
    if let Some(place) = &window.after {
        sql.push(" and leads_search.rowid")
            .push(beyond(window.order));
        if let Key::Number(seq) = place.key {
            sql.bind(seq);
        } else {
            sql.push("(select seq from leads as last where last.workspace_id = ")
                .bind(chosen.workspace);
            sql.push(" and last.id = ").bind(place.id).push(")");
        }
    }
    push_order(&mut sql, "leads_search.rowid", window.order);
    push_limit(&mut sql, window);
    sql
}

/// A column of the board; by position, the index has it in this order.
pub fn column(engine: Engine, chosen: &Chosen, route: &Route, window: &Window) -> Sql {
    let key = window.order.by.column(engine);
    let mut sql = select(window, key);
    sql.push(route.from(engine)).push(" where ");
    chosen.push(engine, route, &mut sql);
    if let Some(place) = &window.after {
        sql.push(" and (")
            .push(key)
            .push(", leads.id)")
            .push(beyond(window.order))
            .push("(");
        push_key(&mut sql, &place.key);
        sql.push(", ").bind(place.id).push(")");
    }
    push_keyed_order(&mut sql, key, "leads.id", window.order);
    push_limit(&mut sql, window);
    sql
}

/// Rows that come in any order: their ids are put in order first, and only those of the page are read in full.
pub fn sorted(engine: Engine, chosen: &Chosen, route: &Route, window: &Window) -> Sql {
    sorted_within(engine, chosen, route, window, None)
}

/// PostgreSQL: what the search index finds within these stretches of time.
pub fn recent(chosen: &Chosen, window: &Window, reach: Reach) -> Sql {
    sorted_within(
        Engine::Postgres,
        chosen,
        &Route::Search,
        window,
        Some(reach),
    )
}

fn sorted_within(
    engine: Engine,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    reach: Option<Reach>,
) -> Sql {
    let by = window.order.by;
    let mut sql = select(
        window,
        if by == SortBy::CreatedAt {
            "cast(null as bigint)"
        } else {
            "hits.sort_key"
        },
    );
    sql.push(" from (select found.id, found.sort_key from (select leads.id, ")
        .push(by.column(engine));
    sql.push(" as sort_key")
        .push(route.from(engine))
        .push(" where ");
    chosen.push(engine, route, &mut sql);
    if let Some(reach) = reach {
        reach.push(chosen.workspace, &mut sql);
    }
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

fn select(window: &Window, key: &'static str) -> Sql {
    let mut sql = Sql::new("select ");
    sql.push(window.columns.text)
        .push(", ")
        .push(key)
        .push(" as sort_key");
    sql
}

fn beyond(order: Order) -> &'static str {
    if order.descending { " < " } else { " > " }
}

fn push_order(sql: &mut Sql, column: &'static str, order: Order) {
    sql.push(" order by ")
        .push(column)
        .push(if order.descending { " desc" } else { "" });
}

/// Without a value comes last, whichever way. Only what can lack a value says so, for no index is in that order.
fn push_keyed_order(sql: &mut Sql, key: &'static str, id: &'static str, order: Order) {
    let direction = if order.descending { " desc" } else { " asc" };
    sql.push(" order by ");
    if order.by != SortBy::CreatedAt {
        let last = if matches!(order.by, SortBy::Value | SortBy::Company) {
            " nulls last"
        } else {
            ""
        };
        sql.push(key).push(direction).push(last).push(", ");
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
            .push(beyond(window.order))
            .bind(place.id);
    }
}

fn push_key(sql: &mut Sql, key: &Key) {
    match key {
        Key::Number(number) => drop(sql.bind(*number)),
        Key::Text(text) => drop(sql.bind(text.as_str())),
        Key::None => drop(sql.push("null")),
    }
}

fn push_after(engine: Engine, sql: &mut Sql, window: &Window) {
    let Some(place) = &window.after else { return };
    let by = window.order.by;
    if by == SortBy::CreatedAt {
        return push_after_id(sql, "leads.id", window);
    }
    let (column, beyond) = (by.column(engine), beyond(window.order));
    sql.push(" and (");
    if place.key == Key::None {
        sql.push(column).push(" is null");
    } else {
        sql.push(column).push(beyond);
        push_key(sql, &place.key);
        sql.push(" or ")
            .push(column)
            .push(" is null or ")
            .push(column)
            .push(" = ");
        push_key(sql, &place.key);
    }
    sql.push(" and leads.id")
        .push(beyond)
        .bind(place.id)
        .push(")");
}
