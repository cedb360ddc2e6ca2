//! Turns tables into a finite-state map from folded forms to what they are, with records behind it; opens without parsing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use fst::Map;
use serde::{Deserialize, Serialize};

use super::fold::{fold, fold_digraphs, skeleton};
use super::forge::{self, Forge, How};
use super::tables::{Country, Office, Organisation, Person, Place, Style, Tables};

/// What a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An accepted full name of a person.
    Full,
    /// The part of a person's name that stands last.
    Tail,
    /// What a person is called at second mention.
    Short,
    /// A wrong form of that last part.
    WrongTail,
    /// A wrong full name.
    WrongFull,
    /// A wrong form of a given name; the record is in `heads`.
    WrongHead,
    /// A given name of some language; the record is a row of names that are the same.
    Given,
    /// An accepted name of an organisation.
    Body,
    /// Its acronym.
    Acronym,
    /// A wrong name of an organisation that is no ordinary phrase.
    WrongBody,
    /// A wrong name that could be an ordinary phrase.
    WeakBody,
    /// An acronym of another language.
    ForeignAcronym,
    /// An accepted name of a place.
    Place,
    /// Its name in another language.
    WrongPlace,
    /// An office.
    Office,
    /// A country or its adjective.
    Country,
    /// The sounds of a person's last part.
    Sound,
    /// One of several accepted spellings that an article should not mix.
    Style,
    /// A name that somebody declared right.
    Accepted,
}

impl Kind {
    /// Whether such a form has no place in English text.
    #[must_use]
    pub fn is_wrong(self) -> bool {
        use Kind::{ForeignAcronym, WeakBody, WrongBody, WrongFull, WrongHead, WrongPlace, WrongTail};
        matches!(self, WrongTail | WrongFull | WrongHead | WrongBody | WeakBody | ForeignAcronym | WrongPlace)
    }
}

const KINDS: [Kind; 19] = [
    Kind::Full,
    Kind::Tail,
    Kind::Short,
    Kind::WrongTail,
    Kind::WrongFull,
    Kind::WrongHead,
    Kind::Given,
    Kind::Body,
    Kind::Acronym,
    Kind::WrongBody,
    Kind::WeakBody,
    Kind::ForeignAcronym,
    Kind::Place,
    Kind::WrongPlace,
    Kind::Office,
    Kind::Country,
    Kind::Sound,
    Kind::Style,
    Kind::Accepted,
];

/// What a form is and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// What it is.
    pub kind: Kind,
    /// Whose it is: the number of a person, organisation, place …
    pub id: u16,
    /// How it came to be wrong.
    pub how: How,
    /// The form is a name or word in its own right, too.
    pub known: bool,
    /// ISO 639-1 of the language that writes so; zeros when none does.
    pub language: [u8; 2],
}

impl Posting {
    const SIZE: usize = 6;

    fn write(self, out: &mut Vec<u8>) {
        let how = self.how as u8 | if self.known { 0x80 } else { 0 };
        out.extend([self.kind as u8, how, self.language[0], self.language[1]]);
        out.extend(self.id.to_le_bytes());
    }
    fn read(bytes: &[u8]) -> Option<Self> {
        let [kind, how, l0, l1, a, b] = *bytes else { return None };
        Some(Self {
            kind: *KINDS.get(kind as usize)?,
            how: *How::ALL.get((how & 0x7f) as usize)?,
            known: how & 0x80 != 0,
            language: [l0, l1],
            id: u16::from_le_bytes([a, b]),
        })
    }
    /// The language as text; empty when none is known.
    #[must_use]
    pub fn language(&self) -> &str {
        std::str::from_utf8(&self.language).ok().filter(|l| l.is_ascii() && !l.starts_with('\0')).unwrap_or("")
    }
}

/// Who holds an office when, with the number of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRecord {
    /// The office; its holders are in order of time.
    pub office: Office,
    /// The number of each holder among people.
    pub people: Vec<u16>,
}

/// Records that are read one by one.
#[derive(Clone, Debug, Default)]
struct Slots(Vec<Vec<u8>>);

impl Slots {
    fn push<T: Serialize>(&mut self, record: &T) {
        self.0.push(postcard::to_allocvec(record).unwrap_or_default());
    }
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0u32;
        let length = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        out.extend(length(self.0.len()).to_le_bytes());
        out.extend(at.to_le_bytes());
        for record in &self.0 {
            at += length(record.len());
            out.extend(at.to_le_bytes());
        }
        out.extend(self.0.iter().flatten());
        out
    }
}

const SECTIONS: usize = 10;

/// Opened names: forms, and the records behind them.
pub struct Store {
    map: Map<Cow<'static, [u8]>>,
    sections: Vec<Cow<'static, [u8]>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("forms", &self.map.len()).field("people", &self.people()).finish_non_exhaustive()
    }
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

impl Store {
    /// Opens what [`pack`] made.
    #[must_use]
    pub fn open(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let mut at = SECTIONS * 4;
        let mut sections = Vec::with_capacity(SECTIONS);
        for index in 0..SECTIONS {
            let length = word(&bytes, index * 4)?;
            let part = at..at.checked_add(length)?;
            sections.push(match &bytes {
                Cow::Borrowed(all) => Cow::Borrowed(all.get(part)?),
                Cow::Owned(all) => Cow::Owned(all.get(part)?.to_vec()),
            });
            at += length;
        }
        let map = Map::new(sections.remove(0)).ok()?;
        Some(Self { map, sections })
    }

    /// The forms.
    #[must_use]
    pub fn map(&self) -> &Map<Cow<'static, [u8]>> {
        &self.map
    }

    /// What stands behind a value of the map.
    pub fn postings(&self, value: u64) -> impl Iterator<Item = Posting> + '_ {
        let (at, count) = ((value >> 8) as usize, (value & 0xff) as usize);
        let all = self.sections[0].get(at..at + count * Posting::SIZE).unwrap_or(&[]);
        all.chunks_exact(Posting::SIZE).filter_map(Posting::read)
    }

    /// What a folded form is.
    pub fn lookup(&self, folded: &str) -> impl Iterator<Item = Posting> + '_ {
        self.map.get(folded).into_iter().flat_map(|value| self.postings(value))
    }

    fn slot(&self, section: usize, id: u16) -> Option<&[u8]> {
        let bytes = &self.sections[section];
        let count = word(bytes, 0)?;
        let id = usize::from(id);
        if id >= count {
            return None;
        }
        let base = 4 + (count + 1) * 4;
        bytes.get(base + word(bytes, 4 + id * 4)?..base + word(bytes, 8 + id * 4)?)
    }

    fn record<'a, T: Deserialize<'a> + Default>(&'a self, section: usize, id: u16) -> T {
        self.slot(section, id).and_then(|bytes| postcard::from_bytes(bytes).ok()).unwrap_or_default()
    }

    fn count(&self, section: usize) -> usize {
        word(&self.sections[section], 0).unwrap_or(0)
    }

    /// A person.
    #[must_use]
    pub fn person(&self, id: u16) -> Person {
        self.record(1, id)
    }
    /// How many people there are.
    #[must_use]
    pub fn people(&self) -> usize {
        self.count(1)
    }
    /// An organisation.
    #[must_use]
    pub fn body(&self, id: u16) -> Organisation {
        self.record(2, id)
    }
    /// A place.
    #[must_use]
    pub fn place(&self, id: u16) -> Place {
        self.record(3, id)
    }
    /// An office.
    #[must_use]
    pub fn office(&self, id: u16) -> OfficeRecord {
        self.record(4, id)
    }
    /// How many offices there are.
    #[must_use]
    pub fn offices(&self) -> usize {
        self.count(4)
    }
    /// A folded given name that has wrong forms.
    #[must_use]
    pub fn head(&self, id: u16) -> &str {
        self.record(5, id)
    }
    /// A country.
    #[must_use]
    pub fn country(&self, id: u16) -> Country {
        self.record(6, id)
    }
    /// Spellings that should not be mixed.
    #[must_use]
    pub fn style(&self, id: u16) -> Style {
        self.record(7, id)
    }
    /// All spellings that should not be mixed.
    #[must_use]
    pub fn styles(&self) -> Vec<Style> {
        (0..self.count(7)).filter_map(|i| u16::try_from(i).ok()).map(|i| self.style(i)).collect()
    }
    /// The newest day the holders' table knows of; empty without one.
    #[must_use]
    pub fn as_of(&self) -> &str {
        self.record(8, 0)
    }
    /// The country with this ISO code.
    #[must_use]
    pub fn country_by_code(&self, code: &str) -> Option<Country> {
        let posting = self.lookup(&format!("={code}")).next()?;
        Some(self.country(posting.id))
    }
}

/// What other lists know of a folded word.
pub trait Familiar {
    /// Whether people bear it as a name.
    fn is_name(&self, word: &str) -> bool;
    /// Whether English dictionaries have it.
    fn is_word(&self, word: &str) -> bool;
    /// Whether news uses it so often that it stands on its own feet.
    fn is_frequent(&self, word: &str) -> bool;
}

struct Forms(BTreeMap<String, BTreeSet<Posting>>);

impl Forms {
    fn add(&mut self, form: &str, kind: Kind, id: u16) {
        self.wrong(form, kind, id, How::Listed, false, "");
    }
    fn wrong(&mut self, form: &str, kind: Kind, id: u16, how: How, known: bool, language: &str) {
        if form.is_empty() {
            return;
        }
        let bytes = language.as_bytes();
        let language = if bytes.len() == 2 { [bytes[0], bytes[1]] } else { [0, 0] };
        self.0.entry(form.to_owned()).or_default().insert(Posting { kind, id, how, known, language });
    }
}

fn number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// Packs tables; the same tables give the same bytes.
#[must_use]
pub fn pack(tables: &Tables, familiar: &dyn Familiar) -> Vec<u8> {
    let mut forms = Forms(BTreeMap::new());
    let mut slots = vec![Slots::default(); SECTIONS - 2];
    let forge = Forge::new(tables);
    let right: BTreeSet<String> = tables.people.iter().flat_map(forge::accepted).collect();
    let mut heads: BTreeMap<String, u16> = BTreeMap::new();
    let borne: BTreeSet<String> = tables.people.iter().flat_map(|p| [fold(&forge::parts(p).tail), fold(&p.short)]).collect();
    let known = |form: &str| {
        let mut words = form.split(' ');
        borne.contains(form) || words.all(|w| familiar.is_name(w) || familiar.is_word(w) || familiar.is_frequent(w))
    };
    for (index, person) in tables.people.iter().enumerate() {
        let id = number(index);
        slots[0].push(person);
        let parts = forge::parts(person);
        for form in forge::accepted(person) {
            let kind = if form.contains(' ') || parts.head.is_empty() { Kind::Full } else { Kind::Short };
            forms.add(&form, kind, id);
        }
        if person.countries.iter().any(|c| c == "JP") {
            forms.add(&format!("{} {}", fold(&parts.tail), fold(&parts.head)), Kind::Full, id);
        }
        for tail in BTreeSet::from([fold(&parts.tail), fold_digraphs(&parts.tail)]) {
            forms.add(&tail, Kind::Tail, id);
            if tail.len() >= 4 {
                // Its language bytes hold the given name's first letter, so that others need not be read.
                let initial = fold(&parts.head).chars().next().filter(char::is_ascii).unwrap_or(' ');
                forms.wrong(&format!("~{}", skeleton(&tail)), Kind::Sound, id, How::Sound, false, &format!("{initial} "));
            }
        }
        forms.add(&fold(&person.short), Kind::Short, id);
        let (tails, wholes) = forge.wrong(person);
        for form in tails {
            forms.wrong(&form.text, Kind::WrongTail, id, form.how, known(&form.text), form.language);
        }
        for form in wholes.iter().filter(|f| !right.contains(&f.text)) {
            let last = form.text.rsplit(' ').next().unwrap_or("");
            forms.wrong(&form.text, Kind::WrongFull, id, form.how, known(last), form.language);
        }
        if person.native.is_empty() && !forge::family_first(person, &parts) && !parts.head.is_empty() && !parts.head.contains(' ') {
            let head = fold(&parts.head);
            let next = number(heads.len());
            heads.entry(head).or_insert(next);
        }
    }
    let mut by_number: Vec<(&String, u16)> = heads.iter().map(|(h, n)| (h, *n)).collect();
    by_number.sort_by_key(|(_, n)| *n);
    for (head, id) in by_number {
        slots[4].push(head);
        for form in forge::round_trips(head).into_iter().filter(|f| f != head && f.len() > 2 && !heads.contains_key(f)) {
            let known = known(&form);
            forms.wrong(&form, Kind::WrongHead, id, How::RoundTrip, known, "ru");
        }
    }
    for (index, (english, others)) in tables.given.iter().enumerate() {
        for (language, form) in others.iter().map(|(l, f)| (l.as_str(), f)).chain([("en", english)]) {
            forms.wrong(&fold(form), Kind::Given, number(index), How::Spelling, false, language);
        }
    }
    pack_bodies(tables, familiar, &right, &mut forms, &mut slots[1]);
    pack_places(tables, familiar, &right, &mut forms, &mut slots[2]);
    let by_name: BTreeMap<String, u16> =
        tables.people.iter().enumerate().rev().flat_map(|(i, p)| forge::accepted(p).into_iter().map(move |f| (f, number(i)))).collect();
    for (index, office) in tables.offices.iter().enumerate() {
        let people = office.holders.iter().map(|h| by_name.get(&fold(&h.person)).copied().unwrap_or(u16::MAX)).collect();
        slots[3].push(&OfficeRecord { office: office.clone(), people });
        for form in std::iter::once(&office.title).chain(&office.forms) {
            forms.add(&fold(form), Kind::Office, number(index));
        }
    }
    for (index, country) in tables.countries.iter().enumerate() {
        slots[5].push(country);
        forms.add(&format!("={}", country.code), Kind::Country, number(index));
        for form in country.names.iter().chain(&country.adjectives) {
            forms.add(&fold(form), Kind::Country, number(index));
        }
    }
    for name in &tables.accepted {
        forms.add(&fold(name), Kind::Accepted, 0);
    }
    for (index, style) in tables.styles.iter().enumerate() {
        slots[6].push(style);
        for form in &style.forms {
            forms.add(&fold(form), Kind::Style, number(index));
        }
    }
    let holders = tables.offices.iter().flat_map(|o| &o.holders);
    slots[7].push(&holders.flat_map(|h| [h.from.as_str(), h.to.as_str()]).max().unwrap_or(""));
    assemble(&forms, &slots)
}

fn pack_bodies(tables: &Tables, familiar: &dyn Familiar, people: &BTreeSet<String>, forms: &mut Forms, slots: &mut Slots) {
    let accepted: BTreeSet<String> = tables
        .organisations
        .iter()
        .flat_map(|b| std::iter::once(&b.name).chain(&b.also).chain([&b.acronym]))
        .chain(tables.countries.iter().flat_map(|c| c.names.iter().chain(&c.adjectives)))
        .map(|n| fold(n))
        .collect();
    for (index, body) in tables.organisations.iter().enumerate() {
        let id = number(index);
        slots.push(body);
        for form in std::iter::once(&body.name).chain(&body.also) {
            let kind = if is_acronym(form) { Kind::Acronym } else { Kind::Body };
            forms.add(&fold(form), kind, id);
        }
        forms.add(&fold(&body.acronym), Kind::Acronym, id);
        for form in &body.wrong {
            let text = fold(form);
            let text = text.strip_prefix("the ").map_or(text.clone(), str::to_owned);
            if text.len() < 4 || accepted.contains(&text) || accepted.contains(&format!("the {text}")) || people.contains(&text) {
                continue;
            }
            let content: Vec<&str> = text.split(' ').filter(|w| w.len() > 3).collect();
            let bare = |w: &str| fold(w.trim_end_matches(['’', '\'']).trim_end_matches("'s").trim_end_matches("’s"));
            let strange = |w: String| w.len() > 2 && !familiar.is_word(&w) && !familiar.is_frequent(&w) && !familiar.is_name(&w);
            let odd = form.split([' ', '-']).any(|w| strange(bare(w)));
            let kind = if content.len() >= 3 || odd && text.contains(' ') { Kind::WrongBody } else { Kind::WeakBody };
            // Small letters in the table allow small letters in the text.
            let loose = form.split(' ').skip(1).any(|w| w.len() > 3 && w.chars().all(char::is_lowercase));
            forms.wrong(&text, kind, id, How::Listed, loose, "");
        }
        for form in body.foreign.iter().filter(|f| is_acronym(f)) {
            let text = fold(form);
            if !accepted.contains(&text) && form.is_ascii() {
                forms.wrong(&text, Kind::ForeignAcronym, id, How::Listed, familiar.is_word(&text), "");
            }
        }
    }
}

fn is_acronym(form: &str) -> bool {
    form.chars().filter(|c| c.is_alphabetic()).count() > 1 && !form.contains(' ') && !form.chars().any(char::is_lowercase)
}

fn pack_places(tables: &Tables, familiar: &dyn Familiar, people: &BTreeSet<String>, forms: &mut Forms, slots: &mut Slots) {
    let accepted: BTreeSet<String> = tables
        .places
        .iter()
        .flat_map(|p| std::iter::once(&p.name).chain(&p.also))
        .chain(tables.countries.iter().flat_map(|c| c.names.iter().chain(&c.adjectives)))
        .flat_map(|n| [fold(n), fold_digraphs(n)])
        .chain(people.iter().cloned())
        .collect();
    for (index, place) in tables.places.iter().enumerate() {
        let id = number(index);
        slots.push(place);
        for form in std::iter::once(&place.name).chain(&place.also) {
            forms.add(&fold(form), Kind::Place, id);
        }
        for (language, form) in &place.wrong {
            let text = fold(form);
            if text.len() < 4 || accepted.contains(&text) || text.split(' ').all(|w| familiar.is_word(w)) {
                continue;
            }
            let known = text.split(' ').all(|w| familiar.is_frequent(w) || familiar.is_name(w));
            forms.wrong(&text, Kind::WrongPlace, id, How::Spelling, known, language);
        }
    }
}

fn assemble(forms: &Forms, slots: &[Slots]) -> Vec<u8> {
    let mut builder = fst::MapBuilder::memory();
    let mut postings: Vec<u8> = Vec::new();
    let mut same: BTreeMap<Vec<Posting>, u64> = BTreeMap::new();
    for (form, found) in &forms.0 {
        let list: Vec<Posting> = found.iter().copied().take(255).collect();
        let value = *same.entry(list.clone()).or_insert_with(|| {
            let at = postings.len() as u64;
            for posting in &list {
                posting.write(&mut postings);
            }
            at << 8 | list.len() as u64
        });
        // Keys come in order from a sorted map.
        let _ = builder.insert(form, value);
    }
    let map = builder.into_inner().unwrap_or_default();
    let parts: Vec<Vec<u8>> = [map, postings].into_iter().chain(slots.iter().map(Slots::bytes)).collect();
    let mut out = Vec::with_capacity(parts.iter().map(Vec::len).sum::<usize>() + SECTIONS * 4);
    for part in &parts {
        out.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    out.extend(parts.iter().flatten());
    out
}
