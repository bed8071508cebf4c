//! A bounded cache of prepared statements, found by their text.

use std::{collections::HashMap, sync::Arc};

/// Statements kept per connection; the one unused for longest makes room.
pub(crate) const CAPACITY: usize = 256;

/// Places remembered by the address of the text: most statements are constants, met again and again at one address.
const RECENT: usize = 1024;

pub(crate) struct Cache<S> {
    slots: Vec<Slot<S>>,
    by_text: HashMap<Arc<str>, usize>,
    recent: Vec<u16>,
    clock: u64,
    capacity: usize,
}

struct Slot<S> {
    text: Arc<str>,
    statement: S,
    used: u64,
}

impl<S> Cache<S> {
    pub(crate) fn new() -> Cache<S> {
        Cache::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: usize) -> Cache<S> {
        Cache {
            slots: Vec::new(),
            by_text: HashMap::new(),
            recent: vec![u16::MAX; RECENT],
            clock: 0,
            capacity,
        }
    }

    /// The place of a statement, if it is here.
    pub(crate) fn find(&mut self, text: &str) -> Option<usize> {
        self.clock += 1;
        let hint = hint(text);
        let guess = usize::from(self.recent[hint]);
        if let Some(slot) = self.slots.get_mut(guess)
            && *slot.text == *text
        {
            slot.used = self.clock;
            return Some(guess);
        }
        let place = *self.by_text.get(text)?;
        self.slots[place].used = self.clock;
        self.remember(hint, place);
        Some(place)
    }

    /// Keeps a statement and tells its place.
    pub(crate) fn insert(&mut self, text: &str, statement: S) -> usize {
        let text: Arc<str> = text.into();
        let slot = Slot {
            text: Arc::clone(&text),
            statement,
            used: self.clock,
        };
        let place = if self.slots.len() < self.capacity {
            self.slots.push(slot);
            self.slots.len() - 1
        } else {
            let oldest = self.oldest();
            self.by_text.remove(&self.slots[oldest].text);
            self.slots[oldest] = slot;
            oldest
        };
        self.remember(hint(&text), place);
        self.by_text.insert(text, place);
        place
    }

    pub(crate) fn at(&mut self, place: usize) -> &mut S {
        &mut self.slots[place].statement
    }

    pub(crate) fn text(&self, place: usize) -> &Arc<str> {
        &self.slots[place].text
    }

    pub(crate) fn remove(&mut self, text: &str) {
        let Some(place) = self.by_text.remove(text) else {
            return;
        };
        self.slots.swap_remove(place);
        if let Some(moved) = self.slots.get(place) {
            self.by_text.insert(Arc::clone(&moved.text), place);
        }
    }

    fn oldest(&self) -> usize {
        let by_age = self
            .slots
            .iter()
            .enumerate()
            .min_by_key(|(_, slot)| slot.used);
        by_age.map_or(0, |(place, _)| place)
    }

    fn remember(&mut self, hint: usize, place: usize) {
        self.recent[hint] = u16::try_from(place).unwrap_or(u16::MAX);
    }
}

/// A guess only; the text decides.
fn hint(text: &str) -> usize {
    let mixed = (text.as_ptr().addr() as u64 ^ ((text.len() as u64) << 7))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 40).unwrap_or(0) % RECENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_used_and_no_more_than_it_may() {
        let mut cache = Cache::with_capacity(2);
        let one = cache.insert("one", 1);
        cache.find("one");
        cache.insert("two", 2);
        assert_eq!(cache.find("one"), Some(one));
        cache.insert("three", 3);
        assert_eq!(cache.find("two"), None);
        let three = cache.find("three").unwrap();
        assert_eq!(*cache.at(three), 3);
        cache.remove("one");
        assert_eq!(cache.find("one"), None);
        let three = cache.find("three").unwrap();
        assert_eq!(*cache.at(three), 3);
    }
}
