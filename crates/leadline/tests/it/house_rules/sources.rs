//! Rust files as flat lists of tokens, without comments and attributes, and without what only tests compile.

use std::{fs, iter, path::Path};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::root;

pub struct Source {
    /// Relative to the top of the repository.
    pub path: String,
    pub lines: Vec<String>,
    pub tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub line: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Word(String),
    /// The value of a string literal.
    Text(String),
    /// Punctuation; groups appear as their two delimiters.
    Sign(char),
    Other,
}

/// Every source file of this crate's library and program.
pub fn of_the_product() -> Vec<Source> {
    below("crates/leadline/src")
}

/// Every source file below a folder of the repository, tests left out.
pub fn below(folder: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    visit(&root().join(folder), &mut sources);
    assert!(!sources.is_empty(), "no Rust files below {folder}");
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn visit(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|it| it != "tests") {
                visit(&path, sources);
            }
        } else if path.extension().is_some_and(|it| it == "rs")
            && path.file_stem().is_some_and(|it| it != "tests")
        {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            sources.push(parse(&name, &fs::read_to_string(&path).unwrap()));
        }
    }
}

pub fn parse(path: &str, text: &str) -> Source {
    let stream: TokenStream = text.parse().unwrap_or_else(|err| panic!("{path}: {err}"));
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Source {
        path: path.to_owned(),
        lines: text.lines().map(str::to_owned).collect(),
        tokens,
    }
}

impl Source {
    pub fn complain(&self, line: usize, words: &str) -> String {
        format!("{}:{line}: {words}", self.path)
    }

    /// Whether a comment shortly above this line carries the mark, with a reason behind it.
    pub fn excused(&self, line: usize, mark: &str) -> bool {
        self.lines[line.saturating_sub(5)..line.min(self.lines.len())]
            .iter()
            .filter_map(|it| it.split_once("//"))
            .filter_map(|(_, comment)| comment.split_once(mark))
            .any(|(_, reason)| reason.trim().len() > 5)
    }
}

impl Token {
    pub fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        if matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#') {
            if trees.peek().is_some_and(is_cfg_test) {
                // The item that the attribute belongs to ends with its block or a semicolon.
                while !trees.next().is_none_or(|it| ends_item(&it)) {}
            } else {
                // Of an attribute only its own brackets, behind `!` where it stands inside what it is about.
                while !trees
                    .next()
                    .is_none_or(|it| matches!(it, TokenTree::Group(_)))
                {}
            }
            continue;
        }
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => (' ', ' '),
                };
                tokens.push(Token {
                    line,
                    kind: Kind::Sign(open),
                });
                flatten(group.stream(), tokens);
                tokens.push(Token {
                    line: group.span_close().start().line,
                    kind: Kind::Sign(close),
                });
            }
            TokenTree::Ident(word) => tokens.push(Token {
                line,
                kind: Kind::Word(word.to_string()),
            }),
            TokenTree::Punct(punct) => tokens.push(Token {
                line,
                kind: Kind::Sign(punct.as_char()),
            }),
            TokenTree::Literal(literal) => {
                let text =
                    syn::parse2::<syn::LitStr>(iter::once(TokenTree::Literal(literal)).collect());
                tokens.push(Token {
                    line,
                    kind: text.map_or(Kind::Other, |it| Kind::Text(it.value())),
                });
            }
        }
    }
}

fn is_cfg_test(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

#[test]
fn comments_and_tests_are_left_out_and_strings_are_read() {
    let source = parse(
        "x.rs",
        "//! d\n#[doc = \"e\"]\n// a\nfn f() { g(r#\"b\\\"#, \"c\\n\", 'd', 1) }\n#[cfg(test)]\nmod tests { fn t() {} }\nfn h() {}",
    );
    let words: Vec<_> = source.tokens.iter().filter_map(Token::word).collect();
    let texts: Vec<_> = source.tokens.iter().filter_map(Token::text).collect();
    assert_eq!(words, ["fn", "f", "g", "fn", "h"]);
    assert_eq!(texts, ["b\\", "c\n"]);
    assert_eq!(source.tokens.last().unwrap().line, 7);
}

/// `unwrap` is refused by clippy; this refuses an `expect` that gives no reason.
fn unexplained(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for window in source.tokens.windows(4) {
        let [dot, word, open, argument] = window else {
            continue;
        };
        if !dot.is('.') || !open.is('(') {
            continue;
        }
        match word.word() {
            Some("unwrap" | "unwrap_unchecked") => {
                complaints.push(source.complain(word.line, "unwrap outside tests"));
            }
            Some("expect" | "expect_err")
                if argument
                    .text()
                    .is_none_or(|it| it.split_whitespace().count() < 3) =>
            {
                complaints.push(source.complain(
                    word.line,
                    "expect without a sentence that says why it holds",
                ));
            }
            _ => {}
        }
    }
    complaints
}

#[test]
fn nothing_is_unwrapped_outside_tests_without_a_reason() {
    let complaints: Vec<_> = ["crates/leadline/src", "crates/store/src"]
        .into_iter()
        .flat_map(below)
        .flat_map(|it| unexplained(&it))
        .collect();
    super::assert_none(&complaints);
}

#[test]
fn unwrap_and_a_bare_expect_are_noticed() {
    super::assert_one(
        &unexplained(&parse("x.rs", "fn f() { g().unwrap() }")),
        "x.rs:1: unwrap",
    );
    super::assert_one(
        &unexplained(&parse("x.rs", "fn f() { g().expect(\"\") }")),
        "says why",
    );
    super::assert_none(&unexplained(&parse(
        "x.rs",
        "fn f() { g().expect(\"the lock is never poisoned\") }",
    )));
}
