//! Exports: read back by other readers than those that wrote them, in whoever's hands, and whatever happens meanwhile.

mod commands;
mod content;
mod fixtures;
mod formats;
mod long;
mod rights;
mod views;
