//! Which words people bear as names, and what other languages call places.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use copydesk::names::data::fold::fold;
use serde_json::Value;

use crate::sources::Package;

/// Latin parts of personal names, folded, with the number of the group of spellings that are one name.
pub fn parts(package: &Package) -> Result<Vec<u8>> {
    let text = std::str::from_utf8(package.file("rigour/data/names/persons.txt")?)?;
    let mut forms: BTreeMap<String, u64> = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let Some((names, _)) = line.split_once("=>") else { continue };
        for name in names.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            let latin = name.chars().all(|c| !c.is_alphabetic() || u32::from(c) < 0x250 || (0x1e00..0x1f00).contains(&u32::from(c)));
            if !latin {
                continue;
            }
            let folded = fold(name);
            if folded.len() > 1 && !folded.contains(' ') && folded.chars().all(|c| c.is_ascii_alphabetic()) {
                forms.entry(folded).or_insert(number as u64);
            }
        }
    }
    let mut builder = fst::MapBuilder::memory();
    for (form, number) in forms {
        builder.insert(form, number)?;
    }
    Ok(builder.into_inner()?)
}

/// Languages in Latin script whose names of places stay behind in English.
const LANGUAGES: [&str; 20] =
    ["ca", "cs", "da", "de", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "sv", "tr"];

/// Countries and large cities with their names in other languages, in the format of `rules/names/places.tsv`.
pub fn places(names: &Package, dates: &Package) -> Result<Vec<u8>> {
    let territories = |language: &str| -> Result<BTreeMap<String, String>> {
        let path = format!("package/main/{language}/territories.json");
        let json: Value = serde_json::from_slice(names.file(&path)?).with_context(|| path.clone())?;
        let found = json.pointer(&format!("/main/{language}/localeDisplayNames/territories")).and_then(Value::as_object);
        let found = found.with_context(|| format!("{path}: no territories"))?;
        Ok(found
            .iter()
            .filter(|(code, _)| code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase()))
            .filter_map(|(code, name)| Some((code.clone(), name.as_str()?.to_owned())))
            .collect())
    };
    let cities = |language: &str| -> Result<BTreeMap<String, String>> {
        let path = format!("package/main/{language}/timeZoneNames.json");
        let json: Value = serde_json::from_slice(dates.file(&path)?).with_context(|| path.clone())?;
        let mut out = BTreeMap::new();
        if let Some(zones) = json.pointer(&format!("/main/{language}/dates/timeZoneNames/zone")) {
            collect("", zones, &mut out);
        }
        Ok(out)
    };
    let mut rows: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let (countries, towns) = (territories("en")?, cities("en")?);
    for language in LANGUAGES {
        let short = if language == "nb" { "no" } else { language };
        for (code, name) in territories(language)? {
            if let Some(english) = countries.get(&code) {
                note(&mut rows, english, &code, short, &name);
            }
        }
        for (zone, name) in cities(language)? {
            let english = towns.get(&zone).cloned().unwrap_or_else(|| zone.rsplit('/').next().unwrap_or("").replace('_', " "));
            note(&mut rows, &english, "", short, &name);
        }
    }
    let mut out = String::from("#name\tcountry\talso\twrong\tnote\n");
    for ((name, country), forms) in rows {
        out.push_str(&format!("{name}\t{country}\t\t{}\t\n", forms.join("; ")));
    }
    Ok(out.into_bytes())
}

fn note(rows: &mut BTreeMap<(String, String), Vec<String>>, english: &str, country: &str, language: &str, name: &str) {
    let plain = |n: &str| n.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '’' | '\''));
    if english.is_empty() || !plain(english) || !plain(name) || fold(english) == fold(name) {
        return;
    }
    rows.entry((english.to_owned(), country.to_owned())).or_default().push(format!("{language}:{name}"));
}

/// Zones with an example city, by path.
fn collect(path: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    let Some(map) = value.as_object() else { return };
    if let Some(city) = map.get("exemplarCity").and_then(Value::as_str) {
        out.insert(path.to_owned(), city.to_owned());
        return;
    }
    for (key, inner) in map {
        collect(&format!("{path}/{key}"), inner, out);
    }
}
