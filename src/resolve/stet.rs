//! stet, “let it stand”: findings an editor has accepted.
//!
//! In Markdown and HTML a comment says so: `<!-- stet RULE: reason -->` for the next block, `stet-begin RULE: reason` to
//! `stet-end RULE` for a stretch, `stet-file RULE: reason` for the file. Any file may have a sidecar, `ARTICLE.stet.toml`,
//! that names findings by fingerprint or rules for the whole file. Rules and reasons are required; what is unknown,
//! unread, unpaired or unused is a finding of its own, which no stet can silence.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::Settings;
use crate::finding::{Edit, Evidence, Finding, Fix, Safety};
use crate::rule::Ruleset;
use crate::rule::schema::{self, PackError, nearest};
use crate::source::SourceFile;
use crate::span::Span;
use crate::view::{Comment, View};

/// What stands beside an article as `ARTICLE.stet.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecar {
    /// The file's name, for messages.
    pub name: String,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// One entry of a sidecar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The finding, by fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The rule; without a fingerprint, all its findings in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Why it stands.
    pub reason: String,
    /// The flagged words, for readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// 1-based line in the sidecar; 0 for a new entry.
    #[serde(skip)]
    pub line: usize,
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
    rule: Option<String>,
    reason: Spanned<String>,
    quote: Option<String>,
}

impl Sidecar {
    /// Reads a sidecar; `name` is the file's, for errors.
    ///
    /// # Errors
    /// The first fault with line and column, and the nearest valid key.
    pub fn parse(name: &str, text: &str) -> Result<Self, PackError> {
        let fault = |offset: usize, message: &str| schema::place(name, text, offset, message);
        let raw: RawSidecar =
            toml::from_str(text).map_err(|e| fault(e.span().map_or(0, |s| s.start), &schema::with_nearest(e.message())))?;
        let mut entries = Vec::new();
        for entry in raw.stet {
            let start = entry.span().start;
            let RawEntry { fingerprint, rule, reason, quote } = entry.into_inner();
            if fingerprint.is_none() && rule.is_none() {
                return Err(fault(start, "a stet names a `fingerprint` or a `rule`"));
            }
            if let Some(print) = &fingerprint {
                let hex = print.get_ref();
                if hex.len() != 16 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                    return Err(fault(print.span().start, &format!("“{hex}” is no fingerprint; expected 16 digits of 0-9 and a-f")));
                }
            }
            if reason.get_ref().trim().is_empty() {
                return Err(fault(reason.span().start, "a stet needs a reason"));
            }
            entries.push(Entry {
                fingerprint: fingerprint.map(Spanned::into_inner),
                rule,
                reason: reason.into_inner(),
                quote,
                line: fault(start, "").line,
            });
        }
        Ok(Self { name: name.to_owned(), entries })
    }

    /// The file's text, entries sorted.
    #[must_use]
    pub fn render(&self) -> String {
        #[derive(Serialize)]
        struct File<'a> {
            stet: Vec<&'a Entry>,
        }
        let mut stet: Vec<&Entry> = self.entries.iter().collect();
        stet.sort_by(|a, b| (&a.rule, &a.fingerprint, &a.quote).cmp(&(&b.rule, &b.fingerprint, &b.quote)));
        toml::to_string(&File { stet }).unwrap_or_default()
    }
}

/// What is reported, and what stands.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// To be reported, in text order.
    pub kept: Vec<Finding>,
    /// Let stand.
    pub suppressed: Vec<Finding>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Next,
    Begin,
    End,
    File,
}

/// A directive, read.
struct Directive {
    kind: Kind,
    /// Rule ids with their places in the file.
    rules: Vec<(String, Span)>,
    reason: bool,
    at: Span,
    next_block: usize,
}

/// `None` for a comment that is none of ours, else the directive or what is wrong with it.
fn read(comment: &Comment, text: &str) -> Option<Result<Directive, &'static str>> {
    let body = comment.text.strip_prefix("stet")?;
    let (kind, rest) = match body.split_at_checked(body.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(body.len()))? {
        ("", rest) => (Kind::Next, rest),
        ("-begin", rest) => (Kind::Begin, rest),
        ("-end", rest) => (Kind::End, rest),
        ("-file", rest) => (Kind::File, rest),
        (other, _) if other.starts_with('-') => return Some(Err("there are stet, stet-begin, stet-end and stet-file")),
        _ => return None,
    };
    let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let mut rules = Vec::new();
    // Ids are looked up in the file's own bytes, one after the other.
    let mut from = comment.span.start as usize + text[comment.span.range()].find("stet").unwrap_or(0) + "stet".len();
    for name in names.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        let start = from + text.get(from..comment.span.end as usize).and_then(|t| t.find(name)).unwrap_or(0);
        from = (start + name.len()).min(comment.span.end as usize);
        rules.push((name.to_owned(), Span::new(start, from)));
    }
    if rules.is_empty() && kind != Kind::End {
        return Some(Err("it names no rule"));
    }
    if rules.iter().any(|(name, _)| name.contains(char::is_whitespace)) {
        return Some(Err("rules are separated by commas, and a colon stands before the reason"));
    }
    Some(Ok(Directive { kind, rules, reason: !reason.trim().is_empty(), at: comment.span, next_block: comment.next_block }))
}

/// A stretch of the file in which one rule's findings stand.
struct Stretch {
    rule: String,
    range: Span,
    /// Index of the directive that says so.
    by: usize,
    used: bool,
}

/// Findings, apart by whether someone let them stand; findings about the directives themselves are added.
#[must_use]
pub fn settle(
    set: &Ruleset,
    settings: &Settings,
    source: &SourceFile,
    view: &View,
    sidecar: Option<&Sidecar>,
    findings: Vec<Finding>,
) -> Settled {
    let mut judge = Judge { set, settings, source, own: Vec::new() };
    let mut directives = Vec::new();
    for comment in &view.comments {
        match read(comment, &source.text) {
            None => {}
            Some(Err(problem)) => judge.report("stet-malformed", comment.span, &[("problem", problem)], None, None),
            Some(Ok(directive)) if !directive.reason && directive.kind != Kind::End => {
                judge.report("stet-malformed", comment.span, &[("problem", "it gives no reason")], None, None);
            }
            Some(Ok(directive)) => directives.push(directive),
        }
    }
    let mut stretches = judge.stretches(&directives, view);
    let mut entry_used = vec![false; sidecar.map_or(0, |s| s.entries.len())];
    let mut out = Settled::default();
    for finding in findings {
        let names = |rule: &str| finding.rule.id == rule || finding.also.iter().any(|a| a == rule);
        let mut stands = false;
        for stretch in
            stretches.iter_mut().filter(|s| names(&s.rule) && s.range.start <= finding.span.start && finding.span.start < s.range.end)
        {
            (stretch.used, stands) = (true, true);
        }
        for (entry, used) in sidecar.iter().flat_map(|s| &s.entries).zip(&mut entry_used) {
            let fits = match (&entry.fingerprint, &entry.rule) {
                (Some(print), _) => *print == finding.fingerprint,
                (None, Some(rule)) => names(rule),
                (None, None) => false,
            };
            if fits {
                (*used, stands) = (true, true);
            }
        }
        if stands { out.suppressed.push(finding) } else { out.kept.push(finding) }
    }
    judge.unused(&directives, &stretches);
    if let Some(sidecar) = sidecar {
        judge.unused_entries(sidecar, &entry_used);
    }
    if !judge.own.is_empty() {
        super::fingerprint::assign(&mut judge.own, &source.text);
        out.kept.append(&mut judge.own);
        out.kept.sort_by(|a, b| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id)));
    }
    out
}

struct Judge<'a> {
    set: &'a Ruleset,
    settings: &'a Settings,
    source: &'a SourceFile,
    own: Vec<Finding>,
}

impl Judge<'_> {
    fn report(&mut self, id: &str, at: Span, values: &[(&str, &str)], fix: Option<Fix>, evidence: Option<Evidence>) {
        let Some(number) = self.set.find(id) else { return };
        let Some(severity) = self.settings.severities.get(number).copied().flatten() else { return };
        let rule = &self.set.rules[number];
        let mut message = rule.info.message.clone();
        for (name, value) in values {
            message = message.replace(&format!("{{{name}}}"), value);
        }
        self.own.push(Finding {
            rule: rule.identity.clone(),
            severity,
            confidence: rule.info.confidence,
            message,
            span: at,
            quote: at.of(&self.source.text).to_owned(),
            context: at,
            evidence: evidence.into_iter().collect(),
            fixes: fix.into_iter().collect(),
            also: Vec::new(),
            fingerprint: String::new(),
        });
    }

    fn unknown(&mut self, name: &str, at: Span, evidence: Option<Evidence>) -> bool {
        if self.set.find(name).is_some() {
            return false;
        }
        let near = nearest(name, self.set.rules().map(|r| r.id.as_str())).map(str::to_owned);
        let hint = near.as_ref().map_or(String::new(), |n| format!("; did you mean “{n}”?"));
        let fix = near.filter(|_| !at.is_empty()).map(|text| Fix {
            title: format!("write “{text}”"),
            edits: vec![Edit { at, text }],
            safety: Safety::Unsafe,
        });
        self.report("stet-unknown-rule", at, &[("rule", name), ("hint", hint.trim_end_matches('?'))], fix, evidence);
        true
    }

    /// Where which rule's findings stand; unknown rules and lonely partners are reported.
    fn stretches(&mut self, directives: &[Directive], view: &View) -> Vec<Stretch> {
        let end = self.source.text.len();
        let mut out = Vec::new();
        let mut open: Vec<(String, usize)> = Vec::new();
        for (by, directive) in directives.iter().enumerate() {
            if directive.kind == Kind::End {
                let closes = |name: &str| directive.rules.is_empty() || directive.rules.iter().any(|(r, _)| r == name);
                let (closed, still) = open.drain(..).partition(|(name, _)| closes(name));
                open = still;
                let closed: Vec<(String, usize)> = closed;
                let lonely: Vec<&str> =
                    directive.rules.iter().map(|(r, _)| r.as_str()).filter(|r| !closed.iter().any(|(n, _)| n == r)).collect();
                if !lonely.is_empty() || closed.is_empty() {
                    let names = if lonely.is_empty() { "any rule".to_owned() } else { lonely.join(", ") };
                    self.report("stet-unclosed", directive.at, &[("directive", "stet-end"), ("rule", &names)], None, None);
                }
                for (rule, begin) in closed {
                    let range = Span { start: directives[begin].at.end, end: directive.at.start };
                    out.push(Stretch { rule, range, by: begin, used: false });
                }
                continue;
            }
            for (rule, at) in &directive.rules {
                if self.unknown(rule, *at, None) {
                    continue;
                }
                let range = match directive.kind {
                    Kind::Begin => {
                        open.push((rule.clone(), by));
                        continue;
                    }
                    Kind::File => Span::new(0, end),
                    _ => view.blocks.get(directive.next_block).map_or(Span::new(end, end), |b| view.to_src(b.view)),
                };
                out.push(Stretch { rule: rule.clone(), range, by, used: false });
            }
        }
        for (rule, by) in open {
            self.report("stet-unclosed", directives[by].at, &[("directive", "stet-begin"), ("rule", &rule)], None, None);
        }
        out
    }

    /// Whether a rule ran, so that its absence means something.
    fn ran(&self, rule: &str) -> bool {
        self.set.find(rule).is_some_and(|n| self.settings.severities.get(n).copied().flatten().is_some())
    }

    fn unused(&mut self, directives: &[Directive], stretches: &[Stretch]) {
        for (by, directive) in directives.iter().enumerate() {
            let mine: Vec<&Stretch> = stretches.iter().filter(|s| s.by == by).collect();
            let idle: Vec<&str> = mine.iter().filter(|s| !s.used && self.ran(&s.rule)).map(|s| s.rule.as_str()).collect();
            if idle.is_empty() {
                continue;
            }
            // A directive that does some good is left to its author; a begin would leave its end behind.
            let whole = idle.len() == directive.rules.len() && directive.kind != Kind::Begin;
            let fix = whole.then(|| Fix {
                title: "delete the stet".into(),
                edits: vec![Edit { at: self.line_of(directive.at), text: String::new() }],
                safety: Safety::Safe,
            });
            self.report("stet-unused", directive.at, &[("rule", &idle.join(", "))], fix, None);
        }
    }

    /// The span with its line, when nothing else stands on it.
    fn line_of(&self, at: Span) -> Span {
        let text = &self.source.text;
        let before = text[..at.start as usize].rfind('\n').map_or(0, |n| n + 1);
        let after = text[at.end as usize..].find('\n').map_or(text.len(), |n| at.end as usize + n + 1);
        let alone = text[before..at.start as usize].trim().is_empty() && text[at.end as usize..after].trim().is_empty();
        if alone { Span::new(before, after) } else { at }
    }

    /// A sidecar's entries have no place in the article; they are reported at its start.
    fn unused_entries(&mut self, sidecar: &Sidecar, used: &[bool]) {
        for (entry, used) in sidecar.entries.iter().zip(used) {
            let evidence = |what: &str| Some(Evidence { message: format!("{}:{}: {what}", sidecar.name, entry.line), span: None });
            let start = Span::new(0, 0);
            if let Some(rule) = &entry.rule
                && self.unknown(rule, start, evidence("this entry silences nothing"))
            {
                continue;
            }
            if !used && entry.rule.as_deref().is_none_or(|r| self.ran(r)) {
                let what = entry.rule.as_deref().or(entry.fingerprint.as_deref()).unwrap_or_default();
                let quote = entry.quote.as_ref().map_or(String::new(), |q| format!(" (“{q}”)"));
                let message = format!("this entry for {what}{quote} silences nothing");
                self.report("stet-unused", start, &[("rule", what)], None, evidence(&message));
            }
        }
    }
}
