//! `baseline` and `stet`: what is accepted, all at once or one by one.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{BaselineArgs, BaselineCommand, Global, StetAdd};
use super::desk::{Desk, Input};
use super::run::every;
use crate::baseline::{Baseline, NAME};
use crate::report::counted;
use crate::resolve::stet::{Entry, Sidecar};
use crate::write::replace;

pub(super) fn run(command: &BaselineCommand, global: &Global) -> anyhow::Result<u8> {
    match command {
        BaselineCommand::Write(args) => write(args, global),
        BaselineCommand::Prune(args) => prune(args, global),
        BaselineCommand::Show { file } => show(&place(file.as_ref())),
    }
}

fn place(file: Option<&PathBuf>) -> PathBuf {
    file.cloned().unwrap_or_else(|| NAME.into())
}

/// All inputs with the settings in force, but for any baseline: what it hides is wanted here.
fn desk(args: &BaselineArgs) -> anyhow::Result<(Desk<'_>, Vec<Input>)> {
    let mut desk = Desk::new(&args.common.which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    for project in &mut desk.projects {
        project.baseline = None;
    }
    Ok((desk, inputs))
}

fn write(args: &BaselineArgs, global: &Global) -> anyhow::Result<u8> {
    let file = place(args.file.as_ref());
    let (desk, inputs) = desk(args)?;
    // What is known of files that are not read now stays.
    let mut baseline = match Baseline::read(&file) {
        Ok(known) => known,
        Err(crate::baseline::BaselineError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => Baseline::new(&file),
        Err(error) => return Err(error.into()),
    };
    let failed = every(&desk, &inputs, &args.common, global, |_, article, report| {
        baseline.set(&article.source.path, &report.findings);
        Ok(())
    })?;
    replace(&file, baseline.render().as_bytes()).with_context(|| format!("{}", file.display()))?;
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
    let file = place(args.file.as_ref());
    let mut baseline = Baseline::read(&file)?;
    let (desk, inputs) = desk(args)?;
    let mut dropped = baseline.prune_missing();
    let failed = every(&desk, &inputs, &args.common, global, |_, article, report| {
        dropped += baseline.prune(&article.source.path, &report.findings);
        Ok(())
    })?;
    replace(&file, baseline.render().as_bytes()).with_context(|| format!("{}", file.display()))?;
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
    let mut found: Vec<(PathBuf, Entry, Option<Sidecar>)> = Vec::new();
    let mut stands = false;
    let failed = every(&desk, &inputs, &args.common, global, |_, article, report| {
        let path = PathBuf::from(&article.source.path);
        for finding in report.findings.iter().filter(|f| f.fingerprint == print) {
            found.push((path.clone(), Entry::of(finding, args.reason.trim()), article.sidecar.clone()));
        }
        stands |= report.suppressed.iter().any(|f| f.fingerprint == print);
        Ok(())
    })?;
    if found.is_empty() {
        let why = if stands { "it is let stand already" } else { "no finding has it; the JSON report lists them (--output-format json)" };
        bail!("{print}: {why}");
    }
    let mut out = io::stdout().lock();
    for (path, entry, sidecar) in found {
        let name = Sidecar::name_for(&path.to_string_lossy());
        let mut sidecar = sidecar.unwrap_or_else(|| Sidecar::new(&name));
        sidecar.add(entry);
        replace(Path::new(&name), sidecar.render().as_bytes()).with_context(|| name.clone())?;
        writeln!(out, "{print} may stand, says {name}")?;
    }
    Ok(if failed > 0 { 2 } else { 0 })
}
