//! The names in a document that were recognised as right.

use std::collections::BTreeMap;

use serde::Serialize;

use super::data::pack::{Kind, Store};
use super::person::describe;
use super::read::{Reading, Spot};
use crate::doc::Doc;
use crate::finding::Finding;
use crate::lang::recall;
use crate::source::SourceFile;
use crate::span::Span;

/// A name that the tables know and the document has right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// As it stands in the text at the first place.
    pub text: String,
    /// `person`, `organisation` or `place`.
    pub kind: &'static str,
    /// What the table says.
    pub record: String,
    /// How often it stands there, under any of its names.
    pub times: usize,
    /// The first place, in bytes of the file.
    pub span: Span,
}

/// Lists what is right, in text order; what a finding covers is not.
pub(crate) fn list(doc: &Doc<'_>, house: Option<&Store>, source: &SourceFile, findings: &[Finding]) -> Vec<Verified> {
    let stores: Vec<&Store> = house.into_iter().chain(super::builtin()).collect();
    let reading = Reading::new(doc, &stores);
    let mut found: BTreeMap<(&'static str, String), Verified> = BTreeMap::new();
    let mut reach = 0;
    let mut spots: Vec<&Spot> = reading.spots.iter().collect();
    spots.sort_by_key(|s| (s.first, std::cmp::Reverse(s.last), s.posting.kind));
    for spot in &spots {
        if spot.first < reach {
            continue;
        }
        let Some((kind, name, record)) = name(doc, &reading, spot) else { continue };
        reach = spot.last;
        let span = doc.view.to_src(doc.range(spot.first, spot.last - 1));
        if findings.iter().any(|f| f.span.start < span.end && span.start < f.span.end) {
            continue;
        }
        let entry =
            found.entry((kind, name)).or_insert_with(|| Verified { text: span.of(&source.text).to_owned(), kind, record, times: 0, span });
        entry.times += 1;
    }
    let mut out: Vec<Verified> = found.into_values().collect();
    out.sort_by_key(|v| v.span);
    out
}

fn name(doc: &Doc<'_>, reading: &Reading<'_>, spot: &Spot) -> Option<(&'static str, String, String)> {
    let store = reading.store(spot);
    let id = spot.posting.id;
    match spot.posting.kind {
        Kind::Full => {
            let person = store.person(id);
            Some(("person", person.name.clone(), describe(&person)))
        }
        // A surname alone is a person's when only one bears it, or when the article names one in full.
        Kind::Tail | Kind::Short => {
            let bearers: Vec<u16> = reading
                .overlapping(spot.first, spot.last)
                .filter(|s| (s.first, s.last) == (spot.first, spot.last) && matches!(s.posting.kind, Kind::Tail | Kind::Short))
                .map(|s| s.posting.id)
                .collect();
            let named = |id: u16| reading.of(Kind::Full).any(|s| s.posting.id == id && s.store == spot.store);
            let alone = bearers.iter().all(|b| *b == bearers[0]) && !doc.entry(spot.first).in_dictionary();
            let id = bearers.iter().copied().find(|b| named(*b)).or_else(|| alone.then(|| bearers[0]))?;
            let person = store.person(id);
            let before = spot.first.checked_sub(1).map_or("", |b| doc.text(b));
            let other = recall::group(&before.to_lowercase()).is_some() && !doc.entry(spot.first - 1).in_dictionary();
            (!other).then(|| ("person", person.name.clone(), describe(&person)))
        }
        Kind::Body | Kind::Acronym => {
            let upper =
                doc.range(spot.first, spot.last - 1).of(&doc.view.text).chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
            let body = store.body(id);
            (spot.posting.kind == Kind::Body || upper).then(|| {
                let record = format!("{}: {}", body.name, body.kind.replace('-', " "));
                ("organisation", body.name, record)
            })
        }
        _ => None,
    }
}
