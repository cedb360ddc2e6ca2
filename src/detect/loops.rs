//! Words and phrases said twice: “strategy and strategy”, “the health and health commission”, “of the city of the city”.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::token::{Flags, Kind};
use crate::view::BlockKind;

pub(super) struct Loops {
    twins: Option<usize>,
    phrase: Option<usize>,
    near: Option<usize>,
    allowed: ListId,
    idioms: ListId,
    linking: ListId,
}

impl Loops {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            twins: ids.get("twin-words").copied(),
            phrase: ids.get("repeated-phrase").copied(),
            near: ids.get("near-repeat").copied(),
            allowed: vocab.list("may-repeat"),
            idioms: vocab.list("may-double"),
            linking: vocab.list("pair-links"),
        }
    }

    /// “the strategy and strategy of the party”
    fn twins(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: &Sent) {
        for and in sent.first + 1..sent.last.saturating_sub(1) {
            if doc.tokens[and].at.len() > 3 || !matches!(doc.text(and), "and" | "or") {
                continue;
            }
            let (one, two) = (and - 1, and + 1);
            let plain = |i: usize| doc.tokens[i].kind == Kind::Word && doc.tokens[i].is(Flags::LOWER);
            let word = doc.text(one);
            let comparative = word.ends_with("er") && !doc.entry(one).within(300) && doc.text(and) == "and";
            if !plain(one)
                || !plain(two)
                || word != doc.text(two)
                || word.len() < 4
                || comparative
                || doc.on(self.allowed, one)
                || doc.on(self.idioms, one)
                || matches!(doc.text(two + 1), "-" | "again")
                || one > sent.first && doc.text(one - 1) == "-"
                || one > sent.first && doc.text(one - 1) == word
            {
                continue;
            }
            let extra = ViewRange { start: doc.tokens[one].at.end, end: doc.tokens[two].at.end };
            let fix = HitFix { title: format!("keep one “{word}”"), edits: vec![(extra, String::new())], safety: Safety::Unsafe };
            out.report(doc, self.twins, (one, two + 1), Draft { fixes: vec![fix], ..Draft::default() });
        }
    }

    /// “in the south of the city of the city”
    fn phrases(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: &Sent) {
        let mut at = sent.first;
        while at + 3 < sent.last {
            let one = &doc.tokens[at];
            let mut found = None;
            for (back, other) in doc.tokens[at + 2..sent.last.min(at + 7)].iter().enumerate() {
                let again = other.sym == one.sym && other.at.len() == one.at.len();
                if again && at + 2 * (back + 2) <= sent.last && self.is_loop(doc, at, back + 2) {
                    found = Some(back + 2);
                }
            }
            let Some(length) = found else {
                at += 1;
                continue;
            };
            let extra = ViewRange { start: doc.tokens[at + length - 1].at.end, end: doc.tokens[at + 2 * length - 1].at.end };
            let fix = HitFix { title: "keep it once".into(), edits: vec![(extra, String::new())], safety: Safety::Unsafe };
            out.report(doc, self.phrase, (at, at + 2 * length), Draft { fixes: vec![fix], ..Draft::default() });
            at += 2 * length;
        }
    }

    /// Whether `n` tokens from `at` come twice in a row and are words, a content word among them.
    fn is_loop(&self, doc: &Doc<'_>, at: usize, n: usize) -> bool {
        let same = (at..at + n).all(|i| {
            let (one, two) = (&doc.tokens[i], &doc.tokens[i + n]);
            one.sym == two.sym
                && one.is_word()
                && two.is_word()
                && one.at.len() == two.at.len()
                && doc.text(i).eq_ignore_ascii_case(doc.text(i + n))
        });
        // “bigger and bigger and”, “door to door to”
        let paired = n == 2 && (doc.on(self.linking, at) || doc.on(self.linking, at + 1));
        same && !paired
            && doc.text(at) != doc.text(at + 1)
            && !doc.tokens[at].is(Flags::QUOTED)
            && (at..at + n).any(|i| doc.text(i).len() >= 4 && !doc.on(self.idioms, i))
            && (at..at + n).any(|i| doc.tokens[i].is(Flags::LOWER))
            && doc.tokens.get(at + 2 * n).is_none_or(|t| t.at.len() != doc.tokens[at].at.len() || doc.text(at + 2 * n) != doc.text(at))
    }

    /// “a new innovation model innovation”: a content word again after one other word.
    fn near(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: &Sent) {
        for one in sent.first..sent.last.saturating_sub(2) {
            let two = one + 2;
            let (first, between, second) = (&doc.tokens[one], &doc.tokens[one + 1], &doc.tokens[two]);
            if first.sym != second.sym || first.at.len() != second.at.len() {
                continue;
            }
            let word = doc.text(one);
            let content = |i: usize| doc.tokens[i].kind == Kind::Word && doc.entry(i).in_dictionary() && !doc.entry(i).within(200);
            if word.len() >= 5
                && word.eq_ignore_ascii_case(doc.text(two))
                && first.is(Flags::LOWER)
                && second.is(Flags::LOWER)
                && between.kind == Kind::Word
                && between.is(Flags::LOWER)
                && !doc.entry(one + 1).within(300)
                && content(one)
                && !doc.on(self.allowed, one)
            {
                out.report(doc, self.near, (one, two + 1), Draft::default());
            }
        }
    }
}

impl Detector for Loops {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        for sent in &doc.sents {
            if matches!(doc.kind(sent), BlockKind::Code | BlockKind::Cell) || doc.in_verse(sent) {
                continue;
            }
            self.twins(doc, out, sent);
            self.phrases(doc, out, sent);
            self.near(doc, out, sent);
        }
    }
}
