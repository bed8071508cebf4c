//! Migrations, the real ones and small ones.

use store::migrate::{self, Migration};

use crate::support::engines;

const START: Migration = Migration {
    version: 1,
    name: "start",
    sql: include_str!("../../../../migrations/0001_start.sql"),
};

#[tokio::test(flavor = "multi_thread")]
async fn the_product_s_schema_runs_on_both_engines() {
    for make in engines() {
        let fresh = make();
        let options = fresh.options.clone();
        tokio::task::spawn_blocking(move || {
            assert_eq!(migrate::run(&options, &[START]).unwrap().applied, [1]);
            assert_eq!(migrate::run(&options, &[START]).unwrap().applied, [0; 0]);
        })
        .await
        .unwrap();
    }
}
