//! The template repository in `examples/newsroom`, used as its README and its pipelines use it, on a copy.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn newsroom() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("newsroom");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/newsroom"), &root);
    (folder, root)
}

fn run(root: &Path, line: &str) -> Output {
    let args: Vec<String> = split(line);
    assert_eq!(args[0], "copydesk");
    Command::new(env!("CARGO_BIN_EXE_copydesk")).current_dir(root).args(&args[1..]).output().expect("it runs")
}

/// Words of a command line; double quotation marks keep spaces.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

fn findings(root: &Path, args: &str) -> Vec<(String, String)> {
    let out = run(root, &format!("copydesk check --output-format json {args}"));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
    let documents = report["documents"].as_array().unwrap();
    let of = |d: &Value| -> Vec<(String, String)> {
        let path = d["path"].as_str().unwrap().to_owned();
        d["findings"].as_array().unwrap().iter().map(|f| (path.clone(), f["rule"].as_str().unwrap().to_owned())).collect()
    };
    documents.iter().flat_map(of).collect()
}

#[test]
fn what_it_says_of_the_articles() {
    let (_held, root) = newsroom();
    let found: Vec<String> = findings(&root, ".").into_iter().map(|(path, rule)| format!("{path}: {rule}")).collect();
    assert_eq!(
        found,
        [
            "./articles/from-russian/forum.txt: doubled-word",
            "./articles/from-russian/forum.txt: page-furniture",
            "./articles/from-russian/forum.txt: page-furniture",
            "./articles/from-spanish/negotiations.md: stray-full-stop",
            "./articles/from-spanish/negotiations.md: according-to-reported",
            "./articles/from-spanish/negotiations.md: analytical-center",
            "./articles/from-spanish/negotiations.md: bracketed-source-text",
            "./exports/wire.jsonl: stray-full-stop",
        ]
    );
    // The house's rule and the archive's faults are there, in the baseline.
    let archive: Vec<String> = findings(&root, "--no-baseline articles/archive").into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(archive, ["stray-full-stop", "city-hall"]);
    assert!(run(&root, "copydesk rules test house-rules").status.success());
    assert_eq!(run(&root, "copydesk stet unused .").status.code(), Some(0));
}

#[test]
fn every_command_of_its_readme_runs() {
    let (_held, root) = newsroom();
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
        assert!(Command::new("git").current_dir(&root).args(identity).args(args).status().unwrap().success());
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "start"]);
    git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut ran = Vec::new();
    for line in readme.lines().map(str::trim).filter(|l| l.starts_with("copydesk ")) {
        let mut line = line.to_owned();
        if line.contains("FINGERPRINT") {
            let report: Value = serde_json::from_str(&std::fs::read_to_string(root.join("report.json")).unwrap()).unwrap();
            let prints = report["documents"].as_array().unwrap().iter().flat_map(|d| d["findings"].as_array().unwrap().clone());
            let print = prints.map(|f| f["fingerprint"].as_str().unwrap().to_owned()).next().unwrap();
            line = line.replace("FINGERPRINT", &print);
        }
        let out = run(&root, &line);
        let code = out.status.code();
        assert!(matches!(code, Some(0 | 1)), "{line}: {code:?}\n{}", String::from_utf8_lossy(&out.stderr));
        ran.push(line);
    }
    assert_eq!(ran.len(), 7, "{ran:?}");
    assert!(root.join("articles/from-russian/forum.txt.stet.toml").exists());
    // What `fix` changed is all that differs now.
    let changed = run(&root, "copydesk check --changed origin/main --output-format concise .");
    let text = String::from_utf8_lossy(&changed.stdout).into_owned();
    assert!(!text.contains("wire.jsonl"), "{text}");
}

#[test]
fn its_pipelines_get_what_they_read() {
    let (_held, root) = newsroom();
    let out = run(
        &root,
        "copydesk check --output-format concise --output-format gitlab=gitlab.json --output-format junit=junit.xml \
         --output-format sarif=out.sarif --output-format github=log.txt --output-format rdjson=rd.json articles exports",
    );
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let gitlab: Value = serde_json::from_str(&read("gitlab.json")).unwrap();
    let prints: HashSet<&str> = gitlab.as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap()).collect();
    assert_eq!((gitlab.as_array().unwrap().len(), prints.len()), (8, 8));
    assert!(gitlab.as_array().unwrap().iter().all(|f| !f["location"]["path"].as_str().unwrap().starts_with("./")));
    let sarif: Value = serde_json::from_str(&read("out.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 8);
    let rdjson: Value = serde_json::from_str(&read("rd.json")).unwrap();
    assert_eq!(rdjson["diagnostics"].as_array().unwrap().len(), 8);
    let mut xml = quick_xml::Reader::from_str(Box::leak(read("junit.xml").into_boxed_str()));
    let mut failures = 0;
    loop {
        match xml.read_event().expect("well formed") {
            quick_xml::events::Event::Start(tag) if tag.name().as_ref() == "failure" => failures += 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(failures, 8);
    assert_eq!(read("log.txt").lines().filter(|l| l.starts_with("::error") || l.starts_with("::warning")).count(), 8);
}

/// The problem matcher of the action reads every line of the concise report.
#[test]
fn the_problem_matcher_reads_the_report() {
    let (_held, root) = newsroom();
    let out = run(&root, "copydesk check --no-baseline --output-format concise articles exports");
    let matcher: Value =
        serde_json::from_str(&std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/matcher.json")).unwrap()).unwrap();
    let owners: Vec<(&str, &str)> = matcher["problemMatcher"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["severity"].as_str().unwrap(), m["pattern"][0]["regexp"].as_str().unwrap()))
        .collect();
    let text = String::from_utf8(out.stdout).unwrap();
    let mut seen = [0, 0];
    for line in text.lines() {
        let hits: Vec<usize> = (0..owners.len()).filter(|i| fits(owners[*i].1, line)).collect();
        assert_eq!(hits.len(), 1, "{line}");
        seen[hits[0]] += 1;
    }
    assert_eq!((owners[0].0, owners[1].0), ("error", "warning"));
    assert_eq!(seen, [8, 2], "{text}");
}

/// The one shape of regular expression the matcher has: `^(.+?):(\d+):(\d+): (?:a|b) ([a-z0-9-]+): (.+)$`.
fn fits(pattern: &str, line: &str) -> bool {
    let head = r"^(.+?):(\d+):(\d+): (?:";
    let tail = r") ([a-z0-9-]+): (.+)$";
    let levels = pattern.strip_prefix(head).and_then(|p| p.strip_suffix(tail)).expect("the shape this test knows");
    let Some((place, rest)) = line.split_once(": ") else { return false };
    let mut numbers = place.rsplitn(3, ':');
    let digits = |s: Option<&str>| s.is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()));
    let placed = digits(numbers.next()) && digits(numbers.next()) && numbers.next().is_some_and(|p| !p.is_empty());
    let Some((level, rest)) = rest.split_once(' ') else { return false };
    let Some((rule, message)) = rest.split_once(": ") else { return false };
    placed
        && levels.split('|').any(|l| l == level)
        && rule.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !message.is_empty()
}
