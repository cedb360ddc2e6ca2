//! Collects hits in view coordinates and turns them into findings in file coordinates.

use crate::doc::Doc;
use crate::engine;
use crate::finding::{Confidence, Edit, Evidence, Finding, Fix, Safety, Severity};
use crate::rule::Ruleset;
use crate::signal::{self, Signal};
use crate::source::SourceFile;
use crate::span::ViewRange;

/// A way to mend a hit.
pub(crate) struct HitFix {
    pub title: String,
    pub edits: Vec<(ViewRange, String)>,
    pub safety: Safety,
}

/// A fault in view coordinates.
pub(crate) struct Hit {
    /// The rule's number.
    pub rule: usize,
    /// What is flagged.
    pub at: ViewRange,
    pub message: String,
    pub evidence: Vec<(String, Option<ViewRange>)>,
    pub fixes: Vec<HitFix>,
    /// When it differs from the rule's own.
    pub confidence: Option<Confidence>,
    /// The source languages it points to, ISO 639-1.
    pub from: Vec<String>,
    /// The subject it belongs to; empty for any.
    pub domain: String,
}

/// Where rules put what they find.
pub(crate) struct Sink<'a> {
    set: &'a Ruleset,
    severities: &'a [Option<Severity>],
    hits: Vec<Hit>,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(set: &'a Ruleset, severities: &'a [Option<Severity>]) -> Self {
        Self { set, severities, hits: Vec::new() }
    }
    /// Whether anybody wants to hear of this rule.
    pub(crate) fn enabled(&self, rule: usize) -> bool {
        self.severities.get(rule).is_some_and(Option::is_some)
    }
    /// Whether anybody wants to hear of this rule, if there is one.
    pub(crate) fn wants(&self, rule: Option<usize>) -> bool {
        rule.is_some_and(|r| self.enabled(r))
    }
    /// Adds a hit whose guards have been weighed.
    pub(crate) fn push(&mut self, hit: Hit) {
        self.hits.push(hit);
    }
    /// Adds a detector's hit when its rule is on and its guards let it stand.
    /// `values` fill the rule's message; the tokens must be one sentence's.
    pub(crate) fn report(&mut self, doc: &Doc<'_>, rule: Option<usize>, tokens: (usize, usize), draft: Draft) {
        let Some(rule) = rule.filter(|r| self.enabled(*r)) else { return };
        let Some(sent) = doc.sent_of(tokens.0) else { return };
        if !engine::allowed(self.set, rule, doc, sent, tokens, tokens) {
            return;
        }
        let at = draft.at.unwrap_or_else(|| doc.range(tokens.0, tokens.1 - 1));
        let mut message = self.set.rules[rule].info.message.replace("{match}", at.of(&doc.view.text));
        for (name, value) in &draft.values {
            message = message.replace(&format!("{{{name}}}"), value);
        }
        let from = draft.language.map_or_else(|| self.set.rules[rule].info.from.clone(), |l| vec![l.to_owned()]);
        self.hits.push(Hit {
            rule,
            at,
            message,
            evidence: draft.evidence,
            fixes: draft.fixes,
            confidence: draft.confidence,
            from,
            domain: String::new(),
        });
    }

    /// Weighs all hits by one another.
    pub(crate) fn weigh(&mut self, doc: &Doc<'_>, language: Option<&str>) -> Signal {
        signal::weigh(self.set, doc, language, &mut self.hits)
    }

    /// All hits as findings, in text order.
    pub(crate) fn into_findings(self, doc: &Doc<'_>, source: &SourceFile) -> Vec<Finding> {
        let view = doc.view;
        let mut out: Vec<Finding> = self
            .hits
            .into_iter()
            .map(|hit| {
                let rule = &self.set.rules[hit.rule];
                let span = view.to_src(hit.at);
                let fixes = hit
                    .fixes
                    .into_iter()
                    .map(|fix| {
                        let mut whole = true;
                        let mut edit = |at: ViewRange, text: &str| {
                            let written = view.escape_at(at, text);
                            // A value of a record is never emptied unread.
                            let empties = text.is_empty() && view.is_whole_part(at);
                            whole &= written.is_some() && view.fixable(at) && !empties;
                            Edit { at: view.to_src(at), text: written.unwrap_or_else(|| view.escape_text(text)) }
                        };
                        let edits = fix.edits.iter().map(|(at, text)| edit(*at, text)).collect();
                        Fix { title: fix.title, edits, safety: if whole { fix.safety } else { Safety::Display } }
                    })
                    .collect();
                Finding {
                    rule: rule.identity.clone(),
                    severity: self.severities[hit.rule].unwrap_or(rule.info.severity),
                    confidence: hit.confidence.unwrap_or(rule.info.confidence),
                    message: hit.message,
                    span,
                    quote: span.of(&source.text).to_owned(),
                    context: view.to_src(doc.context(hit.at)),
                    evidence: hit
                        .evidence
                        .into_iter()
                        .map(|(message, at)| Evidence { message, span: at.map(|a| view.to_src(a)) })
                        .collect(),
                    fixes,
                    also: Vec::new(),
                    fingerprint: String::new(),
                }
            })
            .collect();
        out.sort_by(|a, b| (a.span, &a.rule.id, &a.message).cmp(&(b.span, &b.rule.id, &b.message)));
        out.dedup_by(|a, b| a.span == b.span && a.rule.id == b.rule.id);
        out
    }
}

/// What a detector says beyond the place.
#[derive(Default)]
pub(crate) struct Draft {
    /// The flagged bytes, when they are not whole tokens.
    pub at: Option<ViewRange>,
    pub values: Vec<(&'static str, String)>,
    pub evidence: Vec<(String, Option<ViewRange>)>,
    pub fixes: Vec<HitFix>,
    pub confidence: Option<Confidence>,
    /// The source language it points to, when the rule alone does not say.
    pub language: Option<&'static str>,
}

impl Draft {
    /// A draft with one fix of one edit.
    pub(crate) fn fix(title: impl Into<String>, at: ViewRange, text: impl Into<String>, safety: Safety) -> Self {
        Self { fixes: vec![HitFix { title: title.into(), edits: vec![(at, text.into())], safety }], ..Self::default() }
    }
}
