//! Fixes as changes of the text a reader sees.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::ChangeTag;

use crate::finding::{Edit, Finding, Fix, Safety};
use crate::fix::{candidate, choose};
use crate::report::text::{refined, whole_words};
use crate::span::Span;
use crate::view::View;

/// A run of view text that a fix replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mend {
    /// Bytes of the view.
    pub at: Range<usize>,
    /// What a reader sees there afterwards.
    pub new: String,
    /// Of the fix; a display-only one is a suggestion.
    pub safety: Safety,
    /// Index of its finding.
    pub owner: usize,
}

/// What the fixes of a document do to its text.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In text order, none touching another.
    pub mends: Vec<Mend>,
    /// `(finding, finding its fix clashes with)`.
    pub held_back: Vec<(usize, usize)>,
}

/// An edit in view text; `None` where a reader sees nothing of it.
fn seen(view: &View, edit: &Edit) -> Option<Edit> {
    let at = view.to_view(edit.at)?;
    Some(Edit { at: Span { start: at.start, end: at.end }, text: view.read_at(at.start, &edit.text) })
}

/// The edits of a fix that a reader sees, grown to the words they change.
fn grown(view: &View, edits: &[Edit]) -> Vec<(Range<usize>, String)> {
    let mut edits: Vec<Edit> = edits.iter().filter_map(|edit| seen(view, edit)).collect();
    edits.sort();
    let within = edits.iter().map(|edit| edit.at).reduce(Span::cover).map_or(0..0, |all| {
        let start = view.block_at(all.start).map_or(all.start, |block| block.view.start.min(all.start));
        let end = view.block_at(all.end).map_or(all.end, |block| block.view.end.max(all.end));
        start as usize..end as usize
    });
    whole_words(&view.text, within, &edits.iter().collect::<Vec<_>>())
}

/// Whether a change touches one of `taken`, which are apart: their ends by their starts.
fn touches(at: &Range<usize>, taken: &BTreeMap<usize, usize>) -> bool {
    taken.range(..=at.end).next_back().is_some_and(|(_, &end)| at.start <= end)
}

/// The fixes that `copydesk fix --unsafe` would choose, and suggestions that stand beside them.
pub(super) fn plan(view: &View, findings: &[Finding]) -> Plan {
    let chosen = choose(findings, Safety::Unsafe);
    let mut exact = BTreeSet::new();
    let mut mends = Vec::new();
    // Growing one change to whole words may bring it upon another; those two stay as narrow as they are.
    for _ in 0..=chosen.taken.len() {
        mends.clear();
        for &owner in &chosen.taken {
            let Some(fix) = candidate(&findings[owner], Safety::Unsafe) else { continue };
            let changes = if exact.contains(&owner) {
                fix.edits.iter().filter_map(|edit| seen(view, edit)).map(|edit| (edit.at.range(), edit.text)).collect()
            } else {
                grown(view, &fix.edits)
            };
            mends.extend(changes.into_iter().map(|(at, new)| Mend { at, new, safety: fix.safety, owner }));
        }
        mends.sort_by_key(|mend| (mend.at.start, mend.at.end, mend.owner));
        mends.dedup_by(|b, a| a.at == b.at && a.new == b.new);
        let before = exact.len();
        for pair in mends.windows(2) {
            if pair[1].at.start <= pair[0].at.end {
                exact.extend([pair[0].owner, pair[1].owner]);
            }
        }
        if exact.len() == before {
            break;
        }
    }
    // Two findings may mend one place alike in part; what is left over would say it twice.
    let mut reach = 0;
    mends.retain(|mend| {
        let apart = mend.at.start >= reach;
        reach = if apart { mend.at.end } else { reach };
        apart
    });
    let mut taken: BTreeMap<usize, usize> = mends.iter().map(|mend| (mend.at.start, mend.at.end)).collect();
    for (owner, finding) in findings.iter().enumerate() {
        let Some(fix) = finding.fixes.first().filter(|fix| fix.safety == Safety::Display) else { continue };
        if candidate(finding, Safety::Unsafe).is_some() {
            continue;
        }
        let changes = grown(view, &fix.edits);
        if changes.iter().any(|(at, _)| touches(at, &taken)) {
            continue;
        }
        taken.extend(changes.iter().map(|(at, _)| (at.start, at.end)));
        mends.extend(changes.into_iter().map(|(at, new)| Mend { at, new, safety: fix.safety, owner }));
    }
    mends.sort_by_key(|mend| (mend.at.start, mend.at.end, mend.owner));
    Plan { mends, held_back: chosen.held_back }
}

/// A change word by word: `(what goes, what comes behind it)`.
pub(super) fn steps(view: &View, mend: &Mend) -> Vec<(Range<usize>, String)> {
    let mut out: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = mend.at.start;
    let mut open = false;
    for (tag, text) in refined(view.text.get(mend.at.clone()).unwrap_or(""), &mend.new) {
        match tag {
            ChangeTag::Equal => {
                at += text.len();
                open = false;
            }
            ChangeTag::Delete => {
                out.push((at..at + text.len(), String::new()));
                at += text.len();
                open = true;
            }
            ChangeTag::Insert => match out.last_mut().filter(|_| open) {
                Some(last) => last.1 = text,
                None => out.push((at..at, text)),
            },
        }
    }
    out
}

/// Bytes of context on either side of a change or a flagged place.
const REACH: usize = 70;

/// A finding's place, or what a fix makes of it, with some words around.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Runs of text in order.
    pub pieces: Vec<(Mark, String)>,
}

/// What a run of a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Text around it.
    Same,
    /// The flagged text.
    Flagged,
    /// What a fix takes out.
    Deleted,
    /// What a fix puts in.
    Inserted,
}

/// The text that a finding's fix changes: what readers see of it, or the file's when they see less than all.
fn canvas<'a>(view: Option<&'a View>, source: &'a str, finding: &Finding, edits: &[Edit]) -> (&'a str, Range<usize>, Vec<Edit>, Span) {
    if let Some(view) = view
        && let Some(span) = view.to_view(finding.span)
    {
        let shown: Vec<Edit> = edits.iter().filter_map(|edit| seen(view, edit)).collect();
        let context = view.to_view(finding.context).unwrap_or(span);
        if shown.len() == edits.len() {
            return (&view.text, context.range(), shown, Span { start: span.start, end: span.end });
        }
    }
    (source, finding.context.range(), edits.to_vec(), finding.span)
}

/// A fix in its sentence; without a fix the flagged text in its sentence.
pub(super) fn window(view: Option<&View>, source: &str, finding: &Finding, fix: Option<&Fix>) -> Window {
    use crate::report::text::{ceil, floor};
    let edits = fix.map_or(&[][..], |fix| &fix.edits);
    let (text, context, mut edits, span) = canvas(view, source, finding, edits);
    edits.retain(|edit| text.get(edit.at.range()).is_some());
    edits.sort();
    let focus = edits.iter().map(|edit| edit.at).reduce(Span::cover).unwrap_or(span).range();
    let focus = floor(text, focus.start)..ceil(text, focus.end);
    let start = context.start.min(focus.start).max(focus.start.saturating_sub(REACH));
    let end = context.end.max(focus.end).min(focus.end.saturating_add(REACH)).min(text.len());
    let (start, end) =
        (word_start(text, ceil(text, start), focus.start, context.start), word_end(text, floor(text, end), focus.end, context.end));
    let mut pieces: Vec<(Mark, String)> = Vec::new();
    let mut push = |mark: Mark, piece: &str| {
        if !piece.is_empty() {
            pieces.push((mark, shortened(piece)));
        }
    };
    if start > context.start {
        push(Mark::Same, "… ");
    }
    if edits.is_empty() {
        push(Mark::Same, &text[start..focus.start]);
        push(Mark::Flagged, &text[focus.clone()]);
        push(Mark::Same, &text[focus.end..end.max(focus.end)]);
    } else {
        let mut done = start;
        for (range, new) in whole_words(text, start..end, &edits.iter().collect::<Vec<_>>()) {
            push(Mark::Same, text.get(done..range.start).unwrap_or(""));
            for (tag, piece) in refined(&text[range.clone()], &new) {
                let mark = match tag {
                    ChangeTag::Equal => Mark::Same,
                    ChangeTag::Delete => Mark::Deleted,
                    ChangeTag::Insert => Mark::Inserted,
                };
                push(mark, &piece);
            }
            done = range.end;
        }
        push(Mark::Same, text.get(done..end.max(done)).unwrap_or(""));
    }
    if end < context.end {
        push(Mark::Same, " …");
    }
    Window { pieces }
}

/// The first whole word from `at` on, at most at `limit`.
fn word_start(text: &str, at: usize, limit: usize, from: usize) -> usize {
    if at <= from || at >= limit {
        return at.min(limit);
    }
    text[at..limit].find(char::is_whitespace).map_or(at, |blank| at + blank + 1)
}

/// The end of the last whole word before `at`, at least `limit`.
fn word_end(text: &str, at: usize, limit: usize, to: usize) -> usize {
    if at >= to || at <= limit {
        return at.max(limit);
    }
    text[limit..at].rfind(char::is_whitespace).map_or(at, |blank| limit + blank)
}

/// A long run by its two ends.
fn shortened(text: &str) -> String {
    const HEAD: usize = 180;
    const TAIL: usize = 60;
    let chars = text.chars().count();
    if chars <= HEAD + TAIL + 20 {
        return text.to_owned();
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(chars - TAIL).collect();
    format!("{head} … {tail}")
}
