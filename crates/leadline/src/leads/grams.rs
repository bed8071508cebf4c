//! Which groups of three letters of a term the search indexes are asked for. The row itself decides, so a few that narrow
//! the rows down are better than all: each is a list to read, and frequent groups have long ones.
//!
//! The rarest group of each word says nearly all there is to say about it, for the groups of a word stand together anyway.
//! A term of a single word is asked for by every third of its groups.

/// Beyond these, more words cost more than they exclude.
const MOST: usize = 12;

/// Words of so few letters have too few groups of three to be looked for by those alone.
const SHORT_WORD: usize = 4;

/// How rare letters are in names and addresses: about -10 log2 of how often each stands there, from `a` on.
const RARITY: [u32; 26] = [
    36, 61, 52, 46, 30, 55, 56, 40, 38, 97, 70, 46, 54, 39, 37, 57, 104, 41, 40, 35, 52, 67, 54,
    94, 57, 97,
];

/// A group of letters in a term: where it begins and ends.
type Group = (usize, usize);

/// SQLite's index knows every three characters of a text.
pub fn of_text(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let all: Vec<Group> = (0..letters.len().saturating_sub(2))
        .map(|at| (at, at + 3))
        .collect();
    // Those around a word's letters belong to it.
    let words: Vec<Vec<Group>> = words(&letters)
        .map(|(start, end)| {
            let within = |it: &&Group| (start..end).contains(&(it.0 + 1));
            all.iter().filter(within).copied().collect()
        })
        .filter(|it: &Vec<Group>| !it.is_empty())
        .collect();
    let mut chosen = Chosen::new(&letters);
    match words.as_slice() {
        [] | [_] => chosen.push_spread(&all),
        many => many.iter().for_each(|it| chosen.push_rarest(it)),
    }
    chosen.groups
}

/// PostgreSQL's index knows letters and digits, and where words begin and end: a group at the seam of a short word takes the
/// sign there along, `ub con` asks for a word that ends in `ub` and one that begins with `con`.
pub fn of_words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let long = words(&letters).filter(|it| it.1 - it.0 >= 3).count();
    let mut chosen = Chosen::new(&letters);
    for (start, end) in words(&letters) {
        let group = short_word(&letters, start, end);
        if let Some(group) = group {
            chosen.push(group);
        } else if end - start >= 3 {
            let groups: Vec<Group> = (start..end - 2).map(|at| (at, at + 3)).collect();
            if long > 1 {
                chosen.push_rarest(&groups);
            } else {
                chosen.push_spread(&groups);
            }
        }
    }
    chosen.groups
}

/// The group for a word of few letters that has a sign beside it. Of a letter that may be the end of a longer word the index
/// knows nothing.
fn short_word(letters: &[char], start: usize, end: usize) -> Option<Group> {
    let plain = |at: &usize| letters.get(*at).is_some_and(|it| is_plain(*it));
    let before = start.checked_sub(1).filter(plain);
    let after = Some(end).filter(plain).map(|it| it + 1);
    match (end - start, before, after) {
        (4, Some(from), _) => Some((from, end - 1)),
        (4, None, Some(to)) => Some((start + 1, to)),
        (1..=SHORT_WORD, Some(from), after) => Some((from, after.unwrap_or(end))),
        (2..=SHORT_WORD, None, Some(to)) => Some((start, to)),
        _ => None,
    }
}

/// Where runs of letters and digits begin and end.
fn words(letters: &[char]) -> impl Iterator<Item = Group> + '_ {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next + letters[next..].iter().position(|it| it.is_alphanumeric())?;
        let length = letters[start..]
            .iter()
            .take_while(|it| it.is_alphanumeric())
            .count();
        next = start + length;
        Some((start, next))
    })
}

/// The groups chosen so far, no two the same.
struct Chosen<'a> {
    letters: &'a [char],
    groups: Vec<String>,
}

impl<'a> Chosen<'a> {
    fn new(letters: &'a [char]) -> Chosen<'a> {
        Chosen {
            letters,
            groups: Vec::new(),
        }
    }

    fn text(&self, (from, to): Group) -> String {
        self.letters[from..to].iter().collect()
    }

    fn push(&mut self, group: Group) -> bool {
        let group = self.text(group);
        let fresh = self.groups.len() < MOST && !self.groups.contains(&group);
        if fresh {
            self.groups.push(group);
        }
        fresh
    }

    /// The rarest that has nothing in common with one already asked for.
    fn push_rarest(&mut self, groups: &[Group]) {
        let asked: Vec<usize> = groups
            .iter()
            .filter(|it| self.groups.contains(&self.text(**it)))
            .map(|it| it.0)
            .collect();
        let rarest = groups
            .iter()
            .filter(|it| asked.iter().all(|at| at.abs_diff(it.0) >= 3))
            .min_by_key(|it| std::cmp::Reverse(self.rarity(**it)));
        if let Some(group) = rarest {
            self.push(*group);
        }
    }

    /// Every third and the last. Where a term repeats itself, the groups across its seams tell it from text that has the
    /// repeated part once.
    fn push_spread(&mut self, groups: &[Group]) {
        let Some(last) = groups.len().checked_sub(1) else {
            return;
        };
        let step = (last / MOST + 1).max(3);
        for at in (0..last).step_by(step).chain([last]) {
            let _ = (0..3).any(|back| self.push(groups[at.saturating_sub(back)]));
        }
    }

    fn rarity(&self, (from, to): Group) -> u32 {
        self.letters[from..to].iter().map(|it| rarity(*it)).sum()
    }
}

/// Digits, marks and spaces are about as frequent as the letters in the middle; other scripts are rare among them.
fn rarity(letter: char) -> u32 {
    match letter {
        'a'..='z' => RARITY[letter as usize - 'a' as usize],
        _ if letter.is_ascii() => 43,
        _ => 90,
    }
}

/// A sign that means nothing to `like`.
fn is_plain(letter: char) -> bool {
    !matches!(letter, '%' | '_' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_asked_for_by_its_rarest_group() {
        assert_eq!(of_words("quentin rousseau"), ["que", "uss"]);
        assert_eq!(of_text("quentin rousseau"), ["que", "uss"]);
        assert_eq!(of_words("patricia richardson"), ["ric", "rds"]);
        assert_eq!(of_words("steven steven"), ["ven", "ste"]);
    }

    #[test]
    fn a_single_word_is_asked_for_by_every_third_group() {
        assert_eq!(of_words("protonsu"), ["pro", "ton", "nsu"]);
        assert_eq!(of_text("124124"), ["124", "412"]);
        assert_eq!(of_words("124124"), ["124", "412"]);
        assert_eq!(of_text("aaaaaa"), ["aaa"]);
        assert_eq!(of_text("abc"), ["abc"]);
        assert_eq!(of_text("@@@"), ["@@@"]);
    }

    #[test]
    fn short_words_take_the_signs_beside_them_along() {
        assert_eq!(of_words("50%_\\ o'neil"), [" o'", "'nei"]);
        assert_eq!(of_words("ub con"), ["ub ", " con"]);
        assert_eq!(of_words("25@iclo"), ["25@", "@icl"]);
        assert_eq!(of_words("a-b c"), ["-b ", " c"]);
        assert_eq!(of_words("zimm"), ["zim", "imm"]);
        assert_eq!(of_words("yara hill"), ["ara ", " hil"]);
        assert_eq!(of_words("50%"), Vec::<String>::new());
    }

    #[test]
    fn long_terms_ask_for_a_bounded_number_of_groups() {
        let text = (0..40)
            .map(|it| format!("word{it}"))
            .collect::<Vec<_>>()
            .join(" ");
        assert!(of_text(&text).len() <= MOST && of_words(&text).len() <= MOST);
        assert!(of_text(&"abcdefghij".repeat(20)).len() <= MOST + 1);
    }
}
