//! Page furniture left at the head or tail of an article: “related posts”, “Post List”, “Leave a comment”.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::view::{BlockKind, Escape};

pub(super) struct Furniture {
    rule: Option<usize>,
    whole: ListId,
    starts: ListId,
}

/// Class and id words of page parts that are not the article.
const HINTS: &[&str] = &[
    "related",
    "related-posts",
    "relatedposts",
    "share",
    "sharing",
    "social",
    "newsletter",
    "comments",
    "comment-form",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "post-navigation",
    "nav-links",
    "sidebar",
    "widget",
    "advertisement",
    "cookie",
    "cookies",
    "most-read",
];

impl Furniture {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self { rule: ids.get("page-furniture").copied(), whole: vocab.list("furniture"), starts: vocab.list("furniture-starts") }
    }

    /// Whether a block is nothing but an entry of the list, give or take a closing colon or mark.
    fn is_entry(&self, doc: &Doc<'_>, block: usize) -> bool {
        let Some((first, last)) = tokens_of(doc, block) else { return false };
        let words = (first..last).rev().find(|i| doc.tokens[*i].is_word()).map_or(first, |i| i + 1);
        let syms: Vec<u32> = doc.tokens[first..words].iter().map(|t| t.sym).collect();
        if syms.is_empty() || syms.len() > 14 || syms[0] == 0 || last - words > 1 {
            return false;
        }
        let listed = doc.vocab.phrases(self.whole, syms[0]).iter().any(|(entry, _)| *entry == syms);
        listed || syms.len() == 1 && doc.vocab.in_list(self.whole, syms[0])
    }

    /// Whether a block is a short line that starts like furniture: “Share on Facebook”, “Leave a Reply to”.
    fn starts_like(&self, doc: &Doc<'_>, block: usize) -> bool {
        let Some((first, last)) = tokens_of(doc, block) else { return false };
        let short = last - first <= 16 && doc.block_sents[block].len() <= 2;
        let stopped = matches!(doc.text(last - 1), "." | "”" | "\"" | "?");
        short
            && !stopped
            && doc.vocab.phrases(self.starts, doc.tokens[first].sym).iter().any(|(entry, _)| {
                entry.len() <= last - first && doc.tokens[first..first + entry.len()].iter().map(|t| t.sym).eq(entry.iter().copied())
            })
    }
}

fn tokens_of(doc: &Doc<'_>, block: usize) -> Option<(usize, usize)> {
    let sents = doc.block_sents.get(block)?;
    let (first, last) = (doc.sents.get(sents.start)?, doc.sents.get(sents.end.checked_sub(1)?)?);
    (!sents.is_empty()).then_some((first.first, last.last))
}

impl Detector for Furniture {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        let blocks = &doc.view.blocks;
        let count = blocks.len();
        let shown: FxHashSet<BlockKind> = [BlockKind::Heading, BlockKind::Para, BlockKind::Item, BlockKind::Caption].into_iter().collect();
        for block in 0..count {
            if !shown.contains(&blocks[block].kind) {
                continue;
            }
            let hinted = blocks[block].hints.split(' ').any(|h| HINTS.contains(&h)) && blocks[block].view.len() < 160;
            let at_edge = block * 10 < count || block < 2 || (count - block) * 10 <= count * 4;
            let entry = self.is_entry(doc, block);
            // One lone word such as “Share” is furniture only at an edge.
            let listed = entry && (at_edge || blocks[block].view.len() > 12) || at_edge && self.starts_like(doc, block);
            if !(listed || hinted && (entry || self.starts_like(doc, block))) || count < 3 {
                continue;
            }
            let Some((first, last)) = tokens_of(doc, block) else { continue };
            let line = blocks[block].view;
            let gone = if doc.view.escape == Escape::Plain && block > 0 {
                ViewRange { start: blocks[block - 1].view.end, end: line.end }
            } else {
                line
            };
            let first_sent = doc.sents[doc.block_sents[block].start];
            let mut draft = Draft::fix("delete the line", gone, "", Safety::Safe);
            draft.at = Some(line);
            let place = if block * 2 < count { "head" } else { "tail" };
            draft.evidence = vec![(format!("a line of its own near the {place} of the text"), None)];
            out.report(doc, self.rule, (first, last.min(first_sent.last)), draft);
        }
    }
}
