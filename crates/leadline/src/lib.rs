//! Leadline takes leads in, works them, and keeps every other system in step.
//! The rooms and the way the arrows point between them are described in ARCHITECTURE.md.

pub mod base;
pub mod events;
pub mod jobs;
pub mod workspaces;
