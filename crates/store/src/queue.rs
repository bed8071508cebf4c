//! A bounded queue between many callers and a few threads. Waiting threads sleep; nobody spins.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
    limit: usize,
}

struct State<T> {
    items: VecDeque<T>,
    sleepers: usize,
    closed: bool,
}

/// Why an item was not taken in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(limit: usize) -> Queue<T> {
        let state = State {
            items: VecDeque::new(),
            sleepers: 0,
            closed: false,
        };
        Queue {
            state: Mutex::new(state),
            filled: Condvar::new(),
            limit: limit.max(1),
        }
    }

    pub(crate) fn push(&self, item: T) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.items.len() >= self.limit {
            return Err(Refused::Full);
        }
        state.items.push_back(item);
        let sleeping = state.sleepers > 0;
        drop(state);
        if sleeping {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Waits for items and moves up to `most` to `to`. False: closed, and everything has been handed out.
    pub(crate) fn take(&self, most: usize, to: &mut VecDeque<T>) -> bool {
        let mut state = self.lock();
        while state.items.is_empty() {
            if state.closed {
                return false;
            }
            state.sleepers += 1;
            state = self
                .filled
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.sleepers -= 1;
        }
        state.hand_out(most, to);
        true
    }

    /// Moves up to `most` waiting items to `to`, without waiting for any.
    pub(crate) fn take_waiting(&self, most: usize, to: &mut VecDeque<T>) {
        self.lock().hand_out(most, to);
    }

    /// Refuses new items; what waits is still handed out.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().items.len()
    }

    /// No code of a caller runs under this lock, so it cannot be left half-changed.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn hand_out(&mut self, most: usize, to: &mut VecDeque<T>) {
        let count = most.min(self.items.len());
        to.extend(self.items.drain(..count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_when_full_and_when_closed_but_hands_out_the_rest() {
        let queue = Queue::new(2);
        assert_eq!(queue.push(1), Ok(()));
        assert_eq!(queue.push(2), Ok(()));
        assert_eq!(queue.push(3), Err(Refused::Full));
        queue.close();
        assert_eq!(queue.push(4), Err(Refused::Closed));
        let mut got = VecDeque::new();
        assert!(queue.take(1, &mut got));
        assert!(queue.take(9, &mut got));
        assert!(!queue.take(9, &mut got));
        assert_eq!(got, [1, 2]);
    }
}
