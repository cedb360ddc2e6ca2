//! Patterns with their words numbered, indexed by the rarest word each cannot do without.

use rustc_hash::FxHashMap;

use crate::finding::Safety;
use crate::rule::pattern::{Atom, Class, Group, Pattern, Test};
use crate::rule::schema::{FixDef, Guard, Row};
use crate::rule::vocab::{ListId, Vocab};
use crate::text::fold_into;
use crate::text::inflect::{self, Form};

/// A compiled alternative.
#[derive(Clone, Debug)]
pub(crate) enum CAtom {
    Word(u32),
    Exact(u32, Box<str>),
    Verbatim(u32, Box<str>),
    Forms(Box<[(u32, Form)]>),
    Class(Class),
    List(ListId),
    Phrase(Box<[CAtom]>),
    Start,
    End,
}

#[derive(Clone, Debug)]
pub(crate) enum CTest {
    Any(Box<[CAtom]>),
    Not(Box<[CAtom]>),
    Gap(usize),
    Start,
    End,
}

#[derive(Clone, Debug)]
pub(crate) struct CItem {
    pub test: CTest,
    pub optional: bool,
}

/// A pattern ready to match.
#[derive(Clone, Debug)]
pub(crate) struct CPattern {
    /// The rule it belongs to.
    pub rule: usize,
    pub items: Box<[CItem]>,
    /// The items to flag.
    pub focus: Option<(usize, usize)>,
    pub groups: Box<[Group]>,
    /// Fixes of this pattern (a table row brings its own).
    pub fixes: Vec<FixDef>,
    /// What a table row says beyond its pattern.
    pub row: Option<Box<CRow>>,
    /// The pattern as written.
    pub text: String,
    anchor: Option<usize>,
    before_anchor: (usize, usize),
}

/// A table row, ready to judge a match.
#[derive(Clone, Debug)]
pub(crate) struct CRow {
    pub only: CGuard,
    pub unless: CGuard,
    /// The best right form, for the message.
    pub right: String,
    pub source: String,
    pub note: String,
    /// Source languages it points to; empty for the rule's own.
    pub from: Vec<String>,
    /// The subject it belongs to; empty for any.
    pub domain: String,
    /// The line in the table, 1-based.
    pub line: usize,
}

/// Guards with compiled patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct CGuard {
    pub before: Vec<CPattern>,
    pub after: Vec<CPattern>,
    pub near: Vec<CPattern>,
    pub doc: Vec<CPattern>,
    pub inside: Vec<CPattern>,
    pub quoted: bool,
    pub title: bool,
    pub start: bool,
}

impl CGuard {
    pub(crate) fn compile(guard: &Guard, vocab: &mut Vocab) -> Result<Self, String> {
        let mut all = |list: &[Pattern]| list.iter().map(|p| CPattern::compile(p, 0, vocab)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            before: all(&guard.before)?,
            after: all(&guard.after)?,
            near: all(&guard.near)?,
            doc: all(&guard.doc)?,
            inside: all(&guard.inside)?,
            quoted: guard.quoted,
            title: guard.title,
            start: guard.start,
        })
    }
    pub(crate) fn is_empty(&self) -> bool {
        let lists = [&self.before, &self.after, &self.near, &self.doc, &self.inside];
        lists.iter().all(|l| l.is_empty()) && !self.quoted && !self.title && !self.start
    }
}

/// Words so frequent that an anchor on them is costly, most frequent first. They are interned before all others,
/// so that a symbol says how frequent its word is.
pub(crate) const COMMON: &[&str] = &[
    ",",
    ".",
    "the",
    "of",
    "to",
    "and",
    "in",
    "a",
    "'s",
    "\"",
    "-",
    "that",
    "for",
    "on",
    "with",
    "is",
    "was",
    "he",
    "it",
    "said",
    "as",
    "at",
    "by",
    "be",
    "are",
    "from",
    "an",
    "has",
    "have",
    "his",
    "not",
    "but",
    "who",
    "will",
    "they",
    "were",
    "this",
    "which",
    "or",
    "had",
    "its",
    "their",
    "been",
    "one",
    "more",
    "i",
    "we",
    "about",
    "after",
    "also",
    "would",
    "than",
    "last",
    "her",
    "she",
    "new",
    "up",
    "out",
    "president",
    "people",
    "year",
    "years",
    "government",
    "minister",
    "first",
    "two",
    "all",
    "when",
    "there",
    "if",
    "can",
    "no",
    "what",
    ":",
    ";",
    "(",
    ")",
    "[",
    "]",
    "?",
    "!",
];

impl CPattern {
    pub(crate) fn compile(pattern: &Pattern, rule: usize, vocab: &mut Vocab) -> Result<Self, String> {
        let mut items = Vec::with_capacity(pattern.items.len());
        for item in &pattern.items {
            let mut atoms = |list: &[Atom]| list.iter().map(|a| compile_atom(a, vocab)).collect::<Result<Box<[CAtom]>, String>>();
            let test = match &item.test {
                Test::Any(list) => CTest::Any(atoms(list)?),
                Test::Not(list) => CTest::Not(atoms(list)?),
                Test::Gap(n) => CTest::Gap(usize::from(*n)),
                Test::Start => CTest::Start,
                Test::End => CTest::End,
            };
            items.push(CItem { test, optional: item.optional });
        }
        let mut out = Self {
            rule,
            items: items.into(),
            focus: pattern.focus,
            groups: pattern.groups.clone().into(),
            fixes: Vec::new(),
            row: None,
            text: pattern.text.clone(),
            anchor: None,
            before_anchor: (0, 0),
        };
        out.choose_anchor(vocab);
        Ok(out)
    }

    pub(crate) fn with_fixes(mut self, fixes: &[FixDef]) -> Self {
        self.fixes = fixes.to_vec();
        self
    }

    pub(crate) fn set_row(&mut self, row: &Row, fixes: &[FixDef], vocab: &mut Vocab) -> Result<(), String> {
        let rule = fixes.first();
        let several = row.right.len() > 1;
        let safety = if several { Safety::Display } else { rule.map_or(Safety::Display, |f| f.safety) };
        let exact = rule.is_some_and(|f| f.exact);
        self.fixes = row.right.iter().map(|text| FixDef { text: text.clone(), safety, title: None, exact }).collect();
        self.row = Some(Box::new(CRow {
            only: CGuard::compile(&row.only, vocab)?,
            unless: CGuard::compile(&row.unless, vocab)?,
            right: row.right.first().cloned().unwrap_or_default(),
            source: row.source.clone(),
            note: row.note.clone(),
            from: row.from.clone(),
            domain: row.domain.clone(),
            line: row.line,
        }));
        Ok(())
    }

    fn choose_anchor(&mut self, vocab: &Vocab) {
        let cost_of = |sym: u32| if sym as usize <= COMMON.len() { 4000 / (sym as usize).max(1) + 2 } else { 1 };
        let mut best: Option<(usize, usize)> = None;
        for (i, item) in self.items.iter().enumerate() {
            if item.optional {
                continue;
            }
            let CTest::Any(atoms) = &item.test else { continue };
            let mut syms = Vec::new();
            if !atoms.iter().all(|a| first_syms(a, vocab, &mut syms)) {
                continue;
            }
            let cost: usize = syms.iter().map(|s| cost_of(*s)).sum();
            if best.is_none_or(|(c, _)| cost < c) {
                best = Some((cost, i));
            }
        }
        self.anchor = best.map(|(_, i)| i);
        if let Some(anchor) = self.anchor {
            let lengths = self.items[..anchor].iter().map(item_length);
            self.before_anchor = lengths.fold((0, 0), |(lo, hi), (a, b)| (lo + a, hi + b));
        }
    }

    /// The fewest and most tokens the pattern can cover.
    pub(crate) fn length(&self) -> (usize, usize) {
        self.items.iter().map(item_length).fold((0, 0), |(lo, hi), (a, b)| (lo + a, hi + b))
    }
    /// How many tokens (fewest, most) can stand before the anchor.
    pub(crate) fn before_anchor(&self) -> (usize, usize) {
        self.before_anchor
    }
    /// Whether a literal word can trigger it.
    pub(crate) fn has_anchor(&self) -> bool {
        self.anchor.is_some()
    }
}

fn item_length(item: &CItem) -> (usize, usize) {
    let (lo, hi) = match &item.test {
        CTest::Any(atoms) => {
            let most = atoms
                .iter()
                .map(|a| match a {
                    CAtom::Phrase(parts) => parts.len(),
                    CAtom::List(_) => 5,
                    _ => 1,
                })
                .max();
            (1, most.unwrap_or(1))
        }
        CTest::Not(_) => (1, 1),
        CTest::Gap(n) => (0, *n),
        CTest::Start | CTest::End => (0, 0),
    };
    (if item.optional { 0 } else { lo }, hi)
}

/// Adds the symbols a token must have to start this atom; false when any token could.
fn first_syms(atom: &CAtom, vocab: &Vocab, out: &mut Vec<u32>) -> bool {
    match atom {
        CAtom::Word(sym) | CAtom::Exact(sym, _) | CAtom::Verbatim(sym, _) => out.push(*sym),
        CAtom::Forms(forms) => out.extend(forms.iter().map(|(s, _)| *s)),
        CAtom::List(list) => out.extend(vocab.first_syms(*list)),
        CAtom::Phrase(parts) => return parts.first().is_some_and(|p| first_syms(p, vocab, out)),
        CAtom::Class(_) | CAtom::Start | CAtom::End => return false,
    }
    true
}

fn compile_atom(atom: &Atom, vocab: &mut Vocab) -> Result<CAtom, String> {
    let mut folded = String::new();
    let mut sym = |word: &str, vocab: &mut Vocab| {
        fold_into(word, &mut folded);
        vocab.intern(&folded)
    };
    Ok(match atom {
        Atom::Word(word) => CAtom::Word(sym(word, vocab)),
        Atom::Exact(word) => CAtom::Exact(sym(word, vocab), word.as_str().into()),
        Atom::Verbatim(word) => CAtom::Verbatim(sym(word, vocab), word.as_str().into()),
        Atom::Lemma(lemma) => CAtom::Forms(inflect::forms(lemma).into_iter().map(|(w, f)| (vocab.intern(&w), f)).collect()),
        Atom::Class(class) => CAtom::Class(*class),
        Atom::List(name) => {
            if !vocab.has_list(name) {
                let names = vocab.list_names();
                let hint = crate::rule::schema::nearest(name, names.into_iter()).map_or(String::new(), |n| format!("; did you mean @{n}?"));
                return Err(format!("there is no word list @{name}{hint}"));
            }
            CAtom::List(vocab.list(name))
        }
        Atom::Start => CAtom::Start,
        Atom::End => CAtom::End,
        Atom::Phrase(parts) => CAtom::Phrase(parts.iter().map(|p| compile_atom(p, vocab)).collect::<Result<_, _>>()?),
    })
}

/// From a token's symbol to the patterns it can trigger.
#[derive(Debug, Default)]
pub(crate) struct Index {
    by_sym: FxHashMap<u32, Vec<u32>>,
    flags: Vec<u64>,
    everywhere: Vec<u32>,
}

impl Index {
    pub(crate) fn build(patterns: &[CPattern], vocab: &Vocab) -> Self {
        let mut out = Self { flags: vec![0; vocab.len() / 64 + 1], ..Self::default() };
        let mut syms = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let Some(anchor) = pattern.anchor else {
                out.everywhere.push(number);
                continue;
            };
            syms.clear();
            if let CTest::Any(atoms) = &pattern.items[anchor].test {
                for atom in atoms {
                    first_syms(atom, vocab, &mut syms);
                }
            }
            syms.sort_unstable();
            syms.dedup();
            for &sym in &syms {
                out.by_sym.entry(sym).or_default().push(number);
                out.flags[sym as usize / 64] |= 1 << (sym % 64);
            }
        }
        out
    }
    /// The patterns a token with this symbol can trigger.
    pub(crate) fn triggered(&self, sym: u32) -> &[u32] {
        let set = self.flags.get(sym as usize / 64).is_some_and(|b| b >> (sym % 64) & 1 == 1);
        if sym == 0 || !set {
            return &[];
        }
        self.by_sym.get(&sym).map_or(&[], Vec::as_slice)
    }
    /// Patterns without an anchor, tried at every token.
    pub(crate) fn everywhere(&self) -> &[u32] {
        &self.everywhere
    }
}
