//! Rule packs: reading, compiling and looking up.

pub mod compile;
pub mod pattern;
pub mod schema;
pub mod selftest;
pub mod table;
pub mod vocab;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::detect::{self, Detector};
use crate::finding::{Confidence, RuleRef, Severity};
use crate::rule::compile::{CGuard, CPattern, Index};
use crate::rule::schema::{ExampleFormat, Examples, FixDef, Measured, Need, Pack, PackError, RuleDef, Status};
use crate::rule::vocab::Vocab;
use crate::signal;
use crate::view::{BlockKind, Format};

static CORE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
static EXAMPLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/examples.bin"));

/// Categories, word lists, packs without their tables, and for each rule its table, packed, and its weight as a sign.
type Core = (Vec<String>, Vec<(String, String)>, Vec<(String, Pack)>, Vec<Vec<u8>>, Vec<f32>);

/// A rule's identity and wording, for lists and documentation.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// Kebab-case id.
    pub id: String,
    /// MQM category.
    pub category: String,
    /// Harm, before configuration.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it is silent where any other rule speaks.
    pub yields: bool,
    /// How mature.
    pub status: Status,
    /// Name of its pack.
    pub pack: String,
    /// File it stands in.
    pub file: String,
    /// Source languages; empty for any.
    pub from: Vec<String>,
    /// What must be at hand.
    pub needs: Vec<Need>,
    /// The message template.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// What finds it: `match`, `table` or a detector's name.
    pub finder: String,
    /// Its fixes as written.
    pub fixes: Vec<FixDef>,
}

/// A rule ready to run.
pub struct Rule {
    /// Identity and wording.
    pub info: RuleInfo,
    pub(crate) identity: Arc<RuleRef>,
    pub(crate) scope: Vec<BlockKind>,
    pub(crate) only: CGuard,
    pub(crate) unless: CGuard,
    /// How far a finding speaks for machine translation, 0 to 1.
    pub(crate) sign: f32,
}

/// All rules of a run, compiled and indexed.
pub struct Ruleset {
    pub(crate) rules: Vec<Rule>,
    pub(crate) patterns: Vec<CPattern>,
    pub(crate) index: Index,
    pub(crate) vocab: Vocab,
    pub(crate) detectors: Vec<Box<dyn Detector>>,
    /// For each word the domains it speaks for.
    pub(crate) about: Vec<u16>,
    by_id: FxHashMap<String, usize>,
    house_examples: Vec<Examples>,
    builtin_rules: usize,
    categories: Vec<String>,
    pairs: detect::Pairs,
    origin: (bool, Vec<PathBuf>),
}

/// Whether a built-in rule of the named pack is to be compiled; those that are not never fire.
pub type Wanted<'a> = &'a dyn Fn(&RuleDef, &str) -> bool;

/// Packs and word lists before compilation.
pub(crate) struct Sources {
    categories: Vec<String>,
    /// Lists as `schema::pack_list` writes them.
    words: Vec<(String, String)>,
    pub(crate) packs: Vec<(String, Pack)>,
    house_examples: Vec<Examples>,
    builtin_rules: usize,
    signs: Vec<f32>,
}

impl Sources {
    fn read(builtin: bool, dirs: &[PathBuf], wanted: Wanted<'_>) -> Result<Self, LoadError> {
        let (categories, words, mut packs, rows, signs): Core = postcard::from_bytes(CORE).map_err(|_| LoadError::Builtin)?;
        if !builtin {
            packs.clear();
        }
        let builtin_rules = packs.iter().map(|(_, p)| p.rules.len()).sum();
        let mut rows = rows.iter();
        for (_, pack) in &mut packs {
            for rule in &mut pack.rules {
                let rows = rows.next().ok_or(LoadError::Builtin)?;
                if wanted(rule, &pack.name) {
                    rule.rows = postcard::from_bytes(rows).map_err(|_| LoadError::Builtin)?;
                } else {
                    rule.patterns.clear();
                    (rule.only, rule.unless) = Default::default();
                }
            }
        }
        let mut out = Self { categories, words, packs, house_examples: Vec::new(), builtin_rules, signs };
        for dir in dirs {
            load_dir(dir, &mut out)?;
        }
        Ok(out)
    }

    /// The same word lists with a single rule, for mutation tests.
    fn with_only(&self, pack: usize, rule: RuleDef) -> Self {
        let (file, from) = &self.packs[pack];
        let only = Pack { name: from.name.clone(), lists: from.lists.clone(), rules: vec![rule] };
        let lists = self.packs.iter().flat_map(|(_, p)| &p.lists).map(|(name, list)| (name.clone(), pattern::fold_list(list)));
        Self {
            categories: Vec::new(),
            words: self.words.iter().cloned().chain(lists).collect(),
            packs: vec![(file.clone(), only)],
            house_examples: Vec::new(),
            builtin_rules: 0,
            signs: Vec::new(),
        }
    }
}

/// Why packs could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The packs inside the program do not match it.
    #[error("the built-in rules cannot be unpacked; this build of copydesk is broken")]
    Builtin,
    /// A fault in a pack file.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A file that cannot be read.
    #[error("{path}: {error}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
}

impl Ruleset {
    /// The rules that ship with copydesk.
    ///
    /// # Panics
    /// Never: the build script has validated the packs, and a test loads them.
    #[must_use]
    pub fn builtin() -> Self {
        Self::load(true, &[]).unwrap_or_else(|e| panic!("built-in packs: {e}"))
    }

    /// The built-in rules (when `builtin`) and those of the pack folders or files `dirs`.
    ///
    /// # Errors
    /// The first fault in a pack, with file, line and column, or a file that cannot be read.
    pub fn load(builtin: bool, dirs: &[PathBuf]) -> Result<Self, LoadError> {
        Self::load_wanted(builtin, dirs, &|_, _| true)
    }

    /// As [`Self::load`], with no more of the built-in rules compiled than are `wanted`.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_wanted(builtin: bool, dirs: &[PathBuf], wanted: Wanted<'_>) -> Result<Self, LoadError> {
        let sources = Sources::read(builtin, dirs, wanted)?;
        let mut set = Self::assemble(&sources)?;
        set.origin = (builtin, dirs.to_vec());
        set.house_examples = sources.house_examples;
        set.builtin_rules = sources.builtin_rules;
        set.categories = sources.categories;
        Ok(set)
    }

    /// Compiles packs into a rule set.
    fn assemble(sources: &Sources) -> Result<Self, LoadError> {
        let mut set = Self {
            rules: Vec::new(),
            patterns: Vec::new(),
            index: Index::default(),
            vocab: Vocab::default(),
            detectors: Vec::new(),
            about: Vec::new(),
            by_id: FxHashMap::default(),
            house_examples: Vec::new(),
            builtin_rules: 0,
            categories: Vec::new(),
            pairs: Vec::new(),
            origin: (false, Vec::new()),
        };
        set.vocab.reserve(sources.words.iter().map(|(_, list)| list.len() / 8).sum());
        for word in compile::COMMON {
            set.vocab.intern(word);
        }
        let mut raw = detect::RawLists::default();
        for (name, list) in &sources.words {
            if !raw.take(name, list) {
                set.vocab.add_list(name, list);
            }
        }
        for (name, list) in sources.packs.iter().flat_map(|(_, pack)| &pack.lists) {
            set.vocab.add_list(name, &pattern::fold_list(list));
        }
        for (file, pack) in &sources.packs {
            set.add_pack(file, pack)?;
        }
        for (rule, sign) in set.rules.iter_mut().zip(&sources.signs) {
            // What moved between two versions says nothing of where the text comes from.
            rule.sign = if rule.info.needs.contains(&Need::Revision) { 0.0 } else { *sign };
        }
        set.about = signal::about(&set.vocab);
        set.index = Index::build(&set.patterns, &set.vocab);
        let pairs = std::mem::take(&mut set.pairs);
        set.detectors = detect::all(&set.vocab, &set.by_id, pairs, &raw);
        Ok(set)
    }

    fn add_pack(&mut self, file: &str, pack: &Pack) -> Result<(), LoadError> {
        for def in &pack.rules {
            let fail = |message: String| PackError { file: file.to_owned(), line: 1, column: 1, message };
            if self.by_id.contains_key(&def.id) {
                return Err(fail(format!("rule {} stands in two packs; ids are unique", def.id)).into());
            }
            if let Some(name) = &def.detector
                && !detect::NAMES.contains(&name.as_str())
            {
                let hint = schema::nearest(name, detect::NAMES.iter().copied()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                return Err(fail(format!("rule {}: there is no detector `{name}`{hint}", def.id)).into());
            }
            self.add_rule(file, &pack.name, def).map_err(fail)?;
        }
        Ok(())
    }

    fn add_rule(&mut self, file: &str, pack: &str, def: &RuleDef) -> Result<(), String> {
        let number = self.rules.len();
        let id = def.id.clone();
        let in_rule = |e: String| format!("rule {id}: {e}");
        for pattern in &def.patterns {
            let compiled = CPattern::compile(pattern, number, &mut self.vocab).map_err(in_rule)?;
            self.patterns.push(compiled.with_fixes(&def.fixes));
        }
        for row in &def.rows {
            let mut compiled = CPattern::compile(&row.wrong, number, &mut self.vocab).map_err(in_rule)?;
            if def.detector.is_some() {
                let text = row.right.first().map_or("", String::as_str);
                let right = pattern::parse(text).map_err(|e| in_rule(format!("pattern “{text}”: {e}")))?;
                let right = CPattern::compile(&right, number, &mut self.vocab).map_err(in_rule)?;
                self.pairs.push((number, compiled, right, row.note.clone()));
                continue;
            }
            compiled.set_row(row, &def.fixes, &mut self.vocab).map_err(in_rule)?;
            self.patterns.push(compiled);
        }
        let scope = if def.scope.is_empty() {
            vec![BlockKind::Heading, BlockKind::Para, BlockKind::Item, BlockKind::Quote, BlockKind::Cell, BlockKind::Caption]
        } else {
            def.scope.iter().filter_map(|s| block_kind(s)).collect()
        };
        let rule = Rule {
            identity: Arc::new(RuleRef { id: def.id.clone(), category: def.category.clone(), why: def.why.clone() }),
            scope,
            only: CGuard::compile(&def.only, &mut self.vocab).map_err(in_rule)?,
            unless: CGuard::compile(&def.unless, &mut self.vocab).map_err(in_rule)?,
            sign: schema::UNMEASURED_SIGN,
            info: RuleInfo {
                finder: def.detector.clone().unwrap_or_else(|| if def.table { "table".into() } else { "match".into() }),
                id: def.id.clone(),
                category: def.category.clone(),
                severity: def.severity,
                confidence: def.confidence,
                yields: def.yields,
                status: def.status,
                pack: pack.to_owned(),
                file: file.to_owned(),
                from: def.from.clone(),
                needs: def.needs.clone(),
                message: def.message.clone(),
                why: def.why.clone(),
                fixes: def.fixes.clone(),
            },
        };
        self.by_id.insert(def.id.clone(), number);
        self.rules.push(rule);
        Ok(())
    }

    /// All rules, in pack order.
    pub fn rules(&self) -> impl Iterator<Item = &RuleInfo> {
        self.rules.iter().map(|r| &r.info)
    }
    /// The words the rules know, for [`crate::doc::Doc::build`].
    #[must_use]
    pub fn vocab(&self) -> &Vocab {
        &self.vocab
    }
    /// How many rules are loaded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }
    /// Whether no rule is loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
    /// The number of the rule called `id`.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }
    /// Whether the rule ships with copydesk.
    #[must_use]
    pub fn is_builtin(&self, number: usize) -> bool {
        number < self.builtin_rules
    }
    /// The rule called `id`.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.find(id).map(|i| &self.rules[i].info)
    }
    /// The MQM categories rules may name.
    #[must_use]
    pub fn categories(&self) -> &[String] {
        &self.categories
    }
    /// The examples of all rules, in the order of [`Self::rules`]; unpacked on each call.
    #[must_use]
    pub fn examples(&self) -> Vec<Examples> {
        let packs = if self.builtin_rules > 0 { shown().0 } else { Vec::new() };
        packs.into_iter().flatten().chain(self.house_examples.iter().cloned()).collect()
    }
}

/// What is only unpacked for people: examples by pack and rule, and measurements.
type Shown = (Vec<Vec<Examples>>, Vec<Measured>);

fn shown() -> Shown {
    postcard::from_bytes(EXAMPLES).unwrap_or_default()
}

/// How a built-in rule did on the texts copydesk was developed with, and how many words those have.
/// A rule that flagged nothing there has zeros.
#[must_use]
pub fn measured(id: &str) -> (Measured, Measured) {
    let all = shown().1;
    let line = |id: &str| all.iter().find(|m| m.rule == id).cloned().unwrap_or_default();
    (line(id), line("*words*"))
}

impl From<ExampleFormat> for Format {
    fn from(format: ExampleFormat) -> Self {
        match format {
            ExampleFormat::Plain => Self::Plain,
            ExampleFormat::Markdown => Self::Markdown,
            ExampleFormat::Html => Self::Html,
        }
    }
}

/// The block kind a `scope` entry names.
fn block_kind(name: &str) -> Option<BlockKind> {
    Some(match name {
        "para" => BlockKind::Para,
        "item" => BlockKind::Item,
        "quote" => BlockKind::Quote,
        "caption" => BlockKind::Caption,
        "heading" => BlockKind::Heading,
        "cell" => BlockKind::Cell,
        "alt" => BlockKind::Alt,
        "meta" => BlockKind::Meta,
        _ => return None,
    })
}

fn load_dir(dir: &Path, out: &mut Sources) -> Result<(), LoadError> {
    let io = |path: &Path, error| LoadError::Io { path: path.display().to_string(), error };
    let mut files = Vec::new();
    collect(dir, &mut files).map_err(|e| io(dir, e))?;
    files.sort();
    for path in files {
        let read = || std::fs::read_to_string(&path).map_err(|e| io(&path, e));
        let ext = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let in_words = path.parent().and_then(Path::file_name).is_some_and(|n| n == "words");
        if ext == "txt" && path == dir {
            // A list of lines stands alone, named in the configuration.
            let text = read()?;
            let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("# ") && !l.trim().is_empty()).collect();
            out.words.push((schema::SITE_LINES.to_owned(), lines.join("\n")));
        } else if ext == "txt" && in_words {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let list = schema::pack_list(&name, &schema::read_words(&read()?));
            out.words.push((name, list));
        } else if ext == "toml" && path.file_name().is_some_and(|n| n != "mqm.toml") {
            let base = if dir.is_dir() { dir } else { dir.parent().unwrap_or(Path::new(".")) };
            let table =
                |file: &str| std::fs::read_to_string(base.join(file)).map_err(|e| format!("table {}: {e}", base.join(file).display()));
            let name = path.display().to_string().replace('\\', "/");
            let (pack, shown) = schema::read(&name, &read()?, &out.categories, table)?;
            out.house_examples.extend(shown);
            out.packs.push((name, pack));
        }
    }
    Ok(())
}

fn collect(path: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), out)?;
        }
    } else {
        std::fs::metadata(path)?;
        out.push(path.to_owned());
    }
    Ok(())
}
