//! Runs compiled patterns over a document and weighs their guards.

pub(crate) mod matcher;
pub(crate) mod sink;

use crate::doc::{Doc, Sent};
use crate::engine::matcher::{Bounds, Match, match_at};
use crate::engine::sink::{Hit, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::Ruleset;
use crate::rule::compile::{CGuard, CPattern};
use crate::rule::schema::FixDef;
use crate::text::inflect;
use crate::text::token::Flags;

/// Tries every pattern that a token of the document can trigger.
pub(crate) fn run(set: &Ruleset, doc: &Doc<'_>, out: &mut Sink<'_>) {
    let mut last: Option<(u32, usize)> = None;
    for sent in &doc.sents {
        for at in sent.first..sent.last {
            let triggered = set.index.triggered(doc.tokens[at].sym);
            for &number in triggered.iter().chain(set.index.everywhere()) {
                let pattern = &set.patterns[number as usize];
                if !out.enabled(pattern.rule) {
                    continue;
                }
                let (lo, hi) = if pattern.has_anchor() { pattern.before_anchor() } else { (0, 0) };
                for back in (lo..=hi).rev() {
                    let Some(start) = at.checked_sub(back).filter(|s| *s >= sent.first) else { continue };
                    let Some(found) = match_at(pattern, doc, sent, start, Bounds::Free) else { continue };
                    if last == Some((number, found.first)) {
                        break;
                    }
                    if let Some(hit) = hit(set, doc, sent, pattern, &found) {
                        last = Some((number, found.first));
                        out.push(hit);
                    }
                    break;
                }
            }
        }
    }
}

/// Turns a match into a hit when its guards allow.
fn hit(set: &Ruleset, doc: &Doc<'_>, sent: &Sent, pattern: &CPattern, found: &Match) -> Option<Hit> {
    let (first, last) = found.focus(pattern);
    let whole = (found.first, found.last);
    if let Some(row) = &pattern.row
        && !guarded(&row.only, &row.unless, doc, sent, (first, last), whole)
    {
        return None;
    }
    if !allowed(set, pattern.rule, doc, sent, (first, last), whole) {
        return None;
    }
    let at = doc.range(first, last - 1);
    let quote = at.of(&doc.view.text);
    let mut values: Vec<(String, String)> = vec![("match".into(), quote.to_owned())];
    for group in &pattern.groups {
        values.push((
            group.name.clone(),
            found.group(group).map_or(String::new(), |(a, b)| doc.range(a, b - 1).of(&doc.view.text).to_owned()),
        ));
    }
    let mut evidence = Vec::new();
    if let Some(row) = &pattern.row {
        values.push(("right".into(), fill(&row.right, &values, found).trim().to_owned()));
        values.push(("source".into(), row.source.clone()));
        if !row.note.is_empty() {
            evidence.push((row.note.clone(), None));
        }
    }
    let fixes = pattern
        .fixes
        .iter()
        .map(|def| {
            let mut fix = fix(def, quote, &values, found, doc.tokens[first].is(Flags::CAP) && first == sent.first, at);
            fix.edits.splice(0..0, article(doc, sent, first, &fix.edits[0].1));
            fix
        })
        .collect();
    let own: &[String] = if pattern.row.as_ref().is_some_and(|r| !r.from.is_empty()) { &[] } else { &set.rules[pattern.rule].info.from };
    Some(Hit {
        rule: pattern.rule,
        at,
        message: fill(&set.rules[pattern.rule].info.message, &values, found),
        evidence,
        fixes,
        confidence: None,
        from: pattern.row.as_ref().map_or(&[][..], |r| &r.from).iter().chain(own).cloned().collect(),
        domain: pattern.row.as_ref().map_or_else(String::new, |r| r.domain.clone()),
    })
}

fn fix(def: &FixDef, quote: &str, values: &[(String, String)], found: &Match, starts: bool, at: crate::span::ViewRange) -> HitFix {
    let mut text = fill(&def.text, values, found);
    if !def.exact && !text.is_empty() {
        text = if starts { crate::text::capitalise(&text) } else { crate::text::copy_case(quote, &text) };
    }
    let title = def.title.clone().unwrap_or_else(|| match (text.is_empty(), def.safety) {
        (true, _) => format!("delete “{quote}”"),
        (false, Safety::Display) => format!("perhaps “{text}”"),
        (false, _) => format!("write “{text}”"),
    });
    HitFix { title, edits: vec![(at, text)], safety: def.safety }
}

/// The edit that makes the article before the flagged words fit what replaces them.
fn article(doc: &Doc<'_>, sent: &Sent, first: usize, text: &str) -> Option<(crate::span::ViewRange, String)> {
    let before = first.checked_sub(1).filter(|b| *b >= sent.first)?;
    let old = doc.text(before);
    let wanted = crate::text::article_before(text).filter(|_| old.eq_ignore_ascii_case("a") || old.eq_ignore_ascii_case("an"))?;
    let changed = !old.eq_ignore_ascii_case(wanted);
    changed.then(|| (doc.tokens[before].at, crate::text::copy_case(if old.starts_with('A') { "Aa" } else { "a" }, wanted)))
}

/// Fills `{name}` placeholders and inflects `$word` like the pattern's own `$word`.
fn fill(template: &str, values: &[(String, String)], found: &Match) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '$']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('{') {
            let end = rest.find('}').unwrap_or(rest.len() - 1);
            let name = &rest[1..end];
            match values.iter().find(|(n, _)| n == name) {
                Some((_, value)) => out.push_str(value),
                None => out.push_str(&rest[..=end]),
            }
            rest = &rest[end + 1..];
        } else {
            let end = rest[1..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |e| e + 1);
            let lemma = &rest[1..end];
            match found.form {
                Some(form) if !lemma.is_empty() => out.push_str(&inflect::inflect(lemma, form)),
                _ => out.push_str(if lemma.is_empty() { "$" } else { lemma }),
            }
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Whether a rule's scope and guards let a finding on tokens `at` stand.
/// (flagged) within the match `whole`.
pub(crate) fn allowed(set: &Ruleset, rule: usize, doc: &Doc<'_>, sent: &Sent, at: (usize, usize), whole: (usize, usize)) -> bool {
    let rule = &set.rules[rule];
    rule.scope.contains(&doc.kind(sent)) && guarded(&rule.only, &rule.unless, doc, sent, at, whole)
}

fn guarded(only: &CGuard, unless: &CGuard, doc: &Doc<'_>, sent: &Sent, at: (usize, usize), whole: (usize, usize)) -> bool {
    (only.is_empty() || all_hold(only, doc, sent, at, whole)) && (unless.is_empty() || !any_holds(unless, doc, sent, at, whole))
}

fn any_holds(guard: &CGuard, doc: &Doc<'_>, sent: &Sent, at: (usize, usize), whole: (usize, usize)) -> bool {
    GUARDS.iter().filter_map(|key| state(key, guard, doc, sent, at, whole)).any(|held| held)
}

fn all_hold(guard: &CGuard, doc: &Doc<'_>, sent: &Sent, at: (usize, usize), whole: (usize, usize)) -> bool {
    GUARDS.iter().filter_map(|key| state(key, guard, doc, sent, at, whole)).all(|held| held)
}

/// The guards' keys, those that cost least first.
const GUARDS: [&str; 8] = ["quoted", "title", "start", "before", "after", "inside", "near", "doc"];

/// Whether a guard holds; `None` when the rule does not set it.
fn state(key: &str, guard: &CGuard, doc: &Doc<'_>, sent: &Sent, (first, last): (usize, usize), whole: (usize, usize)) -> Option<bool> {
    let listed = |list: &[CPattern], test: &dyn Fn(&CPattern) -> bool| (!list.is_empty()).then(|| list.iter().any(test));
    match key {
        "quoted" => guard.quoted.then(|| doc.tokens[first].is(Flags::QUOTED)),
        "title" => guard.title.then_some(sent.title),
        "start" => guard.start.then(|| doc.tokens[sent.first..first].iter().all(|t| !t.is_word())),
        "before" => listed(&guard.before, &|p| ends_at(p, doc, sent, first)),
        "after" => listed(&guard.after, &|p| match_at(p, doc, sent, last, Bounds::Free).is_some()),
        "inside" => listed(&guard.inside, &|p| covers(p, doc, sent, first, last)),
        "near" => listed(&guard.near, &|p| stands_near(p, doc, sent, whole.0, whole.1)),
        _ => listed(&guard.doc, &|p| {
            doc.holds(p, |p| doc.sents.iter().any(|s| (s.first..s.last).any(|i| match_at(p, doc, s, i, Bounds::Free).is_some())))
        }),
    }
}

/// Whether a match of `p` ends directly before token `at`.
fn ends_at(p: &CPattern, doc: &Doc<'_>, sent: &Sent, at: usize) -> bool {
    let (lo, hi) = p.length();
    (lo..=hi).any(|n| at.checked_sub(n).is_some_and(|s| s >= sent.first && match_at(p, doc, sent, s, Bounds::EndAt(at)).is_some()))
}

/// Whether `p` matches in the sentence without touching tokens `first..last`.
fn stands_near(p: &CPattern, doc: &Doc<'_>, sent: &Sent, first: usize, last: usize) -> bool {
    (sent.first..sent.last)
        .any(|s| !(first..last).contains(&s) && match_at(p, doc, sent, s, Bounds::Free).is_some_and(|m| m.last <= first || m.first >= last))
}

/// Whether a match of `p` covers tokens `first..last`.
fn covers(p: &CPattern, doc: &Doc<'_>, sent: &Sent, first: usize, last: usize) -> bool {
    let (_, hi) = p.length();
    (first.saturating_sub(hi).max(sent.first)..=first).any(|s| match_at(p, doc, sent, s, Bounds::EndFrom(last)).is_some())
}

/// Says, step by step, why a rule did or did not fire on a document.
pub(crate) fn trace(set: &Ruleset, rule: usize, doc: &Doc<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for pattern in set.patterns.iter().filter(|p| p.rule == rule) {
        let line = pattern.row.as_ref().map_or(String::new(), |r| format!("line {}: ", r.line));
        let mut best: Option<(usize, usize)> = None;
        let mut matched = false;
        for sent in &doc.sents {
            for start in sent.first..sent.last {
                if let Some(found) = match_at(pattern, doc, sent, start, Bounds::Free) {
                    matched = true;
                    let text = doc.range(found.first, found.last - 1).of(&doc.view.text);
                    lines.push(format!("{line}pattern “{}” matches “{text}”", pattern.text));
                    if !set.rules[rule].scope.contains(&doc.kind(sent)) {
                        lines.push(format!("  but not in a {:?} block: outside the rule's scope", doc.kind(sent)));
                    }
                    let own = pattern.row.iter().flat_map(|r| [("the row's only", &r.only, true), ("the row's unless", &r.unless, false)]);
                    let shared = [("only", &set.rules[rule].only, true), ("unless", &set.rules[rule].unless, false)];
                    for (name, guard, wanted) in own.chain(shared) {
                        for key in GUARDS {
                            let state = state(key, guard, doc, sent, found.focus(pattern), (found.first, found.last));
                            match state {
                                Some(held) if held != wanted => lines.push(format!("  vetoed by `{name}.{key}`")),
                                Some(_) => lines.push(format!("  `{name}.{key}` lets it pass")),
                                None => {}
                            }
                        }
                    }
                } else {
                    let reached = matcher::furthest(pattern, doc, sent, start);
                    if reached > best.map_or(0, |(n, _)| n) {
                        best = Some((reached, start));
                    }
                }
            }
        }
        if !matched {
            match best {
                Some((n, at)) => lines.push(format!(
                    "{line}pattern “{}” gets {n} of {} steps far at “{}”, then stops",
                    pattern.text,
                    pattern.items.len(),
                    doc.range(at, (at + n).min(doc.tokens.len() - 1)).of(&doc.view.text)
                )),
                None => lines.push(format!("{line}pattern “{}” finds none of its words", pattern.text)),
            }
        }
    }
    lines
}
