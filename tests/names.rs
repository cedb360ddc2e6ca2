//! The tables of names hold no contradictions, and the rules that read them are right and silent where they should be.

use std::fs;
use std::path::{Path, PathBuf};

use copydesk::names::data::tables::Tables;

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
