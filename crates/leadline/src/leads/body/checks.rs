//! The checks of single values.

use crate::{
    base::{Problems, text::tidy},
    leads::identity::{self, Phone},
};

pub(super) const LONGEST_LINE: usize = 200;
pub(super) const LONGEST_SOURCE: usize = 60;
const HIGHEST_SCORE: i64 = 100;

/// What a lead without a name is called.
pub fn stand_in(email: Option<&str>, phone: Option<&Phone>) -> Option<String> {
    let text = email.or(phone.map(|it| it.display.as_str()))?;
    Some(text.chars().take(LONGEST_LINE).collect())
}

/// One tidy line of text; nothing where nothing is left.
pub fn line(
    path: &str,
    text: Option<String>,
    longest: usize,
    problems: &mut Problems,
) -> Option<String> {
    let text = text?;
    if text.chars().count() > longest {
        problems.add(
            path,
            format!("must not be longer than {longest} characters"),
        );
    }
    Some(tidy(&text)?.replace(['\n', '\t'], " "))
}

pub(super) fn email(sent: Option<String>, problems: &mut Problems) -> Option<String> {
    let text = sent?;
    if text.trim().is_empty() && text.len() <= identity::LONGEST_EMAIL {
        return None;
    }
    let email = identity::normal_email(&text).filter(|_| text.len() <= identity::LONGEST_EMAIL);
    if email.is_none() {
        problems.add("email", "is not an e-mail address");
    }
    email
}

pub(super) fn phone(sent: Option<String>, country: &str, problems: &mut Problems) -> Option<Phone> {
    let text = sent.filter(|it| !it.trim().is_empty())?;
    let phone = identity::normal_phone(&text, country);
    if phone.is_none() {
        problems.add(
            "phone",
            "is not a phone number; write it with its country code, such as +1 202-555-0173",
        );
    }
    phone
}

/// Whether the number is written without its country code.
pub(super) fn is_local(phone: &str) -> bool {
    !phone.trim_start().starts_with('+')
}

pub(super) fn score(sent: Option<i64>, problems: &mut Problems) -> i64 {
    let score = sent.unwrap_or(0);
    if !(0..=HIGHEST_SCORE).contains(&score) {
        problems.add("score", format!("must be between 0 and {HIGHEST_SCORE}"));
    }
    score
}
