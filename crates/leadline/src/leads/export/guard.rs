//! What a spreadsheet would take for a formula. Who puts `=HYPERLINK(…)` into a web form must not run it on the desk of
//! whoever opens the file.

/// Whether a cell needs an apostrophe in front to stay the text that it is.
///
/// Signs in front of nothing but digits, blanks and one kind of marks between them are let through: such are negative
/// numbers and phone numbers (`+4930123456`, `+49 30 123456`). There is no name, reference or second sign in them, so
/// nothing can be computed from them but the number itself.
pub fn is_dangerous(text: &str) -> bool {
    let mut letters = text.chars();
    match letters.next() {
        Some('+' | '-') => !is_number(letters.as_str()),
        // The wide signs of Chinese, Japanese and Korean keyboards count as well there.
        Some('=' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => true,
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    let begins = text.bytes().next().is_some_and(|it| it.is_ascii_digit());
    begins
        && text
            .bytes()
            .all(|it| it.is_ascii_digit() || matches!(it, b' ' | b'.' | b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_numbers() {
        for bad in [
            "=1+1",
            "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"http://x\",\"y\")",
            "+1+cmd|' /C calc'!A0",
            "-2+3+cmd|'x'!A0",
            "+A1",
            "-",
            "+",
            "--1",
            "+1-202-555-0173",
            "+(1)",
            "+ 1",
            "@SUM(1+1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
            "＠SUM(1)",
        ] {
            assert!(is_dangerous(bad), "{bad}");
        }
        for good in [
            "",
            "Ada",
            "a=1",
            "-5",
            "-3.50",
            "+4930123456",
            "+49 30 123456",
            "-1,234.5",
            "'=1",
            " =1",
            "2026-01-31",
            "e-mail@example.com",
        ] {
            assert!(!is_dangerous(good), "{good}");
        }
    }
}
