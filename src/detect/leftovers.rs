//! Words left in the source language: in another script, in runs, or alone.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, Sink};
use crate::lang::identify::{advantage, identify};
use crate::rule::vocab::{ListId, Vocab};
use crate::text::token::{Flags, Kind};
use crate::view::BlockKind;

pub(super) struct Leftovers {
    script: Option<usize>,
    run: Option<usize>,
    word: Option<usize>,
    foreign: ListId,
    loans: ListId,
    naming: ListId,
}

impl Leftovers {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            script: ids.get("foreign-script").copied(),
            run: ids.get("source-language-words").copied(),
            word: ids.get("untranslated-word").copied(),
            foreign: vocab.list("foreign-function-words"),
            loans: vocab.list("loan-words"),
            naming: vocab.list("naming-words"),
        }
    }

    /// Whether a word is given on purpose: quoted, in brackets, glossed behind, or introduced as a name.
    fn is_shown(&self, doc: &Doc<'_>, sent: &Sent, first: usize, last: usize) -> bool {
        let opens = |i: usize| matches!(doc.text(i), "(" | "[" | "“" | "‘" | "\"" | "«" | "<");
        doc.tokens[first].is(Flags::QUOTED)
            || opens(last + 1)
            || (sent.first..first).rev().take(12).find(|i| matches!(doc.text(*i), "(" | ")" | "[" | "]")).is_some_and(opens)
            || (first.saturating_sub(3).max(sent.first)..first).any(|i| doc.on(self.naming, i))
            || matches!(doc.text(last + 1), "," | "–" | "—") && matches!(doc.text(last + 2), "or" | "meaning" | "which" | "literally")
    }

    /// Words in letters that English does not use.
    fn scripts(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        let is_other = |i: usize| {
            doc.tokens[i].is_word()
                && !doc.view.text.as_bytes()[doc.tokens[i].at.start as usize].is_ascii()
                && doc.text(i).chars().any(|c| c.is_alphabetic())
                && !doc.text(i).chars().any(is_latin)
        };
        let others = (0..doc.tokens.len()).filter(|i| is_other(*i)).count();
        // A text that is not English, or one about letters.
        if others == 0 || others * 3 > doc.tokens.len() {
            return;
        }
        for sent in &doc.sents {
            let mut at = sent.first;
            while at < sent.last {
                if !is_other(at) {
                    at += 1;
                    continue;
                }
                let first = at;
                while at + 1 < sent.last && (is_other(at + 1) || at + 2 < sent.last && is_other(at + 2) && doc.text(at + 1) == "-") {
                    at += 1;
                }
                let letters: usize = (first..=at).map(|i| doc.text(i).chars().filter(|c| c.is_alphabetic()).count()).sum();
                // One letter is a symbol: π, α-helix, μ.
                if letters > 1 && !self.is_shown(doc, sent, first, at) {
                    self.report(doc, out, self.script, first, at);
                }
                at += 1;
            }
        }
    }

    fn report(&self, doc: &Doc<'_>, out: &mut Sink<'_>, rule: Option<usize>, first: usize, last: usize) {
        let at = doc.range(first, last);
        let guess = identify(at.of(&doc.view.text));
        let language = guess.and_then(|g| crate::lang::name_of(g.language)).unwrap_or("another language");
        let evidence = vec![(format!("reads like {language}"), None)];
        let values = vec![("language", language.to_owned())];
        out.report(
            doc,
            rule,
            (first, last + 1),
            Draft { at: Some(at), evidence, values, language: guess.map(|g| g.language), ..Draft::default() },
        );
    }

    /// Whether a lower-case word is no English word: not in dictionaries, and not frequent in English news.
    fn is_foreign(&self, doc: &Doc<'_>, i: usize) -> bool {
        let token = &doc.tokens[i];
        let plain = token.kind == Kind::Word && token.is(Flags::LOWER) && !token.is(Flags::CAMEL) && !token.is(Flags::DOTTED);
        if !plain || !doc.text(i).starts_with(is_latin) || doc.on(self.loans, i) {
            return false;
        }
        let entry = doc.entry(i);
        doc.on(self.foreign, i) || !entry.in_dictionary() && !entry.within(20_000)
    }

    /// “the head of the comisión de justicia said”
    fn runs(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: &Sent) {
        let mut at = sent.first;
        while at < sent.last {
            if !self.is_foreign(doc, at) {
                at += 1;
                continue;
            }
            let first = at;
            while at + 1 < sent.last && self.is_foreign(doc, at + 1) {
                at += 1;
            }
            let last = at;
            at += 1;
            let text = doc.range(first, last).of(&doc.view.text);
            let unknown = (first..=last).filter(|i| !doc.entry(*i).is_known()).count();
            let small = (first..=last).filter(|i| doc.on(self.foreign, *i)).count();
            let words = last - first + 1;
            let named = |i: usize| doc.tokens.get(i).is_some_and(|t| t.is_word() && t.is(Flags::CAP));
            let in_name = first > sent.first && named(first - 1) && (named(last + 1) || doc.on(self.foreign, first));
            if in_name || self.is_shown(doc, sent, first, last) {
                continue;
            }
            let Some(guess) = identify(text).filter(|g| g.language != "en") else { continue };
            let (first, last) = if words >= 2 { stretch(doc, sent, (first, last), guess.language) } else { (first, last) };
            if words >= 2 && (unknown >= 2 || unknown >= 1 && small >= 1 || small >= 2) && guess.over_english >= 1.5 {
                self.report(doc, out, self.run, first, last);
            } else if words == 1 && unknown == 1 && text.chars().count() >= 4 && guess.over_english >= 2.0 {
                self.report(doc, out, self.word, first, last);
            }
        }
    }
}

impl Leftovers {
    /// “the Schneematsch on the roads”: German writes every noun with a capital, so that what is left looks like a name.
    fn nouns(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: &Sent) {
        for at in sent.first + 1..sent.last {
            let (before, token) = (&doc.tokens[at - 1], &doc.tokens[at]);
            let shape =
                token.is_word() && token.is(Flags::CAP) && !token.is(Flags::UPPER) && !token.is(Flags::CAMEL) && token.at.len() >= 9;
            let alone =
                before.is_word() && before.is(Flags::LOWER) && doc.tokens.get(at + 1).is_none_or(|t| !t.is_word() || t.is(Flags::LOWER));
            // “Haslach, Hofstetten and Welschensteinach”
            if !shape || !alone {
                continue;
            }
            let listed = matches!(doc.text(at - 1), "and" | "or") && at >= sent.first + 2 && doc.tokens[at - 2].is(Flags::CAP);
            if listed || doc.entry(at).is_known() || doc.text(at + 1) == "'s" || self.is_shown(doc, sent, at, at) {
                continue;
            }
            // Long words are compounds; short ones may be somebody's name.
            let sure = if doc.text(at).chars().count() >= 12 { 0.7 } else { 1.5 };
            if identify(doc.text(at)).is_some_and(|g| g.language == "de" && g.over_english >= sure && g.lead >= sure) {
                self.report(doc, out, self.word, at, at);
            }
        }
    }
}

impl Detector for Leftovers {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        self.scripts(doc, out);
        for sent in &doc.sents {
            if matches!(doc.kind(sent), BlockKind::Code | BlockKind::Cell) || sent.title || doc.in_verse(sent) {
                continue;
            }
            self.runs(doc, out, sent);
            self.nouns(doc, out, sent);
        }
    }
}

/// Widens a run by its neighbours that English has too, when they are far likelier in its language: “die”, “el”.
fn stretch(doc: &Doc<'_>, sent: &Sent, (mut first, mut last): (usize, usize), language: &str) -> (usize, usize) {
    const CLEARLY: f32 = 2.0;
    let fits = |i: usize| {
        let token = &doc.tokens[i];
        token.is_word()
            && token.is(Flags::LOWER)
            && !doc.text(i).contains(['\'', '’'])
            && advantage(doc.text(i), language).is_some_and(|a| a >= CLEARLY)
    };
    while first > sent.first && fits(first - 1) {
        first -= 1;
    }
    while last + 1 < sent.last && fits(last + 1) {
        last += 1;
    }
    (first, last)
}

fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
