//! Counters and gauges, cheap enough to be always on.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::unit::{Lane, Outcome};

#[derive(Default)]
pub(crate) struct Meters {
    pub(crate) units_read: AtomicU64,
    pub(crate) units_written: AtomicU64,
    pub(crate) units_failed: AtomicU64,
    pub(crate) panics: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) committed_units: AtomicU64,
    pub(crate) largest_batch: AtomicU64,
    pub(crate) commit_nanos: AtomicU64,
    pub(crate) wait_nanos: AtomicU64,
    pub(crate) run_nanos: AtomicU64,
    pub(crate) slow_units: AtomicU64,
    pub(crate) reconnects: AtomicU64,
    pub(crate) connected: AtomicU64,
    pub(crate) wal_bytes: AtomicU64,
}

impl Meters {
    pub(crate) fn unit(&self, lane: Lane, outcome: Outcome, waited: Duration, ran: Duration) {
        match lane {
            Lane::Read => &self.units_read,
            Lane::Write => &self.units_written,
        }
        .fetch_add(1, Relaxed);
        if outcome != Outcome::Keep {
            self.units_failed.fetch_add(1, Relaxed);
        }
        if outcome == Outcome::Panicked {
            self.panics.fetch_add(1, Relaxed);
        }
        self.wait_nanos.fetch_add(nanos(waited), Relaxed);
        self.run_nanos.fetch_add(nanos(ran), Relaxed);
    }

    pub(crate) fn commit(&self, units: usize, took: Duration) {
        let units = units as u64;
        self.commits.fetch_add(1, Relaxed);
        self.committed_units.fetch_add(units, Relaxed);
        self.largest_batch.fetch_max(units, Relaxed);
        self.commit_nanos.fetch_add(nanos(took), Relaxed);
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

/// A moment's counts. Everything but the gauges only grows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    pub units_read: u64,
    pub units_written: u64,
    /// Units whose closure failed or panicked.
    pub units_failed: u64,
    pub panics: u64,
    /// Units turned away because a queue was full or the database was closing.
    pub refused: u64,
    pub commits: u64,
    /// Units kept by those commits; over `commits` this is the mean batch.
    pub committed_units: u64,
    pub largest_batch: u64,
    /// Time spent in `commit` itself.
    pub commit_time: Duration,
    /// Time units waited before they ran, and ran.
    pub wait_time: Duration,
    pub run_time: Duration,
    pub slow_units: u64,
    /// Connections opened anew after one was lost.
    pub reconnects: u64,
    /// Gauge: connections that stand.
    pub connected: u64,
    /// Gauge: units waiting to read, and to write. PostgreSQL has one queue for both, counted as writes.
    pub read_queue: u64,
    pub write_queue: u64,
    /// Gauge: size of SQLite's log after the last commit.
    pub wal_bytes: u64,
}

impl Stats {
    pub(crate) fn take(meters: &Meters, read_queue: usize, write_queue: usize) -> Stats {
        let get = |counter: &AtomicU64| counter.load(Relaxed);
        let time = |counter: &AtomicU64| Duration::from_nanos(get(counter));
        Stats {
            units_read: get(&meters.units_read),
            units_written: get(&meters.units_written),
            units_failed: get(&meters.units_failed),
            panics: get(&meters.panics),
            refused: get(&meters.refused),
            commits: get(&meters.commits),
            committed_units: get(&meters.committed_units),
            largest_batch: get(&meters.largest_batch),
            commit_time: time(&meters.commit_nanos),
            wait_time: time(&meters.wait_nanos),
            run_time: time(&meters.run_nanos),
            slow_units: get(&meters.slow_units),
            reconnects: get(&meters.reconnects),
            connected: get(&meters.connected),
            read_queue: read_queue as u64,
            write_queue: write_queue as u64,
            wal_bytes: get(&meters.wal_bytes),
        }
    }
}
