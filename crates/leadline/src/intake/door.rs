//! The queue in front of the front door.
//!
//! A slice costs hardly more statements than a single submission, so what waits for the same way in is taken in together:
//! nobody waits for a slice to fill, it holds what has come while the one before was written. On PostgreSQL that saves
//! trips to the server; on SQLite, whose writer folds units into one commit anyway, the unit's own statements.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use store::Tx;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    base::{App, Error, Result, Scope, Via},
    intake::{
        accept::{Accepted, Outcome, Submission, take_in},
        sources::{OnMatch, Source, Suppression, rules},
    },
    leads::{
        Lead,
        body::House,
        write::{By, SLICE},
    },
};

/// Which way somebody comes in, and in whose hand. What comes the same way can be taken in together.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    pub by: By,
    /// The source that is named; none, or one that nobody has made: the next one's rules.
    pub named: Option<String>,
    pub otherwise: &'static str,
    /// Instead of what the source says.
    pub on_match: Option<OnMatch>,
    pub scope: Scope,
}

/// What became of a submission, and its lead.
#[derive(Debug, Clone)]
pub struct Taken {
    pub accepted: Accepted,
    /// As it is now, where the slice made or met it.
    pub lead: Option<Lead>,
    /// What joins everything that was written for it.
    pub change_set: Option<Uuid>,
}

/// Makes the submission within the unit of work; it may be run again where the first unit fails.
pub type Prepare = Arc<dyn Fn(&mut Tx, &Source, &mut Room) -> Result<Submission> + Send + Sync>;

/// What the submissions of a slice need to know of the workspace, read once for all of them.
#[derive(Default)]
pub struct Room {
    house: Option<House>,
}

/// The lines of those who wait; one for each way.
#[derive(Default)]
pub struct Door(Mutex<Vec<Line>>);

struct Line {
    way: Way,
    waiting: Vec<Waiting>,
    servers: usize,
}

struct Waiting {
    prepare: Prepare,
    reply: oneshot::Sender<Result<Taken>>,
}

/// Slices of one way that are written at a time.
const SERVERS: usize = 2;

/// Of one slice; smaller than what a unit may hold, for each may change a lead.
const TOGETHER: usize = SLICE / 2;

impl Door {
    /// Takes a submission in, with others where that is of use.
    pub async fn take(app: &Arc<App>, way: Way, prepare: Prepare) -> Result<Taken> {
        // What a person does is a change set of its own.
        if way.is_a_persons() {
            return alone(app, way, prepare).await;
        }
        let (reply, answer) = oneshot::channel();
        let door = app.state.get::<Door>();
        if door.join(&way, Waiting { prepare, reply }) {
            tokio::spawn(serve(app.clone(), door, way));
        }
        let gone = |_| Error::Unavailable("the server is stopping".to_owned());
        answer.await.map_err(gone)?
    }

    /// Whether somebody has to be sent to serve the line.
    fn join(&self, way: &Way, waiting: Waiting) -> bool {
        let mut lines = self.lines();
        if let Some(line) = lines.iter_mut().find(|it| it.way == *way) {
            line.waiting.push(waiting);
            let wanted = line.servers < SERVERS;
            line.servers += usize::from(wanted);
            return wanted;
        }
        lines.push(Line {
            way: way.clone(),
            waiting: vec![waiting],
            servers: 1,
        });
        true
    }

    /// The next slice; nothing, and one server less, where nobody waits.
    fn next(&self, way: &Way) -> Vec<Waiting> {
        let mut lines = self.lines();
        let Some(at) = lines.iter().position(|it| it.way == *way) else {
            return Vec::new();
        };
        let line = &mut lines[at];
        if line.waiting.is_empty() {
            line.servers -= 1;
            if line.servers == 0 {
                lines.swap_remove(at);
            }
            return Vec::new();
        }
        let later = line.waiting.split_off(line.waiting.len().min(TOGETHER));
        mem::replace(&mut line.waiting, later)
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(app: Arc<App>, door: Arc<Door>, way: Way) {
    loop {
        let slice = door.next(&way);
        if slice.is_empty() {
            return;
        }
        let prepared: Vec<Prepare> = slice.iter().map(|it| it.prepare.clone()).collect();
        let together = way.clone();
        let taken = app
            .db
            .write(move |tx| write(tx, &together, &prepared))
            .await;
        match taken {
            Ok(taken) => {
                for (waiting, taken) in slice.into_iter().zip(taken) {
                    // Whoever has gone meanwhile is not told.
                    let _ = waiting.reply.send(taken);
                }
            }
            // What one of them is refused for is not the others' business.
            Err(_) => {
                for waiting in slice {
                    let taken = alone(&app, way.clone(), waiting.prepare).await;
                    let _ = waiting.reply.send(taken);
                }
            }
        }
    }
}

async fn alone(app: &Arc<App>, way: Way, prepare: Prepare) -> Result<Taken> {
    app.db.write(move |tx| one(tx, &way, &prepare)).await
}

/// One submission within a unit of work of the caller's.
pub fn one(tx: &mut Tx, way: &Way, prepare: &Prepare) -> Result<Taken> {
    let taken = write(tx, way, std::slice::from_ref(prepare))?;
    taken
        .into_iter()
        .next()
        .unwrap_or(Err(Error::NotFound("submission")))
}

/// A slice: what cannot be prepared fails by itself, the others are taken in.
fn write(tx: &mut Tx, way: &Way, prepared: &[Prepare]) -> Result<Vec<Result<Taken>>> {
    let source = way.source(tx)?;
    let mut room = Room::default();
    let mut submissions = Vec::with_capacity(prepared.len());
    let mut refused = Vec::with_capacity(prepared.len());
    for prepare in prepared {
        match prepare(tx, &source, &mut room) {
            Ok(submission) => {
                submissions.push(submission);
                refused.push(None);
            }
            Err(err @ (Error::Unavailable(_) | Error::Internal(_))) => return Err(err),
            Err(err) => refused.push(Some(err)),
        }
    }
    let by = if way.is_a_persons() {
        way.by.with_change_set(tx)
    } else {
        way.by
    };
    let source = Source {
        unique: room.house.as_ref().map(House::unique_fields),
        ..source
    };
    let taken_in = take_in(tx, &by, &source, &submissions)?;
    let leads = taken_in.leads;
    let mut accepted = taken_in.accepted.into_iter();
    let mut taken = Vec::with_capacity(refused.len());
    for refused in refused {
        if let Some(err) = refused {
            taken.push(Err(err));
            continue;
        }
        let accepted = accepted.next().ok_or(Error::NotFound("submission"))?;
        let lead = leads.iter().find(|it| Some(it.id.uuid()) == accepted.lead);
        let made = matches!(
            accepted.outcome,
            Outcome::Created | Outcome::Repeated | Outcome::InReview
        );
        taken.push(Ok(Taken {
            change_set: if made {
                by.change_set.or(accepted.lead)
            } else {
                taken_in.change_set
            },
            lead: lead.cloned(),
            accepted,
        }));
    }
    Ok(taken)
}

impl Way {
    fn is_a_persons(&self) -> bool {
        matches!(self.by.via, Via::Session(_))
    }

    fn source(&self, tx: &mut Tx) -> Result<Source> {
        let named = match &self.named {
            Some(key) => rules::find_added(tx, self.by.workspace, key)?,
            None => None,
        };
        let source = match named {
            Some(source) => source,
            None => rules::find(tx, self.by.workspace, self.otherwise)?,
        };
        Ok(Source {
            on_match: self.on_match.unwrap_or(source.on_match),
            suppression: match self.on_match {
                Some(OnMatch::CreateAnyway) => Suppression::Overruled,
                _ => Suppression::Heeded,
            },
            scope: self.scope.clone(),
            ..source
        })
    }
}

impl Room {
    pub(crate) fn house(&mut self, tx: &mut Tx, by: &By) -> Result<&mut House> {
        if self.house.is_none() {
            self.house = Some(House::load(tx, by.workspace)?);
        }
        self.house
            .as_mut()
            .ok_or_else(|| Error::Internal("the workspace was not read".to_owned()))
    }
}
