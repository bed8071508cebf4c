//! The list of what an erasure does to each table names every table there is.

use std::collections::BTreeSet;

use leadline::privacy::tables;

use crate::{harness::TestApp, on_both_engines};

/// Made by the migrations themselves, and by the engine for its search index.
const OF_THE_ENGINE: [&str; 3] = ["migrations", "sqlite_", "leads_search"];

on_both_engines! {
    async fn every_table_has_its_fate(app: TestApp) {
        let there: BTreeSet<String> = super::fixtures::dump(&app)
            .await
            .into_keys()
            .filter(|name| !OF_THE_ENGINE.iter().any(|it| name.contains(it)))
            .collect();
        let listed: BTreeSet<String> = tables::ALL.iter().map(|it| it.0.to_owned()).collect();
        assert_eq!(there, listed, "say in privacy/tables.rs what an erasure does to the table");
    }
}
