//! What tells two leads apart: the e-mail address and the telephone number, made comparable.
//!
//! They are indexed as 64-bit hashes under the workspace's own key and compared in full on the row: eight bytes in an
//! index cost a third of what the text costs, and the key keeps anybody from choosing addresses that collide.

pub mod carriers;
pub mod check_api;
pub mod doctor;
pub mod evidence;
pub mod keys;
pub mod mail;
pub mod phone_forms;
pub mod sql;

use std::{hash::Hasher, str::FromStr};

use email_address::{EmailAddress, Options};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, enums::Region,
};
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;
use utoipa::ToSchema;

pub const LONGEST_EMAIL: usize = 254;

/// Digits with the country code. Some countries' plans allow for less; nobody can be reached so.
const SHORTEST_PHONE: usize = 7;

/// What happens to somebody who is known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnMatch {
    /// The lead takes what it lacks, and its timeline the submission.
    Update,
    /// A new lead, linked to the first.
    Repeat,
    /// Nothing is made; the answer says why.
    Reject,
    /// A new lead, and the pair in the queue of duplicates.
    Review,
    /// Nothing is made.
    Skip,
    /// A new lead, as if nobody were known.
    #[serde(rename = "create")]
    CreateAnyway,
}

/// A number that can be dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// `+493012345678`
    pub e164: String,
    /// `+49 30 12345678`
    pub display: String,
}

/// The address without space around it, in lower case. Nothing, where it is not an address.
pub fn normal_email(text: &str) -> Option<String> {
    const RULES: Options = Options {
        minimum_sub_domains: 0,
        allow_domain_literal: false,
        allow_display_text: false,
    };
    let text = text.trim();
    if text.len() > LONGEST_EMAIL || text.chars().any(char::is_control) {
        return None;
    }
    let address = EmailAddress::parse_with_options(text, RULES).ok()?;
    Some(address.as_str().to_lowercase()).filter(|it| it.len() <= LONGEST_EMAIL)
}

/// Reads a number as people write it; without a country code it belongs to `country` (ISO 3166, two letters).
/// Its length must be right for its country; whether it is given out to anybody is not asked, for that changes.
pub fn normal_phone(text: &str, country: &str) -> Option<Phone> {
    if text.len() > 60 {
        return None;
    }
    let region = Region::from_str(country).ok();
    let written = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
    let number = if is_possible(&written) {
        written
    } else {
        // A form of former years, which is too long today.
        let e164 = written.format_as(PhoneNumberFormat::E164).into_owned();
        let present = phone_forms::present(&e164);
        PHONE_NUMBER_UTIL
            .parse(&present, None)
            .ok()
            .filter(is_possible)?
    };
    // An extension is no part of what identifies the line.
    let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
    let display = number
        .format_as(PhoneNumberFormat::International)
        .into_owned();
    if e164.len() <= SHORTEST_PHONE {
        return None;
    }
    Some(Phone { e164, display })
}

fn is_possible(number: &PhoneNumber) -> bool {
    number.is_possible_with_reason() == Ok(NumberLengthType::IsPossible)
}

/// An E.164 number as people read it.
pub fn phone_display(e164: &str) -> String {
    PHONE_NUMBER_UTIL.parse(e164, None).map_or_else(
        |_| e164.to_owned(),
        |it| it.format_as(PhoneNumberFormat::International).into_owned(),
    )
}

/// The hash of a normalised address.
pub fn email_hash(key: &[u8; 16], email: &str) -> i64 {
    hash(key, b'e', email)
}

/// The hash of an E.164 number.
pub fn phone_hash(key: &[u8; 16], e164: &str) -> i64 {
    hash(key, b'p', e164)
}

fn hash(key: &[u8; 16], kind: u8, text: &str) -> i64 {
    let mut hasher = SipHasher24::new_with_key(key);
    hasher.write_u8(kind);
    hasher.write(text.as_bytes());
    hasher.finish().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_comparable() {
        assert_eq!(
            normal_email(" Ada.Lovelace@Example.COM "),
            Some("ada.lovelace@example.com".into())
        );
        assert_eq!(
            normal_email("jürgen@münchen.de"),
            Some("jürgen@münchen.de".into())
        );
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "Ada <ada@example.com>",
            "a\u{0}@b.de",
        ] {
            assert_eq!(normal_email(bad), None, "{bad}");
        }
        assert_eq!(
            normal_email(&format!("{}@example.com", "a".repeat(250))),
            None
        );
    }

    #[test]
    fn numbers_become_comparable_and_readable() {
        let local = normal_phone("(030) 1234 5678", "DE").unwrap();
        assert_eq!(
            local,
            Phone {
                e164: "+493012345678".into(),
                display: "+49 30 12345678".into()
            }
        );
        assert_eq!(normal_phone("+49 30 12345678", "US").unwrap(), local);
        assert_eq!(phone_display("+12025550173"), "+1 202-555-0173");
        let mexican = normal_phone("+52 1 55 1234 5678", "").unwrap();
        assert_eq!(mexican.e164, "+525512345678");
        for (text, country) in [
            ("030 1234567", ""),
            ("12", "DE"),
            ("call me", "DE"),
            ("+0123456789", "DE"),
            ("", "US"),
        ] {
            assert_eq!(normal_phone(text, country), None, "{text}");
        }
    }

    #[test]
    fn hashes_differ_by_key_and_kind() {
        let (one, two) = ([1; 16], [2; 16]);
        assert_eq!(email_hash(&one, "a@b.de"), email_hash(&one, "a@b.de"));
        assert_ne!(email_hash(&one, "a@b.de"), email_hash(&two, "a@b.de"));
        assert_ne!(email_hash(&one, "x"), phone_hash(&one, "x"));
    }
}
