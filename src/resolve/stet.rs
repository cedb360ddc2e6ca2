//! “Let it stand”: what an editor has decided to keep, and what is wrong with such decisions.
//!
//! A stet is a comment of the markup or an entry of the article's sidecar file. A finding belongs where it begins.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::check::Settings;
use crate::finding::{Edit, Evidence, Finding, Fix, Safety};
use crate::resolve::fingerprint::Prints;
use crate::rule::Ruleset;
use crate::rule::schema::{PackError, nearest, place, with_nearest};
use crate::source::SourceFile;
use crate::span::Span;
use crate::view::{Comment, Escape, View};

/// The name of the detector that stands for this module in rule packs.
pub const FINDER: &str = "stet";

/// Findings told apart by the stets of a document.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// What no stet speaks for, unchanged and in the order given.
    pub kept: Vec<Finding>,
    /// What a stet lets stand.
    pub suppressed: Vec<Finding>,
    /// What is wrong with the stets themselves, in text order; no stet silences these.
    pub about: Vec<Finding>,
}

/// One decision in a sidecar file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The rule: of the finding, or for the whole file when there is no fingerprint.
    pub rule: Option<String>,
    /// The finding's fingerprint.
    pub fingerprint: Option<String>,
    /// The flagged words, for readers.
    pub quote: Option<String>,
    /// Why it may stand.
    pub reason: String,
    /// 1-based line in the file it was read from; 0 for a new entry.
    pub line: usize,
}

impl Entry {
    /// Lets one finding stand.
    #[must_use]
    pub fn of(finding: &Finding, reason: &str) -> Self {
        Self {
            rule: Some(finding.rule.id.clone()),
            fingerprint: Some(finding.fingerprint.clone()),
            quote: Some(finding.quote.clone()),
            reason: reason.to_owned(),
            line: 0,
        }
    }

    /// What it is about; two entries with the same key say the same.
    #[must_use]
    pub fn key(&self) -> String {
        match (&self.fingerprint, &self.rule) {
            (Some(print), _) => format!("fingerprint {print}"),
            (None, rule) => format!("rule {}", rule.as_deref().unwrap_or_default()),
        }
    }

    /// Whether it lets a finding stand.
    #[must_use]
    pub fn speaks_for(&self, finding: &Finding) -> bool {
        self.rule.as_ref().is_none_or(|rule| *rule == finding.rule.id)
            && self.fingerprint.as_ref().is_none_or(|print| *print == finding.fingerprint)
    }
}

/// The decisions kept beside an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecar {
    name: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSidecar {
    #[serde(default)]
    stet: Vec<Spanned<RawEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    fingerprint: Option<Spanned<String>>,
    rule: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    quote: Option<String>,
}

impl Sidecar {
    /// An empty sidecar called `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), entries: Vec::new() }
    }

    /// The sidecar's name for an article: `news.txt` has `news.txt.stet.toml`.
    #[must_use]
    pub fn name_for(article: &str) -> String {
        format!("{article}.stet.toml")
    }

    /// Reads a sidecar; `name` stands in messages.
    ///
    /// # Errors
    /// The first fault with file, line and column, and the nearest valid key where one is close.
    pub fn parse(name: &str, text: &str) -> Result<Self, PackError> {
        let at = |offset: usize, message: &str| place(name, text, offset, message);
        let raw: RawSidecar = toml::from_str(text).map_err(|e| at(e.span().map_or(0, |s| s.start), &with_nearest(e.message())))?;
        let mut out = Self::new(name);
        let mut seen = BTreeSet::new();
        for entry in raw.stet {
            let start = entry.span().start;
            let raw = entry.into_inner();
            let Some(reason) = raw.reason else { return Err(at(start, "a stet needs a `reason`")) };
            if !says_something(reason.get_ref()) {
                return Err(at(reason.span().start, "the reason of a stet is empty"));
            }
            if let Some(print) = &raw.fingerprint
                && !is_fingerprint(print.get_ref())
            {
                return Err(at(print.span().start, "a fingerprint has 16 hexadecimal digits, 0–9 and a–f"));
            }
            if let Some(rule) = &raw.rule
                && !is_id(rule.get_ref())
            {
                return Err(at(rule.span().start, &format!("“{}” is no rule id; a stet names one rule", rule.get_ref())));
            }
            if raw.fingerprint.is_none() && raw.rule.is_none() {
                return Err(at(start, "a stet needs a `fingerprint`, or a `rule` that it lets stand in the whole file"));
            }
            let entry = Entry {
                rule: raw.rule.map(Spanned::into_inner),
                fingerprint: raw.fingerprint.map(Spanned::into_inner),
                quote: raw.quote,
                reason: reason.into_inner(),
                line: at(start, "").line,
            };
            if !seen.insert(entry.key()) {
                return Err(at(start, &format!("{} stands here twice", entry.key())));
            }
            out.entries.push(entry);
        }
        Ok(out)
    }

    /// The file's text: sorted by rule, then fingerprint, so that it merges well.
    #[must_use]
    pub fn render(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort();
        let blocks: Vec<String> = entries
            .iter()
            .map(|entry| {
                let mut out = "[[stet]]\n".to_owned();
                let keys = [("rule", &entry.rule), ("fingerprint", &entry.fingerprint), ("quote", &entry.quote)];
                let reason = Some(entry.reason.clone());
                for (key, value) in keys.into_iter().chain([("reason", &reason)]) {
                    if let Some(value) = value {
                        out.push_str(&format!("{key} = {}\n", toml::Value::from(value.as_str())));
                    }
                }
                out
            })
            .collect();
        blocks.join("\n")
    }

    /// Adds a decision, or replaces the one on the same finding or rule; whether it is new.
    pub fn add(&mut self, entry: Entry) -> bool {
        let known = self.entries.iter_mut().find(|e| e.key() == entry.key());
        let new = known.is_none();
        match known {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
        new
    }

    /// The decisions, in file order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

fn says_something(reason: &str) -> bool {
    reason.chars().any(char::is_alphanumeric)
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Next,
    Begin,
    End,
    File,
}

const KEYWORDS: [(&str, Kind); 4] = [("stet", Kind::Next), ("stet-begin", Kind::Begin), ("stet-end", Kind::End), ("stet-file", Kind::File)];

/// A comment that could be read.
struct Stet {
    at: Span,
    kind: Kind,
    /// Rule ids, each once, with their places in the file.
    ids: Vec<(String, Span)>,
    has_reason: bool,
    next_block: usize,
}

/// What one rule id of one stet covers.
struct Reach {
    stet: usize,
    id: usize,
    /// The bytes in which findings must begin; `None` when it covers nothing.
    covers: Option<Span>,
    /// The `stet-end` that closes it, and which of its ids.
    end: Option<(usize, usize)>,
    used: bool,
}

/// Reads a comment: `None` when it is no stet, an error when it wants to be one.
fn read(comment: &Comment, whole: &str) -> Option<Result<Stet, String>> {
    let text = comment.text.as_str();
    let word = &text[..text.find(|c: char| c == ':' || c.is_whitespace()).unwrap_or(text.len())];
    let folded = word.to_ascii_lowercase();
    let rest = folded.strip_prefix("stet")?;
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let Some((_, kind)) = KEYWORDS.into_iter().find(|(name, _)| *name == folded) else {
        let hint = nearest(&folded, KEYWORDS.iter().map(|k| k.0)).map_or(String::new(), |n| format!(" (did you mean “{n}”?)"));
        return Some(Err(format!("“{}” is no directive{hint}", short(word))));
    };
    let body = &text[word.len()..];
    let (list, reason) = body.split_once(':').unwrap_or((body, ""));
    let inner = whole.get("<!--".len()..).unwrap_or("");
    let lead = inner.len() - inner.trim_start().len();
    let base = comment.span.start as usize + "<!--".len() + lead;
    let mut ids: Vec<(String, Span)> = Vec::new();
    let mut offset = base + word.len();
    for part in list.split(',') {
        let id = part.trim();
        let start = offset + (part.len() - part.trim_start().len());
        offset += part.len() + 1;
        if id.is_empty() {
            return Some(Err("it names no rule".into()));
        }
        if !is_id(id) {
            return Some(Err(format!("“{}” is no rule id", short(id))));
        }
        if ids.iter().all(|(known, _)| known != id) {
            ids.push((id.to_owned(), Span::new(start, start + id.len())));
        }
    }
    let has_reason = kind == Kind::End || says_something(reason);
    Some(Ok(Stet { at: comment.span, kind, ids, has_reason, next_block: comment.next_block }))
}

/// The beginning of a stretch of text, on one line.
fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(32) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

/// The comments of a document that are stets, and what each covers.
#[derive(Default)]
struct Stets {
    all: Vec<Stet>,
    malformed: Vec<(Span, String)>,
    reaches: Vec<Reach>,
    /// `stet-end`s without a beginning: stet and id.
    orphans: Vec<(usize, usize)>,
}

impl Stets {
    fn read(source: &SourceFile, view: &View) -> Self {
        let mut out = Self::default();
        for comment in &view.comments {
            match read(comment, comment.span.of(&source.text)) {
                None => {}
                Some(Err(problem)) => out.malformed.push((comment.span, problem)),
                Some(Ok(mut stet)) => {
                    if view.is_record() {
                        // Escapes may stand before an id, so that its place is not known.
                        stet.ids.iter_mut().for_each(|(_, at)| *at = comment.span);
                    }
                    out.all.push(stet);
                }
            }
        }
        // By rule, the reaches that have begun and not ended.
        let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, stet) in out.all.iter().enumerate() {
            for (id, (name, _)) in stet.ids.iter().enumerate() {
                let covers = match stet.kind {
                    Kind::Next => view.blocks.get(stet.next_block).map(|b| view.to_src(b.view)),
                    Kind::File => Some(Span::new(0, source.text.len())),
                    Kind::Begin => None,
                    Kind::End => {
                        if let Some(last) = open.get_mut(name.as_str()).and_then(Vec::pop) {
                            let reach = &mut out.reaches[last];
                            let start = out.all[reach.stet].at.end;
                            reach.covers = Some(Span { start, end: stet.at.start.max(start) });
                            reach.end = Some((number, id));
                        } else {
                            out.orphans.push((number, id));
                        }
                        continue;
                    }
                };
                if stet.kind == Kind::Begin {
                    open.entry(name).or_default().push(out.reaches.len());
                }
                out.reaches.push(Reach { stet: number, id, covers, end: None, used: false });
            }
        }
        out
    }

    /// Whether a stet speaks for the finding; every one that does is marked as used.
    fn speak_for(&mut self, finding: &Finding) -> bool {
        let mut found = false;
        for reach in &mut self.reaches {
            let stet = &self.all[reach.stet];
            let at = finding.span.start;
            let begins = |c: Span| c.start <= at && (at < c.end || finding.span.is_empty() && at == c.end);
            if stet.has_reason && stet.ids[reach.id].0 == finding.rule.id && reach.covers.is_some_and(begins) {
                reach.used = true;
                found = true;
            }
        }
        found
    }
}

/// Parts `findings`, which must not be clustered yet and have their fingerprints, by the stets of a document.
///
/// A stet without a reason, and a `stet-begin` without an end, let nothing stand.
#[must_use]
pub fn apply(
    set: &Ruleset,
    settings: &Settings,
    source: &SourceFile,
    view: &View,
    sidecar: Option<&Sidecar>,
    findings: Vec<Finding>,
) -> Settled {
    let mut stets = Stets::read(source, view);
    let entries = sidecar.map_or(&[][..], Sidecar::entries);
    let mut used = vec![false; entries.len()];
    let mut out = Settled::default();
    for finding in findings {
        let mut stands = stets.speak_for(&finding);
        for (entry, used) in entries.iter().zip(&mut used) {
            let speaks = entry.speaks_for(&finding);
            *used |= speaks;
            stands |= speaks;
        }
        if stands { &mut out.suppressed } else { &mut out.kept }.push(finding);
    }
    let mut clerk = Clerk { set, settings, source, view, prints: Prints::of(view.record.as_deref()), out: Vec::new() };
    clerk.comments(&stets);
    clerk.sidecar(sidecar.map_or("", |s| s.name.as_str()), entries, &used);
    out.about = clerk.out;
    out.about.sort_by(|a, b| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id)));
    out
}

/// Writes the findings about stets.
struct Clerk<'a> {
    set: &'a Ruleset,
    settings: &'a Settings,
    source: &'a SourceFile,
    view: &'a View,
    prints: Prints,
    out: Vec<Finding>,
}

impl<'a> Clerk<'a> {
    fn runs(&self, id: &str) -> bool {
        self.set.find(id).is_some_and(|rule| self.settings.severities.get(rule).is_some_and(Option::is_some))
    }

    /// Whether every rule that is on by default runs; only then is a fingerprint without a rule known to be stale.
    fn runs_all(&self) -> bool {
        let usual = Settings::new(self.set, false).severities;
        usual.iter().zip(&self.settings.severities).all(|(usual, now)| usual.is_none() || now.is_some())
    }

    /// A finding of `rule`, unless nobody wants to hear of it.
    fn report(&mut self, rule: &str, span: Span, context: Span, values: &[(&str, &str)]) -> Option<&mut Finding> {
        let number = self.set.find(rule)?;
        let severity = (*self.settings.severities.get(number)?)?;
        let rule = &self.set.rules[number];
        let mut message = rule.info.message.clone();
        for (name, value) in values {
            message = message.replace(&format!("{{{name}}}"), value);
        }
        let quote = span.of(&self.source.text);
        let fingerprint = self.prints.next(&rule.info.id, quote, context.of(&self.source.text));
        self.out.push(Finding {
            rule: rule.identity.clone(),
            severity,
            confidence: rule.info.confidence,
            message,
            span,
            quote: quote.to_owned(),
            context,
            evidence: Vec::new(),
            fixes: Vec::new(),
            also: Vec::new(),
            fingerprint,
        });
        self.out.last_mut()
    }

    fn comments(&mut self, stets: &Stets) {
        for (at, problem) in &stets.malformed {
            if let Some(finding) = self.report("stet-malformed", *at, *at, &[("problem", problem)]) {
                let message = "write “stet RULE: reason”, “stet-begin RULE: reason”, “stet-end RULE” or “stet-file RULE: reason”";
                finding.evidence.push(Evidence { message: message.into(), span: None });
            }
        }
        for stet in stets.all.iter().filter(|s| !s.has_reason) {
            self.report("stet-missing-reason", stet.at, stet.at, &[]);
        }
        let mut unused: BTreeMap<usize, Vec<&Reach>> = BTreeMap::new();
        for reach in &stets.reaches {
            let stet = &stets.all[reach.stet];
            let (id, at) = &stet.ids[reach.id];
            if self.set.find(id).is_none() {
                let end = reach.end.map(|(s, i)| stets.all[s].ids[i].1);
                self.unknown(id, *at, stet.at, end);
            } else if stet.kind == Kind::Begin && reach.end.is_none() {
                self.report("stet-unclosed", *at, stet.at, &[("rule", id), ("missing", "end")]);
            } else if stet.has_reason && !reach.used && self.runs(id) {
                unused.entry(reach.stet).or_default().push(reach);
            }
        }
        for (stet, id) in &stets.orphans {
            let stet = &stets.all[*stet];
            let (id, at) = &stet.ids[*id];
            if self.set.find(id).is_none() {
                self.unknown(id, *at, stet.at, None);
            } else {
                self.report("stet-unclosed", *at, stet.at, &[("rule", id), ("missing", "begin")]);
            }
        }
        for (number, reaches) in unused {
            let stet = &stets.all[number];
            if reaches.len() == stet.ids.len() {
                self.unused(stets, stet.at, &reaches);
            } else {
                reaches.iter().for_each(|reach| self.unused(stets, stet.ids[reach.id].1, &[reach]));
            }
        }
    }

    /// The rule whose id is closest, and the question after it.
    fn nearest(&self, id: &str) -> (Option<&'a str>, String) {
        let near = nearest(id, self.set.rules().map(|r| r.id.as_str()));
        (near, near.map_or(String::new(), |n| format!(" (did you mean “{n}”?)")))
    }

    fn unknown(&mut self, id: &str, at: Span, context: Span, end: Option<Span>) {
        let (near, hint) = self.nearest(id);
        let Some(finding) = self.report("stet-unknown-rule", at, context, &[("rule", id), ("hint", &hint)]) else { return };
        if let Some(near) = near {
            let edits = [at].into_iter().chain(end).map(|at| Edit { at, text: near.to_owned() }).collect();
            // What it will silence is for an editor to judge.
            finding.fixes.push(Fix { title: format!("name {near}"), edits, safety: Safety::Unsafe });
        }
    }

    /// Reports ids of one stet that let nothing stand, and takes them out where they begin and where they end.
    fn unused(&mut self, stets: &Stets, at: Span, reaches: &[&Reach]) {
        let mut gone: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for reach in reaches {
            gone.entry(reach.stet).or_default().push(reach.id);
            if let Some((stet, id)) = reach.end {
                gone.entry(stet).or_default().push(id);
            }
        }
        let mut safety = Safety::Safe;
        let mut edits: Vec<Edit> = gone
            .iter()
            .map(|(stet, gone)| {
                let stet = &stets.all[*stet];
                if gone.len() == stet.ids.len() {
                    let (edit, alone) = removal(&self.source.text, stet.at);
                    // Text behind a comment on the same line is read as HTML until the comment goes.
                    if !alone && self.view.escape == Escape::Markdown {
                        safety = Safety::Unsafe;
                    }
                    return edit;
                }
                let left: Vec<&str> = (0..stet.ids.len()).filter(|i| !gone.contains(i)).map(|i| stet.ids[i].0.as_str()).collect();
                let list = stet.ids.iter().map(|(_, at)| *at).reduce(Span::cover).unwrap_or_default();
                Edit { at: list, text: left.join(", ") }
            })
            .collect();
        edits.sort();
        let Some(first) = reaches.first() else { return };
        let stet = &stets.all[first.stet];
        let names: Vec<&str> = reaches.iter().map(|r| stet.ids[r.id].0.as_str()).collect();
        let record = self.view.is_record();
        let own = names.iter().any(|n| self.set.rule(n).is_some_and(|r| r.finder == FINDER));
        let Some(finding) = self.report("stet-unused", at, stet.at, &[("rules", &names.join(", "))]) else { return };
        if own {
            finding.evidence.push(Evidence { message: "a finding about a stet cannot be let stand".into(), span: None });
        }
        if !record {
            finding.fixes.push(Fix { title: "take out the stet".into(), edits, safety });
        }
    }

    /// A sidecar has no place in the article, so its faults stand at the start and name the entry.
    fn sidecar(&mut self, name: &str, entries: &[Entry], used: &[bool]) {
        let start = Span::default();
        for (entry, used) in entries.iter().zip(used) {
            let rule = entry.rule.as_deref();
            let unknown = rule.filter(|id| self.set.find(id).is_none());
            let judged = rule.map_or_else(|| self.runs_all(), |id| self.runs(id));
            let about = if unknown.is_some() { "stet-unknown-rule" } else { "stet-unused" };
            let print = self.prints.next(about, &entry.key(), "");
            let finding = if let Some(id) = unknown {
                let (_, hint) = self.nearest(id);
                self.report(about, start, start, &[("rule", id), ("hint", &hint)])
            } else if judged && !used && !self.view.is_record() {
                self.report(about, start, start, &[("rules", rule.unwrap_or("a finding"))])
            } else {
                None
            };
            let Some(finding) = finding else { continue };
            finding.fingerprint = print;
            let quote = entry.quote.as_ref().map_or(String::new(), |q| format!(", “{q}”"));
            let line = if entry.line > 0 { format!(":{}", entry.line) } else { String::new() };
            finding.evidence.push(Evidence { message: format!("{name}{line}: {}{quote}", entry.key()), span: None });
        }
    }
}

/// The edit that takes a comment out, and whether it stands alone on its line, which then goes too.
fn removal(text: &str, span: Span) -> (Edit, bool) {
    const EOL: [char; 2] = ['\n', '\r'];
    let (start, end) = (span.start as usize, span.end as usize);
    let line_end = |from: usize| text[from..].find(EOL).map_or(text.len(), |i| from + i);
    let behind_eol = |at: usize| at + if text[at..].starts_with("\r\n") { 2 } else { usize::from(at < text.len()) };
    let line = text[..start].rfind(EOL).map_or(0, |i| i + 1);
    let stop = line_end(end);
    let blank = |s: &str| s.trim().is_empty();
    let cut = |start, end| Edit { at: Span::new(start, end), text: String::new() };
    if !blank(&text[line..start]) || !blank(&text[end..stop]) {
        // One of the spaces on either side goes too, all of them at the end of a line.
        let kept = text[..start].trim_end_matches([' ', '\t']).len();
        let from = if kept == line {
            start
        } else if blank(&text[end..stop]) {
            kept
        } else if text[end..].starts_with([' ', '\t']) {
            kept.max(start - usize::from(kept < start))
        } else {
            start
        };
        return (cut(from, end), false);
    }
    let next = behind_eol(stop);
    let before = text[..line].strip_suffix("\r\n").or(text[..line].strip_suffix(EOL)).unwrap_or("");
    let blank_before = blank(&before[before.rfind(EOL).map_or(0, |i| i + 1)..]);
    let next_end = line_end(next);
    let blank_after = blank(&text[next..next_end]);
    let edit = match (blank_before, blank_after) {
        // Without the line the paragraphs around it would become one.
        (false, false) => cut(line, stop),
        (true, true) => cut(line, behind_eol(next_end)),
        _ => cut(line, next),
    };
    (edit, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_leave_no_holes() {
        let check = |text: &str, expect: &str| {
            let start = text.find("<!--").unwrap();
            let end = text.rfind("-->").unwrap() + 3;
            let (edit, _) = removal(text, Span::new(start, end));
            let mut out = text.to_owned();
            out.replace_range(edit.at.range(), &edit.text);
            assert_eq!(out, expect, "{text:?}");
        };
        check("<!-- c -->", "");
        check("<!-- c -->\n\na\n", "a\n");
        check("a\n\n<!-- c -->\n\nb", "a\n\nb");
        check("a\r\n\r\n  <!-- c -->\r\n\r\nb", "a\r\n\r\nb");
        check("a\n<!-- c -->\nb", "a\n\nb");
        check("a\n<!-- c\nd -->\n\nb", "a\n\nb");
        check("a\n\n<!-- c -->\nb", "a\n\nb");
        check("a\n\n<!-- c -->", "a\n\n");
        check("a <!-- c --> b", "a b");
        check("a  <!-- c -->\nb", "a\nb");
        check("a <!-- c -->, b", "a , b");
        check("<p><!-- c -->a</p>", "<p>a</p>");
        check("<!-- c --> a", " a");
        check("> <!-- c -->\n> a", ">\n> a");
    }

    #[test]
    fn only_stets_are_read() {
        let outcome = |text: &str| {
            let comment = Comment { span: Span::new(0, text.len() + 9), text: text.to_owned(), next_block: 0 };
            match read(&comment, &format!("<!-- {text} -->")) {
                None => "no stet".to_owned(),
                Some(Err(problem)) => problem,
                Some(Ok(stet)) => {
                    let ids: Vec<&str> = stet.ids.iter().map(|(id, _)| id.as_str()).collect();
                    format!("{:?} {} {}", stet.kind, ids.join("+"), stet.has_reason)
                }
            }
        };
        assert_eq!(outcome("stet a-b: as they say"), "Next a-b true");
        assert_eq!(outcome("STET-File a , b,a :10"), "File a+b true");
        assert_eq!(outcome("stet-begin a: —"), "Begin a false");
        assert_eq!(outcome("stet-end a"), "End a true");
        assert_eq!(outcome("stetson a: b"), "no stet");
        assert_eq!(outcome("a stet"), "no stet");
        assert_eq!(outcome("stet"), "it names no rule");
        assert_eq!(outcome("stet: a"), "it names no rule");
        assert_eq!(outcome("stet a,: b"), "it names no rule");
        assert_eq!(outcome("stet *: b"), "“*” is no rule id");
        assert_eq!(outcome("stet the quotation"), "“the quotation” is no rule id");
        assert_eq!(outcome("stet this long\nquotation of the minister"), "“this long quotation of the minis…” is no rule id");
        assert_eq!(outcome("stet-beginn a: b"), "“stet-beginn” is no directive (did you mean “stet-begin”?)");
    }
}
