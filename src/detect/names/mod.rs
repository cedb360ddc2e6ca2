//! Names of people, offices, organisations and places that came out of translation wrong.

mod bodies;
mod offices;
mod people;
mod places;
mod pronouns;
mod spellings;

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::{Confidence, Safety};
use crate::names::data::pack::Posting;
use crate::span::ViewRange;

/// The rules about names.
struct Rules {
    misrendered: Option<usize>,
    order: Option<usize>,
    never_held: Option<usize>,
    confused: Option<usize>,
    no_longer: Option<usize>,
    misnamed: Option<usize>,
    acronym: Option<usize>,
    place: Option<usize>,
    two_ways: Option<usize>,
    mixed: Option<usize>,
    pronoun: Option<usize>,
}

pub(super) struct Names {
    rules: Rules,
}

impl Names {
    pub(super) fn new(ids: &FxHashMap<String, usize>) -> Self {
        let rule = |id: &str| ids.get(id).copied();
        Self {
            rules: Rules {
                misrendered: rule("person-misrendered"),
                order: rule("name-order"),
                never_held: rule("office-never-held"),
                confused: rule("title-confused"),
                no_longer: rule("office-no-longer-held"),
                misnamed: rule("organisation-misnamed"),
                acronym: rule("organisation-acronym-untranslated"),
                place: rule("place-in-another-language"),
                two_ways: rule("name-spelt-two-ways"),
                mixed: rule("name-style-mixed"),
                pronoun: rule("pronoun-against-person"),
            },
        }
    }
}

impl Detector for Names {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let r = &self.rules;
        let all =
            [r.misrendered, r.order, r.never_held, r.confused, r.no_longer, r.misnamed, r.acronym, r.place, r.two_ways, r.mixed, r.pronoun];
        if !all.iter().any(|rule| out.wants(*rule)) {
            return;
        }
        if out.wants(r.misrendered) || out.wants(r.order) {
            people::check(cx, r, out);
        }
        if [r.never_held, r.confused, r.no_longer].iter().any(|rule| out.wants(*rule)) {
            offices::check(cx, r, out);
        }
        if out.wants(r.misnamed) || out.wants(r.acronym) {
            bodies::check(cx, r, out);
        }
        if out.wants(r.place) {
            places::check(cx, r, out);
        }
        if out.wants(r.two_ways) || out.wants(r.mixed) {
            spellings::check(cx, r, out);
        }
        if out.wants(r.pronoun) {
            pronouns::check(cx, r, out);
        }
    }
}

/// A finding on tokens `first..last` whose right words are `right`; names are never changed without the source.
fn draft(
    doc: &Doc<'_>,
    (first, last): (usize, usize),
    right: &str,
    evidence: Vec<(String, Option<ViewRange>)>,
    confidence: Confidence,
    posting: Option<&Posting>,
) -> Draft {
    let at = doc.range(first, last - 1);
    let text = if at.of(&doc.view.text).chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && at.len() > 4 {
        right.to_uppercase()
    } else {
        right.to_owned()
    };
    Draft {
        fixes: vec![HitFix { title: format!("perhaps “{text}”"), edits: vec![(at, text)], safety: Safety::Display }],
        values: vec![("right", right.to_owned())],
        evidence,
        confidence: Some(confidence),
        language: posting.and_then(|p| crate::lang::code(p.language())),
        ..Draft::default()
    }
}
