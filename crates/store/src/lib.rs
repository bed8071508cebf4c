//! One SQL text on two engines.

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
    options::{AfterCommit, BeforeCommit, Options},
    reply::Reply,
    row::RowRef,
    sql::Sql,
    sqlite::check_file,
    stats::Stats,
    time::{Clock, Timestamp},
    tx::Tx,
    value::{Json, ToValue, Value, ValueRef},
};
