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

/// Undoing a unit writes the ones before it again: they must come out as they were answered.
#[tokio::test]
async fn what_is_written_again_is_the_same() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    db.write(|tx| {
        tx.script("create table notes (seq integer primary key, owner integer, raw blob) strict")
    })
    .await
    .unwrap();
    let insert = |tx: &mut store::Tx, owner: i64| -> Result<i64> {
        let raw = vec![7_u8; usize::try_from(owner).unwrap()];
        let sql = "insert into notes (raw, owner) values ($2, $1) returning seq";
        tx.one(sql, &[&owner, &raw]).map(|(seq,): (i64,)| seq)
    };
    let results = queue_up(&db, 60, |n| {
        Box::new(move |tx| {
            let seq = insert(tx, n)?;
            let lost: Result<i64> = tx.attempt(|tx| insert(tx, 0).and(Err(Error::NotFound)));
            assert_eq!(lost, Err(Error::NotFound));
            tx.insert_many("notes", &["owner"], &[vec![n.into()], vec![n.into()]])?;
            match n % 7 {
                1 => Err(Error::NotFound),
                2 => tx.attempt(|tx| insert(tx, n).map(|_| panic!("inside an attempt"))),
                3 => tx
                    .script("update notes set owner = 0; nonsense")
                    .map(|()| 0),
                4 => tx
                    .each(
                        "insert into notes (owner) values (5) returning seq",
                        &[],
                        |_| panic!("in a row"),
                    )
                    .map(|()| 0),
                _ => tx.script("update notes set owner = owner").map(|()| seq),
            }
        })
    })
    .await;
    let rows: Vec<(i64, i64)> = db
        .read(|tx| tx.all("select seq, owner from notes where raw is not null", &[]))
        .await
        .unwrap();
    let kept: Vec<(i64, i64)> = (0..60)
        .filter(|n| [0, 5, 6].contains(&(n % 7)))
        .map(|n| (*results[usize::try_from(n).unwrap()].as_ref().unwrap(), n))
        .collect();
    assert_eq!(rows, kept);
    let (all,): (i64,) = db
        .read(|tx| tx.one("select count(*) from notes", &[]))
        .await
        .unwrap();
    assert_eq!(all, 3 * i64::try_from(kept.len()).unwrap());
    assert_eq!(results.iter().filter(|it| it.is_ok()).count(), kept.len());
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
