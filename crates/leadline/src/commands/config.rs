use std::process::ExitCode;

use super::Outcome;
use crate::base::config::Config;

pub fn run(config: &Config) -> Outcome {
    print!("{}", config.show());
    Ok(ExitCode::SUCCESS)
}
