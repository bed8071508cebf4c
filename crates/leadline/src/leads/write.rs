//! The one way new leads are written, one or five hundred at a time: the row, its tags, its first activity, its counter
//! and its event. Everything is known before the first statement; nothing is read back.

use store::{Timestamp, Tx, Value};
use uuid::Uuid;

use crate::{
    base::{Actor, Answer, Caller, Id, Result, Via, WorkspaceId},
    leads::{
        Amount, Currency, Lead,
        activities::{self, Activity},
        counts, happened,
        identity::{self, Phone},
        position, search,
        tags::{self, Tags},
    },
};

/// Rows written in one unit of work at most, so that no unit holds up the others.
pub const SLICE: usize = 500;

/// Who writes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    pub workspace: WorkspaceId,
    pub actor: Actor,
    /// Through what.
    pub via: Via,
    /// Key of the workspace's e-mail and phone hashes.
    pub identity_key: [u8; 16],
    /// What joins everything that one action did. Whoever changes leads without one is given one; leads that come in
    /// without one are each their own, under their own id.
    pub change_set: Option<Uuid>,
}

/// A stage in its pipeline, open for leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub pipeline: Uuid,
    pub stage: Uuid,
}

/// A lead to be, with everything checked and normalised.
#[derive(Debug, Clone)]
pub struct NewLead {
    pub place: Place,
    pub owner: Option<Uuid>,
    pub name: String,
    pub name_provisional: bool,
    /// As [`identity::normal_email`] gives it.
    pub email: Option<String>,
    pub phone: Option<Phone>,
    pub company: Option<String>,
    pub title: Option<String>,
    pub source: String,
    pub score: i64,
    pub value: Option<Amount>,
    pub currency: Option<Currency>,
    pub tags: Tags,
    /// A JSON object.
    pub custom_fields: String,
    /// When it came in; nothing: now.
    pub at: Option<Timestamp>,
}

impl From<&Caller> for By {
    fn from(caller: &Caller) -> By {
        By {
            workspace: caller.workspace,
            actor: caller.actor,
            via: caller.via,
            identity_key: caller.identity_key,
            change_set: None,
        }
    }
}

impl By {
    /// An action of its own: everything written by it is one change set.
    pub fn action(tx: &mut Tx, caller: &Caller) -> By {
        By::from(caller).in_change_set(tx.id())
    }

    /// The same, with a change set in any case.
    #[must_use]
    pub fn with_change_set(self, tx: &mut Tx) -> By {
        match self.change_set {
            Some(_) => self,
            None => self.in_change_set(tx.id()),
        }
    }

    /// Names the change set in the answer to the write.
    #[must_use]
    pub fn told(&self, answer: Answer) -> Answer {
        match self.change_set {
            Some(id) => answer.change_set(id),
            None => answer,
        }
    }

    #[must_use]
    pub fn through(self, via: Via) -> By {
        By { via, ..self }
    }

    #[must_use]
    pub fn in_change_set(self, id: Uuid) -> By {
        By {
            change_set: Some(id),
            ..self
        }
    }
}

const COLUMNS: [&str; 26] = [
    "workspace_id",
    "id",
    "pipeline_id",
    "stage_id",
    "position",
    "assigned_to",
    "name",
    "name_provisional",
    "email",
    "phone",
    "phone_display",
    "company",
    "title",
    "source",
    "score",
    "value",
    "currency",
    "tags",
    "custom_fields",
    "search_text",
    "email_hash",
    "phone_hash",
    "stage_changed_at",
    "version",
    "created_at",
    "updated_at",
];

/// Writes new leads, at most [`SLICE`] in one unit of work, and answers them as they now are.
pub fn insert_many(tx: &mut Tx, by: &By, new: Vec<NewLead>) -> Result<Vec<Lead>> {
    let custom = new.iter().map(|it| it.custom_fields.as_str());
    let unique = identity::keys::unique_if_any(tx, by.workspace, custom)?;
    insert_known(tx, by, &unique, new)
}

/// The same, for whoever knows the workspace's unique fields.
pub fn insert_known(
    tx: &mut Tx,
    by: &By,
    unique: &[String],
    new: Vec<NewLead>,
) -> Result<Vec<Lead>> {
    let mut leads = Vec::with_capacity(new.len());
    let mut rows = Vec::with_capacity(new.len());
    let mut activities = Vec::with_capacity(new.len());
    let mut listed = Vec::new();
    for (index, new) in new.into_iter().enumerate() {
        let at = new.at.unwrap_or_else(|| tx.now());
        let id = if new.at.is_some() {
            tx.id_at(at)
        } else {
            tx.id()
        };
        listed.extend(
            new.tags
                .folded()
                .into_iter()
                .map(|tag| (id, new.owner, tag)),
        );
        let lead = lead(id, at, position::arriving(at, index), new);
        rows.push(row(by, &lead));
        activities.push(Activity::created(id, at, &lead.source));
        counts::enters(tx, by.workspace, lead.counted());
        leads.push(lead);
    }
    insert_rows(tx, &leads, rows)?;
    tags::list(tx, by.workspace, &listed)?;
    identity::keys::of_new(tx, by, unique, &leads)?;
    activities::record_many(tx, by, activities)?;
    for lead in &leads {
        happened::created(tx, by, lead)?;
    }
    Ok(leads)
}

/// Puts the row of a lead back that was taken out of the table, just as it was. What hangs on it is the caller's.
pub(super) fn put_back(tx: &mut Tx, by: &By, lead: &Lead) -> Result<()> {
    let leads = std::slice::from_ref(lead);
    insert_rows(tx, leads, vec![row(by, lead)])?;
    tx.exec(
        "update leads set converted_at = $3, contact_id = $4, deleted_at = $5, last_submission_at = $6
         where workspace_id = $1 and id = $2",
        &[
            &by.workspace,
            &lead.id,
            &lead.converted_at,
            &lead.contact_id,
            &lead.deleted_at,
            &lead.last_submission_at,
        ],
    )?;
    Ok(())
}

/// The rows themselves, and on SQLite their entries in the search index.
fn insert_rows(tx: &mut Tx, leads: &[Lead], mut rows: Vec<Vec<Value>>) -> Result<()> {
    let Some(first) = search::next_number(tx)? else {
        tx.insert_many("leads", &COLUMNS, &rows)?;
        return Ok(());
    };
    let columns = [COLUMNS.as_slice(), &["seq"]].concat();
    for (seq, row) in (first..).zip(&mut rows) {
        row.push(seq.into());
    }
    tx.insert_many("leads", &columns, &rows)?;
    search::index(tx, first, leads.iter().map(search_text).collect())?;
    Ok(())
}

fn lead(id: Uuid, at: Timestamp, position: i64, new: NewLead) -> Lead {
    let (phone, phone_display) = new.phone.map(|it| (it.e164, it.display)).unzip();
    Lead {
        id: Id::new(id),
        name: new.name,
        name_provisional: new.name_provisional,
        email: new.email,
        phone,
        phone_display,
        company: new.company,
        title: new.title,
        tags: new.tags.to_json(),
        source: new.source,
        score: new.score,
        value: new.value,
        currency: new.currency,
        pipeline_id: new.place.pipeline,
        stage_id: new.place.stage,
        assigned_to: new.owner,
        custom_fields: new.custom_fields,
        stage_changed_at: at,
        converted_at: None,
        contact_id: None,
        version: 1,
        created_at: at,
        updated_at: at,
        deleted_at: None,
        position,
        last_submission_at: None,
    }
}

fn row(by: &By, lead: &Lead) -> Vec<Value> {
    let text = |it: &Option<String>| it.as_deref().map_or(Value::Null, Value::from);
    let (email_hash, phone_hash) = hashes(by, lead);
    vec![
        by.workspace.0.into(),
        lead.id.uuid().into(),
        lead.pipeline_id.into(),
        lead.stage_id.into(),
        lead.position.into(),
        lead.assigned_to.into(),
        lead.name.as_str().into(),
        lead.name_provisional.into(),
        text(&lead.email),
        text(&lead.phone),
        text(&lead.phone_display),
        text(&lead.company),
        text(&lead.title),
        lead.source.as_str().into(),
        lead.score.into(),
        lead.value.map(|it| it.0).into(),
        lead.currency.map_or(Value::Null, |it| it.code().into()),
        Value::RawJson(lead.tags.clone()),
        Value::RawJson(lead.custom_fields.clone()),
        search_text(lead).into(),
        email_hash.into(),
        phone_hash.into(),
        lead.stage_changed_at.into(),
        lead.version.into(),
        lead.created_at.into(),
        lead.updated_at.into(),
    ]
}

/// The hashes under which the lead's address and number are found.
pub(super) fn hashes(by: &By, lead: &Lead) -> (Option<i64>, Option<i64>) {
    (
        lead.email
            .as_deref()
            .map(|it| identity::email_hash(&by.identity_key, it)),
        lead.phone
            .as_deref()
            .map(|it| identity::phone_hash(&by.identity_key, it)),
    )
}

pub(super) fn search_text(lead: &Lead) -> String {
    search::text_of(
        &lead.name,
        lead.email.as_deref(),
        lead.phone.as_deref(),
        lead.company.as_deref(),
    )
}
