//! News as people write it: nothing may be found in it.

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use common::{RULES, check_fixture, fixtures, name};
use copydesk::check::{Settings, check};
use copydesk::finding::Severity;

#[test]
fn clean_news_stays_clean() {
    let mut failures = String::new();
    for path in fixtures("clean") {
        for finding in check_fixture(&path).findings().iter().filter(|f| f.severity >= Severity::Minor) {
            let _ = writeln!(failures, "{}: {} on “{}”: {}", name(&path), finding.rule.id, finding.quote, finding.message);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Findings of any severity by rule, rules on trial included: growth needs a reason.
#[test]
fn findings_by_rule() {
    let settings = Settings::new(&RULES, true);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut words = 0;
    for path in fixtures("clean") {
        let checked = check_fixture(&path);
        words += checked.report.words;
        let findings = check(&RULES, &checked.source, &checked.view, &settings, None).findings;
        for finding in findings {
            *counts.entry(finding.rule.id.clone()).or_default() += 1;
        }
    }
    let mut out = format!("{} files, {words} words\n", fixtures("clean").len());
    for (rule, count) in counts {
        let status = RULES.rule(&rule).map(|r| r.status).expect("a loaded rule");
        let _ = writeln!(out, "{count:>4}  {rule} ({status:?})");
    }
    insta::assert_snapshot!(out);
}
