//! An erasure, step by step: counted first, then done, by the same functions.
//!
//! A step is done in units of work that are bounded: each answers the place where the next goes on, which is written in
//! the same unit. So whoever is stopped in the middle goes on there, and nothing is done twice.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::Tx;
use uuid::Uuid;

use super::{
    erasure::{self, Erasure, Mode, State},
    files, leads, receipt,
    subject::Subject,
    sweeps,
    tally::Tally,
    traces::Traces,
};
use crate::{
    base::{App, Error, Result, WorkspaceId},
    intake::accept,
    jobs::{self, Context, Failure, Job},
    leads::{
        suppression::{self, Reason},
        write::By,
    },
};

/// What the steps are gone through for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Counting,
    Erasing,
    /// What is found is told, for the person's file.
    Telling,
}

/// What a unit of a step works with.
pub struct Work {
    pub workspace: WorkspaceId,
    pub by: By,
    pub erasure: Uuid,
    pub purpose: Purpose,
    pub mode: Mode,
    pub suppress: bool,
    pub subject: Subject,
    pub traces: Traces,
    /// What was found for the person's file: the part of the file, and the record.
    pub told: Vec<(&'static str, Json)>,
}

/// What a unit came to.
#[derive(Debug, Default)]
pub struct Went {
    pub tally: Tally,
    /// Where the step goes on; nothing, where it is done.
    pub next: Option<Json>,
}

pub type Unit = fn(&mut Tx, &mut Work, Option<Json>) -> Result<Went>;

enum Step {
    /// Units over rows.
    Rows(Unit),
    /// Files are read outside of units.
    Files,
}

/// Leads go first, so that nobody works on with them; the receipt comes last.
const STEPS: [Step; 16] = [
    Step::Rows(settle),
    Step::Rows(leads::unit),
    Step::Rows(sweeps::history),
    Step::Rows(sweeps::notes),
    Step::Rows(sweeps::other_leads),
    Step::Rows(sweeps::change_sets),
    Step::Rows(sweeps::views),
    Step::Rows(sweeps::retention_rules),
    Step::Rows(sweeps::imports),
    Step::Rows(sweeps::import_rows),
    Step::Rows(sweeps::import_corrections),
    Step::Rows(sweeps::import_mappings),
    Step::Files,
    Step::Rows(sweeps::answers),
    Step::Rows(sweeps::events),
    Step::Rows(sweeps::jobs_and_audit),
];

/// The steps that look for a person in what others wrote.
pub const SEARCHES: [Unit; 12] = [
    sweeps::history,
    sweeps::notes,
    sweeps::other_leads,
    sweeps::change_sets,
    sweeps::views,
    sweeps::imports,
    sweeps::import_rows,
    sweeps::import_corrections,
    sweeps::import_mappings,
    sweeps::events,
    sweeps::jobs_and_audit,
    sweeps::retention_rules,
];

impl Work {
    fn of(tx: &mut Tx, workspace: WorkspaceId, erasure: &Erasure) -> Result<Work> {
        let subject = erasure.subject.clone().map(|it| it.0).unwrap_or_default();
        Ok(Work {
            workspace,
            by: erasure.by(tx, workspace)?,
            erasure: erasure.id,
            purpose: match erasure.state {
                State::Erasing => Purpose::Erasing,
                _ => Purpose::Counting,
            },
            mode: erasure.mode,
            suppress: erasure.suppress,
            traces: Traces::of(&subject),
            subject,
            told: Vec::new(),
        })
    }

    /// For looking at what there is, outside of any erasure.
    pub fn telling(by: By, subject: Subject) -> Work {
        Work {
            workspace: by.workspace,
            by,
            erasure: Uuid::nil(),
            purpose: Purpose::Telling,
            mode: Mode::Erase,
            suppress: false,
            traces: Traces::of(&subject),
            subject,
            told: Vec::new(),
        }
    }

    /// Notes a record for the person's file.
    pub fn tell(&mut self, part: &'static str, record: impl FnOnce() -> Json) {
        if self.purpose == Purpose::Telling {
            self.told.push((part, record()));
        }
    }

    pub fn erases(&self) -> bool {
        self.purpose == Purpose::Erasing
    }
}

/// Counts what an erasure would do, or does it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErasureJob {
    pub erasure: Uuid,
}

impl ErasureJob {
    pub fn queue(tx: &mut Tx, workspace: WorkspaceId, erasure: Uuid) -> Result<()> {
        jobs::Enqueue::new(&ErasureJob { erasure })
            .workspace(workspace)
            .insert(tx)?;
        Ok(())
    }
}

impl Job for ErasureJob {
    const KIND: &'static str = "privacy.erasure";

    async fn run(self, context: Context) -> Result<(), Failure> {
        let workspace = context.workspace()?;
        match to_the_end(&context.app, workspace, self.erasure).await {
            // Taken back before it was counted.
            Err(Error::NotFound(_)) => Ok(()),
            ended => Ok(ended?),
        }
    }
}

/// Goes on until it is counted, or done.
pub async fn to_the_end(app: &Arc<App>, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    loop {
        let at = app.read(move |tx| erasure::find(tx, workspace, id)).await?;
        if matches!(at.state, State::Ready | State::Done) {
            return Ok(());
        }
        let step = usize::try_from(at.step).ok().and_then(|it| STEPS.get(it));
        match step {
            None => app.db.write(move |tx| end(tx, workspace, id)).await?,
            Some(Step::Files) => files::step(app, workspace, at).await?,
            Some(Step::Rows(unit)) => rows(app, workspace, at, *unit).await?,
        }
    }
}

/// A unit of a step over rows. Counting holds nobody up: it reads, and writes down what it found.
async fn rows(app: &Arc<App>, workspace: WorkspaceId, at: Erasure, unit: Unit) -> Result<()> {
    if at.state == State::Counting {
        let from = at.clone();
        let went = app
            .db
            .walk(move |tx| {
                let mut work = Work::of(tx, workspace, &from)?;
                unit(tx, &mut work, from.place.map(|it| it.0))
            })
            .await?;
        return app
            .db
            .write(move |tx| {
                let mut erasure = erasure::lock(tx, workspace, at.id)?;
                advance(tx, workspace, &mut erasure, &at, went)
            })
            .await;
    }
    app.db
        .write(move |tx| {
            let mut erasure = erasure::lock(tx, workspace, at.id)?;
            if !erasure.is_at(&at) {
                return Ok(());
            }
            let mut work = Work::of(tx, workspace, &erasure)?;
            let went = unit(tx, &mut work, erasure.place.take().map(|it| it.0))?;
            erasure.place.clone_from(&at.place);
            erasure.subject = Some(store::Json(work.subject));
            advance(tx, workspace, &mut erasure, &at, went)
        })
        .await
}

/// Writes down what a unit came to, unless somebody else was quicker.
pub fn advance(
    tx: &mut Tx,
    workspace: WorkspaceId,
    erasure: &mut Erasure,
    from: &Erasure,
    went: Went,
) -> Result<()> {
    if !erasure.is_at(from) {
        return Ok(());
    }
    erasure.tally.0.add(&went.tally);
    erasure.step += i64::from(went.next.is_none());
    erasure.place = went.next.map(store::Json);
    erasure::save(tx, workspace, erasure)
}

impl Erasure {
    /// Whether it has come exactly as far as it had.
    pub fn is_at(&self, other: &Erasure) -> bool {
        let place = |it: &Erasure| it.place.as_ref().map(|it| it.0.clone());
        self.state == other.state && self.step == other.step && place(self) == place(other)
    }
}

/// Who is meant, once more, with nobody coming in meanwhile; and who is not taken in from now on.
fn settle(tx: &mut Tx, work: &mut Work, _: Option<Json>) -> Result<Went> {
    let mut went = Went::default();
    let key = work.by.identity_key;
    if work.erases() {
        let marks = suppression::marks(&key, &work.subject.known());
        let hashes = marks.iter().map(|it| it.hash).collect();
        accept::hold(tx, work.workspace, hashes)?;
        let asked = work.subject.asked.clone();
        let leads = asked.found(tx, work.workspace, &key)?;
        work.subject = Subject::gather(tx, work.workspace, &key, &asked, &leads)?;
    }
    let others = i64::try_from(work.subject.others.len()).unwrap_or(i64::MAX);
    went.tally.kept("otherLeads", others);
    if work.suppress {
        let marks = suppression::marks(&key, &work.subject.known());
        let count = if work.erases() {
            let reason = Reason::Erasure;
            suppression::remember(tx, work.workspace, &marks, reason, Some(work.erasure))?
        } else {
            i64::try_from(marks.len()).unwrap_or(i64::MAX)
        };
        went.tally.changed("suppressions", count);
        let shared = i64::try_from(work.subject.shared.len()).unwrap_or(i64::MAX);
        went.tally.kept("suppressions", shared);
    }
    Ok(went)
}

/// The preview is complete; or the receipt is written and what the person was known by is forgotten.
fn end(tx: &mut Tx, workspace: WorkspaceId, id: Uuid) -> Result<()> {
    let mut erasure = erasure::lock(tx, workspace, id)?;
    match erasure.state {
        State::Counting => erasure.state = State::Ready,
        State::Erasing => {
            let by = erasure.by(tx, workspace)?;
            receipt::write(tx, &by, &erasure)?;
            erasure.state = State::Done;
            erasure.subject = None;
            erasure.finished_at = Some(tx.now());
        }
        State::Ready | State::Done => return Ok(()),
    }
    erasure.place = None;
    erasure::save(tx, workspace, &erasure)
}
