//! Generated documentation says what the rules say; `UPDATE_DOCS=1 cargo test --test docs` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use copydesk::check::{Settings, check_plain};
use copydesk::finding::{Safety, Severity};
use copydesk::fix::apply;
use copydesk::rule::schema::{Bad, Examples, Status};
use copydesk::rule::{RuleInfo, Ruleset};

fn status(status: Status) -> &'static str {
    match status {
        Status::Stable => "stable",
        Status::Preview => "preview (shown with `--preview`)",
        Status::Off => "off",
    }
}

/// Text as it must stand in Markdown to be read as it is.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\n\n", " ¶ ").replace('\n', " ⏎ ").chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The first faulty example that shows a fix, else the first.
fn shown(examples: &Examples) -> Option<&Bad> {
    examples.bad.iter().find(|bad| bad.fix.is_some()).or_else(|| examples.bad.first())
}

/// What becomes of an example when the rule's first fix is applied.
fn mended(set: &Ruleset, rule: &RuleInfo, bad: &Bad) -> Option<(Safety, String)> {
    let found = check_plain(set, &bad.text, &Settings::only(set, &rule.id));
    let fix = found.first()?.fixes.first()?;
    Some((fix.safety, apply(&bad.text, &fix.edits).text))
}

fn entry(out: &mut String, set: &Ruleset, rule: &RuleInfo, examples: &Examples) {
    let _ = writeln!(out, "### {}\n", rule.id);
    let _ = writeln!(out, "{}\n", literal(&rule.message));
    let _ = writeln!(out, "{}\n", literal(&rule.why));
    let from = if rule.from.is_empty() { "any".to_owned() } else { rule.from.join(", ") };
    let _ = writeln!(out, "* Category: `{}`", rule.category);
    let _ = writeln!(out, "* Severity: {}, confidence: {}", rule.severity.name(), rule.confidence.name());
    let _ = writeln!(out, "* Status: {}", status(rule.status));
    let _ = writeln!(out, "* Source languages: {from}");
    if let Some(bad) = shown(examples) {
        let _ = writeln!(out, "* Flagged: {} (“{}”)", literal(&bad.text), literal(&bad.flag));
        if let Some((safety, text)) = mended(set, rule, bad) {
            let _ = writeln!(out, "* Fix ({}): {}", safety.name(), literal(text.trim_end()));
        }
    }
    if let Some(good) = examples.good.first() {
        let _ = writeln!(out, "* Left alone: {}", literal(good));
    }
    out.push('\n');
}

fn rules() -> String {
    let set = Ruleset::builtin();
    let examples = set.examples();
    let mut packs: BTreeMap<&str, Vec<(&RuleInfo, &Examples)>> = BTreeMap::new();
    for (rule, examples) in set.rules().zip(&examples) {
        packs.entry(&rule.pack).or_default().push((rule, examples));
    }
    let stable = set.rules().filter(|r| r.status == Status::Stable).count();
    let mut out = format!(
        "# Rules\n\nMade from the packs in `rules/`. {} rules, {stable} of them stable.\n\nIn examples ¶ is a blank line; a fix is applied unread when it is safe, with `--unsafe` when it is\nunsafe, and never when it is for display.\n\n",
        set.len()
    );
    for (pack, rules) in &mut packs {
        rules.sort_by_key(|(rule, _)| &rule.id);
        let ids: Vec<String> = rules.iter().map(|(rule, _)| format!("[{0}](#{0})", rule.id)).collect();
        let major = rules.iter().filter(|(rule, _)| rule.severity >= Severity::Major).count();
        let _ = writeln!(out, "## {pack}\n\n{} rules, {major} of major severity or above: {}\n", rules.len(), ids.join(", "));
        for (rule, examples) in rules {
            entry(&mut out, &set, rule, examples);
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[test]
fn the_list_of_rules_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    let written = rules();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &written).expect("docs/ is writable");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(stored == written, "docs/rules.md is out of date: run the tests with UPDATE_DOCS=1");
}
