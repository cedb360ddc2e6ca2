//! The words rules know, numbered, and the word lists they stand on.

use rustc_hash::FxHashMap;

/// The number of a word list in a [`Vocab`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListId(u32);

impl ListId {
    const NONE: Self = Self(u32::MAX);
}

/// One word list.
#[derive(Clone, Debug, Default)]
struct List {
    /// Bit per symbol: the word alone is an entry.
    bits: Vec<u64>,
    /// The same where it needs a capital.
    capped: Vec<u64>,
    /// Entries by first symbol, longest first: (symbols, starts with a capital).
    phrases: FxHashMap<u32, Vec<(Vec<u32>, bool)>>,
}

/// Sets the bit of a symbol.
fn set(bits: &mut Vec<u64>, sym: u32) {
    let slot = sym as usize / 64;
    if bits.len() <= slot {
        bits.resize(slot + 1, 0);
    }
    bits[slot] |= 1 << (sym % 64);
}

/// Whether the bit of a symbol is set.
fn has(bits: &[u64], sym: u32) -> bool {
    bits.get(sym as usize / 64).is_some_and(|b| b >> (sym % 64) & 1 == 1)
}

/// Symbols for folded words. Symbol 0 is every word no rule mentions.
#[derive(Clone, Debug, Default)]
pub struct Vocab {
    words: FxHashMap<Box<str>, u32>,
    lists: Vec<List>,
    names: FxHashMap<String, ListId>,
}

impl Vocab {
    /// The symbol of a folded word, 0 when unknown.
    #[must_use]
    pub fn sym(&self, folded: &str) -> u32 {
        self.words.get(folded).copied().unwrap_or(0)
    }
    /// The symbol of a folded word, made when new.
    pub fn intern(&mut self, folded: &str) -> u32 {
        if let Some(&sym) = self.words.get(folded) {
            return sym;
        }
        let sym = u32::try_from(self.words.len() + 1).unwrap_or(0);
        self.words.insert(folded.into(), sym);
        sym
    }
    /// Makes room for lists of so many entries, and for the rules' own words.
    pub(crate) fn reserve(&mut self, entries: usize) {
        self.words.reserve(entries + 16_000);
    }
    /// How many words are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }
    /// Whether no word is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
    /// Adds a list, an entry a line: its folded tokens with spaces between them, `^` before what needs a capital.
    pub fn add_list(&mut self, name: &str, entries: &str) {
        // A house list of the same name adds to the built-in one.
        let known = self.names.get(name).copied();
        let mut list = known.and_then(|id| self.lists.get_mut(id.0 as usize)).map(std::mem::take).unwrap_or_default();
        for line in entries.lines() {
            let (cap, entry) = line.strip_prefix('^').map_or((false, line), |rest| (true, rest));
            if !entry.contains(' ') {
                if entry.is_empty() {
                    continue;
                }
                let sym = self.intern(entry);
                set(if cap { &mut list.capped } else { &mut list.bits }, sym);
                if cap {
                    list.phrases.entry(sym).or_default().push((vec![sym], cap));
                }
                continue;
            }
            let syms: Vec<u32> = entry.split(' ').map(|w| self.intern(w)).collect();
            list.phrases.entry(syms[0]).or_default().push((syms, cap));
        }
        for group in list.phrases.values_mut() {
            group.sort_by_key(|(s, _)| std::cmp::Reverse(s.len()));
        }
        if let Some(slot) = known.and_then(|id| self.lists.get_mut(id.0 as usize)) {
            *slot = list;
            return;
        }
        let id = ListId(u32::try_from(self.lists.len()).unwrap_or(u32::MAX - 1));
        self.lists.push(list);
        self.names.insert(name.to_owned(), id);
    }
    /// The list called `name`; an unknown name gives a list nothing is on.
    #[must_use]
    pub fn list(&self, name: &str) -> ListId {
        self.names.get(name).copied().unwrap_or(ListId::NONE)
    }
    /// Whether a list of that name exists.
    #[must_use]
    pub fn has_list(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }
    /// The names of all lists, sorted.
    #[must_use]
    pub fn list_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
    /// Whether the single word `sym` is an entry.
    #[must_use]
    pub fn in_list(&self, list: ListId, sym: u32) -> bool {
        sym != 0 && self.lists.get(list.0 as usize).is_some_and(|l| has(&l.bits, sym) || has(&l.capped, sym))
    }
    /// Whether the single word `sym` is an entry that needs no capital.
    #[must_use]
    pub(crate) fn in_list_plain(&self, list: ListId, sym: u32) -> bool {
        sym != 0 && self.lists.get(list.0 as usize).is_some_and(|l| has(&l.bits, sym))
    }
    /// The entries that start with `sym`, longest first, with whether they need a capital.
    pub(crate) fn phrases(&self, list: ListId, sym: u32) -> &[(Vec<u32>, bool)] {
        self.lists.get(list.0 as usize).and_then(|l| l.phrases.get(&sym)).map_or(&[], Vec::as_slice)
    }
    /// The symbols entries start with, for indexing.
    pub(crate) fn first_syms(&self, list: ListId) -> Vec<u32> {
        let Some(list) = self.lists.get(list.0 as usize) else { return Vec::new() };
        let mut out: Vec<u32> = list.phrases.keys().copied().collect();
        for (slot, bits) in list.bits.iter().enumerate() {
            out.extend((0..64).filter(|b| bits >> b & 1 == 1).map(|b| (slot * 64 + b) as u32));
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}
