//! What is known of a name, for people who ask.

use super::data::fold::{fold, skeleton};
use super::data::forge::{self, Forge};
use super::data::pack::{Kind, Posting, Store};
use super::data::tables::Person;
use super::house;
use super::person::needed;
use crate::rule::schema::PackError;

/// How many readings of one name are of use.
const MOST: usize = 12;

/// Everything that `text` may be, a line or more each, the surest first.
#[must_use]
pub fn describe(stores: &[&Store], text: &str) -> Vec<String> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let mut out = Vec::new();
    for store in stores {
        for posting in store.lookup(&folded) {
            out.extend(whole(store, text, posting));
        }
    }
    // `Richard Huss`: a wrong family name behind a given name.
    for cut in 1..words.len() {
        let (head, tail) = (words[..cut].join(" "), words[cut..].join(" "));
        for store in stores {
            for posting in store.lookup(&tail).filter(|p| p.kind == Kind::WrongTail) {
                let person = store.person(posting.id);
                if bears(&person, &head) {
                    out.push(misrendered(text, &person, posting));
                }
            }
            if out.is_empty() {
                for posting in store.lookup(&format!("~{}", skeleton(&tail))).filter(|p| p.kind == Kind::Sound) {
                    let person = store.person(posting.id);
                    if bears(&person, &head) && !forge::accepted(&person).contains(&folded) {
                        out.push(misrendered(text, &person, Posting { how: forge::How::Sound, known: true, ..posting }));
                    }
                }
            }
        }
    }
    out.dedup();
    out.truncate(MOST);
    out
}

fn bears(person: &Person, head: &str) -> bool {
    let first = head.split(' ').next().unwrap_or(head);
    forge::accepted(person).iter().any(|f| f.split(' ').next() == Some(first))
}

fn whole(store: &Store, text: &str, posting: Posting) -> Option<String> {
    let id = posting.id;
    Some(match posting.kind {
        Kind::Full => format!("“{text}” is right: {}", card(&store.person(id))),
        Kind::Tail | Kind::Short => format!("“{text}” is the family name of {}", card(&store.person(id))),
        Kind::WrongTail | Kind::WrongFull => misrendered(text, &store.person(id), posting),
        Kind::Body | Kind::Acronym => {
            let body = store.body(id);
            format!("“{text}” is right: {} ({})", body.name, body.kind)
        }
        Kind::WrongBody | Kind::WeakBody | Kind::ForeignAcronym => {
            let body = store.body(id);
            let when = if posting.kind == Kind::WeakBody { ", where the context agrees" } else { "" };
            format!("“{text}” would be flagged{when}: {} ({})", body.name, body.kind)
        }
        Kind::Place => format!("“{text}” is right: a place"),
        Kind::WrongPlace => format!("“{text}” would be flagged: {} in English", store.place(id).name),
        Kind::Office => {
            let record = store.office(id);
            let now: Vec<String> =
                record.office.holders.iter().rev().take(3).map(|h| format!("{} {}–{}", h.person, h.from, h.to)).collect();
            format!("“{text}” is an office, {}; last holders: {}", record.office.title, now.join("; "))
        }
        Kind::Style => format!("“{text}” is one of several spellings: {}", store.style(id).forms.join(", ")),
        Kind::Accepted => format!("“{text}” is right: the house accepts it"),
        Kind::Country | Kind::Given | Kind::WrongHead | Kind::Sound => return None,
    })
}

/// Name and roles in two lines.
fn card(person: &Person) -> String {
    let roles: Vec<String> = person.roles.iter().take(4).map(super::data::tables::Role::describe).collect();
    if roles.is_empty() { person.name.clone() } else { format!("{}\n    {}", person.name, roles.join("; ")) }
}

fn misrendered(text: &str, person: &Person, posting: Posting) -> String {
    let own = if posting.known { "; the form is a name or word of its own" } else { "" };
    let with = if person.with.is_empty() { String::new() } else { format!("\n    often named with {}", person.with.join(", ")) };
    format!(
        "“{text}” may be a wrong form of {}\n    {}{own}; flagged with {} points of evidence (given name 2, office 2, organisation 2, company 1 each, country 1){with}",
        card(person),
        posting.how.describe(),
        needed(&posting)
    )
}

/// The wrong family names that come by themselves for `name` of a house file.
///
/// # Errors
/// When the file cannot be read.
pub fn wrong_forms(text: &str, file: &str, name: &str) -> Result<Vec<String>, PackError> {
    let tables = house::tables(file, text)?;
    let forge = Forge::new(&tables);
    let Some(person) = tables.people.iter().find(|p| p.name == name) else { return Ok(Vec::new()) };
    let (tails, wholes) = forge.wrong(person);
    Ok(tails.into_iter().chain(wholes).map(|f| f.text).collect())
}
