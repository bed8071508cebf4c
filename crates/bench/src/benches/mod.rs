//! The benchmarks by name.

mod units;

use crate::frame::{Outcome, Report, Settings};

type Run = fn(&Settings, &mut Report) -> Outcome<()>;

pub const ALL: [(&str, Run); 2] = [
    ("units.sqlite", units::sqlite),
    ("units.postgres", units::postgres),
];
