//! What a unit of work is: whole or not at all, and apart from its neighbours.

use store::{Error, Result, Value};

use crate::support::on_both;

#[tokio::test]
async fn what_was_written_is_read_back() {
    on_both(|db, _| async move {
        db.write(|tx| {
            tx.exec(
                "insert into things (id, name) values ($1, $2)",
                &[&1_i64, &"one"],
            )
        })
        .await
        .unwrap();
        let (name,): (String,) = db
            .read(|tx| tx.one("select name from things where id = $1", &[&1_i64]))
            .await
            .unwrap();
        assert_eq!(name, "one");
        let none = db
            .read(|tx| tx.one::<(String,)>("select name from things where id = $1", &[&2_i64]))
            .await;
        assert_eq!(none, Err(Error::NotFound));
    })
    .await;
}

#[tokio::test]
async fn crowds_go_in_by_insert_many() {
    on_both(|db, _| async move {
        let rows: Vec<Vec<Value>> = (0..1000)
            .map(|n| {
                vec![
                    Value::Int(n),
                    Value::Text(format!("n{n}")),
                    Value::RawJson("{\"a\":1}".into()),
                ]
            })
            .collect();
        let count = db
            .write(move |tx| tx.insert_many("things", &["id", "name", "data"], &rows))
            .await
            .unwrap();
        assert_eq!(count, 1000);
        let (n,): (i64,) = db
            .read(|tx| {
                tx.one(
                    "select count(*) from things where cast(data ->> 'a' as text) = '1'",
                    &[],
                )
            })
            .await
            .unwrap();
        assert_eq!(n, 1000);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_fails_alone() {
    on_both(|db, _| async move {
        let result: Result<()> = db
            .write(|tx| {
                tx.exec("insert into things (id, name) values (1, 'a')", &[])?;
                let again =
                    tx.attempt(|tx| tx.exec("insert into things (id, name) values (2, 'a')", &[]));
                assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
                tx.exec("insert into things (id, name) values (3, 'c')", &[])?;
                Ok(())
            })
            .await;
        result.unwrap();
        let ids: Vec<(i64,)> = db
            .read(|tx| tx.all("select id from things order by id", &[]))
            .await
            .unwrap();
        assert_eq!(ids, [(1,), (3,)]);
    })
    .await;
}
