//! What a check and a run have in common: what they are given, how they tell how far they are, and how they end.

use std::{sync::Arc, time::Duration};

use store::{Json, Timestamp, Tx};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    corrections::{Correction, Corrections},
    house::House,
    keep::{self, Local},
    mapper::Mapper,
    open,
    record::{self, Import, Progress, State},
    rules,
    slices::unreadable,
};
use crate::{
    base::{App, Error, Result, WorkspaceId},
    events::{self, Event},
    intake::sources::Source,
    jobs::{Context, Failure},
    leads::write::By,
};

/// Everything that does not change while a check or a run works.
pub struct Work {
    pub app: Arc<App>,
    pub workspace: WorkspaceId,
    pub import: Import,
    pub by: By,
    pub source: Arc<Source>,
    pub mapper: Arc<Mapper>,
    pub file: Local,
}

/// What is told to people is told at most so often.
const OFTEN: Duration = Duration::from_millis(500);

impl Work {
    /// Nothing, where another turn has begun.
    pub async fn begin(
        context: &Context,
        import: Uuid,
        turn: i64,
        state: State,
    ) -> Result<Option<Work>> {
        let app = Arc::clone(&context.app);
        let workspace = context
            .workspace()
            .map_err(|_| Error::Internal("an import without a workspace".into()))?;
        // It writes where the workspace has no pipeline yet.
        let given = app
            .db
            .write(move |tx| given(tx, workspace, import, turn, state))
            .await?;
        let Some((import, by, source, mapper)) = given else {
            return Ok(None);
        };
        let file = keep::local(&app, workspace, import.id).await?;
        Ok(Some(Work {
            workspace,
            by,
            source: Arc::new(source),
            mapper: Arc::new(mapper),
            file,
            import,
            app,
        }))
    }

    /// The file, behind its header.
    pub async fn open(&self) -> Result<open::Opened> {
        let path = self.file.path().to_owned();
        let (format, reading) = (self.import.format, self.import.plan.0.reading.clone());
        let scratch = keep::scratch(&self.app.config).map_err(keep::disk)?;
        tokio::task::spawn_blocking(move || open::open(&path, format, &reading, &scratch))
            .await
            .map_err(|err| Error::Internal(err.to_string()))?
            .map_err(unreadable)
    }

    pub fn is_turn(&self, tx: &mut Tx, state: State) -> Result<bool> {
        is_turn(
            tx,
            self.workspace,
            (self.import.id, self.import.turn),
            state,
        )
    }
}

/// Whether the import is still in the state, and in the turn, that a job works in.
pub fn is_turn(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: (Uuid, i64),
    state: State,
) -> Result<bool> {
    let found: Option<(String,)> = tx.opt(
        "select state from lead_imports where workspace_id = $1 and id = $2 and turn = $3 and state = $4",
        &[&workspace, &import.0, &import.1, &state],
    )?;
    Ok(found.is_some())
}

type Given = (Import, By, Source, Mapper);

fn given(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Uuid,
    turn: i64,
    state: State,
) -> Result<Option<Given>> {
    let import = match record::load(tx, workspace, id) {
        Ok(import) if import.turn == turn && import.state == state => import,
        Ok(_) | Err(Error::NotFound(_)) => return Ok(None),
        Err(err) => return Err(err),
    };
    let caller = import.caller(tx, workspace)?;
    let by = By {
        change_set: import.change_set_id,
        ..By::from(&caller)
    };
    let plan = &import.plan.0;
    let house = House::load(tx, workspace)?.with_fields_of(plan);
    let source = rules::source(plan, &caller);
    let corrections = corrections(tx, workspace, id)?;
    let mapper = Mapper::new(plan, &import.detected.0, house, corrections);
    Ok(Some((import, by, source, mapper)))
}

pub fn corrections(tx: &mut Tx, workspace: WorkspaceId, import: Uuid) -> Result<Corrections> {
    let all: Vec<(Json<Correction>,)> = tx.all(
        "select correction from lead_import_corrections where workspace_id = $1 and import_id = $2 order by at, place",
        &[&workspace, &import],
    )?;
    Ok(Corrections::new(all.into_iter().map(|it| it.0.0)))
}

/// Tells how far the work is, now and then.
pub struct Teller {
    told: Instant,
    state: State,
    total: Option<i64>,
}

impl Teller {
    pub fn new(work: &Work, state: State) -> Teller {
        let checked = work.import.checked.as_ref().map(|it| &it.0);
        let current = checked.filter(|it| it.plan_version == work.import.plan_version);
        Teller {
            told: Instant::now(),
            state,
            total: current.map(|it| it.rows),
        }
    }

    /// Writes it down if that was long enough ago.
    pub async fn tell(&mut self, work: &Work, rows: i64, fraction: f64) -> Result<()> {
        if self.told.elapsed() < OFTEN {
            return Ok(());
        }
        self.told = Instant::now();
        let progress = Progress {
            rows,
            total: self.total,
            fraction: fraction.clamp(0.0, 1.0),
        };
        let (workspace, id, turn, state) =
            (work.workspace, work.import.id, work.import.turn, self.state);
        work.app
            .db
            .write(move |tx| {
                let written = tx.exec(
                    "update lead_imports set progress = $4 where workspace_id = $1 and id = $2 and turn = $3",
                    &[&workspace, &id, &turn, &Json(progress)],
                )?;
                if written > 0 {
                    told(tx, workspace, id, state, Some(progress))?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

/// Tells everybody who may import where an import stands.
pub fn told(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: Uuid,
    state: State,
    progress: Option<Progress>,
) -> Result<()> {
    let event = Event::ImportProgress {
        import,
        state: state.key().into(),
        rows: progress.map_or(0, |it| it.rows),
        total: progress.and_then(|it| it.total),
    };
    events::record(tx, workspace, None, None, &event)
}

/// What an error of a job comes to: those that pass are tried again, of the others the import says what it was.
pub async fn ended(
    context: &Context,
    import: Uuid,
    turn: i64,
    failed: State,
    ended: Result<()>,
) -> Result<(), Failure> {
    let err = match ended {
        Ok(()) => return Ok(()),
        Err(err) => err,
    };
    let passes = matches!(err, Error::Unavailable(_) | Error::Internal(_));
    if passes && context.attempt() < LAST_ATTEMPT {
        return Err(err.into());
    }
    let workspace = context.workspace()?;
    let message = match &err {
        Error::Conflict { detail, .. } => detail.clone(),
        other => other.to_string(),
    };
    tracing::warn!(%import, %message, "an import ended");
    let written = context
        .app
        .db
        .write(move |tx| fail(tx, workspace, (import, turn), failed, &message));
    written.await.map_err(Failure::from)
}

/// Beyond this a failure is not tried again.
const LAST_ATTEMPT: i64 = 8;

fn fail(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: (Uuid, i64),
    to: State,
    message: &str,
) -> Result<()> {
    let now: Timestamp = tx.now();
    let finished = to.has_ended().then_some(now);
    let written = tx.exec(
        "update lead_imports set state = $4, turn = turn + 1, error = $5, updated_at = $6, finished_at = coalesce($7, finished_at)
         where workspace_id = $1 and id = $2 and turn = $3",
        &[&workspace, &import.0, &import.1, &to, &message, &now, &finished],
    )?;
    if written > 0 {
        told(tx, workspace, import.0, to, None)?;
    }
    Ok(())
}
