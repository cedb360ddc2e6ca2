//! Cuts a block into words, numbers, punctuation and quotation marks.

use crate::span::ViewRange;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Letters, with inner apostrophes and the stops of `U.S.` or `a.m.`.
    Word,
    /// Starts with a digit: `1,250.5`, `13:25`, `7th`.
    Num,
    /// A stop, comma, bracket, dash or symbol; `...` is one token.
    Punct,
    /// A double or angular quotation mark, or a single one used as such.
    Quote,
    /// A web address, e-mail address, handle or hashtag.
    Url,
}

/// Facts about a token's letters and surroundings, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags(u16);

impl Flags {
    /// First letter is upper case.
    pub const CAP: Self = Self(1);
    /// First letter is lower case.
    pub const LOWER: Self = Self(2);
    /// Two or more letters, all upper case.
    pub const UPPER: Self = Self(4);
    /// White space (or the block's start) stands before.
    pub const SPACE: Self = Self(8);
    /// Stands between quotation marks.
    pub const QUOTED: Self = Self(16);
    /// Has inner stops, as `U.S.`.
    pub const DOTTED: Self = Self(32);
    /// A capital follows a lower-case letter inside (`iPhone`, `McDonald`).
    pub const CAMEL: Self = Self(64);
    /// A quotation mark that opens.
    pub const OPENS: Self = Self(128);
    /// A quotation mark that closes.
    pub const CLOSES: Self = Self(256);

    /// Whether all bits of `other` are set.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    /// Sets the bits of `other`.
    pub fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the view.
    pub at: ViewRange,
    /// Its folded form's number in the rule set's vocabulary; 0 when no rule knows the word.
    pub sym: u32,
    /// What it is.
    pub kind: Kind,
    /// Facts about it.
    pub flags: Flags,
}

impl Token {
    /// Whether `flag` is set.
    #[must_use]
    pub fn is(&self, flag: Flags) -> bool {
        self.flags.has(flag)
    }
    /// Whether it is a word.
    #[must_use]
    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Top-level domains that make `word.word` a web address.
const DOMAINS: &[&str] = &[
    "com", "org", "net", "info", "gov", "edu", "int", "io", "tv", "me", "co", "uk", "de", "fr", "es", "it", "pt", "ru", "ua", "pl", "nl",
    "be", "ch", "at", "eu", "us", "ca", "au", "nz", "in", "cn", "jp", "kr", "br", "mx", "ar", "cl", "tr", "gr", "il", "ir", "news", "blog",
    "app", "dev", "az", "by", "kz", "lt", "lv", "ee", "cz", "sk", "hu", "ro", "bg", "rs", "hr", "si", "se", "no", "dk", "fi", "ie", "za",
    "ng", "ke", "gh", "id", "my", "sg", "th", "vn", "ph", "hk", "tw",
];

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200c}' | '\u{200d}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// Appends the tokens of `text[range]` to `out`; symbols are left 0.
pub fn tokenise(text: &str, range: ViewRange, out: &mut Vec<Token>) {
    let end = range.end as usize;
    let mut pos = range.start as usize;
    let mut spaced = true;
    while pos < end {
        let rest = &text[pos..end];
        let Some(c) = rest.chars().next() else { break };
        if is_space(c) {
            pos += c.len_utf8();
            spaced = true;
            continue;
        }
        let plain = plain_word(rest.as_bytes());
        let (len, kind, mut flags) = plain.map_or_else(|| next_token(rest, c, spaced), |(len, flags)| (len, Kind::Word, flags));
        if spaced {
            flags.set(Flags::SPACE);
        }
        out.push(Token { at: ViewRange::new(pos, pos + len), sym: 0, kind, flags });
        pos += len;
        spaced = false;
    }
}

/// An ASCII word behind which a space or an unmistakable mark stands, as nearly all do; the general rules give the same.
fn plain_word(bytes: &[u8]) -> Option<(usize, Flags)> {
    let len = bytes.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(bytes.len());
    let ends = match bytes.get(len)? {
        b' ' | b'\n' | b',' | b';' | b')' | b'?' | b'!' => true,
        b'.' => len > 1 && matches!(bytes.get(len + 1), Some(b' ' | b'\n')),
        _ => false,
    };
    if len == 0 || !ends {
        return None;
    }
    let mut flags = if bytes[0].is_ascii_uppercase() { Flags::CAP } else { Flags::LOWER };
    let uppers = bytes[..len].iter().filter(|b| b.is_ascii_uppercase()).count();
    if uppers > usize::from(flags.has(Flags::CAP))
        && bytes[..len].windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase())
    {
        flags.set(Flags::CAMEL);
    }
    if len > 1 && uppers == len {
        flags.set(Flags::UPPER);
    }
    Some((len, flags))
}

fn next_token(rest: &str, first: char, spaced: bool) -> (usize, Kind, Flags) {
    if let Some(len) = address(rest, first) {
        return (len, Kind::Url, Flags::default());
    }
    if first.is_ascii_digit() || (first.is_numeric() && !first.is_alphabetic()) {
        return (number(rest), Kind::Num, Flags::default());
    }
    if is_word_char(first) {
        let (len, flags) = word(rest);
        return (len, Kind::Word, flags);
    }
    if is_apostrophe(first) && !spaced {
        let mut chars = rest[first.len_utf8()..].chars();
        if matches!(chars.next(), Some('s' | 'S')) && !chars.next().is_some_and(is_word_char) {
            return (first.len_utf8() + 1, Kind::Word, Flags::LOWER);
        }
    }
    if first == '.' {
        let dots = rest.bytes().take_while(|b| *b == b'.').count();
        let len = if dots >= 3 { dots } else { 1 };
        return (len, Kind::Punct, Flags::default());
    }
    let quote = matches!(first, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' | '‘' | '‚' | '「' | '」' | '『' | '』')
        || is_apostrophe(first) && first != 'ʼ';
    if quote {
        return (first.len_utf8(), Kind::Quote, Flags::default());
    }
    if rest.starts_with("--") {
        return (rest.bytes().take_while(|b| *b == b'-').count(), Kind::Punct, Flags::default());
    }
    (first.len_utf8(), Kind::Punct, Flags::default())
}

/// The length of a web address, e-mail address, handle or hashtag at the start of `rest`.
fn address(rest: &str, first: char) -> Option<usize> {
    let run = || {
        let raw = rest.find(|c: char| is_space(c) || matches!(c, '<' | '>' | '"' | '“' | '”' | '«' | '»')).unwrap_or(rest.len());
        rest[..raw].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '’']).len()
    };
    match first {
        'h' | 'H' if rest.starts_with("http://") || rest.starts_with("https://") => return Some(run()),
        'w' | 'W' if rest.starts_with("www.") => return Some(run()),
        '@' | '#' => {
            let len = rest[1..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len() - 1);
            return (len > 0).then_some(len + 1);
        }
        _ => {}
    }
    if !first.is_ascii_alphanumeric() {
        return None;
    }
    // A name with an inner stop or @; cheap to rule out for ordinary words.
    let bytes = rest.as_bytes();
    let head = bytes.iter().take(253).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
    let next = *bytes.get(head)?;
    if next == b'@' {
        let len = run();
        return rest[..len].contains('.').then_some(len);
    }
    if next != b'.' || !bytes.get(head + 1).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let len = bytes.iter().take(253).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count();
    let host = rest[..len].trim_end_matches('.');
    if bytes.get(len) == Some(&b'@') {
        return Some(run());
    }
    let (name, domain) = host.rsplit_once('.')?;
    let is_host = name.len() > 1 && name.bytes().any(|b| b.is_ascii_alphabetic()) && DOMAINS.contains(&domain);
    is_host.then(|| if rest[host.len()..].starts_with('/') { run().max(host.len()) } else { host.len() })
}

fn number(rest: &str) -> usize {
    let mut len = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_word_char(c) {
            len = at + c.len_utf8();
        } else if matches!(c, '.' | ',' | ':' | '\'')
            && chars.peek().is_some_and(|(_, n)| n.is_ascii_digit())
            && rest[..at].ends_with(|p: char| p.is_ascii_digit())
        {
            len = at + 1;
        } else {
            break;
        }
    }
    len.max(1)
}

fn word(rest: &str) -> (usize, Flags) {
    let mut flags = Flags::default();
    let mut len = 0;
    let (mut letters, mut uppers, mut last_lower) = (0u32, 0u32, false);
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_word_char(c) {
            if c.is_alphabetic() {
                letters += 1;
                let upper = if c.is_ascii() { c.is_ascii_uppercase() } else { c.is_uppercase() };
                if letters == 1 {
                    flags.set(if upper { Flags::CAP } else { Flags::LOWER });
                }
                if upper {
                    uppers += 1;
                    if last_lower {
                        flags.set(Flags::CAMEL);
                    }
                }
                last_lower = !upper;
            }
            len = at + c.len_utf8();
        } else if is_apostrophe(c) {
            // Inner apostrophes belong to the word, the possessive 's does not.
            let Some(&(next_at, next)) = chars.peek() else { break };
            if !next.is_alphabetic() {
                break;
            }
            let after = rest[next_at + next.len_utf8()..].chars().next();
            if matches!(next, 's' | 'S') && !after.is_some_and(is_word_char) {
                break;
            }
        } else if c == '.' && letters <= 1 + u32::from(flags.has(Flags::DOTTED)) * 32 && dotted(&rest[at + 1..], &rest[..at]) {
            flags.set(Flags::DOTTED);
            len = at + 1;
        } else {
            break;
        }
    }
    if letters >= 2 && uppers == letters {
        flags.set(Flags::UPPER);
    }
    (len.max(rest.chars().next().map_or(1, char::len_utf8)), flags)
}

/// Whether a stop after `before` belongs to a dotted abbreviation: `U.` + `S.`, or the last stop of one.
fn dotted(after: &str, before: &str) -> bool {
    let mut next = after.chars();
    let last_part_single = before.rsplit('.').next().is_some_and(|part| part.chars().count() == 1);
    if !last_part_single {
        return false;
    }
    match (next.next(), next.next()) {
        (Some(a), Some('.')) if a.is_alphabetic() => true,
        // The closing stop of an abbreviation that already has an inner one.
        _ => before.contains('.'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_read_as_all_others_are() {
        for word in ["a", "war", "The", "NATO", "iPhone", "McDonald", "US", "I", "eBay", "AbC"] {
            for behind in [" in", "\nin", ",", ";", ")", "?", "!", ". He", ".\nHe", ".", "'s", "-in", ".com", ":", "é", ""] {
                let text = format!("{word}{behind}");
                if let Some(plain) = plain_word(text.as_bytes()) {
                    let first = word.chars().next().unwrap_or(' ');
                    assert_eq!((plain.0, Kind::Word, plain.1), next_token(&text, first, true), "{text:?}");
                }
            }
        }
        assert_eq!(plain_word(b"war in"), Some((3, Flags::LOWER)));
        assert_eq!(plain_word(b"U. S."), None);
    }
}
