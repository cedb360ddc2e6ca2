//! `stats`: a line of JSON for each article, for trends, and a table for people.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use super::args::{Global, Stats};
use super::desk::Desk;
use super::report_width;
use super::run::{Reading, every};
use crate::finding::Severity;
use crate::report::json::Counts;
use crate::report::{FileReport, Statistics, Summary, counted, grouped, visible};
use crate::write::{lock, replace};

/// The version of the lines' shape.
const SCHEMA_VERSION: u32 = 1;

/// One article.
#[derive(Serialize)]
struct Line {
    schema_version: u32,
    /// What the run was called, such as a date or a commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    words: usize,
    findings: Counts,
    penalty: f64,
    per_1000_words: f64,
    score: f64,
    linear_score: f64,
    machine_translation: crate::signal::Level,
    suppressed: usize,
    baselined: usize,
    /// Findings by rule.
    rules: BTreeMap<String, usize>,
}

impl Line {
    fn new(report: &FileReport, label: Option<&String>) -> Self {
        let mut summary = Summary::default();
        summary.add(report);
        let mut rules = BTreeMap::new();
        for finding in &report.findings {
            *rules.entry(finding.rule.id.clone()).or_default() += 1;
        }
        let round = |x: f64| (x * 100.0).round() / 100.0;
        Self {
            schema_version: SCHEMA_VERSION,
            label: label.cloned(),
            path: report.path.clone(),
            record: report.record.as_ref().map(|r| r.key.clone()).filter(|k| !k.is_empty()),
            id: report.record.as_ref().and_then(|r| r.id.clone()),
            words: report.words,
            findings: Counts::of(&summary),
            penalty: summary.penalty,
            per_1000_words: round(summary.per_1000_words()),
            score: round(report.score),
            linear_score: round(report.linear_score),
            machine_translation: report.signal.level,
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            rules,
        }
    }
}

/// A row of the table: an article's score, words, findings from minor on, and name.
type Row = (f64, usize, usize, String);

pub(super) fn run(args: &Stats, global: &Global) -> anyhow::Result<u8> {
    let mut desk = Desk::new(&args.common.which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    let (mut lines, mut rows) = (Vec::new(), Vec::<Row>::new());
    let (mut summary, mut rules) = (Summary::default(), Statistics::default());
    let failed = every(&desk, &inputs, &args.common, global, Reading::Parts, |_, _, reports| {
        for report in reports {
            summary.add(report);
            rules.add(report);
            serde_json::to_writer(&mut lines, &Line::new(report, args.label.as_ref()))?;
            lines.push(b'\n');
            let faults = report.findings.iter().filter(|f| f.severity > Severity::Neutral).count();
            rows.push((report.score, report.words, faults, report.title()));
        }
        Ok(())
    })?;
    let standard = args.output.as_deref() == Some(Path::new("-"));
    match &args.output {
        Some(_) if standard => io::stdout().write_all(&lines)?,
        Some(file) => {
            let _held = lock(file);
            let mut all = match std::fs::read(file) {
                Ok(known) => known,
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                Err(error) => return Err(error).with_context(|| format!("{}", file.display())),
            };
            if all.last().is_some_and(|b| *b != b'\n') {
                all.push(b'\n');
            }
            all.extend(lines);
            replace(file, &all).with_context(|| format!("{}", file.display()))?;
        }
        None => {}
    }
    if !standard {
        table(&mut rows, &summary, &rules, args.limit)?;
    }
    Ok(if failed > 0 { 2 } else { 0 })
}

fn table(rows: &mut [Row], summary: &Summary, rules: &Statistics, limit: usize) -> io::Result<()> {
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.3.cmp(&b.3)));
    let mut out = io::stdout().lock();
    writeln!(out, "{:>6}  {:>8}  {:>8}  {:>11}  article", "score", "words", "findings", "/1000 words")?;
    let rate = |faults: usize, words: usize| {
        #[expect(clippy::cast_precision_loss, reason = "nobody checks 2^52 words")]
        if words == 0 { 0.0 } else { faults as f64 * 1000.0 / words as f64 }
    };
    for (score, words, faults, title) in rows.iter().take(limit) {
        let title = visible::path(title);
        writeln!(out, "{score:>6.1}  {:>8}  {faults:>8}  {:>11.2}  {title}", grouped(*words), rate(*faults, *words))?;
    }
    if rows.len() > limit {
        writeln!(out, "{:>39}  … and {} that score higher (-n shows more)", "", grouped(rows.len() - limit))?;
    }
    let mut scores: Vec<f64> = rows.iter().map(|r| r.0).collect();
    scores.sort_by(f64::total_cmp);
    let faults = summary.critical + summary.major + summary.minor;
    if let Some(median) = scores.get(scores.len() / 2) {
        let clean = rows.iter().filter(|r| r.2 == 0).count();
        writeln!(
            out,
            "{median:>6.1}  {:>8}  {faults:>8}  {:>11.2}  median and totals of {}, {} without findings",
            grouped(summary.words),
            rate(faults, summary.words),
            counted(rows.len(), "article"),
            grouped(clean)
        )?;
    }
    let most: Vec<String> = rules.rows().iter().take(8).map(|(rule, count, _)| format!("{rule} {}", grouped(*count))).collect();
    if !most.is_empty() {
        let mut line = String::from("most:");
        for (n, part) in most.iter().enumerate() {
            if line.len() + part.len() + 2 > report_width().max(40) {
                break;
            }
            line.push_str(if n > 0 { ", " } else { " " });
            line.push_str(part);
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}
