//! Medians, spreads and latencies.

use std::{fmt, time::Duration};

/// The median of some figures with the smallest and the largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

/// Latencies in nanoseconds, kept one by one: a run has some hundred thousand at most.
#[derive(Debug, Default, Clone)]
pub struct Latencies(Vec<u64>);

impl Spread {
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Spread {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let Some((first, last)) = sorted.first().zip(sorted.last()) else {
            return Spread {
                median: f64::NAN,
                min: f64::NAN,
                max: f64::NAN,
            };
        };
        let mid = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[mid]
        } else {
            f64::midpoint(sorted[mid - 1], sorted[mid])
        };
        Spread {
            median,
            min: *first,
            max: *last,
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} [{}..{}]",
            short(self.median),
            short(self.min),
            short(self.max)
        )
    }
}

impl Latencies {
    pub fn push(&mut self, took: Duration) {
        self.0
            .push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// The given percentiles in milliseconds.
    pub fn percentiles<const N: usize>(&mut self, wanted: [f64; N]) -> [f64; N] {
        self.0.sort_unstable();
        wanted.map(|percent| {
            let Some(last) = self.0.len().checked_sub(1) else {
                return f64::NAN;
            };
            let place = (last as f64 * percent / 100.0).round();
            self.0[(place as usize).min(last)] as f64 / 1e6
        })
    }

    /// Eight bars of a logarithmic histogram, from the fastest to the slowest.
    pub fn bars(&self) -> String {
        let (Some(min), Some(max)) = (self.0.iter().min(), self.0.iter().max()) else {
            return String::new();
        };
        let (low, high) = ((*min).max(1) as f64, (*max).max(2) as f64);
        let step = (high / low).ln().max(f64::EPSILON) / 8.0;
        let mut counts = [0_usize; 8];
        for it in &self.0 {
            let place = ((*it).max(1) as f64 / low).ln() / step;
            counts[(place as usize).min(7)] += 1;
        }
        let bounds = (0..8).map(|idx| low * (step * f64::from(idx)).exp() / 1e6);
        let parts = bounds
            .zip(counts)
            .map(|(from, n)| format!("{}ms:{n}", short(from)));
        parts.collect::<Vec<_>>().join(" ")
    }
}

/// Three or four significant digits; no decimals from a thousand on.
pub fn short(figure: f64) -> String {
    match figure.abs() {
        it if it.is_nan() => "n/a".to_owned(),
        it if it >= 1000.0 => format!("{figure:.0}"),
        it if it >= 100.0 => format!("{figure:.1}"),
        it if it >= 1.0 => format!("{figure:.2}"),
        it if it >= 0.01 || it == 0.0 => format!("{figure:.3}"),
        _ => format!("{figure:.5}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(
            Spread::of([4.0, 1.0, 3.0, 2.0]),
            Spread {
                median: 2.5,
                min: 1.0,
                max: 4.0
            }
        );
        assert_eq!(
            Spread::of([9.0, 1.0, 5.0]),
            Spread {
                median: 5.0,
                min: 1.0,
                max: 9.0
            }
        );
        assert!(Spread::of([]).median.is_nan());
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_latencies() {
        let mut latencies = Latencies::default();
        for ms in (0..=100).rev() {
            latencies.push(Duration::from_millis(ms));
        }
        let rounded = latencies
            .percentiles([50.0, 99.0, 100.0])
            .map(|it| it.round() as i64);
        assert_eq!(rounded, [50, 99, 100]);
        assert_eq!(latencies.bars().split(' ').count(), 8);
    }
}
