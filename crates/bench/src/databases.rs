//! Databases: fresh ones, and the large one that is made once and kept beside `target/` while its schema is the same.

use std::{
    fs,
    path::{Path, PathBuf},
};

use leadline::server;
use rusqlite::Connection;
use store::{Db, Options};

use crate::frame::{Outcome, Settings};

/// A database with the product's schema, opened. Blocks.
pub fn migrated(options: Options) -> Outcome<Db> {
    store::migrate::run(&options, server::MIGRATIONS)?;
    Ok(Db::open(options)?)
}

/// A SQLite file that is removed with everything SQLite put beside it.
#[derive(Debug)]
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new(dir: &Path, name: &str) -> Scratch {
        let res = Scratch(dir.join(name));
        res.remove();
        res
    }

    pub fn url(&self) -> String {
        format!("sqlite:{}", self.0.display())
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(suffix);
            fs::remove_file(name).ok();
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A raw connection with the pragmas of the store's own.
pub fn bare_connection(file: &Path) -> Outcome<Connection> {
    let options = Options::new("sqlite:");
    let conn = Connection::open(file)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.pragma_update(None, "cache_size", -i64::try_from(options.cache_kib)?)?;
    conn.pragma_update(
        None,
        "wal_autocheckpoint",
        i64::try_from(options.checkpoint_pages)?,
    )?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// A database of its own on the PostgreSQL server of this run; dropped with it.
pub struct PostgresScratch {
    admin: String,
    name: String,
    pub url: String,
}

impl PostgresScratch {
    pub fn new(settings: &Settings, name: &str) -> Outcome<PostgresScratch> {
        let admin = settings.need_postgres()?.to_owned();
        let res = PostgresScratch {
            url: with_database(&admin, name),
            name: name.to_owned(),
            admin,
        };
        let mut client = postgres::Client::connect(&res.admin, postgres::NoTls)?;
        durable(&mut client)?;
        client.batch_execute(&format!("drop database if exists {name} with (force)"))?;
        client.batch_execute(&format!("create database {name}"))?;
        Ok(res)
    }
}

impl PostgresScratch {
    /// A copy of another database of the same server, to which nobody is connected.
    pub fn copy_of(settings: &Settings, name: &str, other: &str) -> Outcome<PostgresScratch> {
        let admin = settings.need_postgres()?.to_owned();
        let (front, _) = other.split_once('?').unwrap_or((other, ""));
        let template = front.rsplit_once('/').map_or(front, |(_, name)| name);
        let mut client = postgres::Client::connect(&admin, postgres::NoTls)?;
        client.batch_execute(&format!("drop database if exists {name} with (force)"))?;
        client.batch_execute(&format!("create database {name} template {template}"))?;
        Ok(PostgresScratch {
            url: with_database(&admin, name),
            name: name.to_owned(),
            admin,
        })
    }
}

impl Drop for PostgresScratch {
    fn drop(&mut self) {
        if let Ok(mut client) = postgres::Client::connect(&self.admin, postgres::NoTls) {
            client
                .batch_execute(&format!(
                    "drop database if exists {} with (force)",
                    self.name
                ))
                .ok();
        }
    }
}

/// A figure counts only where an acknowledged write is on the disk.
pub fn durable(client: &mut postgres::Client) -> Outcome<()> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let row = client.query_one(&format!("show {setting}"), &[])?;
        if row.get::<_, String>(0) != "on" {
            return Err(format!(
                "this PostgreSQL runs with {setting} off: its figures would mean nothing"
            )
            .into());
        }
    }
    Ok(())
}

/// Jobs that wait for nothing but their turn.
pub fn due_jobs(url: &str) -> Outcome<i64> {
    let sql = "select count(*) from jobs where state = 'running' or state = 'ready' and attempt = 0 and run_at <= created_at";
    Ok(match url.strip_prefix("sqlite:") {
        Some(path) => Connection::open(path)?.query_row(sql, [], |row| row.get(0))?,
        None => postgres::Client::connect(url, postgres::NoTls)?
            .query_one(sql, &[])?
            .get(0),
    })
}

/// The same server, another database: `postgres://user@host/NAME?…`.
pub fn with_database(url: &str, name: &str) -> String {
    let (front, options) = url
        .split_once('?')
        .map_or((url, None), |(front, options)| (front, Some(options)));
    let server = front.rsplit_once('/').map_or(front, |(server, _)| server);
    options.map_or_else(
        || format!("{server}/{name}"),
        |options| format!("{server}/{name}?{options}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_on_the_same_server() {
        assert_eq!(
            with_database("postgres://a@h:1/postgres", "x"),
            "postgres://a@h:1/x"
        );
        assert_eq!(
            with_database("postgres://a@h:1/postgres?sslmode=disable", "x"),
            "postgres://a@h:1/x?sslmode=disable"
        );
    }
}
