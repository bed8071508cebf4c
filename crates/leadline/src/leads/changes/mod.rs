//! What was done to leads, and how it is taken back.
//!
//! The timeline is the change log: every activity says who did what through what, with what was there before and after,
//! and the change set that it is part of. Nothing is kept twice.

pub mod action;
pub mod api;
pub mod history;
pub mod job;
pub mod log;
pub mod net;
pub mod past;
pub mod set;
pub mod undo;
pub mod values;

pub use job::UndoJob;
pub use undo::Choices;
