//! Which fixes are applied together, and what the text is afterwards.
//!
//! Everything here is pure: text and findings in, text out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::span::Span;

/// The edits that can be applied together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Edits sorted by `(start, end)`; no two clash and none occurs twice.
    pub edits: Vec<Edit>,
    /// Indices of the findings whose fix is in the plan, ascending.
    pub taken: Vec<usize>,
    /// `(finding, finding it clashes with)`, ascending.
    pub held_back: Vec<(usize, usize)>,
}

/// The fix of a finding that may be applied at `min`: its first with at least that safety.
#[must_use]
pub fn candidate(finding: &Finding, min: Safety) -> Option<&Fix> {
    finding.fixes.iter().find(|fix| fix.safety >= min && !fix.edits.is_empty())
}

/// Whether two edits cannot both be applied.
///
/// Ranges clash when they share a byte; an insertion clashes strictly inside a range, or with a different
/// insertion at the same point. Touching edits and identical edits do not clash.
#[must_use]
pub fn clash(a: &Edit, b: &Edit) -> bool {
    if a == b {
        return false;
    }
    match (a.at.is_empty(), b.at.is_empty()) {
        (true, true) => a.at.start == b.at.start,
        // For an empty range `overlaps` means strictly inside.
        _ => a.at.overlaps(b.at),
    }
}

/// Chooses the fixes to apply, the best first; a fix is taken whole or not at all.
#[must_use]
pub fn choose(findings: &[Finding], min: Safety) -> Plan {
    choose_among(findings, min, |_| true)
}

fn choose_among(findings: &[Finding], min: Safety, allowed: impl Fn(usize) -> bool) -> Plan {
    let mut candidates: Vec<(usize, &Fix)> = (0..findings.len())
        .filter(|&index| allowed(index))
        .filter_map(|index| candidate(&findings[index], min).map(|fix| (index, fix)))
        .collect();
    candidates.sort_by_key(|&(index, fix)| {
        let finding = &findings[index];
        let start = fix.edits.iter().map(|edit| edit.at.start).min().unwrap_or(finding.span.start);
        let best_first = Reverse((fix.safety, finding.severity, finding.confidence));
        (best_first, start, finding.rule.id.as_str(), index)
    });

    let mut plan = Plan::default();
    // Accepted edits never overlap, so their ends rise with their keys.
    let mut accepted: BTreeMap<(u32, u32), (&Edit, usize)> = BTreeMap::new();
    for (index, fix) in candidates {
        if contradicts_itself(fix) {
            plan.held_back.push((index, index));
            continue;
        }
        let rival = fix.edits.iter().find_map(|edit| {
            accepted
                .range(..=(edit.at.end, u32::MAX))
                .rev()
                .take_while(|((_, end), _)| *end >= edit.at.start)
                .find(|(_, (other, _))| clash(edit, other))
                .map(|(_, (_, owner))| *owner)
        });
        if let Some(owner) = rival {
            plan.held_back.push((index, owner));
            continue;
        }
        for edit in &fix.edits {
            accepted.entry((edit.at.start, edit.at.end)).or_insert((edit, index));
        }
        plan.taken.push(index);
    }
    plan.edits = accepted.into_values().map(|(edit, _)| edit.clone()).collect();
    plan.taken.sort_unstable();
    plan.held_back.sort_unstable();
    plan
}

fn contradicts_itself(fix: &Fix) -> bool {
    fix.edits.iter().enumerate().any(|(i, a)| fix.edits[i + 1..].iter().any(|b| clash(a, b)))
}

/// Where the bytes of the old text stand in the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    /// `(old range, new range)` of every applied edit, in text order.
    places: Vec<(Span, Span)>,
}

impl OffsetMap {
    /// `(old range, new range)` of every applied edit, in text order.
    #[must_use]
    pub fn places(&self) -> &[(Span, Span)] {
        &self.places
    }

    /// Where a range of the old text stands now; one that shares a byte with an edit covers all of its replacement.
    #[must_use]
    pub fn range(&self, old: Span) -> Span {
        let start = self.offset(old.start, false);
        let end = if old.is_empty() { start } else { self.offset(old.end, true) };
        Span { start, end: end.max(start) }
    }

    /// `before` keeps text inserted at the offset behind it: ranges do not swallow what is inserted at their edges.
    fn offset(&self, old: u32, before: bool) -> u32 {
        let after = self.places.partition_point(|(was, _)| if was.is_empty() && before { was.end < old } else { was.end <= old });
        if let Some((was, now)) = self.places.get(after)
            && was.start < old
        {
            return if before { now.end } else { now.start };
        }
        match after.checked_sub(1).map(|last| self.places[last]) {
            Some((was, now)) => now.end + (old - was.end),
            None => old,
        }
    }
}

/// A text with edits spliced in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The new text.
    pub text: String,
    /// Old offsets to new ones.
    pub map: OffsetMap,
    /// Indices of edits left out because they do not fit the text.
    pub skipped: Vec<usize>,
}

/// Splices edits sorted by `(start, end)` into `text` once.
///
/// An edit that is out of range, off a character boundary or overlaps the one before it is left out and listed in
/// [`Applied::skipped`].
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Applied {
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut applied = Applied { text: String::with_capacity(text.len() + grown), ..Applied::default() };
    let mut done = 0;
    for (index, edit) in edits.iter().enumerate() {
        let range = edit.at.range();
        debug_assert!(range.start >= done, "edits must be sorted and apart: {edit:?}");
        if range.start < done || text.get(range.clone()).is_none() {
            applied.skipped.push(index);
            continue;
        }
        applied.text.push_str(&text[done..range.start]);
        let start = applied.text.len();
        applied.text.push_str(&edit.text);
        applied.map.places.push((edit.at, Span::new(start, applied.text.len())));
        done = range.end;
    }
    applied.text.push_str(&text[done..]);
    applied
}

/// A text after its fixes, and what became of each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The new text.
    pub text: String,
    /// Findings whose fix is in the text.
    pub applied: Vec<usize>,
    /// `(finding, finding it clashes with)`.
    pub held_back: Vec<(usize, usize)>,
    /// Findings whose fix did harm, or does not fit the text.
    pub dropped: Vec<usize>,
}

/// How often harmful fixes are taken out and the rest applied afresh.
const REDOS: usize = 2;

/// Applies fixes and checks the result: a fix is dropped when its own rule fires inside the replacement, or when a
/// new finding of at least major severity touches an edited place.
///
/// Nothing is fixed that was not found in the old text; fixes held back at first stay held back.
#[must_use]
pub fn apply_verified(text: &str, findings: &[Finding], min: Safety, recheck: impl Fn(&str) -> Vec<Finding>) -> Outcome {
    let fits = |index: &usize| {
        candidate(&findings[*index], min).is_none_or(|fix| fix.edits.iter().all(|edit| text.get(edit.at.range()).is_some()))
    };
    let mut dropped: BTreeSet<usize> = (0..findings.len()).filter(|index| !fits(index)).collect();
    let first = choose_among(findings, min, |index| !dropped.contains(&index));
    let held_back = first.held_back.clone();
    let allowed: BTreeSet<usize> = first.taken.iter().copied().collect();

    let mut plan = first;
    let mut applied = apply(text, &plan.edits);
    for _ in 0..REDOS {
        if plan.taken.is_empty() {
            break;
        }
        let harmful = harmful(findings, min, &plan, &applied.map, &recheck(&applied.text));
        if harmful.is_empty() {
            break;
        }
        dropped.extend(harmful);
        plan = choose_among(findings, min, |index| allowed.contains(&index) && !dropped.contains(&index));
        applied = apply(text, &plan.edits);
    }
    Outcome { text: applied.text, applied: plan.taken, held_back, dropped: dropped.into_iter().collect() }
}

fn harmful(findings: &[Finding], min: Safety, plan: &Plan, map: &OffsetMap, after: &[Finding]) -> BTreeSet<usize> {
    let known: BTreeSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    // A finding nobody mended is expected to be there still, though its fingerprint may have moved with its sentence.
    let mut prints: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut places: BTreeSet<(&str, Span)> = BTreeSet::new();
    for old in (0..findings.len()).filter(|index| plan.taken.binary_search(index).is_err()).map(|i| &findings[i]) {
        prints.insert((&old.rule.id, &old.fingerprint));
        places.insert((&old.rule.id, map.range(old.span)));
    }
    let expected =
        |now: &Finding| prints.contains(&(now.rule.id.as_str(), &now.fingerprint)) || places.contains(&(now.rule.id.as_str(), now.span));
    let mut suspects: Vec<&Finding> = after.iter().filter(|now| !expected(now)).collect();
    suspects.sort_by_key(|now| now.span);
    let longest = suspects.iter().map(|now| now.span.len() as u32).max().unwrap_or(0);
    let near = |place: Span| {
        let first = suspects.partition_point(|now| now.span.start.saturating_add(longest) < place.start);
        suspects[first..].iter().take_while(move |now| now.span.start <= place.end)
    };
    let mut harmful = BTreeSet::new();
    for &index in &plan.taken {
        let Some(fix) = candidate(&findings[index], min) else { continue };
        let rule = findings[index].rule.id.as_str();
        let harms = fix.edits.iter().filter_map(|edit| new_place(map, edit.at)).any(|place| {
            near(place).any(|now| {
                let touches = now.span.start <= place.end && place.start <= now.span.end;
                let inside = if place.is_empty() { touches } else { now.span.overlaps(place) };
                (inside && now.rule.id == rule) || (touches && now.severity >= Severity::Major && !known.contains(now.fingerprint.as_str()))
            })
        });
        if harms {
            harmful.insert(index);
        }
    }
    harmful
}

fn new_place(map: &OffsetMap, old: Span) -> Option<Span> {
    let index = map.places.binary_search_by_key(&old, |(was, _)| *was).ok()?;
    Some(map.places[index].1)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Confidence, RuleRef};

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { at: Span::new(start, end), text: text.to_owned() }
    }

    fn finding(rule: &str, safety: Safety, edits: &[Edit]) -> Finding {
        let span = edits.iter().map(|edit| edit.at).reduce(Span::cover).unwrap_or_default();
        Finding {
            rule: Arc::new(RuleRef { id: rule.to_owned(), category: String::new(), why: String::new() }),
            severity: Severity::Major,
            confidence: Confidence::High,
            message: String::new(),
            span,
            quote: String::new(),
            context: span,
            evidence: Vec::new(),
            fixes: vec![Fix { title: String::new(), edits: edits.to_vec(), safety }],
            also: Vec::new(),
            fingerprint: format!("{rule}-{}-{}", span.start, span.end),
        }
    }

    #[test]
    fn safer_fix_wins_and_the_rival_names_it() {
        let findings = [
            finding("a", Safety::Unsafe, &[edit(0, 4, "x")]),
            finding("b", Safety::Safe, &[edit(2, 6, "y")]),
            finding("c", Safety::Display, &[edit(8, 9, "z")]),
        ];
        let plan = choose(&findings, Safety::Unsafe);
        assert_eq!(plan.taken, [1]);
        assert_eq!(plan.held_back, [(0, 1)]);
        assert_eq!(plan.edits, [edit(2, 6, "y")]);
    }

    #[test]
    fn a_fix_is_taken_whole_or_not_at_all() {
        let findings = [finding("a", Safety::Safe, &[edit(0, 1, "x")]), finding("b", Safety::Unsafe, &[edit(0, 1, "y"), edit(5, 6, "y")])];
        assert_eq!(choose(&findings, Safety::Unsafe).edits, [edit(0, 1, "x")]);
    }

    #[test]
    fn identical_edits_merge_and_touching_edits_live_together() {
        let findings = [
            finding("a", Safety::Safe, &[edit(0, 3, "x")]),
            finding("b", Safety::Safe, &[edit(0, 3, "x"), edit(3, 5, "y")]),
            finding("c", Safety::Safe, &[edit(3, 3, "!")]),
            finding("d", Safety::Safe, &[edit(3, 3, "?")]),
            finding("e", Safety::Safe, &[edit(4, 4, "?")]),
        ];
        let plan = choose(&findings, Safety::Safe);
        assert_eq!(plan.taken, [0, 1, 2]);
        assert_eq!(plan.held_back, [(3, 2), (4, 1)]);
        assert_eq!(apply("abcdef", &plan.edits).text, "x!yf");
    }

    #[test]
    fn offsets_follow_the_text() {
        let applied = apply("one two three", &[edit(0, 3, "twenty"), edit(7, 7, ","), edit(8, 13, "")]);
        assert_eq!(applied.text, "twenty two, ");
        let at = |start, end| applied.map.range(Span::new(start, end));
        assert_eq!(at(4, 7), Span::new(7, 10));
        assert_eq!(at(0, 3), Span::new(0, 6));
        assert_eq!(at(1, 5), Span::new(0, 8));
        assert_eq!(at(9, 10), Span::new(12, 12));
    }

    #[test]
    fn an_edit_off_a_character_boundary_is_skipped_and_told() {
        let applied = apply("é!", &[edit(1, 2, "x"), edit(2, 3, "?")]);
        assert_eq!((applied.text.as_str(), applied.skipped.as_slice()), ("é?", &[0][..]));
    }

    #[test]
    fn a_fix_that_raises_its_own_rule_is_dropped() {
        let findings = [finding("bad", Safety::Safe, &[edit(0, 3, "uno")]), finding("good", Safety::Safe, &[edit(4, 7, "due")])];
        let recheck = |text: &str| text.find("uno").map(|at| finding("bad", Safety::Safe, &[edit(at, at + 3, "")])).into_iter().collect();
        let outcome = apply_verified("one two", &findings, Safety::Safe, recheck);
        assert_eq!(outcome.text, "one due");
        assert_eq!((outcome.applied, outcome.dropped), (vec![1], vec![0]));
    }

    #[test]
    fn a_new_major_finding_drops_the_fix_but_an_old_one_does_not() {
        let mut old = finding("old", Safety::Display, &[edit(3, 7, "")]);
        old.fixes.clear();
        let findings = [finding("a", Safety::Safe, &[edit(0, 3, "uno")]), old.clone()];
        let mut moved = old.clone();
        moved.fingerprint = "elsewhere".to_owned();
        let outcome = apply_verified("one two", &findings, Safety::Safe, |_| vec![moved.clone()]);
        assert_eq!(outcome.text, "uno two");

        let fresh = finding("fresh", Safety::Display, &[edit(0, 7, "")]);
        let outcome = apply_verified("one two", &findings, Safety::Safe, |_| vec![fresh.clone()]);
        assert_eq!((outcome.text.as_str(), outcome.dropped), ("one two", vec![0]));
    }
}
