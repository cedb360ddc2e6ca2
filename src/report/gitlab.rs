//! GitLab's code-quality report: one array for the whole run.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde_json::json;

use super::{Emit, FileReport, Summary};
use crate::finding::Severity;
use crate::source::SourceFile;

/// Writes the array as it comes.
pub struct GitLab<W> {
    out: W,
    begun: bool,
    /// How often each fingerprint was there: two articles of a data file may be the same.
    seen: FxHashMap<String, usize>,
}

impl<W: Write> GitLab<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, begun: false, seen: FxHashMap::default() }
    }
}

impl<W: Write> Emit for GitLab<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        for finding in &report.findings {
            let (start, end) = (source.position(finding.span.start), source.position(finding.span.end));
            let severity = match finding.severity {
                Severity::Neutral => "info",
                Severity::Minor => "minor",
                Severity::Major => "major",
                Severity::Critical => "critical",
            };
            let path = report.path.trim_start_matches("./");
            // Unique for each place: GitLab shows only the first of equal ones.
            let mut print = format!("{}-{:016x}", finding.fingerprint, xxhash_rust::xxh3::xxh3_64(path.as_bytes()));
            let times = self.seen.entry(print.clone()).or_default();
            *times += 1;
            if *times > 1 {
                print.push_str(&format!("-{times}"));
            }
            let entry = json!({
                "description": finding.message,
                "check_name": finding.rule.id,
                "fingerprint": print,
                "severity": severity,
                "location": {
                    "path": path,
                    "positions": {
                        "begin": { "line": start.line, "column": start.column },
                        "end": { "line": end.line, "column": end.column },
                    },
                },
            });
            self.out.write_all(if self.begun { b",\n" } else { b"[" })?;
            self.begun = true;
            serde_json::to_writer(&mut self.out, &entry)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.out.write_all(if self.begun { b"]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn an_array_of_issues() {
        for files in [0, 2] {
            let (source, mut report) = sample::stop();
            let mut out = Vec::new();
            let mut emit = GitLab::new(&mut out);
            for number in 0..files {
                report.path = format!("./news/{number}.txt");
                emit.file(&source, &report).unwrap();
            }
            emit.finish(&Summary::default()).unwrap();
            let issues: Vec<serde_json::Value> = serde_json::from_slice(&out).unwrap();
            assert_eq!(issues.len(), files);
            if files == 2 {
                assert_eq!(issues[1]["location"]["path"], "news/1.txt");
                assert_eq!(issues[0]["location"]["positions"]["begin"], json!({ "line": 1, "column": 13 }));
                assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
            }
        }
    }
}
