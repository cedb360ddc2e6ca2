//! Properties of applying fixes, on any UTF-8 text.

use std::sync::Arc;

use copydesk::finding::{Confidence, Edit, Finding, Fix, RuleRef, Safety, Severity};
use copydesk::fix::{apply, apply_verified, choose, clash};
use copydesk::span::Span;
use proptest::prelude::*;

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

type RawEdit = (usize, usize, String);

fn finding(text: &str, number: usize, raw: &[RawEdit], safety: u8, severity: usize) -> Finding {
    let mut edits: Vec<Edit> = raw
        .iter()
        .map(|(start, length, new)| {
            let start = boundary(text, *start);
            let end = boundary(text, (start + length % 6).min(text.len())).max(start);
            Edit { at: Span::new(start, end), text: new.clone() }
        })
        .collect();
    edits.sort();
    let span = edits.iter().map(|edit| edit.at).reduce(Span::cover).unwrap_or_default();
    Finding {
        rule: Arc::new(RuleRef { id: format!("rule-{}", number % 3), category: String::new(), why: String::new() }),
        severity: Severity::ALL[severity % 4],
        confidence: Confidence::High,
        message: String::new(),
        span,
        quote: span.of(text).to_owned(),
        context: span,
        evidence: Vec::new(),
        fixes: vec![Fix { title: String::new(), edits, safety: [Safety::Display, Safety::Unsafe, Safety::Safe][usize::from(safety % 3)] }],
        also: Vec::new(),
        fingerprint: format!("{number:016x}"),
    }
}

fn cases() -> impl Strategy<Value = (String, Vec<Finding>)> {
    let edit = (0usize..80, 0usize..6, "\\PC{0,4}");
    let raw = (prop::collection::vec(edit, 1..4), any::<u8>(), any::<usize>());
    ("(?s).{0,40}", prop::collection::vec(raw, 0..8)).prop_map(|(text, raws)| {
        let findings =
            raws.iter().enumerate().map(|(number, (edits, safety, severity))| finding(&text, number, edits, *safety, *severity)).collect();
        (text, findings)
    })
}

proptest! {
    #[test]
    fn no_edits_change_nothing(text in "(?s).{0,200}") {
        let applied = apply(&text, &[]);
        prop_assert_eq!(&applied.text, &text);
        prop_assert_eq!(apply_verified(&text, &[], Safety::Display, |_| Vec::new()).text, text);
    }

    #[test]
    fn lengths_add_up_and_the_rest_survives((text, findings) in cases()) {
        let plan = choose(&findings, Safety::Unsafe);
        let applied = apply(&text, &plan.edits);
        prop_assert!(applied.skipped.is_empty());
        let gone: usize = plan.edits.iter().map(|edit| edit.at.len()).sum();
        let come: usize = plan.edits.iter().map(|edit| edit.text.len()).sum();
        prop_assert_eq!(applied.text.len(), text.len() - gone + come);

        let (mut old, mut new) = (0, 0);
        for ((was, now), edit) in applied.map.places().iter().zip(&plan.edits) {
            prop_assert_eq!(&text[old..was.start as usize], &applied.text[new..now.start as usize]);
            prop_assert_eq!(now.of(&applied.text), &edit.text);
            (old, new) = (was.end as usize, now.end as usize);
        }
        prop_assert_eq!(&text[old..], &applied.text[new..]);
    }

    #[test]
    fn clashing_fixes_are_never_both_taken((text, findings) in cases()) {
        let plan = choose(&findings, Safety::Unsafe);
        for (i, a) in plan.edits.iter().enumerate() {
            for b in &plan.edits[i + 1..] {
                prop_assert!(!clash(a, b), "{:?} and {:?}", a, b);
                prop_assert!(a.at <= b.at);
            }
        }
        for &index in &plan.taken {
            prop_assert!(findings[index].fixes[0].safety >= Safety::Unsafe);
            for edit in &findings[index].fixes[0].edits {
                prop_assert!(plan.edits.contains(edit), "a fix is taken whole");
            }
        }
        let offered = findings.iter().filter(|finding| finding.fixes[0].safety >= Safety::Unsafe).count();
        prop_assert_eq!(plan.taken.len() + plan.held_back.len(), offered);
        let outcome = apply_verified(&text, &findings, Safety::Unsafe, |_| Vec::new());
        prop_assert_eq!(outcome.text, apply(&text, &plan.edits).text);
    }

    #[test]
    fn harmful_fixes_leave_the_text_valid((text, findings) in cases()) {
        let outcome = apply_verified(&text, &findings, Safety::Unsafe, |_| findings.clone());
        for index in &outcome.applied {
            prop_assert!(!outcome.dropped.contains(index));
        }
    }
}
