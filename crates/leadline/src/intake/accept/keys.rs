//! What the people of a slice are known by.

use crate::{
    intake::{
        accept::{Submission, looks},
        sources::{MatchKey, Source},
    },
    leads::{
        Lead,
        identity::{self, keys, phone_forms},
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

/// The keys of each submission, in the order in which the source looks at them. None, where it does not look.
pub(super) fn of_all(by: &By, source: &Source, submissions: &[Submission]) -> Vec<Vec<Key>> {
    let keys = |it: &Submission| {
        let wanted = source.match_by.iter().filter(|_| looks(source));
        wanted
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
            MatchKey::NameAndCompany => None,
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
        self.is_carried(lead.email.as_deref(), lead.phone.as_deref())
    }

    /// Whether a lead with this address and number carries the key. What stands in `lead_keys` only changes with the lead,
    /// and is taken as found.
    pub fn is_carried(&self, email: Option<&str>, phone: Option<&str>) -> bool {
        let carried = match self.by {
            MatchKey::Email => email,
            MatchKey::Phone => phone,
            _ => return true,
        };
        carried.is_some_and(|it| self.forms.iter().any(|(_, form)| form == it))
    }
}
