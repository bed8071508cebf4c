//! The benchmarks by name.

mod accept;
mod board;
mod create;
mod export;
mod filter;
mod footprint;
mod import;
mod indexes;
mod jobs;
mod list;
mod search;
mod size;
mod units;

use crate::frame::{Outcome, Report, Settings};

type Run = fn(&Settings, &mut Report) -> Outcome<()>;

pub const ALL: [(&str, Run); 16] = [
    ("units.sqlite", units::sqlite),
    ("units.postgres", units::postgres),
    ("create", create::run),
    ("accept.sqlite", accept::sqlite),
    ("accept.postgres", accept::postgres),
    ("indexes", indexes::run),
    ("board", board::run),
    ("list", list::run),
    ("search", search::run),
    ("filter", filter::run),
    ("size", size::run),
    ("jobs", jobs::run),
    ("footprint", footprint::run),
    ("export", export::run),
    ("import.sqlite", import::sqlite),
    ("import.postgres", import::postgres),
];
