//! How long to wait before the next attempt.

use std::{hash::Hasher, time::Duration};

use siphasher::sip::SipHasher13;
use uuid::Uuid;

const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_hours(1);

/// Five seconds after the first attempt, twice as long after each further one, an hour at most; a fifth more or less,
/// so that jobs that failed together do not come back together. The same job and attempt always wait the same.
pub(super) fn wait_after(job: Uuid, attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.clamp(1, 30) - 1).unwrap_or(0);
    let wait = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    wait.mul_f64(0.8 + 0.4 * spread(job, attempt))
}

/// A number between 0 and 1 that follows from the job and the attempt alone.
fn spread(job: Uuid, attempt: i64) -> f64 {
    let mut hash = SipHasher13::new();
    hash.write(job.as_bytes());
    hash.write_i64(attempt);
    f64::from(u32::try_from(hash.finish() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_within_a_fifth() {
        let job = Uuid::from_u128(7);
        for (attempt, seconds) in [
            (1, 5.0),
            (2, 10.0),
            (3, 20.0),
            (8, 640.0),
            (10, 2560.0),
            (11, 3600.0),
            (i64::MAX, 3600.0),
        ] {
            let wait = wait_after(job, attempt).as_secs_f64();
            assert!(
                wait >= seconds * 0.8 && wait <= seconds * 1.2,
                "attempt {attempt}: {wait} s"
            );
        }
    }

    #[test]
    fn jobs_that_fail_together_come_back_apart_and_always_alike() {
        let waits: std::collections::BTreeSet<Duration> = (0..100)
            .map(|it| wait_after(Uuid::from_u128(it), 3))
            .collect();
        assert!(waits.len() > 90);
        assert_eq!(
            wait_after(Uuid::from_u128(5), 3),
            wait_after(Uuid::from_u128(5), 3)
        );
    }
}
