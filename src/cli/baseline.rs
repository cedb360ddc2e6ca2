//! `baseline` and `stet`: what is accepted, all at once or one by one.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{BaselineArgs, BaselineCommand, Global, StetAdd, StetUnused, Where, Which};
use super::desk::{Desk, sidecar};
use super::run::{Reading, every};
use crate::baseline::{Baseline, NAME};
use crate::config::Config;
use crate::finding::Finding;
use crate::report::{counted, visible};
use crate::resolve::stet::{Entry, Sidecar};
use crate::write::{lock, replace};

pub(super) fn run(command: &BaselineCommand, global: &Global) -> anyhow::Result<u8> {
    match command {
        BaselineCommand::Write(args) => write(args, global),
        BaselineCommand::Prune(args) => prune(args, global),
        BaselineCommand::Show { file, at } => show(&place(file.as_ref(), at)?),
    }
}

/// The baseline meant: the one named, the one of the configuration here, or the usual name.
fn place(file: Option<&PathBuf>, at: &Where) -> anyhow::Result<PathBuf> {
    match file {
        Some(file) => Ok(file.clone()),
        None => Ok(configured(at)?.unwrap_or_else(|| NAME.into())),
    }
}

fn configured(at: &Where) -> anyhow::Result<Option<PathBuf>> {
    let config = if at.isolated { None } else { at.config.clone().or_else(|| Config::find(Path::new("."))) };
    Ok(config.as_deref().map(Config::read).transpose()?.and_then(|c| c.baseline))
}

/// A file's path and its findings.
type Now = (String, Vec<Finding>);

/// What every file has now; with the number of those that could not be read.
fn now(args: &BaselineArgs, global: &Global) -> anyhow::Result<(Vec<Now>, usize)> {
    // Whatever a baseline hides is wanted here.
    let which = Which { baseline: Some(None), ..args.common.which.clone() };
    let mut desk = Desk::new(&which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    let mut found = Vec::new();
    let failed = every(&desk, &inputs, &args.common, global, Reading::Whole, |_, article, reports| {
        found.push((article.source.path.clone(), reports.iter().flat_map(|r| r.findings.iter().cloned()).collect()));
        Ok(())
    })?;
    Ok((found, failed))
}

/// The baseline in `file`, which may not be there yet.
fn known(file: &Path) -> anyhow::Result<Baseline> {
    match Baseline::read(file) {
        Err(crate::baseline::BaselineError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(Baseline::new(file)),
        other => Ok(other?),
    }
}

fn write(args: &BaselineArgs, global: &Global) -> anyhow::Result<u8> {
    let file = place(args.file.as_ref(), &args.common.at)?;
    known(&file)?;
    let (found, failed) = now(args, global)?;
    // What is known of files that are not read now stays, also what another run wrote meanwhile.
    let held = lock(&file);
    let mut baseline = known(&file)?;
    for (path, findings) in &found {
        baseline.set(path, findings);
    }
    replace(&file, baseline.render().as_bytes()).with_context(|| format!("{}", file.display()))?;
    drop(held);
    if !global.quiet {
        let name = file.display();
        writeln!(
            io::stdout(),
            "{} in {name}; `copydesk check --baseline {name}` reports only what is new",
            counted(baseline.len(), "finding")
        )?;
    }
    Ok(if failed > 0 { 2 } else { 0 })
}

fn prune(args: &BaselineArgs, global: &Global) -> anyhow::Result<u8> {
    let file = place(args.file.as_ref(), &args.common.at)?;
    Baseline::read(&file)?;
    let (found, failed) = now(args, global)?;
    let held = lock(&file);
    let mut baseline = Baseline::read(&file)?;
    let gone = baseline.prune_missing();
    let dropped = gone + found.iter().map(|(path, findings)| baseline.prune(path, findings)).sum::<usize>();
    replace(&file, baseline.render().as_bytes()).with_context(|| format!("{}", file.display()))?;
    drop(held);
    if !global.quiet {
        writeln!(io::stdout(), "{} dropped, {} left", counted(dropped, "finding"), counted(baseline.len(), "finding"))?;
    }
    Ok(if failed > 0 { 2 } else { 0 })
}

fn show(file: &Path) -> anyhow::Result<u8> {
    let baseline = Baseline::read(file)?;
    let mut out = io::stdout().lock();
    for (path, entries) in baseline.files() {
        writeln!(out, "{path}")?;
        for entry in entries {
            let quote: String = entry.quote.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
            writeln!(out, "  {}  {}  “{quote}”", entry.fingerprint, entry.rule)?;
        }
    }
    writeln!(out, "{} in {}", counted(baseline.len(), "finding"), counted(baseline.files().count(), "file"))?;
    Ok(0)
}

/// Lets one finding stand, with a reason, in the file beside its article.
pub(super) fn stet(args: &StetAdd, global: &Global) -> anyhow::Result<u8> {
    let print = args.fingerprint.to_lowercase();
    if args.reason.trim().is_empty() {
        bail!("--reason: say why the finding may stand");
    }
    let mut desk = Desk::new(&args.common.which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    let mut found: Vec<(String, Entry)> = Vec::new();
    let mut stands = false;
    let failed = every(&desk, &inputs, &args.common, global, Reading::Parts, |_, article, reports| {
        for finding in reports.iter().flat_map(|r| &r.findings).filter(|f| f.fingerprint == print) {
            found.push((article.source.path.clone(), Entry::of(finding, args.reason.trim())));
        }
        stands |= reports.iter().flat_map(|r| &r.suppressed).any(|f| f.fingerprint == print);
        Ok(())
    })?;
    if found.is_empty() {
        let why = if stands { "it is let stand already" } else { "no finding has it; the JSON report lists them (--output-format json)" };
        bail!("{print}: {why}");
    }
    let mut out = io::stdout().lock();
    for (path, entry) in found {
        let name = Sidecar::name_for(&path);
        let _held = lock(Path::new(&name));
        let mut sidecar = sidecar(Path::new(&path))?.unwrap_or_else(|| Sidecar::new(&name));
        sidecar.add(entry);
        replace(Path::new(&name), sidecar.render().as_bytes()).with_context(|| name.clone())?;
        writeln!(out, "{print} may stand, says {name}")?;
    }
    Ok(if failed > 0 { 2 } else { 0 })
}

/// Lists the stets that let nothing stand.
pub(super) fn unused(args: &StetUnused, global: &Global) -> anyhow::Result<u8> {
    let mut desk = Desk::new(&args.common.which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    let mut lines = Vec::new();
    let failed = every(&desk, &inputs, &args.common, global, Reading::Whole, |_, article, reports| {
        let path = &article.source.path;
        for finding in reports.iter().flat_map(|r| &r.findings).filter(|f| f.rule.id == "stet-unused") {
            let at = article.source.position(finding.span.start);
            let entry = finding.evidence.first().map_or(String::new(), |e| format!(" {}", e.message));
            lines.push(format!("{path}:{}:{}: {}{entry}", at.line, at.column, finding.message));
        }
        // In a data file an entry may be about any of its articles.
        if let (Some(_), Some(sidecar)) = (&article.records, &article.sidecar) {
            let stands = |e: &&Entry| !reports.iter().flat_map(|r| &r.suppressed).any(|f| e.speaks_for(f));
            let name = Sidecar::name_for(path);
            lines.extend(
                sidecar.entries().iter().filter(stands).map(|e| format!("{name}:{}: nothing needs the stet for {}", e.line, e.key())),
            );
        }
        Ok(())
    })?;
    let mut out = io::stdout().lock();
    for line in &lines {
        writeln!(out, "{}", visible::path(line))?;
    }
    if !global.quiet {
        writeln!(out, "{}", if lines.is_empty() { "No unused stets.".to_owned() } else { counted(lines.len(), "unused stet") })?;
    }
    Ok(if failed > 0 { 2 } else { u8::from(!lines.is_empty()) })
}
