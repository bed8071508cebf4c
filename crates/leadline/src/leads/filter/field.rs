//! What of a lead can be asked about.

use super::condition::LONGEST;
use crate::base::text::camel_case;

/// A field, by the name it has in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    Core(Core),
    /// A custom field by its key.
    Custom(String),
}

macro_rules! core {
    ($($name:ident $text:literal)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Core { $($name),+ }

        impl Core {
            pub const ALL: &[Core] = &[$(Core::$name),+];

            pub fn name(self) -> &'static str {
                match self { $(Core::$name => $text),+ }
            }
        }
    };
}

core! {
    Id "id"
    Search "search"
    Name "name"
    Email "email"
    Phone "phone"
    Company "company"
    Title "title"
    Source "source"
    Currency "currency"
    Score "score"
    Value "value"
    Tags "tags"
    Stage "stage"
    StageType "stageType"
    Pipeline "pipeline"
    Owner "owner"
    Created "created"
    Updated "updated"
    StageChanged "stageChanged"
    DaysInStage "daysInStage"
    Converted "converted"
    LastSubmission "lastSubmission"
    CreatedIn "createdIn"
    ChangedIn "changedIn"
    SkippedIn "skippedIn"
}

/// Stands before the key of a custom field.
const CUSTOM: &str = "customFields.";

impl Field {
    pub fn parse(name: &str) -> Result<Field, String> {
        if let Some(key) = name.strip_prefix(CUSTOM) {
            return custom(key);
        }
        if name == "deleted" {
            return Err("is said beside the conditions: \"deleted\": true".into());
        }
        let core = Core::ALL.iter().copied().find(|it| it.name() == name);
        core.map(Field::Core).ok_or_else(|| {
            let names: Vec<_> = Core::ALL.iter().map(|it| it.name()).collect();
            format!("must be one of {}, or {CUSTOM}<key>", names.join(", "))
        })
    }

    pub fn name(&self) -> String {
        match self {
            Field::Core(core) => core.name().to_owned(),
            Field::Custom(key) => format!("{CUSTOM}{key}"),
        }
    }
}

/// A key stands for itself; the name or the path that a field came in with for the key made of it.
fn custom(name: &str) -> Result<Field, String> {
    let is_key = name.starts_with(|it: char| it.is_numeric() || it.is_lowercase())
        && name.chars().all(char::is_alphanumeric);
    let key = if is_key {
        name.to_owned()
    } else {
        camel_case(name)
    };
    if key.is_empty() || name.contains('\0') {
        Err("names no custom field".into())
    } else if key.chars().count() > LONGEST {
        Err(format!("must not be longer than {LONGEST} characters"))
    } else {
        Ok(Field::Custom(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for core in Core::ALL {
            assert_eq!(Field::parse(core.name()), Ok(Field::Core(*core)));
        }
        for (name, key) in [
            ("customFields.annualRevenue", "annualRevenue"),
            ("customFields.contact.first_name", "contactFirstName"),
            ("customFields.aBC", "aBC"),
            ("customFields.2ndChoice", "2ndChoice"),
        ] {
            let field = Field::parse(name).unwrap();
            assert_eq!(field, Field::Custom(key.into()));
            assert_eq!(Field::parse(&field.name()), Ok(field));
        }
        for bad in [
            "",
            "Name",
            "customFields",
            "customFields.",
            "customFields.!",
            "deleted",
            "customFields.a\0",
        ] {
            assert!(Field::parse(bad).is_err(), "{bad}");
        }
    }
}
