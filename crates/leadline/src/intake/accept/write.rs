//! Writes what a slice has come to: new leads first, for others may be linked to them.

use store::{Engine, Tx, Value};
use uuid::Uuid;

use super::{
    Accepted, Intake, Outcome,
    plan::{Pending, Plan, Repeat, Subject, What},
    submitted,
};
use crate::{
    base::Result,
    intake::sources::Timeline,
    leads::{
        Lead, activities, duplicates, happened,
        identity::keys::{self, LeadKey},
        save,
        write::{self, By},
    },
};

impl Plan<'_> {
    pub(super) fn write(self, tx: &mut Tx) -> Result<Intake> {
        // New leads that machines bring need no entry of their own; what changes others does.
        let changes = if self.changes_leads() {
            self.by.with_change_set(tx)
        } else {
            *self.by
        };
        let leads = self.write_leads(tx, &changes)?;
        let ids: Vec<Uuid> = leads.iter().map(|it| it.id.uuid()).collect();
        self.write_external_ids(tx, &ids)?;
        self.write_repeats(tx, &ids)?;
        let mut timeline: Vec<_> = self
            .entries
            .iter()
            .map(|it| it.activity(ids[it.subject]))
            .collect();
        if self.source.timeline == Timeline::Submissions {
            for it in &self.repeats {
                timeline.extend(submitted::repeated(
                    ids[it.subject],
                    ids[it.first],
                    it.at,
                    self.source,
                    &it.matched_by,
                    it.outcome,
                ));
            }
        }
        if !timeline.is_empty() {
            activities::record_many(tx, &changes, timeline)?;
        }
        for it in &self.entries {
            let lead = &leads[it.subject];
            happened::submitted(tx, &changes, lead, &self.source.key, it.outcome.key())?;
        }
        let accepted = self.results.into_iter().map(|it| it.done(&ids));
        Ok(Intake {
            accepted: accepted.collect(),
            leads,
            change_set: changes.change_set,
        })
    }

    /// Whether anything is written about leads that were there before.
    fn changes_leads(&self) -> bool {
        let changed = |it: &Subject| match &it.what {
            What::New(_) => false,
            What::Known { before, after } => before != after,
        };
        !(self.entries.is_empty() && self.repeats.is_empty()) || self.subjects.iter().any(changed)
    }

    /// Answers each subject's lead as it now is.
    fn write_leads(&self, tx: &mut Tx, changes: &By) -> Result<Vec<Lead>> {
        let (mut new, mut known) = (Vec::new(), Vec::new());
        for subject in &self.subjects {
            match &subject.what {
                What::New(lead) => new.push((**lead).clone()),
                What::Known { before, after } => {
                    known.push(((**before).clone(), (**after).clone()));
                }
            }
        }
        let mut made = if new.is_empty() {
            Vec::new()
        } else {
            write::insert_known(tx, self.by, &self.unique, new)?
        }
        .into_iter();
        let mut saved = save::save_many(tx, changes, known)?.into_iter();
        let mut leads = Vec::with_capacity(self.subjects.len());
        let mut seen = Vec::new();
        for subject in &self.subjects {
            let lead = match &subject.what {
                What::New(_) => made.next(),
                What::Known { .. } => saved.next(),
            };
            let Some(mut lead) = lead else { continue };
            if subject.returned {
                seen.push((lead.id.uuid(), subject.seen()));
                lead.last_submission_at = Some(subject.seen());
            }
            leads.push(lead);
        }
        mark_seen(tx, self.by, &seen)?;
        Ok(leads)
    }

    fn write_repeats(&self, tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
        let row = |it: &Repeat| -> Vec<Value> {
            vec![
                self.by.workspace.0.into(),
                ids[it.subject].into(),
                ids[it.first].into(),
                it.at.into(),
            ]
        };
        let (linked, compared): (Vec<&Repeat>, Vec<&Repeat>) = self
            .repeats
            .iter()
            .partition(|it| it.outcome == Outcome::Repeated);
        let rows: Vec<Vec<Value>> = linked.into_iter().map(row).collect();
        tx.insert_many(
            "lead_repeats",
            &["workspace_id", "lead_id", "first_id", "at"],
            &rows,
        )?;
        for it in compared {
            let pair = [ids[it.first], ids[it.subject]];
            let key = &self.by.identity_key;
            duplicates::settle::settle(tx, self.by.workspace, key, &pair)?;
        }
        Ok(())
    }

    fn write_external_ids(&self, tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
        let kind = keys::external(&self.source.key);
        let rows: Vec<LeadKey> = self
            .external
            .iter()
            .map(|(subject, value)| LeadKey {
                lead: ids[*subject],
                kind: kind.clone(),
                value: value.clone(),
            })
            .collect();
        keys::add(tx, self.by, &rows)
    }
}

/// Notes when people last came in. It is no change of the record: neither its version nor its timeline says anything of it.
fn mark_seen(tx: &mut Tx, by: &By, seen: &[(Uuid, store::Timestamp)]) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    if tx.engine() == Engine::Postgres {
        let rows: Vec<_> = seen
            .iter()
            .map(|(id, at)| serde_json::json!({ "id": id, "at": at.0 }))
            .collect();
        tx.exec(POSTGRES_MARK_SEEN, &[&by.workspace, &store::Json(rows)])?;
        return Ok(());
    }
    for (id, at) in seen {
        tx.exec(
            "update leads set last_submission_at = $3 where workspace_id = $1 and id = $2",
            &[&by.workspace, id, at],
        )?;
    }
    Ok(())
}

const POSTGRES_MARK_SEEN: &str = "update leads set last_submission_at = seen.at
     from jsonb_to_recordset(cast($2 as jsonb)) as seen(id uuid, at bigint)
     where leads.workspace_id = $1 and leads.id = seen.id";

impl Pending {
    fn done(self, ids: &[Uuid]) -> Accepted {
        match self {
            Pending::Done(accepted) => accepted,
            Pending::Of {
                subject,
                outcome,
                matched_by,
                reason,
            } => Accepted {
                lead: ids.get(subject).copied(),
                outcome,
                matched_by,
                reason,
            },
        }
    }
}
