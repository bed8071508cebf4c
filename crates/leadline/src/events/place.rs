//! A place in the log, and its text in ids of the stream.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use store::Timestamp;

/// Where an event stands: commits in their order, events within a commit in theirs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Place {
    pub epoch: i64,
    pub seq: i64,
}

/// A place to resume from. The time tells whether everything after it is still kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) place: Place,
    pub(super) at: Timestamp,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.place.epoch, self.place.seq, self.at.0)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Cursor, ()> {
        let digits = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
        let mut parts = text.split('-').map(|part| {
            if digits(part) {
                part.parse::<i64>().map_err(|_| ())
            } else {
                Err(())
            }
        });
        let mut next = || parts.next().unwrap_or(Err(()));
        let (epoch, seq, at) = (next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(());
        }
        Ok(Cursor {
            place: Place { epoch, seq },
            at: Timestamp(at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let cursor = Cursor {
            place: Place { epoch: 7, seq: 12 },
            at: Timestamp(1_800_000_000_000),
        };
        assert_eq!(cursor.to_string(), "7-12-1800000000000");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in [
            "",
            "-",
            "1-2",
            "1-2-3-4",
            "+1-2-3",
            "a-b-c",
            "1--2",
            "99999999999999999999-1-1",
            " 1-2-3",
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(()), "{bad}");
        }
    }
}
