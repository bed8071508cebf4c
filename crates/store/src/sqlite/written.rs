//! What the units of a commit have written so far, so that it can be written again without the one that failed.
//!
//! A savepoint around every unit would do the same, but each one makes the full-text index write out what it has gathered
//! and the pager copy every page once more: a third of the writer's time, to be ready for what hardly ever happens.

use std::{ops::Range, sync::Arc};

use rusqlite::types::{ToSqlOutput, Value as Lite, ValueRef as LiteRef};

/// Statements that changed something, in order, with the values bound to them.
#[derive(Default)]
pub(super) struct Written {
    entries: Vec<Entry>,
    /// The values of all entries, one behind the other.
    values: Vec<u8>,
}

pub(super) struct Entry {
    pub(super) sql: Arc<str>,
    pub(super) kind: Kind,
    values: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Statement,
    Script,
}

/// How much had been written at one moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    entries: usize,
    values: usize,
}

impl Written {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            values: self.values.len(),
        }
    }

    pub(super) fn rewind(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.values.truncate(mark.values);
    }

    /// Notes a value bound to the statement that is about to run.
    pub(super) fn value(&mut self, value: &ToSqlOutput<'_>) {
        let value = match value {
            ToSqlOutput::Borrowed(it) => *it,
            ToSqlOutput::Owned(Lite::Integer(it)) => LiteRef::Integer(*it),
            ToSqlOutput::Owned(Lite::Real(it)) => LiteRef::Real(*it),
            // The other owned kinds are never bound here.
            _ => LiteRef::Null,
        };
        let mut put = |tag: u8, bytes: &[u8]| {
            self.values.push(tag);
            self.values.extend_from_slice(bytes);
        };
        match value {
            LiteRef::Null => put(0, &[]),
            LiteRef::Integer(it) => put(1, &it.to_ne_bytes()),
            LiteRef::Real(it) => put(2, &it.to_ne_bytes()),
            LiteRef::Text(it) => {
                put(3, &it.len().to_ne_bytes());
                self.values.extend_from_slice(it);
            }
            LiteRef::Blob(it) => {
                put(4, &it.len().to_ne_bytes());
                self.values.extend_from_slice(it);
            }
        }
    }

    /// Notes the statement whose values came since `from`.
    pub(super) fn entry(&mut self, sql: Arc<str>, kind: Kind, from: Mark) {
        self.entries.push(Entry {
            sql,
            kind,
            values: from.values..self.values.len(),
        });
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&Entry, Values<'_>)> {
        self.entries.iter().map(|entry| {
            (
                entry,
                Values {
                    bytes: &self.values[entry.values.clone()],
                },
            )
        })
    }
}

/// The values of one entry, in the order in which SQLite numbers its parameters.
pub(super) struct Values<'w> {
    bytes: &'w [u8],
}

impl<'w> Values<'w> {
    fn number(&mut self) -> [u8; 8] {
        let (number, rest) = self
            .bytes
            .split_first_chunk()
            .expect("a number was put here");
        self.bytes = rest;
        *number
    }

    fn slice(&mut self) -> &'w [u8] {
        let length = usize::from_ne_bytes(self.number());
        let (slice, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        slice
    }
}

impl<'w> Iterator for Values<'w> {
    type Item = LiteRef<'w>;

    fn next(&mut self) -> Option<LiteRef<'w>> {
        let (tag, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(match tag {
            0 => LiteRef::Null,
            1 => LiteRef::Integer(i64::from_ne_bytes(self.number())),
            2 => LiteRef::Real(f64::from_ne_bytes(self.number())),
            3 => LiteRef::Text(self.slice()),
            _ => LiteRef::Blob(self.slice()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_order() {
        let values = [
            LiteRef::Null,
            LiteRef::Integer(-7),
            LiteRef::Real(1.5),
            LiteRef::Text("ä".as_bytes()),
            LiteRef::Blob(&[]),
            LiteRef::Blob(&[0, 255]),
        ];
        let mut written = Written::default();
        let lost = written.mark();
        written.value(&ToSqlOutput::Borrowed(values[1]));
        written.rewind(lost);
        let from = written.mark();
        for value in values {
            written.value(&ToSqlOutput::Borrowed(value));
        }
        written.entry("insert".into(), Kind::Statement, from);
        let kept = written.mark();
        written.entry("script".into(), Kind::Script, kept);
        written.rewind(kept);
        let (entry, read) = written.entries().next().unwrap();
        assert_eq!(&*entry.sql, "insert");
        assert_eq!(read.collect::<Vec<_>>(), values);
        assert_eq!(written.entries().count(), 1);
    }
}
