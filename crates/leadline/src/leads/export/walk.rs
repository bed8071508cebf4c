//! The walk through a choice of leads, a page a unit of work.
//!
//! In the order of their making, leads come by keyset straight from an index. Other orders, and choices that no index has in
//! that order, are settled by their ids first: those are few enough to be kept, or else the walk goes through all leads
//! and keeps those that match. Either way a lead comes once at most, and one that fits the choice the whole time comes.

use std::collections::HashMap;

use store::{Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Caller, Error, Result},
    leads::{
        Lead, LeadView,
        chosen::Chosen,
        filter::Filter,
        lead,
        list::{self, Columns, Key, Order, Place, SortBy, WHOLE_LEADS, Window},
        list_sql,
        route::{self, Route},
    },
};

#[derive(Debug)]
pub struct Walk {
    chosen: Chosen,
    order: Order,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Nothing,
    /// By id along an index.
    Along {
        route: Route,
        after: Option<Uuid>,
    },
    /// These, from the `at`-th on.
    Listed {
        ids: Vec<Uuid>,
        at: usize,
    },
}

/// Whether there may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    On,
    ToTheEnd,
}

/// Ids that are kept: 16 bytes each.
pub const MOST_IDS: usize = 200_000;

/// Leads looked at in one unit of work, where few of them may match.
const LOOKED_AT: i64 = 20_000;

const ID: Columns = Columns {
    text: "leads.id",
    count: 1,
};

impl Walk {
    pub fn begin(tx: &mut Tx, filter: Filter, caller: &Caller, order: Order) -> Result<Walk> {
        let mut chosen = Chosen::bind(tx, filter, caller)?;
        list::look_back(tx, &mut chosen)?;
        let way = way(tx, &mut chosen, order)?;
        Ok(Walk { chosen, order, way })
    }

    pub fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// How many leads are still to come at most, where they are listed.
    pub fn known(&self) -> Option<i64> {
        match &self.way {
            Way::Nothing => Some(0),
            Way::Along { .. } => None,
            Way::Listed { ids, at } => i64::try_from(ids.len() - at).ok(),
        }
    }

    /// Shows the next leads, `limit` at most.
    pub fn page(
        &mut self,
        tx: &mut Tx,
        limit: i64,
        mut each: impl FnMut(&LeadView<'_>),
    ) -> Result<Went> {
        match &mut self.way {
            Way::Nothing => Ok(Went::ToTheEnd),
            Way::Along { route, after } => {
                let next = along(tx, &self.chosen, self.order, (route, *after), limit, each)?;
                *after = next;
                Ok(if next.is_some() {
                    Went::On
                } else {
                    Went::ToTheEnd
                })
            }
            Way::Listed { ids, at } => {
                let limit = usize::try_from(limit).unwrap_or(1);
                let slice = ids
                    .iter()
                    .copied()
                    .skip(*at)
                    .take(limit)
                    .collect::<Vec<_>>();
                *at += slice.len();
                for lead in these(tx, &self.chosen, &slice)? {
                    each(&lead.view());
                }
                Ok(if *at < ids.len() {
                    Went::On
                } else {
                    Went::ToTheEnd
                })
            }
        }
    }
}

fn way(tx: &mut Tx, chosen: &mut Chosen, order: Order) -> Result<Way> {
    let Some(route) = route::shortest(tx, chosen)? else {
        return Ok(Way::Nothing);
    };
    if order.by == SortBy::CreatedAt && route.is_by_id() {
        return Ok(Way::Along { route, after: None });
    }
    let ids = ids(tx, chosen, order)?;
    if ids.len() <= MOST_IDS {
        return Ok(Way::Listed { ids, at: 0 });
    }
    if order.by == SortBy::CreatedAt {
        let route = Route::All;
        return Ok(Way::Along { route, after: None });
    }
    let problem = format!("must be createdAt for more than {MOST_IDS} leads");
    Err(Error::invalid("sortBy", problem))
}

/// All of them in their order, but one more than can be kept at most.
fn ids(tx: &mut Tx, chosen: &mut Chosen, order: Order) -> Result<Vec<Uuid>> {
    let window = Window {
        columns: ID,
        order,
        after: None,
        skip: 0,
        limit: i64::try_from(MOST_IDS)
            .unwrap_or(i64::MAX)
            .saturating_add(1),
    };
    let mut ids = Vec::new();
    list::page(tx, chosen, &window, &mut |row| {
        ids.push(row.uuid(0)?);
        Ok(())
    })?;
    Ok(ids)
}

/// Goes on behind a lead; answers behind which one the next page begins, or that there is none.
fn along(
    tx: &mut Tx,
    chosen: &Chosen,
    order: Order,
    (route, after): (&Route, Option<Uuid>),
    limit: i64,
    mut each: impl FnMut(&LeadView<'_>),
) -> Result<Option<Uuid>> {
    let engine = tx.engine();
    let window = Window {
        columns: WHOLE_LEADS,
        order,
        after: after.map(|id| Place { id, key: Key::None }),
        skip: 0,
        limit,
    };
    // Where every lead on the way is chosen, the page itself is the border.
    let until = if *route == Route::All && !chosen.is_said_by(route) {
        let sql = list_sql::border(engine, chosen, &window, LOOKED_AT);
        tx.fetch_opt::<(Uuid,)>(&sql)?.map(|it| it.0)
    } else {
        None
    };
    let (mut found, mut last) = (0, None);
    let sql = list_sql::by_id(engine, chosen, route, &window, until);
    tx.fetch_each(&sql, |row| {
        let lead = LeadView::read(row)?;
        (found, last) = (found + 1, Some(lead.id));
        each(&lead);
        Ok(())
    })?;
    Ok(if found < limit { until } else { last })
}

/// Those of these leads that the choice still has, in this order.
fn these(tx: &mut Tx, chosen: &Chosen, ids: &[Uuid]) -> Result<Vec<Lead>> {
    let engine = tx.engine();
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(Route::All.from(engine))
        .push(" where ");
    chosen.push(engine, &Route::All, &mut sql);
    sql.push(" and leads.id in ").list(ids.iter().copied());
    let places: HashMap<Uuid, usize> = ids.iter().copied().zip(0..).collect();
    let mut leads: Vec<Lead> = tx.fetch(&sql)?;
    leads.sort_by_key(|it| places.get(&it.id.uuid()).copied());
    Ok(leads)
}
