//! Values as people write them in tables: dates, numbers, amounts of money, names.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::plan::{DateOrder, DecimalMark, NameOrder};
use crate::leads::Currency;

/// A day, written in numbers, or with the month's name. ISO dates are read in any order.
pub fn date(text: &str, order: DateOrder) -> Option<Date> {
    parts(day_of(text.trim()), order)
}

/// A moment: a day with or without a time. Without a zone of its own it is one of `zone`.
pub fn moment(text: &str, order: DateOrder, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day = date(text, order)?;
    let rest = text[day_of(text).len()..].trim_start_matches(['T', ' ', ',']);
    let time = time(rest)?;
    zone.to_zoned(DateTime::from_parts(day, time))
        .ok()
        .map(|it| it.timestamp())
}

/// The part before the time of day.
fn day_of(text: &str) -> &str {
    let time = text.find(':').map_or(text.len(), |colon| {
        text[..colon].rfind(['T', ' ', ',']).unwrap_or(colon)
    });
    text[..time].trim_end_matches(['T', ' ', ','])
}

fn time(text: &str) -> Option<jiff::civil::Time> {
    let text = text.trim();
    if text.is_empty() {
        return Some(jiff::civil::Time::midnight());
    }
    let folded = text.to_ascii_lowercase();
    let (clock, half) = match (folded.strip_suffix("am"), folded.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (folded.as_str(), None),
    };
    let mut numbers = clock.trim().split([':', '.']).map(str::parse::<i8>);
    let hour = numbers.next()?.ok()?;
    let minute = numbers.next()?.ok()?;
    let second = numbers.next().unwrap_or(Ok(0)).ok()?;
    let hour = match half {
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return None,
        None => hour,
    };
    jiff::civil::Time::new(hour, minute, second, 0).ok()
}

fn parts(text: &str, order: DateOrder) -> Option<Date> {
    let mut found = [""; 3];
    let mut count = 0;
    for part in text
        .split(['.', '/', '-', ' ', ','])
        .filter(|it| !it.is_empty())
    {
        *found.get_mut(count)? = part;
        count += 1;
    }
    if count == 1 && text.len() == 8 && text.bytes().all(|it| it.is_ascii_digit()) {
        return of(&text[..4], &text[4..6], &text[6..]);
    }
    if count != 3 {
        return None;
    }
    let [a, b, c] = found;
    if month_name(a).is_some() {
        return of(c, a, b);
    }
    if month_name(b).is_some() {
        return if a.len() == 4 {
            of(a, b, c)
        } else {
            of(c, b, a)
        };
    }
    if a.len() == 4 {
        return of(a, b, c);
    }
    match order {
        DateOrder::Dmy => of(c, b, a),
        DateOrder::Mdy => of(c, a, b),
        DateOrder::Ymd => of(a, b, c),
    }
}

fn of(year: &str, month: &str, day: &str) -> Option<Date> {
    let number = |it: &str| -> Option<i16> {
        let digits = it.trim_end_matches(|it: char| it.is_ascii_alphabetic());
        // "1st", "2nd"; not "1x7".
        (it.len() - digits.len() <= 2).then(|| digits.parse().ok())?
    };
    let year = match (year.len(), number(year)?) {
        (4, year) => year,
        // Two digits: the hundred years around this century's first third.
        (1 | 2, year) => year + if year < 40 { 2000 } else { 1900 },
        _ => return None,
    };
    let month = match month_name(month) {
        Some(month) => month,
        None => i8::try_from(number(month)?).ok()?,
    };
    Date::new(year, month, i8::try_from(number(day)?).ok()?).ok()
}

/// First letters of the months in the languages that headers are known in.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "janv"],
    &["feb", "fev", "fév"],
    &["mar", "mär", "mrt", "maa"],
    &["apr", "abr", "avr"],
    &["may", "mai", "mei", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "ago", "aoû", "aou"],
    &["sep", "set"],
    &["oct", "okt", "out", "ott"],
    &["nov"],
    &["dec", "dez", "dic", "déc"],
];

fn month_name(text: &str) -> Option<i8> {
    if text.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let text = text.to_lowercase();
    if text.chars().count() < 3 {
        return None;
    }
    // "juin" and "juil" before the three letters they share with other months' names elsewhere.
    let longest = MONTHS
        .iter()
        .zip(1..)
        .flat_map(|(names, month)| names.iter().map(move |name| (*name, month)))
        .filter(|(name, _)| text.starts_with(name))
        .max_by_key(|(name, _)| name.len());
    longest.map(|it| it.1)
}

/// A number in plain digits: `1.234,50` becomes `1234.50`. Nothing, where it is none.
pub fn number(text: &str, mark: DecimalMark) -> Option<String> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some(inside) => (true, inside),
        None => match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    let (point, group) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let text = text.trim();
    let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
    let is_group = |it: char| it == group || matches!(it, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    if !grouped_in_threes(whole, is_group) || !fraction.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let mut plain = String::with_capacity(text.len() + 1);
    if negative {
        plain.push('-');
    }
    plain.extend(whole.chars().filter(char::is_ascii_digit));
    if whole.is_empty() && !fraction.is_empty() {
        plain.push('0');
    }
    if plain.trim_start_matches('-').is_empty() {
        return None;
    }
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain)
}

/// `1234` and `1.234.567`, but not `12.34.5`.
fn grouped_in_threes(whole: &str, is_group: impl Fn(char) -> bool) -> bool {
    let mut parts = whole.split(&is_group);
    let first = parts.next().unwrap_or_default();
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let mut several = false;
    for part in parts {
        several = true;
        if part.len() != 3 || !digits(part) {
            return false;
        }
    }
    digits(first) && (!several || (1..=3).contains(&first.len()))
}

/// An amount in plain digits, and the currency that stands beside it.
pub fn money(text: &str, mark: DecimalMark) -> Option<(String, Option<Currency>)> {
    let text = text.trim();
    let is_sign = |it: char| {
        it.is_alphabetic() || matches!(it, '€' | '$' | '£' | '¥' | '₹' | '₽' | '₺' | '₩')
    };
    let start = text.trim_start_matches(is_sign);
    let bare = start.trim_end_matches(is_sign).trim();
    let before = &text[..text.len() - start.len()];
    let after = start[bare.len() + (start.len() - start.trim_start().len())..].trim();
    let sign = if before.is_empty() { after } else { before };
    let currency = match sign.trim() {
        "" => None,
        "€" => Currency::parse("EUR"),
        "$" => Currency::parse("USD"),
        "£" => Currency::parse("GBP"),
        "¥" => Currency::parse("JPY"),
        "₹" => Currency::parse("INR"),
        code => Some(Currency::parse(&code.to_ascii_uppercase())?),
    };
    Some((number(bare, mark)?, currency))
}

/// The name with the first name first.
pub fn name(text: &str, order: NameOrder) -> String {
    let (first, last) = split_name(text, order);
    match (first.is_empty(), last.is_empty()) {
        (true, _) => last,
        (_, true) => first,
        _ => format!("{first} {last}"),
    }
}

/// First and last names. Of several words the last (or, the other way round, the first) is the last name.
pub fn split_name(text: &str, order: NameOrder) -> (String, String) {
    let text = text.trim();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((last, first)) = text.split_once(',')
        && is_first_name(first)
    {
        return (words(first), words(last));
    }
    let Some(gap) = (match order {
        NameOrder::FirstLast => text.rfind(char::is_whitespace),
        NameOrder::LastFirst => text.find(char::is_whitespace),
    }) else {
        return (text.to_owned(), String::new());
    };
    let (one, other) = (words(&text[..gap]), words(&text[gap..]));
    match order {
        NameOrder::FirstLast => (one, other),
        NameOrder::LastFirst => (other, one),
    }
}

/// What may stand behind the comma of "Last, First"; "Ada Lovelace, MBA" is no such name.
fn is_first_name(text: &str) -> bool {
    const BEHIND: [&str; 16] = [
        "phd", "md", "mba", "msc", "bsc", "ba", "ma", "jr", "sr", "ii", "iii", "iv", "esq", "ltd",
        "inc", "llc",
    ];
    let bare: String = text.chars().filter(|it| it.is_alphabetic()).collect();
    let letters = |it: char| it.is_alphabetic() || matches!(it, ' ' | '.' | '-' | '\'' | '’');
    !bare.is_empty() && text.chars().all(letters) && !BEHIND.contains(&bare.to_lowercase().as_str())
}

/// Each word with a capital.
pub fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut begins = true;
    for letter in text.chars() {
        if begins {
            titled.extend(letter.to_uppercase());
        } else {
            titled.extend(letter.to_lowercase());
        }
        begins = !letter.is_alphanumeric() && !matches!(letter, '\'' | '’');
    }
    titled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_order_and_none_that_does_not_exist() {
        for (text, order, expected) in [
            ("31.01.2026", DateOrder::Dmy, Some("2026-01-31")),
            ("1/2/26", DateOrder::Mdy, Some("2026-01-02")),
            ("1/2/26", DateOrder::Dmy, Some("2026-02-01")),
            ("26-02-01", DateOrder::Ymd, Some("2026-02-01")),
            ("2026-02-01", DateOrder::Mdy, Some("2026-02-01")),
            ("20260201", DateOrder::Dmy, Some("2026-02-01")),
            ("2026-02-01T10:30:00Z", DateOrder::Dmy, Some("2026-02-01")),
            ("31 March 1999 10:00", DateOrder::Dmy, Some("1999-03-31")),
            ("Mar 3rd, 1999", DateOrder::Dmy, Some("1999-03-03")),
            ("3. März 2024", DateOrder::Dmy, Some("2024-03-03")),
            ("12 juin 2024", DateOrder::Dmy, Some("2024-06-12")),
            ("30.02.2026", DateOrder::Dmy, None),
            ("13/13/2026", DateOrder::Mdy, None),
            ("0000-00-00", DateOrder::Dmy, None),
            ("soon", DateOrder::Dmy, None),
            ("1.2", DateOrder::Dmy, None),
            ("1.2.3.4", DateOrder::Dmy, None),
            ("", DateOrder::Dmy, None),
        ] {
            let read = date(text, order).map(|it| it.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn moments_know_their_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (text, expected) in [
            ("2026-01-31", Some("2026-01-30T23:00:00Z")),
            ("31.01.2026 14:05", Some("2026-01-31T13:05:00Z")),
            ("31.01.2026, 2:05:09 PM", Some("2026-01-31T13:05:09Z")),
            ("2026-01-31T14:05:00Z", Some("2026-01-31T14:05:00Z")),
            ("2026-01-31T14:05:00+02:00", Some("2026-01-31T12:05:00Z")),
            ("31.01.2026 25:00", None),
            ("yesterday", None),
        ] {
            let read = moment(text, DateOrder::Dmy, &berlin).map(|it| it.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_lose_their_groups_and_nothing_else() {
        use DecimalMark::{Comma, Point};
        for (text, mark, expected) in [
            ("1234.5", Point, Some("1234.5")),
            ("1,234.50", Point, Some("1234.50")),
            ("1.234,50", Comma, Some("1234.50")),
            ("1 234,5", Comma, Some("1234.5")),
            ("1’234.5", Point, Some("1234.5")),
            ("(12)", Point, Some("-12")),
            ("-0,5", Comma, Some("-0.5")),
            (".5", Point, Some("0.5")),
            ("+7", Point, Some("7")),
            ("1.2.3", Point, None),
            ("12,34", Point, None),
            ("1,5", Point, None),
            ("", Point, None),
            ("-", Point, None),
            ("12x", Point, None),
        ] {
            assert_eq!(number(text, mark).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn amounts_bring_their_currency() {
        for (text, expected) in [
            ("1.250,50 €", Some(("1250.50", Some("EUR")))),
            ("$12", Some(("12", Some("USD")))),
            ("CHF 5", Some(("5", Some("CHF")))),
            ("5 chf", Some(("5", Some("CHF")))),
            ("5", Some(("5", None))),
            ("5 potatoes", None),
            ("€", None),
        ] {
            let read = money(text, DecimalMark::Comma);
            let read = read
                .as_ref()
                .map(|(amount, currency)| (amount.as_str(), currency.map(Currency::code)));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn names_are_put_in_order() {
        use NameOrder::{FirstLast, LastFirst};
        for (text, order, expected) in [
            ("Ada Lovelace", FirstLast, ("Ada", "Lovelace")),
            ("Lovelace, Ada", FirstLast, ("Ada", "Lovelace")),
            ("Lovelace Ada King", LastFirst, ("Ada King", "Lovelace")),
            ("Ada King  Lovelace", FirstLast, ("Ada King", "Lovelace")),
            ("Ada", LastFirst, ("Ada", "")),
            ("Ada King, PhD", FirstLast, ("Ada King,", "PhD")),
        ] {
            let (first, last) = split_name(text, order);
            assert_eq!((first.as_str(), last.as_str()), expected, "{text}");
        }
        assert_eq!(name("Lovelace, Ada", FirstLast), "Ada Lovelace");
        assert_eq!(name(" Ada ", FirstLast), "Ada");
        assert_eq!(
            title("ada LOVELACE-king o'brien"),
            "Ada Lovelace-King O'brien"
        );
    }
}
