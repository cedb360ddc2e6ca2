//! Runs rules on their own examples, and judges the rules themselves.

use crate::check::{Settings, check_plain};
use crate::finding::Finding;
use crate::rule::Ruleset;
use crate::rule::schema::Examples;

/// One test of one rule.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// The rule.
    pub rule: String,
    /// Which of its tests: `bad 1`, `good 2`, `wording`.
    pub name: String,
    /// What went wrong.
    pub outcome: Result<(), String>,
}

/// Runs the examples of all rules, or of one.
#[must_use]
pub fn run(set: &Ruleset, only: Option<&str>) -> Vec<TestResult> {
    let all = Settings { severities: set.rules().map(|r| Some(r.severity)).collect(), ..Settings::default() };
    let mut out = Vec::new();
    for (info, examples) in set.rules().zip(set.examples()) {
        if only.is_some_and(|o| o != info.id) || info.finder == "stet" {
            continue;
        }
        let mut push = |name: String, outcome| out.push(TestResult { rule: info.id.clone(), name, outcome });
        push("enough examples".into(), enough(&examples));
        for (n, bad) in examples.bad.iter().enumerate() {
            let found = check_plain(set, &bad.text, &all);
            push(format!("bad {}", n + 1), judge_bad(set, &all, &info.id, bad, &found));
        }
        for (kind, texts, wanted) in [("good", &examples.good, false), ("known", &examples.known, true)] {
            for (n, text) in texts.iter().enumerate() {
                let found = check_plain(set, text, &all);
                let mine = found.iter().find(|f| f.rule.id == info.id);
                let outcome = match (mine, wanted) {
                    (Some(f), false) => Err(format!("fires on “{}” in: {text}", f.quote)),
                    (None, true) => Err(format!("no longer fires (a known false alarm is cured; move it to good): {text}")),
                    _ => Ok(()),
                };
                push(format!("{kind} {}", n + 1), outcome);
            }
        }
    }
    out
}

fn enough(examples: &Examples) -> Result<(), String> {
    if examples.bad.len() < 2 || examples.good.len() < 2 {
        return Err(format!("has {} bad and {} good examples; two of each are the least", examples.bad.len(), examples.good.len()));
    }
    Ok(())
}

fn judge_bad(set: &Ruleset, all: &Settings, id: &str, bad: &crate::rule::schema::Bad, found: &[Finding]) -> Result<(), String> {
    let mine: Vec<&Finding> = found.iter().filter(|f| f.rule.id == id).collect();
    let [finding] = mine.as_slice() else {
        return Err(format!("fires {} times, not once, on: {}", mine.len(), bad.text));
    };
    if finding.quote != bad.flag {
        return Err(format!("flags “{}”, not “{}”, in: {}", finding.quote, bad.flag, bad.text));
    }
    if let Some(other) = found.iter().find(|f| f.rule.id != id && f.span.overlaps(finding.span) && !bad.also.contains(&f.rule.id)) {
        return Err(format!("rule {} fires on the same place; name it in `also` or narrow one of them: {}", other.rule.id, bad.text));
    }
    let Some(wanted) = &bad.fix else { return Ok(()) };
    let Some(fix) = finding.fixes.first() else { return Err(format!("has no fix, “{wanted}” is expected: {}", bad.text)) };
    let fixed = apply(&bad.text, &fix.edits);
    let expected = format!("{}{wanted}{}", &bad.text[..finding.span.start as usize], &bad.text[finding.span.end as usize..]);
    if fixed.trim() != expected.trim() {
        return Err(format!("the fix gives “{fixed}”, not “{expected}”"));
    }
    let again = check_plain(set, &fixed, all);
    if let Some(f) = again.iter().find(|f| f.rule.id == id) {
        return Err(format!("still fires on “{}” after its own fix: {fixed}", f.quote));
    }
    Ok(())
}

fn apply(text: &str, edits: &[crate::finding::Edit]) -> String {
    let mut out = text.to_owned();
    let mut edits: Vec<_> = edits.to_vec();
    edits.sort();
    for edit in edits.iter().rev() {
        out.replace_range(edit.at.range(), &edit.text);
    }
    out
}
