//! What a lead says about its person, as a working copy that submissions are put into.

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{Submission, WriteRule, WriteRules};
use crate::leads::{
    Amount, Currency, Lead, custom,
    identity::Phone,
    tags::{self, Tags},
    write::NewLead,
};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    name: String,
    name_provisional: bool,
    email: Option<String>,
    phone: Option<Phone>,
    company: Option<String>,
    title: Option<String>,
    score: i64,
    value: Option<Amount>,
    currency: Option<Currency>,
    owner: Option<Uuid>,
    tags: Tags,
    custom: Map<String, Json>,
}

impl Person {
    pub(super) fn of_lead(lead: &Lead) -> Person {
        let phone = lead.phone.clone().map(|e164| Phone {
            display: lead.phone_display.clone().unwrap_or_else(|| e164.clone()),
            e164,
        });
        Person {
            name: lead.name.clone(),
            name_provisional: lead.name_provisional,
            email: lead.email.clone(),
            phone,
            company: lead.company.clone(),
            title: lead.title.clone(),
            score: lead.score,
            value: lead.value,
            currency: lead.currency,
            owner: lead.assigned_to,
            tags: Tags::from_json(&lead.tags),
            custom: serde_json::from_str(&lead.custom_fields).unwrap_or_default(),
        }
    }

    pub(super) fn of_new(new: &NewLead) -> Person {
        Person {
            name: new.name.clone(),
            name_provisional: new.name_provisional,
            email: new.email.clone(),
            phone: new.phone.clone(),
            company: new.company.clone(),
            title: new.title.clone(),
            score: new.score,
            value: new.value,
            currency: new.currency,
            owner: new.owner,
            tags: new.tags.clone(),
            custom: serde_json::from_str(&new.custom_fields).unwrap_or_default(),
        }
    }

    /// What the person becomes by the submission.
    #[must_use]
    pub(super) fn with(&self, submission: &Submission) -> Person {
        let mut person = self.clone();
        let rules = &*submission.rules;
        person.take_name(submission, rules);
        take(
            rules.of("email"),
            &mut person.email,
            submission.email.as_ref(),
        );
        take(
            rules.of("phone"),
            &mut person.phone,
            submission.phone.as_ref(),
        );
        take(
            rules.of("company"),
            &mut person.company,
            submission.company.as_ref(),
        );
        take(
            rules.of("title"),
            &mut person.title,
            submission.title.as_ref(),
        );
        take(
            rules.of("assignedTo"),
            &mut person.owner,
            submission.owner.as_ref(),
        );
        person.take_value(submission, rules);
        if let Some(score) = submission.score
            && replaces(rules.of("score"), person.score == 0)
        {
            person.score = score;
        }
        person.take_tags(&submission.tags, rules.of("tags"));
        person.take_custom(&submission.custom_fields, rules);
        person
    }

    /// A stand-in for a name gives way to any name.
    fn take_name(&mut self, submission: &Submission, rules: &WriteRules) {
        if let Some(name) = &submission.name
            && replaces(rules.of("name"), self.name_provisional)
        {
            self.name.clone_from(name);
            self.name_provisional = false;
        }
    }

    /// An amount and its currency belong together.
    fn take_value(&mut self, submission: &Submission, rules: &WriteRules) {
        if submission.value.is_some() && replaces(rules.of("value"), self.value.is_none()) {
            self.value = submission.value;
            self.currency = submission.currency.or(self.currency);
        } else if self.value.is_none() {
            take(
                rules.of("value"),
                &mut self.currency,
                submission.currency.as_ref(),
            );
        }
    }

    fn take_tags(&mut self, sent: &Tags, rule: WriteRule) {
        if rule == WriteRule::Never || sent.as_slice().is_empty() {
            return;
        }
        if rule == WriteRule::Overwrite {
            self.tags = sent.clone();
            return;
        }
        for tag in sent.as_slice() {
            if self.tags.as_slice().len() < tags::MOST {
                self.tags.add(tag.clone());
            }
        }
    }

    fn take_custom(&mut self, sent: &Map<String, Json>, rules: &WriteRules) {
        let names = sent.get(custom::NAMES).and_then(Json::as_object);
        for (key, value) in sent {
            if key == custom::NAMES || value.is_null() {
                continue;
            }
            let there = self.custom.contains_key(key);
            if !replaces(rules.of_custom(key), !there) || !there && self.custom.len() > custom::MOST
            {
                continue;
            }
            self.custom.insert(key.clone(), value.clone());
            if let Some(name) = names.and_then(|it| it.get(key)) {
                let all = self
                    .custom
                    .entry(custom::NAMES)
                    .or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(all) = all {
                    all.entry(key.as_str()).or_insert_with(|| name.clone());
                }
            }
        }
    }

    /// Writes the person into the lead; what has not changed stays as it was written.
    pub(super) fn put_into(self, before: &Person, lead: &mut Lead) {
        if self.tags != before.tags {
            lead.tags = self.tags.to_json();
        }
        if self.custom != before.custom {
            lead.custom_fields = Json::Object(self.custom).to_string();
        }
        (lead.phone, lead.phone_display) = self.phone.map(|it| (it.e164, it.display)).unzip();
        lead.name = self.name;
        lead.name_provisional = self.name_provisional;
        lead.email = self.email;
        lead.company = self.company;
        lead.title = self.title;
        lead.score = self.score;
        lead.value = self.value;
        lead.currency = self.currency;
        lead.assigned_to = self.owner;
    }

    pub(super) fn put_into_new(self, new: &mut NewLead) {
        new.custom_fields = Json::Object(self.custom).to_string();
        new.tags = self.tags;
        new.name = self.name;
        new.name_provisional = self.name_provisional;
        new.email = self.email;
        new.phone = self.phone;
        new.company = self.company;
        new.title = self.title;
        new.score = self.score;
        new.value = self.value;
        new.currency = self.currency;
        new.owner = self.owner;
    }
}

fn replaces(rule: WriteRule, empty: bool) -> bool {
    match rule {
        WriteRule::Overwrite => true,
        WriteRule::FillIfEmpty => empty,
        WriteRule::Never => false,
    }
}

fn take<T: Clone>(rule: WriteRule, field: &mut Option<T>, sent: Option<&T>) {
    if let Some(sent) = sent
        && replaces(rule, field.is_none())
    {
        *field = Some(sent.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn person(name: &str, provisional: bool) -> Person {
        Person {
            name: name.into(),
            name_provisional: provisional,
            email: Some("ada@example.com".into()),
            phone: None,
            company: None,
            title: None,
            score: 0,
            value: None,
            currency: None,
            owner: None,
            tags: Tags::from_json(r#"["hot"]"#),
            custom: Map::from_iter([("plan".to_owned(), "a".into())]),
        }
    }

    fn sent(rules: WriteRules) -> Submission {
        Submission {
            name: Some("Ada".into()),
            email: Some("ada@engines.example".into()),
            company: Some("Engines".into()),
            value: Some(Amount(5)),
            score: Some(9),
            tags: Tags::from_json(r#"["Hot", "new"]"#),
            custom_fields: Map::from_iter([
                ("plan".to_owned(), "b".into()),
                ("size".to_owned(), 3.into()),
                (
                    custom::NAMES.to_owned(),
                    serde_json::json!({"size": "Size!"}),
                ),
            ]),
            rules: Arc::new(rules),
            ..Submission::default()
        }
    }

    #[test]
    fn blanks_are_filled_and_nothing_else_changes() {
        let after = person("ada@example.com", true).with(&sent(WriteRules::default()));
        assert_eq!(
            (after.name.as_str(), after.name_provisional),
            ("Ada", false)
        );
        assert_eq!(after.email.as_deref(), Some("ada@example.com"));
        assert_eq!(after.company.as_deref(), Some("Engines"));
        assert_eq!((after.value, after.score), (Some(Amount(5)), 9));
        assert_eq!(after.tags.as_slice(), ["hot", "new"]);
        assert_eq!(
            (&after.custom["plan"], &after.custom["size"]),
            (&"a".into(), &3.into())
        );
        assert_eq!(after.custom[custom::NAMES]["size"], "Size!");
        assert_eq!(
            after.with(&sent(WriteRules::default())),
            after,
            "twice is as good as once"
        );
        assert_eq!(
            person("Countess", false)
                .with(&sent(WriteRules::default()))
                .name,
            "Countess"
        );
    }

    #[test]
    fn each_field_has_its_rule() {
        let rules = WriteRules::all(WriteRule::Never)
            .with("email", WriteRule::Overwrite)
            .with("tags", WriteRule::Overwrite)
            .with("customFields.plan", WriteRule::Overwrite);
        let after = person("Countess", false).with(&sent(rules));
        assert_eq!(after.email.as_deref(), Some("ada@engines.example"));
        assert_eq!((after.company, after.value, after.score), (None, None, 0));
        assert_eq!(after.tags.as_slice(), ["Hot", "new"]);
        assert_eq!(
            after.custom,
            Map::from_iter([("plan".to_owned(), "b".into())])
        );
    }
}
