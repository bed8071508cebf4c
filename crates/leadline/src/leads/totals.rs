//! Totals counted a moment ago. As long as nothing was written since, the next look at the same list need not count again;
//! what other nodes wrote is seen after [`FRESH`] at the latest.

use std::{
    collections::HashMap,
    hash::Hasher,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use siphasher::sip::SipHasher24;
use store::{Timestamp, Tx};

use crate::{
    base::{App, Result},
    leads::{
        chosen::Chosen,
        total::{self, Total},
    },
};

#[derive(Debug, Default)]
pub struct Totals(Mutex<HashMap<u64, Counted>>);

#[derive(Debug, Clone, Copy)]
struct Counted {
    total: Total,
    commits: u64,
    at: Timestamp,
}

const FRESH: Duration = Duration::from_secs(2);
const MOST: usize = 4096;

/// How many commits there have been: to be asked before the unit of work that counts.
pub fn commits(app: &App) -> u64 {
    app.db.stats().commits
}

impl Totals {
    /// The number of leads of a choice of which `seen` are known already.
    pub fn of(&self, tx: &mut Tx, chosen: &Chosen, seen: i64, commits: u64) -> Result<Total> {
        let (key, now) = (key(chosen), tx.now());
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .copied();
        if let Some(known) =
            known.filter(|it| it.commits == commits && now.since(it.at) < FRESH && it.at <= now)
        {
            return Ok(Total {
                n: known.total.n.max(seen),
                ..known.total
            });
        }
        let total = total::of(tx, chosen, seen)?;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(
            key,
            Counted {
                total,
                commits,
                at: now,
            },
        );
        Ok(total)
    }
}

/// Of everything that decides which leads are counted.
fn key(chosen: &Chosen) -> u64 {
    let mut hasher = SipHasher24::new();
    hasher.write(chosen.asked.as_bytes());
    // What is relative to the caller or to the day is in the rule as it was bound.
    let Chosen {
        workspace,
        scope,
        owner,
        rule,
        filter,
        ..
    } = chosen;
    hasher.write(
        format!(
            "{workspace:?} {scope:?} {owner:?} {:?} {:?} {:?} {rule:?}",
            filter.stage, filter.pipeline, filter.created
        )
        .as_bytes(),
    );
    hasher.finish()
}
