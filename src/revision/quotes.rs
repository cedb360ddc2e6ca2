//! Words between quotation marks: whether they are still the same, and still marked.

use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::facts::Versions;
use super::figures::Figure;
use super::words::Words;
use super::{Change, Kind};
use crate::doc::Doc;
use crate::text::token::Flags;

/// A quotation: words (numbers in [`Words::all`]) between two marks of one block.
struct Quotation {
    words: std::ops::Range<usize>,
    /// The sentence it begins in.
    sent: usize,
}

/// Quotations longer than this are compared no further.
const LONGEST: usize = 400;
/// Where more content words than this differ, the quotation was translated anew, and nobody can say which word moved.
const REWORDED: usize = 2;
/// A quotation of fewer words that loses its marks is a term.
const SPEECH: usize = 5;

fn is_double(doc: &Doc<'_>, tok: usize) -> bool {
    !matches!(doc.text(tok), "'" | "’" | "‘" | "‚" | "‹" | "›")
}

fn quotations(words: &Words<'_>) -> Vec<Quotation> {
    let doc = words.doc;
    let mut out = Vec::new();
    for sents in &doc.block_sents {
        let Some(first) = doc.sents.get(sents.start).filter(|_| !sents.is_empty()) else { continue };
        let last = doc.sents[sents.end - 1].last;
        let mut open: Option<usize> = None;
        for tok in first.first..last {
            let token = &doc.tokens[tok];
            // A mark that touches no word on its inner side may belong to the other side.
            let outer = doc.tokens.get(tok + 1).is_none_or(|next| next.is(Flags::SPACE));
            if token.is(Flags::OPENS) && open.is_none() {
                open = Some(tok).filter(|_| !outer);
            } else if token.is(Flags::CLOSES)
                && let Some(start) = open
                && is_double(doc, start) == is_double(doc, tok)
            {
                open = None;
                if token.is(Flags::SPACE) {
                    continue;
                }
                let place = |t: usize| words.all.partition_point(|w| w.tok < t);
                let range = place(start + 1)..place(tok);
                if !range.is_empty() {
                    let sent = doc.sents.partition_point(|s| s.last <= words.all[range.start].tok);
                    out.push(Quotation { words: range, sent });
                }
            }
        }
    }
    out
}

fn keys(words: &Words<'_>, range: std::ops::Range<usize>) -> Vec<u32> {
    words.all[range].iter().map(|w| w.stem).collect()
}

/// How much two lists of stems share, 0 to 1.
fn share(a: &[u32], b: &[u32]) -> f32 {
    let mut count: FxHashMap<u32, i32> = FxHashMap::default();
    a.iter().for_each(|s| *count.entry(*s).or_default() += 1);
    let common = b
        .iter()
        .filter(|s| {
            count.get_mut(s).is_some_and(|n| {
                *n -= 1;
                *n >= 0
            })
        })
        .count();
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    let out = 2.0 * common as f32 / (a.len() + b.len()).max(1) as f32;
    out
}

pub(super) fn compare(v: &mut Versions<'_>) {
    let (olds, news) = (quotations(&v.old), quotations(&v.new));
    let mut free = vec![true; news.len()];
    let new_keys: Vec<Vec<u32>> = news.iter().map(|q| keys(&v.new, q.words.clone())).collect();
    // Equal quotations, wherever they stand.
    let mut equal: FxHashMap<&[u32], Vec<usize>> = FxHashMap::default();
    for (j, list) in new_keys.iter().enumerate().rev() {
        equal.entry(list).or_default().push(j);
    }
    let mut rest = Vec::new();
    for quote in &olds {
        let list = keys(&v.old, quote.words.clone());
        match equal.get_mut(&list[..]).and_then(Vec::pop) {
            Some(j) => free[j] = false,
            None => rest.push((quote, list)),
        }
    }
    // In which group each quotation that is left begins.
    let mut by_group: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (j, quote) in news.iter().enumerate().filter(|(j, _)| free[*j]) {
        if let Some(group) = v.alignment.of_new.get(quote.sent).copied().flatten() {
            by_group.entry(group).or_default().push(j);
        }
    }
    let mut out = Vec::new();
    for (quote, list) in rest {
        let Some(group) = v.alignment.of_old.get(quote.sent).copied().flatten() else { continue };
        let rivals = by_group.get(&group).map_or(&[][..], Vec::as_slice);
        let best = rivals
            .iter()
            .copied()
            .filter(|j| free[*j])
            .take(20)
            .map(|j| (share(&list, &new_keys[j]), j))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let short = list.len() <= 3;
        match best {
            Some((alike, j)) if alike >= 0.5 || short && rivals.len() == 1 && news[j].words.len() <= 4 && alike > 0.0 => {
                free[j] = false;
                if let Some(change) = changed(v, quote, &news[j], &list, &new_keys[j]) {
                    out.push(change);
                }
            }
            _ => out.extend(unmarked(v, quote, group)),
        }
    }
    for (j, quote) in news.iter().enumerate().filter(|(j, _)| free[*j]) {
        out.extend(marked(v, quote, &new_keys[j]));
    }
    v.out.extend(out);
}

/// What a reader of both quotations would call another word.
fn changed(v: &Versions<'_>, old: &Quotation, new: &Quotation, a: &[u32], b: &[u32]) -> Option<Change> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let is_content = |words: &Words<'_>, range: std::ops::Range<usize>| words.all[range].iter().any(|w| w.content);
    // The same words in another order, or cut at an edge, are the editor's business.
    let (mut first_old, mut last_old, mut first_new, mut last_new) = (usize::MAX, 0, usize::MAX, 0);
    let mut differ = 0;
    for op in capture_diff_slices(Algorithm::Myers, a, b) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (gone, come) = (op.old_range(), op.new_range());
        let stays = |s: u32, list: &[u32]| list.iter().any(|o| *o == s || akin(v.stems.name(s), v.stems.name(*o)));
        // Figures have rules of their own, and may be written in two ways.
        let counts = |words: &Words<'_>, figures: &[Vec<Figure>], word: usize| {
            let tok = words.all[word].tok;
            let sent = words.doc.sents.partition_point(|s| s.last <= tok);
            words.all[word].content && !figures[sent].iter().any(|f| (f.first..=f.last).contains(&tok))
        };
        let went = gone.clone().filter(|i| counts(&v.old, &v.old_figures, old.words.start + i) && !stays(a[*i], b)).count();
        let came = come.clone().filter(|i| counts(&v.new, &v.new_figures, new.words.start + i) && !stays(b[*i], a)).count();
        if went + came == 0 {
            continue;
        }
        differ += went.max(came);
        // Words left out at either end: a quotation may be cut.
        let edge = gone.start == 0 || gone.end == a.len() || come.end == b.len();
        if edge && (went == 0 || came == 0) {
            continue;
        }
        if !is_content(&v.old, old.words.start + gone.start..old.words.start + gone.end)
            && !is_content(&v.new, new.words.start + come.start..new.words.start + come.end)
        {
            continue;
        }
        (first_old, last_old) = (first_old.min(gone.start), last_old.max(gone.end));
        (first_new, last_new) = (first_new.min(come.start), last_new.max(come.end));
    }
    if first_old == usize::MAX || differ > REWORDED || last_old.saturating_sub(first_old).max(last_new.saturating_sub(first_new)) > 8 {
        return None;
    }
    let tok_old = |i: usize| v.old.all[old.words.start + i.min(a.len() - 1)].tok;
    let tok_new = |i: usize| v.new.all[new.words.start + i.min(b.len() - 1)].tok;
    // Nothing came in its place: the words around stand for it.
    let (from, to) = if first_new < last_new { (first_new, last_new - 1) } else { (first_new.saturating_sub(1), first_new) };
    let (o_from, o_to) = if first_old < last_old { (first_old, last_old - 1) } else { (first_old.saturating_sub(1), first_old) };
    let at = v.clip(tok_new(from), tok_new(to));
    // A long stretch is shown by its beginning.
    let at = (at.0, at.1.min(at.0 + 12));
    let was = v.old_text(tok_old(o_from), tok_old(o_to));
    let short = was.chars().count() <= 60;
    let shown = if short { was.clone() } else { was.chars().take(57).collect::<String>() + "…" };
    let whole = at.1 > tok_new(to);
    Some(Change {
        kind: Kind::QuotationChanged,
        new: at,
        restore: (whole && first_new < last_new && first_old < last_old).then_some(was),
        was: shown,
        what: String::new(),
        old: Some((tok_old(o_from), tok_old(o_to))),
    })
}

/// The name of a film or a paper: most of its words have capitals.
fn is_title(words: &Words<'_>, range: &std::ops::Range<usize>) -> bool {
    let content = || range.clone().filter(|w| words.all[*w].content);
    let capitals = content().filter(|w| words.capital(*w)).count();
    capitals * 10 >= content().count() * 6
}

/// One word is derived from the other: “ethnic”, “ethnicity”.
fn akin(a: &str, b: &str) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    common >= 5 && common * 10 >= a.len().max(b.len()) * 6
}

/// Speech that lost its marks: its words stand in the text without any.
fn unmarked(v: &Versions<'_>, old: &Quotation, group: usize) -> Option<Change> {
    if old.words.len() < SPEECH || old.words.len() > LONGEST {
        return None;
    }
    if is_title(&v.old, &old.words) {
        return None;
    }
    let sents = &v.alignment.groups[group].new;
    let range = run_of(&v.old, old.words.clone(), &v.new, sents)?;
    if range.clone().any(|w| v.new.doc.tokens[v.new.all[w].tok].is(Flags::QUOTED)) {
        return None;
    }
    let (first, last) = (v.new.all[range.start].tok, v.new.all[range.end - 1].tok);
    let at = v.clip(first, last);
    let what = "were marked as a quotation".to_owned();
    let tok = |w: usize| v.old.all[w].tok;
    let old = Some((tok(old.words.start), tok(old.words.end - 1)));
    Some(Change { kind: Kind::QuotationMarks, new: (at.0, at.1.min(at.0 + 8)), was: String::new(), what, old, restore: None })
}

/// Text that became speech.
fn marked(v: &Versions<'_>, new: &Quotation, list: &[u32]) -> Option<Change> {
    if list.len() < SPEECH || list.len() > LONGEST {
        return None;
    }
    if is_title(&v.new, &new.words) {
        return None;
    }
    let group = v.alignment.of_new.get(new.sent).copied().flatten()?;
    let sents = &v.alignment.groups[group].old;
    let range = run_of(&v.new, new.words.clone(), &v.old, sents)?;
    if range.clone().any(|w| v.old.doc.tokens[v.old.all[w].tok].is(Flags::QUOTED)) {
        return None;
    }
    let at = v.clip(v.new.all[new.words.start].tok, v.new.all[new.words.end - 1].tok);
    let what = "were not marked as a quotation".to_owned();
    let tok = |w: usize| v.old.all[w].tok;
    let old = Some((tok(range.start), tok(range.end - 1)));
    Some(Change { kind: Kind::QuotationMarks, new: (at.0, at.1.min(at.0 + 8)), was: String::new(), what, old, restore: None })
}

/// Where the words `range` of one version stand in sentences of the other, in nearly the same order.
fn run_of(words: &Words<'_>, range: std::ops::Range<usize>, other: &Words<'_>, sents: &[usize]) -> Option<std::ops::Range<usize>> {
    let list = keys(words, range);
    let places: Vec<usize> = sents.iter().flat_map(|s| other.sents[*s].clone()).collect();
    if places.len() > 4 * LONGEST {
        return None;
    }
    let theirs: Vec<u32> = places.iter().map(|w| other.all[*w].stem).collect();
    let mut kept = 0;
    let (mut first, mut last) = (usize::MAX, 0);
    for op in capture_diff_slices(Algorithm::Myers, &list, &theirs) {
        if let DiffOp::Equal { new_index, len, .. } = op {
            kept += len;
            first = first.min(new_index);
            last = last.max(new_index + len);
        }
    }
    // A few words may have moved; a stretch much longer than the quotation is another sentence.
    let fits = kept * 10 >= list.len() * 8 && last - first.min(last) <= list.len() + list.len() / 4 + 1;
    let (from, to) = (*places.get(first)?, *places.get(last.checked_sub(1)?)?);
    (fits && from < to + 1).then_some(from..to + 1)
}
