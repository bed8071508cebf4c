//! How many leads a choice has: from the counters where they know it, else counted as far as it pays.

use store::{Sql, Tx};

use crate::{
    base::{Result, Scope},
    leads::{
        chosen::Chosen,
        live,
        route::{self, Route},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    pub n: i64,
    /// There may be more; counting stopped.
    pub capped: bool,
}

/// Counting in an index alone ends here.
pub const CAP: i64 = 10_000;

/// Looking for an owner's among the entries of a tag ends after so many.
const ENTRIES: i64 = 2_000;

/// Looking at the rows themselves ends after so many.
const LOOKED_AT: i64 = 5_000;

impl Total {
    pub const fn exactly(n: i64) -> Total {
        Total { n, capped: false }
    }
}

/// The number of leads of a choice of which `seen` are known already.
pub fn of(tx: &mut Tx, chosen: &Chosen, seen: i64) -> Result<Total> {
    if !chosen.is_possible() {
        return Ok(Total::exactly(0));
    }
    if chosen.is_counted() {
        return counted(tx, chosen).map(Total::exactly);
    }
    // The finds of a search cost too much to be counted; that there are more is known.
    if chosen.filter.search.is_some() {
        return Ok(Total {
            n: seen,
            capped: true,
        });
    }
    let Some(route) = route::shortest(tx, chosen)? else {
        return Ok(Total::exactly(0));
    };
    let total = if chosen.is_said_by(&route) {
        entries(tx, chosen, &route)?
    } else {
        looked_at(tx, chosen, &route)?
    };
    Ok(Total {
        n: total.n.max(seen),
        ..total
    })
}

/// From the counters.
pub fn counted(tx: &mut Tx, chosen: &Chosen) -> Result<i64> {
    let mut sql = live::start(chosen.workspace);
    chosen.push_counted(&mut sql);
    live::number(tx, &sql)
}

/// Entries of the one index that says everything.
fn entries(tx: &mut Tx, chosen: &Chosen, route: &Route) -> Result<Total> {
    if let Route::Tag(index) = route {
        return tagged(tx, chosen, &chosen.tags[*index]);
    }
    let mut sql = Sql::new("select count(*) from (select 1");
    sql.push(route.from(tx.engine())).push(" where ");
    chosen.push(tx.engine(), route, &mut sql);
    sql.push(" limit ").bind(CAP + 1).push(") as entries");
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(Total {
        n: n.min(CAP),
        capped: n > CAP,
    })
}

/// The newest leads of a tag, and among them those of the owner: a tag may be on far more leads than the owner has.
fn tagged(tx: &mut Tx, chosen: &Chosen, tag: &str) -> Result<Total> {
    let anyone = chosen.owner.is_none() && chosen.scope == Scope::All;
    let most = if anyone { CAP } else { ENTRIES };
    let mut sql = Sql::new("select count(*), count(*) filter (where true");
    chosen.push_owner("assigned_to", &mut sql);
    sql.push(") from (select assigned_to from lead_tags where workspace_id = ")
        .bind(chosen.workspace);
    sql.push(" and tag = ").bind(tag);
    sql.push(" order by lead_id desc limit ")
        .bind(most + 1)
        .push(") as entries");
    let (seen, n): (i64, i64) = tx.fetch_one(&sql)?;
    Ok(Total {
        n: n.min(most),
        capped: seen > most,
    })
}

/// Of the first rows that the route leads to, those that match.
fn looked_at(tx: &mut Tx, chosen: &Chosen, route: &Route) -> Result<Total> {
    let engine = tx.engine();
    let mut sql = Sql::new("select count(*), count(*) filter (where ");
    chosen.push(engine, &Route::All, &mut sql);
    sql.push(") from (select leads.*")
        .push(route.from(engine))
        .push(" where ");
    chosen.push_entry(route, &mut sql);
    sql.push(" limit ").bind(LOOKED_AT + 1).push(") as leads");
    let (rows, n): (i64, i64) = tx.fetch_one(&sql)?;
    Ok(Total {
        n,
        capped: rows > LOOKED_AT,
    })
}
