//! Compares paired sentences, fact by fact.

use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::align::{Alignment, Group, align};
use super::figures::{self, Figure, RELATIVE, VAGUE};
use super::people::{self, Mention};
use super::words::{Stems, Words};
use super::{Change, Kind, quotes, stance};
use crate::doc::Doc;
use crate::names::read::Reading;
use crate::text::token::Kind as TokenKind;

/// The most steps that comparing two sentences word by word may take, and all of them together.
const STEPS: usize = 4_000_000;
const ALL_STEPS: usize = 24_000_000;

/// Both versions, read.
pub(super) struct Versions<'a> {
    pub stems: Stems,
    pub old: Words<'a>,
    pub new: Words<'a>,
    pub alignment: Alignment,
    /// For each sentence its figures.
    pub old_figures: Vec<Vec<Figure>>,
    pub new_figures: Vec<Vec<Figure>>,
    pub old_names: Vec<Vec<Mention>>,
    pub new_names: Vec<Vec<Mention>>,
    /// All stems of each version.
    pub old_has: FxHashSet<u32>,
    pub new_has: FxHashSet<u32>,
    /// Names that were reported as gone or new, by their words.
    pub told: FxHashSet<Vec<u32>>,
    pub out: Vec<Change>,
}

/// The words of a group, and which of them stayed.
pub(super) struct Pair {
    /// Numbers of words in the two versions.
    pub old: Vec<usize>,
    pub new: Vec<usize>,
    /// For each old word the new word it is, as places in `old` and `new`.
    pub to_new: Vec<Option<usize>>,
    pub to_old: Vec<Option<usize>>,
    /// For each old word that went, and each new one that came, the change they belong to.
    pub gap_of_old: Vec<Option<usize>>,
    pub gap_of_new: Vec<Option<usize>>,
    /// Places in `old` and `new` between words that stayed.
    pub gaps: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)>,
    /// The share of content words that stayed, 0 to 1.
    pub alike: f32,
}

impl Pair {
    fn new(old: &Words<'_>, new: &Words<'_>, group: &Group) -> Self {
        let collect = |words: &Words<'_>, sents: &[usize]| -> Vec<usize> { sents.iter().flat_map(|s| words.sents[*s].clone()).collect() };
        let (olds, news) = (collect(old, &group.old), collect(new, &group.new));
        let keys = |words: &Words<'_>, list: &[usize]| -> Vec<u32> { list.iter().map(|w| words.all[*w].stem).collect() };
        let ops = capture_diff_slices(Algorithm::Myers, &keys(old, &olds), &keys(new, &news));
        let mut out = Self {
            to_new: vec![None; olds.len()],
            to_old: vec![None; news.len()],
            gap_of_old: vec![None; olds.len()],
            gap_of_new: vec![None; news.len()],
            gaps: Vec::new(),
            alike: 0.0,
            old: olds,
            new: news,
        };
        for op in ops {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                for i in 0..len {
                    out.to_new[old_index + i] = Some(new_index + i);
                    out.to_old[new_index + i] = Some(old_index + i);
                }
                continue;
            }
            let (gone, come) = (op.old_range(), op.new_range());
            match out.gaps.last_mut() {
                Some((o, n)) if o.end == gone.start && n.end == come.start => (o.end, n.end) = (gone.end, come.end),
                _ => out.gaps.push((gone, come)),
            }
        }
        for (number, (gone, come)) in out.gaps.iter().enumerate() {
            gone.clone().for_each(|i| out.gap_of_old[i] = Some(number));
            come.clone().for_each(|i| out.gap_of_new[i] = Some(number));
        }
        let content = |words: &Words<'_>, list: &[usize]| list.iter().filter(|w| words.all[**w].content).count();
        let kept = (0..out.old.len()).filter(|i| out.to_new[*i].is_some() && old.all[out.old[*i]].content).count();
        let whole = content(old, &out.old) + content(new, &out.new);
        #[expect(clippy::cast_precision_loss, reason = "counts of words")]
        let alike = if whole == 0 { 0.0 } else { 2.0 * kept as f32 / whole as f32 };
        out.alike = alike;
        out
    }

    /// The place in `old` of the first word at or behind token `tok`.
    pub(super) fn old_place(&self, words: &Words<'_>, tok: usize) -> usize {
        self.old.partition_point(|w| words.all[*w].tok < tok)
    }
    pub(super) fn new_place(&self, words: &Words<'_>, tok: usize) -> usize {
        self.new.partition_point(|w| words.all[*w].tok < tok)
    }
}

impl<'a> Versions<'a> {
    pub(super) fn new(old: &'a Doc<'a>, new: &'a Doc<'a>, old_reading: &Reading<'_>, new_reading: &Reading<'_>) -> Self {
        let mut stems = Stems::new();
        let (old, new) = (Words::new(old, &mut stems), Words::new(new, &mut stems));
        let alignment = align(&old, &new);
        let figures = |words: &Words<'_>| -> Vec<Vec<Figure>> { words.doc.sents.iter().map(|s| figures::read(words.doc, s)).collect() };
        let has = |words: &Words<'_>| -> FxHashSet<u32> { words.all.iter().map(|w| w.stem).collect() };
        Self {
            old_figures: figures(&old),
            new_figures: figures(&new),
            old_names: people::mentions(&old, old_reading, &mut stems),
            new_names: people::mentions(&new, new_reading, &mut stems),
            old_has: has(&old),
            new_has: has(&new),
            told: FxHashSet::default(),
            out: Vec::new(),
            stems,
            old,
            new,
            alignment,
        }
    }

    pub(super) fn compare(&mut self) {
        let mut loose = Loose::default();
        let mut steps = 0;
        for number in 0..self.alignment.groups.len() {
            let group = self.alignment.groups[number].clone();
            if self.unchanged(&group) {
                continue;
            }
            let size = |words: &Words<'_>, sents: &[usize]| sents.iter().map(|s| words.sents[*s].len()).sum::<usize>();
            let cost = size(&self.old, &group.old).saturating_mul(size(&self.new, &group.new));
            if cost > STEPS || steps + cost > ALL_STEPS {
                continue;
            }
            steps += cost;
            let pair = Pair::new(&self.old, &self.new, &group);
            self.figures(&group, &pair, &mut loose);
            people::compare(self, &group, &pair);
            stance::compare(self, &pair);
        }
        self.settle(loose);
        self.passages();
        quotes::compare(self);
    }

    /// Whether both sides have the same words in the same order.
    fn unchanged(&self, group: &Group) -> bool {
        // Signs of currencies and the like count, other marks do not.
        let sign = |text: &str| text.chars().any(|c| c.is_alphanumeric() || "$€£¥₽₴%°".contains(c));
        let texts = |words: &Words<'a>, sents: &[usize]| -> Vec<String> {
            let tokens = sents.iter().flat_map(|s| words.doc.sents[*s].first..words.doc.sents[*s].last);
            tokens.map(|t| words.doc.text(t).to_lowercase()).filter(|t| sign(t)).collect()
        };
        texts(&self.old, &group.old) == texts(&self.new, &group.new)
    }

    /// The words of the new version that stand where an old token stood: what came in its place, or the next that stayed.
    pub(super) fn place(&self, pair: &Pair, old_tok: usize) -> (usize, usize) {
        let at = pair.old_place(&self.old, old_tok).min(pair.old.len().saturating_sub(1));
        let word = |place: usize| self.new.all[pair.new[place]].tok;
        if let Some(gap) = pair.gap_of_old.get(at).copied().flatten() {
            let come = pair.gaps[gap].1.clone();
            if !come.is_empty() && come.len() <= 4 {
                return self.clip(word(come.start), word(come.end - 1));
            }
        }
        let after = (at..pair.old.len()).find_map(|i| pair.to_new[i].filter(|_| self.old.all[pair.old[i]].content));
        let before = (0..at).rev().find_map(|i| pair.to_new[i].filter(|_| self.old.all[pair.old[i]].content));
        let near = match (before, after) {
            (Some(b), None) => b,
            (_, Some(a)) => a,
            (None, None) => 0,
        };
        let tok = word(near.min(pair.new.len() - 1));
        (tok, tok + 1)
    }

    /// “64 firefighters” for the flagged “firefighters”, when that is the word the figure stood before.
    fn whole(&self, pair: &Pair, figure: &Figure, at: (usize, usize)) -> Option<String> {
        let behind = pair.old_place(&self.old, figure.last + 1);
        let word = *pair.old.get(behind)?;
        let same = pair.to_new.get(behind).copied().flatten() == Some(pair.new_place(&self.new, at.0)) && at.1 == at.0 + 1;
        let near = self.old.all[word].tok == figure.last + 1;
        (same && near).then(|| self.old_text(figure.first, self.old.all[word].tok))
    }

    /// Tokens from one to another as far as one sentence holds them, the last one excluded.
    pub(super) fn clip(&self, first: usize, last: usize) -> (usize, usize) {
        let end = self.new.doc.sent_of(first).map_or(first + 1, |s| s.last);
        (first, (last + 1).clamp(first + 1, end.max(first + 1)))
    }

    pub(super) fn old_text(&self, first: usize, last: usize) -> String {
        text(self.old.doc, first, last)
    }
    pub(super) fn new_text(&self, first: usize, last: usize) -> String {
        text(self.new.doc, first, last)
    }

    fn figures(&mut self, group: &Group, pair: &Pair, loose: &mut Loose) {
        let collect = |lists: &[Vec<Figure>], sents: &[usize]| -> Vec<Figure> { sents.iter().flat_map(|s| lists[*s].clone()).collect() };
        let (olds, news) = (collect(&self.old_figures, &group.old), collect(&self.new_figures, &group.new));
        let mut old_free = vec![true; olds.len()];
        let mut new_free = vec![true; news.len()];
        // Equal ones go together, the surest first: in the same unit, then any.
        for strict in [true, false] {
            for (i, old) in olds.iter().enumerate() {
                if !old_free[i] {
                    continue;
                }
                let fits = |new: &Figure| old.same(new) && (!strict || old.kind == new.kind && !old.units_differ(new));
                let Some(j) = (0..news.len()).find(|j| new_free[*j] && fits(&news[*j])) else { continue };
                (old_free[i], new_free[j]) = (false, false);
                if old.units_differ(&news[j]) && old.kind != news[j].kind && self.in_one_place(pair, old, &news[j]) {
                    self.figure_changed(old, &news[j]);
                }
            }
        }
        let mut gone: Vec<&Figure> = olds.iter().zip(&old_free).filter(|(_, free)| **free).map(|(f, _)| f).collect();
        let mut come: Vec<&Figure> = news.iter().zip(&new_free).filter(|(_, free)| **free).map(|(f, _)| f).collect();
        // A figure said once more than before, or once less, has not moved.
        gone.retain(|f| !news.iter().any(|n| n.same(f)));
        come.retain(|f| !olds.iter().any(|o| o.same(f)));
        let mut rivals: Vec<(i32, usize, usize)> = Vec::new();
        for (i, old) in gone.iter().enumerate() {
            for (j, new) in come.iter().enumerate() {
                let score = self.likeness(pair, old, new, gone.len() == 1 && come.len() == 1);
                if score >= 3 && rivals.len() < 10_000 {
                    rivals.push((-score, i, j));
                }
            }
        }
        rivals.sort_unstable();
        let (mut used_old, mut used_new) = (vec![false; gone.len()], vec![false; come.len()]);
        for (_, i, j) in rivals {
            if !used_old[i] && !used_new[j] {
                (used_old[i], used_new[j]) = (true, true);
                loose.changed.push((gone[i].clone(), come[j].clone()));
            }
        }
        for (_, figure) in gone.iter().enumerate().filter(|(i, _)| !used_old[*i]) {
            if !self.hushed(pair, figure, true) {
                let at = self.place(pair, figure.first);
                let whole = self.whole(pair, figure, at);
                loose.gone.push(((*figure).clone(), at, whole));
            }
        }
        for (_, figure) in come.iter().enumerate().filter(|(j, _)| !used_new[*j]) {
            if !self.hushed(pair, figure, false) {
                loose.come.push((*figure).clone());
            }
        }
    }

    /// Whether the figures stand in one changed place, or their digits stayed.
    fn in_one_place(&self, pair: &Pair, old: &Figure, new: &Figure) -> bool {
        let (from, to) = (pair.old_place(&self.old, old.first), pair.new_place(&self.new, new.first));
        pair.to_new.get(from).copied().flatten() == Some(to) || self.in_one_gap(pair, old, new)
    }

    fn in_one_gap(&self, pair: &Pair, old: &Figure, new: &Figure) -> bool {
        let gaps =
            |of: &[Option<usize>], from: usize, to: usize| -> Vec<usize> { (from..to.min(of.len())).filter_map(|i| of[i]).collect() };
        let o = gaps(&pair.gap_of_old, pair.old_place(&self.old, old.first), pair.old_place(&self.old, old.last + 1));
        let n = gaps(&pair.gap_of_new, pair.new_place(&self.new, new.first), pair.new_place(&self.new, new.last + 1));
        o.iter().any(|g| n.contains(g))
    }

    /// How likely one figure came in place of another; from 3 on they are taken for one fact.
    fn likeness(&self, pair: &Pair, old: &Figure, new: &Figure, only: bool) -> i32 {
        if old.weak || new.weak || !old.comparable(new) || old.rounds(new) {
            return 0;
        }
        let mut score = 0;
        let (from, to) = (pair.old_place(&self.old, old.first), pair.new_place(&self.new, new.first));
        if self.in_one_gap(pair, old, new) {
            score += 2;
        }
        // Whether the content words before and behind them are the same.
        let beside = |words: &Words<'_>, list: &[usize], place: usize, back: bool| -> Option<u32> {
            let next = |i: usize| Some(words.all[list[i]]).filter(|w| w.content).map(|w| w.stem);
            if back { (0..place).rev().take(4).find_map(next) } else { (place..list.len()).take(5).find_map(next) }
        };
        let after_old = pair.old_place(&self.old, old.last + 1);
        let after_new = pair.new_place(&self.new, new.last + 1);
        let same = |a: Option<u32>, b: Option<u32>| a.is_some() && a == b;
        if same(beside(&self.old, &pair.old, after_old, false), beside(&self.new, &pair.new, after_new, false)) {
            score += 2;
        }
        if same(beside(&self.old, &pair.old, from, true), beside(&self.new, &pair.new, to, true)) {
            score += 1;
        }
        if old.kind == new.kind && old.kind != super::figures::Kind::Plain {
            score += 1;
        }
        if only {
            score += 1;
            // The only day of a sentence that is said in another order.
            if pair.alike >= 0.5 && old.kind == new.kind && old.kind != super::figures::Kind::Plain {
                score += 1;
            }
        }
        score
    }

    /// Whether words that came (or went) in the same place say the same less exactly.
    fn hushed(&self, pair: &Pair, figure: &Figure, gone: bool) -> bool {
        use super::figures::Kind as F;
        if figure.weak
            || figure.named
            || matches!(figure.kind, F::Weekday | F::Month | F::Clock | F::Decade)
            || figure.values.iter().any(|v| *v <= 1.0)
        {
            return true;
        }
        // “on the 27th” is a date; small numbers come and go where much is said anew.
        let day = figure.kind == F::Ordinal && figure.values.iter().all(|v| *v <= 31.0);
        let counted = figure.kind == F::Plain && figure.values.iter().all(|v| *v <= 12.0);
        if day || counted && (pair.alike < 0.55 || figure.values.iter().all(|v| *v <= 2.0)) {
            return true;
        }
        let (words, list, gaps, place) = if gone {
            (&self.new, &pair.new, &pair.gap_of_old, pair.old_place(&self.old, figure.first))
        } else {
            (&self.old, &pair.old, &pair.gap_of_new, pair.new_place(&self.new, figure.first))
        };
        let gap = gaps.get(place).copied().flatten();
        let other = gap.map(|g| if gone { pair.gaps[g].1.clone() } else { pair.gaps[g].0.clone() }).unwrap_or(0..0);
        // A small number or a date goes easily into another wording anywhere in the sentence.
        let small = figure.kind.is_time() || figure.kind == F::Ordinal || figure.values.iter().all(|v| *v <= 12.0);
        let range = if small { 0..list.len() } else { other };
        let fixed = if gone { &pair.to_old } else { &pair.to_new };
        range.filter(|i| fixed[*i].is_none()).any(|i| {
            let low = words.text(list[i]).to_lowercase();
            VAGUE.contains(&low.as_str()) || figure.kind.is_time() && RELATIVE.contains(&low.as_str())
        })
    }

    fn figure_changed(&mut self, old: &Figure, new: &Figure) {
        let kind = if old.kind.is_time() && new.kind.is_time() { Kind::DateChanged } else { Kind::NumberChanged };
        let was = self.old_text(old.first, old.last);
        self.out.push(Change {
            kind,
            new: self.clip(new.first, new.last),
            restore: Some(was.clone()),
            was,
            what: String::new(),
            old: Some((old.first, old.last)),
        });
    }

    /// Drops what only moved to another sentence; the rest is reported.
    fn settle(&mut self, loose: Loose) {
        let mut loose = loose;
        // “15 dead, 50 hurt” cut into two sentences: what is gone here has come there.
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let exchanged = |a: &(Figure, Figure), all: &[(Figure, Figure)]| {
            all.iter().any(|b| a.0.first != b.0.first && a.0.same(&b.1) && a.0.kind == b.1.kind)
                && all.iter().any(|b| a.0.first != b.0.first && a.1.same(&b.0) && a.1.kind == b.0.kind)
        };
        let changed = std::mem::take(&mut loose.changed);
        let few = changed.len() <= 500;
        for pair in &changed {
            let elsewhere = loose.come.iter().any(|f| pair.0.same(f)) && loose.gone.iter().any(|(f, ..)| pair.1.same(f));
            if !(elsewhere || few && exchanged(pair, &changed)) {
                self.figure_changed(&pair.0, &pair.1);
            }
        }
        let any = |lists: &[Vec<Figure>], figure: &Figure| lists.iter().flatten().any(|f| f.same(figure));
        // Looking a figure up takes a walk over the whole text; what is gone is said once.
        for (figure, at, whole) in loose.gone.into_iter().take(500) {
            if !any(&self.new_figures, &figure) && !gone.iter().any(|(f, ..): &(Figure, (usize, usize), Option<String>)| f.same(&figure)) {
                gone.push((figure, at, whole));
            }
        }
        for figure in loose.come.into_iter().take(500) {
            if !any(&self.old_figures, &figure) && !come.iter().any(|f: &Figure| f.same(&figure)) {
                come.push(figure);
            }
        }
        for (figure, at, restore) in gone {
            let was = self.old_text(figure.first, figure.last);
            let old = Some((figure.first, figure.last));
            self.out.push(Change { kind: Kind::NumberDropped, new: at, was, what: String::new(), old, restore });
        }
        for figure in come {
            let new = self.clip(figure.first, figure.last);
            let old = self.beside(new.0);
            self.out.push(Change { kind: Kind::NumberAdded, new, was: String::new(), what: String::new(), old, restore: None });
        }
    }

    /// The first words of the earlier sentence that a token of the new version belongs to.
    pub(super) fn beside(&self, tok: usize) -> Option<(usize, usize)> {
        let sent = self.new.doc.sents.partition_point(|s| s.last <= tok);
        let group = self.alignment.of_new.get(sent).copied().flatten()?;
        let first = *self.alignment.groups[group].old.first()?;
        let range = self.old.sents[first].clone();
        let tok = self.old.all.get(range.start)?.tok;
        Some((tok, tok))
    }

    /// Whole sentences that went or came, when they take facts with them.
    fn passages(&mut self) {
        let mut run: Vec<usize> = Vec::new();
        for sent in 0..=self.old.sents.len() {
            let lone = sent < self.old.sents.len() && self.alignment.of_old[sent].is_none();
            if lone && self.is_prose(true, sent) {
                run.push(sent);
            } else if !lone || sent == self.old.sents.len() {
                self.passage_dropped(&std::mem::take(&mut run));
            }
        }
        run.clear();
        for sent in 0..=self.new.sents.len() {
            let lone = sent < self.new.sents.len() && self.alignment.of_new[sent].is_none();
            if lone && self.is_prose(false, sent) {
                run.push(sent);
            } else if !lone || sent == self.new.sents.len() {
                self.passage_added(&std::mem::take(&mut run));
            }
        }
    }

    /// A sentence of five words or more that ends in a stop, so no headline or furniture.
    fn is_prose(&self, old: bool, sent: usize) -> bool {
        let words = if old { &self.old } else { &self.new };
        let tokens = &words.doc.sents[sent];
        let ends = (tokens.first..tokens.last).rev().take(3).any(|i| matches!(words.doc.text(i), "." | "!" | "?" | "…" | "..."));
        words.sents[sent].len() >= 5 && ends
    }

    /// Facts of a sentence that the other version has nowhere, and where they stand.
    fn facts(&self, old: bool, sents: &[usize]) -> Vec<(usize, usize)> {
        let (figures, others, names) = if old {
            (&self.old_figures, &self.new_figures, &self.old_names)
        } else {
            (&self.new_figures, &self.old_figures, &self.new_names)
        };
        let mut out = Vec::new();
        for &sent in sents.iter().take(50) {
            for figure in figures[sent].iter().take(50) {
                use figures::Kind as F;
                let plain = !figure.weak && !figure.named && !matches!(figure.kind, F::Weekday | F::Month | F::Clock);
                let small = matches!(figure.kind, F::Plain | F::Ordinal) && figure.values.iter().any(|v| *v <= 12.0);
                if plain && !small && !others.iter().flatten().any(|f| f.same(figure)) {
                    out.push((figure.first, figure.last));
                }
            }
            for name in names[sent].iter().take(50) {
                if self.is_unknown(old, name) {
                    out.push((name.first, name.last));
                }
            }
        }
        out.sort_unstable();
        out
    }

    fn list(&self, old: bool, facts: &[(usize, usize)]) -> String {
        let text = |(first, last): &(usize, usize)| if old { self.old_text(*first, *last) } else { self.new_text(*first, *last) };
        let mut names: Vec<String> = Vec::new();
        for fact in facts {
            let name = format!("“{}”", text(fact));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = names.len() > 3;
        names.truncate(3);
        names.join(", ") + if more { " …" } else { "" }
    }

    fn passage_dropped(&mut self, run: &[usize]) {
        let facts = self.facts(true, run);
        let (Some(&fact), Some(&sent)) = (facts.first(), run.first()) else { return };
        // The nearest sentence that stayed: the end of the one before, or else the start of the one behind.
        let near = |s: usize| self.alignment.of_old[s].map(|g| &self.alignment.groups[g].new);
        let before = (0..sent).rev().take(50).find_map(near).and_then(|n| n.last());
        let after = (sent..self.old.sents.len()).take(100).find_map(near).and_then(|n| n.first());
        let word = match (before, after) {
            (Some(&s), _) => self.new.sents[s].clone().next_back(),
            (None, Some(&s)) => self.new.sents[s].clone().find(|w| self.new.all[*w].content).or(Some(self.new.sents[s].start)),
            (None, None) => self.new.all.len().checked_sub(1).map(|_| 0),
        };
        let Some(tok) = word.and_then(|w| self.new.all.get(w)).map(|w| w.tok) else { return };
        let what = self.list(true, &facts);
        let was = self.old_text(fact.0, fact.1);
        self.out.push(Change { kind: Kind::PassageDropped, new: (tok, tok + 1), was, what, old: Some(fact), restore: None });
    }

    fn passage_added(&mut self, run: &[usize]) {
        let facts = self.facts(false, run);
        let Some(&(first, last)) = facts.first() else { return };
        let what = self.list(false, &facts);
        self.out.push(Change { kind: Kind::PassageAdded, new: self.clip(first, last), was: String::new(), what, old: None, restore: None });
    }
}

/// Figures that found no equal in their own sentences.
#[derive(Default)]
struct Loose {
    changed: Vec<(Figure, Figure)>,
    /// With the place in the new version, and what to write there.
    gone: Vec<(Figure, (usize, usize), Option<String>)>,
    come: Vec<Figure>,
}

/// The text of tokens, in one line.
pub(super) fn text(doc: &Doc<'_>, first: usize, last: usize) -> String {
    let last = last.min(doc.tokens.len() - 1);
    let range = doc.range(first.min(last), last);
    range.of(&doc.view.text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How often each stem stands in a list of words.
pub(super) fn counts(words: &Words<'_>, list: &[usize]) -> FxHashMap<u32, usize> {
    let mut out = FxHashMap::default();
    for &word in list {
        *out.entry(words.all[word].stem).or_default() += 1;
    }
    out
}

/// Whether a token is part of running words rather than an address.
pub(super) fn is_word(doc: &Doc<'_>, tok: usize) -> bool {
    doc.tokens.get(tok).is_some_and(|t| t.kind == TokenKind::Word)
}
