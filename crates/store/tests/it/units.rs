//! What a unit of work is: whole or not at all, and apart from its neighbours.

use std::{collections::HashSet, time::Duration};

use store::{Clock, Db, Error, Result, Timestamp, Tx, Value};

use crate::support::{engines, on_both, open};

pub fn add(tx: &mut Tx, id: i64, name: &str) -> Result<u64> {
    tx.exec(
        "insert into things (id, name) values ($1, $2)",
        &[&id, &name],
    )
}

pub async fn ids(db: &Db) -> Vec<i64> {
    let rows: Vec<(i64,)> = db
        .read(|tx| tx.all("select id from things order by id", &[]))
        .await
        .unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

#[tokio::test]
async fn what_was_written_is_read_back() {
    on_both(|db, _| async move {
        assert_eq!(db.write(|tx| add(tx, 1, "one")).await, Ok(1));
        let (name,): (String,) = db
            .read(|tx| tx.one("select name from things where id = $1", &[&1_i64]))
            .await
            .unwrap();
        assert_eq!(name, "one");
        let none = db
            .read(|tx| tx.one::<(String,)>("select name from things where id = $1", &[&2_i64]))
            .await;
        assert_eq!(none, Err(Error::NotFound));
        let none = db
            .read(|tx| tx.opt::<(String,)>("select name from things where id = $1", &[&2_i64]))
            .await;
        assert_eq!(none, Ok(None));
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_fails_leaves_nothing() {
    on_both(|db, _| async move {
        let failed: Result<()> = db
            .write(|tx| {
                add(tx, 1, "one")?;
                Err(Error::NotFound)
            })
            .await;
        assert_eq!(failed, Err(Error::NotFound));
        assert_eq!(ids(&db).await, [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn errors_of_the_caller_pass_through() {
    #[derive(Debug, PartialEq)]
    enum Own {
        Mine,
        Store(Error),
    }
    impl From<Error> for Own {
        fn from(err: Error) -> Own {
            Own::Store(err)
        }
    }
    on_both(|db, _| async move {
        assert_eq!(db.write(|_| Err::<(), _>(Own::Mine)).await, Err(Own::Mine));
        let missing = db
            .write(|tx| Ok::<_, Own>(tx.one::<(i64,)>("select id from things", &[])?))
            .await;
        assert_eq!(missing, Err(Own::Store(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_panic_undoes_the_unit_and_spares_the_thread() {
    on_both(|db, _| async move {
        for _ in 0..10 {
            let panicked: Result<()> = db
                .write(|tx| {
                    add(tx, 1, "one")?;
                    panic!("on purpose")
                })
                .await;
            assert_eq!(panicked, Err(Error::Panicked));
            let panicked: Result<()> = db
                .read(|tx| tx.each("select 1", &[], |_| panic!("on purpose")))
                .await;
            assert_eq!(panicked, Err(Error::Panicked));
        }
        db.write(|tx| add(tx, 2, "two")).await.unwrap();
        assert_eq!(ids(&db).await, [2]);
        assert_eq!((db.stats().panics, db.stats().units_failed), (20, 20));
    })
    .await;
}

#[tokio::test]
async fn conflicts_and_references_are_told_apart() {
    on_both(|db, _| async move {
        db.write(|tx| add(tx, 1, "one")).await.unwrap();
        let name = db.write(|tx| add(tx, 2, "one")).await.unwrap_err();
        let expected = ["things.name", "things_name_key"];
        assert!(matches!(&name, Error::Conflict { constraint } if expected.contains(&constraint.as_str())), "{name:?}");
        let key = db.write(|tx| add(tx, 1, "two")).await.unwrap_err();
        assert!(matches!(key, Error::Conflict { .. }), "{key:?}");
        let orphan = db
            .write(|tx| tx.exec("insert into parts (id, thing_id) values (1, 99)", &[]))
            .await
            .unwrap_err();
        assert!(matches!(orphan, Error::Reference { .. }), "{orphan:?}");
        let absent = db.write(|tx| tx.exec("insert into things (id) values (5)", &[])).await.unwrap_err();
        assert!(matches!(absent, Error::Database(_)), "{absent:?}");
    })
    .await;
}

#[tokio::test]
async fn an_attempt_fails_alone() {
    on_both(|db, _| async move {
        let result: Result<()> = db
            .write(|tx| {
                add(tx, 1, "a")?;
                let again = tx.attempt(|tx| add(tx, 2, "a"));
                assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
                let inner: Result<()> = tx.attempt(|tx| {
                    add(tx, 3, "c")?;
                    let lost: Result<u64> = tx.attempt(|tx| add(tx, 4, "c"));
                    assert!(lost.is_err());
                    add(tx, 5, "e")?;
                    Ok(())
                });
                inner?;
                let undone: Result<()> = tx.attempt(|tx| {
                    add(tx, 6, "f")?;
                    Err(Error::NotFound)
                });
                assert_eq!(undone, Err(Error::NotFound));
                Ok(())
            })
            .await;
        result.unwrap();
        assert_eq!(ids(&db).await, [1, 3, 5]);
    })
    .await;
}

#[tokio::test]
async fn a_failure_that_is_swallowed_fails_the_unit_all_the_same() {
    on_both(|db, _| async move {
        let swallowed: Result<()> = db
            .write(|tx| {
                add(tx, 1, "a")?;
                assert!(add(tx, 1, "a").is_err());
                let after = tx.opt::<(i64,)>("select id from things", &[]);
                assert!(matches!(after, Err(Error::Database(_))), "{after:?}");
                Ok(())
            })
            .await;
        assert!(
            matches!(swallowed, Err(Error::Conflict { .. })),
            "{swallowed:?}"
        );
        let attempted: Result<()> = db
            .write(|tx| {
                let inner: Result<()> = tx.attempt(|tx| {
                    add(tx, 1, "a")?;
                    assert!(add(tx, 1, "a").is_err());
                    Ok(())
                });
                assert!(matches!(inner, Err(Error::Conflict { .. })), "{inner:?}");
                add(tx, 7, "g").map(drop)
            })
            .await;
        attempted.unwrap();
        assert_eq!(ids(&db).await, [7]);
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_reads_cannot_write_and_sees_one_moment() {
    on_both(|db, _| async move {
        let refused = db.read(|tx| add(tx, 1, "a")).await;
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        db.write(|tx| add(tx, 1, "a")).await.unwrap();

        let (seen, see) = std::sync::mpsc::channel::<()>();
        let (written, write) = std::sync::mpsc::channel::<()>();
        let reading = db.read(move |tx| -> Result<_> {
            let sql = "select count(*) from things";
            let before: (i64,) = tx.one(sql, &[])?;
            seen.send(()).unwrap();
            write.recv().unwrap();
            let after: (i64,) = tx.one(sql, &[])?;
            Ok((before, after))
        });
        tokio::task::spawn_blocking(move || see.recv().unwrap())
            .await
            .unwrap();
        db.write(|tx| add(tx, 2, "b")).await.unwrap();
        written.send(()).unwrap();
        assert_eq!(reading.await.unwrap(), ((1,), (1,)));
        assert_eq!(ids(&db).await, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn the_time_stands_and_ids_grow() {
    for make in engines() {
        let mut fresh = make();
        fresh.options.clock = Clock::manual(1_700_000_000_000);
        let clock = fresh.options.clock.clone();
        let db = fresh.open().await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let (now, made) = db
                .write(|tx| -> Result<_> { Ok((tx.now(), [tx.id(), tx.id(), tx.id()])) })
                .await
                .unwrap();
            assert_eq!(now, clock.now());
            assert_eq!(made[0].as_u128() >> 80, u128::try_from(now.0).unwrap());
            ids.extend(made);
            clock.advance(Duration::from_millis(1));
        }
        assert!(
            ids.is_sorted() && ids.iter().collect::<HashSet<_>>().len() == 9,
            "{ids:?}"
        );
        let past = db
            .write(|tx| Ok::<_, Error>(tx.id_at(Timestamp(1_000))))
            .await
            .unwrap();
        assert_eq!(past.as_u128() >> 80, 1_000);
        db.close().await;
    }
}

#[tokio::test]
async fn a_full_queue_refuses() {
    for make in engines() {
        let mut fresh = make();
        (fresh.options.queue, fresh.options.connections) = (2, 1);
        let db = fresh.open().await;
        let (started, start) = std::sync::mpsc::channel::<()>();
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let busy = db.write(move |_| {
            started.send(()).unwrap();
            hold.recv().unwrap();
            Ok::<_, Error>(())
        });
        tokio::task::spawn_blocking(move || start.recv().unwrap())
            .await
            .unwrap();
        let waiting = [
            db.write(|tx| add(tx, 1, "a")),
            db.write(|tx| add(tx, 2, "b")),
        ];
        assert_eq!(db.stats().write_queue, 2);
        let refused = db.write(|tx| add(tx, 3, "c")).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        release.send(()).unwrap();
        busy.await.unwrap();
        for unit in waiting {
            unit.await.unwrap();
        }
        assert_eq!(db.stats().refused, 1);
        db.close().await;
    }
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_undo_what_it_asked_for() {
    on_both(|db, _| async move {
        drop(db.write(|tx| add(tx, 1, "a")));
        db.write(|tx| add(tx, 2, "b")).await.unwrap();
        db.close().await;
    })
    .await;
    for make in engines() {
        let fresh = make();
        let db = fresh.open().await;
        drop(db.write(|tx| add(tx, 1, "a")));
        db.close().await;
        let db = open(fresh.options.clone()).await;
        assert_eq!(ids(&db).await, [1]);
        db.close().await;
    }
}

#[tokio::test]
async fn statements_are_checked_without_running() {
    on_both(|db, _| async move {
        db.write(|tx| tx.check("insert into things (id, name) values ($1, $2)"))
            .await
            .unwrap();
        let wrong = db.read(|tx| tx.check("select nothing from things")).await;
        assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
        assert_eq!(ids(&db).await, [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn exec_counts_rows_changed_or_returned() {
    on_both(|db, _| async move {
        let rows: Vec<Vec<Value>> = (0..3)
            .map(|n| vec![Value::Int(n), Value::Text(n.to_string())])
            .collect();
        db.write(move |tx| tx.insert_many("things", &["id", "name"], &rows))
            .await
            .unwrap();
        let (updated, returned, deleted) = db
            .write(|tx| -> Result<_> {
                Ok((
                    tx.exec("update things set hot = true where id < $1", &[&2_i64])?,
                    tx.exec("update things set hot = false returning id", &[])?,
                    tx.exec("delete from things where id = 9", &[])?,
                ))
            })
            .await
            .unwrap();
        assert_eq!((updated, returned, deleted), (2, 3, 0));
    })
    .await;
}
