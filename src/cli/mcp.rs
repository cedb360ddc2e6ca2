//! `mcp`: tools for writing assistants (Model Context Protocol), a JSON-RPC message a line on standard input and output.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::args::{Common, Sureness, What, Where, Which};
use super::desk::{self, Desk};
use super::explain;
use crate::config;
use crate::finding::Confidence;
use crate::names::{self, data::pack::Store, house, lookup};
use crate::report::{Emit as _, FileReport, Summary, counted, json::Json};
use crate::rule::schema::{nearest, with_nearest};
use crate::source::{MAX_BYTES, SourceFile};
use crate::text::calendar::Date;

/// The revisions of the protocol that are spoken, newest first.
const REVISIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];
/// The one revision in which several messages may come as a list.
const BATCHES: &str = "2025-03-26";

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

const INSTRUCTIONS: &str = "copydesk checks machine-translated news in English. `check` finds what translation broke and how to mend it; \
    a fix marked safe cannot change what a reader learns, unsafe ones change words, and display ones touch names, figures or quotations \
    and need an editor. It does not rewrite anything. `explain` says what a rule finds and how often it is right; `names_lookup` says \
    what is known of a person, organisation, place or office.";

/// Serves until standard input ends.
pub(super) fn run() -> anyhow::Result<u8> {
    let mut input = io::stdin().lock();
    let mut session = Session { revision: REVISIONS[0] };
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).context("standard input")? == 0 {
            return Ok(0);
        }
        if let Some(answer) = session.line(&line) {
            let mut out = io::stdout().lock();
            writeln!(out, "{answer}")?;
            out.flush()?;
        }
    }
}

struct Session {
    revision: &'static str,
}

/// A JSON-RPC error: its code and what to say.
type Fault = (i32, String);

fn error(id: &Value, (code, message): Fault) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

impl Session {
    /// What to answer to a line of input.
    fn line(&mut self, line: &[u8]) -> Option<Value> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        match serde_json::from_slice(line) {
            Ok(Value::Array(batch)) if self.revision == BATCHES && !batch.is_empty() => {
                let answers: Vec<Value> = batch.into_iter().filter_map(|message| self.message(message)).collect();
                (!answers.is_empty()).then_some(Value::Array(answers))
            }
            Ok(message) => self.message(message),
            Err(fault) => Some(error(&Value::Null, (PARSE_ERROR, format!("expected a JSON-RPC message on a line: {fault}")))),
        }
    }

    fn message(&mut self, message: Value) -> Option<Value> {
        let invalid = |what: &str| Some(error(&Value::Null, (INVALID_REQUEST, what.to_owned())));
        let Value::Object(mut message) = message else { return invalid("expected an object") };
        if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return invalid("expected \"jsonrpc\": \"2.0\"");
        }
        let id = message.remove("id");
        let method = match message.remove("method") {
            Some(Value::String(method)) => method,
            // An answer to something we never asked.
            None if message.contains_key("result") || message.contains_key("error") => return None,
            _ => return invalid("expected a method"),
        };
        let id = match id {
            // A notification.
            None => return None,
            Some(id @ (Value::String(_) | Value::Number(_))) => id,
            Some(_) => return invalid("expected a string or a number as id"),
        };
        let params = message.remove("params").unwrap_or_default();
        Some(match self.request(&method, params) {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(fault) => error(&id, fault),
        })
    }

    fn request(&mut self, method: &str, params: Value) -> Result<Value, Fault> {
        match method {
            "initialize" => {
                let Some(wanted) = params.get("protocolVersion").and_then(Value::as_str) else {
                    return Err((INVALID_PARAMS, "expected a protocolVersion".to_owned()));
                };
                self.revision = REVISIONS.into_iter().find(|r| *r == wanted).unwrap_or(REVISIONS[0]);
                Ok(json!({
                    "protocolVersion": self.revision,
                    "capabilities": { "tools": { "listChanged": false } },
                    "serverInfo": { "name": "copydesk", "title": "copydesk", "version": env!("CARGO_PKG_VERSION") },
                    "instructions": INSTRUCTIONS,
                }))
            }
            "ping" => Ok(json!({})),
            "tools/list" => Ok(json!({ "tools": tools() })),
            "tools/call" => call(params),
            _ => Err((METHOD_NOT_FOUND, format!("there is no method `{method}`"))),
        }
    }
}

/// What can be called, with the shapes of what goes in and comes out.
fn tools() -> Value {
    let hints = |title: &str| json!({ "title": title, "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false });
    let names = |what: &str| json!({ "type": "array", "items": { "type": "string" }, "description": what });
    let text = |what: &str| json!({ "type": "string", "description": what });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    json!([
        {
            "name": "check",
            "title": "Check an article",
            "description": "Find likely mistranslations in an English news article that was machine-translated: stray stops, orphan words, \
                calques, untranslated words, page furniture, wrong names, figures and dates. Give `text` or `path`. Each finding has its \
                place, severity, confidence, reason, and fixes with how safe they are.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "text": text("The article."),
                    "path": text("A file instead: plain text, Markdown or HTML; absolute, or relative to where the server was started."),
                    "format": { "type": "string", "enum": ["plain", "markdown", "html"], "description":
                        "What `text` is written in [default: HTML when it looks like it, or else plain]." },
                    "source_language": text("The language the article was translated from, ISO 639-1, such as es."),
                    "date": text("The day the article is of, such as 2023-05-18; names and offices are judged by it."),
                    "preview": { "type": "boolean", "description": "Rules that are still on trial, too." },
                    "min_confidence": { "type": "string", "enum": ["low", "medium", "high"], "description":
                        "Leave out findings that are less sure [default: medium]." },
                    "select": names("Only these rules, categories or packs."),
                    "ignore": names("Not these rules, categories or packs."),
                },
                "additionalProperties": false,
            },
            "outputSchema": report_schema(),
            "annotations": hints("Check an article"),
        },
        {
            "name": "explain",
            "title": "Explain a rule",
            "description": "What a rule of copydesk finds, why that matters, how often it was right on real text, with examples of \
                what it flags and what it leaves alone.",
            "inputSchema": {
                "type": "object",
                "properties": { "rule": text("The rule's id, such as stray-full-stop.") },
                "required": ["rule"],
                "additionalProperties": false,
            },
            "outputSchema": {
                "type": "object",
                "properties": {
                    "rule": text("The rule's id."),
                    "category": text("Its MQM category."),
                    "severity": { "type": "string", "enum": ["neutral", "minor", "major", "critical"] },
                    "confidence": { "type": "string", "enum": ["low", "medium", "high"] },
                    "status": { "type": "string", "enum": ["preview", "stable", "off"] },
                    "pack": text("The pack it stands in."),
                    "message": text("What it says of a fault; names in braces stand for words of the article."),
                    "why": text("Why that matters."),
                    "text": text("All about it, with measured precision and examples."),
                },
                "required": ["rule", "category", "severity", "confidence", "status", "pack", "message", "why", "text"],
                "additionalProperties": false,
            },
            "annotations": hints("Explain a rule"),
        },
        {
            "name": "names_lookup",
            "title": "Look a name up",
            "description": "What copydesk knows of a person, organisation, place or office by a name, right or wrong: who it is, \
                which offices they held when, and what it would say of the name in an article.",
            "inputSchema": {
                "type": "object",
                "properties": { "name": text("The name as an article has it, such as Richard Huss.") },
                "required": ["name"],
                "additionalProperties": false,
            },
            "outputSchema": {
                "type": "object",
                "properties": {
                    "name": text("The name that was asked for."),
                    "known": { "type": "boolean", "description": "Whether anything is known of it." },
                    "readings": texts,
                },
                "required": ["name", "known", "readings"],
                "additionalProperties": false,
            },
            "annotations": hints("Look a name up"),
        },
    ])
}

/// The shape of the JSON report, without what validators of older drafts stumble over.
fn report_schema() -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                // Beside a type, `format` says no more than how we store a number.
                if map.get("format").is_some_and(Value::is_string) {
                    map.remove("format");
                }
                map.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut schema: Value =
        serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap_or_else(|_| json!({ "type": "object" }));
    if let Some(map) = schema.as_object_mut() {
        map.remove("$schema");
    }
    strip(&mut schema);
    schema
}

#[derive(Deserialize)]
struct Call {
    name: String,
    #[serde(default)]
    arguments: Value,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CheckArgs {
    text: Option<String>,
    path: Option<PathBuf>,
    format: Option<TextFormat>,
    source_language: Option<String>,
    date: Option<String>,
    preview: bool,
    min_confidence: Option<Confidence>,
    select: Vec<String>,
    ignore: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TextFormat {
    Plain,
    Markdown,
    Html,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplainArgs {
    rule: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesArgs {
    name: String,
}

/// What a tool found, for people and for programs.
struct Found {
    text: String,
    data: Value,
}

fn call(params: Value) -> Result<Value, Fault> {
    let Call { name, arguments } = serde_json::from_value(params).map_err(|e| (INVALID_PARAMS, e.to_string()))?;
    let outcome = match name.as_str() {
        "check" => check(&arguments_of(&name, arguments)?),
        "explain" => explain_rule(&arguments_of(&name, arguments)?),
        "names_lookup" => look_up(&arguments_of(&name, arguments)?),
        other => {
            let hint = nearest(other, ["check", "explain", "names_lookup"].into_iter());
            let hint = hint.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return Err((INVALID_PARAMS, format!("there is no tool `{other}`{hint}")));
        }
    };
    // What a model can set right itself is an outcome of the tool, not a fault of the protocol.
    Ok(match outcome {
        Ok(Found { text, data }) => json!({ "content": [{ "type": "text", "text": text }], "structuredContent": data, "isError": false }),
        Err(fault) => json!({ "content": [{ "type": "text", "text": format!("{fault:#}") }], "isError": true }),
    })
}

fn arguments_of<T: DeserializeOwned>(tool: &str, arguments: Value) -> Result<T, Fault> {
    let arguments = if arguments.is_null() { json!({}) } else { arguments };
    serde_json::from_value(arguments).map_err(|e| (INVALID_PARAMS, format!("{tool}: {}", with_nearest(&e.to_string()))))
}

fn check(args: &CheckArgs) -> anyhow::Result<Found> {
    if let Some(fault) = args.source_language.as_deref().and_then(config::language_fault) {
        bail!("source_language: {fault}");
    }
    if let Some(date) = args.date.as_deref().filter(|d| Date::read(d, false).is_none()) {
        bail!("date: expected a date such as 2023-05-18, 2023-05 or 2023, found {date}");
    }
    let which = Which {
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        preview: args.preview,
        min_confidence: args.min_confidence.map(|c| match c {
            Confidence::Low => Sureness::Low,
            Confidence::Medium => Sureness::Medium,
            Confidence::High => Sureness::High,
        }),
        source_language: args.source_language.clone(),
        date: args.date.clone(),
        ..Which::default()
    };
    let at = Where::default();
    let mut desk = Desk::new(&which, &at);
    let (mut article, number) = match (&args.text, &args.path) {
        (Some(text), None) => {
            if text.len() > MAX_BYTES {
                bail!("text: too long, the limit is {MAX_BYTES} bytes");
            }
            let name = match args.format {
                None => "text",
                Some(TextFormat::Plain) => "text.txt",
                Some(TextFormat::Markdown) => "text.md",
                Some(TextFormat::Html) => "text.html",
            };
            (desk::Article::whole(SourceFile::from_str(name, text), None), desk.project(Path::new("."))?)
        }
        (None, Some(path)) => {
            if args.format.is_some() {
                bail!("format: only for `text`; a file's name says what it is written in");
            }
            if path.is_dir() {
                bail!("path: {} is a folder; expected a file", path.display());
            }
            let common = Common { what: What { paths: vec![path.clone()], ..What::default() }, which: which.clone(), at: at.clone() };
            let input = desk.inputs(&common.what)?.into_iter().next().context("path: expected a file")?;
            (desk::read(&input, &desk, &common)?, input.project)
        }
        _ => bail!("expected either `text` or `path`"),
    };
    if let Some(fault) = article.faults.drain(..).next() {
        return Err(fault);
    }
    let reports = desk.projects[number].reports(&article);
    let mut summary = Summary::default();
    let mut bytes = Vec::new();
    let mut text = String::new();
    let mut emitter = Json::new(&mut bytes);
    for report in &reports {
        summary.add(report);
        emitter.file(&article.source, report)?;
        if report.record.is_some() {
            let _ = writeln!(text, "{}", report.title());
        }
        text.push_str(&summarised(&article.source, report));
    }
    emitter.finish(&summary)?;
    Ok(Found { text, data: serde_json::from_slice(&bytes)? })
}

/// The findings in a few words each.
fn summarised(source: &SourceFile, report: &FileReport) -> String {
    let mut out = format!("{} in {}\n", counted(report.findings.len(), "finding"), counted(report.words, "word"));
    for finding in &report.findings {
        let at = source.position(finding.span.start);
        let (severity, rule) = (finding.severity.name(), &finding.rule.id);
        let quote = finding.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "{}:{} {severity} {rule} “{quote}”: {}", at.line, at.column, finding.message);
        for fix in &finding.fixes {
            let _ = writeln!(out, "    fix ({}): {}", fix.safety.name(), fix.title);
        }
    }
    out
}

fn explain_rule(args: &ExplainArgs) -> anyhow::Result<Found> {
    let (which, at) = (Which::default(), Where::default());
    let mut desk = Desk::whole(&which, &at);
    let number = desk.project(Path::new("."))?;
    let set = &desk.projects[number].set;
    let (number, rule) = explain::find(set, &args.rule)?;
    let text = explain::describe(set, number, rule);
    let data = json!({
        "rule": rule.id,
        "category": rule.category,
        "severity": rule.severity.name(),
        "confidence": rule.confidence.name(),
        "status": rule.status.name(),
        "pack": rule.pack,
        "message": rule.message,
        "why": rule.why,
        "text": text,
    });
    Ok(Found { text, data })
}

fn look_up(args: &NamesArgs) -> anyhow::Result<Found> {
    let (which, at) = (Which::default(), Where::default());
    let mut desk = Desk::new(&which, &at);
    let number = desk.project(Path::new("."))?;
    let own = house::open(&desk.projects[number].config.names_files)?;
    let stores: Vec<&Store> = own.iter().chain(names::builtin()).collect();
    let readings = lookup::describe(&stores, &args.name);
    let text = if readings.is_empty() {
        format!("“{}”: nothing is known of it, and nothing sounds like it", args.name)
    } else {
        readings.join("\n")
    };
    Ok(Found { text, data: json!({ "name": args.name, "known": !readings.is_empty(), "readings": readings }) })
}
