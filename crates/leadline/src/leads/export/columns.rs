//! The columns of an export: which there are, and which were asked for.

use crate::{
    base::{Problems, Result},
    leads::fields::{Field, FieldKind},
};

#[derive(Debug, Clone)]
pub struct Column {
    pub what: What,
    /// As the API names it.
    pub key: String,
    /// As people do.
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Core(Core),
    Custom(Custom),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Custom {
    /// Its number among the custom columns.
    pub place: usize,
    /// None: the field has no definition.
    pub kind: Option<FieldKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    Id,
    Name,
    NameProvisional,
    Email,
    Phone,
    PhoneDisplay,
    Company,
    Title,
    Tags,
    Source,
    Score,
    Value,
    Currency,
    PipelineId,
    PipelineName,
    StageId,
    StageName,
    AssignedTo,
    AssignedToName,
    StageChangedAt,
    ConvertedAt,
    ContactId,
    Version,
    CreatedAt,
    UpdatedAt,
    LastSubmissionAt,
    DeletedAt,
    /// All custom fields as one JSON object.
    CustomFields,
}

use Core as C;

const CORE: [(Core, &str, &str); 28] = [
    (C::Id, "id", "Id"),
    (C::Name, "name", "Name"),
    (C::NameProvisional, "nameProvisional", "Provisional name"),
    (C::Email, "email", "E-mail"),
    (C::Phone, "phone", "Phone"),
    (C::PhoneDisplay, "phoneDisplay", "Phone as shown"),
    (C::Company, "company", "Company"),
    (C::Title, "title", "Title"),
    (C::Tags, "tags", "Tags"),
    (C::Source, "source", "Source"),
    (C::Score, "score", "Score"),
    (C::Value, "value", "Value"),
    (C::Currency, "currency", "Currency"),
    (C::PipelineId, "pipelineId", "Pipeline id"),
    (C::PipelineName, "pipelineName", "Pipeline"),
    (C::StageId, "stageId", "Stage id"),
    (C::StageName, "stageName", "Stage"),
    (C::AssignedTo, "assignedTo", "Owner id"),
    (C::AssignedToName, "assignedToName", "Owner"),
    (C::StageChangedAt, "stageChangedAt", "In stage since"),
    (C::ConvertedAt, "convertedAt", "Converted"),
    (C::ContactId, "contactId", "Contact id"),
    (C::Version, "version", "Version"),
    (C::CreatedAt, "createdAt", "Created"),
    (C::UpdatedAt, "updatedAt", "Updated"),
    (C::LastSubmissionAt, "lastSubmissionAt", "Last submission"),
    (C::DeletedAt, "deletedAt", "Deleted"),
    (C::CustomFields, "customFields", "Custom fields"),
];

const CUSTOM: &str = "customFields.";
const LONGEST_KEY: usize = 100;

/// Which leads the columns are for: the trash has one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    Live,
    Trash,
}

/// All core fields and every defined custom field.
pub fn usual(fields: &[Field], among: Among) -> Vec<Column> {
    let wanted = |it: &&(Core, &str, &str)| match it.0 {
        C::DeletedAt => among == Among::Trash,
        // The defined fields have columns of their own.
        C::CustomFields => false,
        _ => true,
    };
    let core = CORE.iter().filter(wanted).map(core);
    let custom = fields
        .iter()
        .enumerate()
        .map(|(place, it)| defined(place, it));
    core.chain(custom).collect()
}

/// Whether there is such a column, defined or not.
pub fn is_one(key: &str) -> bool {
    column(key, 0, &[]).is_some()
}

/// The columns of these keys, in their order.
pub fn named(keys: &[String], fields: &[Field]) -> Result<Vec<Column>> {
    let mut problems = Problems::new();
    let mut columns: Vec<Column> = Vec::with_capacity(keys.len());
    let mut customs = 0;
    for key in keys {
        match column(key, customs, fields) {
            Some(column) if columns.iter().any(|it| it.key == column.key) => {
                problems.add("columns", format!("name \"{}\" twice", column.key));
            }
            Some(column) => {
                customs += usize::from(matches!(column.what, What::Custom(_)));
                columns.push(column);
            }
            None => problems.add("columns", format!("know no \"{}\"", shortened(key))),
        }
    }
    problems.done()?;
    Ok(columns)
}

fn column(key: &str, place: usize, fields: &[Field]) -> Option<Column> {
    if let Some(found) = CORE.iter().find(|it| it.1 == key) {
        return Some(core(found));
    }
    let custom = key.strip_prefix(CUSTOM)?;
    if let Some(field) = fields.iter().find(|it| it.key == custom) {
        return Some(defined(place, field));
    }
    let fits = !custom.is_empty() && custom.chars().count() <= LONGEST_KEY;
    fits.then(|| Column {
        what: What::Custom(Custom { place, kind: None }),
        key: key.to_owned(),
        name: custom.to_owned(),
    })
}

fn core((core, key, name): &(Core, &str, &str)) -> Column {
    Column {
        what: What::Core(*core),
        key: (*key).to_owned(),
        name: (*name).to_owned(),
    }
}

fn defined(place: usize, field: &Field) -> Column {
    Column {
        what: What::Custom(Custom {
            place,
            kind: Some(field.kind),
        }),
        key: format!("{CUSTOM}{}", field.key),
        name: field.name.clone(),
    }
}

impl Column {
    /// The key of a custom field within a lead's.
    pub fn custom_key(&self) -> Option<&str> {
        match self.what {
            What::Custom(_) => self.key.strip_prefix(CUSTOM),
            What::Core(_) => None,
        }
    }
}

fn shortened(key: &str) -> String {
    key.chars().take(LONGEST_KEY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(columns: &[Column]) -> Vec<&str> {
        columns.iter().map(|it| it.key.as_str()).collect()
    }

    #[test]
    fn columns_come_in_the_order_asked_for() {
        let fields = [Field::for_tests("budget", FieldKind::Money, &[])];
        let asked = ["customFields.budget", "name", "customFields.own"].map(str::to_owned);
        let columns = named(&asked, &fields).unwrap();
        assert_eq!(keys(&columns), asked);
        let places = columns.iter().filter_map(|it| match it.what {
            What::Custom(custom) => Some((custom.place, custom.kind)),
            What::Core(_) => None,
        });
        assert!(places.eq([(0, Some(FieldKind::Money)), (1, None)]));
    }

    #[test]
    fn what_is_no_column_is_told() {
        for bad in ["", "nam", "customFields.", "Name", "'; drop table leads"] {
            assert!(named(&[bad.to_owned()], &[]).is_err(), "{bad}");
        }
        assert!(named(&["name".to_owned(), "name".to_owned()], &[]).is_err());
    }

    #[test]
    fn the_usual_columns_show_when_leads_of_the_trash_went_there() {
        let fields = [Field::for_tests("budget", FieldKind::Money, &[])];
        let live = usual(&fields, Among::Live);
        assert!(
            !keys(&live).contains(&"deletedAt") && keys(&live).ends_with(&["customFields.budget"])
        );
        assert!(keys(&usual(&fields, Among::Trash)).contains(&"deletedAt"));
    }
}
