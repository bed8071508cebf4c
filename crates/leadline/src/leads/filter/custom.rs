//! One custom field of a lead, read out of the JSON in which all of them are kept, without parsing the rest.

use std::borrow::Cow;

use memchr::memchr2;

use super::text;

/// A field's value where it lies, as JSON.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a>(&'a str);

/// The value under a key. `fields` is an object as it was written by this program or by the database.
pub fn find<'a>(fields: &'a str, key: &str) -> Option<Value<'a>> {
    let mut at = Reader {
        text: fields,
        place: 0,
    };
    at.take(b'{')?;
    loop {
        let name = at.string()?;
        at.take(b':')?;
        let value = at.value()?;
        // Names with signs that JSON writes in another way are not keys of fields.
        if name.len() == key.len() + 2 && &name[1..=key.len()] == key {
            return Some(Value(value));
        }
        at.take(b',')?;
    }
}

impl<'a> Value<'a> {
    /// Neither null, nor empty text, nor an empty list.
    pub fn is_filled(self) -> bool {
        !matches!(self.0, "null" | "\"\"" | "[]")
    }

    pub fn text(self) -> Option<Cow<'a, str>> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') {
            serde_json::from_str(self.0).ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inner))
        }
    }

    pub fn number(self) -> Option<f64> {
        let first = *self.0.as_bytes().first()?;
        (first == b'-' || first.is_ascii_digit())
            .then(|| self.0.parse().ok())
            .flatten()
    }

    pub fn flag(self) -> Option<bool> {
        self.0.parse().ok()
    }

    /// A day as a number: 20260131.
    pub fn day(self) -> Option<i64> {
        let bytes = self.0.as_bytes();
        if bytes.len() != 12 || bytes[0] != b'"' || bytes[5] != b'-' || bytes[8] != b'-' {
            return None;
        }
        let mut day = 0;
        for digit in [1, 2, 3, 4, 6, 7, 9, 10].map(|at| bytes[at]) {
            if !digit.is_ascii_digit() {
                return None;
            }
            day = day * 10 + i64::from(digit - b'0');
        }
        Some(day)
    }

    /// Whether a list, or a text as if it were a list of one, holds a folded text. Nothing, where it is neither.
    pub fn has(self, member: &str) -> Option<bool> {
        if let Some(only) = self.text() {
            return Some(text::folds_to(&only, member));
        }
        let items = members(self.0)?;
        Some(
            items
                .filter_map(Value::text)
                .any(|it| text::folds_to(&it, member)),
        )
    }

    /// The value's JSON.
    pub fn json(self) -> &'a str {
        self.0
    }
}

/// What a JSON list holds.
pub fn members(list: &str) -> Option<impl Iterator<Item = Value<'_>>> {
    let mut at = Reader {
        text: list,
        place: 0,
    };
    at.take(b'[')?;
    let mut open = true;
    Some(std::iter::from_fn(move || {
        if !open {
            return None;
        }
        let value = at.value()?;
        open = at.take(b',').is_some();
        Some(Value(value))
    }))
}

/// Walks through JSON that is known to be well formed; where it is not, it ends.
struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.place)?.is_ascii_whitespace() {
            self.place += 1;
        }
        bytes.get(self.place).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.place += 1)
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<&'a str> {
        if self.peek()? != b'"' {
            return None;
        }
        let start = self.place;
        self.place += 1;
        loop {
            let rest = self.text.as_bytes().get(self.place..)?;
            let found = memchr2(b'"', b'\\', rest)?;
            if rest[found] == b'"' {
                self.place += found + 1;
                return self.text.get(start..self.place);
            }
            self.place += found + 2;
        }
    }

    fn value(&mut self) -> Option<&'a str> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            b',' | b']' | b'}' | b':' => None,
            _ => {
                let start = self.place;
                let rest = self.text.as_bytes().get(start..)?;
                let length = rest
                    .iter()
                    .position(|it| matches!(it, b',' | b']' | b'}') || it.is_ascii_whitespace())
                    .unwrap_or(rest.len());
                self.place += length;
                self.text.get(start..self.place)
            }
        }
    }

    /// An object or a list, whatever is in it.
    fn nested(&mut self) -> Option<&'a str> {
        let start = self.place;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.place += 1;
            if depth == 0 {
                return self.text.get(start..self.place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str = r#"{"_displayNames": {"a": "}\"{[", "budget": "B"}, "a":1.5e3 ,"budget" : -7,"text": "Jos\u00e9 \"J\"",
        "no": null, "yes": true, "list": ["Red", 5, "Blå"], "none": [], "blank": "", "day": "2026-01-31", "größe": "x"}"#;

    fn of(key: &str) -> Value<'static> {
        find(FIELDS, key).unwrap_or_else(|| panic!("no {key}"))
    }

    #[test]
    fn fields_are_found_among_others() {
        assert_eq!(of("a").number(), Some(1500.0));
        assert_eq!(of("budget").number(), Some(-7.0));
        assert_eq!(of("text").text().as_deref(), Some("José \"J\""));
        assert_eq!(of("größe").text().as_deref(), Some("x"));
        assert_eq!((of("yes").flag(), of("a").flag()), (Some(true), None));
        assert_eq!(of("day").day(), Some(20_260_131));
        assert_eq!(
            (of("text").day(), of("text").number(), of("no").text()),
            (None, None, None)
        );
        assert_eq!(of("list").has("red"), Some(true));
        assert_eq!(of("list").has("bla"), Some(true));
        assert_eq!(of("list").has("5"), Some(false));
        assert_eq!(
            (of("text").has("jose \"j\""), of("a").has("x")),
            (Some(true), None)
        );
        for missing in ["", "A", "b", "_displayName"] {
            assert!(find(FIELDS, missing).is_none(), "{missing}");
        }
        let filled = ["no", "none", "blank", "list", "yes", "a"].map(|it| of(it).is_filled());
        assert_eq!(filled, [false, false, false, true, true, true]);
    }

    #[test]
    fn what_is_no_json_holds_nothing() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "null",
            "{\"a",
            "{\"a\":",
            "{\"a\":}",
            "{\"b\":[1,{\"a\":1",
            "{\"b\":\"\\",
        ] {
            assert!(find(text, "a").is_none(), "{text}");
        }
        assert_eq!(members("[").map(Iterator::count), Some(0));
        assert_eq!(members("[]").map(Iterator::count), Some(0));
        assert_eq!(members("[1, [2, 3], \"x\"]").map(Iterator::count), Some(3));
    }
}
