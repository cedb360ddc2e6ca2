//! The pattern mini-language: one string is one sequence of tokens inside one sentence.
//! `rules/SCHEMA.md` describes it. Shared with the build script.

use serde::{Deserialize, Serialize};

use crate::span::ViewRange;
use crate::text::token;

/// A class of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// Starts with a capital.
    Cap,
    /// Starts with a lower-case letter.
    Lower,
    /// Two or more letters, all capitals.
    Upper,
    /// Starts with a digit.
    Num,
    /// Any word.
    Word,
    /// Any token.
    Any,
    /// A stop, comma, bracket or dash.
    Punct,
    /// A quotation mark.
    Quote,
}

const CLASSES: &[(&str, Class)] = &[
    ("cap", Class::Cap),
    ("lower", Class::Lower),
    ("upper", Class::Upper),
    ("num", Class::Num),
    ("word", Class::Word),
    ("any", Class::Any),
    ("punct", Class::Punct),
    ("quote", Class::Quote),
];

/// One alternative of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Atom {
    /// Folded form, any case.
    Word(String),
    /// As written, or all in capitals.
    Exact(String),
    /// As written.
    Verbatim(String),
    /// Any inflection.
    Lemma(String),
    /// A token class.
    Class(Class),
    /// An entry of a word list.
    List(String),
    /// Several tokens in a row.
    Phrase(Vec<Atom>),
    /// The sentence starts here (as one alternative among others).
    Start,
    /// The sentence ends here (as one alternative among others).
    End,
}

/// What an item tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// One of these.
    Any(Vec<Atom>),
    /// One token that is none of these.
    Not(Vec<Atom>),
    /// Up to so many tokens.
    Gap(u8),
    /// The sentence starts here.
    Start,
    /// The sentence ends here.
    End,
}

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What must stand here.
    pub test: Test,
    /// It may also be absent.
    pub optional: bool,
}

/// A named range of items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Capture name.
    pub name: String,
    /// First item.
    pub first: usize,
    /// One past the last item.
    pub last: usize,
}

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The steps.
    pub items: Vec<Item>,
    /// The items to flag, when marked by brackets.
    pub focus: Option<(usize, usize)>,
    /// The captures.
    pub groups: Vec<Group>,
    /// The pattern as written.
    pub text: String,
}

/// What is wrong with a pattern, and where (bytes into the pattern).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Byte offset in the pattern's text.
    pub at: usize,
    /// What was expected.
    pub message: String,
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (at character {} of the pattern)", self.message, self.at + 1)
    }
}

/// Parses a pattern.
///
/// # Errors
/// Says what is wrong and where: an unclosed bracket, an unknown class, an empty alternative.
pub fn parse(text: &str) -> Result<Pattern, PatternError> {
    let mut parser = Parser { text, pos: 0, items: Vec::new(), focus: None, focus_open: None, groups: Vec::new(), group_open: None };
    parser.run()?;
    let Parser { items, focus, groups, .. } = parser;
    if !items.iter().any(|i| matches!(i.test, Test::Any(_) | Test::Not(_)) && !i.optional) {
        return Err(PatternError { at: 0, message: "the pattern has no token that must be there".into() });
    }
    Ok(Pattern { items, focus, groups, text: text.to_owned() })
}

struct Parser<'a> {
    text: &'a str,
    pos: usize,
    items: Vec<Item>,
    focus: Option<(usize, usize)>,
    focus_open: Option<usize>,
    groups: Vec<Group>,
    group_open: Option<(String, usize, usize)>,
}

impl Parser<'_> {
    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T, PatternError> {
        Err(PatternError { at, message: message.into() })
    }

    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(c) = self.text[self.pos..].chars().next() {
            match c {
                c if c.is_whitespace() => self.pos += c.len_utf8(),
                '[' => {
                    if self.focus_open.is_some() || self.focus.is_some() {
                        return self.error(self.pos, "a pattern has one [ … ]; write \\[ for the character");
                    }
                    self.focus_open = Some(self.items.len());
                    self.pos += 1;
                }
                ']' => {
                    let Some(first) = self.focus_open.take() else {
                        return self.error(self.pos, "] without [; write \\] for the character");
                    };
                    if first == self.items.len() {
                        return self.error(self.pos, "nothing stands between [ and ]");
                    }
                    self.focus = Some((first, self.items.len()));
                    self.pos += 1;
                }
                '{' => {
                    let rest = &self.text[self.pos + 1..];
                    let Some(colon) = rest.find(':') else { return self.error(self.pos, "a capture is written {name: …}") };
                    let name = rest[..colon].trim();
                    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') || self.group_open.is_some() {
                        return self.error(self.pos, "a capture is written {name: …}, its name in lower-case letters, not nested");
                    }
                    self.group_open = Some((name.to_owned(), self.items.len(), self.pos));
                    self.pos += 1 + colon + 1;
                }
                '}' => {
                    let Some((name, first, _)) = self.group_open.take() else {
                        return self.error(self.pos, "} without {; write \\} for the character");
                    };
                    self.groups.push(Group { name, first, last: self.items.len() });
                    self.pos += 1;
                }
                _ => self.item()?,
            }
        }
        if self.focus_open.is_some() {
            return self.error(self.text.len(), "expected ] to close [");
        }
        if let Some((_, _, at)) = &self.group_open {
            return self.error(*at, "expected } to close this {");
        }
        Ok(())
    }

    /// Reads one white-space-delimited item.
    fn item(&mut self) -> Result<(), PatternError> {
        let start = self.pos;
        let mut alternatives: Vec<(String, usize)> = vec![(String::new(), start)];
        let mut negated = false;
        let mut optional = false;
        let mut chars = self.text[start..].char_indices().peekable();
        let mut end = self.text.len();
        while let Some((offset, c)) = chars.next() {
            match c {
                c if c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}') => {
                    end = start + offset;
                    break;
                }
                '!' if offset == 0 => negated = true,
                '|' => alternatives.push((String::new(), start + offset + 1)),
                '?' => {
                    let ends = chars.peek().is_none_or(|(_, n)| n.is_whitespace() || matches!(n, '[' | ']' | '{' | '}'));
                    if ends && offset > 0 {
                        optional = true;
                    } else if let Some(last) = alternatives.last_mut() {
                        last.0.push(c);
                    }
                }
                '\\' => {
                    let Some((_, escaped)) = chars.next() else { return self.error(start + offset, "a character must follow \\") };
                    if let Some(last) = alternatives.last_mut() {
                        last.0.push('\u{1}');
                        last.0.push(escaped);
                    }
                }
                _ => {
                    if let Some(last) = alternatives.last_mut() {
                        last.0.push(c);
                    }
                }
            }
        }
        self.pos = end;
        if let [(only, _)] = alternatives.as_slice() {
            if let Some(count) = only.strip_prefix("...").filter(|n| !n.is_empty()) {
                let Ok(count) = count.parse::<u8>() else { return self.error(start, "a gap is written ...3, with a number from 1 to 40") };
                if !(1..=40).contains(&count) || negated {
                    return self.error(start, "a gap is written ...3, with a number from 1 to 40");
                }
                self.items.push(Item { test: Test::Gap(count), optional: false });
                return Ok(());
            }
            let anchor = match only.as_str() {
                "<s>" => Some(Test::Start),
                "</s>" => Some(Test::End),
                _ => None,
            };
            if let Some(test) = anchor {
                self.items.push(Item { test, optional: false });
                return Ok(());
            }
        }
        let lone = alternatives.len() == 1;
        let mut atoms = Vec::new();
        for (raw, at) in &alternatives {
            atoms.push(atom(raw).map_err(|message| PatternError { at: *at, message })?);
        }
        if lone && !negated && !optional && matches!(atoms[0], Atom::Phrase(_)) {
            if let Some(Atom::Phrase(parts)) = atoms.pop() {
                self.items.extend(parts.into_iter().map(|p| Item { test: Test::Any(vec![p]), optional: false }));
            }
            return Ok(());
        }
        let test = if negated { Test::Not(atoms) } else { Test::Any(atoms) };
        self.items.push(Item { test, optional });
        Ok(())
    }
}

fn atom(raw: &str) -> Result<Atom, String> {
    if raw.is_empty() {
        return Err("an alternative is empty".into());
    }
    match raw {
        "<s>" => return Ok(Atom::Start),
        "</s>" => return Ok(Atom::End),
        _ => {}
    }
    if let Some(name) = raw.strip_prefix('<').and_then(|r| r.strip_suffix('>')) {
        if let Some((_, class)) = CLASSES.iter().find(|(n, _)| *n == name) {
            return Ok(Atom::Class(*class));
        }
        let names: Vec<&str> = CLASSES.iter().map(|(n, _)| *n).collect();
        return Err(format!("unknown class <{name}>; there are <{}>, <s> and </s>", names.join(">, <")));
    }
    if let Some(name) = raw.strip_prefix('@').filter(|n| !n.is_empty()) {
        return Ok(Atom::List(name.to_owned()));
    }
    if let Some(lemma) = raw.strip_prefix('$').filter(|l| !l.is_empty()) {
        return Ok(Atom::Lemma(lemma.to_lowercase()));
    }
    let quoted = raw.strip_prefix('\'').and_then(|r| r.strip_suffix('\'')).filter(|r| !r.is_empty());
    let literal: String = quoted.unwrap_or(raw).chars().filter(|c| *c != '\u{1}').collect();
    let words = split(&literal);
    let make = |word: &String| {
        if quoted.is_some() {
            Atom::Verbatim(word.clone())
        } else if word.chars().any(char::is_uppercase) {
            Atom::Exact(word.clone())
        } else {
            Atom::Word(word.clone())
        }
    };
    match words.as_slice() {
        [] => Err(format!("“{literal}” holds no token")),
        [one] => Ok(make(one)),
        many => Ok(Atom::Phrase(many.iter().map(make).collect())),
    }
}

/// `text` cut into tokens as documents are, with straight apostrophes.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    token::tokenise(text, ViewRange::new(0, text.len()), &mut tokens);
    tokens.iter().map(|t| t.at.of(text).replace(['’', '‘', 'ʼ'], "'")).collect()
}

/// Entries of a word list as [`crate::rule::vocab::Vocab::add_list`] takes them: an entry a line, its tokens in lower case,
/// `^` before an entry that needs its capital.
#[must_use]
pub fn fold_list(entries: &[String]) -> String {
    let mut out = String::new();
    for entry in entries {
        if entry.chars().next().is_some_and(char::is_uppercase) {
            out.push('^');
        }
        for (number, word) in split(entry).iter().enumerate() {
            if number > 0 {
                out.push(' ');
            }
            out.push_str(&word.to_lowercase());
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, items: usize, focus: Option<(usize, usize)>) {
        let pattern = parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!((pattern.items.len(), pattern.focus), (items, focus), "{text}: {pattern:?}");
    }

    #[test]
    fn items_and_focus() {
        check("analytical|analytic $center", 2, None);
        check("<lower> [.] 'in'|'of' <cap>", 4, Some((1, 2)));
        check("[Richard Huss|Haas]", 2, Some((0, 2)));
        check("word - for - word", 5, None);
        check("word-for-word", 5, None);
        check("{who: <cap> <cap>} said ...3 @months </s>", 6, None);
        check("the minister's aide?", 4, None);
        check(r"\[ las \]", 3, None);
        check("!a|the <lower>", 2, None);
        check("well-known|famous", 1, None);
    }

    #[test]
    fn errors_say_where() {
        for (text, part) in
            [("[a", "expected ]"), ("a <nown>", "unknown class"), ("a||b", "empty"), ("...3", "no token"), ("{x y", "capture")]
        {
            let error = parse(text).unwrap_err();
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }
}
