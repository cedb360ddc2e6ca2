//! What holds for findings in any text, in every format.

mod common;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use common::{Checked, FORMATS, check_text};
use copydesk::finding::{Finding, Safety};
use copydesk::fix::{apply, apply_verified, candidate, choose};
use copydesk::source::SourceFile;
use copydesk::view::Format;
use proptest::prelude::*;
use rayon::prelude::*;

/// Garbled news: whole sentences, the seams where they break, and what no reader expects.
fn news() -> impl Strategy<Value = String> {
    let sentence = prop::sample::select(vec![
        "The envoys met in Geneva to discuss how to end the war. in Ukraine and the region.",
        "The minister, Íñigo Lasheras, said on Tuesday that talks would go on until the autumn.",
        "According to reported last week The Guardian, the envoy flew to Doha.",
        "Talks will follow the operation, some voices have indicated. Autumn. Experts predict that it could last for months.",
        "“We are looking for a way out of the crisis that might be tenable. Both sides,” says the paper.",
        "The analytical center Forum counted [las negociaciones] and the the academicians agreed.",
        "President Emmanuel Macron Last month assured that the counterattack “It will take place in days”.",
        "The counteroffensive slowed, As the officials said, and the army moved. Start of negotiations with the neighbours.",
        "It cost 8,100 million euros,, he said..",
        "“Nobody leaves this room, the chairman told reporters.",
    ]);
    let piece = prop::sample::select(vec![
        ". in",
        ". of the",
        ", And",
        ", Which",
        " He",
        " the the",
        " of of",
        "[",
        "]",
        "(",
        ")",
        "“",
        "”",
        "\"",
        "‘",
        "’",
        "'",
        "«",
        "»",
        "„",
        "..",
        ",,",
        " ,",
        "…",
        "...",
        "?",
        "!",
        ";;",
        " – ",
        "--",
        "U.S.",
        "Mr.",
        "No.",
        " 5",
        "1,250.5",
        " Also in",
        " analytical center",
        " according to reported by",
        " think tank",
        "Related posts",
        "Share on Facebook",
        "Read more:",
        "Post List",
        "Source: El Diario",
        "@x",
        "https://example.org/a",
        " controlled",
        " or to",
        " leaders",
        " NATO",
        " said",
        " war",
        " Kiev",
        " Kyiv",
    ]);
    let space = prop::sample::select(vec![" ", " ", "\n", "\n\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\u{a0}", "\u{200b}"]);
    let markup = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<br>",
        "&amp;",
        "&eacute;",
        "&nbsp;",
        "<li>",
        "*",
        "**",
        "_",
        "`",
        "# ",
        "- ",
        "> ",
        "[a](b)",
        "\\",
        "| a |\n|---|\n",
        "<!-- x -->",
        "```\n",
    ]);
    let fragment = prop_oneof![
        5 => sentence.prop_map(str::to_owned),
        6 => piece.prop_map(str::to_owned),
        6 => space.prop_map(str::to_owned),
        2 => markup.prop_map(str::to_owned),
        1 => "\\PC{1,3}",
        1 => "[a-z]{1,8}",
    ];
    prop::collection::vec(fragment, 0..24).prop_map(|parts| parts.concat())
}

fn prints(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().map(|f| f.fingerprint.as_str()).collect()
}

/// Spans slice to quotes, edits fit, and evidence and context lie in the text.
fn check_spans(checked: &Checked) -> Result<(), TestCaseError> {
    let text = &checked.source.text;
    for finding in checked.findings() {
        prop_assert_eq!(text.get(finding.span.range()), Some(finding.quote.as_str()), "{}", finding.rule.id);
        prop_assert!(!finding.quote.is_empty(), "{}", finding.rule.id);
        prop_assert!(text.get(finding.context.range()).is_some() && finding.context.contains(finding.span), "{:?}", finding);
        for edit in finding.fixes.iter().flat_map(|fix| &fix.edits) {
            prop_assert!(text.get(edit.at.range()).is_some(), "{:?}", finding);
        }
        for span in finding.evidence.iter().filter_map(|e| e.span) {
            prop_assert!(text.get(span.range()).is_some(), "{:?}", finding);
        }
    }
    prop_assert_eq!(prints(checked.findings()).len(), checked.findings().len(), "fingerprints are unique");
    Ok(())
}

/// The finding does not come back once its fix is applied.
fn check_fixes(format: Format, checked: &Checked) -> Result<(), TestCaseError> {
    for finding in checked.findings() {
        let Some(fix) = candidate(finding, Safety::Unsafe) else { continue };
        // Of two equal faults the second takes the first one's fingerprint over.
        let equal = |f: &&Finding| f.rule.id == finding.rule.id && f.quote.eq_ignore_ascii_case(&finding.quote);
        if checked.findings().iter().filter(equal).count() > 1 {
            continue;
        }
        let applied = apply(&checked.source.text, &fix.edits);
        prop_assert!(applied.skipped.is_empty());
        let again = check_text(format, &applied.text);
        let back = again.findings().iter().find(|f| f.fingerprint == finding.fingerprint);
        prop_assert!(back.is_none(), "{} is back on “{}” in {:?}", finding.rule.id, finding.quote, applied.text);
    }
    Ok(())
}

/// Everything outside the taken edits survives, in order.
fn check_verified(format: Format, checked: &Checked) -> Result<(), TestCaseError> {
    let old = &checked.source.text;
    let outcome = apply_verified(old, checked.findings(), Safety::Unsafe, |text| check_text(format, text).report.findings);
    let taken: Vec<Finding> = outcome.applied.iter().map(|&i| checked.findings()[i].clone()).collect();
    let plan = choose(&taken, Safety::Unsafe);
    prop_assert_eq!(plan.taken.len(), taken.len());
    let mut rest = outcome.text.as_str();
    let mut done = 0;
    for edit in &plan.edits {
        for expected in [&old[done..edit.at.start as usize], &edit.text] {
            let after = rest.strip_prefix(expected);
            prop_assert!(after.is_some(), "{:?} does not continue with {:?}", rest, expected);
            rest = after.unwrap_or_default();
        }
        done = edit.at.end as usize;
    }
    prop_assert_eq!(rest, &old[done..]);
    Ok(())
}

static ONE: LazyLock<rayon::ThreadPool> = LazyLock::new(|| rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread"));
static FOUR: LazyLock<rayon::ThreadPool> = LazyLock::new(|| rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads"));

fn all_found(texts: &[String]) -> Vec<Vec<Finding>> {
    texts.par_iter().flat_map_iter(|text| FORMATS.map(|format| check_text(format, text).report.findings)).collect()
}

/// A paragraph no rule cares about, as it stands in each format.
fn innocent(format: Format) -> &'static str {
    match format {
        Format::Plain | Format::Markdown => "It rained on the hills for most of the night, and nobody left the village.\n\n",
        Format::Html => "<p>It rained on the hills for most of the night, and nobody left the village.</p>\n\n",
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_slice_to_quotes(text in news()) {
        for format in FORMATS {
            check_spans(&check_text(format, &text))?;
        }
    }

    #[test]
    fn mended_faults_stay_mended(text in news()) {
        for format in FORMATS {
            check_fixes(format, &check_text(format, &text))?;
        }
    }

    #[test]
    fn fixes_touch_nothing_else(text in news()) {
        for format in FORMATS {
            check_verified(format, &check_text(format, &text))?;
        }
    }

    #[test]
    fn any_text_is_survived(text in "(?s).{0,200}") {
        for format in FORMATS {
            let checked = check_text(format, &text);
            check_spans(&checked)?;
            check_verified(format, &checked)?;
        }
    }

    #[test]
    fn a_paragraph_before_shifts_everything(text in news()) {
        for format in FORMATS {
            let before = innocent(format);
            // One paragraph stands before in both texts, so that what is said of the start of a file is said of neither.
            let body = format!("{before}{text}");
            let (old, new) = (check_text(format, &body), check_text(format, &format!("{before}{body}")));
            let placed = |c: &Checked| c.findings().iter().any(|f| f.rule.id == "page-furniture" || f.rule.id.starts_with("repeated-"));
            if placed(&old) || placed(&new) {
                // Whether a line is furniture depends on how near the end it stands, and the paragraph before stands there twice.
                continue;
            }
            let by = before.len() as u32;
            let shape = |c: &Checked, by: u32| -> Vec<_> {
                let edits = |f: &Finding| -> Vec<_> {
                    f.fixes.iter().flat_map(|x| &x.edits).map(|e| (e.at.start + by, e.at.end + by, e.text.clone())).collect()
                };
                c.findings()
                    .iter()
                    .map(|f| (f.span.start + by, f.span.end + by, f.rule.id.clone(), f.message.clone(), f.fingerprint.clone(), edits(f)))
                    .collect()
            };
            prop_assert_eq!(shape(&old, by), shape(&new, 0), "{:?}", format);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn threads_and_repetition_change_nothing(texts in prop::collection::vec(news(), 1..12)) {
        let one = ONE.install(|| all_found(&texts));
        prop_assert_eq!(&one, &FOUR.install(|| all_found(&texts)));
        prop_assert_eq!(&one, &FOUR.install(|| all_found(&texts)));
    }
}

#[test]
fn a_byte_order_mark_moves_no_finding() {
    let text = "The envoys met in Geneva to discuss how to end the war. in Ukraine and the region.";
    let plain = check_text(Format::Plain, text).report.findings;
    let marked = common::check_source(Format::Plain, SourceFile::from_str("text", &format!("\u{feff}{text}"))).report.findings;
    assert_eq!(plain, marked);
}

#[test]
fn a_text_may_begin_in_the_middle() {
    for text in [", And also in", ". in the end", "” said the minister", "] he said", "’s", ",, And then", "of of"] {
        for format in FORMATS {
            check_spans(&check_text(format, text)).expect("spans that fit");
        }
    }
}
