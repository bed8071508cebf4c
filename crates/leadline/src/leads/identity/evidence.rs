//! How likely it is that two leads are one person's, and why.
//!
//! Each key that two leads share counts for itself, as a chance in a hundred that they are the same person; together they
//! count as chances that do not know of each other. Two different names, both given by somebody, count against it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use crate::leads::{
    Lead,
    identity::{keys, mail, phone_forms},
    search::searchable,
};

/// A key that two leads share.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DuplicateEvidence)]
pub struct Evidence {
    /// `externalId`, `email`, `phone`, `customFields.<key>`, `emailForm` (dots and plus parts that the provider overlooks),
    /// `nameAndCompany`, `nameAndDomain`, `nameAndCity`; `differentNames` counts against.
    pub key: String,
    /// In hundredths; below zero where it counts against.
    pub weight: i64,
}

/// What of somebody is compared, however far it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    pub email: Option<String>,
    pub email_form: Option<String>,
    /// The present form.
    pub phone: Option<String>,
    /// As search holds it; only a name that somebody gave.
    pub name: Option<String>,
    pub company: Option<String>,
    /// Only one that says whom somebody works for.
    pub domain: Option<String>,
    pub city: Option<String>,
    /// Values of unique fields by their keys.
    pub unique: Vec<(String, String)>,
    /// Ids that sources have for the lead, each with its source.
    pub external: Vec<String>,
}

const EMAIL: i64 = 96;
const UNIQUE: i64 = 98;
const EXTERNAL_ID: i64 = 97;
const PHONE: i64 = 85;
const EMAIL_FORM: i64 = 75;
const NAME_AND_COMPANY: i64 = 65;
const NAME_AND_DOMAIN: i64 = 60;
const NAME_AND_CITY: i64 = 45;
const DIFFERENT_NAMES: i64 = -20;

/// Nobody is ever certain.
const HIGHEST: i64 = 99;

impl Traits {
    pub fn of_lead(lead: &Lead, unique: &[String]) -> Traits {
        Traits::of(
            lead.email.as_deref(),
            lead.phone.as_deref(),
            (!lead.name_provisional).then_some(lead.name.as_str()),
            lead.company.as_deref(),
            &serde_json::from_str(&lead.custom_fields).unwrap_or_default(),
            unique,
        )
    }

    pub fn of(
        email: Option<&str>,
        phone: Option<&str>,
        name: Option<&str>,
        company: Option<&str>,
        custom: &Map<String, Json>,
        unique: &[String],
    ) -> Traits {
        let text = |it: Option<&str>| it.map(searchable).filter(|it| !it.is_empty());
        let value = |key: &String| Some((key.clone(), keys::field_value(custom.get(key)?)?));
        Traits {
            email: email.map(str::to_owned),
            email_form: email.and_then(mail::form),
            phone: phone.map(phone_forms::present),
            name: text(name),
            company: text(company),
            domain: email.and_then(mail::company_domain).map(str::to_owned),
            city: text(custom.get("city").and_then(Json::as_str)),
            unique: unique.iter().filter_map(value).collect(),
            external: Vec::new(),
        }
    }

    /// One hash for each key that another lead may share.
    pub fn hashes(&self, key: &[u8; 16]) -> Vec<i64> {
        let mut hashes = Vec::new();
        let mut add = |kind: &str, parts: [Option<&String>; 2]| {
            if let [Some(one), Some(two)] = parts {
                hashes.push(keys::hash(key, kind, &format!("{one}\n{two}")));
            }
        };
        let nothing = String::new();
        let alone = Some(&nothing);
        add("email", [self.email.as_ref(), alone]);
        add("emailForm", [self.email_form.as_ref(), alone]);
        add("phone", [self.phone.as_ref(), alone]);
        add("company", [self.name.as_ref(), self.company.as_ref()]);
        add("domain", [self.name.as_ref(), self.domain.as_ref()]);
        add("city", [self.name.as_ref(), self.city.as_ref()]);
        for (field, value) in &self.unique {
            add("field", [Some(field), Some(value)]);
        }
        hashes
    }

    /// What speaks for these two being one person, and against it. Nothing, where nothing speaks for it.
    pub fn shared(&self, other: &Traits) -> Vec<Evidence> {
        let mut found = Vec::new();
        let mut add = |key: &str, weight: i64, shared: bool| {
            if shared {
                found.push(Evidence {
                    key: key.to_owned(),
                    weight,
                });
            }
        };
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        let email = same(&self.email, &other.email);
        let known = self.external.iter().any(|it| other.external.contains(it));
        add("externalId", EXTERNAL_ID, known);
        add("email", EMAIL, email);
        add(
            "emailForm",
            EMAIL_FORM,
            !email && same(&self.email_form, &other.email_form),
        );
        add("phone", PHONE, same(&self.phone, &other.phone));
        for (key, _) in self.unique.iter().filter(|it| other.unique.contains(it)) {
            add(&format!("customFields.{key}"), UNIQUE, true);
        }
        let name = same(&self.name, &other.name);
        add(
            "nameAndCompany",
            NAME_AND_COMPANY,
            name && same(&self.company, &other.company),
        );
        let domain = name && !email && same(&self.domain, &other.domain);
        add("nameAndDomain", NAME_AND_DOMAIN, domain);
        add(
            "nameAndCity",
            NAME_AND_CITY,
            name && same(&self.city, &other.city),
        );
        if !found.is_empty() && self.is_called_differently(other) {
            found.push(Evidence {
                key: "differentNames".to_owned(),
                weight: DIFFERENT_NAMES,
            });
        }
        found
    }

    /// Whether both have names and not a word of them is the same.
    fn is_called_differently(&self, other: &Traits) -> bool {
        let (Some(one), Some(two)) = (&self.name, &other.name) else {
            return false;
        };
        let words: Vec<&str> = two.split(' ').collect();
        one.split(' ').all(|it| !words.contains(&it))
    }
}

/// All evidence together, between 0 and 99.
pub fn confidence(evidence: &[Evidence]) -> i64 {
    let (mut doubt, mut against) = (1.0_f64, 0);
    for it in evidence {
        if it.weight < 0 {
            against -= it.weight;
        } else {
            doubt *= 1.0 - f64::from(i32::try_from(it.weight.min(100)).unwrap_or(0)) / 100.0;
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "between 0 and 100 there is nothing to cut off"
    )]
    let sure = ((1.0 - doubt) * 100.0).round() as i64;
    (sure - against).clamp(0, HIGHEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(email: &str, phone: &str, name: &str, company: &str, custom: &str) -> Traits {
        let owned = [email, phone, name, company].map(|it| (!it.is_empty()).then(|| it.to_owned()));
        Traits::of(
            owned[0].as_deref(),
            owned[1].as_deref(),
            owned[2].as_deref(),
            owned[3].as_deref(),
            &serde_json::from_str(custom).unwrap(),
            &["tax".to_owned()],
        )
    }

    #[test]
    fn what_is_shared_is_named_and_weighed() {
        let ada = traits(
            "ada.lovelace@gmail.com",
            "+5511987654321",
            "Ada Lovelace",
            "Engines",
            r#"{"city": "London", "tax": "D-1"}"#,
        );
        for (other, keys, sure) in [
            (
                traits("ada.lovelace@gmail.com", "", "", "", "{}"),
                vec!["email"],
                96,
            ),
            (
                traits("adalovelace+x@googlemail.com", "", "", "", "{}"),
                vec!["emailForm"],
                75,
            ),
            (traits("", "+551187654321", "", "", "{}"), vec!["phone"], 85),
            (
                traits("", "", "", "", r#"{"tax": "d-1 "}"#),
                vec!["customFields.tax"],
                98,
            ),
            (
                traits("", "", "ADA  lovelace", "engines", "{}"),
                vec!["nameAndCompany"],
                65,
            ),
            (
                traits("", "", "Ada Lovelace", "", r#"{"city": "london"}"#),
                vec!["nameAndCity"],
                45,
            ),
            (traits("", "", "Ada Lovelace", "", "{}"), vec![], 0),
            (
                traits("", "+5511987654321", "Bob Miller", "", "{}"),
                vec!["phone", "differentNames"],
                65,
            ),
            (
                traits("", "+5511987654321", "A. Lovelace", "", "{}"),
                vec!["phone"],
                85,
            ),
            (
                traits("", "+5511987654321", "Ada Lovelace", "Engines", "{}"),
                vec!["phone", "nameAndCompany"],
                95,
            ),
        ] {
            let shared = ada.shared(&other);
            let names: Vec<_> = shared.iter().map(|it| it.key.as_str()).collect();
            assert_eq!(
                (names, confidence(&shared)),
                (keys.clone(), sure),
                "{keys:?}"
            );
            assert_eq!(other.shared(&ada), shared);
        }
        let one = traits("ada@engines.example", "", "Ada", "", "{}");
        let two = traits("a.lovelace@engines.example", "", "ada", "", "{}");
        assert_eq!(confidence(&one.shared(&two)), 60);
    }

    #[test]
    fn nobody_is_certain() {
        let ada = traits("ada@x.example", "+12025550173", "Ada", "E", r#"{"tax": 1}"#);
        assert_eq!(confidence(&ada.shared(&ada)), 99);
        assert_eq!(confidence(&[]), 0);
    }
}
