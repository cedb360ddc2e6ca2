//! `copydesk.toml`: found, read, checked and explained.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::finding::{Confidence, Severity};
use crate::record::Fields;
use crate::report::FORMATS;
use crate::rule::Ruleset;
use crate::rule::schema::{self, PackError};
use crate::score::{Model, Shape};
use crate::select::{self, Selection};

/// The file's name.
pub const NAME: &str = "copydesk.toml";

/// What `copydesk init` writes.
pub const TEMPLATE: &str = include_str!("config/template.toml");

type Names = Option<Spanned<Vec<Spanned<String>>>>;
type Severities = Option<Spanned<BTreeMap<Spanned<String>, Spanned<String>>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    source_language: Option<Spanned<String>>,
    packs: Names,
    furniture: Names,
    names: Names,
    baseline: Option<Spanned<String>>,
    builtin: Option<Spanned<bool>>,
    preview: Option<Spanned<bool>>,
    min_confidence: Option<Spanned<Confidence>>,
    fail_on: Option<Spanned<Severity>>,
    max_findings: Option<Spanned<usize>>,
    fail_on_score: Option<Spanned<f64>>,
    score: Option<RawScore>,
    output_format: Option<Spanned<String>>,
    fields: Names,
    records: Option<Spanned<String>>,
    exclude: Names,
    select: Names,
    extend_select: Names,
    ignore: Names,
    severity: Severities,
    #[serde(default)]
    per_path: Vec<RawPerPath>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawScore {
    tolerance: Option<Spanned<f64>>,
    passing: Option<Spanned<f64>>,
    short_texts: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPerPath {
    paths: Spanned<Vec<Spanned<String>>>,
    source_language: Option<Spanned<String>>,
    fields: Names,
    records: Option<Spanned<String>>,
    select: Names,
    extend_select: Names,
    ignore: Names,
    severity: Severities,
}

/// A value and the place it was written at.
#[derive(Clone, Debug)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// 1-based line in the file.
    pub line: usize,
}

/// A configuration file, read.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file; `None` for the defaults.
    pub path: Option<PathBuf>,
    /// The articles' source language, ISO 639-1.
    pub source_language: Option<Set<String>>,
    /// House packs, as absolute or run-relative paths.
    pub packs: Vec<PathBuf>,
    /// Lists of lines that the site repeats, as absolute or run-relative paths.
    pub furniture: Vec<PathBuf>,
    /// Files of the house's own names, as absolute or run-relative paths.
    pub names_files: Vec<PathBuf>,
    /// The findings that were there before, as an absolute or run-relative path.
    pub baseline: Option<PathBuf>,
    /// Whether the built-in packs run.
    pub builtin: Option<Set<bool>>,
    /// Whether rules on trial run.
    pub preview: Option<Set<bool>>,
    /// The least confidence shown.
    pub min_confidence: Option<Set<Confidence>>,
    /// The severity from which a run fails.
    pub fail_on: Option<Set<Severity>>,
    /// How many such findings are let pass.
    pub max_findings: Option<Set<usize>>,
    /// The least score a document may have.
    pub fail_on_score: Option<Set<f64>>,
    /// How documents are scored.
    pub score: Model,
    /// How to report.
    pub output_format: Option<Set<String>>,
    /// What is read of data files, and of front matter.
    pub fields: Option<Fields>,
    /// Which rules.
    pub selection: Selection,
    /// Settings for some of the files.
    pub per_path: Vec<PerPath>,
    field_names: Vec<String>,
    records: Option<Set<String>>,
    exclude: Vec<String>,
    excluded: GlobSet,
    /// Line of each key, for `copydesk config`.
    lines: BTreeMap<&'static str, usize>,
    /// Every rule name used, with its place.
    names: Vec<(String, usize, usize)>,
}

/// Settings for the files some globs name.
#[derive(Clone, Debug)]
pub struct PerPath {
    /// As written.
    pub paths: Vec<String>,
    globs: GlobSet,
    /// Source language of these files.
    pub source_language: Option<String>,
    /// What is read of these files.
    pub fields: Option<Fields>,
    /// Rules of these files.
    pub selection: Selection,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A fault in the file.
    #[error(transparent)]
    Fault(#[from] PackError),
    /// A file that cannot be read.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    lines: BTreeMap<&'static str, usize>,
    names: Vec<(String, usize, usize)>,
}

impl Reader<'_> {
    fn fault(&self, offset: usize, message: impl Into<String>) -> PackError {
        schema::place(self.file, self.text, offset, message)
    }
    fn line(&self, offset: usize) -> usize {
        self.fault(offset, "").line
    }
    fn set<T>(&mut self, key: &'static str, value: Option<Spanned<T>>) -> Option<Set<T>> {
        value.map(|v| {
            let line = self.line(v.span().start);
            self.lines.insert(key, line);
            Set { value: v.into_inner(), line }
        })
    }
    fn list(&mut self, key: &'static str, value: Names) -> Vec<Spanned<String>> {
        let Some(list) = value else { return Vec::new() };
        self.lines.insert(key, self.line(list.span().start));
        list.into_inner()
    }
    fn rule_names(&mut self, key: &'static str, value: Names) -> Vec<String> {
        let list = self.list(key, value);
        list.into_iter().map(|name| self.rule_name(name)).collect()
    }
    /// Remembers a rule's name with its place, to be checked once the packs are loaded.
    fn rule_name(&mut self, name: Spanned<String>) -> String {
        let at = self.fault(name.span().start, "");
        self.names.push((name.get_ref().clone(), at.line, at.column));
        name.into_inner()
    }
    fn selection(&mut self, select: Names, extend: Names, ignore: Names, severity: Severities) -> Result<Selection, PackError> {
        let mut severities = Vec::new();
        if let Some(map) = severity {
            self.lines.insert("severity", self.line(map.span().start));
            for (name, level) in map.into_inner() {
                severities.push((self.rule_name(name), self.severity(&level)?));
            }
        }
        Ok(Selection {
            select: self.rule_names("select", select),
            extend_select: self.rule_names("extend-select", extend),
            ignore: self.rule_names("ignore", ignore),
            severity: severities,
        })
    }
    /// What is read of data files; as written, too, for `copydesk config`.
    fn fields(&mut self, fields: Names, records: Option<&Spanned<String>>) -> Result<(Option<Fields>, Vec<String>), PackError> {
        let list = self.list("fields", fields);
        let mut chosen = Vec::new();
        for name in &list {
            chosen.push(name.get_ref().parse().map_err(|fault: String| self.fault(name.span().start, fault))?);
        }
        if list.is_empty() && records.is_none() {
            return Ok((None, Vec::new()));
        }
        let place = records.map_or(0, |r| r.span().start);
        let fields = Fields::new(chosen, records.map(|r| r.get_ref().as_str())).map_err(|fault| self.fault(place, fault))?;
        Ok((Some(fields), list.into_iter().map(Spanned::into_inner).collect()))
    }
    fn model(&mut self, raw: Option<RawScore>) -> Result<Model, PackError> {
        let mut model = Model::default();
        let Some(raw) = raw else { return Ok(model) };
        if let Some(tolerance) = raw.tolerance {
            self.lines.insert("score", self.line(tolerance.span().start));
            if !(tolerance.get_ref().is_finite() && *tolerance.get_ref() > 0.0) {
                return Err(self.fault(tolerance.span().start, "tolerance: expected penalty points in 1,000 words, more than 0"));
            }
            model.tolerance = tolerance.into_inner();
        }
        if let Some(passing) = raw.passing {
            self.lines.insert("score", self.line(passing.span().start));
            if !(0.0..100.0).contains(passing.get_ref()) {
                return Err(self.fault(passing.span().start, "passing: expected a score from 0 to below 100"));
            }
            model.passing = passing.into_inner();
        }
        if raw.short_texts == Some(false) {
            model.shape = Shape::Linear;
        }
        Ok(model)
    }
    fn severity(&self, level: &Spanned<String>) -> Result<Option<Severity>, PackError> {
        let written = level.get_ref().as_str();
        if written == "off" {
            return Ok(None);
        }
        Severity::ALL.into_iter().find(|s| s.name() == written).map(Some).ok_or_else(|| {
            let names = Severity::ALL.iter().map(|s| s.name()).chain(["off"]);
            let hint = schema::nearest(written, names).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            self.fault(level.span().start, format!("unknown severity `{written}`, expected neutral, minor, major, critical or off{hint}"))
        })
    }
    fn globs(&self, list: &[Spanned<String>]) -> Result<GlobSet, PackError> {
        let mut set = GlobSetBuilder::new();
        for written in list {
            let fault = |e: globset::Error| self.fault(written.span().start, format!("glob “{}”: {}", written.get_ref(), e.kind()));
            let text = written.get_ref().trim_start_matches("./").trim_end_matches('/');
            // As in .gitignore, a name without a slash fits at any depth, and a folder means all below it.
            let anchored = text.trim_start_matches('/');
            let stem = if text.contains('/') { anchored.to_owned() } else { format!("**/{anchored}") };
            for form in [stem.clone(), format!("{stem}/**")] {
                set.add(GlobBuilder::new(&form).literal_separator(true).build().map_err(fault)?);
            }
        }
        set.build().map_err(|e| self.fault(0, e.to_string()))
    }
}

impl Config {
    /// Reads the text of a configuration file; `file` is its name for errors, and the base of its paths.
    ///
    /// # Errors
    /// The first fault with line and column, and the nearest valid key.
    pub fn parse(file: &Path, text: &str) -> Result<Self, PackError> {
        let name = file.display().to_string().replace('\\', "/");
        let raw: Raw = toml::from_str(text).map_err(|e| {
            let offset = e.span().map_or(0, |s| s.start);
            schema::place(&name, text, offset, schema::with_nearest(e.message()))
        })?;
        let mut reader = Reader { file: &name, text, lines: BTreeMap::new(), names: Vec::new() };
        let base = file.parent().unwrap_or(Path::new(""));
        if let Some(language) = &raw.source_language {
            check_language(&reader, language)?;
        }
        if let Some(format) = &raw.output_format {
            let written = format.get_ref().as_str();
            if !FORMATS.contains(&written) {
                let hint = schema::nearest(written, FORMATS.into_iter()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                let message = format!("unknown output format `{written}`, expected {}{hint}", FORMATS.join(", "));
                return Err(reader.fault(format.span().start, message));
            }
        }
        let mut per_path = Vec::new();
        for entry in raw.per_path {
            if let Some(language) = &entry.source_language {
                check_language(&reader, language)?;
            }
            per_path.push(PerPath {
                globs: reader.globs(entry.paths.get_ref())?,
                paths: entry.paths.into_inner().into_iter().map(Spanned::into_inner).collect(),
                source_language: entry.source_language.map(Spanned::into_inner),
                fields: reader.fields(entry.fields, entry.records.as_ref())?.0,
                selection: reader.selection(entry.select, entry.extend_select, entry.ignore, entry.severity)?,
            });
        }
        let exclude = reader.list("exclude", raw.exclude);
        let (fields, field_names) = reader.fields(raw.fields, raw.records.as_ref())?;
        let config = Self {
            path: Some(file.to_owned()),
            source_language: reader.set("source-language", raw.source_language),
            packs: reader.list("packs", raw.packs).into_iter().map(|p| base.join(p.into_inner())).collect(),
            furniture: reader.list("furniture", raw.furniture).into_iter().map(|p| base.join(p.into_inner())).collect(),
            names_files: reader.list("names", raw.names).into_iter().map(|p| base.join(p.into_inner())).collect(),
            baseline: reader.set("baseline", raw.baseline).map(|b| base.join(b.value)),
            builtin: reader.set("builtin", raw.builtin),
            preview: reader.set("preview", raw.preview),
            min_confidence: reader.set("min-confidence", raw.min_confidence),
            fail_on: reader.set("fail-on", raw.fail_on),
            max_findings: reader.set("max-findings", raw.max_findings),
            fail_on_score: reader.set("fail-on-score", raw.fail_on_score),
            score: reader.model(raw.score)?,
            output_format: reader.set("output-format", raw.output_format),
            fields,
            field_names,
            records: reader.set("records", raw.records),
            selection: reader.selection(raw.select, raw.extend_select, raw.ignore, raw.severity)?,
            per_path,
            excluded: reader.globs(&exclude)?,
            exclude: exclude.into_iter().map(Spanned::into_inner).collect(),
            lines: BTreeMap::new(),
            names: Vec::new(),
        };
        Ok(Self { lines: reader.lines, names: reader.names, ..config })
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, or the first fault in it.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Io { path: path.display().to_string(), error })?;
        Ok(Self::parse(path, &text)?)
    }

    /// The configuration file nearest to `folder`, upwards.
    #[must_use]
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let whole = std::path::absolute(folder).ok()?;
        let found = whole.ancestors().map(|dir| dir.join(NAME)).find(|file| file.is_file())?;
        // Named the way the user would.
        let here = std::env::current_dir().ok();
        Some(here.and_then(|h| found.strip_prefix(h).ok().map(Path::to_owned)).unwrap_or(found))
    }

    /// Checks every rule name in it against the loaded rules.
    ///
    /// # Errors
    /// The first name that no rule, category or pack goes by, with its place and the nearest valid one.
    pub fn check_names(&self, set: &Ruleset) -> Result<(), PackError> {
        for (name, line, column) in &self.names {
            if let Some(message) = select::unknown(set, name) {
                let file = self.path.as_deref().unwrap_or(Path::new(NAME)).display().to_string();
                return Err(PackError { file, line: *line, column: *column, message });
            }
        }
        Ok(())
    }

    /// The path as globs see it: relative to the configuration file.
    fn relative(&self, path: &Path) -> PathBuf {
        let folder = self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let whole = |p: &Path| std::path::absolute(if p.as_os_str().is_empty() { Path::new(".") } else { p });
        match (whole(folder), whole(path)) {
            (Ok(folder), Ok(path)) => path.strip_prefix(&folder).map_or_else(|_| path.clone(), Path::to_owned),
            _ => path.to_owned(),
        }
    }

    /// Whether the configuration leaves a file out.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        !self.exclude.is_empty() && self.excluded.is_match(self.relative(path))
    }

    /// The entries of `per-path` that are about `path`, in file order.
    pub fn about(&self, path: &Path) -> impl Iterator<Item = &PerPath> {
        let relative = if self.per_path.is_empty() { PathBuf::new() } else { self.relative(path) };
        self.per_path.iter().filter(move |entry| entry.globs.is_match(&relative))
    }

    /// What is read of a data file at `path`; `None` when nothing is said of it.
    #[must_use]
    pub fn fields_of(&self, path: &Path) -> Option<&Fields> {
        self.about(path).filter_map(|entry| entry.fields.as_ref()).last().or(self.fields.as_ref())
    }

    /// Every key with its value and where the value comes from, for people.
    #[must_use]
    pub fn describe(&self) -> Vec<(String, String)> {
        let file = self.path.as_ref().map_or(String::new(), |p| p.display().to_string());
        let from = |key: &str| self.lines.get(key).map_or_else(|| "default".to_owned(), |line| format!("{file}:{line}"));
        let names = |list: &[String]| format!("{list:?}");
        let mut out = Vec::new();
        let mut add = |key: &str, value: String| out.push((format!("{key} = {value}"), from(key)));
        add("source-language", self.source_language.as_ref().map_or("not set".into(), |l| format!("{:?}", l.value)));
        add("packs", names(&self.packs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>()));
        add("furniture", names(&self.furniture.iter().map(|p| p.display().to_string()).collect::<Vec<_>>()));
        add("names", names(&self.names_files.iter().map(|p| p.display().to_string()).collect::<Vec<_>>()));
        add("baseline", self.baseline.as_ref().map_or("not set".into(), |b| format!("{:?}", b.display().to_string())));
        add("builtin", self.builtin.as_ref().is_none_or(|b| b.value).to_string());
        add("preview", self.preview.as_ref().is_some_and(|b| b.value).to_string());
        add("min-confidence", format!("{:?}", self.min_confidence.as_ref().map_or(Confidence::Medium, |c| c.value).name()));
        add("fail-on", format!("{:?}", self.fail_on.as_ref().map_or(Severity::Major, |s| s.value).name()));
        add("max-findings", self.max_findings.as_ref().map_or(0, |m| m.value).to_string());
        add("fail-on-score", self.fail_on_score.as_ref().map_or("not set".into(), |s| s.value.to_string()));
        let Model { tolerance, passing, shape } = self.score;
        add("score", format!("{{ tolerance = {tolerance:?}, passing = {passing:?}, short-texts = {} }}", shape == Shape::Short));
        add("output-format", format!("{:?}", self.output_format.as_ref().map_or("full", |f| f.value.as_str())));
        add("fields", names(&self.field_names));
        add("records", self.records.as_ref().map_or("not set".into(), |r| format!("{:?}", r.value)));
        add("exclude", names(&self.exclude));
        add("select", names(&self.selection.select));
        add("extend-select", names(&self.selection.extend_select));
        add("ignore", names(&self.selection.ignore));
        for (name, severity) in &self.selection.severity {
            add("severity", format!("{{ {name} = {:?} }}", severity.map_or("off", Severity::name)));
        }
        for entry in &self.per_path {
            out.push((format!("per-path {:?}", entry.paths), file.clone()));
        }
        out
    }
}

fn check_language(reader: &Reader<'_>, language: &Spanned<String>) -> Result<(), PackError> {
    match language_fault(language.get_ref()) {
        Some(message) => Err(reader.fault(language.span().start, message)),
        None => Ok(()),
    }
}

/// What is wrong with a language code; `None` when it looks like one.
#[must_use]
pub fn language_fault(code: &str) -> Option<String> {
    let fine = matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_lowercase());
    (!fine).then(|| format!("`{code}` is no language code; expected ISO 639-1, such as `es`, `ru` or `zh`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Config::parse(Path::new("site/copydesk.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn faults_have_a_place_and_a_hint() {
        assert_eq!(
            fault("fail-on = \"major\"\nselekt = []\n").split(", expected").next().unwrap(),
            "site/copydesk.toml:2:1: unknown field `selekt`"
        );
        assert!(fault("selekt = []").ends_with("did you mean `select`?"), "{}", fault("selekt = []"));
        assert!(fault("fail-on = \"mayor\"").contains("did you mean `major`?"), "{}", fault("fail-on = \"mayor\""));
        assert!(fault("[severity]\nx = \"fatal\"").starts_with("site/copydesk.toml:2:5: unknown severity `fatal`"));
        assert!(fault("source-language = \"Spanish\"").contains("ISO 639-1"));
        assert!(fault("output-format = \"jsn\"").ends_with("did you mean `json`?"));
        assert!(fault("[score]\ntolerance = 0.0").starts_with("site/copydesk.toml:2:13: tolerance: expected"));
        assert!(fault("[score]\npassing = 100.0").starts_with("site/copydesk.toml:2:11: passing: expected"));
        assert!(fault("fields = [\"a\", \"b:htm\"]").starts_with("site/copydesk.toml:1:16: `b:htm`: unknown format"));
        assert!(fault("records = \"x\"").starts_with("site/copydesk.toml:1:11: `x`: expected a JSON pointer"));
        assert!(fault("exclude = [\"a[\"]").starts_with("site/copydesk.toml:1:12: glob “a[”"));
    }

    #[test]
    fn names_are_checked_with_their_place() {
        let config = Config::parse(Path::new("copydesk.toml"), "ignore = [\n  \"stray-full-stops\",\n]\n").unwrap();
        let error = config.check_names(&Ruleset::builtin()).unwrap_err().to_string();
        assert!(error.starts_with("copydesk.toml:2:3: no rule"), "{error}");
        assert!(error.ends_with("did you mean `stray-full-stop`?"), "{error}");
    }

    #[test]
    fn globs_are_relative_to_the_file() {
        let text = "exclude = [\"drafts\", \"/old/*.txt\"]\n[[per-path]]\npaths = [\"es/**\"]\nsource-language = \"es\"\n";
        let config = Config::parse(Path::new("site/copydesk.toml"), text).unwrap();
        assert!(config.excludes(Path::new("site/drafts/a.txt")));
        assert!(config.excludes(Path::new("site/es/drafts/deep/a.txt")));
        assert!(config.excludes(Path::new("site/old/a.txt")));
        assert!(!config.excludes(Path::new("site/new/old/a.txt")));
        assert!(!config.excludes(Path::new("site/a.txt")));
        assert_eq!(config.about(Path::new("site/es/x/a.txt")).count(), 1);
        assert_eq!(config.about(Path::new("site/ru/a.txt")).count(), 0);
    }

    #[test]
    fn the_template_is_valid_with_and_without_its_comment_signs() {
        Config::parse(Path::new(NAME), TEMPLATE).unwrap();
        let uncommented: String =
            TEMPLATE.lines().map(|l| l.strip_prefix('#').filter(|r| !r.starts_with(' ')).unwrap_or(l).to_owned() + "\n").collect();
        let config = Config::parse(Path::new(NAME), &uncommented).unwrap();
        config.check_names(&Ruleset::builtin()).unwrap();
        assert_eq!(config.per_path.len(), 1);
    }
}
