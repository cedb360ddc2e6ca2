//! Hostile files: whatever the bytes, nothing panics and nothing dawdles.

mod common;

use std::time::{Duration, Instant};

use common::{Checked, FORMATS, check_source, check_text, concise, fixtures, full, json, name};
use copydesk::finding::Safety;
use copydesk::fix::apply_verified;
use copydesk::report::patch;
use copydesk::source::{DecodeError, SourceFile};
use copydesk::view::Format;

/// Everything that can be done with a checked document.
fn use_up(format: Format, checked: &Checked) {
    let old = &checked.source.text;
    for finding in checked.findings() {
        assert_eq!(finding.span.of(old), finding.quote);
    }
    for emitter in [full, concise, json] {
        let _ = checked.emit(emitter);
    }
    let again = |text: &str| check_text(format, text).report.findings;
    let outcome = apply_verified(old, checked.findings(), Safety::Unsafe, again);
    let _ = patch::unified(&checked.source.path, old, &outcome.text);
    let _ = checked.source.encode(&outcome.text);
}

/// The time goes into the message, so that a failure says how far off it is.
fn within(limit: Duration, what: &str, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    let taken = start.elapsed();
    assert!(taken < limit, "{what} took {taken:?}, the limit is {limit:?}");
    if std::env::var_os("COPYDESK_TIMES").is_some() {
        eprintln!("{taken:>10.2?}  {what}");
    }
}

#[test]
fn broken_files_are_read_or_refused() {
    for path in fixtures("broken") {
        let bytes = std::fs::read(&path).expect("a readable fixture");
        for format in FORMATS {
            within(Duration::from_secs(1), &format!("{} as {format:?}", name(&path)), || {
                match SourceFile::decode(&name(&path), bytes.clone(), None) {
                    Ok(source) => use_up(format, &check_source(format, source)),
                    Err(error) => assert!(matches!(error, DecodeError::Binary { .. }), "{error}"),
                }
            });
        }
    }
}

/// Unoptimised code is slow enough on a tenth.
const SIZE: usize = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };

fn huge(what: &str, text: &str) {
    for format in FORMATS {
        within(Duration::from_secs(10), &format!("{what} as {format:?}"), || use_up(format, &check_text(format, text)));
    }
}

fn filled(sentence: &str) -> String {
    sentence.repeat(SIZE / sentence.len() + 1)
}

#[test]
fn one_huge_line() {
    huge("a huge line", &filled("The minister met his colleagues in Geneva on Tuesday and said that the talks would go on. "));
}

#[test]
fn nothing_but_spaces() {
    huge("spaces", &filled(" "));
}

#[test]
fn nothing_but_quotation_marks() {
    let marks = ["\"", "“", "”", "'"];
    for mark in if cfg!(debug_assertions) { &marks[..2] } else { &marks } {
        huge(mark, &filled(mark));
    }
}

#[test]
fn very_many_short_lines() {
    let lines = if cfg!(debug_assertions) { 20_000 } else { 200_000 };
    for line in ["He said so.\n", "“\n"] {
        huge(&format!("lines of {line:?}"), &line.repeat(lines));
    }
}

/// Findings in their thousands, in one line and on lines of their own.
#[test]
fn very_many_faults() {
    let times = if cfg!(debug_assertions) { 300 } else { 10_000 };
    let sentence = "The envoys met to end the war. in Ukraine, As the the analytical center said [las cosas]. ";
    huge("one faulty line", &sentence.repeat(times));
    huge("one faulty sentence", &"the the officials met,, And ".repeat(times));
    huge("faulty lines", &format!("{sentence}\n\n").repeat(times));
    huge("furniture", &"Related posts\n\n".repeat(times));
}
