//! One line per finding, for editors and pipes.

use std::io::{self, Write};

use super::{Emit, Statistics, Summary, fix_safety, grouped, visible};
use crate::report::FileReport;
use crate::source::SourceFile;

/// Writes `path:line:col: severity rule: message [fix: safe]`.
pub struct Concise<W> {
    out: W,
}

impl<W: Write> Concise<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Emit for Concise<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        let path = visible::path(&report.path);
        for finding in &report.findings {
            let at = source.position(finding.span.start);
            write!(
                self.out,
                "{path}:{}:{}: {} {}: {}",
                at.line,
                at.column,
                finding.severity.name(),
                visible::sanitize(&finding.rule.id),
                visible::sanitize(&finding.message)
            )?;
            if let Some(safety) = fix_safety(finding) {
                write!(self.out, " [fix: {}]", safety.name())?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a table of rules, how often each fired and how often it can be fixed.
///
/// # Errors
/// When the stream cannot be written.
pub fn statistics(out: &mut impl Write, statistics: &Statistics) -> io::Result<()> {
    let rows = statistics.rows();
    if rows.is_empty() {
        return Ok(());
    }
    let width = rows.iter().map(|(rule, ..)| rule.len()).chain(["rule".len()]).max().unwrap_or(0);
    writeln!(out, "{:<width$}  {:>8}  {:>8}", "rule", "findings", "fixable")?;
    for (rule, count, fixable) in rows {
        writeln!(out, "{:<width$}  {:>8}  {:>8}", visible::sanitize(rule), grouped(count), grouped(fixable))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn one_line_each() {
        let (source, mut report) = sample::stop();
        let mut second = report.findings[0].clone();
        second.fixes.clear();
        second.message = "A line\nbreak and \u{1b}[2J".to_owned();
        report.findings.push(second);
        let mut out = Vec::new();
        let mut emitter = Concise::new(&mut out);
        emitter.file(&source, &report).unwrap();
        emitter.finish(&Summary::default()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        news/war.txt:1:13: major stray-full-stop: A full stop stands before a word that carries the sentence on. [fix: unsafe]
        news/war.txt:1:13: major stray-full-stop: A line break and <U+001B>[2J
        ");
    }

    #[test]
    fn the_most_frequent_rule_leads() {
        let (_, mut report) = sample::stop();
        let text = "He said the war. in Ukraine would end this year.\n";
        for _ in 0..2 {
            report.findings.push(sample::finding(text, "unpaired-quote", "said", ""));
        }
        let mut tally = Statistics::default();
        tally.add(&report);
        let mut out = Vec::new();
        statistics(&mut out, &tally).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        rule             findings   fixable
        unpaired-quote          2         0
        stray-full-stop         1         1
        ");
    }
}
