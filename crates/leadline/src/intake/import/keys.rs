//! By what the rows of a file are told to be about the same person, as hashes: quick enough to ask for each of a million.

use super::keyset::KeySet;
use crate::{
    base::text::fold,
    intake::{
        accept::Submission,
        sources::{MatchKey, OnMatch, Source},
    },
    leads::{
        fields::Field,
        identity::{self, keys, phone_forms},
    },
};

/// The hashes of a row's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hashes {
    /// One for each key; equal for two rows that share it.
    pub own: Vec<i64>,
    /// Under which leads may carry them.
    pub forms: Vec<i64>,
}

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Keys {
    identity_key: [u8; 16],
    match_by: Vec<MatchKey>,
    external: String,
}

/// Finds rows about somebody whom an earlier row was about.
#[derive(Debug)]
pub struct Repeats {
    pub keys: Keys,
    seen: KeySet,
}

impl Keys {
    /// `unique` are the custom fields of which no two leads share a value: these are always looked at.
    pub fn new(identity_key: [u8; 16], source: &Source, unique: &[Field]) -> Keys {
        let unique = unique.iter().filter(|it| it.unique);
        let unique: Vec<MatchKey> = unique
            .map(|it| MatchKey::UniqueField(it.key.clone()))
            .collect();
        let anybody_is_looked_for = source.on_match != OnMatch::CreateAnyway;
        let wanted = source.match_by.iter().filter(|it| match it {
            MatchKey::UniqueField(_) => unique.contains(it),
            _ => anybody_is_looked_for,
        });
        let mut match_by: Vec<MatchKey> = wanted.cloned().collect();
        match_by.extend(
            unique
                .iter()
                .filter(|it| !source.match_by.contains(it))
                .cloned(),
        );
        Keys {
            identity_key,
            match_by,
            external: keys::external(&source.key),
        }
    }

    /// Whether a key is asked for that leads are not found by as a hash.
    pub fn have_no_hash(&self) -> bool {
        self.match_by.contains(&MatchKey::NameAndCompany)
    }

    /// Whether keys are asked for that stand in `lead_keys`.
    pub fn are_kept_beside_leads(&self) -> bool {
        self.match_by
            .iter()
            .any(|it| matches!(it, MatchKey::ExternalId | MatchKey::UniqueField(_)))
    }

    pub fn of(&self, it: &Submission) -> Hashes {
        let mut hashes = Hashes::default();
        for key in &self.match_by {
            match key {
                MatchKey::Email => {
                    if let Some(email) = &it.email {
                        hashes.add(identity::email_hash(&self.identity_key, email));
                    }
                }
                MatchKey::Phone => {
                    if let Some(phone) = &it.phone {
                        self.add_phone(&mut hashes, &phone.e164);
                    }
                }
                MatchKey::ExternalId => {
                    if let Some(id) = &it.external_id {
                        hashes.add(keys::hash(&self.identity_key, &self.external, id));
                    }
                }
                MatchKey::UniqueField(field) => {
                    let value = it.custom_fields.get(field).and_then(keys::field_value);
                    if let Some(value) = value {
                        hashes.add(keys::hash(&self.identity_key, &keys::field(field), &value));
                    }
                }
                MatchKey::NameAndCompany => {
                    if let Some((name, company)) = it.name.as_ref().zip(it.company.as_ref()) {
                        let both = format!("{}\n{}", fold(name), fold(company));
                        hashes.add(keys::hash(&self.identity_key, "named", &both));
                    }
                }
            }
        }
        hashes
    }

    fn add_phone(&self, hashes: &mut Hashes, e164: &str) {
        let of = |it: &str| identity::phone_hash(&self.identity_key, it);
        // Only these countries' numbers have more than one form.
        if !["+52", "+54", "+55"].iter().any(|it| e164.starts_with(it)) {
            return hashes.add(of(e164));
        }
        let forms = phone_forms::forms(e164);
        hashes.own.extend(forms.first().map(|it| of(it)));
        hashes.forms.extend(forms.iter().map(|it| of(it)));
    }
}

impl Hashes {
    fn add(&mut self, hash: i64) {
        self.own.push(hash);
        self.forms.push(hash);
    }
}

impl Repeats {
    pub fn new(keys: Keys) -> Repeats {
        Repeats {
            keys,
            seen: KeySet::default(),
        }
    }

    /// Whether an earlier row had one of the keys; remembers them.
    pub fn is_one(&mut self, hashes: &Hashes) -> bool {
        let mut repeats = false;
        for hash in &hashes.own {
            repeats |= !self.seen.insert(*hash);
        }
        repeats
    }
}
