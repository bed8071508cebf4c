//! The board: what its columns hold, how much that is worth, and their cards page by page.

use std::collections::{BTreeMap, HashMap};

use store::{Engine, RowRef, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::Result,
    leads::{
        card::{self, CardView},
        chosen::Chosen,
        list::{self, Key, Order, Place, SortBy, Window},
        list_sql as sql,
        route::{self, Route},
    },
};

/// What a column holds.
#[derive(Debug, Default)]
pub struct Column {
    pub count: i64,
    /// There may be more; counting stopped.
    pub capped: bool,
    /// By currency; leads without one are not in it.
    pub sums: BTreeMap<String, i64>,
    pub cards: Cards,
}

/// Cards as JSON, separated by commas, and where the first and the last of them stand.
#[derive(Debug, Default)]
pub struct Cards {
    pub json: Vec<u8>,
    pub first: Option<Place>,
    pub last: Option<Place>,
    starts: Vec<usize>,
}

/// Counting ends after so many rows.
const LOOKED_AT: i64 = 5000;

impl Cards {
    pub fn count(&self) -> i64 {
        i64::try_from(self.starts.len()).unwrap_or(i64::MAX)
    }

    /// From the bottom up.
    #[must_use]
    pub fn reversed(self) -> Cards {
        let ends = self
            .starts
            .iter()
            .skip(1)
            .map(|it| it - 1)
            .chain([self.json.len()]);
        let parts: Vec<&[u8]> = self
            .starts
            .iter()
            .zip(ends)
            .map(|(start, end)| &self.json[*start..end])
            .collect();
        let mut cards = Cards {
            first: self.last,
            last: self.first,
            ..Cards::default()
        };
        for part in parts.into_iter().rev() {
            cards.begin();
            cards.json.extend_from_slice(part);
        }
        cards
    }

    /// Only the first card and the one that fills the page are ever asked where they stand.
    fn add(&mut self, card: &CardView<'_>, row: &RowRef<'_>, window: &Window) -> store::Result<()> {
        self.begin();
        card.write(&mut self.json);
        if self.starts.len() == 1 || self.count() == window.limit {
            self.stands(Place::read(row, window)?);
        }
        Ok(())
    }

    fn add_json(&mut self, json: &[u8], place: Place) {
        self.begin();
        self.json.extend_from_slice(json);
        self.stands(place);
    }

    fn begin(&mut self) {
        if !self.starts.is_empty() {
            self.json.push(b',');
        }
        self.starts.push(self.json.len());
    }

    fn stands(&mut self, place: Place) {
        if self.first.is_none() {
            self.first = Some(place.clone());
        }
        self.last = Some(place);
    }
}

/// The columns of these stages with their first `limit` cards.
pub fn columns(
    tx: &mut Tx,
    chosen: &Chosen,
    stages: &[Uuid],
    order: Order,
    limit: i64,
) -> Result<HashMap<Uuid, Column>> {
    let mut columns: HashMap<Uuid, Column> =
        stages.iter().map(|id| (*id, Column::default())).collect();
    if !chosen.is_possible() {
        return Ok(columns);
    }
    let window = Window {
        columns: card::COLUMNS,
        order,
        after: None,
        skip: 0,
        limit,
    };
    if let Some(route) = few(tx, chosen)? {
        gather(tx, chosen, &route, &window, &mut columns)?;
        return Ok(columns);
    }
    if chosen.is_counted() {
        count(tx, chosen, stages, &mut columns)?;
    } else {
        count_some(tx, chosen, stages, &mut columns)?;
    }
    if tx.engine() == Engine::Postgres && order.by != SortBy::CreatedAt {
        let statement = all_columns(chosen, stages, &window);
        tx.fetch_each(&statement, |row| {
            let card = CardView::read(row)?;
            match columns.get_mut(&card.stage_id) {
                Some(column) => column.cards.add(&card, row, &window),
                None => Ok(()),
            }
        })?;
        return Ok(columns);
    }
    for (stage, column) in &mut columns {
        if column.count > 0 || column.capped {
            column.cards = walk(tx, chosen, *stage, &window)?;
        }
    }
    Ok(columns)
}

/// A page of one column, from where `window` says.
pub fn cards(tx: &mut Tx, chosen: &Chosen, stage: Uuid, window: &Window) -> Result<Cards> {
    if !chosen.is_possible() {
        return Ok(Cards::default());
    }
    let Some(route) = few(tx, chosen)? else {
        return walk(tx, chosen, stage, window);
    };
    let mut of_stage = chosen.clone();
    of_stage.filter.stage = Some(stage);
    collect(
        tx,
        &sql::sorted(tx.engine(), &of_stage, &route, window),
        window,
    )
}

/// Without a filter the columns themselves are the way.
fn few(tx: &mut Tx, chosen: &Chosen) -> Result<Option<Route>> {
    if chosen.is_everything() {
        Ok(None)
    } else {
        route::few(tx, chosen)
    }
}

fn walk(tx: &mut Tx, chosen: &Chosen, stage: Uuid, window: &Window) -> Result<Cards> {
    let engine = tx.engine();
    let route = Route::Stages(vec![stage]);
    if window.order == Order::NEWEST && window.skip == 0 {
        let mut of_stage = chosen.clone();
        of_stage.filter.stage = Some(stage);
        let mut cards = Cards::default();
        list::page(tx, &mut of_stage, window, &mut |row| {
            cards.add(&CardView::read(row)?, row, window)
        })?;
        return Ok(cards);
    }
    let in_index_order = window.order.by == SortBy::Position && window.skip == 0;
    let statement = if in_index_order {
        sql::column
    } else {
        sql::sorted
    };
    collect(tx, &statement(engine, chosen, &route, window), window)
}

fn collect(tx: &mut Tx, statement: &Sql, window: &Window) -> Result<Cards> {
    let mut cards = Cards::default();
    tx.fetch_each(statement, |row| {
        cards.add(&CardView::read(row)?, row, window)
    })?;
    Ok(cards)
}

/// PostgreSQL: the first cards of every column in one statement.
fn all_columns(chosen: &Chosen, stages: &[Uuid], window: &Window) -> Sql {
    let mut statement =
        Sql::new("select leads.* from lead_pipeline_stages as stages cross join lateral (");
    statement.append(&sql::column(
        Engine::Postgres,
        chosen,
        &Route::EachStage,
        window,
    ));
    statement
        .push(") as leads where stages.workspace_id = ")
        .bind(chosen.workspace);
    statement
        .push(" and stages.id in ")
        .list(stages.iter().copied());
    statement
}

/// From the counters, as far as the caller sees.
fn count(
    tx: &mut Tx,
    chosen: &Chosen,
    stages: &[Uuid],
    columns: &mut HashMap<Uuid, Column>,
) -> Result<()> {
    // SQLite adds up faster here than in a `group by`; from PostgreSQL the fewer rows the better.
    let (what, group) = match tx.engine() {
        Engine::Sqlite => ("n, amount", ""),
        Engine::Postgres => (
            "cast(sum(n) as bigint), cast(sum(amount) as bigint)",
            " group by stage_id, currency",
        ),
    };
    let mut statement = Sql::new("select stage_id, currency, ");
    statement
        .push(what)
        .push(" from lead_counts where workspace_id = ")
        .bind(chosen.workspace);
    statement
        .push(" and stage_id in ")
        .list(stages.iter().copied());
    chosen.push_counted(&mut statement);
    statement.push(group);
    tx.fetch_each(&statement, |row| {
        if let Some(column) = columns.get_mut(&row.uuid(0)?) {
            column.add(row.text(1)?, row.int(2)?, row.int(3)?);
        }
        Ok(())
    })?;
    for column in columns.values_mut() {
        column.count = column.count.max(0);
        column.sums.retain(|_, sum| *sum != 0);
    }
    Ok(())
}

/// Of the first rows that match: what is so frequent is not counted to its end.
fn count_some(
    tx: &mut Tx,
    chosen: &Chosen,
    stages: &[Uuid],
    columns: &mut HashMap<Uuid, Column>,
) -> Result<()> {
    let engine = tx.engine();
    let route = Route::All;
    let mut statement = Sql::new(
        "select leads.stage_id, coalesce(leads.currency, ''), count(*), cast(coalesce(sum(leads.value), 0) as bigint) \
         from (select leads.*",
    );
    statement.push(route.from(engine)).push(" where ");
    chosen.push_entry(&route, &mut statement);
    statement
        .push(" order by leads.id desc limit ")
        .bind(LOOKED_AT)
        .push(") as leads where ");
    chosen.push(engine, &Route::All, &mut statement);
    statement
        .push(" and leads.stage_id in ")
        .list(stages.iter().copied());
    statement.push(" group by leads.stage_id, leads.currency");
    tx.fetch_each(&statement, |row| {
        if let Some(column) = columns.get_mut(&row.uuid(0)?) {
            column.add(row.text(1)?, row.int(2)?, row.int(3)?);
        }
        Ok(())
    })?;
    for column in columns.values_mut() {
        column.capped = true;
    }
    Ok(())
}

impl Column {
    fn add(&mut self, currency: &str, n: i64, amount: i64) {
        self.count += n;
        if currency.is_empty() {
            return;
        }
        match self.sums.get_mut(currency) {
            Some(sum) => *sum = sum.saturating_add(amount),
            None => drop(self.sums.insert(currency.to_owned(), amount)),
        }
    }
}

/// Few leads: all of them are looked at, counted and put in order here; then the cards that show are read.
fn gather(
    tx: &mut Tx,
    chosen: &Chosen,
    route: &Route,
    window: &Window,
    columns: &mut HashMap<Uuid, Column>,
) -> Result<()> {
    let engine = tx.engine();
    let mut statement = Sql::new("select leads.id, leads.stage_id, leads.value, leads.currency, ");
    statement.push(match window.order.by {
        SortBy::CreatedAt => "0",
        by => by.column(engine),
    });
    statement.push(route.from(engine)).push(" where ");
    chosen.push(engine, route, &mut statement);
    let mut found: HashMap<Uuid, Vec<(i64, Uuid)>> = HashMap::new();
    tx.fetch_each(&statement, |row| {
        if let Some(column) = columns.get_mut(&row.uuid(1)?) {
            column.add(
                row.opt_text(3)?.unwrap_or_default(),
                1,
                row.opt_int(2)?.unwrap_or(0),
            );
            found
                .entry(row.uuid(1)?)
                .or_default()
                .push((row.int(4)?, row.uuid(0)?));
        }
        Ok(())
    })?;
    let shown = usize::try_from(window.limit).unwrap_or(0);
    for leads in found.values_mut() {
        leads.sort_unstable_by(|one, other| other.cmp(one));
        leads.truncate(shown);
    }
    show(tx, chosen, &found, columns)
}

/// Reads the cards of these leads and puts them into their columns.
fn show(
    tx: &mut Tx,
    chosen: &Chosen,
    found: &HashMap<Uuid, Vec<(i64, Uuid)>>,
    columns: &mut HashMap<Uuid, Column>,
) -> Result<()> {
    let ids: Vec<Uuid> = found.values().flatten().map(|(_, id)| *id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut statement = Sql::new("select ");
    statement
        .push(card::COLUMNS.text)
        .push(" from leads where leads.workspace_id = ")
        .bind(chosen.workspace);
    statement.push(" and leads.id in ").list(ids);
    let mut read: HashMap<Uuid, Vec<u8>> = HashMap::new();
    tx.fetch_each(&statement, |row| {
        let card = CardView::read(row)?;
        let mut json = Vec::with_capacity(512);
        card.write(&mut json);
        read.insert(card.id, json);
        Ok(())
    })?;
    for (stage, leads) in found {
        let Some(column) = columns.get_mut(stage) else {
            continue;
        };
        for (key, id) in leads {
            let Some(json) = read.get(id) else { continue };
            column.cards.add_json(
                json,
                Place {
                    id: *id,
                    key: Key::Number(*key),
                },
            );
        }
    }
    Ok(())
}
