//! The tables of `rules/names`: people, offices and their holders, organisations, places.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fold::fold;

/// A person as the table has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The form news prints first: `Richard Haass`.
    pub name: String,
    /// The form it prints afterwards: `Haass`.
    pub short: String,
    /// Other accepted forms.
    pub also: Vec<String>,
    /// The name in its own script; empty for Latin.
    pub native: Vec<String>,
    /// Forms that are wrong in English, as other languages or machines write them.
    pub wrong: Vec<String>,
    /// `m`, `f`, or empty when not known.
    pub sex: String,
    /// ISO 3166 alpha-2 codes, or `UN`, `EU`.
    pub countries: Vec<String>,
    /// What they are known for.
    pub fields: Vec<String>,
    /// What they were, newest first.
    pub roles: Vec<Role>,
    /// Who and what stands near them in the news.
    pub with: Vec<String>,
}

/// Something a person was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// `assistant secretary of defense`
    pub title: String,
    /// `Defense Department`; may be empty.
    pub body: String,
    /// First year; 0 when not known.
    pub from: u16,
    /// Last year; 0 while it lasts.
    pub to: u16,
}

impl Role {
    /// `president, Council on Foreign Relations 2003–2023`.
    #[must_use]
    pub fn describe(&self) -> String {
        let years = match (self.from, self.to) {
            (0, _) => String::new(),
            (from, 0) => format!(" since {from}"),
            (from, to) if from == to => format!(" {from}"),
            (from, to) => format!(" {from}–{to}"),
        };
        if self.body.is_empty() { format!("{}{years}", self.title) } else { format!("{}, {}{years}", self.title, self.body) }
    }
}

/// An office with everyone who held it since 1990.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// `us-secretary-of-defense`
    pub id: String,
    /// ISO code, or `UN`, `EU`, `NATO`, `INT`, `VA`.
    pub country: String,
    /// `US Secretary of Defense`
    pub title: String,
    /// How news calls it.
    pub forms: Vec<String>,
    /// Lower or neighbouring offices that get confused with it.
    pub ladder: Vec<String>,
    /// A remark.
    pub note: String,
    /// In order of time.
    pub holders: Vec<Holder>,
}

/// Someone's time in an office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// As news prints the name.
    pub person: String,
    /// First day, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub from: String,
    /// Last day, likewise; empty while it lasts.
    pub to: String,
    /// Only acting.
    pub acting: bool,
    /// Beside somebody else.
    pub jointly: bool,
}

/// A body, outlet, party, club, award or operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name in English news.
    pub name: String,
    /// Its acronym there; may be empty.
    pub acronym: String,
    /// ISO code, or `UN`, `EU`, `NATO`, `INT`.
    pub country: String,
    /// `party`, `think-tank` …
    pub kind: String,
    /// Other accepted names.
    pub also: Vec<String>,
    /// `es:…` names in other languages.
    pub native: Vec<String>,
    /// Acronyms of other languages, which do not belong into English.
    pub foreign: Vec<String>,
    /// What literal translation makes of it.
    pub wrong: Vec<String>,
    /// What stands near it in the news.
    pub with: Vec<String>,
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name in English news.
    pub name: String,
    /// ISO code.
    pub country: String,
    /// Other accepted names.
    pub also: Vec<String>,
    /// Language and form in that language.
    pub wrong: Vec<(String, String)>,
}

/// A country with its adjective.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Country {
    /// ISO code.
    pub code: String,
    /// Accepted names, the usual one first.
    pub names: Vec<String>,
    /// `British`, `UK`.
    pub adjectives: Vec<String>,
}

/// Spellings of one name that are all accepted, and that an article should not mix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// The forms, the usual one first.
    pub forms: Vec<String>,
    /// When they are not the same thing.
    pub note: String,
    /// Only the first is wanted: the house chose it.
    pub preferred: bool,
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// People in file order; those that stand among holders only come last.
    pub people: Vec<Person>,
    /// How many of them the people tables have.
    pub listed: usize,
    /// Offices with holders.
    pub offices: Vec<Office>,
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Places.
    pub places: Vec<Place>,
    /// Countries.
    pub countries: Vec<Country>,
    /// Spellings that should not be mixed.
    pub styles: Vec<Style>,
    /// Names that are right as they stand, whatever else is known.
    pub accepted: Vec<String>,
    /// English given names with the same name in other languages: language and form.
    pub given: Vec<(String, Vec<(String, String)>)>,
    /// Surnames that are words: surname, language, English renderings.
    pub meanings: Vec<(String, String, Vec<String>)>,
}

fn list(cell: &str) -> Vec<String> {
    cell.split(';').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect()
}

fn tagged(cell: &str) -> Vec<(String, String)> {
    let pair = |item: String| item.split_once(':').map(|(l, f)| (l.trim().to_owned(), f.trim().to_owned()));
    list(cell).into_iter().filter_map(pair).filter(|(_, f)| !f.is_empty()).collect()
}

fn years(text: &str) -> Option<(u16, u16)> {
    match text.split_once('-') {
        None => text.parse().ok().map(|y| (y, y)),
        Some((from, "")) => from.parse().ok().map(|y| (y, 0)),
        Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
    }
}

/// Reads `title @ organisation 2003-2023`.
///
/// # Errors
/// What was expected instead.
pub fn role(text: &str) -> Result<Role, String> {
    let fault = || format!("role “{text}”: expected `title @ organisation 2003-2023`");
    let (title, rest) = text.split_once(" @ ").ok_or_else(fault)?;
    let (body, span) = rest.rsplit_once(' ').ok_or_else(fault)?;
    let (from, to) = years(span).ok_or_else(fault)?;
    Ok(Role { title: title.trim().to_owned(), body: body.trim().to_owned(), from, to })
}

/// The rows of a table: cells of each line with its number; the header must read `columns`.
fn rows<'a>(file: &str, text: &'a str, columns: &[&str]) -> Result<Vec<(usize, Vec<&'a str>)>, String> {
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if index == 0 {
            let header: Vec<&str> = line.trim_start_matches('#').split('\t').map(str::trim).collect();
            if header != columns {
                return Err(format!("{file}:1: expected the columns {}, found {}", columns.join(", "), header.join(", ")));
            }
            continue;
        }
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells.len() != columns.len() {
            return Err(format!("{file}:{number}: expected {} cells set apart by tabs, found {}", columns.len(), cells.len()));
        }
        out.push((number, cells));
    }
    Ok(out)
}

const PEOPLE: [&str; 11] = ["name", "short", "also", "native", "wrong", "sex", "country", "field", "roles", "with", "source"];

impl Tables {
    /// Reads one file of `rules/names`; `file` is its path below that folder.
    ///
    /// # Errors
    /// The first fault, with file and line.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), String> {
        match file {
            _ if file.starts_with("people/") => {
                for (line, c) in rows(file, text, &PEOPLE)? {
                    let at = |e: String| format!("{file}:{line}: {e}");
                    let roles = list(c[8]).iter().map(|r| role(r)).collect::<Result<Vec<_>, _>>().map_err(at)?;
                    if !matches!(c[5], "m" | "f" | "") {
                        return Err(at(format!("sex “{}”: expected m, f or nothing", c[5])));
                    }
                    self.people.push(Person {
                        name: c[0].to_owned(),
                        short: c[1].to_owned(),
                        also: list(c[2]),
                        native: list(c[3]),
                        wrong: list(c[4]),
                        sex: c[5].to_owned(),
                        countries: list(c[6]),
                        fields: list(c[7]),
                        roles,
                        with: list(c[9]),
                    });
                }
            }
            "offices.tsv" => {
                for (_, c) in rows(file, text, &["id", "country", "title", "forms", "ladder", "note"])? {
                    self.offices.push(Office {
                        id: c[0].to_owned(),
                        country: c[1].to_owned(),
                        title: c[2].to_owned(),
                        forms: list(c[3]),
                        ladder: list(c[4]),
                        note: c[5].to_owned(),
                        holders: Vec::new(),
                    });
                }
            }
            "holders.tsv" => {
                let ids: BTreeMap<String, usize> = self.offices.iter().enumerate().map(|(i, o)| (o.id.clone(), i)).collect();
                for (line, c) in rows(file, text, &["office", "person", "from", "to", "note"])? {
                    let Some(&office) = ids.get(c[0]) else {
                        return Err(format!("{file}:{line}: there is no office `{}` in offices.tsv", c[0]));
                    };
                    self.offices[office].holders.push(Holder {
                        person: c[1].to_owned(),
                        from: c[2].to_owned(),
                        to: c[3].to_owned(),
                        acting: c[4].contains("acting"),
                        jointly: c[4].contains("jointly"),
                    });
                }
            }
            "organisations.tsv" => {
                let columns = ["name", "acronym", "country", "kind", "also", "native", "foreign", "wrong", "with", "source"];
                for (_, c) in rows(file, text, &columns)? {
                    self.organisations.push(Organisation {
                        name: c[0].to_owned(),
                        acronym: c[1].to_owned(),
                        country: c[2].to_owned(),
                        kind: c[3].to_owned(),
                        also: list(c[4]),
                        native: list(c[5]),
                        foreign: list(c[6]),
                        wrong: list(c[7]),
                        with: list(c[8]),
                    });
                }
            }
            "places.tsv" => {
                for (_, c) in rows(file, text, &["name", "country", "also", "wrong", "note"])? {
                    let place = Place { name: c[0].to_owned(), country: c[1].to_owned(), also: list(c[2]), wrong: tagged(c[3]) };
                    self.places.push(place);
                }
            }
            "demonyms.tsv" => {
                for (_, c) in rows(file, text, &["country", "name", "also", "adjective", "people", "capital"])? {
                    let names = std::iter::once(c[1].to_owned()).chain(list(c[2])).collect();
                    let adjectives = list(c[3]).into_iter().chain(list(c[4])).collect();
                    self.countries.push(Country { code: c[0].to_owned(), names, adjectives });
                }
            }
            "styles.tsv" => {
                for (_, c) in rows(file, text, &["topic", "forms", "note"])? {
                    self.styles.push(Style { forms: list(c[1]), note: c[2].to_owned(), preferred: false });
                }
            }
            "given.tsv" => {
                for (_, c) in rows(file, text, &["English", "forms"])? {
                    self.given.push((c[0].to_owned(), tagged(c[1])));
                }
            }
            "meanings.tsv" => {
                for (_, c) in rows(file, text, &["surname", "language", "english", "note"])? {
                    self.meanings.push((c[0].to_owned(), c[1].to_owned(), list(c[2])));
                }
            }
            other => return Err(format!("{other}: no table of this name is known")),
        }
        Ok(())
    }

    /// Joins what belongs together once all files are read: people who stand among holders only become people.
    pub fn finish(&mut self) {
        self.listed = self.people.len();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (index, person) in self.people.iter().enumerate() {
            for form in std::iter::once(&person.name).chain(&person.also) {
                known.entry(fold(form)).or_insert(index);
            }
        }
        for office in &self.offices {
            for holder in &office.holders {
                let role = Role {
                    title: office.title.clone(),
                    body: String::new(),
                    from: holder.from.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0),
                    to: holder.to.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0),
                };
                let index = *known.entry(fold(&holder.person)).or_insert_with(|| {
                    self.people.push(Person {
                        name: holder.person.clone(),
                        short: short_of(&holder.person, &office.country),
                        countries: vec![office.country.clone()],
                        ..Person::default()
                    });
                    self.people.len() - 1
                });
                if index >= self.listed {
                    self.people[index].roles.push(role);
                }
            }
        }
    }

    /// Everything in the tables that cannot be true, a line each.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        let mut aliases: BTreeMap<String, &str> = BTreeMap::new();
        for person in &self.people[..self.listed] {
            if let Some(other) = names.insert(fold(&person.name), &person.name) {
                out.push(format!("{} stands twice among people (as {other})", person.name));
            }
            for form in person.also.iter().filter(|f| f.contains(' ')) {
                if fold(form) == fold(&person.name) {
                    continue;
                }
                if let Some(other) = aliases.insert(fold(form), &person.name).filter(|o| *o != person.name) {
                    out.push(format!("“{form}” is an accepted name of both {other} and {}", person.name));
                }
            }
            for role in &person.roles {
                if role.to != 0 && role.to < role.from {
                    out.push(format!("{}: {} ends before it begins", person.name, role.describe()));
                }
            }
            if !self.key_ends(person) {
                out.push(format!("{}: the short form “{}” is no part of the name", person.name, person.short));
            }
        }
        for person in &self.people[..self.listed] {
            for form in &person.wrong {
                if names.get(&fold(form)).is_some_and(|other| fold(other) != fold(&person.name)) {
                    out.push(format!("{}: the wrong form “{form}” is another person's name", person.name));
                }
            }
        }
        let mut ids = BTreeSet::new();
        for office in &self.offices {
            if !ids.insert(&office.id) {
                out.push(format!("the office {} stands twice", office.id));
            }
            if office.holders.is_empty() {
                out.push(format!("the office {} has no holders", office.id));
            }
            for pair in office.holders.windows(2) {
                let (a, b) = (&pair[0], &pair[1]);
                let shorter = a.from.len().min(b.from.len());
                if b.from[..shorter] < a.from[..shorter] {
                    out.push(format!("{}: {} ({}) stands after {} ({})", office.id, b.person, b.from, a.person, a.from));
                }
                let regular = ![a, b].iter().any(|h| h.acting || h.jointly) && a.person != b.person;
                if regular && a.to.is_empty() {
                    out.push(format!("{}: {} has not left, yet {} follows", office.id, a.person, b.person));
                }
                let least = a.to.len().min(b.from.len());
                if regular && !a.to.is_empty() && b.from[..least] < a.to[..least] {
                    out.push(format!("{}: {} begins ({}) before {} ends ({})", office.id, b.person, b.from, a.person, a.to));
                }
            }
            for holder in &office.holders {
                let least = holder.from.len().min(holder.to.len());
                if !holder.to.is_empty() && holder.to[..least] < holder.from[..least] {
                    out.push(format!("{}: {} leaves before arriving", office.id, holder.person));
                }
            }
        }
        let mut bodies: BTreeMap<String, &str> = BTreeMap::new();
        for body in &self.organisations {
            if let Some(other) = bodies.insert(format!("{} {}", fold(&body.name), body.country), &body.name) {
                out.push(format!("{} stands twice among organisations (as {other})", body.name));
            }
        }
        out
    }

    fn key_ends(&self, person: &Person) -> bool {
        let (name, short) = (fold(&person.name), fold(&person.short));
        !short.is_empty() && (name.contains(&short) || person.also.iter().any(|a| fold(a) == short))
    }
}

/// The form news prints at second mention, as far as the country tells.
fn short_of(name: &str, country: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let family_first = matches!(country, "CN" | "KP" | "TW" | "HK" | "VN" | "KH") || country == "KR" && words.len() == 3;
    let word = if family_first { words.first() } else { words.last() };
    let particle =
        words.iter().position(|w| matches!(*w, "van" | "von" | "de" | "der" | "da" | "dos" | "al" | "bin" | "Al" | "Van" | "De"));
    match particle {
        Some(at) if at > 0 && !family_first => words[at..].join(" "),
        _ => word.map_or_else(String::new, |w| (*w).to_owned()),
    }
}
