//! Notes, and the hooks around a commit.

use std::sync::{Arc, Mutex};

use store::{Engine, Error, Notes, Result, Tx};

use crate::{
    support::engines,
    units::{add, ids},
};

struct Added(i64);
struct Rows(usize);

/// Writes one row for all the notes of a commit.
fn write_rows(tx: &mut Tx, notes: &mut Notes) -> Result<()> {
    let added = notes.take::<Added>();
    if added.iter().any(|it| it.0 == 666) {
        return Err(Error::NotFound);
    }
    if let Some(first) = added.first() {
        tx.exec(
            "insert into parts (id, thing_id) values ($1, $1)",
            &[&first.0],
        )?;
        tx.note(Rows(added.len()));
        tx.announce();
    }
    Ok(())
}

fn noted(tx: &mut Tx, id: i64) -> Result<()> {
    add(tx, id, &id.to_string())?;
    tx.note(Added(id));
    Ok(())
}

#[tokio::test]
async fn notes_of_kept_units_reach_the_hooks() {
    for make in engines() {
        let mut fresh = make();
        let seen: Arc<Mutex<Vec<usize>>> = Arc::default();
        fresh.options.connections = 1;
        fresh.options.before_commit = vec![write_rows];
        let sink = Arc::clone(&seen);
        fresh.options.after_commit = vec![
            Arc::new(move |notes| {
                sink.lock()
                    .unwrap()
                    .extend(notes.get::<Rows>().iter().map(|it| it.0));
            }),
            Arc::new(|_| panic!("harms nobody")),
        ];
        let db = fresh.open().await;

        let (started, start) = std::sync::mpsc::channel::<()>();
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let bell = db.listen();
        let first = db.write(move |_| {
            started.send(()).unwrap();
            hold.recv().unwrap();
            Ok::<_, Error>(())
        });
        tokio::task::spawn_blocking(move || start.recv().unwrap())
            .await
            .unwrap();
        let kept = [db.write(|tx| noted(tx, 1)), db.write(|tx| noted(tx, 2))];
        let failed = [
            db.write(|tx| noted(tx, 3).and(Err::<(), _>(Error::NotFound))),
            db.write(|tx| noted(tx, 4).map(|()| panic!("on purpose"))),
        ];
        let partly = db.write(|tx| {
            let lost: Result<()> = tx.attempt(|tx| noted(tx, 5).and(Err(Error::NotFound)));
            assert!(lost.is_err());
            noted(tx, 6)
        });
        let silent = db.write(|tx| add(tx, 7, "seven"));
        release.send(()).unwrap();
        first.await.unwrap();
        for unit in kept {
            unit.await.unwrap();
        }
        for unit in failed {
            assert!(unit.await.is_err());
        }
        partly.await.unwrap();
        silent.await.unwrap();

        let seen = seen.lock().unwrap().clone();
        match fresh.engine {
            Engine::Sqlite => assert_eq!(seen, [3]),
            Engine::Postgres => assert_eq!(seen, [1, 1, 1]),
        }
        assert!(bell.has_changed().unwrap());
        assert_eq!(ids(&db).await, [1, 2, 6, 7]);
        let parts: Vec<(i64,)> = db
            .read(|tx| tx.all("select id from parts", &[]))
            .await
            .unwrap();
        assert_eq!(parts.len(), seen.len());
        db.close().await;
    }
}

#[tokio::test]
async fn a_hook_that_fails_fails_the_commit() {
    for make in engines() {
        let mut fresh = make();
        fresh.options.before_commit = vec![write_rows];
        let db = fresh.open().await;
        assert_eq!(db.write(|tx| noted(tx, 666)).await, Err(Error::NotFound));
        assert_eq!(ids(&db).await, [0; 0]);
        db.write(|tx| noted(tx, 1)).await.unwrap();
        assert_eq!(ids(&db).await, [1]);
        db.close().await;
    }
}
