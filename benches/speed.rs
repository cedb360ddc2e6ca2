//! How long things take: `cargo bench`. Figures and bars stand in `docs/performance.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use copydesk::check::{Settings, check};
use copydesk::doc::Doc;
use copydesk::rule::Ruleset;
use copydesk::source::SourceFile;
use copydesk::view::{Format, View};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const MB: usize = 1_000_000;

fn fixture(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn seed() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| fixture("articles/seed.txt"))
}

/// The plain clean articles over and over, until there are `size` bytes.
fn news(size: usize) -> String {
    let mut names: Vec<String> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clean"))
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".txt"))
        .collect();
    names.sort();
    let once: String = names.iter().map(|name| fixture(&format!("clean/{name}")) + "\n\n").collect();
    once.repeat(size / once.len() + 1)
}

fn found(set: &Ruleset, settings: &Settings, text: &str) -> usize {
    let source = SourceFile::from_str("text.txt", text);
    let view = View::build(Format::Plain, &source.text);
    check(set, &source, &view, settings).0.len()
}

/// The program next to the benchmark; cargo builds it first.
fn program() -> PathBuf {
    if let Some(path) = option_env!("CARGO_BIN_EXE_copydesk") {
        return path.into();
    }
    let this = std::env::current_exe().expect("a running program");
    this.ancestors().nth(2).expect("a target folder").join(format!("copydesk{}", std::env::consts::EXE_SUFFIX))
}

/// From start to report, as a user waits for it.
mod process {
    use super::*;

    fn run(bencher: Bencher<'_, '_>, path: &Path) {
        let program = program();
        let once = || {
            let status = Command::new(&program).args(["check", "--isolated", "--exit-zero"]).arg(path).stdout(Stdio::null()).status();
            assert!(status.expect("the program starts").success());
        };
        bencher.bench(once);
    }

    #[divan::bench]
    fn tiny_text(bencher: Bencher<'_, '_>) {
        let file = tempfile::Builder::new().suffix(".txt").tempfile().expect("a temporary file");
        std::fs::write(file.path(), "It rained all night.\n").expect("a temporary file");
        run(bencher, file.path());
    }

    #[divan::bench]
    fn seed_article(bencher: Bencher<'_, '_>) {
        run(bencher, &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/articles/seed.txt"));
    }
}

/// The parts of a run.
mod parts {
    use super::*;

    #[divan::bench]
    fn load_rules() -> Ruleset {
        Ruleset::builtin()
    }

    #[divan::bench]
    fn view_plain(bencher: Bencher<'_, '_>) {
        let text = news(MB);
        bencher.counter(BytesCount::of_str(&text)).bench(|| View::build(Format::Plain, black_box(&text)));
    }

    #[divan::bench]
    fn tokens_and_sentences(bencher: Bencher<'_, '_>) {
        let text = news(MB);
        let view = View::build(Format::Plain, &text);
        // Only the built-in words are needed, and only the rule set has them.
        let set = Ruleset::builtin();
        let none = Settings { severities: vec![None; set.len()], ..Settings::default() };
        let source = SourceFile::from_str("text.txt", &text);
        bencher.counter(BytesCount::of_str(&text)).bench(|| check(&set, &source, black_box(&view), &none));
    }

    /// Cutting alone, without a word list to look words up in.
    #[divan::bench]
    fn tokens_without_words(bencher: Bencher<'_, '_>) {
        let text = news(MB);
        let view = View::build(Format::Plain, &text);
        let words = copydesk::rule::vocab::Vocab::default();
        bencher.counter(BytesCount::of_str(&text)).bench(|| Doc::build(black_box(&view), &words).tokens.len());
    }
}

/// Texts through the whole pipeline with the built-in rules.
mod whole {
    use super::*;

    #[divan::bench]
    fn seed_article(bencher: Bencher<'_, '_>) {
        let set = Ruleset::builtin();
        let settings = Settings::new(&set, false);
        bencher.counter(BytesCount::of_str(seed())).bench(|| found(&set, &settings, black_box(seed())));
    }

    #[divan::bench(sample_count = 10)]
    fn clean_10_mb(bencher: Bencher<'_, '_>) {
        let set = Ruleset::builtin();
        let settings = Settings::new(&set, false);
        let text = news(10 * MB);
        bencher.counter(BytesCount::of_str(&text)).bench(|| found(&set, &settings, black_box(&text)));
    }
}

/// The same texts with ever more rules beside the built-in ones.
mod rules {
    use super::*;

    /// Rules of three common words each, in a pack of their own.
    fn invented(count: usize) -> (Ruleset, Settings) {
        let text = news(1);
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_lowercase()).filter(|word| (4..12).contains(&word.len())).collect();
        let words: Vec<&str> = words.into_iter().collect();
        let mut pack = "[pack]\nname = \"invented\"\n".to_owned();
        for n in 0..count {
            // Steps without a common factor, so that every rule gets three words of its own.
            let word = |step: usize| words[(n * step + n / words.len()) % words.len()];
            let phrase = format!("{} {} {}", word(7), word(13), word(31));
            let _ = writeln!(
                pack,
                "[[rule]]\nid = \"invented-{n}\"\ncategory = \"style/unidiomatic\"\nseverity = \"minor\"\nstatus = \"stable\"\nmatch = [\"{phrase}\"]\n\
                 message = \"“{{match}}” is invented.\"\nwhy = \"To measure.\"\nbad = [{{ text = \"{phrase}.\", flag = \"{phrase}\" }}]\ngood = [\"No.\"]"
            );
        }
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join("invented.toml"), pack).expect("a temporary folder");
        let set = Ruleset::load(true, &[dir.path().to_owned()]).unwrap_or_else(|e| panic!("{e}"));
        let settings = Settings::new(&set, false);
        (set, settings)
    }

    #[divan::bench(args = [0, 100, 1_000, 5_000])]
    fn seed_article(bencher: Bencher<'_, '_>, count: usize) {
        let (set, settings) = invented(count);
        bencher.counter(BytesCount::of_str(seed())).bench(|| found(&set, &settings, black_box(seed())));
    }

    #[divan::bench(args = [0, 100, 1_000, 5_000], sample_count = 20)]
    fn clean_1_mb(bencher: Bencher<'_, '_>, count: usize) {
        let (set, settings) = invented(count);
        let text = news(MB);
        bencher.counter(BytesCount::of_str(&text)).bench(|| found(&set, &settings, black_box(&text)));
    }
}
