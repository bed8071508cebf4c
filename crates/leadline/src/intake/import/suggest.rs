//! What the columns of a file probably mean: by their names in several languages, then by what their values look like.

use std::collections::HashSet;

use super::{
    detect::{ColumnLook, Look, target_by_shape},
    house::House,
    plan::Column,
    shape::Shape,
    synonyms,
    target::Target,
};
use crate::{
    base::text::camel_case,
    intake::accept::WriteRule,
    leads::{custom, fields::FieldKind},
};

/// A plan for every column. What nothing is known of becomes a custom field under its header; nameless columns are left out.
pub fn columns(look: &Look, house: &House) -> Vec<Column> {
    let fields = &house.fields;
    let mut taken: HashSet<Target> = HashSet::new();
    let mut targets: Vec<Option<Target>> = look
        .columns
        .iter()
        .map(|column| by_name(column, house).filter(|it| free(it, &mut taken)))
        .collect();
    for (target, column) in targets.iter_mut().zip(&look.columns) {
        if target.is_none() {
            let guess = column.shape.and_then(target_by_shape);
            *target = guess.filter(|it| free(it, &mut taken));
        }
    }
    if !targets.iter().flatten().any(names_somebody)
        && let Some(at) =
            (0..targets.len()).find(|it| targets[*it].is_none() && holds_names(&look.columns[*it]))
    {
        targets[at] = Some(Target::Name);
    }
    let mut custom_left = custom::MOST.saturating_sub(fields.len());
    for (target, column) in targets.iter_mut().zip(&look.columns) {
        if target.is_none() && custom_left > 0 && !column.samples.is_empty() {
            *target = as_custom(&column.header, &mut taken);
            custom_left -= usize::from(target.is_some());
        }
    }
    let targets = targets.into_iter().enumerate();
    targets
        .map(|(column, target)| Column {
            column,
            field: target.map(|it| it.field()),
            define: None,
            transforms: Vec::new(),
            write: WriteRule::default(),
        })
        .collect()
}

/// The type that a custom field made of this column would have.
pub fn kind(column: &ColumnLook) -> FieldKind {
    column.shape.map_or(FieldKind::Text, Shape::kind)
}

/// A short text that is equal for files with the same columns.
pub fn fingerprint(look: &Look) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for column in &look.columns {
        hash.update(synonyms::squeezed(&column.header));
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..16])
}

fn by_name(column: &ColumnLook, house: &House) -> Option<Target> {
    let squeezed = synonyms::squeezed(&column.header);
    if squeezed.is_empty() {
        return None;
    }
    let defined = house.fields.iter().find(|it| {
        synonyms::squeezed(&it.name) == squeezed || synonyms::squeezed(&it.key) == squeezed
    });
    if let Some(field) = defined {
        return Some(Target::Custom(field.key.clone()));
    }
    let target = synonyms::target(&column.header)?;
    // "Contact" over telephone numbers means these, not a name.
    let contradicted = match (&target, column.shape) {
        (Target::Name, Some(shape)) => shape != Shape::Text,
        (Target::Email, Some(shape)) => !matches!(shape, Shape::Email | Shape::Text),
        (Target::Value, Some(shape)) => {
            !matches!(shape, Shape::Number | Shape::Money | Shape::Text)
        }
        (Target::Score, Some(shape)) => shape != Shape::Number,
        // A status that is none of our stages is rather a field of its own.
        (Target::Stage, _) => !knows(column, |it| house.stage(it).is_some()),
        (Target::Owner, _) => !knows(column, |it| house.person(it).is_some()),
        (Target::CreatedAt, Some(shape)) => !matches!(shape, Shape::Date | Shape::Text),
        _ => false,
    };
    (!contradicted).then_some(target)
}

fn names_somebody(target: &Target) -> bool {
    matches!(target, Target::Name | Target::FirstName | Target::LastName)
}

/// Whether a column without a header looks as if people's names stood in it: two to four words of letters.
fn holds_names(column: &ColumnLook) -> bool {
    let is_name = |it: &String| {
        let letters =
            |it: char| it.is_alphabetic() || matches!(it, ' ' | '.' | '-' | '\'' | '’' | ',');
        (2..=4).contains(&it.split_whitespace().count()) && it.chars().all(letters)
    };
    column.header.is_empty() && !column.samples.is_empty() && column.samples.iter().all(is_name)
}

/// Whether one of the samples is known.
fn knows(column: &ColumnLook, known: impl Fn(&str) -> bool) -> bool {
    column.samples.iter().any(|it| known(it))
}

/// Takes the target, if no column has it that it would quarrel with.
fn free(target: &Target, taken: &mut HashSet<Target>) -> bool {
    taken.insert(target.clone()) || target == &Target::Tags
}

fn as_custom(header: &str, taken: &mut HashSet<Target>) -> Option<Target> {
    let key = camel_case(header);
    if key.is_empty() || key.chars().count() > 90 {
        return None;
    }
    let named = |number: usize| match number {
        1 => Target::Custom(key.clone()),
        number => Target::Custom(format!("{key}{number}")),
    };
    (1..=custom::MOST)
        .map(named)
        .find(|it| taken.insert(it.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        intake::import::{detect, records::Records},
        leads::fields::Field,
    };

    fn suggested(text: &str) -> Vec<String> {
        let reading = detect::reading(text.as_bytes());
        let mut records = Records::new(text.as_bytes(), detect::marks(&reading));
        let look = detect::look(&mut records, &reading).unwrap();
        let house = House {
            fields: vec![Field::for_tests("taxNumber", FieldKind::Text, &[])],
            ..House::default()
        };
        let columns = columns(&look, &house).into_iter();
        columns.map(|it| it.field.unwrap_or_default()).collect()
    }

    #[test]
    fn names_come_before_shapes_and_shapes_before_custom_fields() {
        for (text, fields) in [
            (
                "Vorname;Nachname;E-Mail\nAda;King;a@example.org\n",
                &["firstName", "lastName", "email"][..],
            ),
            (
                "a,b,c\nAda,ada@example.org,+44 20 7946 0958\n",
                &["customFields.a", "email", "phone"],
            ),
            (
                "Contact,Shoe size,Shoe size\n+49 30 1234567,43,44\n",
                &["phone", "customFields.shoeSize", "customFields.shoeSize2"],
            ),
            (
                "Email,Email,\na@example.org,b@example.org,x\n",
                &["email", "customFields.email", ""],
            ),
            (
                "Tax number,Tags,Labels\n1,a,b\n",
                &["customFields.taxNumber", "tags", "tags"],
            ),
            ("name,unused\nAda,\n", &["name", ""]),
        ] {
            assert_eq!(suggested(text), fields, "{text}");
        }
    }

    #[test]
    fn fingerprints_forget_how_a_header_is_written() {
        let of = |header: &str| {
            let column = |name: &str| ColumnLook {
                header: name.into(),
                ..ColumnLook::default()
            };
            fingerprint(&Look {
                columns: header.split(',').map(column).collect(),
                ..Look::default()
            })
        };
        assert_eq!(of("First name,E-Mail"), of("first_name,email"));
        assert_ne!(of("a,bc"), of("ab,c"));
        assert_ne!(of("a,b"), of("b,a"));
    }
}
