//! What happens when the server is taken away, and comes back.

use std::{
    sync::{
        Arc, Barrier,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use store::{Db, Error, Options, Result, Tx};
use tokio::task::JoinSet;

use crate::{
    cluster::Cluster,
    support::{Fresh, execute, open, wants_postgres},
    units::{add, ids},
};

/// Ends everybody else's connection, and waits until they are gone: a worker can only notice what has happened.
const OTHERS: &str = "select pg_terminate_backend(pid, 10000) from pg_stat_activity \
                      where datname = current_database() and pid <> pg_backend_pid()";

/// Waits for a word from a unit without holding up the event loop.
async fn heard(from: Receiver<()>) {
    tokio::task::spawn_blocking(move || from.recv().unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn killed_backends_are_replaced() {
    if !wants_postgres() {
        return;
    }
    for make in [Fresh::postgres, Fresh::postgres_unnamed] {
        let fresh = make();
        let db = fresh.open().await;
        db.write(|tx| add(tx, 1, "before")).await.unwrap();

        let (started, start) = channel::<()>();
        let (killed, kill) = channel::<()>();
        let in_flight = db.write(move |tx| {
            add(tx, 2, "in flight")?;
            started.send(()).unwrap();
            kill.recv().unwrap();
            add(tx, 3, "too late")
        });
        heard(start).await;
        execute(&fresh.options.url, OTHERS);
        killed.send(()).unwrap();
        let lost = in_flight.await;
        assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");

        // Every worker notices by itself that its idle connection is gone: each has a unit in hand at the same moment.
        for round in 0..5_i64 {
            let together = Arc::new(Barrier::new(fresh.options.connections));
            let mut units = JoinSet::new();
            for worker in 0..fresh.options.connections {
                let (db, together) = (db.clone(), together.clone());
                let n = 10 + round * 4 + i64::try_from(worker).unwrap();
                units.spawn(async move {
                    db.write(move |tx| {
                        together.wait();
                        add(tx, n, &n.to_string())
                    })
                    .await
                });
            }
            while let Some(done) = units.join_next().await {
                done.unwrap().unwrap();
            }
        }
        assert_eq!(ids(&db).await.len(), 21);
        assert!(db.stats().reconnects >= 1);
        db.close().await;
    }
}

/// Asks again until it works.
async fn until_it_works<T: Send + 'static>(db: &Db, unit: fn(&mut Tx) -> Result<T>) -> T {
    for _ in 0..500 {
        match db.write(unit).await {
            Ok(value) => return value,
            Err(Error::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(err) => panic!("{err}"),
        }
    }
    panic!("the database did not come back");
}

#[tokio::test]
async fn a_restarted_server_is_found_again() {
    if !wants_postgres() {
        return;
    }
    let mut cluster = Cluster::create("");
    cluster.start();
    let mut options = Options::new(format!(
        "postgres://leadline@127.0.0.1:{}/postgres",
        cluster.port
    ));
    options.connections = 2;
    let db = open(options).await;
    db.write(|tx| tx.script("create table things (id bigint primary key, name text)"))
        .await
        .unwrap();
    db.write(|tx| add(tx, 1, "before")).await.unwrap();

    cluster.stop();
    for _ in 0..5 {
        let refused = db.write(|tx| add(tx, 2, "while it is away")).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        let refused = db
            .read(|tx| tx.one::<(i64,)>("select 1::bigint", &[]))
            .await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    }
    cluster.start();
    until_it_works(&db, |tx| add(tx, 3, "after")).await;
    assert_eq!(ids(&db).await, [1, 3]);
    db.close().await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_broken_off() {
    if !wants_postgres() {
        return;
    }
    for make in [Fresh::postgres, Fresh::postgres_unnamed] {
        let mut fresh = make();
        fresh.options.statement_timeout = Duration::from_millis(50);
        let db = fresh.open().await;
        let late = db
            .read(|tx| tx.one::<(String,)>("select pg_sleep(20)::text", &[]))
            .await;
        assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
        db.write(|tx| add(tx, 1, "a")).await.unwrap();
        db.close().await;
    }
}

#[tokio::test]
async fn of_two_units_in_each_other_s_way_one_is_told_to_try_again() {
    if !wants_postgres() {
        return;
    }
    let fresh = Fresh::postgres();
    let db = fresh.open().await;
    db.write(|tx| add(tx, 1, "a").and_then(|_| add(tx, 2, "b")))
        .await
        .unwrap();
    let touch =
        |tx: &mut Tx, id: i64| tx.exec("update things set hot = true where id = $1", &[&id]);
    let (one, other) = (channel::<()>(), channel::<()>());
    let first = db.write(move |tx| {
        touch(tx, 1)?;
        one.0.send(()).unwrap();
        other.1.recv().unwrap();
        touch(tx, 2)
    });
    let second = db.write(move |tx| {
        touch(tx, 2)?;
        other.0.send(()).unwrap();
        one.1.recv().unwrap();
        touch(tx, 1)
    });
    let results = [first.await, second.await];
    assert_eq!(
        results.iter().filter(|it| it.is_ok()).count(),
        1,
        "{results:?}"
    );
    assert!(
        results
            .iter()
            .any(|it| matches!(it, Err(Error::Unavailable(_)))),
        "{results:?}"
    );
    db.close().await;
}

#[tokio::test]
async fn a_schema_changed_under_a_prepared_statement() {
    if !wants_postgres() {
        return;
    }
    let mut fresh = Fresh::postgres();
    fresh.options.connections = 1;
    let db = fresh.open().await;
    db.write(|tx| add(tx, 1, "a")).await.unwrap();
    let all = |tx: &mut Tx| tx.each("select * from things", &[], |_| Ok(()));
    db.read(all).await.unwrap();
    execute(
        &fresh.options.url,
        "alter table things add column more text",
    );
    let stale = db.read(all).await;
    assert!(matches!(stale, Err(Error::Unavailable(_))), "{stale:?}");
    db.read(all).await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn an_address_where_nobody_answers_is_told_when_opening() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let opened = crate::support::try_open(Options::new(format!(
        "postgres://leadline@127.0.0.1:{port}/x"
    )))
    .await;
    assert!(matches!(opened.map(drop), Err(Error::Unavailable(_))));
    let opened =
        crate::support::try_open(Options::new("postgres://secret:word@host/x?nonsense=1")).await;
    let Err(Error::Database(text)) = opened.map(drop) else {
        panic!("a wrong address")
    };
    assert!(!text.contains("secret") && !text.contains("word"), "{text}");
}
