//! reviewdog's diagnostic format: one object, or one diagnostic a line. Columns are 1-based UTF-8 bytes, ends exclusive.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Emit, FileReport, Summary};
use crate::finding::{Finding, Severity};
use crate::source::SourceFile;
use crate::span::Span;

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::Major => "ERROR",
        Severity::Minor => "WARNING",
        Severity::Neutral => "INFO",
    }
}

fn range(source: &SourceFile, span: Span) -> Value {
    let place = |offset: u32| json!({ "line": source.position(offset).line, "column": source.byte_column(offset) });
    json!({ "start": place(span.start), "end": place(span.end) })
}

fn source() -> Value {
    json!({ "name": "copydesk" })
}

fn diagnostic(source: &SourceFile, path: &str, finding: &Finding) -> Value {
    let mut out = json!({
        "message": finding.message,
        "location": { "path": path, "range": range(source, finding.span) },
        "severity": severity(finding.severity),
        "source": self::source(),
        "code": { "value": finding.rule.id },
    });
    // Suggestions stand alone: one edit each. A fix of several edits is offered as one replacement of all they span.
    let suggestions: Vec<Value> = finding
        .fixes
        .iter()
        .filter_map(|fix| {
            let (first, last) = (fix.edits.first()?, fix.edits.last()?);
            let whole = Span::new(first.at.start as usize, last.at.end as usize);
            let mut text = String::new();
            let mut at = whole.start;
            for edit in &fix.edits {
                text.push_str(source.text.get(at as usize..edit.at.start as usize)?);
                text.push_str(&edit.text);
                at = edit.at.end;
            }
            Some(json!({ "range": range(source, whole), "text": text }))
        })
        .collect();
    if !suggestions.is_empty() {
        out["suggestions"] = suggestions.into();
    }
    let related: Vec<Value> = finding
        .evidence
        .iter()
        .filter_map(|e| Some(json!({ "message": e.message, "location": { "path": path, "range": range(source, e.span?) } })))
        .collect();
    if !related.is_empty() {
        out["related_locations"] = related.into();
    }
    out
}

/// Writes `rdjsonl` (one diagnostic a line) or `rdjson` (one object).
pub struct Reviewdog<W> {
    out: W,
    lines: bool,
    begun: bool,
}

impl<W: Write> Reviewdog<W> {
    /// An emitter that writes to `out`; `lines` for `rdjsonl`.
    pub fn new(out: W, lines: bool) -> Self {
        Self { out, lines, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if !self.begun && !self.lines {
            write!(self.out, "{{\"source\":{},\"diagnostics\":[", source())?;
        }
        Ok(())
    }
}

impl<W: Write> Emit for Reviewdog<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        for finding in &report.findings {
            self.begin()?;
            if self.begun && !self.lines {
                self.out.write_all(b",\n")?;
            }
            self.begun = true;
            serde_json::to_writer(&mut self.out, &diagnostic(source, &report.path, finding))?;
            if self.lines {
                self.out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.begin()?;
        if !self.lines {
            self.out.write_all(b"]}\n")?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(lines: bool, files: usize) -> String {
        let (source, report) = sample::stop();
        let mut out = Vec::new();
        let mut emit = Reviewdog::new(&mut out, lines);
        for _ in 0..files {
            emit.file(&source, &report).unwrap();
        }
        emit.finish(&Summary::default()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_object() {
        for files in [0, 1, 3] {
            let value: Value = serde_json::from_str(&rendered(false, files)).unwrap();
            assert_eq!(value["diagnostics"].as_array().unwrap().len(), files);
        }
    }

    #[test]
    fn one_a_line() {
        let text = rendered(true, 2);
        assert_eq!(text.lines().count(), 2);
        let value: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(value["location"]["range"], json!({ "start": { "line": 1, "column": 13 }, "end": { "line": 1, "column": 20 } }));
        assert_eq!(value["suggestions"][0]["range"]["start"]["column"], 16);
        assert_eq!(value["suggestions"][0]["text"], "");
        assert_eq!(rendered(true, 0), "");
    }

    #[test]
    fn columns_are_bytes() {
        let text = "Él dijo — the war. in Ukraine.\n";
        let source = SourceFile::from_str("a.txt", text);
        let finding = sample::finding(text, "stray-full-stop", "war. in", "m");
        let value = diagnostic(&source, "a.txt", &finding);
        assert_eq!(value["location"]["range"]["start"]["column"], text.find("war").unwrap() + 1);
    }
}
