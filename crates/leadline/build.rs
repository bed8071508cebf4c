//! Sees to it that a release is built anew when the web app was. Building the web app itself needs Node and is `make`'s
//! business: without it the program carries a page that says so.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Other builds read the folder while they run.
    if env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    let folder = Path::new("../../web/dist");
    // Cargo takes a missing folder for one that has always just changed. Where none can be made, that is only slow.
    if !folder.exists() && fs::create_dir(folder).is_err() {
        return;
    }
    println!("cargo:rerun-if-changed={}", folder.display());
}
