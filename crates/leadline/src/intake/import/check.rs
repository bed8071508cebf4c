//! The check: the whole file in the engine, with nothing written to leads, so that one knows what a run would do.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use store::{Json, Tx, Value};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    base::Base,
    count::Checked,
    job::{self, Teller, Work},
    keys::{Keys, Repeats},
    plan::{Mode, OnMatch},
    problem::{Problem, ProblemKind},
    problems::{self, Phase, Tally},
    record::State,
    slices::{Ready, Slice, SliceReader},
};
use crate::{
    base::{Error, Result},
    intake::accept::{self, Submission},
    jobs::{Context, Failure, Job},
    leads::{suppression, write::SLICE},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckJob {
    pub import: Uuid,
    pub turn: i64,
}

/// Slices that are read ahead.
const AHEAD: usize = 1;

impl Job for CheckJob {
    const KIND: &'static str = "imports.check";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let done = check(&context, self.import, self.turn).await;
        job::ended(&context, self.import, self.turn, State::Ready, done).await
    }
}

/// What is known of the file so far.
struct Checking {
    work: Work,
    checked: Checked,
    tally: Tally,
    base: Base,
    anybody_suppressed: bool,
    /// Rows that may be about somebody who is there.
    pending: Vec<Submission>,
    /// Problem rows to be written.
    kept: Vec<Vec<Value>>,
}

async fn check(context: &Context, import: Uuid, turn: i64) -> Result<()> {
    let Some(work) = Work::begin(context, import, turn, State::Checking).await? else {
        return Ok(());
    };
    let started = Instant::now();
    while clear(&work).await? {}
    let keys = Keys::new(
        work.by.identity_key,
        &work.source,
        &work.mapper.house.fields,
    );
    let base = Base::load(&work.app, work.workspace, &keys).await?;
    let workspace = work.workspace;
    let anybody_suppressed = work
        .app
        .read(move |tx| suppression::any(tx, workspace))
        .await?;
    let reader = SliceReader {
        opened: work.open().await?,
        mapper: Arc::clone(&work.mapper),
        repeats: Some(Repeats::new(keys)),
    };
    let mut slices = reader.start(AHEAD, |_| false);
    let mut teller = Teller::new(&work, State::Checking);
    let mut checking = Checking {
        work,
        checked: Checked::default(),
        tally: Tally::default(),
        base,
        anybody_suppressed,
        pending: Vec::new(),
        kept: Vec::new(),
    };
    while let Some(slice) = slices.recv().await {
        let fraction = checking.take(slice?).await?;
        teller
            .tell(&checking.work, checking.checked.rows, fraction)
            .await?;
    }
    checking.look_up(0).await?;
    checking.keep(0).await?;
    checking.end(started).await
}

/// Removes the problem rows of an earlier check; whether there are more.
async fn clear(work: &Work) -> Result<bool> {
    let (workspace, import) = (work.workspace, work.import.id);
    let cleared = work
        .app
        .db
        .write(move |tx| problems::clear_some(tx, workspace, import, Phase::Check));
    cleared.await
}

impl Checking {
    async fn take(&mut self, slice: Slice) -> Result<f64> {
        let suppressed = self.suppressed(&slice).await?;
        for (row, suppressed) in slice.rows.into_iter().zip(suppressed) {
            self.sort(row, suppressed);
        }
        self.look_up(SLICE).await?;
        self.keep(SLICE).await?;
        Ok(slice.fraction)
    }

    /// Which rows are about people who asked to be forgotten.
    async fn suppressed(&self, slice: &Slice) -> Result<Vec<bool>> {
        if !self.anybody_suppressed {
            return Ok(vec![false; slice.rows.len()]);
        }
        let (key, source) = (self.work.by.identity_key, &self.work.source);
        let fields = &self.work.mapper.house.fields;
        let unique = fields.iter().filter(|it| it.unique);
        let unique: Vec<String> = unique.map(|it| it.key.clone()).collect();
        let hashes = |row: &Ready| accept::marks(&key, source, &unique, &row.mapped.submission);
        let hashes: Vec<Vec<i64>> = slice.rows.iter().map(hashes).collect();
        let (workspace, all) = (self.work.workspace, hashes.concat());
        let found = self
            .work
            .app
            .read(move |tx| suppression::among(tx, workspace, &all))
            .await?;
        Ok(hashes
            .iter()
            .map(|it| it.iter().any(|it| found.contains(it)))
            .collect())
    }

    /// Counts a row, or puts it by to be looked up.
    fn sort(&mut self, row: Ready, suppressed: bool) {
        self.checked.rows += 1;
        if row.mapped.left_out {
            self.checked.skipped += 1;
            return;
        }
        let mut found = row.problems();
        let counted = if !row.mapped.problems.is_empty() {
            &mut self.checked.invalid
        } else if suppressed {
            found = vec![Problem {
                kind: ProblemKind::Suppressed,
                column: None,
                message: "This person asked to be forgotten.".into(),
            }];
            &mut self.checked.suppressed
        } else if row.repeats && self.work.import.plan.0.decide.mode != Mode::Update {
            &mut self.checked.duplicate_in_file
        } else if self.base.may_hold(&row.hashes) {
            self.pending.push(row.mapped.submission);
            return;
        } else {
            self.unknown(1);
            return;
        };
        *counted += 1;
        let to = (self.work.workspace, self.work.import.id, Phase::Check);
        self.kept.extend(self.tally.take(to, &row, &found));
    }

    fn unknown(&mut self, count: i64) {
        if self.work.import.plan.0.decide.mode == Mode::Update {
            self.checked.skipped += count;
        } else {
            self.checked.new += count;
        }
    }

    /// Looks up the rows put by, if more than so many are; in slices.
    async fn look_up(&mut self, more_than: usize) -> Result<()> {
        while self.pending.len() > more_than {
            let some: Vec<Submission> = self
                .pending
                .drain(..self.pending.len().min(SLICE))
                .collect();
            let (by, source) = (self.work.by, Arc::clone(&self.work.source));
            let known = self
                .work
                .app
                .read(move |tx| accept::known_among(tx, &by, &source, &some))
                .await?;
            let decide = &self.work.import.plan.0.decide;
            let updates = decide.mode != Mode::Create && decide.on_match == OnMatch::Update;
            for known in known {
                match known {
                    Some(_) if updates => self.checked.update += 1,
                    Some(_) => self.checked.duplicate_in_base += 1,
                    None => self.unknown(1),
                }
            }
        }
        Ok(())
    }

    /// Writes problem rows, if more than so many wait; in slices.
    async fn keep(&mut self, more_than: usize) -> Result<()> {
        while self.kept.len() > more_than {
            let some: Vec<Vec<Value>> = self.kept.drain(..self.kept.len().min(SLICE)).collect();
            let (workspace, import) = (
                self.work.workspace,
                (self.work.import.id, self.work.import.turn),
            );
            self.work
                .app
                .db
                .write(move |tx| {
                    if job::is_turn(tx, workspace, import, State::Checking)? {
                        problems::insert(tx, some)?;
                    }
                    Ok::<_, Error>(())
                })
                .await?;
        }
        Ok(())
    }

    async fn end(mut self, started: Instant) -> Result<()> {
        self.checked.plan_version = self.work.import.plan_version;
        self.checked.problems = self.tally.counts().collect();
        self.checked.milliseconds =
            i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let (work, checked) = (self.work, self.checked);
        let app = Arc::clone(&work.app);
        app.db.write(move |tx| write(tx, &work, checked)).await
    }
}

fn write(tx: &mut Tx, work: &Work, mut checked: Checked) -> Result<()> {
    let now = tx.now();
    checked.at = Some(now);
    let written = tx.exec(
        "update lead_imports set state = 'ready', checked = $5, progress = null, updated_at = $6
         where workspace_id = $1 and id = $2 and turn = $3 and state = $4",
        &[
            &work.workspace,
            &work.import.id,
            &work.import.turn,
            &State::Checking,
            &Json(checked),
            &now,
        ],
    )?;
    if written > 0 {
        job::told(tx, work.workspace, work.import.id, State::Ready, None)?;
    }
    Ok(())
}
