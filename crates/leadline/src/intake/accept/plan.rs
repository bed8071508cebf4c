//! What is to be written for a slice: its people one after the other, each meeting those before him.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};
use store::{Timestamp, Tx};
use uuid::Uuid;

use super::{
    Accepted, Outcome, Submission,
    find::{self, Known},
    keys::{Carrier, Key},
    person::Person,
    submitted::Entry,
};
use crate::{
    base::{Result, Scope},
    intake::sources::{MatchKey, OnLost, OnMatch, OnTrashed, OnUnknown, Source, Timeline},
    leads::{
        Lead, body,
        identity::keys,
        pipelines::{self, StageKind},
        position,
        write::{By, NewLead, Place},
    },
};

pub(super) struct Plan<'a> {
    pub(super) by: &'a By,
    pub(super) source: &'a Source,
    /// Fields of which no two leads share a value.
    pub(super) unique: Vec<String>,
    known: Known,
    pub(super) subjects: Vec<Subject>,
    by_lead: HashMap<Uuid, usize>,
    by_key: HashMap<String, Vec<usize>>,
    pub(super) results: Vec<Pending>,
    pub(super) entries: Vec<Entry>,
    pub(super) repeats: Vec<Repeat>,
    /// Ids that the source has for leads.
    pub(super) external: Vec<(usize, String)>,
    default_place: Option<Place>,
    lost_stages: Option<HashSet<Uuid>>,
}

/// A lead that the slice makes or knows.
pub(super) struct Subject {
    pub what: What,
    /// When its person last came in.
    seen: Timestamp,
    /// Whether that was again.
    pub returned: bool,
}

pub(super) enum What {
    New(Box<NewLead>),
    Known { before: Box<Lead>, after: Box<Lead> },
}

/// A lead that was made although its person is known.
pub(super) struct Repeat {
    pub subject: usize,
    pub first: usize,
    pub matched_by: MatchKey,
    pub at: Timestamp,
    /// Linked, or to be compared by somebody.
    pub outcome: Outcome,
}

/// What became of a submission, as far as it is known before the new leads have their ids.
pub(super) enum Pending {
    Done(Accepted),
    Of {
        subject: usize,
        outcome: Outcome,
        matched_by: Option<MatchKey>,
        reason: Option<String>,
    },
}

/// A live lead that has a value of which no two leads may have one.
struct Rival {
    key: MatchKey,
    lead: Option<Uuid>,
}

/// What a match comes to.
enum Course {
    Update,
    Make(Outcome),
    MakeUnlinked,
    Leave(Outcome, &'static str),
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        by: &'a By,
        source: &'a Source,
        known: Known,
        unique: Vec<String>,
    ) -> Plan<'a> {
        Plan {
            by,
            source,
            unique,
            known,
            subjects: Vec::new(),
            by_lead: HashMap::new(),
            by_key: HashMap::new(),
            results: Vec::new(),
            entries: Vec::new(),
            repeats: Vec::new(),
            external: Vec::new(),
            default_place: None,
            lost_stages: None,
        }
    }

    /// The next submission comes to nothing.
    pub(super) fn refuse(&mut self, accepted: Accepted) {
        self.results.push(Pending::Done(accepted));
    }

    /// The next submission.
    pub(super) fn take(&mut self, tx: &mut Tx, sent: &Submission, keys: &[Key]) -> Result<()> {
        let at = sent.at.unwrap_or_else(|| tx.now());
        let Some((subject, key)) = self.matching(at, keys) else {
            if self.source.on_unknown == OnUnknown::Skip {
                self.refuse(Accepted::refused(Outcome::Skipped, UNKNOWN));
                return Ok(());
            }
            return self.create(tx, sent, keys, at, Outcome::Created).map(drop);
        };
        match self.course(tx, subject)? {
            Course::Update => self.update(tx, subject, key, sent, keys, at),
            Course::Make(outcome) => {
                if let Some(new) = self.create(tx, sent, keys, at, outcome)? {
                    self.repeat(new, subject, key, at, outcome);
                }
                Ok(())
            }
            Course::MakeUnlinked => self.create(tx, sent, keys, at, Outcome::Created).map(drop),
            Course::Leave(outcome, reason) => {
                self.leave(subject, key, outcome, reason);
                Ok(())
            }
        }
    }

    /// The lead that is meant: the first key that finds one decides, and leads that stand go before those in the trash.
    fn matching(&mut self, at: Timestamp, keys: &[Key]) -> Option<(usize, MatchKey)> {
        for key in keys {
            let stored = self.stored(key);
            let fresh = self
                .by_key
                .get(&key.identity)
                .into_iter()
                .flatten()
                .copied();
            let mut all: Vec<usize> = stored.into_iter().chain(fresh).collect();
            all.retain(|it| find::is_in_window(self.source, self.subjects[*it].seen, Some(at)));
            let live = all.iter().find(|it| !self.subjects[**it].is_in_trash());
            if let Some(subject) = live.or(all.first()) {
                return Some((*subject, key.by.clone()));
            }
        }
        None
    }

    /// The best lead that carried the key before the slice, if it still does.
    fn stored(&mut self, key: &Key) -> Option<usize> {
        let id = *self.known.by(key).first()?;
        if let Some(subject) = self.by_lead.get(&id) {
            return Some(*subject);
        }
        if !key.is_on(self.known.leads.get(&id)?) {
            return None;
        }
        let before = Box::new(self.known.leads.remove(&id)?);
        let subject = self.subjects.len();
        self.by_lead.insert(id, subject);
        self.subjects.push(Subject {
            seen: before.last_submission_at.unwrap_or(before.created_at),
            returned: false,
            what: What::Known {
                after: before.clone(),
                before,
            },
        });
        Some(subject)
    }

    /// What the source's policy makes of a match with this lead.
    fn course(&mut self, tx: &mut Tx, subject: usize) -> Result<Course> {
        let lead = &self.subjects[subject];
        let hidden = !self.source.scope.admits(lead.owner());
        let linked = matches!(self.source.on_match, OnMatch::Repeat | OnMatch::Review);
        if self.source.on_match == OnMatch::CreateAnyway {
            return Ok(Course::MakeUnlinked);
        }
        if lead.is_in_trash() {
            return Ok(match self.source.on_trashed {
                OnTrashed::Ignore => Course::MakeUnlinked,
                OnTrashed::Restore if !hidden && !linked => Course::Update,
                _ => Course::Make(Outcome::Repeated),
            });
        }
        Ok(match self.source.on_match {
            OnMatch::Repeat => Course::Make(Outcome::Repeated),
            OnMatch::Review => Course::Make(Outcome::InReview),
            _ if hidden => Course::Leave(Outcome::Rejected, HIDDEN),
            OnMatch::Reject => Course::Leave(Outcome::Rejected, KNOWN),
            OnMatch::Skip => Course::Leave(Outcome::Skipped, KNOWN),
            OnMatch::Update | OnMatch::CreateAnyway => {
                if self.source.on_lost == OnLost::Link && self.is_lost(tx, subject)? {
                    Course::Make(Outcome::Repeated)
                } else {
                    Course::Update
                }
            }
        })
    }

    fn leave(&mut self, subject: usize, key: MatchKey, outcome: Outcome, reason: &str) {
        let in_words = Some(reason.replace("{key}", key_in_words(&key)));
        self.results.push(if reason == HIDDEN {
            Pending::Done(Accepted {
                lead: None,
                outcome,
                matched_by: Some(key),
                reason: in_words,
            })
        } else {
            Pending::Of {
                subject,
                outcome,
                matched_by: Some(key),
                reason: in_words,
            }
        });
    }

    /// Plans a new lead; none, where there is nothing to call it by.
    fn create(
        &mut self,
        tx: &mut Tx,
        sent: &Submission,
        keys: &[Key],
        at: Timestamp,
        outcome: Outcome,
    ) -> Result<Option<usize>> {
        if let Some(rival) = self.rival(keys, None) {
            self.refuse(Accepted {
                lead: rival.lead.filter(|_| self.source.scope == Scope::All),
                outcome: Outcome::Rejected,
                reason: Some(KNOWN.replace("{key}", key_in_words(&rival.key))),
                matched_by: Some(rival.key),
            });
            return Ok(None);
        }
        let name = sent.name.clone();
        let stand_in = || body::stand_in(sent.email.as_deref(), sent.phone.as_ref());
        let Some(called) = name.clone().or_else(stand_in) else {
            self.refuse(Accepted::refused(Outcome::Rejected, NAMELESS));
            return Ok(None);
        };
        let mut tags = self.source.tags.clone();
        for tag in sent.tags.as_slice() {
            tags.add(tag.clone());
        }
        let new = NewLead {
            place: self.place(tx, sent)?,
            owner: sent.owner.or(self.source.owner),
            name: called,
            name_provisional: name.is_none(),
            email: sent.email.clone(),
            phone: sent.phone.clone(),
            company: sent.company.clone(),
            title: sent.title.clone(),
            source: sent
                .source
                .clone()
                .unwrap_or_else(|| self.source.key.clone()),
            score: sent.score.unwrap_or(0),
            value: sent.value,
            currency: sent.currency,
            tags,
            custom_fields: serde_json::to_string(&sent.custom_fields)
                .unwrap_or_else(|_| "{}".into()),
            at: sent.at,
        };
        let subject = self.subjects.len();
        self.subjects.push(Subject {
            what: What::New(Box::new(new)),
            seen: at,
            returned: false,
        });
        self.remember(subject, sent, keys);
        self.results.push(Pending::Of {
            subject,
            outcome,
            matched_by: None,
            reason: None,
        });
        Ok(Some(subject))
    }

    /// The first other lead that has a value which the submission brings, too, and no two leads may have.
    fn rival(&self, keys: &[Key], subject: Option<usize>) -> Option<Rival> {
        let own = subject.and_then(|it| self.subjects[it].id());
        let unique = keys
            .iter()
            .filter(|it| matches!(it.by, MatchKey::UniqueField(_)));
        for key in unique {
            let stored = self.known.owners(key).iter().find(|it| Some(**it) != own);
            let fresh = self.by_key.get(&key.identity).into_iter().flatten();
            let fresh = fresh
                .filter(|it| Some(**it) != subject && !self.subjects[**it].is_in_trash())
                .count();
            if stored.is_some() || fresh > 0 {
                return Some(Rival {
                    key: key.by.clone(),
                    lead: stored.copied(),
                });
            }
        }
        None
    }

    /// The submission without what another lead alone may have.
    fn without_rivals(
        &self,
        subject: usize,
        sent: &Submission,
        keys: &[Key],
    ) -> Option<Submission> {
        let mut left: Option<Submission> = None;
        for key in keys {
            if let MatchKey::UniqueField(field) = &key.by
                && self
                    .rival(std::slice::from_ref(key), Some(subject))
                    .is_some()
            {
                let left = left.get_or_insert_with(|| sent.clone());
                left.custom_fields.remove(field);
            }
        }
        left
    }

    /// Plans that a lead takes what the submission has for it.
    fn update(
        &mut self,
        tx: &mut Tx,
        subject: usize,
        key: MatchKey,
        sent: &Submission,
        keys: &[Key],
        at: Timestamp,
    ) -> Result<()> {
        let moved = self.bring_back(tx, subject, sent)?;
        let own = self.without_rivals(subject, sent, keys);
        let changed = self.subjects[subject].take(own.as_ref().unwrap_or(sent)) || moved;
        let outcome = if changed {
            Outcome::Updated
        } else {
            Outcome::Unchanged
        };
        if self.source.timeline == Timeline::Submissions || changed {
            self.subjects[subject].saw(at);
        }
        if self.source.timeline == Timeline::Submissions {
            self.entries.push(Entry::submitted(
                subject,
                at,
                self.source,
                outcome,
                &key,
                sent,
            ));
        }
        self.remember(subject, sent, keys);
        self.results.push(Pending::Of {
            subject,
            outcome,
            matched_by: Some(key),
            reason: None,
        });
        Ok(())
    }

    /// Takes a lead out of the trash or a lost stage, or to where the submission wants it; whether it went anywhere.
    fn bring_back(&mut self, tx: &mut Tx, subject: usize, sent: &Submission) -> Result<bool> {
        let wanted = sent.place.filter(|_| sent.rules.moves());
        let reopens = self.source.on_lost == OnLost::Reopen && self.is_lost(tx, subject)?;
        let place = match wanted {
            None if reopens => Some(self.place(tx, sent)?),
            wanted => wanted,
        };
        let now = tx.now();
        let Subject { what, .. } = &mut self.subjects[subject];
        let lead = match what {
            What::New(new) => {
                let moves = place.is_some_and(|it| it != new.place);
                new.place = place.unwrap_or(new.place);
                return Ok(moves);
            }
            What::Known { after, .. } => after,
        };
        let mut moved = false;
        if lead.deleted_at.take().is_some() {
            let stood = Place {
                pipeline: lead.pipeline_id,
                stage: lead.stage_id,
            };
            let place = pipelines::follow(tx, self.by.workspace, stood)?;
            let height = lead.position;
            body::put(lead, place, height);
            moved = true;
        }
        if let Some(place) = place.filter(|it| it.stage != lead.stage_id) {
            body::put(lead, place, position::arriving(now, 0));
            moved = true;
        }
        Ok(moved)
    }

    fn repeat(
        &mut self,
        subject: usize,
        first: usize,
        matched_by: MatchKey,
        at: Timestamp,
        outcome: Outcome,
    ) {
        if let Some(Pending::Of { matched_by: by, .. }) = self.results.last_mut() {
            *by = Some(matched_by.clone());
        }
        self.subjects[first].saw(at);
        self.repeats.push(Repeat {
            subject,
            first,
            matched_by,
            at,
            outcome,
        });
    }

    /// Lets later submissions of the slice find the lead by what it now carries.
    fn remember(&mut self, subject: usize, sent: &Submission, keys: &[Key]) {
        for key in keys {
            if self.subjects[subject].carries(key) {
                let there = self.by_key.entry(key.identity.clone()).or_default();
                if !there.contains(&subject) {
                    there.push(subject);
                }
            }
        }
        if let Some(id) = &sent.external_id {
            self.external.push((subject, id.clone()));
        }
    }

    /// Where a new lead goes.
    fn place(&mut self, tx: &mut Tx, sent: &Submission) -> Result<Place> {
        if let Some(place) = sent.place.or(self.source.place).or(self.default_place) {
            return Ok(place);
        }
        let place = pipelines::place(tx, self.by.workspace, None, None)?;
        self.default_place = Some(place);
        Ok(place)
    }

    fn is_lost(&mut self, tx: &mut Tx, subject: usize) -> Result<bool> {
        let What::Known { after, .. } = &self.subjects[subject].what else {
            return Ok(false);
        };
        let stage = after.stage_id;
        if self.lost_stages.is_none() {
            let stages = pipelines::of_kind(tx, self.by.workspace, StageKind::Lost)?;
            self.lost_stages = Some(stages.into_iter().collect());
        }
        Ok(self.lost_stages.iter().flatten().any(|it| *it == stage))
    }
}

const KNOWN: &str = "There is a lead with {key} already.";
const HIDDEN: &str = "There is a lead with {key} already, which you may not see.";
const UNKNOWN: &str = "There is no lead of this person to be updated.";
const NAMELESS: &str = "It has neither a name nor an address nor a number.";

fn key_in_words(key: &MatchKey) -> &'static str {
    match key {
        MatchKey::ExternalId => "this id",
        MatchKey::Email => "this e-mail address",
        MatchKey::Phone => "this phone number",
        MatchKey::UniqueField(_) => "this value of a field that is unique",
        MatchKey::NameAndCompany => "this name and company",
    }
}

impl Subject {
    fn is_in_trash(&self) -> bool {
        matches!(&self.what, What::Known { after, .. } if after.deleted_at.is_some())
    }

    /// Of a lead that was there before the slice.
    fn id(&self) -> Option<Uuid> {
        match &self.what {
            What::New(_) => None,
            What::Known { after, .. } => Some(after.id.uuid()),
        }
    }

    fn owner(&self) -> Option<Uuid> {
        match &self.what {
            What::New(new) => new.owner,
            What::Known { after, .. } => after.assigned_to,
        }
    }

    /// Takes what the submission has for the lead; whether anything changed.
    fn take(&mut self, sent: &Submission) -> bool {
        let had = match &self.what {
            What::New(new) => Person::of_new(new),
            What::Known { after, .. } => Person::of_lead(after),
        };
        let has = had.with(sent);
        let changed = has != had;
        if changed {
            match &mut self.what {
                What::New(new) => has.put_into_new(new),
                What::Known { after, .. } => has.put_into(&had, after),
            }
        }
        changed
    }

    fn saw(&mut self, at: Timestamp) {
        self.seen = self.seen.max(at);
        self.returned = true;
        if let What::Known { after, .. } = &mut self.what {
            after.last_submission_at = Some(self.seen);
        }
    }

    pub(super) fn seen(&self) -> Timestamp {
        self.seen
    }

    fn carries(&self, key: &Key) -> bool {
        let carried = match &self.what {
            What::New(new) => key.is_carried(&Carrier {
                email: new.email.as_deref(),
                phone: new.phone.as_ref().map(|it| it.e164.as_str()),
                name: (!new.name_provisional).then_some(new.name.as_str()),
                company: new.company.as_deref(),
            }),
            What::Known { after, .. } => key.is_on(after),
        };
        match &key.by {
            MatchKey::UniqueField(field) => self.has_value(field, key),
            _ => carried,
        }
    }

    fn has_value(&self, field: &str, key: &Key) -> bool {
        let custom = match &self.what {
            What::New(new) => &new.custom_fields,
            What::Known { after, .. } => &after.custom_fields,
        };
        let custom: Map<String, Json> = serde_json::from_str(custom).unwrap_or_default();
        let value = custom.get(field).and_then(keys::field_value);
        value.is_some_and(|it| it == key.forms[0].1)
    }
}
