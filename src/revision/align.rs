//! Which sentences of two versions say the same.
//!
//! Equal sentences pair first, then those that share rare words, wherever they stand; what is left between paired
//! neighbours pairs in order, and a sentence that was cut in two or merged with its neighbour joins it. The work grows with
//! the length of the text: frequent words pair nothing.

use rustc_hash::{FxHashMap, FxHashSet};

use super::words::Words;

/// Sentences of both versions that say the same together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// Of the earlier version, ascending.
    pub old: Vec<usize>,
    /// Of the new version, ascending.
    pub new: Vec<usize>,
}

/// The pairs, and which group each sentence is in.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub groups: Vec<Group>,
    pub of_old: Vec<Option<usize>>,
    pub of_new: Vec<Option<usize>>,
}

/// A word in more sentences than this pairs none.
const COMMON: usize = 24;
/// The share of words that two sentences must have in common.
const ALIKE: f32 = 0.34;
/// The same for the only sentences left between two pairs.
const BETWEEN: f32 = 0.12;
/// How much of a sentence must be found in a pair beside it.
const CONTAINED: f32 = 0.45;
/// Runs of unpaired sentences longer than this are not looked at one by one.
const RUN: usize = 8;

/// A sentence's distinct content words, ascending, and their weight.
struct Bag {
    stems: Vec<u32>,
    weight: f32,
}

struct Weights(FxHashMap<u32, f32>);

impl Weights {
    fn of(&self, stem: u32) -> f32 {
        self.0.get(&stem).copied().unwrap_or(1.0)
    }
    fn sum(&self, stems: impl Iterator<Item = u32>) -> f32 {
        stems.map(|s| self.of(s)).sum()
    }
}

fn bags(words: &Words<'_>) -> Vec<Vec<u32>> {
    words
        .sents
        .iter()
        .map(|range| {
            let mut stems: Vec<u32> = words.all[range.clone()].iter().filter(|w| w.content).map(|w| w.stem).collect();
            stems.sort_unstable();
            stems.dedup();
            stems
        })
        .collect()
}

/// Words both sorted lists have.
fn shared<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.iter().copied().filter(move |s| long.binary_search(s).is_ok())
}

pub(super) fn align(old: &Words<'_>, new: &Words<'_>) -> Alignment {
    let mut out = Alignment { groups: Vec::new(), of_old: vec![None; old.sents.len()], of_new: vec![None; new.sents.len()] };
    out.equal(old, new);
    let (old_bags, new_bags) = (bags(old), bags(new));
    let mut count: FxHashMap<u32, u32> = FxHashMap::default();
    for stem in old_bags.iter().chain(&new_bags).flatten() {
        *count.entry(*stem).or_default() += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
    let weights = Weights(count.into_iter().map(|(stem, n)| (stem, 1.0 / (n as f32 / 2.0).max(1.0).sqrt())).collect());
    let weigh = |bags: Vec<Vec<u32>>| -> Vec<Bag> {
        bags.into_iter().map(|stems| Bag { weight: weights.sum(stems.iter().copied()), stems }).collect()
    };
    let (old_bags, new_bags) = (weigh(old_bags), weigh(new_bags));
    out.alike(&old_bags, &new_bags, &weights);
    out.between(&old_bags, &new_bags, &weights);
    out.join(&old_bags, &new_bags, &weights);
    out
}

impl Alignment {
    fn pair(&mut self, old: usize, new: usize) {
        self.of_old[old] = Some(self.groups.len());
        self.of_new[new] = Some(self.groups.len());
        self.groups.push(Group { old: vec![old], new: vec![new] });
    }

    /// Sentences of the same words; the first with the first, the second with the second.
    fn equal(&mut self, old: &Words<'_>, new: &Words<'_>) {
        let key = |words: &Words<'_>, sent: usize| -> Vec<u32> { words.all[words.sents[sent].clone()].iter().map(|w| w.stem).collect() };
        let mut places: FxHashMap<Vec<u32>, Vec<usize>> = FxHashMap::default();
        for sent in (0..old.sents.len()).rev() {
            places.entry(key(old, sent)).or_default().push(sent);
        }
        for sent in 0..new.sents.len() {
            if new.sents[sent].is_empty() {
                continue;
            }
            if let Some(first) = places.get_mut(&key(new, sent)).and_then(Vec::pop) {
                self.pair(first, sent);
            }
        }
    }

    /// Sentences that share rare words, the most alike first.
    fn alike(&mut self, old: &[Bag], new: &[Bag], weights: &Weights) {
        let mut places: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (sent, bag) in old.iter().enumerate().filter(|(s, _)| self.of_old[*s].is_none()) {
            for &stem in &bag.stems {
                places.entry(stem).or_default().push(sent);
            }
        }
        let mut found: Vec<(f32, usize, usize)> = Vec::new();
        let mut common: FxHashMap<usize, f32> = FxHashMap::default();
        for (sent, bag) in new.iter().enumerate().filter(|(s, _)| self.of_new[*s].is_none()) {
            common.clear();
            for &stem in &bag.stems {
                if let Some(list) = places.get(&stem).filter(|l| l.len() <= COMMON) {
                    for &at in list {
                        *common.entry(at).or_default() += weights.of(stem);
                    }
                }
            }
            let mut own: Vec<(f32, usize, usize)> = common
                .iter()
                .map(|(&at, &weight)| {
                    // Of equally alike sentences those at the same height of the text belong together.
                    #[expect(clippy::cast_precision_loss, reason = "numbers of sentences")]
                    let apart = (at as f32 / old.len() as f32 - sent as f32 / new.len() as f32).abs();
                    (2.0 * weight / (old[at].weight + bag.weight) - 0.05 * apart, sent, at)
                })
                .filter(|(score, ..)| *score >= ALIKE)
                .collect();
            own.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
            own.truncate(4);
            found.extend(own);
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, sent, at) in found {
            if self.of_old[at].is_none() && self.of_new[sent].is_none() {
                self.pair(at, sent);
            }
        }
    }

    /// What is left between two pairs that are neighbours in both versions.
    fn between(&mut self, old: &[Bag], new: &[Bag], weights: &Weights) {
        let mut at = 0;
        while at < new.len() {
            if self.of_new[at].is_some() {
                at += 1;
                continue;
            }
            let end = (at..new.len()).find(|i| self.of_new[*i].is_some()).unwrap_or(new.len());
            let before = at.checked_sub(1).and_then(|b| self.of_new[b]).map(|g| self.groups[g].old[0] + 1);
            let from = if at == 0 { Some(0) } else { before };
            let to = if end == new.len() { Some(old.len()) } else { self.of_new[end].map(|g| self.groups[g].old[0]) };
            if let (Some(from), Some(to)) = (from, to)
                && from < to
                && to - from <= RUN
                && end - at <= RUN
                && (from..to).all(|o| self.of_old[o].is_none())
            {
                self.fill(from..to, at..end, old, new, weights);
            }
            at = end;
        }
    }

    /// Pairs sentences of two short runs in order, the most alike first.
    fn fill(&mut self, olds: std::ops::Range<usize>, news: std::ops::Range<usize>, old: &[Bag], new: &[Bag], weights: &Weights) {
        let mut best: Option<(f32, usize, usize)> = None;
        for o in olds.clone() {
            for n in news.clone() {
                let whole = old[o].weight + new[n].weight;
                let alike = if whole > 0.0 { 2.0 * weights.sum(shared(&old[o].stems, &new[n].stems)) / whole } else { 0.0 };
                if alike >= BETWEEN && best.is_none_or(|(b, ..)| alike > b) {
                    best = Some((alike, o, n));
                }
            }
        }
        let Some((_, o, n)) = best else { return };
        self.pair(o, n);
        self.fill(olds.start..o, news.start..n, old, new, weights);
        self.fill(o + 1..olds.end, n + 1..news.end, old, new, weights);
    }

    /// Sentences that were cut in two, or merged: they belong to the pair beside them.
    fn join(&mut self, old: &[Bag], new: &[Bag], weights: &Weights) {
        for (mine, other, of_new) in [(old, new, false), (new, old, true)] {
            for sent in 0..mine.len() {
                let of = if of_new { &self.of_new } else { &self.of_old };
                if of[sent].is_some() || mine[sent].weight <= 0.0 {
                    continue;
                }
                let beside = [sent.checked_sub(1), Some(sent + 1)].into_iter().flatten().filter_map(|s| of.get(s).copied().flatten());
                let mut best: Option<(f32, usize)> = None;
                for group in beside {
                    let (own, theirs) = match (&self.groups[group], of_new) {
                        (g, true) => (&g.new, &g.old),
                        (g, false) => (&g.old, &g.new),
                    };
                    if own.len() >= RUN {
                        continue;
                    }
                    let taken: FxHashSet<u32> = own.iter().flat_map(|s| mine[*s].stems.iter().copied()).collect();
                    let free: f32 = theirs
                        .iter()
                        .map(|s| weights.sum(shared(&other[*s].stems, &mine[sent].stems).filter(|stem| !taken.contains(stem))))
                        .sum();
                    let share = free / mine[sent].weight;
                    if share >= CONTAINED && best.is_none_or(|(b, _)| share > b) {
                        best = Some((share, group));
                    }
                }
                let Some((_, group)) = best else { continue };
                let list = if of_new { &mut self.groups[group].new } else { &mut self.groups[group].old };
                list.push(sent);
                list.sort_unstable();
                if of_new { self.of_new[sent] = Some(group) } else { self.of_old[sent] = Some(group) }
            }
        }
    }
}
