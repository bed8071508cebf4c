//! Text as people write it, made comparable.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without accents: how names are searched and tags are told apart. "José" and "jose" fold alike.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|it| !is_combining_mark(*it))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without space around it and without control characters; nothing where nothing is left.
pub fn tidy(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|it| !it.is_control() || *it == '\n' || *it == '\t')
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// `Annual Revenue`, `annual_revenue` and `annual.revenue` all become `annualRevenue`.
pub fn camel_case(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut upper = false;
    let mut previous_lower = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            upper = !key.is_empty();
            previous_lower = false;
            continue;
        }
        if upper {
            key.extend(letter.to_uppercase());
        } else if key.is_empty()
            || !(previous_lower && letter.is_uppercase()) && letter.is_uppercase()
        {
            key.extend(letter.to_lowercase());
        } else {
            key.push(letter);
        }
        previous_lower = letter.is_lowercase() || letter.is_numeric();
        upper = false;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_and_accents() {
        for (text, folded) in [
            ("José ÁLVAREZ", "jose alvarez"),
            ("STRASSE", "strasse"),
            ("Ｆｕｌｌ", "full"),
            ("Łódź", "łodz"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn tidy_drops_what_cannot_be_seen() {
        assert_eq!(tidy("  Ada\u{0} Lovelace \n"), Some("Ada Lovelace".into()));
        assert_eq!(tidy(" \u{7} "), None);
    }

    #[test]
    fn keys_become_camel_case() {
        for (text, key) in [
            ("Annual Revenue", "annualRevenue"),
            ("annual_revenue", "annualRevenue"),
            ("contact.first_name", "contactFirstName"),
            ("annualRevenue", "annualRevenue"),
            ("UTM", "utm"),
            ("utm_source", "utmSource"),
            ("  Größe (cm) ", "größeCm"),
            ("2nd choice", "2ndChoice"),
            ("!!", ""),
        ] {
            assert_eq!(camel_case(text), key, "{text}");
        }
    }
}
