//! From paths and settings to checked documents.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use ignore::overrides::OverrideBuilder;
use rayon::prelude::*;

use super::against::{Against, Former};
use super::args::{Common, What, Where, Which};
use super::changed::Changed;
use crate::baseline::Baseline;
use crate::check::{self, Checked, Settings};
use crate::config::{self, Config};
use crate::finding::{Confidence, Safety, Severity};
use crate::fix;
use crate::names::data::pack::Store;
use crate::names::house;
use crate::record::{self, Fault, Fields, Kind, Record};
use crate::report::{FileReport, RecordName};
use crate::resolve::stet::Sidecar;
use crate::revision::Earlier;
use crate::rule::Ruleset;
use crate::rule::schema::nearest;
use crate::score::{Model, Shape};
use crate::select::{self, Selection};
use crate::source::{MAX_BYTES, Origin, SourceFile};
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
    /// What the command line wants read of data files.
    fields: Option<Fields>,
    usual: Fields,
    /// The lines a run is about, when not all.
    pub changed: Option<Arc<Changed>>,
    base: Settings,
}

impl Project {
    /// `whole` compiles all rules, for questions about rules; a run compiles what may fire.
    pub fn load(config: Config, which: &Which, fields: Option<Fields>, whole: bool) -> anyhow::Result<Self> {
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
        let mut project = Self {
            config,
            set,
            preview,
            line,
            language,
            min_confidence,
            names,
            date,
            verify,
            baseline,
            fields,
            usual: Fields::default(),
            changed: None,
            base,
        };
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

    /// What is read of a data file at `path`: the command line's choice, the configuration's, or the usual names.
    pub fn fields(&self, path: &Path) -> &Fields {
        self.fields.as_ref().or_else(|| self.config.fields_of(path)).unwrap_or(&self.usual)
    }

    /// What is to be said about each document of an article's file, in file order, also beside its earlier version.
    pub fn reports(&self, article: &Article) -> Vec<FileReport> {
        let (source, sidecar) = (&article.source, article.sidecar.as_ref());
        match &article.records {
            None => vec![self.one(source, sidecar, article.former.as_deref())],
            Some(records) => self.recorded(source, records, sidecar, article.former.as_deref()),
        }
    }

    /// The readable texts of an article's file.
    pub fn views(&self, article: &Article) -> Vec<View> {
        let source = &article.source;
        match &article.records {
            None => vec![view(source, self.fields(Path::new(&source.path)))],
            Some(records) => records.iter().map(|record| record.view(&source.text)).collect(),
        }
    }

    fn recorded(&self, source: &SourceFile, records: &[Record], sidecar: Option<&Sidecar>, former: Option<&Former>) -> Vec<FileReport> {
        let settings = self.settings(Path::new(&source.path));
        let one = |record: &Record| {
            let before = former.and_then(|f| f.view_of(Some(record)));
            let earlier = former.zip(before.as_ref()).map(|(f, view)| Earlier { source: &f.source, view });
            let report = report(&self.set, &settings, source, record.view(&source.text), sidecar, earlier);
            let name = RecordName { key: record.key.clone(), id: record.id.clone() };
            self.without_known(source, FileReport { record: Some(name), ..report })
        };
        records.par_iter().map(one).collect()
    }

    fn without_known(&self, source: &SourceFile, mut report: FileReport) -> FileReport {
        if let Some(changed) = &self.changed {
            let before = report.findings.len();
            report.findings.retain(|f| changed.holds(source, f));
            report.unchanged = before - report.findings.len();
        }
        if let Some(baseline) = &self.baseline {
            (report.findings, report.baselined) = baseline.split(&source.path, report.findings);
        }
        let penalty = report.findings.iter().map(|f| f.severity.weight()).sum();
        let model = self.config.score;
        report.score = model.score(penalty, report.words);
        report.linear_score = Model { shape: Shape::Linear, ..model }.score(penalty, report.words);
        report
    }

    /// What is to be said about `source` as one document.
    pub fn report(&self, source: &SourceFile, sidecar: Option<&Sidecar>) -> FileReport {
        self.one(source, sidecar, None)
    }

    fn one(&self, source: &SourceFile, sidecar: Option<&Sidecar>, former: Option<&Former>) -> FileReport {
        let path = Path::new(&source.path);
        let view = view(source, self.fields(path));
        let before = former.and_then(|f| f.view_of(None));
        let earlier = former.zip(before.as_ref()).map(|(f, view)| Earlier { source: &f.source, view });
        self.without_known(source, report(&self.set, &self.settings(path), source, view, sidecar, earlier))
    }

    /// `source` with its fixes applied, as far as they hold.
    pub fn fixed(&self, source: &SourceFile, sidecar: Option<&Sidecar>, report: &FileReport, min: Safety) -> fix::Outcome {
        let path = Path::new(&source.path);
        let (settings, fields) = (self.settings(path), self.fields(path));
        fix::apply_verified(&source.text, &report.findings, min, |new| {
            let new = SourceFile::from_str(&source.path, new);
            self::report(&self.set, &settings, &new, view(&new, fields), sidecar, None).findings
        })
    }

    /// The whole file with the fixes of all its documents applied, as far as they hold.
    pub fn mended(&self, article: &Article, reports: &[FileReport], min: Safety) -> fix::Outcome {
        let source = &article.source;
        let (Some(kind), [_, ..]) = (article.kind, reports) else {
            let none = FileReport::default();
            return self.fixed(source, article.sidecar.as_ref(), reports.first().unwrap_or(&none), min);
        };
        let findings: Vec<_> = reports.iter().flat_map(|r| r.findings.iter().cloned()).collect();
        let fields = self.fields(Path::new(&source.path));
        fix::apply_verified(&source.text, &findings, min, |new| {
            let new = SourceFile::from_str(&source.path, new);
            let records = record::read(kind, &new.text, fields).records;
            self.recorded(&new, &records, article.sidecar.as_ref(), None).into_iter().flat_map(|r| r.findings).collect()
        })
    }
}

fn report(
    set: &Ruleset,
    settings: &Settings,
    source: &SourceFile,
    view: View,
    sidecar: Option<&Sidecar>,
    earlier: Option<Earlier<'_>>,
) -> FileReport {
    let Checked { findings, suppressed, words, signal, verified } = check::check_against(set, source, &view, settings, sidecar, earlier);
    FileReport { path: source.path.clone(), view: Some(view), words, signal, findings, suppressed, verified, ..FileReport::default() }
}

pub(super) fn view(source: &SourceFile, fields: &Fields) -> View {
    let format = Format::from_extension(extension(Path::new(&source.path))).unwrap_or_else(|| Format::sniff(&source.text));
    let keys: Vec<String> = fields.names().map(str::to_owned).collect();
    View::build_with(format, &source.text, &keys)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|e| e.to_str()).unwrap_or("")
}

/// One file of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Input {
    /// `-` is standard input.
    pub path: PathBuf,
    /// Index of its project.
    pub project: usize,
    /// What it is where articles stand in its values.
    pub kind: Option<Kind>,
    /// Whether it was found in a folder rather than named.
    pub walked: bool,
}

/// All projects of a run; each file goes by the configuration nearest to it.
pub(super) struct Desk<'a> {
    which: &'a Which,
    at: &'a Where,
    fields: Option<Fields>,
    whole: bool,
    /// Where the earlier versions of what is checked are.
    pub against: Option<Against>,
    pub projects: Vec<Project>,
    by_config: HashMap<Option<PathBuf>, usize>,
    by_folder: HashMap<PathBuf, usize>,
}

impl<'a> Desk<'a> {
    pub fn new(which: &'a Which, at: &'a Where) -> Self {
        Self {
            which,
            at,
            fields: None,
            whole: false,
            against: None,
            projects: Vec::new(),
            by_config: HashMap::new(),
            by_folder: HashMap::new(),
        }
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
                self.projects.push(Project::load(config, self.which, self.fields.clone(), self.whole)?);
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
        let fields = Fields::new(what.fields.clone(), what.records.as_deref()).map_err(|fault| anyhow::anyhow!("--records {fault}"))?;
        if fields != Fields::default() {
            self.fields = Some(fields);
            for project in &mut self.projects {
                project.fields.clone_from(&self.fields);
            }
        }
        if what.paths.is_empty() && io::stdin().is_terminal() {
            bail!("expected a file or folder to check, or `-` for standard input");
        }
        let stdin = [PathBuf::from("-")];
        let paths = if what.paths.is_empty() { &stdin } else { what.paths.as_slice() };
        let mut out = Vec::new();
        // Hooks name files that the configuration leaves out; that is no mistake of theirs.
        let mut excluded = false;
        for path in paths {
            if path == Path::new("-") {
                let name = what.stdin_filename.clone().unwrap_or_default();
                out.push(Input {
                    path: path.clone(),
                    project: self.project_of(&name)?,
                    kind: Kind::from_extension(extension(&name)),
                    walked: false,
                });
            } else if path.is_dir() {
                self.walk(path, what, &mut out)?;
            } else {
                if let Some(command) = mistyped(path) {
                    bail!("{}: no such file or folder; did you mean the command `{command}`?", path.display());
                }
                let project = self.project_of(path)?;
                let left_out = what.force_exclude && (self.projects[project].config.excludes(path) || named_by(&what.exclude, path)?);
                excluded |= left_out;
                if !left_out {
                    out.push(Input { path: path.clone(), project, kind: Kind::from_extension(extension(path)), walked: false });
                }
            }
        }
        if out.is_empty() && !excluded && !what.allow_empty {
            let places = paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
            bail!(
                "no .txt, .md or .html file to check in {places} (--allow-empty makes that no error; data files in folders want --field)"
            );
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
            let kind = Kind::from_extension(extension(entry.path()));
            let known = kind.is_some() || Format::from_extension(extension(entry.path())).is_some();
            if !known || !entry.file_type().is_some_and(|t| t.is_file()) {
                continue;
            }
            let path = entry.into_path();
            let project = self.project_of(&path)?;
            let desk = &self.projects[project];
            // A folder has many data files that hold no articles; somebody must say which do.
            let meant = kind.is_none() || desk.fields.is_some() || desk.config.fields_of(&path).is_some();
            if meant && !desk.config.excludes(&path) {
                out.push(Input { path, project, kind, walked: true });
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

/// A file with what was let stand in it, or a part of one that is read piece by piece.
pub(super) struct Article {
    pub source: SourceFile,
    pub sidecar: Option<Sidecar>,
    pub kind: Option<Kind>,
    /// The articles in a data file; `None` when the whole file is one.
    pub records: Option<Vec<Record>>,
    /// The records that could not be read.
    pub faults: Vec<anyhow::Error>,
    /// What the file is compared with.
    pub former: Option<Arc<Former>>,
}

/// Reads a file and its sidecar, or standard input.
pub(super) fn read(input: &Input, desk: &Desk<'_>, common: &Common) -> anyhow::Result<Article> {
    let source = read_source(&input.path, common)?;
    let sidecar = sidecar(&input.path)?;
    let fields = desk.projects[input.project].fields(Path::new(&source.path));
    let (former, faults) = former(input, desk, common)?;
    let Some(kind) = input.kind else { return Ok(Article { former, faults, ..Article::whole(source, sidecar) }) };
    let mut found = Found::default();
    let mut article = found.take(source, sidecar, kind, fields);
    if article.faults.is_empty() && !input.walked {
        found.anything(&article.source.path, fields)?;
    }
    article.former = former;
    article.faults.splice(0..0, faults);
    Ok(article)
}

/// The earlier version of an input, and those of its records that could not be read.
fn former(input: &Input, desk: &Desk<'_>, common: &Common) -> anyhow::Result<(Option<Arc<Former>>, Vec<anyhow::Error>)> {
    let Some(path) = desk.against.as_ref().and_then(|a| a.of(&input.path)) else { return Ok((None, Vec::new())) };
    let fields = desk.projects[input.project].fields(&input.path);
    let (former, faults) = Former::new(read_source(&path, common)?, Kind::from_extension(extension(&path)), fields);
    Ok((Some(Arc::new(former)), faults))
}

/// The editors' decisions beside an article.
pub(super) fn sidecar(path: &Path) -> anyhow::Result<Option<Sidecar>> {
    let beside = PathBuf::from(Sidecar::name_for(&path.to_string_lossy()));
    match std::fs::read_to_string(&beside) {
        Ok(text) => Ok(Some(Sidecar::parse(&beside.display().to_string(), &text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{}", beside.display())),
    }
}

/// What has been found in a data file so far.
#[derive(Default)]
struct Found {
    records: usize,
    names: std::collections::BTreeSet<String>,
}

impl Found {
    /// Reads the records of a file or of a part of it.
    fn take(&mut self, source: SourceFile, sidecar: Option<Sidecar>, kind: Kind, fields: &Fields) -> Article {
        let record::Read { mut records, faults, names } = record::read(kind, &source.text, fields);
        self.records += records.len();
        self.names.extend(names);
        if kind == Kind::Lines {
            for record in &mut records {
                record.count_from(source.origin.line);
            }
        }
        let faults = faults.iter().map(|fault| told(&source, fault)).collect();
        Article { sidecar, kind: Some(kind), records: Some(records), faults, source, former: None }
    }

    /// Objects when there is text, and none of it was chosen.
    fn anything(&self, path: &str, fields: &Fields) -> anyhow::Result<()> {
        if self.records > 0 || self.names.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).take(12).collect();
        let wanted: Vec<&str> = fields.names().collect();
        let hint =
            wanted.iter().find_map(|w| nearest(w, names.iter().copied())).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        let what = if fields.chosen.is_empty() { "none of the usual fields, such as title and body," } else { "none of the chosen fields" };
        bail!("{path}: {what} holds text here; --field names them, and there are {}{hint}", names.join(", "))
    }
}

/// A record's fault with its place.
pub(super) fn told(source: &SourceFile, fault: &Fault) -> anyhow::Error {
    let at = source.position(fault.at);
    anyhow::anyhow!("{}:{}:{}: {}", source.path, at.line, at.column, fault.message)
}

/// How much of a file of lines is read at a time, in bytes.
const PART: usize = 2 << 20;

/// A file of JSON lines, read in parts of whole lines, so that memory does not grow with it.
pub(super) struct Parts {
    input: Box<dyn BufRead>,
    path: String,
    sidecar: Option<Sidecar>,
    former: Option<Arc<Former>>,
    /// What is still to be said about the earlier version.
    before: Vec<anyhow::Error>,
    origin: Origin,
    found: Found,
    faults: usize,
    walked: bool,
    /// How much is read at a time, in bytes.
    size: usize,
    done: bool,
}

impl Article {
    /// An article that is all of a text.
    pub fn whole(source: SourceFile, sidecar: Option<Sidecar>) -> Self {
        Self { source, sidecar, kind: None, records: None, faults: Vec::new(), former: None }
    }
}

impl Parts {
    /// Opens a file, or standard input.
    pub fn open(input: &Input, desk: &Desk<'_>, common: &Common) -> anyhow::Result<Self> {
        let (former, before) = former(input, desk, common)?;
        let (path, walked) = (&input.path, input.walked);
        let name = name_of(path, common);
        let input: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::with_capacity(1 << 16, File::open(path).with_context(|| name.clone())?))
        };
        Ok(Self {
            input,
            path: name.replace('\\', "/"),
            sidecar: sidecar(path)?,
            former,
            before,
            origin: Origin::default(),
            found: Found::default(),
            faults: 0,
            walked,
            size: PART,
            done: false,
        })
    }

    /// The next part; `None` behind the last.
    pub fn next(&mut self, fields: &Fields) -> anyhow::Result<Option<Article>> {
        if self.done {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        while bytes.len() < self.size && !self.done {
            self.done = self.input.read_until(b'\n', &mut bytes).with_context(|| self.path.clone())? == 0;
            if bytes.len() > MAX_BYTES {
                bail!("{}:{}: a line of more than {MAX_BYTES} bytes", self.path, self.origin.line + 1);
            }
        }
        if self.origin == Origin::default() && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) {
            bail!("{}: JSON lines are read as UTF-8, and this is UTF-16", self.path);
        }
        let mut faults = std::mem::take(&mut self.before);
        blank_out(&mut bytes, |line, fault| {
            faults.push(anyhow::anyhow!("{}:{}: not UTF-8: byte {} of the line", self.path, self.origin.line + line, fault + 1));
        });
        let mut source = SourceFile::from_str(&self.path, std::str::from_utf8(&bytes).unwrap_or_default());
        source.origin = self.origin;
        self.origin = source.next_origin();
        let mut article = self.found.take(source, self.sidecar.clone(), Kind::Lines, fields);
        article.faults.splice(0..0, faults);
        article.former.clone_from(&self.former);
        self.faults += article.faults.len();
        if self.done && self.faults == 0 && !self.walked {
            self.found.anything(&self.path, fields)?;
        }
        Ok(Some(article))
    }
}

/// Turns lines that are no UTF-8 into blanks of the same length; tells their number, from 1 on, and the odd byte in them.
fn blank_out(bytes: &mut [u8], mut tell: impl FnMut(usize, usize)) {
    if std::str::from_utf8(bytes).is_ok() {
        return;
    }
    for (number, line) in bytes.split_inclusive_mut(|b| *b == b'\n').enumerate() {
        if let Err(error) = std::str::from_utf8(line) {
            tell(number + 1, error.valid_up_to());
            line.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        }
    }
}

fn name_of(path: &Path, common: &Common) -> String {
    if path == Path::new("-") {
        common.what.stdin_filename.as_ref().map_or("<stdin>".into(), |n| n.display().to_string())
    } else {
        path.display().to_string()
    }
}

/// Reads a file without its sidecar, or standard input.
fn read_source(path: &Path, common: &Common) -> anyhow::Result<SourceFile> {
    let forced = match &common.what.encoding {
        None => None,
        Some(name) => {
            Some(encoding_rs::Encoding::for_label(name.as_bytes()).with_context(|| format!("--encoding {name}: no such encoding"))?)
        }
    };
    let name = name_of(path, common);
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
        bytes
    } else {
        std::fs::read(path).with_context(|| name.clone())?
    };
    Ok(SourceFile::decode(&name, bytes, forced)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Position;

    fn places(project: &Project, article: &Article) -> Vec<(String, Position, String)> {
        let reports = project.reports(article);
        let place = |f: &crate::finding::Finding| article.source.position(f.span.start);
        let all = reports.iter().flat_map(|r| r.findings.iter().map(|f| (r.title(), place(f), f.fingerprint.clone())));
        all.collect()
    }

    #[test]
    fn parts_say_what_the_whole_says() {
        let mut text = String::from("\u{feff}");
        for n in 0..60 {
            text.push_str(&match n % 7 {
                3 => "{\"body\": \"no end}\n".to_owned(),
                5 => "\r\n".to_owned(),
                _ => format!("{{\"title\": \"Talks № {n} 😀\", \"body\": \"É. They want to end the war. in Ukraine soon.\"}}\n"),
            });
        }
        let common = Common::default();
        let which = Which::default();
        let at = Where { isolated: true, ..Where::default() };
        let mut desk = Desk::new(&which, &at);
        let project = desk.project(Path::new(".")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, &text).unwrap();
        let input = Input { path, project, kind: Some(Kind::Lines), walked: false };
        let project = &desk.projects[project];
        let whole = read(&input, &desk, &common).unwrap();
        let want = places(project, &whole);
        assert!(want.len() > 30 && whole.faults.len() == 9, "{} {}", want.len(), whole.faults.len());
        for size in [1, 100, 1000, 1 << 20] {
            let mut parts = Parts::open(&input, &desk, &common).unwrap();
            parts.size = size;
            let (mut got, mut faults) = (Vec::new(), Vec::new());
            while let Some(article) = parts.next(&Fields::default()).unwrap() {
                got.extend(places(project, &article));
                faults.extend(article.faults.iter().map(ToString::to_string));
            }
            assert_eq!(got, want, "{size}");
            assert_eq!(faults, whole.faults.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
    }

    #[test]
    fn odd_bytes_cost_one_record() {
        let mut bytes = b"{\"body\": \"a\"}\n{\"body\": \"\xff\"}\n{}\n".to_vec();
        let mut told = Vec::new();
        blank_out(&mut bytes, |line, at| told.push((line, at)));
        assert_eq!(told, [(2, 10)]);
        assert_eq!(bytes, b"{\"body\": \"a\"}\n             \n{}\n");
    }
}
