//! Migrations: plain SQL, numbered, forward only, one text for both engines.

mod translate;

use std::path::PathBuf;

use sha2::{Digest, Sha256};

pub use translate::translate;

use crate::{
    Engine, Error, Options, Result, Tx,
    conn::Conn,
    ids::Ids,
    notes::Notes,
    postgres,
    sqlite::{self, backup::backup},
};

/// One step of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

/// How far a database has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The last version that was applied; 0 for a new database.
    pub version: i64,
    /// Versions that this program has and the database has not.
    pub pending: Vec<i64>,
}

/// What [`run`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub applied: Vec<i64>,
    /// Where the SQLite file was copied to before it was changed.
    pub copy: Option<PathBuf>,
}

const TABLE: &str = "create table if not exists schema_migrations \
    (version bigint not null primary key, name text not null, checksum text not null, at bigint not null)";
const SQLITE_EXISTS: &str =
    "select count(*) from sqlite_schema where type = 'table' and name = 'schema_migrations'";
const SQLITE_TABLES: &str = "select count(*) from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'";
const POSTGRES_EXISTS: &str =
    "select count(*) from pg_catalog.pg_class where oid = to_regclass('schema_migrations')";
const POSTGRES_TABLES: &str = "select count(*) from pg_catalog.pg_class where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace";
/// Held during each step, so that two nodes that start at once take turns.
const POSTGRES_LOCK: &str = "select pg_advisory_xact_lock(7235419886151)";

/// Where the database stands, without changing it. Refuses a schema that is newer than the program, changed, or half-made.
pub fn status(options: &Options, migrations: &[Migration]) -> Result<Status> {
    let mut database = Database::open(options)?;
    database.transaction(|tx| settled_status(tx, migrations))
}

/// Brings the schema up to date: each step in a transaction of its own. Blocks; call it before the database is opened.
///
/// A SQLite file with something in it is copied first, to `<file>.before-NNNN` beside it, NNNN being the first step to come.
pub fn run(options: &Options, migrations: &[Migration]) -> Result<Report> {
    in_order(migrations)?;
    let mut database = Database::open(options)?;
    let before = database.transaction(|tx| settled_status(tx, migrations))?;
    let mut report = Report {
        applied: Vec::new(),
        copy: None,
    };
    let Some(first) = before.pending.first() else {
        return Ok(report);
    };
    if let Some(path) = options.sqlite_path()
        && before.version > 0
    {
        let copy = sqlite::file::beside(&path, &format!(".before-{first:04}"));
        if !copy.exists() {
            backup(&path, &copy)?;
        }
        report.copy = Some(copy);
    }
    let now = options.clock.now();
    while let Some(version) = database.transaction(|tx| {
        // Read again under the lock: another node may have taken this step meanwhile.
        let Some(version) = settled_status(tx, migrations)?.pending.first().copied() else {
            return Ok(None);
        };
        let next = migrations.iter().find(|it| it.version == version);
        if let Some(next) = next {
            apply(tx, next, now)?;
        }
        Ok(Some(version))
    })? {
        report.applied.push(version);
    }
    Ok(report)
}

fn in_order(migrations: &[Migration]) -> Result<()> {
    let expected = 1..=i64::try_from(migrations.len()).unwrap_or(0);
    if migrations.iter().map(|it| it.version).eq(expected) {
        return Ok(());
    }
    Err(Error::Database(
        "migrations must be numbered 1, 2, 3 … without gaps".to_owned(),
    ))
}

fn apply(tx: &mut Tx<'_>, next: &Migration, now: crate::Timestamp) -> Result<()> {
    let engine = tx.engine();
    tx.script(TABLE.replace("bigint", type_word(engine)).as_str())?;
    tx.script(&translate(next.sql, engine))?;
    if engine == Engine::Sqlite {
        let broken: Option<(String,)> =
            tx.opt("select \"table\" from pragma_foreign_key_check", &[])?;
        if let Some((table,)) = broken {
            let name = next.name;
            return Err(Error::Database(format!(
                "migration {name} leaves rows of {table} that refer to nothing"
            )));
        }
    }
    let sql = "insert into schema_migrations (version, name, checksum, at) values ($1, $2, $3, $4)";
    tx.exec(sql, &[&next.version, &next.name, &checksum(next.sql), &now])
        .map(drop)
}

fn type_word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "integer",
        Engine::Postgres => "bigint",
    }
}

/// The status while no other node takes a step: between two statements of one that does not wait, tables may appear.
fn settled_status(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<Status> {
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_LOCK, &[])?;
    }
    read_status(tx, migrations)
}

fn read_status(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<Status> {
    let (exists, tables) = match tx.engine() {
        Engine::Sqlite => (SQLITE_EXISTS, SQLITE_TABLES),
        Engine::Postgres => (POSTGRES_EXISTS, POSTGRES_TABLES),
    };
    let (known,): (i64,) = tx.one(exists, &[])?;
    if known == 0 {
        let (others,): (i64,) = tx.one(tables, &[])?;
        if others > 0 {
            return Err(Error::Database("the database holds tables but no record of migrations: it is not ours, or half made".to_owned()));
        }
        return Ok(Status {
            version: 0,
            pending: migrations.iter().map(|it| it.version).collect(),
        });
    }
    let applied: Vec<(i64, String, String)> = tx.all(
        "select version, name, checksum from schema_migrations order by version",
        &[],
    )?;
    judge(&applied, migrations)
}

fn judge(applied: &[(i64, String, String)], migrations: &[Migration]) -> Result<Status> {
    for (index, (version, name, sum)) in applied.iter().enumerate() {
        let Some(known) = migrations.get(index) else {
            return Err(Error::Database(format!(
                "the database is newer than this program: it has migration {version} ({name})"
            )));
        };
        if known.version != *version {
            let missing = known.version;
            return Err(Error::Database(format!(
                "the database is half migrated: {missing} is missing before {version}"
            )));
        }
        if checksum(known.sql) != *sum {
            return Err(Error::Database(format!(
                "migration {version} ({name}) was changed after it had been applied"
            )));
        }
    }
    let version = applied.last().map_or(0, |(version, ..)| *version);
    Ok(Status {
        version,
        pending: migrations[applied.len()..]
            .iter()
            .map(|it| it.version)
            .collect(),
    })
}

/// Of the text as it stands in the file, the same on both engines.
fn checksum(sql: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(sql.as_bytes())
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// A connection of its own, outside the threads of a `Db`.
enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Solo>),
}

impl Database {
    fn open(options: &Options) -> Result<Database> {
        use sqlite::file::{File, Missing, Role};
        Ok(match options.sqlite_path() {
            Some(path) => Database::Sqlite(
                File::new(path, options).connect(Role::Migration, Missing::Create)?,
            ),
            None => Database::Postgres(Box::new(postgres::Solo::connect(options)?)),
        })
    }

    fn transaction<T>(&mut self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let run = |conn: &mut dyn Conn| {
            let (ids, mut notes) = (Ids::new(), Notes::default());
            let mut tx = Tx::new(conn, &ids, &mut notes, crate::Timestamp(0), 0);
            let result = f(&mut tx);
            match tx.spoiled() {
                Some(err) if result.is_ok() => Err(err),
                _ => result,
            }
        };
        match self {
            Database::Sqlite(conn) => sqlite::transaction(conn, run),
            Database::Postgres(solo) => solo.transaction(run),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Migration; 2] = [
        Migration {
            version: 1,
            name: "start",
            sql: "create table a (x bigint);",
        },
        Migration {
            version: 2,
            name: "more",
            sql: "create table b (x bigint);",
        },
    ];

    fn row(version: i64, sql: &str) -> (i64, String, String) {
        (version, "name".to_owned(), checksum(sql))
    }

    #[test]
    fn tells_how_far_a_database_has_come() {
        assert_eq!(
            judge(&[], &STEPS),
            Ok(Status {
                version: 0,
                pending: vec![1, 2]
            })
        );
        assert_eq!(
            judge(&[row(1, STEPS[0].sql)], &STEPS),
            Ok(Status {
                version: 1,
                pending: vec![2]
            })
        );
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for (applied, said) in [
            (vec![row(1, "something else")], "was changed"),
            (vec![row(2, STEPS[1].sql)], "half migrated"),
            (
                vec![row(1, STEPS[0].sql), row(2, STEPS[1].sql), row(3, "")],
                "newer than this program",
            ),
        ] {
            let Err(Error::Database(text)) = judge(&applied, &STEPS) else {
                panic!("{said}")
            };
            assert!(text.contains(said), "{text}");
        }
    }

    #[test]
    fn numbers_without_gaps() {
        assert!(in_order(&STEPS).is_ok());
        assert!(in_order(&STEPS[1..]).is_err());
    }
}
