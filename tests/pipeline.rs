//! What pipelines rely on: only what changed, gates, concurrent runs, and streams that do not grow.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn copydesk(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk")).current_dir(folder).args(args).output().expect("it runs")
}

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"];
    let out = Command::new("git").current_dir(folder).args(identity).args(args).output().expect("git runs");
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn text(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

const FAULT: &str = "They want to end the war. in Ukraine before winter.\n";
const OTHER: &str = "The analytical center published its report on Monday.\n";
const FINE: &str = "The council met on Tuesday and agreed on a budget.\n";

#[test]
fn only_changed_lines() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    git(root, &["init", "-q", "-b", "main"]);
    std::fs::create_dir(root.join("news")).unwrap();
    write("news/old.txt", &format!("{FAULT}\n{FINE}\n{FINE}"));
    write("news/same.txt", FAULT);
    write("news/größe \"1\".txt", FINE);
    git(root, &["add", "."]);
    git(root, &["commit", "-qm", "one"]);
    git(root, &["checkout", "-qb", "work"]);
    write("news/old.txt", &format!("{FAULT}\n{FINE}\n{OTHER}"));
    write("news/größe \"1\".txt", &format!("{FINE}\n{FAULT}"));
    git(root, &["commit", "-qam", "two"]);
    // What only main has since is not ours.
    git(root, &["checkout", "-q", "main"]);
    write("news/same.txt", &format!("{FAULT}\n{OTHER}"));
    git(root, &["commit", "-qam", "three"]);
    git(root, &["checkout", "-q", "work"]);
    write("news/new.txt", FAULT);

    let run = |args: &[&str]| copydesk(root, &[&["check", "--isolated", "--output-format", "concise"], args].concat());
    let out = run(&["--changed", "main", "news"]);
    let got: Vec<String> = text(&out).lines().map(|l| l.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        got,
        [
            "news/größe \"1\".txt:3:22 major stray-full-stop",
            "news/new.txt:1:22 major stray-full-stop",
            "news/old.txt:5:5 major analytical-center"
        ],
        "{}",
        text(&out)
    );
    assert_eq!(out.status.code(), Some(1));
    // From a folder below, by another name of the path.
    let out = copydesk(&root.join("news"), &["check", "--isolated", "-q", "--changed", "main", "../news/old.txt"]);
    assert!(text(&out).contains("analytical-center") && !text(&out).contains("stray-full-stop"), "{}", text(&out));
    // Nothing differs.
    let out = copydesk(root, &["check", "--isolated", "--changed", "HEAD", "news/old.txt"]);
    assert_eq!((out.status.code(), text(&out).trim()), (Some(0), "No findings in 0 documents (0 words)."));
    let out = run(&["--changed", "no-such", "news"]);
    assert!(out.status.code() == Some(2) && text(&out).contains("--changed no-such: no such revision"), "{}", text(&out));
    let out = run(&["--changed", "--output=x", "news"]);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    let bare = tempfile::tempdir().unwrap();
    std::fs::write(bare.path().join("a.txt"), FAULT).unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .current_dir(bare.path())
        .env("GIT_CEILING_DIRECTORIES", bare.path().parent().unwrap())
        .args(["check", "--changed", "main", "a.txt"])
        .output()
        .unwrap();
    assert!(out.status.code() == Some(2) && text(&out).contains("not a git repository"), "{}", text(&out));
}

/// Many runs at once write all they found, and never half a file.
#[test]
fn runs_at_once_do_not_lose_each_others_work() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    const RUNS: usize = 8;
    for n in 0..RUNS {
        std::fs::write(root.join(format!("{n}.txt")), FAULT).unwrap();
    }
    let mut article = String::new();
    for n in 0..RUNS {
        article.push_str(&format!("On day {n} they wanted to end the war. in Ukraine before winter.\n\n"));
    }
    std::fs::write(root.join("long.txt"), &article).unwrap();
    let report = copydesk(root, &["check", "--isolated", "--output-format", "json", "long.txt"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let prints: Vec<&str> =
        report["documents"][0]["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), RUNS);
    let spawn = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_copydesk")).current_dir(root).args(args).stdout(Stdio::null()).spawn().expect("it runs")
    };
    let mut runs = Vec::new();
    for (n, print) in prints.iter().enumerate() {
        runs.push(spawn(&["baseline", "write", "--isolated", &format!("{n}.txt")]));
        runs.push(spawn(&["stet", "add", "--isolated", print, "--reason", "as in the original", "long.txt"]));
        runs.push(spawn(&["stats", "--isolated", "-o", "stats.jsonl", &format!("{n}.txt")]));
    }
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let shown = copydesk(root, &["baseline", "show"]);
    assert!(text(&shown).ends_with(&format!("{RUNS} findings in {RUNS} files\n")), "{}", text(&shown));
    assert!(text(&copydesk(root, &["check", "--isolated", "long.txt"])).contains("8 findings let stand"));
    let lines = std::fs::read_to_string(root.join("stats.jsonl")).unwrap();
    assert_eq!(lines.lines().filter(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()).count(), RUNS);
}

#[test]
fn json_lines_come_by_standard_input_in_order() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["check", "--isolated", "--stdin-filename", "a.jsonl", "--output-format", "jsonl", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        for n in 0..5000 {
            let line =
                if n == 4000 { "{broken".to_owned() } else { format!("{{\"id\": {n}, \"body\": \"{}\"}}", FAULT.trim().repeat(1 + n % 7)) };
            writeln!(stdin, "{line}").unwrap();
        }
    });
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&out.stderr), "copydesk: a.jsonl:4001:2: not JSON: key must be a string\n");
    let mut count = 0;
    for (line, n) in String::from_utf8(out.stdout).unwrap().lines().zip((0..5000).filter(|n| *n != 4000)) {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (document["record"]["id"].as_str(), document["record"]["key"].as_str()),
            (Some(&*n.to_string()), Some(&*format!("line {}", n + 1)))
        );
        count += 1;
    }
    assert_eq!(count, 4999);
}
