//! Weighs whether a form that is nobody's name was meant to be a known person.

use std::rc::Rc;

use crate::doc::Doc;
use crate::span::ViewRange;
use crate::text::token::Flags;

use super::data::fold::{fold, skeleton};
use super::data::forge::{self, How, Parts};
use super::data::pack::{Kind, Posting, Store};
use super::data::tables::{Country, Person};
use super::read::{AROUND, Reading, folded, stands_near};
use super::titles;
use crate::lang::recall;

/// How the words before a name agree with a person's given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// It is theirs; the name starts at this token.
    Theirs(usize),
    /// It is theirs in another spelling or language.
    Respelt(usize),
    /// Their initial.
    Initial(usize),
    /// No given name stands there.
    Absent,
    /// Somebody else's.
    Other,
}

impl Head {
    /// The first token of the whole name.
    pub fn start(self, tail: usize) -> usize {
        match self {
            Self::Theirs(at) | Self::Respelt(at) | Self::Initial(at) => at,
            _ => tail,
        }
    }
}

/// A person's record with what is asked of it for every suspicion.
#[derive(Clone)]
pub(crate) struct Dossier {
    pub person: Rc<Person>,
    pub parts: Rc<Parts>,
    /// The given names, folded.
    heads: Rc<[String]>,
}

impl Dossier {
    pub fn new(person: Person) -> Self {
        let parts = forge::parts(&person);
        let heads = heads(&person, &parts).into();
        Self { person: Rc::new(person), parts: Rc::new(parts), heads }
    }
}

/// A person that a wrong form may stand for.
pub(crate) struct Suspect {
    pub person: Rc<Person>,
    pub parts: Rc<Parts>,
    pub head: Head,
    /// Points of evidence.
    pub score: u32,
    pub evidence: Vec<(String, Option<ViewRange>)>,
}

/// Trades and posts that stand before a name and are no part of it.
const ROLES: &[&str] = &[
    "leader",
    "commander",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "coach",
    "striker",
    "goalkeeper",
    "midfielder",
    "defender",
    "marshal",
    "ayatollah",
    "imam",
    "archbishop",
    "patriarch",
    "dame",
    "comrade",
    "citizen",
    "adviser",
    "advisor",
    "envoy",
    "commissioner",
    "chairman",
    "chairwoman",
    "chair",
    "speaker",
    "lawmaker",
    "representative",
    "congressman",
    "congresswoman",
    "lieutenant",
    "major",
    "sergeant",
    "prosecutor",
    "lawyer",
    "attorney",
    "founder",
    "billionaire",
    "businessman",
    "author",
    "writer",
    "actor",
    "actress",
    "singer",
    "player",
    "champion",
    "diplomat",
    "analyst",
    "journalist",
    "candidate",
    "emperor",
    "crown",
    "the",
    "dictator",
    "oligarch",
    "opposition",
    "republican",
    "democrat",
    "head",
];

/// States of the USA: half a country's people live there with any name.
const STATES: &[&str] = &[
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Massachusetts",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Hampshire",
    "New Jersey",
    "New Mexico",
    "New York",
    "North Carolina",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Pennsylvania",
    "Rhode Island",
    "South Carolina",
    "South Dakota",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
    "Washington",
    "West Virginia",
    "Wisconsin",
    "Wyoming",
];

impl Suspect {
    /// Reads the words before token `tail` against the person's given names, and the word after `last`; `whole` when the tokens have
    /// the given name, too.
    pub fn new(doc: &Doc<'_>, store: &Store, of: Dossier, (tail, last): (usize, usize), whole: bool) -> Option<Self> {
        let mut head = head(doc, store, &of.heads, tail);
        if whole {
            // Only a given name in front makes another person of a whole name.
            let before = tail.checked_sub(1).map_or("", |b| doc.text(b));
            let longer = head == Head::Other && recall::group(&fold(before)).is_some() && !doc.entry(tail - 1).in_dictionary();
            head = if longer { Head::Other } else { Head::Absent };
        }
        let next = doc.tokens.get(last).filter(|t| t.is_word() && t.is(Flags::CAP) && t.is(Flags::SPACE));
        let sent = doc.sent_of(tail)?;
        if next.is_some() && last < sent.last && !sent.title && !doc.starts_line(last) {
            return None;
        }
        let score = match head {
            Head::Theirs(_) | Head::Respelt(_) => 2,
            Head::Initial(_) => 1,
            Head::Absent => 0,
            Head::Other => return None,
        };
        Some(Self { person: of.person, parts: of.parts, head, score, evidence: Vec::new() })
    }

    /// Looks around tokens `first..last` for what belongs to the person.
    pub fn look_around(&mut self, doc: &Doc<'_>, reading: &Reading<'_>, store: &Store, (first, last): (usize, usize)) {
        let at = doc.tokens[first].at.start as usize;
        let place = |start: usize, length: usize| ViewRange::new(start, start + length);
        // What stands in the flagged words says nothing for them.
        let own = doc.range(self.head.start(first), last - 1);
        let near = |needle: &str| stands_near(doc, at, needle, own);
        let is_place =
            |name: &str| store.lookup(&fold(name)).any(|p| matches!(p.kind, Kind::Place | Kind::Country)) || STATES.contains(&name);
        // An office beside the name.
        let start = self.head.start(first);
        if let Some((lo, hi)) = doc.sent_of(first).map(|s| (s.first, s.last)) {
            let before = folded(doc, start.saturating_sub(9).max(lo), start);
            let after = folded(doc, last, (last + 12).min(hi));
            let role = self.person.roles.iter().find(|role| {
                let title = format!(" {} ", fold(&role.title));
                let country = self.person.countries.first().and_then(|c| store.country_by_code(c));
                let fits = country.is_none_or(|c| !other_country(&before, &after, &c, store));
                title.len() > 5 && fits && (before.ends_with(&title) || before.contains(&title) || after.contains(&title))
            });
            if let Some(role) = role {
                // “President” alone is many people's; with the country or organisation it is theirs.
                let whole = format!("{before}{after}");
                let of = |name: &str| name.len() > 1 && whole.contains(&format!(" {} ", fold(name)));
                let own = self.person.countries.iter().filter_map(|c| store.country_by_code(c));
                let placed = of(&role.body) || own.into_iter().any(|c| c.names.iter().chain(&c.adjectives).any(|n| of(n)));
                self.score += if placed || role.title.contains(' ') { 2 } else { 1 };
                self.evidence.push((format!("“{}” stands beside the name", role.title), None));
            }
        }
        // Organisations.
        let mut bodies = 0;
        for role in &self.person.roles {
            if role.body.len() < 3 || is_place(&role.body) {
                continue;
            }
            let found = near(&role.body).map(|s| (s, role.body.len())).or_else(|| body_near(doc, reading, at, &role.body, false));
            if let Some((s, length)) = found.filter(|_| bodies < 2) {
                let near = doc.context(doc.tokens[first].at);
                let points = if (near.start as usize..near.end as usize).contains(&s) { 2 } else { 1 };
                bodies = bodies.max(points);
                if self.evidence.iter().all(|(e, _)| !e.contains("organisation")) {
                    self.evidence.push((format!("the organisation stands {}", distance(doc, first, s)), Some(place(s, length))));
                }
            }
        }
        self.score += bodies;
        // Company.
        let mut company = 0;
        let counted = |w: &String| self.person.roles.iter().any(|r| r.body == *w);
        for other in self.person.with.iter().filter(|w| w.len() > 3 && !counted(w) && !is_place(w)) {
            if company < 2
                && let Some(s) = near(other)
            {
                company += 1;
                self.evidence
                    .push((format!("{other}, often named together, stands {}", distance(doc, first, s)), Some(place(s, other.len()))));
            }
        }
        self.score += company;
        // The right form, elsewhere.
        let own = near(&self.person.name).map(|s| (s, self.person.name.len())).or_else(|| {
            let short = &self.person.short;
            (short.len() > 4 && skeleton(&fold(short)).len() > 2).then(|| near(short).map(|s| (s, short.len()))).flatten()
        });
        if let Some((s, length)) = own {
            self.score += 2;
            self.evidence.push((format!("the right form stands {}", distance(doc, first, s)), Some(place(s, length))));
        }
        // The country.
        let country = self
            .person
            .countries
            .iter()
            .filter_map(|c| store.country_by_code(c))
            .find_map(|country| country.names.iter().chain(&country.adjectives).find_map(|name| near(name).map(|s| (s, name.clone()))));
        if let Some((s, name)) = country {
            self.score += 1;
            if self.evidence.is_empty() {
                self.evidence.push((format!("“{name}” stands {}", distance(doc, first, s)), Some(place(s, name.len()))));
            }
        }
    }

    /// Whether the text tells the bearer of the name apart from the person: the right name stands in the same sentence, or an
    /// age or a trade that is none of theirs stands behind the name.
    pub fn is_told_apart(&self, doc: &Doc<'_>, (first, last): (usize, usize)) -> bool {
        let Some(sent) = doc.sent_of(first) else { return false };
        let start = self.head.start(first);
        let around = format!("{} {}", folded(doc, sent.first, start), folded(doc, last, sent.last));
        if around.contains(&format!(" {} ", fold(&self.person.name))) {
            return true;
        }
        if doc.text(last) != "," {
            return false;
        }
        let next = doc.text(last + 1);
        if doc.tokens.get(last + 1).is_some_and(|t| t.kind == crate::text::token::Kind::Num && t.at.len() <= 3) {
            return true;
        }
        if !matches!(next, "a" | "an") {
            return false;
        }
        let end = (last + 2..sent.last.min(last + 12))
            .find(|i| matches!(doc.text(*i), "," | ";" | "." | "who"))
            .unwrap_or(sent.last.min(last + 12));
        let trade = folded(doc, last + 2, end);
        let fits = |text: &str| fold(text).split(' ').any(|w| w.len() > 3 && trade.contains(&format!(" {w}")));
        let known = self.person.roles.iter().any(|r| fits(&r.title)) || self.person.fields.iter().any(|f| fits(f));
        let general = ["politic", "former", "diplomat", "official", "leader", "lawmaker", "candidate", "veteran", "ally"];
        !known && !general.iter().any(|w| trade.contains(&format!(" {w}")))
    }

    /// What the table says of the person, for people.
    pub fn describe(&self) -> String {
        describe(&self.person)
    }
}

/// `Richard Haass, president, Council on Foreign Relations 2003–2023`.
pub(crate) fn describe(person: &Person) -> String {
    match person.roles.first() {
        Some(role) => format!("{}: {}", person.name, role.describe()),
        None => person.name.clone(),
    }
}

/// Whether the words beside a name give it to another country.
fn other_country(before: &str, after: &str, own: &Country, store: &Store) -> bool {
    let near: Vec<&str> = before.split(' ').filter(|w| w.len() > 3).collect();
    let last = near.iter().rev().take(5);
    let after: Vec<&str> = after.split(' ').filter(|w| w.len() > 3).take(5).collect();
    let words = last.chain(after.iter());
    let mut foreign = false;
    for word in words {
        for posting in store.lookup(word).filter(|p| p.kind == Kind::Country) {
            if store.country(posting.id).code == own.code {
                return false;
            }
            foreign = true;
        }
    }
    foreign
}

/// The place of an organisation under any of its names, or any right one.
pub(crate) fn body_near(doc: &Doc<'_>, reading: &Reading<'_>, at: usize, name: &str, right: bool) -> Option<(usize, usize)> {
    let kinds = |kind| matches!(kind, Kind::Body | Kind::Acronym) || !right && matches!(kind, Kind::WrongBody | Kind::WeakBody);
    // A token has a byte at least.
    let token = doc.tokens.partition_point(|t| (t.at.start as usize) < at);
    let near = |spot: &&super::read::Spot| (doc.tokens[spot.first].at.start as usize).abs_diff(at) < AROUND;
    let around = reading.overlapping(token.saturating_sub(AROUND), token + AROUND);
    let spot = around.filter(near).find(|s| kinds(s.posting.kind) && reading.store(s).body(s.posting.id).name == name)?;
    let range = doc.range(spot.first, spot.last - 1);
    Some((range.start as usize, range.len()))
}

/// `4 words later`, `in another paragraph`.
pub(crate) fn distance(doc: &Doc<'_>, token: usize, start: usize) -> String {
    let there = doc.tokens.partition_point(|t| (t.at.start as usize) < start);
    let (lo, hi) = (token.min(there), token.max(there));
    let words = doc.tokens[lo..hi.min(doc.tokens.len())].iter().filter(|t| t.is_word()).count();
    let block = |i: usize| doc.sent_of(i).map(|s| s.block);
    if block(token) != block(there.min(doc.tokens.len().saturating_sub(1))) {
        return "in another paragraph".to_owned();
    }
    format!("{words} word{} {}", if words == 1 { "" } else { "s" }, if there > token { "later" } else { "earlier" })
}

/// The given names a person goes by, folded.
pub(crate) fn heads(person: &Person, parts: &Parts) -> Vec<String> {
    let tail = fold(&parts.tail);
    let mut out = vec![fold(&parts.head)];
    for form in forge::accepted(person) {
        if let Some(head) = form.strip_suffix(&tail).map(str::trim).filter(|h| !h.is_empty()) {
            out.push(head.to_owned());
        }
    }
    out.sort();
    out.dedup();
    out.retain(|h| !h.is_empty());
    out
}

fn head(doc: &Doc<'_>, store: &Store, heads: &[String], tail: usize) -> Head {
    let Some(sent) = doc.sent_of(tail) else { return Head::Absent };
    let before = tail.checked_sub(1).filter(|b| *b >= sent.first);
    let Some(mut prev) = before else { return Head::Absent };
    if matches!(doc.text(prev), "-" | ".") && !doc.tokens[prev].is(Flags::SPACE) {
        // A hyphen joins the family name to what stands before; a stop ends an initial.
        match prev.checked_sub(1).filter(|p| *p >= sent.first && doc.text(*p).chars().count() <= 2 || doc.text(prev) == "-") {
            Some(p) => prev = p,
            None => return Head::Absent,
        }
    }
    let word = &doc.tokens[prev];
    if !word.is_word() || !word.is(Flags::CAP) {
        return Head::Absent;
    }
    for head in heads {
        let count = head.split(' ').count();
        for reach in count..=count + 2 {
            let Some(from) = tail.checked_sub(reach).filter(|f| *f >= sent.first) else { continue };
            if folded(doc, from, tail).trim() == head {
                return Head::Theirs(from);
            }
        }
    }
    let text = fold(doc.text(prev));
    let parts_of: Vec<&str> = heads.iter().flat_map(|h| h.split(' ')).collect();
    if parts_of.contains(&text.as_str()) {
        return Head::Theirs(prev);
    }
    if text.len() <= 2 && parts_of.iter().any(|p| p.starts_with(&text[..1.min(text.len())])) {
        return Head::Initial(prev);
    }
    if respelt(store, &text, heads) {
        return Head::Respelt(prev);
    }
    let country = store.lookup(&text).any(|p| matches!(p.kind, Kind::Country | Kind::Place | Kind::Body | Kind::Acronym));
    let opens = prev == sent.first && doc.entry(prev).in_dictionary() && doc.entry(prev).within(20_000) && recall::group(&text).is_none();
    if titles::RANKS.contains(&text.as_str()) || ROLES.contains(&text.as_str()) || country || opens { Head::Absent } else { Head::Other }
}

/// Whether `text` is one of the given names as another language or a passage through another script has it.
pub(crate) fn respelt(store: &Store, text: &str, heads: &[String]) -> bool {
    let firsts: Vec<&str> = heads.iter().filter_map(|h| h.split(' ').next()).collect();
    let group = recall::group(text);
    if group.is_some() && firsts.iter().any(|h| recall::group(h) == group) {
        return true;
    }
    store.lookup(text).any(|p| match p.kind {
        Kind::WrongHead => firsts.contains(&store.head(p.id)),
        Kind::Given => firsts.iter().any(|h| store.lookup(h).any(|q| q.kind == Kind::Given && q.id == p.id)),
        _ => false,
    })
}

/// How many points a form needs before it is called wrong.
pub(crate) fn needed(posting: &Posting) -> u32 {
    match (posting.how, posting.known) {
        (How::Listed | How::Order, true) => 3,
        (_, true) => 4,
        (How::Listed | How::Spelling | How::LetterLost | How::Pinyin, false) => 2,
        (How::Sound, false) => 4,
        _ => 3,
    }
}
