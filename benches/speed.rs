//! `cargo bench`: start-up, one article, long text, and how the number of rules tells.

use std::path::PathBuf;
use std::process::Command;

use copydesk::check::{Settings, check};
use copydesk::doc::Doc;
use copydesk::report::{Emit, Summary, text};
use copydesk::rule::Ruleset;
use copydesk::source::SourceFile;
use copydesk::view::{Format, View};
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

fn seed() -> String {
    std::fs::read_to_string("fixtures/articles/seed.txt").expect("the seed stands in fixtures")
}

/// Clean and garbled articles, one after the other, until `bytes` are reached.
fn news(bytes: usize) -> String {
    let mut articles = Vec::new();
    for folder in ["fixtures/clean", "fixtures/articles"] {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).expect("fixtures").flatten().map(|e| e.path()).collect();
        paths.sort();
        articles.extend(paths.iter().filter(|p| p.extension().is_some_and(|e| e == "txt")).filter_map(|p| std::fs::read_to_string(p).ok()));
    }
    let mut out = String::with_capacity(bytes + 10_000);
    for article in articles.iter().cycle() {
        if out.len() >= bytes {
            break;
        }
        out.push_str(article);
        out.push_str("\n\n");
    }
    out
}

/// The whole program on the seed, from start to report.
#[divan::bench]
fn program_on_the_seed(bencher: Bencher) {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_copydesk"));
    bencher
        .bench(|| Command::new(&binary).args(["check", "--isolated", "--exit-zero", "fixtures/articles/seed.txt"]).output().expect("runs"));
}

#[divan::bench]
fn load_the_rules() -> Ruleset {
    Ruleset::builtin()
}

#[divan::bench]
fn tokens_and_sentences(bencher: Bencher) {
    let set = Ruleset::builtin();
    let text = news(1 << 20);
    let view = View::build(Format::Plain, &text);
    bencher.counter(BytesCount::of_str(&text)).bench(|| Doc::build(&view, set.vocab()).words);
}

#[divan::bench]
fn check_the_seed(bencher: Bencher) {
    let set = Ruleset::builtin();
    let settings = Settings::new(&set, false);
    let text = seed();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let source = SourceFile::from_str("seed.txt", &text);
        check(&set, &source, &View::build(Format::Plain, &source.text), &settings, None).findings.len()
    });
}

#[divan::bench]
fn report_the_seed(bencher: Bencher) {
    let set = Ruleset::builtin();
    let source = SourceFile::from_str("seed.txt", &seed());
    let found = check(&set, &source, &View::build(Format::Plain, &source.text), &Settings::new(&set, false), None);
    let report = copydesk::report::FileReport {
        path: "seed.txt".into(),
        words: found.words,
        signal: found.signal,
        findings: found.findings,
        ..copydesk::report::FileReport::default()
    };
    bencher.bench(|| {
        let mut out = Vec::new();
        let mut emit = text::Full::new(&mut out, text::Options::default());
        emit.file(&source, &report).expect("memory");
        emit.finish(&Summary::default()).expect("memory");
        out.len()
    });
}

#[divan::bench(args = [1, 10], sample_count = 10)]
fn check_megabytes(bencher: Bencher, megabytes: usize) {
    let set = Ruleset::builtin();
    let settings = Settings::new(&set, false);
    let text = news(megabytes << 20);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let source = SourceFile::from_str("news.txt", &text);
        check(&set, &source, &View::build(Format::Plain, &source.text), &settings, None).findings.len()
    });
}

/// A house pack of so many three-word rules made of common news words, beside the built-in packs.
fn pack(rules: usize) -> tempfile::TempDir {
    const WORDS: &[&str] = &[
        "minister",
        "budget",
        "vote",
        "police",
        "border",
        "court",
        "strike",
        "match",
        "goal",
        "price",
        "energy",
        "coalition",
        "deputy",
        "reform",
        "protest",
        "summit",
        "treaty",
        "army",
        "village",
        "harvest",
        "tax",
        "bank",
        "union",
        "school",
        "hospital",
        "festival",
        "museum",
        "storm",
    ];
    let mut text = String::from("[pack]\nname = \"bench\"\n");
    for n in 0..rules {
        let (a, b, c) = (WORDS[n % 28], WORDS[n / 28 % 28], WORDS[(n / 784 + n) % 28]);
        text += &format!(
            "[[rule]]\nid = \"bench-{n}\"\ncategory = \"terminology/wrong-term\"\nseverity = \"minor\"\nstatus = \"stable\"\n\
             match = [\"${a} of the {b} {c}\"]\nmessage = \"No.\"\nwhy = \"No.\"\n"
        );
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("bench.toml"), text).expect("writable");
    dir
}

#[divan::bench(args = [0, 100, 1000, 5000], sample_count = 10)]
fn megabyte_with_more_rules(bencher: Bencher, rules: usize) {
    let dir = pack(rules);
    let set = Ruleset::load(true, &[dir.path().to_owned()]).expect("valid");
    let settings = Settings::new(&set, false);
    let text = news(1 << 20);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let source = SourceFile::from_str("news.txt", &text);
        check(&set, &source, &View::build(Format::Plain, &source.text), &settings, None).findings.len()
    });
}

#[divan::bench(args = [100, 1000, 5000], sample_count = 10)]
fn load_a_house_pack(bencher: Bencher, rules: usize) {
    let dir = pack(rules);
    bencher.bench(|| Ruleset::load(true, &[dir.path().to_owned()]).expect("valid").len());
}
