use std::process::ExitCode;

use super::{Outcome, print};
use crate::base::config::Config;

pub fn run(config: &Config) -> Outcome {
    print(&config.show())?;
    Ok(ExitCode::SUCCESS)
}
