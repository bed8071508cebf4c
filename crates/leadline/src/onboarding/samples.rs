//! Puts sample leads in and takes them out.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::json;
use store::{Timestamp, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    people::{ALL, Sample, Stands},
    steps,
};
use crate::{
    base::{Actor, Answer, Caller, Error, Problems, Result, Scope},
    intake::{
        accept::{self, Accepted, Outcome, Submission},
        sources::{MatchKey, OnMatch, OnTrashed, Source, Timeline},
    },
    leads::{
        Amount, Currency, Lead,
        activities::Kind,
        happened,
        identity::{normal_email, normal_phone},
        notes,
        pipelines::{self, Pipeline, StageKind},
        remove as leave, samples,
        tags::Tags,
        write::{By, Place},
    },
    workspaces::{self, audit},
};

/// How many there are to be put in.
#[expect(
    clippy::cast_possible_wrap,
    reason = "the list is written by hand and short"
)]
pub(super) const AVAILABLE: i64 = ALL.len() as i64;

/// What became of the samples.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AddedSampleLeads)]
pub(super) struct PutIn {
    /// Put in now.
    pub added: usize,
    /// Taken out of the trash.
    pub restored: usize,
    /// There already.
    pub present: usize,
}

/// Takes in those that are not there, in one unit of work: they are far fewer than a slice.
pub(super) fn add(tx: &mut Tx, caller: &Caller) -> Result<Answer> {
    let by = By::action(tx, caller);
    let workspace = caller.workspace;
    let currency = workspaces::settings(tx, workspace)?.currency;
    let currency = Currency::parse(&currency);
    let columns = Columns::of(tx, caller)?;
    let now = tx.now();
    let mut submissions = Vec::with_capacity(ALL.len());
    for sample in &ALL {
        let mut submission = sample.submission(now, currency);
        submission.place = Some(columns.place(sample.stands)?);
        submission.owner = caller.user().filter(|_| sample.is_the_callers);
        submissions.push(submission);
    }
    let taken = accept::take_in(tx, &by, &source(), &submissions)?;
    write_notes(tx, caller, &by, &taken.accepted, &taken.leads)?;
    let answer = PutIn {
        added: of(&taken.accepted, &[Outcome::Created]),
        restored: of(&taken.accepted, &[Outcome::Updated]),
        present: of(&taken.accepted, &[Outcome::Skipped, Outcome::Unchanged]),
    };
    if answer.added + answer.restored == 0 {
        return Answer::ok(&answer);
    }
    let data = json!({ "added": answer.added, "restored": answer.restored });
    audit::record(tx, caller, "sampleLeads.added", TARGET, data)?;
    Ok(by.told(Answer::ok(&answer)?))
}

const TARGET: &str = "sampleLeads";

/// Removes those that are there, also from the trash.
pub(super) fn remove(tx: &mut Tx, caller: &Caller) -> Result<Answer> {
    let leads = samples::lock(tx, caller.workspace)?;
    if leads.is_empty() {
        return Ok(Answer::no_content());
    }
    // A step that was done with a sample stays done.
    steps::keep(tx, caller.workspace)?;
    let by = By::action(tx, caller);
    for lead in &leads {
        leave::for_good(tx, &by, lead, Kind::Purged)?;
        if lead.deleted_at.is_none() {
            // It leaves its column: whoever shows it is told which one.
            happened::deleted(tx, &by, lead)?;
        }
        happened::purged(tx, &by, lead)?;
    }
    let data = json!({ "removed": leads.len() });
    audit::record(tx, caller, "sampleLeads.removed", TARGET, data)?;
    Ok(by.told(Answer::no_content()))
}

fn of(accepted: &[Accepted], outcomes: &[Outcome]) -> usize {
    accepted
        .iter()
        .filter(|it| outcomes.contains(&it.outcome))
        .count()
}

/// A way in of their own: samples are known by their own ids alone, and never taken for a real person.
fn source() -> Source {
    Source {
        on_match: OnMatch::Skip,
        on_trashed: OnTrashed::Restore,
        match_by: vec![MatchKey::ExternalId],
        timeline: Timeline::Changes,
        ..Source::with_defaults(samples::SOURCE)
    }
}

/// Notes are the program's: the caller has not written them.
fn write_notes(
    tx: &mut Tx,
    caller: &Caller,
    by: &By,
    accepted: &[Accepted],
    leads: &[Lead],
) -> Result<()> {
    let by = By {
        actor: Actor::System,
        ..*by
    };
    let leads: HashMap<Uuid, &Lead> = leads.iter().map(|it| (it.id.uuid(), it)).collect();
    for (sample, accepted) in ALL.iter().zip(accepted) {
        let lead = accepted.lead.and_then(|it| leads.get(&it));
        if let (Some(note), Some(lead), Outcome::Created) = (sample.note, lead, accepted.outcome) {
            notes::add(tx, caller, &by, lead, note, None)?;
        }
    }
    Ok(())
}

impl Sample {
    fn submission(&self, now: Timestamp, currency: Option<Currency>) -> Submission {
        let given = self.tags.iter().map(|it| (*it).to_owned());
        let tags = std::iter::once(samples::TAG.to_owned()).chain(given);
        Submission {
            name: Some(self.name.to_owned()),
            email: normal_email(self.email),
            phone: self.phone.and_then(|it| normal_phone(it, "")),
            company: Some(self.company.to_owned()),
            title: Some(self.title.to_owned()),
            value: Amount::parse(self.value),
            currency,
            score: Some(self.score),
            tags: Tags::new(tags, "tags", &mut Problems::new()),
            external_id: Some(self.email.to_owned()),
            source: Some(self.source.to_owned()),
            at: Some(Timestamp(now.0 - self.hours_ago * 3_600_000)),
            ..Submission::default()
        }
    }
}

/// Where samples can stand.
struct Columns {
    pipeline: Uuid,
    open: Vec<Uuid>,
    won: Option<Uuid>,
    lost: Option<Uuid>,
}

impl Columns {
    /// Those of the default pipeline, each held open until the unit of work ends.
    fn of(tx: &mut Tx, caller: &Caller) -> Result<Columns> {
        let workspace = caller.workspace;
        let id = pipelines::ensure_default(tx, workspace)?;
        let pipeline = pipelines::one(tx, workspace, &Scope::All, id)?;
        let columns = Columns {
            pipeline: id,
            open: stages(&pipeline, StageKind::Open),
            won: stages(&pipeline, StageKind::Won).first().copied(),
            lost: stages(&pipeline, StageKind::Lost).first().copied(),
        };
        for stage in columns.open.iter().chain(&columns.won).chain(&columns.lost) {
            pipelines::open_stage(tx, workspace, *stage)?;
        }
        Ok(columns)
    }

    /// A pipeline that somebody has changed has other stages, and perhaps none of a kind.
    fn place(&self, stands: Stands) -> Result<Place> {
        let open = |far: usize| {
            let at = far * self.open.len() / Stands::FAR;
            self.open.get(at.min(self.open.len().saturating_sub(1)))
        };
        let last = self.open.last();
        let stage = match stands {
            Stands::Open(far) => open(far).or(self.won.as_ref()).or(self.lost.as_ref()),
            Stands::Won => self.won.as_ref().or(last).or(self.lost.as_ref()),
            Stands::Lost => self.lost.as_ref().or(last).or(self.won.as_ref()),
        };
        Ok(Place {
            pipeline: self.pipeline,
            stage: *stage.ok_or(Error::NotFound("stage"))?,
        })
    }
}

fn stages(pipeline: &Pipeline, kind: StageKind) -> Vec<Uuid> {
    let stages = pipeline.stages.iter();
    stages
        .filter(|it| it.kind == kind && it.moving_to.is_none())
        .map(|it| it.id)
        .collect()
}
