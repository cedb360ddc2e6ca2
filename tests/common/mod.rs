//! What the tests on whole files share.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use copydesk::check::{self, Settings};
use copydesk::finding::Finding;
use copydesk::report::FileReport;
use copydesk::report::{Emit, Summary, concise, json, text};
use copydesk::rule::Ruleset;
use copydesk::source::SourceFile;
use copydesk::view::{Format, View};

pub mod corruptor;
pub mod reviser;

/// Compares a generated document with the file, or writes it when asked.
#[track_caller]
pub fn compare(path: &str, wanted: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "{path} is out of date; UPDATE_DOCS=1 cargo test rewrites it");
}

pub const FORMATS: [Format; 3] = [Format::Plain, Format::Markdown, Format::Html];

pub static RULES: LazyLock<Ruleset> = LazyLock::new(Ruleset::builtin);
pub static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings::new(&RULES, false));

/// A checked document.
pub struct Checked {
    pub source: SourceFile,
    pub view: View,
    pub report: FileReport,
}

impl Checked {
    pub fn findings(&self) -> &[Finding] {
        &self.report.findings
    }

    /// What an emitter says about the document.
    pub fn emit(&self, emitter: for<'a> fn(&'a mut Vec<u8>) -> Box<dyn Emit + 'a>) -> String {
        let mut out = Vec::new();
        let mut summary = Summary::default();
        summary.add(&self.report);
        let mut emitter = emitter(&mut out);
        emitter.file(&self.source, &self.report).expect("memory is writable");
        emitter.finish(&summary).expect("memory is writable");
        drop(emitter);
        String::from_utf8(out).expect("reports are UTF-8")
    }
}

pub fn full(out: &mut Vec<u8>) -> Box<dyn Emit + '_> {
    Box::new(text::Full::new(out, text::Options { width: 80, colour: false, verbosity: text::Verbosity::Normal }))
}

pub fn concise(out: &mut Vec<u8>) -> Box<dyn Emit + '_> {
    Box::new(concise::Concise::new(out))
}

pub fn json(out: &mut Vec<u8>) -> Box<dyn Emit + '_> {
    Box::new(json::Json::new(out))
}

pub fn check_source(format: Format, source: SourceFile) -> Checked {
    let view = View::build(format, &source.text);
    let check::Checked { findings, suppressed, words, signal, verified } = check::check(&RULES, &source, &view, &SETTINGS, None);
    let report = FileReport { path: source.path.clone(), words, signal, findings, suppressed, verified, ..FileReport::default() };
    Checked { source, view, report }
}

pub fn check_text(format: Format, text: &str) -> Checked {
    check_source(format, SourceFile::from_str("text", text))
}

/// The files of `fixtures/FOLDER`, by name.
pub fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("the fixtures are there").map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    files
}

pub fn name(path: &Path) -> String {
    path.file_name().expect("a file").to_string_lossy().into_owned()
}

pub fn format(path: &Path) -> Option<Format> {
    path.extension().and_then(|e| e.to_str()).and_then(Format::from_extension)
}

/// Reads and checks a fixture under the name it has in the repository.
pub fn check_fixture(path: &Path) -> Checked {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let bytes = std::fs::read(path).expect("a readable fixture");
    let source = SourceFile::decode(&shown, bytes, None).expect("a text file");
    check_source(format(path).expect("a known format"), source)
}
