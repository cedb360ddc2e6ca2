//! The thread that checks: one document at a time, the newest version of each, answers before diagnostics.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use lsp_server::{ErrorCode, RequestId};
use lsp_types::{CodeAction, Diagnostic, Position, Range, Uri};
use serde_json::Value;

use super::answer::{Checked, Client};
use super::document::Document;
use super::projects::Projects;
use super::settings::Scopes;
use crate::report::FileReport;
use crate::resolve::stet::{Entry, Sidecar};
use crate::write::replace;

/// How long typing must pause before a check.
const PAUSE: Duration = Duration::from_millis(150);
/// How long typing without a pause puts a check off.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the server asks for.
pub(super) enum Task {
    /// Settings have changed.
    Settings(Arc<Scopes>),
    /// Files beside the articles have changed: configuration, packs, stets.
    Reload,
    /// A document as it is now.
    Document {
        document: Box<Document>,
        /// Whether somebody is typing in it.
        typing: bool,
    },
    Close(String),
    Ask {
        id: RequestId,
        uri: String,
        version: i32,
        ask: Ask,
    },
    Cancel(RequestId),
}

/// A question about a document.
pub(super) enum Ask {
    Actions { range: Range, only: Option<Vec<String>> },
    FixAll(Box<CodeAction>),
    Hover(Position),
    Stet { fingerprint: String, reason: Option<String> },
}

/// What the worker has to tell.
pub(super) enum Done {
    Diagnostics {
        uri: Uri,
        version: i32,
        diagnostics: Vec<Diagnostic>,
    },
    Answer {
        id: RequestId,
        answer: Result<Value, (ErrorCode, String)>,
    },
    /// For the user, once.
    Fault(String),
    /// Files to watch, all of them.
    MadeOf(BTreeSet<PathBuf>),
}

struct Open {
    document: Document,
    /// When to check it, and since when that is put off.
    due: Option<(Instant, Instant)>,
    checked: Option<Checked>,
}

pub(super) struct Worker {
    client: Client,
    projects: Projects,
    documents: BTreeMap<String, Open>,
    asks: VecDeque<(RequestId, String, i32, Ask)>,
    made_of: BTreeSet<PathBuf>,
    sidecar_faults: BTreeMap<PathBuf, String>,
    to: Sender<Done>,
}

impl Worker {
    pub fn new(client: Client, to: Sender<Done>) -> Self {
        let (projects, documents, asks) = (Projects::default(), BTreeMap::new(), VecDeque::new());
        Self { client, projects, documents, asks, made_of: BTreeSet::new(), sidecar_faults: BTreeMap::new(), to }
    }

    /// Works until nobody gives it tasks.
    pub fn run(mut self, tasks: &Receiver<Task>) {
        loop {
            let next = self.documents.values().filter_map(|open| open.due).map(|(due, _)| due).min();
            let task = match next {
                _ if !self.asks.is_empty() => Err(RecvTimeoutError::Timeout),
                Some(due) => tasks.recv_deadline(due),
                None => tasks.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match task {
                Ok(task) => self.take(task),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // What came meanwhile may make work needless.
            tasks.try_iter().for_each(|task| self.take(task));
            if let Some((id, uri, version, ask)) = self.asks.pop_front() {
                let answer = self.answer(&uri, version, ask);
                self.tell(Done::Answer { id, answer });
            } else {
                let now = Instant::now();
                let due = self.documents.iter().filter_map(|(uri, open)| Some((open.due?.0, uri))).filter(|(due, _)| *due <= now).min();
                if let Some(uri) = due.map(|(_, uri)| uri.clone()) {
                    self.check(&uri);
                }
            }
        }
    }

    fn tell(&self, done: Done) {
        // Nobody listens any more when the server ends.
        let _ = self.to.send(done);
    }

    fn take(&mut self, task: Task) {
        match task {
            Task::Settings(scopes) => {
                self.projects.set(scopes);
                self.check_all();
            }
            Task::Reload => {
                self.projects.reload();
                self.check_all();
            }
            Task::Document { document, typing } => {
                let now = Instant::now();
                let uri = document.uri.as_str().to_owned();
                let since = self.documents.get(&uri).and_then(|open| open.due).map_or(now, |(_, since)| since);
                let due = if typing { (now + PAUSE).min(since + PATIENCE) } else { now };
                self.documents.insert(uri, Open { document: *document, due: Some((due, since)), checked: None });
            }
            Task::Close(uri) => {
                self.documents.remove(&uri);
            }
            Task::Ask { id, uri, version, ask } => self.asks.push_back((id, uri, version, ask)),
            Task::Cancel(id) => self.asks.retain(|(other, ..)| *other != id),
        }
    }

    fn check_all(&mut self) {
        let now = Instant::now();
        for open in self.documents.values_mut() {
            open.checked = None;
            open.due = Some((now, now));
        }
    }

    /// Checks a document and publishes what was found.
    fn check(&mut self, uri: &str) {
        let Some(document) = self.documents.get(uri).map(|open| open.document.clone()) else { return };
        let path = document.path.as_deref();
        let project = self.projects.of(path);
        let sidecar = path.and_then(|path| self.sidecar(path));
        let report = if path.is_some_and(|path| project.config.excludes(path)) {
            FileReport::default()
        } else {
            project.report(&document.source, sidecar.as_ref())
        };
        let checked = Checked { document, project, sidecar, report };
        let diagnostics = self.client.diagnostics(&checked);
        self.tell(Done::Diagnostics { uri: checked.document.uri.clone(), version: checked.document.version, diagnostics });
        if let Some(open) = self.documents.get_mut(uri) {
            open.checked = Some(checked);
            open.due = None;
        }
        for fault in std::mem::take(&mut self.projects.faults) {
            self.tell(Done::Fault(fault));
        }
        let made_of = self.projects.made_of();
        if made_of != self.made_of {
            self.made_of.clone_from(&made_of);
            self.tell(Done::MadeOf(made_of));
        }
    }

    /// What was let stand beside an article.
    fn sidecar(&mut self, path: &Path) -> Option<Sidecar> {
        let beside = PathBuf::from(Sidecar::name_for(&path.to_string_lossy()));
        match read_sidecar(&beside) {
            Ok(sidecar) => {
                self.sidecar_faults.remove(&beside);
                sidecar
            }
            Err(fault) => {
                let fault = format!("{fault:#}");
                if self.sidecar_faults.insert(beside, fault.clone()).as_ref() != Some(&fault) {
                    self.tell(Done::Fault(fault));
                }
                None
            }
        }
    }

    fn answer(&mut self, uri: &str, version: i32, ask: Ask) -> Result<Value, (ErrorCode, String)> {
        let Some(open) = self.documents.get(uri) else { return Ok(Value::Null) };
        let stale = || (ErrorCode::ContentModified, format!("{uri} has changed"));
        if open.document.version != version {
            return Err(stale());
        }
        if open.checked.is_none() {
            self.check(uri);
        }
        let Some(checked) = self.documents.get(uri).and_then(|open| open.checked.as_ref()) else { return Err(stale()) };
        let failed = |error: anyhow::Error| (ErrorCode::RequestFailed, format!("{error:#}"));
        let json = |value: serde_json::Result<Value>| value.map_err(|e| failed(e.into()));
        match ask {
            Ask::Actions { range, only } => {
                let reason = self.projects.stet_reason(checked.document.path.as_deref());
                json(serde_json::to_value(self.client.actions(checked, range, only.as_deref(), reason)))
            }
            Ask::FixAll(action) => json(serde_json::to_value(CodeAction { edit: self.client.fix_all(checked), ..*action })),
            Ask::Hover(at) => json(serde_json::to_value(self.client.hover(checked, at))),
            Ask::Stet { fingerprint, reason } => {
                let reason = reason.unwrap_or_else(|| self.projects.stet_reason(checked.document.path.as_deref()).to_owned());
                let name = stet(checked, &fingerprint, &reason).map_err(failed)?;
                if let Some(open) = self.documents.get_mut(uri) {
                    open.checked = None;
                    open.due = Some((Instant::now(), Instant::now()));
                }
                Ok(Value::from(name))
            }
        }
    }
}

fn read_sidecar(beside: &Path) -> anyhow::Result<Option<Sidecar>> {
    match std::fs::read_to_string(beside) {
        Ok(text) => Ok(Some(Sidecar::parse(&beside.display().to_string(), &text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{}", beside.display())),
    }
}

/// Writes to the file beside the article that a finding may stand; returns the file's name.
fn stet(checked: &Checked, fingerprint: &str, reason: &str) -> anyhow::Result<String> {
    let Some(path) = &checked.document.path else { bail!("{} is not kept in a file", checked.document.source.path) };
    if !reason.chars().any(char::is_alphanumeric) {
        bail!("say why the finding may stand");
    }
    let Some(finding) = checked.report.findings.iter().find(|f| f.fingerprint == fingerprint) else {
        bail!("no finding has the fingerprint {fingerprint}");
    };
    let beside = PathBuf::from(Sidecar::name_for(&path.to_string_lossy()));
    // Another program may have written to it since.
    let name = beside.display().to_string();
    let mut sidecar = read_sidecar(&beside)?.unwrap_or_else(|| Sidecar::new(&name));
    sidecar.add(Entry::of(finding, reason.trim()));
    replace(&beside, sidecar.render().as_bytes()).with_context(|| name.clone())?;
    Ok(name)
}
