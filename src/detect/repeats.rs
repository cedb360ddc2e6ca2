//! Doubled words and doubled punctuation.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::token::{Flags, Kind};

pub(super) struct Repeats {
    word: Option<usize>,
    punctuation: Option<usize>,
    allowed: ListId,
    abbreviations: ListId,
}

impl Repeats {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            word: ids.get("doubled-word").copied(),
            punctuation: ids.get("doubled-punctuation").copied(),
            allowed: vocab.list("may-double"),
            abbreviations: vocab.list("abbreviations"),
        }
    }

    /// The marks that clash with a stop or comma before them, and what should stand instead.
    fn clash(first: &str, second: &str) -> Option<&'static str> {
        Some(match (first, second) {
            (",", ",") => ",",
            ("." | "。", ".") => ".",
            (".", ",") | (",", ".") => "",
            (";", ";") => ";",
            (":", ":") => ":",
            _ => return None,
        })
    }
}

impl Detector for Repeats {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        let tokens = &doc.tokens;
        for at in 1..tokens.len() {
            let (prev, token) = (&tokens[at - 1], &tokens[at]);
            if token.kind == Kind::Word && prev.kind == Kind::Word && token.is(Flags::LOWER) && prev.is(Flags::LOWER) {
                if token.sym != prev.sym || token.at.len() != prev.at.len() || token.at.len() < 2 || doc.text(at) != doc.text(at - 1) {
                    continue;
                }
                let tripled = at >= 2 && doc.text(at - 2) == doc.text(at) || doc.text(at + 1) == doc.text(at);
                if token.is(Flags::SPACE)
                    && !doc.starts_line(at)
                    && !tripled
                    && !doc.on(self.allowed, at)
                    && doc.sent_of(at - 1) == doc.sent_of(at)
                {
                    let extra = ViewRange { start: prev.at.end, end: token.at.end };
                    let fix = HitFix {
                        title: format!("delete one “{}”", doc.text(at)),
                        edits: vec![(extra, String::new())],
                        safety: Safety::Unsafe,
                    };
                    out.report(doc, self.word, (at - 1, at + 1), Draft { fixes: vec![fix], ..Draft::default() });
                }
            } else if token.kind == Kind::Punct && prev.kind == Kind::Punct {
                let (first, second) = (doc.text(at - 1), doc.text(at));
                let Some(keep) = Self::clash(first, second) else { continue };
                let before = at.checked_sub(2).map(|i| &tokens[i]);
                // “Co.,” and “etc..”, a row of dots, a table's empty cells, an emoticon.
                let abbreviated = at >= 2 && first == "." && (doc.on(self.abbreviations, at - 2) || tokens[at - 2].is(Flags::DOTTED));
                let initial =
                    before.is_some_and(|t| t.is_word() && doc.text(at - 2).chars().count() <= 3 && t.is(Flags::CAP)) && first == ".";
                let row = before.is_some_and(|t| t.kind == Kind::Punct && doc.text(at - 2) == first)
                    || tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Punct && doc.text(at + 1) == second);
                let worded = before.is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Num | Kind::Quote) || doc.text(at - 2) == ")");
                // “.NET”, “.gitignore”
                let named =
                    second == "." && token.is(Flags::SPACE) && tokens.get(at + 1).is_some_and(|t| t.is_word() && !t.is(Flags::SPACE));
                let same_block = doc.sent_of(at - 1).map(|s| s.block) == doc.sent_of(at).map(|s| s.block);
                if abbreviated
                    || initial
                    || named
                    || row
                    || !worded
                    || !same_block
                    || prev.is(Flags::SPACE) && token.is(Flags::SPACE) && first == "." && at < 2
                {
                    continue;
                }
                let at_both = ViewRange { start: prev.at.start, end: token.at.end };
                let fix = if keep.is_empty() {
                    let wanted = if tokens.get(at + 1).is_some_and(|t| t.is(Flags::LOWER)) || second == "," { "," } else { "." };
                    HitFix { title: format!("keep “{wanted}”"), edits: vec![(at_both, wanted.into())], safety: Safety::Unsafe }
                } else {
                    HitFix { title: format!("keep one “{keep}”"), edits: vec![(at_both, keep.into())], safety: Safety::Safe }
                };
                out.report(doc, self.punctuation, (at - 1, at), Draft { at: Some(at_both), fixes: vec![fix], ..Draft::default() });
            }
        }
    }
}
