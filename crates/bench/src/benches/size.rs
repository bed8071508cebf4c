//! `size`: the whole database after a million leads beside the bytes of the bare table of leads, and what of it is search.

use rusqlite::Connection;
use tokio::runtime::Runtime;

use crate::{
    databases::Scratch,
    figures::short,
    frame::{Goal, Outcome, Report, Settings},
    world,
};

const MIB: f64 = 1024.0 * 1024.0;

pub fn run(settings: &Settings, report: &mut Report) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let copy = world::sqlite_copy(settings, &runtime, settings.leads, "size.db")?;
    let conn = Connection::open(&copy.0)?;
    conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    let whole = file_mib(&conn, "main")?;
    let parts = parts(&conn)?;
    let search: f64 = parts
        .iter()
        .filter(|it| it.0.starts_with("leads_search"))
        .map(|it| it.1)
        .sum();
    let bare = bare_mib(&conn, settings)?;
    report.say(&format!(
        "size: {} leads, MiB of each table and index:",
        settings.leads
    ));
    for (name, mib) in parts.iter().filter(|it| it.1 >= 0.5) {
        report.say(&format!(
            "  {name:<36} {:>9}  {:.3} of the bare table",
            short(*mib),
            mib / bare
        ));
    }
    report.goal("", whole, bare, Goal::AtMost(2.3));
    report.goal("search", search, bare, Goal::AtMost(0.15));
    Ok(())
}

fn file_mib(conn: &Connection, schema: &str) -> Outcome<f64> {
    let pages: i64 =
        conn.query_row(&format!("pragma {schema}.page_count"), [], |row| row.get(0))?;
    let size: i64 = conn.query_row(&format!("pragma {schema}.page_size"), [], |row| row.get(0))?;
    Ok((pages * size) as f64 / MIB)
}

/// MiB of every table and index, the largest first.
fn parts(conn: &Connection) -> Outcome<Vec<(String, f64)>> {
    let mut statement =
        conn.prepare("select name, sum(pgsize) from dbstat group by name order by 2 desc")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)? as f64 / MIB))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The leads in a file of their own: the same columns, no index and no key.
fn bare_mib(conn: &Connection, settings: &Settings) -> Outcome<f64> {
    let bare = Scratch::new(&settings.dir, "size-bare.db");
    conn.execute("attach database ?1 as bare", [bare.0.to_string_lossy()])?;
    let mut statement = conn.prepare("select name, type from pragma_table_info('leads')")?;
    let columns = statement.query_map([], |row| {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(if name == "seq" {
            "seq integer primary key".to_owned()
        } else {
            format!("{name} {kind}")
        })
    })?;
    let columns: Vec<String> = columns.collect::<Result<_, _>>()?;
    conn.execute_batch(&format!(
        "create table bare.leads ({}) strict; insert into bare.leads select * from main.leads order by seq",
        columns.join(", ")
    ))?;
    file_mib(conn, "bare")
}
