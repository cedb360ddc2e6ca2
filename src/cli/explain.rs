//! `explain`: a rule for people, or why it does or does not fire.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::bail;

use super::args::{Explain, Which};
use super::desk::Desk;
use crate::check;
use crate::report::{counted, grouped};
use crate::rule::schema::{Need, nearest};
use crate::rule::{RuleInfo, Ruleset, measured};

pub(super) fn run(args: &Explain) -> anyhow::Result<u8> {
    let which = Which { packs: args.packs.clone(), ..Which::default() };
    let mut desk = Desk::whole(&which, &args.at);
    let number = desk.project(Path::new("."))?;
    let set = &desk.projects[number].set;
    let (number, rule) = find(set, &args.rule)?;
    let text = match &args.text {
        Some(text) => check::explain_text(set, &args.rule, text, args.old.as_deref()).into_iter().map(|line| line + "\n").collect(),
        None => describe(set, number, rule),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(0)
}

/// The number of a rule and what is known of it.
pub(super) fn find<'a>(set: &'a Ruleset, id: &str) -> anyhow::Result<(usize, &'a RuleInfo)> {
    let (Some(number), Some(rule)) = (set.find(id), set.rule(id)) else {
        let hint = nearest(id, set.rules().map(|r| r.id.as_str()));
        let hint = hint.map_or_else(|| "; `copydesk rules list` names them".into(), |n| format!("; did you mean `{n}`?"));
        bail!("there is no rule `{id}`{hint}");
    };
    Ok((number, rule))
}

/// A rule for people.
pub(super) fn describe(set: &Ruleset, number: usize, rule: &RuleInfo) -> String {
    let mut out = String::new();
    let from = if rule.from.is_empty() { String::new() } else { format!(", from {}", rule.from.join(", ")) };
    let _ = writeln!(out, "{}  ({}, {} confidence, {})", rule.id, rule.severity.name(), rule.confidence.name(), rule.status.name());
    let _ = writeln!(out, "{}  ·  pack {}{from}  ·  {}\n", rule.category, rule.pack, rule.file);
    let _ = writeln!(out, "{}\n{}", rule.message, rule.why);
    for fix in &rule.fixes {
        let what = if fix.text.is_empty() { "deletes it".into() } else { format!("“{}”", fix.text) };
        let _ = writeln!(out, "\nFix ({}): {what}", fix.safety.name());
    }
    if rule.needs.contains(&Need::Revision) {
        let _ = writeln!(out, "\nIt compares two versions (`check --against`); docs/against.md says how well.");
    } else if set.is_builtin(number) {
        let _ = writeln!(out, "\n{}", precision(&rule.id));
    }
    let examples = set.examples();
    let Some(examples) = examples.get(number) else { return out };
    let rows = || examples.rows.iter().take(5);
    let _ = writeln!(out, "\nFlagged:");
    for bad in examples.bad.iter().chain(rows().flat_map(|r| &r.bad)) {
        let fix = bad.fix.as_ref().map_or(String::new(), |f| if f.is_empty() { " → (deleted)".into() } else { format!(" → “{f}”") });
        let _ = writeln!(out, "{}  {}\n      “{}”{fix}", earlier(bad.old.as_deref()), line(&bad.text), line(&bad.flag));
    }
    let _ = writeln!(out, "\nLeft alone:");
    for good in &examples.good {
        let _ = writeln!(out, "{}  {}", earlier(good.old.as_deref()), line(&good.text));
    }
    for text in rows().flat_map(|r| &r.good) {
        let _ = writeln!(out, "  {}", line(text));
    }
    if !examples.known.is_empty() {
        let _ = writeln!(out, "\nKnown false alarms:");
        for text in &examples.known {
            let _ = writeln!(out, "  {}", line(text));
        }
    }
    if examples.rows.len() > 5 {
        let _ = writeln!(out, "\n… and {} more entries in its table", examples.rows.len() - 5);
    }
    out
}

/// How the rule did on real text, in words.
pub(super) fn precision(id: &str) -> String {
    let (flags, words) = measured(id);
    let rate = |flags: u32, words: u32| if words == 0 { 0.0 } else { f64::from(flags) * 1000.0 / f64::from(words) };
    let marked = if flags.marked < 10 {
        format!("{} there, not enough to say how many are right", counted(flags.marked as usize, "flag"))
    } else {
        let share = |n: u32| (n * 100 + flags.marked / 2) / flags.marked;
        format!(
            "{} there, {}% touch a marked error ({}% a major one)",
            counted(flags.marked as usize, "flag"),
            share(flags.right),
            share(flags.major)
        )
    };
    format!(
        "Measured on {} words of machine-translated news with human error marks: {marked}.\n\
         On {} words of further machine translation: {:.3} flags per 1,000 words.\n\
         On {} words that people wrote in English: {} ({:.3} per 1,000 words).",
        grouped(words.marked as usize),
        grouped(words.mt as usize),
        rate(flags.mt, words.mt),
        grouped(words.human as usize),
        counted(flags.human as usize, "flag"),
        rate(flags.human, words.human)
    )
}

/// The version that an example replaces, in a line of its own.
fn earlier(old: Option<&str>) -> String {
    old.map_or_else(String::new, |old| format!("  (earlier) {}\n", line(old)))
}

fn line(text: &str) -> String {
    text.replace('\n', " ¶ ")
}
