//! Checks one document: from a view to findings.

use crate::detect::Cx;
use crate::doc::Doc;
use crate::engine::{self, sink::Sink};
use crate::finding::{Confidence, Finding, Severity};
use crate::resolve;
use crate::resolve::stet::{self, Settled, Sidecar};
use crate::rule::Ruleset;
use crate::rule::schema::{Need, Status};
use crate::source::SourceFile;
use crate::view::{Format, View};

/// What to run and how severe each rule is.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The article's source language, ISO 639-1, when known.
    pub source_language: Option<String>,
    /// For each rule of the set: its severity, or `None` when it is off.
    pub severities: Vec<Option<Severity>>,
    /// Findings less sure than this are left out.
    pub min_confidence: Option<Confidence>,
}

impl Settings {
    /// All stable rules (and preview ones when asked) that need the English text alone.
    #[must_use]
    pub fn new(set: &Ruleset, preview: bool) -> Self {
        let on = |r: &crate::rule::RuleInfo| {
            let mature = r.status == Status::Stable || preview && r.status == Status::Preview;
            (mature && r.needs.iter().all(|n| *n == Need::Target)).then_some(r.severity)
        };
        Self { severities: set.rules().map(on).collect(), ..Self::default() }
    }
    /// Only the rule with this id, whatever its status.
    #[must_use]
    pub fn only(set: &Ruleset, id: &str) -> Self {
        Self { severities: set.rules().map(|r| (r.id == id).then_some(r.severity)).collect(), ..Self::default() }
    }
}

/// What is to be said about one document.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Findings in text order with fingerprints, one per fault.
    pub findings: Vec<Finding>,
    /// Findings somebody let stand.
    pub suppressed: Vec<Finding>,
    /// Words a reader sees.
    pub words: usize,
}

/// Checks a document; `sidecar` holds the findings let stand outside the file.
#[must_use]
pub fn check(set: &Ruleset, source: &SourceFile, view: &View, settings: &Settings, sidecar: Option<&Sidecar>) -> Checked {
    let doc = Doc::build(view, &set.vocab);
    let mut findings = raw(set, source, &doc, settings);
    let words = doc.words;
    findings.retain(|f| settings.min_confidence.is_none_or(|least| f.confidence >= least));
    resolve::fingerprint::assign(&mut findings, &source.text);
    let Settled { kept, suppressed } = stet::settle(set, settings, source, view, sidecar, resolve::cluster(findings));
    Checked { findings: kept, suppressed, words }
}

fn raw(set: &Ruleset, source: &SourceFile, doc: &Doc<'_>, settings: &Settings) -> Vec<Finding> {
    let mut sink = Sink::new(set, &settings.severities);
    engine::run(set, doc, &mut sink);
    let cx = Cx { doc };
    for detector in &set.detectors {
        detector.check(&cx, &mut sink);
    }
    sink.into_findings(doc, source)
}

/// Findings of an example, before rules on the same fault are clustered; for rule tests.
#[must_use]
pub fn check_example(set: &Ruleset, format: Format, text: &str, settings: &Settings) -> Vec<Finding> {
    let source = SourceFile::from_str("example", text);
    let view = View::build(format, &source.text);
    let doc = Doc::build(&view, &set.vocab);
    let findings = raw(set, &source, &doc, settings);
    stet::settle(set, settings, &source, &view, None, findings).kept
}

/// Why a rule did or did not fire on `text`, line by line.
#[must_use]
pub fn explain_text(set: &Ruleset, id: &str, text: &str) -> Vec<String> {
    let Some(rule) = set.find(id) else { return Vec::new() };
    let source = SourceFile::from_str("example.txt", text);
    let view = View::build(Format::Plain, &source.text);
    let doc = Doc::build(&view, &set.vocab);
    let mut lines = Vec::new();
    let tokens: Vec<String> = (0..doc.tokens.len()).map(|i| doc.text(i).to_owned()).collect();
    lines.push(format!("tokens: {}", tokens.join(" ")));
    lines.extend(engine::trace(set, rule, &doc));
    let found = raw(set, &source, &doc, &Settings::only(set, id));
    for finding in &found {
        lines.push(format!("fires on “{}”: {}", finding.quote, finding.message));
    }
    if found.is_empty() {
        let detector = &set.rules[rule].info.finder;
        if detector != "match" && detector != "table" {
            lines.push(format!("found by the detector `{detector}`, which sees nothing here"));
        }
        lines.push("does not fire".into());
    }
    lines
}
