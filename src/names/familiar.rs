//! What the embedded lists know of a word.

use super::{data::pack::Familiar, parts};
use crate::lang::lexicon;

/// The lexicon and the list of name parts.
pub struct Embedded;

impl Familiar for Embedded {
    fn is_name(&self, word: &str) -> bool {
        parts::group(word).is_some()
    }
    fn is_word(&self, word: &str) -> bool {
        lexicon::lookup(word).in_dictionary()
    }
    fn is_frequent(&self, word: &str) -> bool {
        lexicon::lookup(word).within(40_000)
    }
}
