//! `bench NAME… [--json] [--leads N] [--quick]`: each benchmark measures the product beside its limit in the same run.
//! docs/performance.md says what is measured and how.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people to read"
)]

mod benches;
mod bulk;
mod databases;
mod figures;
mod frame;
mod http;
mod machine;
mod people;
mod program;
mod queue;
mod random;
mod raw;
mod rows;
mod site;
mod terms;
mod world;

use std::{env, fs, process::ExitCode};

use clap::Parser;

use crate::frame::{Outcome, Report, Settings};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The benchmarks, each beside its limit. Without a name all of them run.
#[derive(Debug, Parser)]
struct Arguments {
    /// Names of benchmarks, or the part before the dot.
    names: Vec<String>,
    /// Print the figures as JSON before the last lines; the story goes to standard error.
    #[arg(long)]
    json: bool,
    /// Leads in the large database.
    #[arg(long, default_value_t = 1_000_000)]
    leads: u64,
    /// Small and short: shows that a benchmark runs. Its figures mean nothing.
    #[arg(long)]
    quick: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(err) => {
            eprintln!("bench: {err}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every part of every goal was met.
fn run(arguments: &Arguments) -> Outcome<bool> {
    let wanted = |name: &str| {
        arguments.names.is_empty()
            || arguments
                .names
                .iter()
                .any(|it| name == it || name.split('.').next() == Some(it.as_str()))
    };
    let chosen: Vec<_> = benches::ALL.iter().filter(|it| wanted(it.0)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = benches::ALL.iter().map(|it| it.0).collect();
        return Err(format!("there are: {}", names.join(" ")).into());
    }
    let settings = settings(arguments)?;
    program::build()?;
    let mut lines = Vec::new();
    let mut met = true;
    for (name, bench) in &chosen {
        let mut report = Report::new(name, &settings);
        bench(&settings, &mut report).map_err(|err| format!("{name}: {err}"))?;
        lines.extend_from_slice(report.end());
        met &= !report.short;
    }
    if chosen.len() > 1 {
        println!("\nAll of them:");
        for line in &lines {
            println!("{line}");
        }
    }
    Ok(met)
}

fn settings(arguments: &Arguments) -> Outcome<Settings> {
    let target = program::folder()?
        .parent()
        .ok_or("the program does not stand in target/")?
        .to_owned();
    let dir = target.join("bench");
    fs::create_dir_all(&dir)?;
    Ok(Settings {
        leads: if arguments.quick {
            arguments.leads.min(2000)
        } else {
            arguments.leads
        },
        quick: arguments.quick,
        json: arguments.json,
        dir,
        postgres: env::var("LEADLINE_TEST_POSTGRES").ok(),
    })
}
