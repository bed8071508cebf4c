//! The product's tables reached with nothing but the driver: the limits of reading, and what a search must find.

use std::time::Instant;

use postgres::fallible_iterator::FallibleIterator;
use rusqlite::{Connection, Statement};
use uuid::Uuid;

use crate::{
    figures::Latencies,
    frame::{Failure, Outcome},
    terms::Searched,
};

/// What a card shows.
const CARD: &str = "id, stage_id, name, company, value, currency, source, score, assigned_to, tags, stage_changed_at, \
    created_at, version, position";
/// What a list shows.
const ROW: &str = "id, pipeline_id, stage_id, assigned_to, name, name_provisional, email, phone, phone_display, company, \
    title, source, score, value, currency, tags, custom_fields, stage_changed_at, converted_at, contact_id, version, \
    created_at, updated_at, deleted_at, position";
const COUNTS: &str = "select stage_id, currency, cast(sum(n) as bigint), cast(sum(amount) as bigint) from lead_counts \
    where workspace_id = $1 group by stage_id, currency";
const STAGES: &str = "select workspace_id, id from lead_pipeline_stages order by position";
const OWNERS: &str = "select user_id from members order by user_id";
const SEARCHED: &str =
    "select id, name, email, phone, company from leads order by workspace_id desc, id desc";

pub enum Raw {
    Sqlite(Connection),
    Postgres(Box<postgres::Client>),
}

/// The workspace's numbers and names, for statements and for addresses.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub workspace: i64,
    pub stages: Vec<Uuid>,
    pub owners: Vec<Uuid>,
}

impl Raw {
    pub fn open(url: &str) -> Outcome<Raw> {
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Ok(Raw::Postgres(Box::new(postgres::Client::connect(
                url,
                postgres::NoTls,
            )?)));
        };
        let conn = Connection::open(path)?;
        conn.pragma_update(None, "cache_size", -64 * 1024)?;
        Ok(Raw::Sqlite(conn))
    }

    pub fn places(&mut self) -> Outcome<Places> {
        let mut places = Places::default();
        match self {
            Raw::Sqlite(conn) => {
                let id = |row: &rusqlite::Row<'_>, place| {
                    Ok::<_, Failure>(Uuid::from_slice(&row.get::<_, Vec<u8>>(place)?)?)
                };
                let mut statement = conn.prepare(STAGES)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    places.workspace = row.get(0)?;
                    places.stages.push(id(row, 1)?);
                }
                let mut statement = conn.prepare(OWNERS)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    places.owners.push(id(row, 0)?);
                }
            }
            Raw::Postgres(client) => {
                for row in client.query(STAGES, &[])? {
                    places.workspace = row.get(0);
                    places.stages.push(row.get(1));
                }
                places.owners = client
                    .query(OWNERS, &[])?
                    .iter()
                    .map(|row| row.get(0))
                    .collect();
            }
        }
        Ok(places)
    }

    /// The board as bare statements: 50 cards of each stage, then the counters, every column of every row looked at.
    pub fn boards(&mut self, places: &Places, times: usize) -> Outcome<Latencies> {
        let cards = format!(
            "select {CARD} from leads where workspace_id = $1 and stage_id = $2 and deleted_at is null \
             order by position desc, id desc limit 50"
        );
        let mut res = Latencies::default();
        match self {
            Raw::Sqlite(conn) => {
                let (mut cards, mut counts) = (conn.prepare(&cards)?, conn.prepare(COUNTS)?);
                for _ in 0..times {
                    let start = Instant::now();
                    for stage in &places.stages {
                        drain(&mut cards, (places.workspace, stage.as_bytes().as_slice()))?;
                    }
                    drain(&mut counts, [places.workspace])?;
                    res.push(start.elapsed());
                }
            }
            Raw::Postgres(client) => {
                let (cards, counts) = (client.prepare(&cards)?, client.prepare(COUNTS)?);
                for _ in 0..times {
                    let start = Instant::now();
                    for stage in &places.stages {
                        client.query(&cards, &[&places.workspace, stage])?;
                    }
                    client.query(&counts, &[&places.workspace])?;
                    res.push(start.elapsed());
                }
            }
        }
        Ok(res)
    }

    /// The newest 50 leads, again and again.
    pub fn first_pages(&mut self, places: &Places, times: usize) -> Outcome<Latencies> {
        let sql = format!(
            "select {ROW} from leads where workspace_id = $1 and deleted_at is null order by id desc limit 50"
        );
        let mut res = Latencies::default();
        match self {
            Raw::Sqlite(conn) => {
                let mut statement = conn.prepare(&sql)?;
                for _ in 0..times {
                    let start = Instant::now();
                    drain(&mut statement, [places.workspace])?;
                    res.push(start.elapsed());
                }
            }
            Raw::Postgres(client) => {
                let statement = client.prepare(&sql)?;
                for _ in 0..times {
                    let start = Instant::now();
                    client.query(&statement, &[&places.workspace])?;
                    res.push(start.elapsed());
                }
            }
        }
        Ok(res)
    }

    /// Every lead's searched fields, the newest first.
    pub fn searched(&mut self, mut each: impl FnMut(Searched)) -> Outcome<()> {
        match self {
            Raw::Sqlite(conn) => {
                let mut statement = conn.prepare(SEARCHED)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let id = Uuid::from_slice(row.get_ref(0)?.as_blob()?)?;
                    let (name, email) = (row.get(1)?, row.get(2)?);
                    each(Searched {
                        id,
                        name,
                        email,
                        phone: row.get(3)?,
                        company: row.get(4)?,
                    });
                }
            }
            Raw::Postgres(client) => {
                let none: [i64; 0] = [];
                let mut rows = client.query_raw(SEARCHED, none)?;
                while let Some(row) = rows.next()? {
                    let (id, name, email) = (row.get(0), row.get(1), row.get(2));
                    each(Searched {
                        id,
                        name,
                        email,
                        phone: row.get(3),
                        company: row.get(4),
                    });
                }
            }
        }
        Ok(())
    }

    pub fn count(&mut self, sql: &str) -> Outcome<i64> {
        Ok(match self {
            Raw::Sqlite(conn) => conn.query_row(sql, [], |row| row.get(0))?,
            Raw::Postgres(client) => client.query_one(sql, &[])?.get(0),
        })
    }
}

/// Looks at every column of every row.
fn drain(statement: &mut Statement<'_>, params: impl rusqlite::Params) -> Outcome<()> {
    let columns = statement.column_count();
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            std::hint::black_box(row.get_ref(column)?);
        }
    }
    Ok(())
}
