//! People whose names were respelt, translated, inflected or turned round.

use std::collections::BTreeMap;

use crate::detect::Cx;
use crate::doc::Doc;
use crate::engine::sink::Sink;
use crate::finding::Confidence;
use crate::lang::recall;
use crate::names::data::fold::{fold, skeleton};
use crate::names::data::forge::{self, How};
use crate::names::data::pack::{Kind, Posting, Store};
use crate::names::person::{Head, Suspect, needed};
use crate::names::read::{Reading, Spot};
use crate::text::token::Flags;
use crate::view::BlockKind;

use super::{Rules, draft};

/// A misrendered name with what speaks for the person.
struct Found {
    /// Flagged tokens.
    at: (usize, usize),
    /// The folded wrong form of the family name, or of the whole.
    form: String,
    posting: Posting,
    suspect: Suspect,
    right: String,
}

pub(super) fn check(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    let mut groups: BTreeMap<(usize, usize), Vec<&Spot>> = BTreeMap::new();
    for spot in &reading.spots {
        let wanted = match spot.posting.kind {
            Kind::WrongFull => true,
            Kind::WrongTail => telling(spot.posting.how) || named_before(doc, spot.first),
            Kind::Tail => odd_given_name(doc, reading, spot),
            _ => false,
        };
        if wanted && !reading.is_accepted(spot.first, spot.last) {
            groups.entry((spot.first, spot.last)).or_default().push(spot);
        }
    }
    let mut found: Vec<Found> = Vec::new();
    for (at, spots) in &groups {
        let wrong: Vec<&Spot> = spots.iter().copied().filter(|s| s.posting.kind != Kind::Tail).collect();
        if !readable(doc, *at) {
            continue;
        }
        if wrong.is_empty() {
            found.extend(by_given_name(cx, *at, spots));
        } else {
            found.extend(by_form(cx, *at, &wrong));
        }
    }
    found.extend(by_sound(cx, &groups));
    found.sort_by_key(|f| (f.at.0, std::cmp::Reverse(f.at.1)));
    let mut end = 0;
    found.retain(|f| {
        let free = f.at.0 >= end;
        end = end.max(if free { f.at.1 } else { end });
        free
    });
    // Once a form is known to stand for somebody, it does so without a given name, too.
    let mut bare = Vec::new();
    let mut by_text: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, f) in found.iter().enumerate() {
        by_text.entry(f.form.as_str()).or_insert(number);
    }
    for (at, spots) in &groups {
        let next = found.partition_point(|f| f.at.1 <= at.0);
        if found.get(next).is_some_and(|f| f.at.0 < at.1) || !readable(doc, *at) {
            continue;
        }
        for spot in spots.iter().filter(|s| s.posting.kind == Kind::WrongTail) {
            let store = reading.store(spot);
            let form = fold(&plain(doc, *at));
            let earlier = by_text.get(form.as_str()).map(|n| &found[*n]);
            if let Some(earlier) = earlier.filter(|f| f.suspect.person.name == store.person(spot.posting.id).name)
                && let Some(mut suspect) = Suspect::new(doc, store, reading.dossier(spot.store, spot.posting.id), *at, false)
                && suspect.head == Head::Absent
            {
                let place = doc.range(earlier.at.0, earlier.at.1 - 1);
                suspect.evidence.push((format!("the same form as in “{}”", place.of(&doc.view.text)), Some(place)));
                let right = suspect.parts.tail.clone();
                bare.push(Found { at: *at, form, posting: spot.posting, suspect, right });
                break;
            }
        }
    }
    found.extend(bare);
    for f in found {
        let rule = if f.posting.how == How::Order { rules.order } else { rules.misrendered };
        let confidence = if f.suspect.score >= 4 { Confidence::High } else { Confidence::Medium };
        let mut evidence = vec![(format!("{}; {}", f.suspect.describe(), f.posting.how.describe()), None)];
        evidence.extend(f.suspect.evidence);
        let draft = draft(doc, f.at, &f.right, evidence, confidence, Some(&f.posting));
        out.report(doc, rule, f.at, draft);
    }
}

/// Whether a form of this kind says something without a given name.
fn telling(how: How) -> bool {
    matches!(how, How::Listed | How::Spelling | How::LetterLost)
}

/// Whether a word with a capital stands before token `at`.
fn named_before(doc: &Doc<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).map(|b| &doc.tokens[b]);
    before.is_some_and(|t| t.is_word() && t.is(Flags::CAP) || matches!(doc.text(at - 1), "." | "-"))
}

/// Whether a word stands before a family name that is a given name of another language, or a wrong one.
fn odd_given_name(doc: &Doc<'_>, reading: &Reading<'_>, spot: &Spot) -> bool {
    let before = spot.first.checked_sub(1).filter(|b| doc.tokens[*b].is_word() && doc.tokens[*b].is(Flags::CAP));
    before.is_some_and(|b| {
        let given = |s: &Spot| s.last == spot.first && matches!(s.posting.kind, Kind::Given | Kind::WrongHead);
        reading.overlapping(b, b + 1).any(given)
    })
}

/// Whether names can be judged at these tokens.
fn readable(doc: &Doc<'_>, (first, last): (usize, usize)) -> bool {
    let Some(sent) = doc.sent_of(first) else { return false };
    // A handle, address or compound: `@Macronn`, `Gass-Werke`.
    let close = |i: usize| doc.tokens.get(i).is_some_and(|t| !t.is(Flags::SPACE));
    let joined = close(last) && matches!(doc.text(last), "-" | "@" | "#" | "/" | "_" | "–" | "&");
    let before = first.checked_sub(1).filter(|b| *b >= sent.first);
    doc.kind(sent) != BlockKind::Code
        && doc.tokens[last - 1].is(Flags::CAP)
        && !before.is_some_and(|b| close(first) && matches!(doc.text(b), "@" | "#" | "/" | "_"))
        && !joined
}

fn plain(doc: &Doc<'_>, (first, last): (usize, usize)) -> String {
    doc.range(first, last - 1).of(&doc.view.text).to_owned()
}

/// The one person that fits best, when only one does.
fn best(mut found: Vec<Found>) -> Option<Found> {
    found.sort_by(|a, b| b.suspect.score.cmp(&a.suspect.score).then(a.posting.how.cmp(&b.posting.how)));
    if let [a, b, ..] = found.as_slice()
        && a.suspect.score == b.suspect.score
        && a.right != b.right
    {
        return None;
    }
    found.into_iter().next()
}

/// Forms that the tables give as wrong.
fn by_form(cx: &Cx<'_>, at: (usize, usize), spots: &[&Spot]) -> Option<Found> {
    let (doc, reading) = (cx.doc, cx.names());
    let title = doc.sent_of(at.0).is_some_and(|s| s.title);
    let mut found = Vec::new();
    for spot in spots {
        let store = reading.store(spot);
        let posting = spot.posting;
        let whole = posting.kind == Kind::WrongFull;
        // Most names that differ by a letter are somebody else's.
        if !whole && !telling(posting.how) && !named_before(doc, at.0) {
            continue;
        }
        let person = reading.dossier(spot.store, posting.id);
        let form = fold(&plain(doc, at));
        let Some(mut suspect) = Suspect::new(doc, store, person, at, whole) else { continue };
        if whole {
            suspect.score += 2;
        }
        if posting.how == How::Translated && (title || suspect.score < 2) {
            continue;
        }
        if !whole && suspect.score == 0 && !telling(posting.how) {
            continue;
        }
        let mut need = needed(&posting) + u32::from(title);
        // Millions share a Chinese or Korean family name; two syllables that nearly fit say little.
        if forge::family_first(&suspect.person, &suspect.parts) && matches!(posting.how, How::Dropped | How::Doubled | How::RoundTrip) {
            need = need.max(5);
        }
        suspect.look_around(doc, reading, store, at);
        if suspect.score < need || suspect.is_told_apart(doc, at) {
            continue;
        }
        let (start, right) = whole_name(&suspect, at.0, whole);
        found.push(Found { at: (start, at.1), form, posting, suspect, right });
    }
    best(found)
}

/// Where the name starts, and what should stand there.
fn whole_name(suspect: &Suspect, tail: usize, whole: bool) -> (usize, String) {
    let full = || suspect.person.name.clone();
    match suspect.head {
        _ if whole => (tail, full()),
        Head::Theirs(at) | Head::Respelt(at) => (at, full()),
        _ => (tail, suspect.parts.tail.clone()),
    }
}

/// A right family name behind a given name that went through another language.
fn by_given_name(cx: &Cx<'_>, at: (usize, usize), spots: &[&Spot]) -> Option<Found> {
    let (doc, reading) = (cx.doc, cx.names());
    let mut found = Vec::new();
    for spot in spots {
        let store = reading.store(spot);
        let person = reading.dossier(spot.store, spot.posting.id);
        let Some(mut suspect) = Suspect::new(doc, store, person, at, false) else { continue };
        let Head::Respelt(head) = suspect.head else { continue };
        // Royalty and popes go by English names; two given names are two people's choice.
        if suspect.person.fields.iter().any(|f| matches!(f.as_str(), "royalty" | "religion")) || head + 1 != at.0 {
            continue;
        }
        let text = fold(doc.text(head));
        let own = fold(suspect.parts.head.split(' ').next().unwrap_or(""));
        let Some(posting) = wrong_given(store, &text, &own, suspect.person.native.first().map(String::as_str)) else { continue };
        suspect.look_around(doc, reading, store, at);
        // Many bear a common family name.
        let common = doc.entry(at.0).within(30_000) || spots.iter().any(|s| s.posting.id != spot.posting.id);
        if suspect.score < if common { 6 } else { 4 } || suspect.is_told_apart(doc, at) {
            continue;
        }
        let right = suspect.person.name.clone();
        found.push(Found { at: (head, at.1), form: String::new(), posting, suspect, right });
    }
    best(found)
}

/// How `text` is a wrong form of the given name `own`.
fn wrong_given(store: &Store, text: &str, own: &str, native: Option<&str>) -> Option<Posting> {
    // Arabic and Hebrew names have as many spellings in English as writers.
    if native.is_some_and(|n| n.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}'))) {
        return None;
    }
    let romanised = native.is_some();
    if romanised && forge::loose(&text.replace("ander", "andr")) == forge::loose(&own.replace("ander", "andr")) {
        return None;
    }
    if let Some(posting) = store.lookup(text).find(|p| p.kind == Kind::WrongHead && store.head(p.id) == own) {
        return (!posting.known).then_some(posting);
    }
    let rows = |word: &str| store.lookup(word).filter(|p| p.kind == Kind::Given).collect::<Vec<_>>();
    let (theirs, these) = (rows(own), rows(text));
    let eastern = |language: &str| matches!(language, "ru" | "uk" | "be" | "bg" | "sr" | "el" | "ar" | "fa" | "he" | "en");
    these.into_iter().find(|p| {
        let shared = theirs.iter().any(|t| t.id == p.id && t.language() != p.language());
        // Several English spellings of a romanised name are right.
        shared && !theirs.iter().any(|t| t.language() == p.language()) && !(romanised && eastern(p.language()))
    })
}

/// Names that sound like a known person's behind that person's given name.
fn by_sound(cx: &Cx<'_>, groups: &BTreeMap<(usize, usize), Vec<&Spot>>) -> Vec<Found> {
    let (doc, reading) = (cx.doc, cx.names());
    let mut out = Vec::new();
    for sent in doc.sents.iter().filter(|s| !s.title) {
        for at in sent.first + 1..sent.last {
            let (token, before) = (&doc.tokens[at], &doc.tokens[at - 1]);
            let names = token.is_word() && token.is(Flags::CAP) && !token.is(Flags::UPPER) && token.at.len() > 3;
            if !names || !before.is_word() || !before.is(Flags::CAP) || !token.is(Flags::SPACE) {
                continue;
            }
            let span = (at, at + 1);
            if groups.contains_key(&span) || reading.is_accepted(at, at + 1) || !readable(doc, span) || doc.entry(at).within(20_000) {
                continue;
            }
            let given = fold(doc.text(at - 1));
            if recall::group(&given).is_none() {
                continue;
            }
            out.extend(sounds_like(cx, span, &given));
        }
    }
    out
}

fn sounds_like(cx: &Cx<'_>, at: (usize, usize), given: &str) -> Option<Found> {
    let (doc, reading) = (cx.doc, cx.names());
    let form = fold(doc.text(at.0));
    let key = format!("~{}", skeleton(&form));
    let known = recall::group(&form).is_some() || doc.entry(at.0).in_dictionary();
    let mut found = Vec::new();
    for (number, store) in reading.stores.iter().enumerate() {
        let initial = given.bytes().next().unwrap_or(0);
        // `H` comes back from Cyrillic as `G` or `K`.
        let alike = |own: u8| own == initial || own == b'h' && matches!(initial, b'g' | b'k');
        for mut posting in store.lookup(&key).filter(|p| p.kind == Kind::Sound && alike(p.language[0])) {
            posting.how = How::Sound;
            posting.language = [0, 0];
            posting.known = known;
            let person = reading.dossier(number, posting.id);
            let Some(mut suspect) = Suspect::new(doc, store, person, at, false) else { continue };
            if !matches!(suspect.head, Head::Theirs(_) | Head::Respelt(_)) {
                continue;
            }
            let tail = fold(&suspect.parts.tail);
            if forge::family_first(&suspect.person, &suspect.parts) {
                continue;
            }
            if tail == form || tail.len().abs_diff(form.len()) > 3 || fold(&suspect.person.name).ends_with(&format!(" {form}")) {
                continue;
            }
            // A romanised name has several right spellings.
            let near = strsim::osa_distance(&tail, &form) <= 1;
            if !suspect.person.native.is_empty() && strsim::osa_distance(&tail, &form) <= 2 {
                continue;
            }
            suspect.look_around(doc, reading, store, at);
            let need = if near && !known { 3 } else { 4 };
            if suspect.score < need || suspect.is_told_apart(doc, at) {
                continue;
            }
            let (start, right) = whole_name(&suspect, at.0, false);
            found.push(Found { at: (start, at.1), form: form.clone(), posting, suspect, right });
        }
    }
    best(found)
}
