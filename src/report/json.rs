//! Findings as JSON, written document by document.

use std::io::{self, Write};

use serde::Serialize;

use super::{Emit, FileReport, Summary};
use crate::finding::{Confidence, Safety, Severity};
use crate::names::verified::Verified;
use crate::signal::{Level, Signal};
use crate::source::SourceFile;
use crate::span::Span;

/// The version of the shape below; it rises when a key goes or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report<'a> {
    /// The version of this shape.
    pub schema_version: u32,
    /// What wrote the report.
    pub tool: Tool,
    /// Every document checked, with or without findings.
    pub documents: Vec<Document<'a>>,
    /// Totals.
    pub summary: Totals,
}

/// What wrote the report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    const THIS: Self = Self { name: "copydesk", version: env!("CARGO_PKG_VERSION") };
}

/// One document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document<'a> {
    /// Path as given, with `/`.
    pub path: &'a str,
    /// Which article of a data file it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(default))]
    pub record: Option<Article<'a>>,
    /// Words in the readable text.
    pub words: usize,
    /// The language checked.
    pub language: &'a str,
    /// What the findings say about the document as a whole.
    pub signal: Reading<'a>,
    /// An estimate of its quality from what was found.
    pub mqm: Score,
    /// In text order.
    pub findings: Vec<Entry<'a>>,
    /// The names that were recognised as right, in text order; with `--show-verified` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(default))]
    pub verified: Vec<Known<'a>>,
}

/// An article of a data file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Record"))]
pub struct Article<'a> {
    /// Where it stands: a JSON pointer (empty for the whole document), `line 12`, `row 3` or `item 2`.
    pub key: &'a str,
    /// What the file calls it.
    pub id: Option<&'a str>,
}

/// A name that was recognised as right.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Verified"))]
pub struct Known<'a> {
    /// As it stands at the first place.
    pub text: &'a str,
    /// `person` or `organisation`.
    pub kind: &'a str,
    /// What is known of it.
    pub record: &'a str,
    /// How often it stands in the document, under any of its names.
    pub times: usize,
    /// The first place.
    pub span: Range,
}

/// What the findings say about the document as a whole; an estimate that switches nothing off.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Signal"))]
pub struct Reading<'a> {
    /// How likely it is raw machine translation.
    pub machine_translation: Level,
    /// The sum of the signs' weights, more for rules that found several places.
    pub score: f64,
    /// What speaks for it, heaviest first.
    pub signs: Vec<Kind<'a>>,
    /// The languages it may have been translated from, likeliest first.
    pub source_languages: Vec<Candidate<'a>>,
    /// What it is about, where its words say so.
    pub domain: Option<&'a str>,
}

/// Findings of one rule as signs of machine translation.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Sign"))]
pub struct Kind<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// Its findings.
    pub findings: usize,
    /// How far each kind counts, 0 to 1.
    pub weight: f64,
}

/// A language that signs in the text point to.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "SourceLanguage"))]
pub struct Candidate<'a> {
    /// ISO 639-1.
    pub language: &'a str,
    /// Its English name.
    pub name: &'a str,
    /// How many places point to it.
    pub signs: usize,
    /// Their weight: a place that fits n languages counts 1/n.
    pub weight: f64,
    /// Whether the signs are enough to say that the text reads like it.
    pub likely: bool,
}

/// One fault in one place.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Finding"))]
pub struct Entry<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// MQM category.
    pub category: &'a str,
    /// Harm.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong here.
    pub message: &'a str,
    /// Why it matters.
    pub why: &'a str,
    /// What a data file calls the value it stands in: a JSON pointer from the record on, or a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(default))]
    pub field: Option<&'a str>,
    /// The flagged text.
    pub span: Range,
    /// The flagged text, exactly as in the file.
    pub quote: &'a str,
    /// What speaks for the finding.
    pub evidence: Vec<Proof<'a>>,
    /// Ways to mend it, best first.
    pub fixes: Vec<Remedy<'a>>,
    /// Other rules that saw the same fault.
    pub also: &'a [String],
    /// Stable identity: 16 lower-case hex digits.
    pub fingerprint: &'a str,
}

/// Something that speaks for a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Evidence"))]
pub struct Proof<'a> {
    /// One clause.
    pub message: &'a str,
    /// Where it stands, if anywhere.
    pub span: Option<Range>,
}

/// One way to mend a finding; its edits apply together or not at all.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Fix"))]
pub struct Remedy<'a> {
    /// What it does, in a few words.
    pub title: &'a str,
    /// How far it may be applied unread.
    pub safety: Safety,
    /// In text order.
    pub edits: Vec<Change<'a>>,
}

/// A replacement; an insertion where `start` equals `end`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Edit"))]
pub struct Change<'a> {
    /// First replaced character.
    pub start: Place,
    /// Behind the last replaced character.
    pub end: Place,
    /// What stands there afterwards.
    pub text: &'a str,
}

/// A half-open range.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Range {
    /// First character.
    pub start: Place,
    /// Behind the last character.
    pub end: Place,
}

/// A place in the file.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Position"))]
pub struct Place {
    /// 0-based byte of the file.
    pub byte: usize,
    /// 0-based character.
    pub char: usize,
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
}

/// Totals of a run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Summary"))]
pub struct Totals {
    /// Documents checked.
    pub documents: usize,
    /// Words in them.
    pub words: usize,
    /// Findings by severity.
    pub findings: Counts,
    /// An estimate of the MQM score from what was found.
    pub mqm: Mqm,
}

/// Findings by severity.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// Must not be published.
    pub critical: usize,
    /// Misleading or hard to read.
    pub major: usize,
    /// Noticed, not misleading.
    pub minor: usize,
    /// Worth a look.
    pub neutral: usize,
}

/// A document's MQM penalties and score.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Score {
    /// The sum of the severities' weights: 25, 5, 1 and 0.
    pub penalty: f64,
    /// The same per thousand words.
    pub per_1000_words: f64,
    /// 0 to 100, higher is better; short texts are judged more mildly, as the settings say.
    pub score: f64,
    /// 0 to 100 by the linear model.
    pub linear_score: f64,
}

/// MQM penalties.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mqm {
    /// The sum of the severities' weights: 25, 5, 1 and 0.
    pub penalty: f64,
    /// The same per thousand words.
    pub per_1000_words: f64,
}

impl Counts {
    /// The findings of a summary.
    #[must_use]
    pub fn of(summary: &Summary) -> Self {
        Self { critical: summary.critical, major: summary.major, minor: summary.minor, neutral: summary.neutral }
    }
}

fn place(source: &SourceFile, offset: u32) -> Place {
    let at = source.position(offset);
    Place { byte: at.byte, char: at.char, line: at.line, column: at.column }
}

fn range(source: &SourceFile, span: Span) -> Range {
    Range { start: place(source, span.start), end: place(source, span.end) }
}

/// The JSON form of a document's report.
#[must_use]
pub fn document<'a>(source: &SourceFile, report: &'a FileReport) -> Document<'a> {
    let findings = report.findings.iter().map(|finding| Entry {
        rule: &finding.rule.id,
        category: &finding.rule.category,
        severity: finding.severity,
        confidence: finding.confidence,
        message: &finding.message,
        why: &finding.rule.why,
        field: report.field(finding.span),
        span: range(source, finding.span),
        quote: &finding.quote,
        evidence: finding
            .evidence
            .iter()
            .map(|proof| Proof { message: &proof.message, span: proof.span.map(|span| range(source, span)) })
            .collect(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| Remedy {
                title: &fix.title,
                safety: fix.safety,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| Change { start: place(source, edit.at.start), end: place(source, edit.at.end), text: &edit.text })
                    .collect(),
            })
            .collect(),
        also: &finding.also,
        fingerprint: &finding.fingerprint,
    });
    let signal = reading(&report.signal);
    let known = |v: &'a Verified| Known { text: &v.text, kind: v.kind, record: &v.record, times: v.times, span: range(source, v.span) };
    let verified = report.verified.iter().map(known).collect();
    let record = report.record.as_ref().map(|r| Article { key: &r.key, id: r.id.as_deref() });
    let mut summary = Summary::default();
    summary.add(report);
    let round = |x: f64| (x * 100.0).round() / 100.0;
    let mqm = Score {
        penalty: summary.penalty,
        per_1000_words: round(summary.per_1000_words()),
        score: round(report.score),
        linear_score: round(report.linear_score),
    };
    Document { path: &report.path, record, words: report.words, language: "en", signal, mqm, findings: findings.collect(), verified }
}

fn reading(signal: &Signal) -> Reading<'_> {
    // Two digits are all that estimates are worth.
    let round = |x: f64| (x * 100.0).round() / 100.0;
    let likely = signal.languages().len();
    Reading {
        machine_translation: signal.level,
        score: round(signal.score),
        signs: signal.signs.iter().map(|s| Kind { rule: &s.rule, findings: s.findings, weight: round(s.weight) }).collect(),
        source_languages: signal
            .votes
            .iter()
            .enumerate()
            .map(|(n, v)| Candidate { language: &v.language, name: v.name(), signs: v.signs, weight: round(v.weight), likely: n < likely })
            .collect(),
        domain: signal.domain.as_deref(),
    }
}

/// The JSON form of the totals.
#[must_use]
pub fn totals(summary: &Summary) -> Totals {
    Totals {
        documents: summary.documents,
        words: summary.words,
        findings: Counts::of(summary),
        mqm: Mqm { penalty: summary.penalty, per_1000_words: summary.per_1000_words() },
    }
}

/// Writes each document on a line of its own.
pub struct Jsonl<W> {
    out: W,
}

impl<W: Write> Jsonl<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Emit for Jsonl<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &document(source, report))?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a [`Report`] as it comes, one document at a time.
pub struct Json<W> {
    out: W,
    begun: bool,
}

impl<W: Write> Json<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, begun: false }
    }

    fn separate(&mut self) -> io::Result<()> {
        if self.begun {
            return self.out.write_all(b",");
        }
        self.begin()
    }

    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        write!(self.out, "{{\"schema_version\":{SCHEMA_VERSION},\"tool\":")?;
        serde_json::to_writer(&mut self.out, &Tool::THIS)?;
        self.out.write_all(b",\"documents\":[")
    }
}

impl<W: Write> Emit for Json<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        self.separate()?;
        Ok(serde_json::to_writer(&mut self.out, &document(source, report))?)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        if !self.begun {
            self.begin()?;
        }
        self.out.write_all(b"],\"summary\":")?;
        serde_json::to_writer(&mut self.out, &totals(summary))?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::sample;
    use super::*;

    fn rendered(files: usize) -> String {
        let (source, report) = sample::stop();
        let mut out = Vec::new();
        let mut emitter = Json::new(&mut out);
        let mut summary = Summary::default();
        for _ in 0..files {
            emitter.file(&source, &report).unwrap();
            summary.add(&report);
        }
        emitter.finish(&summary).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn streamed_and_whole_are_the_same() {
        let (source, report) = sample::stop();
        for files in 0..3 {
            let mut summary = Summary::default();
            (0..files).for_each(|_| summary.add(&report));
            let documents = (0..files).map(|_| document(&source, &report)).collect();
            let whole = Report { schema_version: SCHEMA_VERSION, tool: Tool::THIS, documents, summary: totals(&summary) };
            assert_eq!(rendered(files), serde_json::to_string(&whole).unwrap() + "\n");
        }
    }

    /// Every path of keys, in no order.
    fn paths(value: &Value, at: &str, into: &mut std::collections::BTreeSet<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, inner)| {
                into.insert(format!("{at}.{key}"));
                paths(inner, &format!("{at}.{key}"), into);
            }),
            Value::Array(list) => list.iter().for_each(|inner| paths(inner, &format!("{at}[]"), into)),
            _ => {}
        }
    }

    #[test]
    fn keys_are_exactly_these() {
        let expected = r#"{"schema_version":1,"tool":{"name":"","version":""},"documents":[{"path":"","words":0,
            "language":"en","mqm":{"penalty":0.0,"per_1000_words":0.0,"score":0.0,"linear_score":0.0},"signal":{"machine_translation":"some","score":0.0,"signs":[{"rule":"","findings":0,
            "weight":0.0}],"source_languages":[{"language":"","name":"","signs":0,"weight":0.0,"likely":true}],
            "domain":""},"findings":[{"rule":"","category":"","severity":"major","confidence":"high","message":"",
            "why":"","span":{"start":{"byte":0,"char":0,"line":1,"column":1},"end":{"byte":0,"char":0,"line":1,
            "column":1}},"quote":"","evidence":[{"message":"","span":{"start":{"byte":0,"char":0,"line":1,"column":1},
            "end":{"byte":0,"char":0,"line":1,"column":1}}}],"fixes":[{"title":"","safety":"safe","edits":[{"start":
            {"byte":0,"char":0,"line":1,"column":1},"end":{"byte":0,"char":0,"line":1,"column":1},"text":""}]}],
            "also":[""],"fingerprint":""}]}],"summary":{"documents":1,"words":0,"findings":{"critical":0,"major":0,
            "minor":0,"neutral":0},"mqm":{"penalty":0.0,"per_1000_words":0.0}}}"#;
        let (mut want, mut have) = Default::default();
        paths(&serde_json::from_str(expected).unwrap(), "", &mut want);
        let value: Value = serde_json::from_str(&rendered(1)).unwrap();
        paths(&value, "", &mut have);
        assert_eq!(want, have);
        let entry = &value["documents"][0]["findings"][0];
        assert_eq!((entry["severity"].as_str(), entry["fixes"][0]["safety"].as_str()), (Some("major"), Some("unsafe")));
    }

    #[test]
    fn the_schema_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Report<'static>)).unwrap() + "\n";
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &schema).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        assert!(stored == schema, "docs/report.schema.json is out of date: run the tests with UPDATE_DOCS=1");
    }
}
