//! One mailbox, several addresses: providers that overlook dots or what stands behind a plus, and those that have more
//! than one domain for the same mailboxes. That two addresses have one form makes it likely that they are one person's,
//! no more: it is a weak key.

/// A provider's rule.
struct Provider {
    /// The first stands for all of them.
    domains: &'static [&'static str],
    overlooks_dots: bool,
}

const PROVIDERS: [Provider; 9] = [
    Provider {
        domains: &["gmail.com", "googlemail.com"],
        overlooks_dots: true,
    },
    Provider {
        domains: &["outlook.com"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["hotmail.com"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["live.com"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["fastmail.com", "fastmail.fm"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["proton.me", "protonmail.com", "pm.me"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["icloud.com", "me.com", "mac.com"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["zoho.com", "zohomail.com"],
        overlooks_dots: false,
    },
    Provider {
        domains: &["posteo.de"],
        overlooks_dots: false,
    },
];

/// Domains at which anybody can have an address: that two people share one says nothing.
const FREE: [&str; 34] = [
    "aol.com",
    "bluewin.ch",
    "free.fr",
    "freenet.de",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "hotmail.co.uk",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "laposte.net",
    "libero.it",
    "live.co.uk",
    "live.de",
    "mail.com",
    "mail.ru",
    "msn.com",
    "orange.fr",
    "outlook.de",
    "qq.com",
    "t-online.de",
    "uol.com.br",
    "wanadoo.fr",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.br",
    "yahoo.de",
    "yandex.ru",
    "163.com",
];

/// Longer ones with a dot are kept under a key of their own, lest a look-up have too many places to look at.
const LONGEST_LOCAL: usize = 40;

/// What addresses of one mailbox have in common; nothing for providers whose rules are not known.
pub fn form(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    let provider = provider(domain)?;
    let bare = local.split('+').next()?;
    let bare = if provider.overlooks_dots {
        bare.replace('.', "")
    } else {
        bare.to_owned()
    };
    (!bare.is_empty()).then(|| format!("{bare}@{}", provider.domains[0]))
}

/// The form, where the address is not among the [`plain`] ones, at which a look-up looks anyway.
pub fn kept_form(email: &str) -> Option<String> {
    let form = form(email)?;
    (!is_plain(email)).then_some(form)
}

/// Every address of the form that has no key of its own: as it is at each of the provider's domains, and with one dot.
pub fn plain(form: &str) -> Vec<String> {
    let Some((bare, domain)) = form.rsplit_once('@') else {
        return Vec::new();
    };
    let Some(provider) = provider(domain) else {
        return vec![form.to_owned()];
    };
    let mut locals = vec![bare.to_owned()];
    if provider.overlooks_dots && bare.len() < LONGEST_LOCAL {
        let inside = bare.char_indices().skip(1);
        locals.extend(inside.map(|(at, _)| format!("{}.{}", &bare[..at], &bare[at..])));
    }
    let all = locals.iter().flat_map(|local| {
        provider
            .domains
            .iter()
            .map(move |domain| format!("{local}@{domain}"))
    });
    all.collect()
}

fn is_plain(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return true;
    };
    let dotted = provider(domain).is_some_and(|it| it.overlooks_dots) && local.contains('.');
    let inside = !local.starts_with('.') && !local.ends_with('.');
    let one_dot = local.matches('.').count() == 1 && inside && local.len() <= LONGEST_LOCAL;
    !local.contains('+') && (!dotted || one_dot)
}

fn provider(domain: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|it| it.domains.contains(&domain))
}

/// The domain of an address, where it says whom somebody works for.
pub fn company_domain(email: &str) -> Option<&str> {
    let (_, domain) = email.rsplit_once('@')?;
    let free = provider(domain).is_some() || FREE.contains(&domain);
    (!free).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_mailbox_have_one_form() {
        for (email, expected) in [
            ("ada.lovelace@gmail.com", Some("adalovelace@gmail.com")),
            ("a.d.a+news@googlemail.com", Some("ada@gmail.com")),
            (
                "ada.lovelace+x@outlook.com",
                Some("ada.lovelace@outlook.com"),
            ),
            ("ada+a+b@fastmail.com", Some("ada@fastmail.com")),
            ("ada+x@pm.me", Some("ada@proton.me")),
            ("+x@gmail.com", None),
            ("ada+x@example.com", None),
            ("ada", None),
        ] {
            assert_eq!(form(email).as_deref(), expected, "{email}");
        }
    }

    #[test]
    fn every_address_is_found_at_a_plain_place_or_has_a_key() {
        for email in [
            "ada@gmail.com",
            "ada.lovelace@gmail.com",
            "a.d.a@gmail.com",
            "ada+x@gmail.com",
            "ada@googlemail.com",
            "a.b+c@googlemail.com",
            "ada@pm.me",
            "ada+x@proton.me",
            "ü.x@gmail.com",
            "ad.a.@gmail.com",
            "abcdefghijabcdefghijabcdefghij.abcdefghijabcdefghij@gmail.com",
            "abcdefghijabcdefghijabcdefghijabcdefghi.x@gmail.com",
            "ada.@gmail.com",
        ] {
            let form = form(email).unwrap();
            let found = plain(&form).contains(&email.to_owned());
            assert!(found || kept_form(email).is_some(), "{email}");
        }
        assert_eq!(kept_form("ada.lovelace@gmail.com"), None);
        assert_eq!(
            kept_form("ada+x@gmail.com").as_deref(),
            Some("ada@gmail.com")
        );
        assert_eq!(kept_form("ada+x@example.com"), None);
        assert!(plain(&format!("{}@gmail.com", "a".repeat(39))).len() <= 80);
    }

    #[test]
    fn free_mail_says_nothing_about_the_company() {
        assert_eq!(
            company_domain("ada@engines.example"),
            Some("engines.example")
        );
        for email in ["ada@gmail.com", "ada@web.de", "ada@pm.me", "ada"] {
            assert_eq!(company_domain(email), None, "{email}");
        }
    }
}
