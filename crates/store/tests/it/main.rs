//! The store on both engines.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected has failed"
)]

mod cluster;
mod commits;
mod faults_postgres;
mod faults_sqlite;
mod glances;
mod hooks;
mod listen;
mod logging;
mod proxy;
mod schema;
mod shutdown;
mod support;
mod tls;
mod units;
mod values;
