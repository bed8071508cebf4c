//! What happens when the file is locked, taken away, or has no more room; and copies of it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use store::{Db, Error, Result, Tx};

use crate::{
    support::{Fresh, open},
    units::{add, ids},
};

fn path(fresh: &Fresh) -> PathBuf {
    fresh.options.sqlite_path().unwrap()
}

#[tokio::test]
async fn a_lock_held_by_another_program() {
    let mut fresh = Fresh::sqlite();
    fresh.options.connect_timeout = Duration::from_millis(50);
    let db = fresh.open().await;
    let other = rusqlite::Connection::open(path(&fresh)).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let refused = db.write(|tx| add(tx, 1, "a")).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert_eq!(ids(&db).await, [0; 0]);
    other.execute_batch("rollback").unwrap();
    db.write(|tx| add(tx, 2, "b")).await.unwrap();
    assert_eq!(ids(&db).await, [2]);
    db.close().await;
}

#[tokio::test]
async fn a_file_taken_away_and_brought_back() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    db.write(|tx| add(tx, 1, "a")).await.unwrap();
    let (here, away) = (path(&fresh), path(&fresh).with_extension("away"));
    std::fs::rename(&here, &away).unwrap();
    for _ in 0..3 {
        let refused = db.write(|tx| add(tx, 2, "b")).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert!(!here.exists(), "no empty file in its place");
    }
    std::fs::rename(&away, &here).unwrap();
    db.write(|tx| add(tx, 3, "c")).await.unwrap();
    assert_eq!(ids(&db).await, [1, 3]);
    assert!(db.stats().reconnects >= 1);
    db.close().await;
}

#[tokio::test]
async fn a_file_put_in_its_place_is_read_from_then_on() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    db.write(|tx| add(tx, 1, "a")).await.unwrap();
    let copy = path(&fresh).with_extension("copy");
    db.backup(&copy).await.unwrap();
    db.write(|tx| add(tx, 2, "b")).await.unwrap();
    std::fs::rename(&copy, path(&fresh)).unwrap();
    let refused = db.write(|tx| add(tx, 3, "c")).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    db.close().await;
}

/// Lets the file grow by `more` pages from where it stands.
fn leave_room(tx: &mut Tx, more: i64) -> Result<()> {
    let (pages,): (i64,) = tx.one("select page_count from pragma_page_count", &[])?;
    tx.script(&format!("pragma max_page_count = {}", pages + more))
}

fn add_large(tx: &mut Tx, id: i64) -> Result<()> {
    let raw = vec![7_u8; 100_000];
    tx.exec(
        "insert into things (id, name, raw) values ($1, $2, $3)",
        &[&id, &id.to_string(), &raw],
    )
    .map(drop)
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    db.write(|tx| leave_room(tx, 60)).await.unwrap();
    let units: Vec<_> = (0..8)
        .map(|n| db.write(move |tx| add_large(tx, n)))
        .collect();
    let mut kept = Vec::new();
    for (n, unit) in (0_i64..).zip(units) {
        match unit.await {
            Ok(()) => kept.push(n),
            Err(Error::Unavailable(_)) => {}
            Err(err) => panic!("{err}"),
        }
    }
    assert!(kept.len() < 8, "the disk was full");
    assert_eq!(
        ids(&db).await,
        kept,
        "what was acknowledged is there, and nothing else"
    );
    db.write(|tx| leave_room(tx, 1000)).await.unwrap();
    db.write(|tx| add_large(tx, 100)).await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn the_log_is_begun_anew_at_its_cap() {
    let mut fresh = Fresh::sqlite();
    (fresh.options.wal_limit_mib, fresh.options.checkpoint_pages) = (1, 1_000_000);
    let db = fresh.open().await;

    // A reader that stays in the log keeps it from being begun anew.
    let (started, start) = std::sync::mpsc::channel::<()>();
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let reading = db.read(move |tx| {
        tx.all::<(i64,)>("select id from things", &[])?;
        started.send(()).unwrap();
        hold.recv().unwrap();
        Ok::<_, Error>(())
    });
    tokio::task::spawn_blocking(move || start.recv().unwrap())
        .await
        .unwrap();
    for n in 0..15 {
        db.write(move |tx| add_large(tx, n)).await.unwrap();
    }
    assert!(db.stats().wal_bytes > 1024 * 1024, "{:?}", db.stats());
    release.send(()).unwrap();
    reading.await.unwrap();
    for n in 20..40 {
        db.write(move |tx| add_large(tx, n)).await.unwrap();
        // The size is looked at after the answer; the next unit waits for that.
    }
    db.write(|_| Ok::<_, Error>(())).await.unwrap();
    assert!(db.stats().wal_bytes < 1_400_000, "{:?}", db.stats());
    assert_eq!(ids(&db).await.len(), 35);
    db.close().await;
}

fn consistent(copy: &Path) -> i64 {
    let conn = rusqlite::Connection::open(copy).unwrap();
    let health: String = conn
        .query_row("pragma integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(health, "ok");
    let count = |table: &str| -> i64 {
        conn.query_row(&format!("select count(*) from {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
    };
    let (things, parts) = (count("things"), count("parts"));
    assert_eq!(things, parts, "both halves of each unit, or neither");
    things
}

async fn write_pairs(db: Db, from: i64) {
    for id in from..from + 200 {
        db.write(move |tx| -> Result<u64> {
            add(tx, id, &id.to_string())?;
            tx.exec("insert into parts (id, thing_id) values ($1, $1)", &[&id])
        })
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_under_load_is_consistent() {
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    let writers: Vec<_> = (0..4)
        .map(|n| tokio::spawn(write_pairs(db.clone(), n * 1000)))
        .collect();
    let mut copies = Vec::new();
    for n in 0..5 {
        let copy = path(&fresh).with_extension(format!("copy{n}"));
        db.backup(&copy).await.unwrap();
        copies.push(copy);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let counts: Vec<i64> = copies.iter().map(|it| consistent(it)).collect();
    assert!(counts.is_sorted(), "{counts:?}");
    assert_eq!(ids(&db).await.len(), 800);

    let again = db.backup(&copies[0]).await;
    assert!(
        matches!(again, Err(Error::Database(_))),
        "a copy never overwrites: {again:?}"
    );
    db.close().await;
    let mut options = fresh.options.clone();
    options.url = format!("sqlite:{}", copies[4].display());
    let copy = open(options).await;
    copy.write(|tx| add(tx, -1, "goes on")).await.unwrap();
    copy.close().await;
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_told_when_opening() {
    let opened = crate::support::try_open(store::Options::new("sqlite:/nowhere/at/all.db")).await;
    assert!(matches!(opened.map(drop), Err(Error::Unavailable(_))));
}
