//! Findings as people and machines read them.

use std::collections::HashMap;
use std::io;

use crate::finding::{Finding, Safety, Severity};
use crate::fix::candidate;
use crate::names::verified::Verified;
use crate::signal::Signal;
use crate::source::SourceFile;
use crate::span::Span;
use crate::view::{Notation, View};

pub mod annotations;
pub mod concise;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod patch;
pub mod reviewdog;
pub mod sarif;
pub mod text;
pub mod visible;
pub mod xml;

/// The names of all formats, as the command line and the configuration have them.
pub const FORMATS: [&str; 14] =
    ["full", "concise", "html", "diff", "json", "jsonl", "sarif", "github", "gitlab", "rdjson", "rdjsonl", "junit", "checkstyle", "azure"];

/// Everything a run says about one document.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// Path as given, with `/`.
    pub path: String,
    /// Which article of a data file it is.
    pub record: Option<RecordName>,
    /// The readable text.
    pub view: Option<View>,
    /// Words in the readable text.
    pub words: usize,
    /// What the findings say about the document.
    pub signal: Signal,
    /// What is reported, in text order.
    pub findings: Vec<Finding>,
    /// What a stet suppressed.
    pub suppressed: Vec<Finding>,
    /// What a baseline says was there before.
    pub baselined: Vec<Finding>,
    /// How many findings on unchanged lines were left out.
    pub unchanged: usize,
    /// The names recognised as right, when asked for.
    pub verified: Vec<Verified>,
    /// The MQM score, 0 to 100; see [`crate::score`].
    pub score: f64,
    /// The same by the linear model.
    pub linear_score: f64,
}

/// What an article of a data file goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordName {
    /// Where it stands: a JSON pointer (empty for the whole document), `line 12`, `row 3` or `item 2`.
    pub key: String,
    /// What the file calls it.
    pub id: Option<String>,
}

impl FileReport {
    /// What the document goes by among people: its path, and its place in a data file.
    #[must_use]
    pub fn title(&self) -> String {
        let Some(record) = &self.record else { return self.path.clone() };
        let id = record.id.as_ref().map(|id| format!("id {id}"));
        let place = Some(record.key.clone()).filter(|k| !k.is_empty());
        let both: Vec<String> = place.into_iter().chain(id).collect();
        if both.is_empty() { self.path.clone() } else { format!("{} ({})", self.path, both.join(", ")) }
    }

    /// What the value that `span` stands in is written in.
    #[must_use]
    pub fn notation(&self, span: Span) -> Option<Notation> {
        let view = self.view.as_ref().filter(|_| self.record.is_some())?;
        view.notation(view.to_view(span)?.start)
    }

    /// What a data file calls the value that `span` stands in.
    #[must_use]
    pub fn field(&self, span: Span) -> Option<&str> {
        let view = self.view.as_ref().filter(|_| self.record.is_some())?;
        view.part_name(view.to_view(span)?.start)
    }
}

/// Writes reports document by document.
pub trait Emit {
    /// Writes what is to be said about one document.
    ///
    /// # Errors
    /// When the stream cannot be written.
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()>;
    /// Writes what follows the last document.
    ///
    /// # Errors
    /// When the stream cannot be written.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}

/// Totals of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Documents read.
    pub documents: usize,
    /// Words in them.
    pub words: usize,
    /// Critical findings.
    pub critical: usize,
    /// Major findings.
    pub major: usize,
    /// Minor findings.
    pub minor: usize,
    /// Neutral findings.
    pub neutral: usize,
    /// Findings somebody let stand.
    pub suppressed: usize,
    /// Findings that a baseline says were there before.
    pub baselined: usize,
    /// Findings on unchanged lines.
    pub unchanged: usize,
    /// Findings with a fix that can be applied.
    pub fixable: usize,
    /// Findings with a fix that can be applied unread.
    pub safe: usize,
    /// The sum of the severities' MQM weights.
    pub penalty: f64,
}

impl Summary {
    /// Counts a document in.
    pub fn add(&mut self, report: &FileReport) {
        self.documents += 1;
        self.words += report.words;
        self.suppressed += report.suppressed.len();
        self.baselined += report.baselined.len();
        self.unchanged += report.unchanged;
        for finding in &report.findings {
            match finding.severity {
                Severity::Critical => self.critical += 1,
                Severity::Major => self.major += 1,
                Severity::Minor => self.minor += 1,
                Severity::Neutral => self.neutral += 1,
            }
            self.penalty += finding.severity.weight();
            self.fixable += usize::from(candidate(finding, Safety::Unsafe).is_some());
            self.safe += usize::from(candidate(finding, Safety::Safe).is_some());
        }
    }

    /// All findings.
    #[must_use]
    pub fn findings(&self) -> usize {
        self.critical + self.major + self.minor + self.neutral
    }

    /// The MQM penalty per thousand words; 0 without words.
    #[must_use]
    pub fn per_1000_words(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody checks 2^52 words")]
        if self.words == 0 { 0.0 } else { self.penalty * 1000.0 / self.words as f64 }
    }
}

/// How far the best applicable fix of a finding goes; `None` without any fix.
#[must_use]
pub fn fix_safety(finding: &Finding) -> Option<Safety> {
    finding.fixes.first().map(|fix| fix.safety)
}

/// `1 finding`, `2,101 findings`.
#[must_use]
pub fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with its thousands set apart by commas.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Findings counted by rule.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    rules: HashMap<String, (usize, usize)>,
}

impl Statistics {
    /// Counts a document in.
    pub fn add(&mut self, report: &FileReport) {
        for finding in &report.findings {
            let (count, fixable) = self.rules.entry(finding.rule.id.clone()).or_default();
            *count += 1;
            *fixable += usize::from(candidate(finding, Safety::Unsafe).is_some());
        }
    }

    /// `(rule, findings, fixable findings)`, the most frequent rule first.
    #[must_use]
    pub fn rows(&self) -> Vec<(&str, usize, usize)> {
        let mut rows: Vec<_> = self.rules.iter().map(|(rule, &(count, fix))| (rule.as_str(), count, fix)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        rows
    }
}

#[cfg(test)]
pub(crate) mod sample {
    //! Hand-made findings.

    use std::sync::Arc;

    use super::FileReport;
    use crate::finding::{Confidence, Edit, Evidence, Finding, Fix, RuleRef, Safety, Severity};
    use crate::signal::{Level, Sign, Signal, Vote};
    use crate::source::SourceFile;
    use crate::span::Span;

    /// The place of `needle`, found behind `from`.
    pub fn at(text: &str, needle: &str) -> Span {
        let start = text.find(needle).expect("the sample holds the needle");
        Span::new(start, start + needle.len())
    }

    pub fn edit(at: Span, text: &str) -> Edit {
        Edit { at, text: text.to_owned() }
    }

    /// A finding on the first `quote` in `text`, its context the whole text.
    pub fn finding(text: &str, rule: &str, quote: &str, message: &str) -> Finding {
        Finding {
            rule: Arc::new(RuleRef {
                id: rule.to_owned(),
                category: "linguistic-conventions/punctuation".to_owned(),
                why: "A reader stops where no sentence ends.".to_owned(),
            }),
            severity: Severity::Major,
            confidence: Confidence::High,
            message: message.to_owned(),
            span: at(text, quote),
            quote: quote.to_owned(),
            context: Span::new(0, text.trim_end().len()),
            evidence: Vec::new(),
            fixes: Vec::new(),
            also: Vec::new(),
            fingerprint: "00112233445566aa".to_owned(),
        }
    }

    pub fn fix(safety: Safety, edits: Vec<Edit>) -> Vec<Fix> {
        vec![Fix { title: "take out the full stop".to_owned(), edits, safety }]
    }

    fn signal() -> Signal {
        Signal {
            level: Level::Some,
            score: 1.0,
            signs: vec![Sign { rule: "stray-full-stop".to_owned(), findings: 1, weight: 1.0 }],
            votes: vec![Vote { language: "es".to_owned(), signs: 2, weight: 1.5 }],
            domain: Some("war".to_owned()),
        }
    }

    pub fn stop() -> (SourceFile, FileReport) {
        let text = "He said the war. in Ukraine would end this year.\n";
        let mut finding = finding(text, "stray-full-stop", "war. in", "A full stop stands before a word that carries the sentence on.");
        let stop = at(text, ".");
        finding.fixes = fix(Safety::Unsafe, vec![edit(stop, "")]);
        finding.evidence = vec![Evidence { message: "“in” begins with a small letter".to_owned(), span: Some(at(text, "in ")) }];
        finding.also = vec!["lower-case-start".to_owned()];
        let report = FileReport {
            path: "news/war.txt".to_owned(),
            words: 10,
            signal: signal(),
            findings: vec![finding],
            suppressed: Vec::new(),
            ..FileReport::default()
        };
        (SourceFile::from_str("news/war.txt", text), report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([grouped(0), grouped(687), grouped(2101), grouped(1_234_567)], ["0", "687", "2,101", "1,234,567"]);
    }

    #[test]
    fn penalty_adds_up() {
        let (_, report) = sample::stop();
        let mut summary = Summary::default();
        summary.add(&report);
        summary.add(&report);
        assert_eq!((summary.documents, summary.major, summary.fixable, summary.safe), (2, 2, 2, 0));
        assert!((summary.penalty - 10.0).abs() < 1e-9 && (summary.per_1000_words() - 500.0).abs() < 1e-9);
        assert!(Summary::default().per_1000_words().abs() < 1e-9);
    }
}
