//! Quotation marks without a partner, and quotations that start in the middle of a clause.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::{Confidence, Safety};
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::token::{Flags, Kind};
use crate::text::uncapitalise;

pub(super) struct Quotes {
    unpaired: Option<usize>,
    mid_clause: Option<usize>,
    pronouns: ListId,
    finite: ListId,
    leads: ListId,
    reporting: ListId,
}

/// The last comma before a reporting verb that was looked up; marks come in order, so that no stretch is searched twice.
#[derive(Default)]
struct Speech {
    sent: Option<usize>,
    at: Option<usize>,
}

impl Speech {
    fn next(&mut self, sent: &Sent, from: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let stale = self.at.is_some_and(|at| at < from);
        if self.sent != Some(sent.first) || stale {
            *self = Self { sent: Some(sent.first), at: (from..sent.last).find(|i| fits(*i)) };
        }
        self.at
    }
}

impl Quotes {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            unpaired: ids.get("unpaired-quotation-mark").copied(),
            mid_clause: ids.get("quotation-in-mid-clause").copied(),
            pronouns: vocab.list("subject-pronouns"),
            finite: vocab.list("auxiliaries"),
            leads: vocab.list("quotation-leads"),
            reporting: vocab.list("reporting-verbs"),
        }
    }

    fn unpaired(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        let block_of = |i: usize| doc.sent_of(i).map_or(usize::MAX, |s| s.block);
        let opens_block = |block: usize| {
            doc.block_sents
                .get(block)
                .and_then(|s| doc.sents.get(s.start))
                .is_some_and(|s| s.block == block && doc.tokens[s.first].kind == Kind::Quote)
        };
        let marks: Vec<(usize, bool)> = doc.lonely_quotes.iter().map(|&i| (block_of(i), doc.tokens[i].is(Flags::OPENS))).collect();
        // The nearest mark of the other kind: behind an opening one, before a closing one.
        let mut rivals: Vec<Option<usize>> = vec![None; marks.len()];
        let mut seen = None;
        for (n, &(block, opens)) in marks.iter().enumerate() {
            if opens {
                seen = Some(block);
            } else {
                rivals[n] = seen;
            }
        }
        let mut seen = None;
        for (n, &(block, opens)) in marks.iter().enumerate().rev() {
            if opens {
                rivals[n] = seen;
            } else {
                seen = Some(block);
            }
        }
        let mut speech = Speech::default();
        for (n, &mark) in doc.lonely_quotes.iter().enumerate() {
            let (block, opens) = marks[n];
            // A quotation over several paragraphs: some reopen each one, some do not.
            let answered = rivals[n].is_some_and(|rival| rival.abs_diff(block) <= 8);
            let carried = answered || opens && (opens_block(block + 1) || opens_block(block + 2));
            // Inches and seconds: 5'10", 30".
            let measure = mark > 0 && doc.tokens[mark - 1].kind == Kind::Num && !doc.tokens[mark].is(Flags::SPACE);
            if carried || measure {
                continue;
            }
            let Some(sent) = doc.sent_of(mark) else { continue };
            let speaks = if opens {
                // “We will not give in, the minister told reporters.
                let comma = speech
                    .next(sent, mark + 2, |i| doc.text(i) == "," && (i + 1..(i + 5).min(sent.last)).any(|v| doc.on(self.reporting, v)));
                comma.filter(|c| !doc.on(self.finite, c + 1) && !doc.on(self.pronouns, mark + 1) || doc.text(c + 1) == "the")
            } else {
                (mark + 1..(mark + 5).min(sent.last)).find(|i| doc.on(self.reporting, *i))
            };
            let Some(speaker) = speaks else { continue };
            let straight = doc.text(mark) == "\"";
            let draft = Draft {
                confidence: straight.then_some(Confidence::Medium),
                evidence: vec![("who speaks stands here, but where the words end does not".into(), Some(doc.tokens[speaker].at))],
                ..Draft::default()
            };
            out.report(doc, self.unpaired, (mark, mark + 1), draft);
        }
    }

    /// “he assured that Ukraine’s counterattack “It will take place in days”
    fn mid_clause(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        for sent in &doc.sents {
            for at in sent.first + 2..sent.last {
                let token = &doc.tokens[at];
                let Some(next) = doc.tokens.get(at + 2).filter(|_| at + 2 < sent.last) else { break };
                let fits = token.kind == Kind::Quote
                    && token.is(Flags::OPENS)
                    && doc.on(self.pronouns, at + 1)
                    && doc.tokens[at + 1].is(Flags::CAP)
                    && next.is_word()
                    && doc.on(self.finite, at + 2);
                if !fits || sent.title {
                    continue;
                }
                let before = &doc.tokens[at - 1];
                let noun = before.is_word() && before.is(Flags::LOWER) && before.at.len() > 3 && !doc.on(self.leads, at - 1);
                let subject = (sent.first..at - 1).rev().take(6).any(|i| matches!(doc.text(i), "that" | "’s" | "'s"));
                if !noun || !subject {
                    continue;
                }
                let pronoun = doc.tokens[at + 1].at;
                let small = uncapitalise(doc.text(at + 1));
                let drop = HitFix {
                    title: format!("let “{}” run on into the quotation without “{small}”", doc.text(at - 1)),
                    edits: vec![(ViewRange { start: pronoun.start, end: next.at.start }, String::new())],
                    safety: Safety::Display,
                };
                let evidence = vec![(format!("“{}” already is the subject", doc.text(at - 1)), Some(before.at))];
                let draft = Draft { at: Some(doc.range(at, at + 2)), evidence, fixes: vec![drop], ..Draft::default() };
                out.report(doc, self.mid_clause, (at, at + 3), draft);
            }
        }
    }
}

impl Detector for Quotes {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        self.unpaired(cx.doc, out);
        self.mid_clause(cx.doc, out);
    }
}
