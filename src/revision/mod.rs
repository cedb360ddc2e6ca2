//! What facts moved between two versions of an article: figures, dates, names, quotations, negations and hedges.
//!
//! Both versions are cut into sentences, those that say the same are paired ([`align`]), and each pair is searched for facts
//! that one side has and the other has not. What is merely said in other words is nobody's concern here.

mod align;
mod facts;
mod figures;
mod people;
mod quotes;
mod stance;
mod words;

use crate::detect::Cx;
use crate::doc::Doc;
use crate::names::read::Reading;
use crate::rule::vocab::Vocab;
use crate::source::SourceFile;
use crate::view::View;

use facts::Versions;

/// An earlier version of a document.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its bytes, for line numbers.
    pub source: &'a SourceFile,
    /// Its readable text.
    pub view: &'a View,
}

/// What became of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    NumberChanged,
    NumberDropped,
    NumberAdded,
    DateChanged,
    NameChanged,
    NameRespelt,
    NameDropped,
    NameAdded,
    QuotationChanged,
    QuotationMarks,
    NegationChanged,
    HedgeDropped,
    HedgeAdded,
    PassageDropped,
    PassageAdded,
}

/// A fact that moved, with its place in the new version.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub kind: Kind,
    /// Tokens of one sentence of the new version, the last one excluded.
    pub new: (usize, usize),
    /// What the earlier version had; empty when it had nothing.
    pub was: String,
    /// What moved, for messages; empty when the flagged words say it.
    pub what: String,
    /// Tokens of the earlier version to quote around, the last one included.
    pub old: Option<(usize, usize)>,
    /// What to write in place of the flagged words to have the fact back.
    pub restore: Option<String>,
}

/// The facts that moved between `earlier` and the document at hand, in text order.
pub(crate) fn compare(cx: &Cx<'_>, earlier: &Doc<'_>) -> Vec<Change> {
    if cx.doc.tokens.is_empty() || earlier.tokens.is_empty() {
        return Vec::new();
    }
    let reading = Reading::new(earlier, &cx.stores);
    let mut versions = Versions::new(earlier, cx.doc, &reading, cx.names());
    versions.compare();
    let mut out = versions.out;
    out.sort_by(|a, b| (a.new, a.kind, &a.was).cmp(&(b.new, b.kind, &b.was)));
    out.dedup_by(|a, b| a.new == b.new && a.kind == b.kind);
    out
}

/// Where and how the earlier version had it: its line, and the words around.
pub(crate) fn evidence(earlier: &Earlier<'_>, doc: &Doc<'_>, at: (usize, usize)) -> Option<String> {
    /// So many bytes of a sentence are quoted on each side.
    const AROUND: usize = 60;
    let (first, last) = (doc.tokens.get(at.0)?, doc.tokens.get(at.1)?);
    let whole = doc.context(first.at.cover(last.at));
    let text = &doc.view.text;
    let (mut from, mut to) = ((first.at.start as usize).saturating_sub(AROUND).max(whole.start as usize), whole.end as usize);
    to = to.min(last.at.end as usize + AROUND).min(from + 4 * AROUND);
    // Cut between words.
    if from > whole.start as usize {
        while from < first.at.start as usize && !(text.is_char_boundary(from) && text[from..].starts_with(char::is_whitespace)) {
            from += 1;
        }
    }
    while to < whole.end as usize && to > from && !(text.is_char_boundary(to) && text[to..].starts_with(char::is_whitespace)) {
        to -= 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let quoted = text.get(from..to)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, after) = (if from > whole.start as usize { "… " } else { "" }, if to < whole.end as usize { " …" } else { "" });
    let line = earlier.source.position(doc.view.to_src(first.at).start).line;
    Some(format!("{}:{line} had: “{before}{quoted}{after}”", earlier.source.path))
}

/// The earlier version as rules see it.
#[must_use]
pub fn read<'a>(earlier: &Earlier<'a>, vocab: &'a Vocab) -> Doc<'a> {
    Doc::build(earlier.view, vocab)
}
