//! Rows as a file: those that did not go in, or that would not, with their line and the reason before the columns they had.

use std::{io, sync::Arc};

use axum::body::Bytes;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    count::Fate,
    house::House,
    job,
    keep::{self, Local},
    mapper::{Mapped, Mapper},
    open::{self, Opened},
    record::Import,
    records::Row,
    run,
    slices::unreadable,
};
use crate::{
    base::{App, Error, Result, WorkspaceId},
    leads::write::SLICE,
};

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// That did not go in.
    Skipped,
    /// That would not go in as they are.
    Problems,
}

/// The file, piece by piece, as it is read.
pub type Pieces = mpsc::Receiver<io::Result<Bytes>>;

const PIECE: usize = 64 * 1024;

pub async fn write(
    app: &Arc<App>,
    workspace: WorkspaceId,
    import: Import,
    set: Set,
) -> Result<Pieces> {
    let file = keep::local(app, workspace, import.id).await?;
    let id = import.id;
    let (house, corrections) = app
        .db
        .write(move |tx| {
            Ok::<_, Error>((
                House::load(tx, workspace)?,
                job::corrections(tx, workspace, id)?,
            ))
        })
        .await?;
    let mapper = Mapper::new(&import.plan.0, &import.detected.0, house, corrections);
    let scratch = keep::scratch(&app.config).map_err(keep::disk)?;
    let (opened, file) = tokio::task::spawn_blocking(move || {
        let opened = open::open(file.path(), import.format, &import.plan.0.reading, &scratch);
        opened.map(|it| (it, file))
    })
    .await
    .map_err(|err| Error::Internal(err.to_string()))?
    .map_err(unreadable)?;
    let (sender, pieces) = mpsc::channel(4);
    let fates = match set {
        Set::Skipped => Some(fates(Arc::clone(app), workspace, id)),
        Set::Problems => None,
    };
    tokio::task::spawn_blocking(move || {
        if let Err(err) = write_rows(opened, &mapper, fates, &sender, file) {
            // The reader of the file may be gone; then nobody is to be told.
            let _ = sender.blocking_send(Err(err));
        }
    });
    Ok(pieces)
}

/// What became of the rows, slice by slice in their order.
fn fates(app: Arc<App>, workspace: WorkspaceId, import: Uuid) -> mpsc::Receiver<(i64, Vec<u8>)> {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut after = -1;
        loop {
            let rows = app
                .read(move |tx| run::fates_after(tx, workspace, import, after))
                .await;
            let rows = rows.unwrap_or_default();
            let Some(last) = rows.last().map(|it| it.0) else {
                return;
            };
            after = last;
            for row in rows {
                if sender.send(row).await.is_err() {
                    return;
                }
            }
        }
    });
    receiver
}

fn write_rows(
    mut opened: Opened,
    mapper: &Mapper,
    mut fates: Option<mpsc::Receiver<(i64, Vec<u8>)>>,
    sender: &mpsc::Sender<io::Result<Bytes>>,
    _file: Local,
) -> io::Result<()> {
    let mut out = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    let headers = opened.headers.clone();
    let first = ["line", "problem"].into_iter();
    out.write_record(first.chain(headers.iter().map(String::as_str)))
        .map_err(io::Error::other)?;
    let mut row = Row::default();
    let mut slice: Option<(i64, Vec<u8>)> = None;
    while opened.next(&mut row)? {
        let at = usize::try_from(opened.number - 1).unwrap_or(usize::MAX);
        let fate = match &mut fates {
            None => None,
            Some(fates) => {
                let number = i64::try_from(at / SLICE).unwrap_or(i64::MAX);
                while slice.as_ref().is_none_or(|it| it.0 < number) {
                    slice = fates.blocking_recv();
                    if slice.is_none() {
                        break;
                    }
                }
                let known = slice.as_ref().filter(|it| it.0 == number);
                match known.and_then(|it| it.1.get(at % SLICE)) {
                    Some(fate) => Some(Fate::from_byte(*fate)),
                    None => continue,
                }
            }
        };
        if let Some(reason) = reason(fate, || mapper.map(opened.number, &row)) {
            write_row(&mut out, &row, &reason)?;
        }
        if out.get_ref().len() >= PIECE && !send(&mut out, sender)? {
            return Ok(());
        }
    }
    send(&mut out, sender).map(drop)
}

/// Why the row is in the file; nothing, where it is not.
fn reason(fate: Option<Fate>, map: impl FnOnce() -> Mapped) -> Option<String> {
    if fate.is_some_and(|it| !it.is_out()) {
        return None;
    }
    let told = |mapped: Mapped| {
        let messages = mapped.problems.into_iter().map(|it| it.message);
        messages.collect::<Vec<_>>().join(" ")
    };
    match fate {
        None => Some(told(map())).filter(|it| !it.is_empty()),
        // What a row is valid by may have changed since.
        Some(Fate::Invalid) => Some(told(map()))
            .filter(|it| !it.is_empty())
            .or(Some(Fate::Invalid.reason().into())),
        Some(fate) => Some(fate.reason().into()),
    }
}

fn write_row(out: &mut csv::Writer<Vec<u8>>, row: &Row, reason: &str) -> io::Result<()> {
    let line = row.line.to_string();
    out.write_field(&line).map_err(io::Error::other)?;
    out.write_field(reason).map_err(io::Error::other)?;
    for cell in row.iter() {
        if is_formula(cell) {
            out.write_field(format!("'{cell}"))
                .map_err(io::Error::other)?;
        } else {
            out.write_field(cell).map_err(io::Error::other)?;
        }
    }
    out.write_record(None::<&[u8]>).map_err(io::Error::other)
}

/// What a spreadsheet would work out instead of showing it. Numbers and telephone numbers are left as they are.
fn is_formula(cell: &str) -> bool {
    match cell.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => cell.chars().skip(1).any(|it| {
            !(it.is_ascii_digit() || matches!(it, ' ' | '.' | ',' | '(' | ')' | '/' | '-'))
        }),
        _ => false,
    }
}

/// Whether somebody still takes the pieces.
fn send(
    out: &mut csv::Writer<Vec<u8>>,
    sender: &mpsc::Sender<io::Result<Bytes>>,
) -> io::Result<bool> {
    out.flush()?;
    let fresh = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    let full = std::mem::replace(out, fresh);
    let bytes = full
        .into_inner()
        .map_err(|err| io::Error::other(err.to_string()))?;
    Ok(sender.blocking_send(Ok(bytes.into())).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_numbers() {
        for cell in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\tx"] {
            assert!(is_formula(cell), "{cell}");
        }
        for cell in ["", "-5", "+49 30 123/456-7", "a=b", "-1.234,50"] {
            assert!(!is_formula(cell), "{cell}");
        }
    }
}
