//! What the audit log is told of an export: that it began, by whom and with what, and how it ended.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::settled::Settled;
use crate::{
    base::{App, Caller, Error, Result},
    workspaces::audit::{self, Who},
};

/// An export under way. However it is let go of, its end is written down.
pub struct Trail {
    app: Arc<App>,
    who: Who,
    pub id: Uuid,
    pub rows: i64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    UnderWay,
    Failed,
    Withdrawn,
    Ended,
}

impl Trail {
    /// The answer comes after the commit: nothing goes out that is not written down.
    pub async fn begin(app: &Arc<App>, caller: &Caller, settled: &Settled) -> Result<Trail> {
        let who = Who::from(caller);
        let mut data = json!({
            "format": settled.shape.format.key(),
            "filter": without_people(serde_json::to_value(&settled.filter).unwrap_or_default()),
            "columns": settled.shape.columns,
        });
        if let Some((id, filter)) = &settled.view {
            data["viewId"] = json!(id);
            data["viewFilter"] = without_people(filter.clone());
        }
        let id = app
            .db
            .write(move |tx| {
                let id = tx.id();
                audit::record(tx, who, "export.begun", &target(id), data)?;
                Ok::<_, Error>(id)
            })
            .await?;
        Ok(Trail {
            app: Arc::clone(app),
            who,
            id,
            rows: 0,
            state: State::UnderWay,
        })
    }

    /// Everything was handed over.
    pub async fn end(&mut self) -> Result<()> {
        self.state = State::Ended;
        self.write("done").await
    }

    /// It ends by a mistake on this side.
    pub fn fail(&mut self) {
        self.state = State::Failed;
    }

    /// Whoever takes it lost the right.
    pub fn withdraw(&mut self) {
        self.state = State::Withdrawn;
    }

    fn write(&self, outcome: &'static str) -> store::Reply<(), Error> {
        let (who, id, rows) = (self.who, self.id, self.rows);
        self.app.db.write(move |tx| {
            let data = json!({"outcome": outcome, "rows": rows});
            audit::record(tx, who, "export.ended", &target(id), data)
        })
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        let outcome = match self.state {
            State::UnderWay => "brokenOff",
            State::Failed => "failed",
            State::Withdrawn => "withdrawn",
            State::Ended => return,
        };
        // A unit of work is done whether somebody waits for it or not.
        drop(self.write(outcome));
    }
}

fn target(id: Uuid) -> String {
    format!("export:{id}")
}

/// What is written into the log is never erased, so who was looked for by name, address or number is left out.
fn without_people(mut json: Json) -> Json {
    let Some(facts) = json.as_object_mut() else {
        return json;
    };
    for (name, value) in facts {
        if name == "where" {
            blank_conditions(value);
        } else if name.starts_with("cf.") || is_of_a_person(name) {
            *value = BLANK.into();
        }
    }
    json
}

const BLANK: &str = "…";

fn is_of_a_person(field: &str) -> bool {
    ["search", "name", "email", "phone"].contains(&field) || field.starts_with("customFields.")
}

fn blank_conditions(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(blank_conditions),
        Json::Object(condition) => {
            let field = condition.get("field").and_then(Json::as_str);
            if field.is_some_and(is_of_a_person) {
                if let Some(value) = condition.get_mut("value") {
                    *value = BLANK.into();
                }
                return;
            }
            condition.values_mut().for_each(blank_conditions);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_looked_for_is_not_written_down() {
        let filter = json!({
            "search": "Ada", "email": "ada@example.org", "source": "web", "cf.iban": "DE02",
            "where": {"any": [
                {"field": "name", "op": "is", "value": "Ada"},
                {"not": {"field": "customFields.iban", "op": "is", "value": "DE02"}},
                {"field": "score", "op": "atLeast", "value": 5},
            ]},
        });
        let told = without_people(filter).to_string();
        assert!(
            !told.contains("Ada") && !told.contains("ada@") && !told.contains("DE02"),
            "{told}"
        );
        assert!(told.contains("web") && told.contains('5'), "{told}");
    }
}
