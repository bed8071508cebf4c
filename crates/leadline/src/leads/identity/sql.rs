//! Many values as one parameter: the text of the statement stays the same however many there are, so that PostgreSQL
//! prepares it once.

use std::fmt::{Display, Write};

/// `{1,2,3}`: an array of numbers or ids, for `cast(cast($n as text) as bigint[])`.
pub fn array<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    let mut text = String::from("{");
    for (index, value) in values.into_iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}{value}");
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_as_postgresql_writes_it() {
        assert_eq!(array([1, -2]), "{1,-2}");
        assert_eq!(array::<i64>([]), "{}");
    }
}
