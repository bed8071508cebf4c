use std::process::ExitCode;

use super::Outcome;
use crate::api;

/// Prints the document as the handlers describe it; `openapi.json` in the repository is this output.
pub fn run() -> Outcome {
    println!(
        "{}",
        api::document()
            .to_pretty_json()
            .map_err(|err| err.to_string())?
    );
    Ok(ExitCode::SUCCESS)
}
