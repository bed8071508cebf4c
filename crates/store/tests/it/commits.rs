//! Many units, few commits.

use store::{Engine, Error, Result};

use crate::{
    support::{Fresh, on_both},
    units::{add, ids},
};

/// Holds the writer in one unit while `count` others queue up behind it.
async fn queue_up<T: Send + 'static>(
    db: &store::Db,
    count: i64,
    unit: impl Fn(i64) -> Box<dyn FnOnce(&mut store::Tx) -> Result<T> + Send>,
) -> Vec<Result<T>> {
    let (started, start) = std::sync::mpsc::channel::<()>();
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let first = db.write(move |_| {
        started.send(()).unwrap();
        hold.recv().unwrap();
        Ok::<_, Error>(())
    });
    tokio::task::spawn_blocking(move || start.recv().unwrap())
        .await
        .unwrap();
    let waiting: Vec<_> = (0..count).map(|n| db.write(unit(n))).collect();
    release.send(()).unwrap();
    first.await.unwrap();
    let mut results = Vec::new();
    for unit in waiting {
        results.push(unit.await);
    }
    results
}

#[tokio::test]
async fn what_waits_shares_a_commit_and_failures_stay_alone() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    let before = db.stats();
    let results = queue_up(&db, 100, |n| {
        Box::new(move |tx| {
            add(tx, n, &n.to_string())?;
            match n % 10 {
                3 => Err(Error::NotFound),
                7 => panic!("on purpose"),
                5 => add(tx, n, "again"),
                _ => Ok(1),
            }
        })
    })
    .await;
    for (n, result) in results.iter().enumerate() {
        match n % 10 {
            3 => assert_eq!(*result, Err(Error::NotFound)),
            7 => assert_eq!(*result, Err(Error::Panicked)),
            5 => assert!(matches!(result, Err(Error::Conflict { .. })), "{result:?}"),
            _ => assert_eq!(*result, Ok(1)),
        }
    }
    let expected: Vec<i64> = (0..100)
        .filter(|n| ![3, 5, 7].contains(&(n % 10)))
        .collect();
    assert_eq!(ids(&db).await, expected);
    let after = db.stats();
    assert_eq!(after.commits - before.commits, 1, "{after:?}");
    assert_eq!(after.committed_units - before.committed_units, 71);
    assert_eq!(after.largest_batch, 71);
    db.close().await;
}

#[tokio::test]
async fn a_batch_has_its_limit() {
    let mut fresh = Fresh::sqlite();
    fresh.options.batch = 10;
    let db = fresh.open().await;
    queue_up(&db, 35, |n| Box::new(move |tx| add(tx, n, &n.to_string()))).await;
    assert_eq!(db.stats().largest_batch, 10);
    assert_eq!(ids(&db).await.len(), 35);
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_at_once() {
    on_both(|db, _| async move {
        let mut tasks = tokio::task::JoinSet::new();
        for caller in 0..64_i64 {
            let db = db.clone();
            tasks.spawn(async move {
                for n in 0..10 {
                    let id = caller * 100 + n;
                    db.write(move |tx| add(tx, id, &id.to_string()))
                        .await
                        .unwrap();
                    let found = db
                        .read(move |tx| {
                            tx.one::<(i64,)>("select id from things where id = $1", &[&id])
                        })
                        .await;
                    assert_eq!(found, Ok((id,)));
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(ids(&db).await.len(), 640);
        let stats = db.stats();
        assert_eq!(stats.committed_units, 641);
        if db.engine() == Engine::Postgres {
            assert_eq!(stats.commits, 641);
        }
    })
    .await;
}
