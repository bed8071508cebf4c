//! Where uploaded files are until nobody needs them: in a folder beside the SQLite file, or, where several nodes share a
//! PostgreSQL, in the database itself, so that whichever node runs the job can read them.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use store::{Tx, Value};
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::base::{App, Error, Result, WorkspaceId, config::Config};

/// A file that can be read here.
pub enum Local {
    Kept(PathBuf),
    /// Fetched from the database; gone with this value.
    Fetched(NamedTempFile),
}

const CHUNK: usize = 1024 * 1024;

impl Local {
    pub fn path(&self) -> &Path {
        match self {
            Local::Kept(path) => path,
            Local::Fetched(file) => file.path(),
        }
    }
}

/// The folder of the files; none where the database keeps them.
pub fn folder(config: &Config) -> Option<PathBuf> {
    if !config.imports.folder.is_empty() {
        return Some(PathBuf::from(&config.imports.folder));
    }
    let file = config.sqlite_file()?;
    let name = file.file_stem()?.to_string_lossy().into_owned();
    Some(file.with_file_name(format!("{name}-imports")))
}

/// A place for what is needed for a while only.
pub fn scratch(config: &Config) -> io::Result<PathBuf> {
    let Some(folder) = folder(config) else {
        return Ok(std::env::temp_dir());
    };
    private_folder(&folder)?;
    Ok(folder)
}

fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Takes a file that has come in whole. It is on the disk, or in the database, when this ends well.
pub async fn keep(
    app: &App,
    workspace: WorkspaceId,
    import: Uuid,
    file: NamedTempFile,
) -> Result<Local> {
    let Some(folder) = folder(&app.config) else {
        let file = to_database(app, workspace, import, file).await?;
        return Ok(Local::Fetched(file));
    };
    let path = path(&folder, import);
    let kept = path.clone();
    blocking(move || {
        file.as_file().sync_all()?;
        file.persist(&kept).map_err(|err| err.error)?;
        Ok(())
    })
    .await?;
    Ok(Local::Kept(path))
}

async fn to_database(
    app: &App,
    workspace: WorkspaceId,
    import: Uuid,
    file: NamedTempFile,
) -> Result<NamedTempFile> {
    let mut reader = file.reopen().map_err(disk)?;
    for number in 0_i64.. {
        let (back, bytes) = blocking(move || {
            let mut bytes = Vec::with_capacity(CHUNK);
            io::Read::take(&mut reader, CHUNK as u64).read_to_end(&mut bytes)?;
            Ok((reader, bytes))
        })
        .await?;
        reader = back;
        // An empty file has one empty piece: one without any was removed.
        if bytes.is_empty() && number > 0 {
            break;
        }
        app.db
            .write(move |tx| add_chunk(tx, workspace, import, number, bytes))
            .await?;
    }
    Ok(file)
}

use std::io::Read;

fn add_chunk(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: Uuid,
    number: i64,
    bytes: Vec<u8>,
) -> Result<()> {
    let row = vec![
        workspace.0.into(),
        import.into(),
        number.into(),
        Value::Bytes(bytes),
    ];
    tx.insert_many(
        "lead_import_chunks",
        &["workspace_id", "import_id", "number", "bytes"],
        &[row],
    )?;
    Ok(())
}

/// The file, where it can be read.
pub async fn local(app: &App, workspace: WorkspaceId, import: Uuid) -> Result<Local> {
    if let Some(folder) = folder(&app.config) {
        let path = path(&folder, import);
        return if path.exists() {
            Ok(Local::Kept(path))
        } else {
            Err(gone())
        };
    }
    let mut file = NamedTempFile::new().map_err(disk)?;
    for number in 0_i64.. {
        let chunk = app
            .read(move |tx| chunk(tx, workspace, import, number))
            .await?;
        let Some(chunk) = chunk else {
            if number == 0 {
                return Err(gone());
            }
            break;
        };
        file = blocking(move || {
            file.write_all(&chunk)?;
            Ok(file)
        })
        .await?;
    }
    Ok(Local::Fetched(file))
}

fn chunk(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: Uuid,
    number: i64,
) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = tx.opt(
        "select bytes from lead_import_chunks where workspace_id = $1 and import_id = $2 and number = $3",
        &[&workspace, &import, &number],
    )?;
    Ok(found.map(|it| it.0))
}

/// Removes the file. What is in the database goes in the caller's unit of work.
pub fn forget(tx: &mut Tx, config: &Config, workspace: WorkspaceId, import: Uuid) -> Result<()> {
    tx.exec(
        "delete from lead_import_chunks where workspace_id = $1 and import_id = $2",
        &[&workspace, &import],
    )?;
    if let Some(folder) = folder(config) {
        match std::fs::remove_file(path(&folder, import)) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(disk(err)),
            _ => {}
        }
    }
    Ok(())
}

fn path(folder: &Path, import: Uuid) -> PathBuf {
    folder.join(format!("{import}.data"))
}

fn gone() -> Error {
    Error::conflict(
        "file_removed",
        "The file of this import is kept no longer; upload it again.",
    )
}

#[expect(clippy::needless_pass_by_value, reason = "it stands behind `map_err`")]
pub fn disk(err: io::Error) -> Error {
    match err.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::Unavailable(format!("no room for the file of an import: {err}"))
        }
        _ => Error::Internal(format!("the file of an import: {err}")),
    }
}

/// Work on files, beside the threads that answer requests.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|err| Error::Internal(err.to_string()))?
        .map_err(disk)
}
