//! A lead, in the two forms the program has for it: owned, and borrowed from the database's buffer.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use store::{FromRow, RowRef, Timestamp};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    base::Id,
    leads::{
        counts::Counted,
        json::{self, Object},
        money::{Amount, Currency},
    },
};

/// The columns in the order in which [`LeadView::read`] expects them. Further ones may follow, from [`COLUMN_COUNT`] on.
pub const COLUMNS: &str = "leads.id, leads.pipeline_id, leads.stage_id, leads.assigned_to, leads.name, \
     leads.name_provisional, leads.email, leads.phone, leads.phone_display, leads.company, leads.title, leads.source, \
     leads.score, leads.value, leads.currency, leads.tags, leads.custom_fields, leads.stage_changed_at, \
     leads.converted_at, leads.contact_id, leads.version, leads.created_at, leads.updated_at, leads.deleted_at, \
     leads.position, leads.last_submission_at";

pub const COLUMN_COUNT: usize = 26;

/// A person or company that may become a client.
#[derive(Debug, Clone, Default, PartialEq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct Lead {
    #[schema(value_type = Uuid)]
    pub id: Id<Lead>,
    pub name: String,
    /// The name is only a stand-in (the address, the number); a better one may replace it.
    pub name_provisional: bool,
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// As people read it.
    pub phone_display: Option<String>,
    pub company: Option<String>,
    pub title: Option<String>,
    /// A JSON list of text.
    #[schema(value_type = Vec<String>)]
    pub tags: String,
    /// `manual`, `api`, `import`, `webhook`, `form`, `email`, or whatever was given.
    pub source: String,
    pub score: i64,
    #[schema(value_type = Option<f64>)]
    pub value: Option<Amount>,
    #[schema(value_type = Option<String>)]
    pub currency: Option<Currency>,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    pub assigned_to: Option<Uuid>,
    /// A JSON object: values by key, and under `_displayNames` the names to show for the keys.
    #[schema(value_type = Object)]
    pub custom_fields: String,
    #[schema(value_type = String, format = DateTime)]
    pub stage_changed_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub converted_at: Option<Timestamp>,
    pub contact_id: Option<Uuid>,
    /// Counts the changes; send it as `If-Match` to be told of others'.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Only while the lead is in the trash.
    #[schema(value_type = Option<String>, format = DateTime, required = false)]
    pub deleted_at: Option<Timestamp>,
    #[schema(ignore)]
    pub position: i64,
    /// When the person last came in again after the lead was made.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_submission_at: Option<Timestamp>,
}

/// A lead where it lies. Its [`write`](LeadView::write) is the one place that says what a lead looks like in JSON.
#[derive(Debug, Clone)]
pub struct LeadView<'a> {
    pub id: Uuid,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    pub assigned_to: Option<Uuid>,
    pub name: &'a str,
    pub name_provisional: bool,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub phone_display: Option<&'a str>,
    pub company: Option<&'a str>,
    pub title: Option<&'a str>,
    pub source: &'a str,
    pub score: i64,
    pub value: Option<Amount>,
    pub currency: Option<&'a str>,
    pub tags: Cow<'a, str>,
    pub custom_fields: Cow<'a, str>,
    pub stage_changed_at: Timestamp,
    pub converted_at: Option<Timestamp>,
    pub contact_id: Option<Uuid>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub position: i64,
    pub last_submission_at: Option<Timestamp>,
}

impl<'a> LeadView<'a> {
    /// Reads a row that begins with [`COLUMNS`].
    pub fn read(row: &RowRef<'a>) -> store::Result<LeadView<'a>> {
        Ok(LeadView {
            id: row.uuid(0)?,
            pipeline_id: row.uuid(1)?,
            stage_id: row.uuid(2)?,
            assigned_to: row.opt_uuid(3)?,
            name: row.text(4)?,
            name_provisional: row.bool(5)?,
            email: row.opt_text(6)?,
            phone: row.opt_text(7)?,
            phone_display: row.opt_text(8)?,
            company: row.opt_text(9)?,
            title: row.opt_text(10)?,
            source: row.text(11)?,
            score: row.int(12)?,
            value: row.opt_int(13)?.map(Amount),
            currency: row.opt_text(14)?,
            tags: row.json_text(15)?,
            custom_fields: row.json_text(16)?,
            stage_changed_at: row.time(17)?,
            converted_at: row.opt_time(18)?,
            contact_id: row.opt_uuid(19)?,
            version: row.int(20)?,
            created_at: row.time(21)?,
            updated_at: row.time(22)?,
            deleted_at: row.opt_time(23)?,
            position: row.int(24)?,
            last_submission_at: row.opt_time(25)?,
        })
    }

    /// Appends the lead as a JSON object.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut object = Object::open(out);
        self.fields(&mut object);
        object.close();
    }

    /// The same, and behind its own fields further ones whose values are JSON already.
    pub fn write_with(&self, out: &mut Vec<u8>, more: &[(&str, &str)]) {
        let mut object = Object::open(out);
        self.fields(&mut object);
        for (key, json) in more {
            object.raw(key, json);
        }
        object.close();
    }

    fn fields(&self, object: &mut Object<'_>) {
        object.uuid("id", self.id);
        object.text("name", self.name);
        object.raw(
            "nameProvisional",
            if self.name_provisional {
                "true"
            } else {
                "false"
            },
        );
        object.opt_text("email", self.email);
        object.opt_text("phone", self.phone);
        object.opt_text("phoneDisplay", self.phone_display);
        object.opt_text("company", self.company);
        object.opt_text("title", self.title);
        object.raw("tags", &self.tags);
        object.text("source", self.source);
        object.int("score", self.score);
        match self.value {
            Some(value) => object.raw("value", &value.to_string()),
            None => object.raw("value", "null"),
        }
        object.opt_text("currency", self.currency);
        object.uuid("pipelineId", self.pipeline_id);
        object.uuid("stageId", self.stage_id);
        object.opt_uuid("assignedTo", self.assigned_to);
        object.raw("customFields", &self.custom_fields);
        object.time("stageChangedAt", self.stage_changed_at);
        object.opt_time("convertedAt", self.converted_at);
        object.opt_uuid("contactId", self.contact_id);
        object.int("version", self.version);
        object.time("createdAt", self.created_at);
        object.time("updatedAt", self.updated_at);
        object.opt_time("lastSubmissionAt", self.last_submission_at);
        if let Some(at) = self.deleted_at {
            object.time("deletedAt", at);
        }
    }

    pub fn to_owned(&self) -> Lead {
        Lead {
            id: Id::new(self.id),
            name: self.name.to_owned(),
            name_provisional: self.name_provisional,
            email: self.email.map(str::to_owned),
            phone: self.phone.map(str::to_owned),
            phone_display: self.phone_display.map(str::to_owned),
            company: self.company.map(str::to_owned),
            title: self.title.map(str::to_owned),
            tags: self.tags.clone().into_owned(),
            source: self.source.to_owned(),
            score: self.score,
            value: self.value,
            currency: self.currency.and_then(Currency::parse),
            pipeline_id: self.pipeline_id,
            stage_id: self.stage_id,
            assigned_to: self.assigned_to,
            custom_fields: self.custom_fields.clone().into_owned(),
            stage_changed_at: self.stage_changed_at,
            converted_at: self.converted_at,
            contact_id: self.contact_id,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            position: self.position,
            last_submission_at: self.last_submission_at,
        }
    }
}

impl Serialize for LeadView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Vec::with_capacity(json::LEAD);
        self.write(&mut out);
        raw(out)?.serialize(serializer)
    }
}

impl Serialize for Lead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

/// A row that begins with [`COLUMNS`].
impl FromRow for Lead {
    const COLUMNS: &'static [&'static str] = &[];

    fn from_row(row: &RowRef<'_>, _: &[usize]) -> store::Result<Lead> {
        LeadView::read(row).map(|it| it.to_owned())
    }
}

impl Lead {
    pub fn view(&self) -> LeadView<'_> {
        LeadView {
            id: self.id.uuid(),
            pipeline_id: self.pipeline_id,
            stage_id: self.stage_id,
            assigned_to: self.assigned_to,
            name: &self.name,
            name_provisional: self.name_provisional,
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            phone_display: self.phone_display.as_deref(),
            company: self.company.as_deref(),
            title: self.title.as_deref(),
            source: &self.source,
            score: self.score,
            value: self.value,
            currency: self.currency.map(Currency::code),
            tags: Cow::Borrowed(&self.tags),
            custom_fields: Cow::Borrowed(&self.custom_fields),
            stage_changed_at: self.stage_changed_at,
            converted_at: self.converted_at,
            contact_id: self.contact_id,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            position: self.position,
            last_submission_at: self.last_submission_at,
        }
    }

    pub fn tag_list(&self) -> Vec<String> {
        serde_json::from_str(&self.tags).unwrap_or_default()
    }

    pub fn counted(&self) -> Counted {
        Counted {
            stage: self.stage_id,
            owner: self.assigned_to,
            value: self.value.map(|it| it.0),
            currency: self.currency,
        }
    }
}

/// Bytes that are JSON, as a value that other JSON can hold.
pub fn raw<E: serde::ser::Error>(json: Vec<u8>) -> Result<Box<RawValue>, E> {
    String::from_utf8(json)
        .map_err(E::custom)
        .and_then(|it| RawValue::from_string(it).map_err(E::custom))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_as_many_as_are_read() {
        assert_eq!(COLUMNS.split(',').count(), COLUMN_COUNT);
    }

    #[test]
    fn a_lead_in_json() {
        let at = Timestamp(1_769_860_800_000);
        let lead = Lead {
            id: Id::new(Uuid::from_u128(1)),
            name: "Ada \"Countess\" Lovelace".into(),
            name_provisional: false,
            email: Some("ada@example.com".into()),
            phone: Some("+12025550173".into()),
            phone_display: Some("+1 202-555-0173".into()),
            company: None,
            title: None,
            tags: r#"["hot"]"#.into(),
            source: "api".into(),
            score: 0,
            value: Some(Amount(12_500)),
            currency: Currency::parse("EUR"),
            pipeline_id: Uuid::from_u128(2),
            stage_id: Uuid::from_u128(3),
            assigned_to: None,
            custom_fields: r#"{"budget": 5, "_displayNames": {"budget": "Budget"}}"#.into(),
            stage_changed_at: at,
            converted_at: None,
            contact_id: None,
            version: 1,
            created_at: at,
            updated_at: at,
            deleted_at: None,
            position: 0,
            last_submission_at: None,
        };
        let expected = concat!(
            r#"{"id":"00000000-0000-0000-0000-000000000001","name":"Ada \"Countess\" Lovelace","nameProvisional":false,"#,
            r#""email":"ada@example.com","phone":"+12025550173","phoneDisplay":"+1 202-555-0173","company":null,"#,
            r#""title":null,"tags":["hot"],"source":"api","score":0,"value":1.25,"currency":"EUR","#,
            r#""pipelineId":"00000000-0000-0000-0000-000000000002","stageId":"00000000-0000-0000-0000-000000000003","#,
            r#""assignedTo":null,"customFields":{"budget": 5, "_displayNames": {"budget": "Budget"}},"#,
            r#""stageChangedAt":"2026-01-31T12:00:00.000Z","convertedAt":null,"contactId":null,"version":1,"#,
            r#""createdAt":"2026-01-31T12:00:00.000Z","updatedAt":"2026-01-31T12:00:00.000Z","lastSubmissionAt":null}"#
        );
        assert_eq!(serde_json::to_string(&lead).unwrap(), expected);
    }
}
