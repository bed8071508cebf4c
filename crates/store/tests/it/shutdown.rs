//! Drain, then stop.

use store::Error;

use crate::{
    support::{engines, open},
    units::{add, ids},
};

#[tokio::test]
async fn closing_finishes_what_is_queued_and_refuses_the_rest() {
    for make in engines() {
        let fresh = make();
        let db = fresh.open().await;
        let queued: Vec<_> = (0..50)
            .map(|n: i64| db.write(move |tx| add(tx, n, &n.to_string())))
            .collect();
        db.close().await;
        for unit in queued {
            unit.await.unwrap();
        }
        let refused = db.write(|tx| add(tx, 99, "late")).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        let refused = db.read(|tx| tx.all::<(i64,)>("select 1", &[])).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        db.close().await;
        assert_eq!(db.stats().connected, 0);

        if let Some(path) = fresh.options.sqlite_path() {
            let wal = std::fs::metadata(format!("{}-wal", path.display())).map_or(0, |it| it.len());
            assert_eq!(wal, 0, "the log is folded into the file");
        }
        let db = open(fresh.options.clone()).await;
        assert_eq!(ids(&db).await.len(), 50);
        db.close().await;
    }
}

#[tokio::test]
async fn dropping_the_last_handle_finishes_what_is_queued() {
    for make in engines() {
        let fresh = make();
        let db = fresh.open().await;
        let queued: Vec<_> = (0..20)
            .map(|n: i64| db.write(move |tx| add(tx, n, &n.to_string())))
            .collect();
        drop(db);
        for unit in queued {
            unit.await.unwrap();
        }
    }
}
