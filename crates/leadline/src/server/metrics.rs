//! Figures for Prometheus, in its text format.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Relaxed},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text::encode},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::ConstGauge,
        histogram::Histogram,
    },
    registry::Registry,
};
use store::Db;

use crate::jobs::{Counts, Wake};

pub(super) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
    /// How the queue stood when somebody last asked.
    standing: Arc<Mutex<Option<Counts>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

impl Metrics {
    pub(super) fn new(db: Db, wake: Wake) -> Metrics {
        let mut registry = Registry::with_prefix("leadline");
        let requests = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        let seconds =
            Family::<RouteLabel, Histogram, fn() -> Histogram>::new_with_constructor(latencies);
        registry.register(
            "http_request_seconds",
            "Time from a request's head to its answer's",
            seconds.clone(),
        );
        registry.register_collector(Box::new(Database(db)));
        let standing = Arc::default();
        registry.register_collector(Box::new(Queue {
            wake,
            standing: Arc::clone(&standing),
        }));
        Metrics {
            registry,
            requests,
            seconds,
            standing,
        }
    }

    pub(super) fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let labels = RequestLabels {
            method: method.to_string(),
            route: route.to_owned(),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&RouteLabel {
                route: route.to_owned(),
            })
            .observe(took.as_secs_f64());
    }

    /// With how the queue stands now; nothing where the database does not say.
    pub(super) fn render(&self, queue: Option<Counts>) -> String {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = queue;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn latencies() -> Histogram {
    Histogram::new([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
    ])
}

/// The database layer keeps its own counts; they are read when somebody asks.
struct Database(Db);

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Collector for Database {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let stats = self.0.stats();
        for (name, help, value) in [
            ("db_units_read", "Units of work that read", stats.units_read),
            (
                "db_units_written",
                "Units of work that wrote",
                stats.units_written,
            ),
            (
                "db_units_failed",
                "Units of work that failed",
                stats.units_failed,
            ),
            (
                "db_units_refused",
                "Units of work turned away because a queue was full",
                stats.refused,
            ),
            (
                "db_units_slow",
                "Units of work over the slow limit",
                stats.slow_units,
            ),
            ("db_panics", "Units of work that panicked", stats.panics),
            ("db_commits", "Commits", stats.commits),
            (
                "db_committed_units",
                "Units of work kept by those commits",
                stats.committed_units,
            ),
            (
                "db_reconnects",
                "Connections opened anew after one was lost",
                stats.reconnects,
            ),
        ] {
            count(&mut encoder, name, help, value)?;
        }
        for (name, help, value) in [
            (
                "db_commit_seconds",
                "Time spent in commits",
                stats.commit_time,
            ),
            (
                "db_wait_seconds",
                "Time units of work waited for a connection",
                stats.wait_time,
            ),
            ("db_run_seconds", "Time units of work ran", stats.run_time),
        ] {
            let counter = ConstCounter::new(value.as_secs_f64());
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        for (name, help, value) in [
            ("db_connections", "Connections that stand", stats.connected),
            (
                "db_read_queue",
                "Units of work waiting to read",
                stats.read_queue,
            ),
            (
                "db_write_queue",
                "Units of work waiting to write",
                stats.write_queue,
            ),
            (
                "db_largest_batch",
                "Most units of work in one commit",
                stats.largest_batch,
            ),
            ("db_wal_bytes", "Size of SQLite's log", stats.wal_bytes),
        ] {
            level(
                &mut encoder,
                name,
                help,
                i64::try_from(value).unwrap_or(i64::MAX),
            )?;
        }
        Ok(())
    }
}

/// What this node's runner has done, and how the queue of all nodes stands.
struct Queue {
    wake: Wake,
    standing: Arc<Mutex<Option<Counts>>>,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl Collector for Queue {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let tally = self.wake.tally();
        for (name, help, value) in [
            ("jobs_claimed", "Jobs taken in hand", &tally.claimed),
            (
                "jobs_completed",
                "Jobs that came to their end",
                &tally.completed,
            ),
            ("jobs_failed", "Attempts that failed", &tally.failed),
            ("jobs_died", "Jobs that were given up", &tally.died),
            (
                "jobs_taken_over",
                "Jobs taken over from nodes that were not heard of any more",
                &tally.taken_over,
            ),
        ] {
            count(&mut encoder, name, help, value.load(Relaxed))?;
        }
        let in_hand = i64::try_from(tally.in_hand.load(Relaxed)).unwrap_or(i64::MAX);
        level(
            &mut encoder,
            "jobs_in_hand",
            "Jobs in this node's hands",
            in_hand,
        )?;
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = *standing else {
            return Ok(());
        };
        for (name, help, value) in [
            (
                "jobs_due",
                "Jobs that are due and not in hand; 10000 stands for any more",
                queue.due,
            ),
            (
                "jobs_oldest_due_milliseconds",
                "How long the first of them has been due",
                queue.oldest_due_ms,
            ),
            (
                "jobs_running",
                "Jobs in the hands of any node",
                queue.running,
            ),
            (
                "jobs_dead",
                "Jobs that were given up and wait for a person",
                queue.dead,
            ),
        ] {
            level(&mut encoder, name, help, value)?;
        }
        Ok(())
    }
}

fn level(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: i64) -> fmt::Result {
    let gauge = ConstGauge::new(value);
    gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
}

fn count(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let counter = ConstCounter::new(value);
    counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)
}
