//! Finds known forms of names in a document.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::doc::{Doc, Sent};
use crate::lang::recall::Recall;
use crate::span::ViewRange;
use crate::text::token::{Flags, Kind as TokenKind};

use super::data::fold::fold_into;
use super::data::pack::{Kind, Posting, Store};
use super::person::Dossier;

/// Tokens `first..last` read as something the maps know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub first: usize,
    pub last: usize,
    /// Which store knows it: the house's own come first.
    pub store: usize,
    pub posting: Posting,
}

/// All forms that one document has, in text order.
pub(crate) struct Reading<'a> {
    pub stores: Vec<&'a Store>,
    pub spots: Vec<Spot>,
    dossiers: RefCell<FxHashMap<(usize, u16), Dossier>>,
    /// For each token, how far an accepted name that covers it reaches: `(first, last)`.
    accepted: Vec<(usize, usize)>,
}

/// No name has more tokens.
const LONGEST: usize = 14;

impl<'a> Reading<'a> {
    /// Reads `doc` with the help of `stores`.
    pub fn new(doc: &Doc<'_>, stores: &[&'a Store]) -> Self {
        let mut reading = Self { stores: stores.to_vec(), spots: Vec::new(), dossiers: RefCell::default(), accepted: Vec::new() };
        let mut buffer = String::new();
        for sent in &doc.sents {
            for at in sent.first..sent.last {
                let token = &doc.tokens[at];
                if token.is_word() && token.is(Flags::CAP) {
                    for (number, &store) in stores.iter().enumerate() {
                        walk(doc, sent, at, store, &mut buffer, |first, last, posting| {
                            // A possessive ending belongs to names like `Standard & Poor's`, but makes no wrong form.
                            if posting.kind.is_wrong() && doc.text(last - 1).starts_with(['\'', '’']) {
                                return;
                            }
                            reading.spots.push(Spot { first, last, store: number, posting });
                        });
                    }
                }
            }
        }
        let right = |kind| matches!(kind, Kind::Full | Kind::Accepted | Kind::Body | Kind::Acronym | Kind::Place | Kind::Country);
        reading.accepted = reading
            .spots
            .iter()
            .filter(|s| right(s.posting.kind) && (s.posting.kind != Kind::Acronym || is_upper(doc, s)))
            .map(|s| (s.first, s.last))
            .collect();
        reading.accepted.dedup();
        reading
    }

    /// The store a spot comes from.
    pub fn store(&self, spot: &Spot) -> &'a Store {
        self.stores[spot.store]
    }

    /// The record of person `id` of a store.
    pub fn dossier(&self, store: usize, id: u16) -> Dossier {
        let look = || Dossier::new(self.stores[store].person(id));
        if is_builtin(self.stores[store]) {
            return DOSSIERS.with_borrow_mut(|known| {
                if known.len() >= DOSSIERS_KEPT {
                    known.clear();
                }
                known.entry(id).or_insert_with(look).clone()
            });
        }
        self.dossiers.borrow_mut().entry((store, id)).or_insert_with(look).clone()
    }

    /// Spots of one kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Spot> {
        self.spots.iter().filter(move |s| s.posting.kind == kind)
    }

    /// Spots that share tokens with `first..last`.
    pub fn overlapping(&self, first: usize, last: usize) -> impl Iterator<Item = &Spot> {
        let from = self.spots.partition_point(|s| s.first + LONGEST < first);
        self.spots[from..].iter().take_while(move |s| s.first < last).filter(move |s| s.last > first)
    }

    /// Whether an accepted name covers tokens `first..last`, or overlaps them and is longer.
    pub fn is_accepted(&self, first: usize, last: usize) -> bool {
        let from = self.accepted.partition_point(|(f, _)| f + LONGEST < first);
        self.accepted[from..]
            .iter()
            .take_while(|(f, _)| *f < last)
            .any(|(f, l)| *f <= first && *l >= last || *l > first && l - f > last - first)
    }
}

fn is_upper(doc: &Doc<'_>, spot: &Spot) -> bool {
    (spot.first..spot.last).all(|i| doc.tokens[i].is(Flags::UPPER) || doc.tokens[i].is(Flags::DOTTED) || doc.text(i).len() == 1)
}

/// How many built-in records a thread keeps; news is about the same few people for weeks.
const DOSSIERS_KEPT: usize = 1 << 10;

thread_local! {
    static DOSSIERS: RefCell<FxHashMap<u16, Dossier>> = RefCell::default();
    static BEGUN: Recall<Option<Begun>> = const { Recall::new() };
}

fn is_builtin(store: &Store) -> bool {
    super::builtin().is_some_and(|builtin| std::ptr::eq(builtin, store))
}

/// Where the map stands behind the first word of a form.
#[derive(Clone, Copy)]
struct Begun {
    node: usize,
    value: u64,
}

/// The start of all forms that begin with the word; `None` when there are none.
fn begin(store: &Store, text: &str, buffer: &mut String) -> Option<Begun> {
    buffer.clear();
    fold_into(text, buffer);
    let fst = store.map().as_fst();
    let mut node = fst.root();
    let mut value = 0;
    for byte in buffer.bytes() {
        let transition = node.transition(node.find_input(byte)?);
        value += transition.out.value();
        node = fst.node(transition.addr);
    }
    // Behind a word a form ends, or goes on with another.
    let goes_on = node.is_final() || node.find_input(b' ').is_some() || node.find_input(b's').is_some();
    goes_on.then(|| Begun { node: node.addr(), value })
}

/// Follows the tokens from `at` through the map; `found` gets each form that ends on the way.
pub(crate) fn walk(
    doc: &Doc<'_>,
    sent: &Sent,
    at: usize,
    store: &Store,
    buffer: &mut String,
    mut found: impl FnMut(usize, usize, Posting),
) {
    let text = doc.text(at);
    let begun =
        if is_builtin(store) { BEGUN.with(|recall| recall.get(text, || begin(store, text, buffer))) } else { begin(store, text, buffer) };
    let Some(Begun { node, mut value }) = begun else { return };
    let fst = store.map().as_fst();
    let mut node = fst.node(node);
    let mut i = at;
    buffer.clear();
    loop {
        if i > at {
            fold_into(doc.text(i), buffer);
        }
        for byte in buffer.bytes() {
            let Some(next) = node.find_input(byte) else { return };
            let transition = node.transition(next);
            value += transition.out.value();
            node = fst.node(transition.addr);
        }
        buffer.clear();
        i += 1;
        if node.is_final() {
            for posting in store.postings(value + node.final_output().value()) {
                found(at, i, posting);
            }
        }
        if i - at >= LONGEST {
            return;
        }
        let Some(next) = follow(doc, sent, i) else { return };
        if next.1 {
            buffer.push(' ');
        }
        i = next.0;
    }
}

/// The token that may carry a name on behind token `i - 1`, and whether a space stands between.
fn follow(doc: &Doc<'_>, sent: &Sent, i: usize) -> Option<(usize, bool)> {
    if i >= sent.last || doc.starts_line(i) {
        return None;
    }
    let token = &doc.tokens[i];
    let spaced = token.is(Flags::SPACE);
    match token.kind {
        TokenKind::Word | TokenKind::Num => Some((i, spaced)),
        TokenKind::Punct => {
            let text = doc.text(i);
            let next_spaced = doc.tokens.get(i + 1).is_none_or(|t| t.is(Flags::SPACE));
            match text {
                "&" => Some((i, spaced)),
                "-" | "‐" | "‑" if !spaced && !next_spaced && i + 1 < sent.last => Some((i + 1, true)),
                "." if !spaced && doc.text(i - 1).chars().count() <= 2 && i + 1 < sent.last => Some((i + 1, next_spaced)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Tokens `first..last` folded, with a space before each.
pub(crate) fn folded(doc: &Doc<'_>, first: usize, last: usize) -> String {
    let mut out = String::new();
    for i in first..last.min(doc.tokens.len()) {
        let text = doc.text(i);
        if doc.tokens[i].is_word() || doc.tokens[i].kind == TokenKind::Num {
            out.push(' ');
            fold_into(text, &mut out);
        } else if !matches!(text, "-" | ".") {
            out.push_str(" |");
        }
    }
    out.push(' ');
    out
}

/// How far around a name its company is looked for, in bytes of the view.
pub(crate) const AROUND: usize = 1_800;

/// Where `needle` stands as a name of its own within reach of byte `at` and outside `own`, the nearest.
pub(crate) fn stands_near(doc: &Doc<'_>, at: usize, needle: &str, own: ViewRange) -> Option<usize> {
    let text = &doc.view.text;
    let clip = |mut to: usize| {
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        to
    };
    let (from, to) = (clip(at.saturating_sub(AROUND)), clip((at + AROUND).min(text.len())));
    let window = &text.as_bytes()[from..to];
    memchr::memmem::find_iter(window, needle.as_bytes())
        .map(|offset| from + offset)
        .filter(|start| {
            if *start < own.end as usize && own.start as usize <= *start + needle.len() {
                return false;
            }
            let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            free(text[..*start].chars().next_back()) && free(text[start + needle.len()..].chars().next())
        })
        .min_by_key(|start| start.abs_diff(at))
}
