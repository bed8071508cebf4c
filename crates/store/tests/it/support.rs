//! Fresh databases for tests, one per engine.

use std::future::Future;

use store::{Db, Engine, Options};
use tempfile::TempDir;

/// A database of its own for one test, gone with it.
pub struct Fresh {
    pub options: Options,
    pub engine: Engine,
    _dir: TempDir,
}

impl Fresh {
    pub fn sqlite() -> Fresh {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        Fresh {
            options: Options::new(format!("sqlite:{}", path.display())),
            engine: Engine::Sqlite,
            _dir: dir,
        }
    }

    pub fn postgres() -> Fresh {
        let dir = tempfile::tempdir().unwrap();
        let mut options = Options::new(postgres_database());
        options.connections = 4;
        Fresh {
            options,
            engine: Engine::Postgres,
            _dir: dir,
        }
    }

    /// PostgreSQL as it is used behind a proxy that pools transactions.
    pub fn postgres_unnamed() -> Fresh {
        let mut fresh = Fresh::postgres();
        fresh.options.named_statements = false;
        fresh
    }

    /// Opens it with a few tables to play with.
    pub async fn open(&self) -> Db {
        let db = open(self.options.clone()).await;
        db.write(|tx| tx.script(&store::migrate::translate(TABLES, tx.engine())))
            .await
            .unwrap();
        db
    }
}

pub const TABLES: &str = "
create table things (
    id bigint not null primary key,
    name text not null unique,
    weight double precision,
    hot boolean not null default false,
    key uuid,
    raw bytea,
    data jsonb,
    at bigint
);
create table parts (
    id bigint not null primary key,
    thing_id bigint not null references things (id)
);
";

/// The engines under test: both, unless `LEADLINE_TEST_ENGINES` names one.
pub fn engines() -> Vec<fn() -> Fresh> {
    match std::env::var("LEADLINE_TEST_ENGINES").as_deref() {
        Ok("sqlite") => vec![Fresh::sqlite],
        Ok("postgres") => vec![Fresh::postgres, Fresh::postgres_unnamed],
        _ => vec![Fresh::sqlite, Fresh::postgres, Fresh::postgres_unnamed],
    }
}

pub fn wants_postgres() -> bool {
    std::env::var("LEADLINE_TEST_ENGINES").as_deref() != Ok("sqlite")
}

/// Runs a test body on a fresh database of each engine.
pub async fn on_both<F: Future<Output = ()>>(body: impl Fn(Db, Options) -> F) {
    for make in engines() {
        let fresh = make();
        eprintln!("on {:?}", fresh.engine);
        let db = fresh.open().await;
        body(db.clone(), fresh.options.clone()).await;
        db.close().await;
    }
}

pub async fn open(options: Options) -> Db {
    try_open(options).await.unwrap()
}

pub async fn try_open(options: Options) -> store::Result<Db> {
    tokio::task::spawn_blocking(move || Db::open(options))
        .await
        .unwrap()
}

/// Makes a database beside the one that `LEADLINE_TEST_POSTGRES` names, and tells its address.
fn postgres_database() -> String {
    let admin = std::env::var("LEADLINE_TEST_POSTGRES").expect(
        "LEADLINE_TEST_POSTGRES must name a PostgreSQL database to make others from (scripts/with-postgres does); \
         LEADLINE_TEST_ENGINES=sqlite leaves that half out",
    );
    let name = format!("store_{}", unique());
    execute(&admin, &format!("create database {name}"));
    let (server, _) = admin
        .rsplit_once('/')
        .expect("the address ends in a database");
    format!("{server}/{name}")
}

/// Runs a statement on a connection of its own; the driver must not wait inside the test's event loop.
pub fn execute(url: &str, sql: &str) {
    let run = || {
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        client.batch_execute(sql).unwrap();
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap());
}

pub fn unique() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!(
        "{nanos}_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
