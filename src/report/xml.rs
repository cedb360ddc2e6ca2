//! JUnit and Checkstyle reports.

use std::io::{self, Write};

use super::{Emit, FileReport, Summary};
use crate::finding::{Finding, Severity};
use crate::source::SourceFile;

/// Text for XML 1.0: markup escaped, characters that XML cannot hold replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Writes a test suite for each file, a failed test for each finding; a clean file is one test that passed.
pub struct Junit<W> {
    out: W,
    suites: Vec<u8>,
    tests: usize,
    failures: usize,
}

impl<W: Write> Junit<W> {
    /// An emitter that writes to `out` when the run is over: the totals come first.
    pub fn new(out: W) -> Self {
        Self { out, suites: Vec::new(), tests: 0, failures: 0 }
    }
}

fn body(finding: &Finding) -> String {
    let mut out = format!("{}: {}\n“{}”", finding.severity.name(), finding.message, finding.quote);
    for fix in &finding.fixes {
        out.push_str("\nfix: ");
        out.push_str(&fix.title);
    }
    for evidence in &finding.evidence {
        out.push_str("\n· ");
        out.push_str(&evidence.message);
    }
    out
}

impl<W: Write> Emit for Junit<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        let (path, failures) = (escape(&report.title()), report.findings.len());
        let tests = failures.max(1);
        self.tests += tests;
        self.failures += failures;
        let out = &mut self.suites;
        writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{tests}\" disabled=\"0\" errors=\"0\" failures=\"{failures}\" package=\"io.copydesk\">"
        )?;
        if report.findings.is_empty() {
            writeln!(out, "    <testcase name=\"{path}\" classname=\"{path}\" time=\"0\"/>")?;
        }
        for finding in &report.findings {
            let at = source.position(finding.span.start);
            writeln!(
                out,
                "    <testcase name=\"io.copydesk.{}\" classname=\"{path}\" time=\"0\" line=\"{}\" column=\"{}\">\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>",
                escape(&finding.rule.id),
                at.line,
                at.column,
                escape(&finding.message),
                finding.severity.name(),
                escape(&format!("line {}, column {}, {}", at.line, at.column, body(finding)))
            )?;
        }
        writeln!(out, "  </testsuite>")
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        writeln!(
            self.out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"copydesk\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
            self.tests, self.failures
        )?;
        self.out.write_all(&self.suites)?;
        writeln!(self.out, "</testsuites>")?;
        self.out.flush()
    }
}

/// Writes `<checkstyle>` with a file for each document and an error for each finding.
pub struct Checkstyle<W> {
    out: W,
    begun: bool,
}

impl<W: Write> Checkstyle<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">")
    }
}

impl<W: Write> Emit for Checkstyle<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        self.begin()?;
        writeln!(self.out, "  <file name=\"{}\">", escape(&report.path))?;
        for finding in &report.findings {
            let at = source.position(finding.span.start);
            let level = match finding.severity {
                Severity::Critical | Severity::Major => "error",
                Severity::Minor => "warning",
                Severity::Neutral => "info",
            };
            writeln!(
                self.out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{level}\" message=\"{}\" source=\"copydesk.{}\"/>",
                at.line,
                at.column,
                escape(&finding.message),
                escape(&finding.rule.id)
            )?;
        }
        writeln!(self.out, "  </file>")
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.begin()?;
        writeln!(self.out, "</checkstyle>")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("a<b> & \"c\"\n\u{1}"), "a&lt;b&gt; &amp; &quot;c&quot;&#10;\u{fffd}");
    }

    #[test]
    fn both_are_whole_without_findings() {
        let mut out = Vec::new();
        Checkstyle::new(&mut out).finish(&Summary::default()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n</checkstyle>\n"
        );
        let (source, mut report) = sample::stop();
        report.findings.clear();
        let mut out = Vec::new();
        let mut emit = Junit::new(&mut out);
        emit.file(&source, &report).unwrap();
        emit.finish(&Summary::default()).unwrap();
        drop(emit);
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("tests=\"1\" failures=\"0\"") && text.contains("<testcase name=\"news/war.txt\""), "{text}");
    }
}
