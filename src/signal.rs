//! What a document's findings say together: machine translation or not, from which language, about what.
//!
//! None of it switches a rule off: agreement raises the confidence of findings, disagreement lowers the surest.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::doc::Doc;
use crate::engine::sink::Hit;
use crate::finding::{Confidence, Finding};
use crate::lang;
use crate::rule::Ruleset;
use crate::rule::table::DOMAINS;
use crate::rule::vocab::Vocab;
use crate::span::ViewRange;

/// How likely a document is raw machine translation, judged by what was found in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// No more than a person's article may hold.
    #[default]
    None,
    /// Faults of a kind that people seldom make.
    Some,
    /// Many of them, of several kinds.
    Strong,
}

/// How many findings of one rule speak for machine translation.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// The rule.
    pub rule: String,
    /// Its findings.
    pub findings: usize,
    /// How far they count, 0 to 1: the share of the rule's flags that would be on machine translation if half of all text were.
    pub weight: f64,
}

/// A language that signs in the text point to.
#[derive(Clone, Debug, PartialEq)]
pub struct Vote {
    /// ISO 639-1.
    pub language: String,
    /// How many places point to it.
    pub signs: usize,
    /// Their weight: a place that fits `n` languages counts `1/n`.
    pub weight: f64,
}

impl Vote {
    /// The language's English name.
    #[must_use]
    pub fn name(&self) -> &str {
        lang::name_of(&self.language).unwrap_or(&self.language)
    }
}

/// What the findings say about the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signal {
    /// How likely it is raw machine translation.
    pub level: Level,
    /// The sum of the signs' weights, more for rules that found several places.
    pub score: f64,
    /// What speaks for it, heaviest first.
    pub signs: Vec<Sign>,
    /// Languages it may come from, likeliest first; empty without signs.
    pub votes: Vec<Vote>,
    /// What it is about, where its words say so.
    pub domain: Option<String>,
}

/// Signs that make a vote.
const ENOUGH: usize = 2;

impl Signal {
    /// The languages the text reads like: the likeliest, and another that does as well.
    #[must_use]
    pub fn languages(&self) -> &[Vote] {
        let Some(best) = self.votes.first().filter(|v| v.signs >= ENOUGH && v.weight >= 0.8) else { return &[] };
        let close = self.votes.iter().take_while(|v| v.weight > best.weight * 0.8).count();
        if close <= 2 { &self.votes[..close] } else { &[] }
    }
}

/// Rules whose faults come from one cause, the seams between translated pieces, so that one makes another likelier.
const SEAMS: [&str; 4] = ["breaks", "capitals", "glued", "lower"];

/// Places and the languages they fit; of several findings at one place the most exact one counts.
fn places(hits: &[Hit]) -> Vec<(ViewRange, &[String])> {
    let mut all: Vec<(ViewRange, &[String])> = hits.iter().filter(|h| !h.from.is_empty()).map(|h| (h.at, h.from.as_slice())).collect();
    all.sort_by_key(|(at, from)| (at.start, from.len(), at.end));
    let mut out: Vec<(ViewRange, &[String])> = Vec::new();
    for (at, from) in all {
        match out.last_mut() {
            Some(last) if at.start < last.0.end => {
                if from.len() < last.1.len() {
                    last.1 = from;
                }
                last.0.end = last.0.end.max(at.end);
            }
            _ => out.push((at, from)),
        }
    }
    out
}

/// The languages that places point to, likeliest first; the same words count once.
fn votes(hits: &[Hit], text: &str) -> Vec<Vote> {
    let mut seen = FxHashMap::default();
    let mut by_language: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    for (at, from) in places(hits) {
        if seen.insert(at.of(text).to_lowercase(), ()).is_some() {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few dozen languages")]
        let share = 1.0 / from.len() as f64;
        for language in from {
            let entry = by_language.entry(language).or_default();
            entry.0 += 1;
            entry.1 += share;
        }
    }
    let mut out: Vec<Vote> = by_language.into_iter().map(|(l, (signs, weight))| Vote { language: l.to_owned(), signs, weight }).collect();
    out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(b.signs.cmp(&a.signs)));
    out
}

/// For each word of `vocab` the domains it speaks for, as bits.
pub(crate) fn about(vocab: &Vocab) -> Vec<u16> {
    let mut about = vec![0u16; vocab.len() + 1];
    for (bit, domain) in DOMAINS.iter().enumerate() {
        for sym in vocab.first_syms(vocab.list(&format!("about-{domain}"))) {
            about[sym as usize] |= 1 << bit;
        }
    }
    about
}

/// The domain whose words are most frequent, when they are frequent and those of no other domain nearly as much.
fn domain(doc: &Doc<'_>, about: &[u16]) -> Option<String> {
    let mut counts = vec![0usize; DOMAINS.len()];
    // What a text is about shows in its first pages.
    for token in doc.tokens.iter().take(20_000) {
        let bits = about[token.sym as usize];
        if bits != 0 {
            counts.iter_mut().enumerate().for_each(|(bit, count)| *count += usize::from(bits >> bit & 1 == 1));
        }
    }
    let best = (0..counts.len()).max_by_key(|i| counts[*i])?;
    let second = (0..counts.len()).filter(|i| *i != best).map(|i| counts[i]).max().unwrap_or(0);
    let dense = counts[best] >= 4 && counts[best] * 100 >= doc.words.min(16_000);
    (dense && counts[best] * 2 >= second * 3).then(|| DOMAINS[best].to_owned())
}

fn surer(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::Low => Confidence::Medium,
        _ => Confidence::High,
    }
}

/// Weighs each hit's confidence by the others; `known` is the source language where somebody has named it.
pub(crate) fn weigh(set: &Ruleset, doc: &Doc<'_>, known: Option<&str>, hits: &mut [Hit]) -> Signal {
    let text = &doc.view.text;
    let signal = Signal { votes: votes(hits, text), domain: domain(doc, &set.about), ..Signal::default() };
    let read: Vec<&str> = match known {
        Some(language) => vec![language],
        None => signal.languages().iter().map(|v| v.language.as_str()).collect(),
    };
    // A vote must not prove itself: without a named language a hit needs another sign beside its own.
    let signs = signal.votes.first().map_or(0, |v| v.signs);
    let is_seam = |hit: &Hit| SEAMS.contains(&set.rules[hit.rule].info.finder.as_str());
    let seams: Vec<ViewRange> = hits.iter().filter(|h| is_seam(h)).map(|h| h.at).collect();
    for hit in hits {
        let own = hit.confidence.unwrap_or(set.rules[hit.rule].info.confidence);
        let mut weighed = own;
        let fits = |l: &&str| hit.from.iter().any(|f| f == *l || *l == "hr" && f == "sr");
        if !hit.from.is_empty() && !read.is_empty() {
            if read.iter().any(fits) {
                weighed = if known.is_some() || signs > ENOUGH { surer(weighed) } else { weighed };
            } else if (known.is_some() || signs > ENOUGH) && weighed == Confidence::High {
                weighed = Confidence::Medium;
            }
        }
        if is_seam(hit) && seams.iter().any(|other| other.start.abs_diff(hit.at.start) > 2 && *other != hit.at) {
            weighed = surer(weighed);
        }
        let elsewhere = signal.domain.as_ref().is_some_and(|d| !hit.domain.is_empty() && *d != hit.domain);
        if elsewhere && weighed == Confidence::High {
            weighed = Confidence::Medium;
        }
        if weighed != own {
            hit.confidence = Some(weighed);
        }
    }
    signal
}

/// Adds to `signal` how far the findings that stand speak for machine translation.
pub(crate) fn judge<'a>(set: &Ruleset, signal: &mut Signal, findings: impl Iterator<Item = &'a Finding>, words: usize) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(&finding.rule.id).or_default() += 1;
    }
    signal.signs = counts
        .into_iter()
        .filter_map(|(rule, findings)| {
            let weight = set.find(rule).map_or(0.0, |r| f64::from(set.rules[r].sign));
            (weight > 0.0).then(|| Sign { rule: rule.to_owned(), findings, weight })
        })
        .collect();
    signal.signs.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(b.findings.cmp(&a.findings)).then(a.rule.cmp(&b.rule)));
    #[expect(clippy::cast_precision_loss, reason = "counts of findings and words")]
    let score = signal.signs.iter().map(|s| s.weight * (1.0 + (s.findings as f64).ln() / 2.0)).sum::<f64>();
    signal.score = score;
    // Long texts hold more of everything.
    #[expect(clippy::cast_precision_loss, reason = "counts of findings and words")]
    let length = (words as f64 / 2000.0).max(1.0);
    signal.level = match score {
        s if s >= 2.5 * length => Level::Strong,
        s if s >= 1.4 * length => Level::Some,
        _ => Level::None,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(at: (u32, u32), from: &[&str]) -> Hit {
        Hit {
            rule: 0,
            at: ViewRange { start: at.0, end: at.1 },
            message: String::new(),
            evidence: Vec::new(),
            fixes: Vec::new(),
            confidence: None,
            from: from.iter().map(|l| (*l).to_owned()).collect(),
            domain: String::new(),
        }
    }

    #[test]
    fn the_most_exact_finding_of_a_place_votes_and_the_same_words_once() {
        let text = "one two one three";
        let hits =
            [hit((0, 3), &["es", "pt"]), hit((0, 3), &["es"]), hit((8, 11), &["es"]), hit((12, 17), &["es", "it"]), hit((4, 7), &[])];
        let votes = votes(&hits, text);
        assert_eq!((votes[0].language.as_str(), votes[0].signs), ("es", 2));
        assert!((votes[0].weight - 1.5).abs() < 1e-9);
        assert_eq!(votes.len(), 2);
    }

    #[test]
    fn a_single_sign_names_no_language() {
        let text = "one two three";
        let one = Signal { votes: votes(&[hit((0, 3), &["es"])], text), ..Signal::default() };
        assert!(one.languages().is_empty());
        let two = Signal { votes: votes(&[hit((0, 3), &["es"]), hit((4, 7), &["es", "pt"])], text), ..Signal::default() };
        assert_eq!(two.languages().iter().map(Vote::name).collect::<Vec<_>>(), ["Spanish"]);
        let both = Signal { votes: votes(&[hit((0, 3), &["ru", "uk"]), hit((4, 7), &["ru", "uk"])], text), ..Signal::default() };
        assert_eq!(both.languages().iter().map(Vote::name).collect::<Vec<_>>(), ["Russian", "Ukrainian"]);
    }
}
