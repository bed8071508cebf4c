//! Conditions: the same on both engines and in memory, through every way in, and whatever an enemy writes.

mod agreement;
mod asked;
mod making;

pub use asked::query;
