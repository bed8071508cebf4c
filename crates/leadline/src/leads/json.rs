//! Writes JSON into a buffer, for answers of hundreds of records in which every microsecond is paid hundreds of times.

use std::io::Write;

use store::Timestamp;
use uuid::Uuid;

/// About as long as a lead is.
pub const LEAD: usize = 1024;

/// An object being written, one field after the other.
pub struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    pub fn open(out: &'a mut Vec<u8>) -> Object<'a> {
        out.push(b'{');
        Object { out, first: true }
    }

    /// Goes on with an object that was opened by hand and has a field already.
    pub fn resume(out: &'a mut Vec<u8>) -> Object<'a> {
        Object { out, first: false }
    }

    pub fn close(self) {
        self.out.push(b'}');
    }

    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        string(self.out, value);
    }

    pub fn opt_text(&mut self, key: &str, value: Option<&str>) {
        self.key(key);
        match value {
            Some(value) => string(self.out, value),
            None => self.null(),
        }
    }

    pub fn int(&mut self, key: &str, value: i64) {
        self.key(key);
        integer(self.out, value);
    }

    pub fn uuid(&mut self, key: &str, value: Uuid) {
        self.key(key);
        uuid(self.out, value);
    }

    pub fn opt_uuid(&mut self, key: &str, value: Option<Uuid>) {
        self.key(key);
        match value {
            Some(value) => uuid(self.out, value),
            None => self.null(),
        }
    }

    pub fn time(&mut self, key: &str, value: Timestamp) {
        self.key(key);
        time(self.out, value);
    }

    pub fn opt_time(&mut self, key: &str, value: Option<Timestamp>) {
        self.key(key);
        match value {
            Some(value) => time(self.out, value),
            None => self.null(),
        }
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.extend_from_slice(json.as_bytes());
    }

    pub fn key(&mut self, key: &str) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }
}

pub fn string(out: &mut Vec<u8>, text: &str) {
    if text
        .bytes()
        .all(|it| it >= 0x20 && it != b'"' && it != b'\\')
    {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    // Writing to memory does not fail, and text is always JSON.
    let _ = serde_json::to_writer(out, text);
}

pub fn uuid(out: &mut Vec<u8>, value: Uuid) {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(value.hyphenated().encode_lower(&mut text).as_bytes());
    out.push(b'"');
}

pub fn integer(out: &mut Vec<u8>, value: i64) {
    let _ = write!(out, "{value}");
}

/// `"2026-01-31T12:00:00.000Z"`, as `Timestamp` prints it, without its detours.
pub fn time(out: &mut Vec<u8>, at: Timestamp) {
    let (days, of_day) = (at.0.div_euclid(86_400_000), at.0.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    if !(0..=9999).contains(&year) {
        let _ = write!(out, "\"{at}\"");
        return;
    }
    let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
    digits(&mut text[1..5], year);
    digits(&mut text[6..8], month);
    digits(&mut text[9..11], day);
    digits(&mut text[12..14], of_day / 3_600_000);
    digits(&mut text[15..17], of_day / 60_000 % 60);
    digits(&mut text[18..20], of_day / 1000 % 60);
    digits(&mut text[21..24], of_day % 1000);
    out.extend_from_slice(&text);
}

fn digits(place: &mut [u8], mut value: i64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(value % 10).unwrap_or(0);
        value /= 10;
    }
}

/// The calendar day, by eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_everywhere_else() {
        for ms in [
            0,
            -1,
            1_769_860_800_007,
            951_782_399_999,
            951_782_400_000,
            4_102_444_800_000,
            -62_000_000_000_000,
        ] {
            let mut out = Vec::new();
            time(&mut out, Timestamp(ms));
            assert_eq!(
                String::from_utf8(out).unwrap(),
                format!("\"{}\"", Timestamp(ms))
            );
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut out = Vec::new();
        let mut object = Object::open(&mut out);
        object.text("a", "x\"\\\n\u{1}ü");
        object.opt_text("b", None);
        object.int("c", i64::MIN);
        object.uuid("d", Uuid::nil());
        object.raw("e", "[1]");
        object.close();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["a"], "x\"\\\n\u{1}ü");
        assert_eq!(value["c"], i64::MIN);
        assert_eq!(value["e"][0], 1);
    }
}
