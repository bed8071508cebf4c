//! By which index the rows of a choice are reached. The planner is not left to guess: of a workspace's million leads
//! some choices are everything and some are nothing, and only the counters and the indexes themselves know which.

use store::{Engine, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Result, Scope},
    leads::{chosen::Chosen, live, search::Term},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// All of the workspace by id.
    All,
    /// One owner's, by id.
    Owner,
    /// The caller's team's, owner by owner.
    Team,
    /// One source's, by id.
    Source,
    /// Those with the tag of this number in [`Chosen::tags`], by id.
    Tag(usize),
    /// Those of these stages, in the order of their columns.
    Stages(Vec<Uuid>),
    /// The same for each row of `stages`, a query around this one.
    EachStage,
    Email,
    Phone,
    Trash,
    /// By the search index; on SQLite in the order in which they came in.
    Search,
}

/// How to reach the newest of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// There are none.
    Nothing,
    By(Route),
    /// Look among the newest of all, and only if that yields too few take the other way.
    NewestThen(Route),
}

/// Where rows are counted to see which way is shorter, counting stops here.
const PROBE: i64 = 5000;

/// A workspace of so many leads is walked through faster than its share of the search index is read.
const SMALL: i64 = 4000;

const FEW_ON_BOARD: i64 = 5000;

/// Rare enough to fetch all of them and put them in order.
const FEW: i64 = 2000;

impl Route {
    /// ` from leads …`. SQLite is told the index; PostgreSQL knows how the values are distributed.
    pub fn from(&self, engine: Engine) -> &'static str {
        match (engine, self) {
            (Engine::Sqlite, Route::All) => " from leads indexed by sqlite_autoindex_leads_1",
            (Engine::Sqlite, Route::Owner | Route::Team) => " from leads indexed by leads_by_owner",
            (Engine::Sqlite, Route::Source) => " from leads indexed by leads_by_source",
            (Engine::Sqlite, Route::Stages(_) | Route::EachStage) => {
                " from leads indexed by leads_board"
            }
            (Engine::Sqlite, Route::Email) => " from leads indexed by leads_by_email",
            (Engine::Sqlite, Route::Phone) => " from leads indexed by leads_by_phone",
            (Engine::Sqlite, Route::Trash) => " from leads indexed by leads_trash",
            (Engine::Sqlite, Route::Search) => {
                " from leads_search cross join leads on leads.seq = leads_search.rowid"
            }
            (Engine::Sqlite, Route::Tag(_)) => {
                " from lead_tags cross join leads on leads.workspace_id = lead_tags.workspace_id \
                 and leads.id = lead_tags.lead_id"
            }
            (Engine::Postgres, Route::Tag(_)) => {
                " from lead_tags join leads on leads.workspace_id = lead_tags.workspace_id \
                 and leads.id = lead_tags.lead_id"
            }
            (Engine::Postgres, _) => " from leads",
        }
    }

    /// The column in whose order the rows come.
    pub fn id_column(&self) -> &'static str {
        if let Route::Tag(_) = self {
            "lead_tags.lead_id"
        } else {
            "leads.id"
        }
    }

    /// Whether the rows come by id, so that a page can stop when it is full.
    pub fn is_by_id(&self) -> bool {
        matches!(
            self,
            Route::All | Route::Owner | Route::Source | Route::Tag(_)
        )
    }
}

/// The way to the newest leads of a choice.
pub fn choose(tx: &mut Tx, chosen: &Chosen) -> Result<Plan> {
    if !chosen.is_possible() {
        return Ok(Plan::Nothing);
    }
    if let Some(route) = certain(chosen) {
        return Ok(Plan::By(route));
    }
    let ways = ways(chosen);
    let team = matches!(chosen.scope, Scope::Team(_));
    let placed = chosen.filter.stage.is_some() || chosen.filter.pipeline.is_some();
    let searched = chosen.filter.search.is_some();
    let nothing_else = searched && !team && !placed && ways.is_empty();
    if nothing_else && live::more_than(tx, chosen.workspace, SMALL)? {
        return Ok(with_search(tx.engine(), chosen, (i64::MAX, Route::All)));
    }
    if team || placed || searched {
        return by_count(tx, chosen, ways);
    }
    match ways.as_slice() {
        [] => Ok(Plan::By(Route::All)),
        [one] => Ok(Plan::By(one.clone())),
        // The owner stands beside the tag.
        [Route::Owner, tag @ Route::Tag(_)] => Ok(Plan::By(tag.clone())),
        _ => by_count(tx, chosen, ways),
    }
}

/// The shortest way to all leads of a choice, for putting them in another order.
pub fn shortest(tx: &mut Tx, chosen: &Chosen) -> Result<Option<Route>> {
    Ok(match choose(tx, chosen)? {
        Plan::Nothing => None,
        Plan::By(route) | Plan::NewestThen(route) => Some(route),
    })
}

/// A way to a choice of so few leads that all of them are fetched sooner than columns are walked through for them.
pub fn few(tx: &mut Tx, chosen: &Chosen) -> Result<Option<Route>> {
    if let Some(route) = certain(chosen) {
        return Ok(Some(route));
    }
    let mut ways = ways(chosen);
    if let Scope::Team(_) = &chosen.scope {
        ways.push(Route::Team);
    }
    if chosen
        .filter
        .search
        .as_ref()
        .is_some_and(|it| it.has_grams(tx.engine()))
    {
        ways.push(Route::Search);
    }
    for way in ways {
        if entries(tx, chosen, &way)? < FEW_ON_BOARD {
            return Ok(Some(way));
        }
    }
    Ok(None)
}

/// Ways beside which no other is worth a look.
fn certain(chosen: &Chosen) -> Option<Route> {
    if chosen.email_hash.is_some() {
        Some(Route::Email)
    } else if chosen.phone_hash.is_some() {
        Some(Route::Phone)
    } else if chosen.filter.deleted {
        Some(Route::Trash)
    } else {
        None
    }
}

/// Ways that lead to the choice's rows by id.
fn ways(chosen: &Chosen) -> Vec<Route> {
    let owner = chosen.only_owner().map(|_| Route::Owner);
    let tags = (0..chosen.tags.len()).map(Route::Tag);
    let source = chosen.filter.source.as_ref().map(|_| Route::Source);
    owner.into_iter().chain(tags).chain(source).collect()
}

/// Counts every way as far as it pays, and takes the shortest.
fn by_count(tx: &mut Tx, chosen: &Chosen, ways: Vec<Route>) -> Result<Plan> {
    let all = live::of_workspace(tx, chosen.workspace)?;
    let mut best = (all, Route::All);
    for way in ways {
        let n = entries(tx, chosen, &way)?;
        if n < best.0 {
            best = (n, way);
        }
    }
    if let Scope::Team(_) = &chosen.scope {
        let n = entries(tx, chosen, &Route::Team)?;
        if is_worth_sorting(n, best.0) {
            best = (n, Route::Team);
        }
    }
    if let Some(stages) = stages(tx, chosen)? {
        let n = live::of_stages(tx, chosen.workspace, &stages)?;
        let searched = chosen.filter.search.is_some();
        if n == 0 {
            best = (0, Route::All);
        } else if is_worth_sorting(n, best.0) {
            best = (n, Route::Stages(stages));
        } else if best.1 == Route::All && n < all / 2 && !searched {
            return Ok(Plan::NewestThen(Route::Stages(stages)));
        }
    }
    Ok(if best.0 == 0 {
        Plan::Nothing
    } else {
        with_search(tx.engine(), chosen, best)
    })
}

/// Whether rows that come in another order are so few that fetching them all beats a walk by id that may stop early.
fn is_worth_sorting(n: i64, walk: i64) -> bool {
    n < walk && (n <= FEW || n < walk / 50)
}

fn with_search(engine: Engine, chosen: &Chosen, (n, way): (i64, Route)) -> Plan {
    match (&chosen.filter.search, engine) {
        (Some(term), Engine::Sqlite) if n > SMALL && term.has_grams(engine) => {
            Plan::By(Route::Search)
        }
        (Some(term), Engine::Postgres) if n > SMALL && term.has_grams(engine) => {
            Plan::NewestThen(Route::Search)
        }
        _ => Plan::By(way),
    }
}

/// The stages that are asked for.
pub fn stages(tx: &mut Tx, chosen: &Chosen) -> Result<Option<Vec<Uuid>>> {
    match (chosen.filter.stage, chosen.filter.pipeline) {
        (Some(stage), _) => Ok(Some(vec![stage])),
        (None, Some(pipeline)) => {
            let rows: Vec<(Uuid,)> = tx.all(
                "select id from lead_pipeline_stages where workspace_id = $1 and pipeline_id = $2",
                &[&chosen.workspace, &pipeline],
            )?;
            Ok(Some(rows.into_iter().map(|(id,)| id).collect()))
        }
        (None, None) => Ok(None),
    }
}

/// How many leads a way leads to: exactly where the counters know it, else up to [`PROBE`].
fn entries(tx: &mut Tx, chosen: &Chosen, way: &Route) -> Result<i64> {
    let engine = tx.engine();
    let mut sql = Sql::new("select count(*) from (select 1");
    match way {
        Route::Owner => return live::of_owners(tx, chosen.workspace, chosen.only_owner()),
        Route::Team => return live::of_owners(tx, chosen.workspace, people(&chosen.scope)),
        Route::Tag(index) => {
            sql.push(" from lead_tags where workspace_id = ")
                .bind(chosen.workspace);
            sql.push(" and tag = ").bind(chosen.tags[*index].as_str());
        }
        Route::Search if engine == Engine::Sqlite => {
            let query = chosen.filter.search.as_ref().map(Term::fts_query);
            sql.push(" from leads_search where leads_search match ")
                .bind(query);
        }
        Route::Search => {
            sql.push(" from leads where workspace_id = ")
                .bind(chosen.workspace);
            chosen
                .filter
                .search
                .as_ref()
                .inspect(|it| it.push_indexed(&mut sql));
        }
        way => {
            sql.push(way.from(engine))
                .push(" where leads.workspace_id = ")
                .bind(chosen.workspace);
            sql.push(" and leads.deleted_at is null and leads.source = ")
                .bind(chosen.filter.source.as_deref());
        }
    }
    sql.push(" limit ").bind(PROBE).push(") as entries");
    let (n,): (i64,) = tx.fetch_one(&sql)?;
    Ok(n)
}

fn people(scope: &Scope) -> Vec<Uuid> {
    match scope {
        Scope::Team(people) => people.clone(),
        Scope::Own(person) => vec![*person],
        Scope::None | Scope::All => Vec::new(),
    }
}
