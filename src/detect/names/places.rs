//! Places left in another language's spelling.

use std::collections::BTreeMap;

use crate::detect::Cx;
use crate::doc::Doc;
use crate::engine::sink::Sink;
use crate::finding::Confidence;
use crate::names::data::pack::Kind;
use crate::names::read::Spot;
use crate::text::token::Flags;

use super::{Rules, draft};

/// Words that a place stands behind.
const BEFORE: &[&str] = &[
    "in",
    "to",
    "from",
    "near",
    "at",
    "of",
    "towards",
    "toward",
    "around",
    "outside",
    "between",
    "through",
    "via",
    "into",
    "city",
    "capital",
    "and",
    "or",
    "town",
    "province",
    "region",
    "for",
    "against",
    "with",
    "leave",
    "left",
    "visit",
    "visited",
    "reached",
    "across",
    "over",
    "including",
    "like",
];

pub(super) fn check(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    let mut groups: BTreeMap<(usize, usize), Vec<&Spot>> = BTreeMap::new();
    for spot in reading.of(Kind::WrongPlace) {
        if !reading.is_accepted(spot.first, spot.last) {
            groups.entry((spot.first, spot.last)).or_default().push(spot);
        }
    }
    for (at, spots) in &groups {
        let Some(sent) = doc.sent_of(at.0) else { continue };
        let name = |s: &Spot| reading.store(s).place(s.posting.id).name;
        let one = spots.iter().all(|s| name(s) == name(spots[0]));
        if !one || sent.title || spots[0].posting.known || doc.tokens[at.0].is(Flags::QUOTED) || part_of_name(doc, *at) {
            continue;
        }
        // A known person may bear it as a family name.
        if reading.overlapping(at.0, at.1).any(|s| s.first == at.0 && matches!(s.posting.kind, Kind::Tail | Kind::Short | Kind::Given)) {
            continue;
        }
        let before = at.0.checked_sub(1).filter(|b| *b >= sent.first).map_or(String::new(), |b| doc.text(b).to_lowercase());
        let dateline = at.0 == sent.first && matches!(doc.text(at.1), "," | "(" | "–" | "—");
        if !BEFORE.contains(&before.as_str()) && !dateline {
            continue;
        }
        let place = reading.store(spots[0]).place(spots[0].posting.id);
        let languages: Vec<&str> = spots.iter().filter_map(|s| crate::lang::name_of(s.posting.language())).collect();
        let record =
            if languages.is_empty() { format!("{} in English", place.name) } else { format!("{} in {}", place.name, listed(&languages)) };
        out.report(doc, rules.place, *at, draft(doc, *at, &place.name, vec![(record, None)], Confidence::Medium, Some(&spots[0].posting)));
    }
}

fn listed(names: &[&str]) -> String {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}

/// Whether capitals, hyphens or quotation marks around it make it part of a name: `Radio Habana`, `Hotel Moskva`.
fn part_of_name(doc: &Doc<'_>, (first, last): (usize, usize)) -> bool {
    let start = doc.sent_of(first).map_or(0, |s| s.first);
    let capital = |i: usize| doc.tokens.get(i).is_some_and(|t| t.is_word() && t.is(Flags::CAP));
    if matches!(doc.text(last), "station" | "now" | "airport" | "hotel") || doc.text(last) == "," && doc.text(last + 1) == "now" {
        return true;
    }
    let joined = |i: usize| matches!(doc.text(i), "-" | "/" | "@" | "’" | "'" | "&" | "”" | "\"");
    first > start && capital(first - 1) && doc.tokens[first].is(Flags::SPACE)
        || first > start && joined(first - 1)
        || capital(last) && doc.tokens[last].is(Flags::SPACE)
        || joined(last) && !doc.tokens[last].is(Flags::SPACE)
}
