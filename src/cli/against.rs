//! `check --against`: which file is the earlier version of which.

use std::path::{Component, Path, PathBuf};

use anyhow::bail;

use super::args::What;

/// Where the earlier versions are.
pub(super) struct Against {
    path: PathBuf,
    folder: bool,
    /// The folders that are checked: below them paths are the same as below `path`.
    roots: Vec<PathBuf>,
    stdin: Option<PathBuf>,
}

impl Against {
    /// Looks at what is checked and what it is to be compared with.
    pub fn new(path: &Path, what: &What) -> anyhow::Result<Self> {
        let shown = path.display();
        if !path.exists() {
            bail!("--against {shown}: no such file or folder");
        }
        let folder = path.is_dir();
        let folders = what.paths.iter().filter(|p| p.is_dir()).count();
        if !folder && (what.paths.len() > 1 || folders > 0) {
            bail!(
                "--against {shown}: a file is the earlier version of one file; for more, name a folder that has theirs under the same paths"
            );
        }
        let from_stdin = what.paths.is_empty() || what.paths.iter().any(|p| p == Path::new("-"));
        if folder && from_stdin && what.stdin_filename.is_none() {
            bail!("--against {shown}: standard input needs --stdin-filename to find its earlier version in a folder");
        }
        let mut roots: Vec<PathBuf> = what.paths.iter().filter(|p| p.is_dir()).cloned().collect();
        // The nearest folder decides.
        roots.sort_by_key(|r| std::cmp::Reverse(r.components().count()));
        Ok(Self { path: path.to_owned(), folder, roots, stdin: what.stdin_filename.clone() })
    }

    /// The earlier version of a file that is checked; `None` for one that is new.
    pub fn of(&self, checked: &Path) -> Option<PathBuf> {
        if !self.folder {
            return Some(self.path.clone());
        }
        let checked = if checked == Path::new("-") { self.stdin.as_deref()? } else { checked };
        if let Some(rest) = self.roots.iter().find_map(|root| checked.strip_prefix(root).ok()) {
            return Some(self.path.join(rest)).filter(|p| p.is_file());
        }
        // A file that is named itself stands under its path, or else under its name.
        let plain = checked.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        let whole = plain.then(|| self.path.join(checked));
        let name = checked.file_name().map(|name| self.path.join(name));
        whole.into_iter().chain(name).find(|p| p.is_file())
    }
}
