//! A set of hashes in four bytes an entry, for the keys of a million rows in 16 MiB.
//!
//! Of each hash the place in the table stands for some bits and 32 more are kept, so that two different keys are taken
//! for one about once in a thousand million. Only a check asks it; a run compares in full.

/// Tables, each twice as large as the one before; nothing ever moves, since the whole hash is not kept.
#[derive(Debug, Default)]
pub struct KeySet {
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    /// 0 is free.
    slots: Vec<u32>,
    filled: usize,
}

const FIRST: usize = 1 << 18;

impl KeySet {
    /// Whether it was new.
    pub fn insert(&mut self, hash: i64) -> bool {
        if self.contains(hash) {
            return false;
        }
        if self.tables.last().is_none_or(Table::is_full) {
            let size = self.tables.last().map_or(FIRST, |it| it.slots.len() * 2);
            self.tables.push(Table {
                slots: vec![0; size],
                filled: 0,
            });
        }
        if let Some(table) = self.tables.last_mut() {
            table.insert(hash);
        }
        true
    }

    pub fn contains(&self, hash: i64) -> bool {
        self.tables.iter().any(|it| it.contains(hash))
    }

    /// Bytes that it takes.
    #[cfg(test)]
    fn size(&self) -> usize {
        self.tables.iter().map(|it| it.slots.len() * 4).sum()
    }
}

impl Table {
    fn is_full(&self) -> bool {
        self.filled * 4 >= self.slots.len() * 3
    }

    fn contains(&self, hash: i64) -> bool {
        let (mut at, kept) = self.place(hash);
        loop {
            match self.slots[at] {
                0 => return false,
                there if there == kept => return true,
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }

    fn insert(&mut self, hash: i64) {
        let (mut at, kept) = self.place(hash);
        while self.slots[at] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = kept;
        self.filled += 1;
    }

    /// Where to begin to look, and what is kept of the hash.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two halves are taken apart"
    )]
    fn place(&self, hash: i64) -> (usize, u32) {
        let hash = hash.cast_unsigned();
        let at = (hash >> 32) as usize & (self.slots.len() - 1);
        (at, (hash as u32).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spreads numbers as a keyed hash does.
    fn hash(number: i64) -> i64 {
        use std::hash::Hasher;
        let mut hasher = siphasher::sip::SipHasher24::new();
        hasher.write_i64(number);
        hasher.finish().cast_signed()
    }

    #[test]
    fn it_knows_what_was_put_in_and_stays_small() {
        let mut set = KeySet::default();
        for number in 0..2_000_000 {
            assert!(set.insert(hash(number)), "{number}");
        }
        assert!((0..2_000_000).all(|it| !set.insert(hash(it))));
        assert!((2_000_000..2_100_000).all(|it| !set.contains(hash(it))));
        assert!(set.size() <= 32 * 1024 * 1024, "{}", set.size());
    }
}
