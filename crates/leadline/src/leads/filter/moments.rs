//! Days and times as conditions name them: fixed ones, and those that move with the clock, in the workspace's time zone.

use jiff::{Span, ToSpan, Zoned, civil::Date, tz::TimeZone};
use serde_json::{Map, Value as Json};
use store::Timestamp;

/// The moment from which relative days and times are told.
#[derive(Debug, Clone)]
pub struct Now {
    zoned: Zoned,
}

/// From `from` on, until just before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// A day, or a point in time.
#[derive(Debug, Clone, PartialEq)]
enum Moment {
    Day(Date),
    Instant(Zoned),
}

const MOMENT: &str = "must be a day such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, \"today\", \"yesterday\", \
                      \"tomorrow\", \"now\", or such as {\"ago\": {\"days\": 3}}";
const DAY: &str = "must be a day such as 2026-01-31, \"today\", \"yesterday\" or \"tomorrow\"";
const PERIOD: &str = "must be \"today\", \"yesterday\", \"tomorrow\", \"this\", \"last\" or \"next\" with \"Week\", \"Month\", \
                      \"Quarter\" or \"Year\" (\"thisWeek\"), or such as {\"last\": {\"days\": 7}}";
const LENGTH: &str = "must be such as {\"days\": 7}, in minutes, hours, days, weeks, months, quarters or years, from 1 to 10000";
const TOO_FAR: &str = "is too far away";

type Read<T> = Result<T, String>;

impl Now {
    /// `zone` is an IANA name; an unknown one counts as UTC.
    pub fn new(now: Timestamp, zone: &str) -> Now {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let instant = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        Now {
            zoned: instant.to_zoned(zone),
        }
    }

    pub fn timestamp(&self) -> Timestamp {
        timestamp(&self.zoned)
    }

    pub fn before(&self, value: &Json) -> Read<Interval> {
        let until = match self.moment(value)? {
            Moment::Day(day) => self.start_of(day)?,
            Moment::Instant(at) => timestamp(&at),
        };
        Ok(Interval {
            until: Some(until),
            ..Interval::default()
        })
    }

    /// Behind the whole of a day; behind a time, not at it.
    pub fn after(&self, value: &Json) -> Read<Interval> {
        let from = match self.moment(value)? {
            Moment::Day(day) => self.start_of(next(day)?)?,
            Moment::Instant(at) => Timestamp(timestamp(&at).0.saturating_add(1)),
        };
        Ok(Interval {
            from: Some(from),
            ..Interval::default()
        })
    }

    pub fn on(&self, value: &Json) -> Read<Interval> {
        let day = self.day(value)?;
        self.days(day, next(day)?)
    }

    /// From the beginning of the first to the end of the second.
    pub fn between(&self, first: &Json, second: &Json) -> Read<Interval> {
        let from = match self.moment(first)? {
            Moment::Day(day) => self.start_of(day)?,
            Moment::Instant(at) => timestamp(&at),
        };
        let until = match self.moment(second)? {
            Moment::Day(day) => self.start_of(next(day)?)?,
            Moment::Instant(at) => Timestamp(timestamp(&at).0.saturating_add(1)),
        };
        if from >= until {
            return Err("must go from the earlier to the later".into());
        }
        Ok(Interval {
            from: Some(from),
            until: Some(until),
        })
    }

    pub fn within(&self, value: &Json) -> Read<Interval> {
        match value {
            Json::String(name) => {
                let (first, end) = self.named_period(name)?;
                self.days(first, end)
            }
            Json::Object(object) => {
                let (key, length) = only(object).ok_or(PERIOD)?;
                let length = span(length)?;
                let here = &self.zoned;
                let (from, to) = match key {
                    "last" => (here.checked_sub(length).map_err(|_| TOO_FAR)?, here.clone()),
                    "next" => (here.clone(), here.checked_add(length).map_err(|_| TOO_FAR)?),
                    _ => return Err(PERIOD.into()),
                };
                Ok(Interval {
                    from: Some(timestamp(&from)),
                    until: Some(Timestamp(timestamp(&to).0.saturating_add(1))),
                })
            }
            _ => Err(PERIOD.into()),
        }
    }

    /// Longer ago than a length of time.
    pub fn older_than(&self, value: &Json) -> Read<Interval> {
        let at = self.zoned.checked_sub(span(value)?).map_err(|_| TOO_FAR)?;
        Ok(Interval {
            until: Some(timestamp(&at)),
            ..Interval::default()
        })
    }

    /// The days of an interval, the first and the last, as [numbers](super::custom::Value::day). A day counts whose
    /// beginning or part lies in it.
    pub fn days_of(&self, interval: Interval) -> (Option<i64>, Option<i64>) {
        let day = |at: Timestamp| {
            let instant = jiff::Timestamp::from_millisecond(at.0).ok()?;
            let date = instant.to_zoned(self.zoned.time_zone().clone()).date();
            let (year, month, day) = (date.year(), date.month(), date.day());
            Some(i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day))
        };
        let last = interval.until.map(|it| Timestamp(it.0.saturating_sub(1)));
        (interval.from.and_then(day), last.and_then(day))
    }

    fn moment(&self, value: &Json) -> Read<Moment> {
        match value {
            Json::String(text) if text == "now" => Ok(Moment::Instant(self.zoned.clone())),
            Json::String(text) => match self.named_day(text) {
                Some(day) => Ok(Moment::Day(day?)),
                None => text
                    .parse::<jiff::Timestamp>()
                    .map(|it| Moment::Instant(it.to_zoned(self.zoned.time_zone().clone())))
                    .map_err(|_| MOMENT.to_owned()),
            },
            Json::Object(object) => {
                let (key, length) = only(object).ok_or(MOMENT)?;
                let length = span(length)?;
                let moved = match key {
                    "ago" => self.zoned.checked_sub(length),
                    "ahead" => self.zoned.checked_add(length),
                    _ => return Err(MOMENT.into()),
                };
                moved.map(Moment::Instant).map_err(|_| TOO_FAR.into())
            }
            _ => Err(MOMENT.into()),
        }
    }

    fn day(&self, value: &Json) -> Read<Date> {
        let text = value.as_str().ok_or(DAY)?;
        self.named_day(text).unwrap_or_else(|| Err(DAY.into()))
    }

    /// Nothing, where it is no day at all.
    fn named_day(&self, text: &str) -> Option<Read<Date>> {
        let today = self.zoned.date();
        Some(match text {
            "today" => Ok(today),
            "yesterday" => today.yesterday().map_err(|_| TOO_FAR.into()),
            "tomorrow" => today.tomorrow().map_err(|_| TOO_FAR.into()),
            _ if text.len() == 10 => Ok(text.parse().ok()?),
            _ => return None,
        })
    }

    /// The first day, and the first one behind.
    fn named_period(&self, name: &str) -> Read<(Date, Date)> {
        let today = self.zoned.date();
        if let Some(day) = self.named_day(name).filter(|_| name.len() != 10) {
            let day = day?;
            return Ok((day, next(day)?));
        }
        let (steps, unit) = ["last", "this", "next"]
            .iter()
            .zip(-1_i64..)
            .find_map(|(word, steps)| Some((steps, name.strip_prefix(word)?)))
            .ok_or(PERIOD)?;
        let first_of_month = today.first_of_month();
        let month = i64::from(today.month()) - 1;
        let back = |months: i64| {
            first_of_month
                .checked_sub(months.months())
                .map_err(|_| TOO_FAR)
        };
        let (start, step): (Date, Span) = match unit {
            "Week" => {
                let monday = i64::from(today.weekday().to_monday_zero_offset());
                (
                    today.checked_sub(monday.days()).map_err(|_| TOO_FAR)?,
                    7.days(),
                )
            }
            "Month" => (first_of_month, 1.month()),
            "Quarter" => (back(month % 3)?, 3.months()),
            "Year" => (back(month)?, 1.year()),
            _ => return Err(PERIOD.into()),
        };
        let moved = |day: Date, by: i64| day.checked_add(step * by).map_err(|_| TOO_FAR);
        let first = moved(start, steps)?;
        Ok((first, moved(first, 1)?))
    }

    fn days(&self, first: Date, end: Date) -> Read<Interval> {
        Ok(Interval {
            from: Some(self.start_of(first)?),
            until: Some(self.start_of(end)?),
        })
    }

    /// The first moment of a day; where clocks are set at midnight it is not at 00:00.
    fn start_of(&self, day: Date) -> Read<Timestamp> {
        let zone = self.zoned.time_zone().clone();
        let start = day.to_zoned(zone).and_then(|it| it.start_of_day());
        start.map(|it| timestamp(&it)).map_err(|_| TOO_FAR.into())
    }
}

/// Whether what it names moves with the clock.
pub fn is_relative(value: &Json) -> bool {
    match value {
        Json::Object(_) => true,
        Json::String(text) => {
            !text.starts_with(|it: char| it.is_ascii_digit() || "+-".contains(it))
        }
        Json::Array(items) => items.iter().any(is_relative),
        _ => false,
    }
}

fn next(day: Date) -> Read<Date> {
    day.tomorrow().map_err(|_| TOO_FAR.into())
}

fn timestamp(at: &Zoned) -> Timestamp {
    Timestamp(at.timestamp().as_millisecond())
}

fn only(object: &Map<String, Json>) -> Option<(&str, &Json)> {
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None) => Some((key, value)),
        _ => None,
    }
}

fn span(value: &Json) -> Read<Span> {
    let (unit, count) = value.as_object().and_then(only).ok_or(LENGTH)?;
    let count = count
        .as_i64()
        .filter(|it| (1..=10_000).contains(it))
        .ok_or(LENGTH)?;
    Ok(match unit {
        "minutes" => count.minutes(),
        "hours" => count.hours(),
        "days" => count.days(),
        "weeks" => count.weeks(),
        "months" => count.months(),
        "quarters" => (count * 3).months(),
        "years" => Span::new().try_years(count).map_err(|_| TOO_FAR)?,
        _ => return Err(LENGTH.into()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(time: &str, zone: &str) -> Now {
        Now::new(time.parse().unwrap(), zone)
    }

    fn shown(interval: Interval) -> String {
        let show = |it: Option<Timestamp>| {
            it.map_or("…".into(), |it| it.to_string().replace(":00.000Z", ""))
        };
        format!("{} {}", show(interval.from), show(interval.until))
    }

    #[test]
    fn days_and_periods_begin_in_the_zone() {
        // A Sunday evening in Berlin, on the day on which clocks go forward.
        let now = at("2026-03-29T19:30:00Z", "Europe/Berlin");
        for (value, expected) in [
            (json!("today"), "2026-03-28T23:00 2026-03-29T22:00"),
            (json!("yesterday"), "2026-03-27T23:00 2026-03-28T23:00"),
            (json!("thisWeek"), "2026-03-22T23:00 2026-03-29T22:00"),
            (json!("nextWeek"), "2026-03-29T22:00 2026-04-05T22:00"),
            (json!("lastMonth"), "2026-01-31T23:00 2026-02-28T23:00"),
            (json!("thisQuarter"), "2025-12-31T23:00 2026-03-31T22:00"),
            (json!("nextQuarter"), "2026-03-31T22:00 2026-06-30T22:00"),
            (json!("lastYear"), "2024-12-31T23:00 2025-12-31T23:00"),
        ] {
            assert_eq!(shown(now.within(&value).unwrap()), expected, "{value}");
        }
        let day = now.on(&json!("2026-10-25")).unwrap();
        assert_eq!(shown(day), "2026-10-24T22:00 2026-10-25T23:00");
        assert_eq!(
            shown(now.before(&json!("tomorrow")).unwrap()),
            "… 2026-03-29T22:00"
        );
        assert_eq!(
            shown(now.after(&json!("today")).unwrap()),
            "2026-03-29T22:00 …"
        );
    }

    #[test]
    fn lengths_are_counted_in_the_zone_and_reach_to_now() {
        let now = at("2026-03-29T19:30:00Z", "Europe/Berlin");
        let last = now.within(&json!({"last": {"days": 1}})).unwrap();
        assert_eq!(last.from, "2026-03-28T20:30:00Z".parse().ok());
        assert_eq!(last.until, "2026-03-29T19:30:00.001Z".parse().ok());
        assert_eq!(now.days_of(last), (Some(20_260_328), Some(20_260_329)));
        let hours = now.within(&json!({"last": {"hours": 24}})).unwrap();
        assert_eq!(hours.from, "2026-03-28T19:30:00Z".parse().ok());
        let older = now.older_than(&json!({"months": 1})).unwrap();
        assert_eq!(older.until, "2026-02-28T20:30:00Z".parse().ok());
        assert_eq!(
            now.days_of(now.on(&json!("2026-03-29")).unwrap()),
            (Some(20_260_329), Some(20_260_329))
        );
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_does() {
        let now = at("2018-11-04T15:00:00Z", "America/Sao_Paulo");
        assert_eq!(
            shown(now.on(&json!("today")).unwrap()),
            "2018-11-04T03:00 2018-11-05T02:00"
        );
    }

    #[test]
    fn what_names_no_time_is_refused() {
        let now = at("2026-01-01T00:00:00Z", "Nowhere/Land");
        for bad in [
            json!(5),
            json!(""),
            json!("soon"),
            json!("2026-02-30"),
            json!("2026-1-1"),
            json!({}),
            json!([]),
            json!(null),
            json!({"ago": 5}),
            json!({"ago": {"days": 0}}),
            json!({"ago": {"days": -1}}),
            json!({"ago": {"days": 1.5}}),
            json!({"ago": {"days": 10_001}}),
            json!({"ago": {"eons": 1}}),
            json!({"ago": {"days": 1, "hours": 1}}),
            json!({"last": {"days": 1}}),
            json!("99999-01-01T00:00:00Z"),
        ] {
            assert!(now.before(&bad).is_err(), "{bad}");
        }
        for bad in [
            json!("now"),
            json!("2026-01-01"),
            json!("last"),
            json!("lastDay"),
            json!({"ago": {"days": 1}}),
            json!(7),
        ] {
            assert!(now.within(&bad).is_err(), "{bad}");
        }
        assert!(now.between(&json!("tomorrow"), &json!("today")).is_err());
        assert!(now.on(&json!("now")).is_err());
    }
}
