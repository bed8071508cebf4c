//! A file comes in: it is streamed to a disk, never held in memory, then looked at, and a plan for it is made.

use std::{path::Path, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use futures_util::{Stream, StreamExt};
use store::Tx;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::{
    house::House,
    keep::{self, disk},
    limits::{MOST_COLUMNS, UNDO_DAYS},
    mappings,
    open::{self, Examined, Format, OpenError},
    plan::{Plan, Reading},
    record::{self, Detected, DetectedColumn, Import},
    slices::unreadable,
    suggest,
};
use crate::base::{App, Caller, Error, Result, WorkspaceId, text::tidy};

/// A file that has come in.
pub struct Arrived {
    pub name: Option<String>,
    pub file: NamedTempFile,
    pub size: u64,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The body of a request, as a file: the first file of a form, or the whole body.
pub async fn receive(app: &Arc<App>, request: Request) -> Result<Arrived> {
    let form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.starts_with("multipart/form-data"));
    if !form {
        let stream = request.into_body().into_data_stream();
        return write_down(app, None, stream).await;
    }
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|err| Error::Malformed(err.body_text()))?;
    loop {
        let field = form.next_field().await;
        let field = field.map_err(|err| Error::Malformed(err.body_text()))?;
        let Some(field) = field else {
            return Err(Error::invalid("file", "is missing in the form"));
        };
        if let Some(name) = field.file_name().map(str::to_owned) {
            return write_down(app, Some(name), field).await;
        }
    }
}

/// A file of this machine.
pub async fn from_disk(app: &Arc<App>, path: &Path) -> Result<Arrived> {
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
    let folder = keep::scratch(&app.config).map_err(disk)?;
    let path = path.to_owned();
    keep::blocking(move || {
        let mut from = std::fs::File::open(path)?;
        let mut file = NamedTempFile::new_in(folder)?;
        let size = std::io::copy(&mut from, file.as_file_mut())?;
        Ok(Arrived { name, file, size })
    })
    .await
}

async fn write_down<E: std::fmt::Display>(
    app: &Arc<App>,
    name: Option<String>,
    stream: impl Stream<Item = std::result::Result<Bytes, E>>,
) -> Result<Arrived> {
    let limit = app
        .config
        .imports
        .file_limit_mib
        .saturating_mul(1024 * 1024);
    let folder = keep::scratch(&app.config).map_err(disk)?;
    let file = NamedTempFile::new_in(folder).map_err(disk)?;
    let mut out = tokio::fs::File::from_std(file.reopen().map_err(disk)?);
    let mut stream = std::pin::pin!(stream);
    let mut size = 0_u64;
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|err| {
            Error::Malformed(format!("the file could not be read to its end: {err}"))
        })?;
        size += bytes.len() as u64;
        if size > limit {
            return Err(Error::TooLarge);
        }
        out.write_all(&bytes).await.map_err(disk)?;
    }
    out.flush().await.map_err(disk)?;
    Ok(Arrived { name, file, size })
}

/// Makes an import of a file: it is kept, looked at and given a plan.
pub async fn begin(
    app: &Arc<App>,
    caller: &Caller,
    name: Option<&str>,
    arrived: Arrived,
) -> Result<Uuid> {
    let name = name.or(arrived.name.as_deref()).and_then(tidy);
    let name: String = name
        .unwrap_or_else(|| "Import".into())
        .chars()
        .take(200)
        .collect();
    let by = caller.clone();
    let workspace = caller.workspace;
    let (id, house) = app
        .db
        .write(move |tx| {
            let id = tx.id();
            let days = i64::try_from(UNDO_DAYS).unwrap_or(30);
            let kept_until = store::Timestamp(tx.now().0 + days * DAY_MS);
            record::begin(tx, &by, id, &name, kept_until)?;
            Ok::<_, Error>((id, House::load(tx, by.workspace)?))
        })
        .await?;
    let size = i64::try_from(arrived.size).unwrap_or(i64::MAX);
    let result = arrive(app, workspace, id, arrived.file, size, house).await;
    if result.is_err() {
        let app_ = Arc::clone(app);
        app.db
            .write(move |tx| super::remove::remove(tx, &app_.config, workspace, id))
            .await?;
    }
    result.map(|()| id)
}

async fn arrive(
    app: &Arc<App>,
    workspace: WorkspaceId,
    id: Uuid,
    file: NamedTempFile,
    size: i64,
    house: House,
) -> Result<()> {
    let file = keep::keep(app, workspace, id, file).await?;
    let start = {
        let path = file.path().to_owned();
        keep::blocking(move || open::start_of(&path)).await?
    };
    let format = open::format(&start).map_err(refused)?;
    let examined = examine(
        app,
        file.path(),
        format,
        None,
        &house.settings.default_country,
    )
    .await?;
    app.db
        .write(move |tx| {
            let (detected, plan) = first_plan(tx, workspace, &house, &examined)?;
            record::arrived(tx, workspace, id, (format, size), &detected, &plan)
        })
        .await
}

/// Looks at a file that is here.
pub async fn examine(
    app: &Arc<App>,
    path: &Path,
    format: Format,
    said: Option<Reading>,
    country: &str,
) -> Result<Examined> {
    let (path, country) = (path.to_owned(), country.to_owned());
    let scratch = keep::scratch(&app.config).map_err(disk)?;
    tokio::task::spawn_blocking(move || open::examine(&path, format, said, &country, &scratch))
        .await
        .map_err(|err| Error::Internal(err.to_string()))?
        .map_err(refused)
}

/// A file that cannot be read is the sender's mistake.
fn refused(err: OpenError) -> Error {
    match unreadable(err) {
        Error::Conflict { detail, .. } => Error::invalid("file", detail),
        other => other,
    }
}

/// What one would do with such a file: as it was done before with one of the same header, or as its columns look.
fn first_plan(
    tx: &mut Tx,
    workspace: WorkspaceId,
    house: &House,
    examined: &Examined,
) -> Result<(Detected, Plan)> {
    let mut plan = Plan {
        reading: examined.reading.clone(),
        values: examined.values.clone(),
        columns: suggest::columns(&examined.look, house),
        ..Plan::default()
    };
    let mut detected = detected(examined);
    if detected.columns.iter().any(|it| !it.header.is_empty())
        && let Some(mapping) = mappings::for_header(tx, workspace, &detected.fingerprint)?
    {
        mappings::apply(&mapping, &mut detected, &mut plan);
    }
    Ok((detected, plan))
}

pub fn detected(examined: &Examined) -> Detected {
    let look = &examined.look;
    let columns = look
        .columns
        .iter()
        .enumerate()
        .map(|(column, it)| DetectedColumn {
            column,
            header: it.header.clone(),
            samples: it.samples.clone(),
            shape: it.shape,
            guess: suggest::kind(it),
        });
    let mut warnings = Vec::new();
    if look.columns_beyond > 0 {
        let all = MOST_COLUMNS + look.columns_beyond;
        warnings.push(format!(
            "The file has {all} columns; the first {MOST_COLUMNS} are read."
        ));
    }
    if look.rows == 0 {
        warnings.push("The file has no rows of data.".into());
    }
    let mut names: Vec<&str> = look
        .columns
        .iter()
        .map(|it| it.header.as_str())
        .filter(|it| !it.is_empty())
        .collect();
    names.sort_unstable();
    if let Some([twice, _]) = names.windows(2).find(|it| it[0] == it[1]) {
        warnings.push(format!("Several columns are called \"{twice}\"."));
    }
    Detected {
        sheets: examined.sheets.clone(),
        columns: columns.collect(),
        width: look.width,
        columns_beyond: look.columns_beyond,
        fingerprint: suggest::fingerprint(look),
        mapping_id: None,
        warnings,
    }
}

/// The plan changed as somebody asks. Another way of reading looks at the file again; its columns are found out anew
/// unless they are given too.
pub async fn replan(
    app: &Arc<App>,
    workspace: WorkspaceId,
    import: &Import,
    mut plan: Plan,
    columns_given: bool,
) -> Result<(Detected, Plan)> {
    if plan.reading == import.plan.0.reading {
        return Ok((import.detected.0.clone(), plan));
    }
    let file = keep::local(app, workspace, import.id).await?;
    let reading = Some(plan.reading.clone());
    let examined = examine(
        app,
        file.path(),
        import.format,
        reading,
        &plan.values.country,
    )
    .await?;
    let detected = detected(&examined);
    if !columns_given && detected.fingerprint != import.detected.0.fingerprint {
        let house = app.db.write(move |tx| House::load(tx, workspace)).await?;
        plan.columns = suggest::columns(&examined.look, &house);
    }
    Ok((detected, plan))
}
