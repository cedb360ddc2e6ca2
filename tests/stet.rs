//! stet: what editors let stand, and what is wrong with how they said so.

use copydesk::check::{Checked, Settings, check};
use copydesk::resolve::stet::{Entry, Sidecar};
use copydesk::rule::Ruleset;
use copydesk::source::SourceFile;
use copydesk::view::{Format, View};

fn run(format: Format, text: &str, sidecar: Option<&Sidecar>) -> Checked {
    let set = Ruleset::builtin();
    let source = SourceFile::from_str("a.md", text);
    check(&set, &source, &View::build(format, &source.text), &Settings::new(&set, false), sidecar)
}

/// Rules reported, and rules let stand.
fn judge(format: Format, text: &str) -> (Vec<String>, Vec<String>) {
    let ids = |list: Vec<copydesk::finding::Finding>| list.into_iter().map(|f| f.rule.id.clone()).collect();
    let Checked { findings, suppressed, .. } = run(format, text, None);
    (ids(findings), ids(suppressed))
}

#[track_caller]
fn expect(format: Format, text: &str, kept: &[&str], stands: &[&str]) {
    let (found, suppressed) = judge(format, text);
    assert_eq!(
        (found.iter().map(String::as_str).collect::<Vec<_>>(), suppressed.iter().map(String::as_str).collect::<Vec<_>>()),
        (kept.to_vec(), stands.to_vec())
    );
}

const WAR: &str = "The war. in Ukraine goes on.";

#[test]
fn next_block() {
    let stet = "<!-- stet stray-full-stop: verbatim -->";
    expect(Format::Markdown, &format!("{stet}\n\n{WAR}\n\n{WAR}\n"), &["stray-full-stop"], &["stray-full-stop"]);
    expect(Format::Html, &format!("{stet}<p>{WAR}</p><p>{WAR}</p>"), &["stray-full-stop"], &["stray-full-stop"]);
    // Another rule's stet does not help, and is unused.
    expect(Format::Markdown, &format!("<!-- stet doubled-word: x -->\n\n{WAR}\n"), &["stet-unused", "stray-full-stop"], &[]);
    // Several rules at once.
    expect(
        Format::Markdown,
        "<!-- stet stray-full-stop, doubled-word: verbatim -->\n\nThe war. in Ukraine goes goes on.\n",
        &[],
        &["stray-full-stop", "doubled-word"],
    );
}

#[test]
fn stretches() {
    let text = |begin: &str, end: &str| format!("{begin}\n\n{WAR}\n\n{WAR}\n\n{end}\n\n{WAR}\n");
    let begin = "<!-- stet-begin stray-full-stop: verbatim -->";
    for end in ["<!-- stet-end stray-full-stop -->", "<!-- stet-end -->"] {
        expect(Format::Markdown, &text(begin, end), &["stray-full-stop"], &["stray-full-stop"; 2]);
    }
    // Without an end nothing is silenced.
    expect(Format::Markdown, &text(begin, ""), &["stet-unclosed", "stray-full-stop", "stray-full-stop", "stray-full-stop"], &[]);
    // An end for another rule leaves the first one open.
    let (found, _) = judge(Format::Markdown, &text(begin, "<!-- stet-end doubled-word -->"));
    assert_eq!(found.iter().filter(|id| *id == "stet-unclosed").count(), 2);
    // Nested and overlapping.
    expect(
        Format::Markdown,
        &format!(
            "{begin}\n\n<!-- stet-begin doubled-word: x -->\n\n{WAR}\n\n<!-- stet-end stray-full-stop -->\n\nIt goes goes on.\n\n<!-- stet-end -->\n"
        ),
        &[],
        &["stray-full-stop", "doubled-word"],
    );
}

#[test]
fn whole_file() {
    let text = format!("{WAR}\n\n<!-- stet-file stray-full-stop: verbatim -->\n\n{WAR}\n");
    expect(Format::Markdown, &text, &[], &["stray-full-stop"; 2]);
    expect(Format::Markdown, "<!-- stet-file stray-full-stop: verbatim -->\n\nAll is well.\n", &["stet-unused"], &[]);
}

#[test]
fn faults_of_directives() {
    expect(Format::Markdown, &format!("<!-- stet: verbatim -->\n\n{WAR}\n"), &["stet-malformed", "stray-full-stop"], &[]);
    expect(Format::Markdown, &format!("<!-- stet stray-full-stop -->\n\n{WAR}\n"), &["stet-malformed", "stray-full-stop"], &[]);
    expect(Format::Markdown, &format!("<!-- stet-next stray-full-stop: x -->\n\n{WAR}\n"), &["stet-malformed", "stray-full-stop"], &[]);
    expect(Format::Markdown, &format!("<!-- stet stray-fullstop: x -->\n\n{WAR}\n"), &["stet-unknown-rule", "stray-full-stop"], &[]);
    // No stet silences findings about stets.
    let text = "<!-- stet-file stet-unused: x -->\n\n<!-- stet doubled-word: x -->\n\nAll is well.\n";
    assert!(judge(Format::Markdown, text).0.contains(&"stet-unused".to_owned()));
    // In code, and in plain text, it is text.
    expect(Format::Markdown, "```\n<!-- stet: x -->\n```\n", &[], &[]);
    expect(Format::Plain, "<!-- stet: x -->\n", &[], &[]);
}

#[test]
fn an_unused_stet_can_be_deleted() {
    let text = "One.\n\n<!-- stet doubled-word: x -->\nAll is well.\n";
    let finding = &run(Format::Markdown, text, None).findings[0];
    let edit = &finding.fixes[0].edits[0];
    let fixed = format!("{}{}{}", &text[..edit.at.start as usize], edit.text, &text[edit.at.end as usize..]);
    assert_eq!(fixed, "One.\n\nAll is well.\n");
}

#[test]
fn a_rule_that_did_not_run_says_nothing_about_its_stets() {
    let set = Ruleset::builtin();
    let source = SourceFile::from_str("a.md", "<!-- stet doubled-word: x -->\n\nAll is well.\n");
    let view = View::build(Format::Markdown, &source.text);
    let mut settings = Settings::new(&set, false);
    settings.severities[set.find("doubled-word").unwrap()] = None;
    assert!(check(&set, &source, &view, &settings, None).findings.is_empty());
}

#[test]
fn sidecars() {
    let text = format!("{WAR}\n\n{WAR}\n");
    let print = run(Format::Plain, &text, None).findings[1].fingerprint.clone();
    let entry = |fingerprint: Option<&str>, rule: Option<&str>| Entry {
        fingerprint: fingerprint.map(str::to_owned),
        rule: rule.map(str::to_owned),
        reason: "verbatim".into(),
        ..Entry::default()
    };
    let with = |entries| run(Format::Plain, &text, Some(&Sidecar { name: "a.txt.stet.toml".into(), entries }));
    let one = with(vec![entry(Some(&print), None)]);
    assert_eq!((one.findings.len(), one.suppressed.len()), (1, 1));
    assert_eq!(one.suppressed[0].fingerprint, print);
    let all = with(vec![entry(None, Some("stray-full-stop"))]);
    assert_eq!((all.findings.len(), all.suppressed.len()), (0, 2));
    let stale = with(vec![entry(Some("0123456789abcdef"), None), entry(None, Some("stray-stops"))]);
    let ids: Vec<_> = stale.findings.iter().map(|f| f.rule.id.as_str()).collect();
    assert_eq!(ids, ["stet-unknown-rule", "stet-unused", "stray-full-stop", "stray-full-stop"]);
    assert!(stale.findings[1].evidence[0].message.starts_with("a.txt.stet.toml:"));
}

#[test]
fn sidecars_are_read_strictly() {
    let fault = |text: &str| Sidecar::parse("a.stet.toml", text).unwrap_err().to_string();
    assert!(fault("[[stet]]\nreason = \"x\"\n").contains("names a `fingerprint` or a `rule`"));
    assert!(fault("[[stet]]\nrule = \"x\"\n").contains("missing field `reason`"));
    assert!(fault("[[stet]]\nrule = \"x\"\nreason = \" \"\n").starts_with("a.stet.toml:3:10: a stet needs a reason"));
    assert!(fault("[[stet]]\nfingerprint = \"12\"\nreason = \"x\"\n").starts_with("a.stet.toml:2:15: “12” is no fingerprint"));
    assert!(fault("[[stet]]\nrules = \"x\"\nreason = \"x\"\n").ends_with("did you mean `rule`?"));
}

#[test]
fn sidecars_come_back_as_written() {
    let text = "[[stet]]\nfingerprint = \"0123456789abcdef\"\nreason = \"verbatim\"\nquote = \"war. in\"\n\n[[stet]]\nrule = \"doubled-word\"\nreason = \"a poem\"\n";
    let once = Sidecar::parse("a", text).unwrap().render();
    assert_eq!(Sidecar::parse("a", &once).unwrap().render(), once);
    assert!(once.contains("a poem") && once.contains("0123456789abcdef"));
}
