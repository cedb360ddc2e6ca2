//! Annotations that a CI log turns into marks beside the lines: GitHub Actions and Azure Pipelines.

use std::io::{self, Write};

use super::{Emit, FileReport, Summary};
use crate::finding::{Finding, Severity};
use crate::source::SourceFile;

/// Escapes what a workflow command would take for its own; properties also lose `:` and `,`.
fn escape(text: &str, property: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' if property => out.push_str("%3A"),
            ',' if property => out.push_str("%2C"),
            ';' if property => out.push_str("%3B"),
            c => out.push(c),
        }
    }
    out
}

/// The message with the best fix.
fn sentence(finding: &Finding) -> String {
    match finding.fixes.first() {
        Some(fix) => format!("{} ({})", finding.message, fix.title),
        None => finding.message.clone(),
    }
}

/// Writes `::error file=…,line=…,col=…::message`, the most severe findings of a run first: GitHub shows only a few of each level.
pub struct GitHub<W> {
    out: W,
    lines: Vec<(Severity, String)>,
    summary: Option<Box<dyn Write>>,
    rows: Vec<String>,
}

impl<W: Write> GitHub<W> {
    /// An emitter that writes to `out`, and a table in Markdown to `summary`.
    pub fn new(out: W, summary: Option<Box<dyn Write>>) -> Self {
        Self { out, lines: Vec::new(), summary, rows: Vec::new() }
    }
}

impl<W: Write> Emit for GitHub<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        for finding in &report.findings {
            let (start, end) = (source.position(finding.span.start), source.position(finding.span.end));
            let level = match finding.severity {
                Severity::Critical | Severity::Major => "error",
                Severity::Minor => "warning",
                Severity::Neutral => "notice",
            };
            let line = format!(
                "::{level} title={},file={},line={},endLine={},col={},endColumn={}::{}",
                escape(&finding.rule.id, true),
                escape(&report.path, true),
                start.line,
                end.line,
                start.column,
                end.column,
                escape(&sentence(finding), false)
            );
            self.lines.push((finding.severity, line));
            if self.summary.is_some() {
                let cell = |text: &str| text.replace(['\n', '\r'], " ").replace('|', "\\|");
                self.rows.push(format!(
                    "| {} | {}:{} | `{}` | {} |",
                    finding.severity.name(),
                    cell(&report.title()),
                    start.line,
                    finding.rule.id,
                    cell(&sentence(finding))
                ));
            }
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.lines.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        for (_, line) in &self.lines {
            writeln!(self.out, "{line}")?;
        }
        if let Some(page) = &mut self.summary {
            writeln!(
                page,
                "### copydesk\n\n{} findings in {} documents ({} words): {} critical, {} major, {} minor, {} neutral\n",
                summary.findings(),
                summary.documents,
                summary.words,
                summary.critical,
                summary.major,
                summary.minor,
                summary.neutral
            )?;
            if !self.rows.is_empty() {
                writeln!(page, "| severity | place | rule | finding |\n|---|---|---|---|")?;
            }
            // A step summary holds a megabyte.
            for row in self.rows.iter().take(1_000) {
                writeln!(page, "{row}")?;
            }
            page.flush()?;
        }
        self.out.flush()
    }
}

/// Writes `##vso[task.logissue …]message`.
pub struct Azure<W> {
    out: W,
}

impl<W: Write> Azure<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Emit for Azure<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        // Azure escapes as GitHub does, with its own word for the per cent sign and for brackets.
        let property = |text: &str| {
            let plain = text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
            plain.replace(';', "%3B").replace(']', "%5D")
        };
        for finding in &report.findings {
            let at = source.position(finding.span.start);
            let level = if finding.severity >= Severity::Major { "error" } else { "warning" };
            writeln!(
                self.out,
                "##vso[task.logissue type={level};sourcepath={};linenumber={};columnnumber={};code={};]{}",
                property(&report.path),
                at.line,
                at.column,
                property(&finding.rule.id),
                sentence(finding).replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        let (source, mut report) = sample::stop();
        report.path = "news/a,b:100%.txt".into();
        report.findings[0].message = "one\n::error::two 5%".into();
        let mut out = Vec::new();
        let mut emit = GitHub::new(&mut out, None);
        emit.file(&source, &report).unwrap();
        emit.finish(&Summary::default()).unwrap();
        drop(emit);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert_eq!(
            text.trim_end(),
            "::error title=stray-full-stop,file=news/a%2Cb%3A100%25.txt,line=1,endLine=1,col=13,endColumn=20::one%0A::error::two 5%25 (take out the full stop)"
        );
    }

    #[test]
    fn azure() {
        let (source, report) = sample::stop();
        let mut out = Vec::new();
        Azure::new(&mut out).file(&source, &report).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with(
            "##vso[task.logissue type=error;sourcepath=news/war.txt;linenumber=1;columnnumber=13;code=stray-full-stop;]A full"
        ));
    }
}
