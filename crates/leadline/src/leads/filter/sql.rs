//! Bound conditions as SQL, the same on both engines: SQLite calls functions of this program, PostgreSQL has functions of
//! the same names and answers.

use store::{Engine, Sql};

use super::{
    moments::Interval,
    rule::{Custom, IdColumn, Leaf, NumberColumn, Rule, Says, Span, TextColumn, TimeColumn},
};
use crate::base::WorkspaceId;

/// What the conditions are put into.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub engine: Engine,
    pub workspace: WorkspaceId,
    /// Tags of leads in the trash are not listed.
    pub trash: bool,
}

impl Rule {
    /// Adds the condition on a row of `leads`. It is true, or else false or null.
    pub fn push(&self, place: Place, sql: &mut Sql) {
        match self {
            Rule::All(items) => group(items, " and ", "true", place, sql),
            Rule::Any(items) => group(items, " or ", "false", place, sql),
            Rule::Leaf(leaf) => leaf.push(place, sql),
            Rule::Not(leaf) => {
                sql.push("(");
                leaf.push(place, sql);
                sql.push(") is not true");
            }
        }
    }
}

fn group(items: &[Rule], word: &'static str, empty: &'static str, place: Place, sql: &mut Sql) {
    if items.is_empty() {
        sql.push(empty);
        return;
    }
    let mut between = "(";
    for item in items {
        sql.push(between);
        item.push(place, sql);
        between = word;
    }
    sql.push(")");
}

impl Leaf {
    fn push(&self, place: Place, sql: &mut Sql) {
        match self {
            Leaf::Text(column, says) => {
                let plain = |sql: &mut Sql| {
                    sql.push(column.name());
                };
                says.push(place.engine, &plain, sql);
            }
            Leaf::Number(column, span) => {
                let plain = |sql: &mut Sql| {
                    sql.push(column.name());
                };
                push_span(plain, *span, sql);
            }
            Leaf::Time(column, interval) => push_interval(*column, *interval, sql),
            Leaf::NoTime(column) => {
                sql.push(column.name()).push(" is null");
            }
            Leaf::Id(column, ids) => {
                sql.push(column.name())
                    .push(" in ")
                    .list(ids.iter().copied());
            }
            Leaf::NoOwner => {
                sql.push("leads.assigned_to is null");
            }
            Leaf::Tag(tag) => push_tag(tag, place, sql),
            Leaf::NoTags => {
                sql.push("leads.tags = '[]'");
            }
            Leaf::Search(term) => {
                sql.push("(true");
                term.push(place.engine, sql);
                sql.push(")");
            }
            Leaf::Deeds(deeds) => deeds.push(place, sql),
            Leaf::Custom(key, wanted) => wanted.push(key, place.engine, sql),
        }
    }
}

fn push_tag(tag: &str, place: Place, sql: &mut Sql) {
    if place.trash {
        sql.push(match place.engine {
            Engine::Sqlite => "exists (select 1 from json_each(leads.tags) as tag where fold(tag.value) = ",
            Engine::Postgres => {
                "exists (select 1 from jsonb_array_elements_text(leads.tags) as tag (value) where fold(tag.value) = "
            }
        });
        sql.bind(tag).push(")");
    } else {
        sql.push("exists (select 1 from lead_tags as other where other.workspace_id = ");
        sql.bind(place.workspace)
            .push(" and other.tag = ")
            .bind(tag)
            .push(" and other.lead_id = leads.id)");
    }
}

impl Says {
    fn push(&self, engine: Engine, text: &dyn Fn(&mut Sql), sql: &mut Sql) {
        let folded = |sql: &mut Sql| {
            sql.push("fold(");
            text(sql);
            sql.push(")");
        };
        let place_of = |part: &str, wanted: &'static str, sql: &mut Sql| {
            sql.push(match engine {
                Engine::Sqlite => "instr(",
                Engine::Postgres => "strpos(",
            });
            folded(sql);
            sql.push(", ").bind(part).push(")").push(wanted);
        };
        match self {
            Says::Exactly(texts) => {
                text(sql);
                sql.push(" in ").list(texts.iter().map(String::as_str));
            }
            Says::Folded(texts) => {
                folded(sql);
                sql.push(" in ").list(texts.iter().map(String::as_str));
            }
            Says::Contains(part) => place_of(part, " > 0", sql),
            Says::StartsWith(start) => place_of(start, " = 1", sql),
            Says::Nothing => {
                sql.push("coalesce(");
                text(sql);
                sql.push(", '') = ''");
            }
        }
    }
}

impl Custom {
    fn push(&self, key: &str, engine: Engine, sql: &mut Sql) {
        let field = |function: &'static str| {
            move |sql: &mut Sql| {
                sql.push(function)
                    .push("(leads.custom_fields, ")
                    .bind(key)
                    .push(")");
            }
        };
        match self {
            Custom::Text(says) => says.push(engine, &field("custom_text"), sql),
            Custom::Number(span) => push_span(field("custom_number"), *span, sql),
            Custom::Flag(wanted) => {
                field("custom_flag")(sql);
                sql.push(" = ").bind(*wanted);
            }
            Custom::Days(span) => push_span(field("custom_day"), *span, sql),
            Custom::Has(member) => {
                sql.push("custom_has(leads.custom_fields, ").bind(key);
                sql.push(", ").bind(member.as_str()).push(")");
            }
            Custom::Json(pieces) => {
                sql.push("cast(leads.custom_fields -> cast(");
                match engine {
                    Engine::Sqlite => sql.bind(format!("$.\"{key}\"")),
                    Engine::Postgres => sql.bind(key),
                };
                sql.push(" as text) as text) in ")
                    .list(pieces.iter().map(String::as_str));
            }
            Custom::Nothing => {
                field("custom_filled")(sql);
                sql.push(" is not true");
            }
        }
    }
}

fn push_span<T: Copy + store::ToValue>(column: impl Fn(&mut Sql), span: Span<T>, sql: &mut Sql) {
    match span {
        Span {
            least: Some(least),
            most: Some(most),
        } => {
            column(sql);
            sql.push(" between ").bind(least).push(" and ").bind(most);
        }
        Span {
            least: Some(least),
            most: None,
        } => {
            column(sql);
            sql.push(" >= ").bind(least);
        }
        Span {
            least: None,
            most: Some(most),
        } => {
            column(sql);
            sql.push(" <= ").bind(most);
        }
        Span {
            least: None,
            most: None,
        } => {
            column(sql);
            sql.push(" is not null");
        }
    }
}

fn push_interval(column: TimeColumn, interval: Interval, sql: &mut Sql) {
    let name = column.name();
    sql.push("(").push(name).push(" is not null");
    if let Some(from) = interval.from {
        sql.push(" and ").push(name).push(" >= ").bind(from);
    }
    if let Some(until) = interval.until {
        sql.push(" and ").push(name).push(" < ").bind(until);
    }
    sql.push(")");
}

impl TextColumn {
    fn name(self) -> &'static str {
        match self {
            TextColumn::Name => "leads.name",
            TextColumn::Email => "leads.email",
            TextColumn::Phone => "leads.phone",
            TextColumn::Company => "leads.company",
            TextColumn::Title => "leads.title",
            TextColumn::Source => "leads.source",
            TextColumn::Currency => "leads.currency",
        }
    }
}

impl NumberColumn {
    fn name(self) -> &'static str {
        match self {
            NumberColumn::Score => "leads.score",
            NumberColumn::Value => "leads.value",
        }
    }
}

impl TimeColumn {
    fn name(self) -> &'static str {
        match self {
            TimeColumn::Created => "leads.created_at",
            TimeColumn::Updated => "leads.updated_at",
            TimeColumn::StageChanged => "leads.stage_changed_at",
            TimeColumn::Converted => "leads.converted_at",
            TimeColumn::LastSubmission => "leads.last_submission_at",
        }
    }
}

impl IdColumn {
    fn name(self) -> &'static str {
        match self {
            IdColumn::Lead => "leads.id",
            IdColumn::Stage => "leads.stage_id",
            IdColumn::Pipeline => "leads.pipeline_id",
            IdColumn::Owner => "leads.assigned_to",
        }
    }
}
