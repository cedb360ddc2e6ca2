//! One page for editors, readable without a network and without scripts: the article with its findings underlined, what is
//! said about each, and the text before and after its fixes.
//!
//! Nothing of an article is markup here, and the page allows no script and no style but its own, known by their hashes.

mod article;
mod changes;
mod escape;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::text::reading;
use super::{Emit, FileReport, Summary, counted, grouped};
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::rule::{Ruleset, measured};
use crate::source::SourceFile;
use crate::view::View;
use article::Marks;
use changes::{Mark, Plan, plan, window};
use escape::{escape_into, escaped, visible_into};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
const CONTROLS: &str = include_str!("html/controls.html");

/// An embedded file as the browser reads it.
fn asset(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// `'sha256-…'`, as a content security policy names a script or style.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("'sha256-");
    for chunk in Sha256::digest(text).chunks(3) {
        let bits = (0..3).fold(0u32, |bits, i| bits << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            out.push(if i <= chunk.len() { DIGITS[(bits >> (18 - 6 * i) & 63) as usize] as char } else { '=' });
        }
    }
    out.push('\'');
    out
}

/// What the list of articles says of one.
struct Entry {
    title: String,
    counts: [usize; 4],
    suppressed: usize,
    baselined: usize,
    /// Whether its text is on the page.
    number: Option<usize>,
}

/// A rule with findings on the page.
struct Used {
    category: String,
    why: String,
    severity: Severity,
    findings: usize,
}

/// Writes the page.
pub struct Page<'a, W> {
    out: W,
    set: Option<&'a Ruleset>,
    begun: bool,
    articles: Vec<Entry>,
    written: usize,
    rules: BTreeMap<String, Used>,
}

impl<'a, W: Write> Page<'a, W> {
    /// An emitter that writes to `out`; `set` tells which rules were measured.
    pub fn new(out: W, set: Option<&'a Ruleset>) -> Self {
        Self { out, set, begun: false, articles: Vec::new(), written: 0, rules: BTreeMap::new() }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let (style, script) = (asset(STYLE), asset(SCRIPT));
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            hash(&style),
            hash(&script)
        );
        write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>copydesk report</title>\n<style>{style}</style>\n</head>\n<body>\n{}<main id=\"main\" tabindex=\"-1\">\n",
            asset(CONTROLS)
        )
    }

    fn is_builtin(&self, id: &str) -> bool {
        self.set.is_some_and(|set| set.find(id).is_some_and(|number| set.is_builtin(number)))
    }

    /// How the rule did where it was measured, in a clause; `None` for rules of a house.
    fn measure(&self, id: &str) -> Option<String> {
        if !self.is_builtin(id) {
            return None;
        }
        let flags = measured(id).0;
        if flags.marked < 10 {
            return Some(format!("{}, too few to say how many are right", counted(flags.marked as usize, "flag")));
        }
        let share = |n: u32| (n * 100 + flags.marked / 2) / flags.marked;
        let (right, major) = (share(flags.right), share(flags.major));
        Some(format!("{right}% of {} touch a marked error ({major}% a major one)", counted(flags.marked as usize, "flag")))
    }

    fn document(&self, source: &SourceFile, report: &FileReport, number: usize) -> String {
        let view = report.view.as_ref();
        let plan = view.map(|view| plan(view, &report.findings)).unwrap_or_default();
        let mut out = String::with_capacity(source.text.len() * 2 + 4096);
        let _ = write!(
            out,
            "<article class=\"doc\" id=\"d{number}\" aria-labelledby=\"t{number}\" tabindex=\"-1\">\n<header class=\"dochead\">\n<h2 id=\"t{number}\">"
        );
        escape_into(&report.title(), &mut out);
        let _ = writeln!(out, "</h2>\n<p class=\"counts\">{}</p>", tally(report));
        if let Some(line) = reading(&report.signal) {
            let _ = writeln!(out, "<p class=\"signal\"><span class=\"label\">Signal</span> {}</p>", escaped(&line));
        }
        out.push_str("</header>\n<div class=\"text\">\n");
        let mut placed = (vec![false; report.findings.len()], Default::default());
        if let Some(view) = view {
            let mut marks = Marks::new(view, &report.findings, &plan, number);
            marks.write(&mut out);
            placed = (marks.placed, marks.shown);
        }
        let _ = writeln!(out, "</div>\n<section class=\"notes\" aria-labelledby=\"n{number}\">\n<h3 id=\"n{number}\">Findings</h3>");
        out.push_str("<ol class=\"list\">\n");
        for (index, finding) in report.findings.iter().enumerate() {
            let note = Note {
                source,
                report,
                view,
                finding,
                index,
                number,
                plan: &plan,
                placed: placed.0[index],
                measure: self.measure(&finding.rule.id),
            };
            note.write(&|which| placed.1.contains(&(index, which)), &mut out);
        }
        out.push_str("</ol>\n");
        verified(report, &mut out);
        out.push_str("</section>\n</article>\n");
        out
    }

    /// Totals, articles and rules.
    fn close(&self, summary: &Summary) -> String {
        let mut out = String::from("</main>\n");
        let _ = writeln!(
            out,
            "<section id=\"totals\" class=\"totals\" aria-label=\"Totals\">\n<p class=\"sum\">{}</p>\n</section>",
            totals(summary)
        );
        if self.articles.len() > 1 || self.written == 0 {
            self.list(&mut out);
        }
        if !self.rules.is_empty() {
            out.push_str("<section id=\"rules\" class=\"rules\" aria-labelledby=\"rules-title\">\n<h2 id=\"rules-title\">The rules that spoke</h2>\n");
            if self.rules.keys().any(|id| self.is_builtin(id)) {
                let words = measured("").1;
                let _ = writeln!(
                    out,
                    "<p class=\"measured\">Measured on {} words of machine-translated news with human error marks, {} of further machine translation and {} that people wrote in English.</p>",
                    grouped(words.marked as usize),
                    grouped(words.mt as usize),
                    grouped(words.human as usize)
                );
            }
            out.push_str("<div class=\"deck\">\n");
            for (id, rule) in &self.rules {
                self.rule(id, rule, &mut out);
            }
            out.push_str("</div>\n</section>\n");
        }
        let _ = write!(
            out,
            "<footer class=\"foot\"><p>Written by copydesk {}. Why a rule exists and how it errs: <code>copydesk explain RULE</code></p></footer>\n\
             <script>{}</script>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION"),
            asset(SCRIPT)
        );
        out
    }

    fn list(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "<nav id=\"articles\" class=\"articles\" aria-label=\"Articles\">\n<details open><summary>{}</summary>",
            counted(self.articles.len(), "article")
        );
        if self.written > 0 {
            out.push_str("<ol class=\"shown\">\n");
        }
        for entry in &self.articles {
            let Some(number) = entry.number else { continue };
            let _ =
                write!(out, "<li><a href=\"#d{number}\"><span class=\"name\">{}</span> <span class=\"tally\">", path_name(&entry.title));
            let total: usize = entry.counts.iter().sum();
            let _ = write!(out, "<b>{}</b><span class=\"vh\"> {}</span>", grouped(total), if total == 1 { "finding" } else { "findings" });
            for severity in Severity::ALL.iter().rev() {
                let count = entry.counts[*severity as usize];
                if count > 0 {
                    let name = severity.name();
                    let _ = write!(
                        out,
                        "<span class=\"sev {name}\" title=\"{count} {name}\">{}<span class=\"vh\"> {name}</span></span>",
                        grouped(count)
                    );
                }
            }
            out.push_str("</span></a></li>\n");
        }
        if self.written > 0 {
            out.push_str("</ol>\n");
        }
        let clean = self.articles.len() - self.written;
        if clean > 0 {
            let _ = writeln!(out, "<details class=\"clean\"><summary>{} without findings</summary>\n<ul>", counted(clean, "article"));
            for entry in self.articles.iter().filter(|entry| entry.number.is_none()) {
                let mut stands = String::new();
                if entry.suppressed > 0 {
                    let _ = write!(stands, ", {} let stand", grouped(entry.suppressed));
                }
                if entry.baselined > 0 {
                    let _ = write!(stands, ", {} in the baseline", grouped(entry.baselined));
                }
                let _ = writeln!(out, "<li>{}{stands}</li>", path_name(&entry.title));
            }
            out.push_str("</ul></details>\n");
        }
        out.push_str("</details>\n</nav>\n");
    }

    fn rule(&self, id: &str, rule: &Used, out: &mut String) {
        let name = escaped(id);
        let severity = rule.severity.name();
        let _ = writeln!(
            out,
            "<div class=\"rule\" id=\"r-{name}\">\n<h3>{name}</h3>\n<p class=\"kind\"><span class=\"sev {severity}\">{severity}</span> {} · {}</p>\n<p class=\"why\">{}</p>",
            escaped(&rule.category),
            counted(rule.findings, "finding"),
            escaped(&rule.why)
        );
        if let Some(measure) = self.measure(id) {
            let (flags, words) = measured(id);
            let rate = |flags: u32, words: u32| f64::from(flags) * 1000.0 / f64::from(words.max(1));
            let _ = writeln!(
                out,
                "<p class=\"measured\">{}; {:.3} flags per 1,000 words of other machine translation, {:.3} of human English.</p>",
                escaped(&measure),
                rate(flags.mt, words.mt),
                rate(flags.human, words.human)
            );
        }
        out.push_str("</div>\n");
    }
}

impl<W: Write> Emit for Page<'_, W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        self.begin()?;
        let mut counts = [0; 4];
        for finding in &report.findings {
            counts[finding.severity as usize] += 1;
            let (category, why) = (finding.rule.category.clone(), finding.rule.why.clone());
            let used = self.rules.entry(finding.rule.id.clone()).or_insert(Used { category, why, severity: finding.severity, findings: 0 });
            used.findings += 1;
            used.severity = used.severity.max(finding.severity);
        }
        let shown = !report.findings.is_empty() || !report.verified.is_empty();
        self.written += usize::from(shown);
        let number = shown.then_some(self.written);
        let (suppressed, baselined) = (report.suppressed.len(), report.baselined.len());
        self.articles.push(Entry { title: report.title(), counts, suppressed, baselined, number });
        match number {
            Some(number) => self.out.write_all(self.document(source, report, number).as_bytes()),
            None => Ok(()),
        }
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.begin()?;
        let end = self.close(summary);
        self.out.write_all(end.as_bytes())?;
        self.out.flush()
    }
}

/// A path whose last part stands out.
fn path_name(title: &str) -> String {
    let cut = title.split(' ').next().and_then(|path| path.rfind('/')).map_or(0, |at| at + 1);
    let (folder, name) = title.split_at(cut);
    if folder.is_empty() { escaped(name) } else { format!("<span class=\"folder\">{}</span>{}", escaped(folder), escaped(name)) }
}

/// `687 words · 26 findings: 20 major, 6 minor · 2 let stand`.
fn tally(report: &FileReport) -> String {
    let mut out = format!("{} · {}", counted(report.words, "word"), counted(report.findings.len(), "finding"));
    let mut lead = ": ";
    for severity in Severity::ALL.iter().rev() {
        let count = report.findings.iter().filter(|finding| finding.severity == *severity).count();
        if count > 0 {
            let _ = write!(out, "{lead}<span class=\"sev {0}\">{1} {0}</span>", severity.name(), grouped(count));
            lead = ", ";
        }
    }
    if !report.suppressed.is_empty() {
        let _ = write!(out, " · {} let stand", grouped(report.suppressed.len()));
    }
    if !report.baselined.is_empty() {
        let _ = write!(out, " · {} in the baseline", grouped(report.baselined.len()));
    }
    out
}

fn totals(summary: &Summary) -> String {
    let (documents, words) = (counted(summary.documents, "article"), counted(summary.words, "word"));
    let mut out = if summary.findings() == 0 {
        format!("<b>No findings</b> in {documents}")
    } else {
        let mut out = format!("<b>{}</b> in {documents}:", counted(summary.findings(), "finding"));
        let counts = [summary.critical, summary.major, summary.minor, summary.neutral];
        let mut lead = " ";
        for (severity, count) in Severity::ALL.iter().rev().zip(counts) {
            if count > 0 {
                let _ = write!(out, "{lead}<span class=\"sev {0}\">{1} {0}</span>", severity.name(), grouped(count));
                lead = ", ";
            }
        }
        let _ = write!(out, " · {} fixable ({} safe)", grouped(summary.fixable), grouped(summary.safe));
        out
    };
    if summary.suppressed > 0 {
        let _ = write!(out, " · {} let stand", grouped(summary.suppressed));
    }
    if summary.baselined > 0 {
        let _ = write!(out, " · {} in the baseline", grouped(summary.baselined));
    }
    let _ = write!(out, " · {words}");
    if summary.findings() > 0 {
        let _ = write!(out, " · MQM penalty {:.1}, {:.1} per 1,000 words (estimate)", summary.penalty, summary.per_1000_words());
    }
    out
}

fn verified(report: &FileReport, out: &mut String) {
    if report.verified.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<details class=\"verified\"><summary>{} recognised as right</summary>\n<ul>",
        counted(report.verified.len(), "name")
    );
    for name in &report.verified {
        let times = if name.times > 1 { format!(" ×{}", name.times) } else { String::new() };
        let _ = writeln!(out, "<li><b>{}</b>{times}: {}</li>", escaped(&name.text), escaped(&name.record));
    }
    out.push_str("</ul></details>\n");
}

/// What is said about a finding.
struct Note<'a> {
    source: &'a SourceFile,
    report: &'a FileReport,
    view: Option<&'a View>,
    finding: &'a Finding,
    index: usize,
    number: usize,
    plan: &'a Plan,
    placed: bool,
    measure: Option<String>,
}

impl Note<'_> {
    fn write(&self, shown: &dyn Fn(usize) -> bool, out: &mut String) {
        let (d, n, finding) = (self.number, self.index + 1, self.finding);
        let (severity, rule) = (finding.severity.name(), escaped(&finding.rule.id));
        let _ = writeln!(
            out,
            "<li class=\"note\" id=\"f{d}-{n}\" data-f=\"{n}\" data-s=\"{severity}\" data-r=\"{rule}\" tabindex=\"-1\" aria-label=\"Finding {n}\">"
        );
        out.push_str("<p class=\"what\">");
        if self.placed {
            let _ = write!(out, "<a class=\"num\" href=\"#m{d}-{n}\" aria-label=\"Finding {n}: show it in the article\">{n}</a> ");
        } else {
            let _ = write!(out, "<span class=\"num\">{n}</span> ");
        }
        let _ = writeln!(out, "<span class=\"sev {severity}\">{severity}</span> <a class=\"id\" href=\"#r-{rule}\">{rule}</a></p>");
        let _ = writeln!(out, "<p class=\"msg\">{}</p>", escaped(&finding.message));
        for (rank, fix) in finding.fixes.iter().enumerate() {
            self.fix(fix, rank, out);
        }
        if finding.fixes.is_empty() {
            out.push_str("<p class=\"change\">");
            pieces(&window(self.view, &self.source.text, finding, None).pieces, out);
            out.push_str("</p>\n");
        }
        if !self.placed {
            out.push_str("<p class=\"aside\">It stands in no readable text, so nothing is underlined.</p>\n");
        }
        self.details(shown, out);
        out.push_str("</li>\n");
    }

    fn fix(&self, fix: &Fix, rank: usize, out: &mut String) {
        let (class, label) = match fix.safety {
            Safety::Safe => ("safe", "Safe fix"),
            Safety::Unsafe => ("unsafe", "Unsafe fix"),
            Safety::Display => ("display", "Suggestion"),
        };
        let _ = write!(
            out,
            "<div class=\"fix {class}\"><p class=\"how\"><span class=\"safety\">{label}:</span> {}</p>\n<p class=\"change\">",
            escaped(&fix.title)
        );
        pieces(&window(self.view, &self.source.text, self.finding, Some(fix)).pieces, out);
        out.push_str("</p>");
        let rival = self.plan.held_back.iter().find(|(held, _)| rank == 0 && *held == self.index);
        if let Some((_, rival)) = rival {
            let _ = write!(
                out,
                "<p class=\"aside\">Not in the fixed text: it clashes with <a href=\"#f{}-{1}\">finding {1}</a>.</p>",
                self.number,
                rival + 1
            );
        }
        out.push_str("</div>\n");
    }

    fn details(&self, shown: &dyn Fn(usize) -> bool, out: &mut String) {
        let finding = self.finding;
        out.push_str("<details><summary>Why, and what speaks for it</summary>\n<p class=\"why\"></p>\n");
        if !finding.evidence.is_empty() {
            out.push_str("<ul class=\"evidence\">");
            for (which, proof) in finding.evidence.iter().enumerate() {
                let text = escaped(&proof.message);
                let _ = match proof.span {
                    Some(_) if shown(which) => write!(out, "<li><a href=\"#e{}-{}-{which}\">{text}</a></li>", self.number, self.index + 1),
                    Some(span) => write!(out, "<li>{text} (line {})</li>", self.source.position(span.start).line),
                    None => write!(out, "<li>{text}</li>"),
                };
            }
            out.push_str("</ul>\n");
        }
        let at = self.source.position(finding.span.start);
        let field = self.report.field(finding.span).map_or(String::new(), |field| format!(", in {}", escaped(field)));
        let _ = write!(
            out,
            "<dl><dt>Place</dt><dd>line {}, column {}{field}</dd><dt>Confidence</dt><dd>{}</dd>",
            at.line,
            at.column,
            finding.confidence.name()
        );
        if let Some(measure) = &self.measure {
            let _ = write!(out, "<dt>Measured</dt><dd>{}</dd>", escaped(measure));
        }
        if !finding.also.is_empty() {
            let _ = write!(out, "<dt>Also</dt><dd>{}</dd>", escaped(&finding.also.join(", ")));
        }
        let _ = writeln!(
            out,
            "<dt>Category</dt><dd>{}</dd><dt>Fingerprint</dt><dd><code class=\"print\">{}</code></dd></dl>\n</details>",
            escaped(&finding.rule.category),
            escaped(&finding.fingerprint)
        );
    }
}

/// A window's runs; a blank that is changed can be seen.
fn pieces(pieces: &[(Mark, String)], out: &mut String) {
    for (mark, text) in pieces {
        let (open, close) = match mark {
            Mark::Same => ("", ""),
            Mark::Flagged => ("<mark>", "</mark>"),
            Mark::Deleted => ("<del>", "</del>"),
            Mark::Inserted => ("<ins>", "</ins>"),
        };
        out.push_str(open);
        if *mark != Mark::Same && text.chars().all(|c| c == ' ') {
            out.push_str(&"␣".repeat(text.len()));
        } else {
            visible_into(text, false, out);
        }
        out.push_str(close);
    }
}
