//! The language server as an editor sees it: the real program, spoken to over its standard streams.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

const SEED: &str = include_str!("../fixtures/articles/seed.txt");
const WAR: &str = "Secret talks to end the war. in Ukraine, As one paper reported on Thursday, go on.";
/// Debug builds on busy machines are slow; nothing waits this long that is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// A small editor.
struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    /// What came and nobody asked for yet.
    kept: VecDeque<Value>,
    next: i64,
    /// The answer to `workspace/configuration`, and those for folders that have their own; `None` gives no answer.
    settings: Option<Value>,
    scoped: Value,
    registered: Vec<Value>,
}

fn frame(message: &Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

impl Editor {
    fn spawn(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            // Editors' libraries add `--stdio` of their own.
            .args(["lsp", "--stdio"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let mut from = BufReader::new(child.stdout.take().expect("a pipe"));
        let (to, output) = channel();
        std::thread::spawn(move || {
            loop {
                let mut length = None;
                loop {
                    let mut line = String::new();
                    if from.read_line(&mut line).expect("headers are UTF-8") == 0 {
                        return;
                    }
                    let line = line.strip_suffix("\r\n").unwrap_or_else(|| panic!("nothing but messages on standard output: {line:?}"));
                    if line.is_empty() {
                        break;
                    }
                    length = Some(line.strip_prefix("Content-Length: ").expect("a length").parse().expect("a number"));
                }
                let mut bytes = vec![0; length.expect("a length")];
                from.read_exact(&mut bytes).expect("as long as it says");
                let message: Value = serde_json::from_slice(&bytes).expect("JSON");
                assert_eq!(message["jsonrpc"], "2.0");
                if to.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let (settings, scoped) = (Some(Value::Null), Value::Null);
        Self { child, input, output, kept: VecDeque::new(), next: 0, settings, scoped, registered: Vec::new() }
    }

    /// Starts and initializes a server with everything a good editor can do, in UTF-16 or UTF-8.
    fn start(folder: &Path, encodings: &[&str]) -> Self {
        Self::start_with(folder, |capabilities| capabilities["general"] = json!({ "positionEncodings": encodings })).0
    }

    fn start_with(folder: &Path, change: impl FnOnce(&mut Value)) -> (Self, Value) {
        let mut editor = Self::spawn(folder);
        let mut capabilities = json!({
            "workspace": {
                "configuration": true,
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true },
                "workspaceEdit": { "documentChanges": true },
            },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true, "tagSupport": { "valueSet": [1, 2] } },
                "hover": { "contentFormat": ["markdown", "plaintext"] },
            },
        });
        change(&mut capabilities);
        let folders = json!([{ "uri": uri(folder), "name": "news" }]);
        let params = json!({ "processId": null, "rootUri": uri(folder), "workspaceFolders": folders, "capabilities": capabilities });
        let answer = editor.ask("initialize", params);
        editor.tell("initialized", json!({}));
        (editor, answer)
    }

    fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("still open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.raw(frame(&json!({ "jsonrpc": "2.0", "method": method, "params": params })).as_bytes());
    }

    fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.raw(frame(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params })).as_bytes());
        self.next
    }

    /// The next message that fits; others wait.
    fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(at) = self.kept.iter().position(&fits) {
                return self.kept.remove(at).expect("it was just found");
            }
            self.take();
        }
    }

    /// Takes a message in; what the server asks is answered.
    fn take(&mut self) {
        let message = self.output.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("{e}; so far {:?}", self.kept));
        match message["method"].as_str() {
            Some("client/registerCapability") => {
                self.registered.extend(message["params"]["registrations"].as_array().expect("a list").iter().cloned());
                self.reply(&message, Value::Null);
            }
            Some("workspace/configuration") => {
                let items = message["params"]["items"].as_array().expect("a list");
                assert!(items.iter().all(|item| item["section"] == "copydesk"));
                let Some(settings) = &self.settings else { return };
                let own = |item: &Value| self.scoped.get(item["scopeUri"].as_str()?).cloned();
                let answers = items.iter().map(|item| own(item).unwrap_or_else(|| settings.clone())).collect::<Vec<_>>();
                self.reply(&message, json!(answers));
            }
            _ => self.kept.push_back(message),
        }
    }

    fn reply(&mut self, to: &Value, result: Value) {
        self.raw(frame(&json!({ "jsonrpc": "2.0", "id": to["id"], "result": result })).as_bytes());
    }

    fn response(&mut self, id: i64) -> Value {
        self.wait(|m| m["id"] == id && m.get("method").is_none())
    }

    /// A request and its result.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let answer = self.response(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The code of the error that a request comes to.
    fn fails(&mut self, method: &str, params: Value) -> i64 {
        let id = self.request(method, params);
        self.response(id)["error"]["code"].as_i64().expect("an error")
    }

    fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.tell("textDocument/didOpen", json!({ "textDocument": { "uri": uri, "languageId": language, "version": 1, "text": text } }));
    }

    fn change(&mut self, uri: &str, version: i32, changes: Value) {
        self.tell("textDocument/didChange", json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }));
    }

    /// The diagnostics of a version of a document.
    fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let message = self.wait(|m| published(m, uri) == Some(version));
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// Diagnostics of any version that fit.
    fn diagnostics_until(&mut self, uri: &str, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let found = |m: &Value| m["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
        found(&self.wait(|m| published(m, uri).is_some() && fits(&found(m))))
    }

    fn actions(&mut self, uri: &str, range: &Value, context: Value) -> Vec<Value> {
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        self.ask("textDocument/codeAction", params).as_array().expect("a list").clone()
    }

    /// All actions that mend what stands at `range`.
    fn fixes(&mut self, uri: &str, range: &Value) -> Vec<Value> {
        self.actions(uri, range, json!({ "diagnostics": [], "only": ["quickfix"] }))
    }

    fn stop(mut self) -> ExitStatus {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.child.wait().expect("it ends")
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn published(message: &Value, uri: &str) -> Option<i32> {
    let about = message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri;
    about.then(|| message["params"]["version"].as_i64().map_or(-1, |v| v as i32))
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a place for files")
}

/// A folder with one article, and the article's address.
fn article(name: &str, text: &str) -> (tempfile::TempDir, PathBuf, String) {
    let folder = folder();
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("the folder can be written");
    let address = uri(&path);
    (folder, path, address)
}

fn range(text: &str, needle: &str, width: impl Fn(&str) -> usize) -> Value {
    let start = text.find(needle).unwrap_or_else(|| panic!("no {needle:?} in the text"));
    let at = |offset: usize| {
        let head = &text[..offset];
        let line = head.matches('\n').count();
        json!({ "line": line, "character": width(&head[head.rfind('\n').map_or(0, |i| i + 1)..]) })
    };
    json!({ "start": at(start), "end": at(start + needle.len()) })
}

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text after edits in UTF-16 places, applied from the last to the first.
fn edited(text: &str, edits: &[Value]) -> String {
    let offset = |at: &Value| {
        let (line, column) = (at["line"].as_u64().unwrap() as usize, at["character"].as_u64().unwrap() as usize);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = 0;
        start
            + text[start..]
                .chars()
                .take_while(|c| {
                    units += c.len_utf16();
                    units <= column
                })
                .map(char::len_utf8)
                .sum::<usize>()
    };
    let mut edits: Vec<(usize, usize, &str)> =
        edits.iter().map(|e| (offset(&e["range"]["start"]), offset(&e["range"]["end"]), e["newText"].as_str().unwrap())).collect();
    edits.sort();
    let mut out = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

/// The edits of an action on its only document.
fn edits(action: &Value) -> Vec<Value> {
    let change = &action["edit"]["documentChanges"][0];
    assert!(change["textDocument"]["version"].is_i64(), "{action}");
    change["edits"].as_array().expect("edits").clone()
}

fn copydesk(folder: &Path, args: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_copydesk")).args(args).current_dir(folder).output().expect("it runs");
    assert!(output.status.code().is_some_and(|c| c < 2), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|d| d["code"].as_str().expect("a rule")).collect()
}

#[test]
fn says_what_it_can_do() {
    let home = folder();
    let (editor, answer) =
        Editor::start_with(home.path(), |c| c["general"] = json!({ "positionEncodings": ["utf-32", "utf-8", "utf-16"] }));
    let can = &answer["capabilities"];
    assert_eq!(can["positionEncoding"], "utf-8");
    assert_eq!(can["textDocumentSync"]["change"], 2);
    assert_eq!(can["codeActionProvider"]["codeActionKinds"], json!(["quickfix", "source.fixAll.copydesk"]));
    assert_eq!(can["hoverProvider"], true);
    assert_eq!(answer["serverInfo"]["name"], "copydesk");
    assert_eq!(editor.stop().code(), Some(0));
    let (editor, answer) = Editor::start_with(home.path(), |_| {});
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(editor.stop().code(), Some(0));
}

/// Every diagnostic of the seed article stands where the command line says, in either unit; some are written out here.
#[test]
fn the_seed_article() {
    let (home, _, address) = article("seed.txt", SEED);
    let report: Value = serde_json::from_slice(&copydesk(home.path(), &["--exit-zero", "--output-format", "json", "seed.txt"])).unwrap();
    let findings = report["documents"][0]["findings"].as_array().unwrap();
    for (encoding, first) in [("utf-16", [241, 248]), ("utf-8", [247, 254])] {
        let mut editor = Editor::start(home.path(), &[encoding]);
        editor.open(&address, "plaintext", SEED);
        let found = editor.diagnostics(&address, 1);
        assert_eq!(
            found[0]["range"],
            json!({ "start": { "line": 2, "character": first[0] }, "end": { "line": 2, "character": first[1] } })
        );
        assert_eq!(found[0]["code"], "stray-full-stop");
        assert_eq!((&found[0]["severity"], &found[0]["source"]), (&json!(2), &json!("copydesk")));
        assert_eq!(found.len(), findings.len());
        for (diagnostic, finding) in found.iter().zip(findings) {
            let place = |at: &Value| {
                let offset = at["byte"].as_u64().unwrap() as usize;
                let head = &SEED[..offset];
                let line = &head[head.rfind('\n').map_or(0, |i| i + 1)..];
                json!({ "line": head.matches('\n').count(), "character": if encoding == "utf-8" { line.len() } else { utf16(line) } })
            };
            let want = json!({ "start": place(&finding["span"]["start"]), "end": place(&finding["span"]["end"]) });
            assert_eq!((&diagnostic["range"], &diagnostic["code"]), (&want, &finding["rule"]));
            assert_eq!(diagnostic["message"], finding["message"]);
            assert_eq!(diagnostic["data"]["fingerprint"], finding["fingerprint"]);
            let severity = match finding["severity"].as_str().unwrap() {
                "critical" => 1,
                "major" => 2,
                "minor" => 3,
                _ => 4,
            };
            assert_eq!(diagnostic["severity"], severity);
            let with_place = |e: &&Value| !e["span"].is_null();
            let related = finding["evidence"].as_array().unwrap().iter().filter(with_place).count();
            assert_eq!(diagnostic["relatedInformation"].as_array().map_or(0, Vec::len), related);
            assert!(diagnostic.get("codeDescription").is_none());
        }
        // A line that is no part of the article is superfluous as a whole.
        let list = found.iter().find(|d| d["code"] == "page-furniture").unwrap();
        assert_eq!(list["tags"], json!([1]));
        assert!(found[0].get("tags").is_none());
        editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": address } }));
        assert_eq!(editor.diagnostics(&address, -1), Vec::<Value>::new());
        assert_eq!(editor.stop().code(), Some(0));
    }
}

#[test]
fn characters_of_two_units_before_a_finding() {
    let home = folder();
    let text = format!("Ein Foto 😀 zeigt 𝔘𝔫 é\r\n\r\n“😀 {WAR}\r\n");
    for (encoding, width) in [("utf-16", utf16 as fn(&str) -> usize), ("utf-8", str::len)] {
        let mut editor = Editor::start(home.path(), &[encoding]);
        editor.open("untitled:Untitled-1", "plaintext", &text);
        let found = editor.diagnostics("untitled:Untitled-1", 1);
        let stop = found.iter().find(|d| d["code"] == "stray-full-stop").unwrap();
        assert_eq!(stop["range"], range(&text, "war. in", width));
        let columns = &stop["range"]["start"]["character"];
        assert_eq!(*columns, if encoding == "utf-8" { 32 } else { 28 });
        // The mark at the start of a file is a character, where an editor keeps it.
        editor.open("untitled:Untitled-2", "plaintext", &format!("\u{feff}{WAR}"));
        let found = editor.diagnostics("untitled:Untitled-2", 1);
        assert_eq!(found[0]["range"]["start"]["character"], if encoding == "utf-8" { 27 } else { 25 });
    }
}

#[test]
fn languages() {
    let home = folder();
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    let code = format!("```\n{WAR}\n```\n");
    let script = format!("<script>{WAR}</script><p>{WAR}</p>");
    for (number, (name, language, text, found)) in [
        ("untitled:a", "markdown", code.as_str(), 0),
        // Fences in plain text are two faults more.
        ("untitled:b", "plaintext", &code, 4),
        ("file:///nowhere/c.md", "plaintext", &code, 0),
        ("untitled:d", "html", &script, 2),
        ("untitled:e.html", "plaintext", &script, 2),
    ]
    .into_iter()
    .enumerate()
    {
        editor.open(name, language, text);
        assert_eq!(editor.diagnostics(name, 1).len(), found, "{number} {name}");
    }
    // A language that is none of ours is left alone, and asking about it does no harm.
    editor.open("file:///nowhere/main.rs", "rust", WAR);
    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let params = json!({ "textDocument": { "uri": "file:///nowhere/main.rs" }, "range": everything, "context": { "diagnostics": [] } });
    assert_eq!(editor.ask("textDocument/codeAction", params), Value::Null);
    assert!(!editor.kept.iter().any(|m| published(m, "file:///nowhere/main.rs").is_some()));
}

/// Edits one after the other leave the same text as opening it whole.
#[test]
fn edits_piece_by_piece() {
    let home = folder();
    let address = "untitled:a";
    let at =
        |l0: u32, c0: u32, l1: u32, c1: u32| json!({ "start": { "line": l0, "character": c0 }, "end": { "line": l1, "character": c1 } });
    for encoding in ["utf-16", "utf-8"] {
        let wide = |utf8: u32, utf16: u32| if encoding == "utf-8" { utf8 } else { utf16 };
        let mut editor = Editor::start(home.path(), &[encoding]);
        editor.open(address, "plaintext", "Headline\r\n😀é Secret talks to end the war in Ukraine go on.\r\nLast line.\r\n");
        assert_eq!(editor.diagnostics(address, 1).len(), 0);
        let changes = json!([
            // A stop behind “war”; then a letter in place of what stands before.
            { "range": at(1, wide(34, 31), 1, wide(34, 31)), "text": "." },
            { "range": at(1, 0, 1, wide(4, 2)), "text": "A" },
            // Lines join across the CRLF, and part again.
            { "range": at(1, 999, 2, 0), "text": " " },
            { "range": at(1, wide(52, 51), 1, wide(52, 51)), "text": "\r\n" },
            // What is behind the end is at the end.
            { "range": at(77, 77, 99, 0), "text": "They hope to end the row. in the region, too." },
        ]);
        editor.change(address, 2, changes);
        let text = concat!(
            "Headline\r\nAé Secret talks to end the war. in Ukraine go on. \r\nLast line.\r\n",
            "They hope to end the row. in the region, too."
        );
        let found = editor.diagnostics(address, 2);
        editor.open("untitled:b", "plaintext", text);
        let strip = |list: Vec<Value>| list.into_iter().map(|d| (d["range"].clone(), d["code"].clone())).collect::<Vec<_>>();
        let (found, whole) = (strip(found), strip(editor.diagnostics("untitled:b", 1)));
        assert_eq!(found, whole);
        let width = |s: &str| if encoding == "utf-8" { s.len() } else { utf16(s) };
        assert_eq!(found[0], (range(text, "war. in", width), json!("stray-full-stop")));
        assert_eq!(found[1].0["start"], range(text, "row. in", width)["start"]);
        editor.change(address, 3, json!([{ "text": "" }]));
        assert_eq!(editor.diagnostics(address, 3).len(), 0);
    }
}

#[test]
fn typing_is_checked_when_it_pauses() {
    let home = folder();
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    let (before, typed) = WAR.split_at(WAR.len() - 40);
    editor.open("untitled:a", "plaintext", before);
    editor.diagnostics("untitled:a", 1);
    for (number, c) in typed.chars().enumerate() {
        let here = json!({ "line": 0, "character": before.len() + number });
        editor.change("untitled:a", number as i32 + 2, json!([{ "range": { "start": here, "end": here }, "text": c.to_string() }]));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(codes(&editor.diagnostics("untitled:a", 41)), ["stray-full-stop", "capital-after-comma"]);
    let others: Vec<_> = editor.kept.iter().filter_map(|m| published(m, "untitled:a")).collect();
    // Of 40 versions hardly any but the last was worth a check.
    assert!(others.len() < 8, "{others:?}");
}

/// What takes long and is out of date is never shown; an answer that nobody wants any more is not given.
#[test]
fn newer_versions_supersede_and_requests_can_be_cancelled() {
    let home = folder();
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    let long = SEED.repeat(200);
    editor.open("untitled:a", "plaintext", &long);
    let hover = json!({ "textDocument": { "uri": "untitled:a" }, "position": { "line": 2, "character": 242 } });
    let id = editor.request("textDocument/hover", hover.clone());
    editor.tell("$/cancelRequest", json!({ "id": id }));
    assert_eq!(editor.response(id)["error"]["code"], -32800);
    let late = editor.request("textDocument/hover", hover);
    editor.change("untitled:a", 2, json!([{ "text": WAR }]));
    assert_eq!(editor.response(late)["error"]["code"], -32801);
    assert_eq!(editor.diagnostics("untitled:a", 2).len(), 2);
    assert!(!editor.kept.iter().any(|m| published(m, "untitled:a") == Some(1)), "an old version was published");
    // Nothing is said twice.
    assert_eq!(editor.stop().code(), Some(0));
}

#[test]
fn quick_fixes() {
    let text = "He said it ended.. Secret talks to end the war. in Ukraine go on.\nFormer diplomat Richard Huss sat with Lavrov.\n";
    let (home, _, address) = article("a.txt", text);
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    editor.open(&address, "plaintext", text);
    let found = editor.diagnostics(&address, 1);
    assert_eq!(codes(&found), ["doubled-punctuation", "stray-full-stop", "person-misrendered"]);
    let mut seen = Vec::new();
    for diagnostic in &found {
        let actions = editor.fixes(&address, &diagnostic["range"]);
        for action in actions.iter().filter(|a| a.get("edit").is_some()) {
            assert_eq!(action["kind"], "quickfix");
            assert_eq!(action["diagnostics"][0]["code"], diagnostic["code"]);
            seen.push((action["title"].as_str().unwrap().to_owned(), action["isPreferred"] == true, edited(text, &edits(action))));
        }
    }
    let with = |from: &str, to: &str| text.replace(from, to);
    assert_eq!(
        seen,
        [
            ("Keep one “.” (safe)".to_owned(), true, with("..", ".")),
            ("Delete the full stop (unsafe: it changes words)".to_owned(), false, with("war.", "war")),
            ("Perhaps “Richard Haass” (for you to judge)".to_owned(), false, with("Huss", "Haass")),
        ]
    );
    // An editor that knows no versions gets the older form.
    let (mut plain, _) = Editor::start_with(home.path(), |c| c["workspace"]["workspaceEdit"] = json!({}));
    plain.open(&address, "plaintext", text);
    let actions = plain.fixes(&address, &found[0]["range"]);
    assert_eq!(actions[0]["edit"]["changes"][&address], json!(edits(&editor.fixes(&address, &found[0]["range"])[0])));
    // Only what is asked for.
    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let only = |kinds: Value| json!({ "diagnostics": [], "only": kinds });
    let kinds = |list: Vec<Value>| list.iter().map(|a| a["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    for wanted in ["source", "source.fixAll", "source.fixAll.copydesk"] {
        assert_eq!(kinds(editor.actions(&address, &everything, only(json!([wanted])))), ["source.fixAll.copydesk"]);
    }
    for unwanted in ["source.organizeImports", "source.fix", "refactor"] {
        assert_eq!(kinds(editor.actions(&address, &everything, only(json!([unwanted])))), [""; 0]);
    }
}

/// `source.fixAll.copydesk` does what `copydesk fix` does, whether the editor asks for the edit at once or later.
#[test]
fn fix_all_is_copydesk_fix() {
    let mut changed = 0;
    let home = folder();
    let plain = Editor::start(home.path(), &["utf-16"]);
    let (later, answer) = Editor::start_with(home.path(), |c| {
        c["textDocument"]["codeAction"] = json!({ "dataSupport": true, "resolveSupport": { "properties": ["edit"] } });
    });
    assert_eq!(answer["capabilities"]["codeActionProvider"]["resolveProvider"], true);
    let mut editors = [plain, later];
    let mut texts: Vec<(String, String)> = std::fs::read_dir("fixtures/articles")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt" || e == "md" || e == "html"))
        .map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&p).unwrap()))
        .collect();
    let windows =
        texts.iter().map(|(name, text)| (format!("crlf-{name}"), text.replace("\r\n", "\n").replace('\n', "\r\n"))).collect::<Vec<_>>();
    texts.extend(windows);
    for (name, text) in texts {
        let path = home.path().join(&name);
        std::fs::write(&path, &text).unwrap();
        let address = uri(&path);
        let nowhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        let results: Vec<String> = editors
            .iter_mut()
            .map(|editor| {
                editor.open(&address, "", &text);
                let found = editor.actions(&address, &nowhere, json!({ "diagnostics": [], "only": ["source.fixAll"] }));
                let Some(mut action) = found.first().cloned() else { return text.clone() };
                if action.get("edit").is_none() {
                    action = editor.ask("codeAction/resolve", action);
                }
                if action.get("edit").is_none() { text.clone() } else { edited(&text, &edits(&action)) }
            })
            .collect();
        copydesk(home.path(), &["fix", "-q", &name]);
        let wanted = std::fs::read_to_string(&path).unwrap();
        assert_eq!(results, [wanted.as_str(), wanted.as_str()], "{name}");
        changed += usize::from(wanted != text);
    }
    assert!(changed >= 6, "only {changed} articles have safe fixes");
}

#[test]
fn a_stet_silences() {
    let home = folder();
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    editor.settings = Some(json!({ "stetReason": "quoted as printed" }));
    for (name, text, wanted) in [
        ("a.md", format!("# News\n\n{WAR}\n"), format!("# News\n\n<!-- stet stray-full-stop: quoted as printed -->\n{WAR}\n")),
        ("a.html", format!("<p>{WAR}</p>\r\n"), format!("<!-- stet stray-full-stop: quoted as printed -->\r\n<p>{WAR}</p>\r\n")),
    ] {
        let address = uri(&home.path().join(name));
        editor.open(&address, "", &text);
        let found = editor.diagnostics_until(&address, |_| true);
        assert_eq!(codes(&found), ["stray-full-stop", "capital-after-comma"]);
        let actions = editor.fixes(&address, &found[0]["range"]);
        let stet = actions.iter().find(|a| a["title"].as_str().unwrap().contains("stet")).unwrap();
        assert_eq!(stet["title"], "Let it stand (stet): stray-full-stop in this paragraph");
        assert_eq!(
            stet["edit"]["documentChanges"][0]["edits"][0]["range"]["start"],
            stet["edit"]["documentChanges"][0]["edits"][0]["range"]["end"]
        );
        assert_eq!(edited(&text, &edits(stet)), wanted);
        editor.change(&address, 2, json!([{ "text": wanted }]));
        assert_eq!(codes(&editor.diagnostics(&address, 2)), ["capital-after-comma"]);
    }
    // Plain text has no comments: an entry beside the article, written by the server.
    let path = home.path().join("a b.txt");
    std::fs::write(&path, WAR).unwrap();
    let address = uri(&path).replace(' ', "%20");
    editor.open(&address, "plaintext", WAR);
    let found = editor.diagnostics_until(&address, |_| true);
    let actions = editor.fixes(&address, &found[0]["range"]);
    let stet = actions.iter().find(|a| a.get("command").is_some()).unwrap();
    assert_eq!(stet["title"], "Let it stand (stet): write stray-full-stop to a b.txt.stet.toml");
    let call = json!({ "command": stet["command"]["command"], "arguments": stet["command"]["arguments"] });
    assert_eq!(editor.ask("workspace/executeCommand", call.clone()), json!(home.path().join("a b.txt.stet.toml")));
    assert_eq!(codes(&editor.diagnostics_until(&address, |d| d.len() == 1)), ["capital-after-comma"]);
    let written = std::fs::read_to_string(home.path().join("a b.txt.stet.toml")).unwrap();
    assert!(written.contains("reason = \"quoted as printed\"") && written.contains("quote = \"war. in\""), "{written}");
    let report: Value = serde_json::from_slice(&copydesk(home.path(), &["--exit-zero", "--output-format", "json", "a b.txt"])).unwrap();
    assert_eq!(report["documents"][0]["findings"].as_array().unwrap().len(), 1);
    // Twice is an error that says so; so is a reason without words, and a buffer without a file.
    assert_eq!(editor.fails("workspace/executeCommand", call), -32803);
    let fingerprint = &found[1]["data"]["fingerprint"];
    let with = |uri: &str, reason: &str| json!({ "command": "copydesk.stet", "arguments": [{ "uri": uri, "fingerprint": fingerprint, "reason": reason }] });
    assert_eq!(editor.fails("workspace/executeCommand", with(&address, " – ")), -32803);
    editor.open("untitled:a", "plaintext", WAR);
    let found = editor.diagnostics("untitled:a", 1);
    assert_eq!(editor.fails("workspace/executeCommand", with("untitled:a", "so")), -32803);
    assert_eq!(editor.fixes("untitled:a", &found[0]["range"]).iter().filter(|a| a["title"].as_str().unwrap().contains("stet")).count(), 0);
    // An entry that somebody takes out of the file comes back as a finding.
    std::fs::write(home.path().join("a b.txt.stet.toml"), "").unwrap();
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": format!("{address}.stet.toml"), "type": 2 }] }));
    assert_eq!(editor.diagnostics_until(&address, |d| d.len() == 2).len(), 2);
}

#[test]
fn hover_tells_all() {
    let home = folder();
    let text = "Former diplomat Richard Huss sat with Lavrov.\n";
    let hover = |line: u32, character: u32| json!({ "textDocument": { "uri": "untitled:a" }, "position": { "line": line, "character": character } });
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    editor.open("untitled:a", "plaintext", text);
    let found = editor.ask("textDocument/hover", hover(0, 20));
    assert_eq!(found["range"], range(text, "Richard Huss", utf16));
    assert_eq!(found["contents"]["kind"], "markdown");
    let page = found["contents"]["value"].as_str().unwrap();
    for part in [
        "**person-misrendered** · major · ",
        "Evidence:\n\n- ",
        "Fixes:\n\n- perhaps “Richard Haass” (for you to judge)",
        "words that people wrote in English",
        "Fingerprint: `",
    ] {
        assert!(page.contains(part), "{part:?} in {page}");
    }
    assert_eq!(editor.ask("textDocument/hover", hover(0, 40)), Value::Null);
    assert_eq!(editor.ask("textDocument/hover", hover(99, 40)), Value::Null);
    let (mut plain, _) = Editor::start_with(home.path(), |c| c["textDocument"]["hover"] = Value::Null);
    plain.open("untitled:a", "plaintext", text);
    let found = plain.ask("textDocument/hover", hover(0, 20));
    assert_eq!(found["contents"]["kind"], "plaintext");
    assert!(found["contents"]["value"].as_str().unwrap().starts_with("person-misrendered · "));
}

#[test]
fn settings_and_configuration_files() {
    let (home, _, address) = article("a.txt", WAR);
    let config = home.path().join("copydesk.toml");
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    editor.settings = Some(json!({ "ignore": ["stray-full-stop"] }));
    editor.open(&address, "plaintext", WAR);
    // Nothing is shown before the settings are known.
    assert_eq!(codes(&editor.diagnostics_until(&address, |_| true)), ["capital-after-comma"]);
    let watched: Vec<&str> = editor.registered[1]["registerOptions"]["watchers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["globPattern"].as_str().unwrap())
        .collect();
    assert!(watched.contains(&"**/copydesk.toml") && watched.contains(&"**/*.stet.toml"), "{watched:?}");
    editor.settings = Some(json!({ "trace": { "server": "off" } }));
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    assert_eq!(editor.diagnostics_until(&address, |d| d.len() == 2).len(), 2);

    // A file that comes, goes wrong and is mended.
    let touch = |editor: &mut Editor, text: &str| {
        std::fs::write(&config, text).unwrap();
        editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&config), "type": 2 }] }));
    };
    std::fs::write(home.path().join("house.toml"), "[pack]\nname = \"house\"\n").unwrap();
    touch(&mut editor, "ignore = [\"capital-after-comma\"]\n[severity]\nstray-full-stop = \"critical\"\n");
    let found = editor.diagnostics_until(&address, |d| d.len() == 1);
    assert_eq!((codes(&found), &found[0]["severity"]), (vec!["stray-full-stop"], &json!(1)));
    touch(&mut editor, "ignroe = [\"capital-after-comma\"]\n");
    let message = editor.wait(|m| m["method"] == "window/showMessage")["params"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("copydesk.toml:1:1") && message.contains("did you mean `ignore`?"), "{message}");
    // The last good one holds meanwhile, and the fault is told once.
    assert_eq!(codes(&editor.diagnostics_until(&address, |_| true)), ["stray-full-stop"]);
    editor.change(&address, 2, json!([{ "text": format!("{WAR}\n") }]));
    assert_eq!(codes(&editor.diagnostics(&address, 2)), ["stray-full-stop"]);
    assert!(!editor.kept.iter().any(|m| m["method"] == "window/showMessage"));
    touch(&mut editor, "exclude = [\"a.txt\"]\n");
    assert_eq!(editor.diagnostics_until(&address, |_| true), Vec::<Value>::new());
    std::fs::remove_file(&config).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&config), "type": 3 }] }));
    assert_eq!(editor.diagnostics_until(&address, |d| d.len() == 2).len(), 2);

    // Settings that make no sense are told, and the others obeyed.
    editor.settings = Some(json!({ "ignore": ["stray-ful-stop"], "minConfidense": "high" }));
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    let message = editor.wait(|m| m["method"] == "window/showMessage")["params"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("did you mean `minConfidence`?"), "{message}");
    let message = editor.wait(|m| m["method"] == "window/showMessage")["params"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("did you mean `stray-full-stop`?"), "{message}");
    assert_eq!(editor.diagnostics_until(&address, |_| true).len(), 2);
}

#[test]
fn settings_come_in_several_ways() {
    let home = folder();
    let inner = home.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let (outer_file, inner_file) = (uri(&home.path().join("a.txt")), uri(&inner.join("a.txt")));
    // Each folder of a workspace has its own; the innermost counts.
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    editor.scoped = json!({ (uri(&inner)): { "ignore": ["stray-full-stop"] } });
    editor.open(&outer_file, "plaintext", WAR);
    editor.open(&inner_file, "plaintext", WAR);
    assert_eq!((editor.diagnostics(&outer_file, 1).len(), editor.diagnostics(&inner_file, 1).len()), (2, 2));
    let added = json!([{ "uri": uri(&inner), "name": "inner" }]);
    editor.tell("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": added, "removed": [] } }));
    assert_eq!(editor.diagnostics_until(&inner_file, |_| true).len(), 1);
    assert_eq!(editor.diagnostics_until(&outer_file, |_| true).len(), 2);
    editor.tell("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": added } }));
    assert_eq!(editor.diagnostics_until(&inner_file, |_| true).len(), 2);

    // An editor that cannot be asked sends them.
    let (mut editor, _) = Editor::start_with(home.path(), |c| c["workspace"]["configuration"] = json!(false));
    editor.open(&outer_file, "plaintext", WAR);
    assert_eq!(editor.diagnostics(&outer_file, 1).len(), 2);
    for settings in [json!({ "copydesk": { "select": ["stray-full-stop"] } }), json!({ "ignore": ["stray-full-stop"] })] {
        editor.tell("workspace/didChangeConfiguration", json!({ "settings": settings }));
        assert_eq!(editor.diagnostics_until(&outer_file, |_| true).len(), 1);
    }
    let mut editor = Editor::spawn(home.path());
    editor.ask("initialize", json!({ "capabilities": {}, "initializationOptions": { "copydesk": { "ignore": ["stray-full-stop"] } } }));
    editor.tell("initialized", json!({}));
    editor.open(&outer_file, "plaintext", WAR);
    assert_eq!(codes(&editor.diagnostics_until(&outer_file, |_| true)), ["capital-after-comma"]);

    // One that promises an answer and gives none is not waited for much longer than a moment.
    let (mut editor, _) = Editor::start_with(home.path(), |_| {});
    editor.settings = None;
    editor.open(&outer_file, "plaintext", WAR);
    assert_eq!(editor.diagnostics(&outer_file, 1).len(), 2);
}

#[test]
fn packs_of_the_house_are_watched() {
    let (home, _, address) = article("a.txt", "The popular centre in Kyiv met on Thursday.");
    let pack = |word: &str| {
        let rule = format!(
            "[pack]\nname = \"house\"\n[[rule]]\nid = \"house-word\"\ncategory = \"terminology/wrong-term\"\nseverity = \"major\"\nstatus = \"stable\"\nmatch = [\"'{word}' centre\"]\nmessage = \"Not our style.\"\nwhy = \"We say so.\"\nbad = [{{ text = \"A {word} centre opened.\", flag = \"{word} centre\" }}, {{ text = \"The {word} centre fell.\", flag = \"{word} centre\" }}]\ngood = [\"A town centre.\", \"A city centre.\"]\n"
        );
        std::fs::write(home.path().join("house.toml"), rule).unwrap();
    };
    pack("popular");
    std::fs::write(home.path().join("copydesk.toml"), "packs = [\"house.toml\"]\n").unwrap();
    let mut editor = Editor::start(home.path(), &["utf-16"]);
    editor.open(&address, "plaintext", "The popular centre in Kyiv met on Thursday.");
    assert_eq!(codes(&editor.diagnostics_until(&address, |d| !d.is_empty())), ["house-word"]);
    let named = |editor: &Editor| editor.registered.iter().any(|r| r.to_string().contains("house.toml"));
    while !named(&editor) {
        editor.take();
    }
    pack("peoples");
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&home.path().join("house.toml")), "type": 2 }] }));
    assert_eq!(editor.diagnostics_until(&address, <[Value]>::is_empty).len(), 0);
}

#[test]
fn life_and_death() {
    let home = folder();
    let mut early = Editor::spawn(home.path());
    assert_eq!(early.fails("textDocument/hover", json!({})), -32002);
    early.tell("exit", Value::Null);
    assert_eq!(early.child.wait().unwrap().code(), Some(1));

    let mut editor = Editor::start(home.path(), &["utf-16"]);
    assert_eq!(editor.fails("initialize", json!({})), -32600);
    assert_eq!(editor.fails("textDocument/rename", json!({})), -32601);
    assert_eq!(editor.fails("textDocument/hover", json!({ "textDocument": 1 })), -32602);
    assert_eq!(editor.fails("workspace/executeCommand", json!({ "command": "copydesk.stett" })), -32602);
    assert_eq!(editor.fails("codeAction/resolve", json!({ "title": "x" })), -32602);
    editor.raw(b"Content-Length: 3\r\n\r\n{,}");
    assert_eq!(editor.wait(|m| m["error"]["code"] == -32700)["id"], Value::Null);
    editor.tell("textDocument/didChange", json!({ "textDocument": { "uri": "untitled:x", "version": 2 }, "contentChanges": [] }));
    let complaint = editor.wait(|m| m["method"] == "window/logMessage");
    assert!(complaint["params"]["message"].as_str().unwrap().contains("untitled:x is not open"));
    editor.tell("$/unheardOf", json!([1, 2]));
    editor.tell("textDocument/didOpen", json!({ "textDocument": { "uri": "no address at all", "text": "" } }));
    editor.wait(|m| m["method"] == "window/logMessage");
    // Places that no text has.
    editor.open("untitled:a", "plaintext", WAR);
    let far = json!({ "start": { "line": 4_294_967_295_u32, "character": 4_294_967_295_u32 }, "end": { "line": 0, "character": 4_294_967_295_u32 } });
    editor.actions("untitled:a", &far, json!({ "diagnostics": [] }));
    editor.change("untitled:a", 2, json!([{ "range": far, "text": "\0\u{feff}😀\r" }]));
    editor.diagnostics("untitled:a", 2);
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.fails("textDocument/hover", json!({})), -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.child.wait().unwrap().code(), Some(0));

    let mut left = Editor::start(home.path(), &["utf-16"]);
    left.tell("exit", Value::Null);
    assert_eq!(left.child.wait().unwrap().code(), Some(1));
    let mut gone = Editor::start(home.path(), &["utf-16"]);
    gone.input = None;
    assert_eq!(gone.child.wait().unwrap().code(), Some(1));
}
