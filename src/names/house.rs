//! A house's own names: people and organisations the tables lack, names that are right as they stand, and choices of spelling.

use std::borrow::Cow;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::data::fold::fold;
use super::data::pack::{Kind, Store, pack};
use super::data::tables::{Organisation, Person, Style, Tables, role};
use super::familiar::Embedded;
use crate::rule::schema::{PackError, nearest, place, with_nearest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    accept: Vec<String>,
    #[serde(default)]
    prefer: Vec<Spanned<String>>,
    #[serde(default)]
    style: Vec<RawStyle>,
    #[serde(default)]
    person: Vec<Spanned<RawPerson>>,
    #[serde(default)]
    organisation: Vec<RawOrganisation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStyle {
    write: String,
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    name: String,
    short: Option<String>,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    native: Vec<String>,
    #[serde(default)]
    wrong: Vec<String>,
    sex: Option<String>,
    #[serde(default)]
    countries: Vec<String>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    roles: Vec<Spanned<String>>,
    #[serde(default)]
    with: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrganisation {
    name: String,
    #[serde(default)]
    acronym: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    foreign: Vec<String>,
    #[serde(default)]
    wrong: Vec<String>,
    #[serde(default)]
    with: Vec<String>,
}

/// Reads the text of a `names.toml`; `file` is its name for errors.
///
/// # Errors
/// The first fault with line and column, and the nearest valid key or name.
pub fn tables(file: &str, text: &str) -> Result<Tables, PackError> {
    let raw: File = toml::from_str(text).map_err(|e| {
        let offset = e.span().map_or(0, |s| s.start);
        place(file, text, offset, with_nearest(e.message()))
    })?;
    let mut tables = Tables { accepted: raw.accept, ..Tables::default() };
    for person in raw.person {
        let at = person.span().start;
        let p = person.into_inner();
        let fault = |message: String| place(file, text, at, message);
        if p.name.trim().is_empty() {
            return Err(fault("a person needs a name".into()));
        }
        let sex = p.sex.unwrap_or_default();
        if !matches!(sex.as_str(), "" | "m" | "f") {
            return Err(fault(format!("sex “{sex}” of {}: expected m or f", p.name)));
        }
        let roles = p.roles.into_iter().map(|r| role(r.get_ref()).map_err(|e| place(file, text, r.span().start, e)));
        let short = p.short.unwrap_or_else(|| p.name.rsplit(' ').next().unwrap_or_default().to_owned());
        tables.people.push(Person {
            roles: roles.collect::<Result<_, _>>()?,
            name: p.name,
            short,
            also: p.also,
            native: p.native,
            wrong: p.wrong,
            sex,
            countries: p.countries,
            fields: p.fields,
            with: p.with,
        });
    }
    for o in raw.organisation {
        tables.organisations.push(Organisation {
            name: o.name,
            acronym: o.acronym,
            country: o.country,
            kind: if o.kind.is_empty() { "organisation".into() } else { o.kind },
            also: o.also,
            native: Vec::new(),
            foreign: o.foreign,
            wrong: o.wrong,
            with: o.with,
        });
    }
    for choice in raw.prefer {
        tables.styles.push(preferred(choice.get_ref()).map_err(|e| place(file, text, choice.span().start, e))?);
    }
    let own = |s: RawStyle| Style { forms: std::iter::once(s.write).chain(s.not).collect(), note: String::new(), preferred: true };
    tables.styles.extend(raw.style.into_iter().map(own));
    tables.finish();
    Ok(tables)
}

/// The spellings that `choice` is one of, with it in front.
fn preferred(choice: &str) -> Result<Style, String> {
    let store = super::builtin();
    let known = store.and_then(|s| s.lookup(&fold(choice)).find(|p| p.kind == Kind::Style).map(|p| s.style(p.id)));
    let Some(mut style) = known else {
        let all: Vec<String> = store.map(Store::styles).unwrap_or_default().into_iter().flat_map(|s| s.forms).collect();
        let hint = nearest(choice, all.iter().map(String::as_str)).map_or(String::new(), |n| format!("; did you mean “{n}”?"));
        return Err(format!("no other spellings of “{choice}” are known: list them with [[style]] write = …, not = […]{hint}"));
    };
    style.forms.retain(|f| fold(f) != fold(choice));
    style.forms.insert(0, choice.to_owned());
    style.preferred = true;
    Ok(style)
}

/// Opens files of names; later ones add to earlier ones.
///
/// # Errors
/// The first that cannot be read or used.
pub fn open(files: &[impl AsRef<Path>]) -> anyhow::Result<Option<Store>> {
    use anyhow::Context as _;
    if files.is_empty() {
        return Ok(None);
    }
    let mut all = Tables::default();
    for file in files {
        let name = file.as_ref().display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| name.clone())?;
        let tables = tables(&name, &text)?;
        all.accepted.extend(tables.accepted);
        all.people.extend(tables.people);
        all.organisations.extend(tables.organisations);
        all.styles.extend(tables.styles);
    }
    all.finish();
    Ok(Store::open(Cow::Owned(pack(&all, &Embedded))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_house_file() {
        let text =
            "accept = [\"Richard Huss\"]\nprefer = [\"Kiev\"]\n[[person]]\nname = \"Ada Krook\"\nroles = [\"mayor @ Visby 2020-\"]\n";
        let tables = tables("names.toml", text).expect("it is right");
        assert_eq!(tables.people[0].short, "Krook");
        assert_eq!(tables.styles[0].forms[0], "Kiev");
        assert!(tables.styles[0].preferred && tables.styles[0].forms.contains(&"Kyiv".to_owned()));
    }

    #[test]
    fn faults_have_their_place() {
        let fault = |text: &str| tables("names.toml", text).expect_err("it is wrong").to_string();
        assert!(fault("prefer = [\"Kyiw\"]").contains("names.toml:1"), "{}", fault("prefer = [\"Kyiw\"]"));
        assert!(fault("prefer = [\"Kyiw\"]").contains("Kyiv"));
        let role = fault("[[person]]\nname = \"A B\"\nroles = [\n\"mayor of X\"]");
        assert!(role.contains(":4:") && role.contains("title @ organisation"), "{role}");
        assert!(fault("persn = 1").contains("person"));
    }
}
