//! Organisations under names that only a translation gives them.

use std::collections::BTreeMap;

use crate::detect::Cx;
use crate::doc::Doc;
use crate::engine::sink::Sink;
use crate::finding::Confidence;
use crate::names::data::pack::{Kind, Posting, Store};
use crate::names::data::tables::Organisation;
use crate::names::person::{body_near, distance};
use crate::names::read::{Reading, Spot, stands_near};
use crate::span::ViewRange;
use crate::text::token::Flags;
use crate::view::BlockKind;

use super::{Rules, draft};

/// An organisation that a form may stand for, with what speaks for it.
struct Found {
    body: Organisation,
    posting: Posting,
    score: u32,
    evidence: Vec<(String, Option<ViewRange>)>,
}

pub(super) fn check(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    let mut groups: BTreeMap<(usize, usize), Vec<&Spot>> = BTreeMap::new();
    for spot in &reading.spots {
        if matches!(spot.posting.kind, Kind::WrongBody | Kind::WeakBody | Kind::ForeignAcronym)
            && !reading.is_accepted(spot.first, spot.last)
        {
            groups.entry((spot.first, spot.last)).or_default().push(spot);
        }
    }
    let mut end = 0;
    for (at, spots) in &groups {
        if at.0 < end
            || reading
                .overlapping(at.0, at.1)
                .any(|o| groups.contains_key(&(o.first, o.last)) && o.first <= at.0 && o.last >= at.1 && o.last - o.first > at.1 - at.0)
        {
            continue;
        }
        let Some(sent) = doc.sent_of(at.0) else { continue };
        let quoted = doc.tokens[at.0].is(Flags::QUOTED) && at.1 - at.0 > 3;
        if quoted || matches!(doc.kind(sent), BlockKind::Code) || part_of_more(doc, *at, sent.title) {
            continue;
        }
        let mut found: Vec<Found> = spots.iter().filter_map(|spot| weigh(cx, *at, spot)).collect();
        found.sort_by_key(|f| std::cmp::Reverse(f.score));
        if let [a, b, ..] = found.as_slice()
            && a.score == b.score
            && a.body.name != b.body.name
        {
            continue;
        }
        let Some(best) = found.into_iter().next() else { continue };
        end = at.1;
        let acronym = best.posting.kind == Kind::ForeignAcronym;
        let rule = if acronym { rules.acronym } else { rules.misnamed };
        let right = if acronym && !best.body.acronym.is_empty() { best.body.acronym.clone() } else { best.body.name.clone() };
        let confidence = if best.score >= 2 || best.posting.kind == Kind::WrongBody { Confidence::High } else { Confidence::Medium };
        let mut evidence = vec![(record(&best.body), None)];
        evidence.extend(best.evidence);
        out.report(doc, rule, *at, draft(doc, *at, &right, evidence, confidence, Some(&best.posting)));
    }
}

/// `Council on Foreign Relations (CFR), a think tank`.
fn record(body: &Organisation) -> String {
    let acronym = if body.acronym.is_empty() || body.acronym == body.name { String::new() } else { format!(" ({})", body.acronym) };
    let own = body.native.iter().find_map(|n| n.split_once(':').filter(|(l, _)| !l.is_empty()).map(|(_, name)| name));
    let own = own.filter(|o| *o != body.name).map_or_else(String::new, |o| format!(", {o}"));
    format!("{}{acronym}: {}{own}", body.name, body.kind.replace('-', " "))
}

/// Whether capitals around the words make them part of a longer name.
fn part_of_more(doc: &Doc<'_>, (first, last): (usize, usize), title: bool) -> bool {
    let sent_start = doc.sent_of(first).map_or(0, |s| s.first);
    let capital = |i: usize| doc.tokens.get(i).is_some_and(|t| t.is_word() && t.is(Flags::CAP));
    let before = first > sent_start + 1 && capital(first - 1) && doc.tokens[first].is(Flags::SPACE) && !doc.entry(first - 1).within(100);
    // “Also”, “In” and the like begin a sentence whose stop was lost.
    let behind = capital(last)
        && !doc.entry(last).within(200)
        && doc.tokens[last].is(Flags::SPACE)
        && doc.sent_of(last).is_some_and(|s| s.first < last);
    !title && (before || behind) || matches!(doc.text(last), "-" | "/" | "@") && !doc.tokens[last].is(Flags::SPACE)
}

fn weigh(cx: &Cx<'_>, at: (usize, usize), spot: &Spot) -> Option<Found> {
    let (doc, reading) = (cx.doc, cx.names());
    let store: &Store = reading.store(spot);
    let posting = spot.posting;
    let acronym = posting.kind == Kind::ForeignAcronym;
    let title = doc.sent_of(at.0).is_some_and(|s| s.title);
    let upper = |i: usize| doc.tokens[i].is(Flags::UPPER) || doc.tokens[i].is(Flags::DOTTED);
    if acronym && (!upper(at.0) || title || at.1 != at.0 + 1 && !doc.text(at.0 + 1).starts_with('.')) {
        return None;
    }
    // Its words carry capitals, unless the table has it in small letters.
    let small = (at.0..at.1).filter(|i| doc.tokens[*i].is_word() && doc.tokens[*i].at.len() > 3 && !doc.tokens[*i].is(Flags::CAP)).count();
    // One word is a word.
    let single = (at.0..at.1).filter(|i| doc.tokens[*i].is_word()).count() == 1;
    let weak = posting.kind == Kind::WeakBody;
    if !acronym && small > 0 && !posting.known || weak && (single || title) {
        return None;
    }
    let body = store.body(posting.id);
    let start = doc.tokens[at.0].at.start as usize;
    let own = doc.range(at.0, at.1 - 1);
    if told_apart(doc, reading, at, &body, acronym) {
        return None;
    }
    let (mut score, mut evidence) = (0, Vec::new());
    for other in body.with.iter().filter(|w| w.len() > 3) {
        if score < 2
            && let Some(s) = stands_near(doc, start, other, own)
        {
            score += 1;
            evidence.push((
                format!("{other}, often named together, stands {}", distance(doc, at.0, s)),
                Some(ViewRange::new(s, s + other.len())),
            ));
        }
    }
    let inside = |s: usize, length: usize| s < own.end as usize && own.start as usize <= s + length;
    if let Some((s, length)) = body_near(doc, reading, start, &body.name, true).filter(|(s, l)| !inside(*s, *l)) {
        score += 2;
        evidence.push((format!("the right name stands {}", distance(doc, at.0, s)), Some(ViewRange::new(s, s + length))));
    }
    let country = store.country_by_code(&body.country).and_then(|country| {
        country.names.iter().chain(&country.adjectives).find_map(|name| stands_near(doc, start, name, own).map(|s| (s, name.clone())))
    });
    if let Some((s, name)) = country {
        score += 1;
        evidence.push((format!("“{name}” stands {}", distance(doc, at.0, s)), Some(ViewRange::new(s, s + name.len()))));
    }
    if acronym {
        // In another paragraph anything may stand.
        let block = doc.view.blocks[doc.sent_of(at.0).map_or(0, |s| s.block)].view;
        evidence.retain(|(_, place)| place.is_some_and(|p| block.start <= p.start && p.end <= block.end));
        score = score.min(u32::try_from(evidence.len()).unwrap_or(0) * 2);
    }
    let need = match posting.kind {
        // “The Council on International Relations of Elmira” is a body of its own.
        Kind::WrongBody
            if plain_words(doc, at) == 3 && doc.text(at.1) == "of" && doc.tokens.get(at.1 + 1).is_some_and(|t| t.is(Flags::CAP)) =>
        {
            9
        }
        // Three plain words may be another body's name elsewhere.
        Kind::WrongBody if plain_words(doc, at) == 3 => 1,
        Kind::WrongBody => 0,
        Kind::WeakBody => 2,
        _ if posting.known => 2,
        _ => 1,
    };
    (score >= need).then_some(Found { body, posting, score, evidence })
}

/// Whether the text glosses the body's name with these words, or spells an acronym out as something else.
fn told_apart(doc: &Doc<'_>, reading: &Reading<'_>, (first, last): (usize, usize), body: &Organisation, acronym: bool) -> bool {
    let Some(sent) = doc.sent_of(first) else { return false };
    if acronym {
        // `FMI, the Food Marketing Institute`
        let letters: Vec<char> = doc.text(first).chars().filter(|c| c.is_alphabetic()).collect();
        let capitals: Vec<char> = (last..sent.last.min(last + 9))
            .chain(first.saturating_sub(9).max(sent.first)..first)
            .filter(|i| doc.tokens[*i].is_word() && doc.tokens[*i].is(Flags::CAP) && !doc.tokens[*i].is(Flags::UPPER))
            .filter_map(|i| doc.text(i).chars().next())
            .collect();
        return letters.len() > 2 && capitals.windows(letters.len()).any(|w| w == letters);
    }
    // Acronyms behind a name say what it is; the name itself beside a rendering explains it.
    let right = |s: &Spot| {
        s.posting.kind == Kind::Body && reading.store(s).body(s.posting.id).name == body.name && !(s.first < last && first < s.last)
    };
    reading.overlapping(sent.first, sent.last).any(right)
}

/// How many words of more than three letters the tokens have; 0 when one of them is no English word.
fn plain_words(doc: &Doc<'_>, (first, last): (usize, usize)) -> usize {
    let words = || (first..last).filter(|i| doc.tokens[*i].is_word() && doc.tokens[*i].at.len() > 3);
    if words().all(|i| doc.entry(i).in_dictionary()) { words().count() } else { 0 }
}
