//! English words and how common they are.

use std::sync::LazyLock;

use fst::Map;

static WORDS: LazyLock<Option<Map<&'static [u8]>>> = LazyLock::new(|| Map::new(&include_bytes!("../../data/english.fst")[..]).ok());

/// What the lexicon knows of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry(u8);

impl Entry {
    const RARE: u8 = 31;
    const DICTIONARY: u8 = 32;
    const LISTED: u8 = 64;

    /// Packs a frequency class (0 = most common … 30, or `None` when news hardly uses it) and whether dictionaries have the word.
    #[must_use]
    pub fn new(class: Option<u8>, dictionary: bool) -> Self {
        Self(Self::LISTED | class.unwrap_or(Self::RARE).min(Self::RARE) | if dictionary { Self::DICTIONARY } else { 0 })
    }
    /// The class of a word by its place in a list of the most frequent words, counted from 0: two classes a doubling.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a logarithm is small")]
    pub fn class_of(rank: usize) -> u8 {
        let doublings = ((rank + 32) as f64 / 32.0).log2();
        ((doublings * 2.0) as u8).min(Self::RARE - 1)
    }
    /// From the byte a word is stored with.
    #[must_use]
    pub fn from_byte(byte: u8) -> Self {
        Self(byte)
    }
    /// The byte it is stored as.
    #[must_use]
    pub fn byte(self) -> u8 {
        self.0
    }
    /// Whether the lexicon has the word at all, be it a name or a foreign word that English news uses.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.0 & Self::LISTED != 0
    }
    /// Whether an English dictionary has it in lower case.
    #[must_use]
    pub fn in_dictionary(self) -> bool {
        self.0 & Self::DICTIONARY != 0
    }
    /// Whether it is among the `rank` most frequent words of English news.
    #[must_use]
    pub fn within(self, rank: usize) -> bool {
        self.is_known() && self.0 & Self::RARE < Self::class_of(rank)
    }
}

/// Looks up a word in lower case.
#[must_use]
pub fn lookup(word: &str) -> Entry {
    let found = WORDS.as_ref().and_then(|map| map.get(word));
    found.map_or_else(Entry::default, |v| Entry(u8::try_from(v).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::{Entry, lookup};

    #[test]
    fn words_have_their_frequency() {
        assert!(lookup("the").within(32) && lookup("the").in_dictionary());
        assert!(lookup("honour").in_dictionary() && lookup("honor").in_dictionary());
        assert!(lookup("government").within(500));
        assert!(!lookup("bicephalous").within(100_000));
        assert!(lookup("putin").is_known() && !lookup("putin").in_dictionary());
        assert!(!lookup("saidwhether").is_known());
        assert_eq!(lookup(""), Entry::default());
    }

    #[test]
    fn classes_grow_with_the_rank() {
        assert_eq!(Entry::class_of(0), 0);
        assert!(Entry::class_of(1000) < Entry::class_of(3000));
        assert!(Entry::class_of(usize::MAX / 2) < 31);
    }
}
