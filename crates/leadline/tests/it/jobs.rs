//! The queue: what is promised of a job holds on both engines, whatever else happens.

mod dead;
pub mod node;
mod queue;
mod running;
