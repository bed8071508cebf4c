//! Leads, and what they stand in: pipelines and stages, custom fields, tags, notes, the timeline, the counters.
//!
//! Everything that makes leads goes through [`write::insert_many`]; everything that shows one goes through [`LeadView`].
//! A row of `leads` is never changed without its counters, its tag rows, its activity and its event in the same unit.

pub mod counts;
pub mod identity;
mod json;
pub mod lead;
pub mod money;
pub mod position;
pub mod tags;

pub use lead::{Lead, LeadView};
pub use money::{Amount, Currency};
