//! What a runner does next: one rule, without the runner.

use std::time::Duration;

use store::{Engine, Timestamp};

use crate::jobs::turn::CLAIM;

/// Turns that are not in a hurry keep this distance, so that a trickle of due jobs is taken by the handful.
/// A turn costs this program a commit where the database is in it, and next to nothing where it is elsewhere.
pub(super) const fn gap(engine: Engine) -> Duration {
    match engine {
        Engine::Sqlite => Duration::from_millis(2),
        Engine::Postgres => Duration::from_millis(1),
    }
}

/// So much room in hand is worth a turn at once.
const ROOM: usize = CLAIM / 2;
/// What has ended is written down after this long, if no turn came by.
pub(super) const WRITE_DOWN: Duration = Duration::from_millis(5);
/// All that decides what the loop does next.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) due: Timestamp,
    pub(super) more: bool,
    pub(super) room: usize,
    pub(super) ended: usize,
    pub(super) since_turn: Duration,
    pub(super) gap: Duration,
    pub(super) pause: Duration,
    pub(super) renew_in: Duration,
    pub(super) sweep_in: Duration,
}

/// What the loop does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Turn,
    /// For so long, unless woken.
    Sleep(Duration),
}

impl Moment {
    pub(super) fn step(&self) -> Step {
        let pause = self.pause.saturating_sub(self.since_turn);
        if !pause.is_zero() {
            return Step::Sleep(pause);
        }
        let hungry = self.room > 0 && (self.more || self.due <= self.now);
        let gap = self.gap.saturating_sub(self.since_turn);
        if hungry && (gap.is_zero() || (self.more && self.room >= ROOM)) {
            return Step::Turn;
        }
        let write_down = match self.ended {
            0 => Duration::MAX,
            _ => WRITE_DOWN.saturating_sub(self.since_turn),
        };
        let duty = write_down.min(self.renew_in).min(self.sweep_in);
        if duty.is_zero() {
            return Step::Turn;
        }
        let claim = match self.room {
            0 => Duration::MAX,
            _ if hungry => gap,
            _ => self.due.since(self.now).max(gap),
        };
        Step::Sleep(duty.min(claim))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(50);

    /// Nothing to do, and nothing known to come.
    fn idle() -> Moment {
        Moment {
            now: Timestamp(1_000),
            due: Timestamp(i64::MAX),
            more: false,
            room: 32,
            ended: 0,
            since_turn: LONG,
            gap: Duration::from_millis(3),
            pause: Duration::ZERO,
            renew_in: Duration::MAX,
            sweep_in: LONG,
        }
    }

    #[test]
    fn it_sleeps_to_whatever_comes_first() {
        assert_eq!(idle().step(), Step::Sleep(LONG));
        let due = Moment {
            due: Timestamp(1_700),
            ..idle()
        };
        assert_eq!(due.step(), Step::Sleep(Duration::from_millis(700)));
        let renew = Moment {
            renew_in: Duration::from_millis(20),
            ..due.clone()
        };
        assert_eq!(renew.step(), Step::Sleep(Duration::from_millis(20)));
        assert_eq!(
            Moment {
                due: Timestamp(1_000),
                ..idle()
            }
            .step(),
            Step::Turn
        );
        assert_eq!(
            Moment {
                sweep_in: Duration::ZERO,
                ..idle()
            }
            .step(),
            Step::Turn
        );
        assert_eq!(
            Moment { room: 0, ..due }.step(),
            Step::Sleep(LONG),
            "no hands free for it"
        );
    }

    #[test]
    fn a_trickle_is_taken_by_the_handful_and_a_flood_at_once() {
        let now = Moment {
            since_turn: Duration::from_millis(1),
            ..idle()
        };
        let trickle = Moment {
            due: Timestamp(900),
            ..now.clone()
        };
        assert_eq!(trickle.step(), Step::Sleep(Duration::from_millis(2)));
        assert_eq!(
            Moment {
                more: true,
                room: ROOM,
                ..now.clone()
            }
            .step(),
            Step::Turn
        );
        assert_eq!(
            Moment {
                more: true,
                room: 1,
                ..now.clone()
            }
            .step(),
            Step::Sleep(Duration::from_millis(2))
        );
        assert_eq!(
            Moment { ended: 1, ..now }.step(),
            Step::Sleep(Duration::from_millis(4))
        );
        assert_eq!(Moment { ended: 1, ..idle() }.step(), Step::Turn);
    }

    #[test]
    fn a_database_that_failed_is_left_alone_for_a_while() {
        let pause = Duration::from_millis(100);
        let failed = Moment {
            pause,
            more: true,
            since_turn: Duration::ZERO,
            ..idle()
        };
        assert_eq!(failed.step(), Step::Sleep(pause));
        assert_eq!(
            Moment {
                since_turn: pause,
                ..failed
            }
            .step(),
            Step::Turn
        );
    }
}
