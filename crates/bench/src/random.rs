//! Numbers that look random and repeat exactly: `SplitMix64`.

#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream that belongs to this seed and this index; neighbouring indexes give unrelated streams.
    pub fn new(seed: u64, index: u64) -> Random {
        let mut res = Random(seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        res.next();
        res
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// The index of one of these weights, as often as its share of their sum.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (idx, weight) in weights.iter().enumerate() {
            if left < *weight {
                return idx;
            }
            left -= weight;
        }
        0
    }

    /// An index that favours the low ones: the first of 60 comes about 25 times as often as the last.
    pub fn skewed(&mut self, len: usize) -> usize {
        let n = len as u64;
        let cube = self.below(n * n * n);
        let mut res = 0;
        while (res + 1) * (res + 1) * (res + 1) <= cube {
            res += 1;
        }
        // The cube root of an even number lies near the top: turn it round.
        usize::try_from(n - 1 - res.min(n - 1)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_index_others() {
        let take = |seed, index| {
            let mut random = Random::new(seed, index);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(take(1, 2), take(1, 2));
        assert_ne!(take(1, 2), take(1, 3));
        assert_ne!(take(1, 2), take(2, 2));
    }

    #[test]
    fn weights_and_skew_are_kept() {
        let mut random = Random::new(7, 7);
        let mut hits = [0_u32; 3];
        let mut skewed = [0_u32; 60];
        for _ in 0..100_000 {
            hits[random.weighted(&[60, 30, 10])] += 1;
            skewed[random.skewed(60)] += 1;
        }
        assert!((58_000..62_000).contains(&hits[0]), "{hits:?}");
        assert!((9_000..11_000).contains(&hits[2]), "{hits:?}");
        assert!(skewed[0] > 10 * skewed[50], "{skewed:?}");
        assert!(
            skewed[0] < 20_000 && skewed.iter().all(|it| *it < 10_000),
            "{skewed:?}"
        );
    }
}
