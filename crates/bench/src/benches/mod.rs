//! The benchmarks by name.

mod jobs;
mod units;

use crate::frame::{Outcome, Report, Settings};

type Run = fn(&Settings, &mut Report) -> Outcome<()>;

pub const ALL: [(&str, Run); 3] = [
    ("units.sqlite", units::sqlite),
    ("units.postgres", units::postgres),
    ("jobs", jobs::run),
];
