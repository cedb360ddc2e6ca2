//! Findings that were there before: a file of fingerprints, so that only what is new is reported.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// The file's usual name.
pub const NAME: &str = "copydesk-baseline.json";

const VERSION: u32 = 1;

/// A finding that was accepted as it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 16 lower-case hex digits; of rule, words and sentence, not of the place.
    pub fingerprint: String,
    /// The rule's id, for people.
    pub rule: String,
    /// The flagged text, for people.
    pub quote: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    /// Paths are relative to the file's folder, with `/`.
    files: BTreeMap<String, Vec<Entry>>,
}

/// What a baseline file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    folder: PathBuf,
    files: BTreeMap<String, Vec<Entry>>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It cannot be read.
    #[error("{file}: {error}; `copydesk baseline write` makes a baseline")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// It is no baseline.
    #[error("{file}:{line}:{column}: {message}; `copydesk baseline write` makes a new one")]
    Fault {
        /// The file.
        file: String,
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
        /// What was expected.
        message: String,
    },
}

impl Baseline {
    /// An empty baseline that will stand at `file`.
    #[must_use]
    pub fn new(file: &Path) -> Self {
        Self { folder: file.parent().map(Path::to_owned).unwrap_or_default(), files: BTreeMap::new() }
    }

    /// Reads the text of a baseline that stands at `file`.
    ///
    /// # Errors
    /// The first fault with its place.
    pub fn parse(file: &Path, text: &str) -> Result<Self, BaselineError> {
        let fault = |line, column, message: String| BaselineError::Fault { file: file.display().to_string(), line, column, message };
        let read: File = serde_json::from_str(text).map_err(|e| {
            let message = e.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            fault(e.line().max(1), e.column().max(1), message)
        })?;
        if read.version != VERSION {
            return Err(fault(1, 1, format!("version {} was written by another copydesk, expected {VERSION}", read.version)));
        }
        let odd =
            |e: &&Entry| e.fingerprint.len() != 16 || !e.fingerprint.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if let Some(entry) = read.files.values().flatten().find(odd) {
            let at = text.find(&entry.fingerprint).unwrap_or(0);
            let line = text[..at].matches('\n').count() + 1;
            let message = format!("“{}” is no fingerprint: expected 16 hexadecimal digits, 0–9 and a–f", entry.fingerprint);
            return Err(fault(line, 1, message));
        }
        Ok(Self { files: read.files, ..Self::new(file) })
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// When it cannot be read, or the first fault in it.
    pub fn read(file: &Path) -> Result<Self, BaselineError> {
        let text = std::fs::read_to_string(file).map_err(|error| BaselineError::Io { file: file.display().to_string(), error })?;
        Self::parse(file, &text)
    }

    /// The file's text: sorted, an entry a line, so that it merges well.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = format!("{{\n\"version\": {VERSION},\n\"files\": {{");
        for (number, (path, entries)) in self.files.iter().enumerate() {
            let name = serde_json::to_string(path).unwrap_or_default();
            out.push_str(&format!("{}\n{name}: [", if number > 0 { "," } else { "" }));
            for (number, entry) in entries.iter().enumerate() {
                let line = serde_json::to_string(entry).unwrap_or_default();
                out.push_str(&format!("{}\n  {line}", if number > 0 { "," } else { "" }));
            }
            out.push_str("\n]");
        }
        out.push_str("\n}\n}\n");
        out
    }

    /// A path as the file has it: relative to its folder, with `/`.
    fn key(&self, path: &str) -> String {
        let whole =
            |p: &Path| std::path::absolute(if p.as_os_str().is_empty() { Path::new(".") } else { p }).unwrap_or_else(|_| p.to_owned());
        let (folder, path) = (whole(&self.folder), whole(Path::new(path)));
        let relative = path.strip_prefix(&folder).map_or_else(|_| path.clone(), Path::to_owned);
        let parts = relative.components().filter(|c| !matches!(c, Component::CurDir)).map(|c| c.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/").replace("//", "/")
    }

    /// Takes in all findings of a file, in place of what was known of it.
    pub fn set(&mut self, path: &str, findings: &[Finding]) {
        let key = self.key(path);
        let mut entries: Vec<Entry> = findings
            .iter()
            .map(|f| Entry { fingerprint: f.fingerprint.clone(), rule: f.rule.id.clone(), quote: f.quote.clone() })
            .collect();
        entries.sort_by(|a, b| (&a.rule, &a.fingerprint).cmp(&(&b.rule, &b.fingerprint)));
        if entries.is_empty() {
            self.files.remove(&key);
        } else {
            self.files.insert(key, entries);
        }
    }

    /// Parts findings into new ones and those that were there before.
    #[must_use]
    pub fn split(&self, path: &str, findings: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
        let known = self.files.get(&self.key(path)).map_or(&[][..], Vec::as_slice);
        findings.into_iter().partition(|f| !known.iter().any(|e| e.fingerprint == f.fingerprint))
    }

    /// Drops the entries of `path` that no finding has any more; gives their number.
    pub fn prune(&mut self, path: &str, findings: &[Finding]) -> usize {
        let key = self.key(path);
        let Some(entries) = self.files.get_mut(&key) else { return 0 };
        let before = entries.len();
        entries.retain(|e| findings.iter().any(|f| f.fingerprint == e.fingerprint));
        let dropped = before - entries.len();
        if entries.is_empty() {
            self.files.remove(&key);
        }
        dropped
    }

    /// Drops files that are no more; gives the number of their entries.
    pub fn prune_missing(&mut self) -> usize {
        let before = self.len();
        let folder = self.folder.clone();
        self.files.retain(|path, _| folder.join(path).exists());
        before - self.len()
    }

    /// How many findings it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Files with their entries, sorted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[Entry])> {
        self.files.iter().map(|(path, entries)| (path.as_str(), entries.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_is_written_is_read() {
        let (_, report) = sample::stop();
        let mut baseline = Baseline::new(Path::new("site/base.json"));
        baseline.set("site/news/war.txt", &report.findings);
        baseline.set("site/news/a \"b\".txt", &report.findings);
        let text = baseline.render();
        assert_eq!(Baseline::parse(Path::new("site/base.json"), &text).expect("it is right"), baseline);
        assert!(text.contains("\"news/war.txt\": ["), "{text}");
        let (new, old) = baseline.split("./site/news/war.txt", report.findings.clone());
        assert_eq!((new.len(), old.len()), (0, 1));
        let mut other = report.findings.clone();
        other[0].fingerprint = "0011223344556677".into();
        assert_eq!(baseline.split("site/news/war.txt", other.clone()).0.len(), 1);
        assert_eq!(baseline.prune("site/news/war.txt", &other), 1);
        assert_eq!(baseline.len(), 1);
        assert_eq!(Baseline::new(Path::new("b.json")).render(), "{\n\"version\": 1,\n\"files\": {\n}\n}\n");
    }

    #[test]
    fn faults_have_their_place() {
        let fault = |text: &str| Baseline::parse(Path::new("b.json"), text).expect_err("it is wrong").to_string();
        assert!(fault("{\n\"version\": 1,\n\"fils\": {}}").starts_with("b.json:3:"), "{}", fault("{\n\"version\": 1,\n\"fils\": {}}"));
        assert!(fault("{\"version\": 7, \"files\": {}}").contains("version 7"));
        let odd = "{\"version\": 1, \"files\": {\"a\": [\n{\"fingerprint\": \"xyz\", \"rule\": \"r\", \"quote\": \"q\"}]}}";
        assert!(fault(odd).contains("b.json:2:1") && fault(odd).contains("xyz"));
    }
}
