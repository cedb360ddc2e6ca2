//! Headlines, paragraphs and captions that stand in the text twice.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, Sink};
use crate::finding::Safety;
use crate::rule::vocab::Vocab;
use crate::span::ViewRange;
use crate::view::{BlockKind, Escape};

pub(super) struct Duplicates {
    headline: Option<usize>,
    paragraph: Option<usize>,
}

/// Words below which a line may be a refrain, a label or an answer.
const LEAST_WORDS: usize = 6;

impl Duplicates {
    pub(super) fn new(_vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self { headline: ids.get("repeated-headline").copied(), paragraph: ids.get("repeated-paragraph").copied() }
    }
}

impl Detector for Duplicates {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        if !out.wants(self.headline) && !out.wants(self.paragraph) {
            return;
        }
        let doc = cx.doc;
        let blocks = &doc.view.blocks;
        let mut seen: FxHashMap<u64, usize> = FxHashMap::default();
        let mut first_shown = None;
        // Repeated blocks that follow one another, as what they repeat does: first, last, what the first and the last repeat.
        let mut run: Option<(usize, usize, usize, usize)> = None;
        for (number, block) in blocks.iter().enumerate() {
            let shown = matches!(block.kind, BlockKind::Heading | BlockKind::Para | BlockKind::Caption);
            if !shown || doc.block_sents[number].is_empty() {
                continue;
            }
            let head = *first_shown.get_or_insert(number);
            // Closing marks may differ.
            let text = block.view.of(&doc.view.text).trim_matches(|c: char| !c.is_alphanumeric());
            if text.split_ascii_whitespace().take(LEAST_WORDS).count() < LEAST_WORDS {
                continue;
            }
            let key = xxh3_64(text.as_bytes());
            let Some(&before) = seen.get(&key) else {
                seen.insert(key, number);
                continue;
            };
            if before == head && number <= head + 2 {
                self.report(doc, (number, number), before, self.headline, out);
                continue;
            }
            run = match run {
                Some((first, last, from, to)) if number - last <= 2 && before > to && before - to <= 2 => {
                    Some((first, number, from, before))
                }
                Some((first, last, from, _)) => {
                    self.report(doc, (first, last), from, self.paragraph, out);
                    Some((number, number, before, before))
                }
                None => Some((number, number, before, before)),
            };
        }
        if let Some((first, last, from, _)) = run {
            self.report(doc, (first, last), from, self.paragraph, out);
        }
    }
}

impl Duplicates {
    fn report(&self, doc: &Doc<'_>, (first, last): (usize, usize), before: usize, rule: Option<usize>, out: &mut Sink<'_>) {
        let blocks = &doc.view.blocks;
        let sent = doc.sents[doc.block_sents[first].start];
        let line = blocks[first].view;
        let plain = doc.view.escape == Escape::Plain;
        let gone = ViewRange { start: if plain { blocks[first - 1].view.end } else { line.start }, end: blocks[last].view.end };
        let mut draft = Draft::fix("delete the repetition", gone, "", if plain { Safety::Unsafe } else { Safety::Display });
        draft.at = Some(line);
        draft.evidence = vec![("the same words stand here".into(), Some(blocks[before].view))];
        if last > first {
            draft.evidence.push((format!("what follows is repeated too, {} lines or paragraphs in all", last - first + 1), None));
        }
        out.report(doc, rule, (sent.first, sent.last), draft);
    }
}
