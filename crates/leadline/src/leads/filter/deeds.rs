//! What change sets did to leads: made them, changed them, or met them and left them alone. An import's report leads to its
//! leads by this.
//!
//! The log of changes knows it, not the lead: SQL looks there, and who holds records in memory against a rule has the
//! leads of its change sets read first.

use std::sync::Arc;

use store::{Engine, Sql, Tx};
use uuid::Uuid;

use super::{
    rule::{Leaf, Rule},
    sql::Place,
};
use crate::base::{Error, Result, WorkspaceId};

/// One of these change sets did it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deeds {
    pub deed: Deed,
    pub sets: Vec<Uuid>,
    /// Its leads in order, once they were read.
    leads: Option<Arc<[Uuid]>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Created,
    /// Whatever else it did to a lead.
    Changed,
    /// It was to do something, or brought the same person again, and left the lead as it was.
    Skipped,
}

/// As many as are kept for records in memory: 16 bytes each.
const MOST_KEPT: usize = 200_000;

impl Deeds {
    pub fn new(deed: Deed, sets: Vec<Uuid>) -> Deeds {
        Deeds {
            deed,
            sets,
            leads: None,
        }
    }

    /// Adds the condition on a row of `leads`.
    pub fn push(&self, place: Place, sql: &mut Sql) {
        sql.push("leads.id in (");
        sql.append(&self.select(place.engine, place.workspace))
            .push(")");
    }

    pub fn hold(&self, lead: Uuid) -> bool {
        let leads = self.leads.as_deref().unwrap_or_default();
        leads.binary_search(&lead).is_ok()
    }

    /// The leads of its change sets. Rows that came in with a merged lead say nothing of the survivor.
    fn select(&self, engine: Engine, workspace: WorkspaceId) -> Sql {
        let mut sql = Sql::new("select distinct lead_id");
        sql.push(match (engine, self.deed) {
            (_, Deed::Skipped) => " from lead_change_set_rows",
            // Left to itself SQLite reads the whole log, in the order of its leads.
            (Engine::Sqlite, _) => " from lead_activities indexed by lead_activities_by_change_set",
            (Engine::Postgres, _) => " from lead_activities",
        });
        sql.push(" where workspace_id = ")
            .bind(workspace)
            .push(" and change_set_id is not null and change_set_id in ")
            .list(self.sets.iter().copied());
        sql.push(match self.deed {
            Deed::Created => " and kind = 'created' and origin is null",
            Deed::Changed => " and kind <> 'created' and origin is null",
            Deed::Skipped => " and error is not null",
        });
        sql
    }

    fn read(&mut self, tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
        let mut leads = Vec::new();
        let sql = self.select(tx.engine(), workspace);
        tx.fetch_each(&sql, |row| {
            // One thing more than are kept shows that there are too many.
            if leads.len() <= MOST_KEPT {
                leads.push(row.uuid(0)?);
            }
            Ok(())
        })?;
        leads.sort_unstable();
        if leads.len() > MOST_KEPT {
            let message = format!(
                "asks for change sets of more than {MOST_KEPT} leads, which cannot be watched"
            );
            return Err(Error::invalid("where", message));
        }
        self.leads = Some(leads.into());
        Ok(())
    }
}

impl Rule {
    /// Reads what records in memory do not say of themselves.
    pub fn read_deeds(&mut self, tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
        match self {
            Rule::All(items) | Rule::Any(items) => items
                .iter_mut()
                .try_for_each(|it| it.read_deeds(tx, workspace)),
            Rule::Leaf(Leaf::Deeds(deeds)) | Rule::Not(Leaf::Deeds(deeds)) => {
                deeds.read(tx, workspace)
            }
            Rule::Leaf(_) | Rule::Not(_) => Ok(()),
        }
    }
}
