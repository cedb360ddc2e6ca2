//! `learn-furniture`: the lines that a site repeats, found by reading many of its articles.

use std::collections::HashMap;
use std::io::{self, Write as _};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::args::{Common, Global, Learn};
use super::complain;
use super::desk::{self, Desk};
use crate::detect::furniture::normalise;
use crate::report::counted;
use crate::view::View;

/// Words above which a line is text.
const MOST_WORDS: usize = 25;

pub(super) fn run(args: &Learn, global: &Global) -> anyhow::Result<u8> {
    let common = Common { what: args.what.clone(), ..Common::default() };
    let at = super::args::Where { isolated: true, ..Default::default() };
    let mut desk = Desk::new(&common.which, &at);
    let inputs = desk.inputs(&common.what)?;
    let read: Vec<_> = inputs
        .par_iter()
        .map(|input| {
            let article = desk::read(input, &desk, &common)?;
            Ok::<_, anyhow::Error>(desk.projects[input.project].views(&article).iter().map(lines).collect::<Vec<_>>())
        })
        .collect();
    let (mut failed, mut articles) = (0, 0);
    let mut all: HashMap<String, (usize, String)> = HashMap::new();
    for read in read {
        match read {
            Ok(read) => {
                articles += read.len();
                for (key, text) in read.into_iter().flatten() {
                    let entry = all.entry(key).or_insert((0, text.clone()));
                    entry.0 += 1;
                    // The same form whatever the order of the files.
                    entry.1 = entry.1.clone().min(text);
                }
            }
            Err(error) => {
                failed += 1;
                complain(&error);
            }
        }
    }
    if articles < args.least {
        bail!("{} read; a line counts when it stands in at least {} (--least)", counted(articles, "article"), args.least);
    }
    let mut lines: Vec<(usize, String)> = all.into_values().filter(|(n, _)| *n >= args.least).collect();
    lines.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut text =
        format!("# Lines that stand in at least {} of {articles} articles. Take out what belongs to the articles.\n", args.least);
    for (_, line) in &lines {
        text.push_str(line);
        text.push('\n');
    }
    match &args.output {
        Some(path) => {
            crate::write::replace(path, text.as_bytes()).with_context(|| format!("{}", path.display()))?;
            if !global.quiet {
                let list = path.display();
                writeln!(
                    io::stderr(),
                    "{} from {} written to {list}; read it, then add to copydesk.toml: furniture = [\"{list}\"]",
                    counted(lines.len(), "line"),
                    counted(articles, "article")
                )?;
            }
        }
        None => io::stdout().write_all(text.as_bytes())?,
    }
    Ok(if failed > 0 { 2 } else { 0 })
}

/// The short lines of an article, each once, with the form it was first seen in.
fn lines(view: &View) -> HashMap<String, String> {
    let mut lines: HashMap<String, String> = HashMap::new();
    for block in &view.blocks {
        let text = block.view.of(&view.text).trim();
        let words = text.split_whitespace().count();
        if (1..=MOST_WORDS).contains(&words) && text.chars().any(char::is_alphabetic) {
            lines.entry(normalise(text)).or_insert_with(|| text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    lines
}
