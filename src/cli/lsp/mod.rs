//! `lsp`: a language server on standard input and output, for editors.

mod answer;
mod document;
mod projects;
mod settings;
mod uri;
mod wire;
mod worker;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, select, unbounded};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{Position, PublishDiagnosticsParams, Range};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use answer::{Client, FIX_ALL, STET};
use document::{Document, Units};
use settings::{Scopes, Settings};
use wire::Incoming;
use worker::{Ask, Done, Task, Worker};

/// What a project's files are called.
const WATCHED: [&str; 3] = ["**/copydesk.toml", "**/*.stet.toml", "**/copydesk-baseline.json"];

/// How long the first settings may take.
const PATIENCE: Duration = Duration::from_secs(2);
const FOREVER: Duration = Duration::from_secs(1 << 30);

/// Serves until `exit`; the status is 0 when `shutdown` came before it.
pub(super) fn run() -> anyhow::Result<u8> {
    let (to, client) = unbounded();
    // Not joined: it may wait for input that never comes.
    thread::Builder::new().name("reader".into()).spawn(move || wire::read(&mut io::stdin().lock(), &to))?;
    let (tasks, work) = unbounded();
    let (done_to, done) = unbounded();
    let mut server = Server {
        out: io::stdout(),
        phase: Phase::New,
        client: None,
        tasks,
        held: None,
        waiting: Some((work, done_to)),
        documents: HashMap::new(),
        pending: HashSet::new(),
        next: 0,
        asked: HashMap::new(),
        abilities: Abilities::default(),
        options: Value::Null,
        folders: Vec::new(),
        scopes: Arc::default(),
        watched: BTreeSet::new(),
    };
    server.serve(&client, &done)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

/// What the editor lets us ask for.
#[derive(Default)]
struct Abilities {
    configuration: bool,
    register_configuration: bool,
    register_watchers: bool,
}

/// Something we asked the editor.
enum Asked {
    Configuration { folders: Vec<PathBuf> },
    Registration,
}

struct Server {
    out: io::Stdout,
    phase: Phase,
    client: Option<Client>,
    tasks: Sender<Task>,
    /// What waits for the first settings, and how long, so that nothing is shown that they switch off.
    held: Option<(Instant, Vec<Task>)>,
    /// The ends of the channels that the worker will have.
    waiting: Option<(Receiver<Task>, Sender<Done>)>,
    documents: HashMap<String, Document>,
    /// Requests that the worker has not answered yet.
    pending: HashSet<RequestId>,
    next: i32,
    asked: HashMap<RequestId, Asked>,
    abilities: Abilities,
    /// Settings as they came with `initialize`.
    options: Value,
    folders: Vec<PathBuf>,
    scopes: Arc<Scopes>,
    watched: BTreeSet<PathBuf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TextDocument {
    uri: String,
    #[serde(default)]
    version: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About<T> {
    text_document: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    uri: lsp_types::Uri,
    #[serde(default)]
    language_id: String,
    #[serde(default)]
    version: i32,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changes {
    text_document: TextDocument,
    content_changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    range: Option<Range>,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionsAt {
    text_document: TextDocument,
    range: Range,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
struct Context {
    only: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct At {
    text_document: TextDocument,
    position: Position,
}

#[derive(Deserialize)]
struct CommandCall {
    command: String,
    #[serde(default)]
    arguments: Vec<Value>,
}

#[derive(Deserialize)]
struct StetCall {
    uri: String,
    fingerprint: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Cancelled {
    id: RequestId,
}

#[derive(Default, Deserialize)]
struct Folders {
    #[serde(default)]
    added: Vec<Folder>,
    #[serde(default)]
    removed: Vec<Folder>,
}

#[derive(Deserialize)]
struct Folder {
    uri: String,
}

type Fault = (ErrorCode, String);

/// Reads the parameters of a message.
fn params<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|e| (ErrorCode::InvalidParams, e.to_string()))
}

impl Server {
    fn serve(&mut self, client: &Receiver<Incoming>, done: &Receiver<Done>) -> anyhow::Result<u8> {
        loop {
            let left = self.held.as_ref().map_or(FOREVER, |(until, _)| until.saturating_duration_since(Instant::now()));
            let told = select! {
                recv(client) -> incoming => {
                    if let Some(status) = self.incoming(incoming.ok())? {
                        return Ok(status);
                    }
                    continue;
                }
                recv(done) -> told => told.context("the checker has stopped")?,
                default(left) => {
                    self.release();
                    continue;
                }
            };
            // What the editor has said meanwhile comes first: it may cancel this.
            while let Ok(incoming) = client.try_recv() {
                if let Some(status) = self.incoming(Some(incoming))? {
                    return Ok(status);
                }
            }
            self.told(told)?;
        }
    }

    /// Handles a message of the editor; a status when it was the last.
    fn incoming(&mut self, incoming: Option<Incoming>) -> anyhow::Result<Option<u8>> {
        match incoming {
            Some(Incoming::Message(Message::Notification(note))) if note.method == "exit" => {
                return Ok(Some(u8::from(self.phase != Phase::ShutDown)));
            }
            Some(Incoming::Message(Message::Notification(note))) => {
                let method = note.method.clone();
                if self.phase == Phase::Running
                    && let Err((_, fault)) = self.notification(note)?
                {
                    self.log(&format!("{method}: {fault}"))?;
                }
            }
            Some(Incoming::Message(Message::Request(request))) => {
                let id = request.id.clone();
                match self.request(request)? {
                    Ok(Some(result)) => self.respond(id, Ok(result))?,
                    Ok(None) => {}
                    Err(fault) => self.respond(id, Err(fault))?,
                }
            }
            Some(Incoming::Message(Message::Response(response))) => self.response(response)?,
            Some(Incoming::Broken(fault)) => wire::write_parse_error(&mut self.out.lock(), &fault)?,
            Some(Incoming::Lost(error)) => return Err(anyhow::Error::from(error).context("standard input")),
            // The editor has gone without a word.
            None => return Ok(Some(1)),
        }
        Ok(None)
    }

    fn send(&self, message: Message) -> io::Result<()> {
        message.write(&mut self.out.lock())
    }

    fn notify(&self, method: &str, params: Value) -> io::Result<()> {
        self.send(Message::Notification(Notification { method: method.to_owned(), params }))
    }

    fn respond(&self, id: RequestId, answer: Result<Value, Fault>) -> io::Result<()> {
        self.send(Message::Response(match answer {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        }))
    }

    fn ask(&mut self, method: &str, params: Value, asked: Asked) -> io::Result<()> {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.asked.insert(id.clone(), asked);
        self.send(Message::Request(Request { id, method: method.to_owned(), params }))
    }

    fn log(&self, message: &str) -> io::Result<()> {
        self.notify("window/logMessage", json!({ "type": 2, "message": message }))
    }

    /// Says something to the user.
    fn show(&self, message: &str) -> io::Result<()> {
        self.notify("window/showMessage", json!({ "type": 2, "message": format!("copydesk: {message}") }))
    }

    fn give(&mut self, task: Task) {
        match &mut self.held {
            Some((_, tasks)) if !matches!(task, Task::Settings(_)) => tasks.push(task),
            // The worker ends when the server does.
            _ => drop(self.tasks.send(task)),
        }
    }

    /// Lets the worker begin.
    fn release(&mut self) {
        let (_, tasks) = self.held.take().unwrap_or_else(|| (Instant::now(), Vec::new()));
        tasks.into_iter().for_each(|task| self.give(task));
    }

    /// Answers a request; `None` when the worker will.
    fn request(&mut self, request: Request) -> io::Result<Result<Option<Value>, Fault>> {
        let Request { id, method, params: given } = request;
        match (self.phase, method.as_str()) {
            (Phase::New, "initialize") => return Ok(Ok(Some(self.initialize(&given)))),
            (Phase::New, _) => return Ok(Err((ErrorCode::ServerNotInitialized, format!("{method} came before initialize")))),
            (Phase::ShutDown, _) => return Ok(Err((ErrorCode::InvalidRequest, format!("{method} came after shutdown")))),
            (Phase::Running, "initialize") => return Ok(Err((ErrorCode::InvalidRequest, "initialize came twice".to_owned()))),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                for id in std::mem::take(&mut self.pending) {
                    self.respond(id, Err((ErrorCode::RequestCanceled, "the server shuts down".to_owned())))?;
                }
                return Ok(Ok(Some(Value::Null)));
            }
            (Phase::Running, _) => {}
        }
        Ok(self.question(&method, given).map(|asked| match asked {
            (uri, Some(ask)) if self.documents.get(&uri).is_some_and(|d| d.wanted) => {
                let version = self.documents[&uri].version;
                self.pending.insert(id.clone());
                self.give(Task::Ask { id, uri, version, ask });
                None
            }
            _ => Some(Value::Null),
        }))
    }

    /// What a request asks, and about which document; without a question the answer is nothing.
    fn question(&self, method: &str, given: Value) -> Result<(String, Option<Ask>), Fault> {
        match method {
            "textDocument/codeAction" => {
                let ActionsAt { text_document, range, context } = params(given)?;
                Ok((text_document.uri, Some(Ask::Actions { range, only: context.only })))
            }
            "codeAction/resolve" => {
                let action: lsp_types::CodeAction = params(given)?;
                let data = action.data.as_ref();
                let uri = data.and_then(|d| d.get("fixAll")).and_then(Value::as_str);
                let version = data.and_then(|d| d.get("version")).and_then(Value::as_i64);
                let Some(uri) = uri.map(str::to_owned) else {
                    return Err((ErrorCode::InvalidParams, "expected an action with data of ours".to_owned()));
                };
                if self.documents.get(&uri).map(|d| i64::from(d.version)) != version {
                    return Err((ErrorCode::ContentModified, format!("{uri} has changed")));
                }
                Ok((uri, Some(Ask::FixAll(Box::new(action)))))
            }
            "textDocument/hover" => {
                let At { text_document, position } = params(given)?;
                Ok((text_document.uri, Some(Ask::Hover(position))))
            }
            "workspace/executeCommand" => {
                let CommandCall { command, arguments } = params(given)?;
                if command != STET {
                    return Err((ErrorCode::InvalidParams, format!("there is no command `{command}`, expected `{STET}`")));
                }
                let call = arguments.into_iter().next().unwrap_or_default();
                let StetCall { uri, fingerprint, reason } = params(call)?;
                if !self.documents.contains_key(&uri) {
                    return Err((ErrorCode::InvalidParams, format!("{uri} is not open")));
                }
                Ok((uri, Some(Ask::Stet { fingerprint, reason })))
            }
            _ => Err((ErrorCode::MethodNotFound, format!("{method} is not known here"))),
        }
    }

    fn initialize(&mut self, given: &Value) -> Value {
        let at = |path: &str| given.pointer(&format!("/capabilities/{path}"));
        let is = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let among = |path: &str, wanted: &str| at(path).and_then(Value::as_array).is_some_and(|l| l.iter().any(|v| v == wanted));
        let units = if among("general/positionEncodings", "utf-8") { Units::Utf8 } else { Units::Utf16 };
        let client = Client {
            units,
            related: is("textDocument/publishDiagnostics/relatedInformation"),
            tags: at("textDocument/publishDiagnostics/tagSupport/valueSet")
                .and_then(Value::as_array)
                .is_some_and(|l| l.iter().any(|v| v == 1)),
            document_changes: is("workspace/workspaceEdit/documentChanges"),
            markdown: among("textDocument/hover/contentFormat", "markdown"),
            resolves: among("textDocument/codeAction/resolveSupport/properties", "edit") && is("textDocument/codeAction/dataSupport"),
        };
        self.abilities = Abilities {
            configuration: is("workspace/configuration"),
            register_configuration: is("workspace/didChangeConfiguration/dynamicRegistration"),
            register_watchers: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
        };
        let named = given.get("workspaceFolders").and_then(Value::as_array).map(|list| list.iter().filter_map(|f| f.get("uri")).collect());
        let roots: Vec<&Value> = named.unwrap_or_else(|| given.get("rootUri").into_iter().collect());
        self.folders = roots.into_iter().filter_map(|u| uri::to_path(u.as_str()?)).collect();
        self.options = given.get("initializationOptions").cloned().unwrap_or_default();
        if let Some((work, to)) = self.waiting.take() {
            let worker = Worker::new(client.clone(), to);
            // Without a thread there are no answers; the editor will see that nothing comes.
            let _ = thread::Builder::new().name("checker".into()).spawn(move || worker.run(&work));
        }
        let resolves = client.resolves;
        self.client = Some(client);
        self.phase = Phase::Running;
        json!({
            "capabilities": {
                "positionEncoding": if units == Units::Utf8 { "utf-8" } else { "utf-16" },
                "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
                "codeActionProvider": { "codeActionKinds": ["quickfix", FIX_ALL], "resolveProvider": resolves },
                "hoverProvider": true,
                "executeCommandProvider": { "commands": [STET] },
                "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
            },
            "serverInfo": { "name": "copydesk", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn notification(&mut self, note: Notification) -> io::Result<Result<(), Fault>> {
        let Notification { method, params: given } = note;
        let outcome = match method.as_str() {
            "initialized" => return self.initialized().map(Ok),
            "textDocument/didOpen" => params(given).map(|About { text_document: opened }| self.open(opened)),
            "textDocument/didChange" => params(given).and_then(|changes| self.change(changes)),
            "textDocument/didSave" => params(given).map(|About::<TextDocument> { text_document }| {
                if let Some(document) = self.documents.get(&text_document.uri).filter(|d| d.wanted).cloned() {
                    self.give(Task::Document { document: Box::new(document), typing: false });
                }
            }),
            "textDocument/didClose" => match params(given) {
                Ok(About::<TextDocument> { text_document }) => return self.close(&text_document.uri).map(Ok),
                Err(fault) => Err(fault),
            },
            "workspace/didChangeConfiguration" => return self.configure(given.get("settings")).map(Ok),
            "workspace/didChangeWatchedFiles" => {
                self.give(Task::Reload);
                Ok(())
            }
            "workspace/didChangeWorkspaceFolders" => {
                match params::<Folders>(given.get("event").cloned().unwrap_or_default()) {
                    Ok(Folders { added, removed }) => {
                        let paths = |list: Vec<Folder>| list.into_iter().filter_map(|f| uri::to_path(&f.uri)).collect::<Vec<_>>();
                        let (added, removed) = (paths(added), paths(removed));
                        self.folders.retain(|folder| !removed.contains(folder));
                        self.folders.extend(added);
                    }
                    Err(fault) => return Ok(Err(fault)),
                }
                return self.configure(None).map(Ok);
            }
            "$/cancelRequest" => match params::<Cancelled>(given) {
                Ok(Cancelled { id }) => {
                    if self.pending.remove(&id) {
                        self.give(Task::Cancel(id.clone()));
                        self.respond(id, Err((ErrorCode::RequestCanceled, "cancelled".to_owned())))?;
                    }
                    Ok(())
                }
                Err(fault) => Err(fault),
            },
            // Others may be of use to other servers.
            _ => Ok(()),
        };
        Ok(outcome)
    }

    fn initialized(&mut self) -> io::Result<()> {
        let mut registrations = Vec::new();
        if self.abilities.register_configuration {
            let options = json!({ "section": "copydesk" });
            registrations.push(json!({
                "id": "configuration", "method": "workspace/didChangeConfiguration", "registerOptions": options
            }));
        }
        if self.abilities.register_watchers {
            let watchers: Vec<Value> = WATCHED.iter().map(|glob| json!({ "globPattern": glob })).collect();
            registrations.push(json!({
                "id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers }
            }));
        }
        if !registrations.is_empty() {
            self.ask("client/registerCapability", json!({ "registrations": registrations }), Asked::Registration)?;
        }
        self.settle_given()?;
        if self.abilities.configuration {
            self.held = Some((Instant::now() + PATIENCE, Vec::new()));
        }
        self.configure(None)
    }

    /// Takes settings in: from the editor when it can be asked, or else as they were sent.
    fn configure(&mut self, sent: Option<&Value>) -> io::Result<()> {
        if self.abilities.configuration {
            let folders = self.folders.clone();
            let mut items = vec![json!({ "section": "copydesk" })];
            items.extend(folders.iter().map(|f| json!({ "scopeUri": uri::from_path(f), "section": "copydesk" })));
            return self.ask("workspace/configuration", json!({ "items": items }), Asked::Configuration { folders });
        }
        if let Some(sent) = sent.filter(|s| !s.is_null()) {
            self.options = sent.clone();
        }
        self.settle_given()
    }

    /// Puts in force what came without being asked for.
    fn settle_given(&mut self) -> io::Result<()> {
        let value = self.given_options();
        let folders = self.folders.clone();
        self.settle(&value, &vec![Value::Null; folders.len()], &folders)
    }

    /// Settings that came without being asked for, which some editors wrap in the name of their section.
    fn given_options(&self) -> Value {
        let wrapped = self.options.get("copydesk").or_else(|| self.options.get("settings"));
        wrapped.unwrap_or(&self.options).clone()
    }

    /// Puts settings in force, each folder's own or else those for everything.
    fn settle(&mut self, all: &Value, own: &[Value], folders: &[PathBuf]) -> io::Result<()> {
        let (settings, mut faults) = Settings::read(all, folders.first().map(PathBuf::as_path));
        let mut scopes = Scopes { all: settings, folders: Vec::new() };
        for (folder, own) in folders.iter().zip(own) {
            let (settings, more) = Settings::read(if own.is_null() { all } else { own }, Some(folder));
            faults.extend(more.into_iter().filter(|m| !faults.contains(m)).collect::<Vec<_>>());
            scopes.folders.push((folder.clone(), settings));
        }
        if *self.scopes != scopes {
            for fault in &faults {
                self.show(fault)?;
            }
            self.scopes = Arc::new(scopes);
            self.give(Task::Settings(Arc::clone(&self.scopes)));
        }
        Ok(())
    }

    fn response(&mut self, response: Response) -> io::Result<()> {
        let asked = self.asked.remove(&response.id);
        let configured = matches!(asked, Some(Asked::Configuration { .. }));
        let outcome = match (asked, response.response_result) {
            (Some(Asked::Configuration { folders }), Ok(Value::Array(mut values))) if !values.is_empty() => {
                let own = values.split_off(1);
                let mut all = values.remove(0);
                if all.is_null() {
                    all = self.given_options();
                }
                self.settle(&all, &own, &folders)
            }
            (Some(Asked::Configuration { .. }), answer) => self.log(&format!("workspace/configuration: expected a list, found {answer:?}")),
            (Some(Asked::Registration), Err(error)) => self.log(&format!("client/registerCapability: {}", error.message)),
            _ => Ok(()),
        };
        if configured {
            self.release();
        }
        outcome
    }

    fn open(&mut self, opened: Opened) {
        let document = Document::open(opened.uri, &opened.language_id, opened.version, &opened.text);
        if document.wanted {
            self.give(Task::Document { document: Box::new(document.clone()), typing: false });
        }
        self.documents.insert(document.uri.as_str().to_owned(), document);
    }

    fn change(&mut self, changes: Changes) -> Result<(), Fault> {
        let TextDocument { uri, version } = changes.text_document;
        let units = self.client.as_ref().map_or(Units::Utf16, |c| c.units);
        let Some(document) = self.documents.get_mut(&uri) else {
            return Err((ErrorCode::InvalidParams, format!("{uri} is not open")));
        };
        for Change { range, text } in changes.content_changes {
            document.edit(units, range, &text);
        }
        document.version = version;
        if document.wanted {
            let document = Box::new(document.clone());
            self.give(Task::Document { document, typing: true });
        }
        Ok(())
    }

    fn close(&mut self, uri: &str) -> io::Result<()> {
        self.give(Task::Close(uri.to_owned()));
        match self.documents.remove(uri) {
            Some(document) if document.wanted => {
                let params = PublishDiagnosticsParams { uri: document.uri, diagnostics: Vec::new(), version: None };
                self.notify("textDocument/publishDiagnostics", json!(params))
            }
            _ => Ok(()),
        }
    }

    /// Passes on what the worker has found, unless it is about a version that is gone or an answer nobody wants.
    fn told(&mut self, done: Done) -> io::Result<()> {
        if self.phase != Phase::Running {
            return Ok(());
        }
        match done {
            Done::Diagnostics { uri, version, diagnostics } => {
                if self.documents.get(uri.as_str()).is_none_or(|d| d.version != version) {
                    return Ok(());
                }
                let params = PublishDiagnosticsParams { uri, diagnostics, version: Some(version) };
                self.notify("textDocument/publishDiagnostics", json!(params))
            }
            Done::Answer { id, answer } => {
                if self.pending.remove(&id) {
                    self.respond(id, answer)?;
                }
                Ok(())
            }
            Done::Fault(message) => self.show(&message),
            Done::MadeOf(paths) => self.watch(&paths),
        }
    }

    /// Asks to hear of changes in files that no pattern of ours names.
    fn watch(&mut self, paths: &BTreeSet<PathBuf>) -> io::Result<()> {
        let new: Vec<&PathBuf> = paths.iter().filter(|p| !self.watched.contains(*p)).collect();
        if new.is_empty() || !self.abilities.register_watchers {
            return Ok(());
        }
        let watchers: Vec<Value> = new.iter().map(|path| json!({ "globPattern": glob(path) })).collect();
        let id = format!("files-{}", self.watched.len());
        self.watched.extend(new.into_iter().cloned());
        let registration = json!({ "id": id, "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers } });
        self.ask("client/registerCapability", json!({ "registrations": [registration] }), Asked::Registration)
    }
}

/// The pattern for one file, or for all in a folder.
fn glob(path: &Path) -> String {
    let mut out = String::new();
    for c in path.to_string_lossy().replace('\\', "/").chars() {
        match c {
            '*' | '?' | '[' | '{' | '}' | ']' => out.push('?'),
            c => out.push(c),
        }
    }
    if path.is_dir() { out + "/**" } else { out }
}
