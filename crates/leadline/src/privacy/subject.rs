//! Whom an erasure or a file is about: the leads, and everything by which the person is known.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Caller, Error, Problems, Result, Scope, WorkspaceId},
    leads::{
        Lead,
        find::{self, Among, For},
        identity::{self, keys, phone_forms},
        merge::{
            children::{MERGED_EMAIL, MERGED_PHONE},
            redirect,
        },
        suppression::Known,
    },
};

/// Leads that one request may name.
pub const MOST_NAMED: usize = 100;

/// Leads of one person beyond which an address or a number does not mean a person.
const MOST_FOUND: usize = 500;

/// Whom somebody asks for.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub leads: Vec<Uuid>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// The people of an erasure, as they are kept while it is under way.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subject {
    /// Whom somebody asked for.
    pub asked: Wanted,
    pub leads: Vec<Uuid>,
    /// Leads that were merged into them.
    pub merged: Vec<Uuid>,
    pub emails: BTreeSet<String>,
    /// E.164.
    pub phones: BTreeSet<String>,
    /// Ids that sources have for them, values of unique fields.
    pub keys: BTreeSet<(String, String)>,
    /// What they were known by before: looked for, and not remembered.
    pub former_emails: BTreeSet<String>,
    pub former_phones: BTreeSet<String>,
    pub names: BTreeSet<String>,
    /// Addresses and numbers that other leads have too: neither looked for nor remembered.
    pub shared: BTreeSet<String>,
    /// Leads that have them.
    pub others: BTreeSet<Uuid>,
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// What it holds is personal.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Wanted {
    /// What was asked for, normalised. Exactly one way of naming somebody is needed.
    pub fn read(
        leads: Option<Vec<Uuid>>,
        email: Option<&str>,
        phone: Option<&str>,
    ) -> Result<Wanted> {
        let mut problems = Problems::new();
        let mut leads = leads.unwrap_or_default();
        leads.sort_unstable();
        leads.dedup();
        if leads.len() > MOST_NAMED {
            problems.add("leadIds", format!("must be at most {MOST_NAMED}"));
        }
        if leads.is_empty() && email.is_none() && phone.is_none() {
            problems.add("leadIds", "are needed, or an email or a phone");
        }
        let address = email.and_then(identity::normal_email);
        if email.is_some() && address.is_none() {
            problems.add("email", "is not an e-mail address");
        }
        let number = phone.and_then(|it| identity::normal_phone(it, ""));
        if phone.is_some() && number.is_none() {
            problems.add(
                "phone",
                "is not a phone number with its country code, such as +49 30 12345678",
            );
        }
        problems.done()?;
        Ok(Wanted {
            leads,
            email: address,
            phone: number.map(|it| it.e164),
        })
    }

    /// The leads that are meant; leads that were merged stand for where they went. Whoever may not see one of them gets
    /// none: half a person is neither a file nor an erasure.
    pub fn leads(&self, tx: &mut Tx, caller: &Caller) -> Result<Vec<Uuid>> {
        let ids = self.found(tx, caller.workspace, &caller.identity_key)?;
        if ids.is_empty() {
            return Ok(ids);
        }
        if ids.len() > MOST_FOUND {
            return Err(Error::conflict(
                "too_many_leads",
                format!(
                    "More than {MOST_FOUND} leads have this address or number; name them by leadIds."
                ),
            ));
        }
        let seen = find::some(
            tx,
            caller.workspace,
            &caller.scope,
            &ids,
            Among::Either,
            For::Reading,
        )?;
        if seen.len() == ids.len() {
            return Ok(ids);
        }
        Err(if self.email.is_none() && self.phone.is_none() {
            Error::NotFound("lead")
        } else {
            Error::conflict(
                "hidden_leads",
                "Leads that you may not see have this address or number; ask somebody who sees all leads.",
            )
        })
    }
}

impl Wanted {
    /// The leads that are meant, whoever may see them.
    pub fn found(&self, tx: &mut Tx, workspace: WorkspaceId, key: &[u8; 16]) -> Result<Vec<Uuid>> {
        let mut ids = BTreeSet::new();
        for some in self.leads.chunks(500) {
            let went = redirect::targets(tx, workspace, some)?;
            ids.extend(some.iter().map(|it| went.get(it).copied().unwrap_or(*it)));
        }
        if let Some(email) = &self.email {
            ids.extend(having_email(tx, workspace, key, email)?);
        }
        if let Some(phone) = &self.phone {
            ids.extend(having_phone(tx, workspace, key, phone)?);
        }
        Ok(ids.into_iter().collect())
    }
}

impl Subject {
    /// Every id that stands for the person.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.leads.iter().chain(&self.merged).copied()
    }

    /// Reads everything by which the people of these leads are known.
    pub fn gather(
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &[u8; 16],
        wanted: &Wanted,
        leads: &[Uuid],
    ) -> Result<Subject> {
        let mut subject = Subject {
            asked: wanted.clone(),
            leads: leads.to_vec(),
            ..Subject::default()
        };
        subject.emails.extend(wanted.email.clone());
        subject.phones.extend(wanted.phone.clone());
        for some in leads.chunks(500) {
            let rows = find::some(
                tx,
                workspace,
                &Scope::All,
                some,
                Among::Either,
                For::Reading,
            )?;
            for row in &rows {
                subject.take(row);
            }
            subject.take_keys(tx, workspace, some)?;
            subject.merged.extend(merged_into(tx, workspace, some)?);
            subject.take_history(tx, workspace, some)?;
        }
        subject.former_emails = &subject.former_emails - &subject.emails;
        subject.former_phones = &subject.former_phones - &subject.phones;
        subject.leave_shared(tx, workspace, key)?;
        Ok(subject)
    }

    /// What a lead itself says.
    pub fn take(&mut self, lead: &Lead) {
        self.emails.extend(lead.email.clone());
        self.phones.extend(lead.phone.clone());
        if !lead.name_provisional {
            self.take_name(&lead.name);
        }
    }

    /// One word is too little to tell people apart by.
    fn take_name(&mut self, name: &str) {
        if name.trim().contains(' ') {
            self.names.insert(name.trim().to_owned());
        }
    }

    fn take_keys(&mut self, tx: &mut Tx, workspace: WorkspaceId, leads: &[Uuid]) -> Result<()> {
        let mut sql = Sql::new("select kind, value from lead_keys where workspace_id = ");
        sql.bind(workspace).push(" and lead_id in ").list(leads);
        for (kind, value) in tx.fetch::<(String, String)>(&sql)? {
            match kind.as_str() {
                MERGED_EMAIL => drop(self.emails.insert(value)),
                MERGED_PHONE => drop(self.phones.insert(value)),
                keys::EMAIL_FORM => drop(self.former_emails.insert(value)),
                _ => drop(self.keys.insert((kind, value))),
            }
        }
        Ok(())
    }

    /// What the leads said before, and what came in for them.
    fn take_history(&mut self, tx: &mut Tx, workspace: WorkspaceId, leads: &[Uuid]) -> Result<()> {
        let mut sql = Sql::new("select kind, data from lead_activities where workspace_id = ");
        sql.bind(workspace).push(" and lead_id in ").list(leads);
        sql.push(" and kind in ('updated', 'merged', 'submitted')");
        let rows: Vec<(String, store::Json<Json>)> = tx.fetch(&sql)?;
        for (kind, data) in &rows {
            // A lead that has come out again is somebody else.
            let other = data.0["leadId"].as_str().and_then(|it| it.parse().ok());
            if kind != "merged" || other.is_some_and(|it| self.merged.contains(&it)) {
                self.take_json("", &data.0);
            }
        }
        Ok(())
    }

    fn take_json(&mut self, field: &str, json: &Json) {
        match json {
            Json::Object(fields) => {
                for (name, value) in fields {
                    let inner = if ["before", "after"].contains(&name.as_str()) {
                        field
                    } else {
                        name
                    };
                    self.take_json(inner, value);
                }
            }
            Json::Array(items) => items.iter().for_each(|it| self.take_json(field, it)),
            Json::String(text) => match field {
                "email" => self.former_emails.extend(identity::normal_email(text)),
                "phone" | "phoneDisplay" => {
                    let number = identity::normal_phone(text, "");
                    self.former_phones.extend(number.map(|it| it.e164));
                }
                "name" => self.take_name(text),
                _ => {}
            },
            _ => {}
        }
    }

    /// An address or a number that other leads have too is somebody else's as well.
    fn leave_shared(&mut self, tx: &mut Tx, workspace: WorkspaceId, key: &[u8; 16]) -> Result<()> {
        for email in self
            .emails
            .clone()
            .into_iter()
            .chain(self.former_emails.clone())
        {
            let having = having_email(tx, workspace, key, &email)?;
            self.leave_if_others(&email, having);
        }
        for phone in self
            .phones
            .clone()
            .into_iter()
            .chain(self.former_phones.clone())
        {
            let having = having_phone(tx, workspace, key, &phone)?;
            self.leave_if_others(&phone, having);
        }
        Ok(())
    }

    fn leave_if_others(&mut self, value: &str, having: Vec<Uuid>) {
        let others = having.into_iter().filter(|it| !self.leads.contains(it));
        let others: Vec<Uuid> = others.collect();
        if others.is_empty() {
            return;
        }
        self.others.extend(others);
        for set in [
            &mut self.emails,
            &mut self.phones,
            &mut self.former_emails,
            &mut self.former_phones,
        ] {
            set.remove(value);
        }
        self.shared.insert(value.to_owned());
    }

    /// What the person is remembered by.
    pub fn known(&self) -> Known<'_> {
        let merged = self
            .emails
            .iter()
            .map(|it| (MERGED_EMAIL.to_owned(), it.clone()));
        let numbers = self
            .phones
            .iter()
            .map(|it| (MERGED_PHONE.to_owned(), it.clone()));
        Known {
            email: None,
            phone: None,
            keys: merged
                .chain(numbers)
                .chain(self.keys.iter().cloned())
                .collect(),
        }
    }
}

fn merged_into(tx: &mut Tx, workspace: WorkspaceId, leads: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("select from_id from lead_redirects where workspace_id = ");
    sql.bind(workspace).push(" and to_id in ").list(leads);
    Ok(tx
        .fetch::<(Uuid,)>(&sql)?
        .into_iter()
        .map(|it| it.0)
        .collect())
}

/// Leads that have the address, or had it before they were merged.
fn having_email(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    email: &str,
) -> Result<Vec<Uuid>> {
    let hash = identity::email_hash(key, email);
    let merged = keys::hash(key, MERGED_EMAIL, email);
    let found: Vec<(Uuid,)> = tx.all(
        "select id from leads where workspace_id = $1 and email_hash = $2 and email = $3
         union
         select lead_id from lead_keys where workspace_id = $1 and kind = $4 and hash = $5 and value = $3",
        &[&workspace, &hash, &email, &MERGED_EMAIL, &merged],
    )?;
    Ok(found.into_iter().map(|it| it.0).collect())
}

/// The same for a number in any of its forms.
fn having_phone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    phone: &str,
) -> Result<Vec<Uuid>> {
    let mut ids = BTreeSet::new();
    for form in phone_forms::forms(phone) {
        let hash = identity::phone_hash(key, &form);
        let merged = keys::hash(key, MERGED_PHONE, &form);
        let found: Vec<(Uuid,)> = tx.all(
            "select id from leads where workspace_id = $1 and phone_hash = $2 and phone = $3
             union
             select lead_id from lead_keys where workspace_id = $1 and kind = $4 and hash = $5 and value = $3",
            &[&workspace, &hash, &form, &MERGED_PHONE, &merged],
        )?;
        ids.extend(found.into_iter().map(|it| it.0));
    }
    Ok(ids.into_iter().collect())
}
