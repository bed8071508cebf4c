//! Rows of an export: for each column, what of a lead stands in it.

use super::{
    asked::{Names, Shape},
    cell::Cell,
    columns::{self, Among, Column, Core, What},
    custom,
    people::People,
};
use crate::{
    base::Result,
    leads::{LeadView, fields::Field},
};

/// The columns of a file, with the names that ids stand for.
#[derive(Debug)]
pub struct Shown {
    pub columns: Vec<Column>,
    custom_keys: Vec<String>,
    people: People,
}

impl Shown {
    pub fn new(shape: &Shape, fields: &[Field], people: People, among: Among) -> Result<Shown> {
        let columns = match &shape.columns {
            Some(keys) => columns::named(keys, fields)?,
            None => columns::usual(fields, among),
        };
        let custom_keys = columns.iter().filter_map(Column::custom_key);
        Ok(Shown {
            custom_keys: custom_keys.map(str::to_owned).collect(),
            columns,
            people,
        })
    }

    pub fn header(&self, names: Names) -> impl Iterator<Item = &str> {
        self.columns.iter().map(move |it| match names {
            Names::Keys => it.key.as_str(),
            Names::Display => it.name.as_str(),
        })
    }

    /// Shows each cell of a lead, column by column.
    pub fn each(&self, lead: &LeadView<'_>, mut f: impl FnMut(&Column, Cell<'_>)) {
        let custom = custom::pick(&lead.custom_fields, &self.custom_keys);
        for column in &self.columns {
            let cell = match column.what {
                What::Core(core) => self.core(core, lead),
                What::Custom(it) => {
                    custom[it.place].map_or(Cell::Empty, |json| Cell::custom(json, it.kind))
                }
            };
            f(column, cell);
        }
    }

    fn core<'a>(&'a self, core: Core, lead: &'a LeadView<'_>) -> Cell<'a> {
        match core {
            Core::Id => Cell::Uuid(lead.id),
            Core::Name => Cell::text(lead.name),
            Core::NameProvisional => Cell::Bool(lead.name_provisional),
            Core::Email => Cell::opt_text(lead.email),
            Core::Phone => Cell::opt_text(lead.phone),
            Core::PhoneDisplay => Cell::opt_text(lead.phone_display),
            Core::Company => Cell::opt_text(lead.company),
            Core::Title => Cell::opt_text(lead.title),
            Core::Tags => Cell::list(&lead.tags),
            Core::Source => Cell::text(lead.source),
            Core::Score => Cell::Whole(lead.score),
            Core::Value => lead.value.map_or(Cell::Empty, Cell::Amount),
            Core::Currency => Cell::opt_text(lead.currency),
            Core::PipelineId => Cell::Uuid(lead.pipeline_id),
            Core::PipelineName => Cell::opt_text(self.people.pipeline(lead.pipeline_id)),
            Core::StageId => Cell::Uuid(lead.stage_id),
            Core::StageName => Cell::opt_text(self.people.stage(lead.stage_id)),
            Core::AssignedTo => Cell::opt_uuid(lead.assigned_to),
            Core::AssignedToName => {
                Cell::opt_text(lead.assigned_to.and_then(|it| self.people.owner(it)))
            }
            Core::StageChangedAt => Cell::Time(lead.stage_changed_at),
            Core::ConvertedAt => Cell::opt_time(lead.converted_at),
            Core::ContactId => Cell::opt_uuid(lead.contact_id),
            Core::Version => Cell::Whole(lead.version),
            Core::CreatedAt => Cell::Time(lead.created_at),
            Core::UpdatedAt => Cell::Time(lead.updated_at),
            Core::LastSubmissionAt => Cell::opt_time(lead.last_submission_at),
            Core::DeletedAt => Cell::opt_time(lead.deleted_at),
            Core::CustomFields => Cell::Json(&lead.custom_fields),
        }
    }
}
