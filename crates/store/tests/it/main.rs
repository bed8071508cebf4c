//! The store on both engines.

mod schema;
mod support;
mod units;
