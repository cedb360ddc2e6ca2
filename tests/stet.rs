//! What an editor lets stand: comments, sidecars, and the findings about them.

use copydesk::check::{Checked, Settings, check};
use copydesk::finding::{Finding, Safety};
use copydesk::fix::apply_verified;
use copydesk::resolve::stet::{self, Entry, Sidecar};
use copydesk::rule::Ruleset;
use copydesk::source::SourceFile;
use copydesk::view::{Format, View};
use proptest::prelude::*;

const FAULT: &str = "They met to end the war. in Ukraine and in the region.";
const FINE: &str = "They met to end the war in Ukraine.";

fn set() -> &'static Ruleset {
    static SET: std::sync::OnceLock<Ruleset> = std::sync::OnceLock::new();
    SET.get_or_init(Ruleset::builtin)
}

/// All stable rules but those about repeated paragraphs, as these texts say the same thing over and over.
fn settings() -> Settings {
    let mut settings = Settings::new(set(), false);
    for id in ["repeated-headline", "repeated-paragraph"] {
        settings.severities[set().find(id).unwrap()] = None;
    }
    settings
}

fn run(format: Format, text: &str, sidecar: Option<&Sidecar>) -> Checked {
    let source = SourceFile::from_str("a", text);
    check(set(), &source, &View::build(format, &source.text), &settings(), sidecar)
}

fn shown(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings.iter().map(|f| (f.rule.id.as_str(), f.quote.as_str())).collect()
}

/// What is reported and how many findings are let stand.
fn expect(format: Format, text: &str, reported: &[(&str, &str)], suppressed: usize) -> Checked {
    let checked = run(format, text, None);
    assert_eq!((shown(&checked.findings), checked.suppressed.len()), (reported.to_vec(), suppressed), "{text}");
    checked
}

fn markdown(text: &str, reported: &[(&str, &str)], suppressed: usize) -> Checked {
    expect(Format::Markdown, text, reported, suppressed)
}

fn fixed(format: Format, text: &str, min: Safety) -> String {
    let findings = run(format, text, None).findings;
    apply_verified(text, &findings, min, |new| run(format, new, None).findings).text
}

const STOP: (&str, &str) = ("stray-full-stop", "war. in");

#[test]
fn the_next_block() {
    let text = format!("{FAULT}\n\n<!-- stet stray-full-stop: verbatim -->\n\n{FAULT}\n\n{FAULT}\n");
    let checked = markdown(&text, &[STOP, STOP], 1);
    assert_eq!(checked.suppressed[0].span.start as usize, text.match_indices("war.").nth(1).unwrap().0);
    let html = format!("<p>{FAULT}</p>\n<!-- stet stray-full-stop: verbatim -->\n<p>{FAULT}</p><p>{FAULT}</p>");
    expect(Format::Html, &html, &[STOP, STOP], 1);
    let inside = format!("<p><!-- stet stray-full-stop: verbatim -->{FAULT}</p><p>{FAULT}</p>");
    expect(Format::Html, &inside, &[STOP], 1);
    let list = format!("- {FAULT}\n- <!-- stet stray-full-stop: verbatim -->\n  {FAULT}\n");
    markdown(&list, &[STOP], 1);
    let quote = format!("> {FAULT}\n>\n> <!-- stet stray-full-stop: verbatim -->\n>\n> {FAULT}\n");
    markdown(&quote, &[STOP], 1);
}

#[test]
fn a_stretch() {
    let text = format!(
        "{FAULT}\n\n<!-- stet-begin stray-full-stop: a poem -->\n\n{FAULT}\n\n{FAULT}\n\n<!-- stet-end stray-full-stop -->\n\n{FAULT}\n"
    );
    markdown(&text, &[STOP, STOP], 2);
    let html = format!("<!-- stet-begin stray-full-stop: a poem --><p>{FAULT}</p><!-- stet-end stray-full-stop --><p>{FAULT}</p>");
    expect(Format::Html, &html, &[STOP], 1);
    let inline = format!("{FAULT} And <!-- stet-begin stray-full-stop: a poem -->{FAULT}<!-- stet-end stray-full-stop --> {FAULT}\n");
    markdown(&inline, &[STOP, STOP], 1);
}

#[test]
fn stretches_nest_and_overlap() {
    let doubled = "He saw the the war.";
    let word = ("doubled-word", "the the");
    markdown(&format!("{doubled}\n"), &[word], 0);
    let text = format!(
        "<!-- stet-begin stray-full-stop: a -->\n\n{FAULT}\n\n<!-- stet-begin doubled-word: b -->\n\n{FAULT} {doubled}\n\n\
         <!-- stet-end stray-full-stop -->\n\n{FAULT} {doubled}\n\n<!-- stet-end doubled-word -->\n\n{doubled}\n"
    );
    markdown(&text, &[STOP, word], 4);
    let text = format!(
        "<!-- stet-begin stray-full-stop: a -->\n\n{FAULT}\n\n<!-- stet-begin stray-full-stop: b -->\n\n{FAULT}\n\n\
         <!-- stet-end stray-full-stop -->\n\n{FAULT}\n\n<!-- stet-end stray-full-stop -->\n\n{FAULT}\n"
    );
    markdown(&text, &[STOP], 3);
    let list = format!("<!-- stet-begin stray-full-stop, doubled-word: a -->\n\n{FAULT} {doubled}\n\n<!-- stet-end doubled-word -->\n\n");
    let rest = format!("{FAULT} {doubled}\n\n<!-- stet-end stray-full-stop -->\n\n{FAULT}\n");
    markdown(&format!("{list}{rest}"), &[word, STOP], 3);
}

#[test]
fn the_whole_file() {
    let text = format!("{FAULT}\n\n{FAULT}\n\n<!-- stet-file stray-full-stop: a poem -->\n");
    markdown(&text, &[], 2);
    expect(Format::Html, &format!("<p>{FAULT}</p><!--stet-file stray-full-stop:poem--><p>{FAULT}</p>"), &[], 2);
}

#[test]
fn code_and_plain_text_hold_no_directives() {
    let fence = format!("```\n<!-- stet-file stray-full-stop: verbatim -->\n<!-- stet -->\n```\n\n{FAULT}\n");
    markdown(&fence, &[STOP], 0);
    markdown(&format!("    <!-- stet-file stray-full-stop: verbatim -->\n\n{FAULT}\n"), &[STOP], 0);
    markdown(&format!("Write `<!-- stet-file stray-full-stop: x -->`. {FAULT}\n"), &[STOP], 0);
    expect(Format::Html, &format!("<script><!-- stet-file stray-full-stop: x --></script><p>{FAULT}</p>"), &[STOP], 0);
    let plain = run(Format::Plain, &format!("<!-- stet-file stray-full-stop: verbatim -->\n\n{FAULT}\n"), None);
    assert!(shown(&plain.findings).contains(&STOP) && plain.suppressed.is_empty());
}

#[test]
fn a_stet_without_a_reason_lets_nothing_stand() {
    let comment = "<!-- stet stray-full-stop -->";
    markdown(&format!("{comment}\n\n{FAULT}\n"), &[("stet-missing-reason", comment), STOP], 0);
    let comment = "<!-- stet-begin stray-full-stop: … -->";
    let text = format!("{comment}\n\n{FAULT}\n\n<!-- stet-end stray-full-stop -->\n");
    markdown(&text, &[("stet-missing-reason", comment), STOP], 0);
}

#[test]
fn both_ends_are_needed() {
    let unclosed = ("stet-unclosed", "stray-full-stop");
    let begin = markdown(&format!("<!-- stet-begin stray-full-stop: a poem -->\n\n{FAULT}\n"), &[unclosed, STOP], 0);
    assert_eq!(begin.findings[0].message, "This stet for stray-full-stop lacks its stet-end.");
    let end = markdown(&format!("{FAULT}\n\n<!-- stet-end stray-full-stop -->\n"), &[STOP, unclosed], 0);
    assert_eq!(end.findings[1].message, "This stet for stray-full-stop lacks its stet-begin.");
    let backwards = format!("<!-- stet-end stray-full-stop -->\n\n{FAULT}\n\n<!-- stet-begin stray-full-stop: a poem -->\n");
    markdown(&backwards, &[unclosed, STOP, unclosed], 0);
}

#[test]
fn unknown_rules_are_told_and_mended() {
    let text = format!("<!-- stet-begin stray-fullstop: a poem -->\n\n{FAULT}\n\n<!-- stet-end stray-fullstop -->\n");
    let checked = markdown(&text, &[("stet-unknown-rule", "stray-fullstop"), STOP], 0);
    assert_eq!(checked.findings[0].message, "There is no rule “stray-fullstop” (did you mean “stray-full-stop”?).");
    assert_eq!(fixed(Format::Markdown, &text, Safety::Safe), text);
    let findings = &checked.findings[..1];
    let mended = apply_verified(&text, findings, Safety::Unsafe, |new| run(Format::Markdown, new, None).findings).text;
    markdown(&mended, &[], 1);
    markdown("<!-- stet weather: rain -->\n\nHe fell ill.\n", &[("stet-unknown-rule", "weather")], 0);
}

#[test]
fn blanket_stets_are_refused() {
    for comment in ["<!-- stet: all is well -->", "<!-- stet * : all -->", "<!-- stet -->", "<!-- stet-of stray-full-stop: x -->"] {
        markdown(&format!("{comment}\n\n{FAULT}\n"), &[("stet-malformed", comment), STOP], 0);
    }
    markdown(&format!("<!-- stetson -->\n\n{FAULT}\n"), &[STOP], 0);
}

/// Checks that the safe fix leaves `after`, in which nothing is left to say.
fn cleans(format: Format, before: &str, after: &str) {
    let findings = run(format, before, None).findings;
    assert!(!findings.is_empty() && findings.iter().all(|f| f.rule.id == "stet-unused"), "{before}: {:?}", shown(&findings));
    let once = fixed(format, before, Safety::Safe);
    assert_eq!(once, after, "{before}");
    assert_eq!(shown(&run(format, after, None).findings), []);
}

#[test]
fn unused_stets_are_taken_out() {
    let both = format!("{FINE}\n\n{FINE}\n");
    cleans(Format::Markdown, &format!("{FINE}\n\n<!-- stet stray-full-stop: x -->\n\n{FINE}\n"), &both);
    cleans(Format::Markdown, &format!("{FINE}\r\n\r\n<!-- stet stray-full-stop: x -->\r\n{FINE}\r\n"), &both.replace('\n', "\r\n"));
    cleans(Format::Markdown, &format!("{FINE}\n<!-- stet stray-full-stop: x -->\n{FINE}\n"), &both);
    cleans(Format::Markdown, &format!("<!-- stet-file stray-full-stop: x -->\n{both}"), &both);
    let pair = format!("<!-- stet-begin stray-full-stop: x -->\n\n{FINE}\n\n<!-- stet-end stray-full-stop -->\n\n{FINE}\n");
    cleans(Format::Markdown, &pair, &both);
    cleans(
        Format::Html,
        &format!("<p>{FINE}</p>\n<!-- stet stray-full-stop: x --><p>{FINE}</p>"),
        &format!("<p>{FINE}</p>\n<p>{FINE}</p>"),
    );
    cleans(
        Format::Markdown,
        &format!("<!-- stet stray-full-stop, doubled-word: x -->\n\n{FAULT}\n"),
        &format!("<!-- stet stray-full-stop: x -->\n\n{FAULT}\n"),
    );
    cleans(
        Format::Markdown,
        &format!("<!-- stet-begin doubled-word, stray-full-stop: x -->\n\n{FAULT}\n\n<!-- stet-end doubled-word, stray-full-stop -->\n"),
        &format!("<!-- stet-begin stray-full-stop: x -->\n\n{FAULT}\n\n<!-- stet-end stray-full-stop -->\n"),
    );
    cleans(
        Format::Markdown,
        &format!(
            "<!-- stet-begin doubled-word, stray-full-stop: x -->\n\n{FAULT}\n\n<!-- stet-end doubled-word -->\n\n<!-- stet-end stray-full-stop -->\n"
        ),
        &format!("<!-- stet-begin stray-full-stop: x -->\n\n{FAULT}\n\n<!-- stet-end stray-full-stop -->\n"),
    );
    let last = format!("{FAULT}\n\n<!-- stet stray-full-stop: it speaks for what follows -->\n");
    markdown(&last, &[STOP, ("stet-unused", "<!-- stet stray-full-stop: it speaks for what follows -->")], 0);
}

#[test]
fn text_that_would_become_markdown_is_not_touched_unread() {
    let text = "<!-- stet stray-full-stop: x --> They met *here* today.\n";
    assert_eq!(fixed(Format::Markdown, text, Safety::Safe), text);
    assert_eq!(fixed(Format::Markdown, text, Safety::Unsafe), " They met *here* today.\n");
}

#[test]
fn a_rule_that_is_off_makes_no_stet_unused() {
    let text = format!("<!-- stet doubled-word: x -->\n\n{FINE}\n");
    let source = SourceFile::from_str("a", &text);
    let view = View::build(Format::Markdown, &source.text);
    let mut settings = settings();
    assert_eq!(check(set(), &source, &view, &settings, None).findings.len(), 1);
    settings.severities[set().find("doubled-word").unwrap()] = None;
    assert_eq!(check(set(), &source, &view, &settings, None).findings, []);
    let sidecar = Sidecar::parse("a", "[[stet]]\nfingerprint = \"0123456789abcdef\"\nreason = \"x\"\n").unwrap();
    let found = check(set(), &source, &view, &settings, Some(&sidecar)).findings;
    assert_eq!(found, [], "the fingerprint may be of the rule that is off");
}

#[test]
fn findings_about_stets_cannot_be_let_stand() {
    let comment = "<!-- stet-file stet-unused: x -->";
    let unused = "<!-- stet doubled-word: x -->";
    let checked = markdown(&format!("{comment}\n\n{unused}\n\n{FINE}\n"), &[("stet-unused", comment), ("stet-unused", unused)], 0);
    assert_eq!(checked.findings[0].evidence[0].message, "a finding about a stet cannot be let stand");
}

#[test]
fn a_sidecar_lets_findings_and_rules_stand() {
    let text = format!("{FAULT}\n\n{FAULT}\n\nHe saw the the war.\n");
    let found = run(Format::Plain, &text, None).findings;
    assert_eq!(shown(&found), [STOP, STOP, ("doubled-word", "the the")]);
    let mut sidecar = Sidecar::new("news.txt.stet.toml");
    assert!(sidecar.add(Entry::of(&found[1], "quoted “verbatim”\\ so")));
    let checked = run(Format::Plain, &text, Some(&sidecar));
    assert_eq!((shown(&checked.findings), &checked.suppressed[..]), (vec![STOP, ("doubled-word", "the the")], &found[1..2]));
    assert!(!sidecar.add(Entry { reason: "another".into(), ..Entry::of(&found[1], "") }));
    assert!(sidecar.add(Entry { rule: Some("doubled-word".into()), reason: "a song".into(), ..Entry::default() }));
    assert_eq!(shown(&run(Format::Plain, &text, Some(&sidecar)).findings), [STOP]);

    let rendered = sidecar.render();
    let again = Sidecar::parse("news.txt.stet.toml", &rendered).unwrap();
    assert_eq!(again.render(), rendered);
    assert_eq!(
        rendered,
        format!(
            "[[stet]]\nrule = \"doubled-word\"\nreason = \"a song\"\n\n[[stet]]\nrule = \"stray-full-stop\"\nfingerprint = \"{}\"\nquote = \"war. in\"\nreason = \"another\"\n",
            found[1].fingerprint
        )
    );
    assert_eq!(Sidecar::name_for("news.txt"), "news.txt.stet.toml");
}

#[test]
fn a_sidecars_faults_stand_at_the_start() {
    let sidecar = "# decisions\n[[stet]]\nrule = \"stray-fullstop\"\nreason = \"x\"\n\n[[stet]]\nrule = \"doubled-word\"\nfingerprint = \"0123456789abcdef\"\nquote = \"the the\"\nreason = \"x\"\n\n[[stet]]\nfingerprint = \"fedcba9876543210\"\nreason = \"x\"\n";
    let sidecar = Sidecar::parse("news.txt.stet.toml", sidecar).unwrap();
    let source = SourceFile::from_str("a", FINE);
    let found = check(set(), &source, &View::build(Format::Plain, FINE), &Settings::new(set(), false), Some(&sidecar)).findings;
    let told: Vec<_> = found.iter().map(|f| (f.message.as_str(), f.evidence[0].message.as_str(), f.span.end)).collect();
    assert_eq!(
        told,
        [
            ("There is no rule “stray-fullstop” (did you mean “stray-full-stop”?).", "news.txt.stet.toml:2: rule stray-fullstop", 0),
            ("Nothing here needs the stet for doubled-word.", "news.txt.stet.toml:6: fingerprint 0123456789abcdef, “the the”", 0),
            ("Nothing here needs the stet for a finding.", "news.txt.stet.toml:12: fingerprint fedcba9876543210", 0),
        ]
    );
    assert_ne!(found[1].fingerprint, found[2].fingerprint);
}

#[test]
fn a_sidecars_errors_have_a_place() {
    let error = |text: &str| Sidecar::parse("a.stet.toml", text).unwrap_err().to_string();
    let entry = |keys: &str| error(&format!("[[stet]]\n{keys}\n"));
    assert_eq!(
        entry("rule = \"a\"\nreson = \"x\""),
        "a.stet.toml:3:1: unknown field `reson`, expected one of `fingerprint`, `rule`, `reason`, `quote`; did you mean `reason`?"
    );
    assert_eq!(error("[[set]]\n"), "a.stet.toml:1:3: unknown field `set`, expected `stet`; did you mean `stet`?");
    assert_eq!(entry("rule = \"a\""), "a.stet.toml:1:1: a stet needs a `reason`");
    assert_eq!(entry("rule = \"a\"\nreason = \" \""), "a.stet.toml:3:10: the reason of a stet is empty");
    assert_eq!(entry("reason = \"x\""), "a.stet.toml:1:1: a stet needs a `fingerprint`, or a `rule` that it lets stand in the whole file");
    assert_eq!(entry("rule = \"*\"\nreason = \"x\""), "a.stet.toml:2:8: “*” is no rule id; a stet names one rule");
    assert_eq!(entry("fingerprint = \"12\"\nreason = \"x\""), "a.stet.toml:2:15: a fingerprint has 16 hexadecimal digits, 0–9 and a–f");
    assert_eq!(entry("rule = \"a\"\nreason = \"x\"\n[[stet]]\nrule = \"a\"\nreason = \"y\""), "a.stet.toml:4:1: rule a stands here twice");
    assert!(entry("rule = 3\nreason = \"x\"").starts_with("a.stet.toml:2:8: "));
}

#[test]
fn a_fault_two_rules_see_is_silent_only_when_both_may_stand() {
    let rule = |id: &str, severity: &str, pattern: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\ncategory = \"style/awkward\"\nseverity = \"{severity}\"\nstatus = \"stable\"\n\
             message = \"No.\"\nwhy = \"Because.\"\nmatch = [\"{pattern}\"]\n"
        )
    };
    let dir = tempfile::tempdir().unwrap();
    let pack =
        format!("[pack]\nname = \"house\"\n{}{}", rule("purple-cow", "major", "purple cow"), rule("purple-prose", "minor", "purple"));
    std::fs::write(dir.path().join("house.toml"), pack).unwrap();
    let set = Ruleset::load(true, &[dir.path().to_owned()]).unwrap();
    let check = |ids: &str| {
        let source = SourceFile::from_str("a.md", &format!("<!-- stet {ids}: x -->\n\nHe saw a purple cow.\n"));
        check(&set, &source, &View::build(Format::Markdown, &source.text), &Settings::new(&set, false), None)
    };
    let one = check("purple-cow");
    assert_eq!((shown(&one.findings), one.suppressed.len()), (vec![("purple-prose", "purple")], 1));
    let other = check("purple-prose");
    assert_eq!((shown(&other.findings), other.suppressed.len()), (vec![("purple-cow", "purple cow")], 1));
    assert_eq!(other.findings[0].also, [""; 0]);
    let both = check("purple-cow, purple-prose");
    assert_eq!((shown(&both.findings), both.suppressed.len()), (vec![], 1));
}

fn seed() -> &'static (SourceFile, View, Vec<Finding>) {
    static SEED: std::sync::OnceLock<(SourceFile, View, Vec<Finding>)> = std::sync::OnceLock::new();
    SEED.get_or_init(|| {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/articles/seed.txt")).unwrap();
        let source = SourceFile::from_str("seed.txt", &text);
        let view = View::build(Format::Plain, &source.text);
        let found = check(set(), &source, &view, &settings(), None).findings;
        (source, view, found)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_sidecar_changes_no_other_finding(picks in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..8)) {
        let (source, view, all) = seed();
        let settings = settings();
        let mut sidecar = Sidecar::new("seed.txt.stet.toml");
        for (pick, whole) in &picks {
            let mut entry = Entry::of(&all[pick.index(all.len())], "x");
            entry.fingerprint = entry.fingerprint.filter(|_| !whole);
            sidecar.add(entry);
        }
        let sidecar = Sidecar::parse("seed.txt.stet.toml", &sidecar.render()).unwrap();
        let named = |f: &Finding| sidecar.entries().iter().any(|e| {
            e.rule.as_deref() == Some(f.rule.id.as_str()) && e.fingerprint.as_ref().is_none_or(|p| *p == f.fingerprint)
        });
        let settled = stet::apply(set(), &settings, source, view, Some(&sidecar), all.clone());
        let (stand, kept): (Vec<Finding>, Vec<Finding>) = all.iter().cloned().partition(named);
        prop_assert_eq!(settled.kept, kept);
        prop_assert_eq!(settled.suppressed, stand);
        prop_assert_eq!(settled.about, vec![]);
    }

    #[test]
    fn comments_change_no_other_finding(kinds in prop::collection::vec((0usize..5, any::<bool>()), 1..8)) {
        let rules = ["stray-full-stop", "doubled-word"];
        let words = ["stet", "stet-begin", "stet-end", "stet-file", "note"];
        let text = |live: bool| -> String {
            kinds.iter().map(|(kind, rule)| {
                let comment = format!("{} {}: x", words[*kind], rules[usize::from(*rule)]);
                let comment = if live { comment } else { comment.replace("stet", "____") };
                format!("<!-- {comment} -->\n\n{FAULT} He saw the the war.\n\n")
            }).collect()
        };
        let bare = run(Format::Markdown, &text(false), None).findings;
        let text = text(true);
        let live = run(Format::Markdown, &text, None);
        let (about, rest): (Vec<Finding>, Vec<Finding>) = live.findings.into_iter().partition(|f| f.rule.id.starts_with("stet-"));
        let mut together: Vec<Finding> = rest.into_iter().chain(live.suppressed).collect();
        together.sort_by_key(|f| f.span);
        prop_assert_eq!(together, bare);
        for finding in about {
            prop_assert_eq!(finding.span.of(&text), finding.quote);
        }
    }

    #[test]
    fn any_comments_are_read_without_harm(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "<!-- stet", "<!--stet-begin", "<!-- stet-end", "<!-- STET-file ", "<!--", "-->", " -->\n", " stray-full-stop", " doubled-word",
                "stray-ful-stop", ",", ":", " x", "é\u{a0}", "\n", "\r\n", "\r", "\n\n", "> ", "- ", "`", "<p>", "</p>", FAULT,
            ]),
            0..24,
        )
    ) {
        let text = parts.concat();
        for format in [Format::Markdown, Format::Html] {
            let bare = run(format, &text, None);
            for finding in &bare.findings {
                prop_assert_eq!(text.get(finding.span.range()), Some(finding.quote.as_str()));
                for edit in finding.fixes.iter().flat_map(|f| &f.edits) {
                    prop_assert!(text.get(edit.at.range()).is_some());
                }
            }
            let plan = copydesk::fix::choose(&bare.findings, Safety::Unsafe);
            for (held, rival) in plan.held_back {
                prop_assert_ne!(held, rival, "a fix contradicts itself");
            }
            fixed(format, &text, Safety::Unsafe);
        }
    }
}
