//! Places in a column of the board. Higher numbers stand nearer the top; between two neighbours there is room for others.
//!
//! A lead that comes in takes its place from the clock, so that the newest stands on top and nothing need be looked up.

use store::Timestamp;

/// Between leads put into the top or bottom place one after the other, and between two milliseconds.
pub const STEP: i64 = 1 << 20;

/// Between the leads of one slice, which come in within one millisecond.
pub const WITHIN_SLICE: i64 = 1 << 10;

/// The place of the `index`th lead of a slice that comes in at `at`.
pub fn arriving(at: Timestamp, index: usize) -> i64 {
    let index = i64::try_from(index)
        .unwrap_or(0)
        .min(STEP / WITHIN_SLICE - 1);
    at.0.saturating_mul(STEP)
        .saturating_add(index * WITHIN_SLICE)
}

/// Above the lead that is on top now.
pub fn above(top: Option<i64>, now: Timestamp) -> i64 {
    top.map_or(i64::MIN, |it| it.saturating_add(STEP))
        .max(arriving(now, 0))
}

/// Below the lead that is at the bottom now.
pub fn below(bottom: Option<i64>, now: Timestamp) -> i64 {
    bottom.map_or_else(|| arriving(now, 0), |it| it.saturating_sub(STEP))
}

/// Half-way between two neighbours, where there is room.
pub fn between(upper: i64, lower: i64) -> Option<i64> {
    let gap = i128::from(upper) - i128::from(lower);
    let middle = i64::try_from(i128::from(lower) + gap / 2).ok()?;
    (gap >= 2).then_some(middle)
}

/// `n` places, spread evenly between two that stay, from the top down. Nothing, where they do not fit.
pub fn spread(upper: i64, lower: i64, n: usize) -> Option<Vec<i64>> {
    let (upper, lower, n) = (
        i128::from(upper),
        i128::from(lower),
        i128::try_from(n).ok()?,
    );
    let gap = (upper - lower) / (n + 1);
    if gap < 1 {
        return None;
    }
    (1..=n)
        .map(|it| i64::try_from(upper - gap * it).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_that_come_in_stand_above_earlier_ones() {
        let at = Timestamp(1_800_000_000_000);
        assert!(arriving(at, 499) > arriving(at, 0));
        assert!(arriving(Timestamp(at.0 + 1), 0) > arriving(at, 100_000));
        assert!(above(Some(arriving(at, 7)), at) > arriving(at, 7));
        assert!(above(None, at) == arriving(at, 0));
        assert!(below(Some(5), at) < 5);
    }

    #[test]
    fn a_gap_is_halved_until_it_is_used_up() {
        let (mut upper, lower, mut halvings) = (STEP, 0, 0);
        while let Some(middle) = between(upper, lower) {
            assert!(lower < middle && middle < upper);
            (upper, halvings) = (middle, halvings + 1);
        }
        assert_eq!(halvings, 20);
        assert_eq!(between(i64::MAX, i64::MIN), Some(-1));
    }

    #[test]
    fn spreading_keeps_order_and_bounds() {
        let places = spread(100, 0, 9).unwrap();
        assert_eq!(places, [90, 80, 70, 60, 50, 40, 30, 20, 10]);
        assert_eq!(spread(3, 0, 3), None);
        assert_eq!(spread(i64::MAX, i64::MIN, 1).unwrap().len(), 1);
    }
}
