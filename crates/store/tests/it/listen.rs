//! Waking listeners, in this process and on other nodes.

use std::time::Duration;

use store::{Error, Result};
use tokio::{sync::watch, time::timeout};

use crate::{
    support::{Fresh, engines, execute, open, wants_postgres},
    units::add,
};

async fn rings(bell: &mut watch::Receiver<u64>) {
    timeout(Duration::from_secs(10), bell.changed())
        .await
        .expect("the bell rings")
        .unwrap();
}

#[tokio::test]
async fn a_commit_that_was_announced_wakes_its_own_process() {
    for make in engines() {
        let fresh = make();
        let db = fresh.open().await;
        let mut bell = db.listen();
        let undone: Result<()> = db
            .write(|tx| {
                tx.announce();
                Err(Error::NotFound)
            })
            .await;
        assert!(undone.is_err());
        db.write(|tx| {
            add(tx, 1, "a")?;
            tx.announce();
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
        rings(&mut bell).await;
        db.close().await;
    }
    let fresh = Fresh::sqlite();
    let db = fresh.open().await;
    let bell = db.listen();
    db.write(|_| Ok::<_, Error>(())).await.unwrap();
    assert!(!bell.has_changed().unwrap(), "not announced");
}

#[tokio::test]
async fn other_nodes_are_woken_and_still_are_after_a_lost_connection() {
    if !wants_postgres() {
        return;
    }
    for make in [Fresh::postgres, Fresh::postgres_unnamed] {
        let mut fresh = make();
        let direct = fresh.options.url.clone();
        if !fresh.options.named_statements {
            fresh.options.listen_url = Some(direct.clone());
        }
        let here = fresh.open().await;
        let there = open(fresh.options.clone()).await;
        let mut bell = there.listen();
        for round in 0..2 {
            // Both ring once when they begin to listen; only a ring after that tells anything.
            for id in 0..3_i64 {
                bell.mark_unchanged();
                let id = round * 10 + id;
                here.write(move |tx| {
                    add(tx, id, &id.to_string())?;
                    tx.announce();
                    Ok::<_, Error>(())
                })
                .await
                .unwrap();
                rings(&mut bell).await;
            }
            if round == 0 {
                execute(
                    &direct,
                    "select pg_terminate_backend(pid) from pg_stat_activity \
                     where datname = current_database() and pid <> pg_backend_pid()",
                );
                bell.mark_unchanged();
                // The new connection says that something may have been missed.
                rings(&mut bell).await;
            }
        }
        here.close().await;
        there.close().await;
    }
}

#[tokio::test]
async fn behind_a_proxy_without_a_direct_address_a_clock_wakes() {
    if !wants_postgres() {
        return;
    }
    let fresh = Fresh::postgres_unnamed();
    let db = fresh.open().await;
    let mut bell = db.listen();
    for _ in 0..3 {
        rings(&mut bell).await;
    }
    db.close().await;
}
