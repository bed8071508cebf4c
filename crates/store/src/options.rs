//! How a database is opened.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use crate::{Clock, Notes, Result, Tx, Value};

/// Runs inside the transaction after the kept units and before the commit, when there are notes:
/// once per commit on SQLite (over all kept units), once per unit on PostgreSQL. Its failure fails the whole commit.
pub type BeforeCommit = fn(&mut Tx, &mut Notes) -> Result<()>;

/// Runs after a commit that left notes, on the thread that owns the connection: short and without waiting.
pub type AfterCommit = Arc<dyn Fn(&Notes) + Send + Sync>;

/// A function of the program's own that statements on SQLite may call; on PostgreSQL a migration makes one of the same name.
/// It must answer the same whenever it is given the same. Arguments that are not text come as nothing.
#[derive(Clone, Copy)]
pub struct Function {
    pub name: &'static str,
    pub arguments: usize,
    pub answer: fn(&[Option<&str>]) -> Value,
}

/// How a database is opened. [`Options::new`] gives defaults that suit a small server.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH`, or `postgres://…` or `key=value …` for PostgreSQL.
    pub url: String,
    /// SQLite: threads that read.
    pub readers: usize,
    /// PostgreSQL: threads, each with one connection.
    pub connections: usize,
    /// Units that may wait in each lane; more are refused as unavailable.
    pub queue: usize,
    /// SQLite: the most units folded into one commit.
    pub batch: usize,
    /// SQLite: page cache of each connection.
    pub cache_kib: usize,
    /// SQLite: pages in the log after which it is copied into the file.
    pub checkpoint_pages: usize,
    /// SQLite: size of the log at which the writer stops to begin it anew.
    pub wal_limit_mib: usize,
    /// Units that run longer are logged with the place that asked for them.
    pub slow_unit: Duration,
    /// PostgreSQL: keep prepared statements by name. Turn off behind a proxy that pools transactions.
    pub named_statements: bool,
    /// PostgreSQL: where to listen when `url` leads to such a proxy, which cannot pass notifications on.
    /// Without it listeners are woken once a second in that case.
    pub listen_url: Option<String>,
    /// Time to connect (PostgreSQL), or to wait for a lock that another program holds on the file (SQLite).
    pub connect_timeout: Duration,
    /// PostgreSQL: the longest a statement may take. Zero: no limit.
    pub statement_timeout: Duration,
    /// PostgreSQL: a PEM file of certificate authorities to trust besides the machine's.
    pub tls_root: Option<PathBuf>,
    /// SQLite: what statements may call besides SQLite's own functions.
    pub functions: Vec<Function>,
    pub clock: Clock,
    pub before_commit: Vec<BeforeCommit>,
    pub after_commit: Vec<AfterCommit>,
}

impl Options {
    pub fn new(url: impl Into<String>) -> Options {
        Options {
            url: url.into(),
            readers: 2,
            connections: 8,
            queue: 4096,
            batch: 256,
            cache_kib: 64 * 1024,
            checkpoint_pages: 4000,
            wal_limit_mib: 256,
            slow_unit: Duration::from_millis(50),
            named_statements: true,
            listen_url: None,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            tls_root: None,
            functions: Vec::new(),
            clock: Clock::system(),
            before_commit: Vec::new(),
            after_commit: Vec::new(),
        }
    }

    /// The file of a SQLite database; nothing for PostgreSQL.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }
}

/// Leaves the address out: it may hold a password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("readers", &self.readers)
            .field("connections", &self.connections)
            .field("queue", &self.queue)
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}
