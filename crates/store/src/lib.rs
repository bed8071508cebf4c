//! One SQL text on two engines.
//!
//! A *unit of work* is a plain synchronous closure over a [`Tx`], run inside one transaction on a thread that owns a
//! connection. It is kept whole or not at all: an error or a panic undoes it, and nothing of its neighbours.
//!
//! ```
//! use store::{Db, Options, Result, Timestamp, row};
//! use uuid::Uuid;
//!
//! struct Lead {
//!     id: Uuid,
//!     name: String,
//!     created_at: Timestamp,
//! }
//! row!(Lead { id, name, created_at });
//!
//! # fn main() -> Result<()> {
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let path = folder.path().join("example.db");
//! let db = Db::open(Options::new(format!("sqlite:{}", path.display())))?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
//! # runtime.block_on(async {
//! db.write(|tx| tx.script("create table leads (id blob primary key, name text, created_at integer) strict")).await?;
//!
//! let name = "Ada".to_owned();
//! let lead: Lead = db
//!     .write(move |tx| {
//!         let (id, now) = (tx.id(), tx.now());
//!         let sql = "insert into leads (id, name, created_at) values ($1, $2, $3) returning id, name, created_at";
//!         tx.one(sql, &[&id, &name, &now])
//!     })
//!     .await?;
//!
//! let (found,): (String,) = db
//!     .read(move |tx| tx.one("select name from leads where id = $1", &[&lead.id]))
//!     .await?;
//! assert_eq!(found, "Ada");
//! db.close().await;
//! # Ok(()) })
//! # }
//! ```
//!
//! # How units run
//!
//! - **SQLite**: one writer thread folds whatever waits into one commit and answers after it, so that many callers share
//!   one trip to the disk; a few reader threads, each unit of which sees one moment of the database.
//! - **PostgreSQL**: a few threads, each with a connection and its prepared statements. `begin` and savepoints travel with
//!   the statement behind them. A connection that is lost is replaced by the next unit that needs one.
//!
//! What waits is bounded: beyond it, and whenever the database cannot be reached or has no room, units fail with
//! [`Error::Unavailable`], and later ones succeed without anything having to be restarted. A commit whose connection is
//! lost on the way is answered with `Unavailable` too: whether it happened cannot be known.
//!
//! # Writing statements for both
//!
//! Parameters are `$1`, `$2` … on both engines, and every `$n` of the list must be used. A value bends to the type the
//! server announces. A failed statement spoils its unit on both engines, as PostgreSQL would have it; [`Tx::attempt`] is the
//! way to go on after a failure. Statements must not use the engine's own clock or randomness (`now()`, `random()`): they
//! come from the [`Tx`], and SQLite's writer may have to run the statements of a unit a second time to undo another's.
//!
//! Sums are `bigint` only if cast (`cast(sum(x) as bigint)`), and `column ->> 'key'` is text only if cast.
//! [`migrate`] holds the schema's text for both engines.

mod cache;
mod conn;
mod db;
mod error;
mod from;
mod ids;
pub mod migrate;
mod notes;
mod options;
mod postgres;
mod queue;
mod reply;
mod row;
mod shared;
mod sql;
mod sqlite;
mod stats;
mod time;
mod tx;
mod unit;
mod value;

#[doc(hidden)]
pub use from::plain;
pub use {
    db::{Db, Engine},
    error::{Error, Result},
    from::{FromRow, FromValue},
    notes::Notes,
    options::{AfterCommit, BeforeCommit, Function, Options},
    reply::Reply,
    row::RowRef,
    sql::Sql,
    sqlite::check_file,
    stats::Stats,
    time::{Clock, Timestamp},
    tx::Tx,
    value::{Json, ToValue, Value, ValueRef},
};
