//! What the tests stand on: an app over a database of its own, on either engine, with a clock that is moved by hand.

#![allow(
    dead_code,
    unused_imports,
    reason = "a harness offers more than the tests of the day ask for"
)]

mod client;
mod database;
pub mod operations;
mod people;
mod program;
mod soon;

use std::{ops::Deref, sync::Arc, thread};

use axum::Router;
use leadline::{
    base::{App, config::Config},
    jobs, server,
};
use store::{Clock, Db, Engine};

pub use client::{Answer, Call, Client};
pub use database::{TestDatabase, config};
pub use people::Person;
pub use program::{Server, Site};
pub use soon::soon;

/// When every test begins: Monday, 5 January 2026, 12:00 UTC.
pub const START_MS: i64 = 1_767_614_400_000;

/// Makes two tests of each function, `name::sqlite` and `name::postgres`. What the function takes is started for it.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($given:ident: $kind:ty) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($given: $kind) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::harness::run(store::Engine::Sqlite, super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::harness::run(store::Engine::Postgres, super::$name).await;
            }
        }
    )+};
}

/// What a test of `on_both_engines!` can ask for.
pub trait Given {
    fn start(engine: Engine) -> impl Future<Output = Self> + Send;
}

pub async fn run<G: Given>(engine: Engine, test: impl AsyncFnOnce(G)) {
    test(G::start(engine).await).await;
}

impl Given for Engine {
    async fn start(engine: Engine) -> Engine {
        engine
    }
}

impl Given for TestApp {
    async fn start(engine: Engine) -> TestApp {
        TestApp::start(engine).await
    }
}

/// A running app without sockets: requests go straight into its router. It is itself a client, signed in as the Super
/// Admin of the first workspace. Dropping it fails the test if jobs that are due were left undone.
pub struct TestApp {
    pub app: Arc<App>,
    pub clock: Clock,
    pub engine: Engine,
    router: Router,
    admin: Option<Person>,
    // Dropped last: the database goes when nobody uses it any more.
    _database: TestDatabase,
}

impl TestApp {
    pub async fn start(engine: Engine) -> TestApp {
        TestApp::start_with(engine, |_| {}).await
    }

    /// Starts with settings of its own.
    pub async fn start_with(engine: Engine, configure: impl FnOnce(&mut Config)) -> TestApp {
        let mut app = TestApp::start_empty(engine, configure).await;
        app.admin = Some(app.add_workspace("Acme").await);
        app
    }

    /// Starts as on the first day: without a workspace.
    pub async fn start_empty(engine: Engine, configure: impl FnOnce(&mut Config)) -> TestApp {
        let database = TestDatabase::create(engine).await;
        let clock = Clock::manual(START_MS);
        let mut config = database.config.clone();
        configure(&mut config);
        let app = server::open(config, clock.clone()).await.unwrap();
        let router = server::router(&app);
        TestApp {
            app,
            clock,
            engine,
            router,
            admin: None,
            _database: database,
        }
    }

    /// The Super Admin of the first workspace.
    pub fn admin(&self) -> &Person {
        self.admin
            .as_ref()
            .expect("an empty app has no Super Admin")
    }

    /// Somebody who shows nothing.
    pub fn stranger(&self) -> Client {
        Client::stranger(self.router.clone())
    }

    /// Runs jobs, and the jobs they make, until none is due.
    pub async fn work(&self) {
        jobs::run_until_idle(&self.app, &server::job_kinds())
            .await
            .unwrap();
    }
}

impl Deref for TestApp {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.admin().client
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let app = self.app.clone();
        // The test's own runtime cannot be waited for in here.
        let left = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let left = app.db.read(move |tx| {
                    tx.all::<(String,)>(
                        "select kind from jobs where state = 'ready' and run_at <= $1",
                        &[&tx.now()],
                    )
                });
                let left: Result<Vec<(String,)>, store::Error> = left.await;
                app.db.close().await;
                left
            })
        });
        if thread::panicking() {
            return;
        }
        // A test that took the database away has nothing left to look into.
        if let Ok(Ok(left)) = left.join() {
            assert!(
                left.is_empty(),
                "the test leaves jobs undone: {left:?}; call app.work()"
            );
        }
    }
}

/// A migrated database without an app.
pub async fn database(engine: Engine) -> Db {
    let database = TestDatabase::create(engine).await;
    let app = server::open(database.config.clone(), Clock::manual(START_MS))
        .await
        .unwrap();
    // Kept until the test's process ends: the folder and the name are needed as long as the database is open.
    std::mem::forget(database);
    app.db.clone()
}
