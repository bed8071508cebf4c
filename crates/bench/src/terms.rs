//! What people search for, and the plain scan that says what must be found: the limit of `search`.

use std::collections::HashMap;

use memchr::memmem::Finder;
use uuid::Uuid;

use crate::{people, random::Random};

/// Names of the classes of terms, in the order in which `make` makes them.
pub const CLASSES: [&str; 9] = [
    "email",
    "phone",
    "company",
    "prefix",
    "fullname",
    "frequent",
    "absent",
    "adversarial",
    "accented",
];
pub const ADVERSARIAL: usize = 7;
/// As many as the product lists on its first page.
pub const NEWEST: usize = 50;

#[derive(Debug, Clone)]
pub struct Term {
    pub class: usize,
    /// As a person types it.
    pub typed: String,
}

/// What is looked through: every lead's name, address, digits and company, folded, the newest lead first.
#[derive(Debug, Default)]
pub struct Arena {
    text: Vec<u8>,
    starts: Vec<usize>,
    ids: Vec<Uuid>,
}

/// The fields of one lead that are searched.
#[derive(Debug, Clone, Default)]
pub struct Searched {
    pub id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub newest: Vec<Uuid>,
    pub hits: usize,
}

impl Arena {
    /// Leads come newest first.
    pub fn push(&mut self, lead: &Searched) {
        self.starts.push(self.text.len());
        self.ids.push(lead.id);
        let digits: String = lead
            .phone
            .iter()
            .flat_map(|it| it.chars())
            .filter(char::is_ascii_digit)
            .collect();
        for part in [
            &lead.name,
            lead.email.as_ref().unwrap_or(&String::new()),
            &digits,
        ] {
            self.text.extend_from_slice(people::folded(part).as_bytes());
            self.text.push(b'\n');
        }
        let company = lead.company.as_deref().unwrap_or_default();
        self.text
            .extend_from_slice(people::folded(company).as_bytes());
        self.text.push(b'\n');
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn mib(&self) -> f64 {
        self.text.len() as f64 / 1024.0 / 1024.0
    }

    /// One pass over everything: all hits counted, the newest leads among them kept.
    pub fn scan(&self, folded: &str) -> Found {
        let mut res = Found {
            newest: Vec::new(),
            hits: 0,
        };
        let mut last = usize::MAX;
        for at in Finder::new(folded).find_iter(&self.text) {
            res.hits += 1;
            if res.newest.len() < NEWEST {
                let place = self.starts.partition_point(|start| *start <= at) - 1;
                if place != last {
                    res.newest.push(self.ids[place]);
                    last = place;
                }
            }
        }
        res
    }
}

/// The same number of terms of each class, made from leads picked at random.
pub fn make(arena: &Arena, sample: &[Searched], each: usize) -> Vec<Term> {
    let mut random = Random::new(5, 0);
    let trigrams = Trigrams::of(sample);
    let mut res = Vec::new();
    for class in 0..CLASSES.len() {
        let mut made = 0;
        while made < each {
            if let Some(typed) = term(class, arena, sample, &trigrams, &mut random) {
                res.push(Term { class, typed });
                made += 1;
            }
        }
    }
    res
}

/// A term of the class, or none where the lead at hand offers none.
fn term(
    class: usize,
    arena: &Arena,
    sample: &[Searched],
    trigrams: &Trigrams,
    random: &mut Random,
) -> Option<String> {
    let lead = &sample[random.index(sample.len())];
    match CLASSES[class] {
        "email" => window(lead.email.as_ref()?, 7, random),
        "phone" => {
            let digits: String = lead
                .phone
                .as_ref()?
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            let from = (digits.len() - 6) / 2;
            // A number typed with a zero in front is also looked for without it, as people dial it at home.
            Some(digits[from..from + 6].to_owned()).filter(|it| !it.starts_with('0'))
        }
        "company" => window(lead.company.as_ref()?, 6, random),
        "prefix" => lead
            .name
            .rsplit_once(' ')
            .filter(|it| it.1.is_ascii())?
            .1
            .get(..4)
            .map(str::to_lowercase),
        "fullname" => Some(lead.name.clone()),
        "frequent" => Some(
            random
                .pick(&["gmail", "outlook", "yahoo", "icloud", "proton"])
                .to_owned(),
        ),
        "absent" => {
            let letters =
                (0..8).map(|_| char::from(b'a' + u8::try_from(random.below(26)).unwrap_or(0)));
            Some(letters.collect()).filter(|it: &String| arena.scan(it).hits == 0)
        }
        "adversarial" => trigrams.chain(random).filter(|it| arena.scan(it).hits == 0),
        _ => accented(&lead.name, random),
    }
}

/// Some characters from inside a text, not its first.
fn window(text: &str, len: usize, random: &mut Random) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let room = chars.len().checked_sub(len + 1)?;
    let from = 1 + random.index(room + 1);
    let res: String = chars[from..from + len].iter().collect();
    // Blanks at the ends are taken off by whoever reads a query.
    (res.trim() == res).then_some(res)
}

/// A part of a name around an accent, written with it or, every other time, without.
fn accented(name: &str, random: &mut Random) -> Option<String> {
    // Letters whose folding is a matter of taste stay out.
    let word = name
        .split(' ')
        .find(|it| !it.is_ascii() && people::folded(it).is_ascii())?;
    let chars: Vec<char> = word.chars().collect();
    let accent = chars.iter().position(|it| !it.is_ascii())?;
    let from = accent.saturating_sub(random.index(3));
    let to = (from + 4 + random.index(2)).min(chars.len());
    let res: String = chars[from..to].iter().collect();
    let long_enough = to - from >= 3 && to > accent;
    long_enough.then(|| {
        if random.percent(50) {
            people::folded(&res)
        } else {
            res
        }
    })
}

/// The most frequent trigrams by their first two letters.
struct Trigrams(HashMap<[u8; 2], Vec<u8>>, Vec<[u8; 3]>);

impl Trigrams {
    fn of(sample: &[Searched]) -> Trigrams {
        let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
        for lead in sample {
            for text in [Some(&lead.name), lead.email.as_ref(), lead.company.as_ref()]
                .into_iter()
                .flatten()
            {
                for trigram in people::folded(text).as_bytes().windows(3) {
                    if trigram.iter().all(u8::is_ascii_lowercase) {
                        *counts
                            .entry([trigram[0], trigram[1], trigram[2]])
                            .or_default() += 1;
                    }
                }
            }
        }
        let mut frequent: Vec<([u8; 3], usize)> = counts.into_iter().collect();
        frequent.sort_unstable_by_key(|it| (std::cmp::Reverse(it.1), it.0));
        frequent.truncate(150);
        let mut next: HashMap<[u8; 2], Vec<u8>> = HashMap::new();
        for ([a, b, c], _) in &frequent {
            next.entry([*a, *b]).or_default().push(*c);
        }
        Trigrams(next, frequent.into_iter().map(|it| it.0).collect())
    }

    /// Eight letters of which every three are frequent.
    fn chain(&self, random: &mut Random) -> Option<String> {
        let mut res = self.1[random.index(self.1.len())].to_vec();
        while res.len() < 8 {
            let follows = self.0.get(&[res[res.len() - 2], res[res.len() - 1]])?;
            res.push(follows[random.index(follows.len())]);
        }
        String::from_utf8(res).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Arena, Vec<Searched>) {
        let leads: Vec<Searched> = (0..5000)
            .map(|number| {
                let made = people::lead(1, number);
                let id = Uuid::from_u128(number.into());
                Searched {
                    id,
                    name: made.name,
                    email: made.email,
                    phone: made.phone,
                    company: made.company,
                }
            })
            .collect();
        let mut arena = Arena::default();
        for lead in &leads {
            arena.push(lead);
        }
        (arena, leads)
    }

    #[test]
    fn every_term_made_from_a_lead_is_found_and_the_others_are_not() {
        let (arena, leads) = sample();
        assert_eq!(arena.len(), leads.len());
        for term in make(&arena, &leads, 20) {
            let hits = arena.scan(&people::folded(&term.typed)).hits;
            let absent = matches!(CLASSES[term.class], "absent" | "adversarial");
            assert_eq!(hits == 0, absent, "{term:?}: {hits}");
        }
    }

    #[test]
    fn a_lead_with_two_hits_is_listed_once_and_the_newest_come_first() {
        let mut arena = Arena::default();
        for (id, name) in [(3_u128, "Anna Hannasen"), (2, "Bob"), (1, "Joanna")] {
            arena.push(&Searched {
                id: Uuid::from_u128(id),
                name: name.into(),
                ..Searched::default()
            });
        }
        let found = arena.scan("anna");
        assert_eq!(
            found,
            Found {
                newest: vec![Uuid::from_u128(3), Uuid::from_u128(1)],
                hits: 3
            }
        );
    }
}
