//! Offices given to people who never held them, or held others.

use crate::detect::Cx;
use crate::engine::sink::Sink;
use crate::finding::Confidence;
use crate::names::data::fold::fold;
use crate::names::data::pack::{Kind, OfficeRecord, Store};
use crate::names::data::tables::{Holder, Person, Role};
use crate::names::person::describe;
use crate::names::read::{Spot, folded, walk};
use crate::text::calendar::{self, Date};
use crate::text::title_case;
use crate::text::token::{Flags, Kind as TokenKind};

use super::{Rules, draft};

/// Words before an office that make it another one.
const OTHER_RANK: &[&str] = &[
    "deputy",
    "vice",
    "assistant",
    "under",
    "undersecretary",
    "acting",
    "interim",
    "shadow",
    "future",
    "next",
    "incoming",
    "designated",
    "parliamentary",
    "honorary",
    "self",
    "proclaimed",
    "potential",
    "possible",
    "would",
    "junior",
    "associate",
    "principal",
    "minister",
    "permanent",
    "state",
    "first",
];

/// Words behind an office that say somebody wants it or serves it.
const WANTED: &[&str] = &[
    "nominee",
    "candidate",
    "designate",
    "elect",
    "hopeful",
    "pick",
    "aide",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "adviser",
    "advisor",
    "contender",
    "impersonator",
    "wannabe",
    "in",
];

/// Words that put an office into the past.
const PAST: &[&str] = &["former", "ex", "then", "late", "ousted", "deposed", "outgoing", "onetime", "past", "previous"];

/// A person with an office beside the name.
struct Beside {
    /// Tokens of the office.
    office: (usize, usize),
    /// Tokens of the name.
    name: (usize, usize),
    former: bool,
}

pub(super) fn check(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    let date = cx.date;
    let mut last = 0;
    for spot in reading.of(Kind::Full) {
        if spot.first < last || reading.overlapping(spot.first, spot.last).any(|s| longer(s, spot)) {
            continue;
        }
        last = spot.last;
        let ids: Vec<u16> = reading
            .overlapping(spot.first, spot.last)
            .filter(|s| s.posting.kind == Kind::Full)
            .filter(|s| (s.first, s.last, s.store) == (spot.first, spot.last, spot.store))
            .map(|s| s.posting.id)
            .collect();
        // Namesakes may have held anything.
        let [id] = ids.as_slice() else { continue };
        let store = reading.store(spot);
        let beside = offices_beside(cx, spot, store);
        let titled = spot.first > 0 && matches!(doc.text(spot.first - 1), "Chancellor" | "President" | "Premier" | "Minister");
        if beside.is_empty() && !titled {
            continue;
        }
        let person = store.person(*id);
        confused(cx, rules, spot, &person, store, out);
        for (beside, offices) in beside {
            if doc.tokens[beside.office.0].is(Flags::QUOTED) {
                continue;
            }
            judge(cx, rules, store, (*id, &person), &beside, &offices, date, out);
        }
    }
}

fn longer(other: &Spot, spot: &Spot) -> bool {
    matches!(other.posting.kind, Kind::Full | Kind::Body | Kind::Place)
        && other.first <= spot.first
        && other.last >= spot.last
        && other.last - other.first > spot.last - spot.first
}

/// Offices that stand directly before or behind a name, the longest reading of each.
fn offices_beside(cx: &Cx<'_>, spot: &Spot, store: &Store) -> Vec<(Beside, Vec<OfficeRecord>)> {
    let doc = cx.doc;
    let Some(sent) = doc.sent_of(spot.first) else { return Vec::new() };
    let mut out = Vec::new();
    let mut buffer = String::new();
    let mut read = |at: usize, ends: &dyn Fn(usize) -> bool| {
        let mut best: Option<(usize, Vec<u16>)> = None;
        walk(doc, sent, at, store, &mut buffer, |_, last, posting| {
            if posting.kind == Kind::Office && ends(last) {
                match &mut best {
                    Some((reach, ids)) if *reach == last => ids.push(posting.id),
                    Some((reach, _)) if *reach > last => {}
                    _ => best = Some((last, vec![posting.id])),
                }
            }
        });
        best
    };
    // OFFICE NAME, or OFFICE, NAME.
    let comma = spot.first > sent.first && doc.text(spot.first - 1) == ",";
    let end = if comma { spot.first - 1 } else { spot.first };
    for at in end.saturating_sub(10).max(sent.first)..end {
        let Some((last, ids)) = read(at, &|l| l == end) else { continue };
        let before = folded(doc, at.saturating_sub(4).max(sent.first), at);
        let words: Vec<&str> = before.split_whitespace().collect();
        let near = words.last().copied().unwrap_or("");
        let served =
            words.iter().rev().find(|w| **w != "the").is_some_and(|w| matches!(*w, "of" | "to" | "for" | "by" | "with" | "s" | "and"));
        let hyphen = at > sent.first && matches!(doc.text(at - 1), "-" | "’" | "'");
        // `the secretary of state, John Bolton and others` is a list.
        let next = doc.text(spot.last);
        let listed = comma
            && (next == "and"
                || next == "," && (doc.text(spot.last + 1) == "and" || doc.tokens.get(spot.last + 1).is_some_and(|t| t.is(Flags::CAP))));
        if listed || OTHER_RANK.contains(&near) || comma && served || hyphen && !before.contains(" ex ") {
            break;
        }
        let former = words.iter().any(|w| PAST.contains(w));
        let offices = ids.iter().map(|id| store.office(*id)).collect();
        out.push((Beside { office: (at, last), name: (spot.first, spot.last), former }, offices));
        break;
    }
    // NAME, the former OFFICE,
    if doc.text(spot.last) == "," {
        for at in spot.last + 1..(spot.last + 5).min(sent.last) {
            let Some((last, ids)) = read(at, &|_| true) else {
                if matches!(doc.text(at), "the" | "a" | "former" | "then" | "current" | "ex" | "-" | "now") {
                    continue;
                }
                break;
            };
            let before = folded(doc, spot.last + 1, at);
            let behind = doc.text(last);
            let closes =
                last >= sent.last || matches!(behind, "," | "." | ";" | ":" | ")" | "said" | "told" | "at" | "during" | "in" | "under");
            if closes && !WANTED.contains(&behind) {
                let former = before.split_whitespace().any(|w| PAST.contains(&w));
                let offices = ids.iter().map(|id| store.office(*id)).collect();
                out.push((Beside { office: (at, last), name: (spot.first, spot.last), former }, offices));
            }
            break;
        }
    }
    out
}

#[expect(clippy::too_many_arguments, reason = "one question about one name")]
fn judge(
    cx: &Cx<'_>,
    rules: &Rules,
    store: &Store,
    (id, person): (u16, &Person),
    beside: &Beside,
    offices: &[OfficeRecord],
    date: Option<Date>,
    out: &mut Sink<'_>,
) {
    let doc = cx.doc;
    let held: Vec<&Holder> = offices
        .iter()
        .flat_map(|o| o.office.holders.iter().zip(&o.people))
        .filter(|(h, p)| **p == id || fold(&h.person) == fold(&person.name))
        .map(|(h, _)| h)
        .collect();
    let written = doc.range(beside.office.0, beside.office.1 - 1);
    if !held.is_empty() {
        if !beside.former
            && let Some((message, confidence)) = over(cx, beside, &held, date)
        {
            let right = format!("former {}", written.of(&doc.view.text));
            let mut draft = draft(doc, beside.office, &right, vec![(message, None)], confidence, None);
            draft.values.push(("person", person.name.clone()));
            out.report(doc, rules.no_longer, beside.office, draft);
        }
        return;
    }
    // Who was in politics before the tables begin may have held it then.
    let early = person.roles.is_empty() || person.roles.iter().any(|r| r.from > 0 && r.from < 1991 && offices.iter().any(|o| alike(r, o)));
    if early || offices.iter().any(|o| person.roles.iter().any(|r| is_it(r, o, store, person))) {
        return;
    }
    let Some((role, office)) = offices.iter().find_map(|o| confusable(person, o, store).map(|r| (r, o))) else { return };
    // Somebody may have risen since the tables were written.
    let Some(as_of) = cx.stores.iter().filter_map(|s| Date::read(s.as_of(), false)).max() else { return };
    let past = beside.former || date.is_some_and(|d| d <= as_of) || person.roles.iter().all(|r| r.to > 0 && r.to + 6 < as_of.year);
    if !past {
        return;
    }
    let right = title_case(role.title.split(" for ").next().unwrap_or(&role.title));
    let mut evidence = vec![(describe(person), None)];
    let year = |date: &str| date.get(..4).and_then(|y| y.parse::<u16>().ok());
    let around = |h: &&Holder| year(&h.to).is_none_or(|y| y >= role.from) && (role.to == 0 || year(&h.from).is_some_and(|y| y <= role.to));
    let holders: Vec<String> = office.office.holders.iter().filter(around).take(4).map(|h| h.person.clone()).collect();
    evidence.push((format!("{} was then held by {}, never by {}", office.office.title, holders.join(", "), person.short), None));
    let mut draft = draft(doc, beside.office, &right, evidence, Confidence::High, None);
    draft.values.push(("person", person.name.clone()));
    out.report(doc, rules.never_held, beside.office, draft);
}

/// Titles folded, without what says whose they are.
fn bare(title: &str) -> String {
    fold(title).replace("defence", "defense").replace("minister of foreign affairs", "foreign minister")
}

/// Whether a role is the office itself under another wording.
fn is_it(role: &Role, office: &OfficeRecord, store: &Store, person: &Person) -> bool {
    let title = bare(&role.title);
    let forms = std::iter::once(&office.office.title).chain(&office.office.forms);
    let country = store.country_by_code(&office.office.country);
    let own = person.countries.contains(&office.office.country);
    forms.into_iter().any(|f| {
        let form = bare(f);
        let stripped = country
            .iter()
            .flat_map(|c| c.names.iter().chain(&c.adjectives))
            .fold(form.clone(), |f, name| f.replace(&format!("{} ", fold(name)), "").replace(&format!(" of {}", fold(name)), ""));
        title == form || own && title == stripped.replace("us ", "").trim()
    })
}

/// Whether a role's title shares the office's last words.
fn alike(role: &Role, office: &OfficeRecord) -> bool {
    let title = bare(&role.title);
    std::iter::once(&office.office.title).chain(&office.office.forms).any(|f| {
        let form = bare(f);
        form.split(' ').filter(|w| w.len() > 3).any(|w| title.contains(w))
    })
}

/// A role of the person that translation takes for the office: a lower rank of the same name, or the neighbouring title.
fn confusable<'a>(person: &'a Person, office: &OfficeRecord, store: &Store) -> Option<&'a Role> {
    let forms: Vec<String> = std::iter::once(&office.office.title).chain(&office.office.forms).map(|f| bare(f)).collect();
    let ladder: Vec<String> = office.office.ladder.iter().map(|l| bare(l)).collect();
    let country = store.country_by_code(&office.office.country)?;
    let theirs = person.countries.contains(&office.office.country);
    person.roles.iter().filter(|_| theirs).find(|role| {
        let title = bare(&role.title);
        let lower = ["deputy", "assistant", "under", "vice", "acting"].iter().any(|w| title.starts_with(w));
        let rung = ladder.iter().any(|l| title.starts_with(l.as_str()) || l.ends_with(&title) && title.contains(' '));
        let ranked = lower && forms.iter().any(|f| f.len() > 8 && title.contains(f.as_str()));
        let head = |t: &str| ["president", "prime minister", "chancellor", "premier", "taoiseach", "king", "queen"].contains(&t);
        let kind = country.names.contains(&role.body)
            && head(&title)
            && forms.iter().any(|f| {
                f.ends_with("president") || f.ends_with("prime minister") || f.starts_with("president") || f.starts_with("prime minister")
            });
        lower && rung || ranked || kind
    })
}

/// Why an office is no longer held on the document's date.
fn over(cx: &Cx<'_>, beside: &Beside, held: &[&Holder], date: Option<Date>) -> Option<(String, Confidence)> {
    let doc = cx.doc;
    let sent = doc.sent_of(beside.name.0)?;
    let years = (sent.first..sent.last).any(|i| doc.tokens[i].kind == TokenKind::Num && doc.text(i).len() == 4);
    // Only what the text tells of the present counts.
    let present = (beside.name.1..sent.last.min(beside.name.1 + 3)).any(|i| {
        matches!(doc.text(i), "says" | "is" | "has" | "will" | "plans" | "wants" | "calls" | "visits" | "meets" | "told" | "said")
    });
    if years || !present {
        return None;
    }
    let (today, confidence) = match date {
        Some(date) => (date, Confidence::Medium),
        None => (cx.newest_date()?, Confidence::Low),
    };
    let ends: Option<Vec<Date>> = held.iter().map(|h| Date::read(&h.to, true)).collect();
    let (end, last) = ends?.into_iter().zip(held).max_by_key(|(d, _)| *d)?;
    // Weeks of handing over are nobody's mistake.
    let ended = (u32::from(end.year) * 12 + u32::from(end.month)) + 3 < u32::from(today.year) * 12 + u32::from(today.month);
    let acting = held.iter().all(|h| h.acting);
    ended.then(|| {
        (format!("in office {} to {}{}; the article is of {today}", last.from, last.to, if acting { ", acting" } else { "" }), confidence)
    })
}

/// Titles without a country: a head of government called president, a foreign minister called chancellor.
fn confused(cx: &Cx<'_>, rules: &Rules, spot: &Spot, person: &Person, store: &Store, out: &mut Sink<'_>) {
    let doc = cx.doc;
    let Some(sent) = doc.sent_of(spot.first) else { return };
    let Some(at) = spot.first.checked_sub(1).filter(|a| *a >= sent.first) else { return };
    let mut first = at;
    let title = match doc.text(at) {
        "Chancellor" => "chancellor",
        "President" => "president",
        "Premier" => "premier",
        "Minister" if at > sent.first && doc.text(at - 1) == "Prime" => {
            first = at - 1;
            "prime minister"
        }
        _ => return,
    };
    let before = folded(doc, first.saturating_sub(3).max(sent.first), first);
    let skipped = before.split_whitespace().any(|w| OTHER_RANK.contains(&w) || PAST.contains(&w));
    let joined = first > sent.first && matches!(doc.text(first - 1), "-" | "–");
    let titles: Vec<String> = person.roles.iter().map(|r| bare(&r.title)).collect();
    let Some(code) = person.countries.first().filter(|_| person.countries.len() == 1) else { return };
    // `Socialist International President`, `President … of the foundation`: another body's.
    let before_title = first.checked_sub(1).filter(|b| {
        let word = &doc.tokens[*b];
        *b >= sent.first && word.is_word() && word.is(Flags::CAP) && (*b > sent.first || word.is(Flags::UPPER))
    });
    let national = |b: usize| store.lookup(&fold(doc.text(b))).any(|p| p.kind == Kind::Country);
    let dated = |b: usize| calendar::weekday(doc.text(b)).is_some() || calendar::month(doc.text(b)).is_some();
    let elsewhere = before_title.is_some_and(|b| !national(b) && !dated(b)) || doc.text(spot.last) == "of";
    if elsewhere || skipped || joined || titles.is_empty() || doc.tokens[at].is(Flags::QUOTED) {
        return;
    }
    let has = |needle: &str| titles.iter().any(|t| t.contains(needle));
    let holds = |wanted: &[&str]| person.roles.iter().find(|r| wanted.contains(&bare(&r.title).as_str()));
    let role = match title {
        "chancellor" if !matches!(code.as_str(), "DE" | "AT" | "CH" | "GB") && !has("chancellor") => {
            holds(&["foreign minister", "foreign secretary"])
        }
        // A monarchy has no president to become.
        "president" if MONARCHIES.contains(&code.as_str()) && !has("president") && !has("speaker") => holds(&["prime minister"]),
        "prime minister" | "premier" if !has("prime minister") && !has("premier") && !has("chief minister") => {
            let only = store.country_by_code(code).is_some_and(|_| NO_PREMIER.contains(&code.as_str()));
            holds(&["president"]).filter(|r| only && store.country_by_code(code).is_some_and(|c| c.names.contains(&r.body)))
        }
        _ => None,
    };
    let Some(role) = role else { return };
    let right = title_case(&role.title);
    let mut draft = draft(doc, (first, at + 1), &right, vec![(describe(person), None)], Confidence::High, None);
    draft.values.push(("person", person.name.clone()));
    out.report(doc, rules.confused, (first, at + 1), draft);
}

/// Countries with a king or queen and no president.
const MONARCHIES: &[&str] = &[
    "ES", "GB", "NL", "BE", "SE", "NO", "DK", "LU", "JP", "TH", "CA", "AU", "NZ", "MA", "JO", "MY", "KH", "JM", "BH", "KW", "QA", "SA",
    "OM",
];

/// Countries with a president and no prime minister.
const NO_PREMIER: &[&str] = &[
    "US", "MX", "BR", "AR", "CL", "CO", "VE", "EC", "BO", "PY", "UY", "CR", "PA", "GT", "HN", "SV", "NI", "DO", "ID", "PH", "NG", "TR",
    "CY", "GH",
];
