//! One name in several spellings within an article, with and without a gazetteer.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::Cx;
use crate::doc::Doc;
use crate::engine::sink::Sink;
use crate::finding::Confidence;
use crate::lang::recall;
use crate::names::data::fold::{fold, skeleton};
use crate::names::data::pack::{Kind, Store};
use crate::names::read::Spot;
use crate::text::token::Flags;
use crate::view::BlockKind;

use super::{Rules, draft};

pub(super) fn check(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    if out.wants(rules.mixed) {
        mixed(cx, rules, out);
    }
    if out.wants(rules.two_ways) {
        two_ways(cx, rules, out);
    }
}

/// Accepted spellings of one name side by side.
fn mixed(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    let mut topics: BTreeMap<(usize, u16), Vec<&Spot>> = BTreeMap::new();
    for spot in reading.of(Kind::Style) {
        topics.entry((spot.store, spot.posting.id)).or_default().push(spot);
    }
    let chosen: Vec<String> = topics
        .keys()
        .map(|(number, id)| reading.stores[*number].style(*id))
        .filter(|s| s.preferred)
        .flat_map(|s| s.forms)
        .map(|f| fold(&f))
        .collect();
    for ((number, id), spots) in topics {
        let style = reading.stores[number].style(id);
        // What the house chose needs no majority.
        if !style.preferred && style.forms.iter().any(|f| chosen.contains(&fold(f))) {
            continue;
        }
        // A name that is not the same thing everywhere is the house's business.
        if !style.note.is_empty() && !style.preferred {
            continue;
        }
        let mut forms: BTreeMap<String, Vec<&Spot>> = BTreeMap::new();
        for spot in spots.into_iter().filter(|s| stands_alone(doc, s) && !quoted_title(doc, s)) {
            let text = fold(doc.range(spot.first, spot.last - 1).of(&doc.view.text));
            let twice = forms.values().flatten().any(|s: &&Spot| s.first <= spot.first && s.last >= spot.last);
            if !twice {
                forms.entry(text).or_default().push(spot);
            }
        }
        // A sentence with two of them speaks of the spelling, or of what the name was.
        let sentence = |s: &&Spot| doc.sent_of(s.first).map(|s| s.first);
        let explained =
            forms.iter().any(|(a, x)| forms.iter().any(|(b, y)| a != b && x.iter().any(|s| y.iter().any(|t| sentence(s) == sentence(t)))));
        if explained && !style.preferred {
            continue;
        }
        let wanted = if style.preferred {
            style.forms.first().map(|f| fold(f))
        } else {
            let rank = |form: &str| style.forms.iter().position(|f| fold(f) == form).unwrap_or(usize::MAX);
            forms.iter().max_by_key(|(form, at)| (at.len(), std::cmp::Reverse(rank(form)))).map(|(form, _)| form.clone())
        };
        let Some(wanted) = wanted.filter(|_| forms.len() > 1 || style.preferred) else { continue };
        let right = style.forms.iter().find(|f| fold(f) == wanted).cloned().unwrap_or_default();
        let first = forms.get(&wanted).and_then(|s| s.first()).map(|s| doc.range(s.first, s.last - 1));
        for spot in forms.iter().filter(|(form, _)| **form != wanted).flat_map(|(_, spots)| spots) {
            let why = if style.preferred {
                format!("the house writes “{right}”")
            } else {
                let times = forms.get(&wanted).map_or(0, Vec::len);
                format!("“{right}” stands here {times} time{}", if times == 1 { "" } else { "s" })
            };
            let at = (spot.first, spot.last);
            out.report(doc, rules.mixed, at, draft(doc, at, &right, vec![(why, first)], Confidence::High, None));
        }
    }
}

fn quoted_title(doc: &Doc<'_>, spot: &Spot) -> bool {
    doc.tokens[spot.first].is(Flags::QUOTED)
}

/// Whether no capitals beside it make it part of a longer name.
fn stands_alone(doc: &Doc<'_>, spot: &Spot) -> bool {
    let capital = |i: usize| doc.tokens.get(i).is_some_and(|t| t.is_word() && t.is(Flags::CAP) && t.is(Flags::SPACE));
    let behind = capital(spot.last) && doc.sent_of(spot.last).is_some_and(|s| s.first < spot.last && !s.title);
    let chicken = spot.first > 0 && matches!(doc.text(spot.first - 1), "chicken" | "Chicken" | "Radio" | "Dynamo" | "Dinamo");
    let former = (spot.first.saturating_sub(4)..spot.first).any(|i| {
        matches!(doc.text(i), "formerly" | "called" | "calls" | "named" | "spelled" | "spells" | "spelt" | "once" | "became" | "officially")
    });
    !behind
        && !chicken
        && !former
        && !matches!(doc.text(spot.last), "-" | "." if !doc.tokens.get(spot.last + 1).is_none_or(|t| t.is(Flags::SPACE)))
}

/// A capitalised word with the places where it stands.
struct Word {
    text: String,
    folded: String,
    /// What it sounds like, roughly.
    sound: String,
    places: Vec<usize>,
    /// Given names before it, folded.
    heads: Vec<String>,
    /// No list knows it, neither as a word nor as a name.
    unknown: bool,
}

/// Endings that make another word of a name, not another spelling.
const ENDINGS: &[&str] = &[
    "s", "es", "n", "an", "ian", "i", "ese", "a", "e", "o", "y", "er", "ish", "ic", "in", "ist", "ism", "en", "d", "ed", "na", "aya",
    "ova", "eva", "ya", "ta", "te", "ina", "u", "r", "t", "l", "skaya", "sky", "ski", "ka", "ko", "os", "ou", "is", "us", "as", "um", "im",
    "ites", "ite",
];

fn two_ways(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    let words = words(cx);
    let mut said: Vec<usize> = Vec::new();
    for (a, b) in alike(&words) {
        let (a, b) = (&words[a], &words[b]);
        if !same_name(a, b) || different_people(a, b) || together(doc, a, b) {
            continue;
        }
        let style = |word: &Word| {
            reading.stores.iter().flat_map(|s: &&Store| s.lookup(&word.folded)).filter(|p| p.kind == Kind::Style).map(|p| p.id).next()
        };
        if style(a).is_some() && style(a) == style(b) {
            continue;
        }
        let (most, fewest) = match a.places.len().cmp(&b.places.len()) {
            std::cmp::Ordering::Greater => (a, b),
            std::cmp::Ordering::Less => (b, a),
            std::cmp::Ordering::Equal if a.unknown && !b.unknown => (b, a),
            std::cmp::Ordering::Equal => (a, b),
        };
        let tie = most.places.len() == fewest.places.len();
        let at = doc.tokens[most.places[0]].at;
        for &place in fewest.places.iter().filter(|p| !doc.tokens[**p].is(Flags::QUOTED)) {
            if said.contains(&place) {
                continue;
            }
            said.push(place);
            let times = most.places.len();
            let evidence = vec![(format!("“{}” stands here {times} time{}", most.text, if times == 1 { "" } else { "s" }), Some(at))];
            let confidence = if tie { Confidence::Low } else { Confidence::Medium };
            let mut draft = draft(doc, (place, place + 1), &most.text, evidence, confidence, None);
            draft.values.push(("other", most.text.clone()));
            out.report(doc, rules.two_ways, (place, place + 1), draft);
        }
    }
}

/// Words that only names can be.
fn words(cx: &Cx<'_>) -> Vec<Word> {
    let (doc, reading) = (cx.doc, cx.names());
    let mut words: BTreeMap<String, Word> = BTreeMap::new();
    for sent in doc.sents.iter().filter(|s| !s.title && matches!(doc.kind(s), BlockKind::Para | BlockKind::Item | BlockKind::Quote)) {
        for i in sent.first..sent.last {
            let token = &doc.tokens[i];
            let fits = token.is_word() && token.is(Flags::CAP) && !token.is(Flags::UPPER) && token.at.len() >= 5;
            if !fits || doc.entry(i).in_dictionary() || doc.entry(i).within(20_000) {
                continue;
            }
            let text = doc.text(i);
            let folded = fold(text);
            let known_thing = reading
                .stores
                .iter()
                .flat_map(|s| s.lookup(&folded))
                .any(|p| matches!(p.kind, Kind::Country | Kind::Place | Kind::Given | Kind::Body));
            if known_thing || folded.contains(' ') {
                continue;
            }
            let word = words.entry(folded.clone()).or_insert_with(|| Word {
                text: text.to_owned(),
                unknown: !doc.entry(i).is_known() && recall::group(&folded).is_none(),
                sound: skeleton(&folded),
                folded,
                places: Vec::new(),
                heads: Vec::new(),
            });
            word.places.push(i);
            if i > sent.first && doc.tokens[i - 1].is_word() && doc.tokens[i - 1].is(Flags::CAP) {
                let head = fold(doc.text(i - 1));
                if recall::group(&head).is_some() {
                    word.heads.push(head);
                }
            }
        }
    }
    words.into_values().collect()
}

/// Pairs of words worth comparing, in order: those that sound alike, and those behind the same given name.
fn alike(words: &[Word]) -> BTreeSet<(usize, usize)> {
    let mut groups: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
    for (i, word) in words.iter().enumerate() {
        groups.entry((true, &word.sound)).or_default().push(i);
        for head in &word.heads {
            groups.entry((false, head)).or_default().push(i);
        }
    }
    groups
        .values()
        .filter(|group| group.len() > 1)
        .flat_map(|group| group.iter().enumerate().flat_map(|(n, &a)| group[n + 1..].iter().map(move |&b| (a, b))))
        .filter(|(a, b)| a != b)
        .collect()
}

fn same_name(a: &Word, b: &Word) -> bool {
    let (short, long) = if a.folded.len() <= b.folded.len() { (&a.folded, &b.folded) } else { (&b.folded, &a.folded) };
    if short.len() < 5 || long.len() - short.len() > 2 {
        return false;
    }
    let shared = short.bytes().zip(long.bytes()).take_while(|(x, y)| x == y).count();
    let (rest, more) = (&short[shared..], &long[shared..]);
    let inflected = (rest.is_empty() || ENDINGS.contains(&rest)) && ENDINGS.contains(&more);
    if inflected || shared == 0 {
        return false;
    }
    let head = a.heads.iter().any(|h| b.heads.contains(h));
    let distance = strsim::osa_distance(short, long);
    let sounds = a.sound == b.sound;
    let listed = |word: &Word| recall::group(&word.folded);
    if head {
        return distance <= 1 || distance <= 2 && sounds;
    }
    // Without a given name in common, one of them must be nobody's name.
    (a.unknown || b.unknown) && listed(a).zip(listed(b)).is_none_or(|(x, y)| x == y) && short.len() >= 6 && distance == 1 && sounds
}

/// Whether a sentence has both: then they are two.
fn together(doc: &Doc<'_>, a: &Word, b: &Word) -> bool {
    let sentence = |i: &usize| doc.sent_of(*i).map(|s| s.first);
    a.places.iter().any(|x| b.places.iter().any(|y| sentence(x) == sentence(y)))
}

/// Whether given names tell two people apart.
fn different_people(a: &Word, b: &Word) -> bool {
    !a.heads.is_empty() && !b.heads.is_empty() && !a.heads.iter().any(|h| b.heads.contains(h))
}
