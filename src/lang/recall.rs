//! Answers remembered across documents: news says the same words over and over.

use std::cell::RefCell;

use xxhash_rust::xxh3::xxh3_64;

use super::lexicon::{self, Entry};
use crate::names::parts;
use crate::text::fold_into;

/// A small table of answers by the hash of their question; a newer one takes the place of an older.
///
/// Questions are told apart by 64 bits of hash, so that an answer depends on the question alone but for one chance in 2^64.
pub(crate) struct Recall<V> {
    slots: RefCell<Vec<(u64, V)>>,
}

impl<V: Copy + Default> Recall<V> {
    /// How many answers are kept; a power of two.
    const SLOTS: usize = 1 << 15;

    pub(crate) const fn new() -> Self {
        Self { slots: RefCell::new(Vec::new()) }
    }

    /// The answer to `question`, from memory or from `look`.
    pub(crate) fn get(&self, question: &str, look: impl FnOnce() -> V) -> V {
        // 0 marks an empty slot.
        let hash = xxh3_64(question.as_bytes()).max(1);
        #[expect(clippy::cast_possible_truncation, reason = "the low bits choose the slot")]
        let slot = hash as usize & (Self::SLOTS - 1);
        if let Some((known, value)) = self.slots.borrow().get(slot)
            && *known == hash
        {
            return *value;
        }
        let value = look();
        let mut slots = self.slots.borrow_mut();
        if slots.is_empty() {
            slots.resize(Self::SLOTS, (0, V::default()));
        }
        slots[slot] = (hash, value);
        value
    }
}

thread_local! {
    static WORDS: Recall<Entry> = const { Recall::new() };
    static TEXTS: Recall<Entry> = const { Recall::new() };
    static NAMES: Recall<Option<u64>> = const { Recall::new() };
}

/// What the lexicon knows of a word in lower case.
pub(crate) fn lookup(word: &str) -> Entry {
    WORDS.with(|recall| recall.get(word, || lexicon::lookup(word)))
}

/// What the lexicon knows of a word as it stands in a text.
pub(crate) fn entry(text: &str) -> Entry {
    TEXTS.with(|recall| {
        recall.get(text, || {
            let mut folded = String::new();
            fold_into(text, &mut folded);
            lexicon::lookup(&folded)
        })
    })
}

/// The group of spellings that a folded name belongs to; see [`parts::group`].
pub(crate) fn group(folded: &str) -> Option<u64> {
    NAMES.with(|recall| recall.get(folded, || parts::group(folded)))
}

#[cfg(test)]
mod tests {
    use super::Recall;

    #[test]
    fn looks_once() {
        let recall = Recall::new();
        assert_eq!(recall.get("a", || 1), 1);
        assert_eq!(recall.get("a", || unreachable!("it is known")), 1);
        assert_eq!(recall.get("", || 3), 3);
        for n in 0..100_000 {
            assert_eq!(recall.get(&n.to_string(), || n), n);
        }
    }
}
