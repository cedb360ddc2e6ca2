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
    /// What was found and is not reported, in words.
    left_out: String,
    /// Whether its text is on the page.
    number: Option<usize>,
}

/// A rule with findings on the page.
struct Used {
    category: String,
    why: String,
    severity: Severity,
    findings: usize,
    /// How it did where it was measured.
    measure: Option<String>,
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
            return Some(format!("{}, too few to judge", counted(flags.marked as usize, "flag")));
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
        let _ =
            writeln!(out, "</div>\n<section class=\"notes\" aria-labelledby=\"n{number} t{number}\">\n<h3 id=\"n{number}\">Findings</h3>");
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
                measure: self.rules.get(&finding.rule.id).and_then(|rule| rule.measure.as_deref()),
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
                let _ = writeln!(out, "<li>{}{}</li>", path_name(&entry.title), entry.left_out);
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
        if let Some(measure) = &rule.measure {
            let (flags, words) = measured(id);
            let rate = |flags: u32, words: u32| f64::from(flags) * 1000.0 / f64::from(words.max(1));
            let _ = writeln!(
                out,
                "<p class=\"measured\">{}; {:.3} flags per 1,000 words of other machine translation, {:.3} of human English.</p>",
                escaped(measure),
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
            if !self.rules.contains_key(&finding.rule.id) {
                let (category, why) = (finding.rule.category.clone(), finding.rule.why.clone());
                let measure = self.measure(&finding.rule.id);
                let used = Used { category, why, severity: finding.severity, findings: 0, measure };
                self.rules.insert(finding.rule.id.clone(), used);
            }
            let Some(used) = self.rules.get_mut(&finding.rule.id) else { continue };
            used.findings += 1;
            used.severity = used.severity.max(finding.severity);
        }
        let shown = !report.findings.is_empty() || !report.verified.is_empty();
        self.written += usize::from(shown);
        let number = shown.then_some(self.written);
        let left_out = left_out(report.suppressed.len(), report.baselined.len(), report.unchanged);
        self.articles.push(Entry { title: report.title(), counts, left_out, number });
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

/// ` · 2 let stand · 3 in the baseline`.
fn left_out(suppressed: usize, baselined: usize, unchanged: usize) -> String {
    let all = [(suppressed, "let stand"), (baselined, "in the baseline"), (unchanged, "on unchanged lines")];
    all.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(" · {} {what}", grouped(*count))).collect()
}

/// `687 words · 26 findings: 20 major, 6 minor · 2 let stand · MQM score 81.3 (estimate)`.
fn tally(report: &FileReport) -> String {
    let (words, findings) = (counted(report.words, "word"), counted(report.findings.len(), "finding"));
    let mut out = format!("<span class=\"again\">{words} · {findings}");
    let mut lead = ": ";
    for severity in Severity::ALL.iter().rev() {
        let count = report.findings.iter().filter(|finding| finding.severity == *severity).count();
        if count > 0 {
            let _ = write!(out, "{lead}<span class=\"sev {0}\">{1} {0}</span>", severity.name(), grouped(count));
            lead = ", ";
        }
    }
    out + &left_out(report.suppressed.len(), report.baselined.len(), report.unchanged)
        + &format!(" · </span>MQM score {:.1} of 100 (estimate)", report.score)
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
    out += &left_out(summary.suppressed, summary.baselined, summary.unchanged);
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
    measure: Option<&'a str>,
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
        if let Some(measure) = self.measure {
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

#[cfg(test)]
mod tests {
    use html5gum::{Token, Tokenizer};
    use proptest::prelude::*;

    use super::super::sample::{at, edit, finding, fix, stop};
    use super::*;
    use crate::finding::Evidence;
    use crate::span::Span;
    use crate::view::Format;

    fn report(format: Format, text: &str, findings: Vec<Finding>) -> (SourceFile, FileReport) {
        let source = SourceFile::from_str("a.txt", text);
        let view = Some(View::build(format, &source.text));
        (source, FileReport { path: "a.txt".to_owned(), view, words: 3, findings, ..FileReport::default() })
    }

    fn page(source: &SourceFile, report: &FileReport) -> String {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, None);
        let mut summary = Summary::default();
        page.file(source, report).unwrap();
        summary.add(report);
        page.finish(&summary).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// What stands between the first `open` and the next `close`.
    fn between<'p>(page: &'p str, open: &str, close: &str) -> &'p str {
        let start = page.find(open).unwrap_or_else(|| panic!("{open} in {page}")) + open.len();
        &page[start..start + page[start..].find(close).unwrap()]
    }

    /// The article's markup.
    fn article(source: &SourceFile, report: &FileReport) -> String {
        between(&page(source, report), "<div class=\"text\">\n", "</div>\n<section class=\"notes\"").to_owned()
    }

    fn attribute(tag: &html5gum::StartTag<()>, name: &str) -> String {
        tag.attributes
            .iter()
            .find(|(n, _)| *n.0 == *name.as_bytes())
            .map_or(String::new(), |(_, v)| String::from_utf8_lossy(v).into_owned())
    }

    /// Checks that elements nest and ids are unique; gives what `reads` lets through of the text.
    fn text_of(page: &str, reads: impl Fn(&[String]) -> bool) -> String {
        let (mut open, mut classes, mut ids, mut out) = (Vec::new(), Vec::new(), Vec::new(), String::new());
        for Ok(token) in Tokenizer::new(page) {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    let id = attribute(&tag, "id");
                    assert!(id.is_empty() || !ids.contains(&id), "{id} stands twice");
                    ids.push(id);
                    if !tag.self_closing && !matches!(name.as_str(), "meta" | "input") {
                        open.push(name);
                        classes.push(attribute(&tag, "class"));
                    }
                }
                Token::EndTag(tag) => {
                    assert_eq!(open.pop().unwrap_or_default().as_bytes(), &**tag.name, "{page}");
                    classes.pop();
                }
                Token::String(text) if reads(&classes) => out.push_str(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        assert_eq!(open, Vec::<String>::new());
        out
    }

    fn has(classes: &[String], word: &str) -> bool {
        classes.iter().any(|class| class.split(' ').any(|c| c == word))
    }

    fn as_it_is(article: &str) -> String {
        text_of(article, |classes| !["y", "ref", "label"].iter().any(|word| has(classes, word)))
    }

    fn fixed(article: &str) -> String {
        text_of(article, |classes| {
            let own = |word, safety| classes.iter().any(|c| c.starts_with(word) && c.contains(safety));
            let out = (has(classes, "x") && !own("x ", "display")) || (has(classes, "y") && own("y ", "display"));
            !out && !has(classes, "ref") && !has(classes, "label")
        })
    }

    #[test]
    fn a_small_page() {
        let (source, report) = stop();
        let view = Some(View::build(Format::Plain, &source.text));
        let report = FileReport { view, ..report };
        let page = page(&source, &report);
        text_of(&page[page.find("<main").unwrap()..page.find("<script>").unwrap()], |_| true);
        let body = between(&page, "<main id=\"main\" tabindex=\"-1\">\n", "<script>");
        insta::assert_snapshot!(body.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }

    #[test]
    fn nothing_of_an_article_is_markup() {
        let text = "</script><script>x()</script> <img src=x onerror=x()> & \"war. in\" \u{202e}turned\u{202c} <!-- it's -->";
        let mut it = finding(text, "rule\"><b>", "war. in", "</section><script>x()</script>");
        it.rule = std::sync::Arc::new(crate::finding::RuleRef { why: "<i>".to_owned(), category: "<u>".to_owned(), ..(*it.rule).clone() });
        it.evidence = vec![Evidence { message: "<s>".to_owned(), span: Some(at(text, "turned")) }];
        it.fixes = fix(Safety::Unsafe, vec![edit(at(text, "war"), "<em onclick='x'>\u{202e}")]);
        it.also = vec!["<tt>".to_owned()];
        it.fingerprint = "\"><h1>".to_owned();
        let (source, mut report) = report(Format::Plain, text, vec![it]);
        report.path = "<a href=\"x\">\u{202e}.txt".to_owned();
        report.view = Some(View::build(Format::Plain, text));
        let page = page(&source, &report);
        let body = &page[page.find("<main").unwrap()..page.rfind("<script>").unwrap()];
        for bad in [
            "<script",
            "<img",
            "<em",
            "<s>",
            "<i>",
            "<u>",
            "<b>r",
            "<tt>",
            "<h1>",
            "<!--",
            "<a href=\"x",
            "\u{202e}",
            "\u{202c}",
            "rule\">",
        ] {
            assert!(!body.contains(bad), "{bad} in {body}");
        }
        assert_eq!(page.matches("<script>").count(), 1);
        assert_eq!(page.matches("</script>").count(), 1);
        assert!(
            as_it_is(&article(&source, &report))
                .contains("</script><script>x()</script> <img src=x onerror=x()> & \"war. in\" U+202Eturned")
        );
    }

    #[test]
    fn the_policy_names_script_and_style() {
        assert_eq!(hash(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        let (source, report) = stop();
        let page = page(&source, &report);
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
        assert!(policy.starts_with("default-src 'none'; "));
        for tag in ["style", "script"] {
            let text = between(&page, &format!("<{tag}>"), &format!("</{tag}>"));
            assert!(policy.contains(&format!("{tag}-src {};", hash(text))), "{tag}");
        }
        assert!(!page.contains(" style=\"") && !page.contains("http:") && !page.contains("https:"), "nothing comes from elsewhere");
    }

    /// The article's markup, shorter.
    fn marks(text: &str, findings: Vec<Finding>) -> String {
        let (source, report) = report(Format::Plain, text, findings);
        let article = article(&source, &report);
        assert_eq!(as_it_is(&article).trim(), text);
        let mut short = String::new();
        let mut rest = article.as_str();
        // References by their number alone.
        while let Some(start) = rest.find("<a class=\"ref") {
            let end = start + rest[start..].find("</a>").unwrap();
            short.push_str(&rest[..start]);
            short.push_str(&format!("({})", &rest[start..end][rest[start..end].rfind('>').unwrap() + 1..]));
            rest = &rest[end + 4..];
        }
        short + rest
    }

    #[test]
    fn overlapping_findings_nest() {
        let text = "one two three four";
        let found = |quote: &str| finding(text, "r", quote, "");
        insta::assert_snapshot!(
            marks(text, vec![found("one two"), found("two three")]),
            @r#"<h3><mark class="major" data-f="1">one <mark class="major" data-f="2">two</mark></mark>(1)<mark class="major" data-f="2"> three</mark>(2) four</h3>"#
        );
        insta::assert_snapshot!(
            marks(text, vec![found("one two three"), found("two"), found("two")]),
            @r#"<h3><mark class="major" data-f="1">one <mark class="major" data-f="2"><mark class="major" data-f="3">two</mark></mark>(2)(3) three</mark>(1) four</h3>"#
        );
        let mut missing = found("two");
        missing.span.end = missing.span.start;
        insta::assert_snapshot!(
            marks(text, vec![missing]),
            @r#"<h3>one <mark class="major point" data-f="1"></mark>(1)two three four</h3>"#
        );
    }

    #[test]
    fn what_comes_stands_behind_what_goes() {
        let text = "So they said, As ever";
        let mut it = finding(text, "r", ", As", "");
        it.fixes = fix(Safety::Unsafe, vec![edit(at(text, "As"), "as")]);
        insta::assert_snapshot!(
            marks(text, vec![it]),
            @r#"<h3>So they said<mark class="major" data-f="1">, <span class="x unsafe" data-f="1">As</span><span class="y unsafe" data-f="1">as</span></mark>(1) ever</h3>"#
        );
    }

    #[test]
    fn characters_without_a_shape_are_named() {
        let mut out = String::new();
        visible_into("a\u{200b}b \u{1f469}\u{200d}\u{1f467} c\r\nd", false, &mut out);
        assert_eq!(out, "a<span class=\"hid\" title=\"a character without a shape\">U+200B</span>b \u{1f469}\u{200d}\u{1f467} c d");
    }

    #[test]
    fn findings_stand_in_the_blocks_of_a_page() {
        let text = "<h1>Big caf&eacute;</h1><ul><li>a <b>the the</b> end</ul><!-- the war --><p>Tail of &lt;it&gt;";
        let mut entity = finding(text, "r", "caf&eacute;", "");
        entity.fixes = fix(Safety::Safe, vec![edit(at(text, "&eacute;"), "&egrave;s &amp; bars")]);
        let mut twice = finding(text, "r", "the</b> end", "");
        twice.fixes = fix(Safety::Safe, vec![edit(at(text, "the the"), "the")]);
        let hidden = finding(text, "r", "the war", "");
        let (source, report) = report(Format::Html, text, vec![entity, twice, hidden]);
        let article = article(&source, &report);
        assert_eq!(as_it_is(&article), "Big café\n\na the the end\n\nTail of <it>\n");
        assert_eq!(fixed(&article), "Big cafès & bars\n\na the end\n\nTail of <it>\n");
        assert!(article.starts_with("<h3>Big <mark class=\"major\" data-f=\"1\">") && article.contains("<ul>\n<li>a "), "{article}");
        let page = page(&source, &report);
        assert!(page.contains("stands in no readable text") && page.contains("id=\"f1-3\"") && !page.contains("id=\"m1-3\""));
    }

    #[test]
    fn markdown_is_read_back() {
        let text = "A \\*star\\* of **the the** show.";
        let mut it = finding(text, "r", "\\*star", "");
        it.fixes = fix(Safety::Unsafe, vec![edit(at(text, "star"), "\\_moon \\\\ &amp; sun")]);
        let (source, report) = report(Format::Markdown, text, vec![it]);
        assert_eq!(fixed(&article(&source, &report)).trim(), "A *_moon \\ & sun* of the the show.");
    }

    #[test]
    fn suggestions_and_rivals_are_told_apart() {
        let text = "The the men met.";
        let mut safe = finding(text, "r", "the", "");
        safe.fixes = fix(Safety::Safe, vec![edit(at(text, " the"), "")]);
        let mut rival = finding(text, "s", "The the", "");
        rival.fixes = fix(Safety::Unsafe, vec![edit(at(text, "The the"), "All")]);
        let mut maybe = finding(text, "t", "men", "");
        maybe.fixes = fix(Safety::Display, vec![edit(at(text, "men"), "women")]);
        let (source, report) = report(Format::Plain, text, vec![safe, rival, maybe]);
        let article = article(&source, &report);
        assert_eq!(fixed(&article).trim(), "The men met.");
        assert!(article.contains("<span class=\"y display\" data-f=\"3\">women</span>"), "{article}");
        let page = page(&source, &report);
        assert!(page.contains("it clashes with <a href=\"#f1-1\">finding 1</a>"));
    }

    #[test]
    fn clean_articles_are_listed() {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, None);
        let (source, mut report) = report(Format::Plain, "All <well>.", Vec::new());
        report.suppressed = vec![finding("x", "r", "x", "")];
        page.file(&source, &report).unwrap();
        page.finish(&Summary { documents: 1, words: 2, suppressed: 1, ..Summary::default() }).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("<b>No findings</b> in 1 article · 1 let stand · 2 words"), "{page}");
        assert!(page.contains("<li>a.txt · 1 let stand</li>") && !page.contains("All &lt;well"));
    }

    #[test]
    fn long_changes_show_their_ends() {
        let text = format!("Start {} end here. Next.", "word ".repeat(200));
        let mut it = finding(&text, "r", &text[6..1006], "");
        it.fixes = fix(Safety::Safe, vec![edit(Span::new(6, 1006), "")]);
        let view = View::build(Format::Plain, &text);
        let pieces = window(Some(&view), &text, &it, it.fixes.first()).pieces;
        let length: usize = pieces.iter().map(|(_, text)| text.len()).sum();
        assert!(length < 500 && pieces.iter().any(|(mark, text)| *mark == Mark::Deleted && text.contains(" … ")), "{pieces:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn marks_nest_and_keep_the_text(
            words in proptest::collection::vec(proptest::sample::select(vec!["the", "été", "中文", " ", "  ", ".", "\n\n", "<b>", "&", "👩", "'"]), 1..24),
            spots in proptest::collection::vec((0..60usize, 0..14usize, 0..5usize, 0..14usize), 0..7),
        ) {
            let text = words.concat();
            let snap = |at: usize| { let mut at = at.min(text.len()); while !text.is_char_boundary(at) { at -= 1; } at };
            let mut findings = Vec::new();
            for (start, length, kind, shift) in spots {
                let (start, end) = (snap(start), snap(start + length));
                let mut it = finding("x", "r", "x", "");
                it.span = Span::new(start, end);
                it.context = Span::new(0, text.len());
                it.evidence = vec![Evidence { message: "e".to_owned(), span: Some(Span::new(snap(start + shift), snap(end + shift))) }];
                let safety = [Safety::Safe, Safety::Unsafe, Safety::Display][kind % 3];
                let place = Span::new(snap(start + shift / 3), snap(end.max(start + shift / 3)));
                if kind < 4 {
                    it.fixes = fix(safety, vec![edit(place, ["new", "", "the été", " "][kind])]);
                }
                it.fingerprint = format!("{start}-{end}-{}", findings.len());
                findings.push(it);
            }
            let (source, report) = report(Format::Plain, &text, findings);
            let whole = page(&source, &report);
            text_of(&whole[whole.find("<main").unwrap()..whole.rfind("<script>").unwrap()], |_| true);
            if report.findings.is_empty() { return Ok(()); }
            let article = article(&source, &report);
            let plain = |text: &str| text.replace('\n', " ").split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(plain(&as_it_is(&article)), plain(&report.view.as_ref().unwrap().text));
            // The fixed text is what the plan makes of the file, where a reader sees all of it.
            let chosen = crate::fix::choose(&report.findings, Safety::Unsafe);
            let view = report.view.as_ref().unwrap();
            if chosen.edits.iter().all(|e| view.to_view(e.at).is_some_and(|r| view.to_src(r) == e.at)) {
                let mended = crate::fix::apply(&text, &chosen.edits).text;
                let squeezed = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(squeezed(&fixed(&article)), squeezed(&mended));
            }
        }
    }
}
