//! What imports keep after they have ended, for whoever has to find a person in it or to make room.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::Arc,
};

use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use super::{keep, open, record, records::Row};
use crate::base::{App, Error, Result, WorkspaceId, config::Config};

/// An import whose file is kept.
#[derive(Debug, Clone, Copy)]
pub struct WithFile {
    pub id: Uuid,
    /// A check or a run is reading it.
    pub busy: bool,
}
store::row!(WithFile { id, busy });

/// The next import behind `after` whose file is kept.
pub fn next_with_file(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Option<Uuid>,
) -> Result<Option<WithFile>> {
    let mut sql = Sql::new(
        "select id, state in ('checking', 'running') as busy from lead_imports where file_removed_at is null and state <> 'uploading' and workspace_id = ",
    );
    sql.bind(workspace);
    if let Some(after) = after {
        sql.push(" and id > ").bind(after);
    }
    sql.push(" order by id limit 1");
    Ok(tx.fetch_opt(&sql)?)
}

/// The next import behind `after` that ended or was left before `before`, and keeps its file or rows of it.
pub fn next_older(
    tx: &mut Tx,
    workspace: WorkspaceId,
    after: Option<Uuid>,
    before: Timestamp,
) -> Result<Option<Uuid>> {
    let mut sql = Sql::new(
        "select id from lead_imports where state not in ('uploading', 'checking', 'running')
         and file_removed_at is null and workspace_id = ",
    );
    sql.bind(workspace)
        .push(" and coalesce(finished_at, updated_at) < ")
        .bind(before);
    if let Some(after) = after {
        sql.push(" and id > ").bind(after);
    }
    sql.push(" order by id limit 1");
    Ok(tx.fetch_opt::<(Uuid,)>(&sql)?.map(|it| it.0))
}

/// How many there are of them.
pub fn count_older(tx: &mut Tx, workspace: WorkspaceId, before: Timestamp) -> Result<i64> {
    let (count,): (i64,) = tx.one(
        "select count(*) from lead_imports
         where workspace_id = $1 and state not in ('uploading', 'checking', 'running') and file_removed_at is null
             and coalesce(finished_at, updated_at) < $2",
        &[&workspace, &before],
    )?;
    Ok(count)
}

/// A row of a kept file: its number, counted from 1 (0 is the header), and its cells.
pub type FileRow = (i64, Vec<String>);

/// Up to `most` rows of the kept file that `is_meant` knows. A file that is gone has none. One that cannot be read row by
/// row is looked through line by line.
pub async fn rows_of_file(
    app: &Arc<App>,
    workspace: WorkspaceId,
    import: Uuid,
    most: usize,
    is_meant: impl Fn(&[&str]) -> bool + Send + 'static,
) -> Result<Vec<FileRow>> {
    let found = app
        .read(move |tx| record::load(tx, workspace, import))
        .await?;
    let local = match keep::local(app, workspace, import).await {
        Ok(local) => local,
        Err(Error::Conflict { .. }) => return Ok(Vec::new()),
        Err(err) => return Err(err),
    };
    let scratch = keep::scratch(&app.config).map_err(keep::disk)?;
    keep::blocking(move || {
        let reading = &found.plan.0.reading;
        match open::open(local.path(), found.format, reading, &scratch) {
            Ok(opened) => by_row(opened, most, &is_meant),
            Err(_) => by_line(local.path(), most, &is_meant),
        }
    })
    .await
}

fn by_row(
    mut opened: open::Opened,
    most: usize,
    is_meant: &impl Fn(&[&str]) -> bool,
) -> io::Result<Vec<FileRow>> {
    let mut rows = Vec::new();
    let headers: Vec<&str> = opened.headers.iter().map(String::as_str).collect();
    if is_meant(&headers) {
        rows.push((0, opened.headers.clone()));
    }
    let mut row = Row::default();
    while rows.len() < most && opened.next(&mut row)? {
        let cells: Vec<&str> = row.iter().collect();
        if is_meant(&cells) {
            let cells = cells.into_iter().map(str::to_owned).collect();
            rows.push((opened.number, cells));
        }
    }
    Ok(rows)
}

/// Of a line at a time; so much of one that never ends is looked through at once.
const PIECE: u64 = 1024 * 1024;
/// Pieces of a line overlap by so much, for an address may stand where they are cut.
const OVERLAP: usize = 1024;

fn by_line(
    path: &Path,
    most: usize,
    is_meant: &impl Fn(&[&str]) -> bool,
) -> io::Result<Vec<FileRow>> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut found, mut number, mut line) = (Vec::new(), 1, Vec::new());
    while found.len() < most {
        if reader.by_ref().take(PIECE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if is_meant(&[text]) {
            found.push((number, vec![text.to_owned()]));
        }
        if line.ends_with(b"\n") {
            number += 1;
            line.clear();
        } else {
            line.drain(..line.len().saturating_sub(OVERLAP));
        }
    }
    Ok(found)
}

/// Removes the file of an import, and the rows of it that were kept. What went into leads stays.
pub fn forget(tx: &mut Tx, config: &Config, workspace: WorkspaceId, import: Uuid) -> Result<()> {
    keep::forget(tx, config, workspace, import)?;
    let now = tx.now();
    tx.exec(
        "update lead_imports set file_removed_at = $3 where workspace_id = $1 and id = $2",
        &[&workspace, &import, &now],
    )?;
    for statement in [
        "delete from lead_import_problems where workspace_id = $1 and import_id = $2",
        "delete from lead_import_corrections where workspace_id = $1 and import_id = $2",
    ] {
        tx.exec(statement, &[&workspace, &import])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_end_are_looked_through_in_pieces_that_overlap() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let before = usize::try_from(PIECE).unwrap() - 5;
        let text = format!("first\r\n{}ada@example.org rest\nlast", "x".repeat(before));
        std::fs::write(&path, text).unwrap();
        let find = |what: &'static str| {
            let rows = by_line(&path, 10, &|cells| cells.iter().any(|it| it.contains(what)));
            rows.unwrap().into_iter().map(|it| it.0).collect::<Vec<_>>()
        };
        assert_eq!(find("first"), [1]);
        assert_eq!(find("ada@example.org"), [2]);
        assert_eq!(find("last"), [3]);
        assert_eq!(
            by_line(&path, 1, &|_| true).unwrap(),
            [(1, vec!["first".to_owned()])]
        );
    }
}
