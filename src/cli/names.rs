//! `names`: what copydesk knows of a name, and teaching it new ones.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{AddName, Names, Which};
use super::desk::Desk;
use super::rules::quoted;
use crate::names::data::pack::Store;
use crate::names::{self, house, lookup};
use crate::write::replace;

pub(super) fn run(command: &Names) -> anyhow::Result<u8> {
    match command {
        Names::Lookup { text, names, at } => {
            let which = Which::default();
            let mut desk = Desk::new(&which, at);
            let number = desk.project(Path::new("."))?;
            let files: Vec<PathBuf> = desk.projects[number].config.names_files.iter().chain(names).cloned().collect();
            look_up(text, &files)
        }
        Names::Add(args) => add(args),
    }
}

fn look_up(text: &str, files: &[PathBuf]) -> anyhow::Result<u8> {
    let own = house::open(files)?;
    let stores: Vec<&Store> = own.iter().chain(names::builtin()).collect();
    let lines = lookup::describe(&stores, text);
    let mut out = io::stdout().lock();
    if lines.is_empty() {
        writeln!(out, "“{text}”: nothing is known of it, and nothing sounds like it")?;
        return Ok(1);
    }
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(0)
}

fn add(args: &AddName) -> anyhow::Result<u8> {
    let name = args.file.display().to_string();
    let before = match std::fs::read_to_string(&args.file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            "# Names of our own; copydesk's docs/names.md describes the file.\n".to_owned()
        }
        Err(error) => return Err(error).with_context(|| name),
    };
    let known = house::tables(&name, &before)?;
    if known.people.iter().any(|p| p.name == args.name) {
        bail!("{name}: {} stands there already", args.name);
    }
    let mut text = before;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let list = |items: &[String]| items.iter().map(|i| quoted(i)).collect::<Vec<_>>().join(", ");
    let _ = writeln!(text, "\n[[person]]\nname = {}", quoted(&args.name));
    if let Some(short) = &args.short {
        let _ = writeln!(text, "short = {}", quoted(short));
    }
    if let Some(sex) = &args.sex {
        let _ = writeln!(text, "sex = {}", quoted(sex));
    }
    let lists = [
        ("also", &args.also),
        ("native", &args.native),
        ("wrong", &args.wrong),
        ("countries", &args.country),
        ("roles", &args.role),
        ("with", &args.company),
    ];
    for (key, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        let _ = writeln!(text, "{key} = [{}]", list(items));
    }
    // What would not be read again is not written.
    house::tables(&name, &text)?;
    let fresh = known.people.is_empty() && known.accepted.is_empty() && known.styles.is_empty() && known.organisations.is_empty();
    replace(&args.file, text.as_bytes()).with_context(|| name.clone())?;
    let mut out = io::stdout().lock();
    writeln!(out, "{} added to {name}", args.name)?;
    let forms = lookup::wrong_forms(&text, &name, &args.name)?;
    if !forms.is_empty() {
        writeln!(out, "wrong forms, where the context agrees: {}", forms.join(", "))?;
    }
    if fresh {
        writeln!(out, "add to copydesk.toml: names = [{}]", quoted(&name))?;
    }
    Ok(0)
}
