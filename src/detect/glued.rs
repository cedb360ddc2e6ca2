//! Words that lost the space between them where a tag stood: “saidWhether”, “commissionwhere”, “13:25The”.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::lang::lexicon::Entry;
use crate::lang::recall;
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::fold_into;
use crate::text::token::{Flags, Kind};
use crate::view::BlockKind;

pub(super) struct Glued {
    rule: Option<usize>,
    heads: ListId,
    tails: ListId,
}

/// Longest token that is split, in bytes; longer ones are no words.
const LONGEST: usize = 48;

impl Glued {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self { rule: ids.get("glued-words").copied(), heads: vocab.list("glued-heads"), tails: vocab.list("glued-tails") }
    }

    /// Where a token that the lexicon lacks falls into two words, as bytes from its start.
    fn split(&self, doc: &Doc<'_>, sent: &Sent, at: usize) -> Option<usize> {
        let token = &doc.tokens[at];
        // What a rule mentions is a word.
        if token.sym != 0 || !(5..=LONGEST).contains(&token.at.len()) || token.is(Flags::UPPER) || token.is(Flags::DOTTED) {
            return None;
        }
        let text = doc.text(at);
        if token.kind == Kind::Num {
            return after_digits(text);
        }
        if token.kind != Kind::Word || text.contains(['\'', '’']) {
            return None;
        }
        if token.is(Flags::CAMEL) {
            return self.at_capital(doc, text);
        }
        let opens = at == sent.first;
        if doc.entry(at).is_known() || !(token.is(Flags::LOWER) || token.is(Flags::CAP)) {
            return None;
        }
        let mut folded = String::new();
        fold_into(text, &mut folded);
        if folded.len() != text.len() {
            return None;
        }
        let lower = token.is(Flags::LOWER) || opens;
        self.place(doc, &folded, lower)
    }

    /// Where a word falls into two; `lower` when it is no name by its capital.
    fn place(&self, doc: &Doc<'_>, folded: &str, lower: bool) -> Option<usize> {
        let places = folded.char_indices().map(|(i, _)| i).filter(|i| *i >= 3 && folded.len() - i >= 3);
        places
            .filter_map(|i| {
                let (left, right) = folded.split_at(i);
                let word = |w: &str, rank| {
                    let entry = recall::lookup(w);
                    entry.in_dictionary() && entry.within(rank)
                };
                let tail = in_list(doc, self.tails, right);
                let ends =
                    tail && (lower && left.len() >= 4 && word(left, 12_000) || !lower && left.len() >= 5 && name(recall::lookup(left)));
                let starts = lower && in_list(doc, self.heads, left) && right.len() >= 4 && word(right, 4_000);
                (ends || starts).then_some((i, left.len().min(right.len())))
            })
            .max_by_key(|(_, shorter)| *shorter)
            .map(|(i, _)| i)
    }

    /// “saidWhether”, “ColombiaAccording”: a capital in a word, where the part before or behind it is no part of a brand.
    fn at_capital(&self, doc: &Doc<'_>, text: &str) -> Option<usize> {
        let mut before_lower = false;
        let mut places = text.char_indices().filter_map(|(i, c)| {
            let here = before_lower && c.is_uppercase();
            before_lower = c.is_lowercase();
            here.then_some(i)
        });
        let place = places.next()?;
        if places.next().is_some() {
            return None;
        }
        let (left, right) = text.split_at(place);
        let mut folded = (String::new(), String::new());
        fold_into(left, &mut folded.0);
        fold_into(right, &mut folded.1);
        let (one, two) = (recall::lookup(&folded.0), recall::lookup(&folded.1));
        let starter = in_list(doc, self.tails, &folded.1) && two.within(3_000) && right.chars().skip(1).all(char::is_lowercase);
        let sound = left.len() >= 3 && one.is_known() && right.len() >= 2;
        (sound && starter && (one.in_dictionary() || left.len() >= 5)).then_some(place)
    }
}

/// A word that news has, and no dictionary: a name.
fn name(entry: Entry) -> bool {
    entry.is_known() && !entry.in_dictionary()
}

fn in_list(doc: &Doc<'_>, list: ListId, word: &str) -> bool {
    doc.vocab.in_list(list, doc.vocab.sym(word))
}

/// “13:25The”, “2019The”: a clock or year and a common word.
fn after_digits(text: &str) -> Option<usize> {
    let place = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'))?;
    let (number, word) = text.split_at(place);
    let clock = number.contains(':') && number.len() >= 4;
    let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let mut letters = word.chars();
    let titled = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
    let entry = recall::lookup(&word.to_lowercase());
    ((clock || year) && titled && word.len() >= 3 && entry.in_dictionary() && entry.within(5_000)).then_some(place)
}

impl Detector for Glued {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        if !self.rule.is_some_and(|r| out.enabled(r)) {
            return;
        }
        for sent in &doc.sents {
            if matches!(doc.kind(sent), BlockKind::Code | BlockKind::Cell) {
                continue;
            }
            for at in sent.first..sent.last {
                let Some(place) = self.split(doc, sent, at) else { continue };
                let start = doc.tokens[at].at.start as usize + place;
                let gap = ViewRange::new(start, start);
                let (left, right) = doc.text(at).split_at(place);
                let fix = HitFix { title: "insert a space".into(), edits: vec![(gap, " ".into())], safety: Safety::Unsafe };
                let values = vec![("left", left.to_owned()), ("right", right.to_owned())];
                out.report(doc, self.rule, (at, at + 1), Draft { fixes: vec![fix], values, ..Draft::default() });
            }
        }
    }
}
