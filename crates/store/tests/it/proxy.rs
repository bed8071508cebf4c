//! Without named statements nothing of a unit stays behind on its connection.

use store::{Error, Result, Tx};

use crate::{
    support::{Fresh, wants_postgres},
    units::add,
};

const KEPT: &str = "select count(*) from pg_prepared_statements";

async fn work_and_count(fresh: Fresh) -> i64 {
    let db = fresh.open().await;
    db.write(|tx| add(tx, 1, "a")).await.unwrap();
    let (kept,): (i64,) = db
        .read(|tx: &mut Tx| -> Result<(i64,), Error> {
            tx.all::<(i64,)>("select id from things where id = $1", &[&1_i64])?;
            tx.one(KEPT, &[])
        })
        .await
        .unwrap();
    let left = db
        .write(|tx| tx.one::<(String,)>("select current_setting('statement_timeout')", &[]))
        .await
        .unwrap();
    assert_eq!(left.0, "30s");
    db.close().await;
    kept
}

#[tokio::test]
async fn no_statement_is_left_prepared() {
    if !wants_postgres() {
        return;
    }
    let mut fresh = Fresh::postgres_unnamed();
    fresh.options.connections = 1;
    assert_eq!(work_and_count(fresh).await, 0);
    let mut fresh = Fresh::postgres();
    fresh.options.connections = 1;
    assert!(work_and_count(fresh).await > 0);
}
