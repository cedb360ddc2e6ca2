//! Two versions of an article: which facts moved, and what is left alone.

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use common::reviser::{self, Dice};
use common::{FORMATS, RULES, fixtures, format, name};
use copydesk::check::{Settings, check_against};
use copydesk::finding::{Finding, Safety};
use copydesk::revision::Earlier;
use copydesk::select::Selection;
use copydesk::source::SourceFile;
use copydesk::view::{Format, View};
use proptest::prelude::*;

fn settings() -> Settings {
    let only = Selection { select: vec!["detect/revision".into()], ..Selection::default() };
    Settings::chosen(&RULES, &only, false, None)
}

/// What is said of `new` beside `old`, by the rules that compare versions.
fn moved_in(format: Format, old: &str, new: &str) -> Vec<Finding> {
    let (old, new) = (SourceFile::from_str("old.md", old), SourceFile::from_str("new.md", new));
    let (old_view, new_view) = (View::build(format, &old.text), View::build(format, &new.text));
    let earlier = Earlier { source: &old, view: &old_view };
    let found = check_against(&RULES, &new, &new_view, &settings(), None, Some(earlier)).findings;
    for finding in &found {
        assert!(!finding.quote.is_empty() && finding.span.of(&new.text) == finding.quote, "{finding:?}");
        assert!(finding.fixes.iter().all(|f| f.safety == Safety::Display), "{finding:?}");
    }
    found
}

fn moved(old: &str, new: &str) -> Vec<Finding> {
    moved_in(Format::Markdown, old, new)
}

fn told(findings: &[Finding]) -> String {
    let mut out = String::new();
    for f in findings {
        let _ = writeln!(out, "{} [{}] {}", f.rule.id, f.severity.name(), f.message);
        for evidence in &f.evidence {
            let _ = writeln!(out, "    {}", evidence.message);
        }
        for fix in &f.fixes {
            let _ = writeln!(out, "    {}", fix.title);
        }
    }
    out
}

const ARTICLE: &str = include_str!("../fixtures/revision/old.md");

/// The article with one passage replaced; the passage must be there.
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(ARTICLE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the article has no “{from}”");
        text.replacen(from, to, 1)
    })
}

/// Edits of a careful editor.
const REWORDED: [(&str, &[(&str, &str)]); 14] = [
    ("rephrased", &[("Heavy rain has cut off three villages", "Three villages have been cut off by heavy rain")]),
    ("synonyms", &[("large parts of the valley road", "long stretches of the road through the valley")]),
    ("figures written otherwise", &[("1.2 million euros", "€1,200,000"), ("three villages", "3 villages"), ("5 percent", "five per cent")]),
    ("dates written otherwise", &[("On May 18", "On the 18th of May"), ("9:30 p.m.", "21:30")]),
    ("marks", &[("“We will not leave anyone behind,” she said", "\"We will not leave anyone behind\", she said")]),
    ("contractions", &[("did not reach", "didn’t reach"), ("“We will not leave", "“We won’t leave")]),
    (
        "a sentence split",
        &[(", and a second one near the mill was closed as a precaution", ". As a precaution, a second one near the mill was closed")],
    ),
    (
        "sentences merged",
        &[("The water rose quickly. It did not reach the hospital", "The water rose quickly but did not reach the hospital")],
    ),
    ("a pronoun for a name", &[("Horvat added that", "She added that")]),
    ("the full name", &[("Horvat added that", "Milena Horvat added that")]),
    ("markup", &[("three villages", "**three** villages"), ("Zarečje", "[Zarečje](https://example.org)")]),
    (
        "a hedge for a hedge",
        &[("A landslide may have damaged", "A landslide might have damaged"), ("allegedly ignored", "is said to have ignored")],
    ),
    ("attribution", &[("According to the river authority, the level", "The river authority said the level")]),
    ("negation in other words", &[("did not accept the figures", "rejected the figures"), ("unlikely to reopen", "not likely to reopen")]),
];

/// Edits that move facts, one each.
const MOVED: [(&str, &[(&str, &str)]); 17] = [
    ("number", &[("1,450 people", "1,540 people")]),
    ("magnitude", &[("1.2 million euros", "1.2 billion euros")]),
    ("currency", &[("1.2 million euros", "1.2 million dollars")]),
    ("percentage points", &[("5 percent", "5 percentage points")]),
    ("number gone", &[("sent 64 firefighters and", "sent firefighters and")]),
    ("number new", &[("and two helicopters", "and two helicopters with 17 crew members")]),
    ("day", &[("On May 18", "On May 8")]),
    ("weekday", &[("until Friday", "until Thursday")]),
    ("person", &[("Milena Horvat", "Ana Petrović")]),
    ("country", &[("Slovenia sent", "Slovakia sent")]),
    ("spelling", &[("Bruno Kessler", "Bruno Kesler")]),
    ("negation gone", &[("It did not reach the hospital", "It reached the hospital")]),
    ("negation new", &[("The bridge will be rebuilt", "The bridge will not be rebuilt")]),
    ("hedge gone", &[("A landslide may have damaged", "A landslide damaged"), ("allegedly ignored", "ignored")]),
    ("hedge new", &[("was closed as a precaution", "was reportedly closed as a precaution")]),
    ("quotation", &[("“We will not leave anyone behind,”", "“We will not leave anyone hungry,”")]),
    ("a sentence gone", &[("The last flood of this size, in 1987, killed nine people. ", "")]),
];

#[test]
fn editing_alone_is_no_finding() {
    for (what, edits) in REWORDED {
        let found = moved(ARTICLE, &edited(edits));
        assert!(found.is_empty(), "{what}:\n{}", told(&found));
    }
}

#[test]
fn all_editing_at_once_is_no_finding() {
    let mut all: Vec<(&str, &str)> = Vec::new();
    for (what, edits) in REWORDED {
        // These edit words that others edit, too.
        if !["the full name", "markup", "contractions", "rephrased"].contains(&what) {
            all.extend(edits);
        }
    }
    let found = moved(ARTICLE, &edited(&all));
    assert!(found.is_empty(), "{}", told(&found));
    // Paragraphs in another order, two of them merged.
    let mut parts: Vec<&str> = ARTICLE.trim().split("\n\n").collect();
    parts.swap(2, 4);
    let merged = parts.join("\n\n").replace("the winter.\n\n", "the winter. ");
    let found = moved(ARTICLE, &merged);
    assert!(found.is_empty(), "{}", told(&found));
}

#[test]
fn facts_that_move_are_named() {
    let mut out = String::new();
    for (what, edits) in MOVED {
        let found = moved(ARTICLE, &edited(edits));
        assert_eq!(found.len(), edits.len(), "{what}:\n{}", told(&found));
        let _ = writeln!(out, "# {what}\n{}", told(&found));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn facts_are_found_below_all_the_editing() {
    let mut text = edited(&[]);
    let mut facts = 0;
    let mut editing: Vec<(&str, &str)> = Vec::new();
    for (what, edits) in REWORDED {
        if ["rephrased", "synonyms", "marks", "a sentence split", "attribution"].contains(&what) {
            editing.extend(edits);
        }
    }
    for (what, edits) in MOVED {
        if ["number", "day", "weekday", "person", "country", "negation gone", "hedge gone"].contains(&what) {
            editing.extend(edits);
            facts += edits.len();
        }
    }
    for (from, to) in editing {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let found = moved(ARTICLE, &text);
    assert_eq!(found.len(), facts, "{}", told(&found));
}

/// News of all kinds, and the garbled seed.
fn texts() -> Vec<(String, String)> {
    let files = fixtures("clean").into_iter().chain(fixtures("articles"));
    files.filter(|p| format(p) == Some(Format::Plain)).map(|p| (name(&p), std::fs::read_to_string(&p).expect("a text"))).collect()
}

/// How often each kind of moved fact is found, and how often an edit that keeps all facts is not let be.
#[test]
fn recall_and_false_alarms() {
    let mut rows: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (name, text) in texts() {
        for kind in reviser::MOVING {
            for seed in 0..12 {
                let mut dice = Dice::new(seed * 7919 + name.len() as u64);
                let Some((new, at)) = reviser::change(kind, &text, &mut dice) else { continue };
                let found = moved_in(Format::Plain, &text, &new);
                let near = |f: &Finding| (f.span.start as usize).abs_diff(at) < 80;
                let row = rows.entry(kind).or_default();
                row.0 += 1;
                row.1 += usize::from(found.iter().any(near));
                if std::env::var_os("SHOW").is_some() && !found.iter().any(near) {
                    let line = new[..at].rfind('\n').map_or(0, |n| n + 1);
                    println!("MISSED {kind}: {}⟦⟧{}", &new[line..at], new[at..].lines().next().unwrap_or_default());
                }
            }
        }
    }
    let mut alarms: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut shown = String::new();
    for (name, text) in texts() {
        for kind in reviser::KEEPING {
            for seed in 0..6 {
                let mut dice = Dice::new(seed * 104_729 + name.len() as u64);
                let Some(new) = reviser::keep(kind, &text, &mut dice) else { continue };
                let found = moved_in(Format::Plain, &text, &new);
                let row = alarms.entry(kind).or_default();
                row.0 += 1;
                row.1 += found.len();
                if !found.is_empty() {
                    let _ = writeln!(shown, "{name}, {kind}: {}", told(&found));
                }
            }
        }
    }
    let mut table = String::from("| fact moved | edits | found |\n|---|---:|---:|\n");
    for kind in reviser::MOVING {
        let (all, hit) = rows[kind];
        let _ = writeln!(table, "| {kind} | {all} | {}% |", (hit * 100 + all / 2) / all.max(1));
    }
    table.push_str("\n| facts kept | edited texts | findings |\n|---|---:|---:|\n");
    for kind in reviser::KEEPING {
        let (all, found) = alarms.get(kind).copied().unwrap_or_default();
        let _ = writeln!(table, "| {kind} | {all} | {found} |");
    }
    if std::env::var_os("SHOW").is_some() {
        println!("{shown}");
    }
    let guide = std::fs::read_to_string("docs/against.md").unwrap_or_default();
    let (before, rest) = guide.split_once("<!-- measured -->\n").expect("docs/against.md has a place for the table");
    let (_, after) = rest.split_once("<!-- end -->").expect("docs/against.md says where the table ends");
    common::compare("docs/against.md", &format!("{before}<!-- measured -->\n{table}<!-- end -->{after}"));
}

#[test]
fn long_and_hostile_texts_take_no_time() {
    let long: String = (0..400)
        .map(|i| {
            format!(
                "In {} the council of Zarečje sent {} men to the harbour; “nobody will come back,” said Milena Horvat.\n\n",
                1900 + i % 120,
                i * 7 + 13
            )
        })
        .collect();
    let other = long.replace("13 ", "31 ").replace("harbour", "mill");
    let same = "The cat sat on the mat and did not move. ".repeat(2_500);
    let numbers = "12 34 56 78 ".repeat(8_000);
    let reversed: String = numbers.split(' ').rev().collect::<Vec<_>>().join(" ");
    let capitals = "Aba Bcd Cef Dgh ".repeat(6_000);
    let quotes = "“ab cd ef gh ij kl” ".repeat(5_000);
    let no_stops = long.replace(['.', '\n'], " ");
    for (old, new) in [
        (&long, &other),
        (&same, &same[..same.len() - 40].to_owned()),
        (&numbers, &reversed),
        (&capitals, &capitals.replace("Cef", "Xyz")),
        (&quotes, &quotes.replace("ef", "xx")),
        (&no_stops, &no_stops.replace("harbour", "mill")),
        (&same, &numbers),
        (&long, &quotes),
    ] {
        let start = Instant::now();
        let _ = moved_in(Format::Plain, old, new);
        // Unoptimised and beside other tests; a quadratic step takes minutes.
        assert!(start.elapsed() < Duration::from_secs(20), "{:?} for {:.40}", start.elapsed(), old);
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "The minister did not attend the fair. ",
        "“We may stay,” she said. ",
        "On May 18, 1,500 men left Iran",
        " 12.03.2024",
        " 3,5 percent",
        " $",
        " 9:30 pm",
        "”",
        "“",
        "'",
        "\n\n",
        "<p>",
        "**",
        " twenty-",
        " and ",
        " hundred ",
        " Angela Merkel",
        " NATO",
        " not",
        " never",
        " may",
        " half a million",
        " 5: 30",
        " 10-",
        "-",
        " 1st",
        " 12 000 000",
        " XXI",
        " according to",
        ".",
        " ",
        "\u{200b}",
        " of the ",
        " 99999999999999999999999",
        " 0",
        " 1990s",
        "n’t",
    ]);
    prop::collection::vec(prop_oneof![4 => piece.prop_map(str::to_owned), 1 => "\\PC{1,4}"], 0..30).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_beside_itself_has_no_findings(text in pieces()) {
        for format in FORMATS {
            let found = moved_in(format, &text, &text);
            prop_assert!(found.is_empty(), "{}", told(&found));
        }
    }

    #[test]
    fn any_two_texts_are_survived(old in pieces(), new in pieces(), noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let noise = String::from_utf8_lossy(&noise).into_owned();
        for format in FORMATS {
            moved_in(format, &old, &new);
            moved_in(format, &noise, &new);
            moved_in(format, &old, &noise);
        }
    }
}
