//! The rule files as data, and their reader. Shared with the build script, so that the built-in packs
//! and a house's own go through the same code.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::finding::{Confidence, Safety, Severity};
use crate::rule::pattern::{self, Pattern};
use crate::rule::table;

/// How mature a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Shown with `--preview` only.
    Preview,
    /// Measured and on.
    Stable,
    /// Kept, but never run.
    Off,
}

impl Status {
    /// The name as written in rules and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Stable => "stable",
            Self::Off => "off",
        }
    }
}

/// What must be at hand for a rule to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// The English text alone.
    Target,
    /// The source article too.
    Source,
    /// A publication date.
    Date,
    /// An earlier version of the text; without one such a rule finds nothing.
    Revision,
}

impl Need {
    /// Whether a run has what is needed, or does without.
    #[must_use]
    pub fn is_met(self) -> bool {
        matches!(self, Self::Target | Self::Revision)
    }
}

/// A pack, ready to compile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pack {
    /// Unique name.
    pub name: String,
    /// The pack's own word lists, entries as written.
    pub lists: Vec<(String, Vec<String>)>,
    /// Its rules.
    pub rules: Vec<RuleDef>,
}

/// A rule, ready to compile; its examples are kept apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleDef {
    /// Kebab-case id.
    pub id: String,
    /// MQM category.
    pub category: String,
    /// Harm.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it is silent where any other rule speaks.
    pub yields: bool,
    /// How mature.
    pub status: Status,
    /// One sentence, may hold placeholders.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// Source languages; empty for any.
    pub from: Vec<String>,
    /// What must be at hand.
    pub needs: Vec<Need>,
    /// Block kinds; empty for the default.
    pub scope: Vec<String>,
    /// The patterns of `match`.
    pub patterns: Vec<Pattern>,
    /// The detector's name.
    pub detector: Option<String>,
    /// Whether it has a table.
    pub table: bool,
    /// The rows of `table`.
    pub rows: Vec<Row>,
    /// Guards of which all must hold.
    pub only: Guard,
    /// Guards of which none may hold.
    pub unless: Guard,
    /// Fixes, best first.
    pub fixes: Vec<FixDef>,
}

/// A row of a rule's table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The pattern.
    pub wrong: Pattern,
    /// The replacement, or several, best first; empty when none is knowable.
    pub right: Vec<String>,
    /// Guards of which all must hold.
    pub only: Guard,
    /// Guards of which none may hold.
    pub unless: Guard,
    /// Source languages; empty for the rule's own.
    pub from: Vec<String>,
    /// The phrase in the source language.
    pub source: String,
    /// The subject it belongs to, such as `politics`; empty for any.
    pub domain: String,
    /// What an editor should know.
    pub note: String,
    /// 1-based line in the table.
    pub line: usize,
}

/// A set of guards.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Guard {
    /// Ends directly before.
    pub before: Vec<Pattern>,
    /// Starts directly after.
    pub after: Vec<Pattern>,
    /// In the same sentence.
    pub near: Vec<Pattern>,
    /// In the document.
    pub doc: Vec<Pattern>,
    /// Covers the match.
    pub inside: Vec<Pattern>,
    /// In quotation marks.
    pub quoted: bool,
    /// In a headline in title case.
    pub title: bool,
    /// At the start of a sentence.
    pub start: bool,
}

/// A fix as written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FixDef {
    /// Replacement template.
    pub text: String,
    /// How far it may be applied.
    pub safety: Safety,
    /// What it does; made from the text when absent.
    pub title: Option<String>,
    /// Keep the template's own capitals.
    pub exact: bool,
}

/// What a rule's examples are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExampleFormat {
    /// Plain text.
    #[default]
    Plain,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

/// A rule's examples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Examples {
    /// What they are written in.
    pub format: ExampleFormat,
    /// Texts with exactly one finding of the rule.
    pub bad: Vec<Bad>,
    /// Texts without one.
    pub good: Vec<Good>,
    /// False alarms that are known and stay.
    pub known: Vec<String>,
    /// Examples of single rows of the rule's table.
    pub rows: Vec<RowExamples>,
}

/// The examples of one row of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowExamples {
    /// Index of the row among the rule's rows.
    pub row: usize,
    /// 1-based line in the table.
    pub line: usize,
    /// Texts with exactly one finding of the rule.
    pub bad: Vec<Bad>,
    /// Texts without one.
    pub good: Vec<String>,
}

/// A text without a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Good {
    /// The text.
    pub text: String,
    /// The earlier version it replaces.
    pub old: Option<String>,
}

/// A faulty text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bad {
    /// The text.
    pub text: String,
    /// The earlier version it replaces.
    #[serde(default)]
    pub old: Option<String>,
    /// What is flagged.
    pub flag: String,
    /// What replaces it.
    #[serde(default)]
    pub fix: Option<String>,
    /// Other rules that fire on it.
    #[serde(default)]
    pub also: Vec<String>,
    /// For readers.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    pack: RawPack,
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    name: String,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    lists: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    category: Spanned<String>,
    severity: Severity,
    #[serde(default)]
    confidence: Option<Confidence>,
    #[serde(default)]
    yields: bool,
    #[serde(default)]
    status: Option<Status>,
    message: Spanned<String>,
    why: String,
    #[serde(default)]
    from: Option<Vec<String>>,
    #[serde(default)]
    needs: Option<Vec<Need>>,
    #[serde(default)]
    scope: Vec<Spanned<String>>,
    #[serde(default, rename = "match")]
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    detector: Option<String>,
    #[serde(default)]
    table: Option<Spanned<String>>,
    #[serde(default)]
    only: RawGuard,
    #[serde(default)]
    unless: RawGuard,
    #[serde(default)]
    fix: Option<OneOrMany>,
    #[serde(default)]
    format: ExampleFormat,
    #[serde(default)]
    bad: Vec<Bad>,
    #[serde(default)]
    good: Vec<RawGood>,
    #[serde(default)]
    known: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawGuard {
    #[serde(default)]
    before: Vec<Spanned<String>>,
    #[serde(default)]
    after: Vec<Spanned<String>>,
    #[serde(default)]
    near: Vec<Spanned<String>>,
    #[serde(default)]
    doc: Vec<Spanned<String>>,
    #[serde(default)]
    inside: Vec<Spanned<String>>,
    #[serde(default)]
    quoted: bool,
    #[serde(default)]
    title: bool,
    #[serde(default)]
    start: bool,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text, or a table of `old` and `text`")]
enum RawGood {
    Text(String),
    Version(RawVersion),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVersion {
    old: String,
    text: String,
}

impl RawGood {
    fn read(&self) -> Good {
        match self {
            Self::Text(text) => Good { text: text.clone(), old: None },
            Self::Version(RawVersion { old, text }) => Good { text: text.clone(), old: Some(old.clone()) },
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(RawFix),
    Many(Vec<RawFix>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFix {
    text: String,
    safety: Safety,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    case: Option<String>,
}

/// A fault in a rule file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackError {
    /// The file as named by the caller.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

impl std::fmt::Display for PackError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for PackError {}

/// A fault at byte `offset` of `text`.
#[must_use]
pub fn place(file: &str, text: &str, offset: usize, message: impl Into<String>) -> PackError {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    PackError { file: file.to_owned(), line, column, message: message.into() }
}

/// Adds “did you mean” to serde's “unknown field, expected one of”.
#[must_use]
pub fn with_nearest(message: &str) -> String {
    let mut ticks = message.split('`').skip(1).step_by(2);
    let Some(found) = ticks.next().filter(|_| message.starts_with("unknown ")) else { return message.to_owned() };
    nearest(found, ticks).map_or_else(|| message.to_owned(), |best| format!("{message}; did you mean `{best}`?"))
}

/// The candidate closest to `found`, when it is close.
pub fn nearest<'a>(found: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|c| (strsim::damerau_levenshtein(found, c), c))
        .filter(|(d, c)| *d <= 1 + c.len().max(found.len()) / 3)
        .min()
        .map(|(_, c)| c)
}

/// Reads one pack file. `categories` are the ids of `mqm.toml`; `table` reads a table file beside the packs.
///
/// # Errors
/// The first fault with file, line and column, and the nearest valid name where one is close.
pub fn read(
    file: &str,
    text: &str,
    categories: &[String],
    table: impl Fn(&str) -> Result<String, String>,
) -> Result<(Pack, Vec<Examples>), PackError> {
    let raw: RawFile = toml::from_str(text).map_err(|e| {
        let offset = e.span().map_or(0, |s| s.start);
        place(file, text, offset, with_nearest(e.message()))
    })?;
    let patterns = |list: &[Spanned<String>]| -> Result<Vec<Pattern>, PackError> {
        list.iter()
            .map(|p| pattern::parse(p.get_ref()).map_err(|e| place(file, text, p.span().start, format!("pattern “{}”: {e}", p.get_ref()))))
            .collect()
    };
    let guard = |raw: &RawGuard| -> Result<Guard, PackError> {
        Ok(Guard {
            before: patterns(&raw.before)?,
            after: patterns(&raw.after)?,
            near: patterns(&raw.near)?,
            doc: patterns(&raw.doc)?,
            inside: patterns(&raw.inside)?,
            quoted: raw.quoted,
            title: raw.title,
            start: raw.start,
        })
    };
    let mut rules = Vec::new();
    let mut examples = Vec::new();
    for rule in &raw.rule {
        let id = rule.id.get_ref();
        let at = |span: std::ops::Range<usize>, message: String| place(file, text, span.start, message);
        let kebab = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !kebab || id.starts_with('-') || id.ends_with('-') {
            return Err(at(rule.id.span(), format!("rule id “{id}” must be kebab-case, such as `stray-full-stop`")));
        }
        let category = rule.category.get_ref();
        if !categories.is_empty() && !categories.contains(category) {
            let hint = nearest(category, categories.iter().map(String::as_str)).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return Err(at(rule.category.span(), format!("category “{category}” is not in mqm.toml{hint}")));
        }
        let message = rule.message.get_ref();
        if message.chars().count() > 120 || !message.ends_with(['.', '?', '”']) {
            return Err(at(rule.message.span(), "a message has at most 120 characters and ends with a full stop".into()));
        }
        const KINDS: [&str; 8] = ["para", "item", "quote", "caption", "heading", "cell", "alt", "meta"];
        if let Some(bad) = rule.scope.iter().find(|s| !KINDS.contains(&s.get_ref().as_str())) {
            let hint = nearest(bad.get_ref(), KINDS.into_iter()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return Err(at(bad.span(), format!("unknown block kind “{}”{hint}", bad.get_ref())));
        }
        // A detector may read a table.
        let finders = usize::from(!rule.patterns.is_empty()) + usize::from(rule.detector.is_some() || rule.table.is_some());
        if finders != 1 {
            return Err(at(rule.id.span(), format!("rule {id} needs exactly one of `match`, `table` and `detector`")));
        }
        let (rows, shown) = match &rule.table {
            Some(name) => {
                let body = table(name.get_ref()).map_err(|e| at(name.span(), e))?;
                table::read(name.get_ref(), &body)?
            }
            None => Default::default(),
        };
        let fixes = match &rule.fix {
            None => Vec::new(),
            Some(OneOrMany::One(one)) => vec![fix(one)],
            Some(OneOrMany::Many(many)) => many.iter().map(fix).collect(),
        };
        rules.push(RuleDef {
            id: id.clone(),
            category: category.clone(),
            severity: rule.severity,
            confidence: rule.confidence.unwrap_or(Confidence::High),
            yields: rule.yields,
            status: rule.status.unwrap_or(Status::Preview),
            message: message.clone(),
            why: rule.why.clone(),
            from: rule.from.clone().unwrap_or_else(|| raw.pack.from.clone()),
            needs: rule.needs.clone().unwrap_or_else(|| vec![Need::Target]),
            scope: rule.scope.iter().map(|s| s.get_ref().clone()).collect(),
            patterns: patterns(&rule.patterns)?,
            detector: rule.detector.clone(),
            table: rule.table.is_some(),
            rows,
            only: guard(&rule.only)?,
            unless: guard(&rule.unless)?,
            fixes,
        });
        examples.push(Examples {
            format: rule.format,
            bad: rule.bad.clone(),
            good: rule.good.iter().map(RawGood::read).collect(),
            known: rule.known.clone(),
            rows: shown,
        });
    }
    let lists = raw.pack.lists.into_iter().collect();
    Ok((Pack { name: raw.pack.name, lists, rules }, examples))
}

fn fix(raw: &RawFix) -> FixDef {
    FixDef { text: raw.text.clone(), safety: raw.safety, title: raw.title.clone(), exact: raw.case.as_deref() == Some("exact") }
}

/// The category ids of `mqm.toml`.
///
/// # Errors
/// When the file is not TOML of the expected form.
pub fn read_categories(file: &str, text: &str) -> Result<Vec<String>, PackError> {
    #[derive(Deserialize)]
    struct File {
        category: Vec<Category>,
    }
    #[derive(Deserialize)]
    struct Category {
        id: String,
    }
    let parsed: File = toml::from_str(text).map_err(|e| place(file, text, e.span().map_or(0, |s| s.start), e.message()))?;
    Ok(parsed.category.into_iter().map(|c| c.id).collect())
}

/// What a rule flagged on the texts copydesk was developed with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The rule; `*words*` for the sizes of the texts.
    pub rule: String,
    /// Flags on machine translations with human error marks.
    pub marked: u32,
    /// How many of those touch a marked error.
    pub right: u32,
    /// How many touch a major one.
    pub major: u32,
    /// Flags on further machine translations.
    pub mt: u32,
    /// Flags on articles that people wrote in English.
    pub human: u32,
}

/// Reads `measured.tsv`.
///
/// # Errors
/// The first line that is no rule and five figures.
pub fn read_measured(file: &str, text: &str) -> Result<Vec<Measured>, PackError> {
    let lines = text.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.is_empty());
    lines
        .skip(1)
        .map(|(number, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            let fault =
                || PackError { file: file.to_owned(), line: number + 1, column: 1, message: "expected a rule and five figures".into() };
            let [rule, marked, right, major, mt, human] = cells[..] else { return Err(fault()) };
            let figure = |cell: &str| if cell.is_empty() { Ok(0) } else { cell.parse().map_err(|_| fault()) };
            Ok(Measured {
                rule: rule.to_owned(),
                marked: figure(marked)?,
                right: figure(right)?,
                major: figure(major)?,
                mt: figure(mt)?,
                human: figure(human)?,
            })
        })
        .collect()
}

/// What a finding of a rule nobody has measured counts as a sign of machine translation.
pub const UNMEASURED_SIGN: f32 = 2.0 / 3.0;

/// How far a finding of `rule` speaks for machine translation, 0 to 1: the share of its flags that would stand in machine
/// translations if half of all text were, held back where it flagged little.
#[must_use]
pub fn sign(measured: &[Measured], rule: &str) -> f32 {
    let line = |id: &str| measured.iter().find(|m| m.rule == id);
    let (Some(own), Some(words)) = (line(rule), line("*words*")) else { return UNMEASURED_SIGN };
    #[expect(clippy::cast_precision_loss, reason = "counts of flags and words")]
    let [mt, human, mt_words, human_words] =
        [own.marked + own.mt, own.human, words.marked + words.mt, words.human.max(1)].map(|n| n as f32);
    (mt + 1.0) / (mt + 1.5 + human * mt_words / human_words)
}

/// The list of lines that a site repeats.
pub const SITE_LINES: &str = "site-lines";

/// Lists whose entries are compared as they stand, not as words.
pub const RAW_LISTS: [&str; 2] = [SITE_LINES, "furniture-classes"];

/// A word list ready to be added to a vocabulary, an entry a line.
#[must_use]
pub fn pack_list(name: &str, entries: &[String]) -> String {
    if RAW_LISTS.contains(&name) { entries.join("\n") } else { pattern::fold_list(entries) }
}

/// The entries of a word-list file: one a line, `#` starts a comment.
#[must_use]
pub fn read_words(text: &str) -> Vec<String> {
    text.lines().map(|l| l.split('#').next().unwrap_or("").trim()).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}
