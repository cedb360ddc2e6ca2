//! The Model Context Protocol server as an assistant sees it: the real program, a JSON-RPC message a line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const SEED: &str = include_str!("../fixtures/articles/seed.txt");

struct Assistant {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
}

impl Assistant {
    fn spawn(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .arg("mcp")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let input = child.stdin.take();
        Self { child, input, output, next: 0 }
    }

    fn start(folder: &Path) -> Self {
        let mut assistant = Self::spawn(folder);
        let client = json!({ "name": "test", "version": "1" });
        let answer = assistant.ask("initialize", json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client }));
        assert_eq!(answer["protocolVersion"], "2025-06-18");
        assistant.write(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        assistant
    }

    fn write(&mut self, line: &str) {
        self.bytes(format!("{line}\n").as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("still open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("UTF-8");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"))
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        self.write(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }).to_string());
        let answer = self.read();
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(self.next)));
        answer
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.request(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// What a tool says when it cannot do as asked.
    fn refuses(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        assert!(result.get("structuredContent").is_none());
        text(&result).to_owned()
    }

    /// The error that a request comes to.
    fn fails(&mut self, method: &str, params: Value) -> (i64, String) {
        let error = self.request(method, params)["error"].clone();
        (error["code"].as_i64().expect("a code"), error["message"].as_str().expect("a message").to_owned())
    }

    fn end(mut self) -> Option<i32> {
        self.input = None;
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Assistant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(result: &Value) -> &str {
    assert_eq!(result["content"][0]["type"], "text");
    result["content"][0]["text"].as_str().expect("text")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a place for files")
}

/// Whether `value` has the shape that `schema` describes, as far as our schemas go.
fn fits(schema: &Value, root: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").expect("a local name");
        return fits(&root["$defs"][name], root, value, at);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(options) = schema[key].as_array() {
            let one = options.iter().any(|o| std::panic::catch_unwind(|| fits(o, root, value, at)).is_ok());
            assert!(one, "{at}: {value} is none of {options:?}");
        }
    }
    if let Some(constant) = schema.get("const") {
        assert_eq!(constant, value, "{at}");
    }
    if let Some(list) = schema["enum"].as_array() {
        assert!(list.contains(value), "{at}: {value} is none of {list:?}");
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    assert!(kinds.is_empty() || kinds.iter().any(|k| is(k)), "{at}: expected {kinds:?}, found {value}");
    if let Some(map) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(map.contains_key(name.as_str().unwrap()), "{at}: {name} is missing");
        }
        for (key, inner) in map {
            match schema["properties"].get(key) {
                Some(known) => fits(known, root, inner, &format!("{at}.{key}")),
                None => assert!(kinds.is_empty(), "{at}: {key} is not in the schema"),
            }
        }
    }
    if let Some(list) = value.as_array() {
        list.iter().for_each(|inner| fits(&schema["items"], root, inner, &format!("{at}[]")));
    }
}

#[test]
fn revisions() {
    let home = folder();
    for (wanted, given) in
        [("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"), ("2024-11-05", "2024-11-05"), ("2031-01-01", "2025-06-18")]
    {
        let mut assistant = Assistant::spawn(home.path());
        let answer = assistant.ask("initialize", json!({ "protocolVersion": wanted, "capabilities": {} }));
        assert_eq!((&answer["protocolVersion"], &answer["serverInfo"]["name"]), (&json!(given), &json!("copydesk")));
        assert!(answer["capabilities"]["tools"].is_object());
        // Only one revision has batches.
        assistant.write(r#"[{"jsonrpc":"2.0","id":7,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"}]"#);
        let answer = assistant.read();
        if given == "2025-03-26" {
            assert_eq!(answer, json!([{ "jsonrpc": "2.0", "id": 7, "result": {} }]));
        } else {
            assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32600), &Value::Null));
        }
        assert_eq!(assistant.end(), Some(0));
    }
}

#[test]
fn tools_and_what_they_return() {
    let home = folder();
    std::fs::write(home.path().join("seed.txt"), SEED).unwrap();
    let mut assistant = Assistant::start(home.path());
    let tools = assistant.ask("tools/list", json!({}))["tools"].clone();
    let tool = |name: &str| tools.as_array().unwrap().iter().find(|t| t["name"] == name).unwrap().clone();
    for tool in tools.as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!((&tool["inputSchema"]["type"], &tool["outputSchema"]["type"]), (&json!("object"), &json!("object")));
        assert_eq!(tool["inputSchema"]["additionalProperties"], false);
    }

    let by_path = assistant.call("check", json!({ "path": "seed.txt" }));
    let output = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["--exit-zero", "--output-format", "json", "seed.txt"])
        .current_dir(home.path())
        .output()
        .unwrap();
    assert_eq!(by_path["structuredContent"], serde_json::from_slice::<Value>(&output.stdout).unwrap());
    let schema = tool("check")["outputSchema"].clone();
    fits(&schema, &schema, &by_path["structuredContent"], "report");
    let told = text(&by_path);
    assert!(told.starts_with("26 findings in 678 words\n3:242 major stray-full-stop “war. in”: "), "{told}");
    assert!(told.contains("\n    fix (unsafe): delete the full stop\n"), "{told}");
    let by_text = assistant.call("check", json!({ "text": SEED, "format": "plain" }));
    assert_eq!(by_text["structuredContent"]["documents"][0]["findings"], by_path["structuredContent"]["documents"][0]["findings"]);

    // Options reach the check.
    let rules = |result: &Value| {
        let findings = result["structuredContent"]["documents"][0]["findings"].as_array().unwrap();
        findings.iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let only = assistant.call("check", json!({ "text": SEED, "select": ["page-furniture"] }));
    assert_eq!(rules(&only), ["page-furniture"; 3]);
    let without = assistant.call("check", json!({ "text": SEED, "ignore": ["page-furniture"] }));
    assert_eq!(rules(&without).len(), 23);
    let markdown = assistant.call("check", json!({ "text": "```\nthe war. in Ukraine\n```\n", "format": "markdown" }));
    assert_eq!(rules(&markdown), [""; 0]);
    assert!(rules(&assistant.call("check", json!({ "text": SEED, "min_confidence": "high" }))).len() < 26);
    assert_eq!(text(&assistant.call("check", json!({ "text": "" }))), "0 findings in 0 words\n");

    let explained = assistant.call("explain", json!({ "rule": "stray-full-stop" }));
    let schema = tool("explain")["outputSchema"].clone();
    fits(&schema, &schema, &explained["structuredContent"], "explained");
    let output = Command::new(env!("CARGO_BIN_EXE_copydesk")).args(["explain", "stray-full-stop"]).output().unwrap();
    assert_eq!(text(&explained).as_bytes(), output.stdout);

    let name = assistant.call("names_lookup", json!({ "name": "Richard Huss" }));
    let schema = tool("names_lookup")["outputSchema"].clone();
    fits(&schema, &schema, &name["structuredContent"], "name");
    assert!(name["structuredContent"]["known"] == true && text(&name).contains("Richard Haass"), "{name}");
    let nobody = assistant.call("names_lookup", json!({ "name": "Xqzzv Wrrbl" }));
    assert_eq!(nobody["structuredContent"], json!({ "name": "Xqzzv Wrrbl", "known": false, "readings": [] }));
    assert_eq!(assistant.end(), Some(0));
}

#[test]
fn the_nearest_configuration_counts() {
    let home = folder();
    std::fs::write(home.path().join("copydesk.toml"), "ignore = [\"page-furniture\"]\n").unwrap();
    let inner = home.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("copydesk.toml"), "select = [\"page-furniture\"]\n").unwrap();
    std::fs::write(inner.join("seed.txt"), SEED).unwrap();
    let mut assistant = Assistant::start(home.path());
    let found = |result: Value| result["structuredContent"]["documents"][0]["findings"].as_array().unwrap().len();
    assert_eq!(found(assistant.call("check", json!({ "text": SEED }))), 23);
    assert_eq!(found(assistant.call("check", json!({ "path": "inner/seed.txt" }))), 3);
    std::fs::write(home.path().join("copydesk.toml"), "ignroe = []\n").unwrap();
    let told = assistant.refuses("check", json!({ "text": SEED }));
    assert!(told.contains("copydesk.toml:1:1") && told.contains("did you mean `ignore`?"), "{told}");
}

#[test]
fn wrong_calls_get_clear_answers() {
    let home = folder();
    let mut assistant = Assistant::start(home.path());
    assert_eq!(
        assistant.fails("tools/call", json!({ "name": "chekc" })),
        (-32602, "there is no tool `chekc`; did you mean `check`?".into())
    );
    let (code, message) = assistant.fails("tools/call", json!({ "name": "check", "arguments": { "txt": "x" } }));
    assert!(code == -32602 && message.ends_with("did you mean `text`?"), "{message}");
    assert_eq!(assistant.fails("tools/call", json!({ "name": "check", "arguments": { "text": 1 } })).0, -32602);
    assert_eq!(assistant.fails("tools/call", json!({ "name": "explain", "arguments": {} })).0, -32602);
    assert_eq!(assistant.fails("tools/call", json!([])).0, -32602);
    assert_eq!(assistant.fails("resources/list", json!({})).0, -32601);
    assert_eq!(assistant.fails("initialize", json!({})).0, -32602);
    assert_eq!(assistant.refuses("check", json!({})), "expected either `text` or `path`");
    assert_eq!(assistant.refuses("check", json!({ "text": "x", "path": "y" })), "expected either `text` or `path`");
    assert!(assistant.refuses("check", json!({ "path": "none.txt" })).starts_with("none.txt: "));
    assert!(assistant.refuses("check", json!({ "text": "x", "date": "yesterday" })).starts_with("date: expected a date such as"));
    assert!(assistant.refuses("check", json!({ "text": "x", "source_language": "Spanish" })).starts_with("source_language: "));
    assert!(assistant.refuses("check", json!({ "text": "x", "select": ["stray-ful-stop"] })).ends_with("did you mean `stray-full-stop`?"));
    assert!(assistant.refuses("explain", json!({ "rule": "stray-ful-stop" })).ends_with("did you mean `stray-full-stop`?"));

    let unnumbered = |assistant: &mut Assistant, line: &[u8]| {
        assistant.bytes(line);
        let answer = assistant.read();
        assert_eq!(answer["id"], Value::Null);
        answer["error"]["code"].as_i64().unwrap()
    };
    assert_eq!(unnumbered(&mut assistant, b"{\n"), -32700);
    assert_eq!(unnumbered(&mut assistant, b"\xff\xfe\n"), -32700);
    assert_eq!(unnumbered(&mut assistant, format!("{}\n", "[".repeat(100_000)).as_bytes()), -32700);
    assert_eq!(unnumbered(&mut assistant, b"[]\n"), -32600);
    assert_eq!(unnumbered(&mut assistant, b"1\n"), -32600);
    assert_eq!(unnumbered(&mut assistant, b"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}\n"), -32600);
    assert_eq!(unnumbered(&mut assistant, b"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}\n"), -32600);
    assert_eq!(unnumbered(&mut assistant, b"{\"jsonrpc\":\"2.0\",\"id\":1}\n"), -32600);
    // Notifications, answers and empty lines get no answer: the next one is that to the ping.
    assistant.bytes(b"\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\"}\n{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}\n");
    assistant.bytes(b"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}\r\n");
    assert_eq!(assistant.read(), json!({ "jsonrpc": "2.0", "id": "a", "result": {} }));
    assert_eq!(assistant.end(), Some(0));
}
