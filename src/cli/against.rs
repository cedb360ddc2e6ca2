//! `check --against`: which file is the earlier version of which, and which article in it.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use anyhow::bail;

use super::args::What;
use super::desk::{told, view};
use crate::record::{self, Fields, Kind, Record};
use crate::source::SourceFile;
use crate::view::View;

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

/// The earlier version of a file.
pub(super) struct Former {
    pub source: SourceFile,
    documents: Documents,
}

enum Documents {
    Whole(View),
    /// The articles of a data file, by what the file calls them or else by where they stand.
    Records {
        records: Vec<Record>,
        by_id: HashMap<String, usize>,
        by_key: HashMap<String, usize>,
    },
}

impl Former {
    /// Reads the articles in `source`; also tells what could not be read.
    pub fn new(source: SourceFile, kind: Option<Kind>, fields: &Fields) -> (Self, Vec<anyhow::Error>) {
        let Some(kind) = kind else {
            let documents = Documents::Whole(view(&source, fields));
            return (Self { source, documents }, Vec::new());
        };
        let record::Read { records, faults, .. } = record::read(kind, &source.text, fields);
        let faults = faults.iter().map(|fault| told(&source, fault)).collect();
        let (mut by_id, mut by_key) = (HashMap::new(), HashMap::new());
        for (i, record) in records.iter().enumerate() {
            if let Some(id) = &record.id {
                by_id.entry(id.clone()).or_insert(i);
            }
            by_key.insert(record.key.clone(), i);
        }
        (Self { source, documents: Documents::Records { records, by_id, by_key } }, faults)
    }

    /// The earlier text of an article: of a record the one of the same id, where neither has one that of the same place.
    pub fn view_of(&self, record: Option<&Record>) -> Option<View> {
        match (&self.documents, record) {
            // A file that is one article was made one of another format.
            (Documents::Whole(view), record) => record.is_none_or(|r| r.key.is_empty()).then(|| view.clone()),
            (Documents::Records { records, by_id, by_key }, record) => {
                let whole = record.is_none_or(|r| r.key.is_empty()) && records.len() == 1;
                let found = match record {
                    _ if whole => Some(0),
                    None => None,
                    Some(Record { id: Some(id), .. }) => by_id.get(id).copied(),
                    Some(Record { key, .. }) => by_key.get(key).copied().filter(|i| records[*i].id.is_none()),
                };
                found.map(|i| records[i].view(&self.source.text))
            }
        }
    }
}
