//! A lead a line, as the API shows it; or, where columns were asked for, an object of those.

use super::{cell::Cell, shown::Shown};
use crate::leads::{
    LeadView,
    json::{self, Object},
};

pub struct Ndjson {
    out: Vec<u8>,
    whole: Whole,
}

/// How much of a lead stands on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    Lead,
    Columns,
}

impl Ndjson {
    pub fn begin(whole: Whole) -> Ndjson {
        Ndjson {
            out: Vec::new(),
            whole,
        }
    }

    pub fn row(&mut self, shown: &Shown, lead: &LeadView<'_>) {
        if self.whole == Whole::Lead {
            lead.write(&mut self.out);
        } else {
            let mut object = Object::open(&mut self.out);
            shown.each(lead, |column, cell| {
                write(&mut object, &key(&column.key), &cell);
            });
            object.close();
        }
        self.out.push(b'\n');
    }

    /// What has been written since this was last asked.
    pub fn take(&mut self, room: usize) -> Vec<u8> {
        std::mem::replace(&mut self.out, Vec::with_capacity(room))
    }
}

/// The name of a field without a definition may hold anything.
fn key(name: &str) -> std::borrow::Cow<'_, str> {
    let plain = name
        .bytes()
        .all(|it| it >= 0x20 && it != b'"' && it != b'\\');
    if plain {
        return name.into();
    }
    let mut quoted = Vec::new();
    json::string(&mut quoted, name);
    let text = String::from_utf8_lossy(&quoted).into_owned();
    text[1..text.len() - 1].to_owned().into()
}

fn write(object: &mut Object<'_>, key: &str, cell: &Cell<'_>) {
    match cell {
        Cell::Empty => object.raw(key, "null"),
        Cell::Text(text) | Cell::Day(text) => object.text(key, text),
        Cell::Uuid(id) => object.uuid(key, *id),
        Cell::Whole(number) => object.int(key, *number),
        Cell::Amount(amount) => object.raw(key, &amount.to_string()),
        Cell::Number(json) | Cell::Json(json) | Cell::List(json) => object.raw(key, json),
        Cell::Bool(true) => object.raw(key, "true"),
        Cell::Bool(false) => object.raw(key, "false"),
        Cell::Time(at) => object.time(key, *at),
    }
}
