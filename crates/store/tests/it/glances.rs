//! Units that read a little, on the thread that asks.

use std::sync::mpsc;

use store::{Db, Engine, Error, Result};

use crate::{
    support::{Fresh, engines, on_both},
    units::{add, ids},
};

async fn count(db: &Db) -> Result<i64> {
    let (n,) = db
        .glance(|tx| tx.one::<(i64,)>("select count(*) from things where id < $1", &[&100_i64]))
        .await?;
    Ok(n)
}

#[tokio::test]
async fn a_glance_sees_what_was_committed_and_writes_nothing() {
    on_both(|db, _| async move {
        assert_eq!(count(&db).await, Ok(0));
        db.write(|tx| add(tx, 1, "one")).await.unwrap();
        assert_eq!(count(&db).await, Ok(1));
        let refused = db.glance(|tx| add(tx, 2, "two")).await;
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        let refused = db
            .glance(|tx| {
                tx.insert_many(
                    "things",
                    &["id", "name"],
                    &[vec![3_i64.into(), "three".into()]],
                )
            })
            .await;
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        assert_eq!(count(&db).await, Ok(1));
        assert_eq!(ids(&db).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn a_glance_that_fails_or_panics_harms_no_other() {
    on_both(|db, _| async move {
        for _ in 0..3 {
            let wrong = db
                .glance(|tx| tx.all::<(i64,)>("select nonsense", &[]))
                .await;
            assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
            let panicked: Result<()> = db.glance(|_| panic!("on purpose")).await;
            assert_eq!(panicked, Err(Error::Panicked));
            assert_eq!(count(&db).await, Ok(0));
        }
        let attempted = db
            .glance(|tx| -> Result<_> {
                let failed = tx.attempt(|tx| tx.one::<(i64,)>("select nonsense", &[]));
                assert!(failed.is_err());
                tx.attempt(|tx| tx.one::<(i64,)>("select count(*) from things", &[]))
            })
            .await;
        assert_eq!(attempted, Ok((0,)));
    })
    .await;
}

#[tokio::test]
async fn where_every_seat_is_taken_the_readers_help() {
    for make in engines() {
        let fresh: Fresh = make();
        let db = fresh.open().await;
        let mut held = Vec::new();
        for _ in 0..2 {
            let (seated, wait) = mpsc::channel();
            let (leave, left) = mpsc::channel::<()>();
            let holder = db.clone();
            let runtime = tokio::runtime::Handle::current();
            let sitting = tokio::task::spawn_blocking(move || {
                let glance = holder.glance(move |_| -> Result<()> {
                    seated.send(()).unwrap();
                    left.recv().unwrap();
                    Ok(())
                });
                runtime.block_on(glance)
            });
            tokio::task::spawn_blocking(move || wait.recv().unwrap())
                .await
                .unwrap();
            held.push((leave, sitting));
        }
        assert_eq!(count(&db).await, Ok(0));
        for (leave, sitting) in held {
            leave.send(()).unwrap();
            sitting.await.unwrap().unwrap();
        }
        db.close().await;
    }
}

#[tokio::test]
async fn a_closed_database_refuses_a_glance_and_leaves_no_log_behind() {
    for make in engines() {
        let fresh: Fresh = make();
        let db = fresh.open().await;
        db.write(|tx| add(tx, 1, "one")).await.unwrap();
        assert_eq!(count(&db).await, Ok(1));
        db.close().await;
        let refused = count(&db).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        if fresh.engine == Engine::Sqlite {
            let path = fresh.options.sqlite_path().unwrap();
            let wal = std::fs::metadata(format!("{}-wal", path.display())).map_or(0, |it| it.len());
            assert_eq!(wal, 0, "the log is folded into the file");
        }
    }
}

#[tokio::test]
async fn a_file_taken_away_is_noticed() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    db.write(|tx| add(tx, 1, "one")).await.unwrap();
    let path = fresh.options.sqlite_path().unwrap();
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();
    let refused = count(&db).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert!(!path.exists(), "no empty file in its place");
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(count(&db).await, Ok(1));
    db.close().await;
}

#[tokio::test]
async fn a_walk_reads_what_was_committed_and_writes_nothing() {
    on_both(|db, _| async move {
        db.write(|tx| add(tx, 1, "one")).await.unwrap();
        let count = |tx: &mut store::Tx| tx.one::<(i64,)>("select count(*) from things", &[]);
        assert_eq!(db.walk(count).await, Ok((1,)));
        let refused = db.walk(|tx| add(tx, 2, "two")).await;
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        assert_eq!(db.walk(count).await, Ok((1,)));
        db.close().await;
        let late: Result<(i64,)> = db.walk(count).await;
        assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    })
    .await;
}
