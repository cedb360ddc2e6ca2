//! Page furniture left at the head or tail of an article: “related posts”, “Post List”, “Leave a comment”.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, Sink};
use crate::finding::{Confidence, Safety};
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::fold_into;
use crate::text::token::Kind;
use crate::view::{BlockKind, Escape};

pub(super) struct Furniture {
    rule: Option<usize>,
    site: Option<usize>,
    whole: ListId,
    starts: ListId,
    classes: FxHashSet<String>,
    services: ListId,
    /// Lines this site repeats, normalised.
    lines: FxHashSet<String>,
    /// What these lines start with.
    heads: Vec<char>,
}

/// Bytes above which a block is text.
const LONGEST_LINE: usize = 400;

/// Words before which a page counts something.
const COUNTED: [&str; 9] = ["reads", "views", "comments", "shares", "likes", "comment", "replies", "reactions", "visits"];

/// A line as it is compared from article to article: in lower case, white space collapsed, every digit the same.
#[must_use]
pub fn normalise(line: &str) -> String {
    let mut folded = String::new();
    fold_into(line, &mut folded);
    let mut out = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }));
    }
    out
}

impl Furniture {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>, lines: &[String], classes: &[String]) -> Self {
        Self {
            rule: ids.get("page-furniture").copied(),
            site: ids.get("repeated-on-the-site").copied(),
            whole: vocab.list("furniture"),
            starts: vocab.list("furniture-starts"),
            classes: classes.iter().cloned().collect(),
            services: vocab.list("share-services"),
            lines: lines.iter().map(|l| normalise(l)).collect(),
            heads: lines.iter().filter_map(|l| normalise(l).chars().next()).collect(),
        }
    }

    fn is_site_line(&self, text: &str) -> bool {
        let head = text.trim_start().chars().next().and_then(|c| c.to_lowercase().next());
        let likely = head.is_some_and(|c| self.heads.contains(&if c.is_ascii_digit() { '0' } else { c }));
        likely && self.lines.contains(&normalise(text))
    }

    /// Whether a block is nothing but an entry of the list, give or take a closing mark.
    fn is_entry(&self, doc: &Doc<'_>, block: usize) -> bool {
        let Some((first, last)) = tokens_of(doc, block) else { return false };
        let words = (first..last).rev().find(|i| doc.tokens[*i].is_word()).map_or(first, |i| i + 1);
        let syms: Vec<u32> = doc.tokens[first..words].iter().map(|t| t.sym).collect();
        if syms.is_empty() || syms.len() > 20 || syms[0] == 0 || last - words > 1 {
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

    /// What a line is by its shape alone: a row of hashtags or share buttons, a count, a breadcrumb trail.
    fn shape(&self, doc: &Doc<'_>, block: usize) -> Option<&'static str> {
        let (first, last) = tokens_of(doc, block)?;
        let count = last - first;
        if count > 40 {
            return None;
        }
        let all = |fits: &dyn Fn(usize) -> bool| (first..last).all(fits);
        let is_tag = |i: usize| doc.tokens[i].kind == Kind::Url && doc.text(i).starts_with('#');
        let words = (first..last).filter(|i| doc.tokens[*i].is_word()).count();
        if count >= 2 && all(&is_tag) {
            return Some("nothing but hashtags");
        }
        let services = (first..last).filter(|i| doc.on(self.services, *i)).count();
        if services >= 3
            && all(&|i| !doc.tokens[i].is_word() || doc.on(self.services, i) || matches!(doc.text(i), "on" | "via" | "and" | "by"))
        {
            return Some("a row of share buttons");
        }
        let number = doc.tokens[first].kind == Kind::Num && doc.text(first).bytes().all(|b| b.is_ascii_digit() || b == b',');
        if number && count == 2 && COUNTED.contains(&doc.text(first + 1).to_ascii_lowercase().as_str()) {
            return Some("a count of the page");
        }
        let rest = || (first + 1..last).map(|i| doc.text(i).to_ascii_lowercase()).collect::<Vec<_>>().join(" ");
        if number
            && count <= 4
            && matches!(rest().as_str(), "min read" | "minute read" | "minutes read" | "mins read" | "- min read" | "minutes to read")
        {
            return Some("a count of the page");
        }
        let separators = (first..last).filter(|i| matches!(doc.text(*i), "»" | "›" | "|")).count();
        let home = matches!(doc.text(first).to_ascii_lowercase().as_str(), "home" | "main" | "start" | "inicio" | "accueil" | "startseite");
        if separators >= 1 && home && matches!(doc.text(first + 1), "»" | "›" | ">" | "|" | "page") {
            return Some("a trail of page names");
        }
        (separators >= 3 && words <= separators * 3 && !matches!(doc.text(last - 1), "." | "”" | "\"")).then_some("a row of page names")
    }

    /// Whether a block may stand in a list of other articles: one short line that no stop ends.
    fn is_title(doc: &Doc<'_>, block: usize) -> bool {
        let Some((first, last)) = tokens_of(doc, block) else { return false };
        let words = (first..last).filter(|i| doc.tokens[*i].is_word()).count();
        (3..=20).contains(&words) && !matches!(doc.text(last - 1), "." | "!" | "”" | "\"" | "…" | ":" | ")")
    }

    fn report(doc: &Doc<'_>, rule: Option<usize>, block: usize, evidence: String, confidence: Option<Confidence>, out: &mut Sink<'_>) {
        let Some((first, last)) = tokens_of(doc, block) else { return };
        let blocks = &doc.view.blocks;
        let line = blocks[block].view;
        let gone = if doc.view.escape == Escape::Plain && block > 0 {
            ViewRange { start: blocks[block - 1].view.end, end: line.end }
        } else {
            line
        };
        let first_sent = doc.sents[doc.block_sents[block].start];
        let mut draft = Draft::fix("delete the line", gone, "", Safety::Safe);
        draft.at = Some(line);
        draft.confidence = confidence;
        draft.evidence = vec![(evidence, None)];
        out.report(doc, rule, (first, last.min(first_sent.last)), draft);
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
        if count < 3 {
            return;
        }
        let shown = |b: BlockKind| matches!(b, BlockKind::Heading | BlockKind::Para | BlockKind::Item | BlockKind::Caption);
        let mut found = vec![false; count];
        for block in 0..count {
            if !shown(blocks[block].kind) {
                continue;
            }
            let line = blocks[block].view;
            if line.len() <= LONGEST_LINE && self.is_site_line(line.of(&doc.view.text)) {
                Self::report(doc, self.site, block, "this line stands in many of the site's articles".into(), None, out);
                found[block] = true;
                continue;
            }
            let short = line.len() < 160;
            if line.len() > LONGEST_LINE {
                continue;
            }
            let hinted = short && !blocks[block].hints.is_empty() && blocks[block].hints.split(' ').any(|h| self.classes.contains(h));
            let at_edge = block * 10 < count || block < 2 || (count - block) * 10 <= count * 4;
            let entry = self.is_entry(doc, block);
            // One lone word such as “Share” is furniture only at an edge.
            let listed = entry && (at_edge || blocks[block].view.len() > 12) || at_edge && self.starts_like(doc, block);
            let place = if block * 2 < count { "head" } else { "tail" };
            let evidence = if listed || hinted && (entry || self.starts_like(doc, block)) {
                format!("a line of its own near the {place} of the text")
            } else if let Some(shape) = self.shape(doc, block).filter(|_| at_edge || hinted) {
                shape.to_owned()
            } else {
                continue;
            };
            found[block] = true;
            Self::report(doc, self.rule, block, evidence, None, out);
        }
        self.lists(doc, &found, out);
    }
}

impl Furniture {
    /// Titles of other articles: under a line such as “related posts”, short lines without a stop to the end of the text.
    fn lists(&self, doc: &Doc<'_>, found: &[bool], out: &mut Sink<'_>) {
        const LEADS: [&str; 12] =
            ["related", "read", "more", "recommended", "similar", "latest", "popular", "most", "other", "also", "you", "don't"];
        let count = found.len();
        let Some(head) = (count / 2..count).find(|b| {
            found[*b] && tokens_of(doc, *b).is_some_and(|(first, _)| LEADS.contains(&doc.text(first).to_ascii_lowercase().as_str()))
        }) else {
            return;
        };
        // What agencies sign with belongs to the article.
        let signed = |b: usize| {
            matches!(doc.text(tokens_of(doc, b).map_or(0, |t| t.0)), "Reporting" | "Editing" | "Writing" | "Additional" | "Compiled")
        };
        let rest: Vec<usize> = (head + 1..count).filter(|b| tokens_of(doc, *b).is_some() && !signed(*b)).collect();
        if rest.len() > 30 || !rest.iter().all(|b| found[*b] || Self::is_title(doc, *b)) {
            return;
        }
        let lead = doc.view.blocks[head].view.of(&doc.view.text).to_owned();
        for block in rest.into_iter().filter(|b| !found[*b]) {
            Self::report(doc, self.rule, block, format!("stands in the list under “{lead}”"), Some(Confidence::Medium), out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn lines_differ_in_case_space_and_digits_only_on_the_surface() {
        assert_eq!(normalise("  12 Reads\u{a0}| 3 May 2024 "), normalise("97 reads | 1 MAY 1999"));
        assert_ne!(normalise("12 reads"), normalise("2 reads"));
    }
}
