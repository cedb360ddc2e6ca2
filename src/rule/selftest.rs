//! Runs rules on their own examples, and judges the rules themselves.

use crate::check::{Settings, check_example};
use crate::finding::Finding;
use crate::rule::schema::{Examples, Good, Guard, RuleDef};
use crate::rule::{Ruleset, Sources};
use crate::view::Format;

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
    let all = Settings::all(set);
    let mut out = Vec::new();
    for (info, examples) in set.rules().zip(set.examples()) {
        if only.is_some_and(|o| o != info.id) {
            continue;
        }
        let mut push = |name: String, outcome| out.push(TestResult { rule: info.id.clone(), name, outcome });
        let find = |text: &str, old: Option<&str>| check_example(set, examples.format.into(), text, old, &all);
        push("enough examples".into(), enough(&examples));
        for (n, bad) in examples.bad.iter().enumerate() {
            push(format!("bad {}", n + 1), judge_bad(&info.id, bad, &find));
        }
        for shown in &examples.rows {
            let line = shown.line;
            for bad in &shown.bad {
                push(format!("row {line} bad"), judge_bad(&info.id, bad, &find));
            }
            for text in &shown.good {
                let mine = find(text, None).into_iter().find(|f| f.rule.id == info.id);
                push(format!("row {line} good"), mine.map_or(Ok(()), |f| Err(format!("fires on “{}” in: {text}", f.quote))));
            }
        }
        let good: Vec<_> = examples.good.iter().map(|g| (&g.text, g.old.as_deref())).collect();
        let known: Vec<_> = examples.known.iter().map(|text| (text, None)).collect();
        for (kind, texts, wanted) in [("good", good, false), ("known", known, true)] {
            for (n, (text, old)) in texts.into_iter().enumerate() {
                let found = find(text, old);
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

/// Rules about rules: wording, placeholders, and patterns that could not be found by any word.
#[must_use]
pub fn lint(set: &Ruleset, only: Option<&str>) -> Vec<TestResult> {
    let mut out = Vec::new();
    for (number, rule) in set.rules.iter().enumerate() {
        let info = &rule.info;
        if only.is_some_and(|o| o != info.id) {
            continue;
        }
        let mut push = |name: &str, outcome| out.push(TestResult { rule: info.id.clone(), name: name.into(), outcome });
        let sentence = info.why.trim_end().ends_with(['.', '?', '”', ')']) && info.why.chars().next().is_some_and(|c| !c.is_lowercase());
        push("why is a sentence", if sentence { Ok(()) } else { Err(format!("`why` is no whole sentence: {}", info.why)) });
        let patterns: Vec<_> = set.patterns.iter().filter(|p| p.rule == number).collect();
        if patterns.is_empty() {
            continue;
        }
        let unfilled = |template: &str| {
            let names = template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
            let known = |name: &str| {
                matches!(name, "match")
                    || patterns
                        .iter()
                        .all(|p| p.row.is_some() && matches!(name, "right" | "source") || p.groups.iter().any(|g| g.name == name))
            };
            names.filter(|n| !known(n)).map(str::to_owned).collect::<Vec<_>>()
        };
        for template in std::iter::once(&info.message).chain(info.fixes.iter().map(|f| &f.text)) {
            let open = unfilled(template);
            push(
                "placeholders",
                if open.is_empty() { Ok(()) } else { Err(format!("nothing fills {{{}}} in: {template}", open.join("}, {"))) },
            );
        }
        let blind = patterns.iter().find(|p| !p.has_anchor());
        push("anchors", blind.map_or(Ok(()), |p| Err(format!("pattern “{}” holds no word, so it is tried at every token", p.text))));
    }
    out
}

/// Drops every pattern and every guard of every rule in turn: some example must notice.
#[must_use]
pub fn mutations(set: &Ruleset, only: Option<&str>) -> Vec<TestResult> {
    let Ok(sources) = Sources::read(set.origin.0, &set.origin.1, &|_, _| true) else { return Vec::new() };
    let examples = set.examples();
    let mut out = Vec::new();
    let mut number = 0;
    for pack in 0..sources.packs.len() {
        for rule in 0..sources.packs[pack].1.rules.len() {
            let def = &sources.packs[pack].1.rules[rule];
            let shown = &examples[number];
            number += 1;
            if only.is_some_and(|o| o != def.id) || def.detector.is_some() && def.unless_and_only_are_empty() {
                continue;
            }
            let mut judge = |what: String, mutant: RuleDef, shown: &Examples| {
                let alone = sources.with_only(pack, mutant);
                let noticed = Ruleset::assemble(&alone).is_ok_and(|small| notices(&small, &def.id, shown));
                let outcome = if noticed {
                    Ok(())
                } else {
                    Err(format!("without {what} all examples still pass: add one that needs it, or drop it"))
                };
                out.push(TestResult { rule: def.id.clone(), name: format!("needs {what}"), outcome });
            };
            for (what, mutant) in mutants(def) {
                judge(what, mutant, shown);
            }
            // A row is judged alone, by its own examples.
            for row in &shown.rows {
                let good = row.good.iter().map(|text| Good { text: text.clone(), old: None }).collect();
                let own = Examples { bad: row.bad.clone(), good, ..Examples::default() };
                let mut single = def.clone();
                single.rows = vec![def.rows[row.row].clone()];
                for (what, mutant) in row_mutants(&single) {
                    judge(format!("row {} {what}", row.line), mutant, &own);
                }
            }
        }
    }
    out
}

impl RuleDef {
    fn unless_and_only_are_empty(&self) -> bool {
        mutants(self).is_empty()
    }
}

/// The rule without one of its patterns or guards, and what is gone.
fn mutants(def: &RuleDef) -> Vec<(String, RuleDef)> {
    let mut out = Vec::new();
    if def.patterns.len() > 1 {
        for i in 0..def.patterns.len() {
            let mut mutant = def.clone();
            let gone = mutant.patterns.remove(i);
            out.push((format!("match “{}”", gone.text), mutant));
        }
    }
    guard_mutants(def, [("only", |d| &mut d.only), ("unless", |d| &mut d.unless)], &mut out);
    out
}

/// The rule with its single row short of one guard.
fn row_mutants(def: &RuleDef) -> Vec<(String, RuleDef)> {
    let mut out = Vec::new();
    guard_mutants(def, [("only", |d| &mut d.rows[0].only), ("unless", |d| &mut d.rows[0].unless)], &mut out);
    out
}

type Pick = fn(&mut RuleDef) -> &mut Guard;

fn guard_mutants(def: &RuleDef, sides: [(&str, Pick); 2], out: &mut Vec<(String, RuleDef)>) {
    for (side, pick) in sides {
        for (key, count) in lists(pick(&mut def.clone())).iter().map(|(k, l)| (*k, l.len())).collect::<Vec<_>>() {
            for i in 0..count {
                let mut mutant = def.clone();
                let mut guard = lists(pick(&mut mutant));
                let Some((_, list)) = guard.iter_mut().find(|(k, _)| *k == key) else { continue };
                let gone = list.remove(i);
                out.push((format!("{side}.{key} “{}”", gone.text), mutant));
            }
        }
        type Flag = fn(&mut Guard) -> &mut bool;
        let flags: [(&str, Flag); 3] = [("quoted", |g| &mut g.quoted), ("title", |g| &mut g.title), ("start", |g| &mut g.start)];
        for (key, flag) in flags {
            let mut mutant = def.clone();
            if std::mem::replace(flag(pick(&mut mutant)), false) {
                out.push((format!("{side}.{key}"), mutant));
            }
        }
    }
}

fn lists(guard: &mut Guard) -> Vec<(&'static str, &mut Vec<crate::rule::pattern::Pattern>)> {
    vec![
        ("before", &mut guard.before),
        ("after", &mut guard.after),
        ("near", &mut guard.near),
        ("doc", &mut guard.doc),
        ("inside", &mut guard.inside),
    ]
}

/// Whether any example of rule `id` fails on this set.
fn notices(set: &Ruleset, id: &str, examples: &Examples) -> bool {
    let all = Settings::all(set);
    let format: Format = examples.format.into();
    let find = |text: &str, old: Option<&str>| check_example(set, format, text, old, &all);
    let count = |text: &str, old: Option<&str>| find(text, old).iter().filter(|f| f.rule.id == id).count();
    examples.bad.iter().any(|bad| judge_bad(id, bad, &find).is_err())
        || examples.good.iter().any(|good| count(&good.text, good.old.as_deref()) > 0)
        || examples.known.iter().any(|text| count(text, None) == 0)
}

fn enough(examples: &Examples) -> Result<(), String> {
    let bad = examples.bad.len() + examples.rows.iter().map(|r| r.bad.len()).sum::<usize>();
    let good = examples.good.len() + examples.rows.iter().map(|r| r.good.len()).sum::<usize>();
    if bad < 2 || good < 2 {
        return Err(format!("has {bad} bad and {good} good examples; two of each are the least"));
    }
    Ok(())
}

fn judge_bad(id: &str, bad: &crate::rule::schema::Bad, find: &dyn Fn(&str, Option<&str>) -> Vec<Finding>) -> Result<(), String> {
    let old = bad.old.as_deref();
    let found = find(&bad.text, old);
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
    // An article before the flagged words follows them.
    let mut before = bad.text[..finding.span.start as usize].to_owned();
    for edit in fix.edits.iter().filter(|e| e.at.end < finding.span.start && matches!(e.at.of(&bad.text), "a" | "an" | "A" | "An")) {
        before.replace_range(edit.at.range(), &edit.text);
    }
    let expected = format!("{before}{wanted}{}", &bad.text[finding.span.end as usize..]);
    if fixed.trim() != expected.trim() {
        return Err(format!("the fix gives “{fixed}”, not “{expected}”"));
    }
    let again = find(&fixed, old);
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
