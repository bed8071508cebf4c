//! A statement put together at run time.

use std::fmt::Write;

use crate::{ToValue, Value};

/// A statement put together at run time. Text is `&'static str`, so data can only get in as a bound value.
///
/// ```
/// let mut sql = store::Sql::new("select id from leads where workspace_id = ");
/// sql.bind(7_i64).push(" and source in ").list(["web", "form"]);
/// assert_eq!(sql.text(), "select id from leads where workspace_id = $1 and source in ($2, $3)");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &'static str) -> Sql {
        Sql {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    pub fn push(&mut self, text: &'static str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    /// Adds a value and the `$n` that stands for it.
    pub fn bind(&mut self, value: impl ToValue) -> &mut Sql {
        self.values.push(value.to_value().into_owned());
        self.number(self.values.len());
        self
    }

    /// Adds `($1, $2, …)`; `(null)` when there is nothing, which equals nothing.
    pub fn list<T: ToValue>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Sql {
        let mut open = "(";
        for value in values {
            self.text.push_str(open);
            self.bind(value);
            open = ", ";
        }
        self.text.push_str(if open == "(" { "(null)" } else { ")" });
        self
    }

    /// Adds another statement's text and values, its numbers counted on from here.
    pub fn append(&mut self, other: &Sql) -> &mut Sql {
        let base = self.values.len();
        let mut rest = other.text.as_str();
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            self.text.push_str(before);
            let digits = from[1..].bytes().take_while(u8::is_ascii_digit).count();
            match from[1..=digits].parse::<usize>() {
                Ok(number) => self.number(base + number),
                Err(_) => self.text.push('$'),
            }
            rest = &from[1 + digits..];
        }
        self.text.push_str(rest);
        self.values.extend(other.values.iter().cloned());
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }

    fn number(&mut self, number: usize) {
        write!(self.text, "${number}").expect("writing to a string does not fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_matches_nothing() {
        let mut sql = Sql::new("x in ");
        sql.list(Vec::<i64>::new());
        assert_eq!(sql.text(), "x in (null)");
    }

    #[test]
    fn appending_counts_on() {
        let mut tail = Sql::new("b = ");
        tail.bind(2_i64)
            .push(" or c = ")
            .bind("x")
            .push(" or b > $1");
        let mut sql = Sql::new("a = ");
        sql.bind(1_i64).push(" and (").append(&tail).push(")");
        assert_eq!(sql.text(), "a = $1 and (b = $2 or c = $3 or b > $2)");
        assert_eq!(
            sql.values(),
            [Value::Int(1), Value::Int(2), Value::Text("x".into())]
        );
    }
}
