//! A lead as a card on the board: what is seen of it at a glance.

use std::borrow::Cow;

use store::{RowRef, Timestamp};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::leads::{
    json::Object,
    list::Columns,
    money::{Amount, Currency},
};

pub const COLUMNS: Columns = Columns {
    text: "leads.id, leads.stage_id, leads.name, leads.company, leads.value, leads.currency, leads.source, \
           leads.score, leads.assigned_to, leads.tags, leads.stage_changed_at, leads.created_at, leads.version, \
           leads.position",
    count: 14,
};

/// A lead as a card on the board.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `CardView` writes")]
pub struct Card {
    id: Uuid,
    stage_id: Uuid,
    name: String,
    company: Option<String>,
    #[schema(value_type = Option<f64>)]
    value: Option<Amount>,
    currency: Option<Currency>,
    source: String,
    score: i64,
    assigned_to: Option<Uuid>,
    tags: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    stage_changed_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    version: i64,
    /// Orders the cards of a column, the greatest number on top. A number of 64 bits, hence as text.
    position: String,
}

/// A card where it lies.
pub struct CardView<'a> {
    pub id: Uuid,
    pub stage_id: Uuid,
    name: &'a str,
    company: Option<&'a str>,
    value: Option<Amount>,
    currency: Option<&'a str>,
    source: &'a str,
    score: i64,
    assigned_to: Option<Uuid>,
    tags: Cow<'a, str>,
    stage_changed_at: Timestamp,
    created_at: Timestamp,
    version: i64,
    position: i64,
}

impl<'a> CardView<'a> {
    /// Reads a row that begins with [`COLUMNS`].
    pub fn read(row: &RowRef<'a>) -> store::Result<CardView<'a>> {
        Ok(CardView {
            id: row.uuid(0)?,
            stage_id: row.uuid(1)?,
            name: row.text(2)?,
            company: row.opt_text(3)?,
            value: row.opt_int(4)?.map(Amount),
            currency: row.opt_text(5)?,
            source: row.text(6)?,
            score: row.int(7)?,
            assigned_to: row.opt_uuid(8)?,
            tags: row.json_text(9)?,
            stage_changed_at: row.time(10)?,
            created_at: row.time(11)?,
            version: row.int(12)?,
            position: row.int(13)?,
        })
    }

    /// Appends the card as a JSON object.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut object = Object::open(out);
        object.uuid("id", self.id);
        object.uuid("stageId", self.stage_id);
        object.text("name", self.name);
        object.opt_text("company", self.company);
        match self.value {
            Some(value) => object.raw("value", &value.to_string()),
            None => object.raw("value", "null"),
        }
        object.opt_text("currency", self.currency);
        object.text("source", self.source);
        object.int("score", self.score);
        object.opt_uuid("assignedTo", self.assigned_to);
        object.raw("tags", &self.tags);
        object.time("stageChangedAt", self.stage_changed_at);
        object.time("createdAt", self.created_at);
        object.int("version", self.version);
        object.text("position", &self.position.to_string());
        object.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_as_many_as_are_read() {
        assert_eq!(COLUMNS.text.split(',').count(), COLUMNS.count);
    }
}
