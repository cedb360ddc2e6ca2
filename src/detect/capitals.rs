//! Capitals inside a sentence, where two text fragments were sewn together.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::text::token::{Flags, Kind};
use crate::text::uncapitalise;

pub(super) struct Capitals {
    after_comma: Option<usize>,
    after_name: Option<usize>,
    in_sentence: Option<usize>,
    closed: ListId,
    graded: ListId,
    comma_words: ListId,
    time_words: ListId,
    free: ListId,
    finite: ListId,
}

impl Capitals {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            after_comma: ids.get("capital-after-comma").copied(),
            after_name: ids.get("capital-after-name").copied(),
            in_sentence: ids.get("capital-in-sentence").copied(),
            closed: vocab.list("closed-class"),
            graded: vocab.list("graded-things"),
            comma_words: vocab.list("after-comma"),
            time_words: vocab.list("after-name"),
            free: vocab.list("sewn-starters"),
            finite: vocab.list("finite-verbs"),
        }
    }

    fn sentence(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: &Sent) {
        for at in sent.first + 1..sent.last {
            let token = &doc.tokens[at];
            if !token.is_word()
                || !token.is(Flags::CAP)
                || token.is(Flags::UPPER)
                || !token.is(Flags::SPACE)
                || token.sym == 0
                || doc.starts_line(at)
            {
                continue;
            }
            let prev = &doc.tokens[at - 1];
            let next_word = doc.tokens.get(at + 1).filter(|_| at + 1 < sent.last);
            let Some(next) = next_word.filter(|t| t.is_word() || t.kind == Kind::Num) else { continue };
            let next_cap = next.is(Flags::CAP);
            let caps_follow = next_cap && at + 2 < sent.last && doc.tokens[at + 2].is(Flags::CAP);
            let rule = if at >= sent.first + 2
                && doc.text(at - 1) == ","
                && doc.on(self.comma_words, at)
                && doc.tokens[at - 2..at].iter().all(|t| t.kind != Kind::Quote)
            {
                // “, The Washington Post” and “, From the Depths” are names.
                let article = matches!(doc.text(at), "The" | "A" | "An");
                let salutation = at - sent.first <= 4 && doc.tokens[at - 2].is(Flags::CAP);
                if article && next_cap || salutation || self.named_after_preposition(doc, at) { None } else { self.after_comma }
            } else if prev.is_word() && prev.is(Flags::CAP) && !prev.is(Flags::UPPER) && at - 1 > sent.first && doc.on(self.time_words, at)
            {
                let dated = matches!(
                    doc.text(at),
                    "Last" | "Next" | "This" | "Earlier" | "Yesterday" | "Tomorrow" | "Also" | "According" | "However"
                );
                let lower_follows = next.is(Flags::LOWER) || next.kind == Kind::Num;
                if lower_follows && dated && !doc.on(self.closed, at - 1) { self.after_name } else { None }
            } else if prev.is_word() && prev.is(Flags::LOWER) && prev.is(Flags::SPACE) && prev.at.len() > 1 && doc.on(self.closed, at) {
                let titled = next_cap && !doc.on(self.free, at) || caps_follow && !doc.on(self.free, at);
                let pronoun = matches!(doc.text(at), "He" | "She" | "It" | "They" | "We");
                let verb_follows = doc.on(self.finite, at + 1) || next.is(Flags::LOWER) && (doc.text(at + 1).ends_with("ed"));
                let graded = doc.text(at) == "A" && doc.on(self.graded, at - 1);
                if graded
                    || titled
                    || !next.is_word() && !doc.on(self.free, at)
                    || pronoun && !verb_follows
                    || self.named_after_preposition(doc, at)
                {
                    None
                } else {
                    self.in_sentence
                }
            } else {
                None
            };
            if rule.is_none() || self.looks_titled(doc, sent, at, rule == self.after_name) {
                continue;
            }
            let small = uncapitalise(doc.text(at));
            let mut draft = Draft::fix(format!("write “{small}”"), token.at, small, Safety::Unsafe);
            draft.evidence = vec![(format!("“{}” is no name and nothing ends before it", doc.text(at)), Some(token.at))];
            draft.at = Some(doc.range(at - 1, at));
            out.report(doc, rule, (at, at + 1), draft);
        }
    }

    /// “From the Depths”, “For the People Act”: a name that starts with a preposition.
    fn named_after_preposition(&self, doc: &Doc<'_>, at: usize) -> bool {
        let preposition = matches!(
            doc.text(at),
            "From"
                | "For"
                | "Of"
                | "In"
                | "On"
                | "At"
                | "To"
                | "With"
                | "By"
                | "Into"
                | "Over"
                | "Under"
                | "Between"
                | "About"
                | "Before"
                | "After"
        );
        let article = matches!(doc.text(at + 1), "the" | "a" | "an" | "our" | "all");
        let name = |i: usize| doc.tokens.get(i).is_some_and(|t| t.is_word() && t.is(Flags::CAP));
        preposition && article && name(at + 2)
    }

    /// Whether the capital belongs to a title or name: quoted, or most long words around it are capitalised too.
    fn looks_titled(&self, doc: &Doc<'_>, sent: &Sent, at: usize, after_name: bool) -> bool {
        if sent.title || doc.tokens[at].is(Flags::QUOTED) && doc.tokens[at - 1].kind == Kind::Quote {
            return true;
        }
        let from = if after_name { at } else { at.saturating_sub(3).max(sent.first) };
        let window = from..(at + 4).min(sent.last);
        let (mut long, mut caps) = (0, 0);
        for i in window.filter(|i| *i != at) {
            if doc.tokens[i].is_word() && doc.tokens[i].at.len() > 3 {
                long += 1;
                caps += usize::from(doc.tokens[i].is(Flags::CAP));
            }
        }
        long >= 3 && caps * 4 >= long * 3
    }
}

impl Detector for Capitals {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        for sent in &cx.doc.sents {
            if !sent.title && !cx.doc.in_verse(sent) {
                self.sentence(cx.doc, out, sent);
            }
        }
    }
}
