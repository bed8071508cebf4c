//! What can go wrong, in the few kinds a caller can act on.

/// A failure of a unit of work, the same on both engines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `one` or `fetch_one` met no row.
    #[error("no such row")]
    NotFound,
    /// A unique index refused the row. `constraint` is its name; on SQLite `table.column, table.column`.
    #[error("already exists: {constraint}")]
    Conflict { constraint: String },
    /// A foreign key refused the change. `constraint` is its name on PostgreSQL and empty on SQLite, which does not tell.
    #[error("refers to a row that does not exist, or is referred to: {constraint}")]
    Reference { constraint: String },
    /// A column does not hold what the program expects. Names kinds only, never the value.
    #[error("column {column}: expected {expected}, found {found}")]
    Decode {
        column: String,
        expected: &'static str,
        found: String,
    },
    /// Not now: queue full, disk full, connection lost, locked, shutting down. Trying again later is right.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The closure panicked; its writes were undone.
    #[error("the unit of work panicked")]
    Panicked,
    /// This engine cannot do it.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// Everything else: a mistake in a statement, a check that failed, a damaged file.
    #[error("database: {0}")]
    Database(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
