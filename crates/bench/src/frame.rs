//! How every benchmark measures and what it says at its end.

use std::{error::Error, fmt::Write as _, path::PathBuf};

use serde_json::{Value, json};

use crate::figures::{Spread, short};

pub type Failure = Box<dyn Error + Send + Sync>;
pub type Outcome<T> = Result<T, Failure>;

/// Two limit figures around a product figure may differ by this share; otherwise the repetition does not count.
const STEADY: f64 = 0.15;
/// How often in a row an unsteady repetition is taken again before the machine is believed to be like that.
const TRIES: usize = 3;

/// How a run was asked for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Leads in the large database.
    pub leads: u64,
    /// Everything small: shows that a benchmark runs, its figures mean nothing.
    pub quick: bool,
    pub json: bool,
    /// Where the databases are: on the disk of `target/`.
    pub dir: PathBuf,
    /// A PostgreSQL server, where there is one.
    pub postgres: Option<String>,
}

impl Settings {
    pub fn repetitions(&self) -> usize {
        if self.quick { 1 } else { 5 }
    }

    /// The number for a real run, or a small one that only shows that it works.
    pub fn sized(&self, real: usize, quick: usize) -> usize {
        if self.quick { quick } else { real }
    }

    pub fn need_postgres(&self) -> Outcome<&str> {
        self.postgres.as_deref().ok_or_else(|| {
            "LEADLINE_TEST_POSTGRES names no server; see scripts/with-postgres".into()
        })
    }
}

/// One measurement: named figures, the first of which tells whether the machine was steady.
#[derive(Debug, Clone, Default)]
pub struct Reading(pub Vec<(&'static str, f64)>);

/// The repetitions of both sides.
#[derive(Debug)]
pub struct Compared {
    pub limit: Vec<Reading>,
    pub product: Vec<Reading>,
}

#[derive(Debug, Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// What is said at the end: figures for people as they come, then one line for each part of the goal.
#[derive(Debug)]
pub struct Report {
    bench: &'static str,
    json: bool,
    lines: Vec<String>,
    parts: Vec<Value>,
    details: Vec<Value>,
    pub short: bool,
}

impl Reading {
    pub fn get(&self, name: &str) -> f64 {
        self.0
            .iter()
            .find(|it| it.0 == name)
            .map_or(f64::NAN, |it| it.1)
    }
}

impl Compared {
    pub fn limit(&self, name: &str) -> Spread {
        Spread::of(self.limit.iter().map(|it| it.get(name)))
    }

    pub fn product(&self, name: &str) -> Spread {
        Spread::of(self.product.iter().map(|it| it.get(name)))
    }
}

/// Limit, product, limit, product … limit. A repetition counts when the limit before and after it agree.
pub fn compare(
    settings: &Settings,
    limit: impl FnMut() -> Outcome<Reading>,
    product: impl FnMut() -> Outcome<Reading>,
) -> Outcome<Compared> {
    compare_times(settings, settings.repetitions(), limit, product)
}

/// The same with so many repetitions, for what takes minutes.
pub fn compare_times(
    settings: &Settings,
    times: usize,
    mut limit: impl FnMut() -> Outcome<Reading>,
    mut product: impl FnMut() -> Outcome<Reading>,
) -> Outcome<Compared> {
    let first = |reading: &Reading| reading.0.first().map_or(f64::NAN, |it| it.1);
    let mut before = limit()?;
    let mut res = Compared {
        limit: vec![before.clone()],
        product: Vec::new(),
    };
    let mut tries = 0;
    while res.product.len() < times {
        let reading = product()?;
        let after = limit()?;
        let (a, b) = (first(&before), first(&after));
        tries += 1;
        let steady = (a - b).abs() <= STEADY * a.max(b);
        if steady || settings.quick || tries == TRIES {
            res.product.push(reading);
            res.limit.push(after.clone());
            tries = 0;
        }
        before = after;
    }
    Ok(res)
}

impl Report {
    pub fn new(bench: &'static str, settings: &Settings) -> Report {
        Report {
            bench,
            json: settings.json,
            lines: Vec::new(),
            parts: Vec::new(),
            details: Vec::new(),
            short: false,
        }
    }

    /// A line for people.
    pub fn say(&mut self, text: &str) {
        if self.json {
            eprintln!("{text}");
        } else {
            println!("{text}");
        }
    }

    /// Every figure of both sides, as they were measured.
    pub fn show(&mut self, title: &str, compared: &Compared) {
        for (side, readings) in [("limit  ", &compared.limit), ("product", &compared.product)] {
            let mut line = format!("{title:<22} {side}");
            let names: Vec<&str> = readings
                .first()
                .map(|it| it.0.iter().map(|it| it.0).collect())
                .unwrap_or_default();
            for name in names {
                let spread = Spread::of(readings.iter().map(|it| it.get(name)));
                let _ = write!(line, "  {name} {spread}");
                self.details.push(json!({
                    "part": title, "side": side.trim(), "figure": name,
                    "median": spread.median, "min": spread.min, "max": spread.max,
                }));
            }
            self.say(&line);
        }
    }

    /// A part of the goal: `part` is empty where the goal has one part only.
    pub fn goal(&mut self, part: &str, value: f64, limit: f64, goal: Goal) {
        let ratio = value / limit;
        let (met, wanted) = match goal {
            Goal::AtLeast(it) => (ratio >= it, format!(">={it}")),
            Goal::AtMost(it) => (ratio <= it, format!("<={it}")),
        };
        let name = if part.is_empty() {
            self.bench.to_owned()
        } else {
            format!("{}.{part}", self.bench)
        };
        let verdict = if met { "ok" } else { "short" };
        self.short |= !met;
        self.lines.push(format!(
            "bench {name} value={} limit={} ratio={} goal={wanted} {verdict}",
            short(value),
            short(limit),
            short(ratio)
        ));
        self.parts.push(json!({
            "name": name, "value": value, "limit": limit, "ratio": ratio, "goal": wanted, "ok": met,
        }));
    }

    /// Prints the lines of the goal, before them the same as JSON where that was asked for.
    pub fn end(&self) -> &[String] {
        if self.json {
            println!(
                "{}",
                json!({ "bench": self.bench, "parts": self.parts, "figures": self.details })
            );
        }
        for line in &self.lines {
            println!("{line}");
        }
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            leads: 1,
            quick: false,
            json: false,
            dir: PathBuf::new(),
            postgres: None,
        }
    }

    #[test]
    fn an_unsteady_repetition_is_taken_again() {
        let mut limits = [100.0, 200.0, 200.0, 201.0, 199.0, 200.0, 200.0].into_iter();
        let mut taken = 0;
        let compared = compare(
            &settings(),
            || Ok(Reading(vec![("rate", limits.next().unwrap_or(200.0))])),
            || {
                taken += 1;
                Ok(Reading(vec![("rate", f64::from(taken))]))
            },
        )
        .unwrap();
        assert_eq!(compared.product.len(), 5);
        assert_eq!(
            compared.product("rate"),
            Spread {
                median: 4.0,
                min: 2.0,
                max: 6.0
            }
        );
    }

    #[test]
    fn a_part_that_misses_its_goal_is_short() {
        let mut report = Report::new("units.sqlite", &settings());
        report.goal("", 95.0, 100.0, Goal::AtLeast(0.9));
        assert!(!report.short);
        report.goal("p50", 3.0, 1.0, Goal::AtMost(2.5));
        assert!(report.short);
        assert_eq!(
            report.end()[0],
            "bench units.sqlite value=95.00 limit=100.0 ratio=0.950 goal=>=0.9 ok"
        );
        assert_eq!(
            report.end()[1],
            "bench units.sqlite.p50 value=3.00 limit=1.00 ratio=3.00 goal=<=2.5 short"
        );
    }
}
