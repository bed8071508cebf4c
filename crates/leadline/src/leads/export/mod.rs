//! Leads out of the house: any choice of them as a file, streamed.
//!
//! A walk reads the choice page by page in short units of work, an encoder turns rows into bytes inside those units, and
//! whoever wants the file takes piece after piece: who takes slowly is read for slowly. Nothing of it grows with the
//! number of leads. That an export began, and how it ended, stands in the audit log.

mod api;
pub mod asked;
mod cell;
mod columns;
mod csv;
mod custom;
mod encoder;
mod guard;
mod ndjson;
mod parquet;
mod people;
mod running;
mod settled;
mod shown;
mod still;
mod trail;
mod walk;
mod xlsx;

pub(super) use api::routes;
pub use asked::{Asked, Format};
pub use running::Export;
pub use still::Right;
