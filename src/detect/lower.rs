//! Names that lost their capital: “the european parliament”, “in september”.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::text::capitalise;
use crate::text::token::{Flags, Kind};
use crate::view::BlockKind;

pub(super) struct Lower {
    rule: Option<usize>,
    names: ListId,
    things: ListId,
}

impl Lower {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self { rule: ids.get("lower-case-name").copied(), names: vocab.list("always-capital"), things: vocab.list("lower-case-things") }
    }

    fn fits(&self, doc: &Doc<'_>, sent: &Sent, at: usize) -> bool {
        let token = &doc.tokens[at];
        let joined =
            |i: usize| matches!(doc.text(i), "-" | "." | "/" | "@" | "_" | "–" | "#" | "\\" | "=") && !doc.tokens[i].is(Flags::SPACE);
        token.kind == Kind::Word
            && token.is(Flags::LOWER)
            && !token.is(Flags::QUOTED)
            && doc.on(self.names, at)
            && !doc.on(self.things, at + 1)
            && !(at > sent.first && joined(at - 1))
            && !(joined(at + 1) && doc.tokens.get(at + 2).is_some_and(|t| !t.is(Flags::SPACE)))
    }
}

impl Detector for Lower {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        for sent in &doc.sents {
            // Text in lower case throughout is somebody's style.
            let written = (sent.first..sent.last).any(|i| doc.tokens[i].is(Flags::CAP));
            if matches!(doc.kind(sent), BlockKind::Code | BlockKind::Cell) || !written {
                continue;
            }
            for at in sent.first..sent.last {
                if !self.fits(doc, sent, at) {
                    continue;
                }
                let right = capitalise(doc.text(at));
                let fix =
                    HitFix {
                        title: format!("write “{right}”"), edits: vec![(doc.tokens[at].at, right.clone())], safety: Safety::Unsafe
                    };
                out.report(doc, self.rule, (at, at + 1), Draft { fixes: vec![fix], values: vec![("right", right)], ..Draft::default() });
            }
        }
    }
}
