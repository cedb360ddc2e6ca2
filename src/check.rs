//! Checks one document: from a view to findings.

use std::sync::Arc;

use crate::detect::Cx;
use crate::doc::Doc;
use crate::engine::{self, sink::Sink};
use crate::finding::{Confidence, Finding, Severity};
use crate::names::data::pack::Store;
use crate::names::verified::{self, Verified};
use crate::resolve::stet::{self, Settled, Sidecar};
use crate::resolve::{cluster, fingerprint};
use crate::revision::Earlier;
use crate::rule::Ruleset;
use crate::rule::schema::{Need, Status};
use crate::signal::{self, Signal};
use crate::source::SourceFile;
use crate::text::calendar::Date;
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
    /// The house's own names, which take precedence over the built-in ones.
    pub names: Option<Arc<Store>>,
    /// The day the article is of, when somebody said it.
    pub date: Option<Date>,
    /// Whether to list the names that were recognised as right.
    pub verify: bool,
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
    /// Every rule, whatever its status and needs.
    #[must_use]
    pub fn all(set: &Ruleset) -> Self {
        Self { severities: set.rules().map(|r| Some(r.severity)).collect(), ..Self::default() }
    }
    /// Only the rule with this id, whatever its status.
    #[must_use]
    pub fn only(set: &Ruleset, id: &str) -> Self {
        Self { severities: set.rules().map(|r| (r.id == id).then_some(r.severity)).collect(), ..Self::default() }
    }
}

/// What a document's check comes to.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// In text order with fingerprints, one per fault.
    pub findings: Vec<Finding>,
    /// What a stet lets stand, likewise.
    pub suppressed: Vec<Finding>,
    /// The number of words read.
    pub words: usize,
    /// What the findings say about the document.
    pub signal: Signal,
    /// The names that were recognised as right, when [`Settings::verify`] asks.
    pub verified: Vec<Verified>,
}

/// Checks one document, with the editors' decisions in its comments and in `sidecar`.
#[must_use]
pub fn check(set: &Ruleset, source: &SourceFile, view: &View, settings: &Settings, sidecar: Option<&Sidecar>) -> Checked {
    check_against(set, source, view, settings, sidecar, None)
}

/// As [`check`], also with the facts that moved since an earlier version of the document.
#[must_use]
pub fn check_against(
    set: &Ruleset,
    source: &SourceFile,
    view: &View,
    settings: &Settings,
    sidecar: Option<&Sidecar>,
    earlier: Option<Earlier<'_>>,
) -> Checked {
    let doc = Doc::build(view, &set.vocab);
    let (settled, mut signal) = settle(set, source, &doc, settings, sidecar, earlier);
    // A fault that two rules see is silent only when both may stand; findings about stets are never merged into others.
    let mut findings = cluster(settled.kept);
    let suppressed = cluster(settled.suppressed);
    signal::judge(set, &mut signal, findings.iter().chain(&suppressed), doc.words);
    findings.extend(settled.about);
    findings.sort_by(|a, b| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id)));
    let verified = if settings.verify { verified::list(&doc, settings.names.as_deref(), source, &findings) } else { Vec::new() };
    Checked { findings, suppressed, words: doc.words, signal, verified }
}

fn settle(
    set: &Ruleset,
    source: &SourceFile,
    doc: &Doc<'_>,
    settings: &Settings,
    sidecar: Option<&Sidecar>,
    earlier: Option<Earlier<'_>>,
) -> (Settled, Signal) {
    let (mut findings, signal) = raw(set, source, doc, settings, earlier);
    findings.retain(|f| settings.min_confidence.is_none_or(|least| f.confidence >= least));
    fingerprint::assign(&mut findings, &source.text, doc.view.record.as_deref());
    if earlier.is_some() {
        return (stet::apply(set, settings, source, doc.view, sidecar, findings), signal);
    }
    // Whether a stet for rules that compare versions is of use shows only beside an earlier one.
    let mut alone = settings.clone();
    for (severity, _) in alone.severities.iter_mut().zip(set.rules()).filter(|(_, rule)| rule.needs.contains(&Need::Revision)) {
        *severity = None;
    }
    (stet::apply(set, &alone, source, doc.view, sidecar, findings), signal)
}

fn raw(set: &Ruleset, source: &SourceFile, doc: &Doc<'_>, settings: &Settings, earlier: Option<Earlier<'_>>) -> (Vec<Finding>, Signal) {
    let mut sink = Sink::new(set, &settings.severities);
    engine::run(set, doc, &mut sink);
    let cx = Cx::new(doc, settings.names.as_deref(), settings.date.or_else(|| said_date(doc.view)), earlier);
    for detector in &set.detectors {
        detector.check(&cx, &mut sink);
    }
    let signal = sink.weigh(doc, settings.source_language.as_deref());
    let mut findings = sink.into_findings(doc, source);
    give_way(set, &mut findings);
    (findings, signal)
}

/// The date that the front matter gives.
fn said_date(view: &View) -> Option<Date> {
    const KEYS: [&str; 6] = ["date", "published", "pubdate", "publishdate", "datepublished", "published_at"];
    view.meta.iter().filter(|(key, _)| KEYS.contains(&key.to_lowercase().as_str())).find_map(|(_, value)| Date::read(value, false))
}

/// Drops the findings of rules that yield to others where another rule sees the place more exactly; findings come in text order.
fn give_way(set: &Ruleset, findings: &mut Vec<Finding>) {
    let yields: Vec<bool> = findings.iter().map(|f| set.find(&f.rule.id).is_some_and(|r| set.rules[r].info.yields)).collect();
    if !yields.contains(&true) {
        return;
    }
    // How far the exact findings up to each place reach: an earlier one may cover a later start.
    let mut reach = 0;
    let mut keep = vec![true; findings.len()];
    for (i, finding) in findings.iter().enumerate() {
        if yields[i] {
            keep[i] = finding.span.start >= reach;
        } else {
            reach = reach.max(finding.span.end);
        }
    }
    let mut next = u32::MAX;
    for (i, finding) in findings.iter().enumerate().rev() {
        if yields[i] {
            keep[i] &= finding.span.end <= next;
        } else {
            next = finding.span.start;
        }
    }
    let mut kept = keep.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}

/// Findings of an example, before rules on the same fault are clustered; for rule tests.
#[must_use]
pub fn check_example(set: &Ruleset, format: Format, text: &str, old: Option<&str>, settings: &Settings) -> Vec<Finding> {
    let source = SourceFile::from_str("example", text);
    let before = old.map(|old| SourceFile::from_str("earlier", old)).map(|old| (View::build(format, &old.text), old));
    let earlier = before.as_ref().map(|(view, source)| Earlier { source, view });
    let view = View::build(format, &source.text);
    let doc = Doc::build(&view, &set.vocab);
    let (settled, _) = settle(set, &source, &doc, settings, None, earlier);
    settled.kept.into_iter().chain(settled.about).collect()
}

/// Why a rule did or did not fire on `text` (which may replace `old`), line by line; both have the format of the rule's examples.
#[must_use]
pub fn explain_text(set: &Ruleset, id: &str, text: &str, old: Option<&str>) -> Vec<String> {
    let Some(rule) = set.find(id) else { return Vec::new() };
    let format = set.examples().get(rule).map_or(Format::Plain, |e| e.format.into());
    let source = SourceFile::from_str("example", text);
    let view = View::build(format, &source.text);
    let doc = Doc::build(&view, &set.vocab);
    let mut lines = Vec::new();
    let tokens: Vec<String> = (0..doc.tokens.len()).map(|i| doc.text(i).to_owned()).collect();
    lines.push(format!("tokens: {}", tokens.join(" ")));
    lines.extend(engine::trace(set, rule, &doc));
    let finder = set.rules[rule].info.finder.as_str();
    // Whether a stet is of use depends on all other rules.
    let settings = if finder == stet::FINDER { Settings::all(set) } else { Settings::only(set, id) };
    let mut found = check_example(set, format, text, old, &settings);
    found.retain(|f| f.rule.id == id);
    for finding in &found {
        lines.push(format!("fires on “{}”: {}", finding.quote, finding.message));
    }
    if found.is_empty() {
        if finder != "match" && finder != "table" {
            lines.push(format!("found by the detector `{finder}`, which sees nothing here"));
        }
        lines.push("does not fire".into());
        if old.is_none() && set.rules[rule].info.needs.contains(&Need::Revision) {
            lines.push("it compares two versions: give the earlier one with --old “…”".into());
        }
    }
    lines
}
