//! Findings as an editor shows them: diagnostics, code actions, hovers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use lsp_types::{
    CodeAction, CodeActionKind, Command, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentChanges,
    Hover, HoverContents, Location, MarkupContent, MarkupKind, NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier, Position,
    Range, TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use serde_json::{Value, json};

use super::document::{Document, Units};
use crate::cli::desk::{self, Project};
use crate::cli::explain::precision;
use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::fix;
use crate::report::FileReport;
use crate::resolve::comment::comment;
use crate::resolve::stet::{FINDER, Sidecar};
use crate::view::Format;

/// The command that lets a finding stand in the file beside its article.
pub(super) const STET: &str = "copydesk.stet";
/// The kind of the action that applies all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.copydesk";
/// With more findings in a range, letting each of them stand is not offered.
const FEW: usize = 10;

/// What the editor can do.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub units: Units,
    pub related: bool,
    pub tags: bool,
    pub document_changes: bool,
    pub markdown: bool,
    /// Whether the edit of an action may be worked out when it is chosen.
    pub resolves: bool,
}

/// A document and what was found in it.
pub(super) struct Checked {
    pub document: Document,
    pub project: Arc<Project>,
    pub sidecar: Option<Sidecar>,
    pub report: FileReport,
}

impl Client {
    pub fn diagnostics(&self, checked: &Checked) -> Vec<Diagnostic> {
        checked.report.findings.iter().map(|finding| self.diagnostic(checked, finding)).collect()
    }

    fn diagnostic(&self, checked: &Checked, finding: &Finding) -> Diagnostic {
        let source = &checked.document.source;
        let related = finding.evidence.iter().filter_map(|proof| {
            let range = self.units.range(source, proof.span?);
            let location = Location { uri: checked.document.uri.clone(), range };
            Some(DiagnosticRelatedInformation { location, message: proof.message.clone() })
        });
        let related: Vec<_> = if self.related { related.collect() } else { Vec::new() };
        let fixes: Vec<Value> = finding
            .fixes
            .iter()
            .map(|fix| json!({ "title": fix.title, "safety": fix.safety.name(), "edits": self.text_edits(checked, &fix.edits) }))
            .collect();
        Diagnostic {
            range: self.units.range(source, finding.span),
            severity: Some(match finding.severity {
                Severity::Critical => DiagnosticSeverity::ERROR,
                Severity::Major => DiagnosticSeverity::WARNING,
                Severity::Minor => DiagnosticSeverity::INFORMATION,
                Severity::Neutral => DiagnosticSeverity::HINT,
            }),
            code: Some(NumberOrString::String(finding.rule.id.clone())),
            source: Some("copydesk".to_owned()),
            message: finding.message.clone(),
            related_information: (!related.is_empty()).then_some(related),
            tags: (self.tags && is_superfluous(finding)).then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(json!({ "fingerprint": finding.fingerprint, "fixes": fixes })),
            ..Diagnostic::default()
        }
    }

    /// What can be done about the findings in `range`, as far as `only` asks for it.
    pub fn actions(&self, checked: &Checked, range: Range, only: Option<&[String]>, reason: &str) -> Vec<CodeAction> {
        let wants = |kind: &str| {
            only.is_none_or(|only| {
                only.iter().any(|o| o.is_empty() || kind == o || kind.strip_prefix(o.as_str()).is_some_and(|r| r.starts_with('.')))
            })
        };
        let mut out = Vec::new();
        if wants("quickfix") {
            let span = self.units.span(&checked.document.source, range);
            let found = checked.report.findings.iter().filter(|f| f.span.start <= span.end && span.start <= f.span.end);
            let found: Vec<&Finding> = found.collect();
            for finding in &found {
                let diagnostic = self.diagnostic(checked, finding);
                let mut preferred = false;
                for fix in finding.fixes.iter().filter(|fix| self.fits(checked, fix)) {
                    let first = fix.safety == Safety::Safe && !preferred;
                    preferred |= first;
                    out.push(CodeAction {
                        title: format!("{} ({})", capital(&fix.title), how_safe(fix.safety)),
                        kind: Some(CodeActionKind::QUICKFIX),
                        diagnostics: Some(vec![diagnostic.clone()]),
                        edit: Some(self.workspace_edit(checked, &fix.edits)),
                        is_preferred: first.then_some(true),
                        ..CodeAction::default()
                    });
                }
            }
            if found.len() <= FEW {
                out.extend(found.iter().filter_map(|finding| self.stet(checked, finding, reason)));
            }
        }
        let safe = || checked.report.findings.iter().any(|f| fix::candidate(f, Safety::Safe).is_some());
        if wants(FIX_ALL) && safe() {
            let action = CodeAction {
                title: "Apply all safe fixes of copydesk".to_owned(),
                kind: Some(CodeActionKind::new(FIX_ALL)),
                ..CodeAction::default()
            };
            if self.resolves {
                let data = json!({ "fixAll": checked.document.uri.as_str(), "version": checked.document.version });
                out.push(CodeAction { data: Some(data), ..action });
            } else if let Some(edit) = self.fix_all(checked) {
                out.push(CodeAction { edit: Some(edit), ..action });
            }
        }
        out
    }

    fn fits(&self, checked: &Checked, fix: &Fix) -> bool {
        let text = &checked.document.source.text;
        !fix.edits.is_empty() && fix.edits.iter().all(|edit| text.get(edit.at.range()).is_some())
    }

    /// Lets a finding stand: with a comment where the format has them, or else in the file beside the article.
    fn stet(&self, checked: &Checked, finding: &Finding, reason: &str) -> Option<CodeAction> {
        // What is wrong with a stet cannot be let stand.
        if checked.project.set.rule(&finding.rule.id).is_some_and(|rule| rule.finder == FINDER) {
            return None;
        }
        let Document { uri, source, path, .. } = &checked.document;
        let action = CodeAction {
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic(checked, finding)]),
            ..CodeAction::default()
        };
        let name = Path::new(&source.path);
        let format = name.extension().and_then(|e| e.to_str()).and_then(Format::from_extension);
        let format = format.unwrap_or_else(|| Format::sniff(&source.text));
        if let Some(edit) = comment(source, format, &desk::view(source, checked.project.fields(name)), finding, reason) {
            let title = format!("Let it stand (stet): {} in this paragraph", finding.rule.id);
            return Some(CodeAction { title, edit: Some(self.workspace_edit(checked, &[edit])), ..action });
        }
        let file = Sidecar::name_for(&path.as_ref()?.file_name()?.to_string_lossy());
        let title = format!("Let it stand (stet): write {} to {file}", finding.rule.id);
        let argument = json!({ "uri": uri.as_str(), "fingerprint": finding.fingerprint, "reason": reason });
        let command = Command { title: title.clone(), command: STET.to_owned(), arguments: Some(vec![argument]) };
        Some(CodeAction { title, command: Some(command), ..action })
    }

    /// All safe fixes that hold together, as `copydesk fix` would apply them; `None` when there is none.
    pub fn fix_all(&self, checked: &Checked) -> Option<WorkspaceEdit> {
        let Checked { document, project, sidecar, report } = checked;
        let text = &document.source.text;
        let outcome = project.fixed(&document.source, sidecar.as_ref(), report, Safety::Safe);
        if outcome.text == *text {
            return None;
        }
        let taken = outcome.applied.iter().filter_map(|&n| fix::candidate(report.findings.get(n)?, Safety::Safe));
        let edits: BTreeSet<&Edit> = taken.flat_map(|fix| &fix.edits).collect();
        let mut edits: Vec<Edit> = edits.into_iter().cloned().collect();
        if fix::apply(text, &edits).text != outcome.text {
            edits = vec![Edit { at: crate::span::Span::new(0, text.len()), text: outcome.text }];
        }
        Some(self.workspace_edit(checked, &edits))
    }

    fn text_edits(&self, checked: &Checked, edits: &[Edit]) -> Vec<TextEdit> {
        let source = &checked.document.source;
        edits.iter().map(|edit| TextEdit { range: self.units.range(source, edit.at), new_text: edit.text.clone() }).collect()
    }

    fn workspace_edit(&self, checked: &Checked, edits: &[Edit]) -> WorkspaceEdit {
        let edits = self.text_edits(checked, edits);
        let Document { uri, version, .. } = &checked.document;
        if !self.document_changes {
            return WorkspaceEdit { changes: Some([(uri.clone(), edits)].into()), ..WorkspaceEdit::default() };
        }
        let text_document = OptionalVersionedTextDocumentIdentifier { uri: uri.clone(), version: Some(*version) };
        let edit = TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() };
        WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(vec![edit])), ..WorkspaceEdit::default() }
    }

    /// All about the findings at a place.
    pub fn hover(&self, checked: &Checked, at: Position) -> Option<Hover> {
        let source = &checked.document.source;
        let offset = self.units.offset(source, at);
        let here: Vec<&Finding> = checked.report.findings.iter().filter(|f| f.span.start <= offset && offset <= f.span.end).collect();
        let span = here.iter().map(|f| f.span).reduce(crate::span::Span::cover)?;
        let texts: Vec<String> = here.iter().map(|finding| page(&checked.project, finding, self.markdown)).collect();
        let kind = if self.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        let value = texts.join(if self.markdown { "\n\n---\n\n" } else { "\n\n" });
        Some(Hover { contents: HoverContents::Markup(MarkupContent { kind, value }), range: Some(self.units.range(source, span)) })
    }
}

/// Whether the best one can do is to take the flagged words out.
fn is_superfluous(finding: &Finding) -> bool {
    let deletes = |fix: &Fix| matches!(fix.edits.as_slice(), [edit] if edit.text.is_empty() && edit.at.contains(finding.span));
    !finding.span.is_empty() && finding.fixes.first().is_some_and(deletes)
}

fn how_safe(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe: it changes words",
        Safety::Display => "for you to judge",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What is known of one finding.
fn page(project: &Project, finding: &Finding, markdown: bool) -> String {
    let text = |text: &str| if markdown { escaped(text) } else { text.to_owned() };
    let marked = |text: &str, mark: &str| if markdown { format!("{mark}{text}{mark}") } else { text.to_owned() };
    let mut out = format!(
        "{} · {} · {} confidence · {}\n\n{}\n\n{}",
        marked(&finding.rule.id, "**"),
        finding.severity.name(),
        finding.confidence.name(),
        finding.rule.category,
        text(&finding.message),
        text(&finding.rule.why)
    );
    let list = |out: &mut String, name: &str, items: Vec<String>| {
        if !items.is_empty() {
            let _ = write!(out, "\n\n{name}\n\n- {}", items.join("\n- "));
        }
    };
    list(&mut out, "Evidence:", finding.evidence.iter().map(|proof| text(&proof.message)).collect());
    list(&mut out, "Fixes:", finding.fixes.iter().map(|fix| format!("{} ({})", text(&fix.title), how_safe(fix.safety))).collect());
    list(&mut out, "The same fault seen by:", finding.also.clone());
    if project.set.find(&finding.rule.id).is_some_and(|number| project.set.is_builtin(number)) {
        let _ = write!(out, "\n\n{}", text(&precision(&finding.rule.id)));
    }
    let _ = write!(out, "\n\nFingerprint: {}", marked(&finding.fingerprint, "`"));
    out
}

/// Text that Markdown shows as it is, on one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '&' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
