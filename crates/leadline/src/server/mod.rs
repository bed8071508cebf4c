//! The running program: opens what is needed, starts the background work, listens, and stops in order.

mod frame;
mod guard;
mod health;
mod metrics;
mod pages;

use std::{
    fs::OpenOptions, io::ErrorKind, net::SocketAddr, os::unix::fs::OpenOptionsExt, path::Path,
    sync::Arc, time::Duration,
};

use axum::{Router, extract::DefaultBodyLimit, middleware, serve::ListenerExt};
use store::{Clock, Db};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tower_http::compression::{
    CompressionLayer, CompressionLevel, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

use crate::{
    api,
    base::{App, SecretKey, Shared, config::Config, remember_key},
    events, intake, jobs, leads, privacy, workspaces,
};

/// A server that listens.
pub struct Running {
    pub address: SocketAddr,
    pub app: Arc<App>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    background: Background,
}

/// The work that goes on beside requests.
struct Background {
    runner: jobs::RunnerHandle,
    tailer: events::TailerHandle,
    tidying: JoinHandle<()>,
}

/// What went wrong before the server stood, in words for the console.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

/// Every kind of job. The queue knows no feature; this list is how they meet.
pub fn job_kinds() -> Vec<jobs::Kind> {
    [
        jobs::job_kinds(),
        events::job_kinds(listeners()),
        leads::job_kinds(),
        intake::job_kinds(),
        privacy::job_kinds(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Everybody who is told what happened.
fn listeners() -> Vec<Box<dyn events::Listener>> {
    vec![Box::new(leads::views::watch::Watcher::default())]
}

/// Opens the database, creating and migrating it, and puts together what hangs on it.
pub async fn open(config: Config, clock: Clock) -> Result<Arc<App>, StartError> {
    let secret_key = secret_key(&config)?;
    if let Some(file) = config.sqlite_file() {
        create_private(&file).map_err(|err| StartError(format!("{}: {err}", file.display())))?;
    }
    let wake = jobs::Wake::new();
    let options = store_options(&config, clock, &wake);
    let db = tokio::task::spawn_blocking(move || {
        store::migrate::run(&options, MIGRATIONS)?;
        Db::open(options)
    })
    .await
    .map_err(|err| StartError(err.to_string()))?
    .map_err(|err| StartError(format!("the database cannot be opened: {err}")))?;
    Ok(assemble(config, db, secret_key, wake))
}

/// Makes an empty database file that only its owner can read; SQLite gives its log the same mode.
fn create_private(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
    {
        Err(err) if err.kind() != ErrorKind::AlreadyExists => Err(err),
        _ => Ok(()),
    }
}

/// The schema, oldest first.
pub const MIGRATIONS: &[store::migrate::Migration] = &[
    store::migrate::Migration {
        version: 1,
        name: "start",
        sql: include_str!("../../../../migrations/0001_start.sql"),
    },
    store::migrate::Migration {
        version: 2,
        name: "views",
        sql: include_str!("../../../../migrations/0002_views.sql"),
    },
    store::migrate::Migration {
        version: 3,
        name: "changes",
        sql: include_str!("../../../../migrations/0003_changes.sql"),
    },
    store::migrate::Migration {
        version: 4,
        name: "identity",
        sql: include_str!("../../../../migrations/0004_identity.sql"),
    },
    store::migrate::Migration {
        version: 5,
        name: "import",
        sql: include_str!("../../../../migrations/0005_import.sql"),
    },
    store::migrate::Migration {
        version: 6,
        name: "search",
        sql: include_str!("../../../../migrations/0006_search.sql"),
    },
    store::migrate::Migration {
        version: 7,
        name: "privacy",
        sql: include_str!("../../../../migrations/0007_privacy.sql"),
    },
    store::migrate::Migration {
        version: 8,
        name: "preferences",
        sql: include_str!("../../../../migrations/0008_preferences.sql"),
    },
    store::migrate::Migration {
        version: 9,
        name: "onboarding",
        sql: include_str!("../../../../migrations/0009_onboarding.sql"),
    },
];

/// `App` over a database that stands.
pub fn assemble(config: Config, db: Db, secret_key: SecretKey, wake: jobs::Wake) -> Arc<App> {
    let state = Shared::default()
        .with(health::Readiness::default())
        .with(metrics::Metrics::new(db.clone(), wake.clone()))
        .with(guard::Limits::new(&config.security))
        .with(workspaces::State::new(&config))
        .with(events::Stream::new())
        .with(leads::Ready::default())
        .with(leads::Totals::default())
        .with(intake::Door::default())
        .with(wake);
    Arc::new(App {
        db,
        config,
        secret_key,
        state,
    })
}

/// How the database is opened: what the rooms write with each commit stands here.
pub fn store_options(config: &Config, clock: Clock, wake: &jobs::Wake) -> store::Options {
    let database = &config.database;
    let mut options = store::Options::new(&database.url);
    options.readers = database.readers;
    options.connections = database.connections;
    options.queue = database.queue;
    options.cache_kib = database.cache_mib * 1024;
    options.slow_unit = Duration::from_millis(database.slow_unit_ms);
    options.named_statements = database.named_statements;
    options.tls_root = (!database.tls_root.is_empty()).then(|| database.tls_root.clone().into());
    options.functions = leads::filter::functions::FUNCTIONS.to_vec();
    options.clock = clock;
    options.before_commit = vec![
        leads::counts::flush,
        events::flush,
        workspaces::audit::flush,
    ];
    options.after_commit = vec![wake.hook()];
    options
}

/// Listens and serves until `Running::stop`.
pub async fn start(app: Arc<App>) -> Result<Running, StartError> {
    let listen = &app.config.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|err| StartError(format!("cannot listen on {listen}: {err}")))?;
    let address = listener
        .local_addr()
        .map_err(|err| StartError(err.to_string()))?;
    let listener = listener.tap_io(|stream| {
        // A small answer must not wait for a larger one.
        if let Err(err) = stream.set_nodelay(true) {
            tracing::debug!(%err, "a connection keeps its delay");
        }
    });
    let background = Background::start(&app);
    let (stop, mut stopped) = watch::channel(false);
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        // The sender going away means the same.
        let _ = stopped.wait_for(|it| *it).await;
    });
    let serving = tokio::spawn(serving.into_future());
    Ok(Running {
        address,
        app,
        stop,
        serving,
        background,
    })
}

/// Everything that answers, in the layers that every answer passes.
pub fn router(app: &Arc<App>) -> Router {
    let limit = app.config.server.body_limit_kib * 1024;
    let api = api::routes()
        .layer(middleware::from_fn(remember_key))
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard));
    Router::new()
        .merge(api)
        .merge(pages::routes())
        .merge(health::routes())
        .layer(DefaultBodyLimit::max(limit))
        .layer(compression())
        .layer(middleware::from_fn_with_state(app.clone(), frame::frame))
        .with_state(app.clone())
}

impl Running {
    /// Takes no new work, finishes what is in hand, and closes the database last.
    pub async fn stop(self) {
        let patience = Duration::from_secs(self.app.config.server.stop_timeout_s);
        self.app.state.get::<health::Readiness>().stopping();
        self.background.tailer.stop().await;
        self.stop.send_replace(true);
        if tokio::time::timeout(patience, self.serving).await.is_err() {
            tracing::warn!(
                patience_s = patience.as_secs(),
                "requests were still running and were cut off"
            );
        }
        self.background.runner.stop(patience).await;
        self.background.tidying.abort();
        self.app.db.close().await;
    }
}

impl Background {
    fn start(app: &Arc<App>) -> Background {
        let limits = app.state.get::<guard::Limits>();
        let tidying = tokio::spawn(async move {
            let mut minute = tokio::time::interval(Duration::from_mins(1));
            loop {
                minute.tick().await;
                limits.forget_the_quiet();
            }
        });
        Background {
            runner: jobs::Runner::start(app.clone(), job_kinds()),
            tailer: events::Tailer::start(app.clone()),
            tidying,
        }
    }
}

fn secret_key(config: &Config) -> Result<SecretKey, StartError> {
    if let Some(given) = &config.security.secret_key {
        return SecretKey::from_hex(given.expose()).map_err(StartError);
    }
    let file = config.key_file();
    let shown = file.display().to_string();
    if let Some(folder) = file.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|err| StartError(format!("{}: {err}", folder.display())))?;
    }
    SecretKey::read_or_create(&file)
        .map_err(|err| StartError(format!("the key file {shown}: {err}")))
}

/// Quick levels: on a local network a better ratio costs more than it saves. Streams stay as they are.
fn compression() -> CompressionLayer<impl Predicate> {
    let predicate = SizeAbove::new(1024)
        .and(NotForContentType::new("text/event-stream"))
        .and(NotForContentType::IMAGES)
        // Packed in themselves.
        .and(NotForContentType::new(
            "application/vnd.openxmlformats-officedocument",
        ))
        .and(NotForContentType::new("application/vnd.apache.parquet"));
    CompressionLayer::new()
        .quality(CompressionLevel::Precise(3))
        .compress_when(predicate)
}
