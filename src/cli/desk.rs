//! From paths and settings to checked documents.

use std::collections::HashMap;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use ignore::overrides::OverrideBuilder;

use super::args::{Common, What, Where, Which};
use crate::baseline::Baseline;
use crate::check::{self, Checked, Settings};
use crate::config::{self, Config};
use crate::finding::{Confidence, Safety, Severity};
use crate::fix;
use crate::names::data::pack::Store;
use crate::names::house;
use crate::report::FileReport;
use crate::resolve::stet::Sidecar;
use crate::rule::Ruleset;
use crate::rule::schema::nearest;
use crate::select::{self, Selection};
use crate::source::SourceFile;
use crate::text::calendar::Date;
use crate::view::{Format, View};

/// A configuration file's rules and settings, for all files it is about.
pub(super) struct Project {
    pub config: Config,
    pub set: Ruleset,
    preview: bool,
    line: Selection,
    language: Option<String>,
    min_confidence: Confidence,
    names: Option<Arc<Store>>,
    date: Option<Date>,
    verify: bool,
    /// What was there before and is not reported.
    pub baseline: Option<Baseline>,
    base: Settings,
}

impl Project {
    /// `whole` compiles all rules, for questions about rules; a run compiles what may fire.
    pub fn load(config: Config, which: &Which, whole: bool) -> anyhow::Result<Self> {
        let lists = config.furniture.iter().chain(&which.furniture);
        if let Some(odd) = lists.clone().find(|l| l.extension().is_none_or(|e| e != "txt")) {
            bail!("{}: a furniture list is a .txt file of lines, as `copydesk learn-furniture` writes it", odd.display());
        }
        let packs: Vec<PathBuf> = config.packs.iter().chain(&which.packs).chain(lists).cloned().collect();
        let builtin = config.builtin.as_ref().is_none_or(|b| b.value);
        let preview = which.preview || config.preview.as_ref().is_some_and(|p| p.value);
        let line = Selection {
            select: which.select.clone(),
            extend_select: which.extend_select.clone(),
            ignore: which.ignore.clone(),
            severity: Vec::new(),
        };
        let layers = || [&config.selection, &line].into_iter().chain(config.per_path.iter().map(|p| &p.selection));
        let set = Ruleset::load_wanted(builtin, &packs, &|rule, pack| whole || layers().any(|l| l.may_run(rule, pack, preview)))?;
        config.check_names(&set)?;
        if let Some(message) = line.names().find_map(|name| select::unknown(&set, name)) {
            bail!("{message}");
        }
        if let Some(fault) = which.source_language.as_deref().and_then(config::language_fault) {
            bail!("--source-language: {fault}");
        }
        let min_confidence =
            which.min_confidence.map(Confidence::from).or(config.min_confidence.as_ref().map(|c| c.value)).unwrap_or(Confidence::Medium);
        let date = match &which.date {
            Some(text) => Some(
                Date::read(text, false).with_context(|| format!("--date {text}: expected a date such as 2023-05-18, 2023-05 or 2023"))?,
            ),
            None => None,
        };
        let files: Vec<PathBuf> = config.names_files.iter().chain(&which.names).cloned().collect();
        let names = house::open(&files)?.map(Arc::new);
        let language = which.source_language.clone();
        let verify = which.show_verified;
        let file = which.baseline.clone().unwrap_or_else(|| config.baseline.clone());
        let baseline = file.as_deref().map(Baseline::read).transpose()?;
        let base = Settings::default();
        let mut project = Self { config, set, preview, line, language, min_confidence, names, date, verify, baseline, base };
        project.base = project.settle(&Selection::default(), None);
        Ok(project)
    }

    fn settle(&self, between: &Selection, language: Option<&str>) -> Settings {
        let selection = self.config.selection.then(between).then(&self.line);
        let own = || self.config.source_language.as_ref().map(|l| l.value.as_str());
        let language = self.language.as_deref().or(language).or_else(own).map(str::to_owned);
        let names = self.names.clone();
        Settings {
            min_confidence: Some(self.min_confidence),
            names,
            date: self.date,
            verify: self.verify,
            ..Settings::chosen(&self.set, &selection, self.preview, language)
        }
    }

    /// What runs on `path`.
    fn settings(&self, path: &Path) -> Settings {
        let mut between = Selection::default();
        let mut language = None;
        let mut any = false;
        for entry in self.config.about(path) {
            between = between.then(&entry.selection);
            language = entry.source_language.as_deref().or(language);
            any = true;
        }
        if any { self.settle(&between, language) } else { self.base.clone() }
    }

    /// The severity from which a document fails.
    pub fn fail_on(&self) -> Severity {
        self.config.fail_on.as_ref().map_or(Severity::Major, |s| s.value)
    }

    /// What is to be said about `source`.
    pub fn report(&self, source: &SourceFile, sidecar: Option<&Sidecar>) -> FileReport {
        let mut report = report(&self.set, &self.settings(Path::new(&source.path)), source, sidecar);
        if let Some(baseline) = &self.baseline {
            (report.findings, report.baselined) = baseline.split(&source.path, report.findings);
        }
        report
    }

    /// `source` with its fixes applied, as far as they hold.
    pub fn fixed(&self, source: &SourceFile, sidecar: Option<&Sidecar>, report: &FileReport, min: Safety) -> fix::Outcome {
        let settings = self.settings(Path::new(&source.path));
        fix::apply_verified(&source.text, &report.findings, min, |new| {
            self::report(&self.set, &settings, &SourceFile::from_str(&source.path, new), sidecar).findings
        })
    }
}

fn report(set: &Ruleset, settings: &Settings, source: &SourceFile, sidecar: Option<&Sidecar>) -> FileReport {
    let Checked { findings, suppressed, words, signal, verified } = check::check(set, source, &view(source), settings, sidecar);
    FileReport { path: source.path.clone(), words, signal, findings, suppressed, verified, ..FileReport::default() }
}

pub(super) fn view(source: &SourceFile) -> View {
    let ext = Path::new(&source.path).extension().and_then(|e| e.to_str()).unwrap_or("");
    View::build(Format::from_extension(ext).unwrap_or_else(|| Format::sniff(&source.text)), &source.text)
}

/// One file of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Input {
    /// `-` is standard input.
    pub path: PathBuf,
    /// Index of its project.
    pub project: usize,
}

/// All projects of a run; each file goes by the configuration nearest to it.
pub(super) struct Desk<'a> {
    which: &'a Which,
    at: &'a Where,
    whole: bool,
    pub projects: Vec<Project>,
    by_config: HashMap<Option<PathBuf>, usize>,
    by_folder: HashMap<PathBuf, usize>,
}

impl<'a> Desk<'a> {
    pub fn new(which: &'a Which, at: &'a Where) -> Self {
        Self { which, at, whole: false, projects: Vec::new(), by_config: HashMap::new(), by_folder: HashMap::new() }
    }

    /// A desk with every rule compiled, for questions about rules.
    pub fn whole(which: &'a Which, at: &'a Where) -> Self {
        Self { whole: true, ..Self::new(which, at) }
    }

    /// The project of the files in `folder`.
    pub fn project(&mut self, folder: &Path) -> anyhow::Result<usize> {
        if let Some(&known) = self.by_folder.get(folder) {
            return Ok(known);
        }
        let file = match (&self.at.config, self.at.isolated) {
            (_, true) => None,
            (Some(file), _) => Some(file.clone()),
            (None, false) => Config::find(folder),
        };
        let number = match self.by_config.get(&file) {
            Some(&known) => known,
            None => {
                let config = file.as_deref().map(Config::read).transpose()?.unwrap_or_default();
                self.projects.push(Project::load(config, self.which, self.whole)?);
                self.by_config.insert(file, self.projects.len() - 1);
                self.projects.len() - 1
            }
        };
        self.by_folder.insert(folder.to_owned(), number);
        Ok(number)
    }

    fn project_of(&mut self, path: &Path) -> anyhow::Result<usize> {
        self.project(path.parent().unwrap_or(Path::new("")))
    }

    /// What a run reads, sorted by path.
    pub fn inputs(&mut self, what: &What) -> anyhow::Result<Vec<Input>> {
        if what.paths.is_empty() && io::stdin().is_terminal() {
            bail!("expected a file or folder to check, or `-` for standard input");
        }
        let stdin = [PathBuf::from("-")];
        let paths = if what.paths.is_empty() { &stdin } else { what.paths.as_slice() };
        let mut out = Vec::new();
        for path in paths {
            if path == Path::new("-") {
                let name = what.stdin_filename.clone().unwrap_or_default();
                out.push(Input { path: path.clone(), project: self.project_of(&name)? });
            } else if path.is_dir() {
                self.walk(path, what, &mut out)?;
            } else {
                if let Some(command) = mistyped(path) {
                    bail!("{}: no such file or folder; did you mean the command `{command}`?", path.display());
                }
                let project = self.project_of(path)?;
                let left_out = what.force_exclude && (self.projects[project].config.excludes(path) || named_by(&what.exclude, path)?);
                if !left_out {
                    out.push(Input { path: path.clone(), project });
                }
            }
        }
        if out.is_empty() && !what.allow_empty {
            let places = paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
            bail!("no .txt, .md or .html file to check in {places} (--allow-empty makes that no error)");
        }
        out.sort();
        out.dedup();
        Ok(out)
    }

    fn walk(&mut self, folder: &Path, what: &What, out: &mut Vec<Input>) -> anyhow::Result<()> {
        let mut walk = ignore::WalkBuilder::new(folder);
        walk.require_git(false);
        if !what.exclude.is_empty() {
            walk.overrides(overrides(folder, &what.exclude)?);
        }
        for entry in walk.build() {
            let entry = entry.with_context(|| format!("{}", folder.display()))?;
            let known = entry.path().extension().and_then(|e| e.to_str()).is_some_and(|e| Format::from_extension(e).is_some());
            if !known || !entry.file_type().is_some_and(|t| t.is_file()) {
                continue;
            }
            let path = entry.into_path();
            let project = self.project_of(&path)?;
            if !self.projects[project].config.excludes(&path) {
                out.push(Input { path, project });
            }
        }
        Ok(())
    }
}

/// The command a bare word that names no file stands close to.
fn mistyped(path: &Path) -> Option<String> {
    use clap::CommandFactory as _;
    let word = path.to_str().filter(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase()))?;
    if path.exists() {
        return None;
    }
    let cli = super::args::Cli::command();
    nearest(word, cli.get_subcommands().map(clap::Command::get_name)).map(str::to_owned)
}

/// Globs that leave files out, for a walk from `root`.
fn overrides(root: &Path, globs: &[String]) -> anyhow::Result<ignore::overrides::Override> {
    let mut builder = OverrideBuilder::new(root);
    for glob in globs {
        builder.add(&format!("!{glob}")).with_context(|| format!("--exclude {glob}"))?;
    }
    Ok(builder.build()?)
}

fn named_by(globs: &[String], path: &Path) -> anyhow::Result<bool> {
    Ok(!globs.is_empty() && overrides(Path::new("."), globs)?.matched(path, false).is_ignore())
}

/// A file with what was let stand in it.
pub(super) struct Article {
    pub source: SourceFile,
    pub sidecar: Option<Sidecar>,
}

/// Reads a file and its sidecar, or standard input.
pub(super) fn read(path: &Path, common: &Common) -> anyhow::Result<Article> {
    let source = read_source(path, common)?;
    let beside = PathBuf::from(Sidecar::name_for(&path.to_string_lossy()));
    let sidecar = match std::fs::read_to_string(&beside) {
        Ok(text) => Some(Sidecar::parse(&beside.display().to_string(), &text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{}", beside.display())),
    };
    Ok(Article { source, sidecar })
}

fn read_source(path: &Path, common: &Common) -> anyhow::Result<SourceFile> {
    let forced = match &common.what.encoding {
        None => None,
        Some(name) => {
            Some(encoding_rs::Encoding::for_label(name.as_bytes()).with_context(|| format!("--encoding {name}: no such encoding"))?)
        }
    };
    let (name, bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
        (common.what.stdin_filename.as_ref().map_or("<stdin>".into(), |n| n.display().to_string()), bytes)
    } else {
        (path.display().to_string(), std::fs::read(path).with_context(|| format!("{}", path.display()))?)
    };
    Ok(SourceFile::decode(&name, bytes, forced)?)
}
