//! SARIF 2.1.0, for code scanning. Columns are characters (`columnKind`), ends exclusive.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Emit, FileReport, Summary};
use crate::finding::{Confidence, Finding, Severity};
use crate::rule::Ruleset;
use crate::source::SourceFile;
use crate::span::Span;

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Major => "error",
        Severity::Minor => "warning",
        Severity::Neutral => "note",
    }
}

fn problem(severity: Severity) -> &'static str {
    match level(severity) {
        "note" => "recommendation",
        other => other,
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// A relative reference: what a URI reserves is escaped byte by byte.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn region(source: &SourceFile, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn location(source: &SourceFile, path: &str, span: Span) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region(source, span) } })
}

/// What is known of a rule beyond its findings.
struct Rule {
    id: String,
    value: Value,
}

/// Writes the log as findings come; the rules follow their results.
pub struct Sarif<'a, W> {
    out: W,
    set: Option<&'a Ruleset>,
    rules: Vec<Rule>,
    numbers: HashMap<String, usize>,
    begun: bool,
    first: bool,
    suppressed: bool,
}

impl<'a, W: Write> Sarif<'a, W> {
    /// An emitter that writes to `out`; `set` tells more of the rules; with `suppressed` what a stet lets stand is written, marked.
    pub fn new(out: W, set: Option<&'a Ruleset>, suppressed: bool) -> Self {
        Self { out, set, rules: Vec::new(), numbers: HashMap::new(), begun: false, first: true, suppressed }
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        self.out.write_all(
            b"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\"results\":[",
        )
    }

    fn number(&mut self, finding: &Finding) -> usize {
        let id = &finding.rule.id;
        if let Some(&known) = self.numbers.get(id) {
            return known;
        }
        let info = self.set.and_then(|set| set.rule(id));
        let short = info.map_or_else(|| id.replace('-', " "), |r| r.message.replace("{match}", "…"));
        let why = if finding.rule.why.is_empty() { short.clone() } else { finding.rule.why.clone() };
        let severity = info.map_or(finding.severity, |r| r.severity);
        let confidence = info.map_or(finding.confidence, |r| r.confidence);
        let clip = |text: &str| text.chars().take(1_000).collect::<String>();
        let value = json!({
            "id": id,
            "name": id,
            "shortDescription": { "text": clip(&short) },
            "fullDescription": { "text": clip(&why) },
            "help": {
                "text": format!("{why}\nMore: copydesk explain {id}"),
                "markdown": format!("{why}\n\nMore: `copydesk explain {id}`"),
            },
            "defaultConfiguration": { "level": level(severity) },
            "properties": {
                "tags": finding.rule.category.split('/').collect::<Vec<_>>(),
                "precision": precision(confidence),
                "problem.severity": problem(severity),
            },
        });
        self.rules.push(Rule { id: id.clone(), value });
        self.numbers.insert(id.clone(), self.rules.len() - 1);
        self.rules.len() - 1
    }

    fn result(&mut self, source: &SourceFile, path: &str, finding: &Finding, suppressed: Option<&str>) -> io::Result<()> {
        let number = self.number(finding);
        let mut message = finding.message.clone();
        let mut related = Vec::new();
        for evidence in &finding.evidence {
            message.push_str("\n· ");
            match evidence.span {
                Some(span) => {
                    let id = related.len() + 1;
                    // Brackets of the text would be read as part of the link.
                    let text = evidence.message.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
                    message.push_str(&format!("[{text}]({id})"));
                    let mut place = location(source, path, span);
                    place["id"] = id.into();
                    place["message"] = json!({ "text": evidence.message });
                    related.push(place);
                }
                None => message.push_str(&evidence.message),
            }
        }
        let mut value = json!({
            "ruleId": finding.rule.id,
            "ruleIndex": number,
            "level": level(finding.severity),
            "message": { "text": message },
            "locations": [location(source, path, finding.span)],
            "partialFingerprints": { "primaryLocationLineHash": format!("{}:1", finding.fingerprint) },
            "properties": { "severity": finding.severity.name(), "confidence": finding.confidence.name() },
        });
        if !related.is_empty() {
            value["relatedLocations"] = related.into();
        }
        if !finding.fixes.is_empty() {
            let fix = |fix: &crate::finding::Fix| {
                let edits = fix
                    .edits
                    .iter()
                    .map(|edit| json!({ "deletedRegion": region(source, edit.at), "insertedContent": { "text": edit.text } }));
                json!({
                    "description": { "text": fix.title },
                    "artifactChanges": [{ "artifactLocation": { "uri": uri(path) }, "replacements": edits.collect::<Vec<_>>() }],
                })
            };
            value["fixes"] = finding.fixes.iter().filter(|f| !f.edits.is_empty()).map(fix).collect::<Vec<_>>().into();
        }
        if let Some(kind) = suppressed {
            value["suppressions"] = json!([{ "kind": kind }]);
        }
        if !self.first {
            self.out.write_all(b",\n")?;
        }
        self.first = false;
        Ok(serde_json::to_writer(&mut self.out, &value)?)
    }
}

impl<W: Write> Emit for Sarif<'_, W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        self.begin()?;
        for finding in &report.findings {
            self.result(source, &report.path, finding, None)?;
        }
        if self.suppressed {
            for finding in &report.suppressed {
                self.result(source, &report.path, finding, Some("inSource"))?;
            }
            for finding in &report.baselined {
                self.result(source, &report.path, finding, Some("external"))?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.begin()?;
        debug_assert!(self.rules.iter().enumerate().all(|(n, r)| self.numbers[&r.id] == n));
        let rules: Vec<&Value> = self.rules.iter().map(|r| &r.value).collect();
        let tool = json!({ "driver": {
            "name": "copydesk",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        } });
        write!(self.out, "],\"tool\":{tool},\"automationDetails\":{{\"id\":\"copydesk/\"}}}}]}}")?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(files: usize, suppressed: bool) -> Value {
        let (source, mut report) = sample::stop();
        report.suppressed = report.findings.clone();
        let mut out = Vec::new();
        let mut emit = Sarif::new(&mut out, None, suppressed);
        for _ in 0..files {
            emit.file(&source, &report).unwrap();
        }
        emit.finish(&Summary::default()).unwrap();
        drop(emit);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_log_is_whole() {
        for files in [0, 1, 2] {
            let log = rendered(files, false);
            let run = &log["runs"][0];
            assert_eq!(run["results"].as_array().unwrap().len(), files);
            assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), files.min(1));
        }
    }

    #[test]
    fn a_result_is_tight() {
        let log = rendered(1, true);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 2);
        let region = &results[0]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(*region, json!({ "startLine": 1, "startColumn": 13, "endLine": 1, "endColumn": 20 }));
        assert_eq!(results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "");
        assert_eq!(results[1]["suppressions"][0]["kind"], "inSource");
        assert!(results[0]["message"]["text"].as_str().unwrap().contains("](1)"));
        assert_eq!(results[0]["relatedLocations"][0]["id"], 1);
    }

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("./news/á b#1.md"), "news/%C3%A1%20b%231.md");
    }
}
