//! One node of a server with nothing but a queue and an event log.

use std::sync::{Arc, Mutex};

use leadline::{
    base::{App, SecretKey, Shared, config::Config},
    events,
    jobs::{self, Context, Enqueue, Failure, Kind},
};
use serde::{Deserialize, Serialize};
use store::{Clock, Db, Engine, Timestamp, Tx};
use uuid::Uuid;

use crate::harness::{Given, START_MS, TestDatabase};

#[derive(Clone)]
pub struct Node {
    pub app: Arc<App>,
    pub clock: Clock,
    pub engine: Engine,
    database: Arc<TestDatabase>,
}

/// How a job of the table stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub id: Uuid,
    pub state: String,
    pub attempt: i64,
    pub run_at: Timestamp,
    pub last_error: Option<String>,
}
store::row!(Standing {
    id,
    state,
    attempt,
    run_at,
    last_error
});

/// A job that does what a test's closure says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Task {
    pub name: String,
}

pub const TASK: &str = "test.task";

/// What ran, in order.
pub type Ran = Arc<Mutex<Vec<String>>>;

impl Given for Node {
    async fn start(engine: Engine) -> Node {
        Node::start_with(engine, Clock::manual(START_MS), |_| {}).await
    }
}

impl Node {
    pub async fn start_with(
        engine: Engine,
        clock: Clock,
        configure: impl FnOnce(&mut Config),
    ) -> Node {
        let database = TestDatabase::create(engine).await;
        let mut config = database.config.clone();
        configure(&mut config);
        Node::open(Arc::new(database), engine, clock, config).await
    }

    /// A second node over the same database.
    pub async fn another(&self) -> Node {
        let config = self.app.config.clone();
        Node::open(
            self.database.clone(),
            self.engine,
            self.clock.clone(),
            config,
        )
        .await
    }

    async fn open(
        database: Arc<TestDatabase>,
        engine: Engine,
        clock: Clock,
        config: Config,
    ) -> Node {
        let wake = jobs::Wake::new();
        let mut options = store::Options::new(&config.database.url);
        options.clock = clock.clone();
        options.connections = config.database.connections;
        options.before_commit = vec![events::flush];
        options.after_commit = vec![wake.hook()];
        let db = tokio::task::spawn_blocking(move || Db::open(options))
            .await
            .unwrap()
            .unwrap();
        let state = Shared::default().with(wake).with(events::Stream::new());
        let secret_key = SecretKey::from_bytes([7; 32]);
        let app = Arc::new(App {
            db,
            config,
            secret_key,
            state,
        });
        Node {
            app,
            clock,
            engine,
            database,
        }
    }

    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx) -> store::Result<T> + Send + 'static,
    ) -> T {
        self.app.db.write(f).await.unwrap()
    }

    /// Queues a task; `change` says how.
    pub async fn queue(
        &self,
        name: &str,
        change: impl FnOnce(Enqueue) -> Enqueue + Send + 'static,
    ) -> Uuid {
        let task = Task {
            name: name.to_owned(),
        };
        self.write(move |tx| change(Enqueue::of(TASK, &task)).insert(tx))
            .await
            .uuid()
    }

    /// Runs what is due; answers how many runs that were.
    pub async fn work(&self, kinds: &[Kind]) -> usize {
        jobs::run_until_idle(&self.app, kinds).await.unwrap()
    }

    pub async fn jobs(&self) -> Vec<Standing> {
        self.write(|tx| {
            tx.all(
                "select id, state, attempt, run_at, last_error from jobs order by id",
                &[],
            )
        })
        .await
    }

    pub async fn job(&self, id: Uuid) -> Option<Standing> {
        self.jobs().await.into_iter().find(|it| it.id == id)
    }

    /// Makes a table in which jobs leave their effects.
    pub async fn with_effects(&self) {
        self.write(|tx| tx.script("create table effects (name text not null)"))
            .await;
    }

    pub async fn effects(&self) -> Vec<String> {
        let rows = self
            .write(|tx| tx.all::<(String,)>("select name from effects order by name", &[]))
            .await;
        rows.into_iter().map(|(name,)| name).collect()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Leaves its effect; to be given to `complete_with`.
pub fn effect(name: &str) -> impl FnOnce(&mut Tx) -> leadline::base::Result<()> + Send + 'static {
    let name = name.to_owned();
    move |tx| {
        tx.exec("insert into effects (name) values ($1)", &[&name])?;
        Ok(())
    }
}

/// A kind whose jobs do what `run` says.
pub fn tasks<F>(run: impl Fn(Task, Context) -> F + Send + Sync + 'static) -> Vec<Kind>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    vec![jobs::kind_by(TASK, run)]
}

/// A kind whose jobs only say that they ran.
pub fn listing() -> (Vec<Kind>, Ran) {
    let ran = Ran::default();
    let list = ran.clone();
    let kinds = tasks(move |task, _| {
        list.lock().unwrap().push(task.name);
        std::future::ready(Ok(()))
    });
    (kinds, ran)
}

pub fn ran(list: &Ran) -> Vec<String> {
    list.lock().unwrap().clone()
}
