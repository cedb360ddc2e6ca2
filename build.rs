//! Validates the built-in rule packs and packs them, so that start-up parses nothing.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/names/data/mod.rs"]
mod data;
#[path = "src/names/familiar.rs"]
mod familiar;
#[path = "src/finding.rs"]
mod finding;
#[path = "src/text/inflect.rs"]
mod inflect;
#[path = "src/lang/lexicon.rs"]
mod lexicon;
#[path = "src/names/parts.rs"]
mod parts;
#[path = "src/rule/pattern.rs"]
mod pattern;
#[path = "src/rule/schema.rs"]
mod schema;
#[path = "src/span.rs"]
mod span;
#[path = "src/rule/table.rs"]
mod table;
#[path = "src/text/token.rs"]
mod token;
mod lang {
    pub(crate) use crate::lexicon;
}
mod text {
    pub(crate) use crate::token;
}
mod rule {
    pub(crate) use crate::{pattern, schema, table};
}

fn files(dir: &Path, ext: &str, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ext, out);
        } else if path.extension().is_some_and(|e| e == ext) {
            out.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Packs the tables of `rules/names` with the places of `data/`.
fn names(root: &Path) -> Vec<u8> {
    let folder = root.join("rules").join("names");
    let mut paths = Vec::new();
    files(&folder, "tsv", &mut paths);
    // Holders need their offices.
    paths.sort_by_key(|p| (p.ends_with("holders.tsv"), p.clone()));
    let mut tables = data::tables::Tables::default();
    let mut add = |name: &str, path: &Path| tables.add(name, &read(path)).unwrap_or_else(|e| panic!("rules/names/{e}"));
    for path in &paths {
        add(&path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().replace('\\', "/"), path);
    }
    add("places.tsv", &root.join("data").join("places.tsv"));
    tables.finish();
    data::pack::pack(&tables, &familiar::Embedded)
}

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=data");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let rules = root.join("rules");
    let mqm = read(&rules.join("mqm.toml"));
    let categories = schema::read_categories("rules/mqm.toml", &mqm).unwrap_or_else(|e| panic!("{e}"));
    let mut paths = Vec::new();
    files(&rules, "toml", &mut paths);
    paths.sort();
    let mut packs = Vec::new();
    let mut examples = Vec::new();
    for path in paths.iter().filter(|p| p.file_name().is_some_and(|n| n != "mqm.toml")) {
        let name = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let table = |file: &str| fs::read_to_string(rules.join(file)).map_err(|e| format!("table {file}: {e}"));
        let (pack, shown) = schema::read(&name, &read(path), &categories, table).unwrap_or_else(|e| panic!("{e}"));
        packs.push((name, pack));
        examples.push(shown);
    }
    let mut paths = Vec::new();
    files(&rules.join("words"), "txt", &mut paths);
    paths.sort();
    let name = |p: &Path| p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let words: Vec<(String, String)> =
        paths.iter().map(|p| (name(p), schema::pack_list(&name(p), &schema::read_words(&read(p))))).collect();
    let measured = schema::read_measured("rules/measured.tsv", &read(&rules.join("measured.tsv"))).unwrap_or_else(|e| panic!("{e}"));
    let signs: Vec<f32> = packs.iter().flat_map(|(_, p)| &p.rules).map(|r| schema::sign(&measured, &r.id)).collect();
    // Tables are long; each is unpacked only when its rule runs.
    let rules = packs.iter_mut().flat_map(|(_, pack): &mut (String, schema::Pack)| &mut pack.rules);
    let rows: Vec<Vec<u8>> = rules.map(|rule| postcard::to_allocvec(&std::mem::take(&mut rule.rows)).expect("plain data")).collect();
    let core = postcard::to_allocvec(&(categories, words, packs, rows, signs)).expect("plain data");
    fs::write(out.join("names.bin"), names(&root)).expect("OUT_DIR is writable");
    fs::write(out.join("rules.bin"), core).expect("OUT_DIR is writable");
    fs::write(out.join("examples.bin"), postcard::to_allocvec(&(examples, measured)).expect("plain data")).expect("OUT_DIR is writable");
}
