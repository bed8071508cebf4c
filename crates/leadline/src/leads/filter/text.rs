//! Text compared as [`fold`] folds it, without making the folded text where that can be helped.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::base::text::fold;

/// Whether the text becomes `folded`.
pub fn folds_to(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        return text.len() == folded.len() && is_lower(text.as_bytes(), folded.as_bytes());
    }
    letters(text).eq(folded.chars())
}

/// Whether the text holds `folded`, once it is folded too.
pub fn contains(text: &str, folded: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(folded);
    }
    let (text, folded) = (text.as_bytes(), folded.as_bytes());
    let Some((first, _)) = folded.split_first() else {
        return true;
    };
    let Some(last) = text.len().checked_sub(folded.len()) else {
        return false;
    };
    (0..=last).any(|at| {
        text[at].to_ascii_lowercase() == *first && is_lower(&text[at..at + folded.len()], folded)
    })
}

pub fn starts_with(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        let start = text.as_bytes().get(..folded.len());
        return start.is_some_and(|it| is_lower(it, folded.as_bytes()));
    }
    let mut found = letters(text);
    folded.chars().all(|it| found.next() == Some(it))
}

fn is_lower(text: &[u8], folded: &[u8]) -> bool {
    text.iter()
        .zip(folded)
        .all(|(one, other)| one.to_ascii_lowercase() == *other)
}

/// The letters of the folded text.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.nfkd()
        .filter(|it| !is_combining_mark(*it))
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn comparing_where_it_lies_is_comparing_what_was_folded(
            text in "[aAbBéÉﬁΣσ\u{301}\u{fb03}İ가 ß]{0,6}|\\PC{0,8}",
            part in "[aAbBéÉﬁΣσ\u{301}\u{fb03}İ가 ß]{0,3}|\\PC{0,2}",
        ) {
            for other in [part, text.to_uppercase()] {
                let (whole, folded) = (fold(&text), fold(&other));
                prop_assert_eq!(folds_to(&text, &folded), whole == folded);
                prop_assert_eq!(contains(&text, &folded), whole.contains(&folded));
                prop_assert_eq!(starts_with(&text, &folded), whole.starts_with(&folded));
            }
        }
    }
}
