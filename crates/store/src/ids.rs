//! UUIDv7 ids in the order in which they are made.

use std::sync::{Mutex, PoisonError};

use uuid::{Builder, Uuid};

use crate::Timestamp;

/// Bits of a UUIDv7 that are free behind the time: 12 and 62. The topmost is kept at zero at the start, as room to count.
const TAIL_BITS: u32 = 74;

/// Gives out ids. The part behind the time only ever grows within a process, so ids of one millisecond keep their order.
pub(crate) struct Ids {
    state: Mutex<State>,
}

struct State {
    last_ms: i64,
    tail: u128,
    steps: u64,
}

impl Ids {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one seed from which all ids of the process follow"
    )]
    pub(crate) fn new() -> Ids {
        let seed = Uuid::new_v4().as_u128();
        let tail = seed & ((1 << (TAIL_BITS - 1)) - 1);
        let steps = Uuid::new_v4().as_u64_pair().0 | 1;
        Ids {
            state: Mutex::new(State {
                last_ms: i64::MIN,
                tail,
                steps,
            }),
        }
    }

    /// An id of the time `now`, greater than every id this has returned before.
    pub(crate) fn next(&self, now: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last_ms = state.last_ms.max(now.0);
        let ms = state.last_ms;
        assemble(ms, state.step())
    }

    /// An id of the time `at`, whatever was given out before; greater than every earlier one of the same time.
    pub(crate) fn at(&self, at: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        assemble(at.0, state.step())
    }
}

impl State {
    fn step(&mut self) -> u128 {
        // xorshift: cheap, and good enough to keep two nodes from walking in step.
        self.steps ^= self.steps << 13;
        self.steps ^= self.steps >> 7;
        self.steps ^= self.steps << 17;
        self.tail += u128::from(self.steps & 0xFF_FFFF) + 1;
        self.tail
    }
}

fn assemble(ms: i64, tail: u128) -> Uuid {
    let ms = u128::try_from(ms.max(0)).unwrap_or(0) & 0xFFFF_FFFF_FFFF;
    let high = (tail >> 62) & 0xFFF;
    let low = tail & ((1 << 62) - 1);
    let bits = (ms << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low;
    Builder::from_u128(bits).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_stands_or_steps_back() {
        let ids = Ids::new();
        let mut last = Uuid::nil();
        for ms in [5_000, 5_000, 5_000, 4_000, 5_001, 1, 9_000] {
            let id = ids.next(Timestamp(ms));
            assert!(id > last, "{id} after {last}");
            assert_eq!(
                (id.get_version_num(), id.get_variant()),
                (7, uuid::Variant::RFC4122)
            );
            last = id;
        }
    }

    #[test]
    fn an_id_carries_its_time() {
        let ids = Ids::new();
        ids.next(Timestamp(1_800_000_000_000));
        let (first, second) = (
            ids.at(Timestamp(1_700_000_000_123)),
            ids.at(Timestamp(1_700_000_000_123)),
        );
        assert_eq!(first.as_u128() >> 80, 1_700_000_000_123);
        assert!(first < second);
    }
}
