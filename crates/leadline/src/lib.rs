//! Leadline takes leads in, works them, and keeps every other system in step.
//! The rooms and the way the arrows point between them are described in ARCHITECTURE.md.

pub mod api;
pub mod base;
pub mod commands;
pub mod events;
pub mod intake;
pub mod jobs;
pub mod leads;
pub mod onboarding;
pub mod privacy;
pub mod server;
pub mod web;
pub mod workspaces;
