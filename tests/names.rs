//! The tables of names hold no contradictions, and the rules that read them are right and silent where they should be.

use std::fs;
use std::path::{Path, PathBuf};

use std::fmt::Write as _;

use copydesk::names::data::fold::fold;
use copydesk::names::data::tables::{Person, Tables};
use copydesk::view::Format;
use rayon::prelude::*;

mod common;

use common::corruptor::Mechanism;
use common::{check_text, compare};

/// The tables of `rules/names`, read the way the build reads them.
fn tables() -> Tables {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("rules/names");
    let mut paths: Vec<PathBuf> = Vec::new();
    for dir in [folder.clone(), folder.join("people")] {
        paths.extend(fs::read_dir(dir).expect("the folder is there").flatten().map(|e| e.path()).filter(|p| p.is_file()));
    }
    paths.sort_by_key(|p| (p.ends_with("holders.tsv"), p.clone()));
    let mut tables = Tables::default();
    for path in paths {
        let name = path.strip_prefix(&folder).expect("below it").to_string_lossy().replace('\\', "/");
        tables.add(&name, &fs::read_to_string(&path).expect("readable")).unwrap_or_else(|e| panic!("rules/names/{e}"));
    }
    tables.finish();
    tables
}

#[test]
fn tables_do_not_contradict_themselves() {
    let found = tables().contradictions();
    assert!(found.is_empty(), "{} contradictions:\n{}", found.len(), found.join("\n"));
}

#[test]
fn tables_are_as_large_as_the_documentation_says() {
    let tables = tables();
    let people = &tables.people[..tables.listed];
    assert!(people.len() >= 5_000, "{} people", people.len());
    assert!(tables.offices.len() >= 350 && tables.organisations.len() >= 1_700);
    assert!(people.iter().all(|p| !p.countries.is_empty() && !p.fields.is_empty() && !p.roles.is_empty() || !p.with.is_empty()));
}

const RULES: [&str; 2] = ["person-misrendered", "name-order"];

/// A sentence that says of a person what the table says, with `name` in the person's place.
fn in_context(person: &Person, name: &str) -> String {
    let role = &person.roles[0];
    let company = person.with.first().map_or(String::new(), |w| format!(" and {w}"));
    let of = if role.body.is_empty() { String::new() } else { format!(" of {}", role.body) };
    format!("The report names the {}{of}, {name}{company} in one breath.\n\nNobody answered questions on Tuesday.", role.title)
}

/// A sentence with one co-mention and neither title nor organisation.
fn in_company(person: &Person, name: &str) -> Option<String> {
    person.with.first().map(|with| format!("On Tuesday {name} spoke about {with} once more."))
}

fn alone(name: &str) -> String {
    format!("On Tuesday {name} said the weather would turn.")
}

/// What the name rules replace `name` with, when they flag it.
fn said(text: &str, name: &str) -> Option<String> {
    let checked = check_text(Format::Plain, text);
    let found =
        checked.findings().iter().find(|f| RULES.contains(&f.rule.id.as_str()) && (name.contains(&f.quote) || f.quote.contains(name)));
    found.map(|f| f.fixes.first().and_then(|fix| fix.edits.first()).map_or_else(String::new, |e| e.text.clone()))
}

/// Every `step`th of the people whom the tables tell enough of.
fn sample(people: &[Person]) -> impl Iterator<Item = (usize, &Person)> {
    people
        .iter()
        .enumerate()
        .filter(|(_, p)| !p.roles.is_empty() && p.name.contains(' ') && p.name.chars().all(|c| c.is_alphabetic() || " -’'".contains(c)))
}

/// How often each mechanism is seen through, on names the tables have, and how often right names are doubted.
#[test]
fn spoilt_names_are_found_and_right_ones_left_alone() {
    const EACH: usize = 150;
    let tables = tables();
    let people = &tables.people[..tables.listed];
    let accepted: std::collections::BTreeSet<String> =
        people.iter().flat_map(|p| std::iter::once(&p.name).chain(&p.also)).map(|n| fold(n)).collect();
    let mut table = String::from(
        "| how the name was spoilt | names | found in context | with the right name | beside one co-mention | found alone |\n|---|---|---|---|---|---|\n",
    );
    let (mut all, mut all_found) = (0, 0);
    for mechanism in Mechanism::ALL {
        let mut cases: Vec<(&Person, String)> = sample(people)
            .filter_map(|(n, p)| mechanism.spoil(p, &tables, n).map(|s| (p, s)))
            .filter(|(_, s)| !accepted.contains(&fold(s)))
            .collect();
        let step = cases.len().div_ceil(EACH).max(1);
        cases = cases.into_iter().step_by(step).collect();
        let results: Vec<[bool; 4]> = cases
            .par_iter()
            .map(|(person, spoilt)| {
                let found = said(&in_context(person, spoilt), spoilt);
                let right = found.as_ref().is_some_and(|f| person.name.ends_with(f.as_str()));
                if std::env::var_os("SHOW_MISSES").is_some() && !right {
                    eprintln!("{mechanism:?}: {spoilt} for {}: {found:?}", person.name);
                }
                let company = in_company(person, spoilt).is_some_and(|text| said(&text, spoilt).is_some());
                [found.is_some(), right, company, said(&alone(spoilt), spoilt).is_some()]
            })
            .collect();
        let count = |n: usize| results.iter().filter(|r| r[n]).count();
        let shares: Vec<String> = (0..4).map(|n| format!("{:.2}", count(n) as f64 / results.len().max(1) as f64)).collect();
        let _ = writeln!(table, "| {} | {} | {} |", mechanism.name(), results.len(), shares.join(" | "));
        all += results.len();
        all_found += count(1);
    }
    let recall = all_found as f64 / all as f64;
    let _ = writeln!(table, "| all | {all} | | {recall:.2} | | |");

    // Right names, in their own context and in a stranger's.
    let right: Vec<(usize, &Person)> = sample(people).collect();
    let texts: Vec<(String, String)> = (0..right.len())
        .flat_map(|n| {
            let (_, person) = right[n];
            let (_, other) = right[(n * 7 + 13) % right.len()];
            [(person.name.clone(), in_context(person, &person.name)), (person.name.clone(), in_context(other, &person.name))]
        })
        .chain(homonyms())
        .chain(strangers(&right))
        .collect();
    let alarms: Vec<String> =
        texts.par_iter().filter_map(|(name, text)| said(text, name).map(|s| format!("{name} → {s}: {text}"))).collect();
    let rate = alarms.len() as f64 / texts.len() as f64;
    if std::env::var_os("SHOW_MISSES").is_some() {
        eprintln!("{} alarms:\n{}", alarms.len(), alarms.join("\n"));
    }
    let _ = writeln!(
        table,
        "\nRight names doubted: {} of {} ({:.3} %). Each name stands once in its own person's sentence and once in another person's;\n\
         with them stand well-known homonyms and made-up people with common names in the sentences of known ones.",
        alarms.len(),
        texts.len(),
        rate * 100.0
    );
    let path = "docs/names.md";
    let page = fs::read_to_string(path).expect("the page is there");
    let (before, rest) = page.split_once("<!-- recall -->\n").expect("the page has the mark");
    let (_, after) = rest.split_once("<!-- end of recall -->").expect("and its end");
    compare(path, &format!("{before}<!-- recall -->\n{table}<!-- end of recall -->{after}"));
    assert!(recall >= 0.6, "recall is {recall:.2}");
    assert!(rate <= 0.001, "{} right names doubted:\n{}", alarms.len(), alarms.join("\n"));
}

/// People whose names are nearly those of better-known ones.
fn homonyms() -> Vec<(String, String)> {
    [
        ("Jan Hus", "The Council on Foreign Relations showed a film about Jan Hus in New York."),
        ("Gordon Brown", "The former prime minister of Britain, Gordon Brown, met the chancellor."),
        ("Theresa May", "The former prime minister of Britain, Theresa May, spoke of Brexit."),
        ("Jack Straw", "The former foreign secretary Jack Straw spoke to the House of Commons in Britain."),
        ("Richard Hess", "The American designer Richard Hess worked for a magazine in New York."),
        ("Rudolf Hess", "The film is about Rudolf Hess and Germany."),
        ("Richard Haas", "The muralist Richard Haas painted walls in New York."),
        ("Michael Hudson", "The economist Michael Hudson writes about the United States."),
        ("David Camerona", "A baker called David Camerona lives in Rome."),
        ("John Major", "The former prime minister of Britain, John Major, wrote a book."),
        ("Robert Gates", "The former defense secretary Robert Gates wrote about the Pentagon."),
        ("Ivan Duque", "The former president of Colombia, Ivan Duque, spoke in Bogota."),
        ("Bill Burns", "The former director of the CIA, Bill Burns, spoke in Washington."),
        ("George Bush", "The former president of the United States, George Bush, lives in Texas."),
        ("Scott Morrison", "The former prime minister of Australia, Scott Morrison, spoke in Canberra."),
        ("Mike Johnson", "The speaker of the House of Representatives, Mike Johnson, spoke in Washington."),
        ("Boris Johnson", "The former prime minister of Britain, Boris Johnson, spoke in Kyiv."),
        ("Alexander Stubb", "The president of Finland, Alexander Stubb, spoke in Helsinki."),
        ("Andrej Kiska", "The former president of Slovakia, Andrej Kiska, spoke in Bratislava."),
        ("Peter Pellegrini", "The president of Slovakia, Peter Pellegrini, spoke in Bratislava."),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .collect()
}

/// Made-up people with common names, in the sentences of known ones.
fn strangers(people: &[(usize, &Person)]) -> Vec<(String, String)> {
    const GIVEN: [&str; 20] = [
        "James", "Mary", "Robert", "Linda", "Michael", "Susan", "David", "Anna", "Peter", "Maria", "Thomas", "Elena", "Ivan", "Olga",
        "Pierre", "Claire", "Hans", "Carlos", "Lucia", "Giovanni",
    ];
    const FAMILY: [&str; 40] = [
        "Smith", "Johnson", "Miller", "Davis", "Wilson", "Moore", "Taylor", "Clark", "Walker", "Young", "Allen", "Scott", "Baker",
        "Nelson", "Carter", "Turner", "Parker", "Collins", "Murphy", "Cook", "Morgan", "Bell", "Cooper", "Ward", "Brooks", "Gray",
        "Watson", "Price", "Bennett", "Wood", "Petrov", "Novak", "Schmidt", "Fischer", "Weber", "Dubois", "Rossi", "Garcia", "Martinez",
        "Silva",
    ];
    let names = GIVEN.iter().flat_map(|g| FAMILY.iter().map(move |f| format!("{g} {f}")));
    names
        .enumerate()
        .map(|(n, name)| {
            let text = in_context(people[(n * 31 + 7) % people.len()].1, &name);
            (name, text)
        })
        .collect()
}
