//! One line, several numbers: countries have changed how their mobile numbers are written, and old address books, forms
//! and messengers go on with the old form.
//!
//! - Brazil put a nine before the eight digits of its mobile numbers; messengers still name many without it.
//! - Argentina's mobile numbers carry a nine behind the country code when dialled from abroad, and a fifteen behind the
//!   area code at home; people leave out either or write both.
//! - Mexico's mobile numbers carried a one behind the country code until 2019.

/// Every E.164 number that reaches the same line, the present form first. Most numbers have one form alone.
pub fn forms(e164: &str) -> Vec<String> {
    let others = match e164.get(..3) {
        Some("+55") => brazil(&e164[3..]),
        Some("+54") => argentina(&e164[3..]),
        Some("+52") => mexico(&e164[3..]),
        _ => None,
    };
    others.unwrap_or_else(|| vec![e164.to_owned()])
}

/// The form that stands for all of them.
pub fn present(e164: &str) -> String {
    forms(e164).swap_remove(0)
}

/// Two digits of area, then eight, or nine that begin with a nine. Mobile numbers began with six to nine before.
fn brazil(national: &str) -> Option<Vec<String>> {
    let (area, number) = national.split_at_checked(2)?;
    let short = match number.len() {
        9 => number.strip_prefix('9')?,
        8 => number,
        _ => return None,
    };
    short
        .starts_with(['6', '7', '8', '9'])
        .then(|| vec![format!("+55{area}9{short}"), format!("+55{area}{short}")])
}

/// Ten digits of area and number.
fn argentina(national: &str) -> Option<Vec<String>> {
    let bare = national
        .strip_prefix('9')
        .filter(|it| it.len() >= 10)
        .unwrap_or(national);
    let plain = match bare.len() {
        10 => bare.to_owned(),
        12 => without_fifteen(bare)?,
        _ => return None,
    };
    let mut forms = vec![format!("+549{plain}"), format!("+54{plain}")];
    // The area is "11", or has three or four digits; the number alone does not say which.
    let areas: &[usize] = if plain.starts_with("11") {
        &[2]
    } else {
        &[3, 4]
    };
    for area in areas {
        let Some((area, number)) = plain.split_at_checked(*area) else {
            continue;
        };
        forms.push(format!("+54{area}15{number}"));
        forms.push(format!("+549{area}15{number}"));
    }
    Some(forms)
}

fn without_fifteen(bare: &str) -> Option<String> {
    let areas: &[usize] = if bare.starts_with("11") {
        &[2]
    } else {
        &[3, 4]
    };
    areas.iter().find_map(|area| {
        let (area, rest) = bare.split_at_checked(*area)?;
        Some(format!("{area}{}", rest.strip_prefix("15")?))
    })
}

/// Ten digits, once with a one in front.
fn mexico(national: &str) -> Option<Vec<String>> {
    let number = match national.len() {
        11 => national.strip_prefix('1')?,
        10 => national,
        _ => return None,
    };
    Some(vec![format!("+52{number}"), format!("+521{number}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_one_line_share_one_that_stands_for_them() {
        for (same, different) in [
            (vec!["+5511987654321", "+551187654321"], "+551137654321"),
            (
                vec![
                    "+5491123456789",
                    "+541123456789",
                    "+54111523456789",
                    "+549111523456789",
                ],
                "+5491123456780",
            ),
            (
                vec!["+5492214567890", "+542214567890", "+54221154567890"],
                "+5492214567891",
            ),
            (vec!["+525512345678", "+5215512345678"], "+525512345679"),
        ] {
            for number in &same {
                assert_eq!(present(number), same[0], "{number}");
                for other in &same {
                    assert!(
                        forms(number).contains(&(*other).to_owned()),
                        "{number} {other}"
                    );
                }
                assert_ne!(present(different), present(number));
            }
        }
    }

    #[test]
    fn other_numbers_have_one_form() {
        for number in [
            "+12025550173",
            "+493012345678",
            // A Brazilian landline, and one too short.
            "+551130001234",
            "+55119876543",
            "+52551234",
            "+5411234",
            "+5",
            "",
        ] {
            assert_eq!(forms(number), [number], "{number}");
        }
    }

    #[test]
    fn no_digits_make_it_stumble() {
        for length in 0..16 {
            for country in ["+55", "+54", "+52", "+549", "+5411", "+55é"] {
                let number = format!("{country}{}", "15".repeat(length));
                assert!(forms(&number).contains(&number), "{number}");
            }
        }
    }
}
