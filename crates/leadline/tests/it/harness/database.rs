//! Databases for tests. Migrating one takes a while, so it is done once for a schema: a template that each test copies.

use std::{fs, path::PathBuf, thread};

use leadline::{
    base::{Secret, config::Config},
    jobs, server,
};
use sha2::{Digest, Sha256};
use store::{Clock, Engine};
use tempfile::TempDir;

/// A migrated database that is gone with this value.
pub struct TestDatabase {
    pub config: Config,
    folder: Option<TempDir>,
}

impl TestDatabase {
    pub async fn create(engine: Engine) -> TestDatabase {
        let create = move || match engine {
            Engine::Sqlite => sqlite(),
            Engine::Postgres => postgres(),
        };
        tokio::task::spawn_blocking(create).await.unwrap()
    }

    /// The folder of the SQLite file.
    pub fn folder(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|it| it.path().to_owned())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.folder.is_some() {
            return;
        }
        let Some(name) = self
            .config
            .database
            .url
            .rsplit('/')
            .next()
            .map(str::to_owned)
        else {
            return;
        };
        // The driver runs a runtime of its own, which cannot start inside the test's.
        let dropped = thread::spawn(move || {
            admin().batch_execute(&format!("drop database if exists {name} with (force)"))
        });
        if let Ok(Err(err)) = dropped.join() {
            eprintln!("a test's database stays behind: {err}");
        }
    }
}

/// The address that `scripts/with-postgres` gives.
pub fn postgres_url() -> String {
    std::env::var("LEADLINE_TEST_POSTGRES")
        .expect("tests on PostgreSQL need its address: run them with `scripts/with-postgres cargo nextest run` or `make test`")
}

pub fn config(url: String) -> Config {
    let mut config = Config::default();
    config.database.url = url;
    config.database.connections = 4;
    config.database.cache_mib = 8;
    // Tests are not to be slowed down; the limiter has tests of its own.
    config.security.requests_per_second = 0;
    config.security.secret_key = Some(Secret::new("07".repeat(32)));
    config
}

fn sqlite() -> TestDatabase {
    let template =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("template-{}.db", schema_key()));
    if !template.exists() {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = folder.path().join("leadline.db");
        migrate(format!("sqlite:{}", file.display()));
        // Whoever comes second puts the same file there once more.
        fs::rename(file, &template).unwrap();
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("leadline.db");
    fs::copy(template, &file).unwrap();
    TestDatabase {
        config: config(format!("sqlite:{}", file.display())),
        folder: Some(folder),
    }
}

fn postgres() -> TestDatabase {
    let mut admin = admin();
    let template = format!("leadline_template_{}", schema_key());
    // Held by this connection, so that one process makes the template and the others wait for it.
    admin.execute("select pg_advisory_lock(4242)", &[]).unwrap();
    let there = admin
        .query_opt("select 1 from pg_database where datname = $1", &[&template])
        .unwrap();
    if there.is_none() {
        let making = format!("{template}_making");
        admin
            .batch_execute(&format!("drop database if exists {making}"))
            .unwrap();
        admin
            .batch_execute(&format!("create database {making}"))
            .unwrap();
        migrate(address(&making));
        admin
            .batch_execute(&format!("alter database {making} rename to {template}"))
            .unwrap();
    }
    admin
        .execute("select pg_advisory_unlock(4242)", &[])
        .unwrap();
    let name = format!(
        "leadline_{}",
        hex::encode(leadline::base::secret::random::<8>())
    );
    admin
        .batch_execute(&format!("create database {name} template {template}"))
        .unwrap();
    TestDatabase {
        config: config(address(&name)),
        folder: None,
    }
}

fn admin() -> postgres::Client {
    postgres::Client::connect(&postgres_url(), postgres::NoTls).unwrap()
}

fn address(name: &str) -> String {
    let url = postgres_url();
    let (server, _) = url
        .rsplit_once('/')
        .expect("the address ends in the name of a database");
    format!("{server}/{name}")
}

fn migrate(url: String) {
    let options = server::store_options(&config(url), Clock::system(), &jobs::Wake::new());
    store::migrate::run(&options, server::MIGRATIONS).unwrap();
}

/// Changes with the migrations.
fn schema_key() -> String {
    let mut hash = Sha256::new();
    for migration in server::MIGRATIONS {
        hash.update(migration.sql);
    }
    hex::encode(&hash.finalize()[..6])
}
