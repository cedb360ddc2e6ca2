//! One body or event under two names in the same article.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector, Pairs};
use crate::engine::matcher::{Bounds, match_at};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::compile::Index;
use crate::rule::vocab::Vocab;
use crate::text::copy_case;
use crate::text::token::Flags;

pub(super) struct Variants {
    pairs: Pairs,
    index: Index,
}

impl Variants {
    pub(super) fn new(vocab: &Vocab, pairs: Pairs) -> Self {
        let both: Vec<_> = pairs.iter().flat_map(|(_, a, b, _)| [a.clone(), b.clone()]).collect();
        Self { index: Index::build(&both, vocab), pairs }
    }
}

impl Detector for Variants {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        // Places of each name: pair number × 2, plus 1 for its rival.
        let mut places: FxHashMap<u32, Vec<(usize, usize)>> = FxHashMap::default();
        for sent in &doc.sents {
            for at in sent.first..sent.last {
                for &number in self.index.triggered(doc.tokens[at].sym) {
                    let (_, a, b, _) = &self.pairs[number as usize / 2];
                    let pattern = if number % 2 == 0 { a } else { b };
                    let (lo, hi) = pattern.before_anchor();
                    let found = (lo..=hi).find_map(|back| {
                        at.checked_sub(back).filter(|s| *s >= sent.first).and_then(|s| match_at(pattern, doc, sent, s, Bounds::Free))
                    });
                    if let Some(found) = found {
                        let seen = places.entry(number).or_default();
                        if seen.last() != Some(&(found.first, found.last)) {
                            seen.push((found.first, found.last));
                        }
                    }
                }
            }
        }
        for (pair, (rule, _, _, note)) in self.pairs.iter().enumerate() {
            let number = u32::try_from(pair * 2).unwrap_or(u32::MAX - 1);
            let (Some(a), Some(b)) = (places.get(&number), places.get(&(number + 1))) else { continue };
            // A writer who puts both into one sentence tells them apart.
            let sentence = |place: &(usize, usize)| doc.sent_of(place.0).map(|s| s.first);
            if a.iter().any(|x| b.iter().any(|y| sentence(x) == sentence(y))) {
                continue;
            }
            // On a tie the table's second form, the usual one, wins.
            let (most, fewest) = if a.len() > b.len() { (a, b) } else { (b, a) };
            let wanted = doc.range(most[0].0, most[0].1 - 1).of(&doc.view.text);
            for &(first, last) in fewest {
                if doc.tokens[first].is(Flags::QUOTED) {
                    continue;
                }
                let at = doc.range(first, last - 1);
                let plain =
                    if wanted.chars().any(char::is_uppercase) && wanted.contains(' ') { wanted.to_owned() } else { wanted.to_lowercase() };
                let plural = at.of(&doc.view.text).ends_with('s') && !plain.ends_with('s');
                let text = copy_case(at.of(&doc.view.text), &if plural { format!("{plain}s") } else { plain });
                let evidence = vec![(
                    format!(
                        "“{wanted}” stands here {} time{}{}",
                        most.len(),
                        if most.len() == 1 { "" } else { "s" },
                        if note.is_empty() { String::new() } else { format!("; {note}") }
                    ),
                    Some(doc.range(most[0].0, most[0].1 - 1)),
                )];
                let fix = HitFix { title: format!("perhaps “{text}”"), edits: vec![(at, text)], safety: Safety::Display };
                let values = vec![("other", wanted.to_owned())];
                out.report(doc, Some(*rule), (first, last), Draft { evidence, fixes: vec![fix], values, ..Draft::default() });
            }
        }
    }
}
