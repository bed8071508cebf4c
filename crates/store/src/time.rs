//! Time: milliseconds since 1970, and the clock that gives them out.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970, UTC. Printed as RFC 3339 with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    #[must_use]
    pub fn plus(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(millis(span)))
    }

    #[must_use]
    pub fn minus(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier`; zero when it is not after it.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

static PRINTER: jiff::fmt::temporal::DateTimePrinter =
    jiff::fmt::temporal::DateTimePrinter::new().precision(Some(3));

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        PRINTER
            .print_timestamp(&instant, jiff::fmt::StdFmtWrite(f))
            .map_err(|_| fmt::Error)
    }
}

/// Reads RFC 3339 in any offset; parts of a millisecond are cut off.
impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Timestamp, jiff::Error> {
        Ok(Timestamp(text.parse::<jiff::Timestamp>()?.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time like \"2026-01-31T12:00:00Z\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse()
                    .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Where units of work take their time from: the system's clock, or one moved by hand.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    /// The latest time given out (system) or the time it stands at (manual).
    at: Arc<AtomicI64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    System,
    Manual,
}

impl Clock {
    /// The clock of the machine, held still while the machine sets it back.
    pub fn system() -> Clock {
        Clock {
            source: Source::System,
            at: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// A clock that stands at `ms` until it is moved.
    pub fn manual(ms: i64) -> Clock {
        Clock {
            source: Source::Manual,
            at: Arc::new(AtomicI64::new(ms)),
        }
    }

    pub fn now(&self) -> Timestamp {
        match self.source {
            Source::Manual => Timestamp(self.at.load(Ordering::SeqCst)),
            Source::System => {
                let read = system_millis();
                Timestamp(self.at.fetch_max(read, Ordering::SeqCst).max(read))
            }
        }
    }

    /// Moves a manual clock to `ms`; the system's clock cannot be set.
    pub fn set(&self, ms: i64) {
        assert!(
            self.source == Source::Manual,
            "only a manual clock can be set"
        );
        self.at.store(ms, Ordering::SeqCst);
    }

    /// Moves a manual clock forward; the system's clock cannot be moved.
    pub fn advance(&self, span: Duration) {
        assert!(
            self.source == Source::Manual,
            "only a manual clock can be moved"
        );
        self.at.fetch_add(millis(span), Ordering::SeqCst);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().0)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock everyone else takes the time from"
)]
fn system_millis() -> i64 {
    match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => millis(since),
        Err(before) => -millis(before.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_rfc_3339() {
        for (ms, text) in [
            (1_769_860_800_000, "2026-01-31T12:00:00.000Z"),
            (1_769_860_800_007, "2026-01-31T12:00:00.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (0, "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(serde_json::to_value(Timestamp(ms)).unwrap(), text);
            assert_eq!(
                serde_json::from_value::<Timestamp>(text.into()).unwrap(),
                Timestamp(ms)
            );
        }
        let offset: Timestamp = "2026-01-31T13:00:00.5+01:00".parse().unwrap();
        assert_eq!(offset, Timestamp(1_769_860_800_500));
        assert!("tomorrow".parse::<Timestamp>().is_err());
    }

    #[test]
    fn spans() {
        let at = Timestamp(10_000);
        assert_eq!(at.plus(Duration::from_secs(1)), Timestamp(11_000));
        assert_eq!(at.minus(Duration::from_secs(1)), Timestamp(9_000));
        assert_eq!(at.since(Timestamp(4_000)), Duration::from_secs(6));
        assert_eq!(at.since(Timestamp(40_000)), Duration::ZERO);
    }

    #[test]
    fn a_manual_clock_stands_until_moved() {
        let clock = Clock::manual(5);
        let same = clock.clone();
        clock.advance(Duration::from_millis(2));
        assert_eq!(same.now(), Timestamp(7));
        same.set(1);
        assert_eq!(clock.now(), Timestamp(1));
    }
}
