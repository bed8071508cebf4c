//! Leads, and what they stand in: pipelines and stages, custom fields, tags, notes, the timeline, the counters.
//!
//! Everything that makes leads goes through [`write::insert_many`]; everything that shows one goes through [`LeadView`].
//! A row of `leads` is never changed without its counters, its tag rows, its activity and its event in the same unit.

pub mod board;
mod card;
mod chosen;
pub mod counts;
pub mod filter;
pub mod identity;
mod json;
pub mod lead;
pub mod list;
mod list_sql;
mod live;
pub mod money;
pub mod position;
mod route;
pub mod search;
pub mod tags;
pub mod total;

pub use lead::{Lead, LeadView};
pub use money::{Amount, Currency};
