//! What the people of a slice are known by.

use crate::{
    intake::{
        accept::{Submission, looks},
        sources::{MatchKey, Source},
    },
    leads::{
        Lead,
        identity::{self, keys, phone_forms},
        search,
        write::By,
    },
};

/// One thing a submission's person is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub by: MatchKey,
    /// Equal for two submissions that share the key.
    pub identity: String,
    /// Of the identity.
    pub hash: i64,
    /// Under which values leads may carry it, each with its hash.
    pub forms: Vec<(i64, String)>,
}

/// The keys of each submission, in the order in which the source looks at them. Fields that are `unique` are always
/// looked at, for two leads with one value must not come to be; the others only where the source looks for people at all.
pub(super) fn of_all(
    by: &By,
    source: &Source,
    unique: &[String],
    submissions: &[Submission],
) -> Vec<Vec<Key>> {
    let is_wanted = |it: &&MatchKey| match it {
        MatchKey::UniqueField(field) => unique.contains(field),
        _ => looks(source),
    };
    let mut wanted: Vec<MatchKey> = source.match_by.iter().filter(is_wanted).cloned().collect();
    for field in unique {
        let key = MatchKey::UniqueField(field.clone());
        if !wanted.contains(&key) {
            wanted.push(key);
        }
    }
    let keys = |it: &Submission| {
        wanted
            .iter()
            .filter_map(|key| Key::of(by, source, it, key))
            .collect()
    };
    submissions.iter().map(keys).collect()
}

impl Key {
    fn of(by: &By, source: &Source, submission: &Submission, key: &MatchKey) -> Option<Key> {
        match key {
            MatchKey::Email => Some(Key::email(by, submission.email.as_deref()?)),
            MatchKey::Phone => Some(Key::phone(by, &submission.phone.as_ref()?.e164)),
            MatchKey::ExternalId => {
                let id = submission.external_id.as_deref()?;
                Some(Key::kept(by, key, &keys::external(&source.key), id))
            }
            MatchKey::UniqueField(field) => {
                let value = keys::field_value(submission.custom_fields.get(field)?)?;
                Some(Key::kept(by, key, &keys::field(field), &value))
            }
            MatchKey::NameAndCompany => {
                let (name, company) = (submission.name.as_deref()?, submission.company.as_deref()?);
                Some(Key::kept(by, key, NAMED, &named(name, company)?))
            }
        }
    }

    fn email(by: &By, email: &str) -> Key {
        let hash = identity::email_hash(&by.identity_key, email);
        Key {
            by: MatchKey::Email,
            identity: format!("email:{email}"),
            hash,
            forms: vec![(hash, email.to_owned())],
        }
    }

    fn phone(by: &By, e164: &str) -> Key {
        let forms: Vec<(i64, String)> = phone_forms::forms(e164)
            .into_iter()
            .map(|it| (identity::phone_hash(&by.identity_key, &it), it))
            .collect();
        let (hash, present) = forms[0].clone();
        Key {
            by: MatchKey::Phone,
            identity: format!("phone:{present}"),
            hash,
            forms,
        }
    }

    fn kept(by: &By, key: &MatchKey, kind: &str, value: &str) -> Key {
        let hash = keys::hash(&by.identity_key, kind, value);
        Key {
            by: key.clone(),
            identity: format!("{kind}:{value}"),
            hash,
            forms: vec![(hash, value.to_owned())],
        }
    }

    /// Whether the lead, read and locked after it was found, still carries the key.
    pub fn is_on(&self, lead: &Lead) -> bool {
        let name = (!lead.name_provisional).then_some(lead.name.as_str());
        self.is_carried(&Carrier {
            email: lead.email.as_deref(),
            phone: lead.phone.as_deref(),
            name,
            company: lead.company.as_deref(),
        })
    }

    /// Whether a lead that says this carries the key. What stands in `lead_keys` only changes with the lead, and is taken
    /// as found.
    pub fn is_carried(&self, lead: &Carrier<'_>) -> bool {
        let carried = match self.by {
            MatchKey::Email => lead.email,
            MatchKey::Phone => lead.phone,
            MatchKey::NameAndCompany => {
                let both = lead.name.zip(lead.company);
                let value = both.and_then(|(name, company)| named(name, company));
                return value.is_some_and(|it| it == self.forms[0].1);
            }
            _ => return true,
        };
        carried.is_some_and(|it| self.forms.iter().any(|(_, form)| form == it))
    }
}

/// What of a lead keys are compared with.
pub(super) struct Carrier<'a> {
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    /// Only one that somebody gave.
    pub name: Option<&'a str>,
    pub company: Option<&'a str>,
}

const NAMED: &str = "named";

/// Both as search holds them, the name on the first line and the company on the second.
fn named(name: &str, company: &str) -> Option<String> {
    let (name, company) = (search::searchable(name), search::searchable(company));
    (!name.is_empty() && !company.is_empty()).then(|| format!("{name}\n{company}"))
}
