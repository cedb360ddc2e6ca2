//! `rules list|new|test|measure`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Context as _, bail};

use super::args::{Global, ListRules, Measure, NewRule, Rules};
use super::desk::Desk;
use super::report_width;
use super::run::{Reading, every};
use crate::finding::Severity;
use crate::report::{FileReport, counted, visible};
use crate::rule::schema::{self, nearest};
use crate::rule::{RuleInfo, Ruleset, pattern, selftest, table};
use crate::select;
use crate::source::SourceFile;
use crate::write::replace;

pub(super) fn run(command: &Rules, global: &Global) -> anyhow::Result<u8> {
    match command {
        Rules::List(args) => list(args),
        Rules::New(args) => new(args),
        Rules::Test { packs, only } => test(packs, only.as_deref()),
        Rules::Measure(args) => measure(args, global),
    }
}

fn list(args: &ListRules) -> anyhow::Result<u8> {
    let which = super::args::Which { packs: args.packs.clone(), ..Default::default() };
    let mut desk = Desk::new(&which, &args.at);
    let number = desk.project(std::path::Path::new("."))?;
    let set = &desk.projects[number].set;
    if let Some(message) = args.names.iter().find_map(|name| select::unknown(set, name)) {
        bail!("{message}");
    }
    let wanted = |rule: &&RuleInfo| args.names.is_empty() || args.names.iter().any(|n| select::is_named(rule, n));
    let mut rules: Vec<&RuleInfo> = set.rules().filter(wanted).collect();
    rules.sort_by(|a, b| (&a.pack, &a.id).cmp(&(&b.pack, &b.id)));
    let mut out = io::stdout().lock();
    if args.json {
        let entries: Vec<_> = rules
            .iter()
            .map(|r| {
                serde_json::json!({
                    "id": r.id, "pack": r.pack, "category": r.category, "severity": r.severity, "confidence": r.confidence,
                    "status": r.status, "from": r.from, "message": r.message, "why": r.why,
                })
            })
            .collect();
        serde_json::to_writer_pretty(&mut out, &entries)?;
        writeln!(out)?;
        return Ok(0);
    }
    let width = rules.iter().map(|r| r.id.len()).max().unwrap_or(0);
    let mut pack = "";
    for rule in rules {
        if rule.pack != pack {
            writeln!(out, "{}{}", if pack.is_empty() { "" } else { "\n" }, rule.pack)?;
            pack = &rule.pack;
        }
        writeln!(out, "  {:<width$}  {:<8}  {:<7}  {}", rule.id, rule.severity.name(), rule.status.name(), rule.category)?;
    }
    Ok(0)
}

fn test(packs: &[std::path::PathBuf], only: Option<&str>) -> anyhow::Result<u8> {
    let set = Ruleset::load(packs.is_empty(), packs)?;
    if let Some(only) = only
        && set.find(only).is_none()
    {
        let hint = nearest(only, set.rules().map(|r| r.id.as_str())).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        bail!("there is no rule `{only}` in these packs{hint}");
    }
    let results: Vec<_> =
        selftest::run(&set, only).into_iter().chain(selftest::lint(&set, only)).chain(selftest::mutations(&set, only)).collect();
    let failed: Vec<_> = results.iter().filter_map(|r| r.outcome.as_ref().err().map(|e| (r, e))).collect();
    let mut out = io::stdout().lock();
    for (result, error) in &failed {
        writeln!(out, "FAILED {} {}: {error}", result.rule, result.name)?;
    }
    let rules = if only.is_some() { 1 } else { set.len() };
    writeln!(out, "{}: {} passed, {} failed", counted(rules, "rule"), results.len() - failed.len(), failed.len())?;
    Ok(u8::from(!failed.is_empty()))
}

/// Appends a rule to a house pack.
fn new(args: &NewRule) -> anyhow::Result<u8> {
    for text in &args.patterns {
        pattern::parse(text).map_err(|e| anyhow::anyhow!("--match “{text}”: {e}"))?;
    }
    let old = match std::fs::read_to_string(&args.pack) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = args.pack.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            format!("# Rules of our own; copydesk's `rules/SCHEMA.md` describes the format.\n\n[pack]\nname = {}\n", quoted(&name))
        }
        Err(error) => return Err(error).with_context(|| format!("{}", args.pack.display())),
    };
    let text = old.trim_end().to_owned() + "\n\n" + &draft(args)?;
    let name = args.pack.display().to_string();
    // What is written must load: the same reader, before anything is touched.
    let set = Ruleset::builtin();
    if set.find(&args.id).is_some() {
        bail!("there is a built-in rule `{}` already; ids are unique", args.id);
    }
    schema::read(&name, &text, set.categories(), |file| {
        let path = args.pack.parent().unwrap_or(std::path::Path::new("")).join(file);
        std::fs::read_to_string(&path).map_err(|e| format!("table {}: {e}", path.display()))
    })?;
    if let Some(folder) = args.pack.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    replace(&args.pack, text.as_bytes()).with_context(|| name.clone())?;
    let mut out = io::stdout().lock();
    writeln!(out, "wrote rule {} to {name}", args.id)?;
    let missing = 2_usize.saturating_sub(args.bad.len()) + 2_usize.saturating_sub(args.good.len());
    if missing > 0 {
        writeln!(out, "it needs {} more: two `bad` and two `good` are the least", counted(missing, "example"))?;
    }
    writeln!(out, "next: copydesk rules test {name}\nthen: copydesk check --rules {name} ARTICLE")?;
    Ok(0)
}

fn draft(args: &NewRule) -> anyhow::Result<String> {
    use std::fmt::Write as _;
    let list = |items: Vec<String>| items.iter().map(|i| quoted(i)).collect::<Vec<_>>().join(", ");
    let message = args.message.clone().unwrap_or_else(|| match &args.fix {
        Some(fix) => format!("“{{match}}” is not our style; write “{fix}”."),
        None => "“{match}” is not our style.".to_owned(),
    });
    let mut out = String::from("[[rule]]\n");
    let _ = writeln!(out, "id       = {}", quoted(&args.id));
    let _ = writeln!(out, "category = {}", quoted(&args.category));
    let _ = writeln!(out, "severity = {}", quoted(Severity::from(args.severity).name()));
    let _ = writeln!(out, "status   = \"stable\"");
    let _ = writeln!(out, "match    = [{}]", list(args.patterns.clone()));
    let _ = writeln!(out, "message  = {}", quoted(&message));
    let _ = writeln!(out, "why      = {}", quoted(args.why.as_deref().unwrap_or("House style.")));
    if let Some(fix) = &args.fix {
        let _ = writeln!(out, "fix      = {{ text = {}, safety = \"unsafe\" }}", quoted(fix));
    }
    let _ = writeln!(out, "bad      = [");
    for text in &args.bad {
        let bad = table::marked(text).map_err(|e| anyhow::anyhow!("--bad: {e}"))?;
        let fix = bad.fix.map_or(String::new(), |f| format!(", fix = {}", quoted(&f)));
        let _ = writeln!(out, "  {{ text = {}, flag = {}{fix} }},", quoted(&bad.text), quoted(&bad.flag));
    }
    if args.bad.len() < 2 {
        let _ = writeln!(out, "  # {{ text = \"A sentence with the fault.\", flag = \"the fault\", fix = \"what replaces it\" }},");
    }
    let _ = writeln!(out, "]\ngood     = [");
    for text in &args.good {
        let _ = writeln!(out, "  {},", quoted(text));
    }
    if args.good.len() < 2 {
        let _ = writeln!(out, "  # \"A tempting sentence on which the rule stays silent.\",");
    }
    out.push_str("]\n");
    Ok(out)
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[derive(Default)]
struct Row {
    flags: usize,
    files: usize,
    quotes: Vec<String>,
}

/// Counts flags by rule over texts.
fn measure(args: &Measure, global: &Global) -> anyhow::Result<u8> {
    let mut desk = Desk::new(&args.common.which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    if let Some(show) = &args.show
        && let Some(message) = desk.projects.first().and_then(|p| select::unknown(&p.set, show))
    {
        bail!("{message}");
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut words = 0;
    let mut shown = Vec::new();
    let mut measure = |source: &SourceFile, report: &FileReport| {
        words += report.words;
        let mut here: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &report.findings {
            *here.entry(&finding.rule.id).or_default() += 1;
            if args.show.as_deref() == Some(finding.rule.id.as_str()) && shown.len() < args.limit {
                let at = source.position(finding.span.start);
                let before: String = source.text[finding.context.start as usize..finding.span.start as usize].chars().collect();
                let after = &source.text[finding.span.end as usize..finding.context.end as usize];
                let near = |text: &str, rev: bool| -> String {
                    let n = text.chars().count();
                    text.chars().skip(if rev { n.saturating_sub(60) } else { 0 }).take(60).collect()
                };
                let line = format!("{}[{}]{}", near(&before, true), finding.quote, near(after, false));
                shown.push(format!("{}:{}:{}: {}", report.path, at.line, at.column, visible::sanitize(&line)));
            }
        }
        for (rule, flags) in here {
            let row = rows.entry(rule.to_owned()).or_default();
            row.flags += flags;
            row.files += 1;
        }
        for finding in &report.findings {
            let row = rows.entry(finding.rule.id.clone()).or_default();
            if row.quotes.len() < 3 && !row.quotes.contains(&finding.quote) {
                row.quotes.push(finding.quote.clone());
            }
        }
    };
    let failed = every(&desk, &inputs, &args.common, global, Reading::Parts, |_, article, reports| {
        reports.iter().for_each(|report| measure(&article.source, report));
        Ok(())
    })?;
    let mut out = io::stdout().lock();
    for line in &shown {
        writeln!(out, "{line}")?;
    }
    if args.show.is_none() {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by(|a, b| b.1.flags.cmp(&a.1.flags).then_with(|| a.0.cmp(&b.0)));
        let width = rows.iter().map(|(r, _)| r.len()).chain(["all rules".len()]).max().unwrap_or(0);
        writeln!(out, "{:<width$}  {:>6}  {:>6}  {:>11}  for example", "rule", "flags", "files", "/1000 words")?;
        #[expect(clippy::cast_precision_loss, reason = "nobody checks 2^52 words")]
        let rate = |flags: usize| if words == 0 { 0.0 } else { flags as f64 * 1000.0 / words as f64 };
        let room = report_width().saturating_sub(width + 32).max(20);
        for (rule, row) in &rows {
            let quotes = visible::sanitize(&row.quotes.join(" · ")).chars().take(room).collect::<String>();
            writeln!(out, "{rule:<width$}  {:>6}  {:>6}  {:>11.3}  {quotes}", row.flags, row.files, rate(row.flags))?;
        }
        let all = rows.iter().map(|(_, r)| r.flags).sum();
        writeln!(out, "{:<width$}  {all:>6}  {:>6}  {:>11.3}", "all rules", inputs.len() - failed, rate(all))?;
    }
    Ok(if failed > 0 { 2 } else { 0 })
}
