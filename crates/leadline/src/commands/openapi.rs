use std::process::ExitCode;

use super::{Outcome, print};
use crate::api;

/// Prints the document as the handlers describe it; `openapi.json` in the repository is this output.
pub fn run() -> Outcome {
    let document = api::document()
        .to_pretty_json()
        .map_err(|err| err.to_string())?;
    print(&format!("{document}\n"))?;
    Ok(ExitCode::SUCCESS)
}
