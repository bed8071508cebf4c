//! The run: the file's rows through the front door, a slice a unit of work. What became of a slice is written in its own
//! unit, so that a run that is broken off anywhere goes on with the slices that are missing, and none goes in twice.

use std::{collections::HashSet, sync::Arc};

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde::{Deserialize, Serialize};
use store::{Engine, Json, Tx, Value};
use tokio::sync::mpsc::Receiver;
use uuid::Uuid;

use super::{
    count::{Fate, Report},
    job::{self, Teller, Work},
    keys::{Keys, Repeats},
    problem::{Problem, ProblemKind},
    problems::{self, Phase, Tally},
    record::{self, State},
    slices::{Slice, SliceReader},
};
use crate::{
    base::{Error, Result, WorkspaceId},
    intake::{
        accept::{self, Submission},
        sources::Source,
    },
    jobs::{Context, Failure, Job},
    leads::{
        changes::action,
        write::{By, SLICE},
    },
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunJob {
    pub import: Uuid,
    pub turn: i64,
}

/// Slices that are read ahead.
const AHEAD: usize = 1;
/// Slices handed in at a time; on PostgreSQL each has a connection. SQLite folds those that wait into one commit, and
/// whoever else writes waits for that commit: three at once went in a little quicker and made others wait twice as long.
const AT_ONCE_SQLITE: usize = 1;
const AT_ONCE_POSTGRES: usize = 3;

impl Job for RunJob {
    const KIND: &'static str = "imports.run";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let done = run(&context, self.import, self.turn).await;
        job::ended(&context, self.import, self.turn, State::Failed, done).await
    }
}

/// What became of a slice that was handed in.
enum Done {
    Written(Vec<u8>, Slice),
    /// Another run has written it.
    Already,
    /// The import was paused or stopped.
    Over,
}

async fn run(context: &Context, import: Uuid, turn: i64) -> Result<()> {
    let Some(work) = Work::begin(context, import, turn, State::Running).await? else {
        return Ok(());
    };
    let work = Arc::new(work);
    let (mut report, written) = written(&work).await?;
    let postgres = work.app.db.engine() == Engine::Postgres;
    // Slices side by side may not hold the same person; SQLite's come one after the other anyway.
    let keys = Keys::new(
        work.by.identity_key,
        &work.source,
        &work.mapper.house.fields,
    );
    let reader = SliceReader {
        opened: work.open().await?,
        mapper: Arc::clone(&work.mapper),
        repeats: postgres.then(|| Repeats::new(keys)),
    };
    let slices = reader.start(AHEAD, move |number| written.contains(&number));
    let at_once = if postgres {
        AT_ONCE_POSTGRES
            .min(work.app.config.database.connections.saturating_sub(1))
            .max(1)
    } else {
        AT_ONCE_SQLITE
    };
    let over = hand_in(&work, slices, at_once, &mut report).await?;
    if over {
        return Ok(());
    }
    let app = Arc::clone(&work.app);
    app.db.write(move |tx| finish(tx, &work, State::Done)).await
}

/// Whether the import was ended meanwhile by somebody else.
async fn hand_in(
    work: &Arc<Work>,
    mut slices: Receiver<Result<Slice>>,
    at_once: usize,
    report: &mut Report,
) -> Result<bool> {
    let mut teller = Teller::new(work, State::Running);
    let mut tally = Tally::default();
    let mut handed_in = FuturesUnordered::new();
    let mut fraction = 0.0;
    let mut next = slices.recv().await.transpose()?;
    loop {
        while let Some(slice) = &next
            && handed_in.len() < at_once
            && (!slice.repeats() || handed_in.is_empty())
        {
            if let Some(slice) = next.take() {
                fraction = slice.fraction;
                handed_in.push(write(work, slice));
            }
            next = slices.recv().await.transpose()?;
        }
        match handed_in.next().await.transpose()? {
            None => return Ok(false),
            Some(Done::Over) => return Ok(true),
            Some(Done::Already) => {}
            Some(Done::Written(fates, slice)) => {
                report.add_all(&fates);
                keep_problems(work, &mut tally, &slice, &fates).await?;
                teller.tell(work, report.rows, fraction).await?;
            }
        }
    }
}

/// Hands a slice in at once; the answer comes after its commit.
fn write(work: &Arc<Work>, slice: Slice) -> impl Future<Output = Result<Done>> + use<> {
    let work = Arc::clone(work);
    let slice = Arc::new(slice);
    let first = hand_over(&work, &slice, write_whole);
    async move {
        let written = match first.await {
            // One row that the database would not take does not keep the others out.
            Err(err) if is_of_a_row(&err) => hand_over(&work, &slice, write_one_by_one).await,
            other => other,
        };
        match written? {
            Written::Fates(fates) => Arc::try_unwrap(slice)
                .map(|it| Done::Written(fates, it))
                .map_err(|_| Error::Internal("a slice is still being written".into())),
            Written::Already => Ok(Done::Already),
            Written::Over => Ok(Done::Over),
        }
    }
}

enum Written {
    Fates(Vec<u8>),
    Already,
    Over,
}

/// What became of a row, and the lead that it was about.
type End = (Fate, Option<Uuid>);
type Writer = fn(&mut Tx, &By, &Source, &[Submission]) -> Result<Vec<End>>;

fn hand_over(work: &Arc<Work>, slice: &Arc<Slice>, writer: Writer) -> store::Reply<Written, Error> {
    let (work, slice) = (Arc::clone(work), Arc::clone(slice));
    let app = Arc::clone(&work.app);
    app.db
        .write(move |tx| write_slice(tx, &work, &slice, writer))
}

fn write_slice(tx: &mut Tx, work: &Work, slice: &Slice, writer: Writer) -> Result<Written> {
    if !work.is_turn(tx, State::Running)? {
        return Ok(Written::Over);
    }
    if is_written(tx, work.workspace, work.import.id, slice.number)? {
        return Ok(Written::Already);
    }
    let goes_in = |it: &super::mapper::Mapped| it.problems.is_empty() && !it.left_out;
    let submissions: Vec<Submission> = slice
        .rows
        .iter()
        .filter(|it| goes_in(&it.mapped))
        .map(|it| it.mapped.submission.clone())
        .collect();
    let mut ends = writer(tx, &work.by, &work.source, &submissions)?.into_iter();
    let (mut fates, mut skipped) = (Vec::with_capacity(slice.rows.len()), Vec::new());
    let first = slice
        .number
        .saturating_mul(i64::try_from(SLICE).unwrap_or(i64::MAX));
    for (seq, row) in (first..).zip(&slice.rows) {
        let (fate, lead) = match &row.mapped {
            it if it.left_out => (Fate::LeftOut, None),
            it if !goes_in(it) => (Fate::Invalid, None),
            _ => ends.next().unwrap_or((Fate::Refused, None)),
        };
        fates.push(fate as u8);
        if let (Fate::Known, Some(lead)) = (fate, lead) {
            skipped.push((seq, lead));
        }
    }
    if let Some(set) = work.import.change_set_id {
        action::left_alone(tx, work.workspace, set, &skipped)?;
    }
    let row = vec![
        work.workspace.0.into(),
        work.import.id.into(),
        slice.number.into(),
        Value::Bytes(fates.clone()),
    ];
    tx.insert_many(
        "lead_import_slices",
        &["workspace_id", "import_id", "number", "outcomes"],
        &[row],
    )?;
    Ok(Written::Fates(fates))
}

fn write_whole(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    submissions: &[Submission],
) -> Result<Vec<End>> {
    let accepted = accept::accept(tx, by, source, submissions)?;
    Ok(accepted.iter().map(end_of).collect())
}

fn write_one_by_one(
    tx: &mut Tx,
    by: &By,
    source: &Source,
    submissions: &[Submission],
) -> Result<Vec<End>> {
    accept::hold_all(tx, by, source, submissions)?;
    let mut fates = Vec::with_capacity(submissions.len());
    for submission in submissions {
        let one = std::slice::from_ref(submission);
        let accepted = tx.attempt(|tx| accept::accept(tx, by, source, one));
        fates.push(match accepted {
            Ok(accepted) => accepted.first().map_or((Fate::Refused, None), end_of),
            Err(err) if is_of_a_row(&err) => (Fate::Refused, None),
            Err(err) => return Err(err),
        });
    }
    Ok(fates)
}

fn end_of(accepted: &accept::Accepted) -> End {
    let lead = accepted.lead;
    match Fate::of(accepted.outcome) {
        Fate::Known if lead.is_none() => (Fate::Unknown, None),
        fate => (fate, lead),
    }
}

/// Whether an error may be about one row, rather than about the database.
fn is_of_a_row(err: &Error) -> bool {
    !matches!(err, Error::Unavailable(_))
}

fn is_written(tx: &mut Tx, workspace: WorkspaceId, import: Uuid, number: i64) -> Result<bool> {
    let found: Option<(i64,)> = tx.opt(
        "select number from lead_import_slices where workspace_id = $1 and import_id = $2 and number = $3",
        &[&workspace, &import, &number],
    )?;
    Ok(found.is_some())
}

/// Which slices are in, and what became of their rows.
async fn written(work: &Work) -> Result<(Report, HashSet<i64>)> {
    let (workspace, import) = (work.workspace, work.import.id);
    let (mut report, mut numbers) = (Report::default(), HashSet::new());
    let mut after = -1;
    loop {
        let rows = work
            .app
            .read(move |tx| fates_after(tx, workspace, import, after))
            .await?;
        let Some(last) = rows.last().map(|it| it.0) else {
            return Ok((report, numbers));
        };
        after = last;
        for (number, fates) in rows {
            numbers.insert(number);
            report.add_all(&fates);
        }
    }
}

/// What became of the rows of the next slices.
pub fn fates_after(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: Uuid,
    after: i64,
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(tx.all(
        "select number, outcomes from lead_import_slices where workspace_id = $1 and import_id = $2 and number > $3
         order by number limit 200",
        &[&workspace, &import, &after],
    )?)
}

async fn keep_problems(work: &Work, tally: &mut Tally, slice: &Slice, fates: &[u8]) -> Result<()> {
    let to = (work.workspace, work.import.id, Phase::Run);
    let mut kept = Vec::new();
    for (row, fate) in slice.rows.iter().zip(fates) {
        if Fate::from_byte(*fate) == Fate::Refused {
            let refused = Problem {
                kind: ProblemKind::Refused,
                column: None,
                message: Fate::Refused.reason().into(),
            };
            kept.extend(tally.take(to, row, &[refused]));
        } else {
            kept.extend(tally.take(to, row, &row.mapped.problems));
        }
    }
    if kept.is_empty() {
        return Ok(());
    }
    // A run that was broken off may have kept some of them.
    let written = work.app.db.write(move |tx| problems::insert(tx, kept));
    match written.await {
        Err(Error::Conflict { .. }) => Ok(()),
        other => other,
    }
}

/// Ends a run, and adds up what became of every row.
pub fn finish(tx: &mut Tx, work: &Work, to: State) -> Result<()> {
    let import = record::lock(tx, work.workspace, work.import.id)?;
    if import.turn != work.import.turn || import.state != State::Running {
        return Ok(());
    }
    end(tx, work.workspace, &import, to)
}

pub fn end(tx: &mut Tx, workspace: WorkspaceId, import: &record::Import, to: State) -> Result<()> {
    let report = added_up(tx, workspace, import.id)?;
    record::go_to(tx, workspace, import, to)?;
    let now = tx.now();
    tx.exec(
        "update lead_imports set report = $3, progress = null where workspace_id = $1 and id = $2",
        &[&workspace, &import.id, &Json(&report)],
    )?;
    super::changes::close(tx, workspace, import, &report, now)?;
    job::told(tx, workspace, import.id, to, None)
}

/// What became of all rows so far.
pub fn added_up(tx: &mut Tx, workspace: WorkspaceId, import: Uuid) -> Result<Report> {
    let mut report = Report::default();
    tx.each(
        "select outcomes from lead_import_slices where workspace_id = $1 and import_id = $2",
        &[&workspace, &import],
        |row| {
            report.add_all(row.bytes(0)?);
            Ok(())
        },
    )?;
    Ok(report)
}
