//! `--changed REV`: which lines differ from a revision, as git says.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::finding::Finding;
use crate::source::SourceFile;

/// The changed lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lines {
    /// It is new.
    All,
    /// First and last, 1-based, in order.
    Some(Vec<(usize, usize)>),
}

/// What differs from a revision, by absolute path.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    files: HashMap<PathBuf, Lines>,
}

fn git(folder: &Path, args: &[&OsStr]) -> anyhow::Result<Vec<u8>> {
    let run = Command::new("git").arg("-C").arg(folder).args(["-c", "core.quotePath=false"]).args(args).output();
    let out = run.context("--changed asks git, and git cannot be run")?;
    if !out.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&out.stderr).trim().lines().next().unwrap_or("failed").trim_start_matches("fatal: "));
    }
    Ok(out.stdout)
}

impl Changed {
    /// What differs between the working tree and the last commit that `HEAD` has in common with `revision`.
    ///
    /// # Errors
    /// When there is no git, no repository around the current folder, or no such revision.
    pub fn since(revision: &str) -> anyhow::Result<Self> {
        let here = Path::new(".");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
        let root = text(git(here, &args(&["rev-parse", "--show-toplevel"])).context("--changed")?);
        let commit = format!("{revision}^{{commit}}");
        let commit = git(here, &args(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]))
            .map_err(|_| anyhow::anyhow!("--changed {revision}: no such revision here (a shallow clone may lack it: fetch it first)"))?;
        let commit = text(commit);
        let base = git(here, &args(&["merge-base", &commit, "HEAD"])).map_or(commit, text);
        let root = PathBuf::from(root);
        let diff =
            ["diff", "--no-color", "--no-ext-diff", "--no-textconv", "--text", "-U0", "--src-prefix=a/", "--dst-prefix=b/", &base, "--"];
        let mut files = read(&root, &git(&root, &args(&diff))?);
        let new = git(&root, &args(&["ls-files", "-z", "--others", "--exclude-standard"]))?;
        for name in new.split(|b| *b == 0).filter(|n| !n.is_empty()) {
            files.insert(root.join(&*String::from_utf8_lossy(name)), Lines::All);
        }
        let files = files.into_iter().map(|(path, lines)| (real(&path), lines)).collect();
        Ok(Self { files })
    }

    /// Whether a file differs at all.
    pub fn touches(&self, path: &Path) -> bool {
        self.files.contains_key(&real(path))
    }

    /// Whether a finding stands on a changed line.
    pub fn holds(&self, source: &SourceFile, finding: &Finding) -> bool {
        match self.files.get(&real(Path::new(&source.path))) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::Some(ranges)) => {
                let first = source.position(finding.span.start).line;
                let last = source.position(finding.span.end.saturating_sub(1).max(finding.span.start)).line;
                let next = ranges.partition_point(|(_, end)| *end < first);
                ranges.get(next).is_some_and(|(start, _)| *start <= last)
            }
        }
    }
}

fn args<'a>(list: &'a [&str]) -> Vec<&'a OsStr> {
    list.iter().map(OsStr::new).collect()
}

/// A path without links and dots, so that two names of a file are the same.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// Reads a diff without context lines.
fn read(root: &Path, diff: &[u8]) -> HashMap<PathBuf, Lines> {
    let mut files = HashMap::new();
    let mut current: Option<(PathBuf, Vec<(usize, usize)>)> = None;
    // Lines of a hunk that are still to come; they may look like anything.
    let mut left = 0usize;
    for line in diff.split(|b| *b == b'\n') {
        if left > 0 && matches!(line.first(), Some(b'-' | b'+')) {
            left -= 1;
            continue;
        }
        if let Some(name) = line.strip_prefix(b"+++ ") {
            if let Some((path, ranges)) = current.take() {
                files.insert(path, Lines::Some(ranges));
            }
            current = file_name(&String::from_utf8_lossy(name)).map(|name| (root.join(name), Vec::new()));
        } else if let Some((old, new)) = line.strip_prefix(b"@@ ").and_then(hunk) {
            left = old.1 + new.1;
            if let Some((_, ranges)) = &mut current
                && new.1 > 0
            {
                ranges.push((new.0, new.0 + new.1 - 1));
            }
        }
    }
    if let Some((path, ranges)) = current {
        files.insert(path, Lines::Some(ranges));
    }
    files
}

/// Start and length of a hunk's old and new lines, from `-1,2 +3,4 @@ …`.
fn hunk(line: &[u8]) -> Option<((usize, usize), (usize, usize))> {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let range = |word: &str, sign: char| -> Option<(usize, usize)> {
        let (start, len) = word.strip_prefix(sign)?.split_once(',').unwrap_or((&word[1..], "1"));
        Some((start.parse().ok()?, len.parse().ok()?))
    };
    Some((range(words.next()?, '-')?, range(words.next()?, '+')?))
}

/// The name behind `+++ `, unquoted; `None` for a deleted file.
fn file_name(text: &str) -> Option<String> {
    let text = text.strip_suffix('\r').unwrap_or(text);
    let name = match text.strip_prefix('"').and_then(|t| t.trim_end_matches('\t').strip_suffix('"')) {
        Some(quoted) => unquote(quoted),
        // A tab ends names with spaces.
        None => text.strip_suffix('\t').unwrap_or(text).to_owned(),
    };
    name.strip_prefix("b/").map(str::to_owned)
}

/// Reads git's C-style quoting.
fn unquote(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(next) = bytes.next_if(|b| (b'0'..=b'7').contains(b)) {
                        value = value * 8 + u32::from(next - b'0');
                    }
                }
                out.push(u8::try_from(value).unwrap_or(b'?'));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diffs_are_read() {
        let diff = b"diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1 @@ x\n-old\n--- a/no\n+++ b/no file\n\
@@ -9,0 +8,3 @@\n+a\n+b\n+c\n@@ -20 +21,0 @@\n-gone\ndiff --git a/b c b/b c\n--- a/b c\t\n+++ b/b c\t\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\
--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n+++ \"b/t\\303\\251\\\"\\\\.txt\"\n@@ -0,0 +1,2 @@\n";
        let files = read(Path::new("/r"), diff);
        assert_eq!(files[Path::new("/r/a.txt")], Lines::Some(vec![(1, 1), (8, 10)]));
        assert_eq!(files[Path::new("/r/b c")], Lines::Some(vec![(1, 1)]));
        assert_eq!(files[Path::new("/r/té\"\\.txt")], Lines::Some(vec![(1, 2)]));
        assert_eq!(files.len(), 3);
    }
}
