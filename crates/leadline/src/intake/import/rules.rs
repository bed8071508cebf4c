//! What a plan must hold to, and the source that it comes to.

use super::{
    limits::MOST_COLUMNS,
    plan::{Decide, Mode, OnMatch, Plan, Reading, Transform},
    target::Target,
};
use crate::{
    base::{Caller, Permission, Problems, Result, Scope},
    intake::sources::{self, MatchKey, OnUnknown, Source},
};

const MOST_TRANSFORMS: usize = 10;
const MOST_MAPPED: usize = 1000;

/// The front door's rules for this import.
pub fn source(plan: &Plan, caller: &Caller) -> Source {
    let Decide {
        mode,
        match_by,
        on_match,
        ..
    } = &plan.decide;
    let on_match = match (on_match, mode) {
        (OnMatch::Skip, _) | (OnMatch::Update, Mode::Create) => sources::OnMatch::Skip,
        (OnMatch::Update, _) => sources::OnMatch::Update,
        (OnMatch::CreateAnyway, _) => sources::OnMatch::CreateAnyway,
        (OnMatch::Review, _) => sources::OnMatch::Review,
    };
    // Whoever sees only some people's leads keeps those they make.
    let owner = match &caller.scope {
        Scope::Own(user) => Some(*user),
        Scope::Team(_) => caller.user(),
        _ => None,
    };
    Source {
        on_match,
        on_unknown: if *mode == Mode::Update {
            OnUnknown::Skip
        } else {
            OnUnknown::Create
        },
        match_by: match_by
            .iter()
            .filter_map(|it| MatchKey::parse(it))
            .collect(),
        country: plan.values.country.clone(),
        owner,
        scope: caller.scope.clone(),
        ..Source::with_defaults("import")
    }
}

/// Refuses a plan that no file could be read by.
pub fn check(plan: &Plan) -> Result<()> {
    let mut problems = Problems::new();
    check_reading(&plan.reading, &mut problems);
    if !(plan.values.country.len() == 2
        && plan
            .values
            .country
            .bytes()
            .all(|it| it.is_ascii_uppercase()))
    {
        problems.add(
            "plan.values.country",
            "is not a country code of two letters, such as \"US\"",
        );
    }
    check_columns(plan, &mut problems);
    for (index, constant) in plan.constants.iter().enumerate() {
        let path = format!("plan.constants[{index}]");
        if Target::parse(&constant.field).is_none() {
            problems.add(
                format!("{path}.field"),
                "is not a field; GET /import-fields lists them",
            );
        }
        if constant.value.trim().is_empty()
            || constant.value.len() > 4096
            || constant.value.contains('\0')
        {
            problems.add(format!("{path}.value"), "must be text of 1 to 4096 bytes");
        }
    }
    if plan.constants.len() > 200 {
        problems.add("plan.constants", "are more than 200");
    }
    let keys = &plan.decide.match_by;
    if keys.len() > 10 || keys.iter().any(|it| MatchKey::parse(it).is_none()) {
        problems.add(
            "plan.decide.matchBy",
            "takes externalId, email, phone, nameAndCompany and customFields.…",
        );
    }
    problems.done()
}

fn check_reading(reading: &Reading, problems: &mut Problems) {
    if ![',', ';', '\t', '|'].contains(&reading.delimiter) {
        problems.add("plan.reading.delimiter", "must be one of , ; tab |");
    }
    if !['"', '\''].contains(&reading.quote) {
        problems.add("plan.reading.quote", "must be \" or '");
    }
    if reading
        .header_row
        .is_some_and(|it| !(1..=1000).contains(&it))
    {
        problems.add(
            "plan.reading.headerRow",
            "must be between 1 and 1000, or null",
        );
    }
}

fn check_columns(plan: &Plan, problems: &mut Problems) {
    if plan.columns.len() > MOST_MAPPED {
        problems.add("plan.columns", format!("are more than {MOST_MAPPED}"));
    }
    let mut seen = std::collections::HashSet::new();
    let mut columns = std::collections::HashSet::new();
    for (index, column) in plan.columns.iter().enumerate() {
        let path = format!("plan.columns[{index}]");
        if column.column >= MOST_COLUMNS || !columns.insert(column.column) {
            problems.add(
                format!("{path}.column"),
                "is named twice, or beyond the columns that are read",
            );
        }
        let Some(field) = &column.field else {
            continue;
        };
        match Target::parse(field) {
            None => problems.add(
                format!("{path}.field"),
                "is not a field; GET /import-fields lists them",
            ),
            Some(target) => {
                let again = !seen.insert(target.clone());
                if again && !target.takes_several() {
                    problems.add(
                        format!("{path}.field"),
                        "is filled by another column already; join them in one",
                    );
                }
                if column.define.is_some() && !matches!(target, Target::Custom(_)) {
                    problems.add(format!("{path}.define"), "is for custom fields");
                }
            }
        }
        check_transforms(&column.transforms, &path, problems);
    }
}

fn check_transforms(transforms: &[Transform], path: &str, problems: &mut Problems) {
    if transforms.len() > MOST_TRANSFORMS {
        problems.add(
            format!("{path}.transforms"),
            format!("are more than {MOST_TRANSFORMS}"),
        );
    }
    for transform in transforms {
        let fine = match transform {
            Transform::Join { columns, with } => {
                columns.len() <= 20
                    && with.len() <= 20
                    && columns.iter().all(|it| *it < MOST_COLUMNS)
            }
            Transform::MapValues { values, .. } => {
                values.len() <= 1000
                    && values
                        .iter()
                        .all(|(from, to)| from.len() + to.len() <= 4096)
            }
            Transform::IfEmpty { value } => value.len() <= 4096,
            _ => true,
        };
        if !fine {
            problems.add(
                format!("{path}.transforms"),
                "hold a list or a text that is too long",
            );
        }
    }
}

/// The rights that running this plan takes, beside the one to import.
pub fn need(plan: &Plan, caller: &Caller) -> Result<()> {
    if plan.decide.mode != Mode::Update {
        caller.need(Permission::LeadsCreate)?;
    }
    if plan.decide.mode != Mode::Create && plan.decide.on_match == OnMatch::Update {
        caller.need(Permission::LeadsEdit)?;
    }
    let fills = |wanted: Target| {
        let columns = plan.columns.iter().filter_map(|it| it.field.as_deref());
        let constants = plan.constants.iter().map(|it| it.field.as_str());
        columns
            .chain(constants)
            .any(|it| Target::parse(it).as_ref() == Some(&wanted))
    };
    if fills(Target::Owner) {
        caller.need(Permission::LeadsAssign)?;
    }
    if fills(Target::Stage) {
        caller.need(Permission::LeadsMove)?;
    }
    if plan.columns.iter().any(|it| it.define.is_some()) {
        caller.need(Permission::FieldsManage)?;
    }
    Ok(())
}
